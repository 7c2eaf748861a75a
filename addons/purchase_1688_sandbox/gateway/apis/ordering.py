"""Preview, creation and cancellation of orders."""

import json

from .. import addresses, pricing
from ..cart import CartLine
from ..errors import BusinessError
from ..params import REQUIRED, invalid, member, to_decimal
from ..registry import api
from ..trade import life, orders
from ..wire import wire_id, without_none, yuan

MAX_LINES = 50
MESSAGE_LIMIT = 500
FLOWS = {
    "general",
    "fenxiao",
    "saleproxy",
    "paired",
    "boutiquefenxiao",
    "boutiquepifa",
    "repurchase",
    "fenxiaonew",
}
MODES = {"fxassure": "交易4.0", "alipay": "担保交易", "period": "账期交易", "creditBuy": "诚e赊"}
# A line with one of these is left out of an order; any other error is one of the whole order.
LEFT_OUT = {"500_001", "500_004"}
CANCEL_REASONS = {"buyerCancel", "sellerGoodsLack", "other"}


def _cart(params):
    """The wanted lines; the same goods twice stay two lines, as on the platform."""
    lines = []
    for row in params.array("cargoParamList"):
        if not isinstance(row, dict):
            raise invalid("cargoParamList")
        offer_id = row.get("offerId") or row.get("openOfferId")
        if not offer_id:
            raise BusinessError("400", "cargoParamList.offerId不能为空")
        quantity = to_decimal(member(row, "quantity", "cargoParamList"), "cargoParamList.quantity")
        lines.append(CartLine(str(offer_id), row.get("specId") or None, quantity))
    if not lines:
        raise BusinessError("400", "cargoParamList不能为空")
    if len(lines) > MAX_LINES:
        raise BusinessError("400", f"一次下单的SKU不能超过{MAX_LINES}个")
    return lines


def _flow(params, default):
    flow = params.text("flow", default)
    if flow not in FLOWS:
        raise BusinessError("400", f"不支持的flow[{flow}]")
    return flow


# --- preview


@api("com.alibaba.trade", "alibaba.createOrder.preview", fail="C")
def preview(world, params):
    address = addresses.resolve(world, params.object("addressParam"), check=False)
    parts = pricing.price_cart(world, _cart(params), address, _flow(params, "general"))
    answer = {
        "success": True,
        "orderPreviewResuslt": [_preview_part(part) for part in parts],
        "postFeeByDescOfferList": [],
        "consignOfferList": [],
        "unsupportedCrossBorderPayOfferList": [],
    }
    if all(part.code for part in parts):
        answer.update(success=False, errorCode=parts[0].code, errorMsg=parts[0].message)
    return answer


def _preview_part(part):
    return without_none(
        {
            "status": part.code is None,
            "resultCode": part.code,
            "message": part.message or None,
            "flowFlag": part.flow,
            "tradeModeNameList": list(part.trade_modes),
            "tradeModelList": [
                {
                    "name": MODES.get(mode, mode),
                    "tradeType": mode,
                    "description": "",
                    "opSupport": True,
                }
                for mode in part.trade_modes
            ],
            "sumPayment": part.total_fen,
            "sumPaymentNoCarriage": part.goods_fen - part.discount_fen,
            "sumCarriage": part.freight_fen,
            "discountFee": part.discount_fen,
            "additionalFee": 0,
            "cargoList": [_preview_line(line) for line in part.lines],
            "shopPromotionList": list(part.promotions),
            "payChannelInfos": [{"name": "alipay", "amountLimit": 100000000}],
            "orderGroup": part.order_group,
            "canUseOfficialSolution": False,
            "officialSolutionModelList": [],
        }
    )


def _preview_line(line):
    return without_none(
        {
            "offerId": wire_id(line.offer_id) if line.offer_id.isdigit() else None,
            "openOfferId": None if line.offer_id.isdigit() else line.offer_id,
            "specId": line.spec_id or None,
            "skuId": wire_id(line.sku_id) if line.sku_id else None,
            "amount": yuan(line.amount_fen),
            "finalUnitPrice": yuan(line.unit_price_fen),
            "resultCode": line.code,
            "message": line.message or None,
            "cargoPromotionList": [],
        }
    )


# --- creation


@api("com.alibaba.trade", "alibaba.trade.fastCreateOrder", write=True, fail="D")
def fast_create(world, params):
    return _create(world, params, "fast", _fast_answer)


@api("com.alibaba.trade", "alibaba.trade.createCrossOrder", write=True, fail="D")
def cross_create(world, params):
    return _create(world, params, "cross", _cross_answer)


