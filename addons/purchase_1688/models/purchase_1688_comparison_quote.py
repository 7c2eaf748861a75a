from odoo import fields, models


class Purchase1688ComparisonQuote(models.Model):
    """One answer: what one source takes for one need, or why it gave none."""

    _name = "purchase.1688.comparison.quote"
    _description = "1688 Quote"
    _order = "demand_id, rank, id"

    demand_id = fields.Many2one("purchase.1688.comparison.demand", required=True, index=True, ondelete="cascade")
    comparison_id = fields.Many2one(related="demand_id.comparison_id", store=True, index=True)
    company_id = fields.Many2one(related="comparison_id.company_id", store=True)
    currency_id = fields.Many2one(related="comparison_id.currency_id")
    product_id = fields.Many2one(related="demand_id.product_id", store=True)
    source_id = fields.Many2one("purchase.1688.source", index="btree_not_null", ondelete="set null")
    offer_id = fields.Many2one("purchase.1688.offer", ondelete="set null")
    sku_id = fields.Many2one("purchase.1688.sku", ondelete="set null")
    partner_id = fields.Many2one("res.partner", "Seller", ondelete="restrict", index=True)
    state = fields.Selection(
        [("asking", "Asking"), ("answered", "Answered"), ("short", "Short"), ("late", "Late"), ("failed", "Failed")],
        default="asking",
        required=True,
    )
    rank = fields.Integer()
    units_per_pack = fields.Float(digits="Product Unit")
    quantity = fields.Float("1688 quantity", digits="Product Unit", help="To be ordered, in 1688 units.")
    product_qty = fields.Float("Arrives", digits="Product Unit", help="In the product's own unit.")
    unit_price = fields.Float("1688 price", digits=(12, 4), help="Yuan per 1688 unit.")
    goods_total = fields.Monetary("Goods")
    freight = fields.Monetary()
    total = fields.Monetary("Landed cost")
