"""Buy many lines from many sellers at the least landed total.

A mixed-integer programme chooses source and quantity of each line; `costing.cost_by_seller` says what the choice costs,
and that is the total of the plan. The programme knows tiers (by line, offer or seller), lots, minimums and what waives
them, freight by template and what frees it, promotions, tax and service. Where its sums cannot be exact (roundings of
quantities above the need, promotions that exclude each other) they are never above the true cost, so that its bound
holds; a choice whose true cost is higher is then told to the programme, and it looks again. So a plan is proven to the
fen, or its gap says how far off it can be at most.

More than the need is bought where that costs less. A line has one source; a seller is one parcel. A line without any
source, or that needs nothing, is left out, and so is one that the limits leave no room for. Sources that are short, and
sellers whose freight nobody knows, are taken only where there is nothing else, whatever they cost.
"""

import math
import time
from dataclasses import replace
from decimal import Decimal

from . import costing
from .basket_lines import HUNDRED
from .basket_model import FAULTS, HALF, Lesson, Model, is_allowed, weights_of
from .basket_values import KINDS, Demand, Limits, Option, Plan
from .costing import ZERO

__all__ = ["KINDS", "Demand", "Limits", "Option", "Plan", "greedy", "plans", "solve"]

#: how near, in fen, a bound has to be to prove a solution: true costs are whole fen
_CLOSE = 0.9
#: fen that a sum of floating-point numbers may be off, and as a part of the sum
_OFF, _OFF_BY = 0.02, 1e-9


def solve(demands, limits=None, kind="total", seconds=5.0):
    """The best plan of a kind within a total of `seconds`."""
    return _Search(tuple(demands), limits or Limits(), kind, seconds).run()


def plans(demands, limits=None, seconds=10.0):
    """{kind: Plan} of all kinds, within a total of `seconds`."""
    limits, end, found = limits or Limits(), time.monotonic() + seconds, {}
    for number, kind in enumerate(KINDS):
        left = max(end - time.monotonic(), 0.0)
        found[kind] = solve(demands, limits, kind, left / (len(KINDS) - number))
    return found


def greedy(demands, limits=None):
    """What somebody buys who takes each line where it is cheapest alone: for comparison."""
    demands, limits = tuple(demands), limits or Limits()
    return _as_plan(demands, limits, "total", _each_alone(demands, limits), ZERO, False)


def _each_alone(demands, limits):
    """{row: (index, our units)} of the sources that are cheapest alone; the complete ones first."""
    chosen = {}
    for row, demand in enumerate(demands):
        answers = []
        for index, option in enumerate(demand.options):
            if is_allowed(demand, option, limits):
                cost = costing.cost(option.terms, demand.need)
                answers.append((cost.short, cost.freight is None, cost.total, index, cost.lines[0].units))
        if answers:
            chosen[row] = min(answers)[3:]
    return chosen


def _as_plan(demands, limits, kind, chosen, bound, proven):
    """The plan of {row: (index, our units)}, with its true costs."""
    options = {row: demands[row].options[index] for row, (index, _units) in chosen.items()}
    costs = costing.cost_by_seller([(options[row].terms, chosen[row][1]) for row in sorted(chosen)])
    lines = {seller: list(cost.lines) for seller, cost in costs.items()}
    units = {row: lines[options[row].terms.seller].pop(0).units for row in sorted(chosen)}
    total = sum((cost.total for cost in costs.values()), ZERO)
    days = [option.days for option in options.values()]
    weights = weights_of(demands, limits)
    rated = {row: option.score for row, option in options.items() if option.score is not None}
    weighed = sum(weights[row] for row in rated)
    return Plan(
        kind=kind,
        choice=tuple(chosen[row][0] if row in chosen else None for row in range(len(demands))),
        quantities=tuple(units.get(row, ZERO) for row in range(len(demands))),
        total=total,
        bound=min(bound, total),
        parcels=len(costs),
        days=max(days) if days and None not in days else None,
        score=sum(weights[row] * score for row, score in rated.items()) / weighed if weighed else None,
        proven=proven,
        costs=costs,
    )


