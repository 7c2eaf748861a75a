"""Landed cost: known answers, and properties against brute force."""

from dataclasses import replace
from decimal import Decimal as D

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lib1688 import costing
from lib1688.costing import Freight, Promotion, Terms, Tier


def terms(*tiers, seller="A", **vals):
    fee = vals.pop("fee", None)
    if fee is not None:
        vals["freight"] = Freight(basis="fixed", first_fee=D(fee))
    tiers = tuple(Tier(D(start), D(price)) for start, price in tiers)
    vals.setdefault("min_qty", tiers[0].start)
    vals.setdefault("freight", Freight(basis="free"))
    return Terms(
        vals.pop("offer", "offer " + seller),
        vals.pop("sku", "sku " + seller),
        seller,
        tiers,
        **vals,
    )


A = terms((50, "45"), fee=100)
B = terms((30, "48"), fee=50, seller="B")


@pytest.mark.parametrize(
    ("need", "cost_a", "cost_b"),
    [(30, "2350", "1490"), (47, "2350", "2306"), (48, "2350", "2354"), (50, "2350", "2450")],
)
def test_the_oracle_of_the_mission(need, cost_a, cost_b):
    assert costing.cost(A, D(need)).total == D(cost_a)
    assert costing.cost(B, D(need)).total == D(cost_b)


def test_moq_raises_the_quantity_and_says_so():
    line = costing.cost(A, D(48)).lines[0]
    assert (line.quantity, line.raised) == (50, "min")


def test_pack_and_lot_size_round_up():
    line = costing.cost(terms((1, "10"), pack=D(10), batch=D(6)), D(65)).lines[0]
    assert (line.quantity, line.units, line.goods, line.raised) == (12, 120, D(120), "batch")


def test_the_total_of_the_offer_reaches_the_tier():
    small, other = (terms((1, "10"), (100, "8"), sku=sku, offer="one") for sku in "xy")
    assert costing.cost_of_seller([(small, D(60)), (other, D(40))]).goods == D(800)
    assert costing.cost(small, D(60)).goods == D(600)


def test_priced_by_sku_does_not_look_at_the_other_skus():
    small, other = (terms((1, "10"), (100, "8"), sku=sku, offer="one", by_offer=False) for sku in "xy")
    assert costing.cost_of_seller([(small, D(60)), (other, D(40))]).goods == D(1000)


def test_mixed_batch_waives_the_minimum_over_the_lines_of_one_seller():
    one = terms((10, "5"), offer="one", mix_count=D(12))
    two = terms((10, "7"), offer="two", mix_count=D(12))
    together = costing.cost_of_seller([(one, D(6)), (two, D(6))])
    assert [line.quantity for line in together.lines] == [6, 6]
    assert together.goods == D(72)
    assert costing.cost(one, D(6)).lines[0].quantity == 10


def test_mixed_batch_by_amount():
    one = terms((10, "5"), offer="one", mix_amount=D(30))
    assert costing.cost(one, D(6)).lines[0].quantity == 6
    assert costing.cost(one, D(5)).lines[0].quantity == 10


def test_freight_by_weight_begins_each_unit():
    freight = Freight("weight", D(1000), D(6), D(1000), D(2), unit_weight=D(300))
    assert costing.cost(terms((1, "1"), freight=freight), D(3)).freight == D(6)
    assert costing.cost(terms((1, "1"), freight=freight), D(4)).freight == D(8)
    assert costing.cost(terms((1, "1"), freight=freight), D(7)).freight == D(10)


def test_freight_by_piece():
    freight = Freight("piece", D(10), D(8), D(5), D(3))
    assert costing.cost(terms((1, "1"), freight=freight), D(11)).freight == D(11)


def test_freight_is_free_from_an_amount_and_from_a_count():
    by_amount = Freight("piece", D(1), D(8), D(1), D(1), free_amount=D(800))
    assert costing.cost(terms((1, "10"), freight=by_amount), D(79)).freight == D(86)
    assert costing.cost(terms((1, "10"), freight=by_amount), D(80)).freight == 0
    by_count = Freight("piece", D(1), D(8), D(1), D(1), free_count=D(20))
    assert costing.cost(terms((1, "10"), freight=by_count), D(20)).freight == 0


