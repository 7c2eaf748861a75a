"""What is set aside for work follows what it took of late."""

import pytest
from lib1688.pace import Pace


def test_a_peak_counts_at_once_and_is_forgotten_little_by_little():
    pace = Pace(least=0.03)
    assert pace.seconds == 0.03
    pace.note(0.5)
    assert pace.seconds == 0.5
    pace.note(0.1)
    assert pace.seconds == pytest.approx(0.4)
    for _time in range(30):
        pace.note(0.01)
    assert pace.seconds == 0.03


def test_the_longer_one_counts():
    pace = Pace(least=0.03)
    pace.note(0.1)
    pace.note(0.2)
    assert pace.seconds == 0.2
