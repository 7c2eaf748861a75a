"""What is ordered and what it costs: the values that pass between pricing and trade. Money in fen,
quantities Decimal.
"""

import dataclasses
from decimal import Decimal


@dataclasses.dataclass(frozen=True)
class CartLine:
    """A wanted line as the buyer sent it; ids as text, ``spec_id`` None if not given."""

    offer_id: str
    spec_id: str | None
    quantity: Decimal


@dataclasses.dataclass(frozen=True)
class Address:
    """Where the goods go. ``district_code`` is the six-digit code, empty if the place could not be
    resolved.
    """

    province: str
    city: str
    district: str
    street: str
    district_code: str = ""
    town: str = ""
    name: str = ""
    mobile: str = ""
    phone: str = ""
    post_code: str = ""
    address_id: str = ""


@dataclasses.dataclass(frozen=True)
class Seller:
    member_id: str
    login_id: str
    user_id: str
    company: str


@dataclasses.dataclass(frozen=True)
class PartLine:
    """A priced line. ``code`` is None, or why this line cannot be ordered (500_00x)."""

    offer_id: str
    spec_id: str
    sku_id: str
    quantity: Decimal
    unit_price_fen: Decimal
    amount_fen: int
    name: str
    unit: str = "件"
    attributes: tuple = ()
    image: str = ""
    cargo_number: str = ""
    weight_g: int = 0
    code: str | None = None
    message: str = ""


@dataclasses.dataclass(frozen=True)
class CartPart:
    """One order that the platform would make: the lines of one seller and one order group
    (warehouse).

    ``discount_fen`` is what is taken off the goods (0 or more). ``code`` is None, or why the part
    cannot be ordered: the first error of its lines, or a condition of the whole (mixed batch).
    """

    seller: Seller
    order_group: str
    lines: tuple
    goods_fen: int
    freight_fen: int
    discount_fen: int = 0
    flow: str = "general"
    trade_modes: tuple = ("fxassure", "alipay")
    promotions: tuple = ()
    code: str | None = None
    message: str = ""

    @property
    def total_fen(self):
        return self.goods_fen - self.discount_fen + self.freight_fen
