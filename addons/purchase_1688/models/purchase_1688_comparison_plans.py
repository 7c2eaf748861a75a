from decimal import Decimal

from odoo import fields, models
from odoo.exceptions import UserError

from ..lib import costing

#: seconds that the four plans may take together
SOLVE_SECONDS = 3.0
KINDS = ("total", "parcels", "days", "score")
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

    # --- reading

    def _get_plans(self):
        """The four plans side by side.

        :return: [{"kind": "total" | "parcels" | "days" | "score", "label", "total", "difference": to the best plan,
            "parcels", "days": until the last line arrives, or False, "score": mean of the sellers or False,
            "proven", "gap": yuan that it may be too dear at most, "chosen": whether the lines follow it now,
            "choice": {line id: quote id}, "quantities": {line id: our units}}]; empty until they are worked out
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
            for kind in KINDS
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
        wanted = [(d.best_quote_id._get_terms(), d._get_need()) for d in self.demand_ids if d.best_quote_id]
        return sum((cost.total for cost in costing.cost_by_seller(wanted).values()), costing.ZERO)

    def _get_chosen_kinds(self):
        """The plans that the lines follow at present."""
        if self.plans_state != "ready":
            return []
        choice = {str(demand.id): demand.chosen_quote_id.id for demand in self.demand_ids if demand.chosen_quote_id}
        taken = {str(demand.id): demand.taken_qty for demand in self.demand_ids}
        return [
            kind
            for kind in KINDS
            if self.plans[kind]["choice"] == choice
            and all(self.plans[kind]["taken"].get(key, 0.0) == taken[key] for key in choice)
        ]

    def _get_limits(self):
        return {"max_parcels": self.max_parcels, "excluded": self.excluded_partner_ids.ids}

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
        if kind not in KINDS:
            raise UserError(self.env._("There is no plan %s: choose total, parcels, days or score.", kind))
        if self.plans_state != "ready":
            raise UserError(self.env._("The plans are not worked out yet. Wait a moment."))
        self._follow_plan(kind, reason or PLAN_REASONS.get(kind), note)
        facts = self._get_board_facts()
        return {
            "lines": [demand._get_board_line(facts) for demand in self.demand_ids],
            "plan": self._get_plan(),
            "plans": self._get_plans(),
        }

    def _follow_plan(self, kind, reason=False, note=False):
        plan = self.plans[kind]
        for demand in self.demand_ids:
            quote = plan["choice"].get(str(demand.id), False)
            first = not quote or quote == demand.best_quote_id.id
            vals = {
                "chosen_quote_id": quote,
                "taken_qty": plan["taken"].get(str(demand.id), 0.0),
                "reason": False if first else reason,
                "reason_note": False if first else note,
            }
            demand._update(vals)
        self.sudo().total = plan["total"]  # may write was checked

    def set_limits(self, max_parcels=0, excluded=()):
        """Have the plans worked out again within limits.

        :param max_parcels: at most so many sellers; 0: as many as it takes
        :param excluded: ids of sellers that no plan may take
        :return: {"max_parcels", "excluded"}; the plans follow in a moment, see "plans_state" of `get_board`
        """
        self.ensure_one()
        self.check_access("write")
        self._check_not_frozen()
        strangers = set(excluded) - set(self.quote_ids.partner_id.ids)
        if max_parcels < 0 or strangers:
            raise UserError(
                self.env._("Say how many parcels at most (0 is no limit), and only name sellers of this comparison.")
            )
        self.sudo().write(  # may write was checked
            {
                "max_parcels": max_parcels,
                "excluded_partner_ids": [fields.Command.set(list(excluded))],
                "plans_state": "solving",
                "alive_until": self._get_alive_until(SOLVE_SECONDS),
            }
        )
        self._dispatch_follow_up()
        return self._get_limits()

    # --- business: working out

    def _solve_plans(self):
        """Hook: work the plans out while no transaction is open, and keep them."""
        self._write_down(lambda comparison: comparison.write({"plans_state": "none"}))

    def _get_barred(self):
        """{seller: why it is chosen by people only}."""
        return {}
