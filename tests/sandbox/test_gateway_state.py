"""The state file: one seed, one world; a restart keeps it; several processes share it."""

import concurrent.futures
import http.client
import json
import pathlib
import signal
import subprocess
import sys

import pytest
from gateway.app import Gateway
from gateway.http import Request
from gateway.world import World
from sandbox_client import Client
from sandbox_goods import Goods

ADDON = pathlib.Path(__file__).parents[2] / "addons" / "purchase_1688_sandbox"
NOW = "1760000000000"


class Process:
    """A gateway of its own, as a person starts it."""

    def __init__(self, state, *options):
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "gateway",
                "--port",
                "0",
                "--now",
                NOW,
                "--state",
                state,
                *options,
            ],
            cwd=ADDON,
            stdout=subprocess.PIPE,
            text=True,
        )
        for line in self.process.stdout:
            if line.startswith("{"):
                self.facts = json.loads(line)
                break
        self.client = Client(int(self.facts["url"].rpartition(":")[2]))

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self.client.close()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(10)
        self.process.stdout.close()


@pytest.fixture
def state(tmp_path):
    return str(tmp_path / "world.sqlite")


def live(client, goods):
    """A few days of business; gives all that can be seen of them."""
    ids = []
    for number, line in enumerate(goods.same_seller(3)):
        ids.append(client.create([line], outOrderId=f"P{number}")["result"]["orderId"])
    client.pay(ids[0])
    client.pay(ids[1])
    client.advance(days=4)
    traces = client.logistics(
        "alibaba.trade.getLogisticsTraceInfo.buyerView", orderId=ids[0], webSite="1688"
    )
    details = [client.detail(order_id) for order_id in ids]
    return [client.ledger(), traces, details]


def test_same_seed_same_world(client, server, goods):
    seen = []
    for seed in (1, 1, 2):
        server.gateway.world.reset(seed, int(NOW), 0)
        seen.append(live(client, Goods(server.gateway.world.catalogue)))
    assert seen[0] == seen[1] != seen[2]


def test_start_prints_what_a_client_needs(state):
    with Process(state, "--seed", "3", "--speed", "60") as one:
        assert one.facts["ready"] is True
        assert {"app_key", "app_secret", "access_token", "refresh_token"} <= set(one.facts)
        facts = one.client.admin("GET", "state")
        assert facts["seed"] == 3 and facts["speed"] == 60
        assert one.client.trade("alibaba.trade.getBuyerOrderList")["totalRecord"] == 0


def test_restart_keeps_everything(state):
    with Process(state) as one:
        goods = Goods(World(state).catalogue)
        line = goods.one()
        one.client.switch(auto=False, repeated_out_order_id="error")
        one.client.admin("POST", f"offers/{line['offerId']}", {"stock": 5, "price": "9.90"})
        order_id = one.client.create([{**line, "quantity": 4}], outOrderId="A")["result"]["orderId"]
        one.client.pay(order_id)
        one.client.fault(api="currentTime", kind="rate_limit", times=3)
        one.client.advance(days=1)
        books, now = one.client.ledger(), one.client.admin("GET", "state")["now"]
        one.process.kill()  # no time to say goodbye
        one.process.wait(10)
    with Process(state, "--seed", "9") as two:
        facts = two.client.admin("GET", "state")
        assert facts["seed"] == 1 and now <= facts["now"] < now + 60_000
        assert two.client.ledger() == books
        assert two.client.create([line], outOrderId="A")["code"] == "OUT_ORDER_ID_REPEATED"
        assert two.client.create([{**line, "quantity": 4}])["code"] == "500_004"
        assert len(two.client.admin("GET", "faults")["faults"]) == 1


def test_two_processes_one_world(state):
    goods = Goods(World(state, now_ms=int(NOW)).catalogue)
    line = goods.one()
    with Process(state) as one, Process(state) as two:
        ports = [one.client.port, two.client.port]

        def create(number):
            client = Client(ports[number % 2], timeout=30)
            try:
                return client.create([line], outOrderId=f"N{number // 4}")["result"]["orderId"]
            finally:
                client.close()

        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            ids = list(pool.map(create, range(24)))
        assert len(set(ids)) == 6
        assert one.client.ledger() == two.client.ledger()
        assert len(one.client.ledger()["orders"]) == 6

        def pay(number):
            client = Client(ports[number % 2], timeout=30)
            try:
                return client.pay(ids[0], opRequestId=f"R{number}")
            finally:
                client.close()

        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(pay, range(8)))
        assert len(one.client.ledger()["payments"]) == 1
        assert sum("result" in answer for answer in answers) == 1


def test_script_file_at_the_start(state, tmp_path):
    script = tmp_path / "script.json"
    script.write_text(
        json.dumps({"steps": [{"path": "switches", "body": {"quota_per_minute": 7}}]})
    )
    with Process(state, "--script", str(script)) as one:
        assert one.client.admin("GET", "state")["switches"]["quota_per_minute"] == 7


def test_reset_forgets(client, goods):
    client.create([goods.one()])
    client.switch(auto=False)
    client.admin("POST", "reset", {"seed": 1, "now": int(NOW), "speed": 0})
    assert client.ledger()["orders"] == []
    assert client.admin("GET", "state")["switches"]["auto"] is True


def test_clock(client):
    before = client.admin("GET", "state")["now"]
    assert client.admin("POST", "clock", {"advance": 90})["now"] == before + 90_000
    assert client.admin("POST", "clock", {"advance": -30})["now"] == before + 60_000
    assert client.admin("POST", "clock", {"speed": 5})["speed"] == 5
    client.request("GET", "/admin/state")
    assert client.headers["Date"].startswith("Thu, 09 Oct 2025 08:5")


def test_without_a_server(world):
    """The application answers a request as a value: for callers without a socket."""
    answer = Gateway(world).handle(Request("GET", "/openapi/param2/1/system/currentTime/1"))
    assert answer.status == 400 and json.loads(answer.body)["error_code"] == "gw.AppKeyNotFound"


def test_any_wsgi_server(world):
    import io
    import wsgiref.util

    environ = {"PATH_INFO": "/admin/state", "HTTP_AUTHORIZATION": "Bearer sandbox-admin"}
    wsgiref.util.setup_testing_defaults(environ)
    environ["wsgi.input"] = io.BytesIO()
    started = []
    body = b"".join(Gateway(world).wsgi(environ, lambda *given: started.append(given)))
    assert started[0][0] == "200 OK" and json.loads(body)["seed"] == 1


def test_bodies_that_are_too_large(client):
    connection = http.client.HTTPConnection("127.0.0.1", client.port)
    connection.putrequest("POST", "/openapi/x")
    connection.putheader("Content-Length", str(10**9))
    connection.endheaders()
    assert connection.getresponse().status == 413
    connection.close()


# --- goods change under the buyer's hands


def test_offers_change(client, goods):
    line = goods.one()
    offer = f"offers/{line['offerId']}"
    client.admin("POST", offer, {"price": "12.34"})
    part = client.create([line])["result"]
    info = client.detail(part["orderId"])
    assert {item["price"] for item in info["productItems"]} == {12.34}
    client.admin("POST", offer, {"status": "deleted"})
    assert client.create([line])["code"] == "500_001"
    client.admin("POST", offer, {"status": "published", "stock": {line["specId"]: 0}})
    assert client.create([line])["code"] == "500_004"
    assert "no offer" in client.admin("POST", "offers/1", {"stock": 1})["error"]
