from decimal import Decimal

from odoo import models


class Purchase1688ComparisonQuote(models.Model):
    """Our own rating of the seller goes before the platform's score."""

    _inherit = "purchase.1688.comparison.quote"

    def _get_score(self):
        """How well the seller is rated here, 0 to 5; without a rating, as the platform has it."""
        rating = self.with_company(self.company_id).partner_id.ali1688_rating
        return Decimal(str(rating)) if rating else super()._get_score()
