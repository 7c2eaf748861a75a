import json
import logging
import time
from functools import cache

from odoo import api, models
from odoo.exceptions import MissingError, UserError

from ..lib import pictures
from ..lib.call import Call
from ..lib.client import Client, build, decode, lost_record, picture_record
from ..lib.decode import open_message
from ..lib.errors import BadInput, GatewayError, NotAuthorised, NotSent, OutcomeUnknown, RateLimited
from ..lib.gather import Job, Pool
from ..lib.transport import Transport
from ..lib.values import Credentials
from ..transaction import check_idle, has_writes, own_transaction
from .purchase_1688_quota import BACKGROUND, MONEY, PEOPLE, used_up
from .purchase_1688_secret import SECRETS

_logger = logging.getLogger(__name__)

#: what a call takes from its account
CREDENTIALS = ("app_key", "binding", "gateway_url", *(f"{name}_cipher" for name in SECRETS))
#: seconds that a call may take in all, where the caller says nothing
READ_SECONDS = 15.0
MONEY_SECONDS = 45.0
#: calls that one process waits for at a time: eight questions to five sellers, two calls each, do not queue
POOL_THREADS = 80
#: calls that spend or commit: only an attempt may make them
MONEY_CALLS = frozenset(
    (
        "trade.create_order",
        "trade.cancel",
        "payment.pay",
        "receipt.confirm",
        "refund.create",
        "refund.return_goods",
        "refund.cancel",
    )
)


@cache
def _transport():
    """Connections of this process to all gateways; kept warm between calls."""
    return Transport(pool_size=POOL_THREADS)


@cache
def _pool():
    """Threads of this process that ask many at once."""
    return Pool(size=POOL_THREADS)


