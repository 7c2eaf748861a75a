"""An order's way from payment to its end: shipments, scans, receipt, and every refused step."""

import datetime

import pytest

LOGISTICS = "alibaba.trade.getLogisticsInfos.buyerView"
TRACES = "alibaba.trade.getLogisticsTraceInfo.buyerView"


@pytest.fixture
def order_id(client, goods):
    """A paid order of three lines that nobody ships by himself."""
    client.switch(auto=False)
    order_id = client.create(goods.same_seller(3))["result"]["orderId"]
    client.pay(order_id)
    return order_id


def entries(client, order_id):
    return [item["subItemIDString"] for item in client.detail(order_id)["productItems"]]


def status(client, order_id):
    return client.detail(order_id)["baseInfo"]["status"]


def infos(client, order_id, **params):
    return client.logistics(LOGISTICS, orderId=order_id, webSite="1688", **params)


def traces(client, order_id, **params):
    return client.logistics(TRACES, orderId=order_id, webSite="1688", **params)


def ship(client, order_id, parcels=1):
    return client.admin("POST", f"orders/{order_id}/ship", {"parcels": parcels})


def confirm(client, order_id, ids):
    return client.trade(
        "trade.receivegoods.confirm", orderId=order_id, orderEntryIds=[int(one) for one in ids]
    )["result"]


# --- shipment


def test_nothing_is_shipped_yet(client, order_id):
    answer = infos(client, order_id)
    assert answer["success"] is False and answer["errorCode"] == "500_2"
    assert client.status == 200
    empty = traces(client, order_id)
    assert empty == {"errorMessage": "该订单没有物流跟踪信息。", "success": True}


def test_parts_and_the_last_part(client, order_id):
    first, second, third = entries(client, order_id)
    ship(client, order_id, [[first], [second]])
    info = client.detail(order_id)
    assert info["baseInfo"]["status"] == "waitsellersend"
    assert [item["logisticsStatus"] for item in info["productItems"]] == [2, 2, 1]
    assert len(infos(client, order_id)["result"]) == 2
    ship(client, order_id)
    info = client.detail(order_id)
    assert info["baseInfo"]["status"] == "waitbuyerreceive"
    items = info["nativeLogistics"]["logisticsItems"]
    assert [item["subItemIds"] for item in items] == [first, second, third]
    assert info["baseInfo"]["allDeliveredTime"]
    assert "error" in ship(client, order_id)


def test_three_parcels(client, order_id):
    assert len(ship(client, order_id, 3)["parcels"]) == 3
    rows = infos(client, order_id)["result"]
    assert {row["orderEntryIds"] for row in rows} == set(entries(client, order_id))
    assert all(f"({row['logisticsCompanyNo']})" in row["logisticsCompanyName"] for row in rows)
    assert rows[0]["sendGoods"][0]["quantity"] > 0
    assert "receiver" not in infos(client, order_id, fields="company")["result"][0]


def test_a_line_is_shipped_once(client, order_id):
    first = entries(client, order_id)[0]
    ship(client, order_id, [[first]])
    assert "not waiting" in ship(client, order_id, [[first]])["error"]


def test_parcel_travels_by_the_clock(client, order_id):
    ship(client, order_id)
    assert infos(client, order_id)["result"][0]["status"] == "WAITACCEPT"
    seen = []
    for _hour in range(24 * 7):
        client.advance(hours=1)
        now = infos(client, order_id)["result"][0]["status"]
        if not seen or seen[-1] != now:
            seen.append(now)
    assert seen == ["WAITACCEPT", "ACCEPT", "TRANSPORT", "SIGN"]
    steps = traces(client, order_id)["logisticsTrace"][0]["logisticsSteps"]
    assert len(steps) == 6 and "揽收" in steps[0]["remark"] and "签收" in steps[-1]["remark"]
    moments = [datetime.datetime.fromisoformat(step["acceptTime"]) for step in steps]
    assert moments == sorted(moments)
    assert 7 <= moments[-2].hour < 13 and 9 <= moments[-1].hour < 21


