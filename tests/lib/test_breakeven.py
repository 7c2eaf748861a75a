"""Where the winner changes and where more costs less: known answers, and brute force over all needs up to 5,000."""

from dataclasses import replace
from decimal import Decimal as D
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lib1688 import breakeven, costing
from lib1688.breakeven import Better, Span
from lib1688.costing import Freight, Promotion, Terms, Tier
from lib1688.costing_alone import Alone

MOST = 5000


def terms(*tiers, **vals):
    tiers = tuple(Tier(D(start), D(price)) for start, price in tiers)
    vals = {"min_qty": tiers[0].start, "freight": Freight("free"), **vals}
    return Terms("offer", "sku", "seller", tiers, **vals)


A = terms((50, "45"), freight=Freight("fixed", first_fee=D(100)))
B = terms((30, "48"), freight=Freight("fixed", first_fee=D(50)))

# --- known answers


def test_the_winner_changes_where_the_mission_says():
    assert breakeven.spans([A, B], D(1), D(200)) == [Span(D(1), D(47), 1), Span(D(48), None, 0)]


def test_at_48_fifty_from_a_cost_four_less_than_48_from_b():
    assert breakeven.cheaper_larger([A, B], D(48)) == Better(0, D(50), D(2350), D(2354), D(4))


@pytest.mark.parametrize(("need", "total"), [(30, "1490"), (47, "2306")])
def test_where_b_wins_nothing_larger_is_proposed(need, total):
    assert breakeven.cheaper_larger([A, B], D(need)) is None
    assert breakeven.spans([A, B], D(need), D(need))[0].winner == 1
    assert costing.cost(B, D(need)).total == D(total)


def test_at_50_a_wins_as_it_is():
    assert breakeven.cheaper_larger([A, B], D(50)) is None
    assert breakeven.spans([A, B], D(50), D(50))[0].winner == 0


def test_of_equals_the_first_wins():
    assert breakeven.spans([B, B, A], D(1), D(40)) == [Span(D(1), None, 0)]


def test_a_short_source_is_behind_and_is_not_proposed():
    short = replace(A, stock=D(49))
    assert breakeven.cheaper_larger([short, B], D(48)) is None
    assert breakeven.spans([replace(A, stock=D(60)), B], D(50), D(80)) == [
        Span(D(50), D(60), 0),
        Span(D(61), None, 1),
    ]


def test_nothing_larger_is_proposed_where_the_need_is_short_anyway():
    """20 and 25 are there of 30: fifty of either would cost less, and would not come either."""
    tier = terms((1, "10"), (50, "5"), stock=D(20))
    carriage = terms((1, "9"), stock=D(25), freight=Freight("fixed", first_fee=D(300), free_count=D(50)))
    for options in ([tier], [carriage], [tier, carriage]):
        assert breakeven.cheaper_larger(options, D(30)) is None
    assert breakeven.cheaper_larger([replace(tier, stock=D(49))], D(30)) is None
    assert breakeven.cheaper_larger([replace(tier, stock=D(50)), carriage], D(30)) == Better(
        0, D(50), D(250), D(300), D(50)
    )


def test_less_than_the_minimum_may_be_there_where_the_minimum_is_not():
    """Of ten there are eight; seven reach the mixed batch, and are proposed only where they are there."""
    one = terms((10, "5"), mix_count=D(7), stock=D(8))
    assert breakeven.cheaper_larger([one], D(5)).quantity == 7
    assert costing.cheaper_with_more(one, D(5)).lines[0].quantity == 7
    scarce = replace(one, stock=D(6))
    assert breakeven.cheaper_larger([scarce], D(5)) is None
    assert costing.cheaper_with_more(scarce, D(5)) is None


@pytest.mark.parametrize("freight", [Freight("free"), Freight()])
def test_where_nobody_has_so_many_nobody_is_the_cheapest(freight):
    scarce = [replace(A, stock=D(60), freight=freight), replace(B, stock=D(70))]
    assert breakeven.spans(scarce, D(61), D(99)) == [Span(D(61), D(70), 1), Span(D(71), None, None, "stock")]
    # who sells no fewer than fifty has too few for one
    assert breakeven.spans([replace(A, stock=D(49))], D(1), D(9)) == [Span(D(1), None, None, "stock")]


