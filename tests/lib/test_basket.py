"""The basket: known answers, limits, the four kinds of plan, odd input."""

import itertools
import threading
import time
from dataclasses import replace
from decimal import Decimal as D

import pytest
from lib1688 import basket, costing, single
from lib1688.basket import Demand, Limits, Option
from lib1688.costing import Freight, Promotion, Terms, Tier


def source(seller, *tiers, fee=None, score=None, days=None, **vals):
    """An option whose freight is a fixed fee for the whole of the seller, or free."""
    vals.setdefault("freight", Freight("free") if fee is None else Freight("fixed", first_fee=D(fee), template=seller))
    vals.setdefault("min_qty", D(tiers[0][0]))
    tiers = tuple(Tier(D(start), D(price)) for start, price in tiers)
    terms = Terms(vals.pop("offer", "offer " + seller), vals.pop("sku", ""), seller, tiers, **vals)
    return Option(terms, score and D(score), days and D(days))


def lines(*rows, need=10):
    return [Demand(D(need), tuple(row)) for row in rows]


def proven(plan, demands):
    """The plan, after its total was added up again."""
    wanted = [
        (demand.options[index].terms, units)
        for demand, index, units in zip(demands, plan.choice, plan.quantities, strict=True)
        if index is not None
    ]
    assert plan.total == sum((cost.total for cost in costing.cost_by_seller(wanted).values()), D(0))
    assert plan.proven
    assert plan.gap == 0
    return plan


def solved(demands, limits=None, kind="total"):
    return proven(basket.solve(demands, limits, kind, seconds=30), demands)


@pytest.mark.parametrize(
    ("need", "choice", "units", "total"),
    [(30, 1, 30, "1490"), (47, 1, 47, "2306"), (48, 0, 50, "2350"), (50, 0, 50, "2350")],
)
def test_the_oracle_of_the_mission(need, choice, units, total):
    demands = lines([source("A", (50, "45"), fee=100), source("B", (30, "48"), fee=50)], need=need)
    plan = solved(demands)
    assert (plan.choice, plan.quantities, plan.total) == ((choice,), (D(units),), D(total))


def test_freight_is_shared():
    demands = lines([source("A", (1, "10"), fee=50), source("B", (1, "11"), fee=50)], [source("B", (1, "11"), fee=50)])
    plan = solved(demands)
    assert plan.choice == (1, 0)
    assert plan.parcels == 1
    assert basket.greedy(demands).total == D(310)
    assert plan.total == D(270)


def test_lines_reach_a_tier_of_the_offer_together():
    tiers = (1, "10"), (20, "8")
    demands = lines([source("A", *tiers), source("B", (1, "9"))], [source("A", *tiers), source("B", (1, "9"))])
    assert solved(demands).choice == (0, 0)
    demands = lines(*(demand.options for demand in demands), need=9)
    plan = solved(demands)
    assert plan.total == D(160)
    assert sum(plan.quantities) == 20


def test_lines_of_several_offers_reach_a_tier_of_the_seller_together():
    tiers = (1, "10"), (20, "8")
    rows = [[source("A", *tiers, offer=offer, by_seller=True), source("B", (1, "9"))] for offer in "xy"]
    assert solved(lines(*rows)).choice == (0, 0)


def test_a_mixed_batch_waives_the_minimum():
    rows = [[source("A", (1, "5"), offer=offer, min_qty=D(15), mix_count=D(20))] for offer in "xy"]
    assert solved(lines(*rows)).total == D(100)
    assert solved(lines(*rows, need=9)).quantities in ((9, 11), (10, 10), (11, 9))


def test_more_is_bought_for_free_freight():
    freight = Freight("piece", D(1), D(20), D(1), D(0), template="t", free_amount=D(105))
    demands = lines([source("A", (1, "5"), freight=freight, offer="x")], [source("A", (1, "5"), freight=freight)])
    plan = solved(demands)
    assert plan.total == D(105)
    assert sum(plan.quantities) == 21


