from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..lib import rating


class ResCompany(models.Model):
    """How a company rates sellers: floors, how far back it looks, what the platform counts."""

    _inherit = "res.company"

    ali1688_rating_preferred = fields.Float(
        string="Preferred sellers from",
        digits=(3, 2),
        default=4.5,
        help="Rating (0 to 5) from which a seller counts as preferred. What is not known of a seller counts as 3.5, so "
        "that a few good figures are not enough: two thirds of the weights have to be known for 4.5.",
    )
    ali1688_rating_excluded = fields.Float(
        string="Excluded sellers below",
        digits=(3, 2),
        default=3.0,
        help="Below this rating (0 to 5) a seller is not chosen automatically any more.",
    )
    ali1688_rating_min_samples = fields.Integer(
        string="Observations of a preferred seller",
        help="So many observations of our own a preferred seller needs; 0: the platform's figures may be enough.",
    )
    ali1688_rating_prior = fields.Float(
        string="Platform counts as observations",
        default=10.0,
        digits=(5, 1),
        help="A part of the rating with so many observations of ours is half ours and half the platform's.",
    )
    ali1688_rating_months = fields.Integer(
        string="Months of history", default=12, help="Older observations of ours do not count any more."
    )
    ali1688_rating_ship_hours = fields.Integer(
        string="Promised dispatch (hours)", default=48, help="From the payment until the goods are on their way."
    )
    ali1688_qualification_days = fields.Integer(
        string="Warn before papers end (days)",
        default=30,
        help="How long before the end of a seller's licence or permit an issue is opened.",
    )

    @api.constrains("ali1688_rating_preferred", "ali1688_rating_excluded")
    def _check_ali1688_floors(self):
        for company in self:
            if not 0 <= company.ali1688_rating_excluded <= company.ali1688_rating_preferred <= 5:
                raise ValidationError(
                    self.env._("Floors lie between 0 and 5, and excluded sellers are below preferred ones.")
                )

    @api.constrains(
        "ali1688_rating_min_samples",
        "ali1688_rating_prior",
        "ali1688_rating_months",
        "ali1688_rating_ship_hours",
        "ali1688_qualification_days",
    )
    def _check_ali1688_rating_numbers(self):
        for company in self:
            if company.ali1688_rating_min_samples < 0 or not 0 <= company.ali1688_rating_prior <= 1000:
                raise ValidationError(self.env._("The platform counts as 0 to 1,000 observations."))
            if not 1 <= company.ali1688_rating_months <= 60:
                raise ValidationError(self.env._("Ratings look back over 1 to 60 months."))
            if not 1 <= company.ali1688_rating_ship_hours <= 1000:
                raise ValidationError(self.env._("Sellers promise to dispatch within 1 to 1,000 hours."))
            if not 0 <= company.ali1688_qualification_days <= 366:
                raise ValidationError(self.env._("Warnings before papers end come 0 to 366 days before."))

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        # who makes a company need not be somebody who weighs sellers
        self.env["purchase.1688.rating.weight"].sudo()._ensure_rows(companies)
        return companies

    @api.model
    def _ali1688_get_judge_fields(self):
        """What `_ali1688_judge` reads: a company has more than a hundred columns."""
        return ["ali1688_rating_preferred", "ali1688_rating_excluded", "ali1688_rating_min_samples"]

    def _ali1688_judge(self, value, samples):
        """Where a rating (0 to 5, or None) of so many observations stands against this company's floors."""
        self.ensure_one()
        return rating.judge(
            value,
            samples,
            self.ali1688_rating_preferred,
            self.ali1688_rating_excluded,
            self.ali1688_rating_min_samples,
        )
