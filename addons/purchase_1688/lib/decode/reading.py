"""Reading JSON of strangers: limits first, then typed access that never guesses.

Money and ids are strict (`BadAnswer`); text, dates, flags and codes are tolerant, since a
new value there must not stop a purchase that is under way.
"""

import contextlib
import json
import re
from datetime import datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from ..china import CHINA
from ..errors import BadAnswer
from ..values import from_fen

_MAX_CHARS = 4 * 1024 * 1024
_MAX_DEPTH = 40
#: no page of this platform has more; the longest list is that of the carriers
_MAX_ROWS = 5000
#: ids have 19 digits, and no amount has as many as 40 characters
_LONG_NUMBER = re.compile(r"[-+.\deE]{41}", re.ASCII)
_BRACKET = re.compile(r"[{}\[\]]")
_INT64 = 2**63
_MONEY_TEXT = re.compile(r"[+-]?\d{1,13}(\.\d{1,20})?", re.ASCII)
_COMPACT_DATE = re.compile(
    r"(\d{14})(\d{0,3})\s*(?:([+-])(\d{2}):?(\d{2})|(Z))?", re.ASCII | re.IGNORECASE
)
_PLAIN_DATE = re.compile(r"(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2})", re.ASCII)
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_MAX_MONEY = Decimal(10) ** 13
#: values that are remembered: variants of a listing say the same prices, stocks and weights again and again
_KNOWN = 2048
_TRUE, _FALSE = ("true", "1", "y", "yes"), ("false", "0", "n", "no")


def _check_limits(text):
    """Refuse deep nesting before the parser recurses into it, and numbers with too many digits."""
    # once escaped quotes are gone each quote begins or ends a text, and every second part is outside of them
    bare = "".join(text.replace("\\\\", "").replace('\\"', "").split('"')[::2])
    depth = 0
    for mark in _BRACKET.findall(bare):
        depth += 1 if mark in "{[" else -1
        if depth > _MAX_DEPTH:
            raise BadAnswer("the answer is nested too deeply", code="unreadable")
    if _LONG_NUMBER.search(bare):
        raise BadAnswer("number with too many digits", code="unreadable", raw=text)


def _no_constant(text):
    raise ValueError(f"{text} is not JSON")


_DECODER = json.JSONDecoder(parse_float=Decimal, parse_constant=_no_constant)


def load(text):
    """JSON text as Python values, numbers exact (int or Decimal); else `BadAnswer`."""
    if len(text) > _MAX_CHARS:
        raise BadAnswer("the answer is too long", code="too_big")
    _check_limits(text)
    try:
        return _DECODER.decode(text.lstrip("\ufeff"))
    except (ValueError, RecursionError, InvalidOperation) as error:
        raise BadAnswer(f"not JSON: {error}", code="unreadable", raw=text) from error


def limited(value):
    """`value` if it is a list, else an empty one; too many rows are a `BadAnswer`."""
    if not isinstance(value, list):
        return []
    if len(value) > _MAX_ROWS:
        raise BadAnswer(f"{len(value)} rows in the answer", code="too_big")
    return value


def clean(text):
    """`text` without what PostgreSQL cannot store: NUL and lone surrogates."""
    # what can be printed can be stored, and most texts can be printed
    return text if text.isprintable() else _UNSTORABLE.sub("\ufffd", text)


def as_flag(value):
    """True, False, or None when it is neither; texts count (``"true"``)."""
    if isinstance(value, bool):
        return value
    text = str(value).strip().lower()
    return True if text in _TRUE else False if text in _FALSE else None


def as_text(value):
    """Text of a scalar, cleaned; empty for null, objects and lists."""
    if isinstance(value, str):
        return clean(value)
    if value is None or isinstance(value, (dict, list)):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal) and abs(value.adjusted()) < 20:
        return format(value, "f")
    return clean(str(value))


def as_id(value):
    """A 64-bit id as text, or empty when it is none (also when it was damaged)."""
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        return ""
    text = str(value).strip()
    return text if text.isascii() and text.isdigit() and 0 < int(text[:20]) < _INT64 else ""


def as_moment(value):
    """An aware datetime in UTC, or None when it cannot be read.

    Three forms (§4.2): compact with an offset (China time without one), plain in China
    time, and milliseconds since 1970.
    """
    text = as_text(value).strip()
    # a date that does not exist is as good as none
    with contextlib.suppress(ValueError, OverflowError):
        if text.isascii() and text.isdigit() and len(text) in (12, 13):
            return datetime.fromtimestamp(int(text) / 1000, tz=timezone.utc)
        if match := _COMPACT_DATE.fullmatch(text):
            return _compact_date(match)
        if match := _PLAIN_DATE.match(text):
            text = f"{match.group(1)} {match.group(2)}+0800"
            return datetime.strptime(text, "%Y-%m-%d %H:%M:%S%z").astimezone(timezone.utc)
    return None


def _compact_date(match):
    digits, millis, sign, hours, minutes, zulu = match.groups()
    at = datetime.strptime(f"{digits}+0000", "%Y%m%d%H%M%S%z")
    at += timedelta(milliseconds=int(millis.ljust(3, "0")) if millis else 0)
    zone = CHINA
    if zulu:
        zone = timezone.utc
    elif sign:
        offset = timedelta(hours=int(hours), minutes=int(minutes))
        zone = timezone(-offset if sign == "-" else offset)
    return at.replace(tzinfo=zone).astimezone(timezone.utc)