def test_more_is_bought_for_a_promotion():
    demands = lines([source("A", (1, "10"), promotions=(Promotion("shop", D(110), D(15)),))])
    plan = solved(demands)
    assert (plan.total, plan.quantities) == (D(95), (D(11),))


def test_of_each_kind_the_promotion_is_taken_with_which_all_save_most():
    """The seller's free freight alone saves more than its discount, but the platform frees the freight as well."""
    promotions = (
        Promotion("shop", D(0), D(7)),
        Promotion("shop", D(0), free_freight=True),
        Promotion("platform", D(0), free_freight=True),
    )
    demands = lines([source("A", (1, "10"), fee=8, promotions=promotions), source("B", (1, "9.8"))])
    assert solved(demands).choice == (0,)
    assert solved(demands).total == D(93)


def test_tax_and_fees_are_rounded_line_by_line():
    rates = {"tax_rate": D("0.13"), "service_rate": D("0.033"), "discount_rate": D("0.017")}
    rows = [[source("A", (1, "1.37"), (13, "1.036"), offer=offer, **rates)] for offer in "xyz"]
    solved(lines(*rows, need=11))


def test_short_stock_is_taken_only_where_there_is_nothing_else():
    short, dear = source("A", (1, "1"), stock=D(5)), source("B", (1, "100"))
    assert solved(lines([short, dear])).choice == (1,)
    assert solved(lines([short])).choice == (0,)


def test_lines_of_one_sku_take_of_the_same_stock():
    """60 and 60 of 100: one of them goes to the dearer seller, that with the smaller difference."""
    cheap = source("A", (1, "10"), stock=D(100))
    rows = [[cheap, source("B", (1, "11"))], [cheap, source("B", (1, "12"))]]
    assert basket.greedy(lines(*rows, need=60)).choice == (0, 0)
    plan = solved(lines(*rows, need=60))
    assert (plan.choice, plan.total) == ((1, 0), D(1260))
    assert not plan.costs["A"].short
    assert solved(lines(*rows, need=50)).choice == (0, 0)
    for other in (replace(cheap.terms, sku="another"), replace(cheap.terms, offer="another")):
        rows[1][0] = replace(cheap, terms=other)
        assert solved(lines(*rows, need=60)).choice == (0, 0)


@pytest.mark.parametrize(("needs", "choice"), [((60, 80), (0, 0)), ((60, 82), (1, 0)), ((61, 80), (0, 1))])
def test_stock_counts_1688_units_whatever_they_hold(needs, choice):
    """100 of them: 60 and 40 packs of two, which are 80 of ours, are there; one more of either is too much."""
    single, double = source("A", (1, "10"), stock=D(100)), source("A", (1, "10"), stock=D(100), pack=D(2))
    other = "11" if choice[0] else "20"
    rows = [single, source("B", (1, other))], [double, source("B", (1, "7"))]
    demands = [Demand(D(need), row) for need, row in zip(needs, rows, strict=True)]
    assert solved(demands).choice == choice


def test_more_for_a_tier_is_not_bought_than_there_is_for_all_lines():
    cheap = source("A", (1, "10"), (40, "5"), by_offer=False, stock=D(70))
    plan = solved(lines([cheap], [cheap], need=30))
    assert sorted(plan.quantities) == [D(30), D(40)]
    assert plan.total == D(500)
    assert solved(lines([replace(cheap, terms=replace(cheap.terms, stock=D(80)))], [cheap], need=30)).total == D(500)


def test_who_can_be_served_elsewhere_does_not_wait_for_a_sku_that_is_short():
    short = source("A", (1, "1"), stock=D(15))
    plan = solved(lines([short], [short, source("B", (1, "100"))]))
    assert plan.choice == (0, 1)
    plan = solved(lines([short], [short]))
    assert plan.choice == (0, 0)
    assert [line.short_by for line in plan.costs["A"].lines] == [5, 5]


