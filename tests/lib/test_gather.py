"""Asking many within one deadline."""

import os
import threading
import time

import pytest
from lib1688.gather import Job, Pool

from .timing import measured


def job(seconds, value=None, key="x"):
    def run(_deadline):
        time.sleep(seconds)
        return value

    return Job(key, run)


@pytest.fixture
def pool():
    return Pool(size=8, stuck_cap=2, idle_seconds=0.2)


def wait_until(condition, seconds=3.0):
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.01)
    return condition()


def test_answers_come_back_in_order(pool):
    answers = pool.gather([job(0.05, "slow"), job(0, "quick")], 1)
    assert [answer.value for answer in answers] == ["slow", "quick"]
    assert {answer.outcome for answer in answers} == {"answered"}


def test_answers_are_told_as_they_arrive(pool):
    heard = []
    pool.gather([job(0.1, "slow"), job(0, "quick")], 1, on_answer=lambda answer: heard.append(answer.value))
    assert heard == ["quick", "slow"]


@measured
def test_a_straggler_does_not_cost_more_than_the_deadline(pool):
    started = time.monotonic()
    answers = pool.gather([job(0.05, 1), job(1.5, 2)], 0.3)
    assert time.monotonic() - started < 0.4
    assert [answer.outcome for answer in answers] == ["answered", "late"]


def test_what_a_job_raises_is_its_answer(pool):
    def run(_deadline):
        raise ValueError("no")

    (answer,) = pool.gather([Job("x", run)], 1)
    assert answer.outcome == "failed"
    assert isinstance(answer.error, ValueError)


def test_a_stuck_supplier_is_skipped_until_it_comes_back(pool):
    release = threading.Event()
    stuck = Job("slow", lambda _deadline: release.wait(5))
    pool.gather([stuck, stuck], 0.05)
    answers = pool.gather([stuck, job(0, "fine", key="other")], 0.5)
    assert [answer.outcome for answer in answers] == ["skipped", "answered"]
    release.set()
    assert wait_until(lambda: pool.gather([job(0, "back", key="slow")], 0.5)[0].value == "back")


def test_what_was_never_started_is_not_run_after_the_deadline():
    pool = Pool(size=1, stuck_cap=5, idle_seconds=0.1)
    ran = []
    pool.gather([job(0.2), Job("y", lambda _deadline: ran.append(1))], 0.05)
    time.sleep(0.4)
    assert not ran


def test_it_says_whether_something_is_being_worked_on(pool):
    go = threading.Event()
    assert not pool.working
    pool.submit(go.wait)
    assert pool.working == 1
    go.set()
    assert wait_until(lambda: not pool.working)


def test_no_thread_is_left_when_idle(pool):
    for _round in range(20):
        pool.gather([job(0) for _job in range(5)] + [job(0.02)], 0.01)
    assert wait_until(lambda: not [thread for thread in threading.enumerate() if thread.name == "gather"])
    assert pool.threads == 0


def test_threads_are_bounded(pool):
    pool.gather([job(0.1, key=str(index)) for index in range(50)], 0.05)
    assert pool.threads <= 8


def test_work_submitted_in_the_moment_a_thread_gives_up_is_done():
    pool = Pool(size=2, idle_seconds=0.001)
    for _round in range(300):
        assert pool.gather([job(0, 1)], 2)[0].value == 1
        time.sleep(0.001)


def test_a_forked_child_starts_with_an_empty_pool(pool):
    pool.gather([job(0.5)], 0.01)
    read, write = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.write(
                write,
                b"ok" if pool.threads == 0 and pool.gather([job(0, 1)], 1)[0].value == 1 else b"no",
            )
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    assert os.read(read, 2) == b"ok"
