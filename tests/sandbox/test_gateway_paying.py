"""Cashier addresses, password-free payment, ways to pay."""

import pytest


@pytest.fixture
def order_id(client, goods):
    return client.create([goods.one()])["result"]["orderId"]


def total(client, order_id):
    return round(client.detail(order_id)["baseInfo"]["totalAmount"] * 100)


def url_of(client, ids, api="alibaba.alipay.url.get", name="orderIdList"):
    return client.trade(api, **{name: [int(one) for one in ids]})


def test_address_of_one_order(client, order_id):
    answer = url_of(client, [order_id])
    assert answer["success"] is True
    assert answer["payUrl"].endswith(f"/cashier?orderId={order_id}")


def test_address_of_several(client, goods, order_id):
    other = client.create([goods.one()])["result"]["orderId"]
    client.pay(other)
    third = client.create([goods.one()])["result"]["orderId"]
    answer = url_of(client, [order_id, other, third])
    assert answer["payUrl"].endswith(f"/cashier?orderIds={order_id},{third}")
    assert [row["orderId"] for row in answer["payFailureOrderList"]] == [other]


def test_address_refusals(client, order_id):
    client.pay(order_id)
    answer = url_of(client, [order_id])
    assert answer["success"] is False and answer["errorCode"] == "PRODUCT_TRADE_STAT_ERROR"
    assert answer["erroMsg"] and "errorMessage" not in answer
    assert url_of(client, ["5"])["errorCode"] == "ORDER_NOT_EXIST"
    assert url_of(client, range(101))["errorCode"] == "400"
    assert url_of(client, [])["errorCode"] == "400"


@pytest.mark.parametrize("api", ["alibaba.crossBorderPay.url.get", "alibaba.creditPay.url.get"])
def test_other_cashiers(client, order_id, api):
    assert url_of(client, [order_id], api)["payUrl"].endswith(order_id)
    assert url_of(client, range(31), api)["errorMsg"]


def test_group_pay_and_analysis(client, order_id):
    answer = url_of(client, [order_id], "alibaba.trade.grouppay.url.get", "orderIds")
    assert answer["results"]["payUrl"].endswith(order_id)
    answer = client.trade("trade.orderpay.analysis", orderIds=[int(order_id)], payChannel="alipay")
    result = answer["result"]["result"]
    assert result["totalPayFee"] == total(client, order_id)
    assert result["payChannel"] == {"channel": "alipay", "avaliable": True}


def test_ways_to_pay(client, order_id):
    result = client.trade("alibaba.trade.payWay.query", orderId=order_id)
    assert result["success"] == "true"
    assert result["resultList"]["payFee"] == total(client, order_id)
    assert result["resultList"]["timeout"] == "2025-10-14 16:53:20"
    assert client.trade("alibaba.trade.payWay.query", orderId="5")["errorCode"] == "500_2"
    client.pay(order_id)
    assert client.trade("alibaba.trade.payWay.query", orderId=order_id)["success"] is False


def test_agreements(client):
    client.switch(pay_channels=["alipay"])
    answer = client.trade("alibaba.trade.pay.protocolPay.isopen")
    rows = {row["payChannel"]: row for row in answer["result"]["result"]["paymentAgreements"]}
    assert rows["ALIPAY"]["signedStatus"] == "true" and rows["ALIPAY"]["bindingStatus"] == "true"
    assert rows["SHEGOU"]["signedStatus"] == "false"


def test_credit_is_tried_first(client, order_id):
    assert client.pay(order_id)["result"]["result"] == {"payChannel": "shegou", "paySuccess": True}
    info = client.detail(order_id)
    assert info["baseInfo"]["status"] == "waitsellersend"
    assert info["tradeTerms"][0]["payStatus"] == "2" and info["tradeTerms"][0]["payWay"] == "3"
    assert [row["channel"] for row in client.ledger()["payments"]] == ["shegou"]


