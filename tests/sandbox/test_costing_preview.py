"""What we say that goods cost is what the platform's preview asks, to the fen: many offers, quantities, places."""

from decimal import Decimal as D

import pytest
from lib1688 import costing, terms
from lib1688.client import Client, build
from lib1688.costing import Promotion
from lib1688.transport import Transport
from lib1688.values import Address, CargoLine, Credentials, OrderRequest
from sandbox_client import ACCESS_TOKEN, APP_KEY, APP_SECRET, REFRESH_TOKEN

PLACES = {
    "330108": ("浙江省", "杭州市", "滨江区"),
    "440106": ("广东省", "广州市", "天河区"),
    "650102": ("新疆维吾尔自治区", "乌鲁木齐市", "天山区"),
}


@pytest.fixture
def ask(server):
    transport = Transport()
    url = f"http://127.0.0.1:{server.server_port}"
    client = Client(Credentials(APP_KEY, APP_SECRET, ACCESS_TOKEN, REFRESH_TOKEN, url), transport)
    yield lambda name, **arguments: client.call(build(name, **arguments), 10)
    transport.close()


def known_promotions(seller):
    """What a buyer enters who read the seller's page: the detail does not tell it."""
    rule = seller.promotion
    if rule is None:
        return ()
    return (Promotion("shop", D(rule.from_fen) / 100, D(rule.off_fen) / 100, rule.free_freight),)


def preview(ask, lines, district):
    province, city, area = PLACES[district]
    address = Address(
        province=province, city=city, district=area, street="人民路1号", name="王小明", mobile="13800000000"
    )
    cargo = tuple(CargoLine(offer.offer_id, quantity, offer.skus[sku].spec_id) for offer, sku, quantity in lines)
    return ask("trade.preview", request=OrderRequest(address, cargo))


def figures(cost):
    """As the preview names them: goods after what is taken off, freight, all."""
    return cost.goods - cost.discount, cost.freight, cost.total


def sample(goods, count):
    """Offers of all kinds: each way to charge freight, promotion prices, prices by SKU and by quantity."""
    offers = goods.plain()
    kinds = {}
    for offer in offers:
        kind = (
            offer.freight.charge_type,
            offer.freight.seller_pays,
            offer.freight.free_from_fen is not None,
            offer.promotion_percent,
            offer.quote_type,
            offer.seller.promotion is not None,
        )
        kinds.setdefault(kind, []).append(offer)
    rows = [row[place] for place in range(count) for row in kinds.values() if place < len(row)]
    return rows[:count]


@pytest.mark.parametrize("district", PLACES)
def test_a_quote_is_what_the_preview_asks(ask, goods, district):
    seen = set()
    for offer in sample(goods, 24):
        listing = ask("product.detail", offer_id=offer.offer_id, language="en")
        least = max(offer.min_quantity, offer.batch)
        for quantity in {D(least), D(least * 3), D(max(least, 97))}:
            sku = offer.skus[0].sku_id
            estimate = ask(
                "product.freight", offer_id=offer.offer_id, district_code=district, quantities={sku: quantity}
            )
            made = terms.terms_of(
                listing, sku, estimate=estimate, asked={sku: quantity}, promotions=known_promotions(offer.seller)
            )
            (part,) = preview(ask, [(offer, 0, quantity)], district).parts
            cost = costing.cost(made, quantity)
            assert figures(cost) == (part.goods_total, part.freight, part.total), (offer.offer_id, quantity)
            assert cost.discount == part.discount
            assert cost.lines[0].unit_price == part.lines[0].unit_price
            assert sum(step.amount for step in cost.steps) == part.total
            seen |= {made.freight.basis, *(step.kind for step in cost.steps)}
            seen.add("promotion price" if made.tiers[0].list_price else "list price")
    assert seen >= {"piece", "weight", "volume", "free", "promotion", "promotion price", "list price", "freight_quoted"}


@pytest.mark.parametrize("district", PLACES)
def test_the_template_says_what_other_quantities_cost(ask, goods, district):
    """Terms that were asked for one quantity hold for others, as far as nothing is free from an unknown amount on."""
    for offer in sample(goods, 30):
        if offer.freight.free_from_fen:
            continue
        sku, asked = offer.skus[0].sku_id, D(max(offer.min_quantity, offer.batch))
        listing = ask("product.detail", offer_id=offer.offer_id, language="en")
        estimate = ask("product.freight", offer_id=offer.offer_id, district_code=district, quantities={sku: asked})
        made = terms.terms_of(
            listing, sku, estimate=estimate, asked={sku: asked}, promotions=known_promotions(offer.seller)
        )
        for quantity in (asked * 2, asked * 7):
            if quantity <= offer.skus[0].stock:
                (part,) = preview(ask, [(offer, 0, quantity)], district).parts
                assert figures(costing.cost(made, quantity)) == (part.goods_total, part.freight, part.total)


def test_a_basket_of_one_seller_is_what_the_preview_asks(ask, goods):
    """Freight of one template is charged once, promotions look at all goods."""
    district, sellers = "330108", {}
    for offer in goods.plain():
        if not offer.freight.free_from_fen:
            sellers.setdefault(offer.seller.member_id, []).append(offer)
    baskets = [offers[:4] for offers in sellers.values() if len(offers) > 2][:8]
    assert len(baskets) > 4
    for offers in baskets:
        wanted, lines = [], []
        for offer in offers:
            quantity = D(max(offer.min_quantity, offer.batch, 10))
            sku = offer.skus[0].sku_id
            listing = ask("product.detail", offer_id=offer.offer_id, language="en")
            estimate = ask(
                "product.freight", offer_id=offer.offer_id, district_code=district, quantities={sku: quantity}
            )
            known = known_promotions(offer.seller)
            made = terms.terms_of(listing, sku, estimate=estimate, asked={sku: quantity}, promotions=known)
            wanted.append((made, quantity))
            lines.append((offer, 0, quantity))
        (part,) = preview(ask, lines, district).parts
        assert figures(costing.cost_of_seller(wanted)) == (part.goods_total, part.freight, part.total)