def test_of_answers_that_differ_the_least_stock_counts():
    rows = [[source("A", (1, "1"), stock=stock), source("B", (1, "2"))] for stock in (D(25), D(15), None)]
    assert solved(lines(*rows)).choice.count(0) == 1


@pytest.mark.parametrize("kind", basket.KINDS)
def test_plans_of_all_kinds_know_the_stock_that_lines_share(kind):
    both = [source("A", (1, "10"), stock=D(15), score="5", days=1), source("B", (1, "11"), score="4", days=2)]
    plan = proven(basket.plans(lines(both, both), seconds=60)[kind], lines(both, both))
    assert plan.choice.count(0) == (0 if kind == "parcels" else 1)
    assert not any(cost.short for cost in plan.costs.values())


def test_more_is_not_bought_than_there_is():
    plan = solved(lines([source("A", (1, "10"), (11, "1"), stock=D(10))]))
    assert plan.quantities == (10,)


#: 30 cost 300 and more, 50 cost less
CHEAPER_FROM_50 = {
    "tier": source("A", (1, "10"), (50, "5"), stock=D(20)),
    "free freight": source("A", (1, "10"), freight=Freight("fixed", first_fee=D(500), free_count=D(50)), stock=D(20)),
    "promotion": source("A", (1, "10"), promotions=(Promotion("shop", D(500), D(490)),), stock=D(20)),
}


@pytest.mark.parametrize("why", CHEAPER_FROM_50)
def test_no_more_than_the_need_is_bought_of_what_is_short_anyway(why):
    option = CHEAPER_FROM_50[why]
    for stock, units in ((20, 30), (49, 30), (29, 30), (50, 50)):
        demands = lines([replace(option, terms=replace(option.terms, stock=D(stock)))], need=30)
        plan = solved(demands)
        assert plan.quantities == (units,)
        assert plan.costs["A"].short == (stock < 30)
        for kind, alone in single.plans(demands[0]).items():
            assert (alone.quantities, alone.total) == ((units,), plan.total)
            assert solved(demands, kind=kind).quantities == (units,)


def test_what_is_short_is_still_raised_to_its_minimum_and_to_whole_lots():
    raised = source("A", (1, "10"), (50, "1"), min_qty=D(40), batch=D(3), stock=D(20))
    assert solved(lines([raised], need=30)).quantities == (42,)
    assert solved(lines([raised], need=45)).quantities == (45,)
    assert solved(lines([replace(raised, terms=replace(raised.terms, pack=D(2)))], need=100)).quantities == (102,)


@pytest.mark.parametrize("why", CHEAPER_FROM_50)
def test_lines_that_exhaust_a_sku_together_take_no_more_than_they_need(why):
    """50 of the seller would cost less than 40, and each line could have its share of them by itself."""
    option = replace(CHEAPER_FROM_50[why], terms=replace(CHEAPER_FROM_50[why].terms, stock=D(35)))
    plan = solved(lines([option], [option], need=20))
    assert plan.quantities == (20, 20)
    assert [line.short_by for line in plan.costs["A"].lines] == [5, 5]
    there = replace(option, terms=replace(option.terms, stock=D(50)))
    assert sum(solved(lines([there], [there], need=20)).quantities) == 50


def test_a_line_takes_more_of_a_shared_sku_only_where_the_other_one_goes_elsewhere():
    option = source("A", (1, "10"), (50, "5"), by_offer=False, stock=D(55))
    assert solved(lines([option], [option], need=30)).quantities == (30, 30)
    plan = solved(lines([option], [option, source("B", (1, "100"))], need=30))
    assert (plan.choice, plan.quantities) == ((0, 1), (50, 30))


def test_beside_a_line_that_is_short_another_one_may_still_take_more():
    short, there = source("A", (1, "10"), (50, "5"), offer="x", stock=D(20)), source("A", (1, "10"), (50, "5"))
    assert solved(lines([short], [there], need=30)).quantities == (30, 50)