def test_scans_by_hand(client, order_id):
    bill = ship(client, order_id)["parcels"][0]["bill_no"]
    client.admin("POST", f"parcels/{bill}/scan", {"text": "到达杭州转运中心"})
    trace = traces(client, order_id)["logisticsTrace"][0]
    assert trace["logisticsBillNo"] == bill
    assert [step["remark"] for step in trace["logisticsSteps"]] == ["到达杭州转运中心"]
    client.admin("POST", f"parcels/{bill}/scan", {"text": "无法派送", "status": "UNSIGN"})
    assert infos(client, order_id)["result"][0]["status"] == "UNSIGN"
    client.admin("POST", f"orders/{order_id}/sign", {})
    client.advance(days=8)
    steps = traces(client, order_id)["logisticsTrace"][0]["logisticsSteps"]
    assert len(steps) == 3 and "签收" in steps[-1]["remark"]
    client.admin("POST", f"parcels/{bill}/bill", {"bill_no": "NEW1"})
    assert infos(client, order_id)["result"][0]["logisticsBillNo"] == "NEW1"
    assert "no parcel" in client.admin("POST", f"parcels/{bill}/sign", {})["error"]


def test_traces_of_one_parcel_and_of_old_orders(client, order_id):
    ship(client, order_id, 2)
    client.advance(days=3)
    rows = infos(client, order_id)["result"]
    one = traces(client, order_id, logisticsId=rows[1]["logisticsId"])["logisticsTrace"]
    assert [trace["logisticsId"] for trace in one] == [rows[1]["logisticsId"]]
    client.advance(days=365)
    assert traces(client, order_id)["errorCode"] == "order.createtime.history"
    assert traces(client, "5")["errorCode"] == "404"


def test_urge_once_a_day(client, order_id):
    def urge():
        return client.logistics("logistics.delivery.urge", orderId=order_id)["result"]

    assert urge()["result"] is True
    assert urge()["code"] == "URGE_TOO_OFTEN"
    client.advance(hours=24)
    assert urge()["success"] is True
    ship(client, order_id)
    client.advance(hours=24)
    assert urge()["code"] == "ORDER_STATUS_ERROR"


@pytest.mark.parametrize("suffix", ["", ".offline"])
def test_carriers(client, suffix):
    name = f"alibaba.logistics.OpQueryLogisticCompanyList{suffix}"
    rows = client.logistics(name)["result"]
    assert {"ZTO", "SF"} <= {row["companyNo"] for row in rows}


def test_seller_ships_by_himself(client, goods):
    client.switch(seller_parcels=2)
    order_id = client.create(goods.same_seller(3))["result"]["orderId"]
    client.pay(order_id)
    client.advance(hours=15)
    assert status(client, order_id) == "waitsellersend"
    client.advance(hours=10)
    assert status(client, order_id) == "waitbuyerreceive"
    assert len(infos(client, order_id)["result"]) == 2


# --- receipt


def test_receipt_in_parts(client, order_id):
    ids = entries(client, order_id)
    ship(client, order_id, 3)
    assert confirm(client, order_id, ids[:1]) == {"success": True}
    info = client.detail(order_id)
    assert info["baseInfo"]["status"] == "waitbuyerreceive"
    assert [item["logisticsStatus"] for item in info["productItems"]] == [3, 2, 2]
    assert confirm(client, order_id, ids[1:]) == {"success": True}
    assert status(client, order_id) == "confirm_goods"
    client.advance(hours=1)
    base = client.detail(order_id)["baseInfo"]
    assert base["status"] == "success" and base["completeTime"] and base["receivingTime"]
    assert [row["entry_ids"] for row in client.ledger()["confirmations"]] == [ids[:1], ids[1:]]


def test_receipt_is_not_repeated(client, order_id):
    ids = entries(client, order_id)
    ship(client, order_id)
    confirm(client, order_id, ids)
    answer = confirm(client, order_id, ids)
    assert answer["success"] is False and answer["errorCode"] == "ORDER_STATUS_ERROR"
    assert answer["errorInfo"]
    assert len(client.ledger()["confirmations"]) == 1


