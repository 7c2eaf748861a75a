from odoo import fields, models


class Purchase1688OfferTier(models.Model):
    _name = "purchase.1688.offer.tier"
    _description = "1688 Offer Price Tier"
    _order = "offer_id, start_qty"

    offer_id = fields.Many2one("purchase.1688.offer", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="offer_id.company_id", store=True)
    currency_id = fields.Many2one(related="offer_id.currency_id")
    start_qty = fields.Float(
        "From",
        digits="Product Unit",
        required=True,
        help="In 1688 units, all SKUs of the offer together.",
    )
    price = fields.Monetary(required=True, help="Yuan per 1688 unit.")

    _start_uniq = models.UniqueIndex("(offer_id, start_qty)", "A price tier may start only once.")
