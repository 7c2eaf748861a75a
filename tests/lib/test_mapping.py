"""What becomes of the rows of a list of mappings."""

from decimal import Decimal

import pytest
from lib1688 import mapping
from lib1688.mapping import Existing, Spec, Wish
from lib1688.matching import Variant

OFFER = "600000000001"
SPECS = tuple(
    Spec(
        f"{OFFER}:{number}", str(number), f"spec{number}", f"H-{number}", ((colour, zh), (size, size)), Decimal("4.50")
    )
    for number, (colour, zh, size) in enumerate(
        [("Red", "红色", "L"), ("Red", "红色", "M"), ("Blue", "蓝色", "L"), ("Blue", "蓝色", "M")], start=1
    )
)
VARIANTS = {
    number: Variant(number, ((colour,), (size,)))
    for number, (colour, size) in enumerate([("Red", "L"), ("Red", "M"), ("Blue", "L"), ("Blue", "M")], start=11)
}
FAMILIES = dict.fromkeys(VARIANTS, tuple(VARIANTS))


def decide(*wishes, existing=None, listings=None):
    wishes = [Wish(**{"number": number, "offer": OFFER, **wish}) for number, wish in enumerate(wishes, start=1)]
    listings = {OFFER: SPECS} if listings is None else listings
    return mapping.decide(wishes, listings, VARIANTS, FAMILIES, existing or {})


@pytest.mark.parametrize(
    ("named", "key", "how"),
    [
        ({"sku_ref": "3"}, "3", "sku_ref"),
        ({"spec_id": "spec2"}, "2", "spec_id"),
        ({"cargo_number": "H-4"}, "4", "cargo_number"),
        ({"sku_text": "红色 / L"}, "1", "sku_text"),
        ({"sku_text": "颜色:红色;尺码:M"}, "2", "sku_text"),
        ({"sku_text": "Blue, large"}, "3", "sku_text"),
        ({"sku_text": "红色L"}, "1", "sku_text"),
        ({"sku_text": "blue"}, "3", "values"),
        ({}, "3", "values"),
        ({"sku_key": f"{OFFER}:4", "sku_ref": "1"}, "4", "hand"),
    ],
)
def test_every_way_to_name_a_sku(named, key, how):
    (made,) = decide({"products": (13,), **named})
    assert (made.action, made.product, made.sku_key, made.how) == ("create", 13, f"{OFFER}:{key}", how)


@pytest.mark.parametrize(
    ("named", "code"),
    [
        ({"sku_ref": "9"}, "sku_not_there"),
        ({"sku_text": "green"}, "text_fits_none"),
        ({"sku_ref": "1", "spec_id": "spec2"}, "sku_contradiction"),
        ({"sku_ref": "1", "products": (11, 12, 99)}, ""),
        ({"products": (99,)}, "sku_several"),
        ({"sku_text": "red", "products": (98, 99)}, "sku_several"),
        ({"sku_ref": "1", "products": (98, 99)}, "product_several"),
        ({"problem": "no_product"}, "no_product"),
    ],
)
def test_what_is_not_certain_is_an_error(named, code):
    VARIANTS.update({number: Variant(number, (("Green",), ("S",))) for number in (98, 99)})
    FAMILIES.update({98: (98, 99), 99: (98, 99)})
    (made,) = decide({"products": (11,), **named})
    assert made.code == code
    assert made.action == ("error" if code else "create")


def test_the_variant_follows_from_the_sku():
    (made,) = decide({"products": (11, 12, 13, 14), "sku_ref": "4"})
    assert (made.action, made.product) == ("create", 14)


def test_only_what_differs_is_changed():
    key = f"{OFFER}:1"
    there = {(11, key): Existing(True, Decimal(10), 3), (12, f"{OFFER}:2"): Existing(False, Decimal(1), 1)}
    rows = decide(
        {"products": (11,), "sku_ref": "1"},
        {"products": (12,), "sku_ref": "2"},
        existing=there,
    )
    assert [row.action for row in rows] == ["none", "restore"]
    (changed,) = decide({"products": (11,), "sku_ref": "1", "rank": 4}, existing=there)
    assert (changed.action, changed.pack, changed.rank) == ("update", 10, 4)


def test_rows_that_repeat_or_contradict_each_other():
    row = {"products": (11,), "sku_ref": "1", "pack": Decimal(2)}
    decisions = decide(row, row, {**row, "pack": Decimal(3)}, {"products": (12,), "sku_ref": "1"})
    assert [one.action for one in decisions] == ["create", "skip", "error", "create"]
    assert [one.facts.get("row") for one in decisions] == [None, 1, 1, None]


def test_offers_that_are_not_there():
    assert decide({"products": (11,)}, listings={})[0].action == "wait"
    (made,) = decide({"products": (11,)}, listings={OFFER: "refused"})
    assert (made.action, made.code) == ("error", "offer_failed")


def test_a_price_far_off_is_a_warning():
    def warned(price, pack):
        (made,) = decide({"products": (11,), "price": Decimal(price), "pack": Decimal(pack)})
        return bool(made.warnings)

    assert not warned("4.5", 1)
    assert not warned("0.45", 10)
    assert not warned("4.5", 10)
    assert warned("0.45", 1)
    assert warned("45", 1)


@pytest.mark.parametrize(
    ("text", "number"),
    [("10", 10), ("2,5", "2.5"), ("¥4.50", "4.5"), ("10 pcs", 10), ("１０件", 10), ("1,000", None), ("ten", None),
     ("-1", None), ("", None), ("1e9", None), ("9999999", None)],
)  # fmt: skip
def test_numbers(text, number):
    assert mapping.read_number(text, mapping.MAX_PACK) == (None if number is None else Decimal(number))


def test_numbers_that_a_spreadsheet_shortened():
    assert mapping.is_shortened("6.00E+11")
    assert not mapping.is_shortened("600000000001")
