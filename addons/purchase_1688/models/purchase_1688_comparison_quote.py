import math
from decimal import Decimal

from odoo import api, fields, models

from ..lib import costing, terms
from ..lib.asking import Ask

PERCENT = Decimal(100)


def plain_number(amount):
    """A decimal without trailing zeros: 10, 16.5."""
    return f"{amount.normalize():f}"


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
    retry_seconds = fields.Integer("Ask again after (s)", help="Where our own call budget was used up.")
    reason = fields.Char("What happened", compute="_compute_reason")
    answered_at = fields.Datetime()
    seconds = fields.Float("Answered after (s)", digits=(8, 3))
    rank = fields.Integer()
    terms = fields.Json(help="Everything that decides the price, as answered.")
    units_per_pack = fields.Float(digits="Product Unit")
    quantity = fields.Float("1688 quantity", digits="Product Unit", help="To be ordered, in 1688 units.")
    product_qty = fields.Float("Arrives", digits="Product Unit", help="In the product's own unit.")
    unit_price = fields.Float("1688 price", digits=(12, 4), help="Yuan per 1688 unit.")
    goods_total = fields.Monetary("Goods")
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

    @api.depends("state", "error_code", "error_message", "retry_seconds")
    def _compute_reason(self):
        for quote in self:
            quote.reason = quote._describe_state()

    def _describe_state(self):
        self.ensure_one()
        if self.state == "late":
            return self.env._("No answer within %s s", f"{self.comparison_id.deadline_seconds:g}")
        if self.state == "short":
            return self.env._("Only %s in stock", f"{self.stock:g}")
        if self.state != "failed":
            return False
        sentences = {
            "off_shelf": self.env._("Off the shelf"),
            "sku_gone": self.env._("This specification is gone"),
            "no_price": self.env._("The seller gives no price"),
            "own_quota": self.env._(
                "Our call budget for this minute is used up; ask again in %s s", self.retry_seconds
            ),
            "connect": self.env._("1688 could not be reached"),
        }
        if self.error_code in sentences:
            return sentences[self.error_code]
        return self.env._("1688 says: %s", self.error_message or self.error_code)

    # --- business: asking

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
            tax_rate=Decimal(str(partner.ali1688_tax_rate)) / PERCENT,
            service_rate=Decimal(str(partner.ali1688_service_rate)) / PERCENT,
        )

    def _apply_outcomes(self, outcomes):
        """Write what became of these quotes; those that were closed meanwhile stay as they are."""
        waiting = {quote.id: quote for quote in self if quote.state == "asking"}
        for outcome in outcomes:
            if outcome.quote in waiting:
                waiting[outcome.quote].write(self._prepare_outcome_vals(waiting[outcome.quote], outcome))

    @api.model
    def _prepare_outcome_vals(self, quote, outcome):
        if outcome.terms is None:
            late = outcome.code == "late"
            return {
                "state": "late" if late else "failed",
                "error_code": outcome.code,
                "error_message": (outcome.message or "")[:200],
                "seconds": outcome.seconds,
                "retry_seconds": math.ceil(outcome.retry_after),
            }
        need = quote.demand_id._get_need()
        cost = costing.cost(outcome.terms, need)
        line = cost.lines[0]
        more = costing.cheaper_with_more(outcome.terms, need)
        return {
            "state": "short" if cost.short else "answered",
            "answered_at": fields.Datetime.now(),
            "seconds": outcome.seconds,
            "terms": terms.to_plain(outcome.terms),
            "quantity": float(line.quantity),
            "product_qty": float(line.units),
            "unit_price": float(line.unit_price),
            "goods_total": float(cost.goods),
            "freight": float(cost.freight or 0),
            "freight_known": cost.freight is not None,
            "fees_total": float(cost.tax + cost.service),
            "total": float(cost.total),
            "stock": float(outcome.terms.stock or 0),
            "is_short": cost.short,
            "more_qty": float(more.lines[0].units) if more else 0.0,
            "more_total": float(more.total) if more else 0.0,
        }

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

    def _describe_steps(self, steps):
        """[{"label", "amount"}]: a sum that a buyer can add up."""
        return [{"label": self._describe_step(step), "amount": float(step.amount)} for step in steps]

    @api.model
    def _describe_step(self, step):
        numbers = {
            key: plain_number(value) if isinstance(value, Decimal) else value for key, value in step.numbers.items()
        }
        if step.kind == "goods":
            return self.env._(
                "%(quantity)s × %(unit_price)s",
                quantity=numbers["quantity"],
                unit_price=numbers["unit_price"],
            )
        if step.kind == "freight_free":
            return self.env._("Freight: free")
        if step.kind == "freight_quoted":
            return self.env._("Freight, as 1688 says for %s", numbers["quantity"])
        if step.kind == "freight_fixed":
            return self.env._("Freight")
        if step.kind == "freight_unknown":
            return self.env._("Freight: not known")
        if step.kind == "freight_piece":
            return self.env._(
                "Freight: first %(first_unit)s pcs %(first_fee)s, "
                "each further %(next_unit)s pcs %(next_fee)s (× %(times)s)",
                **numbers,
            )
        if step.kind == "freight_weight":
            return self.env._(
                "Freight for %(units)s g: first %(first_unit)s g %(first_fee)s, "
                "each further %(next_unit)s g %(next_fee)s (× %(times)s)",
                **numbers,
            )
        share = plain_number(step.numbers["rate"] * PERCENT)
        if step.kind == "tax":
            return self.env._("Invoice surcharge %s %%", share)
        return self.env._("Service fee %s %%", share)

    # --- business: board

    @api.model
    def _get_board_fields(self):
        return [
            "state",
            "error_code",
            "rank",
            "quantity",
            "product_qty",
            "unit_price",
            "freight",
            "freight_known",
            "total",
            "stock",
            "is_short",
            "more_qty",
            "more_total",
            "seconds",
            "partner_id",
            "demand_id",
            "source_id",
            "offer_id",
            "sku_id",
        ]

    def _get_board_cell(self):
        self.ensure_one()
        return {
            "id": self.id,
            "state": self.state,
            "reason": self.reason or "",
            "rank": self.rank,
            "seller_id": self.partner_id.id,
            "sku_id": self.sku_id.id,
            "picture": self._get_picture_url(),
            "offer_id": self.offer_id.id,
            "quantity": self.quantity,
            "product_qty": self.product_qty,
            "unit_price": self.unit_price,
            "total": self.total,
            "freight": self.freight,
            "freight_known": self.freight_known,
            "stock": self.stock,
            "short": self.is_short,
            "seconds": self.seconds,
        }

    def _get_picture_url(self):
        """Of the SKU, else of its offer; empty where neither has one."""
        for record in (self.sku_id, self.offer_id):
            if record.with_context(bin_size=True).image_128:
                return f"/web/image/{record._name}/{record.id}/image_128"
        return ""

    def _get_board_details(self):
        self.ensure_one()
        more = self.more_total and self.more_total < self.total
        return {
            "seller": self.partner_id.name,
            "offer": self.offer_id.name,
            "offer_zh": self.offer_id.name_zh or "",
            "url": self.offer_id.url,
            "sku": self.sku_id.name or "",
            "units_per_pack": self.units_per_pack,
            "answered_at": fields.Datetime.to_string(self.answered_at) if self.answered_at else False,
            "more": {
                "qty": self.more_qty,
                "total": self.more_total,
                "saving": self.total - self.more_total,
            }
            if more
            else False,
        }