def test_the_platforms_own_figure_beats_the_formula():
    freight = Freight("piece", D(1), D(8), D(1), D(1), quoted=D("7.50"), quoted_for=D(5))
    assert costing.cost(terms((1, "10"), freight=freight), D(5)).freight == D("7.50")
    assert costing.cost(terms((1, "10"), freight=freight), D(6)).freight == D(13)


def test_unknown_freight_is_said_not_guessed():
    result = costing.cost(terms((1, "10"), freight=Freight()), D(5))
    assert result.freight is None
    assert result.total == D(50)
    assert result.steps[-1].kind == "freight_unknown"


def test_one_template_is_charged_once_for_a_seller():
    freight = Freight("piece", D(10), D(8), D(5), D(3), template="900")
    one, two = (terms((1, "1"), offer=offer, freight=freight) for offer in ("one", "two"))
    assert costing.cost_of_seller([(one, D(5)), (two, D(5))]).freight == D(8)


def test_tax_and_service_fee_are_on_the_goods():
    result = costing.cost(terms((1, "10"), fee=7, tax_rate=D("0.13"), service_rate=D("0.03")), D(10))
    assert (result.tax, result.service, result.total) == (D(13), D(3), D(123))


def test_without_an_invoice_there_is_no_surcharge():
    some = terms((1, "10"), tax_rate=D("0.13"), invoice=False)
    result = costing.cost(some, D(10))
    assert (result.tax, result.total) == (D(0), D(100))
    assert "tax" not in {step.kind for step in result.steps}


def test_the_agreed_discount_is_taken_off_before_the_tax():
    result = costing.cost(terms((1, "10"), fee=7, tax_rate=D("0.10"), discount_rate=D("0.03")), D(5))
    assert [(step.kind, step.amount) for step in result.steps] == [
        ("goods", D("50.00")),
        ("discount", D("-1.50")),
        ("freight_fixed", D(7)),
        ("tax", D("4.85")),
    ]
    assert (result.discount, result.total) == (D("1.50"), D("60.35"))


def test_the_best_promotion_of_each_kind_is_taken():
    rungs = (
        Promotion("shop", D(300), off=D(15)),
        Promotion("shop", D(500), off=D(30)),
        Promotion("red_packet", D(100), off=D(5)),
    )
    some = terms((1, "10"), fee=8, promotions=rungs)
    assert [costing.cost(some, D(n)).discount for n in (9, 10, 29, 30, 49, 50)] == [0, 5, 5, 20, 20, 35]
    assert [step.amount for step in costing.cost(some, D(50)).steps] == [500, -30, -5, 8]


def test_free_freight_or_money_off_whichever_saves_more():
    rungs = (Promotion("shop", D(100), free_freight=True), Promotion("shop", D(100), off=D(10)))
    assert costing.cost(terms((1, "10"), fee=8, promotions=rungs), D(10)).total == D(98)
    assert costing.cost(terms((1, "10"), fee=12, promotions=rungs), D(10)).total == D(100)


def test_free_freight_is_known_where_the_template_is_not():
    result = costing.cost(terms((1, "10"), freight=Freight(), promotions=(Promotion(free_freight=True),)), D(10))
    assert (result.freight, result.total) == (D(0), D(100))


def test_no_discount_takes_off_more_than_the_goods_cost():
    some = terms((1, "10"), fee=8, promotions=(Promotion("red_packet", D(0), off=D(50)),), tax_rate=D("0.1"))
    assert (costing.cost(some, D(2)).discount, costing.cost(some, D(2)).total) == (D(20), D(8))


def test_a_seller_who_mixes_gives_the_tier_of_the_whole_basket():
    one, two = (terms((1, "10"), (100, "8"), offer=offer, by_seller=True) for offer in ("one", "two"))
    assert costing.cost_of_seller([(one, D(60)), (two, D(40))]).goods == D(800)
    assert costing.cost_of_seller([(one, D(60)), (two, D(39))]).goods == D(990)


