"""Preview, creation, repeated outOrderId and cancellation."""

import concurrent.futures

import pytest
from sandbox_client import HANGZHOU, Client

APIS = ("alibaba.trade.createCrossOrder", "alibaba.trade.fastCreateOrder")


def preview(client, lines, **params):
    given = {"addressParam": HANGZHOU, "cargoParamList": lines, **params}
    return client.trade("alibaba.createOrder.preview", **given)


def special(goods, name, quantity=None):
    return goods.line(goods.catalogue.offer(goods.catalogue.special[name]), quantity)


def no_spec(goods):
    line = goods.one()
    del line["specId"]
    return [line]


def other_spec(goods):
    return [{**goods.one(), "specId": "0" * 32}]


def too_few(goods):
    offer = next(
        offer for offer in goods.plain() if offer.min_quantity > 2 and not offer.seller.mix.allowed
    )
    return [goods.line(offer, 1)]


def two_sellers(goods):
    first = goods.plain()[0]
    other = next(one for one in goods.plain() if one.seller is not first.seller)
    return [goods.line(first), goods.line(other)]


CODES = {
    "off shelf": ("500_001", lambda goods: [special(goods, "off_shelf")]),
    "not online": ("500_001", lambda goods: [special(goods, "not_online")]),
    "unknown": ("500_001", lambda goods: [{"offerId": 1, "quantity": 5}]),
    "no spec": ("500_002", no_spec),
    "two sellers": ("500_002", two_sellers),
    "other spec": ("500_003", other_spec),
    "sold out": ("500_004", lambda goods: [special(goods, "sold_out")]),
    "more than there is": ("500_004", lambda goods: [{**goods.one(), "quantity": 10**7}]),
    "too few": ("500_005", too_few),
    "mixed batch": ("500_006", lambda goods: [special(goods, "mixed_batch", 1)]),
    "price zero": ("500_008", lambda goods: [special(goods, "price_zero")]),
    "batch sale": ("500_009", lambda goods: [special(goods, "batch_sale", 1)]),
}


@pytest.mark.parametrize("case", CODES)
def test_preview_codes(client, goods, case):
    code, lines = CODES[case]
    answer = preview(client, lines(goods))
    assert answer["success"] is False and answer["errorCode"] == code and answer["errorMsg"]
    part = answer["orderPreviewResuslt"][0]
    assert part["status"] is False and part["resultCode"] == code
    assert part["tradeModeNameList"] == []


def test_preview_of_a_consign_flow(client, goods):
    offer = next(one for one in goods.plain() if not one.seller.consign_partner)
    assert preview(client, [goods.line(offer)], flow="saleproxy")["errorCode"] == "500_007"


@pytest.mark.parametrize("api", APIS)
@pytest.mark.parametrize("case", CODES)
def test_creation_uses_the_same_codes(client, goods, case, api):
    code, lines = CODES[case]
    answer = client.create(lines(goods), api)
    assert answer["success"] is False and answer["code"] == code and answer["message"]
    assert client.ledger()["orders"] == []


def test_preview_units(client, goods):
    """Sums in fen, lines in yuan; the quantity is not repeated."""
    part = preview(client, [goods.one()])["orderPreviewResuslt"][0]
    assert part["sumPayment"] == part["sumPaymentNoCarriage"] + part["sumCarriage"]
    line = part["cargoList"][0]
    assert round(line["amount"] * 100) == part["sumPaymentNoCarriage"] + part["discountFee"]
    assert "quantity" not in line and isinstance(line["skuId"], int)


def test_preview_of_two_warehouses_is_two_parts(client, goods):
    parts = preview(client, goods.two_warehouses())["orderPreviewResuslt"]
    assert len(parts) == 2 and len({part["orderGroup"] for part in parts}) == 2


# --- creation


@pytest.mark.parametrize("api", APIS)
def test_amounts_are_those_of_the_preview(client, goods, api):
    lines = goods.same_seller()
    part = preview(client, lines)["orderPreviewResuslt"][0]
    result = client.create(lines, api)["result"]
    assert result["totalSuccessAmount"] == part["sumPayment"]
    assert result["postFee"] == part["sumCarriage"] and result["failedOfferList"] == []
    info = client.detail(result["orderId"])
    items = sum(round(item["itemAmount"] * 100) for item in info["productItems"])
    assert items + round(info["baseInfo"]["shippingFee"] * 100) == part["sumPayment"]


