"""Goods, cross-border namespace: search by words, picture and shop, detail, freight."""

import json

from .. import freight, image_search
from ..catalogue.live import live
from ..envelope import family_a
from ..errors import BusinessError
from ..params import invalid, member, to_decimal
from ..product_wire import detail, page_answer
from ..registry import api
from ..search import PAGE_MAXIMUM, Query, find
from ..wire import fen, wire_id, without_none, yuan_text

CROSS = "com.alibaba.fenxiao.crossborder"


def offer_of(world, value):
    """The offer with this id; one that never existed is a business error."""
    offer = world.catalogue.offer(value)
    if offer is None:
        raise BusinessError("404", f"商品[{value}]不存在")
    return offer


def _number(value, name):
    if isinstance(value, bool) or not str(value).lstrip("-").isdecimal():
        raise invalid(name)
    return int(value)


def _between(wanted, name, default, low, high):
    return min(max(_number(wanted.get(name, default), name), low), high)


def _price(wanted, name):
    value = wanted.get(name)
    return None if value in (None, "") else fen(to_decimal(value, name))


def _sort(wanted):
    """``{"price": "asc"}`` as text inside the JSON → ("price", "asc")."""
    text = wanted.get("sort")
    if not text:
        return None
    try:
        value = json.loads(text) if isinstance(text, str) else text
    except ValueError:
        raise invalid("offerQueryParam.sort") from None
    if not isinstance(value, dict) or len(value) != 1:
        raise invalid("offerQueryParam.sort")
    return next(iter(value.items()))


def _sales(wanted):
    return tuple(
        (row.get("saleType"), int(row.get("saleStart") or 0), int(row.get("saleEnd") or 10**9))
        for row in wanted.get("saleFilterList") or ()
    )


def query_of(wanted, keyword=""):
    """The Query of an ``offerQueryParam``."""
    categories = [wanted.get("categoryId"), *(wanted.get("categoryIdList") or ())]
    return Query(
        keyword=keyword,
        page=_between(wanted, "beginPage", 1, 1, 10**6),
        page_size=_between(wanted, "pageSize", 20, 1, PAGE_MAXIMUM),
        price_from=_price(wanted, "priceStart"),
        price_to=_price(wanted, "priceEnd"),
        category_ids=tuple(_number(value, "categoryId") for value in categories if value),
        filters=tuple(
            part.strip() for part in (wanted.get("filter") or "").split(",") if part.strip()
        ),
        sales=_sales(wanted),
        sort=_sort(wanted),
    )


def _required(wanted, *names):
    for name in names:
        member(wanted, name, "offerQueryParam")


@api(CROSS, "product.search.keywordQuery")
def keyword_query(world, params):
    wanted = params.object("offerQueryParam")
    _required(wanted, "beginPage", "pageSize", "country")
    # The platform takes an empty keyword, and only a missing one is refused.
    keyword = (
        wanted["keyword"] if "keyword" in wanted else member(wanted, "keyword", "offerQueryParam")
    )
    if not isinstance(keyword, str):
        raise invalid("offerQueryParam.keyword")
    page = find(world, query_of(wanted, keyword))
    return family_a(page_answer(world, page, wanted["country"]))


@api(CROSS, "product.search.queryProductDetail")
def query_product_detail(world, params):
    wanted = params.object("offerDetailParam")
    offer = offer_of(world, member(wanted, "offerId", "offerDetailParam"))
    return family_a(
        detail(world, live(world, offer), member(wanted, "country", "offerDetailParam"))
    )


@api(CROSS, "product.image.upload", write=True)
def image_upload(world, params):
    text = member(params.object("uploadImageParam"), "imageBase64", "uploadImageParam")
    return family_a(image_search.keep(world, text))


@api(CROSS, "product.search.imageQuery")
def image_query(world, params):
    wanted = params.object("offerQueryParam")
    _required(wanted, "beginPage", "pageSize", "country")
    if wanted.get("imageAddress"):
        scores = image_search.like_address(world, wanted["imageAddress"])
    else:
        scores = image_search.like_image(world, member(wanted, "imageId", "offerQueryParam"))
    page = find(world, query_of(wanted), scores)
    return family_a(page_answer(world, page, wanted["country"], _company))


def _company(offer):
    return {"companyName": offer.seller.company.zh, "companyAddress": offer.seller.address}


@api(CROSS, "product.search.querySellerOfferList")
def query_seller_offer_list(world, params):
    wanted = params.object("offerQueryParam")
    _required(wanted, "beginPage", "pageSize", "country", "sellerOpenId")
    query = query_of(wanted, wanted.get("keyword") or "")
    page = find(world, query.of_seller(wanted["sellerOpenId"]))
    return family_a(page_answer(world, page, wanted["country"]))


