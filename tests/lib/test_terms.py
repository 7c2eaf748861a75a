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
