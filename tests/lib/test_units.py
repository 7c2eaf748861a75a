"""Fen or yuan: the table of the API document (§4.3), field by field.

There is no rule on the wire: each field is filled with 1234 in turn, and the value must
come out as 12.34 (fen) or 1234.00 (yuan), and nowhere else.
"""

import json
from decimal import Decimal

import pytest
from lib1688.decode import decode
from lib1688.errors import GatewayError

from .samples import GOOD

FEN, YUAN = Decimal("12.34"), Decimal("1234.00")

#: call, where the amount is on the wire, where it comes out, unit
TABLE = [
    ("trade.preview", "orderPreviewResuslt.0.sumPayment", "parts.0.total", FEN),
    ("trade.preview", "orderPreviewResuslt.0.sumPaymentNoCarriage", "parts.0.goods_total", FEN),
    ("trade.preview", "orderPreviewResuslt.0.sumCarriage", "parts.0.freight", FEN),
    ("trade.preview", "orderPreviewResuslt.0.discountFee", "parts.0.discount", FEN),
    ("trade.preview", "orderPreviewResuslt.0.additionalFee", "parts.0.additional", FEN),
    ("trade.preview", "orderPreviewResuslt.0.cargoList.0.amount", "parts.0.lines.0.amount", YUAN),
    (
        "trade.preview",
        "orderPreviewResuslt.0.cargoList.0.finalUnitPrice",
        "parts.0.lines.0.unit_price",
        YUAN,
    ),
    ("trade.create_order", "result.totalSuccessAmount", "parts.0.total", FEN),
    ("trade.create_order", "result.postFee", "parts.0.freight", FEN),
    ("trade.order", "result.baseInfo.totalAmount", "total", YUAN),
    ("trade.order", "result.baseInfo.sumProductPayment", "goods_total", YUAN),
    ("trade.order", "result.baseInfo.shippingFee", "freight", YUAN),
    ("trade.order", "result.baseInfo.couponFee", "coupon", YUAN),
    ("trade.order", "result.baseInfo.refund", "refunded", YUAN),
    ("trade.order", "result.baseInfo.discount", "discount", FEN),
    ("trade.order", "result.productItems.0.price", "lines.0.unit_price", YUAN),
    ("trade.order", "result.productItems.0.itemAmount", "lines.0.amount", YUAN),
    ("trade.order", "result.productItems.0.refund", "lines.0.refunded", YUAN),
    ("trade.order", "result.productItems.0.sharePostage", "lines.0.freight_share", YUAN),
    ("trade.order", "result.productItems.0.entryDiscount", "lines.0.discount", FEN),
    ("trade.order", "result.tradeTerms.0.phasAmount", "terms.0.amount", YUAN),
    (
        "trade.order",
        "result.nativeLogistics.logisticsItems.0.carriage",
        "parcels.0.freight",
        YUAN,
    ),
    ("trade.orders", "result.0.baseInfo.totalAmount", "orders.0.total", YUAN),
    ("trade.orders", "result.0.baseInfo.discount", "orders.0.discount", FEN),
    ("trade.orders", "result.0.productItems.0.price", "orders.0.lines.0.unit_price", YUAN),
    ("payment.pay_ways", "resultList.payFee", "amount", FEN),
    ("refund.limits", "result.result.maxRefundFee", "total", FEN),
    ("refund.limits", "result.result.maxGoodsFee", "goods", FEN),
    ("refund.limits", "result.result.maxPostFee", "freight", FEN),
    ("refund.get", "result.opOrderRefundModelDetail.applyPayment", "goods_amount", FEN),
    ("refund.get", "result.opOrderRefundModelDetail.applyCarriage", "freight_amount", FEN),
    ("refund.get", "result.opOrderRefundModelDetail.refundPayment", "refunded", FEN),
    ("refund.get", "result.opOrderRefundModelDetail.refundCarriage", "refunded_freight", FEN),
    ("refund.get", "result.opOrderRefundModelDetail.frozenFund", "frozen", FEN),
    ("refund.of_order", "result.opOrderRefundModels.0.applyPayment", "0.goods_amount", FEN),
    (
        "refund.history",
        "result.opOrderRefundModels.0.applyPayment",
        "refunds.0.goods_amount",
        FEN,
    ),
    ("product.search", "result.result.data.0.priceInfo.price", "offers.0.price", YUAN),
    (
        "product.search",
        "result.result.data.0.priceInfo.promotionPrice",
        "offers.0.promotion_price",
        YUAN,
    ),
    ("product.detail", "result.result.productSkuInfos.0.price", "skus.0.price", YUAN),
    (
        "product.detail",
        "result.result.productSkuInfos.0.promotionPrice",
        "skus.0.promotion_price",
        YUAN,
    ),
    (
        "product.detail",
        "result.result.productSkuInfos.0.fenxiaoPriceInfo.onePiecePrice",
        "skus.0.one_piece_price",
        YUAN,
    ),
    # the sample lists the tiers from the larger one down; they come out sorted
    (
        "product.detail",
        "result.result.productSaleInfo.priceRangeList.0.price",
        "tiers.1.price",
        YUAN,
    ),
    ("product.detail", "result.result.sellerMixSetting.mixAmount", "mix.amount", YUAN),
    ("product.freight", "result.result.freight", "freight", YUAN),
    ("product.freight", "result.result.firstFee", "first_fee", YUAN),
    ("product.freight", "result.result.nextFee", "next_fee", YUAN),
    ("product.mix_rule", "result.mixAmount", "amount", YUAN),
]
AMOUNTS = pytest.mark.parametrize(("name", "wire", "ours", "unit"), TABLE)
SIGNED = {"discount", "additional"}


