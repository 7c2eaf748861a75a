"""A server with forked workers has one more, which asks: questions survive its coming and going."""

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import xmlrpc.client
from contextlib import contextmanager
from pathlib import Path

import pytest

from odoo import Command, sql_db
from odoo.tools import SQL

from odoo.addons.purchase_1688.asking_worker import NICENESS

COMMAND = Path(__file__).resolve().parents[2] / "setup" / "lib" / "odoo_server.py"
BUYER = "server_buyer"
START_SECONDS = 60
#: the deadline of a question and what comes on top of it, on a busy machine
ANSWER_SECONDS = 30.0
SLOW_SECONDS = 1.5
CUT_ALL = "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = %s AND application_name = %s"
WAITS_FOR_A_ROW = "SELECT pid FROM pg_stat_activity WHERE application_name = %s AND wait_event_type = 'Lock'"


def free_port():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


class Prefork:
    """Odoo with one HTTP worker on the database of the tests."""

    def __init__(self, database):
        self.database, self.port = database, free_port()
        self.log = Path(tempfile.mkstemp(prefix="prefork-1688-", suffix=".log")[1])
        options = {
            "database": database.name,
            "db-filter": f"^{database.name}$",
            "http-interface": "127.0.0.1",
            "http-port": self.port,
            "gevent-port": free_port(),
            "workers": 1,
            "max-cron-threads": 0,
            "log-level": "info",
            "logfile": self.log,
        }
        words = [sys.executable, COMMAND, "server", *(f"--{name}={value}" for name, value in options.items())]
        self._main = subprocess.Popen(words, cwd="/", stdin=subprocess.DEVNULL)
        self.until(self.asking_worker, START_SECONDS)
        self._models = xmlrpc.client.ServerProxy(f"http://127.0.0.1:{self.port}/xmlrpc/2/object")
        common = xmlrpc.client.ServerProxy(f"http://127.0.0.1:{self.port}/xmlrpc/2/common")
        self._uid = common.authenticate(database.name, BUYER, BUYER, {})

    def until(self, true, seconds=ANSWER_SECONDS):
        """What ``true()`` gives as soon as it gives something."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and self._main.poll() is None:
            if found := true():
                return found
            time.sleep(0.02)
        raise AssertionError(f"in vain: {self.log.read_text()[-3000:]}")

    def asking_worker(self):
        """The process that asks, the newest one."""
        alive = re.findall(r"Worker WorkerAsking \((\d+)\) alive", self.log.read_text())
        return int(alive[-1]) if alive else None

    def replaced(self, pid):
        """The process that asks, if it is another one than `pid`."""
        newest = self.asking_worker()
        return newest if newest != pid else None

    def call(self, model, method, *args):
        """A public method, by the external API."""
        return self._models.execute_kw(self.database.name, self._uid, BUYER, model, method, args)

    def stop(self):
        """End it as an administrator does."""
        self._main.send_signal(signal.SIGTERM)
        try:
            return self._main.wait(START_SECONDS)
        finally:
            self._main.kill()
            self.log.unlink()


@pytest.fixture(scope="module")
def prefork(database, world):
    with database.env() as env:
        before = env.company.ali1688_comparison_deadline
        env.company.ali1688_comparison_deadline = ANSWER_SECONDS  # a busy machine is no reason to be late
    server = Prefork(database)
    yield server
    server.stop()
    with database.env() as env:
        env.company.ali1688_comparison_deadline = before


@pytest.fixture
def request_id(world):
    """A request for quotation."""

    def make(env):
        source = env["purchase.1688.source"].browse(world.source_id)
        line = Command.create({"product_id": source.product_id.id, "product_qty": 60})
        purchase = env["purchase.order"].create({"partner_id": source.partner_id.id, "order_line": [line]})
        return purchase.id

    return world.database.request(world.buyer, make)


def answers(world, comparison_id):
    """(state of the comparison, states of its answers) as they are committed."""
    with world.database.env() as env:
        comparison = env["purchase.1688.comparison"].browse(comparison_id)
        return comparison.state, comparison.quote_ids.mapped("state")


def compare(prefork, request_id):
    return prefork.call("purchase.order", "compare_on_1688", [request_id])["comparison_id"]


def until_answered(prefork, world, comparison_id):
    prefork.until(lambda: answers(world, comparison_id)[0] != "asking")
    assert answers(world, comparison_id) == ("done", ["answered"])


def test_it_is_the_asking_worker_that_asks(prefork, world, request_id):
    pid = prefork.asking_worker()
    os.kill(pid, signal.SIGSTOP)
    try:
        comparison = compare(prefork, request_id)
        # the only HTTP worker is there for others, and asks nobody
        assert prefork.call("res.users", "has_access", [], "read")
        assert answers(world, comparison) == ("asking", [])
    finally:
        os.kill(pid, signal.SIGCONT)
    until_answered(prefork, world, comparison)


def test_it_stands_back_behind_everybody_of_every_session(prefork):
    pid = prefork.asking_worker()
    prefork.until(lambda: os.getsid(pid) == pid)
    assert os.getpriority(os.PRIO_PROCESS, pid) == NICENESS
    assert os.sched_getscheduler(pid) == os.SCHED_BATCH
    group = Path(f"/proc/{pid}/autogroup")
    if group.exists():
        prefork.until(lambda: group.read_text().endswith(f" nice {NICENESS}\n"))


def test_a_question_waits_while_the_worker_is_replaced(prefork, world, request_id):
    pid = prefork.asking_worker()
    os.kill(pid, signal.SIGSTOP)
    comparison = compare(prefork, request_id)
    os.kill(pid, signal.SIGKILL)
    prefork.until(lambda: prefork.replaced(pid))
    until_answered(prefork, world, comparison)


def test_a_worker_that_has_to_end_brings_the_answers_first(prefork, world, gateway, request_id):
    fault = {"api": "*", "kind": "delay", "times": None, "seconds": SLOW_SECONDS}
    gateway.admin("POST", "faults", fault)
    pid = prefork.asking_worker()
    comparison = compare(prefork, request_id)
    prefork.until(lambda: answers(world, comparison)[1])  # it is being asked
    os.kill(pid, signal.SIGINT)  # as the server says it, say when a worker got too large
    until_answered(prefork, world, comparison)
    assert prefork.until(lambda: prefork.replaced(pid)) != pid


def test_a_worker_that_is_killed_leaves_the_question_to_the_next(prefork, world, gateway, request_id):
    fault = {"api": "*", "kind": "delay", "times": None, "seconds": SLOW_SECONDS}
    gateway.admin("POST", "faults", fault)
    pid = prefork.asking_worker()
    comparison = compare(prefork, request_id)
    prefork.until(lambda: answers(world, comparison)[1])
    os.kill(pid, signal.SIGKILL)
    prefork.until(lambda: prefork.replaced(pid))
    assert answers(world, comparison) == ("asking", ["asking"])
    gateway.admin("DELETE", "faults")
    long_ago = "alive_until = alive_until - interval '1 day'"
    world.database.execute(f"UPDATE purchase_1688_comparison SET {long_ago} WHERE id = %s", [comparison])
    prefork.call("purchase.1688.comparison", "get_board", [comparison])  # whoever looks
    until_answered(prefork, world, comparison)


def test_a_message_about_nothing_stops_nobody(prefork, world, request_id):
    pid = prefork.asking_worker()
    os.kill(pid, signal.SIGSTOP)
    gone = compare(prefork, request_id)
    world.database.execute("DELETE FROM purchase_1688_comparison WHERE id = %s", [gone])
    comparison = compare(prefork, request_id)
    os.kill(pid, signal.SIGCONT)
    until_answered(prefork, world, comparison)
    assert prefork.asking_worker() == pid


@pytest.fixture
def waiting(prefork, world, gateway, request_id):
    """A comparison whose seller was asked and takes its time; no transaction is open meanwhile."""
    gateway.admin("POST", "faults", {"api": "*", "kind": "delay", "times": None, "seconds": SLOW_SECONDS})
    comparison = compare(prefork, request_id)
    prefork.until(lambda: gateway.admin("GET", "faults")["faults"][0]["hits"])
    assert answers(world, comparison) == ("asking", ["asking"])
    return comparison


@contextmanager
def goes_on(prefork):
    """The process that asks stays, and no question breaks off."""
    pid, before = prefork.asking_worker(), prefork.log.read_text()
    yield f"odoo-{pid}"  # what Odoo tells PostgreSQL of it
    assert prefork.asking_worker() == pid
    assert "broke off" not in prefork.log.read_text()[len(before) :]


def test_a_question_survives_that_its_connections_are_cut(prefork, world, waiting):
    with goes_on(prefork) as name:
        assert world.database.execute(CUT_ALL, [world.database.name, name])
        until_answered(prefork, world, waiting)


def test_a_question_survives_that_the_database_is_away_for_a_moment(prefork, world, waiting):
    with goes_on(prefork) as name:
        before = prefork.log.read_text()
        try:
            allow_connections(world, False)
            assert world.database.execute(CUT_ALL, [world.database.name, name])
            prefork.until(lambda: "Connection to the database failed" in prefork.log.read_text()[len(before) :])
        finally:
            allow_connections(world, True)
        until_answered(prefork, world, waiting)


def allow_connections(world, allowed):
    """New ones; those that are there stay."""
    with sql_db.db_connect("postgres").cursor() as cr:
        cr.execute(SQL("ALTER DATABASE %s ALLOW_CONNECTIONS %s", SQL.identifier(world.database.name), allowed))


def test_a_question_survives_that_its_connection_is_cut_while_it_writes(prefork, world, waiting):
    with goes_on(prefork) as name:
        with world.database.env() as env:
            env.cr.execute("SELECT FROM purchase_1688_comparison WHERE id = %s FOR NO KEY UPDATE", [waiting])
            writers = prefork.until(lambda: world.database.execute(WAITS_FOR_A_ROW, [name]))
            for (writer,) in writers:
                assert world.database.execute("SELECT pg_terminate_backend(%s, 10000)", [writer])
        until_answered(prefork, world, waiting)


def source(prefork):
    return prefork.call("purchase.1688.sourcing", "start_sourcing", {"keyword": "T恤", "wanted_count": 5})["id"]


def run_now(world, run_id):
    """(state, token of the worker that holds it) of a run as they are committed."""
    with world.database.env() as env:
        run = env["purchase.1688.sourcing"].browse(run_id)
        return run.state, run.lease_token


def test_it_is_the_asking_worker_that_works_on_sourcing_runs(prefork, world):
    pid = prefork.asking_worker()
    os.kill(pid, signal.SIGSTOP)
    try:
        run = source(prefork)
        assert prefork.call("res.users", "has_access", [], "read")
        assert run_now(world, run)[0] == "running"
    finally:
        os.kill(pid, signal.SIGCONT)
    prefork.until(lambda: run_now(world, run)[0] == "done")


def test_a_sourcing_run_is_gone_on_with_after_its_worker_was_killed(prefork, world, gateway):
    fault = {"api": "*", "kind": "delay", "times": None, "seconds": SLOW_SECONDS}
    gateway.admin("POST", "faults", fault)
    pid = prefork.asking_worker()
    run = source(prefork)
    prefork.until(lambda: run_now(world, run)[1])
    os.kill(pid, signal.SIGKILL)
    prefork.until(lambda: prefork.replaced(pid))
    assert run_now(world, run)[0] == "running"
    gateway.admin("DELETE", "faults")
    world.database.execute("UPDATE purchase_1688_sourcing SET lease_until = %s WHERE id = %s", ["2020-01-01", run])
    world.database.run_cron("purchase_1688.ir_cron_purchase_1688_sourcing")
    assert run_now(world, run)[0] == "done"
