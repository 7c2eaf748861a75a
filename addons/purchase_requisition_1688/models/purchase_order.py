from odoo import models
from odoo.fields import Command


class PurchaseOrder(models.Model):
    _inherit = "purchase.order"

    def button_confirm(self):
        """Shares of one split buy different goods: Odoo need not ask which of them to cancel."""
        if self.alternative_po_ids and self._ali1688_are_shares():
            return super(PurchaseOrder, self.with_context(skip_alternative_check=True)).button_confirm()
        return super().button_confirm()

    def _ali1688_are_shares(self):
        """Whether all alternatives come from comparisons that were applied to these very requests."""
        applied = self.ali1688_comparison_ids.filtered(lambda comparison: comparison.state == "applied")
        return self.alternative_po_ids <= applied.purchase_ids

    def _ali1688_group(self):
        """The requests of one split are alternatives of each other."""
        super()._ali1688_group()
        group = self.purchase_group_id[:1]
        if group:
            group.write({"order_ids": [Command.link(order.id) for order in self]})
        else:
            group.create({"order_ids": [Command.set(self.ids)]})

    def _ali1688_ungroup(self):
        """A request that is alone again is no alternative."""
        super()._ali1688_ungroup()
        groups = self.purchase_group_id
        groups.filtered(lambda group: len(group.order_ids) <= 1).unlink()