def test_a_source_without_known_freight_is_behind():
    unknown = replace(A, freight=Freight())
    assert breakeven.spans([unknown, B], D(1), D(99)) == [Span(D(1), None, 1)]
    assert breakeven.cheaper_larger([unknown, B], D(48)) is None


@pytest.mark.parametrize("count", [1, 2])
def test_where_nobody_knows_the_freight_nobody_is_the_cheapest(count):
    unknown = [replace(one, freight=Freight()) for one in (A, B)][:count]
    assert breakeven.spans(unknown, D(1), D(200)) == [Span(D(1), None, None, "freight")]


def test_where_only_the_asked_quantity_was_told_the_freight_of_nobody_is_the_cheapest_elsewhere():
    told = [replace(B, freight=Freight(quoted=D(fee), quoted_for=D(48))) for fee in (50, 40)]
    assert breakeven.spans(told, D(31), D(99)) == [
        Span(D(31), D(47), None, "freight"),
        Span(D(48), D(48), 1),
        Span(D(49), None, None, "freight"),
    ]


def test_who_has_enough_is_in_front_and_is_the_cheapest_only_where_his_freight_is_known():
    short, unknown = replace(B, stock=D(60)), replace(A, freight=Freight())
    assert breakeven.spans([short, unknown], D(50), D(80)) == [
        Span(D(50), D(60), 0),
        Span(D(61), None, None, "freight"),
    ]


def test_where_nobody_is_the_cheapest_each_reason_has_a_span_of_its_own():
    """Who has enough is asked for his freight; from where on nobody has, it is the stock, whoever knows the freight."""
    known, unknown = replace(B, stock=D(60)), replace(A, freight=Freight(), stock=D(70))
    both = [Span(D(61), D(70), None, "freight"), Span(D(71), None, None, "stock")]
    assert breakeven.spans([known, unknown], D(31), D(99)) == [Span(D(31), D(60), 0), *both]
    assert breakeven.spans([unknown, replace(unknown, stock=D(60))], D(61), D(99)) == both
    # below the minimum that he has not got it is the stock, until the mixed batch lets less do
    mixed = replace(unknown, min_qty=D(80), mix_count=D(50))
    assert breakeven.spans([mixed], D(1), D(99)) == [
        Span(D(1), D(49), None, "stock"),
        Span(D(50), D(70), None, "freight"),
        Span(D(71), None, None, "stock"),
    ]


def test_the_chart_shows_changes_of_the_winner_before_those_of_the_reason():
    options = [replace(B, stock=D(60)), replace(A, freight=Freight(), stock=D(70))]
    shown = breakeven.curve(options, D(48), points=8).quantities
    assert {60, 61} <= set(shown)
    assert not {70, 71} <= set(shown)


@pytest.mark.parametrize(
    ("tiers", "freight", "need"),
    [
        (((1, "1"), (500, "0.9")), Freight("volume", D(1), D(6), D(1), D(2), quoted=D(36), quoted_for=D(48)), 48),
        (((1, "2"),), Freight("weight", D(1000), D(6), D(1000), D(2), quoted=D(66), quoted_for=D(100)), 100),
        (((1, "1"), (50, "0.9")), Freight(quoted=D(9), quoted_for=D(49)), 49),
        (((1, "1"), (500, "0.09")), Freight(), 49),
    ],
)
def test_unknown_freight_is_no_reason_to_order_more(tiers, freight, need):
    some = terms(*tiers, freight=freight)
    assert breakeven.cheaper_larger([some], D(need)) is None
    assert costing.cheaper_with_more(some, D(need)) is None


def test_the_chart_leaves_out_what_nobody_can_say():
    freight = Freight(quoted=D(9), quoted_for=D(48))
    shown = breakeven.curve([terms((1, "1"), freight=freight), B], D(48), points=20)
    costs = dict(zip(shown.quantities, shown.unit_costs[0], strict=True))
    assert {units for units, cost in costs.items() if cost is not None} == {48}


