"""When to look at which listing again. Plain Python: values in, times out, no Odoo and no clock of
its own.

One look is one call (the listing in full). What a look is worth depends on who would act on it:
what is bought and compared is looked at many times a day, what moved of late too, the rest often
enough that nothing is ever older than ``MAX_AGE``. The looks stay inside ``SHARE`` of the account's
quota, so that people and tracking keep the rest; when the quota does not carry what is wanted, the
planner decides who waits instead of leaving it to chance.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

SHARE = 0.35
"""Part of the account's quota that the watch may use in any minute: half of what background work
may use at all.
"""
QUIET, PRESSING = 0.5, 0.7
"""How full the last minute may be, all calls counted, for the watch to add to it: half, so that the
next comparison finds room; as full as any background work may make it when ``MAX_AGE`` is near.
"""
PLANNED = 0.9
"""Part of the share that is planned for; the rest is for failures, news and following."""
MAX_AGE = timedelta(hours=24)
"""Nothing that is watched stays unseen longer than this while the quota carries it."""
REST = timedelta(hours=14)
"""Time between two looks at what nobody uses."""
LONGEST = timedelta(hours=16)
"""Longest time between two looks that is ever planned."""
RESCUE_AGE = LONGEST
"""Who has waited so long goes before more valuable ones."""
RESCUE_PART = 0.75
"""Part of the looks that rescues may take: the most valuable never wait for all of them."""
SPREAD = 0.25
"""Looks that fall together are spread over this part of their interval."""
GAP = timedelta(minutes=2)
"""Shortest time between two looks at one listing, whatever is told about it."""
FIRST_LOOK = timedelta(hours=1)
"""What was seen and then mapped is planned with its first look, so long after."""
FIRST_RETRY = timedelta(minutes=5)
LONGEST_RETRY = timedelta(hours=6)
WARN_LOAD = 0.8

DEMAND_RATE, MOVE_RATE = 12.0, 6.0
"""Looks a day on top of what every listing gets: at most for use, at most for movement."""
DEMAND_HALF, MOVES_HALF = 4.0, 4.0
"""Use, and changes in 30 days, that bring half of the above."""
ORDER_WEIGHT, VALUE_WEIGHT, FIRST_WEIGHT = 2.0, 1 / 10_000, 0.4
"""How much an order, a yuan of orders and being a first source count against one comparison."""
TOLD_DEMAND, TOLD_MOVES = 0.5, 0.25
"""What is left of the wish to look where 1688 tells of changes by itself."""


@dataclass(frozen=True, slots=True)
class Use:
    """What makes a listing worth looking at."""

    compared: int = 0
    """Comparisons in the last 30 days."""
    ordered: int = 0
    """Order lines in the last 90 days."""
    value: float = 0.0
    """Their amount in yuan."""
    first: bool = False
    """It is the first source of some product."""
    changes: int = 0
    """Changes of price, shelf or SKUs in the last 30 days."""
    told: bool = False
    """1688 sends messages about it."""
    on_shelf: bool = True


REST_RATE = timedelta(days=1) / REST


@dataclass(frozen=True, slots=True)
class Watch:
    """What the planner knows about one listing. All times in UTC, all aware or all naive."""

    key: int
    looked_at: datetime | None = None
    """Last answer of 1688 to anybody, None before the first."""
    tried_at: datetime | None = None
    """Last question of the watch, answered or not."""
    misses: int = 0
    """Questions in a row that stayed without an answer."""
    asked: bool = False
    """A message or a person said that something changed."""
    rate: float = REST_RATE
    """Looks a day that are wanted, as `rate` says."""


def rate(use: Use) -> float:
    """Return how many looks a day are wanted."""
    if not use.on_shelf:
        return REST_RATE
    count = use.compared + ORDER_WEIGHT * use.ordered + VALUE_WEIGHT * max(use.value, 0.0)
    demand = DEMAND_RATE * _part(count + FIRST_WEIGHT * use.first, DEMAND_HALF)
    moves = MOVE_RATE * _part(use.changes, MOVES_HALF)
    if use.told:
        demand, moves = demand * TOLD_DEMAND, moves * TOLD_MOVES
    return REST_RATE + demand + moves


def interval(watch: Watch) -> timedelta:
    """Return the time between two looks: what the rate says, a little more or less for each."""
    days = 1 / max(watch.rate, REST_RATE)
    return timedelta(days=days * (1 + SPREAD * (_scatter(watch.key) - 0.5)))


def retry_delay(misses: int) -> timedelta:
    """Return how long to wait after ``misses`` failures in a row: doubling, with a ceiling."""
    return min(FIRST_RETRY * 2 ** min(max(misses, 1) - 1, 10), LONGEST_RETRY)


def next_look(watch: Watch, now: datetime) -> datetime:
    """Return when to look next, ``now`` for at once."""
    if watch.misses and watch.tried_at:
        return max(now, watch.tried_at + retry_delay(watch.misses))
    if watch.asked:
        return max(now, watch.tried_at + GAP) if watch.tried_at else now
    if watch.looked_at is None:
        return now
    return max(now, watch.looked_at + interval(watch))


def allowance(recent: int, used: float, calls_per_minute: float, pressing: bool = False) -> int:
    """Return how many calls the watch may make now.

    :param recent: its calls of the last minute
    :param used: all calls of the last minute, its own included
    :param pressing: somebody has waited for ``RESCUE_AGE``
    """
    room = math.floor(calls_per_minute * (PRESSING if pressing else QUIET) - used + 1e-9)
    return max(min(per_minute(calls_per_minute) - recent, room), 0)


def is_pressing(due: Iterable[Watch], now: datetime) -> bool:
    """Tell whether somebody has waited so long that people have to move over a little."""
    return any(watch.looked_at and now - watch.looked_at >= RESCUE_AGE for watch in due)


def per_minute(calls_per_minute: float) -> int:
    """Return how many calls the watch may make in any minute: at least one."""
    return max(math.floor(calls_per_minute * SHARE + 1e-9), 1)


def choose(due: Iterable[Watch], now: datetime, looks: int) -> list[Watch]:
    """Return at most ``looks`` of the due listings, in order.

    What 1688 told of goes first, then that with the most at stake: how often it should be looked
    at, times how many of its intervals it has waited. So the less valuable wait longer when not all
    can be served; but what has waited for ``RESCUE_AGE`` gets most of the looks, oldest first,
    before ``MAX_AGE`` is reached.
    """
    looks = max(looks, 0)
    due = list(due)
    waiting = [watch for watch in due if watch.looked_at is None or now - watch.looked_at >= RESCUE_AGE]
    saved = sorted(waiting, key=lambda watch: _oldest(watch, now))[: math.ceil(looks * RESCUE_PART)]
    taken = {watch.key for watch in saved}
    rest = [watch for watch in due if watch.key not in taken]
    rest.sort(key=lambda watch: _rank(watch, now))
    return saved + rest[: looks - len(saved)]


def capacity(calls_per_minute: float) -> float:
    """Return how many looks a day are planned for."""
    return per_minute(calls_per_minute) * PLANNED * 24 * 60


def most_listings(calls_per_minute: float) -> int:
    """Return how many listings can be kept within ``MAX_AGE`` at all, whatever they are worth."""
    return int(capacity(calls_per_minute) * (MAX_AGE / timedelta(days=1)))


def load(looks_per_day: float, calls_per_minute: float) -> float:
    """Return which part of the capacity is wanted; above 1.0 somebody waits."""
    return looks_per_day / capacity(calls_per_minute)


def _oldest(watch, now):
    return watch.looked_at is not None, watch.looked_at or now, watch.key


def _rank(watch, now):
    if watch.looked_at is None:
        return not watch.asked, -math.inf, watch.key
    age = (now - watch.looked_at).total_seconds()
    return not watch.asked, -age * watch.rate * watch.rate, watch.key


def _part(amount, half):
    """0 for nothing, one half for ``half``, towards 1 for ever more."""
    return amount / (amount + half)


def _scatter(key):
    """A number from 0 to 1 that is the same for the same key and far apart for neighbours."""
    return (key * 0.6180339887498949) % 1.0