def test_unknown_freight_is_taken_only_where_there_is_nothing_else():
    unknown, dear = source("A", (1, "1"), freight=Freight()), source("B", (1, "100"))
    assert solved(lines([unknown, dear])).choice == (1,)
    assert solved(lines([unknown])).choice == (0,)


def test_a_plan_says_whether_its_freight_is_known():
    unknown, known = source("A", (1, "1"), freight=Freight()), source("B", (1, "100"))
    assert solved(lines([known])).freight_known
    assert not solved(lines([unknown])).freight_known
    assert not solved(lines([unknown], [known])).freight_known


def test_nothing_is_raised_where_its_freight_would_not_be_known():
    tiers = (1, "10"), (50, "0.1")
    asked = source("A", *tiers, freight=Freight(quoted=D(30), quoted_for=D(10)))
    assert solved(lines([asked])).total == D(130)
    assert solved(lines([source("A", *tiers, freight=Freight())])).quantities == (10,)
    other = source("A", *tiers, offer="x", fee=5)
    plan = solved(lines([source("A", (1, "1"), freight=Freight())], [other]))
    assert (plan.quantities, plan.freight_known) == ((10, 10), False)
    assert solved(lines([other])).total == D(10)


def test_offers_of_one_template_cost_the_same_in_any_order():
    rules = {"template": "t", "quoted_for": D(10)}
    one = source("A", (1, "1"), offer="x", freight=Freight(quoted=D(36), **rules))
    two = source("A", (1, "1"), offer="y", freight=Freight(quoted=D(90), **rules))
    for rows in ([[one], [two]], [[two], [one]]):
        assert solved(lines(*rows)).total == D(146)


# --- limits

CHEAP_AND_DEAR = [source("A", (1, "10"), offer="a"), source("B", (1, "12"), offer="b")]


@pytest.mark.parametrize(
    ("limits", "choice"),
    [
        (Limits(), (0, 0)),
        (Limits(excluded=frozenset("A")), (1, 1)),
        (Limits(caps={"A": D(150)}), (0, 1)),
        (Limits(caps={"A": D("99.99")}), (1, 1)),
        (Limits(max_lines={"A": 1}), (0, 1)),
        (Limits(max_parcels=1, caps={"A": D(150)}), (1, 1)),
        (Limits(excluded=frozenset("AB")), (None, None)),
        (Limits(max_parcels=0), (None, None)),
    ],
)
def test_limits(limits, choice):
    plan = solved(lines(CHEAP_AND_DEAR, CHEAP_AND_DEAR), limits)
    assert sorted(plan.choice, key=str) == sorted(choice, key=str)


def test_a_cap_counts_what_is_really_paid():
    """Goods for 10.00 cost 11.30 with tax, and 11.30 are within the cap, 11.29 are not."""
    demands = lines([source("A", (1, "1"), tax_rate=D("0.13")), source("B", (1, "2"))])
    assert solved(demands, Limits(caps={"A": D("11.30")})).choice == (0,)
    assert solved(demands, Limits(caps={"A": D("11.29")})).choice == (1,)


def test_as_many_lines_as_the_limits_allow_are_bought():
    demands = lines([source("A", (1, "10"))], [source("B", (1, "10"))], [source("B", (1, "10"), offer="c")])
    plan = solved(demands, Limits(max_parcels=1))
    assert plan.choice == (None, 0, 0)
    assert plan.quantities[0] == 0


# --- kinds

MANY = lines(
    [source("A", (1, "10"), score="3", days=9), source("B", (1, "11"), score="4.9", days=2)],
    [source("C", (1, "10"), score="4.6", days=1), source("B", (1, "13"), score="4.5", days=5)],
)


