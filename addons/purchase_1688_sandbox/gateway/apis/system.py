"""System time, and the token calls (unsigned, under the protocols ``http`` and ``param2``)."""

from .. import oauth
from ..registry import api
from ..wire import aop_date


@api("system", "currentTime", token=False)
def current_time(world, params):
    return aop_date(world.now())


@api("system.oauth2", "getToken", token=False, signed=False, write=True)
def get_token(world, params):
    return oauth.get_token(world, params)
