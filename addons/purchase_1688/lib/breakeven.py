"""Where another source becomes the cheapest, and where more costs less: several `Terms` held against each other.

Quantities are whole units of ours. A source that is short, or whose freight nobody knows, is behind those that are not,
whatever it costs, and is no reason to order more. Not every quantity is tried out: between the marks of `Alone` totals
run along lines, and an interval is only divided where two of them come too close to tell.
"""

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import pairwise

from .costing_alone import Alone
from .costing_values import ONE

_UNIT_COST = Decimal("0.0001")
#: Intervals of so few units are looked at one by one.
_FEW = 8
_LEAST_POINTS = 8


@dataclass(frozen=True)
class Span:
    """From `first` to `last` units (None: to the end of what was looked at) option number `winner` costs least.

    `nobody`: '', or why None is the winner: stock where nobody has so many, freight where nobody knows the freight of
    those who have, so that who costs least cannot be said.
    """

    first: Decimal
    last: Decimal | None
    winner: int | None
    nobody: str = ""


@dataclass(frozen=True)
class Better:
    """Ordering `quantity` units from `option` costs `total` `instead` of what was to be paid: `saving` less."""

    option: int
    quantity: Decimal
    total: Decimal
    instead: Decimal
    saving: Decimal


@dataclass(frozen=True)
class Curve:
    """Landed cost per needed unit: `unit_costs[option][i]` at `quantities[i]`; None where the stock is short or nobody
    knows the freight.
    """

    quantities: tuple[Decimal, ...]
    unit_costs: tuple[tuple[Decimal | None, ...], ...]


def spans(options, low, high):
    """Which of `options` [Terms] is the cheapest for each whole need from `low` to `high`; of equals the first one.

    :return: list of `Span`, without gaps; between two that nobody wins the reason changes
    """
    low, high = _whole_range(low, high)
    if not options or high < low:
        return []
    found = []
    for first, *outcome in _Field(options).walk(low, high):
        if not found or found[-1][1] != outcome:
            found.append((first, outcome))
    ends = [first - 1 for first, _outcome in found[1:]] + [None]
    return [Span(first, end, *outcome) for (first, outcome), end in zip(found, ends, strict=True)]


def cheaper_larger(options, need, limit=None):
    """The best way to pay less by ordering more than `need`, over all `options`; None where more never costs less.

    It is held against the best answer for the need itself: one that delivers exactly so much, if any does. A proposal
    is never short: where the need itself is short with everybody, nobody is told to order more.

    :param need: our units
    :param limit: our units that may arrive at most
    :return: a `Better`
    """
    alones = [Alone(terms) for terms in options]
    if not alones:
        return None
    offers = [_Offer(index, alone, need) for index, alone in enumerate(alones)]
    base = min(offers, key=lambda offer: (offer.rank, offer.units != need, offer.total, offer.index))
    best = None
    for index, alone in enumerate(alones):
        for units in (need, *alone.marks(above=need)):
            offer = _Offer(index, alone, units)
            if offer.units <= need or offer.total >= base.total or not offer.is_sure:
                continue
            if limit is not None and offer.units > limit:
                continue
            if best is None or (offer.total, offer.units) < (best.total, best.units):
                best = offer
    if best is None:
        return None
    return Better(best.index, best.units, best.total, base.total, base.total - best.total)


def curve(options, need, low=None, high=None, points=40):
    """Data of a chart: what a unit costs over the quantity, one series an option.

    The asked quantity, both ends, the marks and the quantities where the winner changes come first; what is left of
    `points` is spread evenly.

    :param low: half of the need if not given
    :param high: twice the need if not given
    :return: a `Curve` of at most `points` quantities
    """
    low, high = _whole_range(need / 2 if low is None else low, need * 2 if high is None else high)
    alones = [Alone(terms) for terms in options]
    quantities = _points(options, alones, need, low, max(low, high), max(points, _LEAST_POINTS))
    return Curve(
        tuple(quantities),
        tuple(tuple(_unit_cost(alone, units) for units in quantities) for alone in alones),
    )


def _whole_range(low, high):
    return (
        max(Decimal(low).to_integral_value(ROUND_CEILING), ONE),
        Decimal(high).to_integral_value(ROUND_FLOOR),
    )


def _unit_cost(alone, need):
    quantity = alone.quantity(need)
    if any(alone.rank(quantity)):
        return None
    return (alone.total(quantity) / need).quantize(_UNIT_COST)


def _points(options, alones, need, low, high, points):
    """At most `points` sorted quantities that show the course of all options."""
    changes = [
        edge
        for before, span in pairwise(spans(options, low, high))
        if span.winner != before.winner
        for edge in (before.last, span.first)
    ]
    marks = [edge for alone in alones for mark in alone.marks() for edge in (mark - 1, mark)]
    even = [low + ((high - low) * step / (points - 1)).to_integral_value(ROUND_FLOOR) for step in range(points)]
    chosen = {low, high}
    if low <= need <= high:
        chosen.add(need)
    for wanted in (changes, sorted(set(marks)), even):
        wanted = [units for units in wanted if low < units < high and units not in chosen]
        chosen.update(_thin(wanted, points - len(chosen)))
    return sorted(chosen)


