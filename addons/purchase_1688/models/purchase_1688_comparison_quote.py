from dataclasses import replace
from decimal import Decimal

from odoo import api, fields, models

from ..lib import costing, terms
from ..lib.asking import Ask, quantities_of
from .purchase_1688_messages import BROKEN, FAULT, UNREADABLE, explain

HOURS_A_DAY = 24
#: days where nobody says any
NOT_SAID = -1.0
#: errors that say nothing about the offer, as an internal fault of 1688 (`FAULT`): an older answer still holds
NO_NEWS = ("late", "own_quota", "connect", "resolve", "tls", "deadline", "skipped", *BROKEN)
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
    _order = "comparison_id.id desc, demand_id.id, rank, id"

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
    # also what tells an answer from none: terms are copied each time they are looked at
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
            late = self.env._("No answer within %s s", f"{self.comparison_id._get_deadline():g}")
        sentences = {
            "late": late,
            "off_shelf": self.env._("Off the shelf"),
            "sku_gone": self.env._("This specification is gone"),
            "no_price": self.env._("The seller gives no price"),
            "own_quota": self.env._("Our call budget did not let us ask in time; ask again in a minute"),
        }
        code = self.error_code or "late"
        return (
            sentences.get(code) or self._describe_fault(code) or self.env._("1688 says: %s", self.error_message or code)
        )

    def _describe_fault(self, code):
        """What happened, and what to do, where the technology failed and 1688 said nothing of the offer; else False."""
        about = explain(self.env, code)
        if about.topic != "network":
            return False
        step = self.env._("Ask again in a minute.")
        if code in UNREADABLE:
            step = self.env._("Ask again in a minute; should it happen again, choose another source.")
        return f"{about.sentence} {step}"

    # --- business: asking

    @api.model
    def _prepare_source_vals(self, demand, source):
        """A row for this source of that line, before it is asked."""
        return {
            "demand_id": demand.id,
            # as of the line: not to be worked out and written once more
            "comparison_id": demand.comparison_id.id,
            "company_id": demand.comparison_id.company_id.id,
            "product_id": demand.product_id.id,
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
        if self.quantity and (code in NO_NEWS or code.startswith(FAULT)):
            return {**vals, "state": "short" if self.is_short else "answered"}
        late = code in ("late", "own_quota")
        return {**vals, "state": "late" if late else "failed", **(NOTHING if self.quantity else {})}

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
            *("total", "quantity", "product_qty", "is_short", "freight_known", "ship_days"),
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
        if self.quantity and self._get_need() != self.demand_id._get_asked():
            return self._prepare_cost_vals(costing.cost(self._get_terms(), self._get_need()))
        return {name: self[name] for name in COSTS}