def test_freight_by_volume_begins_each_unit():
    freight = Freight("volume", D(20000), D(6), D(20000), D(2), unit_volume=D(6000))
    assert [costing.cost(terms((1, "1"), freight=freight), D(n)).freight for n in (3, 4, 6, 7)] == [6, 8, 8, 10]


@pytest.mark.parametrize(
    ("amount", "rate", "rounding", "expected"),
    [("2350", "0.1283", "0.01", "301.51"), ("100", "20.345", "1", "2035"), ("9.99", "1.005", "0.05", "10.05")],
)
def test_a_total_in_another_currency_is_rounded_as_it_rounds(amount, rate, rounding, expected):
    assert costing.in_currency(D(amount), D(rate), D(rounding)) == D(expected)


def test_short_stock_is_said():
    result = costing.cost(terms((1, "10"), stock=D(40)), D(48))
    assert result.short
    assert result.lines[0].short_by == 8


def test_lines_of_one_sku_take_of_the_same_stock():
    """Each line by itself is there: 60 of 100, and 40 or 41 packs of two, which are so many 1688 units."""
    single, double = terms((1, "10"), stock=D(100)), terms((1, "10"), stock=D(100), pack=D(2))
    result = costing.cost_of_seller([(single, D(60)), (single, D(60))])
    assert result.short
    assert [line.short_by for line in result.lines] == [20, 20]
    assert not costing.cost_of_seller([(single, D(60)), (double, D(80))]).short
    assert [line.short_by for line in costing.cost_of_seller([(single, D(60)), (double, D(82))]).lines] == [1, 1]
    for other in (replace(single, sku="another"), replace(single, offer="another")):
        assert not costing.cost_of_seller([(single, D(60)), (other, D(60))]).short


def test_where_answers_differ_each_line_is_held_against_its_own_stock():
    older, newer, unsaid = (terms((1, "10"), stock=stock) for stock in (D(130), D(100), None))
    lines = costing.cost_of_seller([(older, D(60)), (newer, D(60)), (unsaid, D(5))]).lines
    assert [line.short_by for line in lines] == [0, 25, 0]


def test_more_for_less_is_found_at_a_tier():
    better = costing.cheaper_with_more(terms((1, "50"), (50, "45")), D(48))
    assert better.lines[0].quantity == 50
    assert better.total == D(2250)


def test_more_for_less_is_found_at_free_freight():
    freight = Freight("piece", D(1), D(100), D(1), D(0), free_count=D(50))
    assert costing.cheaper_with_more(terms((1, "10"), freight=freight), D(48)).total == D(500)
    assert costing.cheaper_with_more(terms((1, "10"), freight=freight), D(20)) is None


def test_more_for_less_is_not_proposed_where_the_need_is_short_anyway():
    freight = Freight("fixed", first_fee=D(500), free_count=D(50))
    for some in (terms((1, "10"), (50, "5")), terms((1, "10"), freight=freight)):
        found = [costing.cheaper_with_more(replace(some, stock=D(stock)), D(30)) for stock in (20, 29, 30, 49)]
        assert found == [None] * 4
        assert costing.cheaper_with_more(replace(some, stock=D(50)), D(30)).lines[0].quantity == 50


def test_more_than_enough_is_ordered_of_what_is_there_and_where_carriage_has_a_rule():
    ruled, told = terms((1, "10")), terms((1, "10"), freight=Freight(quoted=D(36), quoted_for=D(48)))
    assert [replace(ruled, stock=stock).most(D(48)) for stock in (D(20), D(60), None)] == [48, 60, D("Infinity")]
    assert [replace(told, stock=stock).most(D(48)) for stock in (D(20), D(60), None)] == [48, 48, 48]


def test_the_platforms_own_figure_says_nothing_of_other_quantities():
    freight = Freight(quoted=D(36), quoted_for=D(48))
    assert [costing.cost(terms((1, "1"), freight=freight), D(n)).freight for n in (47, 48, 49)] == [None, 36, None]


@pytest.mark.parametrize("basis", ["weight", "volume"])
def test_a_template_needs_to_know_what_a_unit_weighs_or_how_large_it_is(basis):
    freight = Freight(basis, D(1000), D(6), D(1000), D(2), quoted=D(66), quoted_for=D(100))
    assert [costing.cost(terms((1, "2"), freight=freight), D(n)).freight for n in (99, 100, 101)] == [None, 66, None]


