"""Every call against the real sandbox, over HTTP: what we send is what a gateway takes."""

import urllib.request
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from decimal import Decimal

import pytest
from lib1688.client import Client, build, decode
from lib1688.errors import (
    BadAnswer,
    GatewayError,
    NotAuthorised,
    OutcomeUnknown,
    RateLimited,
    Refused,
)
from lib1688.transport import Transport
from lib1688.values import (
    Address,
    CargoLine,
    Credentials,
    OrderQuery,
    OrderRequest,
    RefundRequest,
    SearchQuery,
)

from .sandbox import Sandbox

WEEK = timedelta(days=7)


@pytest.fixture(scope="module")
def sandbox():
    running = Sandbox()
    yield running
    running.close()


@pytest.fixture(scope="module")
def connection():
    made = Transport()
    yield made
    made.close()


@pytest.fixture
def credentials(sandbox):
    facts = sandbox.facts
    return Credentials(
        facts["app_key"],
        facts["app_secret"],
        facts["access_token"],
        facts["refresh_token"],
        facts["url"],
    )


@pytest.fixture
def ask(sandbox, connection, credentials):
    """Call by name: ``ask("trade.order", order_id=…)``, in a fresh world."""
    sandbox.admin("reset", {"seed": 1})
    client = Client(credentials, connection)

    def call(name, timeout=10, **arguments):
        return client.call(build(name, **arguments), timeout)

    call.client = client
    return call


@pytest.fixture
def offer(ask):
    """An offer with SKUs and enough stock."""
    for row in ask("product.search", query=SearchQuery("", page_size=50)).offers:
        found = ask("product.detail", offer_id=row.offer_id)
        if found.skus and all((sku.stock or 0) >= 200 for sku in found.skus):
            return found
    raise AssertionError("no offer with stock")


def request_for(offer, number="PO-1", quantity=60):
    quantity = Decimal(quantity) // (offer.batch or 1) * (offer.batch or 1)
    cargo = CargoLine(offer.offer_id, max(quantity, offer.min_quantity or 0), offer.skus[0].spec_id)
    return OrderRequest(Address(address_id="70000000001"), (cargo,), number)


@pytest.fixture
def order(ask, offer):
    """An order that was just made."""
    created = ask("trade.create_order", request=request_for(offer))
    return ask("trade.order", order_id=created.order_ids[0])


@pytest.fixture
def paid(ask, order):
    ask("payment.pay", order_id=order.order_id, amount=order.total, request_id="k1")
    return ask("trade.order", order_id=order.order_id)


@pytest.fixture
def shipped(ask, sandbox, paid):
    sandbox.admin(f"orders/{paid.order_id}/ship", {"parcels": 1})
    return ask("trade.order", order_id=paid.order_id)


def refusal(ask, name, **arguments):
    with pytest.raises(Refused) as caught:
        ask(name, **arguments)
    return caught.value


# --- account and goods


def test_time_is_now(ask):
    assert abs(ask("system.current_time") - datetime.now(timezone.utc)) < timedelta(minutes=1)


def test_account(ask, sandbox):
    assert ask("account.basic").member_id == sandbox.facts["member_id"]
    saved = ask("account.addresses")
    assert any(address.default for address in saved)
    parsed = ask("account.parse_address", text="浙江省杭州市滨江区示例路1号")
    assert parsed.district_code == "330108"


def test_seller(ask, order):
    info = ask("account.seller", login_id=order.seller_login_id)
    assert info.login_id == order.seller_login_id
    assert refusal(ask, "account.seller", login_id="nobody-of-that-name").code
    assert ask("product.mix_rule", member_id=order.seller_member_id)


def test_search(ask):
    query = SearchQuery("", page_size=10, sort=("price", "asc"), price_min=Decimal("5"))
    page = ask("product.search", query=query)
    prices = [row.price for row in page.offers]
    assert page.total >= len(page.offers) == 10
    assert prices == sorted(prices) and prices[0] >= 5
    following = ask("product.search", query=replace(query, page=2))
    assert not {row.offer_id for row in page.offers} & {row.offer_id for row in following.offers}


def test_detail_and_freight(ask, offer):
    assert offer.tiers or all(sku.price for sku in offer.skus)
    quantities = {sku.sku_id: Decimal(5) for sku in offer.skus[:2]}
    arguments = {"offer_id": offer.offer_id, "district_code": "330108"}
    freight = ask("product.freight", **arguments, quantities=quantities)
    assert freight.offer_id == offer.offer_id
    assert freight.freight >= 0


