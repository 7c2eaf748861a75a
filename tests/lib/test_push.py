"""Pushed messages: verified over the received bytes, read tolerantly, never trusted."""

import json
from datetime import datetime, timezone
from decimal import Decimal
from urllib.parse import quote, quote_plus, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lib1688.decode import open_message, read_message
from lib1688.errors import BadInput, ForgedMessage
from lib1688.signing import sign_push
from lib1688.values import StockChange

from .samples import ENTRY, MESSAGE, ORDER

SECRET = "simSecret01"


def form(message=MESSAGE, secret=SECRET, sign=None):
    fields = {"message": message, "_aop_signature": sign or sign_push(message, secret)}
    return urlencode(fields).encode()


def test_message():
    message = open_message(form(), SECRET)
    assert (message.msg_id, message.topic) == ("92700000001", "ORDER_BUYER_VIEW_ORDER_PAY")
    assert (message.order_ids, message.status) == ((ORDER,), "waitsellersend")
    assert message.member_id == "b2b-2200000000001"
    assert message.created_at == datetime(2025, 10, 9, 8, 53, 20, tzinfo=timezone.utc)
    assert message.sent_at == message.created_at
    assert json.loads(message.data)["orderId"] == int(ORDER)


@pytest.mark.parametrize(
    "body",
    [
        f"message={MESSAGE}&_aop_signature={sign_push(MESSAGE, SECRET)}",
        f"message={quote(MESSAGE)}&_aop_signature={sign_push(MESSAGE, SECRET).lower()}",
        f"_aop_signature={sign_push(MESSAGE, SECRET)}&message={quote_plus(MESSAGE)}",
        f"message={MESSAGE}&_aop_signature={sign_push(MESSAGE, SECRET)}\r\n",
    ],
    ids=["not encoded", "percent encoded", "signature first", "line end"],
)
def test_tolerated_forms(body):
    assert open_message(body.encode(), SECRET).order_ids == (ORDER,)


def test_message_with_reserved_characters():
    text = MESSAGE.replace('"data":{', '"data":{"remark":"a&b=c+d 100%",')
    assert open_message(form(text), SECRET).order_ids == (ORDER,)
    raw = f"message={text}&_aop_signature={sign_push(text, SECRET)}"
    assert open_message(raw.encode(), SECRET).order_ids == (ORDER,)


SIGN = sign_push(MESSAGE, SECRET)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"message=",
        form(sign="0" * 40),
        form(secret="other"),
        form().replace(b"waitsellersend", b"success"),
        f"message={MESSAGE}".encode(),
        f"_aop_signature={SIGN}".encode(),
        f"message={MESSAGE}&_aop_signature=".encode(),
        f"Message={MESSAGE}&_aop_signature={SIGN}".encode(),
        f"message={MESSAGE}&_aop_signature={SIGN}&_aop_signature={SIGN}".encode(),
        f"message={MESSAGE}&_aop_signature={SIGN}&x=1".encode(),
        f"_aop_signature={SIGN}&_aop_signature={SIGN}&message={MESSAGE}".encode(),
        f"message={MESSAGE} &_aop_signature={SIGN}".encode(),
        b"\xff" * 100,
        b"message=" + b"x" * (256 * 1024) + b"&_aop_signature=" + SIGN.encode(),
        json.dumps({"message": MESSAGE, "_aop_signature": SIGN}).encode(),
    ],
    ids=lambda body: str(body[:40]),
)
def test_forged(body):
    with pytest.raises(ForgedMessage):
        open_message(body, SECRET)


def test_without_a_secret_nothing_is_believed():
    with pytest.raises(ForgedMessage):
        open_message(form(secret=""), "")