def test_offers_of_one_template_without_a_rule_cost_what_each_is_asked():
    one, two = (
        (terms((1, "1"), offer=fee, freight=Freight(quoted=D(fee), quoted_for=D(10), template="900")), D(10))
        for fee in ("36", "90")
    )
    assert costing.cost_of_seller([one, two]).freight == costing.cost_of_seller([two, one]).freight == D(126)


def test_of_two_readings_of_one_template_the_dearest_counts():
    older = Freight("piece", D(10), D(8), D(5), D(3), template="900", free_count=D(5))
    newer = Freight("piece", D(10), D(9), D(5), D(3), template="900")
    one, two = ((terms((1, "1"), offer=str(fee), freight=fee), D(5)) for fee in (older, newer))
    assert costing.cost(*one).freight == 0
    assert costing.cost_of_seller([one, two]).freight == costing.cost_of_seller([two, one]).freight == D(9)


def test_the_same_sku_is_raised_to_the_minimum_in_any_order():
    one, two = (terms((10, "5"), sku=sku, offer="one") for sku in "xy")
    for wanted in ([(one, D(3)), (two, D(4))], [(two, D(4)), (one, D(3))]):
        found = {line.terms.sku: line.quantity for line in costing.cost_of_seller(wanted).lines}
        assert found == {"x": 6, "y": 4}


def test_more_is_not_cheaper_where_its_freight_is_not_known():
    freight = Freight(free_amount=D(480))
    some = terms((1, "10"), (50, "8"), freight=freight)
    assert (costing.cost(some, D(49)).freight, costing.cost(some, D(50)).freight) == (D(0), None)
    assert costing.cheaper_with_more(some, D(49)) is None
    assert costing.cheaper_with_more(terms((1, "10"), (50, "8"), freight=Freight()), D(49)) is None


def test_the_list_price_is_what_the_fewest_cost_without_a_promotion():
    some = replace(terms((1, "9")), tiers=(Tier(D(1), D(8), list_price=D(10)), Tier(D(50), D(7))))
    assert some.list_price == D(10)
    assert [tier.listed for tier in some.tiers] == [10, 7]


# --- properties

price = st.decimals("0.01", "99.99", places=2)
small = st.integers(1, 40)
freights = st.one_of(
    st.just(Freight("free")),
    st.builds(lambda fee: Freight("fixed", first_fee=fee), price),
    st.builds(
        lambda first, fee, step, more: Freight("piece", D(first), fee, D(step), more),
        small,
        price,
        small,
        price,
    ),
)


@st.composite
def any_terms(draw, seller="A"):
    starts = sorted(draw(st.sets(small, min_size=1, max_size=3)))
    prices = sorted(draw(st.lists(price, min_size=len(starts), max_size=len(starts))), reverse=True)
    return terms(
        *zip(starts, prices, strict=True),
        seller=seller,
        batch=D(draw(st.sampled_from([1, 1, 2, 5]))),
        pack=D(draw(st.sampled_from([1, 1, 10]))),
        freight=draw(freights),
        tax_rate=draw(st.sampled_from([D(0), D("0.13")])),
    )


@settings(max_examples=200, deadline=None)
@given(any_terms(), small)
def test_a_cost_is_the_sum_of_its_steps_and_covers_the_need(some, need):
    result = costing.cost(some, D(need))
    assert result.total == sum(step.amount for step in result.steps)
    line = result.lines[0]
    assert line.units >= need
    assert line.quantity >= some.min_qty
    assert line.quantity % some.batch == 0
    assert result.total == result.total.quantize(D("0.01"))


@settings(max_examples=100, deadline=None)
@given(any_terms(), small)
def test_no_smaller_allowed_quantity_covers_the_need(some, need):
    line = costing.cost(some, D(need)).lines[0]
    allowed = [q for q in range(1, 200) if q % some.batch == 0 and q >= some.min_qty and q * some.pack >= need]
    assert line.quantity == min(allowed)


