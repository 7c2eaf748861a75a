"""The cashier: a person pays one or several orders, in the sandbox's own books."""

from ..trade import orders, payment
from ..wire import china_time
from .html import both, from_here, h, money, notice, page
from .words import CHANNELS, ORDER, state

MOST = 100


def _wanted(fields):
    ids = (fields.get("orderIds") or fields.get("orderId") or "").split(",")
    return list(dict.fromkeys(part for part in (text.strip() for text in ids) if part.isdecimal()))[
        :MOST
    ]


def show(world, request):
    """``GET /cashier?orderId=…`` or ``?orderIds=…,…``"""
    return _page(world, _wanted(request.query))


def pay(world, request):
    """``POST /cashier``"""
    if not from_here(request):
        return notice("非法请求", "The form came from elsewhere", 403)
    ids = _wanted(request.form)
    channel = request.form.get("channel")
    if channel not in world.switches["pay_channels"]:
        return notice("支付方式不可用", "This way of payment is not open", 400)
    paid = payment.pay_many(world, ids, channel)
    said = (
        both("付款成功", f"Paid: {len(paid)} of {len(ids)} orders")
        if paid
        else both("没有付款", "Nothing was paid")
    )
    return _page(world, ids, h('<div class="said {}">{}</div>', "" if paid else "bad", said))


def _page(world, ids, said=""):
    found = [order for order in (orders.find(world, order_id) for order_id in ids) if order]
    if not found:
        return notice("订单不存在", "There is no such order", 404)
    due = [order for order in found if order["status"] == "waitbuyerpay"]
    body = [
        said,
        h(
            '<div class="card"><h1>{}</h1><table>{}</table></div>',
            both("收银台", "Cashier"),
            [_row(order) for order in found],
        ),
        _form(world, due)
        if due
        else h(
            '<div class="card center">{}</div>', both("没有待付款的订单", "Nothing is to be paid")
        ),
    ]
    return page("Cashier", body)


def _row(order):
    pictures = [
        h('<img class="thumb" src="{}?s=1" alt="" title="{}">', picture_of(entry), entry["name"])
        for entry in order["entries"][:6]
    ]
    return h(
        '<tr><td>{}</td><td><b>{}</b><div class="small muted mono">{} · {}</div></td><td>{}</td><td class="num">{}</td></tr>',
        pictures,
        order["seller"]["company"],
        order["order_id"],
        order["out_order_id"] or china_time(order["created"]),
        state(ORDER, order["status"]),
        money(order["total_fen"]),
    )


def picture_of(entry):
    """The path of the picture of an order line, wherever the gateway is served."""
    return (
        f"/img/sku/{entry['sku_id']}.jpg" if entry["sku_id"] else f"/img/{entry['offer_id']}/0.jpg"
    )


def _form(world, due):
    total = sum(order["total_fen"] for order in due)
    channels = world.switches["pay_channels"]
    choices = [
        h(
            '<label class="choice"><input type="radio" name="channel" value="{}" {}>{}</label>',
            channel,
            "checked" if channel == channels[0] else "",
            both(*CHANNELS.get(channel, (channel, channel))),
        )
        for channel in channels
    ]
    return h(
        '<div class="card"><form class="block" method="post" action="/cashier"><input type="hidden" name="orderIds" value="{}">'
        '<div class="row top"><div class="grow">{}</div><div class="center" style="min-width:300px">{}<div class="big">{}</div>'
        '<p><button class="main large">{}</button></p></div></div></form></div>',
        ",".join(order["order_id"] for order in due),
        choices,
        both(
            f"应付总额（{len(due)} 笔订单）",
            f"to pay, {len(due)} order{'s' if len(due) > 1 else ''}",
        ),
        money(total),
        both("确认付款", "Pay"),
    )


def agreement(world, request):
    """``/cashier/agreement``: where a buyer would sign up for payment without a password."""
    return notice("免密支付已签约", "Payment without a password is agreed")
