from odoo import fields, models


class Purchase1688Attempt(models.Model):
    """One call that spends or commits: prepared, claimed, called, recorded, applied. At most one effect."""

    _name = "purchase.1688.attempt"
    _description = "1688 Attempt"
    _order = "id desc"

    name = fields.Char(string="Key", required=True, readonly=True)
    kind = fields.Selection(
        [
            ("create", "Place order"),
            ("pay", "Pay"),
            ("cancel", "Cancel order"),
            ("confirm", "Confirm receipt"),
            ("refund", "Ask for a refund"),
            ("return", "Send goods back"),
        ],
        required=True,
        readonly=True,
        index=True,
    )
    account_id = fields.Many2one("purchase.1688.account", required=True, readonly=True, ondelete="restrict", index=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    res_model = fields.Char(string="Record model", required=True, readonly=True)
    res_id = fields.Many2oneReference(string="Record", model_field="res_model", required=True, readonly=True)
    record_name = fields.Char(string="About", compute="_compute_record_name")
    request = fields.Text(required=True, readonly=True, groups="purchase_1688.group_admin")
    digest = fields.Char(required=True, readonly=True, help="Fingerprint of the exact request; compared again before sending.")
    amount = fields.Monetary(readonly=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True, default=lambda self: self.env.ref("base.CNY"))
    approval_id = fields.Many2one("purchase.1688.approval", readonly=True, ondelete="restrict")
    user_id = fields.Many2one("res.users", string="Asked by", required=True, readonly=True, default=lambda self: self.env.user)
    state = fields.Selection(
        [
            ("ready", "Ready"),
            ("calling", "Calling"),
            ("answered", "Answered"),
            ("unknown", "Unknown"),
            ("done", "Done"),
            ("refused", "Refused"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        default="ready",
        index=True,
    )
    answer = fields.Text(readonly=True, groups="purchase_1688.group_admin")
    http_status = fields.Integer(string="HTTP status", readonly=True)
    error_code = fields.Char(readonly=True)
    error_message = fields.Char(readonly=True)
    claimed_at = fields.Datetime(readonly=True)
    recorded_at = fields.Datetime(readonly=True)
    applied_at = fields.Datetime(readonly=True)
    tries = fields.Integer(readonly=True, help="How often it was claimed. A sender may only record under its own number.")
    failures = fields.Integer(readonly=True, help="How often in a row sending or applying did not work.")
    token_renewed = fields.Boolean(readonly=True, help="The token was renewed for this attempt once; not again.")
    next_look_at = fields.Datetime(readonly=True, index=True, default=fields.Datetime.now)
    looks = fields.Integer(readonly=True, help="How often 1688 was read to find out what became of it.")
    absences = fields.Integer(readonly=True, help="How many of these looks did not find it.")

    _key_uniq = models.UniqueIndex("(name)", "This was already asked for.")
    _open_uniq = models.UniqueIndex(
        "(kind, res_model, res_id) WHERE state IN ('ready', 'calling', 'answered', 'unknown')",
        "The same is already under way for this record.",
    )
    _record_idx = models.Index("(res_model, res_id)")

    def _compute_record_name(self):
        for attempt in self:
            record = self.env[attempt.res_model].browse(attempt.res_id).exists() if attempt.res_model in self.env else None
            attempt.record_name = record.sudo().display_name if record else False
