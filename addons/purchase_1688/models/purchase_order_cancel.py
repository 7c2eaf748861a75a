from odoo import models


class PurchaseOrder(models.Model):
    """Cancelling: nothing is ordered, paid or on its way on 1688 for what nobody expects any more."""

    _inherit = "purchase.order"

    def button_cancel(self):
        # whoever may cancel a purchase order does so for all that was made for it, whatever his role at 1688
        self.sudo().ali1688_order_ids._cancel_with_purchases(self)
        return super().button_cancel()
