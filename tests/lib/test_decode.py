"""Good replies of every call become values; units, ids and dates are right."""

from datetime import datetime, timezone
from decimal import Decimal

import pytest
from lib1688.decode import decode
from lib1688.endpoints import NAMES
from lib1688.errors import BadAnswer, BadInput
from lib1688.values import Ack, Category, MixRule, OrderPage, TraceStep

from . import samples
from .samples import ENTRY, GOOD, ORDER, SPEC


def good(name):
    return decode(name, GOOD[name])


def utc(*parts):
    return datetime(*parts, tzinfo=timezone.utc)


@pytest.mark.parametrize("name", NAMES)
def test_every_call_has_a_good_reply(name):
    assert good(name) not in (None, ())


@pytest.mark.parametrize("name", NAMES)
def test_unknown_fields_and_values_are_tolerated(name):
    text = GOOD[name].replace('{"', '{"newField":{"x":[1]},"', 1)
    assert decode(name, text) == good(name)


def test_unknown_call():
    with pytest.raises(BadInput):
        decode("trade.haggle", "{}")


def test_time():
    at = datetime(2026, 10, 10, 8, 45, 52, 223000, tzinfo=timezone.utc)
    assert good("system.current_time") == at


def test_token():
    grant = good("oauth.refresh")
    assert (grant.access_token, grant.refresh_token) == ("tok-sim-0001", "rt-sim-0001")
    assert (grant.expires_in, grant.member_id) == (36000, "b2b-2200000000001")
    assert grant.refresh_expires_at == utc(2026, 3, 31, 16)


def test_refresh_without_a_new_refresh_token():
    grant = decode("oauth.refresh", '{"access_token":"t","expires_in":36000}')
    assert (grant.refresh_token, grant.expires_in) == ("", 36000)


def test_account():
    info = good("account.basic")
    assert (info.login_id, info.member_id, info.years) == ("sim_buyer", "b2b-2200000000001", 3)
    assert good("account.seller").company_name == "示例商行"


def test_addresses():
    (saved,) = good("account.addresses")
    assert (saved.address_id, saved.district_code) == ("70000000001", "330108")
    assert saved.default
    assert good("account.parse_address").district_code == "330108"


def test_preview_fen_and_yuan():
    (part,) = good("trade.preview").parts
    assert (part.total, part.goods_total, part.freight) == (
        Decimal("102.50"),
        Decimal("94.50"),
        Decimal("8.00"),
    )
    assert [line.unit_price for line in part.lines] == [Decimal("12.50"), Decimal("3.20")]
    assert sum(line.amount for line in part.lines) == part.goods_total
    assert part.trade_types == ("fxassure", "alipay")


def test_part_without_trade_type_is_not_orderable():
    text = samples.PREVIEW.replace('["fxassure","alipay"]', "[]")
    assert not decode("trade.preview", text).orderable


def test_created():
    order = good("trade.create_order")
    assert (order.order_ids, order.confirmed) == ((ORDER,), True)
    assert (order.parts[0].total, order.parts[0].freight) == (Decimal("102.50"), Decimal(8))


def test_created_split():
    order = decode("trade.create_order", samples.SPLIT)
    assert order.order_ids == (ORDER, "4100000000000000125")
    assert [part.total for part in order.parts] == [Decimal("70.50"), Decimal("32.00")]
    assert order.confirmed


def test_detail():
    order = good("trade.order")
    assert (order.order_id, order.status) == (ORDER, "waitbuyerreceive")
    assert (order.total, order.goods_total, order.freight) == (
        Decimal("102.50"),
        Decimal("94.50"),
        Decimal("8.00"),
    )
    assert (order.discount, order.coupon) == (Decimal("-1.50"), Decimal("1.50"))
    assert order.created_at == utc(2025, 10, 9, 8, 45)
    assert order.pay_before == utc(2025, 10, 14, 8, 45)
    assert (order.seller_member_id, order.seller_company) == ("b2b-2200000000002", "示例商行")
    assert (order.receiver.name, order.receiver.district) == ("王小明", "滨江区")
    assert order.terms[0].amount == Decimal("102.50")


def test_detail_line():
    (line,) = good("trade.order").lines
    assert (line.entry_id, line.spec_id, line.quantity) == (ENTRY, SPEC, 5)
    assert (line.unit_price, line.amount) == (Decimal("12.50"), Decimal("62.50"))
    assert line.discount == Decimal("-39.89")
    assert line.attributes == (("颜色", "红色"),)


