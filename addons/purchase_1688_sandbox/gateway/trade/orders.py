"""Orders in the state file. An order is a dict (JSON); money in fen, moments in milliseconds, ids
as text.

``entries`` are its lines: ``amount_fen`` is price times quantity, ``pay_fen`` what is to be paid
for it after its share of discount and price change; the sum of ``pay_fen`` and ``freight_fen`` is
``total_fen``.
"""

import json
from dataclasses import asdict

from .. import push
from ..errors import BusinessError
from ..wire import wire_id

FIRST_ID = 4_100_000_000_000_000_000
OPEN = ("waitbuyerpay", "waitsellersend", "waitbuyerreceive", "confirm_goods")


def next_id(world):
    """The next 19-digit id of orders and their lines; above what a double holds, as on the
    platform.
    """
    return str(
        FIRST_ID + (world.seed % 10_000) * 10_000_000_000 + 122 + world.store.next_number("order")
    )


def spread(amount, weights):
    """Whole parts of an amount in proportion to weights; what rounding leaves goes to the last
    ones.
    """
    total, parts, given, reached = sum(weights), [], 0, 0
    for weight in weights:
        reached += weight
        part = amount * reached // total - given if total else 0
        parts.append(part)
        given += part
    if parts and not total:
        parts[-1] = amount
    return parts


def create(world, part, address, buyer_id, **terms):
    """Book an order for a priced part; terms: out_order_id, message, trade_type, app_key."""
    now = world.now()
    order_id = next_id(world)
    order = {
        "order_id": order_id,
        "buyer_id": buyer_id,
        "seller": asdict(part.seller),
        "order_group": part.order_group,
        "flow": part.flow,
        "address": asdict(address),
        "status": "waitbuyerpay",
        "created": now,
        "modified": now,
        "paid": None,
        "shipped": None,
        "received": None,
        "completed": None,
        "goods_fen": part.goods_fen,
        "freight_fen": part.freight_fen,
        "discount_fen": part.discount_fen,
        "total_fen": part.total_fen,
        "refunded_fen": 0,
        "memo": "",
        "memo_icon": "",
        "close_reason": "",
        "close_type": "",
        "pay_channel": "",
        "pay_expire": now + int(world.switches["pay_timeout"] * 1000),
        "urged": None,
        **terms,
        "entries": _entries(world, part),
    }
    world.store.run(
        "INSERT INTO trade_order VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        order_id,
        order["out_order_id"],
        buyer_id,
        part.seller.member_id,
        order["status"],
        now,
        now,
        json.dumps(order, ensure_ascii=False),
    )
    return order


def _entries(world, part):
    shares = spread(part.discount_fen, [line.amount_fen for line in part.lines])
    postage = spread(part.freight_fen, [line.amount_fen for line in part.lines])
    return [
        {
            "entry_id": next_id(world),
            "offer_id": line.offer_id,
            "sku_id": line.sku_id,
            "spec_id": line.spec_id,
            "name": line.name,
            "unit": line.unit,
            "image": line.image,
            "attributes": [list(pair) for pair in line.attributes],
            "cargo_number": line.cargo_number,
            "quantity": str(line.quantity),
            "price_fen": str(line.unit_price_fen),
            "amount_fen": line.amount_fen,
            "pay_fen": line.amount_fen - share,
            "postage_fen": fee,
            "refunded_fen": 0,
            "refunded_quantity": "0",
            "status": "waitbuyerpay",
            "logistics": 8,
            "confirmed": False,
            "refund_id": "",
            "refund_status": "",
        }
        for line, share, fee in zip(part.lines, shares, postage, strict=True)
    ]


def find(world, order_id):
    """The order, or None."""
    row = world.store.one("SELECT data FROM trade_order WHERE order_id = ?", str(order_id))
    return json.loads(row["data"]) if row else None


def of_buyer(world, order_id, member_id, not_there="ORDER_NOT_EXIST", not_yours="400_3"):
    """The order if it is this buyer's, else a BusinessError with one of the codes."""
    order = find(world, order_id)
    if order is None:
        raise BusinessError(not_there, "订单不存在")
    if order["buyer_id"] != member_id:
        raise BusinessError(not_yours, "没有权限操作该订单")
    return order


def entries_of(order, entry_ids, code="ORDER_STATUS_ERROR"):
    """The lines with these ids; a BusinessError if one is not of this order."""
    known = {entry["entry_id"]: entry for entry in order["entries"]}
    wanted = list(dict.fromkeys(str(entry_id) for entry_id in entry_ids))
    if not wanted or not set(wanted) <= set(known):
        raise BusinessError(code, "子订单不属于该订单")
    return [known[entry_id] for entry_id in wanted]


def save(world, order):
    """Write a changed order; its modification time moves."""
    order["modified"] = max(world.now(), order["modified"] + 1)
    world.store.run(
        "UPDATE trade_order SET status = ?, modified_at = ?, data = ? WHERE order_id = ?",
        order["status"],
        order["modified"],
        json.dumps(order, ensure_ascii=False),
        order["order_id"],
    )


def set_status(order, status):
    """The status of the order and of the lines that still go with it."""
    order["status"] = status
    for entry in order["entries"]:
        received_before = entry["confirmed"] and status == "waitbuyerreceive"
        if entry["status"] != "cancel" and not received_before:
            entry["status"] = status


def tell(world, order, topic, status=None, **more):
    """Push a message about an order to its buyer."""
    data = {
        "orderId": wire_id(order["order_id"]),
        "currentStatus": status or order["status"],
        "buyerMemberId": order["buyer_id"],
        "sellerMemberId": order["seller"]["member_id"],
        **more,
    }
    push.emit(world, topic, order["buyer_id"], data, order["order_id"])
