"""One line needs no solver: the plans are the same."""

import random
from decimal import Decimal as D

from lib1688 import basket, single
from lib1688.costing import Freight, Terms, Tier


def draw(dice, index):
    """A source of any kind."""
    tiers = tuple(Tier(D(start), D(price)) for start, price in ((1, 90), (30, dice.randint(60, 89)), (80, 55)))
    freight = dice.choice(
        (Freight("free"), Freight(), Freight("piece", D(1), D(dice.randint(5, 40)), D(10), D(dice.randint(0, 9))))
    )
    terms = Terms(
        offer=str(index),
        sku="1",
        seller=str(index),
        tiers=tiers[: dice.randint(1, 3)],
        min_qty=D(dice.choice((1, 10, 50))),
        stock=D(dice.choice((5, 40, 1000))),
        freight=freight,
    )
    score = dice.choice((None, D(3), D("4.5"), D("4.9")))
    return basket.Option(terms, score, dice.choice((None, D(2), D(5), D(9))))


def test_one_line_alone_is_planned_as_the_solver_does():
    dice = random.Random(1688)
    for _round in range(25):
        options = tuple(draw(dice, index) for index in range(dice.randint(1, 4)))
        demand = basket.Demand(D(dice.randint(1, 90)), options)
        limits = basket.Limits(excluded=frozenset(dice.choice(((), ("0",)))), floor=D("4.5"))
        found, solved = single.plans(demand, limits), basket.plans([demand], limits, 20.0)
        for kind, plan in solved.items():
            assert plan.proven
            assert found[kind].total == plan.total, (kind, demand)
            assert found[kind].parcels == plan.parcels
            first = {"days": "days", "score": "score"}.get(kind, "total")
            assert getattr(found[kind], first) == getattr(plan, first), (kind, demand)
