"""The values that landed cost works with: what a seller asks, and what a need then costs.

Money is exact `Decimal` yuan, rounded half up to the fen where the platform does. `need` counts our units; `quantity`
counts 1688 units (one of them holds `pack` of ours). Nothing here knows languages: a step is a kind and numbers.
"""

from dataclasses import dataclass, field
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

ZERO = Decimal(0)
ONE = Decimal(1)
FEN = Decimal("0.01")
ENDLESS = Decimal("Infinity")

#: What takes money off a seller's whole share, in the order in which it is taken off; of each kind the best one counts.
PROMOTION_KINDS = ("shop", "platform", "red_packet")


@dataclass(frozen=True)
class Tier:
    """`price` yuan per 1688 unit from `start` 1688 units on; `list_price` where a promotion made it cheaper."""

    start: Decimal
    price: Decimal
    list_price: Decimal | None = None

    @property
    def listed(self):
        """Yuan per 1688 unit without any promotion."""
        return self.price if self.list_price is None else self.list_price


@dataclass(frozen=True)
class Freight:
    """What carriage costs. `basis`: free, piece, weight, volume, fixed, unknown.

    Piece, weight and volume charge `first_fee` for the first `first_unit` (pieces, grams, cm³) and `next_fee` for each
    begun `next_unit`; `unit_weight` and `unit_volume` are those of one 1688 unit. `quoted` is the platform's own figure
    for `quoted_for` 1688 units of the offer, of which `quoted_of_sku` are of this SKU (None: whichever they are); it
    beats the formula there, and says nothing of other quantities. Free from `free_amount` yuan of goods and
    `free_count` 1688 units on, where these are set: from both, where both are.
    """

    basis: str = "unknown"
    first_unit: Decimal = ZERO
    first_fee: Decimal = ZERO
    next_unit: Decimal = ZERO
    next_fee: Decimal = ZERO
    unit_weight: Decimal = ZERO
    quoted: Decimal | None = None
    quoted_for: Decimal | None = None
    free_amount: Decimal | None = None
    free_count: Decimal | None = None
    template: str = ""
    unit_volume: Decimal = ZERO
    quoted_of_sku: Decimal | None = None

    @property
    def unit_load(self):
        """What one 1688 unit adds to what the template charges for."""
        return {"weight": self.unit_weight, "volume": self.unit_volume}.get(self.basis, ONE)

    @property
    def by_template(self):
        """Charged by a formula, and what one unit adds to it is known."""
        return self.basis in ("piece", "weight", "volume") and self.unit_load > ZERO

    @property
    def has_rule(self):
        """What it costs is known for any quantity, not only for the one that the platform was asked about."""
        return self.basis in ("free", "fixed") or self.by_template


@dataclass(frozen=True)
class Promotion:
    """Off the whole of what is bought from one seller: `off` yuan, or free freight, from `from_amount` yuan of goods.

    `kind`: shop (the seller's), platform, red_packet. Several rungs are several promotions.
    """

    kind: str = "shop"
    from_amount: Decimal = ZERO
    off: Decimal = ZERO
    free_freight: bool = False


@dataclass(frozen=True)
class Terms:
    """Everything that decides the price of one SKU of one offer, as answered at one moment.

    The tier is reached by the line, with `by_offer` by all lines of the offer, with `by_seller` by all lines of the
    seller that say so. `discount_rate` is what the seller agreed to take off the goods, per line. `tax_rate` is added
    only where an `invoice` is wanted. Thresholds of `promotions` look at the seller's goods before any discount.
    """

    offer: str
    sku: str
    seller: str
    tiers: tuple[Tier, ...]
    by_offer: bool = True
    min_qty: Decimal = ONE
    batch: Decimal = ONE
    pack: Decimal = ONE
    stock: Decimal | None = None
    mix_amount: Decimal | None = None
    mix_count: Decimal | None = None
    freight: Freight = field(default_factory=Freight)
    tax_rate: Decimal = ZERO
    service_rate: Decimal = ZERO
    by_seller: bool = False
    discount_rate: Decimal = ZERO
    promotions: tuple[Promotion, ...] = ()
    invoice: bool = True

    @property
    def sku_key(self):
        """What is the same in lines that take of the same stock."""
        return self.seller, self.offer, self.sku

    @property
    def list_price(self):
        """Yuan per 1688 unit that the seller asks at first: for the fewest, without any promotion."""
        return max(tier.listed for tier in self.tiers)

    @property
    def surcharge(self):
        """Share of the goods that the invoice costs."""
        return self.tax_rate if self.invoice else ZERO

    @property
    def mixes(self):
        """The seller waives the minimum from an amount or a count of mixed goods on."""
        return self.mix_amount is not None or self.mix_count is not None

    def most(self, enough):
        """1688 units that may be ordered at most where so many are `enough`: more than that only of what is there, and
        only where carriage has a rule, else nobody could say what it costs. What is enough may be short all the same.
        """
        if not self.freight.has_rule:
            return enough
        return max(enough, ENDLESS if self.stock is None else self.stock)


@dataclass(frozen=True)
class Step:
    """One addend of a sum, with the numbers that explain it; what is taken off is below zero."""

    kind: str
    amount: Decimal
    numbers: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Line:
    """One need as it would be ordered.

    `raised`: '', pack, batch or min: why it is more than needed. `list_price`: before a promotion that made it cheaper.
    `of_sku`: 1688 units that all lines bought together take of this SKU; None: of this line alone.
    """

    terms: Terms
    need: Decimal
    quantity: Decimal
    unit_price: Decimal
    goods: Decimal
    raised: str = ""
    list_price: Decimal | None = None
    of_sku: Decimal | None = None

    @property
    def units(self):
        """Our units that would arrive."""
        return self.quantity * self.terms.pack

    @property
    def short_by(self):
        """1688 units that the seller does not have, of all that is wanted of this SKU: he refuses it as a whole, so
        every line of it is short.
        """
        stock, wanted = self.terms.stock, self.quantity if self.of_sku is None else self.of_sku
        return ZERO if stock is None else max(wanted - stock, ZERO)

    @property
    def discount(self):
        """What the agreed discount takes off."""
        rate = self.terms.discount_rate
        return to_fen(self.goods * rate) if rate else ZERO


@dataclass(frozen=True)
class Cost:
    """What one seller's share costs. `freight` is None where nobody could say; then it is not in `total`.

    `discount` is all that is taken off the goods, by agreement and by promotions: zero or more.
    """

    lines: tuple[Line, ...]
    goods: Decimal
    freight: Decimal | None
    tax: Decimal
    service: Decimal
    steps: tuple[Step, ...]
    discount: Decimal = ZERO

    @property
    def total(self):
        return self.goods - self.discount + (self.freight or ZERO) + self.tax + self.service

    @property
    def short(self):
        return any(line.short_by for line in self.lines)


def to_fen(amount):
    """Round half up to the fen."""
    return amount.quantize(FEN, ROUND_HALF_UP)


def in_currency(amount, rate, rounding=FEN):
    """Yuan in another currency: `rate` of it for one yuan, rounded half up to a multiple of `rounding`."""
    return (amount * rate / rounding).quantize(ONE, ROUND_HALF_UP) * rounding


def order_quantity(need, pack, batch):
    """1688 units that hold `need` of ours: whole ones, in whole lots."""
    return up_to(max((need / pack).to_integral_value(ROUND_CEILING), ONE), batch)


def up_to(quantity, batch):
    """The next multiple of the lot size."""
    if batch <= ONE:
        return quantity
    return (quantity / batch).to_integral_value(ROUND_CEILING) * batch
