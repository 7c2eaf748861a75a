from odoo import api, fields, models


class Purchase1688OrderRelease(models.TransientModel):
    """Confirm a receipt though not all was accepted or paid back: a person decides, and says why."""

    _name = "purchase.1688.order.release"
    _description = "Confirm a 1688 Receipt"

    order_id = fields.Many2one("purchase.1688.order", "1688 order", required=True)
    unsettled = fields.Text("Neither accepted nor paid back", compute="_compute_unsettled")
    reason = fields.Char(required=True)

    @api.depends("order_id")
    def _compute_unsettled(self):
        for wizard in self:
            wizard.unsettled = wizard.order_id._get_unsettled_text()

    def action_confirm(self):
        """Confirm the receipt for this reason; rights are checked by the order."""
        self.ensure_one()
        self.order_id.action_confirm_receipt(reason=self.reason)
        return {"type": "ir.actions.act_window_close"}
