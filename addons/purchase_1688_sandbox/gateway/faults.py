"""Faults by order: what goes wrong, on which API, how often. Kept in the state file, so that all
processes share them.

A fault is ``{"api": name or "*", "kind": …, "times": n or None, "skip": n, "seconds": s, "code":
…, "status": …, "message": …, "match": {field: value}}``. ``match`` looks into the decoded
parameters at any depth.

Before the effect: delay, drop_before, error_before, rate_limit, risk_control, captcha,
gateway_error, redirect. After the effect: drop_after, error_after, drip, huge, cut, html, reset,
patch (``"set": {"path.to.field": value}``, ``"remove": ["path"]``); with ``"effect": false`` these
too come without the effect. Later: late_effect (the connection is dropped; the effect comes after
``seconds`` of the world's clock). Push (api "push"): duplicate, reorder, lose, forge.
"""

import gzip
import json
import time

from .envelope import FAILURES
from .http import Response, html_response, json_response, redirect_response

BEFORE = {
    "delay",
    "drop_before",
    "error_before",
    "rate_limit",
    "risk_control",
    "captcha",
    "gateway_error",
    "redirect",
}
AFTER = {"drop_after", "error_after", "drip", "huge", "cut", "html", "reset", "patch"}
PUSH = {"duplicate", "reorder", "lose", "forge"}
KINDS = BEFORE | AFTER | PUSH | {"late_effect"}
HTML = "<!DOCTYPE html><html><head><title>{0}</title></head><body><h1>{0}</h1></body></html>"


def add(world, spec):
    """Keep a fault; returns its number. ValueError if it could never strike."""
    if spec.get("kind") not in KINDS:
        raise ValueError(
            f"unknown kind of fault: {spec.get('kind')}; known: {', '.join(sorted(KINDS))}"
        )
    if spec["kind"] in PUSH and spec.get("api") != "push":
        raise ValueError('a fault of this kind is one of api "push"')
    spec = {"api": "*", **spec}
    with world.store.transaction():
        return world.store.run(
            "INSERT INTO fault (spec, skip, times) VALUES (?, ?, ?)",
            json.dumps(spec),
            spec.get("skip") or 0,
            spec.get("times", 1),
        ).lastrowid


def all_faults(world):
    return [
        {
            "id": row["id"],
            **json.loads(row["spec"]),
            "times_left": row["times"],
            "skip_left": row["skip"],
            "hits": row["hits"],
        }
        for row in world.store.all("SELECT * FROM fault ORDER BY id")
    ]


def clear(world, number=None):
    with world.store.transaction():
        if number is None:
            world.store.run("DELETE FROM fault")
        else:
            world.store.run("DELETE FROM fault WHERE id = ?", number)


def pick(world, name, fields, kinds=KINDS - PUSH):
    """The first fault that strikes this call, counted down; None if there is none."""
    if world.store.one("SELECT 1 FROM fault WHERE times IS NULL OR times > 0 LIMIT 1") is None:
        return None
    values = None
    with world.store.transaction():
        for row in world.store.all(
            "SELECT * FROM fault WHERE times IS NULL OR times > 0 ORDER BY id"
        ):
            spec = json.loads(row["spec"])
            if spec["kind"] not in kinds or not _is_meant(spec["api"], name):
                continue
            if spec.get("match"):
                values = values or _decoded(fields)
                if not all(_contains(values, key, wanted) for key, wanted in spec["match"].items()):
                    continue
            if row["skip"] > 0:
                world.store.run("UPDATE fault SET skip = skip - 1 WHERE id = ?", row["id"])
                continue
            world.store.run(
                "UPDATE fault SET times = times - 1, hits = hits + 1 WHERE id = ?", row["id"]
            )
            return spec
    return None


def _is_meant(api, name):
    return api == name or api == name.partition(":")[2] or (api == "*" and name != "push")


def _decoded(fields):
    values = {}
    for name, text in fields.items():
        try:
            values[name] = json.loads(text) if text[:1] in "[{" else text
        except ValueError:
            values[name] = text
    return values


def _contains(value, key, wanted):
    if isinstance(value, dict):
        if key in value and _equals(value[key], wanted):
            return True
        return any(_contains(item, key, wanted) for item in value.values())
    if isinstance(value, list):
        return any(_contains(item, key, wanted) for item in value)
    return False


def _equals(value, wanted):
    return any(str(item) == str(wanted) for item in (value if isinstance(value, list) else [value]))


# --- playing them


def before(fault, api):
    """The answer of a fault that comes before the effect; None to go on (a delay is slept here)."""
    kind, code, message = fault["kind"], fault.get("code"), fault.get("message")
    if kind == "delay":
        time.sleep(fault.get("seconds", 1))
        return None
    if kind == "drop_before":
        time.sleep(fault.get("seconds", 0))
        return Response(wire=("drop",))
    if kind == "error_before":
        return _http_error(fault)
    if kind == "rate_limit":
        code, message = (
            code or "gw.QosAppFrequencyLimit",
            message or "App call exceeds limited frequency",
        )
        return _gateway_error(code, message, fault.get("status", 400))
    if kind == "gateway_error":
        return _gateway_error(
            code or "gw.SystemError", message or "System error", fault.get("status", 400)
        )
    if kind == "risk_control":
        # Made up: risk control of the open API is not on record.
        family = FAILURES[api.fail if api else "D"]
        return json_response(family(code or "RISK_CONTROL", message or "操作存在风险,请稍后再试"))
    if kind == "captcha":
        return html_response(HTML.format("验证码 - 请完成安全验证"), fault.get("status", 200))
    return redirect_response(fault.get("url", "http://127.0.0.1:9/elsewhere"))


def after(fault, response):
    """What becomes of a good answer."""
    kind, seconds = fault["kind"], fault.get("seconds")
    if kind == "drop_after":
        time.sleep(seconds or 0)
        return Response(wire=("drop",))
    if kind == "error_after":
        return _http_error(fault)
    if kind == "html":
        return html_response(HTML.format("系统繁忙"), fault.get("status", 200))
    if kind == "patch":
        return _patched(fault, response)
    if kind == "huge":
        size = fault.get("bytes", 256 * 1024 * 1024)
        if fault.get("gzip"):
            response.body = gzip.compress(b'{"result":"' + b"0" * size + b'"}')
            response.headers["Content-Encoding"] = "gzip"
            return response
        response.wire = ("huge", size)
    elif kind == "drip":
        response.wire = ("drip", seconds or 0.2)
    else:
        response.wire = (kind,)
    return response


def _gateway_error(code, message, status):
    return json_response(
        {"error_code": code, "error_message": message, "exception": message}, status
    )


def _http_error(fault):
    status = fault.get("status", 500)
    if fault.get("code"):
        return _gateway_error(fault["code"], fault.get("message", "error"), status)
    return html_response(HTML.format(f"{status} error"), status)


def _patched(fault, response):
    value = json.loads(response.body)
    for path, new in fault.get("set", {}).items():
        holder, last = _walk(value, path)
        holder[last] = new
    for path in fault.get("remove", []):
        holder, last = _walk(value, path)
        del holder[last]
    return json_response(value, response.status)


def _walk(value, path):
    """The container and the key of ``a.0.b`` in a JSON value."""
    *steps, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    for step in steps:
        value = value[step]
    return value, last
