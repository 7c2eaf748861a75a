from odoo import api, fields, models


class Purchase1688RefundRequestLine(models.TransientModel):
    """Goods of a claim that is being written."""

    _name = "purchase.1688.refund.request.line"
    _description = "Claim Money Back: Goods"

    request_id = fields.Many2one("purchase.1688.refund.request", required=True, ondelete="cascade")
    order_line_id = fields.Many2one("purchase.1688.order.line", "Goods", required=True)
    ordered = fields.Float(related="order_line_id.quantity", string="Ordered")
    currency_id = fields.Many2one(related="order_line_id.currency_id")
    quantity = fields.Float("Claimed", digits=(16, 3))
    amount = fields.Monetary(compute="_compute_amount")

    @api.depends("quantity", "order_line_id")
    def _compute_amount(self):
        for line in self:
            goods = line.order_line_id
            price = goods.remote_amount / goods.remote_qty if goods.remote_qty else goods.unit_price
            line.amount = line.currency_id.round(price * line.quantity)
