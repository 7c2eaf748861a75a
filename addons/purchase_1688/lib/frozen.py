"""Values of lib/values as plain data and back, so that what was read can wait in the database."""

import dataclasses
import types
import typing
from decimal import Decimal
from functools import cache


def dump(value):
    """`value` as JSON can hold it; amounts as exact text."""
    if dataclasses.is_dataclass(value):
        return {field.name: dump(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, (tuple, list)):
        return [dump(item) for item in value]
    return str(value) if isinstance(value, Decimal) else value


def load(kind, data):
    """The value of type `kind` that `dump` made `data` of; fields that are not there keep their defaults."""
    if data is None:
        return None
    if dataclasses.is_dataclass(kind):
        hints = _hints(kind)
        return kind(**{name: load(hints[name], item) for name, item in data.items() if name in hints})
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if origin in (types.UnionType, typing.Union):
        return load(next(arg for arg in args if arg is not type(None)), data)
    if origin is tuple:
        kinds = [args[0]] * len(data) if args[-1] is Ellipsis else args
        return tuple(load(item_kind, item) for item_kind, item in zip(kinds, data, strict=True))
    return Decimal(data) if kind is Decimal else data


@cache
def _hints(kind):
    return typing.get_type_hints(kind)
