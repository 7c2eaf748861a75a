"""The process that asks goes on with its connections: what it gets of them is what Odoo's pool would give."""

import os
import time
from contextlib import ExitStack, contextmanager
from itertools import count

import psycopg2
import pytest

from odoo import Command

from odoo.addons.purchase_1688 import kept_pool
from odoo.addons.purchase_1688.kept_pool import KeptPool
from odoo.addons.purchase_1688.models import purchase_1688_comparison_threads as comparison_threads
from odoo.addons.purchase_1688.transaction import keep_connections, own_cursor


@pytest.fixture
def pool():
    made = KeptPool()
    yield made
    made.close_all()


def backend(pool, database):
    """The backend that the next transaction gets."""
    with pool.cursor(database.name) as cr:
        return ask(cr, "SELECT pg_backend_pid()")


def ask(cr, query):
    cr.execute(query)
    return cr.fetchone()[0]


def test_the_next_transaction_has_the_same_connection_as_it_was_left(pool, database):
    with pool.cursor(database.name) as cr:
        first = ask(cr, "SELECT pg_backend_pid()")
        cr.execute("PREPARE purchase_1688_kept AS SELECT 1")  # what a reset would have forgotten
    with pool.cursor(database.name) as cr:
        assert ask(cr, "SELECT pg_backend_pid()") == first
        assert ask(cr, "EXECUTE purchase_1688_kept") == 1


def test_who_comes_meanwhile_has_another_one(pool, database):
    with ExitStack() as together:
        cursors = [together.enter_context(pool.cursor(database.name)) for _number in range(3)]
        assert len({ask(cr, "SELECT pg_backend_pid()") for cr in cursors}) == 3


def test_a_connection_to_another_database_is_not_lent(pool, database):
    with pool.cursor(database.name) as cr:
        assert ask(cr, "SELECT current_database()") == database.name
    with pool.cursor("postgres") as cr:
        assert ask(cr, "SELECT current_database()") == "postgres"


def test_one_that_rested_for_long_is_looked_at_first(pool, database, monkeypatch):
    first = backend(pool, database)
    monkeypatch.setattr(kept_pool, "TRUSTED_SECONDS", -1.0)
    database.execute("SELECT pg_terminate_backend(%s)", (first,))
    assert backend(pool, database) != first


def break_one(pool, database):
    """Have the connection that is lent next break in the middle of its transaction; its backend."""
    with pytest.raises(psycopg2.Error), pool.cursor(database.name) as cr:
        broken = ask(cr, "SELECT pg_backend_pid()")
        database.execute("SELECT pg_terminate_backend(%s)", (broken,))
        end = time.monotonic() + 10
        while time.monotonic() < end:
            cr.execute("SELECT 1", log_exceptions=False)
    return broken


def test_one_that_broke_is_not_lent_again(pool, database):
    first = break_one(pool, database)
    assert backend(pool, database) != first


def test_where_one_broke_the_others_are_looked_at_first(pool, database):
    with pool.cursor(database.name) as cr, pool.cursor(database.name) as other:
        resting = {ask(one, "SELECT pg_backend_pid()") for one in (cr, other)}
        for one in (cr, other):
            one.execute("SET purchase_1688.kept = 'as it was left'")  # what a look, which is a reset, takes away
    resting.remove(break_one(pool, database))
    look = "SELECT pg_backend_pid(), current_setting('purchase_1688.kept', true)"
    with pool.cursor(database.name) as cr:
        cr.execute(look)
        assert cr.fetchone() == (*resting, "")
        cr.execute("SET purchase_1688.kept = 'after the look'")
    with pool.cursor(database.name) as cr:  # it has proved its worth
        cr.execute(look)
        assert cr.fetchone() == (*resting, "after the look")


def test_where_one_broke_others_that_were_cut_are_not_lent(pool, database):
    with ExitStack() as together:
        cursors = [together.enter_context(pool.cursor(database.name)) for _number in range(3)]
        resting = {ask(cr, "SELECT pg_backend_pid()") for cr in cursors}
    for number in resting - {break_one(pool, database)}:
        database.execute("SELECT pg_terminate_backend(%s, 10000)", (number,))
    assert backend(pool, database) not in resting


def test_transactions_of_the_process_are_as_ever(database):
    database.execute("DROP TABLE IF EXISTS purchase_1688_kept")
    database.execute("CREATE TABLE purchase_1688_kept (number integer)")
    assert database.in_child(_make_transactions, database)() == 0
    assert database.execute("SELECT array_agg(number) FROM purchase_1688_kept") == [([1],)]
    database.execute("DROP TABLE purchase_1688_kept")


def test_a_transaction_is_begun_again_whose_connection_was_cut_while_it_rested(database):
    assert database.in_child(_go_on_after_a_cut, database)() == 0


