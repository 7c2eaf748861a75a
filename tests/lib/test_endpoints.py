"""Calls as they go on the wire, and what is refused before anything is sent."""

import json
from datetime import datetime, timedelta, timezone
from decimal import Decimal

import pytest
from lib1688.decode import _DECODERS
from lib1688.endpoints import NAMES, build, oauth
from lib1688.errors import BadInput
from lib1688.values import Address, CargoLine, OrderQuery, OrderRequest, RefundRequest, SearchQuery

ORDER = "4100000000000000123"
ENTRY = "4100000000000000124"
SPEC = "0123456789abcdef0123456789abcdef"
HOME = Address(
    name="王小明", mobile="13800000000", district_code="330108", street="示例路1号", city="杭州市"
)
AT = datetime(2025, 10, 1, tzinfo=timezone(timedelta(hours=8)))


def request(**changes):
    lines = (CargoLine("600000000001", Decimal(5), SPEC), CargoLine("600000000002", Decimal("2.5")))
    return OrderRequest(**{"address": HOME, "lines": lines, "out_order_id": "PO1", **changes})


def claim(**changes):
    fields = {
        "order_id": ORDER,
        "entry_ids": (ENTRY,),
        "goods_status": "received",
        "reason_id": "20034",
        "description": "two are broken",
        "goods_amount": Decimal("12.50"),
    }
    return RefundRequest(**{**fields, **changes})


def test_every_call_can_be_decoded():
    assert set(NAMES) == set(_DECODERS)


def test_preview_and_creation_share_the_goods():
    preview = build("trade.preview", request=request())
    created = build("trade.create_order", request=request(message="纸箱"))
    assert json.loads(preview.params["cargoParamList"]) == [
        {"offerId": 600000000001, "specId": SPEC, "quantity": 5},
        {"offerId": 600000000002, "quantity": 2.5},
    ]
    assert created.params["cargoParamList"] == preview.params["cargoParamList"]
    assert created.params["message"] == "纸箱"
    assert (preview.effect, created.effect) == (False, True)
    assert preview.params["isvBizType"] == "cross"


def test_creation_by_either_api():
    cross = build("trade.create_order", request=request())
    fast = build("trade.create_order", request=request(), api="fast")
    assert cross.api == "com.alibaba.trade:alibaba.trade.createCrossOrder:1"
    assert fast.api == "com.alibaba.trade:alibaba.trade.fastCreateOrder:1"
    assert "isvBizType" not in fast.params


def test_address_is_compact_json_with_chinese():
    text = build("trade.preview", request=request()).params["addressParam"]
    assert text == (
        '{"districtCode":"330108","cityText":"杭州市","fullName":"王小明",'
        '"mobile":"13800000000","address":"示例路1号"}'
    )


def test_saved_address_is_sent_by_id():
    call = build("trade.preview", request=request(address=Address(address_id="70000000001")))
    assert call.params["addressParam"] == '{"addressId":70000000001}'


def test_nothing_empty_is_sent():
    for name, arguments in GOOD.items():
        assert all(build(name, **arguments).params.values()), name


GOOD = {
    "system.current_time": {},
    "oauth.exchange": {"code": "c", "redirect_uri": "https://x/"},
    "oauth.refresh": {"refresh_token": "r"},
    "account.basic": {},
    "account.seller": {"login_id": "示例"},
    "account.addresses": {},
    "account.parse_address": {"text": "浙江省杭州市"},
    "product.search": {"query": SearchQuery("灯")},
    "product.detail": {"offer_id": "600000000001"},
    "product.upload_image": {"data": b"jpg"},
    "product.search_image": {"image_id": "1"},
    "product.freight": {
        "offer_id": "600000000001",
        "district_code": "330108",
        "quantities": {"1": 2, "3": Decimal(4)},
    },
    "product.category": {},
    "product.category_words": {"category_id": "311"},
    "product.mix_rule": {"member_id": "b2b-1"},
    "product.follow": {"offer_id": "600000000001"},
    "product.unfollow": {"offer_id": "600000000001"},
    "trade.preview": {"request": request()},
    "trade.create_order": {"request": request()},
    "trade.cancel": {"order_id": ORDER, "reason": "other", "remark": "x"},
    "trade.order": {"order_id": ORDER},
    "trade.orders": {"query": OrderQuery(modified_from=AT, history=True)},
    "payment.pay_link": {"order_ids": [ORDER]},
    "payment.pay": {"order_id": ORDER, "amount": Decimal("102.50"), "request_id": "k"},
    "payment.pay_ways": {"order_id": ORDER},
    "payment.agreements": {},
    "logistics.parcels": {"order_id": ORDER},
    "logistics.traces": {"order_id": ORDER, "logistics_id": "LP1"},
    "logistics.urge": {"order_id": ORDER},
    "logistics.carriers": {},
    "receipt.confirm": {"order_id": ORDER, "entry_ids": [ENTRY]},
    "refund.reasons": {"order_id": ORDER, "entry_ids": [ENTRY], "goods_status": "shipped"},
    "refund.limits": {"order_id": ORDER, "goods_status": "received", "counts": {ENTRY: 2}},
    "refund.upload_evidence": {"jpeg": b"\xff\xd8\xff"},
    "refund.create": {"request": claim(evidence=("u",), counts={ENTRY: Decimal(2)})},
    "refund.get": {"refund_id": "TQ1"},
    "refund.of_order": {"order_id": ORDER},
    "refund.history": {"order_id": ORDER},
    "refund.return_goods": {
        "refund_id": "TQ1",
        "carrier_code": "ZTO",
        "bill_no": "78",
        "evidence": ("u",),
    },
    "refund.cancel": {"refund_id": "TQ1"},
    "refund.return_address": {"order_id": ORDER},
    "push.pull": {"start": AT, "end": AT + timedelta(days=1)},
    "push.query": {"start": AT, "end": AT + timedelta(days=1), "topic": "T"},
    "push.confirm": {"msg_ids": ["92700000001"]},
}


