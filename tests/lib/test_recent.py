"""What was done a moment ago is not done again."""

import pytest
from lib1688 import recent


@pytest.fixture
def clock(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(recent.time, "monotonic", lambda: now[0])
    return now


def test_a_mark_counts_for_a_while(clock):
    seen = recent.Recent(size=10, seconds=60)
    assert not seen.knows("a", 1)
    seen.note("a", 1)
    assert seen.knows("a", 1)
    assert not seen.knows("a", 2)
    assert not seen.knows("b", 1)
    clock[0] += 60
    assert not seen.knows("a", 1)


def test_a_renewed_mark_does_not_count_for_longer(clock):
    seen = recent.Recent(size=10, seconds=60)
    seen.note("a", 1)
    clock[0] += 50
    seen.renew("a", 2)
    assert seen.knows("a", 2) and not seen.knows("a", 1)
    clock[0] += 10
    assert not seen.knows("a", 2)
    seen.renew("b", 1)
    assert not seen.knows("b", 1), "it was never noted"


def test_the_oldest_are_forgotten(clock):
    seen = recent.Recent(size=2, seconds=60)
    for key in "abac":
        seen.note(key, 1)
    assert [seen.knows(key, 1) for key in "abc"] == [True, False, True]
