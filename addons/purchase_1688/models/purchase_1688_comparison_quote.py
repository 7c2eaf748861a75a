from dataclasses import replace
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL

from ..lib import costing, terms
from ..lib.asking import Ask, quantities_of

HOURS_A_DAY = 24
#: days where nobody says any
NOT_SAID = -1.0
#: how far back our own orders say how long a seller takes, in days
OWN_DAYS = 365
#: errors that say nothing about the offer: an older answer still holds
NO_NEWS = ("late", "own_quota", "connect", "deadline", "skipped")
#: errors of the connection after the question was sent
BROKEN = ("send", "read")
#: errors of an answer that came, and makes no sense (`BadAnswer`)
UNREADABLE = ("bad_number", "cut", "encoding", "missing", "redirect", "too_big", "unreadable")
#: a row without an answer
NOTHING = {
    "terms": False,
    "quantity": 0.0,
    "product_qty": 0.0,
    "unit_price": 0.0,
    "goods_total": 0.0,
    "discount_total": 0.0,
    "freight": 0.0,
    "freight_known": False,
    "fees_total": 0.0,
    "total": 0.0,
    "is_short": False,
    "more_qty": 0.0,
    "more_total": 0.0,
}


#: what an answer comes to for a quantity
COSTS = (
    "quantity",
    "product_qty",
    "unit_price",
    "goods_total",
    "discount_total",
    "freight",
    "freight_known",
    "fees_total",
    "total",
    "is_short",
)


