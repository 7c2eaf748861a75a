"""How values are written on the wire: money, ids, dates, JSON."""

import datetime
import json
from decimal import ROUND_HALF_UP, Decimal

CHINA = datetime.timezone(datetime.timedelta(hours=8))


def yuan(fen):
    """The JSON number in yuan of an amount in fen (int, or Decimal where a unit price has parts of
    a fen).
    """
    return float(Decimal(fen) / 100)


def yuan_text(fen, places=2):
    """The text in yuan, as product APIs write prices: ``12.50``."""
    return f"{(Decimal(fen) / 100).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)}"


def fen(amount_yuan):
    """Whole fen of an amount in yuan given as text, int or Decimal (never a float), rounded half
    up.
    """
    return int((Decimal(str(amount_yuan)) * 100).quantize(Decimal(1), ROUND_HALF_UP))


def wire_id(value):
    """The JSON number of an id that is kept as text."""
    return int(value)


def number(quantity):
    """A quantity as the platform writes it: a JSON number without a useless fraction."""
    quantity = Decimal(quantity)
    return int(quantity) if quantity == quantity.to_integral_value() else float(quantity)


def aop_date(ms):
    """``yyyyMMddHHmmssSSSZ`` in China time of milliseconds since 1970; None stays None."""
    if ms is None:
        return None
    moment = datetime.datetime.fromtimestamp(ms / 1000, CHINA)
    return moment.strftime("%Y%m%d%H%M%S") + f"{ms % 1000:03d}+0800"


def china_time(ms):
    """``yyyy-MM-dd HH:mm:ss`` in China time of milliseconds since 1970."""
    return datetime.datetime.fromtimestamp(ms / 1000, CHINA).strftime("%Y-%m-%d %H:%M:%S")


def parse_aop_date(text):
    """Milliseconds since 1970 of ``yyyyMMddHHmmssSSSZ``; raises ValueError."""
    if len(text) != 22:
        raise ValueError(text)
    moment = datetime.datetime.strptime(text[:14] + text[17:], "%Y%m%d%H%M%S%z")
    return int(moment.timestamp()) * 1000 + int(text[14:17])


def dumps(value):
    """Compact JSON with Chinese as it is; Decimal becomes a number."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_plain)


def _plain(value):
    if isinstance(value, Decimal):
        return number(value)
    raise TypeError(f"{type(value).__name__} does not go on the wire")


def without_none(value):
    """The same dict without the keys whose value is None: the platform leaves out what it does not
    know.
    """
    return {key: item for key, item in value.items() if item is not None}
