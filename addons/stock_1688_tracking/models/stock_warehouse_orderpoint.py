from odoo import models
from odoo.exceptions import UserError


class StockWarehouseOrderpoint(models.Model):
    _inherit = "stock.warehouse.orderpoint"

    def action_ali1688_compare(self):
        """Ask all 1688 sources of what is to be replenished, on a board that fills as they answer."""
        return self._ali1688_compare().action_open_board()

    def compare_on_1688(self):
        """The same for callers of the external API.

        :return: {"comparison_id"}; wait for the answers with `action_wait` of purchase.1688.comparison
        """
        return {"comparison_id": self._ali1688_compare().id}

    def _ali1688_compare(self):
        """A comparison of the quantities to order; lines of one product are one need."""
        self.env["purchase.1688.comparison"].check_access("write")
        if len(self.company_id) != 1:
            raise UserError(self.env._("Compare the replenishment of one company at a time."))
        quantities = {}
        for orderpoint in self.filtered(lambda orderpoint: orderpoint.qty_to_order > 0):
            product = orderpoint.product_id
            quantities[product] = quantities.get(product, 0.0) + orderpoint.qty_to_order
        if not quantities:
            raise UserError(self.env._("There is nothing to order: enter a quantity to order in at least one line."))
        none = self.env["purchase.order.line"]
        comparison = self.env["purchase.1688.comparison"].with_company(self.company_id)
        return comparison._start([(product, quantity, none) for product, quantity in quantities.items()])