class Purchase1688ComparisonQuote(models.Model):
    """One answer: what one source takes for one need, or why it gave none."""

    _name = "purchase.1688.comparison.quote"
    _description = "1688 Quote"
    _inherit = ["purchase.1688.comparison.part"]
    _rec_name = "partner_id"
    _order = "demand_id, rank, id"

    demand_id = fields.Many2one("purchase.1688.comparison.demand", required=True, index=True, ondelete="cascade")
    comparison_id = fields.Many2one(related="demand_id.comparison_id", store=True, index=True)
    company_id = fields.Many2one(related="comparison_id.company_id", store=True)
    currency_id = fields.Many2one(related="comparison_id.currency_id")
    product_id = fields.Many2one(related="demand_id.product_id", store=True)
    source_id = fields.Many2one("purchase.1688.source", index="btree_not_null", ondelete="set null")
    offer_id = fields.Many2one("purchase.1688.offer", ondelete="set null")
    sku_id = fields.Many2one("purchase.1688.sku", ondelete="set null")
    partner_id = fields.Many2one("res.partner", "Seller", ondelete="restrict", index=True)
    state = fields.Selection(
        [
            ("asking", "Asking"),
            ("answered", "Answered"),
            ("short", "Short"),
            ("late", "Late"),
            ("failed", "Failed"),
        ],
        default="asking",
        required=True,
    )
    error_code = fields.Char()
    error_message = fields.Char()
    reason = fields.Char("What happened", compute="_compute_reason")
    answered_at = fields.Datetime()
    seconds = fields.Float("Answered after (s)", digits=(8, 3))
    ship_days = fields.Float(
        "Ships within (days)", digits=(6, 2), default=NOT_SAID, help="As the seller promises; below 0: no promise."
    )
    active = fields.Boolean(default=True, help="Not set: an older answer, kept beside the newer one.")
    newer_id = fields.Many2one(
        "purchase.1688.comparison.quote", "Newer answer", index="btree_not_null", readonly=True, ondelete="cascade"
    )
    kept_from_id = fields.Many2one(
        "purchase.1688.comparison.quote",
        "Answer of another question",
        readonly=True,
        ondelete="set null",
        help="It was fresh enough, so the seller was not asked once more.",
    )
    rank = fields.Integer()
    terms = fields.Json(help="Everything that decides the price, as answered.")
    units_per_pack = fields.Float(digits="Product Unit")
    quantity = fields.Float("1688 quantity", digits="Product Unit", help="To be ordered, in 1688 units.")
    product_qty = fields.Float("Arrives", digits="Product Unit", help="In the product's own unit.")
    unit_price = fields.Float("1688 price", digits=(12, 4), help="Yuan per 1688 unit.")
    goods_total = fields.Monetary("Goods", help="Before what is taken off.")
    discount_total = fields.Monetary("Taken off", help="Agreed discounts and promotions.")
    freight = fields.Monetary()
    freight_known = fields.Boolean()
    fees_total = fields.Monetary("Tax and fees")
    total = fields.Monetary("Landed cost")
    stock = fields.Float(digits="Product Unit")
    is_short = fields.Boolean()
    more_qty = fields.Float(
        "Cheaper quantity",
        digits="Product Unit",
        help="Ordering this many of our units costs less.",
    )
    more_total = fields.Monetary("Its landed cost")

    # --- computes

    @api.depends("state", "error_code", "error_message", "stock", "comparison_id.deadline_seconds")
    def _compute_reason(self):
        for quote in self:
            quote.reason = quote._describe_state()

    def _describe_state(self):
        self.ensure_one()
        if self.state in ("answered", "short") and self.error_code:
            return self.env._("Asked again: %s", self._describe_error())
        if self.state == "short":
            return self.env._("Only %s in stock", f"{self.stock:g}")
        return self._describe_error() if self.state in ("late", "failed") else False

    def _describe_error(self):
        """Why there is no answer."""
        late = self.env._("no answer in time")
        if self.state == "late" and self.error_code != "own_quota":
            deadline = self.company_id.ali1688_comparison_deadline or self.comparison_id.deadline_seconds
            late = self.env._("No answer within %s s", f"{deadline:g}")
        sentences = {
            "late": late,
            "off_shelf": self.env._("Off the shelf"),
            "sku_gone": self.env._("This specification is gone"),
            "no_price": self.env._("The seller gives no price"),
            "own_quota": self.env._("Our call budget did not let us ask in time; ask again in a minute"),
            "connect": self.env._("1688 could not be reached"),
        }
        code = self.error_code or "late"
        return (
            sentences.get(code) or self._describe_fault(code) or self.env._("1688 says: %s", self.error_message or code)
        )

    def _describe_fault(self, code):
        """What to do where the technology failed, and 1688 said nothing about the offer; else False."""
        if code.startswith("http_5"):
            status = code.removeprefix("http_")
            return self.env._("1688 has an internal fault (HTTP %s). Ask again in a minute.", status)
        if code in BROKEN:
            return self.env._("The connection to 1688 broke off. Ask again in a minute.")
        if code in UNREADABLE:
            return self.env._(
                "1688 sent an answer that cannot be read. Ask again in a minute;"
                " should it happen again, choose another source."
            )
        return False

    # --- business: asking

    @api.model
    def _prepare_source_vals(self, demand, source):
        """A row for this source of that line, before it is asked."""
        return {
            "demand_id": demand.id,
            "source_id": source.id,
            "offer_id": source.offer_id.id,
            "sku_id": source.sku_id.id,
            "partner_id": source.partner_id.id,
            "units_per_pack": source.units_per_pack,
        }

    def _prepare_ask(self):
        self.ensure_one()
        offer, partner = self.offer_id, self.partner_id
        return Ask(
            quote=self.id,
            offer=offer.offer_id,
            sku=self.sku_id.sku_ref or "",
            seller=str(partner.id),
            need=self.demand_id._get_need(),
            pack=Decimal(str(self.units_per_pack)),
            min_qty=Decimal(str(offer.min_qty)),
            batch=Decimal(str(offer.batch_qty)),
            agreed=partner._ali1688_get_agreed(),
        )

    def _apply_outcomes(self, outcomes):
        """Write what became of these quotes; those that were closed meanwhile stay as they are.

        :param outcomes: {quote id: `Outcome`}
        """
        for quote in self:
            if quote.state == "asking" and quote.id in outcomes:
                quote.write(self._prepare_outcome_vals(quote, outcomes[quote.id]))

    @api.model
    def _prepare_outcome_vals(self, quote, outcome):
        if outcome.terms is None:
            return quote._prepare_silence_vals(outcome.code, outcome.message, outcome.seconds)
        promised = outcome.ship_hours
        return {
            **quote._prepare_answer_vals(outcome.terms),
            "answered_at": fields.Datetime.now(),
            "seconds": outcome.seconds,
            "ship_days": promised / HOURS_A_DAY if promised is not None else NOT_SAID,
            "error_code": False,
            "error_message": False,
        }

    def _prepare_silence_vals(self, code, message="", seconds=0.0):
        """What no answer makes of this row. An older answer stays where only the way to the seller failed."""
        vals = {"error_code": code, "error_message": (message or "")[:200], "seconds": seconds}
        if self.terms and code in NO_NEWS:
            return {**vals, "state": "short" if self.is_short else "answered"}
        late = code in ("late", "own_quota")
        return {**vals, "state": "late" if late else "failed", **(NOTHING if self.terms else {})}

    def _give_up_waiting(self):
        """Nobody will answer these any more."""
        for quote in self:
            quote.write(quote._prepare_silence_vals("late"))

    def _prepare_answer_vals(self, answer):
        """What the terms of an answer come to for the need of this row."""
        self.ensure_one()
        need = self.demand_id._get_asked()
        cost = costing.cost(answer, need)
        more = costing.cheaper_with_more(answer, need)
        return {
            **self._prepare_cost_vals(cost),
            "state": "short" if cost.short else "answered",
            "terms": terms.to_plain(answer),
            "stock": float(answer.stock or 0),
            "more_qty": float(more.lines[0].units) if more else 0.0,
            "more_total": float(more.total) if more else 0.0,
        }

    @api.model
    def _prepare_cost_vals(self, cost):
        line = cost.lines[0]
        return {
            "quantity": float(line.quantity),
            "product_qty": float(line.units),
            "unit_price": float(line.unit_price),
            "goods_total": float(cost.goods),
            "discount_total": float(cost.discount),
            "freight": float(cost.freight or 0),
            "freight_known": cost.freight is not None,
            "fees_total": float(cost.tax + cost.service),
            "total": float(cost.total),
            "is_short": cost.short,
        }

    # --- business: older answers

    def _keep_older(self):
        """Keep the present answers beside the rows that get newer ones."""
        self.filtered("answered_at").with_context(tracking_disable=True).copy()

    def copy_data(self, default=None):
        """Only older answers are copies, each behind the row that it was."""
        rows = super().copy_data(default)
        return [{**row, "active": False, "newer_id": quote.id} for quote, row in zip(self, rows, strict=True)]

    def _apply_kept(self, kept):
        """Take answers {source: answer} of other questions, as of when they were given."""
        asks = {quote: quote._prepare_ask() for quote in self}
        for quote in self:
            older = kept[quote.source_id]
            together = [asks[other] for other in self if other.offer_id == quote.offer_id]
            answer = self._renew_terms(older._get_terms(), asks[quote], sum(quantities_of(together).values()))
            if answer is not None:
                quote.write(
                    {
                        **quote._prepare_answer_vals(answer),
                        "answered_at": older.answered_at,
                        "ship_days": older.ship_days,
                        "kept_from_id": older.id,
                    }
                )

    @api.model
    def _renew_terms(self, answer, ask, quantity):
        """Terms of another question for this one; None where its freight was asked for another quantity.

        :param quantity: 1688 units of the whole offer that this question is about
        """
        freight = answer.freight
        if freight.quoted is not None and freight.basis != "free" and freight.quoted_for != quantity:
            return None
        return replace(answer, pack=ask.pack, **ask.agreed)

    @api.model
    def _get_place_fields(self):
        """What places and plans take of an answer."""
        return [
            *("comparison_id", "company_id", "demand_id", "source_id", "partner_id", "state", "terms", "rank"),
            *("total", "product_qty", "is_short", "freight_known", "ship_days"),
        ]

    def _get_rank_key(self, freight_known):
        self.ensure_one()
        order = {"answered": 0, "short": 1, "asking": 2, "late": 3, "failed": 4}
        missing_freight = freight_known and not self.freight_known
        return (order[self.state], missing_freight, self.total, self.source_id.sequence, self.id)

    # --- business: costs

    def _get_terms(self):
        """What was answered, for lib/costing."""
        self.ensure_one()
        return terms.from_plain(self.terms)

    def _get_need(self):
        """Our units that this answer is held for: those that are taken where it is chosen, else those asked for."""
        self.ensure_one()
        demand = self.demand_id
        return demand._get_need() if demand.chosen_quote_id == self else demand._get_asked()

    def _get_figures(self):
        """What it costs, as of `COSTS`: as stored, unless more is taken than was asked for."""
        self.ensure_one()
        if self.terms and self._get_need() != self.demand_id._get_asked():
            return self._prepare_cost_vals(costing.cost(self._get_terms(), self._get_need()))
        return {name: self[name] for name in COSTS}

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
            promised = Decimal(str(quote.ship_days)) if quote.ship_days >= 0 and quote.terms else None
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
