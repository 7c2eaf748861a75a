"""What the console's buttons do: nearly all of it is the admin API."""

import json

from .. import admin
from ..errors import BusinessError, GatewayError
from ..params import to_decimal
from ..trade import carriers
from ..wire import fen
from .html import h

DAY = 24 * 3600


def form(tab, action, inner, label, css="", **fields):
    """A form with one button."""
    hidden = [
        h('<input type="hidden" name="{}" value="{}">', name, value)
        for name, value in {"tab": tab, "do": action, **fields}.items()
    ]
    return h(
        '<form method="post" action="/console">{}{}<button class="{}">{}</button></form>',
        hidden,
        inner,
        css,
        label,
    )


def button(tab, action, zh, en, css="", **fields):
    """A button that needs nothing to be typed."""
    label = h('<span class="zh">{}</span><span class="en">{}</span>', zh, en)
    return form(tab, action, "", label, css, **fields)


def _number(text, kind=int):
    return kind(str(text).strip())


def _fen(text):
    """Fen of an amount typed in yuan."""
    return fen(to_decimal(text.strip(), "total"))


def _json(text):
    """A switch's value: JSON, and a bare word for text."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def _offer_body(fields):
    body = {}
    if fields.get("stock"):
        body["stock"] = _number(fields["stock"])
    if fields.get("price"):
        body["price"] = fields["price"].strip()
    if fields.get("status"):
        body["status"] = fields["status"]
    if fields.get("spec"):  # the other way round than it was
        gone = set(filter(None, fields.get("gone", "").split(",")))
        body["gone"] = sorted(gone ^ {fields["spec"]})
    return body


def _fault_body(fields):
    body = {"api": fields.get("api") or "*", "kind": fields["kind"]}
    body["times"] = _number(fields["times"]) if fields.get("times") else None
    if fields.get("seconds"):
        body["seconds"] = _number(fields["seconds"], float)
    if fields.get("code"):
        body["code"] = fields["code"]
    return body


# Action -> (method, path of the admin API, body made of the form's fields).
ADMIN = {
    "advance": ("POST", "clock", lambda f: {"advance": _number(f["seconds"])}),
    "speed": ("POST", "clock", lambda f: {"speed": _number(f["speed"], float)}),
    "pay": ("POST", "orders/{id}/pay", lambda f: {}),
    "ship": ("POST", "orders/{id}/ship", lambda f: {"parcels": _number(f["parcels"])}),
    "sign": ("POST", "orders/{id}/sign", lambda f: {}),
    "confirm": ("POST", "orders/{id}/confirm", lambda f: {}),
    "close": ("POST", "orders/{id}/close", lambda f: {}),
    "price": ("POST", "orders/{id}/price", lambda f: {"total_fen": _fen(f["total"])}),
    "scan": (
        "POST",
        "parcels/{id}/scan",
        lambda f: {"text": f.get("text") or "快件已到达转运中心"},
    ),
    "sign_parcel": ("POST", "parcels/{id}/sign", lambda f: {}),
    "agree": ("POST", "refunds/{id}/agree", lambda f: {}),
    "reject": ("POST", "refunds/{id}/reject", lambda f: {"reason": f.get("reason") or "商家拒绝"}),
    "receive": ("POST", "refunds/{id}/receive", lambda f: {}),
    "offer": ("POST", "offers/{id}", _offer_body),
    "fault": ("POST", "faults", _fault_body),
    "clear_fault": ("DELETE", "faults/{id}", lambda f: {}),
    "clear_faults": ("DELETE", "faults", lambda f: {}),
    "switch": ("POST", "switches", lambda f: {f["id"]: _json(f["value"])}),
}


def do(world, fields):
    """Carry out a form.

    :return: what to tell, as the query's ``ok`` or ``no``
    """
    action = fields.get("do", "")
    try:
        if action == "delay":
            delay(world, fields["id"], DAY)
        else:
            method, path, body = ADMIN[action]
            admin.run(world, method, path.format(id=fields.get("id", "")), body(fields))
            world.catch_up()
    except (admin.AdminError, BusinessError, GatewayError, ValueError, KeyError) as error:
        return {"no": f"{action}: {error}"}
    return {"ok": f"{action} {fields.get('id', '')}".strip()}


def delay(world, order_id, seconds):
    """The seller ships later, or the parcels on their way are held up."""
    keys = [order_id, *(parcel["logistics_id"] for parcel in carriers.of_order(world, order_id))]
    with world.store.transaction():
        for key in keys:
            world.store.run(
                "UPDATE timeline SET due_at = due_at + ? WHERE key = ? AND kind IN ('seller_ships', 'scan')",
                seconds * 1000,
                key,
            )
