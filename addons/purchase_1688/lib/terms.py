"""From what 1688 answered to the terms that `costing` works with, and back and forth to plain data for storage."""

from dataclasses import fields, is_dataclass, replace
from decimal import Decimal
from functools import cache

from .costing import tier_price
from .costing_freight import fee_of
from .costing_values import ONE, ZERO, Freight, Promotion, Terms, Tier, to_fen

_CHARGED_BY = {"0": "weight", "1": "piece", "2": "volume"}
_GRAMS = 1000
_TEXTS = frozenset({"offer", "sku", "seller", "basis", "template", "kind"})
_PARTS = {"tiers": Tier, "promotions": Promotion}


class NoOffer(Exception):
    """The SKU cannot be bought now. Codes: off_shelf, sku_gone, no_price."""

    def __init__(self, code):
        super().__init__(code)
        self.code = code


def terms_of(listing, sku_id, *, estimate=None, asked=None, pack=ONE, seller=None, **agreed):
    """Terms of one SKU of a listing.

    :param estimate: `FreightEstimate`, or None where it is not known
    :param asked: {SKU id: 1688 units} of the offer that `estimate` was asked for
    :param seller: whom the goods are sent with; the seller's open id if not given
    :param agreed: what holds with this seller: tax_rate, service_rate, discount_rate, promotions, invoice, by_seller
    :raise NoOffer: it cannot be bought
    """
    if listing.status not in ("published", ""):
        raise NoOffer("off_shelf")
    sku = _find_sku(listing, sku_id)
    if listing.skus and sku is None:
        raise NoOffer("sku_gone")
    by_sku = _is_priced_by_sku(listing)
    mix = listing.mix if listing.mix and listing.mix.enabled else None
    return Terms(
        offer=listing.offer_id,
        sku=sku_id,
        seller=seller or listing.seller_open_id,
        tiers=_tiers_of(listing, sku, by_sku),
        by_offer=not by_sku,
        min_qty=listing.min_quantity or ONE,
        batch=listing.batch or ONE,
        pack=pack,
        stock=sku.stock if sku else listing.stock,
        mix_amount=mix.amount if mix else None,
        mix_count=mix.quantity if mix else None,
        freight=freight_of(listing, sku_id, estimate, asked or {}),
        **agreed,
    )


def _find_sku(listing, sku_id):
    return next((sku for sku in listing.skus if sku.sku_id == sku_id), None)


def _is_priced_by_sku(listing):
    return listing.quote_type == 1 or not listing.tiers


def _tiers_of(listing, sku, by_sku):
    if sku is not None and sku.price == 0:
        raise NoOffer("no_price")
    if not by_sku:
        return tuple(_tier(tier.min_quantity, tier.price, tier.promotion_price) for tier in listing.tiers)
    if sku is None or not sku.price:
        raise NoOffer("no_price")
    return (_tier(listing.min_quantity or ONE, sku.price, sku.promotion_price),)


def _tier(start, price, promotion):
    """A promotion price counts where it is one: above nothing and below the price."""
    if promotion and promotion < price:
        return Tier(start, promotion, list_price=price)
    return Tier(start, price)


def freight_of(listing, sku_id, estimate, asked):
    """Freight rules of one SKU from an estimate for {SKU id: 1688 units}."""
    if estimate is None:
        return Freight()
    always_free = estimate.free and estimate.first_fee == estimate.next_fee == ZERO
    freight = Freight(
        basis="free" if always_free else _basis_of(estimate),
        first_unit=estimate.first_unit or ZERO,
        first_fee=estimate.first_fee or ZERO,
        next_unit=estimate.next_unit or ZERO,
        next_fee=estimate.next_fee or ZERO,
        unit_weight=_weight_of(listing, sku_id, estimate),
        unit_volume=_size_of(listing) or _size_of(estimate, "unit_"),
        quoted=ZERO if estimate.free else estimate.freight,
        quoted_for=sum(asked.values(), ZERO) if asked else None,
        quoted_of_sku=asked.get(sku_id),
        template=estimate.template_id,
    )
    if always_free:
        return freight
    if estimate.free:
        return _free_from(freight, listing, asked)
    return _as_the_platform_counts(freight, estimate, _load_of(freight, listing, estimate, asked))


