"""Every pair of states, allowed or not, written out apart from the table that it tests."""

import itertools

import pytest
from lib1688 import states

ORDER = {
    "draft": "prepared placed blocked cancelled",
    "prepared": "draft approved placed blocked cancelled",
    "approved": "draft prepared placing placed blocked cancelled",
    "placing": "approved placed blocked unknown",
    "placed": "verified blocked paid shipped received done cancelled",
    "verified": "placed paying blocked paid shipped received done cancelled",
    "paying": "verified blocked unknown paid shipped received done cancelled",
    "paid": "shipped received done cancelled",
    "shipped": "received done cancelled",
    "received": "done cancelled",
    "done": "",
    "blocked": "draft prepared approved placed paid shipped received done cancelled",
    "unknown": "approved placing placed verified paying blocked paid shipped received done cancelled",
    "cancelled": "",
}
PAYMENT = {
    "requested": "approved cancelled paid",
    "approved": "requested paying paid partial refused cancelled",
    "paying": "approved paid partial refused unknown cancelled",
    "partial": "requested paying paid unknown refused cancelled",
    "unknown": "approved paying paid partial refused cancelled",
    "refused": "approved paying paid partial unknown cancelled",
    "paid": "",
    "cancelled": "paid",
}
NEWS = "applied rejected to_return returning refunded closed"
REFUND = {
    "draft": "requesting closed",
    "requesting": f"draft refused unknown {NEWS}",
    "unknown": f"draft requesting refused {NEWS}",
    "refused": "draft applied closed",
    "applied": "rejected to_return returning refunded closed",
    "rejected": "applied to_return returning refunded closed",
    "to_return": "applied rejected returning refunded closed",
    "returning": "applied rejected to_return refunded closed",
    "refunded": "",
    "closed": "",
}
TABLES = {
    "order": (ORDER, states.ORDER_STATES),
    "payment": (PAYMENT, states.PAYMENT_STATES),
    "refund": (REFUND, states.REFUND_STATES),
}
PAIRS = [
    (kind, source, target)
    for kind, (_table, names) in TABLES.items()
    for source, target in itertools.product(names, repeat=2)
]


@pytest.mark.parametrize("kind,source,target", PAIRS)
def test_every_pair(kind, source, target):
    expected = target in TABLES[kind][0][source].split()
    assert states.allowed(kind, source, target) is expected
    assert (source in states.sources(kind, target)) is expected


@pytest.mark.parametrize("kind", TABLES)
def test_tables_know_all_states_and_no_others(kind):
    table, names = TABLES[kind]
    assert set(table) == set(names)
    assert not any(states.allowed(kind, name, name) for name in names)


@pytest.mark.parametrize(
    "state,remote,target",
    [
        ("placed", "waitbuyerpay", None),
        ("verified", "waitbuyerpay", None),
        ("unknown", "waitbuyerpay", "placed"),
        ("blocked", "waitbuyerpay", None),
        ("paying", "waitsellersend", "paid"),
        ("verified", "waitsellersend", "paid"),
        ("shipped", "waitsellersend", None),
        ("paid", "waitbuyerreceive", "shipped"),
        ("paid", "signinsuccess", "shipped"),
        ("shipped", "confirm_goods", "received"),
        ("shipped", "confirm_goods_and_has_subsidy", "received"),
        ("received", "success", "done"),
        ("paid", "success", "done"),
        ("paid", "cancel", "cancelled"),
        ("done", "cancel", None),
        ("cancelled", "waitbuyerpay", None),
        ("draft", "waitsellersend", None),
        ("paid", "a_status_of_next_year", None),
        ("paid", None, None),
        ("paid", "WAITBUYERRECEIVE", "shipped"),
    ],
)
def test_order_news(state, remote, target):
    assert states.order_target(state, remote) == target


