from odoo import models


class Purchase1688Comparison(models.Model):
    """Sellers below the floor, and those with an expired paper, are proposed by nobody but a person."""

    _inherit = "purchase.1688.comparison"

    def _get_barred(self):
        """Read from the sellers' standings, which are worked out for all of them at once and kept."""
        barred = super()._get_barred()
        for seller in self.with_company(self.company_id).quote_ids.partner_id:
            if seller.ali1688_rating_state == "excluded":
                barred.setdefault(seller, seller.ali1688_rating_reason)
        return barred
