"""Getting and renewing tokens (API document §3). The client adds key and secret."""

from urllib.parse import urlencode

from ..call import Call
from ..values import AUTH_URL
from .wiretext import text

_API = "system.oauth2:getToken:1"


def authorise_url(app_key, redirect_uri, state, auth_url=AUTH_URL):
    """Address of the page where the account's owner agrees (§3.2)."""
    query = {
        "client_id": text(app_key, "app_key"),
        "site": "1688",
        "redirect_uri": text(redirect_uri, "redirect_uri"),
        "state": text(state, "state"),
    }
    return f"{auth_url.rstrip('/')}/oauth/authorize?{urlencode(query)}"


def exchange(code, redirect_uri):
    """Turn the one-time code of the redirect into tokens; it lives two minutes."""
    params = {
        "grant_type": "authorization_code",
        "need_refresh_token": "true",
        "redirect_uri": text(redirect_uri, "redirect_uri"),
        "code": text(code, "code"),
    }
    return Call("oauth.exchange", _API, params, effect=True, authorised=False, signed=False)


def refresh(refresh_token):
    """Get a new access token. Serialise: an older one may die with it (§3.4)."""
    params = {
        "grant_type": "refresh_token",
        "refresh_token": text(refresh_token, "refresh_token"),
    }
    return Call("oauth.refresh", _API, params, effect=True, authorised=False, signed=False)