def test_receipt_of_what_was_not_shipped(client, order_id):
    ids = entries(client, order_id)
    ship(client, order_id, [ids[:1]])
    assert confirm(client, order_id, ids)["errorCode"] == "ORDER_STATUS_ERROR"
    assert confirm(client, order_id, ["5"])["errorCode"] == "ORDER_STATUS_ERROR"
    assert confirm(client, order_id, [])["errorCode"] == "ORDER_STATUS_ERROR"
    assert confirm(client, "5", ids)["errorCode"] == "ORDER_NOT_EXIST"
    assert client.ledger()["confirmations"] == []
    assert confirm(client, order_id, ids[:1])["success"] is True
    ship(client, order_id)
    items = client.detail(order_id)["productItems"]
    assert [item["status"] for item in items] == ["confirm_goods"] + ["waitbuyerreceive"] * 2


def test_receipt_by_time(client, order_id):
    ids = entries(client, order_id)
    ship(client, order_id)
    confirm(client, order_id, ids[:1])
    client.advance(days=10, hours=2)
    assert status(client, order_id) == "success"
    assert [row["by"] for row in client.ledger()["confirmations"]] == ["buyer", "system"]


# --- every step in every state


STATES = {
    "waitbuyerpay": [],
    "waitsellersend": ["pay"],
    "waitbuyerreceive": ["pay", "ship"],
    "confirm_goods": ["pay", "ship", "confirm"],
    "success": ["pay", "ship", "confirm", "finish"],
    "cancel": ["close"],
}
ALLOWED = {
    "pay": {"waitbuyerpay"},
    "cashier": {"waitbuyerpay"},
    "price": {"waitbuyerpay"},
    "close": {"waitbuyerpay"},
    "cancel": {"waitbuyerpay"},
    "ship": {"waitsellersend"},
    "urge": {"waitsellersend"},
    "confirm": {"waitbuyerreceive"},
    "link": {"waitbuyerpay"},
    "ways": {"waitbuyerpay"},
    "delete": {"cancel"},
    "address": {"waitbuyerpay", "waitsellersend"},
}


def step(client, order_id, name):
    """Do it; tells whether it was taken."""
    address = {"orderId": int(order_id), "receiveAddress": {"addressId": 70000000002}}
    given = {"webSite": "1688", "tradeID": order_id, "cancelReason": "other"}
    answer = {
        "pay": lambda: client.pay(order_id),
        "cashier": lambda: client.admin("POST", f"orders/{order_id}/pay", {}),
        "price": lambda: client.admin("POST", f"orders/{order_id}/price", {"total_fen": 5000}),
        "close": lambda: client.admin("POST", f"orders/{order_id}/close", {}),
        "cancel": lambda: client.trade("alibaba.trade.cancel", **given),
        "ship": lambda: ship(client, order_id),
        "urge": lambda: client.logistics("logistics.delivery.urge", orderId=order_id),
        "confirm": lambda: confirm(client, order_id, entries(client, order_id)),
        "link": lambda: client.trade("alibaba.alipay.url.get", orderIdList=[int(order_id)]),
        "ways": lambda: client.trade("alibaba.trade.payWay.query", orderId=order_id),
        "delete": lambda: client.trade("trade.order.buyerdelete", orderId=order_id),
        "address": lambda: client.trade("order.receiveAddress.buyerUpdate", param=address),
        "finish": lambda: client.advance(hours=1),
    }[name]()
    result = answer.get("result", answer)
    flag = result.get("success", True) if isinstance(result, dict) else result
    return "error" not in answer and flag in (True, "true")


@pytest.mark.parametrize("move", ALLOWED)
@pytest.mark.parametrize("state", STATES)
def test_moves(client, goods, state, move):
    client.switch(auto=False)
    order_id = client.create([goods.one()])["result"]["orderId"]
    client.advance(minutes=1)
    for name in STATES[state]:
        assert step(client, order_id, name)
    assert status(client, order_id) == state
    before = client.ledger()
    assert step(client, order_id, move) == (state in ALLOWED[move])
    if state not in ALLOWED[move]:
        assert client.ledger() == before
