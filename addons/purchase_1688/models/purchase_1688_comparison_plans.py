import logging
import math
import threading
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..lib import basket, breakeven, costing, single

_logger = logging.getLogger(__name__)

#: seconds that the four plans may take together; the usual basket takes less than one
SOLVE_SECONDS = 6.0
#: baskets that a process works on at a time, and seconds that the next one waits for its turn
SOLVERS = threading.Semaphore(2)
SOLVE_WAIT = 60.0
#: how often they are worked out anew where prices or limits changed meanwhile, before others take it up
SOLVE_ROUNDS = 3
#: quantities that a chart shows at most
POINTS = 40
#: why the first place is left where a line follows another plan: the plan is the reason
PLAN_REASONS = {"parcels": "together", "days": "speed", "score": "trust"}


class Purchase1688ComparisonPlans(models.AbstractModel):
    """Four ways to buy all lines of a comparison, and how the one that is chosen stands against the cheapest."""

    _name = "purchase.1688.comparison.plans"
    _description = "Plans of a 1688 Comparison"

    plans_state = fields.Selection(
        [("none", "None"), ("solving", "Being worked out"), ("ready", "Ready")],
        default="none",
        required=True,
        readonly=True,
        copy=False,
    )
    plans = fields.Json(
        readonly=True,
        copy=False,
        help="Total, bound, parcels, days, score and the choice of each plan, as they were worked out.",
    )
    max_parcels = fields.Integer(readonly=True, help="At most so many sellers in one plan; 0: as many as it takes.")
    excluded_partner_ids = fields.Many2many(
        "res.partner",
        "purchase_1688_comparison_excluded_rel",
        string="Left out of the plans",
        readonly=True,
        copy=False,
    )
    seller_caps = fields.Json(
        readonly=True, copy=False, help="What sellers may get of a plan at most: yuan, goods and freight, and lines."
    )

    # --- reading

    def _get_plans(self):
        """The four plans side by side.

        :return: [{"kind": "total" | "parcels" | "days" | "score", "label", "total", "difference": to the best plan,
            "parcels", "days": until the last line arrives, or False, "score": mean of the sellers or False,
            "proven", "gap": yuan that it may be too dear at most, or False where nobody can say, "freight_known": all
            of it is in the total, "chosen": whether the lines follow it now, "choice": {line id: quote id},
            "quantities": {line id: our units}}]; empty until they are worked out
        """
        self.ensure_one()
        if self.plans_state != "ready":
            return []
        labels = self._get_plan_labels()
        best, chosen = self._get_best_total(), self._get_chosen_kinds()
        return [
            {
                **self.plans[kind],
                "kind": kind,
                "label": labels[kind],
                "difference": float(Decimal(str(self.plans[kind]["total"])) - best),
                "chosen": kind in chosen,
            }
            for kind in basket.KINDS
        ]

    def _get_plan_labels(self):
        return {
            "total": self.env._("Least total"),
            "parcels": self.env._("Fewest parcels"),
            "days": self.env._("Fastest"),
            "score": self.env._("Best rated"),
        }

    def _get_best_total(self):
        """Yuan of the cheapest plan that is known."""
        if self.plans_state == "ready":
            return Decimal(str(self.plans["total"]["total"]))
        wanted = [(d.best_quote_id._get_terms(), d._get_asked()) for d in self.demand_ids if d.best_quote_id]
        return sum((cost.total for cost in costing.cost_by_seller(wanted).values()), costing.ZERO)

    def _get_best_lines(self):
        """The lines that the cheapest plan buys: limits may leave no room for some."""
        if self.plans_state == "ready":
            return self.demand_ids.filtered(lambda demand: str(demand.id) in self.plans["total"]["choice"])
        return self.demand_ids.filtered("best_quote_id")

    def _get_chosen_total(self):
        """Yuan of what is chosen."""
        chosen = costing.cost_by_seller(self.demand_ids._get_wanted())
        return float(sum((cost.total for cost in chosen.values()), costing.ZERO))

    def _get_chosen_kinds(self):
        """The plans that the lines follow at present."""
        if self.plans_state != "ready":
            return []
        choice = {str(demand.id): demand.chosen_quote_id.id for demand in self.demand_ids if demand.chosen_quote_id}
        taken = {str(demand.id): demand.taken_qty for demand in self.demand_ids}
        return [
            kind
            for kind in basket.KINDS
            if self.plans[kind]["choice"] == choice
            and all(self.plans[kind]["taken"].get(key, 0.0) == taken[key] for key in choice)
        ]

    def _get_limits(self):
        return {
            "max_parcels": self.max_parcels,
            "excluded": self.excluded_partner_ids.ids,
            "caps": self.seller_caps or [],
        }

    def get_curve(self, demand_id):
        """What a unit costs over the quantity, one series a source: from half of what is asked to twice as much.

        :return: {"asked", "quantities": [our units], "sources": [{"quote_id", "seller_id", "seller", "unit_costs":
            [yuan per our unit, or False where the stock is short or nobody knows the freight]}], "spans": [{"first",
            "last": False for the end, "quote_id": False for nobody, "nobody": why, "stock" where nobody has so many,
            "freight" where nobody knows the freight of those who have, else False}]: who is cheapest where,
            "better": {"quote_id", "qty", "total", "instead", "saving"} or False: order more and pay less}
        """
        self.ensure_one()
        self.check_access("read")
        demand = self._get_own_demand(demand_id)
        quotes, need = demand.quote_ids.filtered("quantity").sorted("rank"), Decimal(str(demand.product_qty))
        curve = {"asked": demand.product_qty, "quantities": [], "sources": [], "spans": [], "better": False}
        if not quotes:
            return curve
        options = [quote._get_terms() for quote in quotes]
        found = breakeven.curve(options, need, points=POINTS)
        low, high = found.quantities[0], found.quantities[-1]
        better = breakeven.cheaper_larger(options, need)
        return {
            **curve,
            "quantities": [float(quantity) for quantity in found.quantities],
            "sources": [
                {
                    "quote_id": quote.id,
                    "seller_id": quote.partner_id.id,
                    "seller": quote.partner_id.name or "",
                    "unit_costs": [False if cost is None else float(cost) for cost in costs],
                }
                for quote, costs in zip(quotes, found.unit_costs, strict=True)
            ],
            "spans": [self._describe_span(span, quotes) for span in breakeven.spans(options, low, high)],
            "better": self._describe_better(better, quotes),
        }

    @api.model
    def _describe_span(self, span, quotes):
        return {
            "first": float(span.first),
            "last": False if span.last is None else float(span.last),
            "quote_id": False if span.winner is None else quotes[span.winner].id,
            "nobody": span.nobody or False,
        }

    @api.model
    def _describe_better(self, better, quotes):
        if not better:
            return False
        return {
            "quote_id": quotes[better.option].id,
            "qty": float(better.quantity),
            "total": float(better.total),
            "instead": float(better.instead),
            "saving": float(better.saving),
        }

    # --- choosing

    def choose_plan(self, kind, reason=False, note=False):
        """Choose for all lines what a plan says.

        :param kind: total, parcels, days or score
        :param reason: why lines leave the first place; if not given, what the plan puts first is the reason
        :return: {"lines", "plan", "plans"} as in `get_board`
        """
        self.ensure_one()
        self.check_access("write")
        self._check_not_frozen()
        if kind not in basket.KINDS:
            raise UserError(self.env._("There is no plan %s: choose total, parcels, days or score.", kind))
        if self.plans_state != "ready":
            raise UserError(self.env._("The plans are not worked out yet. Wait a moment."))
        self._follow_plan(self.demand_ids, kind, reason or PLAN_REASONS.get(kind), note)
        facts = self._get_board_facts()
        return {
            "lines": [demand._get_board_line(facts) for demand in self.demand_ids],
            "plan": self._get_plan(),
            "plans": self._get_plans(),
        }

    def _follow_plan(self, demands, kind, reason=False, note=False):
        """Choose for these lines what a plan says."""
        plan = self.plans[kind]
        for demand in demands:
            quote = plan["choice"].get(str(demand.id), False)
            first = not quote or quote == demand.best_quote_id.id
            vals = {
                "chosen_quote_id": quote,
                "taken_qty": plan["taken"].get(str(demand.id), 0.0),
                "reason": False if first else reason,
                "reason_note": False if first else note,
                "decided": kind != "total",  # the cheapest way is what lines follow by themselves
            }
            demand._update(vals)
        self.sudo().total = self._get_chosen_total()  # may write was checked

    def set_limits(self, max_parcels=0, excluded=(), caps=()):
        """Have the plans worked out again within limits; limits that are not given are lifted.

        :param max_parcels: at most so many sellers; 0: as many as it takes
        :param excluded: ids of sellers that no plan may take
        :param caps: what sellers may get at most: [{"seller": id, "amount": yuan of landed cost, "lines": how many}];
            0, or not given: as much as it takes
        :return: {"max_parcels", "excluded", "caps"}; the plans follow in a moment, see "plans_state" of `get_board`
        """
        self.ensure_one()
        self.check_access("write")
        self._check_not_frozen()
        caps = self._prepare_caps(caps)
        strangers = {*excluded, *(cap["seller"] for cap in caps)} - set(self.quote_ids.partner_id.ids)
        if not isinstance(max_parcels, int) or max_parcels < 0 or strangers:
            raise UserError(
                self.env._("Say how many parcels at most (0 is no limit), and only name sellers of this comparison.")
            )
        self.sudo().write(  # may write was checked
            {
                "max_parcels": max_parcels,
                "excluded_partner_ids": [fields.Command.set(list(excluded))],
                "seller_caps": caps,
                "plans_state": "solving",
                "alive_until": self._get_alive_until(SOLVE_SECONDS),
            }
        )
        self._dispatch_follow_up()
        return self._get_limits()

    @api.model
    def _prepare_caps(self, caps):
        """The caps that limit something, one for each seller."""
        found = {}
        for cap in caps:
            amount, lines = cap.get("amount") or 0, cap.get("lines") or 0
            right = isinstance(amount, int | float) and 0 <= amount < math.inf and isinstance(lines, int) and lines >= 0
            if not right:
                raise UserError(self.env._("A seller's limit is an amount in yuan and a number of lines, from 0 on."))
            if amount or lines:
                found[cap.get("seller")] = {"seller": cap.get("seller"), "amount": amount, "lines": lines}
        return list(found.values())

    # --- business: working out

    def _solve_plans(self):
        """Work the plans out while no transaction is open, and keep them; anew where prices or limits have changed
        meanwhile.
        """
        for _round in range(SOLVE_ROUNDS):
            question = self._write_down(lambda comparison: comparison._begin_plans())
            if question is None:
                return
            demands, limits, _quotes = question
            if not SOLVERS.acquire(timeout=SOLVE_WAIT):
                _logger.warning("comparison %s: too many plans are being worked out", self.id)
                return
            try:
                found = basket.plans(demands, limits, SOLVE_SECONDS)
            finally:
                SOLVERS.release()
            self._write_down(lambda comparison, found=found, asked=question: comparison._store_plans(found, asked))

    def _begin_plans(self):
        """What lib/basket is to work out, as of `_prepare_plans`; None where nothing is. One line is done at once."""
        if self.state != "done" or self.plans_state != "solving":
            return None
        barred = self._get_barred()
        if len(self.demand_ids) == 1:
            self._solve_one_line(barred)
            return None
        self.demand_ids._store_hint(barred)
        return self._prepare_plans(barred)

    def _solve_one_line(self, barred):
        """Where nothing travels together no solver is needed: the plans are there with the places."""
        self.demand_ids._store_hint(barred)
        demands, limits, _quotes = self._prepare_plans(barred)
        self._keep_plans(single.plans(demands[0], limits))

    def _prepare_plans(self, barred):
        """(demands, limits, {demand id: [quote id]}) for lib/basket."""
        days = self.quote_ids._get_days(self.quote_ids._get_own_days())
        rows, quotes = [], {}
        for demand in self.demand_ids:
            answers = demand.quote_ids.filtered("quantity")
            quotes[demand.id] = answers.ids
            options = [basket.Option(quote._get_terms(), quote._get_score(), days[quote]) for quote in answers]
            rows.append(basket.Demand(Decimal(str(demand.product_qty)), tuple(options)))
        return rows, self._prepare_limits(barred), quotes

    def _prepare_limits(self, barred):
        sellers = [*self.excluded_partner_ids.ids, *(partner.id for partner in barred)]
        caps = self.seller_caps or []
        return basket.Limits(
            excluded=frozenset(str(seller) for seller in sellers),
            caps={str(cap["seller"]): Decimal(str(cap["amount"])) for cap in caps if cap["amount"]},
            max_parcels=self.max_parcels or None,
            floor=Decimal(str(self.company_id.ali1688_rating_preferred)),
            max_lines={str(cap["seller"]): cap["lines"] for cap in caps if cap["lines"]},
        )

    def _get_barred(self):
        """{seller: why it is chosen by people only}."""
        return self._judge(self.quote_ids.partner_id, self.company_id)

    @api.model
    def _judge(self, sellers, company):
        standings = sellers._ali1688_automatic_choice(company)
        return {partner: reason for partner, (allowed, reason) in standings.items() if not allowed}

    def _store_plans(self, found, asked):
        """Keep the plans, unless the question is another one by now: the same sellers may have other prices.

        :param asked: what they were worked out for, as of `_prepare_plans`
        """
        if self.state == "done" and self.plans_state == "solving" and asked == self._prepare_plans(self._get_barred()):
            self._keep_plans(found)

    def _keep_plans(self, found):
        """Keep the plans; lines for which nobody has decided otherwise follow the cheapest one."""
        demands = self.demand_ids
        self.write({"plans": {kind: self._describe_plan(found[kind], demands) for kind in found}})
        followed = demands.filtered(lambda demand: not demand._is_decision_kept())
        best = self.plans["total"]["choice"]
        for demand in demands:
            if str(demand.id) in best:
                demand._update({"best_quote_id": best[str(demand.id)]})
        self.plans_state = "ready"
        self._follow_plan(followed, "total")

    def _describe_plan(self, plan, demands):
        """A plan as plain data, see `_get_plans`. "taken" are quantities beyond the need that are bought on purpose."""
        choice, quantities, wanted = {}, {}, []
        for demand, place, quantity in zip(demands, plan.choice, plan.quantities, strict=True):
            if place is None:
                continue
            quote = demand.quote_ids.filtered("quantity")[place]
            choice[str(demand.id)] = quote.id
            quantities[str(demand.id)] = float(quantity)
            wanted.append((quote._get_terms(), Decimal(str(demand.product_qty))))
        plain = sum((cost.total for cost in costing.cost_by_seller(wanted).values()), costing.ZERO)
        needs = {str(demand.id): demand.product_qty for demand in demands}
        more = {key: quantity for key, quantity in quantities.items() if quantity > needs[key]}
        return {
            "total": float(plan.total),
            "parcels": plan.parcels,
            "days": False if plan.days is None else float(plan.days),
            "score": False if plan.score is None else float(plan.score),
            "proven": plan.proven,
            "gap": False if plan.gap is None else float(plan.gap),
            "freight_known": plan.freight_known,
            "choice": choice,
            "quantities": quantities,
            "taken": more if plain != plan.total else {},
        }
