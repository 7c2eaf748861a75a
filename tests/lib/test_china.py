"""A day in China is the same day for everybody."""

from datetime import date, datetime, timezone

import pytest
from lib1688.china import day_in_china


@pytest.mark.parametrize("hour, day", [(0, 20), (15, 20), (16, 21), (23, 21)])
def test_a_day_in_china_begins_at_four_in_the_afternoon(hour, day):
    moment = datetime(2026, 5, 20, hour, tzinfo=timezone.utc)
    assert day_in_china(moment) == day_in_china(moment.replace(tzinfo=None)) == date(2026, 5, day)
