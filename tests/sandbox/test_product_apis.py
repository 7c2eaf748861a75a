"""The product and account APIs as a client meets them, over HTTP."""

import base64
import io
import json
import re
import urllib.request

import pytest
from gateway.watching import followers
from PIL import Image
from sandbox_client import MEMBER_ID

CROSS = "com.alibaba.fenxiao.crossborder"


@pytest.fixture
def search(client):
    def run(keyword="", name="product.search.keywordQuery", **more):
        query = {"keyword": keyword, "beginPage": 1, "pageSize": 50, "country": "en", **more}
        answer = client.call(f"{CROSS}:{name}", offerQueryParam=query)["result"]
        assert answer["success"] is True and answer["code"] == "200"
        return answer["result"]

    return run


@pytest.fixture
def detail(client):
    def run(offer_id, country="en"):
        param = {"offerId": int(offer_id), "country": country}
        return client.call(f"{CROSS}:product.search.queryProductDetail", offerDetailParam=param)[
            "result"
        ]

    return run


def families(catalogue, page):
    return {catalogue.offer(row["offerId"]).family for row in page["data"]}


# --- search


@pytest.mark.parametrize(
    "keyword", ["保温杯", "不锈钢保温杯", "vacuum flask", "Vacuum flasks", "stainless steel flask"]
)
def test_finds_in_both_languages(search, world, keyword):
    page = search(keyword, pageSize=6)
    assert families(world.catalogue, page) == {"thermos"}


def test_row(search, world):
    row = search("T恤")["data"][0]
    assert isinstance(row["offerId"], int)
    assert re.fullmatch(r"\d+\.\d\d", row["priceInfo"]["price"])
    assert re.fullmatch(r"\d+%", row["repurchaseRate"])
    assert re.fullmatch(r"0\.\d{4}", row["sellerDataInfo"]["repeatPurchasePercent"])
    assert isinstance(row["sellerDataInfo"]["tpYear"], int)
    path = world.catalogue.category_path(row["thirdCategoryId"])
    assert path == [row["topCategoryId"], row["secondCategoryId"], row["thirdCategoryId"]]
    assert "tp_member" in row["sellerIdentities"]
    assert row["subject"] != row["subjectTrans"]


def test_translation_follows_the_language(search):
    row = search("T恤", country="zh")["data"][0]
    assert row["subject"] == row["subjectTrans"]