def _go_on_after_a_cut(database):
    keep_connections()
    with own_cursor(database.registry) as cr, own_cursor(database.registry) as other:
        cut = [ask(one, "SELECT pg_backend_pid()") for one in (cr, other)]
    for number in cut:
        database.execute("SELECT pg_terminate_backend(%s, 10000)", (number,))
    with own_cursor(database.registry, lock_seconds=3) as cr:
        assert ask(cr, "SHOW lock_timeout") == "3s"
        assert ask(cr, "SELECT pg_backend_pid()") not in cut


def test_what_is_written_down_is_written_again_where_the_connection_was_cut_only(database):
    assert database.in_child(_write_down, database)() == 0


def _write_down(database):
    keep_connections()
    with database.env() as env:
        comparisons = env["purchase.1688.comparison"]
    backends = []

    def work(query):
        def work_on(inner):
            backends.append(ask(inner.env.cr, "SELECT pg_backend_pid()"))
            if len(backends) == 1:
                inner.env.cr.execute(query)
            return "written"

        return work_on

    assert comparisons._write_down(work("SELECT pg_terminate_backend(pg_backend_pid())")) == "written"
    assert len(set(backends)) == 2
    backends.clear()
    with pytest.raises(psycopg2.errors.QueryCanceled):  # an `OperationalError`, too
        comparisons._write_down(work("SET LOCAL statement_timeout = 1; SELECT pg_sleep(60)"))
    assert len(backends) == 1


def test_where_nobody_knows_whether_it_was_committed_the_answers_are_the_same(world):
    assert world.database.in_child(_compare_in_doubt, world)() == 0


def _compare_in_doubt(world):
    """Whatever a question writes down is committed, and its connection cut before the process hears of it."""
    keep_connections()
    committed, turns, begin = [], count(), comparison_threads.own_transaction

    @contextmanager
    def cut_after_commit(env, **options):
        with begin(env, **options) as inner:
            connection = inner.cr.connection
            yield inner
        if next(turns) % 2 == 0:
            committed.append(connection)
            connection.cursor().execute("SELECT pg_terminate_backend(pg_backend_pid())")

    comparison_threads.own_transaction = cut_after_commit

    def compare(env):
        source = env["purchase.1688.source"].browse(world.source_id)
        lines = [Command.create({"product_id": source.product_id.id, "product_qty": pieces}) for pieces in (60, 90)]
        purchase = env["purchase.order"].create({"partner_id": source.partner_id.id, "order_line": lines})
        return purchase.compare_on_1688()["comparison_id"]

    comparison_id = world.database.request(world.buyer, compare)
    end = time.monotonic() + 30
    # what is asked; what was answered; plans begun, kept, none left to begin; no similar offers wanted; the end
    while (len(committed) < 7 or comparison_threads.COORDINATORS.working) and time.monotonic() < end:
        time.sleep(0.02)
    assert len(committed) == 7
    with world.database.env() as env:
        comparison = env["purchase.1688.comparison"].browse(comparison_id)
        assert (comparison.state, comparison.plans_state, comparison.alive_until) == ("done", "ready", False)
        assert comparison.quote_ids.mapped("state") == ["answered", "answered"]
        assert comparison.demand_ids.chosen_quote_id == comparison.quote_ids


def _make_transactions(database):
    """Isolation and time limit of each one as asked for, committed at the end, nothing left of one that fails."""
    keep_connections()
    backends = set()
    for repeatable, expected in ((False, "read committed"), (True, "repeatable read"), (False, "read committed")):
        with own_cursor(database.registry, lock_seconds=3, repeatable=repeatable) as cr:
            assert ask(cr, "SHOW transaction_isolation") == expected
            assert ask(cr, "SHOW lock_timeout") == "3s"
            backends.add(ask(cr, "SELECT pg_backend_pid()"))
    with own_cursor(database.registry) as cr:
        cr.execute("INSERT INTO purchase_1688_kept VALUES (1)")
    with pytest.raises(ZeroDivisionError), own_cursor(database.registry) as cr:
        cr.execute("INSERT INTO purchase_1688_kept VALUES (2)")
        raise ZeroDivisionError
    with own_cursor(database.registry) as cr:
        assert ask(cr, "SELECT count(*) FROM purchase_1688_kept") == 1
        backends.add(ask(cr, "SELECT pg_backend_pid()"))
    assert len(backends) == 1
    pid = os.fork()
    if not pid:  # connections of the parent are not its own
        with own_cursor(database.registry) as cr:
            os._exit(ask(cr, "SELECT pg_backend_pid()") in backends)
    assert os.waitpid(pid, 0)[1] == 0
