"""Order detail and order list."""

import json

from ..errors import BusinessError
from ..registry import api
from ..trade import orders, refunds, views

DAY_MS = 24 * 3600 * 1000
DETAIL_FIELDS = "GuaranteesTerms,NativeLogistics,OrderInvoice"


@api("com.alibaba.trade", "alibaba.trade.get.buyerView", fail="B_text")
def detail(world, params):
    params.text("webSite")
    order = orders.of_buyer(world, params.long("orderId"), params.member_id)
    fields = params.text("includeFields", DETAIL_FIELDS).split(",")
    return {
        "result": views.trade_info(world, order, fields),
        "success": "true",
        "errorCode": "",
        "errorMessage": "",
    }


@api("com.alibaba.trade", "alibaba.trade.getBuyerOrderList", fail="B")
def order_list(world, params):
    page, size = params.long("page", 1), params.long("pageSize", 20)
    if page < 1 or size < 1:
        raise BusinessError("400", "page和pageSize必须大于0")
    size = min(size, world.switches["list_page_maximum"])
    rows, total = _page(world, params, page, size)
    return {
        "result": [views.list_row(world, order) for order in rows],
        "totalRecord": total,
        "errorCode": "",
        "errorMessage": "",
    }


def _page(world, params, page, size):
    """(orders of a page, number of all) that the filters leave, newest first."""
    if params.array("bizTypes", []) and world.switches["list_biz_types_empties"]:
        return [], 0
    conditions, values = _conditions(world, params)
    where = " AND ".join(conditions)
    sort = "created_at" if world.switches["list_sort"] == "created" else "modified_at"
    query = f"SELECT data FROM trade_order WHERE {where} ORDER BY {sort} DESC, order_id DESC"  # noqa: S608 fixed texts
    tests = _tests(world, params)
    first = (page - 1) * size
    if tests:
        found = [json.loads(row["data"]) for row in world.store.all(query, *values)]
        found = [order for order in found if all(test(order) for test in tests)]
        return found[first : first + size], len(found)
    total = world.store.one(f"SELECT count(*) FROM trade_order WHERE {where}", *values)[0]  # noqa: S608 fixed texts
    rows = world.store.all(f"{query} LIMIT ? OFFSET ?", *values, size, first)
    return [json.loads(row["data"]) for row in rows], total


def _conditions(world, params):
    """Filters on columns: (SQL conditions, values)."""
    now = world.now()
    history = now - int(world.switches["history_after_days"] * DAY_MS)
    wanted = [
        ("buyer_id = ?", params.member_id),
        ("json_extract(data, '$.deleted') IS NOT ?", 1),
        ("created_at <= ?", now - int(world.switches["list_lag_seconds"] * 1000)),
        ("created_at < ?" if params.boolean("isHis", False) else "created_at >= ?", history),
        ("created_at >= ?", params.date("createStartTime", None)),
        ("created_at <= ?", params.date("createEndTime", None)),
        ("modified_at >= ?", params.date("modifyStartTime", None)),
        ("modified_at <= ?", params.date("modifyEndTime", None)),
        ("status = ?", params.text("orderStatus", None)),
        ("out_order_id = ?", params.text("outOrderId", None)),
        ("seller_id = ?", params.text("sellerMemberId", None)),
    ]
    wanted = [pair for pair in wanted if pair[1] is not None]
    return [condition for condition, _value in wanted], [value for _condition, value in wanted]


def _tests(world, params):
    """Filters on what is inside an order."""
    tests = []
    login_id, product = params.text("sellerLoginId", None), params.text("productName", None)
    trade_type, refund_status = params.text("tradeType", None), params.text("refundStatus", None)
    wanted_ids = {str(order_id) for order_id in params.array("orderIds", [])}
    if login_id:
        tests.append(lambda order: order["seller"]["login_id"] == login_id)
    if product:
        tests.append(lambda order: any(product in entry["name"] for entry in order["entries"]))
    if trade_type:
        tests.append(
            lambda order: (
                trade_type in (order["trade_type"], views.TRADE_TYPES[order["trade_type"]][0])
            )
        )
    if refund_status:
        status = refunds.ENTRY_STATUS.get(refund_status)
        tests.append(
            lambda order: any(entry["refund_status"] == status for entry in order["entries"])
        )
    if wanted_ids and not world.switches["list_order_ids_ignored"]:
        tests.append(lambda order: order["order_id"] in wanted_ids)
    return tests
