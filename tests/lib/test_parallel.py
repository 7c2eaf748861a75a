"""Several sources asked at once: the deadline of the question is the deadline of all."""

import threading
import time

from lib1688.client import Client, build
from lib1688.errors import GatewayError, OutcomeUnknown
from lib1688.values import Credentials

from .samples import OFFER
from .servers import answer, drip, reply_with
from .timing import measured

CALL = build("product.detail", offer_id="600000000001")


def after(seconds):
    """Behaviour: the listing after so many seconds."""

    def behave(conn, _request):
        time.sleep(seconds)
        conn.sendall(answer(OFFER.encode()))

    return behave


def ask_all(servers, transport, timeout):
    """Outcome of each server and the seconds until the last of them was known."""
    found = [None] * len(servers)

    def ask(number, server):
        client = Client(Credentials("1", "s", gateway_url=server.url), transport)
        try:
            found[number] = client.call(CALL, timeout).offer_id
        except GatewayError as error:
            found[number] = error

    threads = [
        threading.Thread(target=ask, args=(number, server)) for number, server in enumerate(servers)
    ]
    begin = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found, time.monotonic() - begin


@measured
def test_four_answers_and_one_straggler(serve, transport):
    servers = [serve(after(seconds)) for seconds in (0.2, 0.4, 0.6, 0.9, 5)]
    ask_all(servers[:1], transport, 5)
    found, seconds = ask_all(servers, transport, 2.0)
    assert found[:4] == ["600000000001"] * 4
    assert isinstance(found[4], OutcomeUnknown)
    assert 1.99 <= seconds < 2.4


@measured
def test_dripping_seller_does_not_hold_the_others(serve, transport):
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n"
    servers = [serve(drip(head, b" ", pause=0.1)), serve(reply_with(answer(OFFER.encode())))]
    ask_all(servers[1:], transport, 5)
    found, seconds = ask_all(servers, transport, 1.0)
    assert found[1] == "600000000001"
    assert found[0].code == "deadline"
    assert seconds < 1.4


def test_no_thread_and_no_connection_is_left_over(serve, transport):
    before = threading.active_count()
    server = serve(reply_with(answer(OFFER.encode())))
    ask_all([server] * 4, transport, 5)
    ask_all([server] * 4, transport, 5)
    assert server.connections <= 4
    # the server's own threads: one that accepts, one a connection
    assert threading.active_count() - before <= 1 + server.connections


@measured
def test_warm_call_is_cheap(serve, transport):
    server = serve(reply_with(answer(OFFER.encode())))
    client = Client(Credentials("1", "s", gateway_url=server.url), transport)
    client.call(CALL)
    times = []
    for _turn in range(30):
        # the thread's own time: other work on the machine does not count
        begin = time.thread_time()
        client.call(CALL)
        times.append(time.thread_time() - begin)
    assert sorted(times)[15] < 0.02
