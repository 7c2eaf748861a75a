"""Orders (API document §5) and their payment (§6). Amounts in yuan, exact."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from .account import Address
from .delivery import Parcel


@dataclass(frozen=True)
class CargoLine:
    """Goods to order (§5.1 ``cargoParamList``); quantity in the seller's sale unit.

    `spec_id` must be given where the offer has SKUs, or the platform refuses (500_002).
    """

    offer_id: str
    quantity: Decimal
    spec_id: str = ""


@dataclass(frozen=True)
class OrderRequest:
    """What to order from ONE seller (§5.2–5.4): at most 50 lines.

    `out_order_id` is our own number and the only handle for finding the order again
    when an answer is lost (§5.5). `scene` is the platform's ``isvBizType``.
    """

    address: Address
    lines: tuple[CargoLine, ...]
    out_order_id: str = ""
    flow: str = "general"
    trade_type: str = ""
    message: str = ""
    promotion_id: str = ""
    pay_channel: str = ""
    scene: str = "cross"


@dataclass(frozen=True)
class PreviewLine:
    """One line of a preview. `amount` and `unit_price` in yuan; no quantity comes back."""

    offer_id: str
    spec_id: str = ""
    sku_id: str = ""
    unit_price: Decimal | None = None
    amount: Decimal | None = None
    code: str = ""
    message: str = ""


@dataclass(frozen=True)
class PreviewPart:
    """One order that the platform would make (§5.2). Amounts in yuan.

    `orderable` is the platform's flag and at least one trade type for the API.
    """

    orderable: bool
    total: Decimal | None = None
    goods_total: Decimal | None = None
    freight: Decimal | None = None
    discount: Decimal | None = None
    additional: Decimal | None = None
    flow: str = ""
    trade_types: tuple[str, ...] = ()
    pay_channels: tuple[str, ...] = ()
    order_group: str = ""
    code: str = ""
    message: str = ""
    lines: tuple[PreviewLine, ...] = ()


@dataclass(frozen=True)
class Preview:
    """Answer of the order preview (§5.2): the platform may split the goods."""

    parts: tuple[PreviewPart, ...] = ()

    @property
    def orderable(self):
        """Whether every part can be ordered through the API."""
        return bool(self.parts) and all(part.orderable for part in self.parts)

    @property
    def total(self):
        """To pay for all parts, in yuan; None when one part does not tell."""
        return _sum(part.total for part in self.parts)

    @property
    def goods_total(self):
        """Goods of all parts, in yuan; None when one part does not tell."""
        return _sum(part.goods_total for part in self.parts)

    @property
    def freight(self):
        """Freight of all parts, in yuan; None when one part does not tell."""
        return _sum(part.freight for part in self.parts)


def _sum(amounts):
    amounts = tuple(amounts)
    return None if None in amounts else sum(amounts, Decimal("0.00"))


@dataclass(frozen=True)
class CreatedPart:
    """One order that was made. `total` (with freight, as in the samples) in yuan.

    The amounts are what the creation claims; the order read back is the truth.
    """

    order_id: str
    total: Decimal | None = None
    freight: Decimal | None = None
    success: bool = True
    code: str = ""
    message: str = ""


@dataclass(frozen=True)
class FailedCargo:
    """A line that was left out of the order, with the platform's reason."""

    offer_id: str = ""
    spec_id: str = ""
    code: str = ""
    message: str = ""


@dataclass(frozen=True)
class CreatedOrder:
    """Answer of an order creation (§5.3, §5.4): one order or several, some lines failed.

    `confirmed` is False when the platform gave an order id and said *no success*: the
    order exists and must be read back before anything else.
    """

    parts: tuple[CreatedPart, ...]
    failed: tuple[FailedCargo, ...] = ()
    confirmed: bool = True
    code: str = ""
    message: str = ""

    @property
    def order_ids(self):
        """The ids of all orders that were made."""
        return tuple(part.order_id for part in self.parts)


@dataclass(frozen=True)
class PayTerm:
    """A payment phase of an order (§5.8.3). `amount` in yuan; codes as received."""

    status: str = ""
    way: str = ""
    way_name: str = ""
    amount: Decimal | None = None
    paid_at: datetime | None = None
    phase: str = ""


