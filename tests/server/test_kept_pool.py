"""The process that asks goes on with its connections: what it gets of them is what Odoo's pool would give."""

import os
import time
from contextlib import ExitStack

import psycopg2
import pytest

from odoo.addons.purchase_1688 import kept_pool
from odoo.addons.purchase_1688.kept_pool import KeptPool
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


def test_one_that_broke_is_not_lent_again(pool, database):
    with pytest.raises(psycopg2.Error), pool.cursor(database.name) as cr:
        first = ask(cr, "SELECT pg_backend_pid()")
        database.execute("SELECT pg_terminate_backend(%s)", (first,))
        end = time.monotonic() + 10
        while time.monotonic() < end:
            cr.execute("SELECT 1", log_exceptions=False)
    assert backend(pool, database) != first


def test_transactions_of_the_process_are_as_ever(database):
    database.execute("DROP TABLE IF EXISTS purchase_1688_kept")
    database.execute("CREATE TABLE purchase_1688_kept (number integer)")
    assert database.in_child(_make_transactions, database)() == 0
    assert database.execute("SELECT array_agg(number) FROM purchase_1688_kept") == [([1],)]
    database.execute("DROP TABLE purchase_1688_kept")


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
