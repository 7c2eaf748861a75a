"""The generated world: enough of everything, believable, and the same for the same seed."""

import re
import time
from collections import Counter

import pytest
from gateway.catalogue import build, divisions
from gateway.catalogue.draw import image, jpeg

CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def catalogue():
    return build(1)


def is_trader(catalogue, seller):
    """Whether a seller is one of the many of a crowded market."""
    return all(offer.family.endswith("-market") for offer in catalogue.of_seller(seller.member_id))


def test_has_what_was_promised(catalogue):
    assert len(catalogue.offers) >= 300
    assert len([seller for seller in catalogue.sellers if not is_trader(catalogue, seller)]) == 60
    tops = {catalogue.category_path(offer.category_id)[0] for offer in catalogue.offers}
    assert len(tops) == 12
    assert {len(catalogue.category_path(offer.category_id)) for offer in catalogue.offers} == {3}
    assert {seller.member_id for seller in catalogue.sellers} == {
        offer.seller.member_id for offer in catalogue.offers
    }


def test_same_seed_same_world(catalogue):
    again = build.__wrapped__(1)
    assert again is not catalogue
    assert again.offers == catalogue.offers
    assert again.sellers == catalogue.sellers
    assert again.special == catalogue.special


def test_other_seed_other_world(catalogue):
    other = build(8)
    assert not {offer.offer_id for offer in catalogue.offers} & {
        offer.offer_id for offer in other.offers
    }
    assert catalogue.special.keys() == other.special.keys()


def test_is_made_quickly():
    started = time.process_time()
    build.__wrapped__(3)
    assert time.process_time() - started < 3


def test_ids_look_like_the_platforms(catalogue):
    for offer in catalogue.offers:
        assert re.fullmatch(r"\d{12}", offer.offer_id)
        assert re.fullmatch(r"b2b-22\d{11}", offer.seller.member_id)
        for sku in offer.skus:
            assert re.fullmatch(r"\d{13}", sku.sku_id)
            assert re.fullmatch(r"[0-9a-f]{32}", sku.spec_id)
    ids = [offer.offer_id for offer in catalogue.offers]
    ids += [sku.sku_id for offer in catalogue.offers for sku in offer.skus]
    ids += [sku.spec_id for offer in catalogue.offers for sku in offer.skus]
    assert len(ids) == len(set(ids))


def test_families_are_the_same_goods(catalogue):
    """3 to 6 sellers, the same attribute names and values, other words and prices."""
    for key, count in Counter(offer.family for offer in catalogue.offers).items():
        if key.endswith("-market"):
            continue
        offers = catalogue.family(key)
        assert 3 <= count <= 6
        assert len({offer.seller.member_id for offer in offers}) == count
        shapes = {
            tuple((part.name, part.value) for sku in offer.skus for part in sku.attributes)
            for offer in offers
        }
        assert len(shapes) == 1
        assert len({offer.subject.zh for offer in offers}) > 1
    for key in catalogue.showcase:
        assert len(catalogue.family(key)) == 6
        assert all(sku.stock for offer in catalogue.family(key) for sku in offer.skus)


@pytest.mark.parametrize("family", ["cable-market", "towel-market"])
def test_crowded_markets_have_doubles_resellers_and_bad_sellers(catalogue, family):
    offers = catalogue.family(family)
    assert len(offers) > 200
    same_goods = {}
    for offer in offers:
        same_goods.setdefault((offer.looks, offer.stock), []).append(offer)
    groups = [group for group in same_goods.values() if len(group) > 1]
    assert sum(len(group) - 1 for group in groups) >= 80
    assert any(len({offer.seller for offer in group}) < len(group) for group in groups), "listed twice"
    for group in groups:
        prices = [offer.lowest_fen for offer in group]
        assert max(prices) <= min(prices) * 1.06
        assert len({offer.subject.zh.split()[-1] for offer in group}) == 1
    sellers = {offer.seller for offer in offers}
    late = [seller for seller in sellers if float(seller.scores.collected_48h) < 0.8]
    disputed = [seller for seller in sellers if float(seller.scores.quality_refund) > 0.05]
    assert len(late) >= 5 and len(disputed) >= 4
    assert 0 < len([seller for seller in late if not seller.scores.delayed_7d]) < len(late)


def test_offers_are_sound(catalogue):
    for offer in catalogue.offers:
        assert len(offer.skus) <= 24
        assert (offer.quote_type == 0) == (not offer.skus)
        starts = [tier.start for tier in offer.tiers]
        prices = [tier.price_fen for tier in offer.tiers]
        assert starts == sorted(set(starts)) and starts[0] == offer.min_quantity
        assert prices == sorted(set(prices), reverse=True) and prices[-1] > 0
        assert offer.min_quantity % offer.batch == 0
        assert offer.weight_g > 0 and all(side > 0 for side in offer.size_cm)
        assert offer.warehouse in offer.seller.warehouses
    assert {offer.quote_type for offer in catalogue.offers} == {0, 1, 2}
    assert {offer.freight.charge_type for offer in catalogue.offers} == {0, 1, 2}
    assert any(offer.freight.seller_pays for offer in catalogue.offers)
    assert any(offer.freight.free_from_fen for offer in catalogue.offers)


