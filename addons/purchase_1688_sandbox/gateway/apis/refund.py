"""The refund family. All amounts in fen."""

import base64
import binascii
from decimal import Decimal

from ..envelope import family_a, family_e
from ..errors import BusinessError
from ..params import invalid, member, to_decimal
from ..registry import api
from ..trade import carriers, orders, refunds
from ..wire import aop_date, number, wire_id, without_none

TRADE = "com.alibaba.trade"
EVIDENCE_LIMIT = 1024 * 1024
WINDOW_MS = 730 * 24 * 3600 * 1000
NOT_RECEIVED = {"refundWaitSellerSend", "refundWaitBuyerReceive", "aftersaleBuyerNotReceived"}
# goodsStatus: status of the order, and what its lines have to be (logisticsStatus)
GOODS_STATUS = {
    "refundWaitSellerSend": (("waitsellersend",), (1,)),
    "refundWaitBuyerReceive": (("waitsellersend", "waitbuyerreceive"), (2,)),
    "refundBuyerReceived": (("waitsellersend", "waitbuyerreceive", "confirm_goods"), (2, 3)),
    "aftersaleBuyerNotReceived": (("success",), (2, 3)),
    "aftersaleBuyerReceived": (("success",), (2, 3)),
}
# id: (text, evidence needed, freight must be 0, only before the goods are received / only after /
# both)
REASONS = {
    20021: ("不想买了", False, False, "before"),
    20022: ("拍错/多拍", False, False, "before"),
    20023: ("卖家缺货", False, False, "before"),
    20025: ("未按约定时间发货", False, False, "before"),
    20027: ("物流一直未送到", False, False, "before"),
    20034: ("质量问题", True, False, "after"),
    20035: ("商品破损", True, False, "after"),
    20036: ("少件/漏发", True, False, "after"),
    20037: ("规格/款式与描述不符", True, False, "after"),
    20041: ("七天无理由退货", False, True, "after"),
}
GOODS_STATUS_NUMBERS = {"before": 1, "after": 2, "back": 3}


def _received(goods_status):
    return "before" if goods_status in NOT_RECEIVED else "after"


def _check_goods_status(order, entries, goods_status):
    known = GOODS_STATUS.get(goods_status)
    if known is None:
        raise BusinessError("5003", "货物状态错误")
    statuses, logistics = known
    if order["status"] not in statuses:
        raise BusinessError(
            "5010" if order["status"] in ("waitbuyerpay", "cancel") else "5003",
            "订单状态不允许退款",
        )
    if any(entry["logistics"] not in logistics for entry in entries):
        raise BusinessError("5003", "货物状态错误")


def _order(world, order_id, params):
    return orders.of_buyer(world, order_id, params.member_id, "5001", "5002")


@api(TRADE, "alibaba.trade.getRefundReasonList")
def reasons(world, params):
    order = _order(world, params.long("orderId"), params)
    entries = orders.entries_of(order, params.array("orderEntryIds"), "5001")
    goods_status = params.text("goodsStatus")
    _check_goods_status(order, entries, goods_status)
    wanted = _received(goods_status)
    rows = [
        {"id": number_, "name": name, "needVoucher": needs, "noRefundCarriage": free, "tip": ""}
        for number_, (name, needs, free, when) in REASONS.items()
        if when in (wanted, "both")
    ]
    return family_a({"reasons": rows}, "0")


def _counts(rows, entries, name):
    """{entry id: pieces} of a list of {id, count}; 5013 if it cannot be."""
    counts = {}
    quantities = {entry["entry_id"]: Decimal(entry["quantity"]) for entry in entries}
    for row in rows:
        count = to_decimal(row.get("count"), name)
        entry_id = str(row.get("id"))
        if entry_id not in quantities or not 0 < count <= quantities[entry_id]:
            raise BusinessError("5013", "退款数量错误")
        counts[entry_id] = count
    return counts


