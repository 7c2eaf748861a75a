"""The pages for people, as a browser asks for them."""

import json
import re
import urllib.parse
from html.parser import HTMLParser

import pytest
from gateway.pages.html import Html, h
from sandbox_client import APP_KEY, MEMBER_ID

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
NASTY = "<script>alert(1)</script>\"'&"


class Page(HTMLParser):
    """What a page consists of; fails on tags that do not close."""

    VOID = {"meta", "link", "img", "input", "br"}

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.links, self.images, self.words = [], [], [], [], []
        self.feed(text)
        assert not self.open, self.open

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        values = dict(attrs)
        if tag == "a":
            self.links.append(values["href"])
        if tag == "img":
            self.images.append(values["src"])
        if tag not in self.VOID and tag not in ("option", "li"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in ("option", "li"):
            assert self.open.pop() == tag, tag

    def handle_data(self, data):
        self.words.append(data)

    @property
    def text(self):
        return " ".join(self.words)


@pytest.fixture
def get(client):
    def run(path, status=200):
        text = client.request("GET", path).decode()
        assert client.status == status, text[:300]
        assert "default-src 'none'" in client.headers["Content-Security-Policy"]
        page = Page(text)
        assert "script" not in page.tags
        return page

    return run


@pytest.fixture
def post(client):
    def run(path, origin=None, **fields):
        headers = FORM | ({"Origin": origin} if origin else {})
        return client.request(
            "POST", path, urllib.parse.urlencode(fields).encode(), headers
        ).decode()

    return run


@pytest.fixture
def do(post, client):
    """A button of the console; gives what the page then says."""

    def run(action, **fields):
        post("/console", do=action, tab="orders", **fields)
        assert client.status == 302
        return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(client.headers["Location"]).query))

    return run


@pytest.fixture
def order(client, goods):
    return client.create([goods.one()], outOrderId="PO-1")["result"]["orderId"]


def status(client, order_id):
    return client.detail(order_id)["baseInfo"]["status"]


# --- writing HTML


def test_values_are_escaped():
    assert h("<b>{}</b>", NASTY) == "<b>&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#x27;&amp;</b>"
    assert h("<b>{}</b>", Html("<i>x</i>")) == "<b><i>x</i></b>"
    assert h("{}{}", None, ["<", h("<i>{}</i>", "&")]) == "&lt;<i>&amp;</i>"


# --- pictures and the shop window


def test_pictures(client, world):
    offer = world.catalogue.offers[0]
    for path in (
        f"{offer.offer_id}/0.jpg",
        f"{offer.offer_id}/white.jpg",
        f"sku/{offer.skus[0].sku_id}.jpg",
    ):
        assert client.request("GET", f"/img/{path}").startswith(b"\xff\xd8\xff")
        assert client.headers["Content-Type"] == "image/jpeg"
    small = client.request("GET", f"/img/{offer.offer_id}/0.jpg?s=1")
    assert len(small) < len(client.request("GET", f"/img/{offer.offer_id}/0.jpg"))
    for path in (
        f"{offer.offer_id}/99.jpg",
        "1/0.jpg",
        "sku/1.jpg",
        "../../etc/passwd.jpg",
        "evidence/1.jpg",
    ):
        client.request("GET", f"/img/{path}")
        assert client.status == 404, path


def test_offer_pages(get, client, world):
    for name in (
        *world.catalogue.special.values(),
        *(o.offer_id for o in world.catalogue.offers[::40]),
    ):
        offer = world.catalogue.offer(name)
        page = get(f"/offer/{name}.html")
        assert offer.subject.zh in page.text and offer.subject.en in page.text
        assert all(sku.spec_id in page.text for sku in offer.skus)
        assert all(image.startswith("/img/") for image in page.images)
    client.request("GET", "/offer/1.html")
    assert client.status == 404


def test_shop_page(get, world):
    seller = world.catalogue.sellers[0]
    page = get(f"/shop/{seller.domain}.html")
    assert seller.company.zh in page.text
    for offer in world.catalogue.of_seller(seller.member_id):
        assert f"/offer/{offer.offer_id}.html" in page.links


# --- authorising


def ask(**more):
    fields = {
        "client_id": APP_KEY,
        "site": "1688",
        "redirect_uri": "http://erp.test/back?db=x",
        "state": "s/1&2",
    }
    return urllib.parse.urlencode(
        {name: value for name, value in (fields | more).items() if value is not None}
    )


def test_authorise_ends_in_a_token(get, post, client):
    page = get(f"/oauth/authorize?{ask()}")
    assert "sim_buyer" in page.text
    fields = dict(urllib.parse.parse_qsl(ask()))
    post("/oauth/authorize", **fields, member_id=MEMBER_ID, agree="1")
    assert client.status == 302
    target = urllib.parse.urlsplit(client.headers["Location"])
    query = dict(urllib.parse.parse_qsl(target.query))
    assert target.netloc == "erp.test" and query["db"] == "x" and query["state"] == "s/1&2"
    token = client.token(
        grant_type="authorization_code",
        code=query["code"],
        redirect_uri=fields["redirect_uri"],
        need_refresh_token="true",
    )
    assert token["memberId"] == MEMBER_ID and token["access_token"]


