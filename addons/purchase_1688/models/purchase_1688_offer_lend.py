from odoo import models


class Purchase1688Offer(models.Model):
    """What a stored listing lends to a sourcing run that finds the offer again."""

    _inherit = "purchase.1688.offer"

    def _prepare_candidate_details(self):
        """Values of a candidate, as of when the listing was seen."""
        self.ensure_one()
        seller = self.partner_id
        tiers = [[tier.start_qty, tier.price] for tier in self.tier_ids.sorted("start_qty")]
        prices = [price for price in self.sku_ids.mapped("price") if price]
        if prices and (self.quote_type == "1" or not tiers):
            tiers = [[self.min_qty, min(prices)]]
        vals = {
            "name": self.name,
            "name_zh": self.name_zh,
            "company_name": seller.name,
            "seller_ref": seller.ali1688_open_id,
            "partner_id": seller.id,
            "years": seller.ali1688_years,
            "repurchase_rate": seller.ali1688_repurchase_rate,
            "tiers": tiers,
            "detail_at": self.seen_at,
            **{
                name: self[name]
                for name in (
                    *("min_qty", "batch_qty", "unit", "mix", "mix_amount", "mix_qty", "stock", "sold", "weight"),
                    *("category_name", "on_shelf"),
                )
            },
        }
        rating = seller.with_company(self.company_id).ali1688_rating or seller.ali1688_score
        if rating:
            vals["rating"] = rating
        if seller.ali1688_collected_48h_rate:
            vals |= {"on_time_rate": seller.ali1688_collected_48h_rate, "on_time_told": True}
            vals |= {"dispute_rate": seller.ali1688_quality_refund_rate, "dispute_told": True}
        return vals
