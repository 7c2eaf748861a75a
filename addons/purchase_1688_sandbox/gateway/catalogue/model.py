"""The goods of the sandbox as plain frozen values.

Money is whole fen, weights are grams, sizes are centimetres. The platform's own units
(yuan as text, kilograms) appear only where an answer is written.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Text:
    """One piece of text in Chinese with its English translation."""

    zh: str
    en: str

    def in_language(self, language):
        """The text for a language code; everything but Chinese gets English."""
        return self.zh if (language or "").lower().startswith(("zh", "cn")) else self.en


@dataclass(frozen=True)
class Attribute:
    """A property of goods, such as colour = red."""

    attribute_id: int
    name: Text
    value: Text


@dataclass(frozen=True)
class Tier:
    """A price in fen from a quantity upwards."""

    start: int
    price_fen: int


@dataclass(frozen=True)
class Rate:
    """What one parcel costs: a first unit and further units (grams, pieces or cm³), fees in fen."""

    first_unit: int
    first_fee_fen: int
    next_unit: int
    next_fee_fen: int


@dataclass(frozen=True)
class FreightTemplate:
    """A seller's freight rules.

    ``charge_type`` is 0 weight, 1 pieces, 2 volume. ``rates`` maps the first two digits of a
    division code to a rate; ``rate`` holds elsewhere. Above ``free_from_fen`` goods travel free.
    ``percent`` of the fees is asked.
    """

    template_id: int
    name: Text
    charge_type: int
    rate: Rate
    rates: dict[str, Rate] = field(default_factory=dict)
    seller_pays: bool = False
    free_from_fen: int | None = None
    percent: int = 100


@dataclass(frozen=True)
class Promotion:
    """A shop promotion: ``off_fen`` less, or free freight, from ``from_fen`` of goods upwards."""

    promotion_id: str
    text: Text
    from_fen: int
    off_fen: int = 0
    free_freight: bool = False


@dataclass(frozen=True)
class MixRule:
    """Mixed batch: MOQs fall away when the cart has so many pieces or is worth so much."""

    allowed: bool
    amount_fen: int = 0
    pieces: int = 0


@dataclass(frozen=True)
class Scores:
    """A seller's figures, already in the odd text forms of the platform; an empty text is not told."""

    years: int
    medal: str
    service: str
    logistics: str
    dispute: str
    offer: str
    after_sales: str
    consulting: str
    repurchase: str
    collected_48h: str
    quality_refund: str
    fulfilment_30d: str
    pickup_24h_30d: str
    ship_hours: int
    delayed_7d: str = ""


@dataclass(frozen=True)
class Warehouse:
    """Where goods leave from. Goods of different warehouses become different orders."""

    group: str
    place: Text
    area_code: str


@dataclass(frozen=True)
class Seller:
    """A shop on the platform."""

    member_id: str
    user_id: str
    login_id: str
    open_id: str
    domain: str
    company: Text
    trade: Text
    contact: str
    mobile: str
    address: str
    identities: tuple[str, ...]
    scores: Scores
    mix: MixRule
    warehouses: tuple[Warehouse, ...]
    promotion: Promotion | None
    consign_partner: bool = False

    @property
    def split_orders(self):
        """Whether goods of this seller may leave from two places."""
        return len(self.warehouses) > 1


@dataclass(frozen=True)
class Look:
    """What a picture shows: goods of a kind in a colour, turned by ``angle`` degrees.

    ``backdrop`` chooses the wall behind; ``variant`` tells specs of one colour apart.
    """

    kind: str
    colour: tuple[int, int, int]
    backdrop: int
    angle: int = 0
    variant: int = 0


@dataclass(frozen=True)
class Sku:
    """One spec of an offer."""

    sku_id: str
    spec_id: str
    attributes: tuple[Attribute, ...]
    price_fen: int
    stock: int
    cargo_number: str
    weight_g: int
    look: Look

    @property
    def label(self):
        """The spec's values in Chinese, such as 红色 L."""
        return " ".join(attribute.value.zh for attribute in self.attributes)


@dataclass(frozen=True)
class Offer:
    """A listing: goods of one seller with prices, specs and rules.

    While a promotion runs, ``promotion_percent`` of the prices is asked.
    """

    offer_id: str
    family: str
    category_id: int
    seller: Seller
    subject: Text
    description: Text
    attributes: tuple[Attribute, ...]
    quote_type: int
    tiers: tuple[Tier, ...]
    skus: tuple[Sku, ...]
    stock: int
    min_quantity: int
    batch: int
    unit: Text
    weight_g: int
    size_cm: tuple[int, int, int]
    freight: FreightTemplate
    warehouse: Warehouse
    looks: tuple[Look, ...]
    status: str
    sold: int
    month_sold: int
    created: str
    modified: str
    online: bool = True
    consign: bool = False
    batch_sale: bool = False
    promotion_percent: int = 100

    def sku(self, spec_id):
        """The SKU with this spec id, or None."""
        return next((sku for sku in self.skus if sku.spec_id == spec_id), None)

    def sku_by_id(self, sku_id):
        """The SKU with this number, or None."""
        return next((sku for sku in self.skus if sku.sku_id == sku_id), None)

    def tier_price(self, quantity):
        """Price in fen at this quantity: the largest tier not above it, else the first one."""
        reached = [tier.price_fen for tier in self.tiers if tier.start <= quantity]
        return reached[-1] if reached else self.tiers[0].price_fen

    @property
    def lowest_fen(self):
        """The lowest price shown in a list."""
        if self.quote_type == 1:
            return min(sku.price_fen for sku in self.skus)
        return self.tiers[-1].price_fen
