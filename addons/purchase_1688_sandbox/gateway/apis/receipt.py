"""Confirming receipt; memo, message and address of an order."""

import dataclasses

from .. import addresses
from ..envelope import family_a, family_e
from ..errors import BusinessError
from ..params import member
from ..registry import api
from ..trade import life, orders

TRADE = "com.alibaba.trade"
TEXT_LIMIT = 500


@api(TRADE, "trade.receivegoods.confirm", write=True, fail="E")
def confirm(world, params):
    order_id, entry_ids = params.long("orderId"), params.array("orderEntryIds")
    order = orders.of_buyer(world, order_id, params.member_id)
    life.confirm(world, order, orders.entries_of(order, entry_ids), "buyer")
    return family_e()


@api(TRADE, "alibaba.order.memoAdd", write=True, fail="C")
def memo(world, params):
    order = orders.of_buyer(world, params.long("orderId"), params.member_id, "400_2", "400_2")
    text, icon = params.text("memo"), params.text("remarkIcon", "")
    if len(text) > TEXT_LIMIT or icon not in ("", "1", "2", "3", "4"):
        # The official sample of this error says success true beside the code.
        raise BusinessError("400_4", "备注内容不合法", success=True)
    order.update(memo=text, memo_icon=icon)
    orders.save(world, order)
    return {"success": True}


@api(TRADE, "alibaba.trade.addFeedback", write=True, fail="D")
def feedback(world, params):
    given = params.object("tradeFeedbackParam")
    order_id = member(given, "orderId", "tradeFeedbackParam")
    order = orders.of_buyer(world, order_id, params.member_id, "400_1", "400_2")
    text = str(member(given, "feedback", "tradeFeedbackParam"))
    if len(order["message"]) + len(text) > TEXT_LIMIT:
        raise BusinessError("500_1", f"留言总长度不能超过{TEXT_LIMIT}个字符")
    order["message"] += text
    orders.save(world, order)
    return {"result": {"success": True, "errorCode": "", "errorInfo": ""}, "success": True}


@api(TRADE, "order.receiveAddress.buyerUpdate", write=True)
def update_address(world, params):
    given = params.object("param")
    order = orders.of_buyer(world, member(given, "orderId", "param"), params.member_id)
    if order["status"] not in ("waitbuyerpay", "waitsellersend"):
        raise BusinessError("ORDER_STATUS_ERROR", "订单当前状态不能修改收货地址")
    order["address"] = dataclasses.asdict(
        addresses.resolve(world, member(given, "receiveAddress", "param"))
    )
    orders.save(world, order)
    return family_a(True)


@api(TRADE, "trade.order.buyerdelete", write=True, fail="D")
def delete(world, params):
    order = orders.of_buyer(world, params.long("orderId"), params.member_id)
    if order["status"] != "cancel":
        raise BusinessError("ORDER_STATUS_ERROR", "只能删除已关闭的订单")
    order["deleted"] = True
    orders.save(world, order)
    return {"result": True, "success": True}
