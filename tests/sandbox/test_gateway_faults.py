"""Every kind of fault, on the wire, and what it leaves in the books."""

import gzip
import http.client
import json
import socket
import time

import pytest
from sandbox_client import HANGZHOU, Client, sign

CREATE = "alibaba.trade.createCrossOrder"
CUT = (ConnectionError, http.client.HTTPException)


@pytest.fixture
def create(client, goods):
    """Create an order; gives the decoded answer."""
    line = goods.one()
    return lambda **params: client.create([line], outOrderId="F1", **params)


def orders(client):
    return len(client.ledger()["orders"])


def test_delay(client, create):
    client.fault(api=CREATE, kind="delay", seconds=0.2)
    begin = time.monotonic()
    assert create()["success"] is True
    assert time.monotonic() - begin >= 0.2


@pytest.mark.parametrize(
    ("kind", "booked"), [("drop_before", 0), ("drop_after", 1), ("reset", 1), ("cut", 1)]
)
def test_connection_ends(client, create, kind, booked):
    client.fault(api=CREATE, kind=kind)
    with pytest.raises(CUT):
        create()
    assert orders(client) == booked
    assert create()["success"] is True and orders(client) == 1


def test_reset_is_a_reset(client, create):
    client.fault(api=CREATE, kind="reset", effect=False)
    with pytest.raises(ConnectionResetError):
        create()
    assert orders(client) == 0


@pytest.mark.parametrize(("kind", "booked"), [("error_before", 0), ("error_after", 1)])
@pytest.mark.parametrize(("code", "status"), [(None, 503), ("gw.Internal", 500)])
def test_errors(client, goods, kind, booked, code, status):
    client.fault(api=CREATE, kind=kind, status=status, code=code)
    body = raw_create(client, goods)
    assert client.status == status
    assert (json.loads(body)["error_code"] == code) if code else body.startswith(b"<!DOCTYPE")
    assert orders(client) == booked


def raw_create(client, goods):
    given = {"flow": "general", "addressParam": HANGZHOU, "cargoParamList": [goods.one()]}
    fields = {
        name: text if isinstance(text, str) else json.dumps(text) for name, text in given.items()
    }
    fields["access_token"] = "tok-sim-0001"
    return client.raw(f"param2/1/com.alibaba.trade/{CREATE}/9990001", fields)


def test_html_comes_after_the_effect(client, goods):
    client.fault(api=CREATE, kind="html")
    assert raw_create(client, goods).startswith(b"<!DOCTYPE html>")
    assert client.status == 200 and orders(client) == 1


def test_html_without_the_effect(client, goods):
    client.fault(api=CREATE, kind="html", effect=False)
    raw_create(client, goods)
    assert orders(client) == 0


@pytest.mark.parametrize(
    ("kind", "more", "code"),
    [
        ("rate_limit", {}, "gw.QosAppFrequencyLimit"),
        ("gateway_error", {"code": "gw.SystemBusy", "status": 200}, "gw.SystemBusy"),
    ],
)
def test_gateway_errors(client, create, kind, more, code):
    client.fault(api=CREATE, kind=kind, **more)
    assert create()["error_code"] == code
    assert client.status == more.get("status", 400) and orders(client) == 0


def test_risk_control_and_captcha(client, goods, create):
    client.fault(api=CREATE, kind="risk_control")
    assert create()["code"] == "RISK_CONTROL"
    client.fault(api=CREATE, kind="captcha")
    assert "验证码" in raw_create(client, goods).decode()
    assert orders(client) == 0


def test_redirect(client, goods):
    client.fault(api=CREATE, kind="redirect", url="http://127.0.0.1:9/x")
    raw_create(client, goods)
    assert client.status == 302 and client.headers["Location"] == "http://127.0.0.1:9/x"
    assert orders(client) == 0


def test_drip(client):
    client.fault(api="currentTime", kind="drip", seconds=0.02)
    begin = time.monotonic()
    assert b"+0800" in client.raw("param2/1/system/currentTime/9990001", {})
    assert time.monotonic() - begin > 0.3


