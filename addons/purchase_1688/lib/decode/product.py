"""Search, listing, freight, category replies (API document §10). Prices are yuan in text."""

import re

from ..errors import BadAnswer
from ..values import (
    Ack,
    Attribute,
    Category,
    FreightEstimate,
    MixRule,
    Offer,
    OfferSku,
    OfferSummary,
    PriceTier,
    SearchPage,
    SellerScores,
    from_fen,
)
from .envelope import Answer
from .reading import Node

#: our name -> where the figure is, in the seller's data or the shipping info (§10.6)
_SCORES = {
    "service": ("compositeServiceScore",),
    "logistics": ("logisticsExperienceScore",),
    "disputes": ("disputeComplaintScore",),
    "goods": ("offerExperienceScore",),
    "after_sales": ("afterSalesExperienceScore",),
    "consulting": ("consultingExperienceScore",),
    "repurchase_share": ("repeatPurchasePercent",),
    "collected_48h_share": ("collect30DayWithin48HPercent",),
    "quality_refund_share": ("qualityRefundWithin30Day", "qualityReturnRate30d"),
    "fulfilment_share": ("perfectFulfillmentRate30d",),
    "collected_24h_share": ("pickupWithin24hRate30d",),
    "delayed_7d_share": ("delayedShippingRate7d",),
}
_OFFER_URL = "https://detail.1688.com/offer/{}.html"
_MAX_CHILDREN = 2000
#: how a seller's promise is written: shipIn48Hours
_PROMISE = re.compile(r"shipIn(\d{1,4})Hours", re.IGNORECASE)


def _scores(node):
    shipping, seller = node.node("productSimpleShippingInfo"), node.node("sellerDataInfo")
    merged = Node({**shipping.data, **seller.data})
    return SellerScores(
        years=merged.whole("tpYear"),
        medal_level=merged.text("tradeMedalLevel"),
        **{ours: merged.figure(*names) for ours, names in _SCORES.items()},
    )


def _summary(node):
    prices = node.node("priceInfo")
    offer_id = node.need_id("offerId")
    return OfferSummary(
        offer_id=offer_id,
        title=node.text("subject"),
        title_translated=node.text("subjectTrans"),
        image_url=node.text("imageUrl", "whiteImage"),
        url=node.text("promotionURL") or _OFFER_URL.format(offer_id),
        price=prices.yuan("price"),
        promotion_price=prices.yuan("promotionPrice"),
        min_quantity=node.quantity("minOrderQuantity"),
        month_sold=node.whole("monthSold"),
        repurchase_share=node.figure("repurchaseRate"),
        trade_score=node.figure("tradeScore"),
        category_ids=tuple(
            found
            for name in ("topCategoryId", "secondCategoryId", "thirdCategoryId")
            if (found := node.id(name))
        ),
        seller_identities=node.texts("sellerIdentities"),
        company_name=node.text("companyName"),
        scores=_scores(node),
    )


def search_page(document):
    """A page of a keyword or picture search; rows that make no sense are counted, not shown."""
    node = Answer(document).check().node
    offers, unreadable = [], 0
    for row in node.list("data"):
        try:
            offers.append(_summary(Node(row)))
        except BadAnswer:
            unreadable += 1
    if not node.get("data", "totalRecords") and not isinstance(node.get("data"), list):
        raise BadAnswer("no search result in the answer", code="missing")
    return SearchPage(
        offers=tuple(offers),
        total=node.whole("totalRecords") or 0,
        pages=node.whole("totalPage") or 0,
        page=node.whole("currentPage") or 1,
        page_size=node.whole("pageSize") or 0,
        unreadable=unreadable,
    )


def image_id(document):
    """The id of an uploaded picture: the payload is the text itself."""
    payload = Answer(document).check().payload
    if isinstance(payload, (str, int)) and not isinstance(payload, bool) and str(payload):
        return str(payload)
    return Node(payload).need_text("imageId")


def _attribute(node):
    return Attribute(
        name=node.text("attributeName"),
        value=node.text("value", "attributeValue"),
        name_translated=node.text("attributeNameTrans"),
        value_translated=node.text("valueTrans"),
        attribute_id=node.id("attributeId"),
        image_url=node.text("skuImageUrl"),
    )


def _sku(node, weights):
    attributes = tuple(_attribute(item) for item in node.nodes("skuAttributes"))
    special = node.node("fenxiaoPriceInfo")
    sku_id = node.need_id("skuId")
    return OfferSku(
        sku_id=sku_id,
        spec_id=node.text("specId"),
        stock=node.quantity("amountOnSale"),
        price=node.yuan("price", "consignPrice"),
        promotion_price=node.yuan("promotionPrice"),
        one_piece_price=special.yuan("onePiecePrice"),
        attributes=attributes,
        image_url=next((item.image_url for item in attributes if item.image_url), ""),
        article_number=node.text("cargoNumber"),
        weight=weights.get(sku_id),
    )


def _sku_weights(shipping):
    """Weight in kg by SKU id: one list is in grams, the other in kilograms (§10.2)."""
    weights = {}
    for name, per_kg in (("skuShippingInfoList", 1000), ("skuShippingDetails", 1)):
        for node in shipping.nodes(name):
            sku_id, weight = node.id("skuId"), node.figure("weight")
            if sku_id and weight is not None:
                weights[sku_id] = weight / per_kg
    return weights


def _tier(node):
    minimum, price = node.quantity("startQuantity"), node.yuan("price")
    if minimum is None or price is None:
        raise BadAnswer("a price tier is incomplete", code="missing")
    return PriceTier(minimum, price, node.yuan("promotionPrice"))


