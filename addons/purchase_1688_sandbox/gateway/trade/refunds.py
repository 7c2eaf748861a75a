"""Refunds, in sale and after sale. A refund is a dict; money in fen.

apply -> waitselleragree -> (refund only) refundsuccess, or (return) waitbuyersend ->
waitsellerreceive -> refundsuccess; refused: waitbuyermodify; ended without money: refundclose.
"""

import json
from decimal import Decimal

from ..errors import BusinessError
from ..world import on_time
from . import life, orders

ENTRY_STATUS = {
    "waitselleragree": "WAIT_SELLER_AGREE",
    "waitbuyermodify": "WAIT_BUYER_MODIFY",
    "waitbuyersend": "WAIT_BUYER_SEND",
    "waitsellerreceive": "WAIT_SELLER_RECEIVE",
    "refundsuccess": "REFUND_SUCCESS",
    "refundclose": "REFUND_CLOSED",
}
ENDED = ("refundsuccess", "refundclose")
MOVES = {
    "agree": ("waitselleragree", "waitbuyermodify"),
    "reject": ("waitselleragree", "waitsellerreceive"),
    "modify": ("waitbuyermodify", "waitselleragree"),
    "send": ("waitbuyersend",),
    "receive": ("waitsellerreceive",),
    "cancel": ("waitselleragree", "waitbuyermodify", "waitbuyersend"),
}
OPERATORS = {"buyer": 1, "seller": 2, "system": 3}


def find(world, refund_id):
    """The refund, or None."""
    row = world.store.one("SELECT data FROM refund WHERE refund_id = ?", str(refund_id))
    return json.loads(row["data"]) if row else None


def of_order(world, order_id):
    rows = world.store.all(
        "SELECT data FROM refund WHERE order_id = ? ORDER BY refund_id", str(order_id)
    )
    return [json.loads(row["data"]) for row in rows]


def of_buyer(world, refund_id, member_id, code="4002"):
    """A refund of this buyer with its order, else a BusinessError."""
    refund = find(world, refund_id)
    if refund is None:
        raise BusinessError(code, "退款单不存在")
    order = orders.find(world, refund["order_id"])
    if order["buyer_id"] != member_id:
        raise BusinessError("4001", "没有权限操作该退款单")
    return refund, order


# --- limits


def limits(order, entries, counts):
    """(goods, freight) in fen that can still be asked for these lines; counts: {entry_id: pieces}
    or empty for all.
    """
    goods = freight = 0
    for entry in entries:
        left = entry["pay_fen"] - entry["refunded_fen"]
        quantity = Decimal(entry["quantity"])
        pieces = counts.get(entry["entry_id"])
        if pieces is not None and quantity:
            left = min(left, int(entry["pay_fen"] * pieces / quantity))
        goods += max(left, 0)
        freight += entry["postage_fen"] - entry.get("refunded_postage_fen", 0)
    return goods, freight


def open_refund(entry):
    return entry["refund_status"].startswith("WAIT")


# --- moves


def apply(world, order, entries, **terms):
    """A new refund; terms: request, goods_status, goods_fen, freight_fen, reason, description,
    vouchers, counts.
    """
    number = world.store.next_number("refund")
    now = world.now()
    refund = {
        "refund_id": f"TQ{1_000_000_000_000_000 + number}",
        "order_id": order["order_id"],
        "status": "waitselleragree",
        "after_sale": order["status"] == "success",
        "entry_ids": [entry["entry_id"] for entry in entries],
        "applied": now,
        "modified": now,
        "completed": None,
        "reject_reason": "",
        "reject_times": 0,
        "bill_no": "",
        "carrier": "",
        "paid_goods_fen": 0,
        "paid_freight_fen": 0,
        "operations": [],
        "timeout": None,
        **terms,
    }
    world.store.run(
        "INSERT INTO refund VALUES (?, ?, ?, ?, ?, ?)",
        refund["refund_id"],
        order["order_id"],
        refund["status"],
        now,
        now,
        json.dumps(refund, ensure_ascii=False),
    )
    _move(
        world, order, refund, "waitselleragree", "buyer", "BUYER_APPLY_REFUND", terms["description"]
    )
    _let_answer(world, refund)
    return refund