def test_refusing_gives_nothing(post, client):
    text = post("/oauth/authorize", **dict(urllib.parse.parse_qsl(ask())), agree="")
    assert client.status == 200 and "已拒绝授权" in text


@pytest.mark.parametrize("missing", ["client_id", "redirect_uri"])
def test_missing_parameter(get, missing):
    assert "缺少必要参数" in get(f"/oauth/authorize?{ask(**{missing: None})}", 400).text


@pytest.mark.parametrize(
    "wrong",
    [
        {"client_id": "1"},
        {"redirect_uri": "javascript:alert(1)"},
        {"redirect_uri": "http://evil.test\r\nX: y"},
        {"redirect_uri": "//erp.test"},
        {"redirect_uri": "http://good@evil.test/"},
        {"redirect_uri": "http://[bad"},
    ],
)
def test_illegal_request(get, wrong):
    assert "非法请求" in get(f"/oauth/authorize?{ask(**wrong)}", 400).text


def test_registered_domain(get, post, client):
    client.admin(
        "POST", "apps", {"app_key": "77", "app_secret": "x", "redirect_domain": "erp.test"}
    )
    for address in ("https://erp.test/a", "https://shop.erp.test/a"):
        assert "授权" in get(f"/oauth/authorize?{ask(client_id='77', redirect_uri=address)}").text
    for address in ("https://erp.test.evil.com/", "https://evilerp.test/"):
        query = ask(client_id="77", redirect_uri=address)
        assert "非法请求" in get(f"/oauth/authorize?{query}", 400).text
        post("/oauth/authorize", **dict(urllib.parse.parse_qsl(query)), agree="1")
        assert client.status == 400


# --- the cashier


def test_paying_one_order(get, post, client, order):
    page = get(f"/cashier?orderId={order}")
    assert "确认付款" in page.text and order in page.text
    text = post("/cashier", orderIds=order, channel="alipay")
    assert "付款成功" in text and status(client, order) == "waitsellersend"
    books = client.ledger()["payments"]
    assert [(row["order_id"], row["channel"]) for row in books] == [(order, "alipay")]
    assert books[0]["amount_fen"] == client.ledger()["orders"][0]["total_fen"]
    assert "没有付款" in post("/cashier", orderIds=order, channel="alipay")
    assert len(client.ledger()["payments"]) == 1
    assert "确认付款" not in get(f"/cashier?orderId={order}").text


def test_paying_several_orders(get, post, client, goods):
    ids = [
        client.create([goods.one()], outOrderId=f"PO-{n}")["result"]["orderId"] for n in range(3)
    ]
    address = client.trade("alibaba.alipay.url.get", orderIdList=[int(number) for number in ids])[
        "payUrl"
    ]
    page = get(address.partition(str(client.port))[2])
    assert all(number in page.text for number in ids)
    post("/cashier", orderIds=",".join([*ids, ids[0]]), channel="shegou")
    assert sorted(row["order_id"] for row in client.ledger()["payments"]) == sorted(ids)


def test_cashier_refuses(get, post, client, order):
    get("/cashier?orderId=1", 404)
    get("/cashier", 404)
    post("/cashier", orderIds=order, channel="cash")
    assert client.status == 400
    post("/cashier", origin="http://evil.test", orderIds=order, channel="alipay")
    assert client.status == 403
    assert status(client, order) == "waitbuyerpay"
    assert client.ledger()["payments"] == []


# --- the console


@pytest.mark.parametrize(
    "tab", ["", "orders", "refunds", "offers", "faults", "switches", "ledger", "calls", "nonsense"]
)
def test_empty_tabs(get, tab):
    assert "沙箱时间" in get(f"/?tab={tab}").text


def test_an_orders_life(get, do, client, order):
    assert "等待买家付款" in get("/").text
    assert "no" not in do("price", id=order, total="88.80")
    assert client.ledger()["orders"][0]["total_fen"] == 8880
    assert "no" not in do("pay", id=order)
    assert "no" not in do("ship", id=order, parcels="1")
    parcel = client.logistics(
        "alibaba.trade.getLogisticsInfos.buyerView", orderId=order, webSite="1688"
    )["result"][0]
    assert "no" not in do("scan", id=parcel["logisticsBillNo"], text=NASTY)
    page = get("/?tab=orders&q=waitbuyerreceive")
    assert parcel["logisticsBillNo"] in page.text and NASTY in page.text
    assert "no" not in do("sign", id=order)
    assert "no" not in do("confirm", id=order)
    assert status(client, order) == "confirm_goods"
    assert order in get("/?tab=ledger").text
    assert "trade.get.buyerView" in get("/?tab=calls").text


