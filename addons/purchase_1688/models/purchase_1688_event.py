from odoo import fields, models


class Purchase1688Event(models.Model):
    """One message from 1688, as received. It says *that* something changed; the worker reads what."""

    _name = "purchase.1688.event"
    _description = "1688 Message"
    _order = "id desc"
    _rec_name = "msg_id"

    account_id = fields.Many2one("purchase.1688.account", required=True, readonly=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="account_id.company_id", store=True, index=True)
    msg_id = fields.Char(string="Message", required=True, readonly=True)
    type = fields.Char(string="Topic", required=True, readonly=True, index=True)
    raw = fields.Text(readonly=True)
    source = fields.Selection([("push", "Pushed"), ("pull", "Pulled")], required=True, readonly=True, default="push")
    born_at = fields.Datetime(string="Sent", readonly=True)
    received_at = fields.Datetime(readonly=True, default=fields.Datetime.now, index=True)
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
