"""The refund family: limits, evidence, every code, every move allowed and refused."""

import base64
import json

import pytest
from sandbox_client import ACCESS_TOKEN, APP_KEY, APP_SECRET, sign

JPEG = b"\xff\xd8\xff\xe0" + b"picture" * 10
CHANGED_MIND, BROKEN, SEVEN_DAYS, LATE = 20021, 20035, 20041, 20025


@pytest.fixture
def order_id(client, goods):
    client.switch(auto=False)
    order_id = client.create(goods.same_seller(3))["result"]["orderId"]
    client.pay(order_id)
    return order_id


@pytest.fixture
def shipped(client, order_id):
    client.admin("POST", f"orders/{order_id}/ship", {"parcels": 1})
    return order_id


def items(client, order_id):
    return client.detail(order_id)["productItems"]


def fen(amount):
    return round(amount * 100)


def upload(client, content=JPEG):
    answer = client.trade(
        "alibaba.trade.uploadRefundVoucher", imageData=base64.b64encode(content).decode()
    )["result"]
    if not answer["success"]:
        return answer
    return answer["result"]["imageDomain"] + answer["result"]["imageRelativeUrl"]


def limits(client, order_id, goods_status, counts):
    given = {"orderId": int(order_id), "goodsStatus": goods_status, "refundGoodsCountList": counts}
    return client.trade("alibaba.trade.getMaxRefundFee", input=given)["result"]


def apply(client, order_id, lines, **params):
    """Ask for all money of some lines, before shipment unless told otherwise."""
    given = {
        "orderId": order_id,
        "orderEntryIds": [line["subItemID"] for line in lines],
        "disputeRequest": "refund",
        "applyPayment": sum(fen(line["itemAmount"]) for line in lines),
        "applyCarriage": 0,
        "applyReasonId": CHANGED_MIND,
        "description": "不需要了",
        "goodsStatus": "refundWaitSellerSend",
        **params,
    }
    return client.trade("alibaba.trade.createRefund", **given)["result"]


def received(client, **params):
    given = {"goodsStatus": "refundBuyerReceived", "applyReasonId": BROKEN, "description": "破损"}
    return {**given, "vouchers": [upload(client)], **params}


def query(client, refund_id, **params):
    name = "alibaba.trade.refund.OpQueryOrderRefund"
    answer = client.trade(name, refundId=refund_id, **params)
    return answer["result"]["opOrderRefundModelDetail"]


def seller(client, refund_id, move, **body):
    return client.admin("POST", f"refunds/{refund_id}/{move}", body)


def status(client, order_id):
    return client.detail(order_id)["baseInfo"]["status"]


# --- reading before applying


def test_reasons(client, order_id):
    line = items(client, order_id)[0]

    def reasons(goods_status, number=order_id):
        return client.trade(
            "alibaba.trade.getRefundReasonList",
            orderId=number,
            orderEntryIds=[line["subItemID"]],
            goodsStatus=goods_status,
        )["result"]

    rows = reasons("refundWaitSellerSend")["result"]["reasons"]
    assert CHANGED_MIND in [row["id"] for row in rows]
    assert not any(row["needVoucher"] for row in rows)
    assert reasons("refundBuyerReceived")["code"] == "5003"
    assert reasons("nonsense")["code"] == "5003"
    assert reasons("refundWaitSellerSend", "5")["code"] == "5001"
    client.admin("POST", f"orders/{order_id}/ship", {})
    rows = reasons("refundBuyerReceived")["result"]["reasons"]
    assert [row["needVoucher"] for row in rows if row["id"] == BROKEN] == [True]
    assert [row["noRefundCarriage"] for row in rows if row["id"] == SEVEN_DAYS] == [True]


def test_limits(client, shipped):
    lines = items(client, shipped)
    base = client.detail(shipped)["baseInfo"]
    counts = [{"id": line["subItemID"], "count": line["quantity"]} for line in lines]
    result = limits(client, shipped, "refundBuyerReceived", counts)["result"]
    assert result["maxGoodsFee"] == fen(base["sumProductPayment"])
    assert result["maxPostFee"] == fen(base["shippingFee"])
    assert result["maxRefundFee"] == fen(base["totalAmount"])
    one = limits(
        client, shipped, "refundBuyerReceived", [{"id": lines[0]["subItemID"], "count": 1}]
    )
    price = fen(lines[0]["itemAmount"]) // lines[0]["quantity"]
    assert abs(one["result"]["maxGoodsFee"] - price) <= 1
    bad = [{"id": lines[0]["subItemID"], "count": 10**6}]
    assert limits(client, shipped, "refundBuyerReceived", bad)["code"] == "5013"


