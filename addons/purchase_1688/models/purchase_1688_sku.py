from decimal import Decimal

from odoo import api, fields, models

from ..lib import mapping


class Purchase1688Sku(models.Model):
    _name = "purchase.1688.sku"
    _description = "1688 SKU"
    _order = "offer_id, sequence, id"
    _rec_names_search = ["name", "sku_ref", "spec_id", "offer_id.name", "offer_id.name_zh"]

    offer_id = fields.Many2one("purchase.1688.offer", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="offer_id.company_id", store=True)
    currency_id = fields.Many2one(related="offer_id.currency_id")
    partner_id = fields.Many2one(related="offer_id.partner_id")
    active = fields.Boolean(default=True, help="Archived when the offer no longer lists it.")
    sequence = fields.Integer(default=10)
    name = fields.Char("Specification", compute="_compute_name", store=True, translate=True)
    sku_ref = fields.Char("SKU id", help="Empty for an offer without specifications.")
    spec_id = fields.Char("Specification id", help="What an order at 1688 names the SKU by.")
    cargo_number = fields.Char("Seller's item number")
    attributes = fields.Json(help="List of {name, name_zh, value, value_zh}.")
    price = fields.Monetary(help="Yuan per 1688 unit; only where the offer is priced by SKU.")
    stock = fields.Float("Stock at seller", digits="Product Unit", help="In 1688 units, as last seen.")
    weight = fields.Float(digits="Stock Weight", help="Kilograms of one 1688 unit; 0 where the seller does not say.")
    image_url = fields.Char()
    image_512 = fields.Image("Picture", max_width=512, max_height=512)
    image_128 = fields.Image("Small picture", related="image_512", max_width=128, max_height=128, store=True)
    source_ids = fields.One2many("purchase.1688.source", "sku_id")
    seen_at = fields.Datetime(related="offer_id.seen_at")

    _ref_uniq = models.UniqueIndex("(offer_id, (COALESCE(sku_ref, '')))", "This SKU is already recorded for the offer.")

    @api.depends("attributes")
    def _compute_name(self):
        key = "value_zh" if self.env.lang == "zh_CN" else "value"
        for sku in self:
            sku.name = sku._join_values(key)

    @api.depends("name", "offer_id.name")
    def _compute_display_name(self):
        for sku in self:
            sku.display_name = " – ".join(filter(None, [sku.offer_id.name, sku.name]))

    # --- business

    def _join_values(self, key):
        """The attributes' values as one text, translated ("value") or as the seller writes them ("value_zh")."""
        return " / ".join(attribute[key] for attribute in self.attributes or [] if attribute.get(key))

    def _get_tiers(self):
        """[(start, price)] in 1688 units and yuan: what one more of this SKU costs, by quantity."""
        self.ensure_one()
        offer = self.offer_id
        if offer.quote_type == "1" and self.price:
            return [(max(offer.min_qty, 1.0), self.price)]
        tiers = [(tier.start_qty, tier.price) for tier in offer.tier_ids]
        return tiers or [(max(offer.min_qty, 1.0), self.price)]

    def _get_price(self, quantity):
        """Yuan per 1688 unit for `quantity` 1688 units of this SKU alone."""
        tiers = sorted(self._get_tiers())
        return [price for start, price in tiers if start <= max(quantity, tiers[0][0])][-1]

    def _get_matching_values(self):
        """All the ways each attribute value is written, for lib/matching."""
        self.ensure_one()
        return tuple(
            tuple(filter(None, (attribute.get("value"), attribute.get("value_zh"))))
            for attribute in self.attributes or []
        )

    def _get_key(self):
        """How lists of mappings know the SKU: ``offer:sku id``."""
        self.ensure_one()
        return f"{self.offer_id.offer_id}:{self.sku_ref or ''}"

    def _get_spec(self):
        """The SKU as a value for lib/mapping."""
        self.ensure_one()
        return mapping.Spec(
            self._get_key(),
            self.sku_ref or "",
            self.spec_id or "",
            self.cargo_number or "",
            self._get_matching_values(),
            Decimal(str(sorted(self._get_tiers())[0][1])) or None,
        )
