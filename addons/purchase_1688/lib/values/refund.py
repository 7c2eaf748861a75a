"""Refunds and after-sale (API document §9). Amounts in yuan, exact."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from .account import Address

#: Where the goods are when the refund is asked for (§9.1): our word -> the platform's.
GOODS_STATUSES = {
    "not_shipped": "refundWaitSellerSend",
    "shipped": "refundWaitBuyerReceive",
    "received": "refundBuyerReceived",
    "completed_not_received": "aftersaleBuyerNotReceived",
    "completed_received": "aftersaleBuyerReceived",
}


@dataclass(frozen=True)
class RefundReason:
    """A reason that may be given (§9.2)."""

    reason_id: str
    name: str = ""
    needs_evidence: bool = False
    without_freight: bool = False
    tip: str = ""


@dataclass(frozen=True)
class RefundLimits:
    """The most that can be asked back (§9.3), in yuan."""

    total: Decimal | None = None
    goods: Decimal | None = None
    freight: Decimal | None = None


@dataclass(frozen=True)
class RefundRequest:
    """A claim (§9.5). `goods_amount` and `freight_amount` in yuan.

    `goods_status` is a key of `GOODS_STATUSES`; `with_return` only after receipt.
    `counts` (sub-order id -> pieces) only for received goods; `evidence` are the values
    that `refund.upload_evidence` gave, at most five.
    """

    order_id: str
    entry_ids: tuple[str, ...]
    goods_status: str
    reason_id: str
    description: str
    goods_amount: Decimal
    freight_amount: Decimal = Decimal("0.00")
    with_return: bool = False
    evidence: tuple[str, ...] = ()
    counts: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True)
class RefundCreated:
    """The claim was taken; ids start with ``TQ``."""

    refund_id: str


@dataclass(frozen=True)
class RefundSnapshot:
    """A claim as it is now (§9.7). Amounts in yuan, status as received (§13.2).

    `dispute_type`: 1 in sale, 2 after sale. `goods_status`: 1 not received, 2 received,
    3 returned.
    """

    refund_id: str
    status: str
    order_id: str = ""
    entry_ids: tuple[str, ...] = ()
    goods_amount: Decimal | None = None
    freight_amount: Decimal | None = None
    refunded: Decimal | None = None
    refunded_freight: Decimal | None = None
    frozen: Decimal | None = None
    dispute_type: int | None = None
    goods_status: int | None = None
    reason: str = ""
    reason_id: str = ""
    reject_reason: str = ""
    bill_no: str = ""
    carrier_name: str = ""
    return_address: Address = field(default_factory=Address)
    applied_at: datetime | None = None
    modified_at: datetime | None = None
    completed_at: datetime | None = None
    answer_before: datetime | None = None


@dataclass(frozen=True)
class RefundPage:
    """Claims of an order (§9.7); `total` is how many there are, None when not told."""

    refunds: tuple[RefundSnapshot, ...] = ()
    total: int | None = None

    @property
    def is_whole(self):
        """Whether these are surely all."""
        return self.total is not None and len(self.refunds) >= self.total
