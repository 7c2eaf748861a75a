from odoo import api, fields, models


class ProductProduct(models.Model):
    _inherit = "product.product"

    ali1688_source_ids = fields.One2many("purchase.1688.source", "product_id", "1688 sources")
    ali1688_source_count = fields.Integer(compute="_compute_ali1688_source_count")

    @api.depends("ali1688_source_ids")
    def _compute_ali1688_source_count(self):
        counts = dict(
            self.env["purchase.1688.source"]._read_group([("product_id", "in", self.ids)], ["product_id"], ["__count"])
        )
        for product in self:
            product.ali1688_source_count = counts.get(product, 0)
