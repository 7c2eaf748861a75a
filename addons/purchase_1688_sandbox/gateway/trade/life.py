"""The life of an order: placed, paid, shipped, received, finished, closed; by hand or by the
clock.
"""

from ..errors import BusinessError
from ..world import on_time
from . import carriers, orders

VIEW = "ORDER_BUYER_VIEW_"
# Called with (world, order, entry) when a line is shipped, and when its receipt is confirmed: open
# refunds end then.
SHIPPED, RECEIVED = [], []


class NotPossible(ValueError):
    """The order is not in a state that allows this."""


def placed(world, order):
    """After creation: stock is taken, the time to pay runs."""
    for entry in order["entries"]:
        world.take_stock(entry["offer_id"], entry["spec_id"], float(entry["quantity"]))
    world.schedule(world.switches["pay_timeout"], "pay_timeout", order["order_id"])
    orders.tell(world, order, VIEW + "BUYER_MAKE")


@on_time("pay_timeout")
def pay_timeout(world, order_id, payload):
    order = orders.find(world, order_id)
    if order["status"] == "waitbuyerpay":
        close(world, order, "system", "BUYER_NO_PAY")


def change_price(world, order, total_fen=None, freight_fen=None):
    """The seller changes what is to be paid: the goods take the difference, the freight what is
    then too much.
    """
    if order["status"] != "waitbuyerpay":
        raise NotPossible(f"order is {order['status']}")
    freight = order["freight_fen"] if freight_fen is None else int(freight_fen)
    total = (
        order["total_fen"] - order["freight_fen"] + freight if total_fen is None else int(total_fen)
    )
    if total < 0 or freight < 0:
        raise NotPossible("an amount below zero")
    order["freight_fen"] = min(freight, total)
    order["total_fen"] = total
    order["discount_fen"] = order["goods_fen"] + order["freight_fen"] - total
    amounts = [entry["amount_fen"] for entry in order["entries"]]
    shares = orders.spread(total - order["freight_fen"], amounts)
    postage = orders.spread(order["freight_fen"], amounts)
    for entry, share, fee in zip(order["entries"], shares, postage, strict=True):
        entry.update(pay_fen=share, postage_fen=fee)
    orders.save(world, order)
    orders.tell(world, order, VIEW + "ORDER_PRICE_MODIFY")


def paid(world, order, channel):
    """The money is there (booked by ``payment``): the seller has to ship."""
    orders.set_status(order, "waitsellersend")
    for entry in order["entries"]:
        entry["logistics"] = 1
    order.update(paid=world.now(), pay_channel=channel)
    world.unschedule(order["order_id"], "pay_timeout")
    if world.switches["auto"]:
        spread = world.chance("ship", order["order_id"]).uniform(0.8, 1.2)
        world.schedule(
            world.switches["seller_ship_after"] * spread, "seller_ships", order["order_id"]
        )
    orders.save(world, order)
    orders.tell(world, order, VIEW + "ORDER_PAY")


@on_time("seller_ships")
def seller_ships(world, order_id, payload):
    order = orders.find(world, order_id)
    if order["status"] == "waitsellersend" and world.switches["auto"]:
        ship(world, order, int(world.switches["seller_parcels"]))


def _call(listeners, *values):
    for listener in listeners:
        listener(*values)


def _unshipped(order):
    return [
        entry
        for entry in order["entries"]
        if entry["logistics"] in (1, 8) and entry["status"] != "cancel"
    ]


def ship(world, order, parcels=1):
    """The seller ships.

    :param parcels: a number of parcels for all that is not shipped yet, or the lines of each
        as lists of entry ids
    :return: the parcels
    """
    if order["status"] != "waitsellersend":
        raise NotPossible(f"order is {order['status']}")
    waiting = _unshipped(order)
    if isinstance(parcels, int):
        count = max(1, min(parcels, len(waiting)))
        groups = [waiting[number::count] for number in range(count)]
    else:
        known = {entry["entry_id"]: entry for entry in waiting}
        try:
            groups = [[known[str(entry_id)] for entry_id in group] for group in parcels]
        except KeyError as error:
            raise NotPossible(f"line {error} is not waiting for shipment") from None
    made = []
    for group in groups:
        made.append(carriers.dispatch(world, order, group))
        for entry in group:
            entry["logistics"] = 2
            _call(SHIPPED, world, order, entry)
    if _unshipped(order):
        orders.save(world, order)
        orders.tell(world, order, VIEW + "PART_PART_SENDGOODS")
        return made
    orders.set_status(order, "waitbuyerreceive")
    order["shipped"] = world.now()
    orders.save(world, order)
    world.schedule(world.switches["auto_confirm_after"], "auto_confirm", order["order_id"])
    orders.tell(world, order, VIEW + "ANNOUNCE_SENDGOODS")
    return made


