"""The client over real HTTP: wire format, records, and the truth about what was sent."""

import json
import threading
import time
from urllib.parse import parse_qsl

import pytest
from lib1688 import client as module
from lib1688.client import Client, Reply, build, decode
from lib1688.errors import (
    BadAnswer,
    BadInput,
    NotAuthorised,
    NotSent,
    OutcomeUnknown,
    RateLimited,
    Refused,
)
from lib1688.signing import sign_param2
from lib1688.values import Credentials, PayLink
from lib1688.wire import address, api_path, request_parts

from . import samples
from .samples import ORDER
from .servers import answer, reply_with, stall
from .timing import measured

SECRET, TOKEN = "app-secret-1", "token-number-1"


class Clock:
    """Stands still."""

    @staticmethod
    def time():
        return 1760000000.0


@pytest.fixture
def connect(serve, transport):
    """A client of a server with this behaviour; returns both."""

    def make(behave, **changes):
        server = serve(behave)
        fields = {"app_key": "9990001", "app_secret": SECRET, "access_token": TOKEN}
        credentials = Credentials(**fields | {"gateway_url": server.url} | changes)
        return Client(credentials, transport, Clock), server

    return make


def replying(text, status="200 OK"):
    return reply_with(answer(text.encode(), status))


def fields_of(request):
    head, _sep, body = request.partition(b"\r\n\r\n")
    return head.split(b" ")[1].decode(), dict(parse_qsl(body.decode(), keep_blank_values=True))


def test_call_on_the_wire(connect):
    client, server = connect(replying(samples.PAY_LINK))
    assert isinstance(client.call(build("payment.pay_link", order_ids=[ORDER])), PayLink)
    path, fields = fields_of(server.requests[0])
    assert path == "/openapi/param2/1/com.alibaba.trade/alibaba.alipay.url.get/9990001"
    signature = fields.pop("_aop_signature")
    assert signature == sign_param2(path.removeprefix("/openapi/"), fields, SECRET)
    assert fields == {
        "orderIdList": f"[{ORDER}]",
        "access_token": TOKEN,
        "_aop_timestamp": "1760000000000",
    }
    assert server.requests[0].startswith(b"POST ")


def test_call_without_token(connect):
    client, server = connect(replying('"20261010164552223+0800"'))
    client.call(build("system.current_time"))
    path, fields = fields_of(server.requests[0])
    assert path == "/openapi/param2/1/system/currentTime/9990001"
    assert "access_token" not in fields


def test_account_without_token_sends_none(connect):
    client, server = connect(replying(samples.ACCOUNT), access_token="")
    client.call(build("account.basic"))
    assert "access_token" not in fields_of(server.requests[0])[1]


def test_token_call_is_unsigned_and_carries_the_secret(connect):
    client, server = connect(replying(samples.TOKEN))
    client.call(build("oauth.exchange", code="the-code", redirect_uri="https://x/"))
    path, fields = fields_of(server.requests[0])
    assert path == "/openapi/http/1/system.oauth2/getToken/9990001"
    assert fields == {
        "grant_type": "authorization_code",
        "need_refresh_token": "true",
        "redirect_uri": "https://x/",
        "code": "the-code",
        "client_id": "9990001",
        "client_secret": SECRET,
    }
    (record,) = client.take_calls()
    assert record.params["code"] == "***"
    assert "tok-sim" not in record.answer and "rt-sim" not in record.answer


def test_file_is_a_part_that_is_not_signed(connect):
    client, server = connect(replying(samples.EVIDENCE))
    client.call(build("refund.upload_evidence", jpeg=b"\xff\xd8picture"))
    request = server.requests[0]
    assert b"multipart/form-data; boundary=" in request
    assert b'name="imageData"; filename="1.jpg"' in request
    assert b"\r\n\r\n\xff\xd8picture\r\n--" in request
    path = "param2/1/com.alibaba.trade/alibaba.trade.uploadRefundVoucher/9990001"
    fields = {"_aop_timestamp": "1760000000000", "access_token": TOKEN}
    assert sign_param2(path, fields, SECRET).encode() in request
    assert client.take_calls()[0].params == {"imageData": "(9 bytes)"}


def test_chinese_and_reserved_characters_survive(connect):
    client, server = connect(replying(samples.PARSED))
    client.call(build("account.parse_address", text="请用 & 勿=+%"))
    assert fields_of(server.requests[0])[1]["addressInfo"] == "请用 & 勿=+%"


@pytest.mark.parametrize("suffix", ["", "/", "/openapi", "/openapi/"])
def test_gateway_with_and_without_openapi(suffix):
    credentials = Credentials("1", "s", gateway_url=f"http://host{suffix}")
    assert address(credentials, "p") == "http://host/openapi/p"


def test_bad_gateway_and_bad_api():
    with pytest.raises(BadInput):
        address(Credentials("1", "s", gateway_url="host"), "p")
    for api, key in (("a:b", "1"), ("a", "1"), ("a:b:1", "")):
        with pytest.raises(BadInput):
            api_path(api, key)