@api(TRADE, "alibaba.trade.getMaxRefundFee")
def max_fee(world, params):
    given = params.object("input")
    order = _order(world, member(given, "orderId", "input"), params)
    rows = given.get("refundGoodsCountList") or []
    entries = orders.entries_of(
        order,
        [row.get("id") for row in rows] or [entry["entry_id"] for entry in order["entries"]],
        "5013",
    )
    _check_goods_status(order, entries, member(given, "goodsStatus", "input"))
    goods, freight = refunds.limits(
        order, entries, _counts(rows, entries, "input.refundGoodsCountList")
    )
    return family_a(
        {
            "maxRefundFee": goods + freight,
            "maxGoodsFee": goods,
            "maxPostFee": freight,
            "maxSubstituteFetchFee": 0,
        },
        "0",
    )


@api(TRADE, "alibaba.trade.uploadRefundVoucher", write=True)
def upload(world, params):
    """The picture as a file part, or as base64 text in an ordinary (signed) field."""
    content = params.files.get("imageData")
    if content is None:
        try:
            content = base64.b64decode(params.text("imageData"), validate=True)
        except binascii.Error:
            raise BusinessError("4000", "图片内容不合法") from None
    if not content.startswith(b"\xff\xd8\xff") or len(content) >= EVIDENCE_LIMIT:
        raise BusinessError("4000", "图片必须为jpg格式,大小不能超过1M")
    path = f"/img/evidence/{world.store.next_number('evidence'):08d}.jpg"
    world.store.set_item("evidence", path, {"at": world.now(), "buyer": params.member_id}, content)
    return family_a({"imageDomain": world.base_url, "imageRelativeUrl": path}, "0")


# --- applying


@api(TRADE, "alibaba.trade.createRefund", write=True)
def create(world, params):
    order = _order(world, params.long("orderId"), params)
    entries = orders.entries_of(order, params.array("orderEntryIds"), "5001")
    request, goods_status = params.text("disputeRequest"), params.text("goodsStatus")
    goods, freight = params.long("applyPayment"), params.long("applyCarriage")
    reason, description = params.long("applyReasonId"), params.text("description")
    vouchers = params.array("vouchers", [])
    if any(refunds.open_refund(entry) for entry in entries):
        raise BusinessError("5010", "该订单存在进行中的退款")
    _check_goods_status(order, entries, goods_status)
    _check_request(request, goods_status)
    if not 2 <= len(description) <= 150:
        raise BusinessError("5012", "退款说明长度必须为2到150个字符")
    _check_reason(world, reason, goods_status, freight, vouchers)
    counts = _counts(params.array("orderEntryCountList", []), entries, "orderEntryCountList")
    if counts and _received(goods_status) == "before":
        raise BusinessError("5013", "未收到货不能指定退款数量")
    _check_amounts(order, entries, counts, goods_status, goods, freight)
    refund = refunds.apply(
        world,
        order,
        entries,
        request=request,
        goods_status=goods_status,
        goods_fen=goods,
        freight_fen=freight,
        reason_id=reason,
        reason=REASONS[reason][0],
        description=description,
        vouchers=vouchers,
        counts={entry_id: str(count) for entry_id, count in counts.items()},
    )
    return family_a(
        {
            "refundId": refund["refund_id"],
            "innerReasonId": reason,
            "innerReason": refund["reason"],
            "innerPostFee": freight,
            "isVoucher": REASONS[reason][1],
        },
        "0",
    )


def _check_request(request, goods_status):
    if request not in ("refund", "returnRefund"):
        raise invalid("disputeRequest")
    if request == "returnRefund" and _received(goods_status) == "before":
        raise BusinessError("5003", "未收到货不能申请退货退款")


def _check_reason(world, reason, goods_status, freight, vouchers):
    known = REASONS.get(reason)
    if known is None or known[3] != _received(goods_status):
        raise BusinessError("5004", "退款原因错误")
    _name, needs_evidence, no_freight, _when = known
    if needs_evidence and not vouchers:
        raise BusinessError("5005", "该退款原因需要上传凭证")
    paths = [str(voucher).removeprefix(world.base_url) for voucher in vouchers]
    if len(paths) > 5 or any(world.store.item("evidence", path) is None for path in paths):
        raise BusinessError("5005", "退款凭证不合法")
    if no_freight and freight:
        raise BusinessError("5006", "该退款原因不能退运费")


