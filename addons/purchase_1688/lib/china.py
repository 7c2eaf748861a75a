"""China's time: a day there is the same day for everybody, wherever he looks from."""

from datetime import timedelta, timezone

CHINA = timezone(timedelta(hours=8))
"""There has been no summer time since 1991."""


def day_in_china(moment):
    """The date in China.

    :param datetime moment: aware, or naive in UTC as Odoo keeps it
    """
    return (moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).astimezone(CHINA).date()