def _mix(node, member_id=""):
    """A mixed-batch rule, or None when there is none."""
    if not node:
        return None
    return MixRule(
        enabled=bool(node.flag("generalHunpi")),
        amount=node.yuan("mixAmount"),
        quantity=node.quantity("mixNumber"),
        member_id=member_id,
    )


def _images(node):
    pictures = node.node("productImage")
    found = (*pictures.texts("images"), pictures.text("whiteImage"))
    return tuple(dict.fromkeys(url for url in found if url))


def _sale(node):
    """Prices, stock and unit of a listing."""
    sale = node.node("productSaleInfo")
    tiers = sorted(
        (_tier(item) for item in sale.nodes("priceRangeList")),
        key=lambda tier: tier.min_quantity,
    )
    quote_type = node.whole("quoteType")
    return {
        "tiers": tuple(tiers),
        "stock": sale.quantity("amountOnSale"),
        "quote_type": sale.whole("quoteType") if quote_type is None else quote_type,
        "unit": sale.node("unitInfo").text("unit"),
        "unit_translated": sale.node("unitInfo").text("transUnit"),
    }


def _ship_hours(*nodes):
    """Hours that the seller promises to ship in, or None."""
    found = (_PROMISE.fullmatch(node.text("shippingTimeGuarantee")) for node in nodes)
    return next((int(match[1]) for match in found if match), None)


def offer(document):
    """A listing in full."""
    node = Answer(document).check().node
    shipping = node.node("productShippingInfo")
    weights = _sku_weights(shipping)
    offer_id = node.need_id("offerId")
    return Offer(
        offer_id=offer_id,
        title=node.text("subject"),
        title_translated=node.text("subjectTrans"),
        status=node.text("status"),
        category_id=node.id("categoryId"),
        category_name=node.text("categoryName"),
        description=node.text("description"),
        images=_images(node),
        url=node.text("promotionUrl") or _OFFER_URL.format(offer_id),
        attributes=tuple(_attribute(item) for item in node.nodes("productAttribute")),
        skus=tuple(_sku(item, weights) for item in node.nodes("productSkuInfos")),
        sold=node.whole("soldOut"),
        min_quantity=node.quantity("minOrderQuantity"),
        batch=node.quantity("batchNumber"),
        mix=_mix(node.node("sellerMixSetting")),
        company_name=node.text("companyName"),
        seller_open_id=node.text("sellerOpenId"),
        ships_from=shipping.text("sendGoodsAddressText"),
        ship_hours=_ship_hours(shipping, node.node("productSimpleShippingInfo")),
        weight=shipping.figure("weight"),
        length=shipping.figure("length"),
        width=shipping.figure("width"),
        height=shipping.figure("height"),
        trade_score=node.figure("tradeScore"),
        scores=_scores(node),
        **_sale(node),
    )


def freight(document):
    """What it costs to ship; free post means zero whatever the fee says."""
    node = Answer(document).check().node
    free = bool(node.flag("freePostage"))
    amount = node.yuan("freight")
    if amount is None and not free:
        raise BadAnswer("no freight in the answer", code="missing")
    return FreightEstimate(
        offer_id=node.need_id("offerId"),
        freight=from_fen(0) if free else amount,
        free=free,
        template_id=node.id("templateId"),
        template_name=node.text("templateName"),
        template_type=node.text("templateType"),
        sub_template_type=node.text("subTemplateType"),
        charge_type=node.text("chargeType"),
        first_unit=node.quantity("firstUnit"),
        first_fee=node.yuan("firstFee"),
        next_unit=node.quantity("nextUnit"),
        next_fee=node.yuan("nextFee"),
        discount=node.figure("discount"),
        unit_weight=node.figure("singleProductWeight"),
        unit_length=node.figure("singleProductLength"),
        unit_width=node.figure("singleProductWidth"),
        unit_height=node.figure("singleProductHeight"),
    )


def _category(node, children=()):
    return Category(
        category_id=node.text("categoryID", "categoryId", "id"),
        name=node.text("name", "chineseName"),
        translated=node.text("translatedName"),
        leaf=bool(node.flag("isLeaf", "leaf")),
        parent_ids=node.ids("parentIDs", "parentCateId"),
        children=children,
    )


def category(document):
    """A category with its children; the root is 0, which is no ordinary id."""
    answer = Answer(document).check()
    nodes = answer.node.nodes("categoryInfo")
    if not nodes:
        raise BadAnswer("no category in the answer", code="missing")
    children = nodes[0].nodes("childCategorys")[:_MAX_CHILDREN]
    return _category(nodes[0], tuple(_category(child) for child in children))


def category_words(document):
    """A category with its children, in another language; whether it is a leaf comes as text, too."""
    node = Answer(document).check().node
    if not node.text("categoryId"):
        raise BadAnswer("no category in the answer", code="missing")
    children = node.nodes("children")[:_MAX_CHILDREN]
    return _category(node, tuple(_category(child) for child in children))


def mix_rule(document):
    """Mixed-batch setting of a seller; a seller without one does not mix."""
    answer = Answer(document).check()
    if answer.success is not True and not answer.has("generalHunpi", "memberId"):
        raise BadAnswer("no rule in the answer", code="missing")
    node = answer.node if answer.has("generalHunpi") else Node(None)
    return _mix(node, node.text("memberId")) or MixRule()


def following(document):
    """A listing is followed, or not any more: a code that means yes is all there is."""
    answer = Answer(document).check()
    if answer.success is not True and not answer.has("code"):
        raise BadAnswer("neither yes nor no", code="missing")
    return Ack(True, message=answer.message)
