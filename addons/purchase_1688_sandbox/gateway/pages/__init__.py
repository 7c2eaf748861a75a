"""The pages for people: authorise page, cashier, pictures, console."""

import re

from . import pictures

ROUTES = (("GET", re.compile(r"/img/(.+\.jpg)"), pictures.goods_picture),)


def handle(world, request):
    """The Response of a page, or None if there is no such page."""
    method = "GET" if request.method == "HEAD" else request.method
    for wanted, pattern, page in ROUTES:
        match = pattern.fullmatch(request.path)
        if match and wanted == method:
            return page(world, request, *match.groups())
    return None