def test_what_is_not_possible_is_said(get, do, order):
    for action, fields in (
        ("ship", {"parcels": "1"}),
        ("ship", {"parcels": "many"}),
        ("price", {"total": "-5"}),
        ("price", {"total": "cheap"}),
        ("nonsense", {}),
        ("agree", {}),
    ):
        said = do(action, id=order, **fields)
        assert said["no"], action
    assert "没有成功" in get(f"/?no={urllib.parse.quote(NASTY)}").text


def test_delay(do, client, order):
    do("pay", id=order)
    client.advance(hours=10)
    assert do("delay", id=order)["ok"]
    client.advance(hours=30)
    assert status(client, order) == "waitsellersend"
    client.advance(hours=8)
    assert status(client, order) == "waitbuyerreceive"


def test_closing(do, client, order):
    do("close", id=order)
    assert status(client, order) == "cancel"


def test_clock(do, client, world):
    before = world.clock.now()
    do("advance", seconds="3600")
    assert world.clock.now() - before == 3_600_000
    do("speed", speed="60")
    assert world.clock.speed == 60
    assert do("speed", speed="fast")["no"]


def test_refunds(get, do, client, order):
    do("pay", id=order)
    entry = client.detail(order)["productItems"][0]["subItemIDString"]
    answer = client.trade(
        "alibaba.trade.createRefund",
        orderId=order,
        orderEntryIds=[int(entry)],
        disputeRequest="refund",
        goodsStatus="refundWaitSellerSend",
        applyPayment=str(
            client.ledger()["payments"][0]["amount_fen"]
            - client.ledger()["orders"][0]["freight_fen"]
        ),
        applyCarriage=str(client.ledger()["orders"][0]["freight_fen"]),
        applyReasonId=str(reason(client, order, entry)),
        description=NASTY,
        vouchers=[],
    )["result"]
    assert answer["success"], answer
    refund = answer["result"]["refundId"]
    page = get("/?tab=refunds")
    assert refund in page.text and NASTY in page.text
    assert "no" not in do("reject", id=refund, reason="缺货")
    assert "卖家已拒绝" in get("/?tab=refunds").text
    assert "no" not in do("agree", id=refund)
    assert client.ledger()["refunds"][0]["status"] == "refundsuccess"
    assert refund in get("/?tab=ledger").text


def reason(client, order, entry):
    answer = client.trade(
        "alibaba.trade.getRefundReasonList",
        orderId=order,
        orderEntryIds=[int(entry)],
        goodsStatus="refundWaitSellerSend",
    )
    reasons = answer["result"]["result"]["reasons"]
    return next(
        row["id"] for row in reasons if not row["needVoucher"] and not row["noRefundCarriage"]
    )


def test_goods(get, do, world):
    offer = world.catalogue.family("mug")[0]
    assert offer.offer_id in get("/?tab=offers&q=mug").text
    assert offer.offer_id in get(f"/?tab=offers&q={offer.offer_id}").text
    assert "price zero" in get("/?tab=offers&q=special").text
    assert "没有找到商品" in get("/?tab=offers&q=zzzz").text
    assert offer.offer_id in get(f"/?tab=offers&q={offer.category_id}").text
    get("/?tab=offers&page=999")
    do("offer", id=offer.offer_id, stock="12", price="9.99", status="expired")
    state = world.offer_state(offer.offer_id)
    assert (
        set(state["stock"].values()) == {12}
        and state["price_fen"] == 999
        and state["status"] == "expired"
    )


def test_faults_and_switches(get, do, client, world):
    assert do("fault", api="*", kind="delay", times="", seconds="0.5", code="")["ok"]
    (fault,) = client.admin("GET", "faults")["faults"]
    assert (fault["kind"], fault["seconds"], fault["times_left"]) == ("delay", 0.5, None)
    assert "answers late" in get("/?tab=faults").text
    do("clear_fault", id=fault["id"])
    assert client.admin("GET", "faults")["faults"] == []
    assert do("fault", kind="nonsense", times="1")["no"]
    do("switch", id="repeated_out_order_id", value="error")
    do("switch", id="quota_per_minute", value="100")
    assert (
        world.switches["repeated_out_order_id"] == "error"
        and world.switches["quota_per_minute"] == 100
    )
    assert "changed" in get("/?tab=switches").text
    assert do("switch", id="nonsense", value="1")["no"]


def test_forms_from_elsewhere_are_refused(post, client, order):
    post("/console", origin="http://evil.test", do="close", id=order)
    assert client.status == 403 and status(client, order) == "waitbuyerpay"
    post(
        "/oauth/authorize",
        origin="http://evil.test",
        **dict(urllib.parse.parse_qsl(ask())),
        agree="1",
    )
    assert client.status == 403


def test_unknown_pages(client):
    for path in ("/nothing", "/console", "/offer/x.html", "/shop/none.html"):
        client.request("GET", path)
        assert client.status == 404, path


def test_texts_are_in_both_languages(get, client, order):
    text = get("/").text
    assert (
        re.search(r"[\u4e00-\u9fff]", text) and "Orders" in text and json.dumps(order)[1:-1] in text
    )
