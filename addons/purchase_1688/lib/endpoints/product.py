"""Search, listings, freight, categories (API document §10)."""

import base64

from ..call import Call
from ..errors import BadInput
from .wiretext import compact, filled, number_id, quantity, text, whole, yuan

_CROSS = "com.alibaba.fenxiao.crossborder"
_PAGE_LIMIT = 50


def _sort(sort):
    """The order of the rows is JSON text inside the JSON."""
    if not sort:
        return ""
    key, direction = sort
    if direction not in ("asc", "desc"):
        raise BadInput(f"sort direction must be asc or desc, not {direction!r}")
    return compact({text(key, "sort"): direction})


def _narrowed(price_min, price_max, category_id):
    """What narrows a search by words or by picture."""
    return filled(
        {
            "priceStart": None if price_min is None else yuan(price_min, "price_min"),
            "priceEnd": None if price_max is None else yuan(price_max, "price_max"),
            "categoryId": category_id and number_id(category_id, "category_id"),
        }
    )


def search(query):
    """Keyword search; `query` is a `SearchQuery`."""
    body = {
        "keyword": text(query.keyword, "keyword", required=False),
        "beginPage": whole(query.page, "page", 1),
        "pageSize": whole(query.page_size, "page_size", 1, _PAGE_LIMIT),
        "country": text(query.language, "language"),
    }
    body |= filled({"sort": _sort(query.sort), "filter": ",".join(query.filters)})
    body |= _narrowed(query.price_min, query.price_max, query.category_id)
    params = {"offerQueryParam": compact(body)}
    return Call("product.search", f"{_CROSS}:product.search.keywordQuery:1", params)


def detail(offer_id, language="en"):
    """One listing with prices, SKUs, stock and shipping data."""
    body = {"offerId": number_id(offer_id, "offer_id"), "country": text(language, "language")}
    params = {"offerDetailParam": compact(body)}
    return Call("product.detail", f"{_CROSS}:product.search.queryProductDetail:1", params)


def upload_image(data):
    """Upload a picture to search with; the answer is its id."""
    if not isinstance(data, bytes) or not data:
        raise BadInput("the picture is empty")
    params = {"uploadImageParam": compact({"imageBase64": base64.b64encode(data).decode()})}
    return Call("product.upload_image", f"{_CROSS}:product.image.upload:1", params)


def search_image(image_id, page=1, page_size=20, language="en", price_min=None, price_max=None, category_id=""):
    """Search by an uploaded picture; prices in yuan."""
    body = {
        "imageId": text(image_id, "image_id"),
        "beginPage": whole(page, "page", 1),
        "pageSize": whole(page_size, "page_size", 1, _PAGE_LIMIT),
        "country": text(language, "language"),
    }
    body |= _narrowed(price_min, price_max, category_id)
    params = {"offerQueryParam": compact(body)}
    return Call("product.search_image", f"{_CROSS}:product.search.imageQuery:1", params)


def freight(offer_id, district_code, quantities):
    """Freight of one offer to a district; `quantities` maps SKU ids to pieces.

    Province and city follow from the six digits of the district. An offer without SKUs
    is asked with the empty text as SKU id.
    """
    district = text(district_code, "district_code")
    if len(district) != 6 or not district.isdigit():
        raise BadInput(f"district_code must have six digits, not {district!r}")
    counts = {sku: quantity(count) for sku, count in quantities.items()}
    if not counts:
        raise BadInput("quantities are missing")
    body = {
        "offerId": number_id(offer_id, "offer_id"),
        "toProvinceCode": district[:2] + "0000",
        "toCityCode": district[:4] + "00",
        # the platform calls the district a country
        "toCountryCode": district,
        "totalNum": sum(counts.values()),
        "logisticsSkuNumModels": [
            {"skuId": number_id(sku, "sku_id"), "number": count}
            for sku, count in counts.items()
            if sku
        ],
    }
    params = {"productFreightQueryParamsNew": compact(body)}
    return Call("product.freight", f"{_CROSS}:product.freight.estimate:1", params)


def category(category_id="0"):
    """A category and its children; ``0`` is the root. Needs no token."""
    params = {"categoryID": str(number_id(category_id, "category_id"))}
    api = "com.alibaba.product:alibaba.category.get:1"
    return Call("product.category", api, params, authorised=False)


def category_words(category_id, language="en"):
    """A category and its children with their names in another language."""
    params = {"categoryId": str(number_id(category_id, "category_id")), "language": text(language, "language")}
    return Call("product.category_words", f"{_CROSS}:category.translation.getById:1", params)


def mix_rule(member_id):
    """Mixed-batch setting of a seller."""
    params = {"sellerMemberId": text(member_id, "member_id")}
    api = "com.alibaba.trade:alibaba.trade.OpQueryMarketingMixConfig:1"
    return Call("product.mix_rule", api, params)


def _following(name, offer_id):
    params = {"productId": str(number_id(offer_id, "offer_id"))}
    return Call(f"product.{name}", f"com.alibaba.product:alibaba.product.{name}.crossborder:1", params, effect=True)


def follow(offer_id):
    """Be told of an offer's changes of stock, price and shelf (§10.5, §14.6); again is harmless."""
    return _following("follow", offer_id)


def unfollow(offer_id):
    """Not be told any more."""
    return _following("unfollow", offer_id)
