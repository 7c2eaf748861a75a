"""Short transactions of their own, beside the one of the user or of the cron."""

import logging
import os
import threading
import time
from contextlib import contextmanager

from psycopg2 import OperationalError, extensions

from odoo.modules import module
from odoo.sql_db import BaseCursor, Cursor
from odoo.tools import SQL

from .kept_pool import KeptPool

_logger = logging.getLogger(__name__)

#: how long a short transaction waits for a row that somebody else holds
LOCK_SECONDS = 5
#: seconds after which one is begun again that could not be, as its connection was cut: at once, then while PostgreSQL
#: is restarted
AGAIN_SECONDS = (0.0, 0.5, 1.0, 2.0, 4.0)

_mine = threading.local()
#: (its process, the pool) of a process that makes many of these transactions
_kept = (0, None)


class ClosedCursor(BaseCursor):
    """The cursor of an environment on which nothing is read or written itself, only in transactions of its own."""

    closed = True

    def __init__(self, dbname):
        super().__init__()
        self.dbname = dbname


def keep_connections():
    """From now on transactions of this process go on with the connections of those before them, see `KeptPool`."""
    global _kept  # noqa: PLW0603 - as the pools of Odoo are
    _kept = (os.getpid(), KeptPool())


@contextmanager
def own_transaction(env, lock_seconds=LOCK_SECONDS, repeatable=False):
    """Open a transaction of its own; committed at the end, rolled back on an exception.

    It is READ COMMITTED, so that ``UPDATE … WHERE`` waits for a competitor and looks
    again (compare-and-set) instead of failing, and a lock's loser reads what the winner
    wrote. It never waits long: the row may be held by the very caller.

    :param repeatable: Odoo's ordinary isolation instead, for business logic that reads
        first and writes afterwards
    :return: the caller's environment on the new cursor
    """
    with own_cursor(env.registry, lock_seconds, repeatable) as cr:
        shared = not isinstance(cr, Cursor)  # a test's cursor lives inside the test's transaction
        if shared:
            env.flush_all()
        yield env(cr=cr)
    if shared:
        env.invalidate_all(flush=False)


@contextmanager
def own_cursor(registry, lock_seconds=LOCK_SECONDS, repeatable=False):
    """The cursor of such a transaction, for a thread that has no environment."""
    with _begin(registry, lock_seconds, repeatable) as cr:
        _mine.open = getattr(_mine, "open", 0) + 1
        try:
            yield cr
        finally:
            _mine.open -= 1


def _begin(registry, lock_seconds, repeatable):
    """The cursor of a transaction whose first statement went well.

    A connection that is kept may have been cut since it was last used. That statement tells, when nothing is done yet
    that could be done twice: so whatever is to be done may be begun again, on another connection.
    """
    for seconds in AGAIN_SECONDS if _is_kept() else ():
        connection = None
        try:
            cr = _open(registry)
            connection = cr.connection
            return _set_up(cr, lock_seconds, repeatable)
        except OperationalError as error:
            if connection and not connection.closed:
                raise
            _logger.info("no connection to %s, once more in %s s: %s", registry.db_name, seconds, error)
        time.sleep(seconds)
    return _set_up(_open(registry), lock_seconds, repeatable)


def _is_kept():
    return _kept[0] == os.getpid()


def _open(registry):
    return _kept[1].cursor(registry.db_name) if _is_kept() else registry.cursor()


def _set_up(cr, lock_seconds, repeatable):
    if isinstance(cr, Cursor):
        try:
            if not repeatable:
                cr.connection.set_isolation_level(extensions.ISOLATION_LEVEL_READ_COMMITTED)
            cr.execute(SQL("SET LOCAL lock_timeout = %s", f"{lock_seconds}s"), log_exceptions=False)
        except BaseException:
            cr.close()
            raise
    return cr


def has_writes(cr):
    """Whether a transaction with writes is open on `cr`: no call may be made then."""
    if module.current_test:  # a test is one transaction, which wrote what it tests
        return False
    if cr.connection.get_transaction_status() == extensions.TRANSACTION_STATUS_IDLE:
        return False
    cr.execute("SELECT pg_current_xact_id_if_assigned() IS NOT NULL")
    return cr.fetchone()[0]


def check_idle(cr):
    """Refuse to go on, say to wait for the network, while this thread has a transaction open.

    :param cr: the caller's cursor
    """
    if getattr(_mine, "open", 0):
        raise RuntimeError("a transaction of its own is open")
    if module.current_test or cr.closed:  # a test is one transaction
        return
    if cr.connection.get_transaction_status() != extensions.TRANSACTION_STATUS_IDLE:
        raise RuntimeError("the caller's transaction is open")
