"""The table of APIs: ``@api`` puts a function into it, the application looks it up."""

import dataclasses
from collections.abc import Callable

_APIS = {}


@dataclasses.dataclass(frozen=True)
class Api:
    namespace: str
    name: str
    version: int
    token: bool
    write: bool
    signed: bool
    fail: str
    function: Callable

    @property
    def full_name(self):
        return f"{self.namespace}:{self.name}"


def api(namespace, name, version=1, token=True, write=False, signed=True, fail="A"):
    """Serve ``f(world, params) -> dict`` as ``namespace:name``.

    :param bool token: an access token is needed; ``params.member_id`` is then its account
    :param bool write: run inside one transaction of the state file, undone if the function raises
    :param bool signed: False only for the token calls
    :param str fail: envelope of a BusinessError, a key of ``envelope.FAILURES``
    """

    def register(function):
        _APIS[namespace, name, version] = Api(
            namespace, name, version, token, write, signed, fail, function
        )
        return function

    return register


def find(namespace, name, version):
    """The Api, or None."""
    return _APIS.get((namespace, name, version))


def all_apis():
    return sorted(_APIS.values(), key=lambda item: item.full_name)
