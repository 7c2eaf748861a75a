"""OAuth: codes, tokens, refresh. The page where a person agrees is in ``pages``."""

import hmac
import json
import secrets

from .errors import GatewayError
from .wire import aop_date

CODE_MS = 2 * 60 * 1000
ACCESS_SECONDS = 36000
REFRESH_MS = 180 * 24 * 3600 * 1000


class OauthError(Exception):
    """Refused by the token endpoint; the platform's body is not on record (switch
    ``oauth_error_shape``).
    """

    def __init__(self, error, description):
        super().__init__(f"{error}: {description}")
        self.error = error
        self.description = description

    def answer(self, world):
        if world.switches["oauth_error_shape"] == "gateway":
            return {
                "error_code": "401",
                "error_message": self.description,
                "exception": self.description,
            }
        return {"error": self.error, "error_description": self.description}


def issue_code(world, app_key, member_id, redirect_uri):
    """A code that works once and for two minutes of the world's clock."""
    code = secrets.token_urlsafe(16)
    with world.store.transaction():
        world.store.run(
            "INSERT INTO code VALUES (?, ?, ?, ?, ?)",
            code,
            app_key,
            member_id,
            redirect_uri,
            world.now() + CODE_MS,
        )
    return code


def get_token(world, params):
    """Exchange of a code or a refresh token for an access token (runs in a transaction)."""
    client = params.text("client_id", params.app_key)
    secret = params.text("client_secret", "")
    app = world.store.one("SELECT * FROM app WHERE app_key = ?", params.app_key)
    if client != params.app_key or not hmac.compare_digest(
        secret.encode(), app["app_secret"].encode()
    ):
        raise OauthError("invalid_client", "client_id or client_secret is wrong")
    grant = params.text("grant_type")
    if grant == "authorization_code":
        return _from_code(world, params)
    if grant == "refresh_token":
        return _from_refresh_token(world, params)
    raise OauthError("unsupported_grant_type", grant)


def _from_code(world, params):
    code = params.text("code")
    row = world.store.one("SELECT * FROM code WHERE code = ? AND app_key = ?", code, params.app_key)
    world.store.run("DELETE FROM code WHERE code = ?", code)
    if row is None or row["expires_at"] < world.now():
        raise OauthError("invalid_grant", "code is unknown, used or expired")
    if row["redirect_uri"] not in (params.text("redirect_uri"), "default"):
        raise OauthError("invalid_grant", "redirect_uri does not match")
    refresh_token = None
    if params.text("need_refresh_token", "false") == "true":
        refresh_token = f"rt-{secrets.token_hex(16)}"
        world.store.run(
            "INSERT INTO refresh_token VALUES (?, ?, ?, ?)",
            refresh_token,
            params.app_key,
            row["member_id"],
            world.now() + REFRESH_MS,
        )
    return _grant(world, params.app_key, row["member_id"], refresh_token)


def _from_refresh_token(world, params):
    refresh_token = params.text("refresh_token")
    row = world.store.one(
        "SELECT * FROM refresh_token WHERE refresh_token = ? AND app_key = ?",
        refresh_token,
        params.app_key,
    )
    if row is None or row["expires_at"] < world.now():
        raise OauthError("invalid_grant", "refresh_token is unknown or expired")
    if world.switches["refresh_invalidates"]:
        world.store.run(
            "UPDATE token SET expires_at = ? "
            "WHERE app_key = ? AND member_id = ? AND expires_at > ?",
            world.now() - 1,
            params.app_key,
            row["member_id"],
            world.now(),
        )
    answered = refresh_token if world.switches["refresh_returns_refresh_token"] else None
    return _grant(world, params.app_key, row["member_id"], answered)


def _grant(world, app_key, member_id, refresh_token):
    token = f"tok-{secrets.token_hex(16)}"
    world.store.run(
        "INSERT INTO token VALUES (?, ?, ?, ?)",
        token,
        app_key,
        member_id,
        world.now() + ACCESS_SECONDS * 1000,
    )
    buyer = json.loads(
        world.store.one("SELECT data FROM buyer WHERE member_id = ?", member_id)["data"]
    )
    answer = {
        "aliId": buyer["ali_id"],
        "resource_owner": buyer["login_id"],
        "memberId": member_id,
        "expires_in": str(ACCESS_SECONDS),
        "access_token": token,
    }
    if refresh_token:
        row = world.store.one(
            "SELECT expires_at FROM refresh_token WHERE refresh_token = ?", refresh_token
        )
        answer.update(
            refresh_token=refresh_token, refresh_token_timeout=aop_date(row["expires_at"])
        )
    return answer


def check_token(world, app_key, access_token):
    """The member of a valid token, else the platform's 401."""
    if not access_token:
        raise GatewayError(
            "401", "Request need user authenticated", world.switches["bad_token_status"]
        )
    row = world.store.one(
        "SELECT * FROM token WHERE access_token = ? AND app_key = ?", access_token, app_key
    )
    if row is None or row["expires_at"] < world.now():
        raise GatewayError(
            "401", "Request need user authorized", world.switches["bad_token_status"]
        )
    return row["member_id"]


def revoke(world, member_id, refresh_too=False):
    """End the access tokens of an account (and its refresh tokens): the user cancelled, or time
    passed.
    """
    with world.store.transaction():
        world.store.run("UPDATE token SET expires_at = 0 WHERE member_id = ?", member_id)
        if refresh_too:
            world.store.run(
                "UPDATE refresh_token SET expires_at = 0 WHERE member_id = ?", member_id
            )