def _decimal(value, what):
    """A finite number within reach, from a JSON number or plain decimal text."""
    # what cannot be remembered is no number either
    if isinstance(value, (dict, list)) or (isinstance(value, Decimal) and not value.is_finite()):
        raise BadAnswer(f"{what} is not a number: {value!r:.60}", code="bad_number")
    return _number(value, what)


@lru_cache(_KNOWN, typed=True)
def _number(value, what):
    if isinstance(value, str) and _MONEY_TEXT.fullmatch(value.strip()):
        value = Decimal(value.strip())
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        raise BadAnswer(f"{what} is not a number: {value!r:.60}", code="bad_number")
    amount = Decimal(value)
    # the exponent first: arithmetic on 1E+999999999 overflows
    if not -20 <= amount.adjusted() < 20 or abs(amount) >= _MAX_MONEY:
        raise BadAnswer(f"{what} is out of range: {value!r:.60}", code="bad_number")
    return amount


@lru_cache(_KNOWN)
def _without_noise(amount, what):
    """Undo binary noise (0.30000000000000004): no price here has over four decimals."""
    rounded = round(amount, 4)
    if abs(rounded - amount) > Decimal("1e-9"):
        raise BadAnswer(f"{what} has too many decimals: {amount}", code="bad_number")
    short = rounded.normalize()
    return short.quantize(Decimal("0.01")) if short.as_tuple().exponent > -2 else short


def as_yuan(value, what, signed=False):
    """An amount that is written in yuan."""
    amount = _without_noise(_decimal(value, what), what)
    return _signed(amount, what, signed)


def as_fen(value, what, signed=False):
    """An amount that is written in fen (a whole number), in yuan."""
    amount = _decimal(value, what)
    if amount != amount.to_integral_value():
        raise BadAnswer(f"{what} is not whole fen: {amount}", code="bad_number")
    return _signed(from_fen(int(amount)), what, signed)


def _signed(amount, what, signed):
    if amount < 0 and not signed:
        raise BadAnswer(f"{what} is below zero: {amount}", code="bad_number")
    return abs(amount) if amount == 0 else amount


class Node:
    """A JSON object with typed access; anything that is no object reads as an empty one."""

    __slots__ = ("data",)

    def __init__(self, data):
        self.data = data if isinstance(data, dict) else {}

    def __bool__(self):
        return bool(self.data)

    def _first(self, names):
        for name in names:
            value = self.data.get(name)
            if value is not None and value != "":
                return value
        return None

    def get(self, *names):
        """The first of `names` that has a value, unread; else None."""
        return self._first(names)

    def text(self, *names):
        """Text, or empty."""
        return as_text(self._first(names))

    def id(self, *names):
        """A numeric id as text from the first name that holds a sound one, or empty."""
        for name in names:
            if found := as_id(self.data.get(name)):
                return found
        return ""

    def flag(self, *names):
        """True, False or None."""
        return as_flag(self._first(names))

    def whole(self, *names):
        """A whole number, or None when missing or something else."""
        value = self._first(names)
        text = as_text(value).strip()
        if text.endswith(".0"):
            text = text[:-2]
        return int(text) if re.fullmatch(r"-?\d{1,18}", text, re.ASCII) else None

    def quantity(self, *names):
        """A quantity not below zero, or None when missing; nonsense is a `BadAnswer`."""
        value = self._first(names)
        if value is None:
            return None
        amount = _decimal(value, names[0])
        if amount < 0:
            raise BadAnswer(f"{names[0]} is below zero: {amount}", code="bad_number")
        return amount

    def figure(self, *names):
        """A score or share for people to look at; None when unreadable. ``10%`` is 0.1."""
        text = self.text(*names).strip()
        if not text:
            return None
        percent = text.endswith("%")
        try:
            number = _decimal(text.rstrip("% "), names[0])
        except BadAnswer:
            return None
        return number / 100 if percent else number

    def yuan(self, *names, signed=False):
        """Money written in yuan, or None when missing."""
        value = self._first(names)
        return None if value is None else as_yuan(value, names[0], signed)

    def fen(self, *names, signed=False):
        """Money written in fen, as yuan, or None when missing."""
        value = self._first(names)
        return None if value is None else as_fen(value, names[0], signed)

    def moment(self, *names):
        """An aware datetime in UTC, or None."""
        return as_moment(self._first(names))

    def node(self, *names):
        """The object of that name, or an empty one."""
        return Node(self._first(names))

    def list(self, *names):
        """The list of that name, unread; empty when it is no list."""
        return limited(self._first(names))

    def nodes(self, *names):
        """The objects in the list of that name."""
        return [Node(item) for item in self.list(*names) if isinstance(item, dict)]

    def ids(self, *names):
        """Ids of a list or of a text with commas; what is no id is left out."""
        value = self._first(names)
        items = value if isinstance(value, list) else as_text(value).split(",")
        return tuple(found for item in limited(items) if (found := as_id(item)))

    def texts(self, *names):
        """The texts of a list."""
        return tuple(text for item in self.list(*names) if (text := as_text(item)))

    def need_id(self, *names):
        """A numeric id; `BadAnswer` when missing or damaged."""
        found = self.id(*names)
        if not found:
            raise BadAnswer(f"{names[0]} is missing or damaged", code="missing")
        return found

    def need_text(self, *names):
        """A text; `BadAnswer` when missing."""
        found = self.text(*names)
        if not found:
            raise BadAnswer(f"{names[0]} is missing", code="missing")
        return found
