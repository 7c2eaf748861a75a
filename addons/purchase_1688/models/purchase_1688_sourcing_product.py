from odoo import api, models
from odoo.exceptions import UserError

from .purchase_1688_collector import plain
from .purchase_1688_sourcing import KEYWORD_LENGTH

#: around the present price: far cheaper is something else, much dearer is of no interest
PRICE_FROM, PRICE_TO = 0.3, 1.2


class Purchase1688Sourcing(models.Model):
    """What a product brings to a run that looks for sources of it."""

    _inherit = "purchase.1688.sourcing"

    @api.onchange("product_tmpl_id")
    def _onchange_product_tmpl_id(self):
        """A product brings what was not said."""
        if self.product_tmpl_id and self.state == "draft":
            known = self._prepare_from_product(self.product_tmpl_id)
            self.update({name: value for name, value in known.items() if not self[name]})

    # --- business

    @api.model
    def _prepare_from_product(self, product):
        """The question that a product asks: its name, its picture, about its present price."""
        product.check_access("read")
        name = product.name
        if "zh_CN" in dict(self.env["res.lang"].get_installed()):
            name = product.with_context(lang="zh_CN").name or name
        price_min, price_max = self._get_price_range(product.ali1688_source_ids.filtered("price"))
        return {
            "product_tmpl_id": product.id,
            "keyword": plain(name, KEYWORD_LENGTH),
            "picture": product.image_1920,
            "price_min": price_min,
            "price_max": price_max,
        }

    @api.model
    def _get_price_range(self, sources):
        """(from, to) in yuan per 1688 unit, about the cheapest present price; zeros where there is none.

        How many of our units a candidate's unit holds is not known before somebody maps it: it may be sold singly, or
        in packs as the present sources are.
        """
        if not sources:
            return 0.0, 0.0
        unit_price = min(source.price / source.units_per_pack for source in sources)
        packs = [1.0, *sources.mapped("units_per_pack")]
        return unit_price * min(packs) * PRICE_FROM, unit_price * max(packs) * PRICE_TO

    @api.model
    def _get_category(self, product):
        """The category of the first source of a product: a long name alone finds other goods as well."""
        categories = self.env["purchase.1688.category"]
        refs = [ref for ref in product.ali1688_source_ids.offer_id.mapped("category_ref") if ref]
        try:
            return categories._find(refs[0]) if refs else categories
        except UserError:
            return categories  # a search that is too wide is better than none
