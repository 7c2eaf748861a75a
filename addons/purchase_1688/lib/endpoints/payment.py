"""Payment (API document §6)."""

from ..call import Call
from ..errors import BadInput
from ..values import to_fen
from .wiretext import compact, filled, id_list, number_id, text

_TRADE = "com.alibaba.trade"
_CHANNELS = ("", "alipay", "shegou")


def pay_link(order_ids):
    """Address of the cashier page for up to 100 orders; moves no money by itself."""
    params = {"orderIdList": id_list(order_ids, "order_ids", 100)}
    return Call("payment.pay_link", f"{_TRADE}:alibaba.alipay.url.get:1", params)


def pay(order_id, amount, channel="", request_id=""):
    """Pay one order without password. `amount` in yuan; sent in fen so that it is checked.

    :param str channel: ``alipay``, ``shegou`` (credit), or empty: credit first, then Alipay
    :param str request_id: our key; it looks like an idempotency key but is not said to be
    """
    if channel not in _CHANNELS:
        raise BadInput(f"unknown channel {channel!r}")
    fen = to_fen(amount)
    if fen <= 0:
        raise BadInput(f"the amount must be above zero, not {amount}")
    body = {"orderId": number_id(order_id, "order_id"), "payAmount": fen}
    body |= filled({"payChannel": channel, "opRequestId": request_id})
    params = {"tradeWithholdPreparePayParam": compact(body)}
    api = f"{_TRADE}:alibaba.trade.pay.protocolPay.preparePay:1"
    return Call("payment.pay", api, params, effect=True)


def pay_ways(order_id):
    """How an order can be paid, how much, until when."""
    params = {"orderId": text(str(number_id(order_id, "order_id")), "order_id")}
    return Call("payment.pay_ways", f"{_TRADE}:alibaba.trade.payWay.query:1", params)


def agreements():
    """Whether password-free payment is bound and signed."""
    api = f"{_TRADE}:alibaba.trade.pay.protocolPay.isopen:1"
    return Call("payment.agreements", api)
