"""The page on which a person lets an app act for his account."""

import json
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from .. import oauth
from ..http import redirect_response
from .html import both, from_here, h, notice, page

RIGHTS = (
    ("查询商品、订单和物流信息", "read goods, orders and parcels"),
    ("创建和取消订单", "place and cancel orders"),
    ("申请退款、确认收货", "claim refunds, confirm receipt"),
)


def _checked(world, fields):
    """The app that asks, or the page that refuses."""
    client, target = fields.get("client_id"), fields.get("redirect_uri")
    if not client or not target:
        return None, notice(
            "缺少必要参数", "A required parameter is missing: client_id or redirect_uri", 400
        )
    app = world.store.one("SELECT * FROM app WHERE app_key = ?", client)
    if app is None or not _is_registered(app["redirect_domain"], target):
        return None, notice(
            "非法请求", "Unknown app, or redirect_uri is not of the app's domain", 400
        )
    return app, None


def _is_registered(domain, target):
    """Whether an address may get a code; an app without a domain takes any web address."""
    if not target.isprintable() or " " in target or not target.isascii():
        return False
    try:
        parts = urlsplit(target)
        host = parts.hostname or ""
    except ValueError:
        return False
    if parts.scheme not in ("http", "https") or not host or parts.username is not None:
        return False
    return not domain or host == domain or host.endswith(f".{domain}")


def ask(world, request):
    """``GET /oauth/authorize``"""
    fields = request.query
    app, refusal = _checked(world, fields)
    if refusal:
        return refusal
    rows = world.store.all("SELECT member_id, data FROM buyer ORDER BY member_id")
    buyers = [
        h(
            '<label class="choice"><input type="radio" name="member_id" value="{}" {}><span><b>{}</b><span class="en mono">{}</span></span></label>',
            row["member_id"],
            "checked" if row["member_id"] == app["member_id"] else "",
            json.loads(row["data"]).get("login_id"),
            row["member_id"],
        )
        for row in rows
    ]
    hidden = [
        h('<input type="hidden" name="{}" value="{}">', name, fields.get(name, ""))
        for name in ("client_id", "redirect_uri", "state")
    ]
    body = h(
        '<div class="login"><div class="card"><h1>{}</h1><p>{}</p><form class="block" method="post" action="/oauth/authorize">{}{}'
        '<ul class="plain">{}</ul><div class="row"><button class="main large" name="agree" value="1">{}</button>'
        '<button class="large" name="agree" value="">{}</button></div></form></div></div>',
        both("授权登录", "Authorise an app"),
        both(
            f"应用 {app['app_key']} 请求使用您的 1688 账号",
            f"App {app['app_key']} asks to use your 1688 account",
        ),
        hidden,
        buyers,
        [h("<li>{}</li>", both(*right)) for right in RIGHTS],
        both("授权", "Agree"),
        both("拒绝", "Refuse"),
    )
    return page("Authorise", body)


def agree(world, request):
    """``POST /oauth/authorize``: back to the app with a code."""
    fields = request.form
    app, refusal = _checked(world, fields)
    if refusal:
        return refusal
    if not from_here(request):
        return notice("非法请求", "The form came from elsewhere", 403)
    if not fields.get("agree"):
        return notice("已拒绝授权", "You refused; the app gets nothing")
    member_id = fields.get("member_id") or app["member_id"]
    if world.store.one("SELECT 1 FROM buyer WHERE member_id = ?", member_id) is None:
        return notice("非法请求", "Unknown account", 400)
    code = oauth.issue_code(world, app["app_key"], member_id, fields["redirect_uri"])
    return redirect_response(
        _with(fields["redirect_uri"], code=code, state=fields.get("state", ""))
    )


def _with(address, **values):
    parts = urlsplit(address)
    query = [*parse_qsl(parts.query, keep_blank_values=True), *values.items()]
    return urlunsplit(parts._replace(query=urlencode(query), fragment=""))
