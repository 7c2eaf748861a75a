"""When to ask 1688 about which order again. Plain Python: values in, times out, no Odoo and no
clock of its own.

One question covers one order with all its parcels. The promise is that nothing on screen is older
than ``PROMISE`` while the quota carries it; beyond that the planner decides who waits instead of
leaving it to chance.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

PROMISE = timedelta(hours=2)
"""Nothing shown may be older than this."""
INTERVAL = timedelta(minutes=100)
"""Time between two confirmed looks: the promise less the time of a few failures and of the
scheduler.
"""
FIRST_RETRY = timedelta(minutes=2)
LONGEST_RETRY = timedelta(hours=1)
STALLED_AFTER = timedelta(days=10)
"""A waybill silent for so long is looked at on a budget."""
STALLED_INTERVAL = timedelta(hours=12)
ABANDONED_AFTER = timedelta(days=45)
"""A waybill silent for so long is not asked about again by the machine; a message or a person
still may.
"""
STATUS_AGE = timedelta(hours=6)
"""The trace carries the scans; the status comes with a second call, spent at least this often."""
BACKGROUND_SHARE = 0.7
"""Part of the account's quota that tracking may use."""
CALLS_PER_LOOK = 1.0 + INTERVAL / STATUS_AGE
"""Mean calls of one look: the trace each time, the parcels once every ``STATUS_AGE``."""
WARN_LOAD = 0.8


@dataclass(frozen=True, slots=True)
class Watch:
    """What the planner knows about one open order. All times in UTC, all aware or all naive."""

    key: int
    looked_at: datetime | None = None
    """Last answer of 1688, None before the first."""
    tried_at: datetime | None = None
    """Last question, answered or not."""
    misses: int = 0
    """Questions in a row that stayed without an answer."""
    news_at: datetime | None = None
    """Newest scan, or the dispatch while there is none."""
    expected_at: datetime | None = None
    """When the goods should arrive, where somebody said so."""


def retry_delay(misses: int) -> timedelta:
    """Return how long to wait after ``misses`` failures in a row: doubling, with a ceiling."""
    return min(FIRST_RETRY * 2 ** min(max(misses, 1) - 1, 10), LONGEST_RETRY)


def is_stalled(watch: Watch, now: datetime) -> bool:
    """Tell whether the parcel has been silent for long enough to be looked at on a budget."""
    return watch.news_at is not None and now - watch.news_at >= STALLED_AFTER


def is_abandoned(watch: Watch, now: datetime) -> bool:
    """Tell whether the machine stops asking."""
    return watch.news_at is not None and now - watch.news_at >= ABANDONED_AFTER


def next_look(watch: Watch, now: datetime) -> datetime | None:
    """Return when to ask next, ``now`` for at once, None for never again by the clock."""
    if is_abandoned(watch, now):
        return None
    if watch.misses and watch.tried_at:
        return max(now, watch.tried_at + retry_delay(watch.misses))
    if watch.looked_at is None:
        return now
    interval = STALLED_INTERVAL if is_stalled(watch, now) else INTERVAL
    return max(now, watch.looked_at + interval)


def promise(watch: Watch, now: datetime) -> datetime:
    """Return until when the promise of freshness is kept for this order."""
    if watch.looked_at is None:
        return now
    return watch.looked_at + (STALLED_INTERVAL if is_stalled(watch, now) else PROMISE)


def choose(due: Iterable[Watch], now: datetime, looks: int) -> list[Watch]:
    """Return at most ``looks`` of the due orders: expected today first, then the oldest promise,
    stalled ones last.
    """
    return sorted(due, key=lambda watch: _rank(watch, now))[: max(looks, 0)]


def wants_status(status_at: datetime | None, now: datetime, *, moved: bool, asked: bool) -> bool:
    """Tell whether the look spends the second call, for the status of the parcels.

    :param status_at: when the status was read last
    :param moved: the trace has a scan that was not known
    :param asked: a message or a person asked for this look
    """
    return moved or asked or status_at is None or now - status_at >= STATUS_AGE


def capacity(calls_per_minute: float) -> int:
    """Return how many open orders the background share of the quota keeps within the promise."""
    return int(calls_per_minute * BACKGROUND_SHARE * (INTERVAL / timedelta(minutes=1)) / CALLS_PER_LOOK)


def load(open_orders: int, calls_per_minute: float) -> float:
    """Return which part of the capacity is used; 1.0 and above means that somebody waits."""
    carried = capacity(calls_per_minute)
    return open_orders / carried if carried else float(bool(open_orders))


def _rank(watch: Watch, now: datetime) -> tuple:
    today = watch.expected_at is not None and watch.expected_at <= now + timedelta(days=1)
    return is_stalled(watch, now), not today, promise(watch, now), watch.key
