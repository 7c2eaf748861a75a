"""Messages: pushed as signed forms, repeated, lost, reordered, forged; and pulled."""

import http.server
import json
import threading
import time
import urllib.parse

import pytest
from sandbox_client import APP_SECRET, MEMBER_ID, sign

SPACE = "cn.alibaba.open"
PREFIX = "ORDER_BUYER_VIEW_"


class Receiver(http.server.ThreadingHTTPServer):
    """Takes pushes; answers with the statuses it was given, then with 200."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.bodies, self.statuses, self.arrived = [], [], threading.Condition()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/push"

    def wait_for(self, count, timeout=10):
        """The first ``count`` bodies, as soon as they are there."""
        with self.arrived:
            assert self.arrived.wait_for(lambda: len(self.bodies) >= count, timeout), self.bodies
            return list(self.bodies)

    def messages(self, count):
        forms = [dict(urllib.parse.parse_qsl(body)) for body in self.wait_for(count)]
        return [(json.loads(form["message"]), form) for form in forms]


class _Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        with self.server.arrived:
            status = self.server.statuses.pop(0) if self.server.statuses else 200
            self.server.bodies.append(body)
            self.server.arrived.notify_all()
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_args):
        return


@pytest.fixture
def receiver(client):
    server = Receiver()
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    client.admin("POST", "push", {"url": server.url})
    client.switch(push_retry_seconds=0.02, push_reorder_seconds=0.3, auto=False)
    yield server
    client.admin("POST", "push", {"url": None})
    server.shutdown()
    server.server_close()


def until(check, timeout=10):
    """Wait for what another thread does."""
    end = time.monotonic() + timeout
    while not check():
        assert time.monotonic() < end
        time.sleep(0.01)


def settled(client):
    def check():
        rows = client.admin("GET", "push")["messages"]
        states = [one["state"] for row in rows for one in row["deliveries"]]
        return not {"waiting", "forged"} & set(states)

    until(check)
    return client.admin("GET", "push")["messages"]


def create(client, goods):
    return client.create([goods.one()])["result"]["orderId"]


def test_form_signature_and_envelope(client, goods, receiver):
    order_id = create(client, goods)
    [(message, form)] = receiver.messages(1)
    assert set(form) == {"message", "_aop_signature"}
    assert form["_aop_signature"] == sign(APP_SECRET, "", {"message": form["message"]})
    assert message["type"] == PREFIX + "BUYER_MAKE" and message["userInfo"] == MEMBER_ID
    assert message["gmtBorn"] == 1_760_000_000_000 and message["bizKey"] == order_id
    data = message["data"]
    assert data["orderId"] == int(order_id) and data["currentStatus"] == "waitbuyerpay"
    assert data["msgSendTime"] == "2025-10-09 16:53:20" and data["sellerMemberId"]


def test_topics_of_a_whole_order(client, goods, receiver):
    order_id = client.create(goods.same_seller(2))["result"]["orderId"]
    client.admin("POST", f"orders/{order_id}/price", {"total_fen": 5000})
    client.pay(order_id)
    first = client.detail(order_id)["productItems"][0]["subItemIDString"]
    client.admin("POST", f"orders/{order_id}/ship", {"parcels": [[first]]})
    client.admin("POST", f"orders/{order_id}/ship", {})
    client.admin("POST", f"orders/{order_id}/sign", {})
    client.admin("POST", f"orders/{order_id}/confirm", {})
    client.advance(hours=1)
    seen = [
        (row["topic"], row["body"]["data"].get("currentStatus"))
        for row in client.admin("GET", "push")["messages"]
        if row["topic"].startswith(PREFIX)
    ]
    assert seen == [
        (PREFIX + "BUYER_MAKE", "waitbuyerpay"),
        (PREFIX + "ORDER_PRICE_MODIFY", "waitbuyerpay"),
        (PREFIX + "ORDER_PAY", "waitsellersend"),
        (PREFIX + "PART_PART_SENDGOODS", "waitsellersend"),
        (PREFIX + "ANNOUNCE_SENDGOODS", "waitbuyerreceive"),
        (PREFIX + "ORDER_COMFIRM_RECEIVEGOODS", "confirm_goods"),
        (PREFIX + "ORDER_SUCCESS", "success"),
    ]
    traces = [
        row["body"]["data"]["OrderLogisticsTracingModel"]
        for row in client.admin("GET", "push")["messages"]
        if row["topic"] == "LOGISTICS_BUYER_VIEW_TRACE"
    ]
    assert [one["statusChanged"] for one in traces] == ["CONSIGN", "CONSIGN", "SIGN", "SIGN"]
    assert traces[0]["orderLogsItems"] == [{"orderId": int(order_id), "orderEntryId": int(first)}]


@pytest.mark.parametrize(
    ("by", "topic"), [("seller", "ORDER_SELLER_CLOSE"), ("system", "ORDER_BOPS_CLOSE")]
)
def test_topics_of_the_end(client, goods, receiver, by, topic):
    order_id = create(client, goods)
    client.admin("POST", f"orders/{order_id}/close", {"by": by})
    assert client.admin("GET", "push")["messages"][-1]["topic"] == PREFIX + topic


def test_refused_message_is_sent_four_times(client, goods, receiver):
    receiver.statuses = [500] * 9
    create(client, goods)
    receiver.wait_for(4)
    [row] = settled(client)
    assert row["deliveries"] == [{"state": "given_up", "tries": 4, "last": "500"}]
    assert len(receiver.bodies) == 4 and len(set(receiver.bodies)) == 1
    assert row["confirmed"] is False  # it waits for the pull APIs


def test_repeats_end_with_the_first_200(client, goods, receiver):
    receiver.statuses = [503, 404]
    create(client, goods)
    [row] = settled(client)
    assert row["deliveries"][0]["tries"] == 3 and row["confirmed"] is True


def test_nobody_listens(client, goods, receiver):
    client.admin("POST", "push", {"url": "http://127.0.0.1:9/"})
    create(client, goods)
    [row] = settled(client)
    assert row["deliveries"][0]["state"] == "given_up"


@pytest.mark.parametrize(("kind", "copies"), [("duplicate", 2), ("lose", 0)])
def test_duplicate_and_lost(client, goods, receiver, kind, copies):
    client.fault(api="push", kind=kind, match={"type": PREFIX + "BUYER_MAKE"})
    order_id = create(client, goods)
    client.pay(order_id)
    settled(client)
    topics = [message["type"] for message, _form in receiver.messages(copies + 1)]
    assert topics.count(PREFIX + "BUYER_MAKE") == copies
    assert topics.count(PREFIX + "ORDER_PAY") == 1


def test_reordered(client, goods, receiver):
    client.fault(api="push", kind="reorder")
    order_id = create(client, goods)
    client.pay(order_id)
    topics = [message["type"] for message, _form in receiver.messages(2)]
    assert topics == [PREFIX + "ORDER_PAY", PREFIX + "BUYER_MAKE"]


def test_forged(client, goods, receiver):
    client.fault(api="push", kind="forge")
    create(client, goods)
    [(_message, form)] = receiver.messages(1)
    assert form["_aop_signature"] != sign(APP_SECRET, "", {"message": form["message"]})


def test_again_on_demand(client, goods, receiver):
    create(client, goods)
    [row] = settled(client)
    client.admin("POST", f"push/{row['msg_id']}/again", {})
    first, second = receiver.wait_for(2)
    assert first == second


def test_forms_as_recorded(client, goods, receiver):
    """Data as text, and a body that is not encoded, have both been seen."""
    client.switch(push_data_as_text=True, push_url_encoded=False)
    create(client, goods)
    [body] = receiver.wait_for(1)
    assert body.startswith('message={"bizKey":"')
    message = json.loads(body.removeprefix("message=").partition("&_aop_signature=")[0])
    assert isinstance(message["data"], str)


def test_only_the_topics_of_the_app(client, goods, receiver):
    client.switch(push_topics=[PREFIX + "ORDER_PAY"])
    client.pay(create(client, goods))
    assert [row["topic"] for row in settled(client)] == [PREFIX + "ORDER_PAY"]


# --- the pull variant


def pull(client, api, **params):
    return client.call(f"{SPACE}:{api}", _token=None, **params)


@pytest.fixture
def messages(client, goods):
    """25 messages that nobody has seen."""
    client.switch(auto=False)
    for _number in range(5):
        order_id = create(client, goods)
        client.pay(order_id)
        client.admin("POST", f"orders/{order_id}/ship", {})
        client.admin("POST", f"orders/{order_id}/sign", {})
        client.advance(minutes=1)
    return [row["msg_id"] for row in client.admin("GET", "push")["messages"]]


def test_cursor_confirms_by_reading(client, messages):
    first = pull(client, "push.cursor.messageList", quantity="20")["pushMessageList"]
    rest = pull(client, "push.cursor.messageList")["pushMessageList"]
    assert [row["msgId"] for row in first + rest] == messages
    assert pull(client, "push.cursor.messageList")["pushMessageList"] == []
    assert first[0]["type"] == first[0]["topicName"] and first[0]["data"]["orderId"]


def test_query_does_not_confirm_and_confirming_moves_pages(client, messages):
    def page(number):
        answer = pull(client, "push.query.messageList", page=str(number), pageSize="20")
        result = answer["pushMessagePage"]
        return [row["msgId"] for row in result["datas"]], result["totalCount"]

    assert page(1) == page(1) == (messages[:20], len(messages))
    assert page(2)[0] == messages[20:]
    assert pull(client, "push.message.confirm", msgIdList=messages[:20]) == {"isSuccess": True}
    assert page(2) == ([], len(messages) - 20)
    assert page(1)[0] == messages[20:]


def test_pull_filters(client, messages):
    paid = pull(client, "push.query.messageList", type=PREFIX + "ORDER_PAY")["pushMessagePage"]
    assert paid["totalCount"] == 5
    window = {
        "createStartTime": "20251009165410000+0800",
        "createEndTime": "20251009165430000+0800",
    }
    found = pull(client, "push.query.messageList", **window)["pushMessagePage"]
    assert found["totalCount"] == len(messages) // 5
    none = pull(client, "push.query.messageList", userInfo="b2b-5")["pushMessagePage"]
    assert none == {"datas": [], "totalCount": 0}
    assert pull(client, "push.cursor.messageList", quantity="5")["error_code"] == "gw.ParamInvalid"


def test_pushed_messages_are_not_pulled(client, goods, receiver):
    create(client, goods)
    settled(client)
    assert pull(client, "push.cursor.messageList")["pushMessageList"] == []
