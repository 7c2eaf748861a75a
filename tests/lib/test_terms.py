"""From answers to terms."""

import json
from dataclasses import replace
from decimal import Decimal as D

import pytest
from lib1688 import costing, terms, values
from lib1688.terms import NoOffer

LISTING = values.Offer(
    "600000000001",
    status="published",
    quote_type=2,
    min_quantity=D(2),
    batch=D(1),
    seller_open_id="BB1",
    weight=D("0.3"),
    stock=D(900),
    tiers=(values.PriceTier(D(2), D("13.00")), values.PriceTier(D(50), D("12.50"))),
    skus=(
        values.OfferSku("1", stock=D(400), price=D(13)),
        values.OfferSku("2", stock=D(0), price=D(0)),
    ),
    mix=values.MixRule(True, D(50), D(10)),
)
ESTIMATE = values.FreightEstimate(
    "600000000001",
    D("8.00"),
    template_id="900001",
    charge_type="0",
    first_unit=D(1000),
    first_fee=D(6),
    next_unit=D(1000),
    next_fee=D(2),
)


def test_tiers_stock_and_freight_are_taken_over():
    made = terms.terms_of(LISTING, "1", estimate=ESTIMATE, asked={"1": D(5)})
    assert costing.cost(made, D(5)).total == D(5 * 13 + 8)
    assert costing.cost(made, D(10)).freight == D(10)
    assert made.stock == 400


@pytest.mark.parametrize(
    ("listing", "sku_id", "code"),
    [
        (replace(LISTING, status="expired"), "1", "off_shelf"),
        (LISTING, "9", "sku_gone"),
        (LISTING, "2", "no_price"),
    ],
)
def test_what_cannot_be_bought_says_why(listing, sku_id, code):
    with pytest.raises(NoOffer) as caught:
        terms.terms_of(listing, sku_id)
    assert caught.value.code == code


def test_priced_by_sku():
    made = terms.terms_of(replace(LISTING, quote_type=1), "1")
    assert costing.tier_price(made.tiers, D(100)) == D(13)
    assert not made.by_offer


def test_free_at_a_quantity_is_free_from_there_on():
    made = terms.terms_of(LISTING, "1", estimate=replace(ESTIMATE, free=True, freight=D(0)), asked={"1": D(5)})
    assert costing.cost(made, D(5)).freight == 0
    assert costing.cost(made, D(500)).freight == 0
    assert costing.cost(made, D(2)).freight == D(6)


def test_terms_survive_storage():
    made = terms.terms_of(LISTING, "1", estimate=ESTIMATE, asked={"1": D(5)}, pack=D(10), tax_rate=D("0.13"))
    assert terms.from_plain(terms.to_plain(made)) == made


def test_all_terms_survive_storage_and_older_ones_are_read():
    made = replace(
        terms.terms_of(LISTING, "1", estimate=ESTIMATE, asked={"1": D(5)}),
        by_seller=True,
        invoice=False,
        discount_rate=D("0.03"),
        promotions=(costing.Promotion("red_packet", D(10), D(2)), costing.Promotion(free_freight=True)),
        tiers=(costing.Tier(D(1), D(9), list_price=D(10)),),
    )
    stored = terms.to_plain(made)
    assert terms.from_plain(json.loads(json.dumps(stored))) == made
    for name in ("by_seller", "invoice", "discount_rate", "promotions"):
        del stored[name]
    del stored["freight"]["unit_volume"], stored["tiers"][0]["list_price"]
    older = terms.from_plain({**stored, "unheard_of": "1"})
    assert (older.invoice, older.promotions, older.tiers[0].list_price) == (True, (), None)


def test_a_promotion_price_is_what_counts_and_the_list_price_stays_known():
    tiers = (values.PriceTier(D(2), D(13), D(12)), values.PriceTier(D(50), D(11), D(11)))
    made = terms.terms_of(replace(LISTING, tiers=tiers), "1")
    assert made.tiers == (costing.Tier(D(2), D(12), D(13)), costing.Tier(D(50), D(11)))
    (step,) = [step for step in costing.cost(made, D(5)).steps if step.kind == "goods"]
    assert (step.amount, step.numbers["list_price"]) == (D(60), D(13))
    by_sku = replace(LISTING, quote_type=1, skus=(values.OfferSku("1", price=D(13), promotion_price=D("9.90")),))
    assert terms.terms_of(by_sku, "1").tiers == (costing.Tier(D(2), D("9.90"), D(13)),)


@pytest.mark.parametrize("promotion", ["0", "13", "14"])
def test_what_is_no_cheaper_is_no_promotion(promotion):
    tiers = (values.PriceTier(D(2), D(13), D(promotion)),)
    assert terms.terms_of(replace(LISTING, tiers=tiers), "1").tiers == (costing.Tier(D(2), D(13)),)


VOLUME = replace(ESTIMATE, charge_type="2", first_unit=D(20000), next_unit=D(20000), freight=D("7.20"))


@pytest.mark.parametrize("discount", ["0.9", "9", "90"])
def test_the_reading_of_the_freight_discount_is_the_one_that_comes_to_what_is_asked(discount):
    listing = replace(LISTING, length=D(20), width=D(20), height=D(20))
    estimate = replace(VOLUME, discount=D(discount))
    made = terms.terms_of(listing, "1", estimate=estimate, asked={"1": D(5)})
    assert [costing.cost(made, D(n)).freight for n in (2, 5, 8)] == [D("5.40"), D("7.20"), D("10.80")]


def test_a_freight_discount_that_explains_nothing_is_left_out():
    listing = replace(LISTING, length=D(20), width=D(20), height=D(20))
    made = terms.terms_of(listing, "1", estimate=replace(VOLUME, discount=D("0.5")), asked={"1": D(5)})
    assert [costing.cost(made, D(n)).freight for n in (5, 8)] == [D("7.20"), D(12)]