@settings(max_examples=150, deadline=None)
@given(any_terms(), small, small)
def test_of_what_is_there_cheaper_with_more_agrees_with_brute_force(some, need, stock):
    some = replace(some, stock=D(stock))
    base = costing.cost(some, D(need))
    better = costing.cheaper_with_more(some, D(need))
    costs = [costing.cost(some, q * some.pack) for q in range(int(base.lines[0].quantity), stock + 1)]
    brute = min((cost.total for cost in costs if not cost.short), default=base.total)
    assert (better.total if better else base.total) == brute
    assert better is None or not better.short


@settings(max_examples=150, deadline=None)
@given(any_terms(), small)
def test_cheaper_with_more_agrees_with_brute_force(some, need):
    base = costing.cost(some, D(need))
    better = costing.cheaper_with_more(some, D(need))
    brute = min(costing.cost(some, q * some.pack).total for q in range(int(base.lines[0].quantity), 130))
    assert (better.total if better else base.total) == brute


unit = st.integers(1, 12).map(D)
rates = st.sampled_from([D(0), D("0.03"), D("0.13")])
rules = st.builds(
    Freight,
    st.sampled_from(["free", "fixed", "piece", "weight", "volume", "unknown"]),
    *(unit, price, unit, price),
    unit_weight=st.integers(0, 3).map(D),
    unit_volume=st.integers(0, 3).map(D),
    quoted=st.none() | price,
    quoted_for=unit,
    quoted_of_sku=st.none() | unit,
    free_amount=st.none() | st.integers(1, 400).map(D),
    free_count=st.none() | unit,
    template=st.sampled_from(["", "900", "901"]),
)
promotions = st.builds(
    Promotion, st.sampled_from(costing.PROMOTION_KINDS), st.integers(0, 300).map(D), unit, st.booleans()
)


@st.composite
def shares(draw):
    """What is bought from one seller: some lines of few offers, with everything that a seller can ask or give."""
    seller = {name: draw(rates) for name in ("tax_rate", "service_rate", "discount_rate")}
    seller |= {name: draw(st.none() | unit) for name in ("mix_amount", "mix_count")}
    seller |= {"promotions": tuple(draw(st.lists(promotions, max_size=3))), "invoice": draw(st.booleans())}
    offers = {
        offer: {"offer": offer, "min_qty": draw(unit), "batch": draw(st.sampled_from([D(1), D(1), D(3)]))}
        for offer in "xy"
    }
    skus = {}
    for offer, sku in ("x1", "x2", "y1", "y2"):
        tiers = zip(sorted(draw(st.sets(small, min_size=2, max_size=2))), draw(st.tuples(price, price)), strict=True)
        own = {"sku": sku, "freight": draw(rules), "by_offer": draw(st.booleans()), "by_seller": draw(st.booleans())}
        skus[offer + sku] = terms(*tiers, **offers[offer], **own, **seller)
    return [(skus[name], draw(unit)) for name in draw(st.lists(st.sampled_from(sorted(skus)), min_size=1, max_size=4))]


@settings(max_examples=300, deadline=None)
@given(shares(), st.randoms(use_true_random=False))
def test_a_cost_does_not_depend_on_the_order_of_the_lines(wanted, chance):
    result = costing.cost_of_seller(wanted)
    chance.shuffle(wanted)
    other = costing.cost_of_seller(wanted)
    assert (other.total, other.freight, other.goods) == (result.total, result.freight, result.goods)


@settings(max_examples=300, deadline=None)
@given(shares())
def test_a_cost_is_the_sum_of_its_parts_and_never_below(wanted):
    result = costing.cost_of_seller(wanted)
    assert result.total == sum(
        step.amount for step in result.steps if result.freight is not None or "freight" not in step.kind
    )
    assert result.total == result.goods - result.discount + (result.freight or 0) + result.tax + result.service
    assert result.goods == sum(line.goods for line in result.lines)
    assert min(result.discount, result.tax, result.service, result.freight or 0) >= 0
    assert result.discount <= result.goods
    least = D("0.01") * len(wanted)
    paid = result.goods - result.discount
    some = wanted[0][0]
    assert abs(result.tax - paid * some.surcharge) <= least
    assert abs(result.service - paid * some.service_rate) <= least
    assert result.total >= paid + (result.freight or 0)