def _thin(items, count):
    """So many of the items, evenly."""
    items = list(dict.fromkeys(items))
    if len(items) <= count:
        return items
    return [items[len(items) * index // count] for index in range(count)]


class _Offer:
    """What one option does for one need."""

    def __init__(self, index, alone, need):
        self.index = index
        quantity = alone.quantity(need)
        self.units = quantity * alone.terms.pack
        self.rank, self.total = alone.rank(quantity), alone.total(quantity)

    @property
    def is_sure(self):
        """All of it is there, and its cost is all that there is to pay."""
        return not any(self.rank)


class _Field:
    """Options that run against each other over needs."""

    def __init__(self, options):
        self.alones = [Alone(terms) for terms in options]
        shapes = {}
        for index, terms in enumerate(options):
            shapes.setdefault(_shape(terms), index)
        # Of options that ask the very same only the first can win.
        self.runners = sorted(shapes.values())

    def walk(self, low, high):
        """(first need, winner, why nobody) from left to right, as in `Span`; the same may be told several times."""
        marks = {mark for index in self.runners for mark in self.alones[index].marks(above=low) if mark <= high}
        edges = sorted({low, *marks})
        for first, last in zip(edges, [*(edge - 1 for edge in edges[1:]), high], strict=True):
            yield from self._settle(first, last)

    def _settle(self, first, last):
        """Winners between two marks: as a whole, or in halves where it is too close to tell."""
        (short, unknown), runners = self._best_ranked(first)
        if short or unknown:
            yield first, None, "stock" if short else "freight"
            return
        courses = {index: self.alones[index].course(first) for index in runners}
        todo = [(first, last, runners)]
        while todo:
            first, last, runners = todo.pop()
            winner, close = self._race(first, last, runners, courses)
            if len(close) == 1:
                yield first, winner, ""
                continue
            if last - first < _FEW:
                yield from self._one_by_one(first, last, close)
                continue
            middle = first + ((last - first) / 2).to_integral_value(ROUND_FLOOR)
            todo += [(middle + 1, last, close), (first, middle, close)]

    def _best_ranked(self, need):
        """(the best rank here, the options that have it): so up to the next mark."""
        offers = [_Offer(index, self.alones[index], need) for index in self.runners]
        best = min(offer.rank for offer in offers)
        return best, [offer.index for offer in offers if offer.rank == best]

    def _one_by_one(self, first, last, runners):
        while first <= last:
            yield first, min(runners, key=lambda index: (self._total(index, first), index)), ""
            first += 1

    def _race(self, first, last, runners, courses):
        """(favourite, those who may be in front of it somewhere from `first` to `last`, itself among them)."""
        if all(self._stands_still(index, first, last) for index in runners):
            winner = min(runners, key=lambda index: (self._total(index, first), index))
            return winner, [winner]
        bounds = {index: self._bounds(index, first, last, courses[index]) for index in runners}
        favourite = min(runners, key=lambda index: (sum(bounds[index][1]), index))
        worst = bounds[favourite][1]
        return favourite, [
            index
            for index in runners
            if index == favourite or any(low <= high for low, high in zip(bounds[index][0], worst, strict=True))
        ]

    def _bounds(self, index, first, last, course):
        """((lowest at `first`, at `last`), (highest at `first`, at `last`)) of a line below and one above the total."""
        start = self._total(index, first)
        if self._stands_still(index, first, last):
            return (start, start), (start, start)
        (low, high), slack = course
        length = last - first
        return (start - slack, start + low * length - slack), (start + slack, start + high * length + slack)

    def _stands_still(self, index, first, last):
        """One and the same quantity is ordered for all these needs."""
        return self.alones[index].quantity(first) == self.alones[index].quantity(last)

    def _total(self, index, need):
        alone = self.alones[index]
        return alone.total(alone.quantity(need))


def _shape(terms):
    """All that decides what the terms cost alone."""
    freight = terms.freight
    return (
        *(getattr(terms, name) for name in ("min_qty", "batch", "pack", "stock", "mix_amount", "mix_count")),
        *(getattr(terms, name) for name in ("surcharge", "service_rate", "discount_rate", "promotions", "tiers")),
        *(getattr(freight, name) for name in ("basis", "first_unit", "first_fee", "next_unit", "next_fee")),
        *(getattr(freight, name) for name in ("unit_load", "quoted", "quoted_for", "quoted_of_sku")),
        *(getattr(freight, name) for name in ("free_amount", "free_count")),
    )