@dataclass(frozen=True)
class OrderLineSnapshot:
    """A line of an order as it is now (§5.8.2). Amounts in yuan.

    `entry_id` is the sub-order id used for receipt and refunds. `discount` may be
    negative (= reduction). `logistics_status`: 1 not shipped, 2 shipped, 3 received,
    4 returned, 5 partly shipped, 8 none.
    """

    entry_id: str
    offer_id: str = ""
    sku_id: str = ""
    spec_id: str = ""
    name: str = ""
    unit: str = ""
    quantity: Decimal | None = None
    unit_price: Decimal | None = None
    amount: Decimal | None = None
    discount: Decimal | None = None
    refunded: Decimal | None = None
    freight_share: Decimal | None = None
    status: str = ""
    refund_status: str = ""
    refund_id: str = ""
    logistics_status: int | None = None
    attributes: tuple[tuple[str, str], ...] = ()
    image_url: str = ""
    article_number: str = ""
    close_reason: str = ""
    pay_before: datetime | None = None


@dataclass(frozen=True)
class OrderSnapshot:
    """An order as it is now (§5.8, §5.9). Amounts in yuan, None where not told.

    `status`, `refund_status` and the other codes are kept as received.
    `total` = goods_total + freight. `discount` may be negative (= reduction).
    `payment_no` is the trade number of the payment.
    Parcels come with the detail only (`parcels`), never with a list.
    """

    order_id: str
    status: str
    modified_at: datetime | None = None
    created_at: datetime | None = None
    paid_at: datetime | None = None
    shipped_at: datetime | None = None
    received_at: datetime | None = None
    confirmed_at: datetime | None = None
    completed_at: datetime | None = None
    pay_before: datetime | None = None
    total: Decimal | None = None
    goods_total: Decimal | None = None
    freight: Decimal | None = None
    discount: Decimal | None = None
    coupon: Decimal | None = None
    refunded: Decimal | None = None
    refund_status: str = ""
    after_sale_refund_status: str = ""
    refund_id: str = ""
    out_order_id: str = ""
    buyer_member_id: str = ""
    buyer_login_id: str = ""
    seller_member_id: str = ""
    seller_login_id: str = ""
    seller_company: str = ""
    message: str = ""
    close_reason: str = ""
    closed_by: str = ""
    close_remark: str = ""
    trade_type: str = ""
    business_type: str = ""
    payment_no: str = ""
    receiver: Address = field(default_factory=Address)
    lines: tuple[OrderLineSnapshot, ...] = ()
    terms: tuple[PayTerm, ...] = ()
    parcels: tuple[Parcel, ...] = ()


@dataclass(frozen=True)
class OrderQuery:
    """Filters of the order list (§5.9). Datetimes must be aware.

    `history` reads the table of orders older than about three months.
    """

    page: int = 1
    page_size: int = 50
    status: str = ""
    refund_status: str = ""
    created_from: datetime | None = None
    created_to: datetime | None = None
    modified_from: datetime | None = None
    modified_to: datetime | None = None
    out_order_id: str = ""
    seller_member_id: str = ""
    history: bool = False


@dataclass(frozen=True)
class OrderPage:
    """One page of the order list.

    `total` is how many orders there are on all pages. `unreadable` are rows that make no sense: of these
    only the numbers, ours and the platform's, each empty where it cannot be read either. They have to be
    read singly, and what is not among the others may be among them.
    """

    orders: tuple[OrderSnapshot, ...] = ()
    total: int = 0
    unreadable: tuple[OrderSnapshot, ...] = ()

    @property
    def rows(self):
        """All orders of the page, in whatever state they came."""
        return (*self.orders, *self.unreadable)


@dataclass(frozen=True)
class Ack:
    """A plain yes. A no is raised as `Refused`."""

    ok: bool = True
    code: str = ""
    message: str = ""


@dataclass(frozen=True)
class PayLink:
    """Cashier page for a person who is logged in at 1688 (§6.1).

    `failed_order_ids` are orders that cannot be paid by this link.
    """

    url: str
    failed_order_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class PayResult:
    """Password-free payment went through (§6.3); anything else is raised.

    An answer *not paid* is raised as `OutcomeUnknown`: the money may have gone.
    """

    channel: str
    paid: bool = True


@dataclass(frozen=True)
class PayChannel:
    """A way to pay an order (§6.4)."""

    code: str
    name: str = ""


@dataclass(frozen=True)
class PayWays:
    """How an order can be paid (§6.4). `amount` in yuan."""

    order_id: str
    amount: Decimal | None = None
    pay_before: datetime | None = None
    channels: tuple[PayChannel, ...] = ()


@dataclass(frozen=True)
class PayAgreement:
    """Agreement on password-free payment (§6.3); usable when bound and signed."""

    channel: str
    bound: bool = False
    signed: bool = False
    sign_url: str = ""
    agreement_no: str = ""

    @property
    def usable(self):
        """Whether payments can be made under it."""
        return self.bound and self.signed
