"""The watch: which listing is looked at next, and that nobody starves or is disturbed."""

import sys
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lib1688 import watch as planner
from lib1688.watch import Use, Watch

sys.path.append(str(Path(__file__).resolve().parents[2] / "setup" / "bench"))
from support import watched  # noqa: E402 - the measurement's market is the test's too

NOW = datetime(2026, 3, 2, 12, tzinfo=timezone.utc)
HOUR = timedelta(hours=1)

ages = st.none() | st.timedeltas(timedelta(), timedelta(days=9))
uses = st.builds(
    Use,
    compared=st.integers(0, 10**6),
    ordered=st.integers(0, 10**6),
    value=st.floats(0, 1e12),
    first=st.booleans(),
    changes=st.integers(0, 10**6),
    told=st.booleans(),
    on_shelf=st.booleans(),
)
watches = st.builds(
    lambda key, age, tried, **more: Watch(
        key, None if age is None else NOW - age, None if tried is None else NOW - tried, **more
    ),
    key=st.integers(1, 10**9),
    age=ages,
    tried=ages,
    misses=st.integers(0, 60),
    asked=st.booleans(),
    rate=uses.map(planner.rate),
)
batches = st.lists(watches, max_size=12, unique_by=lambda watch: watch.key)


@given(watches)
def test_every_interval_is_inside_the_bounds(watch):
    assert HOUR / 2 < planner.interval(watch) <= planner.LONGEST
    assert planner.next_look(watch, NOW) >= NOW


@given(uses, st.integers(1, 1000))
def test_more_use_or_movement_never_means_fewer_looks(use, more):
    for name in ("compared", "ordered", "value", "changes"):
        assert planner.rate(replace(use, **{name: getattr(use, name) + more})) >= planner.rate(use)
    assert planner.rate(replace(use, told=True)) <= planner.rate(replace(use, told=False))


@given(batches, st.integers(-1, 15))
def test_choice_is_bounded_complete_and_the_same_for_the_same_input(due, looks):
    chosen = planner.choose(due, NOW, looks)
    assert len(chosen) == min(max(looks, 0), len(due))
    assert len({watch.key for watch in chosen}) == len(chosen)
    assert chosen == planner.choose(reversed(due), NOW, looks)


@given(batches, st.integers(1, 15))
def test_nobody_who_waited_too_long_is_passed_over_by_more_than_a_quarter(due, looks):
    chosen = planner.choose(due, NOW, looks)
    old = [w for w in due if w.looked_at is None or NOW - w.looked_at >= planner.RESCUE_AGE]
    saved = [watch for watch in chosen if watch in old]
    assert len(saved) >= min(len(old), -(-looks * 3 // 4))


@given(batches.filter(bool))
def test_oldest_of_the_rescued_comes_first(due):
    old = [w for w in due if w.looked_at and NOW - w.looked_at >= planner.RESCUE_AGE]
    (first,) = planner.choose(due, NOW, 1)
    if len(old) == len(due):
        assert first.looked_at == min(watch.looked_at for watch in old)


def test_failures_back_off_up_to_a_ceiling_and_count_from_the_try():
    delays = [planner.retry_delay(misses) for misses in range(1, 80)]
    assert delays == sorted(delays)
    assert (delays[0], delays[-1]) == (planner.FIRST_RETRY, planner.LONGEST_RETRY)
    failed = Watch(1, looked_at=NOW - 30 * HOUR, tried_at=NOW, misses=2, asked=True)
    assert planner.next_look(failed, NOW) == NOW + 2 * planner.FIRST_RETRY


def test_news_bring_the_look_forward_but_not_twice_in_a_moment():
    told = Watch(1, looked_at=NOW - HOUR / 60, tried_at=NOW - HOUR / 60, asked=True)
    assert planner.next_look(told, NOW) == NOW + HOUR / 60
    assert planner.next_look(replace(told, tried_at=NOW - HOUR), NOW) == NOW
    assert planner.next_look(Watch(2), NOW) == NOW


def test_when_not_all_can_be_served_the_less_valuable_wait():
    busy = planner.rate(Use(ordered=9, compared=9, first=True))
    hot = [Watch(key, NOW - 4 * HOUR, rate=busy) for key in range(10)]
    cold = [Watch(key, NOW - 15 * HOUR) for key in range(10, 100)]
    assert planner.choose(cold + hot, NOW, 10) == planner.choose(hot, NOW, 10)


def test_watch_leaves_room_for_the_next_comparison():
    assert planner.allowance(0, 0, 100) == 35
    assert planner.allowance(30, 30, 100) == 5
    assert planner.allowance(0, 40, 100) == 10
    assert planner.allowance(0, 60, 100) == 0
    assert planner.allowance(0, 60, 100, pressing=True) == 10
    assert planner.allowance(0, 90, 100, pressing=True) == 0
    old = Watch(1, NOW - planner.RESCUE_AGE)
    assert planner.is_pressing([Watch(2), old], NOW)
    assert not planner.is_pressing([Watch(2), replace(old, looked_at=NOW)], NOW)


def test_capacity_of_the_default_quota():
    assert planner.per_minute(100) == 35
    assert planner.per_minute(10) == 3
    assert planner.per_minute(0) == 1
    assert planner.most_listings(100) == 45360
    assert planner.load(planner.capacity(100), 100) == pytest.approx(1.0)
    wanted = sum(item.rate for item in watched.listings(planner, 10_000))
    assert 0.5 < planner.load(wanted, 100) < planner.WARN_LOAD


def test_ten_thousand_listings_on_the_default_quota():
    """More than a day by the minute beside a busy office (60 comparisons an hour): the share holds in
    every minute, the busy ones are fresh, all are seen within the bound, and nobody waits for it.
    """
    hours = 26
    market = watched.listings(planner, 10_000)
    crowd = watched.people(hours, per_hour=600)
    seen = watched.Market(planner, market, people=crowd, failing=0.005).run(hours, warm_up=2)
    alone = watched.Market(planner, [], people=crowd).run(hours, watching=False)
    assert seen.most_in_a_minute <= planner.per_minute(100)
    assert seen.worst_age <= planner.MAX_AGE
    assert all(seen.looks[watch.key] for watch in market)
    busy = sorted(age for item in market if watched.is_hot(item) for age in seen.ages[item.key])
    assert busy[int(0.95 * len(busy))] <= 5 * HOUR / 2
    assert seen.asked == alone.asked > 15_000
    assert seen.waited == alone.waited


def test_overloaded_quota_keeps_the_bound_and_the_share():
    """Twice the wish that the quota carries, all seen in the same moment: the bound holds, and the
    busy ones still come first.
    """
    market = watched.listings(planner, 1_500, hot=0.8, clumped=True)
    assert planner.load(sum(item.rate for item in market), 20) > 1.8
    seen = watched.Market(planner, market, quota=20).run(30, warm_up=1)
    assert seen.most_in_a_minute <= planner.per_minute(20)
    assert seen.worst_age <= planner.MAX_AGE
    hot = [seen.looks[item.key] for item in market if watched.is_hot(item)]
    cold = [seen.looks[item.key] for item in market if not watched.is_hot(item)]
    assert sum(hot) / len(hot) > 1.5 * sum(cold) / len(cold)


def test_news_are_looked_at_within_minutes_even_when_all_is_told_at_once():
    market = watched.listings(planner, 300, clumped=True)
    world = watched.Market(planner, market, quota=100)
    world.tell(range(1, 301))
    seen = world.run(0.25)
    assert seen.most_in_a_minute == planner.per_minute(100)
    assert all(seen.looks[item.key] for item in market)
