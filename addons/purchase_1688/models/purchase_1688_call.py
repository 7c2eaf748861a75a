from odoo import fields, models


class Purchase1688Call(models.Model):
    """One call to 1688 in the audit trail: masked, append-only, chained by hashes per account."""

    _name = "purchase.1688.call"
    _description = "1688 Call"
    _order = "id desc"
    _rec_name = "name"
    _log_access = False

    account_id = fields.Many2one("purchase.1688.account", required=True, readonly=True, ondelete="restrict", index=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="restrict", index=True)
    sequence = fields.Integer(string="No.", required=True, readonly=True, aggregator=None)
    name = fields.Char(string="Call", required=True, readonly=True, index=True)
    api = fields.Char(string="API", readonly=True)
    purpose = fields.Char(readonly=True)
    res_model = fields.Char(string="Record model", readonly=True)
    res_id = fields.Many2oneReference(string="Record", model_field="res_model", readonly=True)
    user_id = fields.Many2one("res.users", required=True, readonly=True, ondelete="restrict")
    params = fields.Text(string="Parameters", readonly=True)
    answer = fields.Text(readonly=True)
    started_at = fields.Datetime(required=True, readonly=True, index=True)
    duration_ms = fields.Integer(string="Duration (ms)", readonly=True, aggregator="avg")
    outcome = fields.Selection(
        [("answered", "Answered"), ("refused", "Refused"), ("not_sent", "Not sent"), ("unknown", "Unknown")],
        required=True,
        readonly=True,
    )
    http_status = fields.Integer(string="HTTP status", readonly=True, aggregator=None)
    code = fields.Char(readonly=True)
    size = fields.Integer(string="Answer (bytes)", readonly=True)
    hash = fields.Char(required=True, readonly=True)

    _chain_uniq = models.UniqueIndex("(account_id, sequence)", "Numbers of the audit trail are unique per account.")
    _record_idx = models.Index("(res_model, res_id) WHERE res_id IS NOT NULL")