class _Search:
    """The search for one plan."""

    def __init__(self, demands, limits, kind, seconds):
        self.demands, self.limits, self.kind = demands, limits, kind
        self.end = time.monotonic() + seconds
        self.weights = weights_of(demands, limits)
        self.floor = limits.floor if kind == "score" else None
        self.kept, self.lessons = [], []
        self.start = {}
        self.sure = True

    def run(self):
        """Without a fault if that is possible; otherwise with as few as possible."""
        if not self.weights:
            return self._nothing(True)
        self.start = _each_alone(self.demands, self.limits)
        self.kept = [(self._fault(number), 0) for number in range(FAULTS)]
        plan, learned = self._stages(), None
        # What is learned about true costs can show that the caps leave less room than it seemed.
        while plan is None and self._seconds and learned != len(self.lessons):
            self.kept, learned = [], len(self.lessons)
            if all(self._put_first(self._fault(number)) for number in range(FAULTS)):
                plan = self._stages()
        return plan or self._without_search()

    def _nothing(self, proven):
        return _as_plan(self.demands, self.limits, self.kind, {}, ZERO, proven)

    def _without_search(self):
        """What the search began with, where that is within the limits: better than nothing when time is up."""
        limits = self.limits
        plan = _as_plan(self.demands, limits, self.kind, self.start, ZERO, False)
        within = limits.max_parcels is None or plan.parcels <= limits.max_parcels
        for seller, cost in plan.costs.items():
            within &= cost.total <= limits.caps.get(seller, cost.total)
            within &= len(cost.lines) <= limits.max_lines.get(seller, len(cost.lines))
        return plan if within else self._nothing(False)

    def _stages(self):
        """What the kind puts first, then the total; None where nothing fits."""
        first = {"parcels": _parcels, "days": _lateness, "score": self._dislike}.get(self.kind)
        if first is None:
            return self._least_total()
        kept, plan = list(self.kept), None
        # What is possible without looking at costs mostly is possible with them, and is found much faster.
        for put_first in (self._put_first_leanly, self._put_first):
            if plan is None and self._seconds and put_first(first):
                plan = self._least_total()
            self.kept = list(kept)
        return plan

    def _fault(self, number):
        return lambda model: model.faults(self.floor)[number]

    def _dislike(self, model):
        return model.dislike(self.weights)

    def _put_first(self, goal):
        """Find the least of a goal and keep it from here on; whether there is any solution."""
        model = self._model()
        return self._keep(goal, self._solve(model, goal(model), self._seconds / 2))

    def _put_first_leanly(self, goal):
        """As if costs, minimums and caps did not matter: nothing is better than what comes out."""
        model = self._model(lean=True)
        if goal is not _parcels:
            return self._keep(goal, model.program.solve(goal(model), self._seconds / 2, _CLOSE))
        left, short = (value for _goal, value in self.kept[:2])
        if left:
            return False
        program, columns = model.cover(short > 0)
        solution = program.solve(dict.fromkeys(columns.values(), 1.0), self._seconds / 2, _CLOSE)
        if solution.values:
            unused = {seller for seller, column in columns.items() if solution.values[column] < HALF}
            few = replace(self.limits, excluded=self.limits.excluded | unused)
            self.start = _each_alone(self.demands, few)
        return self._keep(goal, solution)

    def _keep(self, goal, solution):
        if solution.values is None:
            return False
        self.sure = self.sure and solution.finished
        self.kept.append((goal, math.ceil(solution.value - _OFF)))
        return True

    def _least_total(self):
        """The plan of the least true total; None where nothing fits."""
        best, bound = None, ZERO
        while self._seconds:
            model = self._model()
            solution = self._solve(model, model.total, self._seconds)
            if solution.values is None:
                if best and solution.finished:
                    bound = best.total
                break
            bound = max(bound, _to_yuan(solution.bound, model.whole))
            plan, lessons = self._look(model, solution)
            if plan and (best is None or plan.total < best.total):
                best = plan
            new = [lesson for lesson in lessons if lesson not in self.lessons]
            self.lessons += new
            if best and best.total <= bound or not solution.finished or not new:
                break
        if best is None:
            return None
        bound = min(bound, best.total)
        return replace(best, bound=bound, proven=self.sure and bound == best.total)

    def _look(self, model, solution):
        """The plan of a solution at its true costs (None where it cannot be had like that), and what they teach."""
        chosen = model.choice_of(solution.values)
        plan = self._plan(chosen)
        spent, lessons, good = model.spent(solution.values), [], True
        for seller, cost in plan.costs.items():
            mine = [pair for pair in chosen.values() if pair[0].terms.seller == seller]
            fen, unknown = float(cost.total * HUNDRED), cost.freight is None
            raised = any(
                line.quantity != lots * source.lot for line, (source, lots) in zip(cost.lines, mine, strict=True)
            )
            seen, seen_unknown = spent[seller]
            good &= not raised and unknown <= seen_unknown and cost.total <= self.limits.caps.get(seller, cost.total)
            if fen > seen + _OFF or unknown > seen_unknown or raised:
                lots = {(source.row, source.index): lots for source, lots in mine}
                lessons.append(Lesson(seller, lots, fen, unknown, raised))
        return (plan if good else None), lessons

    def _model(self, lean=False):
        model = Model(self.demands, self.limits, self.lessons, lean)
        for goal, value in self.kept:
            model.keep(goal(model), value)
        return model

    def _solve(self, model, goal, seconds):
        solution = model.program.solve(goal, seconds, _CLOSE, model.start_from(self.start))
        if solution.values is not None:
            self.start = {
                row: (source.index, amount * source.lot * source.terms.pack)
                for row, (source, amount) in model.choice_of(solution.values).items()
            }
        return solution

    def _plan(self, chosen):
        picks = {row: (source.index, lots * source.lot * source.terms.pack) for row, (source, lots) in chosen.items()}
        return _as_plan(self.demands, self.limits, self.kind, picks, ZERO, False)

    @property
    def _seconds(self):
        return max(self.end - time.monotonic(), 0.0)


def _parcels(model):
    return model.parcels


def _lateness(model):
    return model.lateness()


def _to_yuan(fen, whole):
    """A bound in yuan; costs of whole fen cannot be between two."""
    if fen == -math.inf:
        return ZERO
    fen -= _OFF_BY * max(abs(fen), 1.0)
    return Decimal(math.ceil(fen)) / HUNDRED if whole else Decimal(fen) / HUNDRED
