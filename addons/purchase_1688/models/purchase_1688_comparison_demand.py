from collections import namedtuple
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL, float_compare, float_round

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

#: One line among all that its seller sends together: its `costing.Line`, yuan of goods after what is taken off, and
#: what it costs with its part of freight, tax and fees. The shares of a seller add up to his total, to the fen.
Share = namedtuple("Share", ["line", "goods", "total"])


class Purchase1688ComparisonDemand(models.Model):
    """One need of a comparison: so many of our units of this product."""

    _name = "purchase.1688.comparison.demand"
    _description = "1688 Comparison Line"
    _inherit = ["purchase.1688.comparison.part"]
    _order = "comparison_id.id desc, sequence, id"

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
        "Landed cost",
        compute="_compute_chosen",
        help="Of what is chosen, with its part of what is charged for all goods of the seller together.",
    )
    applied_qty = fields.Float(
        "Applied 1688 quantity", digits="Product Unit", readonly=True, help="In 1688 units, as written to the request."
    )
    applied_price = fields.Float(
        "Applied 1688 price", digits=(12, 4), readonly=True, help="Yuan per 1688 unit, before what is taken off."
    )
    saving = fields.Monetary(
        readonly=True,
        help="Landed cost against the next best answer of a source that has enough, if all lines went to theirs.",
    )
    saving_list = fields.Monetary(
        "Saving (list)",
        readonly=True,
        help="Goods against the same quantity at the seller's list price, of the dearest price tier.",
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

    @api.depends("comparison_id.demand_ids.chosen_quote_id.total", "comparison_id.demand_ids.taken_qty")
    def _compute_chosen(self):
        shares = {}
        # a window that is being opened has copies of the lines, which are not saved
        for comparison in self._origin.comparison_id:
            shares |= comparison.demand_ids._get_shares()
        for demand in self:
            share = shares.get(demand._origin)
            demand.chosen_qty = float(share.line.units) if share else 0.0
            demand.chosen_total = float(share.total) if share else 0.0

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

    def _get_shares(self):
        """{line: `Share`} of the chosen answers, as they are bought together; call it on all lines of a comparison."""
        chosen = self.filtered("chosen_quote_id")
        return self._share_out(chosen, chosen._get_wanted())

    @api.model
    def _share_out(self, demands, wanted):
        """{line: `Share`} of `wanted` [(Terms, need)], one for each line."""
        shares = {}
        by_seller = {}
        for demand, (terms, need) in zip(demands, wanted, strict=True):
            by_seller.setdefault(terms.seller, []).append((demand, (terms, need)))
        for rows in by_seller.values():
            cost = costing.cost_of_seller([one for _demand, one in rows])
            agreed = [line.goods - line.discount for line in cost.lines]
            off = _split(cost.discount - sum(line.discount for line in cost.lines), agreed)
            goods = [amount - less for amount, less in zip(agreed, off, strict=True)]
            charges = _split((cost.freight or costing.ZERO) + cost.tax + cost.service, agreed)
            for (demand, _one), line, amount, more in zip(rows, cost.lines, goods, charges, strict=True):
                shares[demand] = Share(line, amount, amount + more)
        return shares

    def _get_costs(self):
        """({seller: `costing.Cost`}, {line: its `costing.Line`}) of the chosen answers, as they are bought together;
        call it on all lines of a comparison.
        """
        chosen = self.filtered("chosen_quote_id")
        wanted = chosen._get_wanted()
        costs = costing.cost_by_seller(wanted)
        lines = {seller: iter(cost.lines) for seller, cost in costs.items()}
        return costs, {demand: next(lines[terms.seller]) for demand, (terms, _need) in zip(chosen, wanted, strict=True)}

    def _get_shortages(self, lines):
        """[(lines, stock, quantity)] of the SKUs that are taken more of than the seller has, in 1688 units.

        Lines of one SKU take of the same stock; of answers of different age the least counts, as in plans.

        :param lines: {line: `costing.Line`} of the chosen answers, as of `_get_costs`
        """
        found = []
        for demands in self.browse().concat(*lines).grouped(lambda demand: lines[demand].terms.sku_key).values():
            taken = [lines[demand] for demand in demands]
            stocks = [line.terms.stock for line in taken if line.short_by]
            if stocks:
                found.append((demands, min(stocks), taken[0].of_sku))
        return found

    def _needs_reason(self):
        return self.filtered(
            lambda demand: (
                demand.chosen_quote_id and demand.chosen_quote_id != demand.best_quote_id and not demand.reason
            )
        )

    # --- business: savings

    def _clear_savings(self):
        self.write(dict.fromkeys(SAVINGS, 0.0))

    def _store_savings(self, shares):
        """What the choice saves against four others (negative: what it costs more), fixed from then on.

        :param shares: as of `_get_shares`
        """
        nexts, firsts, lasts = self._get_next_shares(), self._get_first_costs(), self._get_last_prices()
        for demand in self:
            share = shares.get(demand)
            if not share:
                demand._update(dict.fromkeys(SAVINGS, 0.0))
                continue
            units, total, goods = float(share.line.units), float(share.total), float(share.goods)
            first, last = firsts.get(demand), lasts.get(demand.product_id.id)
            listed = max(tier.listed for tier in share.line.terms.tiers) * share.line.quantity
            demand._update(
                {
                    "saving": float(nexts[demand].total) - total if demand in nexts else 0.0,
                    "saving_list": float(listed) - goods,
                    "first_total": first * units if first else 0.0,
                    "saving_first": first * units - total if first else 0.0,
                    "last_total": last * units if last else 0.0,
                    "saving_last": last * units - goods if last else 0.0,
                }
            )

    def _get_next_shares(self):
        """{line: `Share`} of the next best answers, bought together as the chosen ones are."""
        nexts = {demand: demand._get_complete_answers() - demand.chosen_quote_id for demand in self}
        nexts = {demand: answers.sorted("total")[0] for demand, answers in nexts.items() if answers}
        return self._share_out(nexts, [(quote._get_terms(), demand._get_asked()) for demand, quote in nexts.items()])

    def _get_first_costs(self):
        """{line: yuan per our unit, landed} of the first place of the earliest comparison for the same need, with all
        first places of that comparison bought together.

        The same need: another comparison of the same line of a request, else the comparison that was repeated.
        """
        domain = [("purchase_line_id", "in", self.purchase_line_id.ids), ("best_quote_id", "!=", False)]
        earliest = {}
        for demand in self.search(domain, order="id"):
            earliest.setdefault(demand.purchase_line_id, demand)
        before = self.comparison_id.origin_id
        origins = {(demand.product_id, demand.sequence): demand for demand in before.demand_ids}
        firsts = {}
        for demand in self:
            first = earliest.get(demand.purchase_line_id) if demand.purchase_line_id else None
            firsts[demand] = first or origins.get((demand.product_id, demand.sequence)) or demand
        shares = {}
        for comparison in self.union(*firsts.values()).comparison_id:
            known = comparison.demand_ids.filtered("best_quote_id.quantity")
            wanted = [(quote._get_terms(), quote._get_need()) for quote in known.best_quote_id]
            shares |= self._share_out(known, wanted)
        return {
            demand: float(shares[first].total / shares[first].line.units)
            for demand, first in firsts.items()
            if first in shares
        }

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

    def _keep_applied(self, shares):
        """What is written to the requests, in 1688's own units: orders on 1688 are held against it."""
        for demand in self:
            share = shares.get(demand)
            vals = {"applied_qty": 0.0, "applied_price": 0.0}
            if share:
                vals = {"applied_qty": float(share.line.quantity), "applied_price": float(share.line.unit_price)}
            demand._update(vals)

    def _get_line_values(self, line, share):
        """Quantity, unit and price of the purchase line for its share: the price after the agreed discount, such that
        the line comes to that amount exactly.
        """
        self.ensure_one()
        units, own, uom, order = float(share.line.units), self.product_id.uom_id, line.product_uom_id, line.order_id
        digits = self.env["decimal.precision"].precision_get("Product Unit")
        quantity = float_round(own._compute_quantity(units, uom, round=False), precision_digits=digits)
        if float_compare(uom._compute_quantity(quantity, own, round=False), units, precision_digits=digits):
            # the unit of the line cannot say it: 50 pieces are no dozens
            uom, quantity = own, units
        goods = self.currency_id._convert(
            float(share.line.goods - share.line.discount),
            order.currency_id,
            order.company_id,
            order._ali1688_get_rate_date(),
            round=False,
        )
        return {"product_qty": quantity, "product_uom_id": uom.id, "price_unit": goods / quantity}

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


def _split(amount, weights):
    """Parts of an amount by weight, in whole fen, that add up to it."""
    whole, parts, done, passed = sum(weights), [], costing.ZERO, costing.ZERO
    for weight in weights:
        passed += weight
        due = costing.to_fen(amount * passed / whole) if whole else amount
        parts.append(due - done)
        done = due
    return parts
