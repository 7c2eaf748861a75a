import json
import logging
from dataclasses import asdict
from datetime import datetime, timedelta, timezone
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL, consteq
from odoo.tools.misc import split_every

from ..lib.errors import BadInput, ForgedMessage
from ..lib.values import PushMessage, StockChange
from ..scheduled import work_off
from ..transaction import own_transaction

_logger = logging.getLogger(__name__)

#: longest body that is looked at, in bytes
MAX_BODY = 256 * 1024
CRON_PROCESS = "purchase_1688.ir_cron_purchase_1688_event_process"
#: minutes to wait after the n-th failure with one message; then it is left to a person
BACKOFF_MINUTES = (1, 5, 30, 120)
#: messages worked off together, and in one run
BATCH, LIMIT = 100, 2000
#: how far back kept messages are asked for: longer than any outage we mean to sleep through
PULL_DAYS = 3
#: how far the other side's clock may be ahead of ours; a sandbox's is set by hand
AHEAD, SANDBOX_AHEAD = timedelta(hours=1), timedelta(days=365)
PULL_PAGE = 200
PULL_PAGES = 10
#: topics by the beginning of their name -> what they are about
FAMILIES = {
    "ORDER_BUYER_VIEW_ORDER_BUYER_REFUND": "refund",
    "ORDER_BUYER_VIEW_ORDER_REFUND": "refund",
    "ORDER_BUYER_VIEW_": "order",
    "ORDER_BATCH_PAY": "order",
}


