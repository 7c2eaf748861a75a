from odoo import fields, models


class Purchase1688ProductCompareLine(models.TransientModel):
    _name = "purchase.1688.product.compare.line"
    _description = "Quantity to Compare"

    wizard_id = fields.Many2one("purchase.1688.product.compare", required=True, ondelete="cascade", index=True)
    product_id = fields.Many2one("product.product", required=True)
    image_128 = fields.Image(related="product_id.image_128")
    source_count = fields.Integer(related="product_id.ali1688_source_count", string="Sources")
    quantity = fields.Float(digits="Product Unit", help="In the product's own unit; 0 leaves the variant out.")
    product_uom_id = fields.Many2one(related="product_id.uom_id")