def _check_amounts(order, entries, counts, goods_status, goods, freight):
    most, most_freight = refunds.limits(order, entries, counts)
    full = goods_status != "refundWaitSellerSend" or goods == most
    if (
        goods < 0
        or freight < 0
        or goods + freight == 0
        or goods > most
        or freight > most_freight
        or not full
    ):
        raise BusinessError("5011", f"退款金额错误,最多可退货款{most}分,运费{most_freight}分")


@api(TRADE, "alibaba.trade.refund.returnGoods", write=True, fail="E")
def return_goods(world, params):
    refund, order = refunds.of_buyer(world, params.text("refundId"), params.member_id)
    number_, bill_no, description = (
        params.text("logisticsCompanyNo"),
        params.text("freightBill"),
        params.text("description", ""),
    )
    carrier = carriers.company(number_)
    if description and not 2 <= len(description) <= 200:
        raise BusinessError("4005", "退货说明长度必须为2到200个字符")
    if len(params.array("vouchers", [])) > 10:
        raise BusinessError("4006", "退货凭证不能超过10张")
    if refund["status"] != "waitbuyersend":
        raise BusinessError("4007", "退款单当前状态不能退货")
    refunds.send(world, refund, order, carrier, bill_no, description)
    return family_e()


@api(TRADE, "alibaba.trade.cancelRefund", write=True, fail="E")
def cancel(world, params):
    refund, order = refunds.of_buyer(world, params.text("refundId"), params.member_id)
    if refund["status"] not in refunds.MOVES["cancel"]:
        raise BusinessError("4007", "退款单当前状态不能撤销")
    refunds.cancel(world, refund, order)
    return family_e()


# --- reading


def _model(refund, detailed=False):
    received = "back" if refund["bill_no"] else _received(refund["goods_status"])
    model = without_none(
        {
            "id": int(refund["refund_id"][2:]),
            "refundId": refund["refund_id"],
            "orderId": wire_id(refund["order_id"]),
            "orderEntryIdList": [wire_id(entry_id) for entry_id in refund["entry_ids"]],
            "orderEntryCountMap": {key: number(count) for key, count in refund["counts"].items()},
            "status": refund["status"],
            "disputeType": 2 if refund["after_sale"] else 1,
            "disputeRequest": 3 if refund["request"] == "returnRefund" else 1,
            "goodsStatus": GOODS_STATUS_NUMBERS[received],
            "applyPayment": refund["goods_fen"],
            "applyCarriage": refund["freight_fen"],
            "refundPayment": refund["paid_goods_fen"],
            "refundCarriage": refund["paid_freight_fen"],
            "applyReason": refund["reason"],
            "applyReasonId": refund["reason_id"],
            "rejectReason": refund["reject_reason"] or None,
            "rejectTimes": refund["reject_times"],
            "freightBill": refund["bill_no"] or None,
            "buyerLogisticsName": refund["carrier"] or None,
            "gmtApply": aop_date(refund["applied"]),
            "gmtCreate": aop_date(refund["applied"]),
            "gmtModified": aop_date(refund["modified"]),
            "gmtCompleted": aop_date(refund["completed"]),
            "description": refund["description"],
            "vouchers": refund["vouchers"],
        }
    )
    if detailed:
        model["gmtTimeOut"] = aop_date(refund["timeout"])
    return model


def _operations(refund):
    return [
        {
            "operateRemark": step["remark"],
            "discription": step["action"],
            "operateTypeInt": list(refunds.OPERATORS).index(step["by"]) + 1,
            "operatorRoleId": refunds.OPERATORS[step["by"]],
            "beforeOperateStatus": step["before"],
            "afterOperateStatus": step["after"],
            "gmtCreate": aop_date(step["at"]),
            "vouchers": [],
        }
        for step in refund["operations"]
    ]


def _no_error(result):
    return {"result": result, "errorCode": "", "errorMessage": "", "extErrorMessage": ""}


@api(TRADE, "alibaba.trade.refund.OpQueryOrderRefund", fail="B")
def query(world, params):
    refund, _order_ = refunds.of_buyer(world, params.text("refundId"), params.member_id, "5001")
    model = _model(refund, params.boolean("needTimeOutInfo", False))
    if params.boolean("needOrderRefundOperation", False):
        model["refundOperationList"] = _operations(refund)
    return _no_error({"opOrderRefundModelDetail": model})


