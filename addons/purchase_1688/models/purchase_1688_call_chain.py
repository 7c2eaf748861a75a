from odoo import fields, models


class Purchase1688CallChain(models.Model):
    """The newest end of one account's audit trail: its lock while appending, its anchor after."""

    _name = "purchase.1688.call.chain"
    _description = "1688 Audit Trail Head"
    _log_access = False

    account_id = fields.Many2one("purchase.1688.account", required=True, readonly=True, ondelete="restrict")
    sequence = fields.Integer(readonly=True)
    hash = fields.Char(readonly=True)
    begin_sequence = fields.Integer(readonly=True, help="Number of the last call that was removed by the policy.")
    begin_hash = fields.Char(readonly=True, help="Its hash: the trail goes on from there.")

    _account_uniq = models.UniqueIndex("(account_id)", "One audit trail per account.")
