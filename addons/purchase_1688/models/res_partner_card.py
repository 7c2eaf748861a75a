from odoo import fields, models
from odoo.tools.misc import format_date

from ..lib import rating

TREND_MONTHS = 24
OFFERS_SHOWN = 6
DECISIONS_SHOWN = 20


class ResPartner(models.Model):
    """The seller card: all that is known about a seller, as plain data for the screen, the print and the API."""

    _inherit = "res.partner"

    def get_seller_card(self):
        """Rating with its parts, trend, decisions, papers and offers of one seller, in the present company.

        :return: {"rating" (0 to 5; 0: none), "state", "state_label", "reason", "allowed", "block", "samples",
            "known": share of the weights that is known, "neutral": what the rest counts against a good mean,
            "rated_at", "floors": {"preferred", "excluded"}, "parts": [{"code", "label", "value", "own", "platform",
            "told", "samples", "weight", "share"}], "trend": [{"month", "label", "value", "samples", "parts"}],
            "figures", "decisions", "papers", "offers", "orders", "currency_id": yuan, …}; values 0 to 5, shares 0 to 1,
            amounts in yuan
        """
        self.ensure_one()
        self._ali1688_check_may_look()
        company = self.env.company
        standing = self._ali1688_get_standings(company)[self]
        ratings = self.env["purchase.1688.rating"].search(
            [("partner_id", "=", self.id), ("company_id", "=", company.id)], order="month desc", limit=TREND_MONTHS
        )
        return {
            "id": self.id,
            "name": self.name or "",
            "years": self.ali1688_years,
            **self._ali1688_describe_standing(company, standing, ratings[:1]),
            "parts": self._ali1688_describe_parts(company, ratings[:1]),
            "trend": self._ali1688_describe_trend(ratings),
            "figures": self._ali1688_describe_figures(),
            "decisions": self._ali1688_describe_decisions(company),
            "papers": self._ali1688_describe_papers(company),
            "offers": self._ali1688_describe_offers(company),
            "offer_count": self.ali1688_offer_count,
            "fact_count": self.ali1688_fact_count,
            "orders": self._ali1688_describe_orders(company),
            "currency_id": self.env["purchase.1688.offer"]._get_yuan().id,
            "can_decide": self.env.user.has_group("purchase_1688.group_manager"),
        }

    def _ali1688_describe_standing(self, company, standing, current):
        labels = dict(self._fields["ali1688_rating_state"]._description_selection(self.env))
        return {
            "rating": current.value,
            "state": standing.state,
            "state_label": labels[standing.state],
            "allowed": standing.allowed,
            "reason": standing.reason,
            "block": standing.block,
            "samples": current.samples,
            "known": current.known,
            "neutral": rating.NEUTRAL,
            "rated_at": fields.Datetime.to_string(current.rated_at) if current else "",
            "floors": {
                "preferred": company.ali1688_rating_preferred,
                "excluded": company.ali1688_rating_excluded,
            },
            "prior": company.ali1688_rating_prior,
            "months": company.ali1688_rating_months,
        }

    def _ali1688_describe_parts(self, company, current):
        """The parts in the order of the company's weights; `share` is what a part counts of those that are known."""
        Weight = self.env["purchase.1688.rating.weight"]
        labels, texts = Weight._get_labels(company), Weight._get_explanations()
        places = {code: place for place, code in enumerate(Weight._get_weights(company))}
        total = sum(current.part_ids.mapped("weight"))
        return [
            {
                "code": part.code,
                "label": labels[part.code],
                "explanation": texts[part.code],
                "value": part.value,
                "own": part.own_value if part.samples else False,
                "platform": part.platform_value,
                "told": part.told,
                "samples": part.samples,
                "observed": part.code in rating.OWN_KINDS,
                "weight": part.weight,
                "share": part.weight / total if total else 0.0,
            }
            for part in current.part_ids.sorted(lambda part: places.get(part.code, len(places)))
        ]

    def _ali1688_describe_trend(self, ratings):
        """One entry a month, the oldest first; months in which the seller was not rated are missing."""
        return [
            {
                "month": fields.Date.to_string(record.month),
                "label": record.month_label,
                "value": record.value,
                "samples": record.samples,
                "parts": {part.code: part.value for part in record.part_ids},
            }
            for record in ratings.filtered("value").sorted("month")
        ]

    def _ali1688_describe_figures(self):
        """[{"label", "text"}] of what the platform tells; what it does not tell is missing.

        No refunds for quality is a figure, too, where the platform tells any.
        """
        scores = ("score", "offer_score", "logistics_score", "dispute_score", "after_sales_score", "consulting_score")
        shares = ("repurchase_rate", "collected_48h_rate", "quality_refund_rate")
        figures = [(f"ali1688_{name}", f"{self[f'ali1688_{name}']:.1f}") for name in scores]
        figures += [(f"ali1688_{name}", f"{self[f'ali1688_{name}']:.1%}") for name in shares]
        labels = self.fields_get([name for name, _text in figures], ["string"])
        told = any(self[name] for name, _text in figures)
        return [
            {"label": labels[name]["string"], "text": text}
            for name, text in figures
            if self[name] or (told and name == "ali1688_quality_refund_rate")
        ]

    def _ali1688_describe_decisions(self, company):
        overrides = self.env["purchase.1688.rating.override"].search(
            [("partner_id", "=", self.id), ("company_id", "=", company.id)], limit=DECISIONS_SHOWN
        )
        labels = dict(overrides._fields["kind"]._description_selection(self.env))
        return [
            {
                "id": override.id,
                "kind": override.kind,
                "label": labels[override.kind],
                # who decided is part of the decision, also for those who may not see users
                "user": override.sudo().user_id.name,
                "date": fields.Datetime.to_string(override.date),
                "decided": format_date(self.env, fields.Datetime.context_timestamp(self, override.date)),
                "until": format_date(self.env, override.date_end) if override.date_end else "",
                "reason": override.reason,
                "active": override.is_active,
            }
            for override in overrides
        ]

    def _ali1688_describe_papers(self, company):
        papers = self.env["purchase.1688.qualification"].search(
            [("partner_id", "=", self.id), ("company_id", "=", company.id)]
        )
        return papers._describe()

    def _ali1688_describe_offers(self, company):
        offers = self.env["purchase.1688.offer"].search(
            [("partner_id", "=", self.id), ("company_id", "=", company.id)], limit=OFFERS_SHOWN
        )
        pictures = offers.with_context(bin_size=True)
        return [
            {
                "id": offer.id,
                "name": offer.name,
                "picture": f"/web/image/purchase.1688.offer/{offer.id}/image_128" if offer.image_128 else "",
                "price": offer.price,
                "on_shelf": offer.on_shelf,
            }
            for offer in pictures
        ]

    def _ali1688_describe_orders(self, company):
        """{"count", "total" in yuan, "refunded" in yuan, "last"} of what was paid at this seller."""
        [(count, total, refunded, last)] = self.env["purchase.1688.order"]._read_group(
            [("partner_id", "=", self.id), ("company_id", "=", company.id), ("paid_at", "!=", False)],
            [],
            ["__count", "paid_total:sum", "refunded_total:sum", "paid_at:max"],
        )
        return {
            "count": count,
            "total": total or 0.0,
            "refunded": refunded or 0.0,
            "last": fields.Datetime.to_string(last) if last else "",
        }
