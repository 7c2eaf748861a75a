"""Pairing the SKUs of an offer with our variants."""

from lib1688 import matching
from lib1688.matching import Sku, Variant


def sku(key, *values):
    return Sku(key, tuple((value,) if isinstance(value, str) else value for value in values))


def variant(key, *values):
    return Variant(key, tuple((value,) if isinstance(value, str) else value for value in values))


def test_values_are_found_in_any_order_and_language():
    skus = [
        sku("a", ("红色", "Red"), "L"),
        sku("b", ("红色", "Red"), "M"),
        sku("c", ("黑色", "Black"), "L"),
    ]
    variants = [variant(1, "L", "red"), variant(2, "M", "RED"), variant(3, "L", "black")]
    assert matching.match(skus, variants) == {1: "a", 2: "b", 3: "c"}


def test_common_colours_and_sizes_need_no_translation():
    assert matching.match(
        [sku("a", "藏青", "XXL"), sku("b", "白", "均码")],
        [variant(1, "2XL", "Navy"), variant(2, "Free size", "White")],
    ) == {
        1: "a",
        2: "b",
    }


def test_one_to_one_needs_no_values():
    assert matching.match([sku("a", "whatever")], [variant(1)]) == {1: "a"}


def test_doubt_is_left_to_a_person():
    skus = [sku("a", "Red", "L"), sku("b", "Red", "M")]
    assert matching.match(skus, [variant(1, "Red"), variant(2, "Blue")]) == {}


def test_a_sku_is_not_given_to_two_variants():
    skus = [sku("a", "Red"), sku("b", "Blue")]
    assert matching.match(skus, [variant(1, "red"), variant(2, "红色"), variant(3, "blue")]) == {3: "b"}


def test_a_value_that_all_variants_share_does_not_matter():
    skus = [sku("a", "红色"), sku("b", "蓝色")]
    assert matching.match(skus, [variant(1, "Cotton", "Red"), variant(2, "Cotton", "Blue")]) == {
        1: "a",
        2: "b",
    }


def test_a_single_variant_among_many_skus_is_found_by_its_values():
    assert matching.match([sku("a", "Red"), sku("b", "Blue")], [variant(1, "Blue")]) == {1: "b"}


def test_a_variant_without_values_matches_nothing_among_many():
    assert matching.match([sku("a", "Red"), sku("b", "Blue")], [variant(1)]) == {}