def _create(world, params, kind, answer_of):
    """Atomic: the file's lock is held from the look for the same outOrderId to the last order."""
    flow = _flow(params, REQUIRED)
    address = addresses.resolve(world, params.object("addressParam"))
    lines = _cart(params)
    out_order_id = params.text("outOrderId", "")
    known = _known_creation(world, params.member_id, out_order_id)
    if known:
        return known
    terms = {
        "out_order_id": out_order_id,
        "message": _message(params),
        "app_key": params.app_key,
        "api": kind,
        "trade_type": params.text("tradeType", ""),
    }
    parts, failed = _orderable(world, lines, address, flow)
    if kind == "fast":  # makes one order; what would be another one is left out
        failed += [
            _failure(line, "500_003", "商品与订单其他商品不能一起下单")
            for part in parts[1:]
            for line in part.lines
        ]
        parts = parts[:1]
    made = [_book(world, part, address, params.member_id, terms) for part in parts]
    answer = answer_of(world, made, failed)
    world.store.run(
        "INSERT INTO creation (buyer_id, out_order_id, answer) VALUES (?, ?, ?)",
        params.member_id,
        out_order_id,
        json.dumps(answer, ensure_ascii=False),
    )
    return answer


def _message(params):
    message = params.text("message", "")
    if len(message) > MESSAGE_LIMIT:
        raise BusinessError("400", f"message不能超过{MESSAGE_LIMIT}个字符")
    return message


def _known_creation(world, member_id, out_order_id):
    """The first answer to this outOrderId; None if there was none or a second order is made."""
    if not out_order_id or world.switches["repeated_out_order_id"] == "second_order":
        return None
    row = world.store.one(
        "SELECT answer FROM creation WHERE buyer_id = ? AND out_order_id = ? ORDER BY id LIMIT 1",
        member_id,
        out_order_id,
    )
    if row and world.switches["repeated_out_order_id"] == "error":
        # Made up: what the platform answers is not on record.
        raise BusinessError("OUT_ORDER_ID_REPEATED", f"外部订单号[{out_order_id}]重复")
    return json.loads(row["answer"]) if row else None


def _orderable(world, lines, address, flow):
    """(parts that can be ordered, failed lines). Without a single good line the first error is the
    answer.
    """
    parts = pricing.price_cart(world, lines, address, flow)
    bad = [line for part in parts for line in part.lines if line.code]
    if not bad and all(part.code is None for part in parts):
        return parts, []
    good = [line for part in parts for line in part.lines if not line.code]
    first = next(part for part in parts if part.code)
    if (
        not good
        or not world.switches["partial_creation"]
        or not {line.code for line in bad} <= LEFT_OUT
        or not bad
    ):
        raise BusinessError(first.code, first.message)
    # What is left is priced again: minimum, tiers and freight go by what is really ordered.
    again = [CartLine(line.offer_id, line.spec_id or None, line.quantity) for line in good]
    parts, failed = _orderable(world, again, address, flow)
    return parts, failed + [_failure(line, line.code, line.message) for line in bad]


def _failure(line, code, message):
    return without_none(
        {
            "offerId": wire_id(line.offer_id) if line.offer_id.isdigit() else line.offer_id,
            "specId": line.spec_id or None,
            "errorCode": code,
            "errorMessage": message,
        }
    )


def _book(world, part, address, member_id, terms):
    trade_type = terms["trade_type"] or part.trade_modes[0]
    if trade_type not in part.trade_modes:
        raise BusinessError("400", f"不支持的交易方式tradeType[{trade_type}]")
    order = orders.create(world, part, address, member_id, **{**terms, "trade_type": trade_type})
    life.placed(world, order)
    return order


def _fast_answer(world, made, failed):
    order = made[0]
    return {
        "result": {
            "orderId": order["order_id"],
            "totalSuccessAmount": order["total_fen"],
            "postFee": order["freight_fen"],
            "failedOfferList": failed,
        },
        "success": True,
    }


def _cross_answer(world, made, failed):
    """One order or a list; under ``answer_shape`` also the odd forms of the official samples."""
    shape = world.switches["answer_shape"]
    result = {"success": True, "failedOfferList": failed}
    if len(made) == 1:
        order = made[0]
        result.update(
            orderId=order["order_id"],
            totalSuccessAmount=order["total_fen"],
            postFee=order["freight_fen"],
        )
    if len(made) > 1 or world.switches["always_order_list"]:
        result["orderList"] = [
            {
                "orderId": order["order_id"],
                "orderAmmount": order["total_fen"],
                "postFee": order["freight_fen"],
                "success": True,
                "payChannel": "alipay",
            }
            for order in made
        ]
    if shape == "no_wrapper":
        return result
    if shape == "failed_with_id":
        return {
            "result": {**result, "success": False},
            "success": False,
            "code": "500",
            "message": "系统异常",
        }
    return {"result": result, "success": True}


# --- cancellation


@api("com.alibaba.trade", "alibaba.trade.cancel", write=True, fail="C_message")
def cancel(world, params):
    params.text("webSite")
    order_id = params.long("tradeID")
    reason = params.text("cancelReason")
    if reason not in CANCEL_REASONS:
        raise invalid("cancelReason")
    order = orders.of_buyer(world, order_id, params.member_id)
    if order["status"] != "waitbuyerpay":
        raise BusinessError("ORDER_STATUS_ERROR", "订单状态不允许关闭")
    if world.now() - order["created"] < world.switches["cancel_wait_seconds"] * 1000:
        raise BusinessError("CLOSE_ORDER_TOO_FAST", "下单10秒内不能关闭订单,请稍后再试")
    life.close(world, order, "buyer", reason)
    return {"success": True}
