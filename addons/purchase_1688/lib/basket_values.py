"""What a basket is asked with and answered by."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from .costing import ZERO, Cost, Terms

#: What a plan puts before its total: nothing; fewest parcels; the earliest last day; the best rated sellers.
KINDS = ("total", "parcels", "days", "score")


@dataclass(frozen=True)
class Option:
    """One source of a line: its terms, the seller's score (0–5) and the days until arrival, where known."""

    terms: Terms
    score: Decimal | None = None
    days: Decimal | None = None


@dataclass(frozen=True)
class Demand:
    """One line: `need` of our units, and its sources. A place in the row stays None where there is no answer."""

    need: Decimal
    options: tuple[Option | None, ...]


@dataclass(frozen=True)
class Limits:
    """What a plan has to keep to.

    `caps` yuan and `max_lines` lines that a seller may get at most; `max_parcels` for the whole basket, a seller being
    one parcel; `floor` is the score below which the plan of kind *score* takes a seller only where nobody else has the
    line.
    """

    excluded: frozenset[str] = frozenset()
    caps: Mapping[str, Decimal] = field(default_factory=dict)
    max_parcels: int | None = None
    floor: Decimal | None = None
    max_lines: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Plan:
    """One source and quantity for each line, and what that costs.

    `choice` is the place in each line's row (None: not bought) and `quantities` what arrives, in our units. `total` is
    what `costing.cost_by_seller` makes of it, `bound` what no other plan of this kind can be below, None where there
    was no time to say whether another one is better in what the kind puts first; `proven`: none is better. `days` is
    when the last line arrives, None where a seller does not say; `score` the mean of the lines' scores, each weighing
    what its line costs at its cheapest.
    """

    kind: str
    choice: tuple[int | None, ...]
    quantities: tuple[Decimal, ...]
    total: Decimal
    bound: Decimal | None
    parcels: int
    days: Decimal | None
    score: Decimal | None
    proven: bool
    costs: Mapping[str, Cost]

    @property
    def freight_known(self):
        """The freight of every parcel is in the total; where it is not, the real one is higher."""
        return all(cost.freight is not None for cost in self.costs.values())

    @property
    def gap(self):
        """Yuan that the plan may be dearer than the best one: 0 where it is proven; None where nobody can say."""
        return None if self.bound is None else max(self.total - self.bound, ZERO)
