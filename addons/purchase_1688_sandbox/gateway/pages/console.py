"""The console: what sellers, carriers and the platform's staff do, by hand, and what has happened."""

from urllib.parse import urlencode

from ..http import redirect_response
from ..wire import china_time
from . import actions, console_books, console_faults, console_goods, console_orders
from .html import both, from_here, h, notice, page

TABS = {
    "orders": ("订单", "Orders", console_orders.show_orders),
    "refunds": ("退款售后", "Refunds", console_orders.show_refunds),
    "offers": ("商品", "Goods", console_goods.show_offers),
    "faults": ("故障", "Faults", console_faults.show_faults),
    "switches": ("开关", "Switches", console_faults.show_switches),
    "ledger": ("账本", "Books", console_books.show_ledger),
    "calls": ("调用记录", "Calls", console_books.show_calls),
}


def show(world, request):
    """``GET /?tab=…``"""
    tab = request.query.get("tab")
    tab = tab if tab in TABS else "orders"
    _zh, english, content = TABS[tab]
    body = [_clock(world, tab), _said(request.query), content(world, request.query)]
    return page(f"1688 sandbox: {english}", body, _nav(tab))


def _nav(tab):
    links = [
        h('<a class="{}" href="/?tab={}">{}</a>', "on" if name == tab else "", name, both(zh, en))
        for name, (zh, en, _content) in TABS.items()
    ]
    return h("<nav>{}</nav>", links)


def _said(query):
    if query.get("no"):
        return h('<div class="said bad">{}</div>', both("没有成功", query["no"]))
    if query.get("ok"):
        return h('<div class="said">{}</div>', both("已完成", query["ok"]))
    return ""


def _clock(world, tab):
    steps = (("+1 小时", "+1 h", 3600), ("+1 天", "+1 d", 86400), ("+10 天", "+10 d", 864000))
    buttons = [
        actions.button(tab, "advance", zh, en, seconds=seconds, css="") for zh, en, seconds in steps
    ]
    speed = actions.form(
        tab,
        "speed",
        h('<input class="short" name="speed" value="{}">', f"{world.clock.speed:g}"),
        both("倍速", "speed"),
    )
    return h(
        '<div class="bar"><span>{}</span><span class="time">{}</span><span class="grow"></span>{}{}</div>',
        both("沙箱时间", "clock of the sandbox"),
        china_time(world.clock.now()),
        buttons,
        speed,
    )


def act(world, request):
    """``POST /console``: do something, then show the tab again."""
    if not from_here(request):
        return notice("非法请求", "The form came from elsewhere", 403)
    fields = request.form
    answer = actions.do(world, fields)
    back = {name: fields[name] for name in ("tab", "q", "page") if fields.get(name)}
    return redirect_response(f"/?{urlencode(back | answer)}")
