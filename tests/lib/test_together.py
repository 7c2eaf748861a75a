"""What several threads want at the same moment is done in one go."""

import threading

import pytest
from lib1688 import together


class Scene:
    """Threads that meet while the first one is held at its work."""

    def __init__(self):
        self.place = together.Together()
        self.begun, self.go_on = threading.Event(), threading.Event()
        self.rounds, self.results = [], {}

    def work(self, wanted):
        """Doubles; negative numbers make it fail, whoever else is served."""
        self.rounds.append(wanted)
        self.begun.set()
        assert self.go_on.wait(10)
        if any(value < 0 for value in wanted.values()):
            raise ValueError("negative")
        return {key: 2 * value for key, value in wanted.items()}

    def want(self, name, key, value):
        """In the calling thread; keeps the result or the error."""
        try:
            self.results[name] = self.place.do("here", key, value, self.work)
        except Exception as error:  # noqa: BLE001 - it is what is looked at
            self.results[name] = error

    def run(self, first, others):
        """`first` works; when it has begun the `others` come, one after the other; then all go on."""
        threads = [threading.Thread(target=self.want, args=first)]
        threads[0].start()
        assert self.begun.wait(10)
        for count, other in enumerate(others, start=1):
            threads.append(threading.Thread(target=self.want, args=other))
            threads[-1].start()
            while len(self.place._lines["here"]) < count:
                assert threads[-1].is_alive()
        self.go_on.set()
        for thread in threads:
            thread.join(10)
            assert not thread.is_alive()
        assert not self.place._lines, "nobody is left behind"


@pytest.fixture
def scene():
    return Scene()


def test_who_comes_alone_is_served_at_once(scene):
    scene.go_on.set()
    assert scene.place.do("here", "a", 1, scene.work) == 2
    assert scene.place.do("here", "a", 3, scene.work) == 6
    assert scene.rounds == [{"a": 1}, {"a": 3}]


def test_who_comes_meanwhile_is_served_together(scene):
    scene.run(("one", "a", 1), [("two", "b", 2), ("three", "c", 3), ("four", "d", 4)])
    assert scene.rounds == [{"a": 1}, {"b": 2, "c": 3, "d": 4}]
    assert scene.results == {"one": 2, "two": 4, "three": 6, "four": 8}


def test_two_of_one_key_are_served_one_after_the_other(scene):
    scene.run(("one", "a", 1), [("two", "b", 2), ("three", "b", 3), ("four", "c", 4)])
    assert scene.rounds == [{"a": 1}, {"b": 2, "c": 4}, {"b": 3}]
    assert scene.results == {"one": 2, "two": 4, "three": 6, "four": 8}


def test_only_who_makes_it_fail_fails(scene):
    scene.run(("one", "a", 1), [("two", "b", 2), ("bad", "c", -3), ("four", "d", 4)])
    assert scene.rounds[2:] == [{"b": 2}, {"c": -3}, {"d": 4}], "each for himself"
    assert isinstance(scene.results.pop("bad"), ValueError)
    assert scene.results == {"one": 2, "two": 4, "four": 8}


def test_many_are_served_some_at_a_time(scene, monkeypatch):
    monkeypatch.setattr(together, "MOST", 2)
    scene.run((0, 0, 0), [(number, number, number) for number in range(1, 6)])
    assert [len(found) for found in scene.rounds] == [1, 2, 2, 1]
    assert scene.results == {number: 2 * number for number in range(6)}


def test_nobody_waits_for_ever(scene, monkeypatch):
    monkeypatch.setattr(together, "PATIENCE", 0.05)
    holder = threading.Thread(target=scene.want, args=("one", "a", 1))
    holder.start()
    assert scene.begun.wait(10)
    with pytest.raises(TimeoutError):
        scene.place.do("here", "b", 2, scene.work)
    scene.go_on.set()
    holder.join(10)
    assert scene.results == {"one": 2}
    assert scene.place.do("here", "b", 2, scene.work) == 4
