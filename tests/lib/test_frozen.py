"""Listings survive the database."""

import json
from decimal import Decimal

from lib1688 import frozen
from lib1688.values import product


def test_an_offer_comes_back_as_it_was():
    offer = product.Offer(
        "600000000001",
        title="T恤",
        images=("a", "b"),
        attributes=(product.Attribute("颜色", "红"),),
        skus=(product.OfferSku("1", price=Decimal("4.50"), attributes=(product.Attribute("颜色", "红"),)),),
        tiers=(product.PriceTier(Decimal(1), Decimal("4.50")),),
        quote_type=1,
        mix=product.MixRule(True, Decimal("100.00")),
        scores=product.SellerScores(years=3, service=Decimal("4.7")),
    )
    stored = json.loads(json.dumps(frozen.dump(offer)))
    assert frozen.load(product.Offer, stored) == offer
    assert frozen.load(product.Offer, {"offer_id": "1", "unknown": 1}) == product.Offer("1")
