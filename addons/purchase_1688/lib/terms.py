"""From what 1688 answered to the terms that `costing` works with, and back and forth to plain data for storage."""

from dataclasses import fields, is_dataclass, replace
from decimal import Decimal

from .costing_freight import carriage
from .costing_values import ONE, ZERO, Freight, Promotion, Terms, Tier

_CHARGED_BY = {"0": "weight", "1": "piece", "2": "volume"}
_GRAMS = 1000
_TEXTS = frozenset({"offer", "sku", "seller", "basis", "template", "kind"})
_PARTS = {"tiers": Tier, "promotions": Promotion}


class NoOffer(Exception):
    """The SKU cannot be bought now. Codes: off_shelf, sku_gone, no_price."""

    def __init__(self, code):
        super().__init__(code)
        self.code = code


def terms_of(listing, sku_id, *, estimate=None, quoted_for=None, pack=ONE, seller=None, **agreed):
    """Terms of one SKU of a listing.

    :param estimate: `FreightEstimate`, or None where it is not known
    :param quoted_for: the 1688 units of the whole offer that `estimate` was asked for
    :param seller: whom the goods are sent with; the seller's open id if not given
    :param agreed: what holds with this seller: tax_rate, service_rate, discount_rate, promotions, invoice, by_seller
    :raise NoOffer: it cannot be bought
    """
    if listing.status not in ("published", ""):
        raise NoOffer("off_shelf")
    sku = next((sku for sku in listing.skus if sku.sku_id == sku_id), None)
    if listing.skus and sku is None:
        raise NoOffer("sku_gone")
    by_sku = listing.quote_type == 1 or not listing.tiers
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
        freight=freight_of(estimate, quoted_for, (sku.weight if sku else None) or listing.weight, _size_of(listing)),
        **agreed,
    )


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


def _size_of(item, prefix=""):
    """cm³ of one piece, or zero where a side is not known."""
    length, width, height = (getattr(item, prefix + side) or ZERO for side in ("length", "width", "height"))
    return length * width * height


def freight_of(estimate, quoted_for, weight, volume=ZERO):
    """Freight rules from an estimate; `weight` (kg) and `volume` (cm³) of one 1688 unit, as the listing says."""
    if estimate is None:
        return Freight()
    basis = _CHARGED_BY.get(estimate.charge_type, "unknown") if estimate.first_fee is not None else "unknown"
    always_free = estimate.free and not estimate.first_fee
    kilograms = weight or estimate.unit_weight or ZERO
    cubic = volume or _size_of(estimate, "unit_")
    if basis == "volume" and not cubic:
        # Nobody says how large it is: only the figure for the asked quantity is known.
        basis = "unknown"
    freight = Freight(
        basis="free" if always_free else basis,
        first_unit=estimate.first_unit or ZERO,
        first_fee=estimate.first_fee or ZERO,
        next_unit=estimate.next_unit or ZERO,
        next_fee=estimate.next_fee or ZERO,
        unit_weight=kilograms * _GRAMS,
        unit_volume=cubic,
        quoted=ZERO if estimate.free else estimate.freight,
        quoted_for=quoted_for,
        # Free for this quantity: free for more of it as well.
        free_count=quoted_for if estimate.free and not always_free else None,
        template=estimate.template_id,
    )
    share = _discount_share(freight, estimate)
    return replace(freight, first_fee=freight.first_fee * share, next_fee=freight.next_fee * share)


def _discount_share(freight, estimate):
    """What is left of the template's fees after its `discount`.

    The platform does not say what that figure counts: a share (0.8), tenths (8) or percent (80). The reading counts
    that comes to the freight it asks; if none does, the fees stay whole.
    """
    if not freight.by_template or estimate.free or not estimate.discount or not freight.quoted_for:
        return ONE
    load = freight.quoted_for * freight.unit_load
    for parts in (1, 10, 100):
        share = estimate.discount / parts
        if ZERO < share < ONE:
            cheaper = replace(
                freight, quoted=None, first_fee=freight.first_fee * share, next_fee=freight.next_fee * share
            )
            if carriage(cheaper, freight.quoted_for, ZERO, load)[1] == freight.quoted:
                return share
    return ONE


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