@pytest.mark.parametrize("name", NAMES)
def test_every_call_is_text_and_named(name):
    call = build(name, **GOOD[name])
    assert call.name == name
    assert all(isinstance(value, str) for value in call.params.values())
    assert len(call.api.split(":")) == 3


def test_effects():
    assert {name for name in NAMES if build(name, **GOOD[name]).effect} == {
        "oauth.exchange",
        "oauth.refresh",
        "product.follow",
        "product.unfollow",
        "trade.create_order",
        "trade.cancel",
        "payment.pay",
        "logistics.urge",
        "receipt.confirm",
        "refund.create",
        "refund.return_goods",
        "refund.cancel",
        "push.pull",
        "push.confirm",
    }


def test_payment_is_checked_in_fen():
    call = build("payment.pay", **GOOD["payment.pay"], channel="alipay")
    assert json.loads(call.params["tradeWithholdPreparePayParam"]) == {
        "orderId": 4100000000000000123,
        "payAmount": 10250,
        "payChannel": "alipay",
        "opRequestId": "k",
    }


def test_claim():
    params = build("refund.create", request=claim(with_return=True)).params
    assert (params["applyPayment"], params["applyCarriage"]) == ("1250", "0")
    assert (params["disputeRequest"], params["goodsStatus"]) == (
        "returnRefund",
        "refundBuyerReceived",
    )
    assert "vouchers" not in params


def test_platform_words_are_taken_too():
    assert build("refund.create", request=claim(goods_status="refundBuyerReceived"))
    call = build("trade.cancel", order_id=ORDER, reason="buyerCancel")
    assert call == build("trade.cancel", order_id=ORDER, reason="buyer_cancel")


def test_order_list_filters():
    query = OrderQuery(modified_from=AT, created_to=AT, status="success", out_order_id="PO1")
    params = build("trade.orders", query=query).params
    assert params["modifyStartTime"] == "20251001000000000+0800"
    assert params["createEndTime"] == "20251001000000000+0800"
    assert (params["isHis"], params["outOrderId"]) == ("false", "PO1")


def test_search_filters():
    query = SearchQuery(
        "灯", sort=("price", "asc"), price_max=Decimal("9.9"), category_id="12", filters=("a", "b")
    )
    body = json.loads(build("product.search", query=query).params["offerQueryParam"])
    assert body["sort"] == '{"price":"asc"}'
    assert (body["priceEnd"], body["categoryId"], body["filter"]) == ("9.9", 12, "a,b")


def test_freight_knows_city_and_province():
    call = build("product.freight", **GOOD["product.freight"])
    body = json.loads(call.params["productFreightQueryParamsNew"])
    assert (body["toProvinceCode"], body["toCityCode"]) == ("330000", "330100")
    assert (body["toCountryCode"], body["totalNum"]) == ("330108", 6)
    assert body["logisticsSkuNumModels"] == [
        {"skuId": 1, "number": 2},
        {"skuId": 3, "number": 4},
    ]


def test_traces_of_all_parcels():
    assert "logisticsId" not in build("logistics.traces", order_id=ORDER).params


def test_authorise_url():
    url = oauth.authorise_url("99", "https://odoo/return?a=b", "st")
    assert url == (
        "https://auth.1688.com/oauth/authorize?client_id=99&site=1688"
        "&redirect_uri=https%3A%2F%2Fodoo%2Freturn%3Fa%3Db&state=st"
    )


