"""Refunds and returns (API document §9)."""

from ..call import Call
from ..errors import BadInput
from ..values import GOODS_STATUSES, to_fen
from .wiretext import compact, filled, id_list, number_id, quantity, text

_TRADE = "com.alibaba.trade"
_EVIDENCE_BYTES = 1024 * 1024
_RECEIVED = (GOODS_STATUSES["received"], GOODS_STATUSES["completed_received"])
_QUERY_TYPES = {"active": "1", "successful": "3"}


def _goods_status(status):
    """Our word for where the goods are, or the platform's own."""
    if status in GOODS_STATUSES.values():
        return status
    if status not in GOODS_STATUSES:
        raise BadInput(f"unknown goods status {status!r}")
    return GOODS_STATUSES[status]


def _refund_id(refund_id):
    return text(refund_id, "refund_id", 64)


def _counts(counts):
    return [
        {"id": number_id(entry, "entry_id"), "count": quantity(count)}
        for entry, count in counts.items()
    ]


def _evidence(values, limit):
    if len(values) > limit:
        raise BadInput(f"at most {limit} pieces of evidence, not {len(values)}")
    return compact(list(values)) if values else ""


def _fen(amount, what):
    fen = to_fen(amount)
    if fen < 0:
        raise BadInput(f"{what} must not be below zero: {amount}")
    return str(fen)


def reasons(order_id, entry_ids, goods_status):
    """The reasons that may be given (§9.2)."""
    params = {
        "orderId": str(number_id(order_id, "order_id")),
        "orderEntryIds": id_list(entry_ids, "entry_ids"),
        "goodsStatus": _goods_status(goods_status),
    }
    return Call("refund.reasons", f"{_TRADE}:alibaba.trade.getRefundReasonList:1", params)


def limits(order_id, goods_status, counts):
    """The most that can be asked for; `counts` maps sub-order ids to pieces (§9.3)."""
    body = {
        "orderId": number_id(order_id, "order_id"),
        "goodsStatus": _goods_status(goods_status),
        "refundGoodsCountList": _counts(counts),
    }
    params = {"input": compact(body)}
    return Call("refund.limits", f"{_TRADE}:alibaba.trade.getMaxRefundFee:1", params)


def upload_evidence(jpeg):
    """Upload a photo (JPEG below 1 MB); the answer is the text that a claim refers to (§9.4)."""
    if not isinstance(jpeg, bytes) or not jpeg.startswith(b"\xff\xd8"):
        raise BadInput("evidence must be a JPEG picture")
    if len(jpeg) >= _EVIDENCE_BYTES:
        raise BadInput("evidence must be smaller than 1 MB")
    api = f"{_TRADE}:alibaba.trade.uploadRefundVoucher:1"
    return Call("refund.upload_evidence", api, files={"imageData": jpeg})


def create(request):
    """Open a claim; `request` is a `RefundRequest` (§9.5)."""
    goods_status = _goods_status(request.goods_status)
    if request.with_return and goods_status not in _RECEIVED:
        raise BadInput("goods can only be returned after they were received")
    if len(text(request.description, "description", 150)) < 2:
        raise BadInput("the description needs at least 2 characters")
    params = {
        "orderId": str(number_id(request.order_id, "order_id")),
        "orderEntryIds": id_list(request.entry_ids, "entry_ids"),
        "disputeRequest": "returnRefund" if request.with_return else "refund",
        "applyPayment": _fen(request.goods_amount, "goods_amount"),
        "applyCarriage": _fen(request.freight_amount, "freight_amount"),
        "applyReasonId": str(number_id(request.reason_id, "reason_id")),
        "description": request.description.strip(),
        "goodsStatus": goods_status,
    }
    counts = _counts(request.counts)
    params |= filled(
        {
            "vouchers": _evidence(request.evidence, 5),
            "orderEntryCountList": compact(counts) if counts else "",
        }
    )
    return Call("refund.create", f"{_TRADE}:alibaba.trade.createRefund:1", params, effect=True)


def get(refund_id):
    """One claim (§9.7)."""
    params = {"refundId": _refund_id(refund_id), "needTimeOutInfo": "true"}
    return Call("refund.get", f"{_TRADE}:alibaba.trade.refund.OpQueryOrderRefund:1", params)


def of_order(order_id, kind="active"):
    """Claims of an order, ``active`` or ``successful``; in-sale ones only (§9.7)."""
    if kind not in _QUERY_TYPES:
        raise BadInput(f"unknown kind {kind!r}")
    params = {
        "orderId": str(number_id(order_id, "order_id")),
        "queryType": _QUERY_TYPES[kind],
    }
    api = f"{_TRADE}:alibaba.trade.refund.OpQueryBatchRefundByOrderIdAndStatus:1"
    return Call("refund.of_order", api, params)


def history(order_id):
    """All claims of an order: in sale and after sale, open and ended; main accounts only (§9.7)."""
    params = {
        "orderId": str(number_id(order_id, "order_id")),
        "dipsuteType": "0",
        "currentPageNum": "0",
        "pageSize": "20",
    }
    api = f"{_TRADE}:alibaba.trade.refund.buyer.queryOrderRefundList:1"
    return Call("refund.history", api, params)


def return_goods(refund_id, carrier_code, bill_no, description="", evidence=()):
    """Tell the waybill of the goods on their way back (§9.6)."""
    params = {
        "refundId": _refund_id(refund_id),
        "logisticsCompanyNo": text(carrier_code, "carrier_code"),
        "freightBill": text(bill_no, "bill_no"),
    }
    params |= filled(
        {
            "description": text(description, "description", 200, required=False),
            "vouchers": _evidence(evidence, 10),
        }
    )
    api = f"{_TRADE}:alibaba.trade.refund.returnGoods:1"
    return Call("refund.return_goods", api, params, effect=True)


def cancel(refund_id):
    """Take a claim back."""
    params = {"refundId": _refund_id(refund_id)}
    return Call("refund.cancel", f"{_TRADE}:alibaba.trade.cancelRefund:1", params, effect=True)


def return_address(order_id):
    """Where returned goods go."""
    params = {"mainOrderId": str(number_id(order_id, "order_id"))}
    return Call("refund.return_address", "com.alibaba.fenxiao:refund.address.get:1", params)
