from odoo import api, fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    # --- the seller at 1688
    ali1688_member_id = fields.Char("1688 member id", index="btree_not_null", copy=False)
    ali1688_login_id = fields.Char("1688 login name", copy=False)
    ali1688_open_id = fields.Char("1688 open id", index="btree_not_null", copy=False)
    ali1688_is_seller = fields.Boolean("Sells on 1688", compute="_compute_ali1688_is_seller", store=True, index=True)
    ali1688_years = fields.Integer("TrustPass years", copy=False)
    ali1688_medal = fields.Integer("Trade medal", copy=False)
    ali1688_score = fields.Float(
        "Service score", digits=(3, 2), copy=False, help="0 to 5, as the platform rates the seller."
    )
    ali1688_logistics_score = fields.Float("Logistics score", digits=(3, 2), copy=False)
    ali1688_dispute_score = fields.Float("Dispute score", digits=(3, 2), copy=False)
    ali1688_offer_score = fields.Float("Goods score", digits=(3, 2), copy=False)
    ali1688_after_sales_score = fields.Float("After-sales score", digits=(3, 2), copy=False)
    ali1688_consulting_score = fields.Float("Consulting score", digits=(3, 2), copy=False)
    ali1688_repurchase_rate = fields.Float("Repurchase rate", digits=(5, 4), copy=False)
    ali1688_collected_48h_rate = fields.Float("Collected within 48 hours", digits=(5, 4), copy=False)
    ali1688_quality_refund_rate = fields.Float("Refunds for quality", digits=(5, 4), copy=False)
    ali1688_mix = fields.Boolean("Mixes batches")
    ali1688_mix_amount = fields.Float("Mixed batch from (yuan)", digits=(12, 2))
    ali1688_mix_qty = fields.Float("Mixed batch from (pieces)", digits="Product Unit")
    ali1688_tax_rate = fields.Float(
        "Invoice surcharge (%)",
        digits=(5, 2),
        help="What this seller adds to the goods for issuing an invoice.",
    )
    ali1688_service_rate = fields.Float(
        "Service fee (%)",
        digits=(5, 2),
        help="What the platform or an agent adds to the goods bought here.",
    )
    ali1688_offer_ids = fields.One2many("purchase.1688.offer", "partner_id", "1688 offers")
    ali1688_offer_count = fields.Integer(compute="_compute_ali1688_offer_count")

    # --- an address that 1688 ships to
    ali1688_area = fields.Char("District", help="District or county, in Chinese, as 1688 writes it.")
    ali1688_district_code = fields.Char(
        "District code", help="Six-digit Chinese division code; freight is asked for it."
    )

    _ali1688_member_uniq = models.UniqueIndex(
        "(ali1688_member_id) WHERE ali1688_member_id IS NOT NULL",
        "Another contact is already this 1688 seller.",
    )
    _ali1688_open_uniq = models.UniqueIndex(
        "(ali1688_open_id) WHERE ali1688_open_id IS NOT NULL",
        "Another contact is already this 1688 seller.",
    )

    @api.depends("ali1688_member_id", "ali1688_open_id")
    def _compute_ali1688_is_seller(self):
        for partner in self:
            partner.ali1688_is_seller = bool(partner.ali1688_member_id or partner.ali1688_open_id)

    @api.depends("ali1688_offer_ids")
    def _compute_ali1688_offer_count(self):
        counts = dict(
            self.env["purchase.1688.offer"]._read_group([("partner_id", "in", self.ids)], ["partner_id"], ["__count"])
        )
        for partner in self:
            partner.ali1688_offer_count = counts.get(partner, 0)

    def action_open_ali1688_offers(self):
        """List the offers of this seller."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("purchase_1688.purchase_1688_offer_action"),
            "domain": [("partner_id", "=", self.id)],
        }

    def _ali1688_get_board_seller(self):
        """The seller as the head of a column: the platform's `score` beside our `rating` (0 to 5; 0: none).

        `rating_state` is that of `ali1688_rating_state`; `rating_reason` says why, where there is something to say.
        """
        self.ensure_one()
        return {
            "id": self.id,
            "name": self.name or "",
            "score": self.ali1688_score,
            "years": self.ali1688_years,
            "rating": self.ali1688_rating,
            "rating_state": self.ali1688_rating_state or "unrated",
            "rating_reason": self.ali1688_rating_reason or "",
        }
