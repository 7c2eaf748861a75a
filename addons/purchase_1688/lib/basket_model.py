"""The whole basket as a mixed-integer programme: every line once, every seller's share, the limits.

Money is in fen. Every real plan is a solution that costs no more than it really does, so that the bound holds.
"""

import math
import time
from dataclasses import dataclass

from .basket_lines import HUNDRED, make_source
from .basket_share import Share
from .basket_solver import Program
from .costing import ONE, ZERO, order_quantity, tier_price

HALF = 0.5
#: lots around a known one whose cost is then exact as well
NEAR = 3
#: kinds of `Model.faults`
FAULTS = 4


class TimeIsUp(Exception):
    """A programme could not be built in time."""


@dataclass(frozen=True)
class Lesson:
    """What `costing` says of a share, {(row, index): lots} from one seller, where the programme thought better of it.

    `fen` is its true cost; `unknown`: nobody can say its freight; `impossible`: it cannot be ordered like that.
    """

    seller: str
    lots: dict
    fen: float
    unknown: bool
    impossible: bool


class Model:
    """One programme for given demands and limits."""

    def __init__(self, demands, limits, lessons=(), lean=False, end=math.inf):
        """Raises `TimeIsUp` where that is not done by `end` of the monotonic clock.

        :param lessons: [Lesson]: what is known better about some shares
        :param lean: without any costs, lessons and caps, and lines may be split: all that is possible is possible
            in it, and perhaps more
        """
        self.program, self.shares = Program(), {}
        self._add_shares(demands, limits, _apart(lessons), lean, end)
        self.rows = {}
        for share in self.shares.values():
            for source in share.sources:
                self.rows.setdefault(source.row, []).append(source)
        self.left = {}
        for row, sources in self.rows.items():
            self.left[row] = self.program.column()
            taken = [pair for source in sources for pair in source.chosen()]
            self.program.row(1.0, [*taken, (self.left[row], 1.0)], 1.0)
        for lesson in () if lean else lessons:
            self._add_lesson(lesson)
        self._add_limits(limits)
        self.size = self.program.size
        self.whole = all(not yuan * HUNDRED % ONE for source in self.sources for yuan in _flat(source.terms))

    def _add_shares(self, demands, limits, apart, lean, end):
        sellers = {}
        for row, demand in enumerate(demands):
            for index, option in enumerate(demand.options):
                if is_allowed(demand, option, limits):
                    source = make_source(row, index, demand.need, option)
                    sellers.setdefault(option.terms.seller, []).append(source)
        for seller, sources in sellers.items():
            if time.monotonic() > end:
                raise TimeIsUp
            share = Share(self.program, sources, apart, lean)
            if share.sources:
                self.shares[seller] = share

    @property
    def total(self):
        """The goal: what everything costs."""
        return _as_goal(pair for share in self.shares.values() for pair in share.spend)

    @property
    def parcels(self):
        """The goal: how many sellers are bought from."""
        return {share.used: 1.0 for share in self.shares.values()}

    def cover(self, short):
        """(programme, {seller: column}) of sellers that have all lines between them, with or without short ones."""
        program = Program()
        columns = {seller: program.column() for seller in self.shares}
        for sources in self.rows.values():
            sellers = {source.terms.seller for source in sources if any(short or not way.short for way in source.ways)}
            program.at_least([(columns[seller], 1.0) for seller in sorted(sellers)], 1.0)
        return program, columns

    def faults(self, floor=None):
        """Goals, the worst first: lines left out, short ones, poor ones (below the floor), unknown freight."""
        short, poor = {}, {}
        for source in self.sources:
            below = floor is not None and (source.option.score is None or source.option.score < floor)
            for way in source.ways:
                short |= {way.taken: 1.0} if way.short else {}
                poor |= {way.taken: 1.0} if below else {}
        unknown = {share.nobody: 1.0 for share in self.shares.values() if share.nobody is not None}
        return dict.fromkeys(self.left.values(), 1.0), short, poor, unknown

    def lateness(self):
        """The goal: how many of the known arrival times are before the last one's; who says none comes last of all."""
        late = self._late()
        steps = [self.program.column() for _number in range(max(late.values(), default=0))]
        for step, earlier in zip(steps[1:], steps, strict=False):
            self.program.at_most([(step, 1.0), (earlier, -1.0)], 0.0)
        for source, number in late.items():
            if number:
                self.program.at_most([*source.chosen(), (steps[number - 1], -1.0)], 0.0)
        return dict.fromkeys(steps, 1.0)

    def keep_lateness(self, value):
        """No solution may be later than this."""
        for source, number in self._late().items():
            if number > value:
                self.program.at_most(source.chosen(), 0.0)

    def _late(self):
        """{source: how many of the known arrival times are before its own}"""
        known = sorted({source.option.days for source in self.sources if source.option.days is not None})
        places = {None: len(known)} | {days: place for place, days in enumerate(known)}
        return {source: places[source.option.days] for source in self.sources}

    def dislike(self, weights):
        """The goal: what the lines' scores are below the best score, each weighing as said; none counts as 0."""
        top = max((source.option.score or ZERO for source in self.sources), default=ZERO)
        goal = {}
        for row, sources in self.rows.items():
            for source in sources:
                less = weights[row] * round((top - (source.option.score or ZERO)) * HUNDRED)
                goal |= {way.taken: float(less) for way in source.ways if less}
        return goal

    @property
    def sources(self):
        return [source for sources in self.rows.values() for source in sources]

    def _add_limits(self, limits):
        for seller, share in self.shares.items():
            if seller in limits.caps and share.spend:
                self.program.at_most(share.spend, float(limits.caps[seller] * HUNDRED))
            if seller in limits.max_lines:
                chosen = [pair for source in share.sources for pair in source.chosen()]
                self.program.at_most(chosen, float(limits.max_lines[seller]))
        if limits.max_parcels is not None:
            self.program.at_most(list(self.parcels.items()), float(limits.max_parcels))

    def _add_lesson(self, lesson):
        """Exactly this share costs at least so much, has unknown freight, or is impossible; no other one is."""
        share = self.shares[lesson.seller]
        away, steps = [], 0
        for source in share.sources:
            lots = lesson.lots.get((source.row, source.index))
            steps += lots is not None
            for way in source.ways:
                if lots is None:
                    away.append((way.taken, 1.0))
                elif way.low == way.high == lots:
                    away.append((way.taken, -1.0))
        if lesson.impossible:
            self.program.at_least(away, 1.0 - steps)
            return
        if lesson.unknown and share.nobody is not None:
            self.program.at_least([*away, (share.nobody, 1.0)], 1.0 - steps)
        extra = self.program.column(lesson.fen, whole=False)
        share.spend.append((extra, 1.0))
        scaled = [(column, factor * lesson.fen) for column, factor in away]
        self.program.at_least([*scaled, *share.spend], lesson.fen * (1.0 - steps))

    def keep(self, goal, value):
        """No solution may be worse than this in that goal."""
        self.program.at_most(list(goal.items()), value)

    # --- solutions

    def choice_of(self, values):
        """{row: (source, lots)} of a solution."""
        chosen = {}
        for source in self.sources:
            for way in source.ways:
                if values[way.taken] > HALF:
                    further = round(values[way.further]) if way.further is not None else 0
                    chosen[source.row] = source, way.low + further
        return dict(sorted(chosen.items()))

    def spent(self, values):
        """{seller: (fen, whether nobody can say the freight)} as the programme sees it."""
        return {
            seller: (
                sum(factor * values[column] for column, factor in share.spend),
                share.nobody is not None and values[share.nobody] > HALF,
            )
            for seller, share in self.shares.items()
        }


