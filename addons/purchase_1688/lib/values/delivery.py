"""Parcels and their traces (API document §7)."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True)
class ParcelGoods:
    """Goods in a parcel; quantity in the seller's sale unit."""

    name: str = ""
    quantity: Decimal | None = None
    unit: str = ""
    entry_id: str = ""


@dataclass(frozen=True)
class Parcel:
    """A waybill of an order (§7.1, §5.8.4). `status` as received.

    `entry_ids` are the sub-orders in it: that is how part shipments are matched.
    `freight` in yuan where told.
    """

    logistics_id: str = ""
    bill_no: str = ""
    entry_ids: tuple[str, ...] = ()
    status: str = ""
    carrier_id: str = ""
    carrier_code: str = ""
    carrier_name: str = ""
    sent_at: datetime | None = None
    freight: Decimal | None = None
    goods: tuple[ParcelGoods, ...] = ()
    remarks: str = ""


@dataclass(frozen=True)
class TraceStep:
    """One scan."""

    at: datetime | None
    text: str = ""


@dataclass(frozen=True)
class Trace:
    """The scans of a parcel (§7.2), oldest first."""

    logistics_id: str = ""
    order_id: str = ""
    bill_no: str = ""
    steps: tuple[TraceStep, ...] = ()


@dataclass(frozen=True)
class Carrier:
    """A logistics company (§7.3); `code` is what a return shipment wants."""

    carrier_id: str
    code: str = ""
    name: str = ""
    phone: str = ""