def test_detail_parcel():
    (parcel,) = good("trade.order").parcels
    assert parcel.entry_ids == (ENTRY, "4100000000000000126")
    assert (parcel.carrier_code, parcel.carrier_name) == ("ZTO", "中通快递")
    assert parcel.freight == 8


def test_time_to_pay_of_a_line_counts_first():
    text = samples.DETAIL.replace(
        '"unit":"件"', '"unit":"件","gmtPayExpireTime":"2025-10-10 00:00:00"'
    )
    assert decode("trade.order", text).pay_before == utc(2025, 10, 9, 16)


def test_list():
    page = good("trade.orders")
    assert (page.total, page.orders[0].order_id) == (1, ORDER)
    assert page.orders[0].goods_total is None
    assert decode("trade.orders", '{"result":[],"totalRecord":0}') == OrderPage()
    assert decode("trade.orders", '{"totalRecord":0}') == OrderPage()


def test_bad_order_does_not_hide_the_others():
    text = samples.LIST.replace(
        '"result":[', '"result":[{"baseInfo":{"id":77,"status":"x","totalAmount":"NaN"}},'
    )
    page = decode("trade.orders", text)
    assert (len(page.orders), [row.order_id for row in page.unreadable]) == (1, ["77"])


def test_order_that_makes_no_sense_keeps_its_numbers():
    row = '{"baseInfo":{"idOfStr":"77","status":"x","outOrderId":"PO1","totalAmount":"NaN"}}'
    page = decode("trade.orders", f'{{"result":[{row},{{"baseInfo":{{"id":"7E1"}}}},null],"totalRecord":3}}')
    numbers = [(row.order_id, row.out_order_id) for row in page.unreadable]
    assert (page.orders, page.total, numbers) == ((), 3, [("77", "PO1"), ("", ""), ("", "")])
    assert len(page.rows) == 3


def test_payment():
    assert good("payment.pay_link").url.startswith("https://trade.1688.com/")
    assert good("payment.pay").channel == "alipay"
    ways = good("payment.pay_ways")
    assert (ways.amount, ways.pay_before) == (Decimal("102.50"), utc(2025, 10, 14, 8, 45))
    assert [channel.code for channel in ways.channels] == ["1", "3", "20"]
    assert [agreement.usable for agreement in good("payment.agreements")] == [True, False]


def test_orders_that_cannot_be_paid():
    rows = f'[{{"orderId":{ORDER}}},"41",42,"x"]'
    text = samples.PAY_LINK.replace("{", f'{{"payFailureOrderList":{rows},', 1)
    assert decode("payment.pay_link", text).failed_order_ids == (ORDER, "41", "42")


def test_parcels():
    (parcel,) = good("logistics.parcels")
    assert (parcel.bill_no, parcel.entry_ids) == ("78000000000001", (ENTRY,))
    assert (parcel.carrier_code, parcel.carrier_name) == ("ZTO", "中通快递")
    assert parcel.sent_at == utc(2025, 10, 10, 1, 30)
    assert parcel.goods[0].quantity == 5


def test_parcel_by_goods_of_sub_orders():
    text = """{"success":true,"result":[{"logisticsBillNo":"1","logisticsOrderGoods":[
      {"tradeOrderItemId":4100000000000000124,"productName":"A","quantity":"x"}]}]}"""
    (parcel,) = decode("logistics.parcels", text)
    assert (parcel.entry_ids, parcel.goods[0].quantity) == ((ENTRY,), None)


def test_traces_are_in_order():
    (trace,) = good("logistics.traces")
    assert trace.steps[0] == TraceStep(utc(2025, 10, 10, 1, 30), "已揽收")
    assert trace.order_id == ORDER


def test_trace_of_older_pages_and_without_times():
    text = samples.TRACES.replace("logisticsSteps", "traceNodeList").replace("2025-10-10", "soon")
    (trace,) = decode("logistics.traces", text)
    assert [step.at is None for step in trace.steps] == [False, True]


def test_carriers():
    assert good("logistics.carriers")[0].code == "ZTO"


@pytest.mark.parametrize(
    "name", ["trade.cancel", "receipt.confirm", "logistics.urge", "refund.cancel", "push.confirm"]
)
def test_yes(name):
    assert good(name) == Ack(True)


