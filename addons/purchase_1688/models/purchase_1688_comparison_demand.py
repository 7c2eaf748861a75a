from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..lib import costing

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
    best_quote_id = fields.Many2one("purchase.1688.comparison.quote", "First place", readonly=True)
    chosen_quote_id = fields.Many2one("purchase.1688.comparison.quote", "Chosen")
    reason = fields.Selection(REASONS, help="Why not the first place.")
    reason_note = fields.Char()
    saving = fields.Monetary(readonly=True, help="Landed cost against the next best answer.")

    _taken_enough = models.Constraint("CHECK(taken_qty >= 0)", "A quantity cannot be negative.")

    @api.constrains("chosen_quote_id")
    def _check_chosen(self):
        for demand in self:
            quote = demand.chosen_quote_id
            if quote and (quote.demand_id != demand or not quote.terms):
                raise ValidationError(self.env._("Only an answer to this very line can be chosen."))

    # --- business

    def _get_need(self):
        """Our units to be bought, exact."""
        self.ensure_one()
        return Decimal(str(self.taken_qty or self.product_qty))

    def _rank(self):
        """Number the answers of each line: complete ones by landed cost, then short ones, then what is no answer."""
        for demand in self:
            freight_known = any(quote.freight_known for quote in demand.quote_ids)
            ordered = demand.quote_ids.sorted(lambda quote, known=freight_known: quote._get_rank_key(known))
            for rank, quote in enumerate(ordered, start=1):
                if quote.rank != rank:
                    quote.rank = rank

    def _choose_plan(self):
        """Choose one answer per line such that all together cost little; that is the first place to hold against."""
        quotes = [
            demand.quote_ids.filtered(lambda quote: quote.terms and not quote.is_short)
            or demand.quote_ids.filtered("terms")
            for demand in self
        ]
        options = [
            (demand._get_need(), [quote._get_terms() for quote in mine])
            for demand, mine in zip(self, quotes, strict=True)
        ]
        for demand, mine, index in zip(self, quotes, costing.improve(options) if options else [], strict=True):
            chosen = mine[index] if index is not None else mine.browse()
            demand.write({"best_quote_id": chosen.id, "chosen_quote_id": chosen.id})

    def _get_wanted(self):
        """[(Terms, need)] of the chosen answers, for costing."""
        return [(demand.chosen_quote_id._get_terms(), demand._get_need()) for demand in self if demand.chosen_quote_id]

    def _needs_reason(self):
        return self.filtered(
            lambda demand: (
                demand.chosen_quote_id and demand.chosen_quote_id != demand.best_quote_id and not demand.reason
            )
        )

    def _store_savings(self):
        """What the choice saves against the best other answer (negative: what it costs more)."""
        for demand in self:
            others = (demand.quote_ids - demand.chosen_quote_id).filtered("terms")
            chosen = demand.chosen_quote_id
            demand.saving = min(others.mapped("total")) - chosen.total if others and chosen else 0.0

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

    def _get_board_line(self):
        self.ensure_one()
        cells = {}
        for quote in self.quote_ids.sorted("rank"):
            cells.setdefault(str(quote.partner_id.id), []).append(quote._get_board_cell())
        best = self.best_quote_id
        return {
            "id": self.id,
            "product_id": self.product_id.id,
            "product": self.product_id.product_tmpl_id.name,
            "variant": self.product_id.product_template_attribute_value_ids._get_combination_name(),
            "qty": self.product_qty,
            "taken_qty": self.taken_qty,
            "uom": self.product_uom_id.name,
            "best": best.id,
            "chosen": self.chosen_quote_id.id,
            "reason": self.reason or "",
            "reason_note": self.reason_note or "",
            "hint": self._get_hint(),
            "cells": cells,
        }

    def _get_hint(self):
        """The cheaper larger quantity, if there is one: {"qty", "instead_of", "saving", "quote"}."""
        best = self.best_quote_id
        if not best:
            return False
        if best.more_total and best.more_total < best.total:
            return {
                "quote": best.id,
                "qty": best.more_qty,
                "instead_of": self.product_qty,
                "saving": best.total - best.more_total,
                "take": True,
            }
        exact = self.quote_ids.filtered(
            lambda quote: quote.state == "answered" and quote.product_qty == self.product_qty and quote != best
        )
        if exact and best.product_qty > self.product_qty:
            saving = min(exact.mapped("total")) - best.total
            if saving > 0:
                return {
                    "quote": best.id,
                    "qty": best.product_qty,
                    "instead_of": self.product_qty,
                    "saving": saving,
                    "take": False,
                }
        return False