def test_no_more_is_proposed_than_the_limit():
    assert breakeven.cheaper_larger([A, B], D(48), limit=D(49)) is None
    assert breakeven.cheaper_larger([A, B], D(48), limit=D(50)).quantity == 50


def test_one_more_piece_can_reach_the_sellers_mixed_batch():
    one = terms((10, "5"), mix_count=D(6))
    assert breakeven.cheaper_larger([one], D(5)) == Better(0, D(6), D(30), D(50), D(20))
    assert costing.cheaper_with_more(one, D(5)).lines[0].quantity == 6


def test_the_chart_has_the_asked_quantity_the_changes_and_few_points():
    shown = breakeven.curve([A, replace(B, stock=D(60))], D(48), points=20)
    assert len(shown.quantities) <= 20
    assert {24, 47, 48, 49, 50, 96} <= set(shown.quantities)
    at = {units: costs for units, *costs in zip(shown.quantities, *shown.unit_costs, strict=True)}
    assert at[48] == [D("48.9583"), D("49.0417")]
    assert at[96][1] is None
    assert at[96][0] == D("46.0417")


@pytest.mark.parametrize(("low", "high"), [(9, 3), (0, 0)])
def test_an_empty_range_has_no_winner(low, high):
    assert breakeven.spans([A, B], D(low), D(high)) == []
    assert breakeven.spans([], D(1), D(9)) == []


# --- properties

money = st.decimals("0.01", "60", places=2)
rate = st.sampled_from([D(0), D(0), D("0.03"), D("0.13")])
count = st.integers(1, 600).map(D)
unit = st.sampled_from([D(1), D(10), D(500), D(1000)])
amount = st.integers(1, 9000).map(D)


@st.composite
def freights(draw):
    basis = draw(st.sampled_from(["free", "fixed", "piece", "weight", "volume", "unknown"]))
    quoted = draw(st.none() | money)
    return Freight(
        basis,
        draw(unit),
        draw(money),
        draw(unit),
        draw(money),
        unit_weight=D(draw(st.integers(0, 900))),
        unit_volume=D(draw(st.integers(0, 900))),
        quoted=quoted,
        quoted_for=draw(count) if quoted is not None else None,
        quoted_of_sku=draw(st.none() | st.none() | count),
        free_amount=draw(st.none() | st.none() | amount),
        free_count=draw(st.none() | st.none() | count),
    )


promotions = st.builds(
    Promotion,
    st.sampled_from(costing.PROMOTION_KINDS),
    amount,
    st.integers(0, 300).map(D),
    st.booleans(),
)


@st.composite
def any_terms(draw):
    starts = sorted(draw(st.sets(count, min_size=1, max_size=4)))
    prices = draw(st.lists(st.decimals("0.50", "20", places=3), min_size=len(starts), max_size=len(starts)))
    return terms(
        *zip(starts, sorted(prices, reverse=True), strict=True),
        batch=draw(st.sampled_from([D(1), D(1), D(1), D(10)])),
        pack=draw(st.sampled_from([D(1), D(1), D(1), D("0.5"), D(12)])),
        stock=draw(st.none() | st.none() | count),
        mix_amount=draw(st.none() | st.none() | amount),
        mix_count=draw(st.none() | st.none() | count),
        freight=draw(freights()),
        tax_rate=draw(rate),
        service_rate=draw(rate),
        discount_rate=draw(rate),
        promotions=tuple(draw(st.lists(promotions, max_size=3))),
        invoice=draw(st.booleans()),
    )


class Standing:
    """(rank, total, units) of each option by itself, by need."""

    def __init__(self, options):
        self.alones = [Alone(some) for some in options]
        self.known = [{} for _some in options]

    def at(self, need):
        for alone, known in zip(self.alones, self.known, strict=True):
            quantity = alone.quantity(need)
            if quantity not in known:
                rank = (alone.short(quantity), not alone.freight_known(quantity))
                known[quantity] = (rank, alone.total(quantity), quantity * alone.terms.pack)
            yield known[quantity]


