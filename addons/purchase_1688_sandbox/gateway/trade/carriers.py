"""Parcels and their scans. A parcel is a dict; it travels by the clock from scan to scan, or by
hand.
"""

import datetime
import json

from .. import push
from ..errors import BusinessError
from ..wire import CHINA, china_time, wire_id
from ..world import on_time
from . import orders

COMPANIES = (
    {"id": "8", "no": "ZTO", "name": "中通快递", "phone": "95311", "digits": 14, "head": "78"},
    {"id": "6", "no": "YTO", "name": "圆通速递", "phone": "95554", "digits": 15, "head": "YT"},
    {"id": "5", "no": "STO", "name": "申通快递", "phone": "95543", "digits": 15, "head": "77"},
    {"id": "9", "no": "YUNDA", "name": "韵达快递", "phone": "95546", "digits": 15, "head": "43"},
    {"id": "3", "no": "SF", "name": "顺丰速运", "phone": "95338", "digits": 15, "head": "SF"},
    {"id": "12", "no": "DBKD", "name": "德邦快递", "phone": "95353", "digits": 15, "head": "DPK"},
)
# status for the query API, event for the push, text; the hours (China time) in which such a scan
# happens
ROUTE = (
    ("ACCEPT", "ACCEPT", "【{origin}】{carrier} 已揽收,揽件员电话:{phone}", (9, 21)),
    ("TRANSPORT", "TRANSPORT", "快件已到达【{origin}转运中心】", (0, 24)),
    ("TRANSPORT", "TRANSPORT", "快件已离开【{origin}转运中心】,发往【{target}转运中心】", (0, 24)),
    ("TRANSPORT", "TRANSPORT", "到达{target}转运中心", (0, 24)),
    ("TRANSPORT", "DELIVERING", "【{target}】快递员正在为您派件,电话:{phone}", (7, 12)),
    ("SIGN", "SIGN", "【{target}】您的快件已签收,签收人:{receiver}", (9, 20)),
)
HOUR_MS = 3600 * 1000
FINAL = ("SIGN", "CANCEL")


def dispatch(world, order, entries):
    """Make a parcel with these lines and let it travel."""
    number = world.store.next_number("parcel")
    chance = world.chance("parcel", number)
    company = chance.choice(COMPANIES)
    digits = company["digits"] - len(company["head"])
    now = world.now()
    parcel = {
        "logistics_id": f"LP{number:014d}",
        "order_id": order["order_id"],
        "company": company,
        "status": "WAITACCEPT",
        "bill_no": company["head"]
        + f"{chance.randrange(10 ** (digits - 6)):0{digits - 6}d}{number:06d}",
        "goods": [
            {
                "entry_id": entry["entry_id"],
                "name": entry["name"],
                "quantity": entry["quantity"],
                "unit": entry["unit"],
            }
            for entry in entries
        ],
        "sent": now,
        "modified": now,
        "steps": [],
        "next": 0,
        "record_id": str(880_000_000_000 + number),
    }
    world.store.run(
        "INSERT INTO parcel VALUES (?, ?, ?, ?)",
        parcel["logistics_id"],
        order["order_id"],
        parcel["bill_no"],
        json.dumps(parcel, ensure_ascii=False),
    )
    _tell(world, order, parcel, "CONSIGN")
    _plan(world, parcel)
    return parcel


def of_order(world, order_id):
    rows = world.store.all(
        "SELECT data FROM parcel WHERE order_id = ? ORDER BY logistics_id", str(order_id)
    )
    return [json.loads(row["data"]) for row in rows]


def by_bill(world, bill_no):
    """The parcel with a waybill number, or None."""
    row = world.store.one("SELECT data FROM parcel WHERE bill_no = ?", bill_no)
    return json.loads(row["data"]) if row else None


def company(number):
    """The carrier with a code, else a BusinessError of the return shipment."""
    for known in COMPANIES:
        if known["no"] == number:
            return known
    raise BusinessError("4004", "物流公司不存在")


def _save(world, parcel):
    parcel["modified"] = world.now()
    world.store.run(
        "UPDATE parcel SET bill_no = ?, data = ? WHERE logistics_id = ?",
        parcel["bill_no"],
        json.dumps(parcel, ensure_ascii=False),
        parcel["logistics_id"],
    )


