"""Messages that the platform sends or keeps for us (API document §14)."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True)
class StockChange:
    """New stock of an offer or SKU (§14.6), in pieces."""

    offer_id: str
    sku_id: str = ""
    offer_stock: Decimal | None = None
    sku_stock: Decimal | None = None


@dataclass(frozen=True)
class PushMessage:
    """One message: a hint that something changed, to be read again (§14.2–14.6).

    `topic` as received; `member_id` is the account it is for. Which of the other fields
    are filled depends on the topic; `data` is the JSON text of the payload.
    """

    msg_id: str
    topic: str
    member_id: str = ""
    created_at: datetime | None = None
    data: str = "{}"
    order_ids: tuple[str, ...] = ()
    entry_ids: tuple[str, ...] = ()
    status: str = ""
    refund_id: str = ""
    refund_action: str = ""
    operator: str = ""
    seller_member_id: str = ""
    logistics_id: str = ""
    bill_no: str = ""
    old_bill_no: str = ""
    carrier_code: str = ""
    offer_ids: tuple[str, ...] = ()
    offer_action: str = ""
    stock_changes: tuple[StockChange, ...] = ()
    sent_at: datetime | None = None


@dataclass(frozen=True)
class PushPage:
    """Kept messages (§14.7). Reading the *pull* form confirms them."""

    messages: tuple[PushMessage, ...] = ()
    total: int = 0
    unreadable: int = 0
