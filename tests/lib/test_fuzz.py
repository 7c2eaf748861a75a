"""Any bytes at all: only our own errors, and never long (reliability S12)."""

import copy
import json
import sys
import time
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lib1688.decode import decode
from lib1688.endpoints import NAMES
from lib1688.errors import GatewayError, OutcomeUnknown
from lib1688.transport import HttpRequest, Transport

from .samples import GOOD
from .servers import Server

#: seconds of one decoding; ten times as many while coverage is measured
LONGEST = 10 if sys.gettrace() else 1

NAME = st.sampled_from(NAMES)
ODD = st.sampled_from(
    [None, True, False, 0, -1, 10**30, "", "NaN", "1e309", [], {}, [[]], [None], "x" * 50]
    + ["\x00", "\ud800", "true", "2025-13-45 99:99:99", 4.1e18, 0.1, {"result": {}}, [{}]]
)
STATUS = st.sampled_from([200, 200, 200, 400, 401, 404, 429, 500])


def survives(name, text, status=200):
    """The decoder's value or None; anything but our own error fails the test."""
    begin = time.thread_time()
    try:
        return decode(name, text, status)
    except GatewayError:
        return None
    finally:
        assert time.thread_time() - begin < LONGEST


@given(NAME, st.text(max_size=300), STATUS)
def test_any_text(name, text, status):
    survives(name, text, status)


@given(NAME, st.binary(max_size=300))
def test_any_bytes(name, data):
    survives(name, data.decode("utf-8", "replace"))


@given(NAME, st.data())
def test_cut_replies(name, data):
    text = GOOD[name]
    survives(name, text[: data.draw(st.integers(0, len(text)))])


@given(NAME, st.data())
def test_replies_with_changed_characters(name, data):
    text = list(GOOD[name])
    for _turn in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(text) - 1))
        text[place] = data.draw(st.sampled_from('{}[]",:0-.eE\\tNn\x00 中'))
    survives(name, "".join(text))


def places(value, path=()):
    """Paths of every value inside of a JSON value."""
    yield path
    if isinstance(value, dict):
        items = value.items()
    else:
        items = enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from places(item, (*path, key))


def replaced(value, path, new):
    if not path:
        return new
    value = copy.copy(value)
    value[path[0]] = replaced(value[path[0]], path[1:], new)
    return value


@settings(max_examples=1000, suppress_health_check=[HealthCheck.too_slow])
@given(NAME, st.data())
def test_replies_with_an_odd_value(name, data):
    document = json.loads(GOOD[name])
    path = data.draw(st.sampled_from(list(places(document))))
    text = json.dumps(replaced(document, path, data.draw(ODD)))
    check_amounts(survives(name, text))


def check_amounts(value):
    """Every amount that came out is finite."""
    if isinstance(value, Decimal):
        assert value.is_finite() and abs(value) < 10**13
    elif isinstance(value, tuple):
        for item in value:
            check_amounts(item)
    elif hasattr(value, "__dataclass_fields__"):
        for name in value.__dataclass_fields__:
            check_amounts(getattr(value, name))


@pytest.mark.parametrize("name", NAMES)
def test_hostile_shapes(name):
    for text in (
        "[" * 20_000,
        '{"result":' * 5000 + "1" + "}" * 5000,
        '{"a":"' + "\\" * 20_001,
        "[" + "1," * 100_000 + "1]",
        '{"orderId":' + "9" * 20_000 + "}",
        '{"result":[' + "{}," * 20_000 + "{}]}",
    ):
        survives(name, text)


@pytest.fixture(scope="module")
def noisy():
    """A server that answers whatever it is told to, and hangs up."""

    def behave(conn, _request):
        conn.sendall(behave.data)
        return "close"

    server, transport = Server(behave), Transport()
    yield server, behave, transport
    transport.close()
    server.close()


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(
        [b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.1 "]
    ).flatmap(lambda head: st.binary(max_size=200).map(lambda tail: head + tail))
)
def test_any_bytes_over_the_wire(noisy, data):
    server, behave, transport = noisy
    behave.data = data
    try:
        transport.send(HttpRequest(server.url, b"x=1"), time.monotonic() + 2)
    except OutcomeUnknown as error:
        assert error.sent is None
