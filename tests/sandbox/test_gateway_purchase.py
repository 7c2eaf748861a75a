"""A whole purchase, from preview to the finished order, over HTTP."""


def test_from_preview_to_success(client, goods):
    lines = [goods.one()]
    address = {"addressId": "70000000001"}
    preview = client.trade(
        "alibaba.createOrder.preview", addressParam=address, cargoParamList=lines, flow="general"
    )
    assert preview["success"] is True
    part = preview["orderPreviewResuslt"][0]
    assert part["status"] is True and part["tradeModeNameList"]

    created = client.create(lines, outOrderId="PO1", tradeType=part["tradeModeNameList"][0])
    order_id = created["result"]["orderId"]
    assert created["result"]["totalSuccessAmount"] == part["sumPayment"]
    assert len(order_id) == 19

    base = client.detail(order_id)["baseInfo"]
    assert base["status"] == "waitbuyerpay" and base["idOfStr"] == order_id
    assert round(base["totalAmount"] * 100) == part["sumPayment"]

    paid = client.pay(order_id, payAmount=part["sumPayment"], payChannel="alipay")
    assert paid["result"]["result"] == {"payChannel": "alipay", "paySuccess": True}
    client.advance(days=2)
    assert client.detail(order_id)["baseInfo"]["status"] == "waitbuyerreceive"
    client.advance(days=4)
    parcels = client.logistics(
        "alibaba.trade.getLogisticsInfos.buyerView", orderId=order_id, webSite="1688"
    )["result"]
    assert [parcel["status"] for parcel in parcels] == ["SIGN"]
    confirmed = client.trade(
        "trade.receivegoods.confirm",
        orderId=order_id,
        orderEntryIds=[int(one) for one in parcels[0]["orderEntryIds"].split(",")],
    )
    assert confirmed == {"result": {"success": True}}
    client.advance(hours=2)
    assert client.detail(order_id)["baseInfo"]["status"] == "success"
    books = client.ledger()
    assert [row["order_id"] for row in books["orders"]] == [order_id]
    assert [row["amount_fen"] for row in books["payments"]] == [part["sumPayment"]]
    assert [row["by"] for row in books["confirmations"]] == ["buyer"]
    found = client.trade("alibaba.trade.getBuyerOrderList", outOrderId="PO1")
    assert found["totalRecord"] == 1 and "success" not in found
