"""Parcels, traces, carriers (API document §7, §5.8.4)."""

import re

from ..errors import BadAnswer
from ..values import Carrier, Parcel, ParcelGoods, Trace, TraceStep
from .envelope import Answer

#: the answer before anything shipped (§7.1): no parcels, and no error
_NOT_SHIPPED = "500_2"
_CARRIER = re.compile(r"(.*?)\s*[(（]([A-Za-z0-9_-]{2,20})[)）]\s*")


def _carrier(node):
    """Code and name; the name may carry the code in brackets: 中通快递(ZTO)."""
    name = node.text("logisticsCompanyName", "noLogisticsName")
    code = node.text("logisticsCompanyNo")
    if match := _CARRIER.fullmatch(name):
        name, code = match.group(1), code or match.group(2)
    return {
        "carrier_id": node.id("logisticsCompanyId"),
        "carrier_code": code,
        "carrier_name": name,
    }


def _quantity(node):
    """What is in a parcel is a hint: a number that makes no sense is none."""
    try:
        return node.quantity("quantity")
    except BadAnswer:
        return None


def _goods(node):
    """Goods by sub-order where told, else by name only."""
    rows = node.nodes("logisticsOrderGoods") or node.nodes("sendGoods")
    return tuple(
        ParcelGoods(
            name=row.text("productName", "goodName", "description"),
            quantity=_quantity(row),
            unit=row.text("unit"),
            entry_id=row.id("tradeOrderItemId"),
        )
        for row in rows
    )


def _parcel(node):
    goods = _goods(node)
    return Parcel(
        logistics_id=node.text("logisticsId"),
        bill_no=node.text("logisticsBillNo").strip(),
        entry_ids=node.ids("orderEntryIds")
        or tuple(dict.fromkeys(item.entry_id for item in goods if item.entry_id)),
        status=node.text("status"),
        sent_at=node.moment("gmtSystemSend"),
        goods=goods,
        remarks=node.text("remarks"),
        **_carrier(node),
    )


def native_parcel(node):
    """A parcel as the order detail shows it (§5.8.4)."""
    return Parcel(
        logistics_id=node.text("logisticsCode", "id"),
        bill_no=node.text("logisticsBillNo", "noLogisticsBillNo").strip(),
        entry_ids=node.ids("subItemIds"),
        status=node.text("status"),
        sent_at=node.moment("deliveredTime", "gmtCreate"),
        freight=node.yuan("carriage"),
        **_carrier(node),
    )


def parcels(document):
    """The waybills of an order; none before it ships."""
    answer = Answer(document)
    if answer.code == _NOT_SHIPPED:
        return ()
    answer.check()
    if not isinstance(answer.payload, list):
        raise BadAnswer("no parcels in the answer", code="missing")
    return tuple(_parcel(node) for node in answer.outer.nodes("result"))


def _trace(node):
    steps = [
        TraceStep(at=row.moment("acceptTime"), text=row.text("remark"))
        for row in node.nodes("logisticsSteps", "traceNodeList")
    ]
    if all(step.at for step in steps):
        steps.sort(key=lambda step: step.at)
    return Trace(
        logistics_id=node.text("logisticsId"),
        order_id=node.id("orderId"),
        bill_no=node.text("logisticsBillNo").strip(),
        steps=tuple(steps),
    )


def traces(document):
    """The scans of an order's parcels; none yet is a success with a message (§7.2)."""
    answer = Answer(document)
    if answer.code == _NOT_SHIPPED:
        return ()
    answer.check()
    holder = answer.node if answer.has("logisticsTrace") else answer.outer
    if not holder.get("logisticsTrace") and answer.success is not True:
        raise BadAnswer("no traces in the answer", code="missing")
    return tuple(_trace(node) for node in holder.nodes("logisticsTrace"))


def carriers(document):
    """The logistics companies."""
    answer = Answer(document).check()
    if not isinstance(answer.payload, list):
        raise BadAnswer("no carriers in the answer", code="missing")
    return tuple(
        Carrier(
            carrier_id=node.text("id"),
            code=node.text("companyNo"),
            name=node.text("companyName"),
            phone=node.text("companyPhone"),
        )
        for node in answer.outer.nodes("result")
    )
