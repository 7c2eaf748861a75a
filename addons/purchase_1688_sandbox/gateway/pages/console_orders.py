"""The console's orders and refunds."""

import json

from ..trade import carriers, orders, refunds
from ..wire import china_time, yuan_text
from .actions import button, form
from .cashier import picture_of
from .html import Html, both, h, money
from .words import ORDER, PARCEL, REFUND, state

PAGE = 30


def _empty(chinese, english):
    return h('<div class="card empty">{}</div>', both(chinese, english))


def show_orders(world, query):
    """The newest orders, each with what can be done to it."""
    wanted = query.get("q", "")
    rows = world.store.all("SELECT status, count(*) AS n FROM trade_order GROUP BY status")
    counts = {row["status"]: row["n"] for row in rows}
    chips = [_chip("", "全部 all", sum(counts.values()), wanted)]
    chips += [
        _chip(key, f"{ORDER[key][0]} {ORDER[key][1]}", counts[key], wanted)
        for key in ORDER
        if key in counts
    ]
    found = world.store.all(
        "SELECT data FROM trade_order WHERE ? IN ('', status) ORDER BY order_id DESC LIMIT ?",
        wanted,
        PAGE,
    )
    if not found:
        return _empty(
            "还没有订单", "No orders yet. Place one through the API, and it appears here."
        )
    cards = [_order(world, json.loads(row["data"])) for row in found]
    return h('<div class="chips">{}</div>{}', chips, cards)


def _chip(key, label, count, wanted):
    return h(
        '<a class="{}" href="/?tab=orders&amp;q={}">{} {}</a>',
        "on" if key == wanted else "",
        key,
        label,
        count,
    )


def _order(world, order):
    parcels = carriers.of_order(world, order["order_id"])
    return h(
        '<div class="card"><div class="row">{}<b>{}</b><span class="muted small">{}</span><span class="grow"></span>{}</div>'
        '<div class="small muted mono">{}</div><table>{}</table>{}<div class="tools">{}</div></div>',
        state(ORDER, order["status"]),
        order["seller"]["company"],
        order["order_group"],
        h(
            '<span class="muted small">运费 freight {}</span> <span class="big">{}</span>',
            money(order["freight_fen"]),
            money(order["total_fen"]),
        ),
        " · ".join(
            text
            for text in (
                order["order_id"],
                order["out_order_id"],
                china_time(order["created"]),
                _receiver(order),
            )
            if text
        ),
        [_entry(entry) for entry in order["entries"]],
        [_parcel(parcel, order) for parcel in parcels],
        _tools(order, parcels) or both("没有可做的操作", "nothing left to do"),
    )


def _receiver(order):
    address = order["address"]
    return f"{address['name']} {address['province']}{address['city']}{address['district']}{address['street']}"


def _entry(entry):
    spec = " ".join(value for _name, value in entry["attributes"])
    refund = (
        state(REFUND, entry["refund_status"].lower().replace("_", ""))
        if entry["refund_status"]
        else ""
    )
    return h(
        '<tr><td style="width:70px"><a href="/offer/{}.html"><img class="thumb" src="{}?s=1" alt=""></a></td><td>{}<span class="en">{}</span></td>'
        '<td>{}</td><td class="num">{} × {}</td><td class="num">{}</td></tr>',
        entry["offer_id"],
        picture_of(entry),
        entry["name"],
        h('{} <span class="mono">{}</span>', spec, entry["entry_id"]),
        refund,
        entry["quantity"],
        money(entry["price_fen"]),
        money(entry["pay_fen"]),
    )


def _parcel(parcel, order):
    steps = [
        h("<li>{} {}</li>", china_time(step["at"]), step["text"]) for step in parcel["steps"][-4:]
    ]
    tools = ""
    if parcel["status"] not in ("SIGN", "UNSIGN"):
        text = h('<input name="text" placeholder="快件已到达转运中心" style="width:170px">')
        tools = [
            form("orders", "scan", text, both("扫描", "scan"), id=parcel["bill_no"]),
            button("orders", "sign_parcel", "签收", "sign", id=parcel["bill_no"]),
        ]
    return h(
        '<div class="row small" style="margin-top:8px">{} <b>{}</b> <span class="mono">{}</span><span class="grow"></span>{}</div>'
        '<ol class="trace">{}</ol>',
        state(PARCEL, parcel["status"]),
        parcel["company"]["name"],
        parcel["bill_no"],
        tools,
        steps,
    )


