"""An order as the platform writes it (TradeInfo of the detail and the list)."""

from decimal import Decimal

from ..wire import aop_date, china_time, number, wire_id, without_none, yuan
from . import carriers, payment

STATUS_TEXT = {
    "waitbuyerpay": "等待买家付款",
    "waitsellersend": "等待卖家发货",
    "waitbuyerreceive": "等待买家收货",
    "confirm_goods": "已收货",
    "success": "交易成功",
    "cancel": "交易取消",
}
PAY_WAYS = {"alipay": (1, "支付宝"), "shegou": (3, "诚e赊"), "kjpayV2": (20, "跨境宝")}
TRADE_TYPES = {
    "fxassure": ("50060", "交易4.0"),
    "alipay": ("1", "担保交易"),
    "period": ("10", "账期交易"),
    "creditBuy": ("9", "诚e赊交易"),
}


def trade_info(world, order, fields=("GuaranteesTerms", "NativeLogistics", "OrderInvoice")):
    """The detail. Amounts in yuan, discounts in fen, ``quoteList.price`` in yuan."""
    info = _common(order, quote_price=lambda price: yuan(price))
    info["tradeTerms"] = _terms(world, order)
    if "NativeLogistics" in fields:
        info["nativeLogistics"] = _native_logistics(world, order)
    if "GuaranteesTerms" in fields:
        info["guaranteesTerms"] = []
    if "OrderInvoice" in fields:
        info["orderInvoiceInfo"] = {}
    if "InvoicingSetting" in fields:
        info["invoicingSettingModel"] = {"tradeInvoiceStatus": 0, "sellerInvoiceType": 0}
    if "RateDetail" in fields:
        info["orderRateInfo"] = {"buyerRateStatus": 5, "sellerRateStatus": 5}
    return info


def list_row(world, order):
    """A row of the list: without logistics and invoice, and with ``quoteList.price`` in fen."""
    info = _common(order, quote_price=int)
    info["tradeTerms"] = _terms(world, order)
    return info


def _common(order, quote_price):
    return {
        "baseInfo": _base_info(order),
        "productItems": [_product_item(order, entry) for entry in order["entries"]],
        "orderBizInfo": {
            "creditOrder": order["pay_channel"] == "shegou",
            "odsCyd": False,
            "dropshipping": False,
        },
        "quoteList": [
            {
                "productQuoteName": entry["name"],
                "price": quote_price(Decimal(entry["price_fen"])),
                "count": number(entry["quantity"]),
            }
            for entry in order["entries"]
        ],
        "extAttributes": [],
    }


def _base_info(order):
    code, text = TRADE_TYPES.get(order["trade_type"], TRADE_TYPES["fxassure"])
    return without_none(
        {
            "id": wire_id(order["order_id"]),
            "idOfStr": order["order_id"],
            "status": order["status"],
            **_moments(order),
            **_amounts(order),
            **_parties(order),
            "buyerFeedback": order["message"] or None,
            "buyerMemo": order["memo"] or None,
            "buyerRemarkIcon": order["memo_icon"] or None,
            "closeReason": order["close_reason"] or None,
            "closeOperateType": order["close_type"] or None,
            "tradeType": code,
            "tradeTypeCode": order["trade_type"],
            "tradeTypeDesc": text,
            "businessType": "cb" if order["api"] == "cross" else "cn",
            "payChannelList": [PAY_WAYS[order["pay_channel"]][1]] if order["pay_channel"] else [],
            "alipayTradeId": f"2025{order['order_id'][-16:]}" if order["paid"] else None,
            "outOrderId": order["out_order_id"] or None,
            **_refund_fields([entry for entry in order["entries"] if entry["refund_status"]]),
            "receiverInfo": _receiver(order["address"]),
            "overSeaOrder": False,
            "sellerOrder": False,
            "stepPayAll": False,
        }
    )


def _moments(order):
    return {
        "createTime": aop_date(order["created"]),
        "payTime": aop_date(order["paid"]),
        "allDeliveredTime": aop_date(order["shipped"]),
        "receivingTime": aop_date(order["received"]),
        "confirmedTime": aop_date(order["received"]),
        "completeTime": aop_date(order["completed"]),
        "modifyTime": aop_date(order["modified"]),
        "payTimeout": (order["pay_expire"] - order["created"]) // 1000,
        "payTimeoutType": 0,
    }


def _amounts(order):
    """Yuan, but for the discount and ``refundPayment``."""
    return {
        "totalAmount": yuan(order["total_fen"]),
        "sumProductPayment": yuan(order["total_fen"] - order["freight_fen"]),
        "shippingFee": yuan(order["freight_fen"]),
        "discount": -order["discount_fen"],
        "couponFee": 0.0,
        "refund": yuan(order["refunded_fen"]),
        "refundPayment": order["refunded_fen"],
    }


