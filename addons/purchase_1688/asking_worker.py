"""Who asks 1688 while people work: on a server with forked workers a process of its own, else this one.

An HTTP worker serves one request at a time, and all its threads share one processor: sellers' answers that are worked
on there are what others wait for. Odoo forks its processes in `PreforkServer.process_spawn`; one more is forked there,
which nobody's request goes to. It needs the add-on loaded in the server's main process: for a database that is named
in the configuration Odoo does so by itself, otherwise `server_wide_modules` has to name the add-on. Where it is not
loaded, or there are threads only, work is done in the process where it came up.
"""

import contextlib
import functools
import gc
import logging
import os
import select
import time
from pathlib import Path

from odoo import sql_db
from odoo.modules.registry import Registry
from odoo.service import server
from odoo.tools import config

from .lib.channel import Channel
from .lib.gather import Pool
from .transaction import keep_connections, own_cursor

_logger = logging.getLogger(__name__)

#: people who wait for a page go first; cron workers give way as far
NICENESS = 10
#: seconds that a worker which has to end waits for the answers that are on their way
END_SECONDS = 10.0

_CHANNEL = Channel()
_TASKS = {}
_POOLS = []


def task(function):
    """Decorator: `function(dbname, *arguments)`, which takes what JSON can carry, is work that can be handed over.

    It returns at once: what takes time is done by a pool of `make_pool`.
    """
    _TASKS[function.__name__] = function
    return function


def make_pool(size):
    """A pool of threads for such work. A worker that has to end waits for it."""
    pool = Pool(size)
    _POOLS.append(pool)
    return pool


def hand_over(function, dbname, *arguments):
    """Have a task done: by the process that asks, or by this one where there is none."""
    if not _CHANNEL.send([function.__name__, dbname, *arguments]):
        if config["workers"]:
            _say_what_is_missing()
        function(dbname, *arguments)


@functools.cache
def _say_what_is_missing():
    """Once is enough."""
    if not _CHANNEL.is_open:
        _logger.warning("1688 is asked by a worker that serves requests: name purchase_1688 in server_wide_modules")


def is_busy():
    """Whether this process works on something that was handed over."""
    return any(pool.working for pool in _POOLS)


def _stand_back():
    """Let everybody else have the processor first.

    Linux shares it among sessions (autogroup) before it looks at what a process of one session asks for: in the
    session of the server this process would take its time from the workers beside it, however nice it is.
    """
    os.nice(NICENESS)
    if hasattr(os, "SCHED_BATCH"):  # Linux: what wakes it up takes the processor from nobody
        os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
    os.setsid()
    with contextlib.suppress(OSError):  # no such file: there are no such groups
        Path("/proc/self/autogroup").write_text(str(NICENESS))


class WorkerAsking(server.Worker):
    """Takes up what the other workers hand over."""

    def start(self):
        """Become the worker that was forked."""
        _stand_back()
        # what was loaded before the fork is not garbage: looking through it takes 0.3 s, in which nobody is answered
        gc.freeze()
        keep_connections()
        started = super().start()
        if self.multi.socket:  # for those who serve requests
            self.multi.socket.close()
        return started

    def sleep(self):
        """Wait for work, or for the end."""
        try:
            select.select([_CHANNEL, self.wakeup_fd_r], [], [], self.multi.beat)
        except InterruptedError:
            return
        server.empty_pipe(self.wakeup_fd_r)

    def process_work(self):
        """Take up all that waits."""
        messages = _CHANNEL.receive()
        self.request_count += len(messages)
        for dbname in {dbname for _name, dbname, *_arguments in messages}:
            self._take_up(dbname, [(name, rest) for name, where, *rest in messages if where == dbname])

    def _take_up(self, dbname, tasks):
        try:
            registry = Registry(dbname)
            with own_cursor(registry) as cr:
                # as every request does: another process may have changed what is installed, or what is kept in memory
                registry.check_signaling(cr)
            for name, arguments in tasks:
                _TASKS[name](dbname, *arguments)
        except Exception:
            _logger.exception("work on %s could not be begun; the next look takes it up", dbname)

    def stop(self):
        """Let those who wait have their answers."""
        end = time.monotonic() + END_SECONDS
        while is_busy() and time.monotonic() < end:
            time.sleep(0.05)
        return super().stop()


def fork_with_others():
    """Have each server with forked workers fork a `WorkerAsking`, too."""
    spawn = server.PreforkServer.process_spawn

    @functools.wraps(spawn)
    def process_spawn(multi):
        _CHANNEL.open()  # first: those who are forked have it then
        spawn(multi)
        if not any(isinstance(worker, WorkerAsking) for worker in multi.workers.values()):
            sql_db.close_all()  # a connection is never shared by two processes
            multi.worker_spawn(WorkerAsking, {})

    server.PreforkServer.process_spawn = process_spawn
