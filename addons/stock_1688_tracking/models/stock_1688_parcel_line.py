from odoo import fields, models


class Stock1688ParcelLine(models.Model):
    _name = "stock.1688.parcel.line"
    _description = "1688 Parcel Content"

    parcel_id = fields.Many2one("stock.1688.parcel", required=True, index=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one(related="parcel_id.company_id", store=True, index=True)
    order_line_id = fields.Many2one(
        "purchase.1688.order.line",
        "1688 Order Line",
        required=True,
        index=True,
        readonly=True,
        ondelete="cascade",
    )
    order_id = fields.Many2one(related="order_line_id.order_id")
    product_id = fields.Many2one(related="order_line_id.product_id")
    quantity = fields.Float("1688 Units", digits="Product Unit", readonly=True)
    product_qty = fields.Float(
        "Quantity",
        digits="Product Unit",
        readonly=True,
        help="The same in the unit of the product.",
    )

    _content_uniq = models.UniqueIndex("(parcel_id, order_line_id)", "A parcel names an order line once.")