def _apart(lessons):
    """{(row, index): lots that get a range of their own}"""
    apart = {}
    for lesson in lessons:
        for place, lots in lesson.lots.items():
            # Its neighbours are as wrong, and would be tried next.
            apart.setdefault(place, set()).update(range(lots - NEAR, lots + NEAR + 1))
    return apart


def is_allowed(demand, option, limits):
    """Whether a source may be chosen at all."""
    return (
        demand.need > ZERO and option is not None and option.terms.tiers and option.terms.seller not in limits.excluded
    )


def weights_of(demands, limits):
    """{row: weight} by what the line's goods cost at their cheapest, in ten thousandths of the whole."""
    cheapest = {}
    for row, demand in enumerate(demands):
        goods = [_goods(option.terms, demand.need) for option in demand.options if is_allowed(demand, option, limits)]
        if goods:
            cheapest[row] = min(goods)
    whole = sum(cheapest.values()) or ONE
    return {row: max(round(10000 * goods / whole), 1) for row, goods in cheapest.items()}


def _goods(terms, need):
    quantity = order_quantity(need, terms.pack, terms.batch)
    return tier_price(terms.tiers, quantity) * quantity


def _flat(terms):
    """Yuan that `costing` takes as they are, without rounding."""
    flat = [terms.freight.quoted or ZERO, *(one.off for one in terms.promotions)]
    return [*flat, terms.freight.first_fee] if terms.freight.basis == "fixed" else flat


def _as_goal(pairs):
    goal = {}
    for column, factor in pairs:
        goal[column] = goal.get(column, 0.0) + factor
    return goal
