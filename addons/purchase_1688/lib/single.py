"""The plans of one line alone: what `basket` would find as well, without a solver."""

from . import costing
from .basket import KINDS, Limits, Plan
from .costing import ZERO, order_quantity, up_to
from .costing_alone import Alone

_NEVER = float("inf")


def plans(demand, limits=None):
    """{kind: Plan} for one `Demand`, as `basket.plans` makes them; all proven, since all sources are looked at.

    A source that costs more than the limits give its seller is left out: a line is not divided.
    """
    limits = limits or Limits()
    offers = []
    for index, option in enumerate(demand.options):
        if option and option.terms.seller not in limits.excluded:
            cost = _cheapest(option.terms, demand.need)
            if _is_within(limits, option.terms.seller, cost):
                offers.append((index, option, cost))
    return {kind: _plan(kind, offers, limits) for kind in KINDS}


def _is_within(limits, seller, cost):
    """The limits leave room for one parcel with one line."""
    few = limits.max_parcels is None or limits.max_parcels >= 1
    return few and cost.total <= limits.caps.get(seller, cost.total) and limits.max_lines.get(seller, 1) >= 1


def _cheapest(terms, need):
    """More than the need is bought where that costs less; the minimum always may be."""
    alone = Alone(terms)
    most = terms.most(max(order_quantity(need, terms.pack, terms.batch), up_to(terms.min_qty, terms.batch)))
    more = [units for units in alone.marks(above=need) if alone.quantity(units) <= most]
    return costing.cost(terms, min((need, *more), key=lambda units: alone.standing(alone.quantity(units))))


def _plan(kind, offers, limits):
    if not offers:
        return Plan(kind, (None,), (ZERO,), ZERO, ZERO, 0, None, None, True, {})
    index, option, cost = min(offers, key=lambda offer: _key(kind, *offer, limits.floor))
    return Plan(
        kind,
        choice=(index,),
        quantities=(cost.lines[0].units,),
        total=cost.total,
        bound=cost.total,
        parcels=1,
        days=option.days,
        score=option.score,
        proven=True,
        costs={option.terms.seller: cost},
    )


def _key(kind, index, option, cost, floor):
    """What is short comes last, then who is below the floor, then whose freight nobody knows; among the others what the
    kind puts first, then the total.
    """
    score = ZERO if option.score is None else option.score
    poor, first = False, ()
    if kind == "days":
        first = (_NEVER if option.days is None else option.days,)
    elif kind == "score":
        poor, first = floor is not None and score < floor, (-score,)
    return (cost.short, poor, cost.freight is None, *first, cost.total, index)