@pytest.mark.parametrize(
    ("kind", "choice"), [("total", (0, 0)), ("parcels", (1, 1)), ("days", (1, 0)), ("score", (1, 0))]
)
def test_kinds(kind, choice):
    plan = proven(basket.plans(MANY, seconds=60)[kind], MANY)
    assert plan.kind == kind
    assert plan.choice == choice


def test_a_plan_says_its_days_and_score():
    plan = solved(MANY, kind="days")
    assert (plan.days, plan.parcels) == (2, 2)
    assert D("4.6") < plan.score < D("4.9")
    plan = solved(lines([source("A", (1, "1"))]))
    assert (plan.days, plan.score) == (None, None)


def test_who_does_not_say_when_is_the_slowest():
    assert solved(lines([source("A", (1, "1")), source("B", (1, "9"), days=30)]), kind="days").choice == (1,)


def test_a_score_below_the_floor_is_taken_only_where_there_is_nothing_else():
    rows = (
        [source("A", (1, "1"), score="4.4")],
        [source("A", (1, "1"), score="4.4"), source("B", (1, "9"), score="4.5")],
    )
    assert solved(lines(*rows), Limits(floor=D("4.5")), "score").choice == (0, 1)
    assert solved(lines(*rows), Limits(floor=D("4.5"))).choice == (0, 0)


# --- odd input


@pytest.mark.parametrize(
    "demands",
    [
        [],
        lines([]),
        lines([None, None]),
        lines([source("A", (1, "1"))], need=0),
        lines([source("A", (1, "1"))], need=-3),
        lines([Option(Terms("o", "s", "A", ()))]),
    ],
)
def test_what_cannot_be_bought_is_left_out(demands):
    for plan in basket.plans(demands, seconds=20).values():
        assert proven(plan, demands).choice == (None,) * len(demands)
        assert (plan.total, plan.parcels, plan.costs) == (0, 0, {})
    assert basket.greedy(demands).total == 0


def test_huge_numbers_keep_an_honest_bound():
    demands = lines(
        [source("A", (1, "99999.99"), (10**7, "99999.98"), fee="0.01"), source("B", (1, "99999.99"))], need=10**7
    )
    plan = basket.solve(demands, seconds=20)
    assert plan.choice == (0,)
    assert plan.bound <= plan.total
    assert plan.gap <= plan.total / 10**8


def test_without_time_the_answer_is_honest():
    plan = basket.solve(MANY, seconds=0)
    assert not plan.proven
    assert plan.choice == (0, 0)
    assert plan.gap == plan.total
    plan = basket.solve(MANY, Limits(max_parcels=1), seconds=0)
    assert (plan.choice, plan.gap, plan.proven) == ((None, None), None, False)


@pytest.mark.parametrize(("step", "some", "every"), [(0.05, 1, 1), (0.12, 1, 0), (0.14, 1, 0), (0.5, 0, 0), (3, 0, 0)])
def test_whenever_time_is_up_the_answer_is_honest(step, some, every, monkeypatch):
    """Each look at the clock takes a while: time ends while the programme is built, between stages, or not at all."""
    best = {kind: proven(plan, MANY) for kind, plan in basket.plans(MANY, seconds=60).items()}
    monkeypatch.setattr(time, "monotonic", itertools.count(0, step).__next__)
    found = basket.plans(MANY, seconds=5)
    for kind, plan in found.items():
        assert plan.proven == (plan.gap == 0)
        assert plan.bound is None or plan.bound <= best[kind].total
        assert None not in plan.choice
        assert not plan.proven or plan == best[kind]
    ready = [plan.proven for plan in found.values()]
    assert (any(ready), all(ready)) == (some, every)


def test_the_same_again_from_several_threads_and_in_silence(capfd):
    demands, found = lines(*([option for demand in MANY for option in demand.options] for _ in range(6))), []
    threads = [threading.Thread(target=lambda: found.append(basket.plans(demands, seconds=60))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 3
    assert found[0] == found[1] == found[2]
    assert capfd.readouterr() == ("", "")
