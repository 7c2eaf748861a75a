"""The pages for people: authorise page, cashier, shop window, pictures, console."""

import re

from . import authorise, cashier, console, offer, pictures

ROUTES = (
    ("GET", r"/img/evidence/(\d+)\.jpg", pictures.evidence),
    ("GET", r"/img/(.+\.jpg)", pictures.goods_picture),
    ("GET", r"/offer/(\d+)\.html", offer.offer_page),
    ("GET", r"/shop/(\w+)\.html", offer.shop_page),
    ("GET", r"/oauth/authorize", authorise.ask),
    ("POST", r"/oauth/authorize", authorise.agree),
    ("GET", r"/cashier", cashier.show),
    ("POST", r"/cashier", cashier.pay),
    ("GET", r"/cashier/agreement", cashier.agreement),
    ("GET", r"/", console.show),
    ("POST", r"/console", console.act),
)
_COMPILED = [(method, re.compile(pattern), page) for method, pattern, page in ROUTES]


def handle(world, request):
    """The Response of a page, or None if there is no such page."""
    method = "GET" if request.method == "HEAD" else request.method
    for wanted, pattern, page in _COMPILED:
        match = pattern.fullmatch(request.path)
        if match and wanted == method:
            return page(world, request, *match.groups())
    return None
