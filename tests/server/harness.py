"""Drive a real Odoo database from outside, and kill it at will.

The registry is loaded once; every trial is a forked child with its own database connections,
so that a SIGKILL is a real one: no ``finally`` runs, no cursor is closed, PostgreSQL sees a
dead client.
"""

import contextlib
import os
import signal
import sys
import traceback

import odoo.sql_db
from odoo import api
from odoo.modules.registry import Registry
from odoo.service.model import retrying


class Database:
    """One database of the suite, used as users, scheduled actions and crashing workers use it."""

    def __init__(self, name):
        self.name = name
        self.registry = Registry(name)

    @contextlib.contextmanager
    def env(self, uid=api.SUPERUSER_ID):
        """An environment in its own transaction, committed at the end."""
        with self.registry.cursor() as cr:
            yield api.Environment(cr, uid, {})

    def request(self, uid, function):
        """Run ``function(env)`` as the RPC layer does: repeated on conflicts, then committed."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, uid, {})
            return retrying(lambda: function(env), env)

    def run_cron(self, xmlid):
        """Run a scheduled action in this process, as a cron thread does."""
        with self.env() as env:
            env.ref(xmlid).method_direct_trigger()

    def execute(self, query, params=()):
        """Change the database behind Odoo's back."""
        with self.registry.cursor() as cr:
            cr.execute(query, params)
            return cr.fetchall() if cr.description else None

    def in_child(self, function, *args):
        """Fork, and run ``function(*args)`` in the child with connections of its own.

        :return: a function that waits for the child and tells its exit status
        """
        odoo.sql_db.close_all()  # a connection is never shared by two processes
        sys.stdout.flush()
        pid = os.fork()
        if not pid:
            _run_and_exit(function, args)
        return lambda: os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _run_and_exit(function, args):
    status = 1
    try:
        function(*args)
        status = 0
    except BaseException:  # noqa: BLE001 the child must not return into pytest
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)


def die(*_args, **_kwargs):
    """End as a worker ends that was shot."""
    os.kill(os.getpid(), signal.SIGKILL)