class Purchase1688Event(models.Model):
    """One message from 1688, as received. It says *that* something changed; what, is read."""

    _name = "purchase.1688.event"
    _description = "1688 Message"
    _order = "id desc"
    _rec_name = "type"
    _log_access = False

    account_id = fields.Many2one("purchase.1688.account", required=True, readonly=True, ondelete="cascade", index=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    msg_id = fields.Char(string="Message", required=True, readonly=True)
    type = fields.Char(string="Topic", required=True, readonly=True, index=True)
    raw = fields.Text(readonly=True, help="The message as it was read, one value per field.")
    source = fields.Selection([("push", "Pushed"), ("pull", "Pulled")], required=True, readonly=True, default="push")
    born_at = fields.Datetime(string="Sent", readonly=True)
    received_at = fields.Datetime(readonly=True, index=True)
    state = fields.Selection(
        [("new", "New"), ("done", "Done"), ("ignored", "Ignored"), ("error", "Error")],
        required=True,
        readonly=True,
        default="new",
        index=True,
    )
    tries = fields.Integer(readonly=True)
    next_try_at = fields.Datetime(readonly=True)
    error = fields.Char(readonly=True)
    processed_at = fields.Datetime(readonly=True)

    _message_uniq = models.UniqueIndex("(account_id, msg_id)", "A message is stored once.")
    _todo_idx = models.Index("(next_try_at) WHERE state = 'new'")

    # --- actions

    def action_again(self):
        """Work these messages off once more."""
        self.check_access("read")
        events_sudo = self.sudo()  # messages are written by methods only
        events_sudo.write({"state": "new", "tries": 0, "next_try_at": fields.Datetime.now()})
        self._dispatch()
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    # --- business: receiving

    @api.model
    def _receive(self, token, raw_body):
        """Verify and store one pushed message; nothing else happens before the answer.

        :param str token: from the address that was called: it alone chooses the secret
        :param bytes raw_body: as received
        :return: HTTP status
        """
        if len(raw_body) > MAX_BODY:
            return 413
        account = self._find_account(token)
        if not account:
            return 404
        if not account._get_secret("app_secret"):
            _logger.error("1688 message refused: account %s has no app secret", account.id)
            return 503
        try:
            message = account._open_message(raw_body)
        except ForgedMessage as error:
            _logger.warning("1688 message refused for account %s: %s", account.id, error)
            return 403
        except BadInput as error:
            _logger.warning("1688 message unreadable for account %s: %s", account.id, error)
            return 400
        if self._store(account, [message], "push"):
            self._dispatch()
        return 200

    @api.model
    def _find_account(self, token):
        accounts_sudo = self.env["purchase.1688.account"].sudo()  # the caller is nobody
        account = accounts_sudo.search([("push_token", "=", token)], limit=1) if token else None
        return account if account and consteq(account.push_token, token) else None

    @api.model
    def _store(self, account, messages, source):
        """Store messages that are new, in a transaction of its own.

        An app has one address for all its accounts: the message says whose it is, but only
        among the accounts with the same app.

        :return: number of messages that were new
        """
        siblings = account.sudo().search([("app_key", "=", account.app_key)])  # see above
        owners = {sibling.member_id: sibling for sibling in siblings if sibling.member_id}
        now = fields.Datetime.now()
        rows = []
        for message in messages:
            owner = owners.get(message.member_id)
            stored = _to_json(message)
            rows.append(
                (
                    (owner or account).id,
                    (owner or account).company_id.id,
                    message.msg_id,
                    message.topic,
                    stored,
                    source,
                    _naive(message.created_at),
                    now,
                    "new" if owner or not message.member_id else "ignored",
                    0,
                    now,
                )
            )
        if not rows:
            return 0
        with own_transaction(self.env) as env:
            env.cr.execute(
                SQL(
                    """
                    INSERT INTO purchase_1688_event
                           (account_id, company_id, msg_id, type, raw, source, born_at,
                            received_at, state, tries, next_try_at)
                    VALUES %s
                    ON CONFLICT (account_id, msg_id) DO NOTHING
                    """,
                    SQL(", ").join(rows),
                )
            )
            return env.cr.rowcount

    def _dispatch(self):
        """Hook: have the messages worked off soon. Base: the cron."""
        self.env.ref(CRON_PROCESS).sudo()._trigger()  # whoever received it

    # --- business: working off

    @api.model
    def _cron_process(self):
        """Work off the messages that are due, those about the same thing together."""
        due = [("state", "=", "new"), ("next_try_at", "<=", fields.Datetime.now())]
        events = self.search(due, limit=LIMIT, order="id")
        batches = [
            self.browse(ids)
            for group in events.grouped(type(self)._get_family).values()
            for ids in split_every(BATCH, group.ids)
        ]
        work_off(
            self.env,
            CRON_PROCESS,
            batches,
            type(self)._process,
            due=due,
            failed=type(self)._set_failed,
            more=len(events) == LIMIT,
        )

    def _get_family(self):
        """What a message is about: the name of its ``_process_`` method, or None."""
        families = self._event_topics()
        matching = [start for start in families if self.type.startswith(start)]
        return families[max(matching, key=len)] if matching else None

    def _process(self):
        """Hand messages of one family to their method."""
        family = self[:1]._get_family()
        handler = getattr(self, f"_process_{family}", None) if family else None
        if handler is None:
            self._set_state("ignored")
            return
        handler()
        self._set_state("done")

    def _set_state(self, state):
        self.write({"state": state, "processed_at": fields.Datetime.now(), "error": False})

    def _set_failed(self, error):
        tries = self.tries + 1
        vals = {"tries": tries, "error": str(error)}
        if tries > len(BACKOFF_MINUTES):
            vals["state"] = "error"
        else:
            pause = timedelta(minutes=BACKOFF_MINUTES[tries - 1])
            vals["next_try_at"] = fields.Datetime.now() + pause
        self.write(vals)

    def _message(self):
        """The message as the library's value."""
        self.ensure_one()
        values = json.loads(self.raw)
        changes = [
            StockChange(**{key: _figure(key, value) for key, value in change.items()})
            for change in values.pop("stock_changes", ())
        ]
        for name, value in values.items():
            if isinstance(value, list):
                values[name] = tuple(value)
            elif name in ("created_at", "sent_at") and value:
                values[name] = datetime.fromisoformat(value)
        return PushMessage(stock_changes=tuple(changes), **values)

    # --- business: the pull of what was not delivered

    @api.model
    def _cron_pull(self):
        """Fetch what could not be delivered: store first, confirm afterwards."""
        work_off(
            self.env,
            "purchase_1688.ir_cron_purchase_1688_event_pull",
            self.env["purchase.1688.account"].search([("state", "=", "connected")]),
            self._pull,
        )

    @api.model
    def _pull(self, account):
        now = datetime.now(timezone.utc)
        ahead = SANDBOX_AHEAD if account.sandbox else AHEAD
        window = {"start": now - timedelta(days=PULL_DAYS), "end": now + ahead}
        ask = {"purpose": "kept messages", "background": True}
        for _page in range(PULL_PAGES):  # page 1 again and again: confirming moves the pages
            page = account._call("push.query", page_size=PULL_PAGE, **window, **ask)
            if not page.messages:
                break
            if self._store(account, page.messages, "pull"):
                self._dispatch()
            ids = [message.msg_id for message in page.messages]
            account._call("push.confirm", msg_ids=ids, **ask)

    # --- hooks

    @api.model
    def _event_topics(self):
        """Hook: beginning of a topic's name -> family; the longest that fits counts.

        A family ``x`` needs a method ``_process_x``, which works off all of `self`.
        """
        return dict(FAMILIES)

    def _process_order(self):
        """Have the orders read that the messages are about; those that are not ours are left alone."""
        references = {ref for event in self for ref in event._message().order_ids}
        orders = self.env["purchase.1688.order"].search([("remote_id", "in", list(references))])
        orders._ask_refresh()

    def _process_refund(self):
        """Have the claims read that the messages are about, and their orders."""
        references = {event._message().refund_id for event in self} - {""}
        refunds = self.env["purchase.1688.refund"].search([("remote_id", "in", list(references))])
        refunds._ask_refresh()
        self._process_order()


def _to_json(message):
    return json.dumps(asdict(message), ensure_ascii=False, default=str).replace("\\u0000", " ")


def _figure(key, value):
    return Decimal(value) if key.endswith("_stock") and value is not None else value


def _naive(moment):
    """An aware moment as Odoo stores it, without fractions."""
    return moment.astimezone(timezone.utc).replace(tzinfo=None, microsecond=0) if moment else None