@pytest.mark.parametrize(
    "changes",
    [
        {"charge_type": "2"},
        {"charge_type": "9"},
        {"first_fee": None},
        {"next_unit": None},
        {"next_unit": D(0)},
        {"freight": D("8.01")},
    ],
)
def test_freight_without_a_rule_is_only_known_for_the_asked_quantity(changes):
    """Nobody says the size; the rates are not all there; or they come to less than what the platform asks."""
    estimate = replace(ESTIMATE, **changes)
    made = terms.terms_of(LISTING, "1", estimate=estimate, asked={"1": D(5)})
    known = {n: costing.cost(made, D(n)).freight for n in (2, 4, 5, 6, 50, 5000)}
    assert known == {**dict.fromkeys(known), 5: estimate.freight}


def test_freight_by_weight_of_goods_of_unknown_weight_is_only_known_for_the_asked_quantity():
    made = terms.terms_of(replace(LISTING, weight=None), "1", estimate=ESTIMATE, asked={"1": D(5)})
    assert [costing.cost(made, D(n)).freight for n in (4, 5, 6)] == [None, D(8), None]
    estimate = replace(ESTIMATE, unit_weight=D("0.3"))
    made = terms.terms_of(replace(LISTING, weight=None), "1", estimate=estimate, asked={"1": D(5)})
    assert costing.cost(made, D(10)).freight == D(10)


TWO = replace(LISTING, skus=(LISTING.skus[0], values.OfferSku("3", stock=D(400), price=D(13), weight=D("0.8"))))


def test_what_two_skus_cost_to_send_is_known_for_these_two_only():
    asked = {"1": D(10), "3": D(20)}
    estimate = replace(ESTIMATE, freight=D(42))
    light, heavy = (terms.terms_of(TWO, sku, estimate=estimate, asked=asked) for sku in asked)
    assert costing.cost_of_seller([(light, D(10)), (heavy, D(20))]).steps[-1].kind == "freight_quoted"
    assert costing.cost_of_seller([(light, D(20)), (heavy, D(10))]).freight == D(32)
    assert (costing.cost(light, D(30)).freight, costing.cost(heavy, D(30)).freight) == (D(22), D(52))


def test_two_skus_of_unknown_weight_are_known_as_asked_together_and_not_alone():
    asked = {"1": D(10), "3": D(20)}
    estimate = replace(ESTIMATE, charge_type="", freight=D(42))
    light, heavy = (terms.terms_of(TWO, sku, estimate=estimate, asked=asked) for sku in asked)
    assert costing.cost_of_seller([(light, D(10)), (heavy, D(20))]).freight == D(42)
    assert costing.cost_of_seller([(light, D(11)), (heavy, D(19))]).freight is None
    assert costing.cost(heavy, D(30)).freight is None


FREE = replace(ESTIMATE, free=True, freight=D(0))


def test_what_is_free_for_more_units_is_not_free_for_a_lower_amount():
    """Free from 480 yuan: 49 for 10 are, 50 for 8 are not."""
    listing = replace(LISTING, tiers=(values.PriceTier(D(1), D(10)), values.PriceTier(D(50), D(8))))
    made = terms.terms_of(listing, "1", estimate=FREE, asked={"1": D(49)})
    assert [costing.cost(made, D(n)).freight for n in (48, 49, 50, 61, 62)] == [34, 0, 34, 42, 0]
    assert costing.cheaper_with_more(made, D(49)).total == D(434)
    bare = terms.terms_of(listing, "1", estimate=replace(FREE, first_fee=None), asked={"1": D(49)})
    assert [costing.cost(bare, D(n)).freight for n in (48, 49, 50, 61, 62)] == [None, 0, None, None, 0]
    assert costing.cheaper_with_more(bare, D(49)) is None


def test_what_is_free_for_dear_skus_is_not_free_for_as_many_cheap_ones():
    skus = (values.OfferSku("1", stock=D(400), price=D(1)), values.OfferSku("3", stock=D(400), price=D(100)))
    listing, asked = replace(LISTING, quote_type=1, skus=skus), {"1": D(10), "3": D(10)}
    cheap, dear = (terms.terms_of(listing, sku, estimate=FREE, asked=asked) for sku in asked)
    assert costing.cost_of_seller([(cheap, D(10)), (dear, D(10))]).freight == 0
    assert costing.cost(cheap, D(20)).freight == D(16)
    assert costing.cost(dear, D(20)).freight == 0
    assert costing.cost(dear, D(11)).freight == D(12)


def test_one_offer_that_is_sent_free_does_not_free_the_others_of_its_template():
    one = terms.terms_of(LISTING, "1", estimate=FREE, asked={"1": D(10)})
    other = terms.terms_of(replace(LISTING, offer_id="2"), "1", estimate=ESTIMATE, asked={"1": D(5)})
    for wanted in ([(one, D(10)), (other, D(5))], [(other, D(5)), (one, D(10))]):
        assert costing.cost_of_seller(wanted).freight == D(8)


def test_free_by_a_template_that_asks_nothing_is_always_free():
    nothing = replace(FREE, first_fee=D(0), next_fee=D(0))
    made = terms.terms_of(LISTING, "1", estimate=nothing, asked={"1": D(10)})
    assert [costing.cost(made, D(n)).freight for n in (2, 10, 5000)] == [0, 0, 0]


def test_what_is_agreed_with_the_seller_goes_into_the_terms():
    agreed = {"discount_rate": D("0.05"), "invoice": False, "by_seller": True, "promotions": (costing.Promotion(),)}
    made = terms.terms_of(LISTING, "1", **agreed)
    assert {name: getattr(made, name) for name in agreed} == agreed
