from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..lib.costing import Promotion

PERCENT = Decimal(100)
#: kind of promotion -> the fields (from so much, so much off); 1688 tells of them only in its check of an order
OFF_FIELDS = {
    "shop": ("ali1688_shop_off_from", "ali1688_shop_off"),
    "platform": ("ali1688_platform_off_from", "ali1688_platform_off"),
    "red_packet": ("ali1688_red_packet_from", "ali1688_red_packet"),
}


class ResPartner(models.Model):
    """What holds with a seller beside what his listings say: it goes into every landed cost."""

    _inherit = "res.partner"

    ali1688_invoice = fields.Boolean(
        "Buy with an invoice",
        default=True,
        help="Without one, the invoice surcharge is left out of the landed cost.",
    )
    ali1688_discount_rate = fields.Float(
        "Agreed discount (%)",
        digits=(5, 2),
        help="What this seller takes off the goods. Ask for it before you pay: 1688 does not know of it.",
    )
    ali1688_tier_by_seller = fields.Boolean(
        "Price tiers count the whole order",
        help="All goods of an order together reach the price tier, not each listing by itself.",
    )
    ali1688_shop_off_from = fields.Float("Shop promotion from (yuan)", digits=(12, 2), help="Goods of one order.")
    ali1688_shop_off = fields.Float("Shop promotion (yuan off)", digits=(12, 2))
    ali1688_free_freight = fields.Boolean("Free freight from an amount")
    ali1688_free_freight_from = fields.Float("Free freight from (yuan)", digits=(12, 2), help="Goods of one order.")
    ali1688_platform_off_from = fields.Float("1688 promotion from (yuan)", digits=(12, 2), help="Goods of one order.")
    ali1688_platform_off = fields.Float("1688 promotion (yuan off)", digits=(12, 2))
    ali1688_red_packet_from = fields.Float("Red packet from (yuan)", digits=(12, 2), help="Goods of one order.")
    ali1688_red_packet = fields.Float("Red packet (yuan off)", digits=(12, 2), help="What one order may use of it.")

    @api.constrains("ali1688_tax_rate", "ali1688_service_rate", "ali1688_discount_rate")
    def _check_ali1688_rates(self):
        for partner in self:
            for name in ("ali1688_tax_rate", "ali1688_service_rate", "ali1688_discount_rate"):
                if not 0 <= partner[name] <= 100:
                    raise ValidationError(
                        self.env._(
                            "%(field)s of %(seller)s must be between 0 and 100.",
                            field=self._fields[name]._description_string(self.env),
                            seller=partner.display_name,
                        )
                    )

    @api.constrains("ali1688_free_freight_from", *(name for names in OFF_FIELDS.values() for name in names))
    def _check_ali1688_promotions(self):
        names = ["ali1688_free_freight_from", *(name for pair in OFF_FIELDS.values() for name in pair)]
        for partner in self:
            for name in names:
                if partner[name] < 0:
                    raise ValidationError(
                        self.env._(
                            "%(field)s of %(seller)s is below zero. Enter how much is taken off as a positive amount.",
                            field=self._fields[name]._description_string(self.env),
                            seller=partner.display_name,
                        )
                    )

    # --- business

    @api.model
    def _ali1688_get_agreed_fields(self):
        """What `_ali1688_get_agreed` reads."""
        return [
            "ali1688_tax_rate",
            "ali1688_service_rate",
            "ali1688_discount_rate",
            "ali1688_invoice",
            "ali1688_tier_by_seller",
            "ali1688_free_freight",
            "ali1688_free_freight_from",
            *(name for names in OFF_FIELDS.values() for name in names),
        ]

    def _ali1688_get_agreed(self):
        """What holds with this seller, as `lib/terms.terms_of` takes it."""
        self.ensure_one()

        def exact(name):
            return Decimal(str(self[name]))

        promotions = [
            Promotion(kind, exact(from_amount), exact(off))
            for kind, (from_amount, off) in OFF_FIELDS.items()
            if self[off]
        ]
        if self.ali1688_free_freight:
            promotions.append(Promotion("shop", exact("ali1688_free_freight_from"), free_freight=True))
        return {
            "tax_rate": exact("ali1688_tax_rate") / PERCENT,
            "service_rate": exact("ali1688_service_rate") / PERCENT,
            "discount_rate": exact("ali1688_discount_rate") / PERCENT,
            "invoice": self.ali1688_invoice,
            "by_seller": self.ali1688_tier_by_seller,
            "promotions": tuple(promotions),
        }
