"""Addresses of the goods' pictures, and the pictures themselves, drawn when asked for."""

import functools

from .catalogue.draw import jpeg

SIZE, SMALL = 600, 220


def offer_picture(world, offer, index=0):
    """The address of a picture of an offer's gallery."""
    return f"{world.base_url}/img/{offer.offer_id}/{index}.jpg"


def sku_picture(world, sku):
    """The address of the picture of a SKU."""
    return f"{world.base_url}/img/sku/{sku.sku_id}.jpg"


def white_picture(world, offer):
    """The address of an offer's picture on white."""
    return f"{world.base_url}/img/{offer.offer_id}/white.jpg"


def find_look(catalogue, path):
    """The look behind ``600…/0.jpg``, ``600…/white.jpg`` or ``sku/480….jpg``, or None.

    :return: ``(look, on_white)``
    """
    folder, _slash, name = path.removesuffix(".jpg").partition("/")
    if folder == "sku":
        found = catalogue.sku(name)
        return (found[1].look, False) if found else None
    offer = catalogue.offer(folder)
    if offer and name == "white":
        return offer.looks[0], True
    if offer and name.isascii() and name.isdigit() and int(name) < len(offer.looks):
        return offer.looks[int(name)], False
    return None


@functools.lru_cache(maxsize=400)
def picture(look, on_white=False, size=SIZE):
    """JPEG bytes of a look; the same for the same look."""
    return jpeg(look, size, on_white)
