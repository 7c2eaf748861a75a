import math

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..lib import costing
from .purchase_1688_comparison_demand import REASONS

QUOTE_STATES = ("asking", "answered", "short", "late", "failed")


class Purchase1688ComparisonBoard(models.AbstractModel):
    """What the board shows and does, as plain data; callers of the external API use the same."""

    _name = "purchase.1688.comparison.board"
    _description = "1688 Comparison Board"

    # --- reading

    def get_board(self):
        """Everything the board shows. Amounts are yuan, ages and waits seconds; what is not known is False, never 0.

        :return: {
            "id", "name", "state": "asking" | "done" | "applied", "user", "orders": [{"id", "name"}], "asked_at",
            "age_seconds", "seconds", "deadline_seconds", "district_known", "currency": {"symbol", "name", "position"},
            "progress": {"asked", "answered": all that is settled, "to_go", "calls_to_go", "wave": 1…,
                "next_wave_in", "seconds_left": about, until all is in},
            "counts": {"asking", "answered", "short", "late", "failed"},
            "answers_minutes": answers up to so old are used instead of asking; 0: always asked,
            "weights": {"cost", "days", "score"}: 0 to 100, of who looks, see `set_weights`,
            "limits": {"max_parcels": 0 is no limit, "excluded": [seller id], "caps": [{"seller", "amount", "lines"}]}:
                of the plans, see `set_limits`,
            "lines": as of `_get_board_line`, "sellers": the columns, in order,
            "plan": what is chosen, as of `_get_plan`, "plans_state": "none" | "solving" | "ready",
            "plans": as of `_get_plans`, see `choose_plan`,
            "reasons": [{"value", "label"}],
            "can": {"choose", "ask", "apply", "undo"}: what who looks may press now,
            "applied": {"at", "by", "saving", "saving_list", "saving_first", "saving_last"} or False}
        """
        self.ensure_one()
        self.check_access("read")
        self._look_after()
        quotes = self.quote_ids
        quotes.fetch(quotes._get_board_fields())
        facts = self._get_board_facts()
        return {
            **self._get_board_head(),
            "progress": self._get_progress(),
            "lines": [demand._get_board_line(facts) for demand in self.demand_ids],
            "sellers": self._get_board_sellers(facts),
            "counts": {
                state: len(quotes.filtered(lambda quote, state=state: quote.state == state)) for state in QUOTE_STATES
            },
            "weights": facts["weights"],
            "plan": self._get_plan(),
            "plans": self._get_plans(),
            "reasons": self._get_reasons(),
        }

    def _get_board_head(self):
        currency = self.currency_id
        return {
            "id": self.id,
            "name": self.name,
            "state": self.state,
            "orders": [{"id": order.id, "name": order.name} for order in self.purchase_ids],
            "asked_at": fields.Datetime.to_string(self.asked_at),
            "age_seconds": self._age(self.asked_at) or 0,
            "deadline_seconds": self.deadline_seconds,
            "seconds": self.seconds,
            "user": self.user_id.name,
            "district_known": bool(self.district_code),
            "answers_minutes": self.company_id.ali1688_answer_minutes,
            "plans_state": self.plans_state,
            "limits": self._get_limits(),
            "can": self._get_rights(),
            "applied": self._get_applied(),
            "currency": {
                "symbol": currency.symbol,
                "name": currency.name,
                "position": currency.position,
            },
        }

    @api.model
    def _age(self, moment):
        """Seconds since `moment`, or False."""
        return max((fields.Datetime.now() - moment).total_seconds(), 0.0) if moment else False

    def _get_rights(self):
        """What who looks may press now."""
        buyer = self.has_access("write")
        return {
            "choose": buyer and self.state == "done",
            "ask": buyer,
            "apply": buyer and self.state == "done" and bool(self.demand_ids.chosen_quote_id),
            "undo": buyer and self.can_undo,
        }

    def _get_applied(self):
        if self.state != "applied":
            return False
        return {
            "at": fields.Datetime.to_string(self.applied_at),
            "by": self.applied_by_id.name,
            "saving": self.saving,
            "saving_list": self.saving_list,
            "saving_first": self.saving_first,
            "saving_last": self.saving_last,
        }

    def _get_board_facts(self):
        """What all lines and cells share, read once: constant queries however many lines there are.

        :return: {"weights", "own_days": {seller id: days}, "days": {quote: days or None}, "prices": {SKU id: [yuan]},
            "older": {quote id: count}, "barred": {seller: why only people choose it}, "may_ask"}
        """
        quotes = self.quote_ids
        older = self.env[quotes._name]._read_group(
            [("newer_id", "in", quotes.ids), ("active", "=", False)], ["newer_id"], ["__count"]
        )
        own_days = quotes._get_own_days()
        return {
            "weights": self.env["res.users.settings"]._ali1688_get_weights(),
            "own_days": own_days,
            "days": quotes._get_days(own_days),
            "prices": quotes._get_prices(),
            "older": {quote.id: count for quote, count in older},
            "barred": self._get_barred(),
            "may_ask": self.state == "done" and self.has_access("write"),
        }

    def _get_board_sellers(self, facts):
        """Sellers with first places come first, then who suits best by the weights, then those with many answers.

        While answers arrive the columns stay where they are.
        """
        partners = self.quote_ids.partner_id
        if self.state == "asking":
            ordered = partners.sorted(lambda p: (-p.ali1688_score, p.name or ""))
            return [p._ali1688_get_board_seller() for p in ordered]
        firsts = self.demand_ids.best_quote_id.partner_id
        penalties = {}
        for demand in self.demand_ids:
            for quote, penalty in demand._weigh(facts).items():
                penalties.setdefault(quote.partner_id, []).append(penalty)
        # a line without an answer counts as the worst
        lines = len(self.demand_ids)
        suits = {p: (sum(sorted(mine)[:lines]) + max(lines - len(mine), 0)) / lines for p, mine in penalties.items()}
        by_cost = not (facts["weights"]["days"] or facts["weights"]["score"])
        ordered = partners.sorted(
            lambda p: (by_cost and p not in firsts, suits.get(p, 1.0), -p.ali1688_score, p.name or "")
        )
        return [p._ali1688_get_board_seller() for p in ordered]

    @api.model
    def _get_reasons(self):
        labels = dict(self.env["purchase.1688.comparison.demand"]._fields["reason"]._description_selection(self.env))
        return [{"value": value, "label": labels[value]} for value, _label in REASONS]

    def _get_plan(self):
        """What the chosen answers cost together, and against the best plan.

        :return: {"total", "goods", "best_total", "difference": to the best plan, see `_get_difference`,
            "covered": lines with a choice, "parcels", "kinds": which of the plans this is,
            "short": {quote id: why}: chosen answers of SKUs that several lines take more of, together, than there is;
                what is short for its line alone says so in its cell,
            "sellers": {seller id: {"goods", "discount", "freight", "fees", "total", "lines",
                "steps": [{"label", "amount"}]}}}
        """
        self.ensure_one()
        costs, lines = self.demand_ids._get_costs()
        total = sum((cost.total for cost in costs.values()), costing.ZERO)
        best = self._get_best_total()
        return {
            "total": float(total),
            "goods": float(sum((cost.goods for cost in costs.values()), costing.ZERO)),
            "best_total": float(best),
            "difference": float(self._get_difference(costs, total - best)),
            "covered": len(self.demand_ids.filtered("chosen_quote_id")),
            "parcels": len(costs),
            "kinds": self._get_chosen_kinds(),
            "short": self._describe_shortages(lines),
            "sellers": {str(seller): self._describe_share(cost) for seller, cost in costs.items()},
        }

    def _get_difference(self, costs, more):
        """Yuan that the chosen answers cost more than the best plan; 0 where the two cannot be held against each other.

        It is below zero where people chose what no plan takes: a seller who was left out or whom only people choose,
        or more than there is in stock.

        :param costs: {seller: `costing.Cost`} of the chosen answers
        :param more: yuan that their total is above that of the best plan
        """
        if self.demand_ids.filtered("chosen_quote_id") != self._get_best_lines():
            return costing.ZERO  # what is left out costs nothing
        if more < 0 and any(cost.freight is None for cost in costs.values()):
            return costing.ZERO  # the freight is still to come
        return more

    def _describe_shortages(self, lines):
        """{quote id: why} of the chosen answers that several lines together want more of than there is.

        :param lines: {line: `costing.Line`} of the chosen answers
        """
        return {
            str(demand.chosen_quote_id.id): self.env._(
                "Only %(stock)s in stock, but the chosen lines take %(wanted)s together",
                stock=f"{stock.normalize():f}",
                wanted=f"{quantity.normalize():f}",
            )
            for demands, stock, quantity in self.demand_ids._get_shortages(lines)
            for demand in demands
            if len(demands) > 1
        }

    def _describe_share(self, cost):
        """One seller's share of a plan."""
        return {
            "goods": float(cost.goods),
            "discount": float(cost.discount),
            "freight": False if cost.freight is None else float(cost.freight),
            "fees": float(cost.tax + cost.service),
            "total": float(cost.total),
            "lines": len(cost.lines),
            "steps": self.env["purchase.1688.comparison.quote"]._describe_steps(cost.steps),
        }

    def get_breakdown(self, quote_id):
        """How the landed cost of one answer adds up, and what ordering more would cost.

        :return: {"steps": [{"label", "amount"}], "total", "more": {"qty", "total", "saving"} or False,
            "answers": older answers of this source, newest first: [{"at", "state", "reason", "total", "stock"}],
            "others": what the seller takes for other offers: [{"id", "offer", "sku", "state", "reason", "total"}], …}
        """
        self.ensure_one()
        self.check_access("read")
        quote = self._get_own_quote(quote_id)
        steps = costing.cost(quote._get_terms(), quote._get_need()).steps if quote.quantity else ()
        return {
            **quote._get_board_cell(self._get_board_facts()),
            **quote._get_board_details(),
            "steps": quote._describe_steps(steps),
        }

    def _get_own_quote(self, quote_id):
        quote = self.quote_ids.filtered(lambda quote: quote.id == quote_id)
        if not quote:
            raise UserError(self.env._("This answer belongs to another comparison."))
        return quote

    def _get_own_demand(self, demand_id):
        demand = self.demand_ids.filtered(lambda demand: demand.id == demand_id)
        if not demand:
            raise UserError(self.env._("This line belongs to another comparison."))
        return demand

    # --- choosing

    def choose(self, demand_id, quote_id, reason=None, note=None, quantity=None):
        """Choose an answer for a line (False: none), with the reason where it is not the first place.

        What is not given stays as it is while the answer stays the same; another answer begins without.

        :param reason: one of the "reasons" of `get_board`
        :param quantity: our units to take instead of those needed; 0 takes what is needed
        :return: {"line", "plan"} as in `get_board`
        """
        self.ensure_one()
        self.check_access("write")
        self._check_not_frozen()
        demand = self._get_own_demand(demand_id)
        demand._update(self._prepare_choice(demand, quote_id, reason, note, quantity))
        plan = self._get_plan()
        self.sudo().total = plan["total"]  # may write was checked
        return {"line": demand._get_board_line(self._get_board_facts()), "plan": plan}

    def _prepare_choice(self, demand, quote_id, reason, note, quantity):
        quote = self._get_own_quote(quote_id) if quote_id else demand.quote_ids.browse()
        reasons = dict(REASONS)
        if reason and reason not in reasons:
            raise UserError(
                self.env._("%(wrong)s is no reason: give one of %(known)s.", wrong=reason, known=", ".join(reasons))
            )
        if quantity and not (isinstance(quantity, int | float) and 0 <= quantity < math.inf):
            raise UserError(self.env._("A quantity is a number from 0 on."))
        same = quote == demand.chosen_quote_id
        given = {"reason": reason, "reason_note": note, "taken_qty": quantity}
        vals = {name: (same and demand[name]) if value is None else value for name, value in given.items()}
        if not quote or quote == demand.best_quote_id:
            vals |= {"reason": False, "reason_note": False}
        if not quote or vals["taken_qty"] <= demand.product_qty:
            vals["taken_qty"] = 0.0
        decided = quote != demand.best_quote_id or not quote or vals["taken_qty"] > 0
        return {**vals, "chosen_quote_id": quote.id, "decided": decided}

    # --- weights

    @api.model
    def get_weights(self):
        """How the user weighs sources when they are sorted: {"cost", "days", "score"}, each 0 to 100."""
        return self.env["res.users.settings"]._ali1688_get_weights()

    @api.model
    def set_weights(self, cost, days, score):
        """Save how the user weighs sources, for all boards.

        :return: {"cost", "days", "score"} as saved
        """
        return self.env["res.users.settings"]._ali1688_set_weights({"cost": cost, "days": days, "score": score})