def test_amount_must_be_the_orders(client, order_id):
    answer = client.pay(order_id, payAmount=total(client, order_id) + 1)
    assert answer["success"] is False and answer["code"] == "PAY_AMOUNT_ERROR"
    assert client.ledger()["payments"] == []


def test_second_payment_is_refused(client, order_id):
    assert client.pay(order_id, opRequestId="R1")["result"]["result"]["paySuccess"] is True
    assert client.pay(order_id, opRequestId="R2")["code"] == "ORDER_STATUS_ERROR"
    assert client.pay(order_id, opRequestId="R1")["result"]["result"]["paySuccess"] is True
    assert len(client.ledger()["payments"]) == 1


def test_second_payment_can_be_taken(client, order_id):
    client.switch(repeated_payment="paid_again")
    client.pay(order_id, opRequestId="R1")
    client.pay(order_id, opRequestId="R2")
    assert len(client.ledger()["payments"]) == 2


def test_orders_of_others_cannot_be_paid(client):
    assert client.pay("5") == {"success": False, "code": "500", "message": "不是自己的订单"}


@pytest.mark.parametrize(
    ("answer", "says", "booked"),
    [("refused", False, 0), ("pending_paid", False, 1), ("not_enough", None, 0)],
)
def test_answers_of_the_bank(client, order_id, answer, says, booked):
    client.switch(pay_answer=answer)
    given = client.pay(order_id)
    if says is None:
        assert given["code"] == "ACCOUNT_BALANCE_NOT_ENOUGH"
    else:
        assert given["result"]["result"]["paySuccess"] is says
    assert len(client.ledger()["payments"]) == booked


def test_no_agreement(client, order_id):
    client.switch(pay_channels=["alipay"])
    assert client.pay(order_id, payChannel="shegou")["code"] == "NOT_SIGNED"
    assert client.pay(order_id, payChannel="coins")["code"] == "PARAM_ILLEGAL"
    assert client.pay(order_id)["result"]["result"]["payChannel"] == "alipay"


def test_older_call(client, order_id):
    assert client.trade("alibaba.trade.pay.protocolPay", orderId=order_id)["success"] is True
    answer = client.trade("alibaba.trade.pay.protocolPay", orderId=order_id)
    assert answer["success"] is False
    assert len(client.ledger()["payments"]) == 1


def test_price_change_before_payment(client, order_id):
    before = total(client, order_id)
    client.admin("POST", f"orders/{order_id}/price", {"total_fen": before - 501})
    info = client.detail(order_id)
    assert round(info["baseInfo"]["totalAmount"] * 100) == before - 501
    assert info["baseInfo"]["discount"] == -501
    items = sum(round(item["itemAmount"] * 100) for item in info["productItems"])
    assert items + round(info["baseInfo"]["shippingFee"] * 100) == before - 501
    assert client.pay(order_id, payAmount=before)["code"] == "PAY_AMOUNT_ERROR"
    client.pay(order_id)
    assert [row["amount_fen"] for row in client.ledger()["payments"]] == [before - 501]
    answer = client.admin("POST", f"orders/{order_id}/price", {"total_fen": 1})
    assert "waitsellersend" in answer["error"]


def test_freight_change(client, order_id):
    base = client.detail(order_id)["baseInfo"]
    client.admin("POST", f"orders/{order_id}/price", {"freight_fen": 1234})
    after = client.detail(order_id)["baseInfo"]
    assert after["shippingFee"] == 12.34
    assert after["sumProductPayment"] == base["sumProductPayment"]


def test_unpaid_order_is_closed_in_time(client, order_id):
    client.advance(days=5, minutes=1)
    base = client.detail(order_id)["baseInfo"]
    assert (base["status"], base["closeReason"]) == ("cancel", "BUYER_NO_PAY")
    assert base["closeOperateType"] == "CLOSE_TRADE_BY_SYSTEM"
    assert client.pay(order_id)["code"] == "ORDER_STATUS_ERROR"
    assert client.detail(order_id)["tradeTerms"][0]["payStatus"] == "8"