@settings(max_examples=60)
@given(any_terms(), st.lists(st.integers(1, MOST).map(D), min_size=1, max_size=6))
def test_alone_agrees_with_the_explained_cost(some, needs):
    alone = Alone(some)
    for need in [*needs, *(mark - 1 for mark in alone.marks(above=D(1)))]:
        result = costing.cost(some, need)
        quantity = alone.quantity(need)
        assert (quantity, alone.total(quantity)) == (result.lines[0].quantity, result.total)
        assert alone.freight_known(quantity) == (result.freight is not None)
        assert alone.short(quantity) == result.short


@settings(max_examples=60)
@given(any_terms(), st.integers(1, MOST))
def test_between_marks_more_never_costs_less(some, first):
    """A total falls only at a tier, at a threshold, or where the platform's own figure begins or ends."""
    alone = Alone(some)
    marks = set(alone.marks())
    totals = [alone.total(alone.quantity(D(need))) for need in range(first, first + 300)]
    for need, (total, more) in enumerate(zip(totals, totals[1:], strict=False), first + 1):
        assert more >= total or D(need) in marks


@settings(max_examples=60)
@given(any_terms(), st.lists(st.integers(1, MOST).map(D), min_size=2, max_size=8))
def test_a_unit_price_never_rises_with_the_quantity_and_goods_rise_within_a_tier(some, needs):
    lines = sorted((costing.cost(some, need).lines[0] for need in needs), key=lambda line: line.quantity)
    for line, more in zip(lines, lines[1:], strict=False):
        assert more.unit_price <= line.unit_price
        assert more.unit_price < line.unit_price or more.goods >= line.goods


@settings(max_examples=15)
@given(st.lists(any_terms(), min_size=2, max_size=3))
def test_spans_agree_with_brute_force(options):
    standing = Standing(options)
    outcomes = []
    for need in range(1, MOST + 1):
        order = [(rank, total, index) for index, (rank, total, _units) in enumerate(standing.at(D(need)))]
        rank, _total, winner = min(order)
        short, unknown = rank
        outcomes.append((None, "stock" if short else "freight") if short or unknown else (winner, ""))
    told = breakeven.spans(options, D(1), D(MOST))
    ends = [int(span.last or MOST) for span in told]
    assert [span.first for span in told] == [1, *(end + 1 for end in ends[:-1])]
    by_span = [(span.winner, span.nobody) for span in told]
    lengths = [end - int(span.first) + 1 for span, end in zip(told, ends, strict=True)]
    assert [outcome for outcome, length in zip(by_span, lengths, strict=True) for _need in range(length)] == outcomes
    assert all(one != two for one, two in pairwise(by_span))


@settings(max_examples=15)
@given(st.lists(any_terms(), min_size=1, max_size=3), st.integers(1, 900))
def test_cheaper_larger_agrees_with_brute_force(options, need):
    standing = Standing(options)
    base = min(standing.at(D(need)), key=lambda offer: (offer[0], offer[2] != need, offer[1]))
    better = [
        (total, units)
        for wanted in range(need, MOST)
        for rank, total, units in standing.at(D(wanted))
        if need < units <= MOST and total < base[1] and not any(rank)
    ]
    found = breakeven.cheaper_larger(options, D(need), limit=D(MOST))
    if not better:
        assert found is None
    else:
        assert (found.total, found.quantity) == min(better)
        assert found.saving == base[1] - found.total > 0


@settings(max_examples=60)
@given(st.lists(any_terms(), min_size=1, max_size=3), st.integers(1, 900).map(D), st.integers(8, 60))
def test_a_curve_is_what_it_costs_and_bounded(options, need, points):
    shown = breakeven.curve(options, need, points=points)
    assert len(shown.quantities) <= points
    assert list(shown.quantities) == sorted(set(shown.quantities))
    assert need in shown.quantities
    for some, series in zip(options, shown.unit_costs, strict=True):
        for units, unit_cost in zip(shown.quantities[::5], series[::5], strict=True):
            result = costing.cost(some, units)
            complete = not result.short and result.freight is not None
            assert unit_cost == ((result.total / units).quantize(D("0.0001")) if complete else None)
