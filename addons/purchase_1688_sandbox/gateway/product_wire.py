"""Offers as the product APIs write them."""

from .pictures import offer_picture, sku_picture, white_picture
from .wire import wire_id, yuan, yuan_text


def percent(share):
    """``0.4666`` as ``47%``: the platform writes shares both ways."""
    return f"{round(float(share) * 100)}%"


def seller_data(seller):
    """The seller's figures, all but the years as text."""
    scores = seller.scores
    return {
        "tpYear": scores.years,
        "tradeMedalLevel": scores.medal,
        "compositeServiceScore": scores.service,
        "logisticsExperienceScore": scores.logistics,
        "disputeComplaintScore": scores.dispute,
        "offerExperienceScore": scores.offer,
        "afterSalesExperienceScore": scores.after_sales,
        "consultingExperienceScore": scores.consulting,
        "repeatPurchasePercent": scores.repurchase,
    }


def list_row(world, row, language):
    """An offer in a list of found goods."""
    offer = row.offer
    seller, scores = offer.seller, offer.seller.scores
    path = world.catalogue.category_path(offer.category_id)
    return {
        "offerId": wire_id(offer.offer_id),
        "subject": offer.subject.zh,
        "subjectTrans": offer.subject.in_language(language),
        "imageUrl": offer_picture(world, offer),
        "whiteImage": white_picture(world, offer),
        "priceInfo": {
            "price": yuan_text(row.lowest_fen),
            "consignPrice": yuan_text(row.tiers[0].price_fen),
            **_promotion(row, row.lowest_fen),
        },
        "repurchaseRate": percent(scores.repurchase),
        "monthSold": offer.month_sold,
        "sales7d": offer.month_sold // 4,
        "minOrderQuantity": offer.min_quantity,
        "topCategoryId": path[0],
        "secondCategoryId": path[1],
        "thirdCategoryId": path[2],
        "sellerIdentities": list(seller.identities),
        "offerIdentities": ["yx"] if "super_factory" in seller.identities else [],
        "isOnePsale": offer.min_quantity == 1,
        "isJxhy": "powerful_merchants" in seller.identities,
        "isPatentProduct": False,
        "tradeScore": scores.service,
        "createDate": _day(offer.created),
        "modifyDate": _day(offer.modified),
        "promotionURL": f"{world.base_url}/offer/{offer.offer_id}.html",
        "sellerDataInfo": seller_data(seller),
        "productSimpleShippingInfo": {
            "shippingTimeGuarantee": f"shipIn{scores.ship_hours}Hours",
            "perfectFulfillmentRate30d": scores.fulfilment_30d,
            "pickupWithin24hRate30d": scores.pickup_24h_30d,
            "qualityReturnRate30d": f"{float(scores.quality_refund) * 100:.2f}%",
        }
        | ({"delayedShippingRate7d": scores.delayed_7d} if scores.delayed_7d else {}),
    }


def _day(aop_text):
    day, time = aop_text[:8], aop_text[8:14]
    return f"{day[:4]}-{day[4:6]}-{day[6:]} {time[:2]}:{time[2:4]}:{time[4:]}"


def page_answer(world, page, language, extra=None):
    """The inner result of a search. ``extra`` adds fields to a row."""
    rows = [
        list_row(world, row, language) | (extra(row.offer) if extra else {}) for row in page.rows
    ]
    return {
        "totalRecords": page.total,
        "totalPage": page.pages,
        "pageSize": page.page_size,
        "currentPage": page.page,
        "data": rows,
    }


def detail(world, row, language):
    """The inner result of queryProductDetail."""
    offer, seller = row.offer, row.offer.seller
    return {
        "offerId": wire_id(offer.offer_id),
        "categoryId": offer.category_id,
        "categoryName": world.catalogue.categories[offer.category_id].name.zh,
        "subject": offer.subject.zh,
        "subjectTrans": offer.subject.in_language(language),
        "description": description(world, offer),
        "productImage": {
            "images": [offer_picture(world, offer, index) for index in range(len(offer.looks))],
            "whiteImage": white_picture(world, offer),
        },
        "productAttribute": [_attribute(attribute, language) for attribute in offer.attributes],
        "productSkuInfos": [_sku(world, row, sku, language) for sku in row.skus],
        "productSaleInfo": _sale(row, language),
        "quoteType": offer.quote_type,
        "productShippingInfo": _shipping(row),
        "minOrderQuantity": offer.min_quantity,
        "batchNumber": offer.batch,
        "sellerMixSetting": mix_setting(seller),
        "sellerOpenId": seller.open_id,
        "companyName": seller.company.zh,
        "status": row.status,
        "soldOut": str(offer.sold),
        "tradeScore": seller.scores.service,
        "sellerDataInfo": seller_data(seller)
        | {
            "collect30DayWithin48HPercent": seller.scores.collected_48h,
            "qualityRefundWithin30Day": seller.scores.quality_refund,
        },
        "promotionUrl": f"{world.base_url}/offer/{offer.offer_id}.html",
        "certificateList": [],
        "invoiceInfo": {"supportInvoice": "super_factory" in seller.identities},
        "createDate": _day(offer.created),
    }


def description(world, offer):
    """The seller's page about the goods, as HTML."""
    pictures = "".join(
        f'<img src="{offer_picture(world, offer, index)}" alt="">'
        for index in range(len(offer.looks))
    )
    return f"<div><p>{offer.description.zh}</p>{pictures}</div>"


