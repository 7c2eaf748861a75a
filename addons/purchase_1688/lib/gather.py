"""Ask many, wait for one deadline, leave nobody waiting.

A pool of daemon threads that outlives the request that started it. Its threads end by themselves when they have
nothing to do, so an idle process has none. After a fork the child starts with an empty pool. A job gets the deadline
(`time.monotonic()` seconds) and is trusted to return around it; a job that does not is abandoned: its answer is
dropped, and a supplier with too many abandoned jobs is not asked again until one of them returns.
"""

import os
import queue
import threading
import time
from collections import Counter
from dataclasses import dataclass
from typing import Any

IDLE_SECONDS = 2.0
#: address space of a thread's stack. The system's 8 MiB would bring a worker to its memory limit, with little in use
STACK_BYTES = 2 << 20


@dataclass(frozen=True)
class Job:
    """`run(deadline)` returns the answer; `key` names the supplier that is asked."""

    key: str
    run: Any


@dataclass(frozen=True)
class Answer:
    """What became of one job. `outcome`: answered, failed (see `error`), late, skipped (supplier stuck)."""

    index: int
    outcome: str
    value: Any = None
    error: BaseException | None = None
    seconds: float = 0.0


class Pool:
    """A bounded pool. `size` threads at most; `stuck_cap` abandoned jobs per supplier before it is skipped."""

    def __init__(self, size=24, stuck_cap=2, idle_seconds=IDLE_SECONDS):
        self._size = size
        self._stuck_cap = stuck_cap
        self._idle_seconds = idle_seconds
        self._reset()
        os.register_at_fork(after_in_child=self._reset)

    def _reset(self):
        self._lock = threading.Lock()
        self._todo = queue.SimpleQueue()
        self._threads = 0
        self._idle = 0
        self._waiting = 0
        self._stuck = Counter()

    @property
    def threads(self):
        """Number of threads alive."""
        return self._threads

    @property
    def working(self):
        """Number of threads that are not waiting for work."""
        return self._threads - self._idle

    def submit(self, work):
        """Run `work()` in the pool, whenever there is room. Its exceptions are its own matter."""
        with self._lock:
            self._waiting += 1
            start = self._waiting > self._idle and self._threads < self._size
            if start:
                self._threads += 1
        self._todo.put(work)
        if start:
            _start(self._work)

    def gather(self, jobs, timeout, on_answer=None, on_pause=None):
        """Run all jobs; return their `Answer`s in order after `timeout` seconds at the latest.

        `on_answer(answer)` is called in the calling thread for each answer as it comes, late ones included (at the
        end); `on_pause()` when no further one has arrived yet: what came together can be dealt with together.
        """
        started = time.monotonic()
        deadline = started + timeout
        arrived = queue.SimpleQueue()
        answers = [None] * len(jobs)
        pending = set()
        tickets = {}
        for index, job in enumerate(jobs):
            if self._stuck[job.key] >= self._stuck_cap:
                arrived.put(Answer(index, "skipped"))
            else:
                tickets[index] = _Ticket(self, job, index, deadline, arrived)
                self.submit(tickets[index].run)
            pending.add(index)
        while pending:
            try:
                answer = arrived.get(timeout=max(deadline - time.monotonic(), 0))
            except queue.Empty:
                break
            pending.discard(answer.index)
            answers[answer.index] = answer
            if on_answer:
                on_answer(answer)
            if on_pause and pending and arrived.empty():
                on_pause()
        for index in sorted(pending):
            tickets[index].abandon()
            answers[index] = Answer(index, "late", seconds=time.monotonic() - started)
            if on_answer:
                on_answer(answers[index])
        if on_pause:
            on_pause()
        return answers

    def _work(self):
        pool_lock, todo = self._lock, self._todo
        while True:
            with pool_lock:
                self._idle += 1
            try:
                work = todo.get(timeout=self._idle_seconds)
            except queue.Empty:
                work = None
            with pool_lock:
                self._idle -= 1
                if work is None:
                    # A submit may have counted on this thread in the moment it gave up.
                    if self._waiting:
                        continue
                    self._threads -= 1
                    return
                self._waiting -= 1
            work()
            del work


class _Ticket:
    """One job on its way; knows whether anybody still waits for it."""

    def __init__(self, pool, job, index, deadline, arrived):
        self._pool = pool
        self._job = job
        self._index = index
        self._deadline = deadline
        self._arrived = arrived
        self._state = "waiting"

    def run(self):
        with self._pool._lock:
            if self._state == "abandoned":
                return
            self._state = "running"
        started = time.monotonic()
        try:
            answer = Answer(
                self._index,
                "answered",
                value=self._job.run(self._deadline),
                seconds=time.monotonic() - started,
            )
        except Exception as error:  # noqa: BLE001 - whatever a job raises is its answer
            answer = Answer(self._index, "failed", error=error, seconds=time.monotonic() - started)
        with self._pool._lock:
            if self._state == "stuck":
                self._pool._stuck[self._job.key] -= 1
                return
            self._state = "done"
        self._arrived.put(answer)

    def abandon(self):
        """Nobody waits any more: do not start it, or count its supplier as stuck until it returns."""
        with self._pool._lock:
            if self._state == "waiting":
                self._state = "abandoned"
            elif self._state == "running":
                self._state = "stuck"
                self._pool._stuck[self._job.key] += 1


def _start(work):
    """Have a thread of its own do it. The size of stacks is the whole process's, so others get the system's again."""
    threading.stack_size(STACK_BYTES)
    try:
        threading.Thread(target=work, name="gather", daemon=True).start()
    finally:
        threading.stack_size(0)
