from odoo import fields, models


class Purchase1688ComparisonDemand(models.Model):
    """One need of a comparison: so many of our units of this product."""

    _name = "purchase.1688.comparison.demand"
    _description = "1688 Comparison Line"
    _order = "comparison_id, sequence, id"

    comparison_id = fields.Many2one("purchase.1688.comparison", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="comparison_id.company_id", store=True)
    currency_id = fields.Many2one(related="comparison_id.currency_id")
    sequence = fields.Integer(default=10)
    purchase_line_id = fields.Many2one("purchase.order.line", "RFQ line", index="btree_not_null", ondelete="set null")
    product_id = fields.Many2one("product.product", required=True, ondelete="restrict")
    product_uom_id = fields.Many2one(related="product_id.uom_id")
    product_qty = fields.Float("Quantity", digits="Product Unit", required=True, help="In the product's own unit.")
    quote_ids = fields.One2many("purchase.1688.comparison.quote", "demand_id", "Answers")
    best_quote_id = fields.Many2one("purchase.1688.comparison.quote", "First place", readonly=True)
    chosen_quote_id = fields.Many2one("purchase.1688.comparison.quote", "Chosen")
