"""Buy many lines from many sellers at the least landed total.

A mixed-integer programme chooses source and quantity of each line; `costing.cost_by_seller` says what the choice costs,
and that is the total of the plan. The programme knows tiers (by line, offer or seller), lots, minimums and what waives
them, freight by template and what frees it, promotions, tax and service. Where its sums cannot be exact (roundings of
quantities above the need, promotions that exclude each other) they are never above the true cost, so that its bound
holds; a choice whose true cost is higher is then told to the programme, and it looks again. So a plan is proven to the
fen, or its gap says how far off it can be at most.

More than the need is bought where that costs less. A line has one source; a seller is one parcel. A line without any
source, or that needs nothing, is left out, and so is one that the limits leave no room for. Sources that are short, and
sellers whose freight nobody knows, are taken only where there is nothing else, whatever they cost. Where a seller's
freight is known for what was asked at most, nothing is raised above its need and its minimum, and neither is a line
of a SKU that is short, by itself or with the other lines of it.
"""

import math
import time
from dataclasses import replace
from decimal import Decimal

from . import costing
from .basket_ground import Ground
from .basket_lines import HUNDRED
from .basket_model import FAULTS, HALF, Lesson
from .basket_values import KINDS, Demand, Limits, Option, Plan
from .costing import ZERO

__all__ = ["KINDS", "Demand", "Limits", "Option", "Plan", "greedy", "plans", "solve"]

#: how near, in fen, a bound has to be to prove a solution: true costs are whole fen
_CLOSE = 0.9
#: fen that a sum of floating-point numbers may be off, and as a part of the sum
_OFF, _OFF_BY = 0.02, 1e-9
_NEVER = float("inf")
#: so that what one does not need of its share of the time is left for those that need more
_EASIEST_FIRST = ("score", "days", "total", "parcels")


def solve(demands, limits=None, kind="total", seconds=5.0):
    """The best plan of a kind within a total of `seconds`, what it takes to set the programme up included.

    Where that is too short, it is the best plan that was found, or each line where it is cheapest alone.
    """
    ground = Ground(demands, limits or Limits(), time.monotonic() + seconds)
    return _Search(ground, kind, seconds).run()


def plans(demands, limits=None, seconds=10.0):
    """{kind: Plan} of all kinds, within a total of `seconds`."""
    ground, found = Ground(demands, limits or Limits(), time.monotonic() + seconds), {}
    ground.model()
    for number, kind in enumerate(_EASIEST_FIRST):
        found[kind] = _Search(ground, kind, ground.seconds / (len(KINDS) - number)).run()
    return {kind: found[kind] for kind in KINDS}


def greedy(demands, limits=None):
    """What somebody buys who takes each line where it is cheapest alone: for comparison."""
    ground = Ground(demands, limits or Limits(), time.monotonic())
    return _as_plan(ground, "total", ground.alone())


def _as_plan(ground, kind, chosen, bound=None, proven=False):
    """The plan of {row: (index, our units)}, with its true costs."""
    demands, weights = ground.demands, ground.weights
    options = {row: demands[row].options[index] for row, (index, _units) in chosen.items()}
    costs = costing.cost_by_seller([(options[row].terms, chosen[row][1]) for row in sorted(chosen)])
    lines = {seller: list(cost.lines) for seller, cost in costs.items()}
    units = {row: lines[options[row].terms.seller].pop(0).units for row in sorted(chosen)}
    days = [option.days for option in options.values()]
    rated = {row: option.score for row, option in options.items() if option.score is not None}
    weighed = sum(weights[row] for row in rated)
    return Plan(
        kind=kind,
        choice=tuple(chosen[row][0] if row in chosen else None for row in range(len(demands))),
        quantities=tuple(units.get(row, ZERO) for row in range(len(demands))),
        total=sum((cost.total for cost in costs.values()), ZERO),
        bound=bound,
        parcels=len(costs),
        days=max(days) if days and None not in days else None,
        score=sum(weights[row] * score for row, score in rated.items()) / weighed if weighed else None,
        proven=proven,
        costs=costs,
    )


