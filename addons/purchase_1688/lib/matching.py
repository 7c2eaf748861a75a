"""Which SKU of an offer is which of our variants? By the values of their attributes, in Chinese or English.

An assignment is made only where it is certain: every value that tells our variants apart is found on the SKU, and no
other SKU fits as well. What is not certain is left to a person.
"""

import re
import unicodedata
from dataclasses import dataclass

_COLOURS = {
    "black": "黑色 黑",
    "white": "白色 白",
    "red": "红色 红",
    "blue": "蓝色 蓝",
    "navy": "藏青色 藏青 深蓝色 navyblue",
    "green": "绿色 绿",
    "yellow": "黄色 黄",
    "grey": "灰色 灰 gray",
    "pink": "粉色 粉红色 粉红 粉",
    "purple": "紫色 紫",
    "orange": "橙色 橘色 橙",
    "brown": "棕色 咖啡色 褐色 coffee",
    "beige": "米色 杏色 apricot",
    "silver": "银色 银",
    "gold": "金色 金",
    "khaki": "卡其色 卡其",
    "transparent": "透明 透明色 clear",
}
_SIZES = {
    "xs": "加小码 extrasmall",
    "s": "小号 小码 small",
    "m": "中号 中码 medium",
    "l": "大号 大码 large",
    "xl": "加大码 extralarge",
    "2xl": "xxl",
    "3xl": "xxxl",
    "onesize": "均码 freesize",
}
_SYNONYMS = {
    other: word for table in (_COLOURS, _SIZES) for word, others in table.items() for other in [word, *others.split()]
}
_NOISE = re.compile(r"[\s\-_/·,，.。()（）\[\]【】:：]+")


@dataclass(frozen=True)
class Sku:
    """`values`: one tuple per attribute, all the ways its value is written (Chinese, translation)."""

    key: str
    values: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Variant:
    """`values`: one tuple per attribute, all the ways our value is written (each language)."""

    key: int
    values: tuple[tuple[str, ...], ...]


def match(skus, variants):
    """Pair SKUs with variants: {variant key: SKU key}, certain pairs only; a SKU is given away once."""
    if len(skus) == 1 and len(variants) == 1:
        return {variants[0].key: skus[0].key}
    told_apart = _telling_values(variants)
    fits = {
        variant.key: [sku.key for sku in skus if wanted and _fits(wanted, sku)]
        for variant, wanted in zip(variants, told_apart, strict=True)
    }
    taken = [found[0] for found in fits.values() if len(found) == 1]
    return {variant: found[0] for variant, found in fits.items() if len(found) == 1 and taken.count(found[0]) == 1}


def normalise(text):
    """One spelling for values that mean the same: width, case, punctuation, common colours and sizes."""
    plain = _NOISE.sub("", unicodedata.normalize("NFKC", text or "").casefold())
    return _SYNONYMS.get(plain, plain)


def _telling_values(variants):
    """The values of each variant, without those that all variants share."""
    spelled = [[frozenset(map(normalise, names)) for names in variant.values] for variant in variants]
    if len(variants) == 1:
        return spelled
    shared = set.intersection(*(set(values) for values in spelled)) if spelled else set()
    return [[names for names in values if names not in shared] for values in spelled]


def _fits(wanted, sku):
    """Each wanted value is one of the SKU's values, and no SKU value serves twice."""
    offered = [frozenset(map(normalise, names)) for names in sku.values]
    for names in wanted:
        hit = next((values for values in offered if names & values - {""}), None)
        if hit is None:
            return False
        offered.remove(hit)
    return True
