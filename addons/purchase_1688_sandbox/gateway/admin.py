"""The admin API: time, faults, switches, what sellers and carriers do by hand, and the books.

JSON in and out, ``Authorization: Bearer <admin token>``. It is not part of the platform.
"""

import contextlib
import hmac
import json
import re

from . import faults, oauth, push, registry
from .http import json_response
from .world import MEMBER_ID, on_time

_ROUTES = []


def route(method, pattern):
    """Serve ``f(world, body, *groups) -> JSON value`` under /admin/ + pattern."""

    def register(function):
        _ROUTES.append((method, re.compile(pattern), function))
        return function

    return register


class AdminError(Exception):
    """Not possible; the text tells why."""

    def __init__(self, message, status=400):
        super().__init__(message)
        self.status = status


def handle(gateway, request):
    given = request.headers.get("authorization", "")
    if not hmac.compare_digest(given.encode(), f"Bearer {gateway.admin_token}".encode()):
        return json_response({"error": "wrong or missing admin token"}, 401)
    try:
        body = request.json() if request.method == "POST" else request.query
        return json_response(
            run(gateway.world, request.method, request.path.removeprefix("/admin/"), body)
        )
    except AdminError as error:
        return json_response({"error": str(error)}, error.status)
    except (ValueError, KeyError, TypeError) as error:
        return json_response({"error": f"{type(error).__name__}: {error}"}, 400)


def run(world, method, path, body):
    """Do one admin request; used by HTTP and by scripts."""
    for wanted, pattern, function in _ROUTES:
        match = pattern.fullmatch(path.strip("/"))
        if match and wanted == method:
            return function(world, body, *match.groups())
    raise AdminError(f"no such admin request: {method} /admin/{path}", 404)


@route("GET", "state")
def state(world, body):
    count = {
        name: world.store.one(f"SELECT count(*) FROM {name}")[0]  # noqa: S608 names from here
        for name in ("trade_order", "payment", "parcel", "refund", "message", "call", "timeline")
    }
    return {
        "seed": world.seed,
        "now": world.clock.now(),
        "speed": world.clock.speed,
        "counts": count,
        "switches": world.switches.all(),
        "apis": [item.full_name for item in registry.all_apis()],
    }


@route("POST", "clock")
def set_clock(world, body):
    if "speed" in body:
        world.clock.set_speed(body["speed"])
    if "advance" in body:
        world.clock.advance(float(body["advance"]) * 1000)
    world.catch_up()
    return {"now": world.clock.now(), "speed": world.clock.speed}


@route("GET", "faults")
def list_faults(world, body):
    return {"faults": faults.all_faults(world)}


@route("POST", "faults")
def add_fault(world, body):
    specs = body if isinstance(body, list) else [body]
    return {"ids": [faults.add(world, spec) for spec in specs]}


@route("DELETE", "faults")
def clear_faults(world, body):
    faults.clear(world)
    return {}


@route("DELETE", r"faults/(\d+)")
def clear_fault(world, body, number):
    faults.clear(world, int(number))
    return {}


@route("GET", "switches")
def list_switches(world, body):
    return world.switches.all()


@route("POST", "switches")
def set_switches(world, body):
    world.switches.set(body)
    return world.switches.all()


@route("GET", "calls")
def list_calls(world, body):
    since = int(body.get("since") or 0)
    rows = world.store.all("SELECT * FROM call WHERE id > ? ORDER BY id", since)
    return {"calls": [{**dict(row), "params": json.loads(row["params"])} for row in rows]}


@route("POST", "push")
def set_push(world, body):
    world.switches.set({"push_url": body["url"]})
    return {"url": body["url"]}


@route("GET", "push")
def list_push(world, body):
    return {"url": world.switches["push_url"], "messages": push.messages(world)}


@route("POST", r"push/(\d+)/again")
def push_again(world, body, msg_id):
    push.send_again(world, int(msg_id))
    return {}


@route("POST", "apps")
def add_app(world, body):
    """Register an app: {"app_key", "app_secret", "member_id": an account, "redirect_domain"}."""
    with world.store.transaction():
        world.store.run(
            "INSERT OR REPLACE INTO app VALUES (?, ?, ?, ?)",
            body["app_key"],
            body["app_secret"],
            body.get("member_id", MEMBER_ID),
            body.get("redirect_domain", ""),
        )
        if body.get("access_token"):
            world.store.run(
                "INSERT OR REPLACE INTO token VALUES (?, ?, ?, ?)",
                body["access_token"],
                body["app_key"],
                body.get("member_id", MEMBER_ID),
                world.now() + 10 * 365 * 86400 * 1000,
            )
    return {}


@route("POST", "tokens/revoke")
def revoke_tokens(world, body):
    """End the access tokens of all accounts ({"refresh": true}: the refresh tokens too)."""
    for row in world.store.all("SELECT member_id FROM buyer"):
        oauth.revoke(world, row["member_id"], bool(body.get("refresh")))
    return {}


@route("POST", "reset")
def reset(world, body):
    world.reset(body.get("seed"), body.get("now"), float(body.get("speed", 1)))
    return {"seed": world.seed}


@route("POST", "run-script")
def run_script(world, body):
    """{"steps": [{"after": seconds of the world's clock, "method", "path", "body"}, …]}; without
    "after": at once.
    """
    answers = []
    for step in body["steps"]:
        if step.get("after"):
            with world.store.transaction():
                world.schedule(step["after"], "script", "script", step=step)
            answers.append({"scheduled": step["after"]})
        else:
            answers.append(
                run(
                    world,
                    step.get("method", "POST"),
                    step["path"].removeprefix("/admin/"),
                    step.get("body", {}),
                )
            )
    return {"answers": answers}


@on_time("script")
def scheduled_step(world, key, payload):
    step = payload["step"]
    with contextlib.suppress(AdminError, ValueError, KeyError):  # not possible any more by now
        run(
            world,
            step.get("method", "POST"),
            step["path"].removeprefix("/admin/"),
            step.get("body", {}),
        )