BAD = [
    ("no.such", {}),
    ("trade.order", {}),
    ("trade.order", {"order_id": ORDER, "other": 1}),
    *[("trade.order", {"order_id": bad}) for bad in ("", None, "12a", "-1", "1.0", True, "9" * 20)],
    ("trade.order", {"order_id": "9223372036854775808"}),
    ("trade.order", {"order_id": "１２"}),
    ("account.seller", {}),
    ("account.seller", {"login_id": "a", "domain": "b"}),
    ("account.parse_address", {"text": "  "}),
    ("account.parse_address", {"text": 5}),
    ("product.search", {"query": SearchQuery("x", page_size=51)}),
    ("product.search", {"query": SearchQuery("x", page=0)}),
    ("product.search", {"query": SearchQuery("x", sort=("price", "up"))}),
    ("product.search", {"query": SearchQuery("x", price_min=Decimal(-1))}),
    ("product.search", {"query": SearchQuery("x", price_min=1.5)}),
    ("product.search", {"query": None}),
    ("product.upload_image", {"data": b""}),
    ("product.freight", {**GOOD["product.freight"], "district_code": "33"}),
    ("product.freight", {**GOOD["product.freight"], "quantities": {}}),
    ("product.freight", {**GOOD["product.freight"], "quantities": {"1": 0}}),
    ("trade.preview", {"request": request(lines=())}),
    ("trade.preview", {"request": request(lines=(CargoLine("1", Decimal(1)),) * 51)}),
    ("trade.preview", {"request": request(address=Address())}),
    ("trade.preview", {"request": request(address=Address(street="x"))}),
    ("trade.preview", {"request": request(address=Address(street="x" * 201))}),
    *[
        ("trade.preview", {"request": request(lines=(CargoLine("1", bad),))})
        for bad in (Decimal(0), Decimal(-1), Decimal("NaN"), Decimal("Infinity"), "x", None, True)
    ],
    (
        "trade.preview",
        {"request": request(lines=(CargoLine("1", Decimal("1.00000000000000001")),))},
    ),
    ("trade.create_order", {"request": request(out_order_id="")}),
    ("trade.create_order", {"request": request(out_order_id="x" * 129)}),
    ("trade.create_order", {"request": request(message="x" * 501)}),
    ("trade.create_order", {"request": request(flow="")}),
    ("trade.create_order", {"request": request(), "api": "slow"}),
    ("trade.cancel", {"order_id": ORDER, "reason": "mood"}),
    ("trade.orders", {"query": OrderQuery(page_size=0)}),
    ("trade.orders", {"query": OrderQuery(created_from=datetime(2025, 1, 1))}),  # noqa: DTZ001
    ("payment.pay_link", {"order_ids": []}),
    ("payment.pay_link", {"order_ids": [ORDER] * 101}),
    ("payment.pay", {"order_id": ORDER, "amount": Decimal(0)}),
    ("payment.pay", {"order_id": ORDER, "amount": Decimal("0.001")}),
    ("payment.pay", {"order_id": ORDER, "amount": 1.0}),
    ("payment.pay", {"order_id": ORDER, "amount": Decimal(1), "channel": "cash"}),
    ("receipt.confirm", {"order_id": ORDER, "entry_ids": []}),
    ("refund.reasons", {**GOOD["refund.reasons"], "goods_status": "lost"}),
    ("refund.upload_evidence", {"jpeg": b"PNG"}),
    ("refund.upload_evidence", {"jpeg": b"\xff\xd8" + b"x" * 1024 * 1024}),
    ("refund.create", {"request": claim(description="x")}),
    ("refund.create", {"request": claim(description="x" * 151)}),
    ("refund.create", {"request": claim(evidence=("u",) * 6)}),
    ("refund.create", {"request": claim(goods_amount=Decimal(-1))}),
    ("refund.create", {"request": claim(goods_status="shipped", with_return=True)}),
    ("refund.of_order", {"order_id": ORDER, "kind": "all"}),
    ("push.pull", {"start": AT, "end": AT}),
    ("push.pull", {"start": AT, "end": AT + timedelta(1), "limit": 10}),
    ("push.query", {"start": None, "end": AT}),
    ("push.confirm", {"msg_ids": ["x"]}),
]


@pytest.mark.parametrize(("name", "arguments"), BAD)
def test_bad_input_is_refused_here(name, arguments):
    with pytest.raises(BadInput):
        build(name, **arguments)


def test_float_quantity_that_is_exact_is_taken():
    call = build("trade.preview", request=request(lines=(CargoLine("1", 2.5),)))
    assert json.loads(call.params["cargoParamList"])[0]["quantity"] == 2.5