def key(step):
    return int(step) if step.isdigit() else step


def with_amount(name, wire, amount):
    """The good reply of a call with another amount in one place."""
    document = json.loads(GOOD[name])
    *way, last = map(key, wire.split("."))
    place = document
    for step in way:
        place = place[step]
    place[last] = amount
    return json.dumps(document)


def found(value, ours):
    for step in map(key, ours.split(".")):
        value = value[step] if isinstance(step, int) else getattr(value, step)
    return value


@AMOUNTS
@pytest.mark.parametrize("amount", [1234, "1234"])
def test_unit(name, wire, ours, unit, amount):
    value = found(decode(name, with_amount(name, wire, amount)), ours)
    assert value == unit
    assert isinstance(value, Decimal)


@AMOUNTS
def test_missing_is_none_and_never_zero(name, wire, ours, unit):
    text = with_amount(name, wire, None)
    try:
        value = decode(name, text)
    except GatewayError as error:
        # a tier, and freight that is not free, make no sense without an amount
        assert (name, error.code) in {("product.detail", "missing"), ("product.freight", "missing")}
    else:
        assert found(value, ours) is None


@AMOUNTS
def test_below_zero_only_where_it_is_a_reduction(name, wire, ours, unit):
    text = with_amount(name, wire, -1234)
    if ours.rpartition(".")[2] in SIGNED:
        assert found(decode(name, text), ours) == -unit
    else:
        assert nonsense_is_refused(name, text, ours)


@AMOUNTS
@pytest.mark.parametrize("amount", ["NaN", "12,34", "¥12", "1e309", True, [12], "twelve"])
def test_nonsense_is_no_amount(name, wire, ours, unit, amount):
    assert nonsense_is_refused(name, with_amount(name, wire, amount), ours)


def nonsense_is_refused(name, text, ours):
    """Whether the amount did not come out: the reply, the row or the order is not believed."""
    try:
        value = decode(name, text)
    except GatewayError as error:
        return error.code == "bad_number"
    if name == "trade.create_order":
        return not value.confirmed and value.parts[0].total is None
    return bool(value.unreadable)


def test_fen_with_a_fraction_and_yuan_with_too_many_decimals():
    text = with_amount("trade.preview", "orderPreviewResuslt.0.sumPayment", 10.5)
    assert nonsense_is_refused("trade.preview", text, "parts.0.total")
    text = with_amount("trade.order", "result.baseInfo.totalAmount", 1.123456)
    assert nonsense_is_refused("trade.order", text, "total")


def test_binary_noise_is_undone():
    text = with_amount("trade.order", "result.baseInfo.totalAmount", 0.1 + 0.2)
    assert decode("trade.order", text).total == Decimal("0.30")
