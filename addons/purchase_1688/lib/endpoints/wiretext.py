"""How our values are written in a request (API document §1.3), checked on the way."""

import json
from datetime import datetime
from decimal import Decimal, InvalidOperation

from ..china import CHINA
from ..errors import BadInput

_INT64 = 2**63


def number_id(value, what):
    """A 64-bit id as an integer, for a field of type Long."""
    text = str(value)
    if isinstance(value, bool) or not text.isascii() or not text.isdigit():
        raise BadInput(f"{what} must be a number in text, not {value!r}")
    if int(text[:20]) >= _INT64 or len(text) > 19:
        raise BadInput(f"{what} is too long: {value!r}")
    return int(text)


def text(value, what, limit=0, required=True):
    """Text within a limit of characters (0: none), stripped."""
    if not isinstance(value, str):
        raise BadInput(f"{what} must be text, not {value!r}")
    value = value.strip()
    if required and not value:
        raise BadInput(f"{what} is missing")
    if limit and len(value) > limit:
        raise BadInput(f"{what} is longer than {limit} characters")
    return value


def whole(value, what, low=0, high=_INT64 - 1):
    """A whole number between two limits, both included."""
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise BadInput(f"{what} must be a whole number from {low} to {high}, not {value!r}")
    return value


def quantity(value, what="quantity"):
    """A quantity above zero as a JSON number (int, or a float that loses nothing)."""
    try:
        amount = Decimal(value) if not isinstance(value, float) else Decimal(repr(value))
    except (InvalidOperation, TypeError, ValueError) as error:
        raise BadInput(f"{what} is not a number: {value!r}") from error
    if isinstance(value, bool) or not amount.is_finite() or not 0 < amount < 10**12:
        raise BadInput(f"{what} must be above zero, not {value!r}")
    if amount == amount.to_integral_value():
        return int(amount)
    if Decimal(repr(float(amount))) != amount:
        raise BadInput(f"{what} has too many digits: {value!r}")
    return float(amount)


def yuan(value, what):
    """An amount in yuan as plain decimal text."""
    if not isinstance(value, Decimal) or not value.is_finite() or value < 0:
        raise BadInput(f"{what} must be a Decimal not below zero, not {value!r}")
    return format(value, "f")


def moment(value, what):
    """A date as ``yyyyMMddHHmmssSSSZ`` in China time; naive datetimes are refused."""
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise BadInput(f"{what} must be an aware datetime, not {value!r}")
    local = value.astimezone(CHINA)
    return f"{local:%Y%m%d%H%M%S}{local.microsecond // 1000:03d}+0800"


def compact(value):
    """JSON text, compact, with Chinese as it is; the signed and the sent text are this."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def id_list(values, what, limit=0):
    """JSON text of a list of Long ids; at least one."""
    ids = [number_id(value, what) for value in values]
    if not ids or (limit and len(ids) > limit):
        raise BadInput(f"{what}: from 1 to {limit or 'any number of'} ids, not {len(ids)}")
    return compact(ids)


def filled(mapping):
    """`mapping` without what is empty: an absent field is left out, never sent empty."""
    return {key: value for key, value in mapping.items() if value not in (None, "", [], ())}
