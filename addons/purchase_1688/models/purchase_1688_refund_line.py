from decimal import ROUND_DOWN, Decimal

from odoo import api, fields, models

from .purchase_1688_order_prepare import exact


class Purchase1688RefundLine(models.Model):
    """Goods of a claim: how many 1688 units of an order line."""

    _name = "purchase.1688.refund.line"
    _description = "1688 Claim Line"
    _order = "refund_id, id"
    _check_company_auto = True

    refund_id = fields.Many2one("purchase.1688.refund", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="refund_id.company_id", store=True)
    currency_id = fields.Many2one(related="refund_id.currency_id")
    order_line_id = fields.Many2one(
        "purchase.1688.order.line", "Goods", required=True, check_company=True, ondelete="restrict", index=True
    )
    product_id = fields.Many2one(related="order_line_id.product_id")
    quantity = fields.Float(digits=(16, 3), required=True)
    unit_price = fields.Float("Paid price", digits=(16, 4), compute="_compute_amount")
    amount = fields.Monetary(compute="_compute_amount")

    _quantity_positive = models.Constraint("CHECK(quantity > 0)", "A quantity must be more than zero.")
    _line_uniq = models.UniqueIndex("(refund_id, order_line_id)", "An order line is in a claim once.")

    @api.depends("quantity", "order_line_id.remote_amount", "order_line_id.remote_qty", "order_line_id.unit_price")
    def _compute_amount(self):
        for line in self:
            goods = line.order_line_id
            price = goods.remote_amount / goods.remote_qty if goods.remote_qty else goods.unit_price
            line.unit_price = price
            line.amount = line.currency_id.round(price * line.quantity)

    def _get_cost(self):
        """What these goods cost in the order, exact; 1688 pays back no part of a fen."""
        self.ensure_one()
        goods = self.order_line_id
        if goods.remote_qty:
            cost = exact(goods.remote_amount) * exact(self.quantity, 3) / exact(goods.remote_qty, 3)
        else:
            cost = exact(goods.unit_price, 4) * exact(self.quantity, 3)
        return cost.quantize(Decimal("0.01"), ROUND_DOWN)
