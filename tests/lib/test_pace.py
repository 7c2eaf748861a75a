"""What is set aside for work follows what it took of late, and how many want it at the same moment."""

from unittest.mock import patch

import pytest
from lib1688 import pace as module
from lib1688.pace import FORGOTTEN, TOGETHER, Pace

NOW = 1000.0


@pytest.fixture(autouse=True)
def clock():
    with patch.object(module.time, "monotonic", return_value=NOW) as clock:
        yield clock


@pytest.fixture
def pace():
    return Pace(least=0.03)


def note(pace, seconds, due=NOW):
    pace.note(pace.announce(due), seconds)


def set_aside(pace):
    """For a piece far from all others."""
    return pace.seconds(Pace(0).announce(NOW - 10))


def test_a_peak_counts_at_once_and_is_forgotten_little_by_little(pace):
    assert set_aside(pace) == 0.03
    note(pace, 0.5)
    assert set_aside(pace) == 0.5
    note(pace, 0.1)
    assert set_aside(pace) == pytest.approx(0.4)
    for _time in range(30):
        note(pace, 0.01)
    assert set_aside(pace) == 0.03


def test_the_longer_one_counts(pace):
    note(pace, 0.1)
    note(pace, 0.2)
    assert set_aside(pace) == 0.2


def test_a_crowd_is_given_more(pace):
    note(pace, 0.05)
    crowd = [pace.announce(NOW + 2 + 0.01 * number) for number in range(8)]
    alone = pace.announce(NOW + 2 + 4 * TOGETHER)
    assert pace.seconds(crowd[-1]) == pytest.approx(8 * 0.05)
    assert pace.seconds(crowd[0]) == pytest.approx(8 * 0.05), "those who came later count as well"
    assert pace.seconds(alone) == pytest.approx(0.05)


def test_what_one_of_a_crowd_took_is_known_from_all(pace):
    note(pace, 0.05)
    crowd = [pace.announce(NOW) for _number in range(8)]
    for piece in crowd:  # the first ones are gone when the last one tells
        pace.note(piece, 0.32)
    assert set_aside(pace) == pytest.approx(0.04)


def test_one_that_was_never_told_of_is_forgotten(pace, clock):
    pace.announce(NOW)
    clock.return_value += FORGOTTEN + 1
    assert pace.seconds(pace.announce(NOW)) == 0.03
