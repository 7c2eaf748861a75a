"""What changed between two looks at a listing: values in, changes out."""

from collections.abc import Mapping
from dataclasses import dataclass, field

STOCK_STEP = 0.25
"""Stock that moved by less than this part since it was noted last is not worth a line."""
PRICE_EPSILON = 1e-6


@dataclass(frozen=True, slots=True)
class Spec:
    """One SKU as seen: price in yuan for the smallest order, stock in 1688 units, listed or not.

    `noted` is the stock that the history told last, None before the first time.
    """

    price: float
    stock: float
    listed: bool = True
    noted: float | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """A listing as seen: `tiers` {start: price} and `specs` {key: Spec}.

    `by_spec`: each SKU has a price of its own; else they share the tiers, which then tell of
    prices alone.
    """

    on_shelf: bool = True
    by_spec: bool = False
    tiers: Mapping[float, float] = field(default_factory=dict)
    specs: Mapping[int, Spec] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """One line of history.

    `kind`: first, up, down (price); stock, short, restocked; gone, back (SKU); off, on (listing);
    no_tier. `spec` is None for the listing itself and its tiers, `start` the quantity of a tier.
    `old` and `new` are prices, `stock` what is there now, `old_stock` what was told last.
    """

    kind: str
    spec: int | None = None
    start: float = 0.0
    old: float | None = None
    new: float | None = None
    stock: float | None = None
    old_stock: float | None = None


def changes(before: Seen | None, after: Seen) -> list[Change]:
    """Return what there is to tell; nothing when nothing is worth it.

    :param before: None for a listing that is seen for the first time
    """
    known = before or Seen(on_shelf=after.on_shelf)
    found = []
    if known.on_shelf != after.on_shelf:
        found.append(Change("on" if after.on_shelf else "off"))
    for start in sorted({*known.tiers, *after.tiers}):
        found += _tier(start, known.tiers.get(start), after.tiers.get(start))
    for key, spec in after.specs.items():
        found += _spec(key, known.specs.get(key), spec, after.by_spec)
    return found


def _tier(start, old, new):
    if new is None:
        return [Change("no_tier", start=start, old=old)]
    kind = _price_kind(old, new)
    return [Change(kind, start=start, old=old, new=new)] if kind else []


def _spec(key, old, new, by_spec):
    if not new.listed:
        if not old or not old.listed:
            return []
        return [Change("gone", key, old=old.price, new=old.price, stock=0.0, old_stock=old.stock)]
    kind = "back" if old and not old.listed else None
    if not kind and (by_spec or not old):
        kind = _price_kind(old.price if old else None, new.price)
    noted = old.noted if old else None
    kind = kind or _stock_kind(noted, new.stock)
    if not kind:
        return []
    return [
        Change(
            kind, key, old=old.price if old else None, new=new.price, stock=new.stock, old_stock=noted
        )
    ]


def _price_kind(old, new):
    if old is None:
        return "first"
    if abs(new - old) <= PRICE_EPSILON:
        return None
    return "up" if new > old else "down"


def _stock_kind(noted, stock):
    if noted is None:
        return "first"
    if noted <= 0 or stock <= 0:
        if (noted > 0) == (stock > 0):
            return None
        return "restocked" if stock > 0 else "short"
    return "stock" if abs(stock - noted) >= STOCK_STEP * noted else None


def movement(old: float, new: float) -> float:
    """Return by which part a price moved: 0.1 for ten percent more."""
    return (new - old) / old if old else 0.0