@on_time("auto_confirm")
def auto_confirm(world, order_id, payload):
    order = orders.find(world, order_id)
    if order["status"] != "waitbuyerreceive":
        return
    if any(entry["refund_status"].startswith("WAIT") for entry in order["entries"]):
        world.schedule(
            world.switches["auto_confirm_after"], "auto_confirm", order_id
        )  # waits for the refund
        return
    waiting = [
        entry
        for entry in order["entries"]
        if not entry["confirmed"] and entry["status"] != "cancel"
    ]
    confirm(world, order, waiting, "system")


def confirm(world, order, entries, by):
    """Receipt of some lines: the money goes to the seller. The last line makes it the order's
    receipt.
    """
    for entry in entries:
        if (
            entry["logistics"] not in (2, 3)
            or entry["confirmed"]
            or entry["status"] in ("cancel", "waitbuyerpay")
        ):
            raise BusinessError("ORDER_STATUS_ERROR", "子订单当前状态不能确认收货")
    for entry in entries:
        entry.update(confirmed=True, logistics=3, status="confirm_goods")
        _call(RECEIVED, world, order, entry)
    world.store.run(
        "INSERT INTO confirmation (order_id, entry_ids, by, at) VALUES (?, ?, ?, ?)",
        order["order_id"],
        ",".join(entry["entry_id"] for entry in entries),
        by,
        world.now(),
    )
    settle(world, order, [entry for entry in order["entries"] if entry["status"] != "cancel"])
    orders.save(world, order)
    orders.tell(world, order, VIEW + "ORDER_COMFIRM_RECEIVEGOODS", "confirm_goods")


def settle(world, order, live):
    """Draw the consequence when the last live line was received, or the last one not shipped was
    refunded.
    """
    if order["status"] == "waitsellersend" and not _unshipped(order):
        orders.set_status(order, "waitbuyerreceive")
        order["shipped"] = world.now()
        world.unschedule(order["order_id"], "seller_ships")
        world.schedule(world.switches["auto_confirm_after"], "auto_confirm", order["order_id"])
    if order["status"] == "waitbuyerreceive" and all(entry["confirmed"] for entry in live):
        orders.set_status(order, "confirm_goods")
        order["received"] = world.now()
        world.unschedule(order["order_id"], "auto_confirm")
        world.schedule(world.switches["success_after_confirm"], "success", order["order_id"])


@on_time("success")
def success(world, order_id, payload):
    order = orders.find(world, order_id)
    if order["status"] != "confirm_goods":
        return
    orders.set_status(order, "success")
    order["completed"] = world.now()
    orders.save(world, order)
    orders.tell(world, order, VIEW + "ORDER_SUCCESS")


CLOSE = {
    "buyer": ("CLOSE_TRADE_BY_BUYER", "BUYER_CLOSE"),
    "seller": ("CLOSE_TRADE_BY_SELLER", "SELLER_CLOSE"),
    "system": ("CLOSE_TRADE_BY_SYSTEM", "BOPS_CLOSE"),
    "refund": ("CLOSE_TRADE_BY_SYSTEM", "SELLER_CLOSE"),
}


def close(world, order, by, reason):
    """End an order before its time; what was not shipped goes back to the stock."""
    if by != "refund" and order["status"] != "waitbuyerpay":
        raise NotPossible(f"order is {order['status']}")
    for entry in _unshipped(order):
        world.take_stock(entry["offer_id"], entry["spec_id"], -float(entry["quantity"]))
    close_type, topic = CLOSE[by]
    orders.set_status(order, "cancel")
    order.update(close_reason=reason, close_type=close_type, completed=world.now())
    world.unschedule(order["order_id"], "pay_timeout", "seller_ships", "auto_confirm", "success")
    world.store.run(
        "INSERT INTO cancellation (order_id, reason, by, at) VALUES (?, ?, ?, ?)",
        order["order_id"],
        reason,
        by,
        world.now(),
    )
    orders.save(world, order)
    orders.tell(world, order, VIEW + "ORDER_" + topic)
