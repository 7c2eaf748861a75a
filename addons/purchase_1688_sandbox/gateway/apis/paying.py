"""Cashier addresses, password-free payment, ways to pay."""

from ..envelope import family_a
from ..errors import BusinessError
from ..params import REQUIRED, invalid, member
from ..registry import api
from ..trade import orders, payment, views
from ..wire import china_time

TRADE = "com.alibaba.trade"
CHANNELS = {"alipay": "ALIPAY", "shegou": "SHEGOU"}
NOT_YOURS = "不是自己的订单"


# --- addresses of the cashier


def _split(world, params, name, limit, text):
    """(payable ids, other ids) of the wanted orders."""
    wanted = list(dict.fromkeys(str(order_id) for order_id in params.array(name)))
    if not wanted or len(wanted) > limit:
        raise BusinessError("400", f"{text}1到{limit}个")
    payable = []
    for order_id in wanted:
        order = orders.find(world, order_id)
        if order is None or order["buyer_id"] != params.member_id:
            raise BusinessError("ORDER_NOT_EXIST", f"订单[{order_id}]不存在")
        if order["status"] == "waitbuyerpay":
            payable.append(order_id)
    if not payable:
        raise BusinessError("PRODUCT_TRADE_STAT_ERROR", "订单当前状态不能付款")
    return payable, [order_id for order_id in wanted if order_id not in payable]


def _cashier(world, order_ids):
    if len(order_ids) == 1:
        return f"{world.base_url}/cashier?orderId={order_ids[0]}"
    return f"{world.base_url}/cashier?orderIds={','.join(order_ids)}"


@api(TRADE, "alibaba.alipay.url.get", fail="C_erro")
def alipay_url(world, params):
    payable, others = _split(world, params, "orderIdList", 100, "orderIdList个数必须为")
    answer = {"success": True, "payUrl": _cashier(world, payable)}
    if others:
        answer["payFailureOrderList"] = [
            {
                "orderId": order_id,
                "errorCode": "PRODUCT_TRADE_STAT_ERROR",
                "errorMessage": "订单当前状态不能付款",
            }
            for order_id in others
        ]
    return answer


@api(TRADE, "alibaba.crossBorderPay.url.get", fail="C")
def cross_border_url(world, params):
    payable, _others = _split(world, params, "orderIdList", 30, "orderIdList个数必须为")
    return {"success": True, "payUrl": _cashier(world, payable)}


@api(TRADE, "alibaba.creditPay.url.get", fail="C")
def credit_url(world, params):
    payable, others = _split(world, params, "orderIdList", 30, "orderIdList个数必须为")
    return {"success": True, "payUrl": _cashier(world, payable), "cantPayOrderList": others}


@api(TRADE, "alibaba.trade.grouppay.url.get", fail="C")
def group_url(world, params):
    if params.text("payPlatformType", "PC") not in ("PC", "WIRELESS"):
        raise invalid("payPlatformType")
    payable, _others = _split(world, params, "orderIds", 100, "orderIds个数必须为")
    return {"results": {"success": True, "payUrl": _cashier(world, payable)}}


@api(TRADE, "trade.orderpay.analysis")
def analysis(world, params):
    channel = params.text("payChannel")
    if channel not in views.PAY_WAYS:
        raise invalid("payChannel")
    payable, _others = _split(world, params, "orderIds", 100, "orderIds个数必须为")
    total = sum(orders.find(world, order_id)["total_fen"] for order_id in payable)
    return family_a(
        {
            "orderTotalCount": len(payable),
            "totalPayFee": total,
            "orderIds": [int(one) for one in payable],
            "payChannel": {"channel": channel, "avaliable": True},
        }
    )


@api(TRADE, "alibaba.trade.payWay.query", fail="C")
def pay_ways(world, params):
    order = orders.of_buyer(world, params.text("orderId"), params.member_id, "500_2", "500_2")
    if order["status"] != "waitbuyerpay":
        raise BusinessError("500_1", "订单当前状态不能付款")
    channels = [{"code": code, "name": name} for code, name in views.PAY_WAYS.values()]
    return {
        "success": "true",
        "resultList": {
            "orderId": order["order_id"],
            "payFee": order["total_fen"],
            "timeout": china_time(order["pay_expire"]),
            "channels": channels,
        },
    }


# --- password-free payment


@api(TRADE, "alibaba.trade.pay.protocolPay.isopen")
def agreements(world, params):
    signed = world.switches["pay_channels"]
    return family_a(
        {
            "paymentAgreements": [
                {
                    "payChannel": code,
                    "bindingStatus": str(channel in signed).lower(),
                    "signedStatus": str(channel in signed).lower(),
                    "signUrl": f"{world.base_url}/cashier/agreement?channel={channel}",
                    "agreementNo": f"2025{number:012d}" if channel in signed else "",
                }
                for number, (channel, code) in enumerate(CHANNELS.items(), 1)
            ]
        }
    )


@api(TRADE, "alibaba.trade.pay.protocolPay.preparePay", write=True, fail="D")
def prepare_pay(world, params):
    given = params.object("tradeWithholdPreparePayParam")
    order_id = member(given, "orderId", "tradeWithholdPreparePayParam")
    channel = given.get("payChannel")
    if channel is not None and channel not in CHANNELS:
        raise BusinessError("PARAM_ILLEGAL", f"不支持的支付渠道[{channel}]")
    amount = given.get("payAmount")
    channel, succeeded = _withhold(
        world, params.member_id, order_id, channel, amount, str(given.get("opRequestId") or "")
    )
    return family_a({"payChannel": channel, "paySuccess": succeeded})


@api(TRADE, "alibaba.trade.pay.protocolPay", write=True, fail="D")
def protocol_pay(world, params):
    """The older call: an order id and nothing else."""
    _channel, succeeded = _withhold(
        world, params.member_id, params.long("orderId", REQUIRED), None, None, ""
    )
    if not succeeded:
        raise BusinessError("500", "扣款失败")
    return {"success": True, "code": "200", "message": ""}


def _withhold(world, member_id, order_id, channel, amount, request_id):
    """(channel, whether it says paid). Cheng-e-She is tried before Alipay unless a channel is
    named.
    """
    order = orders.find(world, order_id)
    if order is None or order["buyer_id"] != member_id:
        raise BusinessError("500", NOT_YOURS)
    signed = [name for name in ("shegou", "alipay") if name in world.switches["pay_channels"]]
    if not signed or (channel and channel not in signed):
        raise BusinessError("NOT_SIGNED", "未开通免密支付")
    channel = channel or signed[0]
    if order["status"] != "waitbuyerpay":
        return channel, _pay_again(world, order, channel, request_id)
    if amount is not None and str(amount) != str(order["total_fen"]):
        raise BusinessError(
            "PAY_AMOUNT_ERROR", f"支付金额与订单应付金额[{order['total_fen']}]不一致"
        )
    answer = world.switches["pay_answer"]
    if answer == "refused":
        return channel, False
    if answer == "not_enough":
        raise BusinessError("ACCOUNT_BALANCE_NOT_ENOUGH", "账户余额不足")
    payment.pay(world, order, channel, request_id)
    return channel, answer != "pending_paid"


def _pay_again(world, order, channel, request_id):
    """An order that is not waiting for payment: the same request gets its answer again, another
    one is refused.
    """
    booked = payment.of_order(world, order["order_id"])
    if request_id and any(row["request_id"] == request_id for row in booked):
        return True
    if booked and world.switches["repeated_payment"] == "paid_again":
        payment.book(world, order, channel, request_id)
        return True
    raise BusinessError("ORDER_STATUS_ERROR", "订单当前状态不能付款")
