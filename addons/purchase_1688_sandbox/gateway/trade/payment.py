"""Money from the buyer. The table ``payment`` is the platform's own book: rows are only added."""

from .. import push
from . import life, orders


def pay(world, order, channel, request_id=""):
    """Book the payment of a waiting order (inside a transaction): its total, once."""
    if order["status"] != "waitbuyerpay":
        raise life.NotPossible(f"order is {order['status']}")
    book(world, order, channel, request_id)
    life.paid(world, order, channel)


def book(world, order, channel, request_id=""):
    world.store.run(
        "INSERT INTO payment (order_id, amount_fen, channel, request_id, at) "
        "VALUES (?, ?, ?, ?, ?)",
        order["order_id"],
        order["total_fen"],
        channel,
        request_id,
        world.now(),
    )


def pay_many(world, order_ids, channel):
    """Pay several orders at the cashier; tells which it took. Those that cannot be paid are left
    out.
    """
    results, member_id = [], None
    with world.store.transaction():
        for order_id in order_ids:
            order = orders.find(world, order_id)
            if order is None:
                continue
            member_id = order["buyer_id"]
            payable = order["status"] == "waitbuyerpay"
            if payable:
                pay(world, order, channel)
            results.append(
                {"orderId": order_id, "status": "successed" if payable else "PARAM_ILLEGAL"}
            )
        if len(results) > 1:
            push.emit(
                world, "ORDER_BATCH_PAY", member_id, {"batchPay": results}, results[0]["orderId"]
            )
    return [row["orderId"] for row in results if row["status"] == "successed"]


def of_order(world, order_id):
    return world.store.all("SELECT * FROM payment WHERE order_id = ? ORDER BY id", order_id)