def test_cross_order_is_split_by_warehouse(client, goods):
    result = client.create(goods.two_warehouses(), outOrderId="split")["result"]
    assert "orderId" not in result and "totalSuccessAmount" not in result
    assert len(result["orderList"]) == 2
    total = sum(row["orderAmmount"] for row in result["orderList"])
    assert total == sum(row["total_fen"] for row in client.ledger()["orders"])
    found = client.trade("alibaba.trade.getBuyerOrderList", outOrderId="split")
    assert found["totalRecord"] == 2


def test_fast_order_leaves_the_other_warehouse_out(client, goods):
    lines = goods.two_warehouses()
    result = client.create(lines, APIS[1])["result"]
    assert result["orderId"] and len(result["failedOfferList"]) == 1
    assert result["failedOfferList"][0]["offerId"] in [line["offerId"] for line in lines]
    assert len(client.ledger()["orders"]) == 1


@pytest.mark.parametrize("api", APIS)
def test_line_out_of_stock_is_left_out(client, goods, api):
    good, bad = goods.same_seller()
    client.admin("POST", f"offers/{bad['offerId']}", {"stock": 0})
    result = client.create([good, bad], api)["result"]
    assert [row["errorCode"] for row in result["failedOfferList"]] == ["500_004"]
    assert len(client.detail(result["orderId"])["productItems"]) == 1
    client.switch(partial_creation=False)
    assert client.create([good, bad], api)["code"] == "500_004"


def test_stock_is_taken_and_given_back(client, goods):
    line = {**goods.one(), "quantity": 10}
    client.admin("POST", f"offers/{line['offerId']}", {"stock": 15})
    order_id = client.create([line])["result"]["orderId"]
    assert client.create([line])["code"] == "500_004"
    client.admin("POST", f"orders/{order_id}/close", {"by": "seller"})
    assert client.create([line])["success"] is True


def test_odd_shapes(client, goods):
    client.switch(answer_shape="no_wrapper")
    assert client.create([goods.one()])["orderId"]
    client.switch(answer_shape="failed_with_id")
    answer = client.create([goods.one()])
    assert answer["success"] is False and answer["result"]["orderId"]
    client.switch(answer_shape="official", always_order_list=True)
    result = client.create([goods.one()])["result"]
    assert result["orderList"][0]["orderId"] == result["orderId"]


LIMITS = {
    "51 lines": (lambda line: {"cargoParamList": [line] * 51}, "SKU"),
    "no lines": (lambda line: {"cargoParamList": []}, "cargoParamList"),
    "long message": (lambda line: {"message": "x" * 501}, "message"),
    "long address": (lambda line: {"addressParam": {**HANGZHOU, "address": "x" * 201}}, "address"),
    "unknown address id": (lambda line: {"addressParam": {"addressId": 5}}, "AddressId invalid"),
    "unknown place": (
        lambda line: {"addressParam": {**HANGZHOU, "provinceText": "x", "cityText": "y"}},
        "收货地址",
    ),
    "nobody": (lambda line: {"addressParam": {**HANGZHOU, "fullName": ""}}, "收货人"),
    "no street": (lambda line: {"addressParam": {**HANGZHOU, "address": ""}}, "详细地址"),
    "trade type": (lambda line: {"tradeType": "631staged"}, "tradeType"),
    "flow": (lambda line: {"flow": "none"}, "flow"),
}


@pytest.mark.parametrize("case", LIMITS)
def test_limits(client, goods, case):
    change, word = LIMITS[case]
    line = goods.one()
    given = {"flow": "general", "addressParam": HANGZHOU, "cargoParamList": [line], **change(line)}
    answer = client.trade(APIS[0], **given)
    assert answer["code"] == "400" and word in answer["message"]
    assert client.ledger()["orders"] == []


@pytest.mark.parametrize("name", ["flow", "addressParam", "cargoParamList"])
def test_required_parameters(client, goods, name):
    given = {"flow": "general", "addressParam": HANGZHOU, "cargoParamList": [goods.one()]}
    del given[name]
    assert client.trade(APIS[0], **given)["error_message"] == f"Required argument {name}"


def test_address_forms(client, goods):
    for address, area in (
        ({"addressId": 70000000001}, "浙江省 杭州市 滨江区 示例路1号"),
        (
            {"districtCode": "330108", "address": "另一路2号", "fullName": "甲", "phone": "057100"},
            "浙江省 杭州市 滨江区 另一路2号",
        ),
        (HANGZHOU, "浙江省 杭州市 滨江区 示例路1号"),
    ):
        order_id = client.create([goods.one()], addressParam=address)["result"]["orderId"]
        assert client.detail(order_id)["baseInfo"]["receiverInfo"]["toArea"] == area