class _Search:
    """The search for one plan."""

    def __init__(self, ground, kind, seconds):
        self.ground, self.limits, self.kind = ground, ground.limits, kind
        self.end = time.monotonic() + seconds
        self.floor = self.limits.floor if kind == "score" else None
        self.kept = []
        self.start = {}
        self.known = None
        self.bound, self.sure = ZERO, True

    def run(self):
        """Without a fault if that is possible; otherwise with as few as possible."""
        if not self.ground.weights:
            return self._plan({}, ZERO, True)
        self.start = self.ground.alone()
        self.kept = [(self._fault(number), 0) for number in range(FAULTS)]
        plan, learned = self._stages(), None
        # What is learned about true costs can show that the caps leave less room than it seemed.
        while plan is None and self._seconds and learned != len(self.ground.lessons):
            self.kept, learned = [], len(self.ground.lessons)
            if all(self._put_first(self._fault(number)) for number in range(FAULTS)):
                plan = self._stages()
        if plan and plan.proven:
            return plan
        return min(filter(None, (plan, self._without_search(), self._plan({}))), key=self._worth)

    def _plan(self, chosen, bound=None, proven=False):
        return _as_plan(self.ground, self.kind, chosen, bound, proven)

    def _without_search(self):
        """What the search began with, where that is within the limits; None where it is not."""
        limits, plan = self.limits, self._plan(self.start)
        within = limits.max_parcels is None or plan.parcels <= limits.max_parcels
        for seller, cost in plan.costs.items():
            within &= cost.total <= limits.caps.get(seller, cost.total)
            within &= len(cost.lines) <= limits.max_lines.get(seller, len(cost.lines))
        if not within:
            return None
        first = self.kind == "total" and not any(self._worth(plan)[:FAULTS])
        if first or (self.sure and self.known is not None):
            plan = replace(plan, bound=min(self.bound, plan.total))
        return plan

    def _worth(self, plan):
        """The less the better: faults, what the kind puts first, the total."""
        rows = zip(self.ground.demands, plan.choice, strict=True)
        chosen = [demand.options[index] for demand, index in rows if index is not None]
        poor = [one for one in chosen if self.floor is not None and (one.score is None or one.score < self.floor)]
        left = sum(plan.choice[row] is None for row in self.ground.weights)
        short = sum(line.short_by > ZERO for cost in plan.costs.values() for line in cost.lines)
        unknown = sum(cost.freight is None for cost in plan.costs.values())
        first = {
            "parcels": plan.parcels,
            "days": _NEVER if plan.days is None else plan.days,
            "score": -(plan.score or ZERO),
        }
        return left, short, len(poor), unknown, first.get(self.kind, ZERO), plan.total

    # --- stages

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
        return model.dislike(self.ground.weights)

    def _put_first(self, goal):
        """Find the least of a goal and keep it from here on; whether there is any solution."""
        model = self._model()
        if model is None:
            return False
        columns = goal(model)
        if not columns:
            self.kept.append((goal, 0))
            return True
        return self._keep(goal, model.program.solve(columns, self._seconds / 2, _CLOSE))

    def _put_first_leanly(self, goal):
        """As if costs, minimums and caps did not matter: nothing is better than what comes out."""
        model = self._model(lean=True)
        if model is None:
            return False
        if goal is not _parcels:
            return self._keep(goal, model.program.solve(goal(model), self._seconds / 2, _CLOSE))
        left, short = (value for _goal, value in self.kept[:2])
        if left:
            return False
        program, columns = model.cover(short > 0)
        solution = program.solve(dict.fromkeys(columns.values(), 1.0), self._seconds / 2, _CLOSE)
        if solution.values:
            self._start_without({seller for seller, column in columns.items() if solution.values[column] < HALF})
        return self._keep(goal, solution)

    def _start_without(self, sellers):
        """Begin with the best plan from the others: plans from as few sellers are hard to tell apart."""
        limits = replace(self.limits, excluded=self.limits.excluded | sellers)
        plan = _Search(Ground(self.ground.demands, limits, self.ground.end), "total", self._seconds / 4).run()
        rows = enumerate(zip(plan.choice, plan.quantities, strict=True))
        self.start = {row: (index, units) for row, (index, units) in rows if index is not None}
        if not any(self._worth(plan)[:FAULTS]):
            self.known = float(plan.total * HUNDRED)

    def _keep(self, goal, solution):
        if solution.values is None:
            return False
        value = math.ceil(solution.value - _OFF)
        self.sure = self.sure and solution.bound > value - 1 + _OFF
        self.kept.append((goal, value))
        return True

    def _least_total(self):
        """The plan of the least true total; None where nothing fits."""
        best, bound, known = None, ZERO, self.known
        while self._seconds and (model := self._model()):
            solution = model.program.solve(model.total, self._seconds, _CLOSE, known)
            if solution.values is None and solution.finished:
                # With what was learned nothing is left that is better.
                bound = best.total if best else ZERO
                break
            bound = max(bound, _to_yuan(solution.bound, model.whole))
            if solution.values is None:
                break
            plan, lessons = self._look(model, solution)
            if plan and (best is None or plan.total < best.total):
                best = plan
            new = [lesson for lesson in lessons if lesson not in self.ground.lessons]
            self.ground.lessons += new
            if best and best.total <= bound or not solution.finished or not new:
                break
            known = float(best.total * HUNDRED) if best else known
        self.bound = bound
        if best is None:
            return None
        bound = min(bound, best.total)
        return replace(best, bound=bound if self.sure else None, proven=self.sure and bound == best.total)

    def _look(self, model, solution):
        """The plan of a solution at its true costs (None where it cannot be had like that), and what they teach."""
        chosen = model.choice_of(solution.values)
        plan = self._plan(
            {row: (source.index, lots * source.lot * source.terms.pack) for row, (source, lots) in chosen.items()}
        )
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
        """The programme with what is kept; None where time is up before it is built."""
        model = self.ground.model(lean)
        for goal, value in self.kept if model else ():
            if goal is _lateness:
                model.keep_lateness(value)
            else:
                model.keep(goal(model), value)
        return model

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