def _parties(order):
    seller = order["seller"]
    return {
        "buyerID": order["buyer_id"],
        "sellerID": seller["member_id"],
        "buyerLoginId": "sim_buyer",
        "sellerLoginId": seller["login_id"],
        "buyerUserId": wire_id(order["buyer_id"].removeprefix("b2b-")),
        "sellerUserId": wire_id(seller["user_id"]),
        "sellerContact": {
            "companyName": seller["company"],
            "shopName": seller["company"],
            "imInPlatform": seller["login_id"],
        },
    }


def _receiver(address):
    place = [address[name] for name in ("province", "city", "district", "town", "street")]
    return {
        "toFullName": address["name"],
        "toMobile": address["mobile"],
        "toPhone": address["phone"],
        "toPost": address["post_code"],
        "toDivisionCode": address["district_code"],
        "toArea": " ".join(filter(None, place)),
    }


def _refund_fields(entries):
    """Status and id of the newest refund, for the sale or after it."""
    if not entries:
        return {}
    newest = max(entries, key=lambda entry: entry["refund_id"])
    field = "refundStatusForAs" if newest["status"] == "success" else "refundStatus"
    # WAIT_SELLER_AGREE of a line is waitselleragree of its order
    status = newest["refund_status"].replace("_", "").lower().replace("refundclosed", "refundclose")
    return {field: status, "refundId": newest["refund_id"]}


def _product_item(order, entry):
    return without_none(
        {
            "productID": wire_id(entry["offer_id"]),
            "skuID": wire_id(entry["sku_id"]) if entry["sku_id"] else None,
            "specId": entry["spec_id"] or None,
            "subItemID": wire_id(entry["entry_id"]),
            "subItemIDString": entry["entry_id"],
            "name": entry["name"],
            "unit": entry["unit"],
            "quantity": number(entry["quantity"]),
            "price": yuan(Decimal(entry["price_fen"])),
            "itemAmount": yuan(entry["pay_fen"]),
            "entryDiscount": entry["pay_fen"] - entry["amount_fen"],
            "refund": yuan(entry["refunded_fen"]),
            "status": entry["status"],
            "statusStr": STATUS_TEXT[entry["status"]],
            "logisticsStatus": entry["logistics"],
            "refundStatus": entry["refund_status"] or None,
            "refundId": entry["refund_id"] or None,
            "skuInfos": [{"name": name, "value": value} for name, value in entry["attributes"]],
            "productImgUrl": [entry["image"]] if entry["image"] else [],
            "cargoNumber": entry["cargo_number"] or None,
            "quantityFactor": 1.0,
            "sharePostage": yuan(entry["postage_fen"]),
            "gmtCreate": aop_date(order["created"]),
            "gmtModified": aop_date(order["modified"]),
            "gmtCompleted": aop_date(order["completed"]),
            "gmtPayExpireTime": china_time(order["pay_expire"]),
            "closeReason": order["close_reason"] or None,
        }
    )


def _terms(world, order):
    booked = payment.of_order(world, order["order_id"])
    if not booked:
        status = "8" if order["status"] == "cancel" else "1"
        return [
            {
                "payStatus": status,
                "payWay": "1",
                "phasAmount": yuan(order["total_fen"]),
                "phase": 1,
                "payWayDesc": "支付宝",
            }
        ]
    status = "2"
    if order["refunded_fen"] >= order["total_fen"] > 0:
        status = "4"
    elif order["status"] in ("confirm_goods", "success"):
        status = "6"
    rows = []
    for phase, row in enumerate(booked, 1):
        code, text = PAY_WAYS[row["channel"]]
        rows.append(
            {
                "payStatus": status,
                "payWay": str(code),
                "payWayDesc": text,
                "phase": phase,
                "phasAmount": yuan(row["amount_fen"]),
                "payTime": aop_date(row["at"]),
            }
        )
    return rows


def _native_logistics(world, order):
    address = order["address"]
    return {
        "province": address["province"],
        "city": address["city"],
        "area": address["district"],
        "areaCode": address["district_code"],
        "town": address["town"],
        "address": address["street"],
        "zip": address["post_code"],
        "contactPerson": address["name"],
        "mobile": address["mobile"],
        "telephone": address["phone"],
        "logisticsItems": [
            _logistics_item(parcel) for parcel in carriers.of_order(world, order["order_id"])
        ],
    }


def _logistics_item(parcel):
    company = parcel["company"]
    return {
        "id": wire_id(parcel["record_id"]),
        "logisticsCode": parcel["logistics_id"],
        "type": "0",
        "status": "alreadysend",
        "logisticsCompanyId": wire_id(company["id"]),
        "logisticsCompanyNo": company["no"],
        "logisticsCompanyName": f"{company['name']}({company['no']})",
        "logisticsBillNo": parcel["bill_no"],
        "subItemIds": ",".join(goods["entry_id"] for goods in parcel["goods"]),
        "deliveredTime": aop_date(parcel["sent"]),
        "gmtCreate": aop_date(parcel["sent"]),
        "gmtModified": aop_date(parcel["modified"]),
    }
