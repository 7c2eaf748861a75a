"""What many bring is dealt with together, when there is time."""

import pytest
from lib1688 import tray


class Timers:
    """Timers that go off when the test says so; the clock goes on by their seconds."""

    def __init__(self):
        self.now, self.waiting = 100.0, []

    def monotonic(self):
        return self.now

    def timer(self, seconds, work, words):
        self.waiting.append((seconds, work, words))
        return self

    def start(self):
        """As of `threading.Timer`."""

    def go_off(self):
        seconds, work, words = self.waiting.pop(0)
        self.now += seconds
        work(*words)


@pytest.fixture
def timers(monkeypatch):
    fake = Timers()
    monkeypatch.setattr(tray.time, "monotonic", fake.monotonic)
    monkeypatch.setattr(tray.threading, "Timer", fake.timer)
    return fake


@pytest.fixture
def handed():
    return []


def make(handed, busy=lambda: False, patience=1.0):
    return tray.Tray(lambda place, values: handed.append((place, values)), busy, patience)


def test_what_comes_together_is_handed_over_once_and_the_newer_value_counts(timers, handed):
    shelf = make(handed)
    shelf.put("a", {"x": 1, "y": 1})
    shelf.put("a", {"x": 2})
    assert len(timers.waiting) == 1
    timers.go_off()
    assert handed == [("a", {"x": 2, "y": 1})]


def test_places_are_apart_and_a_place_begins_anew(timers, handed):
    shelf = make(handed)
    shelf.put("a", {"x": 1})
    shelf.put("b", {"x": 1})
    timers.go_off()
    timers.go_off()
    shelf.put("a", {"z": 1})
    timers.go_off()
    assert handed == [("a", {"x": 1}), ("b", {"x": 1}), ("a", {"z": 1})]


def test_it_waits_while_there_is_other_work_but_not_for_ever(timers, handed):
    shelf = make(handed, busy=lambda: True)
    shelf.put("a", {"x": 1})
    for _look in range(4):
        timers.go_off()
        assert not handed
    timers.go_off()
    assert handed == [("a", {"x": 1})]
    assert not timers.waiting


def test_a_failure_does_not_keep_the_next_from_being_handed_over(timers, handed):
    def work(place, values):
        handed.append(values)
        raise ValueError("no")

    shelf = tray.Tray(work, lambda: False, 1.0)
    for number in range(2):
        shelf.put("a", {"x": number})
        with pytest.raises(ValueError):
            timers.go_off()
    assert handed == [{"x": 0}, {"x": 1}]


def test_how_long_it_waits_is_asked_each_time(timers, handed):
    pauses = [0.02, 0.06]
    shelf = tray.Tray(lambda place, values: handed.append(values), lambda: False, 0.0, lambda: pauses.pop(0))
    shelf.put("a", {"x": 1})
    shelf.put("b", {"x": 2})
    assert [seconds for seconds, _work, _words in timers.waiting] == [0.02, 0.06]