# --- evidence


def test_evidence_as_text_and_as_file(client):
    assert "/img/evidence/" in upload(client)
    assert upload(client, b"GIF89a")["code"] == "4000"
    assert upload(client, JPEG + bytes(1024 * 1024))["code"] == "4000"
    path = f"param2/1/com.alibaba.trade/alibaba.trade.uploadRefundVoucher/{APP_KEY}"
    fields = {"access_token": ACCESS_TOKEN, "_aop_timestamp": "1760000000000"}
    fields["_aop_signature"] = sign(APP_SECRET, path, fields)  # the file is not signed
    body = "".join(
        f'--cut\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ).encode()
    body += b'--cut\r\nContent-Disposition: form-data; name="imageData"; filename="a.jpg"\r\n'
    body += b"Content-Type: image/jpeg\r\n\r\n" + JPEG + b"\r\n--cut--\r\n"
    kind = {"Content-Type": "multipart/form-data; boundary=cut"}
    answer = json.loads(client.request("POST", f"/openapi/{path}", body, kind))
    assert answer["result"]["success"] is True


def test_text_that_is_no_base64(client):
    answer = client.trade("alibaba.trade.uploadRefundVoucher", imageData="%%%")
    assert answer["result"]["code"] == "4000"


# --- every code of createRefund


BAD = {
    "5003 wrong time": ("5003", {"goodsStatus": "refundBuyerReceived"}),
    "5003 unknown": ("5003", {"goodsStatus": "lost"}),
    "5003 return before receipt": ("5003", {"disputeRequest": "returnRefund"}),
    "5004": ("5004", {"applyReasonId": 1}),
    "5004 of another time": ("5004", {"applyReasonId": BROKEN}),
    "5005 strange evidence": ("5005", {"vouchers": ["http://elsewhere/a.jpg"]}),
    "5011 more than paid": ("5011", {"applyPayment": 10**9}),
    "5011 not in full": ("5011", {"applyPayment": 1}),
    "5011 freight": ("5011", {"applyCarriage": 10**9}),
    "5011 below zero": ("5011", {"applyCarriage": -1}),
    "5012 short": ("5012", {"description": "x"}),
    "5012 long": ("5012", {"description": "x" * 151}),
    "5013": ("5013", {"orderEntryCountList": [{"id": 1, "count": 1}]}),
}


@pytest.mark.parametrize("case", BAD)
def test_codes(client, order_id, case):
    code, params = BAD[case]
    answer = apply(client, order_id, items(client, order_id), **params)
    assert answer["success"] is False and answer["code"] == code and answer["message"]
    assert client.ledger()["refunds"] == []


def test_codes_of_orders(client, order_id, world):
    lines = items(client, order_id)
    assert apply(client, "5", lines)["code"] == "5001"
    assert apply(client, order_id, [{"subItemID": 5, "itemAmount": 1}])["code"] == "5001"
    world.store.run("INSERT INTO token VALUES ('other', '9990001', 'b2b-9', 9999999999999)")
    assert apply(client, order_id, lines, _token="other")["code"] == "5002"
    assert apply(client, order_id, lines)["success"] is True
    assert apply(client, order_id, lines)["code"] == "5010"


@pytest.mark.parametrize("state", ["waitbuyerpay", "cancel"])
def test_orders_that_cannot_be_refunded(client, goods, state):
    order_id = client.create([goods.one()])["result"]["orderId"]
    if state == "cancel":
        client.admin("POST", f"orders/{order_id}/close", {})
    assert apply(client, order_id, items(client, order_id))["code"] == "5010"


def test_codes_after_receipt(client, shipped):
    line = items(client, shipped)[:1]
    count = [{"id": line[0]["subItemID"], "count": line[0]["quantity"] + 1}]
    assert apply(client, shipped, line, **received(client, vouchers=[]))["code"] == "5005"
    assert apply(client, shipped, line, **received(client, vouchers=["x"] * 6))["code"] == "5005"
    given = received(client, applyReasonId=SEVEN_DAYS, applyCarriage=1)
    assert apply(client, shipped, line, **given)["code"] == "5006"
    assert apply(client, shipped, line, **received(client, orderEntryCountList=count))["code"] == (
        "5013"
    )


# --- the way of the money


def test_before_shipment_in_full(client, order_id):
    lines = items(client, order_id)
    postage = fen(client.detail(order_id)["baseInfo"]["shippingFee"])
    refund_id = apply(client, order_id, lines, applyCarriage=postage)["result"]["refundId"]
    assert refund_id.startswith("TQ")
    model = query(client, refund_id, needTimeOutInfo="true", needOrderRefundOperation="true")
    assert model["status"] == "waitselleragree" and model["gmtTimeOut"]
    assert model["refundOperationList"][0]["afterOperateStatus"] == "waitselleragree"
    assert {item["refundStatus"] for item in items(client, order_id)} == {"WAIT_SELLER_AGREE"}
    assert client.detail(order_id)["baseInfo"]["refundStatus"] == "waitselleragree"
    seller(client, refund_id, "agree")
    base = client.detail(order_id)["baseInfo"]
    assert base["status"] == "cancel" and base["refund"] == base["totalAmount"]
    assert query(client, refund_id)["status"] == "refundsuccess"
    assert client.detail(order_id)["tradeTerms"][0]["payStatus"] == "4"
    booked = client.ledger()["refunds"]
    assert [(row["status"], row["paid_fen"]) for row in booked] == [
        ("refundsuccess", fen(base["totalAmount"]))
    ]


def test_one_line_before_shipment_then_the_rest_is_shipped(client, order_id):
    lines = items(client, order_id)
    refund_id = apply(client, order_id, lines[:1])["result"]["refundId"]
    seller(client, refund_id, "agree")
    assert status(client, order_id) == "waitsellersend"
    assert items(client, order_id)[0]["status"] == "cancel"
    parcels = client.admin("POST", f"orders/{order_id}/ship", {})["parcels"]
    assert len(parcels[0]["entry_ids"]) == 2
    assert status(client, order_id) == "waitbuyerreceive"


def test_part_after_receipt(client, shipped):
    line = items(client, shipped)[0]
    count = [{"id": line["subItemID"], "count": 1}]
    given = received(client, orderEntryCountList=count, applyPayment=100)
    refund_id = apply(client, shipped, [line], **given)["result"]["refundId"]
    seller(client, refund_id, "agree")
    assert items(client, shipped)[0]["refund"] == 1.0
    assert status(client, shipped) == "waitbuyerreceive"
    # the rest may be asked for, and no more
    left = fen(line["itemAmount"]) - 100
    every = [{"id": line["subItemID"], "count": line["quantity"]}]
    assert limits(client, shipped, "refundBuyerReceived", every)["result"]["maxGoodsFee"] == left
    assert apply(client, shipped, [line], **received(client))["code"] == "5011"
    assert apply(client, shipped, [line], **received(client, applyPayment=left))["success"] is True


def test_return_of_goods(client, shipped):
    line = items(client, shipped)[0]
    given = received(client, disputeRequest="returnRefund")
    refund_id = apply(client, shipped, [line], **given)["result"]["refundId"]
    back = {"refundId": refund_id, "logisticsCompanyNo": "ZTO", "freightBill": "B1"}

    def send(**params):
        return client.trade("alibaba.trade.refund.returnGoods", **{**back, **params})["result"]

    assert send()["errorCode"] == "4007"
    seller(client, refund_id, "agree")
    assert query(client, refund_id)["status"] == "waitbuyersend"
    assert send(logisticsCompanyNo="X")["errorCode"] == "4004"
    assert send(description="x")["errorCode"] == "4005"
    assert send(vouchers=["x"] * 11)["errorCode"] == "4006"
    assert send(refundId="TQ5")["errorCode"] == "4002"
    assert send() == {"success": True}
    model = query(client, refund_id)
    assert (model["status"], model["freightBill"]) == ("waitsellerreceive", "B1")
    assert model["goodsStatus"] == 3
    seller(client, refund_id, "receive")
    assert query(client, refund_id)["refundPayment"] == fen(line["itemAmount"])
    assert items(client, shipped)[0]["logisticsStatus"] == 4


def test_return_address(client, shipped):
    answer = client.call("com.alibaba.fenxiao:refund.address.get", mainOrderId=shipped)
    assert answer["result"]["success"] is True and answer["result"]["data"][0]["receiverName"]


def test_after_the_end_of_the_order(client, shipped):
    client.advance(days=11)
    assert status(client, shipped) == "success"
    lines = items(client, shipped)
    given = received(client, goodsStatus="aftersaleBuyerReceived")
    refund_id = apply(client, shipped, lines, **given)["result"]["refundId"]
    seller(client, refund_id, "agree")
    assert status(client, shipped) == "success"
    base = client.detail(shipped)["baseInfo"]
    assert base["refundStatusForAs"] == "refundsuccess" and "refundStatus" not in base
    assert query(client, refund_id)["disputeType"] == 2


def test_rejected_changed_agreed(client, shipped):
    line = items(client, shipped)[0]
    refund_id = apply(client, shipped, [line], **received(client))["result"]["refundId"]
    seller(client, refund_id, "reject", reason="看不清")
    model = query(client, refund_id)
    assert (model["status"], model["rejectReason"]) == ("waitbuyermodify", "看不清")
    seller(client, refund_id, "modify", goods_fen=50)
    assert query(client, refund_id)["status"] == "waitselleragree"
    seller(client, refund_id, "agree")
    assert query(client, refund_id)["refundPayment"] == 50


# --- endings


def test_buyer_cancels(client, shipped):
    line = items(client, shipped)[0]
    refund_id = apply(client, shipped, [line], **received(client))["result"]["refundId"]
    assert client.trade("alibaba.trade.cancelRefund", refundId=refund_id) == {
        "result": {"success": True}
    }
    assert query(client, refund_id)["status"] == "refundclose"
    again = client.trade("alibaba.trade.cancelRefund", refundId=refund_id)
    assert again["result"]["errorCode"] == "4007"
    assert apply(client, shipped, [line], **received(client))["success"] is True


def test_shipment_and_receipt_end_a_refund(client, order_id):
    lines = items(client, order_id)
    first = apply(client, order_id, lines)["result"]["refundId"]
    client.admin("POST", f"orders/{order_id}/ship", {})
    assert query(client, first)["status"] == "refundclose"
    second = apply(client, order_id, lines, **received(client))["result"]["refundId"]
    client.trade(
        "trade.receivegoods.confirm",
        orderId=order_id,
        orderEntryIds=[line["subItemID"] for line in lines],
    )
    assert query(client, second)["status"] == "refundclose"


def test_receipt_waits_for_the_refund(client, shipped):
    client.advance(days=9)
    line = items(client, shipped)[0]
    refund_id = apply(client, shipped, [line], **received(client))["result"]["refundId"]
    client.advance(days=2)
    assert status(client, shipped) == "waitbuyerreceive"
    assert query(client, refund_id)["status"] == "waitselleragree"


def test_time_outs(client, shipped):
    """Silence of the seller agrees and receives; silence of the buyer gives up."""
    one, two, _three = items(client, shipped)
    plain = apply(client, shipped, [one], **received(client))["result"]["refundId"]
    given = received(client, disputeRequest="returnRefund")
    back = apply(client, shipped, [two], **given)["result"]["refundId"]
    client.advance(days=5, minutes=1)
    assert query(client, plain)["status"] == "refundsuccess"
    assert query(client, back)["status"] == "waitbuyersend"
    client.advance(days=5, minutes=1)
    assert query(client, back)["status"] == "refundclose"


def test_time_out_of_the_parcel(client, shipped):
    line = items(client, shipped)[0]
    given = received(client, disputeRequest="returnRefund")
    refund_id = apply(client, shipped, [line], **given)["result"]["refundId"]
    seller(client, refund_id, "agree")
    sent = {"refundId": refund_id, "logisticsCompanyNo": "SF", "freightBill": "B"}
    client.trade("alibaba.trade.refund.returnGoods", **sent)
    client.advance(days=5, minutes=1)
    assert query(client, refund_id)["status"] == "refundsuccess"


@pytest.mark.parametrize(
    ("answer", "end"), [("agree", "refundsuccess"), ("reject", "waitbuyermodify")]
)
def test_sellers_answer_by_the_clock(client, shipped, answer, end):
    client.switch(auto=True, seller_refund_answer=answer)
    line = items(client, shipped)[0]
    refund_id = apply(client, shipped, [line], **received(client))["result"]["refundId"]
    client.advance(hours=12)
    assert query(client, refund_id)["status"] == end


def test_return_by_the_clock(client, shipped):
    client.switch(auto=True)
    line = items(client, shipped)[0]
    given = received(client, disputeRequest="returnRefund")
    refund_id = apply(client, shipped, [line], **given)["result"]["refundId"]
    client.advance(hours=12)
    sent = {"refundId": refund_id, "logisticsCompanyNo": "SF", "freightBill": "B"}
    client.trade("alibaba.trade.refund.returnGoods", **sent)
    client.advance(days=3)
    assert query(client, refund_id)["status"] == "refundsuccess"


# --- lists


def test_lists(client, shipped):
    one, two, _three = items(client, shipped)
    first = apply(client, shipped, [one], **received(client))["result"]["refundId"]
    seller(client, first, "agree")
    client.advance(minutes=5)
    second = apply(client, shipped, [two], **received(client))["result"]["refundId"]

    def batch(kind):
        name = "alibaba.trade.refund.OpQueryBatchRefundByOrderIdAndStatus"
        rows = client.trade(name, orderId=shipped, queryType=kind)["result"]["opOrderRefundModels"]
        return [row["refundId"] for row in rows]

    def listed(**params):
        answer = client.trade("alibaba.trade.refund.buyer.queryOrderRefundList", **params)
        return [row["refundId"] for row in answer["result"]["opOrderRefundModels"]]

    assert batch("1") == [second] and batch("3") == [first]
    assert listed() == [second, first] and listed(currentPageNum="2", pageSize="1") == [first]
    assert listed(orderId=shipped, dipsuteType="1") == [second, first]
    assert listed(dipsuteType="2") == [] and listed(refundStatusSet=["refundsuccess"]) == [first]
    assert listed(applyStartTime="20251009165600000+0800") == [second]
    assert listed(modifyEndTime="20251009165600000+0800") == [first]
    assert listed(sellerMemberId="b2b-0") == []
    name = "alibaba.trade.refund.buyer.queryOrderRefundList"
    answer = client.trade(name, applyStartTime="20201009165600000+0800")
    assert answer["errorCode"] == "APPLY_TIME_ERROR"
    name = "alibaba.trade.refund.OpQueryOrderRefundOperationList"
    steps = client.trade(name, refundId=first)["result"]["opOrderRefundOperationModels"]
    assert [step["afterOperateStatus"] for step in steps] == ["waitselleragree", "refundsuccess"]


# --- every move in every state


STATES = {
    "waitselleragree": [],
    "waitbuyermodify": ["reject"],
    "waitbuyersend": ["agree"],
    "waitsellerreceive": ["agree", "send"],
    "refundsuccess": ["agree", "send", "receive"],
    "refundclose": ["cancel"],
}
ALLOWED = {
    "agree": {"waitselleragree", "waitbuyermodify"},
    "reject": {"waitselleragree", "waitsellerreceive"},
    "modify": {"waitselleragree", "waitbuyermodify"},
    "send": {"waitbuyersend"},
    "receive": {"waitsellerreceive"},
    "cancel": {"waitselleragree", "waitbuyermodify", "waitbuyersend"},
}


def move(client, refund_id, name):
    if name == "cancel":
        return client.trade("alibaba.trade.cancelRefund", refundId=refund_id)["result"]["success"]
    if name == "send":
        given = {"refundId": refund_id, "logisticsCompanyNo": "ZTO", "freightBill": "B1"}
        return client.trade("alibaba.trade.refund.returnGoods", **given)["result"]["success"]
    return "error" not in seller(client, refund_id, name, goods_fen=10)


@pytest.mark.parametrize("name", ALLOWED)
@pytest.mark.parametrize("state", STATES)
def test_moves(client, shipped, state, name):
    line = items(client, shipped)[0]
    given = received(client, disputeRequest="returnRefund")
    refund_id = apply(client, shipped, [line], **given)["result"]["refundId"]
    for step in STATES[state]:
        assert move(client, refund_id, step)
    assert query(client, refund_id)["status"] == state
    before = client.ledger()
    assert move(client, refund_id, name) == (state in ALLOWED[name])
    if state not in ALLOWED[name]:
        assert client.ledger() == before
