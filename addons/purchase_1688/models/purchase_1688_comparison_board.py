from odoo import api, fields, models
from odoo.exceptions import UserError

from ..lib import costing
from .purchase_1688_comparison_demand import REASONS


class Purchase1688ComparisonBoard(models.AbstractModel):
    """What the board shows and does, as plain data; callers of the external API use the same."""

    _name = "purchase.1688.comparison.board"
    _description = "1688 Comparison Board"

    # --- reading

    def get_board(self):
        """Everything the board shows.

        :return: {"id", "name", "state", "sellers", "plan", …,
            "lines": [{"id", "product", "qty", "cells": {seller id: [quote]}}]};
            amounts in yuan
        """
        self.ensure_one()
        self.check_access("read")
        if self.state == "asking":
            self._close_orphans([("id", "=", self.id)])
        quotes = self.quote_ids
        quotes.fetch(quotes._get_board_fields())
        return {
            **self._get_board_head(),
            "lines": [demand._get_board_line() for demand in self.demand_ids],
            "sellers": self._get_board_sellers(),
            "counts": {
                state: len(quotes.filtered(lambda quote, state=state: quote.state == state))
                for state in ("asking", "answered", "short", "late", "failed")
            },
            "plan": self._get_plan(),
            "reasons": self._get_reasons(),
        }

    def _get_board_head(self):
        currency = self.currency_id
        now = fields.Datetime.now()
        return {
            "id": self.id,
            "name": self.name,
            "state": self.state,
            "orders": [{"id": order.id, "name": order.name} for order in self.purchase_ids],
            "asked_at": fields.Datetime.to_string(self.asked_at),
            "age_seconds": (now - self.asked_at).total_seconds() if self.asked_at else 0,
            "deadline_seconds": self.deadline_seconds,
            "seconds": self.seconds,
            "user": self.user_id.name,
            "district_known": bool(self.district_code),
            "currency": {
                "symbol": currency.symbol,
                "name": currency.name,
                "position": currency.position,
            },
        }

    def _get_board_sellers(self):
        """Sellers with first places come first, then those with many answers.

        While answers arrive the columns stay where they are.
        """
        partners = self.quote_ids.partner_id
        if self.state == "asking":
            ordered = partners.sorted(lambda p: (-p.ali1688_score, p.name or ""))
            return [p._ali1688_get_board_seller() for p in ordered]
        firsts = self.demand_ids.best_quote_id.partner_id
        counts = {partner: 0 for partner in partners}
        for quote in self.quote_ids.filtered("terms"):
            counts[quote.partner_id] += 1
        ordered = partners.sorted(lambda p: (p not in firsts, -counts[p], -p.ali1688_score, p.name or ""))
        return [p._ali1688_get_board_seller() for p in ordered]

    @api.model
    def _get_reasons(self):
        labels = dict(self.env["purchase.1688.comparison.demand"]._fields["reason"]._description_selection(self.env))
        return [{"value": value, "label": labels[value]} for value, _label in REASONS]

    def _get_plan(self):
        """What the chosen answers cost together, and against the proposed plan."""
        self.ensure_one()
        chosen = costing.cost_by_seller(self.demand_ids._get_wanted())
        proposed = costing.cost_by_seller(
            [(d.best_quote_id._get_terms(), d._get_need()) for d in self.demand_ids if d.best_quote_id]
        )
        total = sum((cost.total for cost in chosen.values()), costing.ZERO)
        best = sum((cost.total for cost in proposed.values()), costing.ZERO)
        quotes = self.quote_ids.browse()
        covered = len(self.demand_ids.filtered("chosen_quote_id"))
        return {
            "total": float(total),
            "goods": float(sum((cost.goods for cost in chosen.values()), costing.ZERO)),
            "best_total": float(best),
            "difference": float(total - best) if covered == len(self.demand_ids.filtered("best_quote_id")) else 0.0,
            "covered": covered,
            "sellers": {
                str(seller): {
                    "goods": float(cost.goods),
                    "freight": False if cost.freight is None else float(cost.freight),
                    "fees": float(cost.tax + cost.service),
                    "total": float(cost.total),
                    "lines": len(cost.lines),
                    "steps": quotes._describe_steps(cost.steps),
                }
                for seller, cost in chosen.items()
            },
        }

    def get_breakdown(self, quote_id):
        """How the landed cost of one answer adds up, and what ordering more would cost.

        :return: {"steps": [{"label", "amount"}], "total", "more": {"qty", "total", "saving"} or False, …}
        """
        self.ensure_one()
        self.check_access("read")
        quote = self.quote_ids.filtered(lambda quote: quote.id == quote_id)
        if not quote:
            raise UserError(self.env._("This answer belongs to another comparison."))
        steps = costing.cost(quote._get_terms(), quote.demand_id._get_need()).steps if quote.terms else ()
        return {
            **quote._get_board_cell(),
            **quote._get_board_details(),
            "steps": quote._describe_steps(steps),
        }

    # --- choosing

    def choose(self, demand_id, quote_id, reason=False, note=False, quantity=0.0):
        """Choose an answer for a line (False: none), with the reason where it is not the first place.

        :param quantity: our units to take instead of those needed; 0 takes what is needed
        :return: {"line", "plan"} as in `get_board`
        """
        self.ensure_one()
        self.check_access("write")
        self._check_not_frozen()
        demand = self.demand_ids.filtered(lambda demand: demand.id == demand_id)
        if not demand:
            raise UserError(self.env._("This line belongs to another comparison."))
        first = quote_id == demand.best_quote_id.id
        demand.write(
            {
                "chosen_quote_id": quote_id,
                "taken_qty": quantity if quote_id and quantity > demand.product_qty else 0.0,
                "reason": False if first or not quote_id else reason or demand.reason,
                "reason_note": False if first or not quote_id else note or demand.reason_note,
            }
        )
        plan = self._get_plan()
        self.total = plan["total"]
        return {"line": demand._get_board_line(), "plan": plan}