def open_call(port):
    """A socket on which a signed call was sent."""
    path = "param2/1/system/currentTime/9990001"
    query = f"_aop_signature={sign('simSecret01', path, {})}"
    connection = socket.create_connection(("127.0.0.1", port), timeout=5)
    connection.sendall(f"GET /openapi/{path}?{query} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    return connection


def test_huge(client):
    client.fault(api="currentTime", kind="huge", bytes=300_000_000)
    with open_call(client.port) as connection:
        received = 0
        while received < 2_000_000:
            received += len(connection.recv(65536))
    assert client.admin("GET", "state")["seed"] == 1  # the gateway lives


def test_huge_when_unpacked(client):
    client.fault(api="currentTime", kind="huge", bytes=5_000_000, gzip=True)
    body = client.raw("param2/1/system/currentTime/9990001", {})
    assert client.headers["Content-Encoding"] == "gzip"
    assert len(body) < 50_000 < len(gzip.decompress(body))


def test_cut_keeps_its_promise_of_a_length(client):
    client.fault(api="currentTime", kind="cut")
    with open_call(client.port) as connection:
        text = b""
        while part := connection.recv(65536):
            text += part
    head, _blank, body = text.partition(b"\r\n\r\n")
    assert b"Content-Length: 24" in head and len(body) == 12


def test_late_effect(client, create):
    client.fault(api=CREATE, kind="late_effect", seconds=60)
    with pytest.raises(CUT):
        create()
    assert orders(client) == 0
    client.advance(seconds=59)
    assert orders(client) == 0
    client.advance(seconds=1)
    assert orders(client) == 1
    assert create()["success"] is True and orders(client) == 1


def test_late_effect_that_is_refused(client, create, goods):
    client.fault(api=CREATE, kind="late_effect", seconds=60)
    with pytest.raises(CUT):
        create()
    client.admin("POST", f"offers/{goods.one()['offerId']}", {"stock": 0})
    client.advance(seconds=60)
    assert orders(client) == 0
    assert create()["code"] == "500_004"


def test_late_payment(client, create):
    order_id = create()["result"]["orderId"]
    client.fault(api="alibaba.trade.pay.protocolPay.preparePay", kind="late_effect", seconds=5)
    with pytest.raises(CUT):
        client.pay(order_id)
    assert client.ledger()["payments"] == []
    client.advance(seconds=5)
    assert len(client.ledger()["payments"]) == 1


def test_patch(client, create):
    order_id = create()["result"]["orderId"]
    client.fault(
        api="alibaba.trade.get.buyerView",
        kind="patch",
        set={"result.baseInfo.totalAmount": "NaN", "result.productItems.0.price": -1},
        remove=["result.tradeTerms"],
    )
    info = client.detail(order_id)
    assert info["baseInfo"]["totalAmount"] == "NaN" and info["productItems"][0]["price"] == -1
    assert "tradeTerms" not in info and "tradeTerms" in client.detail(order_id)


# --- when they strike


def test_times_and_skip(client):
    client.fault(api="currentTime", kind="rate_limit", times=2, skip=1)
    path = "param2/1/system/currentTime/9990001"
    seen = ["error_code" in str(client.raw(path, {})) for _call in range(5)]
    assert seen == [False, True, True, False, False]
    [row] = client.admin("GET", "faults")["faults"]
    assert (row["hits"], row["times_left"], row["skip_left"]) == (2, 0, 0)


def test_for_ever_until_taken_back(client):
    number = client.fault(api="*", kind="rate_limit", times=None)["ids"][0]
    path = "param2/1/system/currentTime/9990001"
    for _call in range(3):
        assert b"Qos" in client.raw(path, {})
    client.admin("DELETE", f"faults/{number}")
    assert b"Qos" not in client.raw(path, {})
    client.fault(api="*", kind="rate_limit", times=None)
    client.admin("DELETE", "faults")
    assert b"Qos" not in client.raw(path, {})


def test_match_looks_into_objects(client, goods):
    first, second = goods.plain()[:2]
    name = "product.search.queryProductDetail"
    client.fault(api=name, kind="rate_limit", times=None, match={"offerId": first.offer_id})

    def detail(offer):
        given = {"offerId": int(offer.offer_id), "country": "en"}
        return client.call(f"com.alibaba.fenxiao.crossborder:{name}", offerDetailParam=given)

    assert detail(first)["error_code"] == "gw.QosAppFrequencyLimit"
    assert detail(second)["result"]["success"] is True


def test_namespace_may_be_named(client):
    client.fault(api="system:currentTime", kind="rate_limit")
    assert b"Qos" in client.raw("param2/1/system/currentTime/9990001", {})


@pytest.mark.parametrize("spec", [{"kind": "nonsense"}, {"kind": "lose", "api": "*"}, {}])
def test_nonsense_is_refused(client, spec):
    assert "error" in client.fault(**spec)


def test_calls_that_got_no_answer_are_logged(client, create):
    client.fault(api=CREATE, kind="drop_after")
    with pytest.raises(CUT):
        create()
    [call] = client.admin("GET", "calls")["calls"]
    assert (call["status"], call["fault"]) == (0, "drop_after")


# --- scripts


def test_script(client, create):
    order_id = create()["result"]["orderId"]
    steps = [
        {"path": "switches", "body": {"auto": False}},
        {"path": "/admin/faults", "body": {"api": CREATE, "kind": "rate_limit"}},
        {"path": f"orders/{order_id}/pay", "after": 60},
        {"path": f"orders/{order_id}/ship", "after": 120},
        {"path": f"orders/{order_id}/close", "after": 180},
    ]
    answers = client.admin("POST", "run-script", {"steps": steps})["answers"]
    assert answers[2] == {"scheduled": 60}
    assert create()["error_code"] == "gw.QosAppFrequencyLimit"
    client.advance(seconds=61)
    assert client.detail(order_id)["baseInfo"]["status"] == "waitsellersend"
    client.advance(seconds=120)  # closing is not possible any more, and does no harm
    assert client.detail(order_id)["baseInfo"]["status"] == "waitbuyerreceive"


def test_keep_alive(client):
    """Many calls on one connection."""
    path = "param2/1/system/currentTime/9990001"
    other = Client(client.port)
    other.raw(path, {})
    before = other._connection.sock
    for _call in range(20):
        other.raw(path, {})
    assert other._connection.sock is before
    other.close()
