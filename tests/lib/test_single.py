"""One line needs no solver: the plans are the same."""

import random
from decimal import Decimal as D

from lib1688 import basket, single
from lib1688.costing import Freight, Terms, Tier


def draw(dice, index):
    """A source of any kind."""
    tiers = tuple(Tier(D(start), D(price)) for start, price in ((1, 90), (30, dice.randint(60, 89)), (80, 55)))
    freight = dice.choice(
        (
            Freight("free"),
            Freight(),
            Freight(quoted=D(9), quoted_for=D(dice.choice((30, 50)))),
            Freight("piece", D(1), D(dice.randint(5, 40)), D(10), D(dice.randint(0, 9))),
        )
    )
    terms = Terms(
        offer=str(index),
        sku="1",
        seller=str(index),
        tiers=tiers[: dice.randint(1, 3)],
        min_qty=D(dice.choice((1, 10, 50))),
        stock=D(dice.choice((5, 40, 1000))),
        mix_count=dice.choice((None, None, D(20), D(45))),
        freight=freight,
    )
    score = dice.choice((None, D(3), D("4.5"), D("4.9")))
    return basket.Option(terms, score, dice.choice((None, D(2), D(5), D(9))))


def test_one_line_alone_is_planned_as_the_solver_does():
    dice = random.Random(1688)
    for _round in range(60):
        options = tuple(draw(dice, index) for index in range(dice.randint(1, 4)))
        demand = basket.Demand(D(dice.randint(1, 90)), options)
        caps = {str(index): D(dice.choice((500, 1500, 4000))) for index in dice.sample(range(4), 2)}
        limits = basket.Limits(frozenset(dice.choice(((), ("0",)))), dice.choice(({}, caps)), floor=D("4.5"))
        found, solved = single.plans(demand, limits), basket.plans([demand], limits, 20.0)
        for kind, plan in solved.items():
            assert plan.proven
            assert found[kind].total == plan.total, (kind, demand)
            assert found[kind].parcels == plan.parcels
            first = {"days": "days", "score": "score"}.get(kind, "total")
            assert getattr(found[kind], first) == getattr(plan, first), (kind, demand)


def test_who_costs_more_than_the_limits_allow_is_left_out():
    rows = [
        basket.Option(Terms("o", "1", seller, (Tier(D(1), D(price)),), freight=Freight("free")))
        for seller, price in (("A", 1), ("B", 2))
    ]
    for caps, choice in (({"A": D(10)}, 0), ({"A": D("9.99")}, 1), ({"A": D(9), "B": D(19)}, None)):
        limits = basket.Limits(caps=caps)
        plan = single.plans(basket.Demand(D(10), tuple(rows)), limits)["total"]
        assert plan.choice == (choice,)
    assert single.plans(basket.Demand(D(10), tuple(rows)), basket.Limits(max_lines={"A": 0}))["total"].choice == (1,)
