from odoo import fields, models


class Purchase1688OfferCollectPair(models.TransientModel):
    """A variant for which it is not certain which SKU of a collected offer it is: a person says so."""

    _name = "purchase.1688.offer.collect.pair"
    _description = "SKU to Choose for a Variant"
    _order = "offer_id, product_id, id"

    collect_id = fields.Many2one("purchase.1688.offer.collect", required=True, ondelete="cascade", index=True)
    product_id = fields.Many2one("product.product", "Variant", required=True, readonly=True, ondelete="cascade")
    variant_name = fields.Char("Our variant", compute="_compute_variant_name")
    offer_id = fields.Many2one("purchase.1688.offer", required=True, readonly=True, ondelete="cascade")
    partner_id = fields.Many2one(related="offer_id.partner_id")
    sku_id = fields.Many2one(
        "purchase.1688.sku", "Is this SKU", domain="[('offer_id', '=', offer_id)]", ondelete="set null"
    )
    image_128 = fields.Image(related="sku_id.image_128")
    units_per_pack = fields.Float("Our units per 1688 unit", digits="Product Unit", default=1.0)

    def _compute_variant_name(self):
        for pair in self:
            values = pair.product_id.product_template_attribute_value_ids
            pair.variant_name = values._get_combination_name() or pair.product_id.name
