from odoo import models


class Purchase1688ComparisonQuote(models.Model):
    """Which answers a proposal may choose without a person."""

    _inherit = "purchase.1688.comparison.quote"

    def _filter_automatic(self):
        """The answers of sellers that may be chosen automatically; the others stay visible, and a person can choose
        them with a reason. Constant queries.
        """
        allowed = self.browse()
        for company, quotes in self.grouped("company_id").items():
            choice = quotes.partner_id._ali1688_automatic_choice(company)
            allowed |= quotes.filtered(lambda quote, choice=choice: choice.get(quote.partner_id, (True, ""))[0])
        return allowed
