"""What becomes of the rows of a list of mappings: which product is which SKU, and what that changes.

Plain values in, decisions out; nothing is looked up here. A SKU is known by its key, ``offer:sku id``.
"""

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from . import matching

#: the list's price and 1688's differ by more than this factor: most likely the pack size is wrong
PRICE_FACTOR = Decimal("1.5")
MAX_PACK = Decimal(1_000_000)
MAX_RANK = 1_000_000

_SHORTENED = re.compile(r"\d+(?:[.,]\d+)?e\+?\d+", re.IGNORECASE)
_NUMBER = re.compile(r"(?:[¥￥]|CNY|RMB)?\s*(\d+(?:[.,]\d+)?)\s*(?:[^\W\d_]{0,12}\.?)", re.IGNORECASE)
_THOUSANDS = re.compile(r"\d+,\d{3}")
_CUT = re.compile(r"[/|;；,，+·]|\s{2,}|\s-\s")


@dataclass(frozen=True)
class Wish:
    """One row. `products`: ids that its text may mean; `problem`: why it cannot be worked with, found before.

    `sku_key` is a SKU chosen by a person; the other ways to name a SKU are texts as the row has them.
    """

    number: int
    products: tuple[int, ...] = ()
    offer: str = ""
    sku_key: str = ""
    sku_ref: str = ""
    spec_id: str = ""
    sku_text: str = ""
    cargo_number: str = ""
    pack: Decimal | None = None
    rank: int | None = None
    price: Decimal | None = None
    skipped: bool = False
    problem: str = ""
    facts: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Spec:
    """One SKU of an offer. `values` as for lib/matching; `price` in yuan per 1688 unit, the smallest quantity."""

    key: str
    sku_ref: str = ""
    spec_id: str = ""
    cargo_number: str = ""
    values: tuple[tuple[str, ...], ...] = ()
    price: Decimal | None = None


@dataclass(frozen=True)
class Existing:
    """A source that is there already."""

    active: bool
    pack: Decimal
    rank: int


@dataclass(frozen=True)
class Decision:
    """What to do with one row.

    `action`: create, update, restore (an archived source), none (nothing to change), skip, wait (its offer is still to
    be read), error. `how` the SKU was found. `code` and `facts` tell why, `warnings` are codes with their facts.
    """

    number: int
    action: str
    product: int = 0
    sku_key: str = ""
    how: str = ""
    code: str = ""
    facts: dict = field(default_factory=dict)
    warnings: tuple = ()
    pack: Decimal | None = None
    rank: int | None = None


class _Unclear(Exception):
    def __init__(self, code, **facts):
        super().__init__(code)
        self.code = code
        self.facts = facts


def decide(wishes, listings, variants, families, existing):
    """Decide on all rows; a row that repeats another one is skipped, one that contradicts it is an error.

    :param listings: {offer: tuple of `Spec`, or a code why it could not be read}; what is missing is waited for
    :param variants: {product id: `matching.Variant`}
    :param families: {product id: ids of all variants of its template}
    :param existing: {(product id, SKU key): `Existing`}
    """
    pairs = _Pairs(listings, variants, families)
    seen, decisions = {}, []
    for wish in wishes:
        try:
            decision = _decide(wish, listings, pairs, existing)
        except _Unclear as unclear:
            decision = Decision(wish.number, "error", code=unclear.code, facts=unclear.facts)
        decisions.append(_against_others(decision, seen))
    return decisions


def _decide(wish, listings, pairs, existing):
    if wish.skipped:
        return Decision(wish.number, "skip", code="skipped")
    if wish.problem:
        raise _Unclear(wish.problem, **wish.facts)
    listing = listings.get(wish.offer)
    if listing is None:
        return Decision(wish.number, "wait", product=wish.products[0] if len(wish.products) == 1 else 0)
    if isinstance(listing, str):
        raise _Unclear("offer_failed", offer=wish.offer, reason=listing)
    spec, how = _find_spec(wish, listing, pairs)
    product = _find_product(wish, spec, pairs)
    source = existing.get((product, spec.key))
    pack = wish.pack or (source.pack if source else Decimal(1))
    found = Decision(
        wish.number, "create", product, spec.key, how, warnings=_warnings(wish, spec, pack), pack=pack, rank=wish.rank
    )
    if source is None:
        return found
    rank = source.rank if wish.rank is None else wish.rank
    same = (pack, rank) == (source.pack, source.rank)
    action = "restore" if not source.active else "none" if same else "update"
    facts = {"pack": source.pack, "rank": source.rank}
    return Decision(
        wish.number, action, product, spec.key, how, facts=facts, warnings=found.warnings, pack=pack, rank=rank
    )


def _against_others(decision, seen):
    """The same pair of product and SKU further up in the list: once is enough, and it may not be said differently."""
    if decision.action not in ("create", "update", "restore", "none"):
        return decision
    first = seen.setdefault((decision.product, decision.sku_key), decision)
    if first is decision:
        return decision
    same = (first.pack, first.rank) == (decision.pack, decision.rank)
    return Decision(
        decision.number,
        "skip" if same else "error",
        decision.product,
        decision.sku_key,
        decision.how,
        code="repeated" if same else "contradicts",
        facts={"row": first.number},
    )


