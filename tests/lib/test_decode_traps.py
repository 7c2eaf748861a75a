"""Replies that say no, say both, or say nothing: refused, or unknown, never a yes."""

import json

import pytest
from lib1688.decode import decode
from lib1688.endpoints import NAMES
from lib1688.errors import BadAnswer, NotAuthorised, OutcomeUnknown, RateLimited, Refused

from . import samples
from .samples import GOOD, ORDER


def failure(name, text, status=200):
    with pytest.raises((Refused, OutcomeUnknown)) as caught:
        decode(name, text, status)
    assert caught.value.raw == text
    assert caught.value.http_status == status
    return caught.value


def gateway(code, message="m"):
    return json.dumps({"error_code": code, "error_message": message, "exception": message})


@pytest.mark.parametrize("status", [200, 400, 403])
@pytest.mark.parametrize(
    "code",
    [
        "gw.SignatureInvalid",
        "gw.SignatureMissing",
        "gw.AppKeyNotFound",
        "gw.AppKeyMissing",
        "gw.APIUnsupported",
        "gw.APIACLDecline",
        "gw.ParamMissing",
    ],
)
def test_gateway_refusal(code, status):
    error = failure("trade.create_order", gateway(code), status)
    assert (type(error), error.code) == (Refused, code)


@pytest.mark.parametrize("status", [200, 400])
@pytest.mark.parametrize("name", ["AppFrequencyLimit", "APIFrequencyLimit", "RequestLimit"])
def test_rate_limit(name, status):
    error = failure("payment.pay", gateway(f"gw.Qos{name}"), status)
    assert type(error) is RateLimited
    assert error.repeatable


def test_rate_limit_by_status():
    assert type(failure("trade.order", "slow down", 429)) is RateLimited


@pytest.mark.parametrize(
    ("text", "status"),
    [
        (gateway("401", "Request need user authorized"), 401),
        (gateway("401", "Request need user authorized"), 400),
        (gateway("401", "Request need user authorized"), 200),
        ('{"error_code":401,"error_message":"Request need user authenticated"}', 200),
        (gateway("gw.x", "User authorization is required"), 400),
        (gateway("x", "Request need user authenticated"), 400),
        ("{}", 401),
        ("<html>401</html>", 401),
        (gateway("anything"), 401),
    ],
)
def test_token_is_refused_in_every_shape(text, status):
    assert type(failure("trade.create_order", text, status)) is NotAuthorised


@pytest.mark.parametrize(
    "code", ["gw.ServiceTimeout", "gw.APITimeout", "gw.SystemError", "500", "isp.x"]
)
def test_gateway_codes_that_may_come_after_the_fact_are_unknown(code):
    error = failure("trade.create_order", gateway(code), 400)
    assert (type(error), error.code) == (OutcomeUnknown, code)


def test_top_error():
    text = '{"error_response":{"code":15,"msg":"m","sub_code":"isv.x","sub_msg":"s"}}'
    assert failure("trade.order", text).code == "isv.x"


@pytest.mark.parametrize("status", [500, 502, 503, 504])
@pytest.mark.parametrize(
    "text", ["", "<html></html>", "{}", GOOD["trade.create_order"], gateway("gw.AppKeyMissing")]
)
def test_server_errors_are_unknown_whatever_they_say(text, status):
    assert type(failure("trade.create_order", text, status)) is OutcomeUnknown


@pytest.mark.parametrize("status", [103, 300, 403, 404])
def test_other_statuses_are_unknown(status):
    assert isinstance(failure("trade.create_order", "{}", status), OutcomeUnknown)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("text", ["", "<html>", "null", "7", "[]", "{}", '{"a":', "\x00", '""'])
def test_nothing_usable_is_a_bad_answer(name, text):
    assert type(failure(name, text)) is BadAnswer


NOES = [
    {"success": False, "errorCode": "X1", "errorMessage": "no"},
    {"success": "false", "errorCode": "X1", "errorMsg": "no"},
    {"success": False, "code": "X1", "message": "no"},
    {"success": False, "errorCode": "X1", "erroMsg": "no"},
    {"result": {"success": False, "code": "X1", "message": "no"}},
    {"result": {"success": False, "errorCode": "X1", "errorInfo": "no"}},
    {"result": {"success": "false", "code": "X1", "message": "no"}, "success": True},
    {"result": None, "success": False, "code": "X1", "message": "no"},
    {"result": {"success": False, "code": "200", "message": "ok?", "result": None}},
    {"errorCode": "X1", "errorMessage": "no"},
    {"success": True, "errorCode": "X1", "errorMessage": "no"},
]


