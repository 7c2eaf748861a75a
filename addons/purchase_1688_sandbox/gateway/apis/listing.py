"""Goods in the caller's listing list, and the goods whose changes he wants to be told of."""

from ..catalogue.live import live
from ..envelope import family_a
from ..errors import BusinessError
from ..product_wire import cross_product
from ..registry import api
from ..watching import FOLLOWED
from .product import CROSS, offer_of

LISTED = "listed_offer"
LIST_MAXIMUM = 20


def _remember(world, kind, member_id, offer_id, wanted=True):
    known = world.store.item(kind, member_id) or []
    rest = [item for item in known if item != offer_id]
    world.store.set_item(kind, member_id, [*rest, offer_id] if wanted else rest)


@api("com.alibaba.product.push", "alibaba.cross.syncProductListPushed", write=True, fail="A")
def sync_product_list(world, params):
    ids = params.array("productIdList")
    if len(ids) > LIST_MAXIMUM:
        raise BusinessError("400", f"productIdList最多{LIST_MAXIMUM}个")
    for value in ids:
        _remember(world, LISTED, params.member_id, offer_of(world, value).offer_id)
    return {"result": {"success": True}}


@api("com.alibaba.product", "alibaba.cross.productInfo", fail="C_message")
def product_info(world, params):
    number = params.long("productId")
    offer = world.catalogue.offer(number)
    if offer is None:
        return {"success": False, "message": f"商品[{number}]不存在"}
    if offer.offer_id not in (world.store.item(LISTED, params.member_id) or []):
        return {"success": False, "message": "没有该商品的查询权限"}
    return {
        "success": True,
        "productInfo": cross_product(world, live(world, offer)),
        "bizGroupInfos": [],
    }


def _follow(world, params, wanted):
    offer = world.catalogue.offer(params.long("productId"))
    if offer is None:
        return {"code": 404, "message": f"商品[{params.long('productId')}]不存在"}
    _remember(world, FOLLOWED, params.member_id, offer.offer_id, wanted)
    return {"code": 0, "message": "success"}


@api("com.alibaba.product", "alibaba.product.follow.crossborder", write=True)
def follow(world, params):
    return _follow(world, params, True)


@api("com.alibaba.product", "alibaba.product.unfollow.crossborder", write=True)
def unfollow(world, params):
    return _follow(world, params, False)


def _relate(world, params, wanted):
    offer = offer_of(world, params.long("productId"))
    _remember(world, FOLLOWED, params.member_id, offer.offer_id, wanted)
    return family_a(True)


@api(CROSS, "product.kjdistribute.addRelation", write=True)
def add_relation(world, params):
    return _relate(world, params, True)


@api(CROSS, "product.kjdistribute.removeRelation", write=True)
def remove_relation(world, params):
    return _relate(world, params, False)
