"""Searching, listings, prices, freight (API document §10). Prices in yuan."""

from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True)
class SellerScores:
    """Figures of a seller as the platform publishes them (§10.6); None = not told.

    Scores are 0–5; shares are fractions (``10%`` and ``0.1`` both become 0.1).
    """

    years: int | None = None
    medal_level: str = ""
    service: Decimal | None = None
    logistics: Decimal | None = None
    disputes: Decimal | None = None
    goods: Decimal | None = None
    after_sales: Decimal | None = None
    consulting: Decimal | None = None
    repurchase_share: Decimal | None = None
    collected_48h_share: Decimal | None = None
    quality_refund_share: Decimal | None = None
    fulfilment_share: Decimal | None = None
    collected_24h_share: Decimal | None = None
    delayed_7d_share: Decimal | None = None

    @property
    def on_time_share(self):
        """Orders shipped on time: collected within 48 hours, else not delayed, else fulfilled; None = not told."""
        if self.collected_48h_share is not None:
            return self.collected_48h_share
        return self.fulfilment_share if self.delayed_7d_share is None else 1 - self.delayed_7d_share

    @property
    def dispute_share(self):
        """Orders disputed: those refunded for their quality, since the platform publishes no other rate (§10.6)."""
        return self.quality_refund_share

    @property
    def overall(self):
        """0 to 5: the service score, else the mean of the part scores that are told; None without any."""
        parts = [self.logistics, self.disputes, self.goods, self.after_sales, self.consulting]
        told = [part for part in parts if part is not None]
        if self.service is not None or not told:
            return self.service
        return sum(told) / len(told)


@dataclass(frozen=True)
class SearchQuery:
    """Keyword search (§10.1). Prices in yuan; `sort` e.g. ``("price", "asc")``."""

    keyword: str
    page: int = 1
    page_size: int = 20
    language: str = "en"
    sort: tuple[str, str] | None = None
    price_min: Decimal | None = None
    price_max: Decimal | None = None
    category_id: str = ""
    filters: tuple[str, ...] = ()


@dataclass(frozen=True)
class OfferSummary:
    """One row of a search (§10.1, §10.3). `price` in yuan."""

    offer_id: str
    title: str = ""
    title_translated: str = ""
    image_url: str = ""
    url: str = ""
    price: Decimal | None = None
    promotion_price: Decimal | None = None
    min_quantity: Decimal | None = None
    month_sold: int | None = None
    repurchase_share: Decimal | None = None
    trade_score: Decimal | None = None
    category_ids: tuple[str, ...] = ()
    seller_identities: tuple[str, ...] = ()
    company_name: str = ""
    scores: SellerScores = field(default_factory=SellerScores)

    @property
    def is_factory(self):
        """Whether the seller is one of the platform's certified factories."""
        return "super_factory" in self.seller_identities

    @property
    def is_powerful(self):
        """Whether the platform calls the seller a powerful merchant (实力商家)."""
        return "powerful_merchants" in self.seller_identities


@dataclass(frozen=True)
class SearchPage:
    """One page of a search. `unreadable` counts rows that had to be left out."""

    offers: tuple[OfferSummary, ...] = ()
    total: int = 0
    pages: int = 0
    page: int = 1
    page_size: int = 0
    unreadable: int = 0


@dataclass(frozen=True)
class PriceTier:
    """From `min_quantity` pieces on, one piece costs `price` yuan."""

    min_quantity: Decimal
    price: Decimal
    promotion_price: Decimal | None = None


@dataclass(frozen=True)
class Attribute:
    """A name and value of a listing or SKU, in Chinese and translated."""

    name: str
    value: str
    name_translated: str = ""
    value_translated: str = ""
    attribute_id: str = ""
    image_url: str = ""


@dataclass(frozen=True)
class OfferSku:
    """One specification that can be ordered (§10.2). Price in yuan, weight in kg."""

    sku_id: str
    spec_id: str = ""
    stock: Decimal | None = None
    price: Decimal | None = None
    promotion_price: Decimal | None = None
    one_piece_price: Decimal | None = None
    attributes: tuple[Attribute, ...] = ()
    image_url: str = ""
    article_number: str = ""
    weight: Decimal | None = None


@dataclass(frozen=True)
class MixRule:
    """Mixed batch (混批, §10.5): the minimum may be reached over the whole basket.

    `amount` in yuan, `quantity` in pieces; either may be missing.
    """

    enabled: bool = False
    amount: Decimal | None = None
    quantity: Decimal | None = None
    member_id: str = ""


@dataclass(frozen=True)
class Offer:
    """A listing (§10.2). Prices in yuan, `weight` in kg, sizes in cm.

    `quote_type`: 0 no SKU, price by quantity; 1 price by SKU; 2 SKUs, price by quantity.
    `batch` is the lot size: quantities must be a multiple.
    `images` start with the main picture. `sold` is the number of pieces sold. `ship_hours`
    is what the seller promises from the payment to the dispatch.
    """

    offer_id: str
    title: str = ""
    title_translated: str = ""
    status: str = ""
    category_id: str = ""
    category_name: str = ""
    description: str = ""
    images: tuple[str, ...] = ()
    url: str = ""
    attributes: tuple[Attribute, ...] = ()
    skus: tuple[OfferSku, ...] = ()
    tiers: tuple[PriceTier, ...] = ()
    quote_type: int | None = None
    unit: str = ""
    unit_translated: str = ""
    stock: Decimal | None = None
    sold: int | None = None
    min_quantity: Decimal | None = None
    batch: Decimal | None = None
    mix: MixRule | None = None
    company_name: str = ""
    seller_open_id: str = ""
    ships_from: str = ""
    ship_hours: int | None = None
    weight: Decimal | None = None
    length: Decimal | None = None
    width: Decimal | None = None
    height: Decimal | None = None
    trade_score: Decimal | None = None
    scores: SellerScores = field(default_factory=SellerScores)


@dataclass(frozen=True)
class FreightEstimate:
    """Freight of one offer to one district (§10.7). Amounts in yuan.

    `charge_type`: ``0`` by weight (units in g), ``1`` by pieces, ``2`` by volume (units in cm³).
    `unit_weight` of one piece in kg, its sizes in cm. What `discount` counts is not documented.
    """

    offer_id: str
    freight: Decimal
    free: bool = False
    template_id: str = ""
    template_name: str = ""
    template_type: str = ""
    sub_template_type: str = ""
    charge_type: str = ""
    first_unit: Decimal | None = None
    first_fee: Decimal | None = None
    next_unit: Decimal | None = None
    next_fee: Decimal | None = None
    discount: Decimal | None = None
    unit_weight: Decimal | None = None
    unit_length: Decimal | None = None
    unit_width: Decimal | None = None
    unit_height: Decimal | None = None


@dataclass(frozen=True)
class Category:
    """A node of the category tree (§10.5) with the children that came with it; `translated` where that was asked."""

    category_id: str
    name: str = ""
    translated: str = ""
    leaf: bool = False
    parent_ids: tuple[str, ...] = ()
    children: tuple["Category", ...] = ()
