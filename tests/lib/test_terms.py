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
    made = terms.terms_of(LISTING, "1", estimate=ESTIMATE, quoted_for=D(5))
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
    made = terms.terms_of(LISTING, "1", estimate=replace(ESTIMATE, free=True, freight=D(0)), quoted_for=D(5))
    assert costing.cost(made, D(5)).freight == 0
    assert costing.cost(made, D(500)).freight == 0
    assert costing.cost(made, D(2)).freight == D(6)


def test_terms_survive_storage():
    made = terms.terms_of(LISTING, "1", estimate=ESTIMATE, quoted_for=D(5), pack=D(10), tax_rate=D("0.13"))
    assert terms.from_plain(terms.to_plain(made)) == made


def test_all_terms_survive_storage_and_older_ones_are_read():
    made = replace(
        terms.terms_of(LISTING, "1", estimate=ESTIMATE, quoted_for=D(5)),
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
    made = terms.terms_of(listing, "1", estimate=estimate, quoted_for=D(5))
    assert [costing.cost(made, D(n)).freight for n in (2, 5, 8)] == [D("5.40"), D("7.20"), D("10.80")]


def test_a_freight_discount_that_explains_nothing_is_left_out():
    listing = replace(LISTING, length=D(20), width=D(20), height=D(20))
    made = terms.terms_of(listing, "1", estimate=replace(VOLUME, discount=D("0.5")), quoted_for=D(5))
    assert [costing.cost(made, D(n)).freight for n in (5, 8)] == [D("7.20"), D(12)]


def test_freight_by_volume_of_goods_of_unknown_size_is_only_known_as_asked():
    made = terms.terms_of(LISTING, "1", estimate=VOLUME, quoted_for=D(5))
    assert costing.cost(made, D(5)).steps[-1].kind == "freight_quoted"


def test_what_is_agreed_with_the_seller_goes_into_the_terms():
    agreed = {"discount_rate": D("0.05"), "invoice": False, "by_seller": True, "promotions": (costing.Promotion(),)}
    made = terms.terms_of(LISTING, "1", **agreed)
    assert {name: getattr(made, name) for name in agreed} == agreed
