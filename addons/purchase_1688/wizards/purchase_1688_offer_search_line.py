from odoo import api, fields, models


class Purchase1688OfferSearchLine(models.TransientModel):
    _name = "purchase.1688.offer.search.line"
    _description = "1688 Search Result"
    _order = "sequence, id"

    search_id = fields.Many2one("purchase.1688.offer.search", required=True, ondelete="cascade", index=True)
    sequence = fields.Integer()
    picked = fields.Boolean()
    offer_ref = fields.Char("Offer number")
    name = fields.Char()
    name_zh = fields.Char("Name at 1688")
    company_name = fields.Char("Seller")
    image_url = fields.Char("Picture")
    currency_id = fields.Many2one(related="search_id.currency_id")
    price = fields.Monetary()
    min_qty = fields.Float("Minimum order", digits="Product Unit")
    month_sold = fields.Integer("Sold this month")
    repurchase_rate = fields.Float("Repurchase rate", digits=(5, 4))
    score = fields.Float("Service score", digits=(3, 2))
    years = fields.Integer("TrustPass years")
    offer_id = fields.Many2one("purchase.1688.offer", "Collected", compute="_compute_offer_id")

    @api.depends("offer_ref")
    def _compute_offer_id(self):
        offers = self.env["purchase.1688.offer"].search(
            [
                ("offer_id", "in", self.mapped("offer_ref")),
                ("company_id", "in", self.search_id.company_id.ids),
            ]
        )
        by_number = {offer.offer_id: offer for offer in offers}
        for line in self:
            line.offer_id = by_number.get(line.offer_ref, False)

    # --- actions

    def action_pick(self):
        """Pick or unpick."""
        for line in self:
            line.picked = not line.picked

    def action_collect(self):
        """Collect this one."""
        self.ensure_one()
        return self.search_id._collect(self)

    def action_open_url(self):
        """Open the offer's page at 1688."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"https://detail.1688.com/offer/{self.offer_ref}.html",
            "target": "new",
        }