class Purchase1688Doorway(models.AbstractModel):
    """The way out: quota, call, audit, token. No other model builds a client."""

    _name = "purchase.1688.doorway"
    _description = "1688 Calls"

    # --- business: who we are

    def _read_credentials(self):
        """Credentials as stored now: a token that was renewed a moment ago by another process
        is not to be seen in the caller's transaction, so they are read in one of their own.
        """
        self.ensure_one()
        with own_transaction(self.env) as env:
            return self.with_env(env)._credentials_here()

    def _credentials_here(self):
        """Credentials as seen by the present transaction."""
        self.sudo().fetch(CREDENTIALS)  # whoever calls; the account has many more columns
        try:
            self._check_bound()
        except MissingError as error:
            raise UserError(self.env._("Save the account first.")) from error
        if not self.app_key:
            raise UserError(self.env._("The app key of account %s is missing.", self.display_name))
        return Credentials(
            app_key=self.app_key,
            app_secret=self._get_secret("app_secret"),
            access_token=self._get_secret("access_token"),
            refresh_token=self._get_secret("refresh_token"),
            gateway_url=self.gateway_url,
        )

    def _get_client(self, credentials=None):
        """A client for this account; its calls count for nothing until they are logged."""
        return Client(credentials or self._read_credentials(), _transport())

    def _check_bound(self):
        """Refuse to work in a copy of the database."""
        self.ensure_one()
        if not self._is_bound():
            raise UserError(
                self.env._(
                    "Account %s was set up in another database, or on a server with another key, "
                    "and cannot be used here. Type its secrets again or connect it, but only if "
                    "this is not a copy.",
                    self.display_name,
                )
            )

    def _check_may_spend(self):
        """Refuse money calls of an account that is stopped, archived, incomplete or copied."""
        self.ensure_one()
        name = self.display_name
        if not self.active:
            raise UserError(self.env._("Account %s is archived.", name))
        if self.spending_stopped:
            raise UserError(self.env._("All spending of account %s has been stopped.", name))
        if self.state == "draft":
            raise UserError(self.env._("Account %s is not connected.", name))
        parameters_sudo = self.env["ir.config_parameter"].sudo()  # users may not read parameters
        if parameters_sudo.get_param("database.is_neutralized") and not self.sandbox:
            raise UserError(self.env._("This database is a copy for tests: it may not spend."))
        self._check_bound()

    # --- business: reading

    def _call(self, name, *, purpose, record=None, timeout=None, background=False, **kwargs):
        """Make one call that may be repeated: quota, call, audit, one token renewal.

        :param str name: e.g. ``trade.order``
        :param str purpose: why, for the audit
        :param record: what for (one record), for the audit
        :param timeout: seconds in all, waiting for the quota included
        :param background: nobody waits: leave the quota to those who do
        :param kwargs: arguments of the call
        :return: the decoded answer
        :raise GatewayError: see lib/errors.py
        """
        call = self._readable(build(name, **kwargs))
        deadline = time.monotonic() + (timeout or READ_SECONDS)
        self._acquire(1, background, _patience(deadline))
        credentials = self._read_credentials()
        client = self._get_client(credentials)
        try:
            return client.call(call, timeout=_left(deadline))
        except NotAuthorised:
            credentials = call.authorised and self._renew_token(credentials.access_token)
            if not credentials:
                raise
            self._log_calls(client.take_calls(), purpose, record)
            client = self._get_client(credentials)
            return client.call(call, timeout=_left(deadline))
        finally:
            self._log_calls(client.take_calls(), purpose, record)

    def _call_many(
        self,
        requests,
        *,
        purpose,
        record=None,
        timeout=None,
        background=False,
        share=None,
        on_go=None,
        on_answer=None,
        on_pause=None,
        idle=False,
    ):
        """Make many calls that may be repeated, side by side, within one total deadline.

        No query is made while waiting, and the caller should have no writes pending.

        :param requests: list of (name, arguments)
        :param float share: of the quota that may be filled, where it is neither that of people nor of the background
        :param on_go: called when the calls may go out
        :param on_answer: called as ``on_answer(index, value_or_error)`` as each one arrives, in the calling thread
        :param on_pause: called when no further one has arrived yet, and at the end
        :param idle: fail rather than wait while the caller has a transaction open, reading included
        :return: in the order of the requests, each its decoded answer or a `GatewayError`
        """
        deadline = time.monotonic() + (timeout or READ_SECONDS)
        share = share or (BACKGROUND if background else PEOPLE)
        calls = [(_supplier(name, kwargs), self._readable(build(name, **kwargs))) for name, kwargs in requests]
        if idle:
            check_idle(self.env.cr)
        credentials, grant = self._admit(len(calls), share, deadline)
        clients = [self._get_client(credentials)]
        if on_go:
            on_go()
        results = _gather(clients[0], calls, grant, deadline, on_answer, on_pause)
        stale = [i for i, value in enumerate(results) if isinstance(value, NotAuthorised)]
        if stale and self._renew_token(credentials.access_token):
            credentials, grant = self._admit(len(stale), share, deadline)
            clients.append(self._get_client(credentials))
            todo = [calls[i] for i in stale]
            for i, value in zip(stale, _gather(clients[1], todo, grant, deadline), strict=True):
                results[i] = value
                if on_answer:
                    on_answer(i, value)
        if on_pause:
            on_pause()
        for client in clients:
            self._log_calls(client.take_calls(), purpose, record)
        return results

    def _admit(self, count, share, deadline):
        """What `count` calls need to go out: `(credentials, grant)`, see `_read_credentials` and the quota."""
        with own_transaction(self.env) as env:
            account = self.with_env(env)
            credentials = account._credentials_here()
            quota = env["purchase.1688.quota"]
            return credentials, quota._reserve_here(env.cr, account, count, share, _patience(deadline))

    @api.model
    def _readable(self, call):
        if call.name in MONEY_CALLS:
            raise BadInput(f"{call.name} goes out through an attempt only")
        return call

    def _acquire(self, count, background=False, timeout=READ_SECONDS):
        """Wait until `count` calls may go out; `RateLimited` if not within `timeout` seconds."""
        self.ensure_one()
        self.env["purchase.1688.quota"]._acquire(self, count, BACKGROUND if background else PEOPLE, timeout)

    # --- business: spending (used by attempts)

    @api.model
    def _build(self, name, **kwargs):
        """A call as plain data that can be stored and sent later."""
        return build(name, **kwargs).to_dict()

    def _send(self, stored, *, purpose, record=None, timeout=None, unlogged=None):
        """Send a stored call once; the answer is not looked into.

        :param list unlogged: takes what the audit trail could not; who calls sees to it that it is appended later
        :return: the reply: text and HTTP status
        :raise NotSent: surely nothing went out
        :raise OutcomeUnknown: something may have gone out
        """
        if has_writes(self.env.cr):
            raise NotSent("A transaction with changes is open.", code="open_transaction")
        call = Call.from_dict(stored)
        deadline = time.monotonic() + (timeout or MONEY_SECONDS)
        try:
            self.env["purchase.1688.quota"]._acquire(self, 1, MONEY, _patience(deadline))
            client = self._get_client()
        except RateLimited as error:
            raise NotSent(error.message, code=error.code) from error
        except UserError as error:
            raise NotSent(str(error), code="not_allowed_out") from error
        try:
            return client.send(call, timeout=_left(deadline))
        finally:
            left = self._log_calls(client.take_calls(), purpose, record)
            if unlogged is not None:
                unlogged += left

    @api.model
    def _decode(self, name, text, status):
        """The answer of the call `name` as a value; raises the `GatewayError` that it holds."""
        return decode(name, text, status)

    # --- business: listening

    def _open_message(self, raw_body):
        """The pushed message in `raw_body`, once its signature was verified over the bytes.

        :raise ForgedMessage: no or a wrong signature, or no secret to check it with
        :raise BadInput: signed, but not a message
        """
        return open_message(raw_body, self._get_secret("app_secret"))

    # --- business: pictures

    def _fetch_pictures(self, urls, hosts, timeout):
        """Download pictures of goods; one row of the audit trail says how many, from where and how big.

        They come from the picture hosts, which neither know the app nor count against its quota.

        :param hosts: hosts besides the marketplace's own, see ``lib/pictures.py``
        :return: {url: bytes}; b"" for what must not or could not be fetched
        """
        self.ensure_one()
        if not urls:
            return {}
        fetched = pictures.fetch(urls, hosts, timeout)
        self._log_calls([picture_record(fetched)], "pictures of offers")
        return fetched.found

    # --- business: audit

    @api.model
    def _get_lost_call(self, stored):
        """A call whose process died, for the audit trail: it may have gone out, and nobody knows what came back."""
        return lost_record(Call.from_dict(stored))

    def _log_calls(self, calls, purpose, record=None):
        """Append calls to the audit trail. What was done stays done if that is not possible.

        :return: the calls that could not be appended
        """
        try:
            self.env["purchase.1688.call"]._append(self, calls, purpose, record)
        except Exception:
            names = json.dumps([(call.name, call.outcome, call.code) for call in calls])
            _logger.exception("The audit trail could not be written for %s: %s", self, names)
            return calls
        return []


