"""Pictures of goods, and the evidence that buyers sent in."""

from ..http import Response
from ..pictures import SMALL, find_look, picture

KEPT = {"Cache-Control": "public, max-age=86400"}


def goods_picture(world, request, path):
    """``/img/…jpg``; ``?s=1`` gives a small one for lists."""
    found = find_look(world.catalogue, path)
    if found is None:
        return None
    size = {"size": SMALL} if request.query.get("s") else {}
    return Response(picture(*found, **size), 200, "image/jpeg", KEPT)


def evidence(world, request, number):
    """A picture that a buyer uploaded for a claim."""
    content = world.store.content("evidence", f"/img/evidence/{number}.jpg")
    if content is None:
        return None
    return Response(bytes(content), 200, "image/jpeg", {"X-Content-Type-Options": "nosniff"})