def test_picture_search(ask):
    row = ask("product.search", query=SearchQuery("", page_size=1)).offers[0]
    with urllib.request.urlopen(row.image_url, timeout=10) as picture:
        image_id = ask("product.upload_image", data=picture.read())
    found = ask("product.search_image", image_id=image_id, page_size=5)
    assert row.offer_id in {match.offer_id for match in found.offers}


def test_category(ask, offer):
    root = ask("product.category")
    assert root.children
    assert ask("product.category", category_id=offer.category_id).name
    words = ask("product.category_words", category_id=root.children[0].category_id)
    assert (words.name, bool(words.translated)) == (root.children[0].name, True)
    assert words.children


# --- order


@pytest.mark.parametrize("api", ["cross", "fast"])
def test_preview_then_order(ask, sandbox, offer, api):
    request = request_for(offer)
    preview = ask("trade.preview", request=request)
    assert preview.orderable
    assert preview.total == preview.goods_total + preview.freight
    try:
        created = ask("trade.create_order", request=request, api=api)
    except Refused as error:
        # an app has one of the two, never both: the sandbox's has to be switched
        assert (api, error.code) == ("fast", "gw.APIACLDecline")
        return
    (order_id,) = created.order_ids
    read = ask("trade.order", order_id=order_id)
    assert created.confirmed
    assert (read.total, read.status) == (preview.total, "waitbuyerpay")
    assert read.lines[0].quantity == request.lines[0].quantity
    assert [row["order_id"] for row in sandbox.ledger("orders")] == [order_id]


def test_order_is_found_by_our_number(ask, order):
    page = ask("trade.orders", query=OrderQuery(out_order_id="PO-1"))
    assert [found.order_id for found in page.orders] == [order.order_id]
    assert page.orders[0].lines == order.lines or page.orders[0].lines
    empty = ask("trade.orders", query=OrderQuery(out_order_id="PO-2"))
    assert (empty.orders, empty.total) == ((), 0)


def test_order_is_found_by_its_change(ask, order):
    after = order.modified_at - timedelta(minutes=1)
    page = ask("trade.orders", query=OrderQuery(modified_from=after, status="waitbuyerpay"))
    assert [found.order_id for found in page.orders] == [order.order_id]
    page = ask("trade.orders", query=OrderQuery(modified_to=after - timedelta(days=1)))
    assert page.orders == ()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"spec_id": ""}, "500_002"),
        ({"spec_id": "f" * 32}, "500_003"),
        ({"quantity": Decimal(10) ** 9}, "500_004"),
    ],
)
def test_preview_codes(ask, offer, change, code):
    request = request_for(offer)
    request = replace(request, lines=(replace(request.lines[0], **change),))
    try:
        preview = ask("trade.preview", request=request)
    except Refused as error:
        assert error.code == code
    else:
        part = preview.parts[0]
        assert not preview.orderable
        assert code in {part.code, *(line.code for line in part.lines)}


def test_cancel(ask, sandbox, order):
    error = refusal(ask, "trade.cancel", order_id=order.order_id)
    assert error.code == "CLOSE_ORDER_TOO_FAST"
    sandbox.admin("clock", {"advance": 11})
    assert ask("trade.cancel", order_id=order.order_id, reason="other", remark="x").ok
    assert ask("trade.order", order_id=order.order_id).status == "cancel"
    assert len(sandbox.ledger("cancellations")) == 1


def test_unknown_order(ask):
    assert refusal(ask, "trade.order", order_id="4100000000000000001").code


# --- payment


def test_payment(ask, sandbox, order):
    ways = ask("payment.pay_ways", order_id=order.order_id)
    assert (ways.amount, bool(ways.channels)) == (order.total, True)
    assert ask("payment.pay_link", order_ids=[order.order_id]).url
    agreements = ask("payment.agreements")
    channel = next(agreement.channel for agreement in agreements if agreement.usable)
    result = ask(
        "payment.pay",
        order_id=order.order_id,
        amount=order.total,
        channel=channel,
        request_id="k1",
    )
    assert result.channel == channel
    (payment,) = sandbox.ledger("payments")
    assert payment["amount_fen"] == int(order.total * 100)
    assert ask("trade.order", order_id=order.order_id).paid_at


def test_payment_of_another_amount_is_refused(ask, sandbox, order):
    amount = order.total + 1
    with pytest.raises(GatewayError):
        ask("payment.pay", order_id=order.order_id, amount=amount, request_id="k1")
    assert sandbox.ledger("payments") == []


# --- shipping


def test_nothing_shipped_yet(ask, paid):
    assert ask("logistics.parcels", order_id=paid.order_id) == ()
    assert ask("logistics.traces", order_id=paid.order_id) == ()
    assert ask("logistics.urge", order_id=paid.order_id).ok
    assert refusal(ask, "logistics.urge", order_id=paid.order_id).code