def _attribute(attribute, language):
    return {
        "attributeId": str(attribute.attribute_id),
        "attributeName": attribute.name.zh,
        "value": attribute.value.zh,
        "attributeNameTrans": attribute.name.in_language(language),
        "valueTrans": attribute.value.in_language(language),
    }


def _sku(world, row, sku, language):
    price = yuan_text(row.sku_price(sku))
    attributes = [_attribute(attribute, language) for attribute in sku.attributes]
    attributes[0]["skuImageUrl"] = sku_picture(world, sku)
    info = {
        "skuId": wire_id(sku.sku_id),
        "specId": sku.spec_id,
        "amountOnSale": row.stock_of(sku),
        "cargoNumber": sku.cargo_number,
        "skuAttributes": attributes,
    }
    if row.offer.quote_type == 1 or not row.sku_price(sku):
        info |= {"price": price, **_promotion(row, row.sku_price(sku))}
    info["fenxiaoPriceInfo"] = {"onePiecePrice": price, "offerPrice": price}
    return info


def _promotion(row, price_fen):
    """The price that holds while a promotion runs, beside the one that it lowers."""
    return {"promotionPrice": yuan_text(row.promoted(price_fen))} if row.promotion_runs else {}


def _sale(row, language):
    offer = row.offer
    first = yuan_text(row.tiers[0].price_fen)
    return {
        "amountOnSale": row.stock,
        "quoteType": offer.quote_type,
        "priceRangeList": [
            {
                "startQuantity": tier.start,
                "price": yuan_text(tier.price_fen),
                **_promotion(row, tier.price_fen),
            }
            for tier in row.tiers
        ],
        "unitInfo": {"unit": offer.unit.zh, "transUnit": offer.unit.in_language(language)},
        "fenxiaoSaleInfo": {
            "onePieceFreePostage": offer.freight.seller_pays,
            "startQuantity": offer.min_quantity,
            "onePiecePrice": first,
            "offerPrice": first,
        },
    }


def _shipping(row):
    offer = row.offer
    length, width, height = offer.size_cm
    return {
        "sendGoodsAddressText": offer.warehouse.place.zh,
        "weight": offer.weight_g / 1000,
        "length": length,
        "width": width,
        "height": height,
        "shippingTimeGuarantee": f"shipIn{offer.seller.scores.ship_hours}Hours",
        "skuShippingInfoList": [
            {
                "skuId": wire_id(sku.sku_id),
                "specId": sku.spec_id,
                "weight": sku.weight_g,
                "length": length,
                "width": width,
                "height": height,
            }
            for sku in row.skus
        ],
        "skuShippingDetails": [
            {
                "skuId": sku.sku_id,
                "weight": sku.weight_g / 1000,
                "length": length,
                "width": width,
                "height": height,
            }
            for sku in row.skus
        ],
    }


def mix_setting(seller):
    """Mixed batch: the amount is yuan."""
    rule = seller.mix
    if not rule.allowed:
        return {"generalHunpi": False}
    return {"generalHunpi": True, "mixAmount": rule.amount_fen // 100, "mixNumber": rule.pieces}


def cross_product(world, row):
    """The productInfo of alibaba.cross.productInfo; prices are JSON numbers in yuan."""
    offer = row.offer
    images = [offer_picture(world, offer, index) for index in range(len(offer.looks))]
    return {
        "productID": wire_id(offer.offer_id),
        "categoryID": offer.category_id,
        "categoryName": world.catalogue.categories[offer.category_id].name.zh,
        "status": row.status,
        "subject": offer.subject.zh,
        "description": description(world, offer),
        "qualityLevel": 5,
        "createTime": offer.created,
        "sevenDaysRefunds": True,
        "attributes": [
            {
                "attributeID": item.attribute_id,
                "attributeName": item.name.zh,
                "value": item.value.zh,
            }
            for item in offer.attributes
        ],
        # The platform gives paths below its picture host; these are below the sandbox's address.
        "image": {"images": [url.removeprefix(f"{world.base_url}/") for url in images]},
        "skuInfos": [_cross_sku(world, row, sku) for sku in row.skus],
        "saleInfo": {
            "supportOnlineTrade": row.on_sale,
            "mixWholeSale": offer.seller.mix.allowed,
            "priceRanges": [
                {"startQuantity": tier.start, "price": yuan(tier.price_fen)} for tier in row.tiers
            ],
            "amountOnSale": row.stock,
            "unit": offer.unit.zh,
            "minOrderQuantity": offer.min_quantity,
            "batchNumber": offer.batch,
            "quoteType": offer.quote_type,
        },
        "shippingInfo": {
            "unitWeight": offer.weight_g / 1000,
            "freightTemplateID": offer.freight.template_id,
            "sendGoodsAddressText": offer.warehouse.place.zh,
            **dict(zip(("length", "width", "height"), offer.size_cm, strict=True)),
        },
        "extendInfos": [],
        "supplierUserId": offer.seller.user_id,
        "supplierLoginId": offer.seller.login_id,
        "sellerLoginId": offer.seller.login_id,
    }


def _cross_sku(world, row, sku):
    return {
        "skuId": wire_id(sku.sku_id),
        "specId": sku.spec_id,
        "amountOnSale": row.stock_of(sku),
        "price": yuan(row.sku_price(sku)),
        "cargoNumber": sku.cargo_number,
        "attributes": [
            {
                "attributeID": item.attribute_id,
                "attributeValue": item.value.zh,
                "attributeDisplayName": item.name.zh,
                "skuImageUrl": sku_picture(world, sku),
            }
            for item in sku.attributes
        ],
    }