def _warnings(wish, spec, pack):
    if not wish.price or not spec.price:
        return ()
    ours = spec.price / pack
    for price in (ours, spec.price):
        if price / PRICE_FACTOR <= wish.price <= price * PRICE_FACTOR:
            return ()
    return (("price", {"listed": wish.price, "asked": ours}),)


# --- which SKU


def _find_spec(wish, specs, pairs):
    """(spec, how it was found); raises `_Unclear` with the number of candidates."""
    by_key = {spec.key: spec for spec in specs}
    if wish.sku_key:
        if wish.sku_key in by_key:
            return by_key[wish.sku_key], "hand"
        raise _Unclear("sku_not_there", text=wish.sku_key.partition(":")[2])
    named = [
        (how, text, [spec for spec in specs if getattr(spec, name) == text])
        for how, name, text in (
            ("sku_ref", "sku_ref", wish.sku_ref),
            ("spec_id", "spec_id", wish.spec_id),
            ("cargo_number", "cargo_number", wish.cargo_number),
        )
        if text
    ]
    if wish.sku_text:
        named.append(("sku_text", wish.sku_text, _find_by_text(wish.sku_text, specs)))
    if named:
        return _agree(named, wish, pairs)
    if len(specs) == 1:
        return specs[0], "only"
    return _by_product(wish, specs, pairs)


def _agree(named, wish, pairs):
    """The one SKU that all the ways to name it leave over; the product's own values decide between several."""
    for how, text, found in named:
        if not found:
            raise _Unclear("sku_not_there" if how != "sku_text" else "text_fits_none", text=text)
    left = [spec for spec in named[0][2] if all(spec in found for _how, _text, found in named[1:])]
    if not left:
        raise _Unclear("sku_contradiction")
    if len(left) == 1:
        return left[0], named[0][0]
    return _by_product(wish, left, pairs)


def _by_product(wish, specs, pairs):
    fitting = {pairs.spec_of(wish.offer, product) for product in wish.products} & {spec.key for spec in specs}
    if len(fitting) == 1:
        key = fitting.pop()
        return next(spec for spec in specs if spec.key == key), "values"
    raise _Unclear("sku_several", count=len(specs))


def _find_by_text(text, specs):
    """SKUs that have every part of `text` among their values, or are called just like it."""
    whole = matching.normalise(text)
    parts = {matching.normalise(re.sub(r"^[^:：]*[:：]", "", part)) for part in _CUT.split(text)} - {""}
    exact, partly = [], []
    for spec in specs:
        spelled = [{matching.normalise(way) for way in ways} - {""} for ways in spec.values]
        if parts and all(any(part in ways for ways in spelled) for part in parts):
            (exact if len(parts) == len(spelled) else partly).append(spec)
        elif whole in _joined(spec.values):
            exact.append(spec)
    return exact or partly


def _joined(values):
    """The values of a SKU as one text, in each language."""
    ways = max((len(ways) for ways in values), default=0)
    spelled = ("".join(text[min(way, len(text) - 1)] for text in values if text) for way in range(ways))
    return {matching.normalise(text) for text in spelled}


# --- which product


def _find_product(wish, spec, pairs):
    if len(wish.products) == 1:
        return wish.products[0]
    fitting = [product for product in wish.products if pairs.spec_of(wish.offer, product) == spec.key]
    if len(fitting) == 1:
        return fitting[0]
    raise _Unclear("product_several", count=len(wish.products))


class _Pairs:
    """Which SKU of an offer a variant is, by the values of their attributes; asked once per offer and template."""

    def __init__(self, listings, variants, families):
        self._listings = listings
        self._variants = variants
        self._families = families
        self._known = {}

    def spec_of(self, offer, product):
        """The key of the SKU, or "" where it is not certain."""
        family = self._families.get(product, (product,))
        if (offer, family) not in self._known:
            specs = self._listings[offer]
            skus = [matching.Sku(spec.key, spec.values) for spec in specs]
            self._known[offer, family] = matching.match(skus, [self._variants[one] for one in family])
        return self._known[offer, family].get(product, "")


# --- cells


def is_shortened(text):
    """Whether a spreadsheet program has cut a long number: 6.00E+11."""
    return bool(_SHORTENED.fullmatch(text.strip()))


def read_number(text, most=None):
    """The number in a cell, with or without a unit behind it; None if there is none or it can be read in two ways."""
    plain = unicodedata.normalize("NFKC", text).strip()
    found = _NUMBER.fullmatch(plain)
    if not found or _THOUSANDS.fullmatch(found.group(1)):
        return None
    try:
        number = Decimal(found.group(1).replace(",", "."))
    except InvalidOperation:
        return None
    return number if most is None or number <= most else None


def count(decisions):
    """{action: number of rows}."""
    return dict(Counter(decision.action for decision in decisions))
