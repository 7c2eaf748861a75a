from odoo import fields, models


class PurchaseOrderLine(models.Model):
    _inherit = "purchase.order.line"

    ali1688_order_line_ids = fields.One2many(
        "purchase.1688.order.line", "purchase_line_id", "1688 Order Lines", readonly=True
    )
