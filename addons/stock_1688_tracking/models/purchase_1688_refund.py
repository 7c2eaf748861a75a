from odoo import models


class Purchase1688Refund(models.Model):
    _inherit = "purchase.1688.refund"

    def _after_snapshot(self, snapshot):
        """The end of a claim may be what the confirmation of the receipt has waited for."""
        res = super()._after_snapshot(snapshot)
        self.order_id._confirm_accepted()
        return res
