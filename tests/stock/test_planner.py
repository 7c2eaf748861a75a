"""The planner: who is asked about next, and when."""

from datetime import datetime, timedelta, timezone

import pytest
import tracking1688_planner as planner
from tracking1688_planner import Watch

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=timezone.utc)
HOUR = timedelta(hours=1)


def watch(key=1, **values):
    values.setdefault("news_at", NOW - HOUR)
    return Watch(key, **values)


def test_never_looked_is_due_at_once():
    assert planner.next_look(watch(), NOW) == NOW


def test_next_look_keeps_the_promise():
    seen = watch(looked_at=NOW)
    assert NOW < planner.next_look(seen, NOW) < NOW + planner.PROMISE


def test_overdue_look_is_not_in_the_past():
    assert planner.next_look(watch(looked_at=NOW - 5 * HOUR), NOW) == NOW


def test_failures_back_off_up_to_a_ceiling():
    delays = [planner.retry_delay(misses) for misses in range(1, 40)]
    assert delays == sorted(delays)
    assert delays[0] == planner.FIRST_RETRY
    assert delays[-1] == planner.LONGEST_RETRY


def test_retry_counts_from_the_try_not_from_the_answer():
    failed = watch(looked_at=NOW - 3 * HOUR, tried_at=NOW, misses=3)
    assert planner.next_look(failed, NOW) == NOW + 4 * planner.FIRST_RETRY


def test_one_failure_still_keeps_the_promise():
    failed = watch(looked_at=NOW - planner.INTERVAL, tried_at=NOW, misses=1)
    assert planner.next_look(failed, NOW) < failed.looked_at + planner.PROMISE


def test_silent_waybill_is_looked_at_on_a_budget():
    silent = watch(looked_at=NOW, news_at=NOW - planner.STALLED_AFTER)
    assert planner.next_look(silent, NOW) == NOW + planner.STALLED_INTERVAL


def test_dead_waybill_is_given_up():
    dead = watch(looked_at=NOW, news_at=NOW - planner.ABANDONED_AFTER)
    assert planner.next_look(dead, NOW) is None


def test_dead_waybill_costs_a_bounded_number_of_calls():
    now, looked_at, calls = NOW, None, 0
    while due := planner.next_look(Watch(1, looked_at=looked_at, news_at=NOW), now):
        now, looked_at, calls = due, due, calls + 1
    assert calls < 220


def test_choice_prefers_today_then_oldest_promise_and_stalled_last():
    stalled = watch(1, looked_at=NOW - 20 * HOUR, news_at=NOW - planner.STALLED_AFTER)
    fresh = watch(2, looked_at=NOW - 2 * HOUR)
    older = watch(3, looked_at=NOW - 3 * HOUR)
    today = watch(4, looked_at=NOW - 2 * HOUR, expected_at=NOW)
    chosen = planner.choose([stalled, fresh, older, today], NOW, 10)
    assert [item.key for item in chosen] == [4, 3, 2, 1]


@pytest.mark.parametrize("looks", [0, 1, 2])
def test_choice_stays_inside_the_budget(looks):
    assert len(planner.choose([watch(key) for key in range(5)], NOW, looks)) == looks


def test_status_is_read_when_something_moved_or_is_old():
    fresh = {"moved": False, "asked": False}
    assert planner.wants_status(None, NOW, **fresh)
    assert not planner.wants_status(NOW - HOUR, NOW, **fresh)
    assert planner.wants_status(NOW - planner.STATUS_AGE, NOW, **fresh)
    assert planner.wants_status(NOW, NOW, moved=True, asked=False)
    assert planner.wants_status(NOW, NOW, moved=False, asked=True)


def test_capacity_of_the_default_quota():
    assert 5000 < planner.capacity(100) < 8000
    assert planner.load(planner.capacity(100), 100) == pytest.approx(1.0)
    assert planner.load(0, 0) == 0
    assert planner.load(1, 0) == 1


def test_everything_stays_fresh_below_the_capacity():
    """A day by the minute, 0.5 % of failures: no promise is broken while the quota carries the
    orders.
    """
    orders = {key: Watch(key, looked_at=NOW, news_at=NOW) for key in range(300)}
    due, budget, worst = dict.fromkeys(orders, NOW), 5, timedelta()
    for minute in range(24 * 60):
        now = NOW + timedelta(minutes=minute)
        waiting = [item for item in orders.values() if due[item.key] <= now]
        for number, item in enumerate(planner.choose(waiting, now, budget)):
            failed = (minute * 7 + number) % 200 == 0
            worst = max(worst, now - item.looked_at)
            looked_at = item.looked_at if failed else now
            orders[item.key] = Watch(
                item.key, looked_at, now, item.misses + 1 if failed else 0, now
            )
            due[item.key] = planner.next_look(orders[item.key], now)
    assert worst <= planner.PROMISE