def _let_answer(world, refund):
    """The seller thinks about it; without an answer the time-out agrees."""
    _restart_timeout(world, refund)
    if world.switches["auto"] and world.switches["seller_refund_answer"] != "ignore":
        spread = world.chance("refund", refund["refund_id"]).uniform(0.7, 1.3)
        world.schedule(
            world.switches["seller_refund_after"] * spread, "refund_answer", refund["refund_id"]
        )


def _restart_timeout(world, refund):
    world.unschedule(refund["refund_id"], "refund_timeout", "refund_answer", "refund_receive")
    if refund["status"] not in ENDED:
        world.schedule(world.switches["refund_timeout"], "refund_timeout", refund["refund_id"])


def _check(refund, move):
    if refund["status"] not in MOVES[move]:
        raise life.NotPossible(f"refund is {refund['status']}")


def agree(world, refund, by="seller"):
    """The seller agrees: money back, or the goods may be sent."""
    _check(refund, "agree")
    order = orders.find(world, refund["order_id"])
    if refund["request"] == "returnRefund":
        action = (
            "SELLER_AGREE_REFUND_PROCOTOL" if by == "seller" else "SYSTEM_AGREE_REFUND_PROTOCOL"
        )
        _move(world, order, refund, "waitbuyersend", by, action)
        _restart_timeout(world, refund)
    else:
        _succeed(
            world,
            order,
            refund,
            by,
            "SELLER_AGREE_REFUND" if by == "seller" else "SYSTEM_AGREE_REFUND",
        )


def reject(world, refund, reason="商家拒绝"):
    _check(refund, "reject")
    refund.update(reject_reason=reason, reject_times=refund["reject_times"] + 1)
    order = orders.find(world, refund["order_id"])
    action = (
        "SELLER_REJECT_REFUND_PROCOTOL"
        if refund["request"] == "returnRefund"
        else "SELLER_REJECT_REFUND"
    )
    _move(world, order, refund, "waitbuyermodify", "seller", action, reason)
    _restart_timeout(world, refund)


def modify(world, refund, goods_fen, freight_fen=None):
    """The buyer changes what he asks for (on the site: no API of the set does this)."""
    _check(refund, "modify")
    refund["goods_fen"] = int(goods_fen)
    if freight_fen is not None:
        refund["freight_fen"] = int(freight_fen)
    order = orders.find(world, refund["order_id"])
    _move(world, order, refund, "waitselleragree", "buyer", "BUYER_MODIFY_REFUND_PROTOCOL")
    _let_answer(world, refund)


def send(world, refund, order, carrier, bill_no, description):
    """The buyer sends the goods back."""
    _check(refund, "send")
    refund.update(carrier=carrier["name"], bill_no=bill_no)
    _move(world, order, refund, "waitsellerreceive", "buyer", "BUYER_SEND_GOODS", description)
    _restart_timeout(world, refund)
    if world.switches["auto"] and world.switches["seller_refund_answer"] == "agree":
        world.schedule(
            world.switches["seller_receive_after"], "refund_receive", refund["refund_id"]
        )


def receive(world, refund, by="seller"):
    """The seller has the goods back."""
    _check(refund, "receive")
    order = orders.find(world, refund["order_id"])
    _succeed(
        world,
        order,
        refund,
        by,
        "SELLER_RECEIVE_GOODS" if by == "seller" else "SYSTEM_AGREE_REFUND",
    )


def cancel(world, refund, order):
    _check(refund, "cancel")
    _end(world, order, refund, "buyer", "BUYER_CANCEL_REFUND_CLOSE")
    orders.save(world, order)


def _succeed(world, order, refund, by, action):
    refund.update(
        paid_goods_fen=refund["goods_fen"],
        paid_freight_fen=refund["freight_fen"],
        completed=world.now(),
    )
    entries = orders.entries_of(order, refund["entry_ids"])
    weights = [max(entry["pay_fen"] - entry["refunded_fen"], 0) for entry in entries]
    postage = [entry["postage_fen"] - entry.get("refunded_postage_fen", 0) for entry in entries]
    goods = orders.spread(refund["goods_fen"], weights)
    freight = orders.spread(refund["freight_fen"], postage)
    for entry, part, fee in zip(entries, goods, freight, strict=True):
        entry["refunded_fen"] += part
        entry["refunded_postage_fen"] = entry.get("refunded_postage_fen", 0) + fee
    order["refunded_fen"] += refund["goods_fen"] + refund["freight_fen"]
    _move(world, order, refund, "refundsuccess", by, action)
    _restart_timeout(world, refund)
    _after_success(world, order, entries)


