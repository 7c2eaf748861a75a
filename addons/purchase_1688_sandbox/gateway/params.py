"""The decoded parameters of one call, as an API function reads them."""

import json
from decimal import Decimal, InvalidOperation

from .errors import GatewayError
from .wire import parse_aop_date

REQUIRED = object()


def missing(name):
    return GatewayError("gw.ParamMissing", f"Required argument {name}")


def invalid(name):
    # The platform's code for a value of the wrong type is not on record; this one is made up.
    return GatewayError("gw.ParamInvalid", f"Invalid argument {name}")


class Params:
    """Form and query fields of a call.

    Every reader takes a default; without one the parameter is required and its absence is
    ``gw.ParamMissing``. ``files`` are the parts of a multipart body (name -> bytes); ``app_key``
    and ``member_id`` tell who calls (``member_id`` is None where the API needs no token).
    """

    def __init__(self, fields, files=None, app_key=None, member_id=None):
        self.fields = dict(fields)
        self.files = files or {}
        self.app_key = app_key
        self.member_id = member_id

    def text(self, name, default=REQUIRED):
        value = self.fields.get(name, "")
        if value != "":
            return value
        if default is REQUIRED:
            raise missing(name)
        return default

    def long(self, name, default=REQUIRED):
        value = self.text(name, default)
        if value is default:
            return default
        try:
            return int(value)
        except ValueError:
            raise invalid(name) from None

    def decimal(self, name, default=REQUIRED):
        value = self.text(name, default)
        if value is default:
            return default
        return to_decimal(value, name)

    def boolean(self, name, default=REQUIRED):
        """Only the texts ``true`` and ``false``: the platform does not read 0 and 1."""
        value = self.text(name, default)
        if value is default:
            return default
        if value not in ("true", "false"):
            raise invalid(name)
        return value == "true"

    def date(self, name, default=REQUIRED):
        """Milliseconds since 1970 of a ``yyyyMMddHHmmssSSSZ`` text."""
        value = self.text(name, default)
        if value is default:
            return default
        try:
            return parse_aop_date(value)
        except ValueError:
            raise invalid(name) from None

    def json(self, name, default=REQUIRED, kind=None):
        """The value of a field that carries JSON text. Fractions come as Decimal."""
        value = self.text(name, default)
        if value is default:
            return default
        try:
            decoded = json.loads(value, parse_float=Decimal)
        except ValueError:
            raise invalid(name) from None
        if kind and not isinstance(decoded, kind):
            raise invalid(name)
        return decoded

    def object(self, name, default=REQUIRED):
        return self.json(name, default, dict)

    def array(self, name, default=REQUIRED):
        return self.json(name, default, list)


def to_decimal(value, name):
    """A finite Decimal of a JSON number or text, else ``gw.ParamInvalid``."""
    try:
        result = Decimal(str(value))
    except InvalidOperation:
        raise invalid(name) from None
    if not result.is_finite():
        raise invalid(name)
    return result


def member(mapping, name, container):
    """A required member of an object parameter."""
    value = mapping.get(name)
    if value is None or value == "":
        raise missing(f"{container}.{name}")
    return value
