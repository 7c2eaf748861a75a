from odoo import fields, models

from .purchase_1688_rating_weight import PARTS


class Purchase1688RatingPart(models.Model):
    """One part of a seller's rating in one month; all values 0 to 5."""

    _name = "purchase.1688.rating.part"
    _description = "1688 Rating Part"
    _order = "month desc, partner_id, id"
    _rec_name = "code"

    rating_id = fields.Many2one("purchase.1688.rating", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="rating_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(related="rating_id.partner_id", store=True, index=True)
    month = fields.Date(related="rating_id.month", store=True)
    code = fields.Selection(PARTS, "Part", required=True, readonly=True)
    value = fields.Float(digits=(3, 2), aggregator="avg", readonly=True, help="0 to 5, what counts.")
    weight = fields.Float("Weighting", digits=(5, 1), aggregator="avg", readonly=True)
    samples = fields.Integer("Observations", readonly=True, help="Our own, in the months looked at.")
    own_value = fields.Float(
        "From our history", digits=(3, 2), aggregator="avg", readonly=True, help="0 to 5; 0 without observations."
    )
    platform_value = fields.Float(
        "From the platform",
        digits=(3, 2),
        aggregator="avg",
        readonly=True,
        help="0 to 5: the platform's figure, which a value with few observations of ours is pulled towards.",
    )
    told = fields.Boolean(
        "Told by the platform", readonly=True, help="Otherwise the mean of the platform's other figures stands in."
    )

    _code_uniq = models.UniqueIndex("(rating_id, code)", "A rating has each part once.")