def _gather(client, calls, grant, deadline, on_answer=None, on_pause=None):
    """Make the calls that were granted, the others fail; in their order, each its answer or its error."""
    jobs = [
        Job(supplier, _asker(client, call, delay))
        for (supplier, call), delay in zip(calls, grant.delays, strict=False)
    ]

    def report(answer):
        if on_answer and not isinstance(answer.error, NotAuthorised):
            on_answer(answer.index, _value_or_error(answer))

    answers = _pool().gather(jobs, _left(deadline), on_answer=report, on_pause=on_pause)
    results = [_value_or_error(answer) for answer in answers]
    for index in range(len(results), len(calls)):
        results.append(used_up(grant))
        if on_answer:
            on_answer(index, results[index])
    return results


def _left(deadline):
    return max(deadline - time.monotonic(), 0.05)


def _patience(deadline):
    """How long to wait for the quota: half of the time, since the answer takes some too."""
    return _left(deadline) / 2


def _supplier(name, kwargs):
    """Whom a call asks about: one dead supplier must not stop the questions about others."""
    for key in ("offer_id", "login_id", "member_id"):
        if kwargs.get(key):
            return str(kwargs[key])
    return name


def _asker(client, call, delay):
    def ask(deadline):
        if delay:
            time.sleep(delay)
        return client.call(call, timeout=_left(deadline))

    return ask


def _value_or_error(answer):
    if answer.outcome == "answered":
        return answer.value
    if isinstance(answer.error, GatewayError):
        return answer.error
    if answer.outcome == "failed":
        return OutcomeUnknown(str(answer.error), code="failed")
    return OutcomeUnknown("No answer in time.", code="deadline")