def _after_success(world, order, entries):
    """Lines that were paid back in full leave the order; an order without lines is closed."""
    if order["status"] == "success":
        orders.save(world, order)
        return
    for entry in entries:
        if entry["refunded_fen"] >= entry["pay_fen"]:
            if entry["logistics"] in (1, 8):
                world.take_stock(entry["offer_id"], entry["spec_id"], -float(entry["quantity"]))
            entry.update(
                status="cancel", logistics=4 if entry["logistics"] in (2, 3) else entry["logistics"]
            )
    live = [entry for entry in order["entries"] if entry["status"] != "cancel"]
    if not live:
        life.close(world, order, "refund", "other")
    else:
        life.settle(world, order, live)
        orders.save(world, order)


def _end(world, order, refund, by, action):
    refund["completed"] = world.now()
    _move(world, order, refund, "refundclose", by, action)
    _restart_timeout(world, refund)


def _move(world, order, refund, status, by, action, remark=""):
    """The only writer of a refund's status: keeps the step, marks the lines, tells the buyer."""
    before = refund["status"] if refund["operations"] else ""
    refund["status"] = status
    refund["modified"] = max(world.now(), refund["modified"] + (1 if refund["operations"] else 0))
    refund["timeout"] = (
        None if status in ENDED else world.now() + int(world.switches["refund_timeout"] * 1000)
    )
    refund["operations"].append(
        {
            "at": world.now(),
            "by": by,
            "action": action,
            "before": before,
            "after": status,
            "remark": remark,
        }
    )
    world.store.run(
        "UPDATE refund SET status = ?, modified_at = ?, data = ? WHERE refund_id = ?",
        status,
        refund["modified"],
        json.dumps(refund, ensure_ascii=False),
        refund["refund_id"],
    )
    for entry in orders.entries_of(order, refund["entry_ids"]):
        entry.update(refund_id=refund["refund_id"], refund_status=ENTRY_STATUS[status])
    orders.save(world, order)
    topic = "ORDER_REFUND_AFTER_SALES" if refund["after_sale"] else "ORDER_BUYER_REFUND_IN_SALES"
    orders.tell(
        world,
        order,
        life.VIEW + topic,
        status,
        refundId=refund["refund_id"],
        refundAction=action,
        operator=by,
    )


# --- by the clock


@on_time("refund_answer")
def refund_answer(world, refund_id, payload):
    refund = find(world, refund_id)
    if refund["status"] != "waitselleragree" or not world.switches["auto"]:
        return
    if world.switches["seller_refund_answer"] == "reject":
        reject(world, refund)
    else:
        agree(world, refund)


@on_time("refund_receive")
def refund_receive(world, refund_id, payload):
    refund = find(world, refund_id)
    if refund["status"] == "waitsellerreceive" and world.switches["auto"]:
        receive(world, refund)


@on_time("refund_timeout")
def refund_timeout(world, refund_id, payload):
    """Silence of the seller agrees, silence of the buyer gives up."""
    refund = find(world, refund_id)
    if refund["status"] == "waitselleragree":
        agree(world, refund, "system")
    elif refund["status"] == "waitsellerreceive":
        receive(world, refund, "system")
    elif refund["status"] not in ENDED:
        order = orders.find(world, refund["order_id"])
        _end(world, order, refund, "system", "CRM_APPLY_TIMEOUT_CLOSE")


def _close_open(action):
    def listener(world, order, entry):
        if open_refund(entry):
            refund = find(world, entry["refund_id"])
            _end(world, order, refund, "seller" if action.startswith("SELLER") else "buyer", action)

    return listener


life.SHIPPED.append(_close_open("SELLER_SEND_GOODS_CLOSE"))
life.RECEIVED.append(_close_open("BUYER_RECEIVE_CLOSE"))
