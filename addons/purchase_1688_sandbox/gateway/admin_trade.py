"""The part of the admin API that stands for sellers, carriers and the platform's staff, and shows
the books.
"""

import json

from .admin import AdminError, route
from .trade import carriers, life, orders, payment, refunds
from .wire import fen


def _order(world, order_id):
    order = orders.find(world, order_id)
    if order is None:
        raise AdminError(f"no order {order_id}", 404)
    return order


@route("GET", r"orders/(\d+)")
def show_order(world, body, order_id):
    return {**_order(world, order_id), "parcels": carriers.of_order(world, order_id)}


@route("POST", r"orders/(\d+)/ship")
def ship(world, body, order_id):
    """{"parcels": number, or [[entry id, …], …]}; answers with the parcels."""
    with world.store.transaction():
        parcels = life.ship(world, _order(world, order_id), body.get("parcels", 1))
    return {"parcels": [_parcel(parcel) for parcel in parcels]}


def _parcel(parcel):
    return {
        "logistics_id": parcel["logistics_id"],
        "bill_no": parcel["bill_no"],
        "company_no": parcel["company"]["no"],
        "status": parcel["status"],
        "entry_ids": [goods["entry_id"] for goods in parcel["goods"]],
    }


@route("POST", r"orders/(\d+)/sign")
def sign(world, body, order_id):
    """All parcels of the order arrive."""
    with world.store.transaction():
        order = _order(world, order_id)
        for parcel in carriers.of_order(world, order_id):
            carriers.sign(world, order, parcel)
    return {"parcels": [_parcel(parcel) for parcel in carriers.of_order(world, order_id)]}


@route("POST", r"orders/(\d+)/pay")
def pay(world, body, order_id):
    """A person pays at the cashier."""
    with world.store.transaction():
        payment.pay(world, _order(world, order_id), body.get("channel", "alipay"))
    return {"status": _order(world, order_id)["status"]}


@route("POST", r"orders/(\d+)/price")
def price(world, body, order_id):
    """{"total_fen": n, "freight_fen": n}: the seller changes what is to be paid."""
    with world.store.transaction():
        life.change_price(
            world, _order(world, order_id), body.get("total_fen"), body.get("freight_fen")
        )
    return {"total_fen": _order(world, order_id)["total_fen"]}


@route("POST", r"orders/(\d+)/close")
def close(world, body, order_id):
    """{"by": "seller" or "system", "reason": …}"""
    with world.store.transaction():
        life.close(
            world,
            _order(world, order_id),
            body.get("by", "seller"),
            body.get("reason", "sellerGoodsLack"),
        )
    return {"status": "cancel"}


@route("POST", r"orders/(\d+)/confirm")
def confirm(world, body, order_id):
    """The buyer confirms on the site: {"entry_ids": […]}, all that can be if absent."""
    with world.store.transaction():
        order = _order(world, order_id)
        waiting = [
            entry["entry_id"]
            for entry in order["entries"]
            if entry["logistics"] == 2 and not entry["confirmed"]
        ]
        life.confirm(
            world, order, orders.entries_of(order, body.get("entry_ids") or waiting), "buyer"
        )
    return {"status": _order(world, order_id)["status"]}


def _by_bill(world, bill_no):
    parcel = carriers.by_bill(world, bill_no)
    if parcel is None:
        raise AdminError(f"no parcel {bill_no}", 404)
    return parcel, _order(world, parcel["order_id"])


@route("POST", r"parcels/([^/]+)/scan")
def scan(world, body, bill_no):
    """{"text": …, "status": "TRANSPORT", "event": "TRANSPORT"}"""
    with world.store.transaction():
        parcel, order = _by_bill(world, bill_no)
        carriers.scan(
            world, order, parcel, body["text"], body.get("status", "TRANSPORT"), body.get("event")
        )
    return _parcel(parcel)


@route("POST", r"parcels/([^/]+)/sign")
def sign_parcel(world, body, bill_no):
    with world.store.transaction():
        parcel, order = _by_bill(world, bill_no)
        carriers.sign(world, order, parcel)
    return _parcel(parcel)


@route("POST", r"parcels/([^/]+)/bill")
def change_bill(world, body, bill_no):
    """{"bill_no": …}: the seller corrects a waybill number."""
    with world.store.transaction():
        parcel, order = _by_bill(world, bill_no)
        carriers.change_bill(world, order, parcel, body["bill_no"])
    return _parcel(parcel)


