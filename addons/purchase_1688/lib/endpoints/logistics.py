"""Parcels and traces (API document §7)."""

from ..call import Call
from .wiretext import number_id, text

_LOGISTICS = "com.alibaba.logistics"


def parcels(order_id):
    """The waybills of an order; none before it ships."""
    params = {"orderId": str(number_id(order_id, "order_id")), "webSite": "1688"}
    api = f"{_LOGISTICS}:alibaba.trade.getLogisticsInfos.buyerView:1"
    return Call("logistics.parcels", api, params)


def traces(order_id, logistics_id=None):
    """The scans of an order's parcels, or of one of them."""
    params = {"orderId": str(number_id(order_id, "order_id")), "webSite": "1688"}
    if logistics_id:
        params["logisticsId"] = text(logistics_id, "logistics_id")
    api = f"{_LOGISTICS}:alibaba.trade.getLogisticsTraceInfo.buyerView:1"
    return Call("logistics.traces", api, params)


def urge(order_id):
    """Ask the seller to ship: unshipped orders only, once in 24 hours."""
    params = {"orderId": str(number_id(order_id, "order_id"))}
    api = f"{_LOGISTICS}:logistics.delivery.urge:1"
    return Call("logistics.urge", api, params, effect=True)


def carriers():
    """The carriers that a return shipment can name."""
    api = f"{_LOGISTICS}:alibaba.logistics.OpQueryLogisticCompanyList.offline:1"
    return Call("logistics.carriers", api)
