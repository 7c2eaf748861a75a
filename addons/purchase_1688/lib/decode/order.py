"""Order detail and list (API document §5.8, §5.9). Amounts in yuan, but discounts in fen."""

from datetime import timedelta

from ..errors import BadAnswer
from ..values import Address, OrderLineSnapshot, OrderPage, OrderSnapshot, PayTerm
from .envelope import Answer
from .logistics import native_parcel
from .reading import Node

_YEAR = 366 * 24 * 3600


def _line(node):
    return OrderLineSnapshot(
        entry_id=node.need_id("subItemIDString", "subItemID"),
        offer_id=node.id("productID"),
        sku_id=node.id("skuID"),
        spec_id=node.text("specId"),
        name=node.text("name"),
        unit=node.text("unit"),
        quantity=node.quantity("quantity"),
        unit_price=node.yuan("price"),
        amount=node.yuan("itemAmount"),
        discount=node.fen("entryDiscount", signed=True),
        refunded=node.yuan("refund"),
        freight_share=node.yuan("sharePostage"),
        status=node.text("status"),
        refund_status=node.text("refundStatus"),
        refund_id=node.text("refundId", "refundIdForAs"),
        logistics_status=node.whole("logisticsStatus"),
        attributes=tuple(
            (item.text("name"), item.text("value")) for item in node.nodes("skuInfos")
        ),
        image_url=next(iter(node.texts("productImgUrl")), ""),
        article_number=node.text("cargoNumber", "productCargoNumber"),
        close_reason=node.text("closeReason"),
        pay_before=node.moment("gmtPayExpireTime"),
    )


def _term(node):
    return PayTerm(
        status=node.text("payStatus"),
        way=node.text("payWay"),
        way_name=node.text("payWayDesc"),
        amount=node.yuan("phasAmount"),
        paid_at=node.moment("payTime"),
        phase=node.text("phase"),
    )


def _receiver(base, native):
    """The receiver: in the base data, with the parts of the place from the shipping data."""
    node = base.node("receiverInfo")
    return Address(
        name=node.text("toFullName") or native.text("contactPerson"),
        mobile=node.text("toMobile") or native.text("mobile"),
        phone=node.text("toPhone") or native.text("telephone"),
        post_code=node.text("toPost") or native.text("zip"),
        district_code=node.text("toDivisionCode") or native.text("areaCode"),
        town_code=node.text("toTownCode") or native.text("townCode"),
        area=node.text("toArea"),
        province=native.text("province"),
        city=native.text("city"),
        district=native.text("area"),
        town=native.text("town"),
        street=native.text("address"),
    )


def _amounts(base):
    return {
        "total": base.yuan("totalAmount"),
        "goods_total": base.yuan("sumProductPayment"),
        "freight": base.yuan("shippingFee"),
        "discount": base.fen("discount", signed=True),
        "coupon": base.yuan("couponFee"),
        "refunded": base.yuan("refund"),
    }


def _pay_before(base, lines):
    """The earliest moment by a line, else the order's own time to pay in seconds."""
    by_line = [line.pay_before for line in lines if line.pay_before]
    created, seconds = base.moment("createTime"), base.whole("payTimeout")
    if not by_line and created and seconds and 0 < seconds < _YEAR:
        return created + timedelta(seconds=seconds)
    return min(by_line, default=None)


def _times(base, lines):
    return {
        "created_at": base.moment("createTime"),
        "modified_at": base.moment("modifyTime"),
        "paid_at": base.moment("payTime"),
        "shipped_at": base.moment("allDeliveredTime"),
        "received_at": base.moment("receivingTime"),
        "confirmed_at": base.moment("confirmedTime"),
        "completed_at": base.moment("completeTime"),
        "pay_before": _pay_before(base, lines),
    }


def _snapshot(node):
    base, native = node.node("baseInfo"), node.node("nativeLogistics")
    lines = tuple(_line(item) for item in node.nodes("productItems"))
    return OrderSnapshot(
        order_id=base.need_id("idOfStr", "id"),
        status=base.need_text("status"),
        refund_status=base.text("refundStatus"),
        after_sale_refund_status=base.text("refundStatusForAs"),
        refund_id=base.text("refundId"),
        out_order_id=base.text("outOrderId") or node.text("outOrderId"),
        buyer_member_id=base.text("buyerID"),
        buyer_login_id=base.text("buyerLoginId"),
        seller_member_id=base.text("sellerID"),
        seller_login_id=base.text("sellerLoginId"),
        seller_company=base.node("sellerContact").text("companyName", "shopName"),
        message=base.text("buyerFeedback"),
        close_reason=base.text("closeReason"),
        closed_by=base.text("closeOperateType"),
        close_remark=base.text("closeRemark"),
        trade_type=base.text("tradeType"),
        business_type=base.text("businessType"),
        payment_no=base.text("alipayTradeId"),
        receiver=_receiver(base, native),
        lines=lines,
        terms=tuple(_term(item) for item in node.nodes("tradeTerms")),
        parcels=tuple(native_parcel(item) for item in native.nodes("logisticsItems")),
        **_amounts(base),
        **_times(base, lines),
    )


def _numbers(node):
    """An order that makes no sense: its numbers only."""
    base = node.node("baseInfo")
    return OrderSnapshot(
        order_id=base.id("idOfStr", "id"),
        status="",
        out_order_id=base.text("outOrderId") or node.text("outOrderId"),
    )


def snapshot(document):
    """One order in full."""
    return _snapshot(Answer(document).check().node)


def page(document):
    """A page of orders; there is no success flag, and one bad order does not hide the rest."""
    answer = Answer(document).check()
    if not isinstance(answer.payload, list):
        if answer.outer.whole("totalRecord") == 0:
            return OrderPage()
        raise BadAnswer("no orders in the answer", code="missing")
    orders, unreadable = [], []
    for row in answer.rows:
        try:
            orders.append(_snapshot(Node(row)))
        except BadAnswer:
            unreadable.append(_numbers(Node(row)))
    return OrderPage(
        orders=tuple(orders),
        total=answer.outer.whole("totalRecord") or len(answer.payload),
        unreadable=tuple(unreadable),
    )