def test_parcel_and_trace(ask, sandbox, shipped):
    (parcel,) = ask("logistics.parcels", order_id=shipped.order_id)
    assert shipped.status == "waitbuyerreceive"
    assert parcel.entry_ids == shipped.parcels[0].entry_ids
    assert set(parcel.entry_ids) == {line.entry_id for line in shipped.lines}
    sandbox.admin(f"parcels/{parcel.bill_no}/scan", {"text": "到达杭州"})
    traces = ask("logistics.traces", order_id=shipped.order_id, logistics_id=parcel.logistics_id)
    assert traces[0].steps[-1].text.endswith("到达杭州")
    carriers = ask("logistics.carriers")
    assert parcel.carrier_code in {carrier.code for carrier in carriers}


def test_receipt(ask, sandbox, shipped):
    sandbox.admin(f"orders/{shipped.order_id}/sign")
    entries = [line.entry_id for line in shipped.lines]
    assert ask("receipt.confirm", order_id=shipped.order_id, entry_ids=entries).ok
    assert len(sandbox.ledger("confirmations")) == 1
    assert ask("trade.order", order_id=shipped.order_id).status in ("confirm_goods", "success")


# --- refund


def claim_for(ask, order, goods_status, **changes):
    entries = tuple(line.entry_id for line in order.lines)
    reasons = ask(
        "refund.reasons",
        order_id=order.order_id,
        entry_ids=entries,
        goods_status=goods_status,
    )
    evidence = ask("refund.upload_evidence", jpeg=b"\xff\xd8\xff" + b"1" * 100)
    fields = {
        "order_id": order.order_id,
        "entry_ids": entries,
        "goods_status": goods_status,
        "reason_id": reasons[0].reason_id,
        "description": "two pieces are broken",
        "goods_amount": Decimal("1.00"),
        "evidence": (evidence,),
    }
    return RefundRequest(**fields | changes)


def test_refund_with_return(ask, sandbox, shipped):
    sandbox.admin(f"orders/{shipped.order_id}/sign")
    entry = shipped.lines[0].entry_id
    limits = ask(
        "refund.limits",
        order_id=shipped.order_id,
        goods_status="received",
        counts={entry: Decimal(1)},
    )
    request = claim_for(ask, shipped, "received", with_return=True, goods_amount=limits.goods)
    refund_id = ask("refund.create", request=request).refund_id
    assert ask("refund.get", refund_id=refund_id).goods_amount == limits.goods
    (found,) = ask("refund.of_order", order_id=shipped.order_id)
    assert (found.refund_id, found.status) == (refund_id, "waitselleragree")
    sandbox.admin(f"refunds/{refund_id}/agree")
    assert ask("refund.return_address", order_id=shipped.order_id)[0].name
    assert ask(
        "refund.return_goods", refund_id=refund_id, carrier_code="ZTO", bill_no="77700001"
    ).ok
    sandbox.admin(f"refunds/{refund_id}/receive")
    done = ask("refund.get", refund_id=refund_id)
    assert (done.status, done.refunded) == ("refundsuccess", limits.goods)
    assert ask("refund.of_order", order_id=shipped.order_id, kind="successful")
    page = ask("refund.history", order_id=shipped.order_id)
    assert ([found.refund_id for found in page.refunds], page.is_whole) == ([refund_id], True)


def test_refund_taken_back(ask, paid):
    request = claim_for(ask, paid, "not_shipped", goods_amount=paid.goods_total or paid.total)
    if paid.freight:
        request = replace(request, freight_amount=paid.freight)
    refund_id = ask("refund.create", request=request).refund_id
    assert refusal(ask, "refund.create", request=request).code == "5010"
    assert ask("refund.cancel", refund_id=refund_id).ok
    assert ask("refund.get", refund_id=refund_id).status == "refundclose"
    (ended,) = ask("refund.history", order_id=paid.order_id).refunds
    assert (ended.refund_id, ended.status) == (refund_id, "refundclose")


# --- messages


def test_messages(ask, order):
    now = ask("system.current_time")
    window = {"start": now - WEEK, "end": now + WEEK}
    page = ask("push.query", **window)
    assert order.order_id in page.messages[0].order_ids
    assert ask("push.confirm", msg_ids=[page.messages[0].msg_id]).ok
    ask("push.pull", **window)
    assert ask("push.pull", **window).messages == ()


# --- keys and tokens