@given(st.integers(0, 600), st.binary(min_size=1, max_size=3))
def test_mutated_messages_are_not_believed(position, noise):
    body = form()
    mutated = body[: position % len(body)] + noise + body[position % len(body) + 1 :]
    try:
        message = open_message(mutated, SECRET)
    except ForgedMessage:
        return
    # another spelling of the same bytes (%7b for %7B, a lower-case signature) is no forgery
    assert message == open_message(body, SECRET)


@given(st.binary(max_size=300))
def test_any_bytes_are_forged(body):
    with pytest.raises(ForgedMessage):
        open_message(body, SECRET)


@pytest.mark.parametrize("text", ["", "7", "{}", "[]", '{"msgId":1}', '{"type":"x"}', "{" * 99])
def test_signed_nonsense_is_bad_input(text):
    with pytest.raises(BadInput):
        read_message(text)


def message(topic, data):
    return read_message(json.dumps({"msgId": 1, "type": topic, "data": data}))


def test_payload_as_text():
    found = message("ORDER_BUYER_VIEW_ORDER_PAY", json.dumps({"orderId": int(ORDER)}))
    assert found.order_ids == (ORDER,)
    assert message("X", "no json").data == "{}"


def test_refund():
    found = message(
        "ORDER_BUYER_VIEW_ORDER_BUYER_REFUND_IN_SALES",
        {"orderId": ORDER, "refundId": "TQ1", "refundAction": "SELLER_AGREE_REFUND"}
        | {"operator": "seller", "currentStatus": "refundsuccess"},
    )
    assert (found.refund_id, found.refund_action) == ("TQ1", "SELLER_AGREE_REFUND")
    assert (found.operator, found.status) == ("seller", "refundsuccess")


def test_trace():
    goods = [{"orderId": ORDER, "orderEntryId": ENTRY}, {"orderId": ORDER, "orderEntryId": ENTRY}]
    found = message(
        "LOGISTICS_BUYER_VIEW_TRACE",
        {
            "OrderLogisticsTracingModel": {
                "logisticsId": "LP1",
                "cpCode": "ZTO",
                "mailNo": "78",
                "statusChanged": "SIGN",
                "changeTime": "2025-10-12 10:00:00",
                "orderLogsItems": goods,
            }
        },
    )
    assert (found.bill_no, found.carrier_code, found.status) == ("78", "ZTO", "SIGN")
    assert (found.order_ids, found.entry_ids) == ((ORDER,), (ENTRY,))
    assert found.sent_at == datetime(2025, 10, 12, 2, tzinfo=timezone.utc)


def test_changed_waybill():
    found = message(
        "LOGISTICS_MAIL_NO_CHANGE",
        {"MailNoChangeModel": {"oldMailNo": "1", "newMailNo": "2", "newCpCode": "YTO"}},
    )
    assert (found.old_bill_no, found.bill_no, found.carrier_code) == ("1", "2", "YTO")


def test_batch_payment():
    found = message("ORDER_BATCH_PAY", {"batchPay": [{"orderId": "41", "status": "successed"}]})
    assert found.order_ids == ("41",)


def test_products():
    found = message(
        "PRODUCT_RELATION_VIEW_PRODUCT_CHANGE", {"productIds": "1,2,x", "action": "new"}
    )
    assert (found.offer_ids, found.offer_action) == (("1", "2"), "new")


def test_stock():
    rows = [{"offerId": 5, "skuId": 6, "skuOnSale": 7, "offerOnSale": 8}, {"skuId": 1}]
    rows.append({"offerId": 9, "skuOnSale": -3})
    found = message("PRODUCT_PRODUCT_INVENTORY_CHANGE", {"OfferInventoryChangeList": rows})
    assert found.stock_changes == (
        StockChange("5", "6", Decimal(8), Decimal(7)),
        StockChange("9"),
    )
    assert found.offer_ids == ("5", "9")


def test_decimals_of_the_payload_are_kept():
    found = read_message('{"msgId":1,"type":"x","data":{"price":12.10}}')
    assert json.loads(found.data) == {"price": "12.10"}
