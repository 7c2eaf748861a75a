import secrets
from datetime import timedelta
from urllib.parse import urljoin, urlsplit

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..lib.errors import GatewayError
from ..lib.values import AUTH_URL, GATEWAY_URL
from ..transaction import own_transaction
from .purchase_1688_messages import sentence
from .purchase_1688_secret import ADMIN, SECRETS

PUSH_ROUTE = "/purchase_1688/push/"
LIVE_DOMAIN = "1688.com"
#: who may stop all spending; only an administrator lets it go on
MAY_STOP = "purchase_1688.group_buyer,purchase_1688.group_approver,purchase_1688.group_admin"


class Purchase1688Account(models.Model):
    """One buyer account and app at 1688: the only door to the gateway."""

    _name = "purchase.1688.account"
    _description = "1688 Account"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "purchase.1688.secret",
        "purchase.1688.doorway",
        "purchase.1688.authorisation",
    ]
    _order = "sequence, id"

    name = fields.Char(required=True, tracking=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company, index=True)
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        default=lambda self: self.env.user,
        help="Told when the account needs attention.",
    )
    gateway_url = fields.Char(string="Gateway", required=True, default=GATEWAY_URL, tracking=True)
    auth_url = fields.Char(string="Authorisation page", required=True, default=AUTH_URL, tracking=True)
    app_key = fields.Char(tracking=True, copy=False)
    order_api = fields.Selection(
        [("cross", "Cross-border order"), ("fast", "Fast order")],
        string="Way of ordering",
        required=True,
        default="cross",
        help="How orders are placed; 1688 permits the one or the other.",
    )
    signature_method = fields.Selection([("param2", "HMAC-SHA1 (param2)")], required=True, default="param2")
    language = fields.Selection(
        [
            ("en", "English"),
            ("ja", "Japanese"),
            ("ko", "Korean"),
            ("ru", "Russian"),
            ("vi", "Vietnamese"),
            ("th", "Thai"),
            ("es", "Spanish"),
            ("fr", "French"),
            ("pt", "Portuguese"),
        ],
        required=True,
        default="en",
        help="What 1688 translates titles and specifications into; the Chinese ones are kept beside them.",
    )
    quota_per_minute = fields.Integer(
        string="Calls per minute",
        required=True,
        default=100,
        tracking=True,
        help="What 1688 grants to the app; all servers together stay below it.",
    )
    quota_used = fields.Float(string="In use now", compute="_compute_quota_used")
    state = fields.Selection(
        [("draft", "Not connected"), ("connected", "Connected"), ("error", "Needs attention")],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        tracking=True,
    )
    member_id = fields.Char(readonly=True, copy=False, index=True)
    login_id = fields.Char(readonly=True, copy=False)
    orders_read_until = fields.Datetime(readonly=True, copy=False, help="The order list was read up to here.")
    last_error = fields.Char(readonly=True, copy=False)
    spending_stopped = fields.Boolean(readonly=True, copy=False, tracking=True)
    sandbox = fields.Boolean(compute="_compute_sandbox", store=True, help="A pretended 1688: nothing is really bought.")
    push_token = fields.Char(
        readonly=True,
        copy=False,
        index=True,
        default=lambda self: secrets.token_urlsafe(24),
        groups=ADMIN,
    )
    push_url = fields.Char(string="Address for messages", compute="_compute_push_url", groups=ADMIN)
    audit_keep_days = fields.Integer(
        string="Keep calls for (days)",
        default=730,
        tracking=True,
        help="Older calls leave the audit trail, once a day; 0 keeps them all. The rest verifies as before.",
    )
    event_count = fields.Integer(string="Messages, last hour", compute="_compute_last_hour")
    call_count = fields.Integer(string="Calls, last hour", compute="_compute_last_hour")

    _quota_positive = models.Constraint("CHECK(quota_per_minute >= 10)", "1688 grants at least 10 calls a minute.")
    _audit_kept = models.Constraint(
        "CHECK(audit_keep_days = 0 OR audit_keep_days >= 90)", "Calls are kept for 90 days at least."
    )
    _push_token_uniq = models.UniqueIndex("(push_token)", "Addresses for messages are unique.")

    @api.depends("gateway_url")
    def _compute_sandbox(self):
        for account in self:
            account.sandbox = not _is_live(account.gateway_url)

    def _compute_quota_used(self):
        quota = self.env["purchase.1688.quota"]
        for account in self:
            account.quota_used = 100.0 * quota._used_share(account)

    @api.depends("push_token")
    def _compute_push_url(self):
        for account in self:
            account.push_url = urljoin(account.get_base_url(), PUSH_ROUTE + account.push_token)

    def _compute_last_hour(self):
        since = fields.Datetime.now() - timedelta(hours=1)
        mine = ("account_id", "in", self.ids)
        counts = {}
        for model, moment in (("event", "received_at"), ("call", "started_at")):
            records_sudo = self.env[f"purchase.1688.{model}"].sudo()  # numbers only
            domain = [mine, (moment, ">", since)]
            counts[model] = dict(records_sudo._read_group(domain, ["account_id"], ["__count"]))
        for account in self:
            account.event_count = counts["event"].get(account, 0)
            account.call_count = counts["call"].get(account, 0)

    @api.constrains("gateway_url", "auth_url")
    def _check_addresses(self):
        for account in self:
            for url in (account.gateway_url, account.auth_url):
                parts = urlsplit(url)
                if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
                    raise ValidationError(self.env._("%s is not the address of a gateway.", url))
                if _is_live(url) and parts.scheme != "https":
                    raise ValidationError(self.env._("1688 is called by https only."))

    # --- CRUD

    def write(self, vals):
        """Secrets do not follow to another gateway or app: they have to be typed again."""
        for account in self:
            moved = any(
                name in vals and (vals[name] or "") != (account[name] or "") for name in ("gateway_url", "app_key")
            )
            if moved and not any(vals.get(name) for name in SECRETS):
                account._clear_secrets()
                account.sudo().state = "draft"  # states are written by methods only
        return super().write(vals)

    # --- actions

    def action_test(self):
        """Ask the gateway for the time (key, secret) and the account for its name (token)."""
        self.ensure_one()
        self.check_access("write")
        try:
            self._call("system.current_time", purpose="test connection", record=self)
            info = self._call("account.basic", purpose="test connection", record=self)
        except GatewayError as error:
            reason = sentence(self.env, error)
            with own_transaction(self.env) as env:
                self.with_env(env).sudo()._note_error(reason)  # states are written by methods
            return _notification(self.env._("No connection"), reason, "danger")
        with own_transaction(self.env) as env:
            self.with_env(env).sudo()._note_connected(info)  # states are written by methods
        who = info.login_id or info.member_id or self.display_name
        return _notification(self.env._("Connected"), who, "success")

    def action_disconnect(self):
        """Forget secrets and tokens."""
        self.check_access("write")
        for account in self:
            account._clear_secrets()
        self.sudo().write({"state": "draft", "last_error": False})  # written by methods only

    def action_stop_spending(self):
        """No call that spends or commits goes out any more, from now on."""
        self.check_access("read")
        if not self.env.user.has_groups(MAY_STOP):
            raise AccessError(self.env._("Only those who buy stop the spending."))
        self.sudo().write({"spending_stopped": True})  # anyone who buys may pull the brake
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_resume_spending(self):
        """Let calls go out again. Those that waited go out too."""
        self.check_access("write")
        self.sudo().write({"spending_stopped": False})  # written by methods only
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_new_push_token(self):
        """Make another address for messages; the one before stops working."""
        self.ensure_one()
        self.check_access("write")
        self.sudo().push_token = secrets.token_urlsafe(24)  # read-only on the screen

    def action_open_calls(self):
        """The audit trail of this account."""
        return self._open_related("purchase_1688.purchase_1688_call_action")

    def action_open_events(self):
        """The messages of this account."""
        return self._open_related("purchase_1688.purchase_1688_event_action")

    def action_verify_calls(self):
        """Check the audit trail of this account."""
        self.ensure_one()
        calls = self.env["purchase.1688.call"]
        calls.check_access("read")
        return calls._verify_notification(self)

    # --- business

    def _open_related(self, action_xmlid):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(action_xmlid)
        return {**action, "domain": [("account_id", "=", self.id)]}

    def _note_error(self, reason):
        self.write({"last_error": reason, "state": "error" if self.state != "draft" else "draft"})

    def _check_same_owner(self, info):
        """Refuse a token of another 1688 account: its orders are not ours.

        :param info: something with `member_id` and `login_id`
        """
        if self.member_id and info.member_id and self.member_id != info.member_id:
            raise UserError(
                self.env._(
                    "The token belongs to another 1688 account (%(new)s) than before (%(old)s). "
                    "Make a new account here for it.",
                    new=info.login_id or info.member_id,
                    old=self.login_id or self.member_id,
                )
            )

    def _note_connected(self, info):
        """The token works: keep whose it is."""
        self._check_same_owner(info)
        self.write(
            {
                "state": "connected",
                "last_error": False,
                "member_id": info.member_id or self.member_id,
                "login_id": info.login_id or self.login_id,
            }
        )
        self.env["purchase.1688.issue"]._close(self, ["account_token"])


def _is_live(url):
    host = urlsplit(url or "").hostname or ""
    return host == LIVE_DOMAIN or host.endswith("." + LIVE_DOMAIN)


def _notification(title, message, kind):
    return {
        "type": "ir.actions.client",
        "tag": "display_notification",
        "params": {
            "title": title,
            "message": message,
            "type": kind,
            "next": {"type": "ir.actions.client", "tag": "soft_reload"},
        },
    }