def _plan(world, parcel):
    """Put the next scan on the timeline, at an hour at which such a scan happens."""
    if parcel["next"] >= len(ROUTE):
        return
    begin, end = ROUTE[parcel["next"]][3]
    chance = world.chance("scan", parcel["logistics_id"], parcel["next"])
    due = world.now() + int(world.switches["scan_interval"] * chance.uniform(0.6, 1.4) * 1000)
    moment = datetime.datetime.fromtimestamp(due / 1000, CHINA)
    if not begin <= moment.hour < end:
        wanted = moment.replace(hour=begin, minute=0, second=0) + datetime.timedelta(
            days=moment.hour >= end
        )
        due = int(wanted.timestamp() * 1000) + chance.randrange(HOUR_MS)
    world.schedule((due - world.now()) / 1000, "scan", parcel["logistics_id"])


@on_time("scan")
def scan_by_clock(world, logistics_id, payload):
    row = world.store.one("SELECT data FROM parcel WHERE logistics_id = ?", logistics_id)
    parcel = json.loads(row["data"])
    if parcel["status"] in FINAL:
        return
    order = orders.find(world, parcel["order_id"])
    chance = world.chance("phone", logistics_id, parcel["next"])
    status, event, template, _hours = ROUTE[parcel["next"]]
    text = template.format(
        origin=_origin(world, order),
        target=order["address"]["city"] or order["address"]["province"],
        carrier=parcel["company"]["name"],
        phone=f"1{chance.randrange(30, 100)}****{chance.randrange(10000):04d}",
        receiver=order["address"]["name"],
    )
    parcel["next"] += 1
    scan(world, order, parcel, text, status, event)
    _plan(world, parcel)


def _origin(world, order):
    """The place from which the goods of an order leave."""
    seller = world.catalogue.seller(order["seller"]["member_id"])
    places = {warehouse.group: warehouse.place.zh for warehouse in seller.warehouses}
    return places.get(order["order_group"], next(iter(places.values())))


def scan(world, order, parcel, text, status="TRANSPORT", event=None):
    """A scan of a parcel: a step of its trace, a status, a message. A repeated status sends no
    message.
    """
    told = parcel.get("event")
    event = event or status
    parcel["steps"].append({"at": world.now(), "text": text})
    parcel.update(status=status, event=event)
    _save(world, parcel)
    if event != told:
        _tell(world, order, parcel, event)


def sign(world, order, parcel):
    """The parcel arrives."""
    if parcel["status"] in FINAL:
        return
    world.unschedule(parcel["logistics_id"], "scan")
    text = ROUTE[-1][2].format(target=order["address"]["city"], receiver=order["address"]["name"])
    parcel["next"] = len(ROUTE)
    scan(world, order, parcel, text, "SIGN")


def change_bill(world, order, parcel, bill_no):
    """The seller corrects a waybill number."""
    old = parcel["bill_no"]
    parcel["bill_no"] = bill_no
    _save(world, parcel)
    code = parcel["company"]["no"]
    model = {
        "logisticsId": parcel["logistics_id"],
        "oldCpCode": code,
        "newCpCode": code,
        "oldMailNo": old,
        "newMailNo": bill_no,
        "eventTime": china_time(world.now()),
        "orderLogsItems": _lines(parcel),
    }
    push.emit(
        world,
        "LOGISTICS_MAIL_NO_CHANGE",
        order["buyer_id"],
        {"MailNoChangeModel": model},
        order["order_id"],
    )


def _lines(parcel):
    return [
        {"orderId": wire_id(parcel["order_id"]), "orderEntryId": wire_id(goods["entry_id"])}
        for goods in parcel["goods"]
    ]


def _tell(world, order, parcel, event):
    model = {
        "logisticsId": parcel["logistics_id"],
        "cpCode": parcel["company"]["no"],
        "mailNo": parcel["bill_no"],
        "statusChanged": event,
        "changeTime": china_time(world.now()),
        "orderLogsItems": _lines(parcel),
    }
    push.emit(
        world,
        "LOGISTICS_BUYER_VIEW_TRACE",
        order["buyer_id"],
        {"OrderLogisticsTracingModel": model},
        order["order_id"],
    )