def test_order_news_never_goes_back():
    way = states.ORDER_WAY
    for state, remote in itertools.product(way, states.ORDER_REMOTE):
        target = states.order_target(state, remote)
        if target and target != "cancelled":
            assert states.is_before(state, target), (state, remote, target)


@pytest.mark.parametrize(
    "state,lines,target",
    [
        ("requested", "waiting", None),
        ("requested", "waiting paid", None),
        ("requested", "paid", "paid"),
        ("requested", "", "cancelled"),
        ("approved", "waiting refused", None),
        ("approved", "waiting paid", "partial"),
        ("approved", "paid refused", "partial"),
        ("paying", "waiting", "approved"),
        ("paying", "calling paid", None),
        ("paying", "", "cancelled"),
        ("refused", "waiting refused", "approved"),
        ("unknown", "unknown paid calling", None),
        ("unknown", "waiting", "approved"),
        ("unknown", "", "cancelled"),
        ("partial", "paid", "paid"),
        ("cancelled", "", None),
    ],
)
def test_payment_follows_its_lines(state, lines, target):
    assert states.payment_target(state, set(lines.split())) == target


# What can become of one line of an approved payment; *released* is out of it, *paid* is for good.
LINE_MOVES = {
    "waiting": "calling paid refused released",
    "calling": "waiting paid refused unknown released",
    "refused": "waiting paid released",
    "unknown": "waiting calling paid refused released",
}


def test_no_payment_is_left_behind_by_its_lines():
    """Whatever happens to three lines in whatever order, the payment can go where they ask it to be."""
    start = ("approved", ("waiting",) * 3)
    seen, todo = {start}, [start]
    while todo:
        state, lines = todo.pop()
        for index, line in enumerate(lines):
            for move in LINE_MOVES.get(line, "").split():
                after = tuple(sorted((*lines[:index], move, *lines[index + 1 :])))
                target = states.payment_target(state, set(after) - {"released"}) or state
                assert target == state or states.allowed("payment", state, target), (state, after, target)
                # the way by which it came makes no difference
                assert states.payment_target("approved", set(after) - {"released"}) in (target, None)
                if (target, after) not in seen:
                    seen.add((target, after))
                    todo.append((target, after))
    ends = {state for state, lines in seen if set(lines) <= {"paid", "released"}}
    assert ends == {"paid", "cancelled"}


@pytest.mark.parametrize(
    "state,remote,target",
    [
        ("requesting", "waitselleragree", "applied"),
        ("unknown", "waitselleragree", "applied"),
        ("applied", "waitselleragree", None),
        ("applied", "waitbuyermodify", "rejected"),
        ("rejected", "waitselleragree", "applied"),
        ("applied", "waitbuyersend", "to_return"),
        ("to_return", "waitsellerreceive", "returning"),
        ("returning", "refundsuccess", "refunded"),
        ("applied", "refundclose", "closed"),
        ("refunded", "refundclose", None),
        ("applied", "something", None),
        ("applied", False, None),
    ],
)
def test_refund_news(state, remote, target):
    assert states.refund_target(state, remote) == target


def test_goods_status_only_where_money_is_at_the_platform():
    assert states.goods_status("paid") == "not_shipped"
    assert states.goods_status("shipped") == "shipped"
    assert states.goods_status("received") == "received"
    assert states.goods_status("done") == "completed_received"
    for state in set(states.ORDER_STATES) - {"paid", "shipped", "received", "done"}:
        assert states.goods_status(state) is None


def test_way_and_sets_name_real_states():
    assert set(states.ORDER_WAY) <= set(states.ORDER_STATES)
    assert states.ORDER_EDITABLE | states.ORDER_OPEN_REMOTE <= set(states.ORDER_STATES)
    assert states.PAYMENT_HOLDS <= set(states.PAYMENT_STATES)
    assert states.REFUND_OPEN <= set(states.REFUND_STATES)
    assert not states.is_before("blocked", "paid")
    assert states.is_before("verified", "paid")
