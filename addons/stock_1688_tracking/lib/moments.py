"""Moments as the library of purchase_1688 gives them, and as Odoo stores them."""

from datetime import datetime, timezone
from typing import Literal


def naive(moment: datetime | None) -> datetime | Literal[False]:
    """Return an aware datetime without its zone, in UTC and to the second; False for none."""
    return moment.astimezone(timezone.utc).replace(tzinfo=None, microsecond=0) if moment else False
