"""Orders: preview, create, cancel, read (API document §5)."""

from ..call import Call
from ..errors import BadInput
from .wiretext import compact, filled, moment, number_id, quantity, text, whole

_TRADE = "com.alibaba.trade"
_LINE_LIMIT = 50
_CREATE_APIS = {
    "cross": f"{_TRADE}:alibaba.trade.createCrossOrder:1",
    "fast": f"{_TRADE}:alibaba.trade.fastCreateOrder:1",
}
#: why an order is cancelled: our word -> the platform's
CANCEL_REASONS = {
    "buyer_cancel": "buyerCancel",
    "seller_no_goods": "sellerGoodsLack",
    "other": "other",
}


def _address(address):
    """The place by id, else by district code and street, else in words (§5.1)."""
    person = {
        "fullName": address.name,
        "mobile": address.mobile,
        "phone": address.phone,
        "postCode": address.post_code,
        "address": text(address.street, "street", 200, required=False),
    }
    if address.address_id:
        return {"addressId": number_id(address.address_id, "address_id")} | filled(person)
    if not address.street:
        raise BadInput("the address has neither an id nor a street")
    words = {
        "provinceText": address.province,
        "cityText": address.city,
        "areaText": address.district,
        "townText": address.town,
    }
    if not address.district_code and not (address.province and address.city):
        raise BadInput("the address has neither a district code nor province and city")
    return filled({"districtCode": address.district_code} | words | person)


def _cargo(line):
    return filled(
        {
            "offerId": number_id(line.offer_id, "offer_id"),
            "specId": line.spec_id,
            "quantity": quantity(line.quantity),
        }
    )


def _goods(request):
    """The fields that preview and both creations share."""
    if not 1 <= len(request.lines) <= _LINE_LIMIT:
        raise BadInput(f"an order has 1 to {_LINE_LIMIT} lines, not {len(request.lines)}")
    return filled(
        {
            "flow": request.flow,
            "addressParam": compact(_address(request.address)),
            "cargoParamList": compact([_cargo(line) for line in request.lines]),
            "outOrderId": text(request.out_order_id, "out_order_id", 128, required=False),
        }
    )


def preview(request):
    """What the platform would make of the request: parts, prices, freight (§5.2)."""
    params = _goods(request) | filled({"isvBizType": request.scene})
    return Call("trade.preview", f"{_TRADE}:alibaba.createOrder.preview:1", params)


def create_order(request, api="cross"):
    """Create the order. ``cross`` or ``fast`` is what the app may call (§5.3, §5.4).

    `out_order_id` is required: without it a lost answer could never be looked up.
    """
    if api not in _CREATE_APIS:
        raise BadInput(f"unknown order API {api!r}")
    text(request.out_order_id, "out_order_id")
    params = _goods(request) | filled(
        {
            "message": text(request.message, "message", 500, required=False),
            "tradeType": request.trade_type,
            "shopPromotionId": request.promotion_id,
            "preSelectPayChannel": request.pay_channel,
            "isvBizType": request.scene if api == "cross" else "",
        }
    )
    text(params.get("flow", ""), "flow")
    return Call("trade.create_order", _CREATE_APIS[api], params, effect=True)


def cancel(order_id, reason="buyer_cancel", remark=""):
    """Cancel an unpaid order; refused within ten seconds of its creation (§5.7)."""
    wire_reason = CANCEL_REASONS.get(reason, reason)
    if wire_reason not in CANCEL_REASONS.values():
        raise BadInput(f"unknown reason {reason!r}")
    params = filled(
        {
            "webSite": "1688",
            "tradeID": str(number_id(order_id, "order_id")),
            "cancelReason": wire_reason,
            "remark": remark,
        }
    )
    return Call("trade.cancel", f"{_TRADE}:alibaba.trade.cancel:1", params, effect=True)


def order(order_id):
    """One order in full, with parcels (§5.8)."""
    params = {
        "webSite": "1688",
        "orderId": str(number_id(order_id, "order_id")),
        "includeFields": "GuaranteesTerms,NativeLogistics",
    }
    return Call("trade.order", f"{_TRADE}:alibaba.trade.get.buyerView:1", params)


def _time_filters(query):
    names = {
        "createStartTime": "created_from",
        "createEndTime": "created_to",
        "modifyStartTime": "modified_from",
        "modifyEndTime": "modified_to",
    }
    found = {wire: getattr(query, ours) for wire, ours in names.items()}
    return {wire: moment(at, names[wire]) for wire, at in found.items() if at is not None}


def orders(query):
    """One page of the buyer's orders; `query` is an `OrderQuery` (§5.9)."""
    params = {
        "page": str(whole(query.page, "page", 1)),
        "pageSize": str(whole(query.page_size, "page_size", 1, 50)),
        "isHis": "true" if query.history else "false",
    }
    params |= _time_filters(query)
    params |= filled(
        {
            "orderStatus": query.status,
            "refundStatus": query.refund_status,
            "outOrderId": query.out_order_id,
            "sellerMemberId": query.seller_member_id,
        }
    )
    return Call("trade.orders", f"{_TRADE}:alibaba.trade.getBuyerOrderList:1", params)
