"""Confirming receipt (API document §8)."""

from ..call import Call
from .wiretext import id_list, number_id


def confirm(order_id, entry_ids):
    """Confirm that sub-orders arrived. Releases the money; cannot be undone."""
    params = {
        "orderId": str(number_id(order_id, "order_id")),
        "orderEntryIds": id_list(entry_ids, "entry_ids"),
    }
    api = "com.alibaba.trade:trade.receivegoods.confirm:1"
    return Call("receipt.confirm", api, params, effect=True)