def test_token_renewal(ask, sandbox, credentials, connection):
    grant = ask("oauth.refresh", refresh_token=credentials.refresh_token)
    assert grant.expires_in > 0
    client = Client(replace(credentials, access_token=grant.access_token), connection)
    assert client.call(build("account.basic")).login_id
    assert refusal(ask, "oauth.exchange", code="x", redirect_uri="https://x/").code
    assert refusal(ask, "oauth.refresh", refresh_token="x").code


@pytest.mark.parametrize("status", [401, 400, 200])
def test_bad_token(ask, sandbox, credentials, connection, status):
    sandbox.admin("switches", {"bad_token_status": status})
    client = Client(replace(credentials, access_token="nonsense"), connection)
    with pytest.raises(NotAuthorised):
        client.call(build("account.basic"))


@pytest.mark.parametrize(
    ("change", "code"),
    [({"app_secret": "x"}, "gw.SignatureInvalid"), ({"app_key": "1"}, "gw.AppKeyNotFound")],
)
@pytest.mark.parametrize("status", [400, 200])
def test_bad_keys(ask, sandbox, credentials, connection, change, code, status):
    sandbox.admin("switches", {"gateway_error_status": status})
    with pytest.raises(Refused) as caught:
        Client(replace(credentials, **change), connection).call(build("account.basic"))
    assert caught.value.code == code


def test_missing_permission(ask, sandbox):
    sandbox.admin("switches", {"acl_denied": ["alibaba.account.basic"]})
    assert refusal(ask, "account.basic").code == "gw.APIACLDecline"


# --- faults

FAULTS = [
    ({"kind": "drop_before"}, OutcomeUnknown),
    ({"kind": "drop_after"}, OutcomeUnknown),
    ({"kind": "error_before"}, OutcomeUnknown),
    ({"kind": "error_after"}, OutcomeUnknown),
    ({"kind": "reset"}, OutcomeUnknown),
    ({"kind": "drip", "seconds": 0.5}, OutcomeUnknown),
    ({"kind": "delay", "seconds": 3}, OutcomeUnknown),
    ({"kind": "huge"}, BadAnswer),
    ({"kind": "cut"}, BadAnswer),
    ({"kind": "html"}, BadAnswer),
    ({"kind": "redirect"}, BadAnswer),
    ({"kind": "rate_limit"}, RateLimited),
    ({"kind": "gateway_error", "code": "gw.APIUnsupported"}, Refused),
]


@pytest.mark.parametrize(("fault", "error"), FAULTS, ids=lambda value: str(value))
def test_fault(ask, sandbox, offer, fault, error):
    sandbox.fault(**fault)
    patience = 1 if fault["kind"] in ("drip", "delay") else 30
    with pytest.raises(error) as caught:
        ask("trade.create_order", timeout=patience, request=request_for(offer))
    assert isinstance(caught.value, GatewayError)
    if error in (OutcomeUnknown, BadAnswer):
        assert caught.value.sent is None
    assert ask("account.basic").login_id


def test_risk_control_is_a_refusal(ask, sandbox, offer):
    sandbox.fault("risk_control")
    assert refusal(ask, "trade.create_order", request=request_for(offer)).code == "RISK_CONTROL"
    assert sandbox.ledger("orders") == []


def test_captcha_is_told_by_its_code(ask, sandbox, offer):
    sandbox.fault("captcha")
    with pytest.raises(BadAnswer) as caught:
        ask("trade.create_order", request=request_for(offer))
    assert caught.value.code == "captcha"


def test_lost_answer_is_found_by_reading(ask, sandbox, offer):
    sandbox.fault("drop_after")
    with pytest.raises(OutcomeUnknown):
        ask("trade.create_order", request=request_for(offer))
    page = ask("trade.orders", query=OrderQuery(out_order_id="PO-1"))
    assert [row["order_id"] for row in sandbox.ledger("orders")] == [page.orders[0].order_id]


@pytest.mark.parametrize("behaviour", ["return_existing", "error", "second_order"])
def test_repeated_number(ask, sandbox, offer, behaviour):
    sandbox.admin("switches", {"repeated_out_order_id": behaviour})
    first = ask("trade.create_order", request=request_for(offer))
    try:
        second = ask("trade.create_order", request=request_for(offer))
    except Refused:
        assert behaviour == "error"
        return
    assert (first.order_ids == second.order_ids) == (behaviour == "return_existing")


def test_stored_reply_decodes_again(ask, offer):
    call = build("trade.create_order", request=request_for(offer))
    reply = ask.client.send(call)
    created = decode(call.name, reply.text, reply.http_status)
    assert decode(call.name, reply.text, reply.http_status) == created
    (record,) = ask.client.take_calls()[-1:]
    assert (record.outcome, record.http_status) == ("answered", 200)
    assert "70000000001" in record.params["addressParam"]
