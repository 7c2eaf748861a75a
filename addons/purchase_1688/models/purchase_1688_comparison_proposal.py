from odoo import api, fields, models

from ..lib import pictures


class Purchase1688ComparisonProposal(models.Model):
    """An offer like those that are wanted, for a line whose own sources cannot deliver."""

    _name = "purchase.1688.comparison.proposal"
    _description = "1688 Comparison: Similar Offer"
    _inherit = ["purchase.1688.comparison.part"]
    _order = "demand_id.id, sequence, id"

    demand_id = fields.Many2one("purchase.1688.comparison.demand", required=True, index=True, ondelete="cascade")
    comparison_id = fields.Many2one(related="demand_id.comparison_id", store=True, index=True)
    company_id = fields.Many2one(related="comparison_id.company_id", store=True)
    currency_id = fields.Many2one(related="comparison_id.currency_id")
    sequence = fields.Integer()
    offer_ref = fields.Char("Offer number", required=True)
    name = fields.Char()
    name_zh = fields.Char("Name at 1688")
    seller_name = fields.Char("Seller")
    image_url = fields.Char()
    url = fields.Char("Page", compute="_compute_url")
    price = fields.Monetary("Price from", help="Yuan per 1688 unit, as the search says.")
    min_qty = fields.Float("Minimum order", digits="Product Unit")
    sold = fields.Integer("Sold in a month")
    years = fields.Integer()
    score = fields.Float(digits=(3, 2))
    offer_id = fields.Many2one("purchase.1688.offer", "Collected as", readonly=True, ondelete="set null")

    @api.depends("offer_ref")
    def _compute_url(self):
        for proposal in self:
            proposal.url = f"https://detail.1688.com/offer/{proposal.offer_ref}.html"

    def _get_board_proposal(self):
        """One similar offer on the board.

        :return: {"id", "name", "name_zh", "seller", "url", "image_url", "price": yuan per 1688 unit, "min_qty",
            "years", "score": 0 where nobody says, "sold": in a month, "taken"}
        """
        self.ensure_one()
        return {
            "id": self.id,
            "name": self.name or "",
            "name_zh": self.name_zh or "",
            "seller": self.seller_name or "",
            "url": self.url,
            "image_url": self.image_url or "",
            "price": self.price,
            "min_qty": self.min_qty,
            "years": self.years,
            "score": self.score,
            "sold": self.sold,
            "taken": bool(self.offer_id),
        }

    @api.model
    def _prepare_vals(self, demand_id, offer, sequence, hosts):
        plain = self.env["purchase.1688.collector"]._plain  # marketplace text
        allowed = offer.image_url and pictures.is_allowed(offer.image_url, hosts)
        return {
            "demand_id": demand_id,
            "sequence": sequence,
            "offer_ref": offer.offer_id,
            "name": plain(offer.title_translated or offer.title),
            "name_zh": plain(offer.title),
            "seller_name": plain(offer.company_name),
            "image_url": offer.image_url if allowed else False,
            "price": float(offer.price or 0),
            "min_qty": float(offer.min_quantity or 0),
            "sold": offer.month_sold or 0,
            "years": offer.scores.years or 0,
            "score": float(offer.scores.service or 0),
        }