@pytest.mark.parametrize("name", [name for name in NAMES if name != "system.current_time"])
@pytest.mark.parametrize("body", NOES, ids=json.dumps)
def test_a_no_in_every_envelope(name, body):
    error = failure(name, json.dumps(body))
    assert type(error) is Refused
    assert error.code in ("X1", "refused")
    assert error.message in ("no", "ok?")


def test_captcha_and_risk_are_refusals_with_their_code():
    error = failure("trade.create_order", '{"success":false,"code":"CAPTCHA","message":"verify"}')
    assert (type(error), error.code, error.sent) == (Refused, "CAPTCHA", True)


def test_page_that_asks_for_a_captcha_is_unknown_with_a_code_of_its_own():
    error = failure("trade.create_order", "<html><title>验证码</title></html>")
    assert (type(error), error.code) == (BadAnswer, "captcha")


def test_refused_token():
    text = '{"error":"invalid_grant","error_description":"code is used"}'
    error = failure("oauth.exchange", text, 200)
    assert (type(error), error.code, error.message) == (Refused, "invalid_grant", "code is used")
    assert failure("oauth.exchange", '{"error":"<b>"}').code == "oauth"


# --- creation


def test_not_created():
    error = failure("trade.create_order", samples.NO_STOCK)
    assert (error.code, error.message) == ("500_004", "商品[600000000001]库存不足")


def test_no_success_with_an_order_id_is_an_order():
    text = f'{{"result":{{"orderId":"{ORDER}","success":false}},"success":false,"code":"X"}}'
    order = decode("trade.create_order", text)
    assert (order.order_ids, order.confirmed, order.code) == ((ORDER,), False, "X")


@pytest.mark.parametrize(
    "text",
    [
        f'{{"orderId":"{ORDER}","totalSuccessAmount":10250,"postFee":800,"success":true}}',
        f'{{"result":{{"result":{{"orderId":{ORDER}}},"success":true}},"success":true}}',
        f'{{"result":{{"orderList":[{{"orderId":{ORDER}}}]}},"success":"true"}}',
        f'{{"orderList":[{{"orderId":"{ORDER}"}}],"orderId":"{ORDER}","success":true}}',
    ],
)
def test_order_id_with_and_without_wrapper(text):
    order = decode("trade.create_order", text)
    assert (order.order_ids, order.confirmed) == ((ORDER,), True)


def test_order_without_any_flag_must_be_looked_up():
    assert not decode("trade.create_order", f'{{"orderId":"{ORDER}"}}').confirmed


@pytest.mark.parametrize("amount", ['"NaN"', "-1", "1.5", "1e309", '"x"', "[]"])
def test_order_with_a_senseless_amount_still_exists(amount):
    text = samples.CREATED.replace("10250", amount)
    order = decode("trade.create_order", text)
    assert (order.order_ids, order.confirmed) == ((ORDER,), False)
    text = samples.SPLIT.replace("7050", amount)
    assert len(decode("trade.create_order", text).order_ids) == 2


def test_part_that_failed_among_parts():
    text = f"""{{"result":{{"success":true,"orderList":[{{"orderId":"{ORDER}","success":true}},
      {{"success":false,"resultCode":"500_004","message":"none left"}}],
      "failedOfferList":[{{"offerId":5,"specId":"s","errorCode":"500_005","errorMessage":"few"}}]}},
      "success":true}}"""
    order = decode("trade.create_order", text)
    assert order.order_ids == (ORDER,)
    assert {(cargo.offer_id, cargo.code) for cargo in order.failed} == {
        ("5", "500_005"),
        ("", "500_004"),
    }


@pytest.mark.parametrize("success", ["true", "false"])
def test_all_lines_failed(success):
    text = f"""{{"result":{{"failedOfferList":[{{"offerId":5,"errorCode":"500_004",
      "errorMessage":"none left"}}]}},"success":{success}}}"""
    error = failure("trade.create_order", text)
    assert (type(error), error.code, error.message) == (Refused, "500_004", "none left")


@pytest.mark.parametrize(
    "text",
    [
        '{"success":true}',
        '{"result":{},"success":true}',
        '{"result":{"orderList":[],"failedOfferList":[]},"success":true}',
        '{"result":{"orderId":4.1E18},"success":true}',
        '{"result":{"orderId":"","totalSuccessAmount":10250},"success":true}',
    ],
)
def test_success_without_an_order_is_unknown(text):
    assert isinstance(failure("trade.create_order", text), OutcomeUnknown)


