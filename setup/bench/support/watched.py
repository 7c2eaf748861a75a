"""A market of listings, people who ask, and the watch beside them: seconds by a clock of its own."""

import heapq
import random
from collections import Counter, deque
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone

START = datetime(2026, 3, 2, tzinfo=timezone.utc)
#: shares of the quota that others may fill, as in purchase.1688.quota
BACKGROUND, PEOPLE = 0.7, 0.98
MINUTE = 60.0


@dataclass
class Outcome:
    """What happened, for assertions and tables."""

    most_in_a_minute: int = 0
    looks: Counter = field(default_factory=Counter)
    ages: dict = field(default_factory=dict)
    worst_age: timedelta = timedelta()
    asked: int = 0
    waited: int = 0


class Window:
    """The sliding minute of the account's quota."""

    def __init__(self, quota):
        self._quota = quota
        self._calls = deque()

    def used(self, second):
        """Calls of the minute before `second`."""
        while self._calls and self._calls[0][0] <= second - MINUTE:
            self._calls.popleft()
        return sum(count for _moment, count in self._calls)

    def take(self, second, wanted, share):
        """Number of calls granted at `second`."""
        granted = max(min(wanted, int(self._quota * share) - self.used(second)), 0)
        if granted:
            self._calls.append((second, granted))
        return granted


class Market:
    """`watches` are looked at by the planner `watch` while people make their calls.

    :param people: [(second, calls)] in order: what people ask, each time all at once
    :param failing: part of the looks that stay without an answer
    :param jitter: seconds by which the scheduler is late; a run that is early waits for its minute
    """

    def __init__(self, planner, watches, quota=100, people=(), failing=0.0, seed=1, jitter=3.0):
        self._planner = planner
        self._quota = quota
        self._people = deque(people)
        self._failing = failing
        self._jitter = jitter
        self._random = random.Random(seed)
        self._window = Window(quota)
        self._watches = {watch.key: watch for watch in watches}
        self._due = [(planner.next_look(watch, START), watch.key) for watch in watches]
        heapq.heapify(self._due)
        self._ready = {}
        self._recent = deque()
        self.outcome = Outcome(ages={key: [] for key in self._watches})

    def run(self, hours, watching=True, warm_up=0.0):
        """Let `hours` pass; ages count after the first `warm_up` hours."""
        second = 0.0
        while second < hours * 3600:
            self._ask_until(second)
            if watching:
                self._look(second, second >= warm_up * 3600)
            second += MINUTE + self._random.uniform(0, self._jitter)
        self._ask_until(second)
        self._finish(START + timedelta(seconds=second), warm_up)
        return self.outcome

    def tell(self, keys):
        """1688 says that these changed."""
        for key in keys:
            self._watches[key] = replace(self._watches[key], asked=True)
            self._ready[key] = None

    def _ask_until(self, second):
        while self._people and self._people[0][0] <= second:
            moment, calls = self._people.popleft()
            granted = self._window.take(moment, calls, PEOPLE)
            self.outcome.asked += calls
            self.outcome.waited += calls - granted

    def _look(self, second, counted):
        now = START + timedelta(seconds=second)
        while self._due and self._due[0][0] <= now:
            self._ready[heapq.heappop(self._due)[1]] = None
        while self._recent and self._recent[0][0] <= second - MINUTE:
            self._recent.popleft()
        used = sum(count for _moment, count in self._recent)
        due = [self._watches[key] for key in self._ready]
        pressing = self._planner.is_pressing(due, now)
        looks = self._planner.allowance(used, self._window.used(second), self._quota, pressing)
        chosen = self._planner.choose(due, now, looks)
        granted = self._window.take(second, len(chosen), BACKGROUND)
        if granted:
            self._recent.append((second, granted))
        self.outcome.most_in_a_minute = max(self.outcome.most_in_a_minute, used + granted)
        for watch in chosen[:granted]:
            self._answer(watch, now, counted)

    def _answer(self, watch, now, counted):
        del self._ready[watch.key]
        self.outcome.looks[watch.key] += 1
        failed = self._random.random() < self._failing
        if not failed and watch.looked_at and counted:
            self._note_age(watch.key, now - watch.looked_at)
        self._watches[watch.key] = replace(
            watch,
            tried_at=now,
            looked_at=watch.looked_at if failed else now,
            misses=watch.misses + 1 if failed else 0,
            asked=watch.asked and failed,
        )
        heapq.heappush(self._due, (self._planner.next_look(self._watches[watch.key], now), watch.key))

    def _note_age(self, key, age):
        self.outcome.ages[key].append(age)
        self.outcome.worst_age = max(self.outcome.worst_age, age)

    def _finish(self, now, warm_up):
        """Those that were never reached count too."""
        for key, watch in self._watches.items():
            age = now - (watch.looked_at or START)
            if age > self.outcome.worst_age and now - START > timedelta(hours=warm_up):
                self._note_age(key, age)


def listings(planner, count, hot=0.1, seed=1, told=0.0, clumped=False):
    """`count` watches: `hot` of them in daily use, a third first sources, seen at some time of the last half day.

    :param clumped: all seen at once, a moment ago
    """
    chance = random.Random(seed)
    made = []
    for key in range(1, count + 1):
        is_hot = chance.random() < hot
        use = planner.Use(
            compared=chance.randint(4, 20) if is_hot else 0,
            ordered=chance.randint(2, 10) if is_hot else 0,
            value=chance.uniform(1000, 50000) if is_hot else 0.0,
            first=is_hot or chance.random() < 0.3,
            changes=chance.randint(0, 6) if is_hot else chance.choice((0, 0, 0, 1)),
            told=chance.random() < told,
        )
        age = timedelta(hours=0 if clumped else chance.uniform(0, 2 if is_hot else 12))
        made.append(planner.Watch(key, looked_at=START - age, rate=planner.rate(use)))
    return made


def people(hours, per_hour=600, burst=10, seed=2):
    """[(second, calls)]: comparisons of `burst` calls each, `per_hour` calls in all."""
    chance = random.Random(seed)
    moments = sorted(chance.uniform(0, hours * 3600) for _n in range(int(hours * per_hour / burst)))
    return [(moment, burst) for moment in moments]


def is_hot(watch):
    """In daily use."""
    return watch.rate > 8