def _refund(world, refund_id):
    refund = refunds.find(world, refund_id)
    if refund is None:
        raise AdminError(f"no refund {refund_id}", 404)
    return refund


@route("GET", r"refunds/(\w+)")
def show_refund(world, body, refund_id):
    return _refund(world, refund_id)


@route("POST", r"refunds/(\w+)/(agree|reject|receive|modify)")
def move_refund(world, body, refund_id, move):
    """The seller answers (reject: {"reason"}), or has the goods back; modify: the buyer changes
    {"goods_fen"}.
    """
    with world.store.transaction():
        refund = _refund(world, refund_id)
        if move == "reject":
            refunds.reject(world, refund, body.get("reason", "商家拒绝"))
        elif move == "modify":
            refunds.modify(world, refund, body["goods_fen"], body.get("freight_fen"))
        else:
            {"agree": refunds.agree, "receive": refunds.receive}[move](world, refund)
    return {"status": _refund(world, refund_id)["status"]}


@route("POST", r"offers/(\d+)")
def change_offer(world, body, offer_id):
    """{"stock": number for every spec or {spec id: number}, "price": yuan as text, "price_fen": n,
    "status": text, "gone": [spec id, …] that are no longer listed}.
    """
    offer = world.catalogue.offer(offer_id)
    if offer is None:
        raise AdminError(f"no offer {offer_id}", 404)
    with world.store.transaction():
        state = world.offer_state(offer_id)
        if "stock" in body:
            specs = [sku.spec_id for sku in offer.skus] or [""]
            stock = (
                body["stock"]
                if isinstance(body["stock"], dict)
                else dict.fromkeys(specs, body["stock"])
            )
            state["stock"].update({spec: int(count) for spec, count in stock.items()})
            state["sold"].update(dict.fromkeys(stock, 0))
        if "price" in body:
            state["price_fen"] = fen(body["price"])
        if "gone" in body:
            known = {sku.spec_id for sku in offer.skus}
            if unknown := set(body["gone"]) - known:
                raise AdminError(f"no such spec: {', '.join(sorted(unknown))}")
            if known and known == set(body["gone"]):
                raise AdminError("a listing keeps at least one spec; take it off the shelf instead")
            state["gone"] = sorted(body["gone"])
        state.update({name: body[name] for name in ("price_fen", "status") if name in body})
        world.set_offer_state(offer_id, state)
    return state


@route("GET", "ledger")
def ledger(world, body):
    """What really happened, by the platform's own books."""
    found = world.store.all("SELECT data FROM trade_order ORDER BY order_id")
    return {
        "orders": [_booked(json.loads(row["data"])) for row in found],
        "payments": [
            _row(row, "order_id", "amount_fen", "channel", "request_id", "at")
            for row in world.store.all("SELECT * FROM payment ORDER BY id")
        ],
        "confirmations": [
            {**_row(row, "order_id", "by", "at"), "entry_ids": row["entry_ids"].split(",")}
            for row in world.store.all("SELECT * FROM confirmation ORDER BY id")
        ],
        "refunds": [
            _booked_refund(refunds.find(world, row["refund_id"]))
            for row in world.store.all("SELECT refund_id FROM refund ORDER BY refund_id")
        ],
        "cancellations": [
            _row(row, "order_id", "reason", "by", "at")
            for row in world.store.all("SELECT * FROM cancellation ORDER BY id")
        ],
    }


def _row(row, *names):
    return {name: row[name] for name in names}


def _booked(order):
    return {
        "order_id": order["order_id"],
        "out_order_id": order["out_order_id"],
        "status": order["status"],
        "seller_member_id": order["seller"]["member_id"],
        "total_fen": order["total_fen"],
        "freight_fen": order["freight_fen"],
        "refunded_fen": order["refunded_fen"],
        "created_at": order["created"],
        "lines": [
            {
                "entry_id": entry["entry_id"],
                "offer_id": entry["offer_id"],
                "spec_id": entry["spec_id"],
                "quantity": float(entry["quantity"]),
                "amount_fen": entry["pay_fen"],
                "refunded_fen": entry["refunded_fen"],
                "confirmed": entry["confirmed"],
            }
            for entry in order["entries"]
        ],
    }


def _booked_refund(refund):
    return {
        "refund_id": refund["refund_id"],
        "order_id": refund["order_id"],
        "status": refund["status"],
        "entry_ids": refund["entry_ids"],
        "amount_fen": refund["goods_fen"] + refund["freight_fen"],
        "paid_fen": refund["paid_goods_fen"] + refund["paid_freight_fen"],
    }