def test_request_of_a_stored_call_is_the_same():
    call = build("trade.order", order_id=ORDER)
    again = type(call).from_dict(json.loads(json.dumps(call.to_dict())))
    credentials = Credentials("1", "s", "t")
    assert request_parts(again, credentials, 5) == request_parts(call, credentials, 5)


# --- outcomes and their records

ORDER_CALL = build("trade.order", order_id=ORDER)


@pytest.mark.parametrize(
    ("text", "status", "error", "outcome"),
    [
        (samples.NO_STOCK, "200 OK", Refused, "refused"),
        ('{"error_code":"gw.QosAppFrequencyLimit"}', "400 Bad", RateLimited, "refused"),
        ('{"error_code":"401"}', "200 OK", NotAuthorised, "refused"),
        ("<html>", "200 OK", BadAnswer, "unknown"),
        ("{}", "502 Bad", OutcomeUnknown, "unknown"),
    ],
)
def test_outcomes(connect, text, status, error, outcome):
    client, server = connect(replying(text, status))
    with pytest.raises(error) as caught:
        client.call(ORDER_CALL)
    (record,) = client.take_calls()
    assert type(caught.value) is error
    assert (record.outcome, record.code) == (outcome, caught.value.code)
    assert (record.http_status, record.bytes) == (
        int(status[:3]),
        len(text.encode()),
    )
    assert len(server.requests) == 1


def test_answered_record(connect):
    client, _server = connect(replying(samples.DETAIL))
    client.call(ORDER_CALL)
    (record,) = client.take_calls()
    assert (record.outcome, record.name, record.api) == ("answered", "trade.order", ORDER_CALL.api)
    assert record.started_at.timestamp() == Clock.time()
    assert 0 <= record.duration_ms < 5000
    assert "王小明" not in record.answer and "waitbuyerreceive" in record.answer
    assert record.params["orderId"] == ORDER
    assert client.take_calls() == []


def test_records_hold_no_secret(connect):
    client, _server = connect(
        replying(json.dumps({"success": False, "message": f"{SECRET} {TOKEN}"}))
    )
    with pytest.raises(Refused):
        client.call(ORDER_CALL)
    shown = repr(client.take_calls())
    assert SECRET not in shown and TOKEN not in shown


def test_long_answers_are_cut(connect):
    client, _server = connect(replying('{"x":["' + '","'.join(["word"] * 9000) + '"]}'))
    client.send(ORDER_CALL)
    assert len(client.take_calls()[0].answer) == 8000


def test_not_sent(transport):
    client = Client(Credentials("1", "s", gateway_url="http://127.0.0.1:1"), transport)
    with pytest.raises(NotSent):
        client.call(ORDER_CALL)
    with pytest.raises(NotSent):
        client.send(ORDER_CALL)
    records = client.take_calls()
    assert [record.outcome for record in records] == ["not_sent", "not_sent"]
    assert records[0].http_status == 0


@measured
def test_timeout_is_total_and_unknown(connect):
    client, _server = connect(stall())
    begin = time.monotonic()
    with pytest.raises(OutcomeUnknown) as caught:
        client.call(ORDER_CALL, timeout=0.3)
    assert time.monotonic() - begin < 0.6
    assert caught.value.code == "deadline"


@pytest.mark.parametrize(
    ("call", "seconds"), [(ORDER_CALL, 10.0), (build("trade.cancel", order_id=ORDER), 30.0)]
)
@measured
def test_default_timeouts(call, seconds):
    class Spy:
        def send(self, _request, deadline):
            self.left = deadline - time.monotonic()
            raise NotSent("x")

    spy = Spy()
    with pytest.raises(NotSent):
        Client(Credentials("1", "s"), spy).call(call)
    assert seconds - 0.5 < spy.left <= seconds


def test_send_returns_the_reply_even_of_a_refusal(connect):
    client, _server = connect(replying(samples.NO_STOCK))
    reply = client.send(ORDER_CALL)
    assert reply == Reply(samples.NO_STOCK, 200)
    assert client.take_calls()[0].outcome == "refused"
    with pytest.raises(Refused):
        decode("trade.order", reply.text, reply.http_status)


def test_answer_that_is_no_text_is_unknown(connect):
    client, _server = connect(reply_with(answer(b"\xff\xfe\x00")))
    with pytest.raises(BadAnswer):
        client.send(ORDER_CALL)
    (record,) = client.take_calls()
    assert (record.outcome, record.http_status) == ("unknown", 200)


def test_bad_input_is_no_call(connect):
    client, server = connect(replying("{}"), app_key="")
    with pytest.raises(BadInput):
        client.call(ORDER_CALL)
    assert client.take_calls() == [] and server.requests == []


def test_many_threads_share_a_client(connect):
    client, server = connect(replying(samples.DETAIL))
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(client.call(ORDER_CALL).order_id))
        for _turn in range(10)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [ORDER] * 10
    assert len(client.take_calls()) == len(server.requests) == 10


def test_wall_clock_by_default():
    assert abs(module._SystemClock.time() - time.time()) < 5