def test_texts_are_translated(catalogue):
    texts = [text for offer in catalogue.offers for text in (offer.subject, offer.description)]
    texts += [item.name for offer in catalogue.offers for item in offer.attributes]
    texts += [seller.company for seller in catalogue.sellers]
    texts += [node.name for node in catalogue.categories.values()]
    for text in texts:
        assert CHINESE.search(text.zh)
        assert text.en and not CHINESE.search(text.en)
    for offer in catalogue.offers:
        for sku in offer.skus:
            assert not any(CHINESE.search(item.value.en) for item in sku.attributes)


def test_some_sellers_ship_from_two_places(catalogue):
    split = [seller for seller in catalogue.sellers if seller.split_orders]
    assert 12 <= len(split) <= 24
    for seller in split:
        groups = {offer.warehouse.group for offer in catalogue.of_seller(seller.member_id)}
        assert groups == {"WH1", "WH2"}


def test_scores_have_the_platforms_forms(catalogue):
    for seller in catalogue.sellers:
        assert re.fullmatch(r"0\.\d{4}", seller.scores.repurchase)
        assert re.fullmatch(r"[1-5]\.\d", seller.scores.service)
        assert re.fullmatch(r"\d+(\.\d)?%", seller.scores.fulfilment_30d)
        assert float(seller.scores.service) <= 5


def test_special_offers(catalogue):
    offer = {name: catalogue.offer(number) for name, number in catalogue.special.items()}
    assert offer["off_shelf"].status == "expired"
    assert offer["seller_expired"].status == "member expired"
    assert not offer["not_online"].online and not offer["consign_only"].online
    assert offer["price_zero"].skus[0].price_fen == 0
    assert not any(sku.stock for sku in offer["sold_out"].skus)
    assert offer["batch_sale"].batch == offer["lots_of_ten"].batch == 10
    assert offer["minimum"].min_quantity > 1 and not offer["minimum"].seller.mix.allowed
    assert offer["mixed_batch"].min_quantity > 1 and offer["mixed_batch"].seller.mix.allowed
    assert [offer["scale_a"].tiers[0].start, offer["scale_b"].tiers[0].start] == [50, 30]


def test_every_kind_can_be_drawn(catalogue):
    for look in {offer.looks[0].kind: offer.looks[0] for offer in catalogue.offers}.values():
        picture = image(look, 60)
        # Not a blank: the goods stand out against the wall.
        low, high = picture.convert("L").getextrema()
        assert high - low > 40, look.kind


def test_colours_show(catalogue):
    """The middle of a T-shirt has the colour that the SKU names."""
    shirt = catalogue.family("tshirt")[0]
    seen = {
        sku.attributes[0].value.en: image(sku.look, 100).getpixel((50, 60)) for sku in shirt.skus
    }
    assert seen["Red"][0] > 150 > seen["Red"][1]
    assert max(seen["Black"]) < 80 and min(seen["White"]) > 220
    assert seen["Yellow"][2] < 120 < seen["Yellow"][1]


def test_pictures_are_the_same_each_time(catalogue):
    look = catalogue.offers[0].looks[0]
    assert jpeg(look, 200) == jpeg(look, 200)
    assert jpeg(look, 200).startswith(b"\xff\xd8\xff")
    assert image(look, 60, on_white=True).getpixel((1, 1)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("text", "code", "rest"),
    [
        ("浙江省杭州市滨江区网商路699号", "330108", "网商路699号"),
        ("浙江 杭州 滨江 网商路699号", "330108", "网商路699号"),
        ("北京市朝阳区建国路1号", "110105", "建国路1号"),
        ("义乌市国际商贸城", "330782", "国际商贸城"),
        ("北京市海淀路1号", "110000", "海淀路1号"),
        ("北京市海淀区海淀路1号", "110108", "海淀路1号"),
        ("浙江省", "330000", ""),
        ("广东省 深圳市 宝安区 福永街道", "440306", "福永街道"),
        ("新疆维吾尔自治区乌鲁木齐市天山区人民路", "650102", "人民路"),
        ("某地某路", "", "某地某路"),
    ],
)
def test_addresses_are_read(text, code, rest):
    assert divisions.parse(text) == (code, rest)


def test_divisions_hang_together():
    for code in divisions.DISTRICTS:
        city = divisions.parent_of(code)
        assert city in divisions.CITIES
        assert divisions.parent_of(city) in divisions.PROVINCES
        assert code in divisions.children_of(city)
        assert all(divisions.parts_of(code))
    assert len(divisions.children_of("")) == 31
