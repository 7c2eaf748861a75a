from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL

from .purchase_1688_comparison_quote import COSTS

#: how far back our own orders say how long a seller takes, in days
OWN_DAYS = 365


class Purchase1688ComparisonQuote(models.Model):
    """What the board shows of an answer, and what places and plans know of its seller."""

    _inherit = "purchase.1688.comparison.quote"

    # --- business: board

    @api.model
    def _get_board_fields(self):
        return [
            "state",
            "error_code",
            "rank",
            *COSTS,
            "stock",
            "more_qty",
            "more_total",
            "seconds",
            "answered_at",
            "ship_days",
            "kept_from_id",
            "partner_id",
            "demand_id",
            "source_id",
            "offer_id",
            "sku_id",
        ]

    def _get_board_cell(self, facts, weight=False):
        """One cell of the board.

        :param facts: what all cells share, see `_get_board_facts` of the comparison
        :return: {"id", "state": "asking" | "answered" | "short" | "late" | "failed", "reason", "rank", "seller_id",
            "sku_id", "offer_id", "picture", "quantity": 1688 units, "product_qty": our units, "unit_price", "goods",
            "discount", "freight", "freight_known", "fees", "total", "stock", "short", "seconds": that the answer took,
            "age_seconds": of the answer, "kept": whether it is the answer to another question, "older": number of
            older answers of this source here, "days": until it arrives (own) or is shipped (seller), or False,
            "days_from": "own" | "seller" | False, "weighted": 0 best to 1 worst by the weights, or False,
            "prices": [yuan per 1688 unit, oldest first], "can_ask": whether who looks may press `ask_source`}
        """
        self.ensure_one()
        own, days = facts["own_days"].get(self.partner_id.id), facts["days"].get(self)
        figures = self._get_figures()
        return {
            "id": self.id,
            "state": self.state,
            "reason": self.reason or "",
            "rank": self.rank,
            "seller_id": self.partner_id.id,
            "sku_id": self.sku_id.id,
            "picture": self._get_picture_url(),
            "offer_id": self.offer_id.id,
            "quantity": figures["quantity"],
            "product_qty": figures["product_qty"],
            "unit_price": figures["unit_price"],
            "goods": figures["goods_total"],
            "discount": figures["discount_total"],
            "fees": figures["fees_total"],
            "total": figures["total"],
            "freight": figures["freight"],
            "freight_known": figures["freight_known"],
            "stock": self.stock,
            "short": figures["is_short"],
            "seconds": self.seconds,
            "age_seconds": self.comparison_id._age(self.answered_at),
            "kept": bool(self.kept_from_id),
            "older": facts["older"].get(self.id, 0),
            "days": False if days is None else float(days),
            "days_from": "own" if own is not None else "seller" if days is not None else False,
            "weighted": weight,
            "prices": facts["prices"].get(self.sku_id.id, []),
            "can_ask": facts["may_ask"] and self.state != "asking" and bool(self.offer_id and self.sku_id),
        }

    def _get_score(self):
        """How well the seller is rated, 0 to 5; None where nobody knows."""
        score = self.partner_id.ali1688_rating or self.partner_id.ali1688_score
        return Decimal(str(score)) if score else None

    def _get_days(self, own_days):
        """{quote: days or None}: what our own orders took, else what the seller promises to ship in."""
        days = {}
        for quote in self:
            own = own_days.get(quote.partner_id.id)
            promised = Decimal(str(quote.ship_days)) if quote.ship_days >= 0 and quote.quantity else None
            days[quote] = promised if own is None else Decimal(str(own))
        return days

    def _get_own_days(self):
        """{seller id: mean days from placing to receiving} of the past year's orders."""
        orders = self.env["purchase.1688.order"]
        orders.flush_model(["partner_id", "company_id", "placed_at", "received_at"])
        # a mean tells no more than the board does, whoever bought
        rows = self.env.execute_query(
            SQL(
                """SELECT partner_id, ROUND(AVG(EXTRACT(EPOCH FROM received_at - placed_at) / 86400)::numeric, 1)
                     FROM purchase_1688_order
                    WHERE partner_id IN %s AND company_id IN %s AND placed_at >= %s AND received_at > placed_at
                 GROUP BY partner_id""",
                tuple(self.partner_id.ids) or (0,),
                tuple(self.company_id.ids) or (0,),
                fields.Datetime.subtract(fields.Datetime.now(), days=OWN_DAYS),
            )
        )
        return dict(rows)

    def _get_prices(self):
        """{SKU id: [yuan per 1688 unit, oldest first]}; one query."""
        return {sku.id: prices for sku, prices in self.sku_id._get_price_history().items()}

    def _get_picture_url(self):
        """Of the SKU, else of its offer; empty where neither has one."""
        for record in (self.sku_id, self.offer_id):
            if record.with_context(bin_size=True).image_128:
                return f"/web/image/{record._name}/{record.id}/image_128"
        return ""

    def _get_board_details(self):
        self.ensure_one()
        total = self._get_figures()["total"]
        more = self.more_total and self.more_total < total
        return {
            "seller": self.partner_id.name,
            "offer": self.offer_id.name,
            "offer_zh": self.offer_id.name_zh or "",
            "url": self.offer_id.url,
            "sku": self.sku_id.name or "",
            "units_per_pack": self.units_per_pack,
            "answered_at": fields.Datetime.to_string(self.answered_at) if self.answered_at else False,
            "answers": [quote._get_older_answer() for quote in self._get_older()],
            "others": [other._get_other_offer() for other in self._get_others()],
            **self._get_cost_details(),
            "more": {
                "qty": self.more_qty,
                "total": self.more_total,
                "saving": total - self.more_total,
            }
            if more
            else False,
        }

    def _get_others(self):
        """What the same seller answered for other offers and SKUs of the line."""
        mine = self.demand_id.quote_ids.filtered(lambda quote: quote.partner_id == self.partner_id)
        return (mine - self).sorted("rank")

    def _get_other_offer(self):
        return {
            "id": self.id,
            "offer": self.offer_id.name or "",
            "sku": self.sku_id.name or "",
            "state": self.state,
            "reason": self.reason or "",
            "total": self._get_figures()["total"],
        }

    def _get_older(self):
        """Older answers of this source here, newest first."""
        older = self.with_context(active_test=False).search([("newer_id", "=", self.id)], order="id desc")
        return older.with_env(self.env)

    def _get_older_answer(self):
        return {
            "at": fields.Datetime.to_string(self.answered_at),
            "state": self.state,
            "reason": self.reason or "",
            "total": self.total,
            "unit_price": self.unit_price,
            "stock": self.stock,
        }
