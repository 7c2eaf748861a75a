"""Every call exactly as it goes on the wire: API, fields and their text."""

import json

import pytest
from lib1688.endpoints import NAMES, build

from .samples import ENTRY, ORDER, SPEC
from .test_endpoints import GOOD

TRADE = "com.alibaba.trade:alibaba.trade."
CROSS = "com.alibaba.fenxiao.crossborder:product."
PLACE = {
    "districtCode": "330108",
    "cityText": "杭州市",
    "fullName": "王小明",
    "mobile": "13800000000",
    "address": "示例路1号",
}
CARGO = [
    {"offerId": 600000000001, "specId": SPEC, "quantity": 5},
    {"offerId": 600000000002, "quantity": 2.5},
]
GOODS = {
    "flow": "general",
    "addressParam": PLACE,
    "cargoParamList": CARGO,
    "outOrderId": "PO1",
    "isvBizType": "cross",
}
WINDOW = {
    "createStartTime": "20251001000000000+0800",
    "createEndTime": "20251002000000000+0800",
}

#: call -> API, and fields; objects and lists stand for their JSON text
WIRE = {
    "system.current_time": ("system:currentTime", {}),
    "oauth.exchange": (
        "system.oauth2:getToken",
        {
            "grant_type": "authorization_code",
            "need_refresh_token": "true",
            "redirect_uri": "https://x/",
            "code": "c",
        },
    ),
    "oauth.refresh": (
        "system.oauth2:getToken",
        {"grant_type": "refresh_token", "refresh_token": "r"},
    ),
    "account.basic": ("com.alibaba.account:alibaba.account.basic", {}),
    "account.seller": (
        "com.alibaba.account:alibaba.account.agent.crossBasic",
        {"loginId": "示例"},
    ),
    "account.addresses": (f"{TRADE}receiveAddress.get", {}),
    "account.parse_address": (f"{TRADE}addresscode.parse", {"addressInfo": "浙江省杭州市"}),
    "product.search": (
        f"{CROSS}search.keywordQuery",
        {
            "offerQueryParam": {
                "keyword": "灯",
                "beginPage": 1,
                "pageSize": 20,
                "country": "en",
            }
        },
    ),
    "product.detail": (
        f"{CROSS}search.queryProductDetail",
        {"offerDetailParam": {"offerId": 600000000001, "country": "en"}},
    ),
    "product.upload_image": (
        f"{CROSS}image.upload",
        {"uploadImageParam": {"imageBase64": "anBn"}},
    ),
    "product.search_image": (
        f"{CROSS}search.imageQuery",
        {"offerQueryParam": {"imageId": "1", "beginPage": 1, "pageSize": 20, "country": "en"}},
    ),
    "product.follow": ("com.alibaba.product:alibaba.product.follow.crossborder", {"productId": "600000000001"}),
    "product.unfollow": ("com.alibaba.product:alibaba.product.unfollow.crossborder", {"productId": "600000000001"}),
    "product.freight": (
        f"{CROSS}freight.estimate",
        {
            "productFreightQueryParamsNew": {
                "offerId": 600000000001,
                "toProvinceCode": "330000",
                "toCityCode": "330100",
                "toCountryCode": "330108",
                "totalNum": 6,
                "logisticsSkuNumModels": [{"skuId": 1, "number": 2}, {"skuId": 3, "number": 4}],
            }
        },
    ),
    "product.category": ("com.alibaba.product:alibaba.category.get", {"categoryID": "0"}),
    "product.category_words": (
        "com.alibaba.fenxiao.crossborder:category.translation.getById",
        {"categoryId": "311", "language": "en"},
    ),
    "product.mix_rule": (f"{TRADE}OpQueryMarketingMixConfig", {"sellerMemberId": "b2b-1"}),
    "trade.preview": ("com.alibaba.trade:alibaba.createOrder.preview", GOODS),
    "trade.create_order": (f"{TRADE}createCrossOrder", GOODS),
    "trade.cancel": (
        f"{TRADE}cancel",
        {"webSite": "1688", "tradeID": ORDER, "cancelReason": "other", "remark": "x"},
    ),
    "trade.order": (
        f"{TRADE}get.buyerView",
        {
            "webSite": "1688",
            "orderId": ORDER,
            "includeFields": "GuaranteesTerms,NativeLogistics",
        },
    ),
    "trade.orders": (
        f"{TRADE}getBuyerOrderList",
        {
            "page": "1",
            "pageSize": "50",
            "isHis": "true",
            "modifyStartTime": "20251001000000000+0800",
        },
    ),
    "payment.pay_link": (
        "com.alibaba.trade:alibaba.alipay.url.get",
        {"orderIdList": [int(ORDER)]},
    ),
    "payment.pay": (
        f"{TRADE}pay.protocolPay.preparePay",
        {
            "tradeWithholdPreparePayParam": {
                "orderId": int(ORDER),
                "payAmount": 10250,
                "opRequestId": "k",
            }
        },
    ),
    "payment.pay_ways": (f"{TRADE}payWay.query", {"orderId": ORDER}),
    "payment.agreements": (f"{TRADE}pay.protocolPay.isopen", {}),
    "logistics.parcels": (
        "com.alibaba.logistics:alibaba.trade.getLogisticsInfos.buyerView",
        {"orderId": ORDER, "webSite": "1688"},
    ),
    "logistics.traces": (
        "com.alibaba.logistics:alibaba.trade.getLogisticsTraceInfo.buyerView",
        {"orderId": ORDER, "webSite": "1688", "logisticsId": "LP1"},
    ),
    "logistics.urge": ("com.alibaba.logistics:logistics.delivery.urge", {"orderId": ORDER}),
    "logistics.carriers": (
        "com.alibaba.logistics:alibaba.logistics.OpQueryLogisticCompanyList.offline",
        {},
    ),
    "receipt.confirm": (
        "com.alibaba.trade:trade.receivegoods.confirm",
        {"orderId": ORDER, "orderEntryIds": [int(ENTRY)]},
    ),
    "refund.reasons": (
        f"{TRADE}getRefundReasonList",
        {
            "orderId": ORDER,
            "orderEntryIds": [int(ENTRY)],
            "goodsStatus": "refundWaitBuyerReceive",
        },
    ),
    "refund.limits": (
        f"{TRADE}getMaxRefundFee",
        {
            "input": {
                "orderId": int(ORDER),
                "goodsStatus": "refundBuyerReceived",
                "refundGoodsCountList": [{"id": int(ENTRY), "count": 2}],
            }
        },
    ),
    "refund.upload_evidence": (f"{TRADE}uploadRefundVoucher", {}),
    "refund.create": (
        f"{TRADE}createRefund",
        {
            "orderId": ORDER,
            "orderEntryIds": [int(ENTRY)],
            "disputeRequest": "refund",
            "applyPayment": "1250",
            "applyCarriage": "0",
            "applyReasonId": "20034",
            "description": "two are broken",
            "goodsStatus": "refundBuyerReceived",
            "vouchers": ["u"],
            "orderEntryCountList": [{"id": int(ENTRY), "count": 2}],
        },
    ),
    "refund.get": (
        f"{TRADE}refund.OpQueryOrderRefund",
        {"refundId": "TQ1", "needTimeOutInfo": "true"},
    ),
    "refund.of_order": (
        f"{TRADE}refund.OpQueryBatchRefundByOrderIdAndStatus",
        {"orderId": ORDER, "queryType": "1"},
    ),
    "refund.history": (
        f"{TRADE}refund.buyer.queryOrderRefundList",
        {"orderId": ORDER, "dipsuteType": "0", "currentPageNum": "0", "pageSize": "20"},
    ),
    "refund.return_goods": (
        f"{TRADE}refund.returnGoods",
        {
            "refundId": "TQ1",
            "logisticsCompanyNo": "ZTO",
            "freightBill": "78",
            "vouchers": ["u"],
        },
    ),
    "refund.cancel": (f"{TRADE}cancelRefund", {"refundId": "TQ1"}),
    "refund.return_address": (
        "com.alibaba.fenxiao:refund.address.get",
        {"mainOrderId": ORDER},
    ),
    "push.pull": ("cn.alibaba.open:push.cursor.messageList", WINDOW | {"quantity": "200"}),
    "push.query": (
        "cn.alibaba.open:push.query.messageList",
        WINDOW | {"page": "1", "pageSize": "200", "type": "T"},
    ),
    "push.confirm": ("cn.alibaba.open:push.message.confirm", {"msgIdList": [92700000001]}),
}
#: calls that need no access token (API document §1.5, §3.2, §10.5, §14.7)
WITHOUT_TOKEN = {
    "system.current_time",
    "oauth.exchange",
    "oauth.refresh",
    "product.category",
    "push.pull",
    "push.query",
    "push.confirm",
}


@pytest.mark.parametrize("name", NAMES)
def test_wire(name):
    call = build(name, **GOOD[name])
    api, fields = WIRE[name]
    assert call.api == f"{api}:1"
    sent = {
        key: value if isinstance(fields.get(key), str) else json.loads(value)
        for key, value in call.params.items()
    }
    assert sent == fields


@pytest.mark.parametrize("name", NAMES)
def test_json_is_compact(name):
    for text in build(name, **GOOD[name]).params.values():
        if text[:1] in "{[":
            assert text == json.dumps(json.loads(text), ensure_ascii=False, separators=(",", ":"))


def test_who_needs_a_token():
    assert {name for name in NAMES if not build(name, **GOOD[name]).authorised} == WITHOUT_TOKEN


def test_only_token_calls_are_unsigned():
    unsigned = {name for name in NAMES if not build(name, **GOOD[name]).signed}
    assert unsigned == {"oauth.exchange", "oauth.refresh"}


def test_only_evidence_is_a_file():
    assert [name for name in NAMES if build(name, **GOOD[name]).files] == ["refund.upload_evidence"]
