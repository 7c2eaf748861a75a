"""Writing HTML: everything put into a piece of HTML is escaped, unless it is such a piece itself."""

from html import escape

from ..http import html_response
from ..wire import yuan_text
from .style import CSS


class Html(str):
    """Text that is HTML already."""

    __slots__ = ()


def _safe(value):
    if isinstance(value, Html):
        return value
    if isinstance(value, (list, tuple)):
        return Html("".join(_safe(item) for item in value))
    return escape("" if value is None else str(value))


def h(template, *values, **names):
    """Format HTML; values are escaped, lists joined."""
    safe = {name: _safe(value) for name, value in names.items()}
    return Html(template.format(*(_safe(value) for value in values), **safe))


def both(chinese, english):
    """A text in Chinese with its English beneath."""
    return h('<span class="zh">{}</span><span class="en">{}</span>', chinese, english)


def money(fen):
    """An amount in yuan."""
    return h('<span class="money">¥{}</span>', yuan_text(fen))


def badge(chinese, english, kind=""):
    """A small coloured word."""
    return h(
        '<span class="badge {}" title="{}">{}<i>{}</i></span>', kind, english, chinese, english
    )


PAGE = """<!DOCTYPE html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title><link rel="icon" href="data:,"><style>{css}</style></head>
<body class="{kind}"><header><a class="logo" href="/">1688<b>沙箱</b><i>sandbox</i></a>{nav}</header>
<main>{body}</main><footer>模拟环境，不是 1688.com，没有真钱 · A simulation: not 1688.com, no real money</footer></body></html>"""

# No script runs on any page, so that nothing a seller or buyer wrote could.
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


def page(title, body, nav="", kind="", status=200):
    """A whole page."""
    text = h(PAGE, title=title, css=Html(CSS), nav=nav, body=body, kind=kind)
    response = html_response(text, status)
    response.headers.update(HEADERS)
    return response


def notice(chinese, english, status=200, more=""):
    """A page with one sentence."""
    return page(
        english,
        h('<div class="card narrow center"><h1>{}</h1>{}</div>', both(chinese, english), more),
        status=status,
    )


def from_here(request):
    """Whether a form was sent from one of these pages and not from a foreign site."""
    origin = request.headers.get("origin")
    return origin in (
        None,
        f"http://{request.headers.get('host')}",
        f"https://{request.headers.get('host')}",
    )