def test_refund():
    assert good("refund.create").refund_id == "TQ1000000000000001"
    claim = good("refund.get")
    assert (claim.goods_amount, claim.refunded) == (Decimal("94.50"), Decimal("102.50"))
    assert (claim.status, claim.entry_ids) == ("waitselleragree", (ENTRY,))
    assert good("refund.of_order")[0].status == "refundsuccess"
    page = good("refund.history")
    assert ([claim.status for claim in page.refunds], page.is_whole) == (["refundclose"], False)
    assert good("refund.limits").total == Decimal("102.50")
    assert good("refund.upload_evidence") == "https://cbu01.alicdn.com/img/ibank/1.jpg"
    assert [reason.needs_evidence for reason in good("refund.reasons")] == [False, True]
    assert good("refund.return_address")[0].city == "金华市"


def test_no_refunds():
    assert decode("refund.of_order", '{"result":{"opOrderRefundModels":[]}}') == ()
    assert decode("refund.of_order", '{"result":{},"success":true}') == ()
    page = decode("refund.history", '{"result":{"opOrderRefundModels":[],"totalCount":0},"success":true}')
    assert (page.refunds, page.is_whole) == ((), True)
    assert not decode("refund.history", '{"result":{},"success":true}').is_whole


def test_search():
    page = good("product.search")
    assert (page.total, len(page.offers), page.unreadable) == (2, 1, 0)
    (row,) = page.offers
    assert (row.price, row.repurchase_share) == (Decimal("12.50"), Decimal("0.18"))
    assert (row.scores.service, row.scores.fulfilment_share) == (Decimal("4.5"), Decimal("0.98"))
    assert row.category_ids == ("5",)


def test_search_leaves_bad_rows_out():
    text = samples.SEARCH.replace('"data":[', '"data":[7,{"offerId":1,"priceInfo":{"price":"?"}},')
    page = decode("product.search", text)
    assert (len(page.offers), page.unreadable) == (1, 2)
    empty = '{"result":{"success":true,"result":{"totalRecords":0,"data":[]}}}'
    assert decode("product.search", empty).offers == ()


def test_offer():
    offer = good("product.detail")
    assert [tier.min_quantity for tier in offer.tiers] == [2, 5]
    assert (offer.quote_type, offer.unit_translated, offer.batch) == (2, "piece", 1)
    assert offer.mix == MixRule(True, Decimal("50.00"), Decimal(10))
    assert (offer.sold, offer.weight) == (1200, Decimal("0.3"))
    assert len(offer.images) == 1
    assert offer.scores.repurchase_share == Decimal("0.32")
    assert offer.attributes[0].value_translated == "Cotton"


def test_sku():
    (sku,) = good("product.detail").skus
    assert (sku.sku_id, sku.spec_id, sku.stock) == ("4800000000001", SPEC, 400)
    assert (sku.price, sku.one_piece_price) == (Decimal("12.80"), Decimal("15.00"))
    assert (sku.weight, sku.image_url) == (Decimal("0.31"), "https://x/red.jpg")


def test_sku_weight_without_a_number_is_none():
    text = samples.OFFER.replace('"weight":310', '"weight":"heavy"')
    assert decode("product.detail", text).skus[0].weight is None


def test_offer_without_mixed_batch():
    text = samples.OFFER.replace("sellerMixSetting", "none").replace('"quoteType":2,', "")
    offer = decode("product.detail", text)
    assert (offer.mix, offer.quote_type) == (None, None)
    assert decode("product.mix_rule", '{"result":{},"success":true}') == MixRule()


def test_freight():
    freight = good("product.freight")
    assert (freight.freight, freight.first_fee) == (Decimal("8.00"), Decimal("6.00"))
    text = samples.FREIGHT.replace('"freePostage":false', '"freePostage":"true"')
    assert decode("product.freight", text).freight == 0


def test_category():
    root = good("product.category")
    assert (root.category_id, len(root.children)) == ("0", 2)
    assert root.children[1] == Category("54", "服饰")
    words = good("product.category_words")
    assert (words.name, words.translated, words.leaf) == ("童装", "Children's clothing", False)
    assert words.children == (Category("1031910", "T恤", "T-shirts", leaf=True),)
    with pytest.raises(BadAnswer):
        decode("product.category_words", '{"result":{"success":"true","result":{}}}')


def test_picture_id():
    assert good("product.upload_image") == "12345"
    text = '{"result":{"success":true,"result":{"imageId":"9"}}}'
    assert decode("product.upload_image", text) == "9"


def test_kept_messages():
    page = good("push.query")
    assert (page.total, page.messages[0].order_ids) == (7, (ORDER,))
    assert good("push.pull").messages == page.messages
    assert decode("push.pull", '{"pushMessageList":[{}]}').unreadable == 1
    assert decode("push.query", '{"pushMessagePage":{"totalCount":0}}').messages == ()
