import hashlib
import logging
import secrets
from datetime import timedelta
from urllib.parse import urljoin

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.orm.models import NO_ACCESS
from odoo.tools import SQL

from ..lib.endpoints import build
from ..lib.endpoints.oauth import authorise_url
from ..lib.errors import GatewayError
from ..scheduled import work_off
from ..transaction import own_transaction
from .purchase_1688_messages import sentence

_logger = logging.getLogger(__name__)

RETURN_ROUTE = "/purchase_1688/oauth/return"
#: how long the owner may take to agree
STATE_MINUTES = 15
#: renew a token when less than this is left
RENEW_BEFORE = timedelta(hours=2)
#: say that the owner has to agree again when less than this is left
WARN_BEFORE = timedelta(days=7)
#: seconds that a renewal may take; the losers of the race wait a little longer
RENEW_SECONDS = 15
#: issue kinds
TOKEN_ISSUE, CONSENT_ISSUE = "account_token", "account_consent"
CRON_RENEW = "purchase_1688.ir_cron_purchase_1688_account_renew"


class Purchase1688Authorisation(models.AbstractModel):
    """Tokens: got by the owner's consent, renewed before they end, by one process at a time."""

    _name = "purchase.1688.authorisation"
    _description = "1688 Authorisation"

    token_expires_at = fields.Datetime(string="Token until", readonly=True, copy=False)
    refresh_expires_at = fields.Datetime(string="Authorisation until", readonly=True, copy=False)
    oauth_state = fields.Char(copy=False, groups=NO_ACCESS)
    oauth_state_until = fields.Datetime(copy=False, groups=NO_ACCESS)
    oauth_user_id = fields.Many2one("res.users", copy=False, groups=NO_ACCESS)

    # --- actions

    def action_connect(self):
        """Send the user to 1688, where the account's owner agrees."""
        self.ensure_one()
        self.check_access("write")
        if not self.app_key or not self.has_app_secret:
            raise UserError(self.env._("Fill in the app key and the app secret first."))
        state = secrets.token_urlsafe(32)
        until = fields.Datetime.now() + timedelta(minutes=STATE_MINUTES)
        self.sudo().write(  # nobody may read the state of a consent that is under way
            {
                "oauth_state": _digest(state),
                "oauth_state_until": until,
                "oauth_user_id": self.env.uid,
            }
        )
        url = authorise_url(self.app_key, self._oauth_return_url(), state, self.auth_url)
        return {"type": "ir.actions.act_url", "url": url, "target": "self"}

    # --- business: consent

    def _oauth_return_url(self):
        return urljoin(self.get_base_url(), RETURN_ROUTE)

    @api.model
    def _oauth_claim(self, state):
        """The account that waits for this consent; once only, and only for who started it."""
        with own_transaction(self.env) as env:
            env.cr.execute(
                SQL(
                    """
                    UPDATE purchase_1688_account SET oauth_state = NULL
                     WHERE oauth_state = %s AND oauth_state_until > %s AND oauth_user_id = %s
                    RETURNING id
                    """,
                    _digest(state or ""),
                    fields.Datetime.now(),
                    self.env.uid,
                )
            )
            row = env.cr.fetchone()
        return self.browse(row[0]) if row else self.browse()

    @api.model
    def _oauth_finish(self, state, code):
        """Turn the code of the return page into tokens.

        :return: the account, or an empty one when nobody waits for this consent
        :raise GatewayError: 1688 did not give tokens
        """
        if not self.env.user.has_group("purchase_1688.group_admin"):
            raise AccessError(self.env._("Only 1688 administrators connect accounts."))
        account = self._oauth_claim(state)
        if account:
            grant = account._call(
                "oauth.exchange",
                purpose="connect",
                code=code,
                redirect_uri=account._oauth_return_url(),
            )
            with own_transaction(self.env) as env:
                account.with_env(env)._store_grant(grant)
        return account

    @api.model
    def _oauth_return(self, state, code):
        """What the return page does.

        :return: (account, None), or (empty account, what went wrong, translated)
        """
        nobody = self.env._("Nobody waits for this consent (any more). Connect again.")
        try:
            account = self._oauth_finish(state, code) if code else self.browse()
        except GatewayError as error:
            return self.browse(), sentence(self.env, error)
        except UserError as error:
            return self.browse(), str(error)
        return account, None if account else nobody

    # --- business: renewal

    def _renew_token(self, stale):
        """Get a new access token in place of `stale`, or the one another process just got.

        The account's row is the lock: one process asks, the others wait and read. A
        renewal that fails leaves the stored tokens as they are.

        :return: the credentials to go on with, or None
        """
        self.ensure_one()
        with own_transaction(self.env, lock_seconds=RENEW_SECONDS + 5) as env:
            account_sudo = self.with_env(env).sudo()  # tokens are nobody's to read
            env.cr.execute("SELECT id FROM purchase_1688_account WHERE id = %s FOR NO KEY UPDATE", [self.id])
            if account_sudo._get_secret("access_token") == stale:
                if not account_sudo._refresh():
                    return None
        return self._read_credentials()

    def _refresh(self):
        """Ask for a new token; the caller holds the account's row.

        :return: True when there is one
        """
        self.ensure_one()
        refresh_token = self._get_secret("refresh_token")
        if not refresh_token:
            self._note_token_lost(self.env._("There is no refresh token."))
            return False
        client = self._get_client(self._credentials_here())
        try:
            grant = client.call(build("oauth.refresh", refresh_token=refresh_token), timeout=RENEW_SECONDS)
        except GatewayError as error:
            _logger.warning("Account %s: token not renewed: %s", self.id, error)
            if not error.repeatable and error.sent:
                self._note_token_lost(sentence(self.env, error))
            return False
        finally:
            self.env["purchase.1688.call"]._append(self, client.take_calls(), "renew token")
        self._store_grant(grant)
        return True

    def _store_grant(self, grant):
        """Keep what 1688 granted and say that the account is connected."""
        self.ensure_one()
        account_sudo = self.sudo()  # states are written by methods only
        account_sudo._check_same_owner(grant)
        tokens = {"access_token": grant.access_token, "refresh_token": grant.refresh_token}
        account_sudo._store_secrets({name: text for name, text in tokens.items() if text})
        vals = {
            "state": "connected",
            "last_error": False,
            "token_expires_at": fields.Datetime.now() + timedelta(seconds=grant.expires_in)
            if grant.expires_in
            else False,
        }
        if grant.refresh_expires_at:
            vals["refresh_expires_at"] = _naive(grant.refresh_expires_at)
        if grant.member_id:
            vals["member_id"] = grant.member_id
        if grant.login_id:
            vals["login_id"] = grant.login_id
        account_sudo.write(vals)
        self.env["purchase.1688.issue"]._close(account_sudo, [TOKEN_ISSUE, CONSENT_ISSUE])

    def _note_token_lost(self, reason):
        """A person has to connect again: say so on the account and open an issue."""
        self.sudo().write({"state": "error", "last_error": reason})  # written by methods only
        self.env["purchase.1688.issue"]._open(self, TOKEN_ISSUE, description=reason)

    @api.model
    def _cron_renew_tokens(self):
        """Renew what ends soon; say in time when only the owner can."""
        now = fields.Datetime.now()
        renewable = self.search([("state", "!=", "draft"), ("token_expires_at", "<", now + RENEW_BEFORE)])
        work_off(self.env, CRON_RENEW, renewable, type(self)._renew_present_token)
        ending = self.search([("refresh_expires_at", "<", now + WARN_BEFORE)])
        work_off(self.env, CRON_RENEW, ending, type(self)._warn_of_end)

    def _renew_present_token(self):
        self._renew_token(self._get_secret("access_token"))

    def _warn_of_end(self):
        """Soon the owner has to consent again: say so while there is time."""
        self.env["purchase.1688.issue"]._open(self, CONSENT_ISSUE, deadline=self.refresh_expires_at)


def _digest(state):
    return hashlib.sha256(state.encode()).hexdigest()


def _naive(moment):
    """An aware moment as Odoo stores it."""
    return (moment - moment.utcoffset()).replace(tzinfo=None)