@api(TRADE, "alibaba.trade.refund.OpQueryBatchRefundByOrderIdAndStatus", fail="B")
def query_of_order(world, params):
    """In-sale refunds only."""
    order = _order(world, params.text("orderId"), params)
    kind = params.text("queryType")
    if kind not in ("1", "3"):
        raise invalid("queryType")
    rows = [
        refund
        for refund in refunds.of_order(world, order["order_id"])
        if not refund["after_sale"]
        and (
            refund["status"] not in refunds.ENDED
            if kind == "1"
            else refund["status"] == "refundsuccess"
        )
    ]
    return _no_error(
        {"opOrderRefundModels": [{**_model(refund), "isAfterSale": False} for refund in rows]}
    )


@api(TRADE, "alibaba.trade.refund.buyer.queryOrderRefundList", fail="B")
def query_list(world, params):
    window = [
        params.date(name, None)
        for name in ("applyStartTime", "applyEndTime", "modifyStartTime", "modifyEndTime")
    ]
    for start, end in (window[:2], window[2:]):
        if start is not None and (end or world.now()) - start > WINDOW_MS:
            raise BusinessError("APPLY_TIME_ERROR", "查询时间跨度不能超过730天")
    found = [
        refund for refund in _all(world, params.member_id) if _fits(world, refund, params, window)
    ]
    page, size = params.long("currentPageNum", 0), params.long("pageSize", 20)
    page = max(page, 1)
    return {
        "result": {
            "opOrderRefundModels": [
                _model(refund) for refund in found[(page - 1) * size : page * size]
            ],
            "totalCount": len(found),
            "currentPageNum": page,
        },
        "success": True,
    }


def _all(world, member_id):
    rows = world.store.all(
        "SELECT r.refund_id FROM refund r JOIN trade_order o USING (order_id) WHERE o.buyer_id = ? "
        "ORDER BY r.modified_at DESC, r.refund_id DESC",
        member_id,
    )
    return [refunds.find(world, row["refund_id"]) for row in rows]


def _fits(world, refund, params, window):
    apply_start, apply_end, modify_start, modify_end = window
    order_id, seller, bill = (
        params.text("orderId", None),
        params.text("sellerMemberId", None),
        params.text("logisticsNo", None),
    )
    statuses, kind = params.array("refundStatusSet", []), params.text("dipsuteType", "0")
    return all(
        (
            order_id in (None, refund["order_id"]),
            seller is None
            or orders.find(world, refund["order_id"])["seller"]["member_id"] == seller,
            bill in (None, refund["bill_no"]),
            not statuses or refund["status"] in statuses,
            kind == "0" or refund["after_sale"] == (kind == "2"),
            apply_start is None or refund["applied"] >= apply_start,
            apply_end is None or refund["applied"] <= apply_end,
            modify_start is None or refund["modified"] >= modify_start,
            modify_end is None or refund["modified"] <= modify_end,
        )
    )


@api(TRADE, "alibaba.trade.refund.OpQueryOrderRefundOperationList", fail="B")
def query_operations(world, params):
    refund, _order_ = refunds.of_buyer(world, params.text("refundId"), params.member_id, "5001")
    page, size = int(params.text("pageNo", "1")), int(params.text("pageSize", "20"))
    return _no_error(
        {"opOrderRefundOperationModels": _operations(refund)[(page - 1) * size : page * size]}
    )


@api("com.alibaba.fenxiao", "refund.address.get", fail="E")
def return_address(world, params):
    order = _order(world, params.text("mainOrderId"), params)
    seller = world.catalogue.seller(order["seller"]["member_id"])
    return {
        "result": {
            "data": [
                {
                    "receiverName": seller.contact,
                    "mobile": seller.mobile,
                    "phone": "",
                    "provinceText": "",
                    "cityText": "",
                    "districtText": "",
                    "townText": "",
                    "streetAddress": seller.address,
                    "zipCode": "",
                    "offerId": wire_id(entry["offer_id"]),
                }
                for entry in order["entries"]
            ],
            "success": True,
        }
    }
