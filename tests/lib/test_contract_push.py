"""Messages as the sandbox really sends them: form, signature, repeats, forgeries."""

import queue
import time
from decimal import Decimal

import pytest
from lib1688.client import Client, build
from lib1688.decode import open_message
from lib1688.errors import ForgedMessage
from lib1688.transport import Transport
from lib1688.values import Address, CargoLine, Credentials, OrderRequest, SearchQuery

from .sandbox import Sandbox
from .servers import OK, answer


class Inbox:
    """Takes pushed forms; `answers` are the raw answers to give first, then it says OK."""

    def __init__(self):
        self.bodies = queue.Queue()
        self.answers = []

    def __call__(self, conn, request):
        self.bodies.put(request.partition(b"\r\n\r\n")[2])
        conn.sendall(self.answers.pop(0) if self.answers else OK)

    def next(self):
        return self.bodies.get(timeout=10)


@pytest.fixture(scope="module")
def sandbox():
    running = Sandbox()
    yield running
    running.close()


@pytest.fixture
def inbox(sandbox, serve):
    """An inbox that the sandbox sends to, in a fresh world."""
    sandbox.admin("reset", {"seed": 1})
    made = Inbox()
    url = serve(made).url.replace("/openapi", "/push")
    sandbox.admin("push", {"url": url})
    yield made
    sandbox.admin("push", {"url": ""})


@pytest.fixture
def place(sandbox):
    """Make an order; returns its id."""
    facts = sandbox.facts
    transport = Transport()
    client = Client(
        Credentials(facts["app_key"], facts["app_secret"], facts["access_token"], "", facts["url"]),
        transport,
    )

    def order():
        query = SearchQuery("", page_size=50)
        for row in client.call(build("product.search", query=query)).offers:
            offer = client.call(build("product.detail", offer_id=row.offer_id))
            if offer.skus and (offer.skus[0].stock or 0) > 200 and (offer.batch or 1) == 1:
                break
        quantity = max(Decimal(60), offer.min_quantity or 0)
        cargo = CargoLine(offer.offer_id, quantity, offer.skus[0].spec_id)
        request = OrderRequest(Address(address_id="70000000001"), (cargo,), "PO-1")
        return client.call(build("trade.create_order", request=request)).order_ids[0]

    yield order
    transport.close()


def test_message_of_a_new_order(sandbox, inbox, place):
    order_id = place()
    message = open_message(inbox.next(), sandbox.facts["app_secret"])
    assert message.topic == "ORDER_BUYER_VIEW_BUYER_MAKE"
    assert (message.order_ids, message.status) == ((order_id,), "waitbuyerpay")
    assert message.member_id == sandbox.facts["member_id"]


def test_message_is_forged_under_another_secret(sandbox, inbox, place):
    place()
    body = inbox.next()
    for secret in ("", "other", sandbox.facts["app_secret"] + " "):
        with pytest.raises(ForgedMessage):
            open_message(body, secret)


def test_refused_message_comes_again_and_is_the_same(sandbox, inbox, place):
    inbox.answers.append(answer(b"busy", "503 Busy"))
    place()
    first, second = (open_message(inbox.next(), sandbox.facts["app_secret"]) for _turn in "12")
    assert first == second


def test_forged_message_of_the_sandbox(sandbox, inbox, place):
    sandbox.admin("faults", {"api": "push", "kind": "forge", "times": 1})
    place()
    end, refused = time.monotonic() + 10, 0
    while not refused and time.monotonic() < end:
        try:
            open_message(inbox.next(), sandbox.facts["app_secret"])
        except ForgedMessage:
            refused += 1
    assert refused == 1