# --- repeated outOrderId


def test_repeated_returns_the_first_answer(client, goods):
    first = client.create([goods.one()], outOrderId="A")
    assert client.create([goods.one()], outOrderId="A") == first
    assert len(client.ledger()["orders"]) == 1


def test_repeated_is_an_error(client, goods):
    client.switch(repeated_out_order_id="error")
    client.create([goods.one()], outOrderId="A")
    answer = client.create([goods.one()], outOrderId="A")
    assert answer["success"] is False and answer["code"] == "OUT_ORDER_ID_REPEATED"
    assert len(client.ledger()["orders"]) == 1


def test_repeated_makes_a_second_order(client, goods):
    client.switch(repeated_out_order_id="second_order")
    ids = {client.create([goods.one()], outOrderId="A")["result"]["orderId"] for _call in range(2)}
    assert len(ids) == 2 and len(client.ledger()["orders"]) == 2


def test_no_number_is_never_repeated(client, goods):
    for _call in range(2):
        client.create([goods.one()])
    assert len(client.ledger()["orders"]) == 2


@pytest.mark.parametrize(
    ("behaviour", "orders"), [("return_existing", 1), ("error", 1), ("second_order", 12)]
)
def test_repeated_at_the_same_moment(client, goods, behaviour, orders):
    client.switch(repeated_out_order_id=behaviour)
    line = goods.one()

    def create(_number):
        other = Client(client.port)
        try:
            return other.create([line], outOrderId="race")
        finally:
            other.close()

    with concurrent.futures.ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(create, range(12)))
    assert len(client.ledger()["orders"]) == orders
    ids = {answer["result"]["orderId"] for answer in answers if answer["success"]}
    assert len(ids) == orders


def test_stock_is_never_sold_twice(client, goods):
    line = {**goods.one(), "quantity": 10}
    client.admin("POST", f"offers/{line['offerId']}", {"stock": 35})

    def create(number):
        other = Client(client.port)
        try:
            return other.create([line], outOrderId=str(number))["success"]
        finally:
            other.close()

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(create, range(8))) == 3


# --- cancellation


def cancel(client, order_id, **params):
    given = {"webSite": "1688", "tradeID": order_id, "cancelReason": "buyerCancel", **params}
    return client.trade("alibaba.trade.cancel", **given)


def test_cancel_waits_ten_seconds(client, goods):
    order_id = client.create([goods.one()])["result"]["orderId"]
    answer = cancel(client, order_id)
    assert answer["success"] is False and answer["errorCode"] == "CLOSE_ORDER_TOO_FAST"
    client.advance(seconds=10)
    assert cancel(client, order_id) == {"success": True}
    base = client.detail(order_id)["baseInfo"]
    assert (base["status"], base["closeReason"]) == ("cancel", "buyerCancel")
    assert base["closeOperateType"] == "CLOSE_TRADE_BY_BUYER"
    assert [row["by"] for row in client.ledger()["cancellations"]] == ["buyer"]
    assert cancel(client, order_id)["errorCode"] == "ORDER_STATUS_ERROR"


def test_cancel_refusals(client, goods):
    assert cancel(client, "5")["errorCode"] == "ORDER_NOT_EXIST"
    order_id = client.create([goods.one()])["result"]["orderId"]
    client.advance(minutes=1)
    assert cancel(client, order_id, cancelReason="whim")["error_code"] == "gw.ParamInvalid"
    client.pay(order_id)
    assert cancel(client, order_id)["errorCode"] == "ORDER_STATUS_ERROR"


def test_orders_of_others(client, goods, world):
    order_id = client.create([goods.one()])["result"]["orderId"]
    client.advance(minutes=1)
    world.store.run('INSERT INTO buyer VALUES (\'b2b-9\', \'{"login_id": "x", "ali_id": "9"}\')')
    world.store.run("INSERT INTO token VALUES ('other', '9990001', 'b2b-9', 9999999999999)")
    answer = cancel(client, order_id, _token="other")
    assert answer["errorCode"] == "400_3"
    answer = client.trade(
        "alibaba.trade.get.buyerView", webSite="1688", orderId=order_id, _token="other"
    )
    assert answer["errorCode"] == "400_3" and answer["success"] == "false"