def test_pages_cover_everything_once(search, world):
    first = search("", pageSize=50)
    assert first["totalPage"] == -(-first["totalRecords"] // 50)
    seen = []
    for number in range(1, first["totalPage"] + 1):
        page = search("", pageSize=50, beginPage=number)
        assert page["currentPage"] == number
        seen += [row["offerId"] for row in page["data"]]
    assert len(seen) == len(set(seen)) == first["totalRecords"]
    on_sale = [
        offer for offer in world.catalogue.offers if offer.status == "published" and offer.online
    ]
    assert len(seen) == len(on_sale)
    assert search("", beginPage=99)["data"] == []


def test_page_size_is_capped(search):
    assert len(search("", pageSize=500)["data"]) == 50


def test_nothing_found(search):
    assert search("量子计算机")["totalRecords"] == 0
    assert search("!!!")["totalRecords"] == 0


@pytest.mark.parametrize("order", ["asc", "desc"])
def test_sorts_by_price(search, order):
    rows = search("", sort=f'{{"price":"{order}"}}')["data"]
    prices = [float(row["priceInfo"]["price"]) for row in rows]
    assert prices == sorted(prices, reverse=order == "desc")


def test_filters(search, world):
    rows = search("", priceStart="10", priceEnd="20.5")["data"]
    assert rows and all(10 <= float(row["priceInfo"]["price"]) <= 20.5 for row in rows)
    leaf = world.catalogue.family("mug")[0].category_id
    assert families(world.catalogue, search("", categoryId=leaf)) == {"mug"}
    top = world.catalogue.category_path(leaf)[0]
    assert "mug" in families(world.catalogue, search("", categoryIdList=[top]))
    rows = search("", filter="superFactory,ksCiphertext")["data"]
    assert rows and all("super_factory" in row["sellerIdentities"] for row in rows)
    sales = [{"saleType": "sales30", "saleStart": 800}]
    rows = search("", saleFilterList=sales)["data"]
    assert rows and all(row["monthSold"] >= 800 for row in rows)


def test_off_shelf_is_not_found(search, client, world):
    offer = world.catalogue.family("mug")[0]
    assert int(offer.offer_id) in {row["offerId"] for row in search("马克杯")["data"]}
    client.admin("POST", f"offers/{offer.offer_id}", {"status": "expired"})
    assert int(offer.offer_id) not in {row["offerId"] for row in search("马克杯")["data"]}


@pytest.mark.parametrize("missing", ["keyword", "beginPage", "pageSize", "country"])
def test_required_parameters(client, missing):
    query = {"keyword": "T恤", "beginPage": 1, "pageSize": 20, "country": "en"}
    del query[missing]
    answer = client.call(f"{CROSS}:product.search.keywordQuery", offerQueryParam=query)
    assert answer["error_code"] == "gw.ParamMissing" and client.status == 400


def test_parameters_of_the_wrong_form(client):
    query = {"keyword": "T恤", "beginPage": 1, "pageSize": 20, "country": "en"}
    for wrong in ({"beginPage": "x"}, {"priceStart": "cheap"}, {"sort": "price"}, {"keyword": 5}):
        answer = client.call(f"{CROSS}:product.search.keywordQuery", offerQueryParam=query | wrong)
        assert answer["error_code"] == "gw.ParamInvalid", wrong


def test_goods_of_one_store(search, world):
    seller = world.catalogue.sellers[0]
    page = search("", "product.search.querySellerOfferList", sellerOpenId=seller.open_id)
    assert {str(row["offerId"]) for row in page["data"]} == {
        offer.offer_id
        for offer in world.catalogue.of_seller(seller.member_id)
        if offer.status == "published"
    }


def test_recommendations(client, search, world):
    offer = world.catalogue.family("desklamp")[0]
    page = search("", "product.related.recommend", offerId=int(offer.offer_id))
    siblings = {int(other.offer_id) for other in world.catalogue.siblings(offer)}
    assert {row["offerId"] for row in page["data"][:5]} == siblings
    query = {"beginPage": 1, "pageSize": 5, "country": "en"}
    answer = client.call(f"{CROSS}:product.search.offerRecommend", recommendOfferParam=query)
    assert len(answer["result"]["result"]["data"]) == 5


# --- pictures


def upload(client, data):
    param = {"imageBase64": base64.b64encode(data).decode()}
    return client.call(f"{CROSS}:product.image.upload", uploadImageParam=param)


@pytest.mark.parametrize("family", ["tshirt", "thermos", "scale", "backpack"])
def test_image_search(client, search, world, family):
    """Also of a picture that was made smaller, darker and saved anew."""
    offer = world.catalogue.family(family)[2]
    data = client.request("GET", f"/img/{offer.offer_id}/0.jpg")
    picture = Image.open(io.BytesIO(data)).resize((320, 320)).point(lambda value: value * 9 // 10)
    worse = io.BytesIO()
    picture.save(worse, "PNG")
    image_id = upload(client, worse.getvalue())["result"]["result"]
    assert isinstance(image_id, str) and image_id.isdecimal()
    page = search("", "product.search.imageQuery", imageId=image_id)
    assert [world.catalogue.offer(row["offerId"]).family for row in page["data"][:5]] == [
        family
    ] * 5
    assert page["data"][0]["companyName"]


def test_image_search_by_address(search, client, world):
    offer = world.catalogue.family("mug")[1]
    address = f"{world.base_url}/img/{offer.offer_id}/0.jpg"
    page = search("", "product.search.imageQuery", imageAddress=address)
    assert families(world.catalogue, {"data": page["data"][:5]}) == {"mug"}
    answer = client.call(
        "com.alibaba.linkplus:alibaba.cross.similar.offer.search", picUrl=address, page="1"
    )
    assert answer["success"] is True and len(answer["result"]) <= 20


def test_bad_pictures(client):
    assert upload(client, b"no picture")["result"]["success"] is False
    bomb = io.BytesIO()
    Image.new("1", (7000, 6000)).save(bomb, "PNG")
    assert upload(client, bomb.getvalue())["result"]["success"] is False
    answer = client.call(f"{CROSS}:product.image.upload", uploadImageParam={"imageBase64": "***"})
    assert answer["error_code"] == "gw.ParamInvalid"
    query = {"imageId": "1", "beginPage": 1, "pageSize": 20, "country": "en"}
    answer = client.call(f"{CROSS}:product.search.imageQuery", offerQueryParam=query)
    assert answer["result"]["success"] is False


def test_pictures_of_an_answer_can_be_fetched(server, detail, world):
    result = detail(world.catalogue.offers[0].offer_id)["result"]
    addresses = [*result["productImage"]["images"], result["productImage"]["whiteImage"]]
    addresses.append(result["productSkuInfos"][0]["skuAttributes"][0]["skuImageUrl"])
    for address in addresses:
        assert address.startswith(server.url)
        with urllib.request.urlopen(address) as answer:
            assert answer.headers["Content-Type"] == "image/jpeg"
            assert Image.open(io.BytesIO(answer.read())).size == (600, 600)


# --- detail


def test_detail(detail, world):
    offer = next(o for o in world.catalogue.offers if o.quote_type == 2 and len(o.tiers) > 1)
    result = detail(offer.offer_id)["result"]
    assert result["offerId"] == int(offer.offer_id)
    assert result["minOrderQuantity"] == offer.min_quantity
    sale = result["productSaleInfo"]
    assert [row["startQuantity"] for row in sale["priceRangeList"]] == [
        tier.start for tier in offer.tiers
    ]
    assert all(re.fullmatch(r"\d+\.\d\d", row["price"]) for row in sale["priceRangeList"])
    assert sale["amountOnSale"] == sum(sku["amountOnSale"] for sku in result["productSkuInfos"])
    sku = result["productSkuInfos"][0]
    assert isinstance(sku["skuId"], int) and len(sku["specId"]) == 32
    assert {"attributeName", "value", "attributeNameTrans", "valueTrans"} <= set(
        sku["skuAttributes"][0]
    )
    shipping = result["productShippingInfo"]
    assert (
        shipping["weight"] * 1000 == offer.weight_g == shipping["skuShippingInfoList"][0]["weight"]
    )
    assert result["sellerDataInfo"]["collect30DayWithin48HPercent"]


def test_prices_by_quote_type(detail, world):
    for offer in world.catalogue.offers[:60]:
        infos = detail(offer.offer_id)["result"]["productSkuInfos"]
        assert bool(infos) == (offer.quote_type != 0)
        if offer.offer_id not in world.catalogue.special.values():
            assert all(("price" in info) == (offer.quote_type == 1) for info in infos)


def test_mixed_batch(detail, client, world):
    offer = world.catalogue.offer(world.catalogue.special["mixed_batch"])
    setting = detail(offer.offer_id)["result"]["sellerMixSetting"]
    assert setting["generalHunpi"] is True
    name = "alibaba.trade.OpQueryMarketingMixConfig"
    for param in (
        {"sellerMemberId": offer.seller.member_id},
        {"sellerLoginId": offer.seller.login_id},
    ):
        answer = client.trade(name, **param)["result"]
        assert {key: answer[key] for key in setting} == setting
    assert client.trade(name, sellerMemberId="b2b-1")["errorCode"] == "500_1"


def test_changes_show_at_once(detail, client, world):
    offer = world.catalogue.family("tshirt")[0]
    client.admin(
        "POST", f"offers/{offer.offer_id}", {"stock": 7, "price": "9.90", "status": "expired"}
    )
    result = detail(offer.offer_id)["result"]
    assert result["status"] == "expired"
    assert {sku["amountOnSale"] for sku in result["productSkuInfos"]} == {7}
    assert [row["price"] for row in result["productSaleInfo"]["priceRangeList"]] == ["9.90"]


def test_unknown_offer(detail):
    answer = detail("999999999999")
    assert answer["success"] is False and "999999999999" in answer["message"]


def test_listing_relation(client, world):
    number = int(world.catalogue.offers[0].offer_id)
    info = "com.alibaba.product:alibaba.cross.productInfo"
    assert client.call(info, productId=number)["message"] == "没有该商品的查询权限"
    assert client.call(info, productId=1)["message"] == "商品[1]不存在"
    sync = "com.alibaba.product.push:alibaba.cross.syncProductListPushed"
    assert client.call(sync, productIdList=[number])["result"]["success"] is True
    answer = client.call(info, productId=number)
    assert answer["success"] is True
    product = answer["productInfo"]
    assert product["productID"] == number and isinstance(
        product["saleInfo"]["priceRanges"][0]["price"], float
    )
    assert product["image"]["images"][0].startswith("img/")
    assert client.call(sync, productIdList=list(range(21)))["result"]["success"] is False


FOLLOW = "com.alibaba.product:alibaba.product.{}.crossborder"


def test_following(client, world):
    number = world.catalogue.offers[0].offer_id
    assert client.call(FOLLOW.format("follow"), productId=number)["code"] == 0
    assert followers(world, number) == [MEMBER_ID]
    client.call(FOLLOW.format("unfollow"), productId=number)
    assert followers(world, number) == []
    client.call(f"{CROSS}:product.kjdistribute.addRelation", productId=number)
    assert followers(world, number) == [MEMBER_ID]
    client.call(f"{CROSS}:product.kjdistribute.removeRelation", productId=number)
    assert followers(world, number) == []
    assert client.call(FOLLOW.format("follow"), productId="1")["code"] == 404


def test_news_of_followed_goods(client, goods, world):
    offer = goods.plain()[0]
    client.admin("POST", f"offers/{offer.offer_id}", {"stock": 500})
    assert world.store.all("SELECT * FROM message") == []
    client.call(FOLLOW.format("follow"), productId=offer.offer_id)
    client.create([goods.line(offer)], outOrderId="PO-1")
    client.admin("POST", f"offers/{offer.offer_id}", {"price": "9.90"})
    client.admin("POST", f"offers/{offer.offer_id}", {"status": "expired"})
    client.admin("POST", f"offers/{offer.offer_id}", {"status": "published"})
    rows = world.store.all("SELECT topic, body FROM message ORDER BY msg_id")
    told = {
        row["topic"]: json.loads(row["body"])["data"] for row in rows if "ORDER" not in row["topic"]
    }
    assert list(told) == [
        "PRODUCT_PRODUCT_INVENTORY_CHANGE",
        "FENXIAO_PRICE_CHANGE",
        "PRODUCT_RELATION_VIEW_PRODUCT_EXPIRE",
        "PRODUCT_RELATION_VIEW_PRODUCT_REPOST",
    ]
    (change,) = told["PRODUCT_PRODUCT_INVENTORY_CHANGE"]["OfferInventoryChangeList"]
    assert change["skuId"] == int(offer.skus[0].sku_id)
    assert change["quantity"] == -goods.line(offer)["quantity"]
    assert change["skuOnSale"] == 500 + change["quantity"]
    assert told["FENXIAO_PRICE_CHANGE"]["productId"] == int(offer.offer_id)


def test_a_removed_spec_is_neither_shown_nor_sold_and_followers_are_told(client, goods, world):
    offer = goods.plain()[0]
    client.call(FOLLOW.format("follow"), productId=offer.offer_id)
    removed = offer.skus[0]
    client.admin("POST", f"offers/{offer.offer_id}", {"gone": [removed.spec_id]})
    param = {"offerDetailParam": {"offerId": int(offer.offer_id), "country": "en"}}
    answer = client.call(f"{CROSS}:product.search.queryProductDetail", **param)["result"]["result"]
    shown = {row["specId"] for row in answer["productSkuInfos"]}
    assert shown == {sku.spec_id for sku in offer.skus} - {removed.spec_id}
    assert answer["productSaleInfo"]["amountOnSale"] == sum(
        row["amountOnSale"] for row in answer["productSkuInfos"]
    )
    client.admin("POST", f"offers/{offer.offer_id}", {"gone": []})
    client.admin("POST", f"offers/{offer.offer_id}", {"status": "deleted"})
    rows = world.store.all("SELECT topic, body FROM message ORDER BY msg_id")
    told = [(row["topic"].rpartition("_")[2], json.loads(row["body"])["data"]) for row in rows]
    assert [(topic, data.get("action") or data["status"]) for topic, data in told] == [
        ("CHANGE", "sku_delete"),
        ("CHANGE", "sku_new"),
        ("DELETE", "deleted"),
    ]
    assert all(data["productIds"] == offer.offer_id for _topic, data in told)


# --- freight


def estimate(client, offer, numbers, district="330108"):
    rows = [
        {"skuId": int(sku.sku_id), "number": number}
        for sku, number in zip(offer.skus, numbers, strict=False)
    ]
    param = {
        "offerId": int(offer.offer_id),
        "toProvinceCode": f"{district[:2]}0000",
        "toCityCode": f"{district[:4]}00",
        "toCountryCode": district,
        "totalNum": sum(numbers),
        "logisticsSkuNumModels": rows,
    }
    return client.call(f"{CROSS}:product.freight.estimate", productFreightQueryParamsNew=param)[
        "result"
    ]


def test_freight_estimate(client, world):
    offer = world.catalogue.offer(world.catalogue.special["scale_a"])
    answer = estimate(client, offer, [50])
    assert answer["code"] == "S0000" and answer["result"]["freight"] == "100.00"


def test_freight_is_what_the_preview_says(client, goods, world):
    for offer in goods.plain()[:25]:
        quantity = max(offer.min_quantity, 7)
        estimated = estimate(client, offer, [quantity])["result"]["freight"]
        preview = client.trade(
            "alibaba.createOrder.preview",
            addressParam={"addressId": "70000000001"},
            cargoParamList=[goods.line(offer, quantity)],
            flow="general",
        )
        part = preview["orderPreviewResuslt"][0]
        free = any(promotion["freePostage"] for promotion in part["shopPromotionList"])
        assert part["sumCarriage"] == (0 if free else round(float(estimated) * 100))


def test_freight_without_skus(client, world):
    """By the total, however the rows name the SKU that is not there."""
    offer = next(o for o in world.catalogue.family("cube") if not o.freight.seller_pays)
    param = {
        "offerId": int(offer.offer_id),
        "toProvinceCode": "330000",
        "toCityCode": "330100",
        "toCountryCode": "330108",
        "totalNum": 30,
    }
    costs = set()
    for rows in ([], [{"number": 30}], [{"skuId": "", "number": 30}]):
        wanted = param | {"logisticsSkuNumModels": rows}
        answer = client.call(
            f"{CROSS}:product.freight.estimate", productFreightQueryParamsNew=wanted
        )
        costs.add(answer["result"]["result"]["freight"])
    assert len(costs) == 1 and float(costs.pop()) > 0


def test_far_places_cost_more(client, goods):
    offer = next(o for o in goods.plain() if o.freight.rates and o.freight.charge_type == 0)
    near, far = (
        float(estimate(client, offer, [3], place)["result"]["freight"])
        for place in ("330108", "650102")
    )
    assert far > near > 0


def test_freight_of_a_foreign_sku(client, world):
    offer, other = world.catalogue.family("tshirt")[:2]
    param = {
        "offerId": int(offer.offer_id),
        "toProvinceCode": "330000",
        "toCityCode": "330100",
        "toCountryCode": "330108",
        "totalNum": 1,
        "logisticsSkuNumModels": [{"skuId": int(other.skus[0].sku_id), "number": 1}],
    }
    answer = client.call(f"{CROSS}:product.freight.estimate", productFreightQueryParamsNew=param)
    assert answer["result"]["success"] is False


# --- categories, accounts, addresses


def test_category_tree(client):
    name = "com.alibaba.product:alibaba.category.get"

    def leaves(number, depth):
        node = client.call(name, _token=None, categoryID=str(number))
        assert node["succes"] is True
        children = node["categoryInfo"][0]["childCategorys"]
        if not children:
            assert depth == 3 and node["categoryInfo"][0]["isLeaf"]
            return 1
        return sum(leaves(child["id"], depth + 1) for child in children)

    assert leaves(0, 0) == 71
    answer = client.call(name, _token=None, categoryID="5")
    assert answer["succes"] is False and answer["errorCode"]


def test_category_translation_and_attributes(client, world):
    leaf = world.catalogue.family("tshirt")[0].category_id
    answer = client.call(
        f"{CROSS}:category.translation.getById", categoryId=str(leaf), language="en"
    )
    assert answer["result"]["result"]["chineseName"] == "T恤"
    assert answer["result"]["result"]["translatedName"] == "T-shirts"
    assert answer["result"]["result"]["leaf"] == "true"
    answer = client.call(
        "com.alibaba.product:alibaba.category.attribute.get", _token=None, categoryID=str(leaf)
    )
    assert {"颜色", "尺码", "面料"} <= {row["name"] for row in answer["attributes"]}


def test_identities(client, world):
    basic = client.call("com.alibaba.account:alibaba.account.basic")["result"]
    assert basic["memberId"] == "b2b-2200000000001" and basic["loginId"] == "sim_buyer"
    seller = world.catalogue.sellers[3]
    for param in ({"loginId": seller.login_id}, {"domain": seller.domain}):
        answer = client.call("com.alibaba.account:alibaba.account.agent.crossBasic", **param)
        assert answer["result"]["companyName"] == seller.company.zh
    answer = client.call("com.alibaba.account:alibaba.account.agent.crossBasic", loginId="nobody")
    assert answer["success"] is False


def test_addresses(client):
    items = client.trade("alibaba.trade.receiveAddress.get")["result"]["receiveAddressItems"]
    assert [item["isDefault"] for item in items] == [True, False, False]
    assert items[0]["addressCodeText"] == "浙江省 杭州市 滨江区"
    parsed = client.trade(
        "alibaba.trade.addresscode.parse", addressInfo="广东省深圳市宝安区福永街道1号"
    )
    assert (
        parsed["result"]["addressCode"] == "440306" and parsed["result"]["address"] == "福永街道1号"
    )
    assert client.trade("alibaba.trade.addresscode.parse", addressInfo="?")["success"] is False
    children = client.trade("alibaba.trade.addresscode.getchild", areaCode="330100")["result"]
    assert {"330108", "330106"} <= {child["code"] for child in children}
    assert (
        client.trade("alibaba.trade.addresscode.get", areaCode="330108")["result"]["name"]
        == "滨江区"
    )
