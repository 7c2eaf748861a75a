"""Categories, their attributes and translations, and a seller's mixed-batch setting."""

from ..envelope import family_a
from ..errors import BusinessError
from ..product_wire import mix_setting
from ..registry import api
from .product import CROSS


def _category(world, category_id):
    node = world.catalogue.categories.get(category_id)
    if node is None:
        raise BusinessError("404", f"类目[{category_id}]不存在")
    return node


@api("com.alibaba.product", "alibaba.category.get", token=False, fail="C_succes")
def category_get(world, params):
    node = _category(world, params.long("categoryID"))
    info = {
        "categoryID": node.category_id,
        "name": node.name.zh,
        "isLeaf": node.leaf,
        "parentIDs": [node.parent_id] if node.level else [],
        "minOrderQuantity": 1,
        "featureInfos": [],
        "childCategorys": [
            {
                "id": child.category_id,
                "name": child.name.zh,
                "isLeaf": child.leaf,
                "categoryType": "1",
            }
            for child in node.children
        ],
    }
    return {"succes": True, "categoryInfo": [info]}


@api("com.alibaba.product", "alibaba.category.attribute.get", token=False, fail="C_succes")
def category_attribute_get(world, params):
    node = _category(world, params.long("categoryID"))
    attributes = {}
    for offer in world.catalogue.offers:
        if offer.category_id == node.category_id:
            for item in (
                *offer.attributes,
                *(part for sku in offer.skus for part in sku.attributes),
            ):
                values = attributes.setdefault((item.attribute_id, item.name.zh), {})
                values[item.value.zh] = None
    return {
        "succes": True,
        "attributes": [
            {
                "attrID": key,
                "name": name,
                "required": False,
                "attrValues": [{"name": value} for value in values],
            }
            for (key, name), values in attributes.items()
        ],
    }


def _translated(node, language):
    return {
        "categoryId": node.category_id,
        "chineseName": node.name.zh,
        "translatedName": node.name.in_language(language),
        # Text, not a Boolean: seen so on the platform.
        "leaf": "true" if node.leaf else "false",
        "level": str(node.level),
        "parentCateId": node.parent_id,
    }


@api(CROSS, "category.translation.getById")
def category_translation(world, params):
    node, language = _category(world, params.long("categoryId")), params.text("language")
    children = [_translated(child, language) for child in node.children]
    return family_a(_translated(node, language) | {"children": children})


@api("com.alibaba.trade", "alibaba.trade.OpQueryMarketingMixConfig", fail="C")
def mix_config(world, params):
    member_id, login_id = params.text("sellerMemberId", ""), params.text("sellerLoginId", "")
    catalogue = world.catalogue
    seller = catalogue.seller(member_id) if member_id else catalogue.seller_by(login_id=login_id)
    if seller is None:
        raise BusinessError("500_1", "卖家不存在")
    setting = {
        "memberId": seller.member_id,
        "gmtCreate": "20240301093000000+0800",
        "gmtModified": "20250601093000000+0800",
    }
    return {"success": True, "result": mix_setting(seller) | setting}
