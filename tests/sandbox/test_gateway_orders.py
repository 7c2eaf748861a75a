"""What an order looks like: detail, list and its filters."""

import pytest

LIST = "alibaba.trade.getBuyerOrderList"


@pytest.fixture
def order_id(client, goods):
    lines = [{**line, "quantity": line["quantity"] + 1} for line in goods.same_seller()]
    return client.create(lines, outOrderId="PO7", message="小心轻放")["result"]["orderId"]


def listed(client, **params):
    return client.trade(LIST, **params)


def ids(answer):
    return [row["baseInfo"]["idOfStr"] for row in answer["result"]]


def test_detail(client, order_id, goods):
    answer = client.trade("alibaba.trade.get.buyerView", webSite="1688", orderId=order_id)
    assert answer["success"] == "true" and answer["errorCode"] == ""
    info = answer["result"]
    base = info["baseInfo"]
    assert base["id"] == int(order_id) > 2**53 and base["idOfStr"] == order_id
    assert base["outOrderId"] == "PO7" and base["buyerFeedback"] == "小心轻放"
    assert base["createTime"] == "20251009165320000+0800"
    assert "payTime" not in base and base["payTimeout"] == 5 * 86400
    item = info["productItems"][0]
    assert item["subItemIDString"] == str(item["subItemID"]) and len(item["specId"]) == 32
    assert item["skuInfos"] and item["price"] > 0 and item["logisticsStatus"] == 8
    assert item["gmtPayExpireTime"] == "2025-10-14 16:53:20"
    assert info["tradeTerms"][0]["payStatus"] == "1"
    assert info["nativeLogistics"]["contactPerson"] == "王小明"
    assert info["nativeLogistics"]["logisticsItems"] == []
    fen = sum(round(one["itemAmount"] * 100) for one in info["productItems"])
    assert fen == round(base["sumProductPayment"] * 100)


def test_detail_leaves_out_what_was_not_asked_for(client, order_id):
    given = {"webSite": "1688", "orderId": order_id, "includeFields": "GuaranteesTerms"}
    info = client.trade("alibaba.trade.get.buyerView", **given)["result"]
    assert "nativeLogistics" not in info and "guaranteesTerms" in info


def test_list_row_has_no_logistics_and_quotes_in_fen(client, order_id):
    answer = listed(client)
    assert "success" not in answer and answer["totalRecord"] == 1
    row = answer["result"][0]
    assert "nativeLogistics" not in row and "orderInvoiceInfo" not in row
    price = client.detail(order_id)["quoteList"][0]["price"]
    assert row["quoteList"][0]["price"] == round(price * 100)


def test_empty_list(client):
    assert listed(client) == {"result": [], "totalRecord": 0, "errorCode": "", "errorMessage": ""}


FILTERS = {
    "outOrderId": ("PO7", "PO8"),
    "orderStatus": ("waitbuyerpay", "success"),
    "createStartTime": ("20251009165320000+0800", "20251009165321000+0800"),
    "createEndTime": ("20251009165321000+0800", "20251009165319000+0800"),
    "modifyStartTime": ("20251009085320000+0000", "20251009165321000+0800"),
    "modifyEndTime": ("20251010000000000+0800", "20251009000000000+0800"),
    "tradeType": ("50060", "10"),
    "isHis": ("false", "true"),
    "sellerMemberId": (None, "b2b-1"),
    "sellerLoginId": (None, "nobody"),
    "productName": (None, "没有这样的东西"),
    "refundStatus": (None, "waitselleragree"),
}


@pytest.mark.parametrize("name", FILTERS)
def test_filters(client, order_id, name):
    found, nothing = FILTERS[name]
    info = client.detail(order_id)
    values = {
        "sellerMemberId": info["baseInfo"]["sellerID"],
        "sellerLoginId": info["baseInfo"]["sellerLoginId"],
        "productName": info["productItems"][0]["name"][2:6],
    }
    if found or name in values:
        assert ids(listed(client, **{name: found or values[name]})) == [order_id]
    assert ids(listed(client, **{name: nothing})) == []