def _tools(order, parcels):
    number, status = order["order_id"], order["status"]
    delay = button("orders", "delay", "推迟一天", "delay 1 d", id=number)
    if status == "waitbuyerpay":
        price = h('<input class="short" name="total" value="{}">', yuan_text(order["total_fen"]))
        return [
            h(
                '<a class="button main" href="/cashier?orderId={}">{}</a>',
                number,
                both("去付款", "to the cashier"),
            ),
            form("orders", "price", price, both("改价", "change price"), id=number),
            button("orders", "close", "关闭订单", "close", id=number),
        ]
    if status == "waitsellersend":
        count = Html('<input type="number" name="parcels" value="1" min="1" max="20">')
        return [
            form(
                "orders",
                "ship",
                count,
                both("发货（包裹数）", "ship in so many parcels"),
                "main",
                id=number,
            ),
            delay,
            button("orders", "close", "关闭订单", "close", id=number),
        ]
    if status == "waitbuyerreceive":
        open_parcels = [parcel for parcel in parcels if parcel["status"] != "SIGN"]
        sign = (
            button("orders", "sign", "全部签收", "all arrive", "main", id=number)
            if open_parcels
            else ""
        )
        return [
            sign,
            delay,
            button("orders", "confirm", "买家确认收货", "buyer confirms", id=number),
        ]
    return []


def show_refunds(world, query):
    """The newest refunds, each with what the seller can do."""
    rows = world.store.all("SELECT data FROM refund ORDER BY applied_at DESC LIMIT ?", PAGE)
    if not rows:
        return _empty("还没有退款", "No refunds yet.")
    return h("{}", [_refund(world, json.loads(row["data"])) for row in rows])


def _refund(world, refund):
    order = orders.find(world, refund["order_id"])
    entries = [entry for entry in order["entries"] if entry["entry_id"] in refund["entry_ids"]]
    kind = (
        ("退货退款", "goods back")
        if refund["request"] == "returnRefund"
        else ("仅退款", "refund only")
    )
    vouchers = [
        h('<a href="{}"><img class="thumb" src="{}" alt="evidence"></a> ', path, path)
        for path in (str(url).partition("/img/")[2] for url in refund["vouchers"])
        for path in (f"/img/{path}",)
    ]
    return h(
        '<div class="card"><div class="row">{}<b>{}</b> {}<span class="grow"></span><span class="big">{}</span></div>'
        '<div class="small muted mono">{} · {} · {}</div><table>{}</table><p>{}：{} {}</p><div class="tools">{}</div></div>',
        state(REFUND, refund["status"]),
        order["seller"]["company"],
        h('<span class="muted small">{} {}</span>', *kind),
        money(refund["goods_fen"] + refund["freight_fen"]),
        refund["refund_id"],
        refund["order_id"],
        china_time(refund["applied"]),
        [_entry(entry) for entry in entries],
        refund["reason"],
        refund["description"],
        vouchers,
        _refund_tools(refund) or both("没有可做的操作", "nothing left to do"),
    )


def _refund_tools(refund):
    number = refund["refund_id"]

    def can(move):
        return refund["status"] in refunds.MOVES[move]

    reason = Html('<input name="reason" placeholder="商家拒绝">')
    tools = [button("refunds", "agree", "同意", "agree", "main", id=number)] if can("agree") else []
    if can("receive"):
        tools.append(
            button("refunds", "receive", "已收到退货", "goods are back", "main", id=number)
        )
    if can("reject"):
        tools.append(form("refunds", "reject", reason, both("拒绝", "reject"), id=number))
    return tools
