from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ..lib import breakeven, costing, weighing
from ..lib.values import SearchQuery
from .purchase_1688_comparison_proposing import PAGE_SIZE, read_picture

REASONS = [
    ("quality", "Better quality known"),
    ("speed", "Arrives sooner"),
    ("trust", "More reliable seller"),
    ("stock", "Stock of the first is short"),
    ("together", "Goes with other goods"),
    ("agreement", "Agreement with the seller"),
    ("sample", "Trying a new source"),
    ("other", "Other"),
]


SAVINGS = ("saving", "saving_list", "first_total", "saving_first", "last_total", "saving_last")


class Purchase1688ComparisonDemand(models.Model):
    """One need of a comparison: so many of our units of this product."""

    _name = "purchase.1688.comparison.demand"
    _description = "1688 Comparison Line"
    _inherit = ["purchase.1688.comparison.part"]
    _order = "comparison_id, sequence, id"

    comparison_id = fields.Many2one("purchase.1688.comparison", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="comparison_id.company_id", store=True)
    currency_id = fields.Many2one(related="comparison_id.currency_id")
    sequence = fields.Integer(default=10)
    purchase_line_id = fields.Many2one("purchase.order.line", "RFQ line", index="btree_not_null", ondelete="set null")
    product_id = fields.Many2one("product.product", required=True, ondelete="restrict")
    product_uom_id = fields.Many2one(related="product_id.uom_id")
    product_qty = fields.Float("Quantity", digits="Product Unit", required=True, help="In the product's own unit.")
    taken_qty = fields.Float(
        "Taken quantity",
        digits="Product Unit",
        help="More than needed, because more costs less; 0: as needed.",
    )
    quote_ids = fields.One2many("purchase.1688.comparison.quote", "demand_id", "Answers")
    proposal_ids = fields.One2many("purchase.1688.comparison.proposal", "demand_id", "Similar offers")
    proposals_state = fields.Selection(
        [("none", "None"), ("searching", "Being searched for"), ("ready", "Ready")],
        default="none",
        required=True,
        readonly=True,
        help="Similar offers are searched for where no source has enough.",
    )
    hint = fields.Json(readonly=True, help="The cheaper larger quantity, if there is one.")
    best_quote_id = fields.Many2one("purchase.1688.comparison.quote", "First place", readonly=True)
    chosen_quote_id = fields.Many2one("purchase.1688.comparison.quote", "Chosen")
    reason = fields.Selection(REASONS, help="Why not the first place.")
    reason_note = fields.Char()
    decided = fields.Boolean(
        "Decided by a person",
        readonly=True,
        copy=False,
        help="What is chosen, or that the line is left out, stays when answers and plans change.",
    )
    chosen_qty = fields.Float(
        "Arrives", digits="Product Unit", compute="_compute_chosen", help="What is chosen, in the product's own unit."
    )
    chosen_total = fields.Monetary(
        "Landed cost", compute="_compute_chosen", help="Of what is chosen, alone: goods that travel together cost less."
    )
    saving = fields.Monetary(
        readonly=True, help="Landed cost against the next best answer of a source that has enough."
    )
    saving_list = fields.Monetary(
        "Saving (list)", readonly=True, help="Goods against the same quantity at the seller's dearest price tier."
    )
    first_total = fields.Monetary("First quote", readonly=True)
    saving_first = fields.Monetary(
        "Saving (first quote)",
        readonly=True,
        help="Landed cost against the first quote: what the first place of the earliest comparison for this line of "
        "the request (or of the comparison that was asked again) cost per unit, times the quantity. The first "
        "comparison itself is held against its own first place.",
    )
    last_total = fields.Monetary("At the last price", readonly=True)
    saving_last = fields.Monetary(
        "Saving (last price)",
        readonly=True,
        help="Goods against the price of the newest confirmed purchase order line of this product, in yuan at the rate "
        "of its day, times the quantity; 0 where it was never bought.",
    )

    _taken_enough = models.Constraint("CHECK(taken_qty >= 0)", "A quantity cannot be negative.")

    # --- computes

    @api.depends("chosen_quote_id.total", "taken_qty")
    def _compute_chosen(self):
        for demand in self:
            figures = demand.chosen_quote_id and demand.chosen_quote_id._get_figures()
            demand.chosen_qty = figures["product_qty"] if figures else 0.0
            demand.chosen_total = figures["total"] if figures else 0.0

    # --- constraints

    @api.constrains("chosen_quote_id")
    def _check_chosen(self):
        for demand in self:
            quote = demand.chosen_quote_id
            if quote and (quote.demand_id != demand or not quote.quantity):
                raise ValidationError(self.env._("Only an answer to this very line can be chosen."))

    # --- business

    def _get_asked(self):
        """Our units that are needed, exact."""
        self.ensure_one()
        return Decimal(str(self.product_qty))

    def _get_need(self):
        """Our units to be bought: more than needed where more costs less; exact."""
        self.ensure_one()
        return Decimal(str(self.taken_qty or self.product_qty))

    @api.model
    def _get_place_fields(self):
        """What places and plans take of a line."""
        return [
            *("comparison_id", "product_qty", "taken_qty", "best_quote_id", "chosen_quote_id"),
            *("reason", "reason_note", "decided", "hint", "proposals_state"),
        ]

    def _rank(self):
        """Number the answers of each line: complete ones by landed cost, then short ones, then what is no answer."""
        for demand in self:
            freight_known = any(quote.freight_known for quote in demand.quote_ids)
            ordered = demand.quote_ids.sorted(lambda quote, known=freight_known: quote._get_rank_key(known))
            for rank, quote in enumerate(ordered, start=1):
                if quote.rank != rank:
                    quote.rank = rank

    def _is_still_requested(self):
        """Whether the request that was compared still asks for the same; a need without a request always does."""
        self.ensure_one()
        purchases, line = self.comparison_id.purchase_ids, self.purchase_line_id
        if not line:
            return not purchases  # else it was taken out of its request
        same = line.order_id in purchases and line.product_id == self.product_id
        return same and not self.product_uom_id.compare(line._ali1688_get_product_qty(), self.product_qty)

    def _is_decision_kept(self):
        """Whether a person decided, and what was chosen is an answer still; a line that was left out stays so."""
        self.ensure_one()
        return self.decided and bool(not self.chosen_quote_id or self.chosen_quote_id.quantity)

    def _get_first_places(self, barred):
        """The answers that a line may be given by itself, by rank: complete ones of sellers that may be chosen, else
        short ones; see `_get_passed` for the others.

        :param barred: sellers that only people choose, see `_get_barred` of the comparison
        """
        self.ensure_one()
        answers = self.quote_ids.filtered(lambda quote: quote.quantity and quote.partner_id not in barred)
        answers = answers.sorted("rank")
        return answers.filtered(lambda quote: not quote.is_short) or answers

    def _get_complete_answers(self):
        """Answers of sellers who have enough."""
        return self.quote_ids.filtered(lambda quote: quote.quantity and not quote.is_short)

    def _get_search_picture(self):
        """A picture to search for similar offers with, or None."""
        self.ensure_one()
        return read_picture(self.env["purchase.1688.offer"], self.product_id.image_512)

    def _get_search_query(self):
        """Words to search for similar offers with: what the first source calls it, else what we call it."""
        self.ensure_one()
        names = [*self.quote_ids.sorted("rank").offer_id.mapped("name_zh"), self.product_id.name]
        keyword = next(filter(None, names))
        return SearchQuery(keyword=keyword, page_size=PAGE_SIZE, language=self.comparison_id.account_id.language)

    def _update(self, vals):
        """Write what differs; whether somebody may was checked by the comparison."""
        self.ensure_one()
        fields_of = self._fields
        changed = {
            name: value for name, value in vals.items() if fields_of[name].convert_to_write(self[name], self) != value
        }
        if changed:
            self.sudo().write(changed)

    def _get_wanted(self):
        """[(Terms, need)] of the chosen answers, for costing."""
        return [(demand.chosen_quote_id._get_terms(), demand._get_need()) for demand in self if demand.chosen_quote_id]

    def _needs_reason(self):
        return self.filtered(
            lambda demand: (
                demand.chosen_quote_id and demand.chosen_quote_id != demand.best_quote_id and not demand.reason
            )
        )

    # --- business: savings

    def _clear_savings(self):
        self.write(dict.fromkeys(SAVINGS, 0.0))

    def _store_savings(self):
        """What the choice saves against four others (negative: what it costs more), fixed from then on."""
        firsts, lasts = self._get_first_costs(), self._get_last_prices()
        for demand in self:
            chosen = demand.chosen_quote_id
            if not chosen:
                demand._update(dict.fromkeys(SAVINGS, 0.0))
                continue
            others = demand._get_complete_answers() - chosen
            figures = chosen._get_figures()
            units, total = figures["product_qty"], figures["total"]
            goods = figures["goods_total"] - figures["discount_total"]
            first, last = firsts.get(demand), lasts.get(demand.product_id.id)
            tiers = chosen._get_terms().tiers
            listed = float(max(tier.price for tier in tiers)) * figures["quantity"]
            demand._update(
                {
                    "saving": min(others.mapped("total")) - total if others else 0.0,
                    "saving_list": listed - goods,
                    "first_total": first * units if first else 0.0,
                    "saving_first": first * units - total if first else 0.0,
                    "last_total": last * units if last else 0.0,
                    "saving_last": last * units - goods if last else 0.0,
                }
            )

    def _get_first_costs(self):
        """{line: yuan per our unit, landed} of the first place of the earliest comparison for the same need.

        The same need: another comparison of the same line of a request, else the comparison that was repeated.
        """
        domain = [("purchase_line_id", "in", self.purchase_line_id.ids), ("best_quote_id", "!=", False)]
        earliest = {}
        for demand in self.search(domain, order="id"):
            earliest.setdefault(demand.purchase_line_id, demand)
        before = self.comparison_id.origin_id
        origins = {(demand.product_id, demand.sequence): demand for demand in before.demand_ids}
        costs = {}
        for demand in self:
            first = earliest.get(demand.purchase_line_id) if demand.purchase_line_id else None
            first = first or origins.get((demand.product_id, demand.sequence)) or demand
            quote = first.best_quote_id
            if quote.product_qty:
                costs[demand] = quote.total / quote.product_qty
        return costs

    def _get_last_prices(self):
        """{product id: yuan per our unit} that the newest confirmed purchase order line of the company paid."""
        lines = self.env["purchase.order.line"]
        lines.flush_model(["product_id", "state", "company_id", "price_unit", "product_uom_id", "order_id"])
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT ON (line.product_id) line.id
                     FROM purchase_order_line AS line JOIN purchase_order AS purchase ON purchase.id = line.order_id
                    WHERE line.product_id IN %s AND line.company_id IN %s
                      AND purchase.state = 'purchase' AND line.price_unit > 0
                 ORDER BY line.product_id, purchase.date_approve DESC NULLS LAST, line.id DESC""",
                tuple(self.product_id.ids) or (0,),
                tuple(self.company_id.ids) or (0,),
            )
        )
        found = lines.sudo().browse([row[0] for row in rows])  # what was paid, whoever bought
        return {line.product_id.id: self._to_yuan_a_unit(line) for line in found}

    def _to_yuan_a_unit(self, line):
        """The net price of a purchase order line in yuan per unit of the product."""
        price = line.price_unit * (1 - (line.discount or 0.0) / 100)
        price = line.product_uom_id._compute_price(price, line.product_id.uom_id)
        yuan, order = self.env["purchase.1688.offer"]._get_yuan(), line.order_id
        day = (order.date_approve or order.date_order).date()
        return line.currency_id._convert(price, yuan, order.company_id, day, round=False)

    def _get_line_values(self, line):
        """(quantity, price) of the purchase line in its own unit and currency, for the chosen answer."""
        self.ensure_one()
        cost = costing.cost(self.chosen_quote_id._get_terms(), self._get_need()).lines[0]
        product, order = self.product_id, line.order_id
        quantity = product.uom_id._compute_quantity(float(cost.units), line.product_uom_id, round=False)
        per_unit = product.uom_id._compute_price(float(cost.unit_price / cost.terms.pack), line.product_uom_id)
        price = self.currency_id._convert(
            per_unit,
            order.currency_id,
            order.company_id,
            order.date_order or fields.Date.context_today(self),
            round=False,
        )
        return quantity, price

    # --- business: board

    def _get_board_line(self, facts):
        """One line of the board.

        :param facts: what all lines share, see `_get_board_facts` of the comparison
        :return: {"id", "product_id", "product", "variant", "picture", "qty", "taken_qty", "uom", "best",
            "chosen": quote id or False, "reason", "reason_note", "order": [quote id], best first by the weights,
            "hint": {"quote", "qty", "instead_of", "saving", "take"} or False: order more and pay less,
            "passed": [{"quote", "reason"}]: cheaper than the first place, but left out of it, and why,
            "proposals_state": "none" | "searching" | "ready", "proposals": as of `_get_board_proposal`,
            "cells": {seller id: [as of `_get_board_cell`]}}
        """
        self.ensure_one()
        weights = self._weigh(facts)
        cells = {}
        for quote in self.quote_ids.sorted("rank"):
            cell = quote._get_board_cell(facts, weights.get(quote, False))
            cells.setdefault(str(quote.partner_id.id), []).append(cell)
        return {
            "id": self.id,
            "product_id": self.product_id.id,
            "product": self.product_id.product_tmpl_id.name,
            "variant": self.product_id.product_template_attribute_value_ids._get_combination_name(),
            "picture": self._get_picture_url(),
            "qty": self.product_qty,
            "taken_qty": self.taken_qty,
            "uom": self.product_uom_id.name,
            "best": self.best_quote_id.id,
            "chosen": self.chosen_quote_id.id,
            "reason": self.reason or "",
            "reason_note": self.reason_note or "",
            "hint": self.hint or False,
            "order": [quote.id for quote in sorted(weights, key=lambda quote: (weights[quote], quote.rank))],
            "passed": self._get_passed(facts["barred"]),
            "proposals_state": self.proposals_state,
            "proposals": [proposal._get_board_proposal() for proposal in self.proposal_ids],
            "cells": cells,
        }

    def _get_picture_url(self):
        """Of the product, else of what the best source sells; empty where there is none."""
        if self.product_id.with_context(bin_size=True).image_128:
            return f"/web/image/product.product/{self.product_id.id}/image_128"
        return next(filter(None, (quote._get_picture_url() for quote in self.quote_ids.sorted("rank"))), "")

    def _weigh(self, facts):
        """{answer: penalty} from 0 (best of the line in all that counts for who looks) to 1."""
        answers = self.quote_ids.filtered("quantity")
        rows = [{"cost": quote.total, "days": facts["days"][quote], "score": quote._get_score()} for quote in answers]
        return dict(zip(answers, weighing.weigh(rows, facts["weights"]), strict=True))

    def _get_passed(self, barred):
        """[{"quote", "reason"}]: answers that cost less than the first place and were left out of it, and why."""
        best = self.best_quote_id
        return [
            {"quote": quote.id, "reason": barred.get(quote.partner_id) or quote.reason}
            for quote in self.quote_ids.sorted("rank")
            if quote.quantity
            and quote != best
            and (quote.total < best.total or not best)
            and (quote.partner_id in barred or (quote.is_short and not best.is_short))
        ]

    def _store_hint(self, barred):
        """Where ordering more costs less, over all sources that may be chosen by themselves; kept for the board.

        :param barred: sellers that only people choose, see `_get_barred` of the comparison
        """
        for demand in self:
            quotes = demand._get_first_places(barred)
            need = Decimal(str(demand.product_qty))
            better = breakeven.cheaper_larger([quote._get_terms() for quote in quotes], need)
            demand.hint = better and {
                "quote": quotes[better.option].id,
                "qty": float(better.quantity),
                "instead_of": demand.product_qty,
                "saving": float(better.saving),
                # the seller's minimum brings it there without being asked for more
                "take": quotes[better.option].product_qty < float(better.quantity),
            }