def _basis_of(estimate):
    """What the template charges by, where it says all that is needed to work it out."""
    rates = (estimate.first_unit, estimate.first_fee, estimate.next_unit, estimate.next_fee)
    return _CHARGED_BY.get(estimate.charge_type, "unknown") if None not in rates and estimate.next_unit else "unknown"


def _size_of(item, prefix=""):
    """cm³ of one piece, or zero where a side is not known."""
    length, width, height = (getattr(item, prefix + side) or ZERO for side in ("length", "width", "height"))
    return length * width * height


def _weight_of(listing, sku_id, estimate):
    """Grams of one piece, or zero where nobody says."""
    sku = _find_sku(listing, sku_id)
    return ((sku and sku.weight) or listing.weight or estimate.unit_weight or ZERO) * _GRAMS


def _load_of(freight, listing, estimate, asked):
    """What the asked quantities add up to by the template; None where the load of some SKU is not known."""
    load = ZERO
    for sku_id, quantity in asked.items():
        one = replace(freight, unit_weight=_weight_of(listing, sku_id, estimate))
        if not one.by_template:
            return None
        load += quantity * one.unit_load
    return load or None


def _free_from(freight, listing, asked):
    """Free for these goods: free for as many or more that are worth as much or more, by whichever the seller counts.

    That is said of the offer, not of all that its template is for, so it is charged by itself.
    """
    worth = _worth_of(listing, asked)
    if worth is None:
        return freight
    return replace(freight, free_count=freight.quoted_for, free_amount=worth, template="")


def _worth_of(listing, asked):
    """Yuan that the asked quantities cost; None where some price is not known."""
    count, by_sku, worth = sum(asked.values(), ZERO), _is_priced_by_sku(listing), ZERO
    for sku_id, quantity in asked.items():
        try:
            tiers = _tiers_of(listing, _find_sku(listing, sku_id), by_sku)
        except NoOffer:
            return None
        worth += to_fen(tier_price(tiers, quantity if by_sku else count) * quantity)
    return worth if asked else None


def _as_the_platform_counts(freight, estimate, load):
    """The rule such that it comes to the freight that the platform asks for a load; none where it comes to less.

    The platform does not say what the template's `discount` counts: a share (0.8), tenths (8) or percent (80). The
    reading counts that comes to what is asked; if none does, the fees stay whole.
    """
    if load is None or not freight.by_template:
        return freight
    if fee_of(freight, load) < freight.quoted:
        return replace(freight, basis="unknown")
    for parts in (1, 10, 100):
        share = (estimate.discount or ZERO) / parts
        if ZERO < share < ONE:
            cheaper = replace(freight, first_fee=freight.first_fee * share, next_fee=freight.next_fee * share)
            if fee_of(cheaper, load) == freight.quoted:
                return cheaper
    return freight


def to_plain(value):
    """Terms (or a part of them) as plain data for JSON; amounts become text."""
    if is_dataclass(value):
        return {name: to_plain(getattr(value, name)) for name in _names(type(value))}
    if isinstance(value, tuple):
        return [to_plain(item) for item in value]
    return str(value) if isinstance(value, Decimal) else value


def from_plain(data):
    """The terms that `to_plain` made, now or in an earlier version: what is missing is as by default."""
    return _read(Terms, data)


def _read(kind, data):
    return kind(**{name: _read_field(name, data[name]) for name in _names(kind) if name in data})


@cache
def _names(kind):
    return tuple(field.name for field in fields(kind))


def _read_field(name, value):
    if name in _PARTS:
        return tuple(_read(_PARTS[name], item) for item in value)
    if name == "freight":
        return _read(Freight, value)
    return Decimal(value) if isinstance(value, str) and name not in _TEXTS else value