def _similar(world, offer):
    """The same goods elsewhere first, then goods of the same category."""
    catalogue = world.catalogue
    scores = {other.offer_id: 1.0 for other in catalogue.siblings(offer)}
    top = catalogue.category_path(offer.category_id)[0]
    for other in catalogue.offers:
        if other is not offer and other.offer_id not in scores:
            path = catalogue.category_path(other.category_id)
            if path[0] == top:
                scores[other.offer_id] = (
                    0.6 if path[1:] == catalogue.category_path(offer.category_id)[1:] else 0.5
                )
    return scores


@api(CROSS, "product.related.recommend")
def related_recommend(world, params):
    """Goods like an offer, the same goods at other sellers first. The parameter is a guess."""
    wanted = params.object("offerQueryParam")
    offer = offer_of(world, member(wanted, "offerId", "offerQueryParam"))
    page = find(world, query_of(wanted), _similar(world, offer))
    return family_a(page_answer(world, page, wanted.get("country", "en")))


@api(CROSS, "product.search.offerRecommend")
def offer_recommend(world, params):
    """What sells best at present; the parameter's name is a guess."""
    wanted = params.object("recommendOfferParam")
    scores = {offer.offer_id: 1.0 for offer in world.catalogue.offers}
    page = find(world, query_of(wanted), scores)
    return family_a(page_answer(world, page, wanted.get("country", "en")))


@api("com.alibaba.linkplus", "alibaba.cross.similar.offer.search", fail="C")
def similar_offer_search(world, params):
    """The older search by the address of a picture: twenty rows a page."""
    query = Query(page=max(1, params.long("page", 1)), page_size=20)
    page = find(world, query, image_search.like_address(world, params.text("picUrl")))
    return {"success": True, "result": page_answer(world, page, "zh")["data"], "total": page.total}


@api(CROSS, "product.freight.estimate")
def freight_estimate(world, params):
    wanted = params.object("productFreightQueryParamsNew")
    name = "productFreightQueryParamsNew"
    offer = offer_of(world, member(wanted, "offerId", name))
    for required in ("toProvinceCode", "toCityCode"):
        member(wanted, required, name)
    code = str(member(wanted, "toCountryCode", name))
    total = _number(member(wanted, "totalNum", name), f"{name}.totalNum")
    load = _load(world, offer, total, member(wanted, "logisticsSkuNumModels", name))
    return family_a(_freight_answer(offer, code, load), code="S0000")


def _load(world, offer, total, rows):
    """What travels, SKU by SKU; the total if no SKU is named."""
    row = live(world, offer)
    load = freight.Load()
    if not offer.skus or not rows:
        worth = row.unit_price(offer.skus[0] if offer.skus else None, total) * total
        return freight.load_of(offer, total, offer.weight_g, worth)
    for wanted in rows:
        sku = offer.sku_by_id(str(wanted.get("skuId", "")))
        if sku is None:
            raise BusinessError("400", f"SKU[{wanted.get('skuId')}]不属于商品[{offer.offer_id}]")
        number = _number(wanted.get("number", 0), "number")
        worth = row.unit_price(sku, total) * number
        load += freight.load_of(offer, number, sku.weight_g, worth)
    return load


def _freight_answer(offer, code, load):
    template, rate = offer.freight, freight.rate_for(offer.freight, code)
    length, width, height = offer.size_cm
    first, following = rate.first_fee_fen, rate.next_fee_fen
    answer = {
        "offerId": wire_id(offer.offer_id),
        "freight": yuan_text(freight.fee(template, load, code)),
        "freePostage": freight.is_free(template, load),
        "templateId": template.template_id,
        "templateName": template.name.zh,
        "templateType": 1 if template.seller_pays else 2,
        "subTemplateType": 0,
        "subTemplateName": template.name.zh,
        "chargeType": str(template.charge_type),
        "firstUnit": str(rate.first_unit),
        "firstFee": yuan_text(0 if template.seller_pays else first),
        "nextUnit": str(rate.next_unit),
        "nextFee": yuan_text(0 if template.seller_pays else following),
        "discount": f"{template.percent / 100:g}" if template.percent < 100 else None,
        "singleProductWeight": offer.weight_g / 1000,
        "singleProductLength": length,
        "singleProductWidth": width,
        "singleProductHeight": height,
        "productFreightSkuInfoModels": [
            {"skuId": wire_id(sku.sku_id), "singleSkuWeight": sku.weight_g / 1000}
            for sku in offer.skus
        ],
    }
    return without_none(answer)
