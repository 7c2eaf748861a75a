"""The console's books: every payment, receipt, refund and cancellation; and the calls that were made."""

from .. import admin
from ..wire import china_time
from .html import Html, both, h, money
from .words import CHANNELS, REFUND, state

CALLS = 100


def show_ledger(world, query):
    """What really happened."""
    books = admin.run(world, "GET", "ledger", {})
    paid = sum(row["amount_fen"] for row in books["payments"])
    back = sum(row["paid_fen"] for row in books["refunds"])
    return [
        _sums(books, paid, back),
        _table(
            "付款",
            "Payments",
            ("订单 order", "方式 by", "金额 amount", "时间 at"),
            [_payment(row) for row in books["payments"]],
        ),
        _table(
            "确认收货",
            "Receipts",
            ("订单 order", "子订单 lines", "操作人 by", "时间 at"),
            [_receipt(row) for row in books["confirmations"]],
        ),
        _table(
            "退款",
            "Refunds",
            ("退款 refund", "订单 order", "状态 state", "申请 asked", "已退 paid"),
            [_refund(row) for row in books["refunds"]],
        ),
        _table(
            "取消",
            "Cancellations",
            ("订单 order", "原因 reason", "操作人 by", "时间 at"),
            [_cancelled(row) for row in books["cancellations"]],
        ),
    ]


def _sums(books, paid, back):
    facts = (
        ("订单", "orders", len(books["orders"])),
        ("已付", "paid", money(paid)),
        ("已退", "refunded", money(back)),
        ("付款笔数", "payments", len(books["payments"])),
    )
    cells = [
        h('<div class="grow center"><div class="big">{}</div>{}</div>', value, both(zh, en))
        for zh, en, value in facts
    ]
    return h('<div class="card row">{}</div>', cells)


def _table(zh, en, head, rows):
    if not rows:
        return Html("")
    names = [h("<th>{}</th>", name) for name in head]
    return h(
        '<div class="card"><h2>{}</h2><table><tr>{}</tr>{}</table></div>', both(zh, en), names, rows
    )


def _line(*cells):
    return h("<tr>{}</tr>", [h("<td>{}</td>", cell) for cell in cells])


def _mono(text):
    return h('<span class="mono">{}</span>', text)


def _payment(row):
    channel = " ".join(CHANNELS.get(row["channel"], (row["channel"],)))
    return _line(_mono(row["order_id"]), channel, money(row["amount_fen"]), china_time(row["at"]))


def _receipt(row):
    return _line(
        _mono(row["order_id"]), _mono(", ".join(row["entry_ids"])), row["by"], china_time(row["at"])
    )


def _refund(row):
    return _line(
        _mono(row["refund_id"]),
        _mono(row["order_id"]),
        state(REFUND, row["status"]),
        money(row["amount_fen"]),
        money(row["paid_fen"]),
    )


def _cancelled(row):
    return _line(_mono(row["order_id"]), row["reason"], row["by"], china_time(row["at"]))


def show_calls(world, query):
    """The last calls of the API."""
    rows = world.store.all("SELECT * FROM call ORDER BY id DESC LIMIT ?", CALLS)
    if not rows:
        return h('<div class="card empty">{}</div>', both("还没有调用", "Nobody has called yet."))
    lines = [
        h(
            '<tr><td class="small">{}</td><td class="mono">{}</td><td>{}</td><td class="num">{} ms</td><td><details><summary>参数 parameters</summary>'
            '<div class="mono" style="word-break:break-all;max-width:420px">{}</div></details></td></tr>',
            china_time(row["at"]),
            row["api"].rpartition(":")[2],
            _result(row),
            row["duration_ms"],
            row["params"],
        )
        for row in rows
    ]
    return h('<div class="card"><table>{}</table></div>', lines)


def _result(row):
    text = " ".join(part for part in (row["code"], row["fault"] and f"⚡{row['fault']}") if part)
    kind = "ok" if row["status"] == 200 and not text else "bad"
    return h('<span class="badge {}">{} {}</span>', kind, row["status"] or "—", text)