def test_is_his_is_a_text(client):
    assert listed(client, isHis="0")["error_code"] == "gw.ParamInvalid"


def test_filters_that_do_not_filter(client, order_id):
    """orderIds has no effect, bizTypes empties the list; both are switches."""
    assert ids(listed(client, orderIds=[1])) == [order_id]
    assert ids(listed(client, bizTypes=["cn"])) == []
    client.switch(list_order_ids_ignored=False, list_biz_types_empties=False)
    assert ids(listed(client, orderIds=[1])) == []
    assert ids(listed(client, orderIds=[int(order_id)], bizTypes=["cn"])) == [order_id]


def test_list_lags(client, order_id):
    client.switch(list_lag_seconds=30)
    assert ids(listed(client, outOrderId="PO7")) == []
    client.advance(seconds=30)
    assert ids(listed(client, outOrderId="PO7")) == [order_id]


def test_history(client, order_id):
    client.advance(days=91)
    assert ids(listed(client)) == []
    assert ids(listed(client, isHis="true")) == [order_id]


def test_pages_and_order(client, goods):
    made = []
    for number in range(5):
        made.append(client.create([goods.one()], outOrderId=str(number))["result"]["orderId"])
        client.advance(seconds=5)
    assert ids(listed(client, pageSize="2")) == made[:2:-1]
    assert ids(listed(client, page="3", pageSize="2")) == made[:1]
    client.pay(made[1])
    assert ids(listed(client))[0] == made[1]
    client.switch(list_sort="created", list_page_maximum=3)
    answer = listed(client, pageSize="50")
    assert ids(answer) == made[:1:-1] and answer["totalRecord"] == 5
    assert listed(client, page="0")["errorCode"] == "400"


def test_deleted_order_leaves_the_list(client, order_id):
    delete = "trade.order.buyerdelete"
    assert client.trade(delete, orderId=order_id)["code"] == "ORDER_STATUS_ERROR"
    client.admin("POST", f"orders/{order_id}/close", {})
    assert client.trade(delete, orderId=order_id)["success"] is True
    assert ids(listed(client)) == []


# --- memo, message, address


def test_memo_overwrites(client, order_id):
    for text, icon in (("一", "1"), ("二", "4")):
        answer = client.trade("alibaba.order.memoAdd", orderId=order_id, memo=text, remarkIcon=icon)
        assert answer == {"success": True}
    base = client.detail(order_id)["baseInfo"]
    assert (base["buyerMemo"], base["buyerRemarkIcon"]) == ("二", "4")


def test_memo_error_says_success(client, order_id):
    answer = client.trade("alibaba.order.memoAdd", orderId=order_id, memo="x", remarkIcon="9")
    assert answer["success"] is True and answer["errorCode"] == "400_4"
    answer = client.trade("alibaba.order.memoAdd", orderId="5", memo="x")
    assert answer["errorCode"] == "400_2"


def test_feedback_appends(client, order_id):
    def add(text, number=order_id):
        given = {"orderId": int(number), "feedback": text}
        return client.trade("alibaba.trade.addFeedback", tradeFeedbackParam=given)

    assert add("!请开票")["result"]["success"] is True
    assert client.detail(order_id)["baseInfo"]["buyerFeedback"] == "小心轻放!请开票"
    assert add("x" * 500)["code"] == "500_1"
    assert add("x", 5)["code"] == "400_1"


def test_address_update(client, order_id):
    def update():
        given = {"orderId": order_id, "receiveAddress": {"addressId": 70000000002}}
        return client.trade("order.receiveAddress.buyerUpdate", param=given)["result"]

    assert update()["success"] is True
    assert client.detail(order_id)["baseInfo"]["receiverInfo"]["toFullName"] == "李晓红"
    client.pay(order_id)
    client.admin("POST", f"orders/{order_id}/ship", {})
    assert update()["code"] == "ORDER_STATUS_ERROR"
