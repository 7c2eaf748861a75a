"""From what 1688 answered to the terms that `costing` works with, and back and forth to plain data for storage."""

from dataclasses import fields, is_dataclass
from decimal import Decimal

from .costing import ONE, ZERO, Freight, Promotion, Terms, Tier

_CHARGED_BY = {"0": "weight", "1": "piece"}
_GRAMS = 1000
_TEXTS = frozenset({"offer", "sku", "seller", "basis", "template", "kind"})
_PARTS = {"tiers": Tier, "promotions": Promotion}


class NoOffer(Exception):
    """The SKU cannot be bought now. Codes: off_shelf, sku_gone, no_price."""

    def __init__(self, code):
        super().__init__(code)
        self.code = code


def terms_of(
    listing,
    sku_id,
    *,
    estimate=None,
    quoted_for=None,
    pack=ONE,
    tax_rate=ZERO,
    service_rate=ZERO,
    seller=None,
):
    """Terms of one SKU of a listing.

    :param estimate: `FreightEstimate`, or None where it is not known
    :param quoted_for: the 1688 units of the whole offer that `estimate` was asked for
    :param seller: whom the goods are sent with; the seller's open id if not given
    :raise NoOffer: it cannot be bought
    """
    if listing.status not in ("published", ""):
        raise NoOffer("off_shelf")
    sku = next((sku for sku in listing.skus if sku.sku_id == sku_id), None)
    if listing.skus and sku is None:
        raise NoOffer("sku_gone")
    by_sku = listing.quote_type == 1 or not listing.tiers
    if sku is not None and sku.price == 0:
        raise NoOffer("no_price")
    minimum = listing.min_quantity or ONE
    if by_sku:
        if sku is None or not sku.price:
            raise NoOffer("no_price")
        tiers = (Tier(minimum, sku.price),)
    else:
        tiers = tuple(Tier(tier.min_quantity, tier.price) for tier in listing.tiers)
    mix = listing.mix if listing.mix and listing.mix.enabled else None
    return Terms(
        offer=listing.offer_id,
        sku=sku_id,
        seller=seller or listing.seller_open_id,
        tiers=tiers,
        by_offer=not by_sku,
        min_qty=minimum,
        batch=listing.batch or ONE,
        pack=pack,
        stock=sku.stock if sku else listing.stock,
        mix_amount=mix.amount if mix else None,
        mix_count=mix.quantity if mix else None,
        freight=freight_of(estimate, quoted_for, (sku.weight if sku else None) or listing.weight),
        tax_rate=tax_rate,
        service_rate=service_rate,
    )


def freight_of(estimate, quoted_for, weight):
    """Freight rules from an estimate; `weight` is kilograms of one 1688 unit, as the listing says."""
    if estimate is None:
        return Freight()
    basis = _CHARGED_BY.get(estimate.charge_type, "unknown") if estimate.first_fee is not None else "unknown"
    always_free = estimate.free and not estimate.first_fee
    kilograms = weight or estimate.unit_weight or ZERO
    return Freight(
        basis="free" if always_free else basis,
        first_unit=estimate.first_unit or ZERO,
        first_fee=estimate.first_fee or ZERO,
        next_unit=estimate.next_unit or ZERO,
        next_fee=estimate.next_fee or ZERO,
        unit_weight=kilograms * _GRAMS,
        quoted=ZERO if estimate.free else estimate.freight,
        quoted_for=quoted_for,
        # Free for this quantity: free for more of it as well.
        free_count=quoted_for if estimate.free and not always_free else None,
        template=estimate.template_id,
    )


def to_plain(value):
    """Terms (or a part of them) as plain data for JSON; amounts become text."""
    if is_dataclass(value):
        return {field.name: to_plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [to_plain(item) for item in value]
    return str(value) if isinstance(value, Decimal) else value


def from_plain(data):
    """The terms that `to_plain` made, now or in an earlier version: what is missing is as by default."""
    return _read(Terms, data)


def _read(kind, data):
    known = [field.name for field in fields(kind) if field.name in data]
    return kind(**{name: _read_field(name, data[name]) for name in known})


def _read_field(name, value):
    if name in _PARTS:
        return tuple(_read(_PARTS[name], item) for item in value)
    if name == "freight":
        return _read(Freight, value)
    return Decimal(value) if isinstance(value, str) and name not in _TEXTS else value
