import secrets

from odoo import fields, models
from odoo.orm.models import NO_ACCESS


class Purchase1688Account(models.Model):
    """One buyer account and app at 1688: the only door to the gateway."""

    _name = "purchase.1688.account"
    _description = "1688 Account"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "sequence, id"

    name = fields.Char(required=True, tracking=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company, index=True)
    gateway_url = fields.Char(string="Gateway", required=True, default="https://gw.open.1688.com", tracking=True)
    auth_url = fields.Char(string="Authorisation page", required=True, default="https://auth.1688.com", tracking=True)
    app_key = fields.Char(tracking=True)
    order_api = fields.Selection([("cross", "Cross-border order"), ("fast", "Fast order")], required=True, default="cross")
    signature_method = fields.Selection([("param2", "HMAC-SHA1 (param2)")], required=True, default="param2")
    language = fields.Char(required=True, default="en", help="Language of titles asked for, as the platform writes it.")
    quota_per_minute = fields.Integer(required=True, default=100, tracking=True)
    state = fields.Selection(
        [("draft", "Not connected"), ("connected", "Connected"), ("error", "Needs attention")],
        required=True,
        readonly=True,
        default="draft",
        tracking=True,
    )
    member_id = fields.Char(readonly=True, index=True)
    login_id = fields.Char(string="Login", readonly=True)
    token_expires_at = fields.Datetime(string="Token until", readonly=True)
    refresh_expires_at = fields.Datetime(string="Authorisation until", readonly=True)
    last_error = fields.Char(readonly=True)
    spending_stopped = fields.Boolean(readonly=True, tracking=True)
    sandbox = fields.Boolean(help="The gateway is a sandbox: nothing is bought for real.")
    push_token = fields.Char(readonly=True, copy=False, default=lambda self: secrets.token_urlsafe(24), groups="purchase_1688.group_admin")
    database_uuid = fields.Char(readonly=True, copy=False, groups="purchase_1688.group_admin")
    app_secret_cipher = fields.Char(copy=False, groups=NO_ACCESS)
    access_token_cipher = fields.Char(copy=False, groups=NO_ACCESS)
    refresh_token_cipher = fields.Char(copy=False, groups=NO_ACCESS)
