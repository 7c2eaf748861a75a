"""Parcels, traces, urging, carriers."""

from ..envelope import family_a, family_b
from ..errors import BusinessError
from ..registry import api
from ..trade import carriers, orders
from ..wire import aop_date, china_time, number, wire_id

SPACE = "com.alibaba.logistics"
YEAR_MS = 365 * 24 * 3600 * 1000
DAY_MS = 24 * 3600 * 1000


@api(SPACE, "alibaba.trade.getLogisticsInfos.buyerView", fail="B")
def infos(world, params):
    params.text("webSite")
    order = orders.of_buyer(
        world, params.long("orderId"), params.member_id, "404", "order.nopermission.buyer"
    )
    fields = [name for name in params.text("fields", "").split(",") if name]
    parcels = carriers.of_order(world, order["order_id"])
    if not parcels:
        raise BusinessError("500_2", "订单未发货,没有物流信息")
    return family_b([_info(order, parcel, fields) for parcel in parcels])


# The parts of a parcel that ``fields`` asks for by name; without ``fields`` all of them come.
PARTS = {
    "company": lambda order, parcel: {
        "logisticsCompanyId": parcel["company"]["id"],
        "logisticsCompanyNo": parcel["company"]["no"],
        **_carrier_name(parcel),
    },
    "name": lambda order, parcel: _carrier_name(parcel),
    "sendgood": lambda order, parcel: {
        "sendGoods": [
            {
                "goodName": goods["name"],
                "quantity": number(goods["quantity"]),
                "unit": goods["unit"],
            }
            for goods in parcel["goods"]
        ]
    },
    "receiver": lambda order, parcel: {"receiver": _receiver(order["address"])},
    "sender": lambda order, parcel: {"sender": {"senderName": order["seller"]["company"]}},
}


def _info(order, parcel, fields):
    info = {
        "logisticsId": parcel["logistics_id"],
        "logisticsBillNo": parcel["bill_no"],
        "status": parcel["status"],
        "orderEntryIds": ",".join(goods["entry_id"] for goods in parcel["goods"]),
        "remarks": "",
        "gmtSystemSend": aop_date(parcel["sent"]),
        "logisticsOrderGoods": [_goods(parcel, goods) for goods in parcel["goods"]],
    }
    for name in fields or PARTS:
        if name in PARTS:
            info.update(PARTS[name](order, parcel))
    return info


def _carrier_name(parcel):
    return {"logisticsCompanyName": f"{parcel['company']['name']}({parcel['company']['no']})"}


def _receiver(address):
    return {
        "receiverName": address["name"],
        "receiverMobile": address["mobile"],
        "receiverPhone": address["phone"],
        "receiverProvince": address["province"],
        "receiverCity": address["city"],
        "receiverCounty": address["district"],
        "receiverAddress": address["street"],
    }


def _goods(parcel, goods):
    return {
        "logisticsId": parcel["logistics_id"],
        "tradeOrderId": wire_id(parcel["order_id"]),
        "tradeOrderItemId": wire_id(goods["entry_id"]),
        "description": "",
        "quantity": number(goods["quantity"]),
        "unit": goods["unit"],
        "productName": goods["name"],
    }


@api(SPACE, "alibaba.trade.getLogisticsTraceInfo.buyerView", fail="B")
def traces(world, params):
    params.text("webSite")
    order = orders.of_buyer(
        world, params.long("orderId"), params.member_id, "404", "order.nopermission.buyer"
    )
    if world.now() - order["created"] > YEAR_MS:
        raise BusinessError("order.createtime.history", "不支持查询一年以前的订单")
    wanted = params.text("logisticsId", None)
    parcels = [
        parcel
        for parcel in carriers.of_order(world, order["order_id"])
        if parcel["steps"] and wanted in (None, parcel["logistics_id"])
    ]
    if not parcels:
        return {"errorMessage": "该订单没有物流跟踪信息。", "success": True}
    return {
        "success": True,
        "logisticsTrace": [
            {
                "logisticsId": parcel["logistics_id"],
                "orderId": wire_id(order["order_id"]),
                "logisticsBillNo": parcel["bill_no"],
                "logisticsSteps": [
                    {"acceptTime": china_time(step["at"]), "remark": step["text"]}
                    for step in parcel["steps"]
                ],
            }
            for parcel in parcels
        ],
    }


@api(SPACE, "logistics.delivery.urge", write=True)
def urge(world, params):
    order = orders.of_buyer(world, params.text("orderId"), params.member_id)
    if order["status"] != "waitsellersend":
        raise BusinessError("ORDER_STATUS_ERROR", "订单当前状态不能催发货")
    if order["urged"] is not None and world.now() - order["urged"] < DAY_MS:
        # Made up: the platform's code for a second urge is not on record.
        raise BusinessError("URGE_TOO_OFTEN", "24小时内只能催发货一次")
    order["urged"] = world.now()
    orders.save(world, order)
    return family_a(True)


def _companies():
    return {
        "result": [
            {
                "id": wire_id(company["id"]),
                "companyName": company["name"],
                "companyNo": company["no"],
                "companyPhone": company["phone"],
                "supportPrint": True,
                "spelling": company["no"].lower(),
            }
            for company in carriers.COMPANIES
        ]
    }


@api(SPACE, "alibaba.logistics.OpQueryLogisticCompanyList", fail="B")
def companies(world, params):
    return _companies()


@api(SPACE, "alibaba.logistics.OpQueryLogisticCompanyList.offline", fail="B")
def return_companies(world, params):
    return _companies()