def test_damaged_order_id_beside_a_failed_line_is_unknown():
    text = '{"result":{"orderId":4.1E18,"failedOfferList":[{"errorCode":"1"}]},"success":true}'
    assert isinstance(failure("trade.create_order", text), OutcomeUnknown)


# --- preview


def test_refused_preview_takes_the_code_of_its_part():
    text = """{"success":false,"orderPreviewResuslt":[{"status":false,"resultCode":"500_005",
      "message":"too few"}]}"""
    error = failure("trade.preview", text)
    assert (error.code, error.message) == ("500_005", "too few")


def test_preview_in_a_wrapper():
    assert decode("trade.preview", f'{{"result":{samples.PREVIEW}}}').orderable


@pytest.mark.parametrize("amount", ['"NaN"', "-1", "1.5", "1e309", '"ten"', "true"])
def test_preview_with_a_senseless_amount(amount):
    assert isinstance(failure("trade.preview", samples.PREVIEW.replace("10250", amount)), BadAnswer)


# --- the rest


@pytest.mark.parametrize("text", [samples.NOT_SHIPPED, '{"success":true,"result":[]}'])
def test_nothing_shipped_yet(text):
    assert decode("logistics.parcels", text) == ()


@pytest.mark.parametrize(
    "text", [samples.NO_TRACE, samples.NOT_SHIPPED, '{"success":true,"logisticsTrace":[]}']
)
def test_no_trace_yet(text):
    assert decode("logistics.traces", text) == ()


def test_trace_of_another_buyer_is_refused():
    text = '{"success":false,"errorCode":"order.nopermission.buyer","errorMessage":"no"}'
    assert failure("logistics.traces", text).code == "order.nopermission.buyer"


def test_same_code_means_something_else_elsewhere():
    assert type(failure("payment.pay_ways", samples.NOT_SHIPPED)) is Refused


def test_payment_that_is_not_confirmed_is_unknown():
    text = samples.PAID.replace("true}}}", "false}}}")
    error = failure("payment.pay", text)
    assert (type(error), error.code) == (OutcomeUnknown, "pay_not_confirmed")
    assert isinstance(failure("payment.pay", '{"result":{"success":true}}'), OutcomeUnknown)


def test_payment_of_a_foreign_order_is_refused():
    error = failure("payment.pay", '{"success":false,"code":"500","message":"不是自己的订单"}')
    assert (type(error), error.code) == (Refused, "500")


def test_pay_link_must_be_a_web_address():
    text = '{"success":true,"payUrl":"javascript:alert(1)"}'
    assert failure("payment.pay_link", text).code == "bad_url"


def test_refund_error_of_the_server_is_unknown():
    text = '{"result":{"success":false,"code":"4000","message":"busy"}}'
    error = failure("refund.create", text)
    assert (type(error), error.code) == (OutcomeUnknown, "4000")


def test_refund_error_of_ours_is_refused():
    text = '{"result":{"success":false,"code":"5010","message":"open already"}}'
    assert (type(failure("refund.create", text))) is Refused


def test_urging_that_had_no_effect_is_refused():
    text = '{"result":{"success":true,"code":"200","result":false}}'
    assert type(failure("logistics.urge", text)) is Refused


def test_detail_with_a_damaged_id_is_unreadable():
    text = samples.DETAIL.replace('"idOfStr":"4100000000000000123",', "")
    text = text.replace('"id":4100000000000000100', '"id":4.1E18')
    assert failure("trade.order", text).code == "missing"


@pytest.mark.parametrize("amount", ['"NaN"', "-1", "1e309", '"1,025.00"', "true", "[1]"])
def test_detail_with_senseless_money_is_unreadable(amount):
    text = samples.DETAIL.replace('"totalAmount":102.5', f'"totalAmount":{amount}')
    assert failure("trade.order", text).code == "bad_number"


def test_missing_money_is_none_and_not_zero():
    text = samples.DETAIL.replace("totalAmount", "other").replace("shippingFee", "another")
    order = decode("trade.order", text)
    assert (order.total, order.freight) == (None, None)


def test_incomplete_tier_is_unreadable():
    text = samples.OFFER.replace('"startQuantity":5,', "")
    assert isinstance(failure("product.detail", text), BadAnswer)


def test_freight_without_an_amount_is_unreadable():
    text = samples.FREIGHT.replace('"freight":"8.00",', "")
    assert isinstance(failure("product.freight", text), BadAnswer)
