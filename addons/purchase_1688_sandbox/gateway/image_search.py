"""Search by picture: a perceptual hash of what was uploaded, compared with the catalogue.

The hash is 16 x 16 steps of brightness and 4 x 4 mean colours: goods of the same shape come first,
and among them those of the same colour.
"""

import base64
import binascii
import dataclasses
import functools
import io
import warnings

from PIL import Image, UnidentifiedImageError

from .catalogue.draw import image
from .errors import BusinessError
from .params import invalid
from .pictures import find_look

BITS = 16
CELLS = 4
LARGEST = 8 * 1024 * 1024
KIND = "search_image"
ALIKE = 0.74
HASH_SIZE = 64


def fingerprint(picture):
    """``(bits, colours)`` of a Pillow picture: steps as a number, mean colours as bytes."""
    grey = picture.convert("L").resize((BITS + 1, BITS), Image.Resampling.BOX).tobytes()
    bits = 0
    for row in range(BITS):
        start = row * (BITS + 1)
        for column in range(BITS):
            step = grey[start + column + 1] - grey[start + column]
            bits = bits << 2 | (2 if step > 3 else 1 if step < -3 else 0)
    cells = picture.convert("RGB").resize((CELLS, CELLS), Image.Resampling.BOX).tobytes()
    return bits, tuple(cells)


def likeness(left, right):
    """From 0 (nothing alike) to 1 (the same)."""
    shape = 1 - (left[0] ^ right[0]).bit_count() / (BITS * BITS)
    colour = 1 - sum(abs(a - b) for a, b in zip(left[1], right[1], strict=True)) / (
        len(left[1]) * 128
    )
    return max(0.0, 0.7 * shape + 0.3 * colour)


def _of_look(look):
    return _of_goods(dataclasses.replace(look, backdrop=0))


@functools.lru_cache(maxsize=2000)
def _of_goods(look):
    """Drawn small, and before one wall: the goods count."""
    return fingerprint(image(look, HASH_SIZE))


def read_picture(data):
    """Open an uploaded picture; what is none, or too large, is a business error."""
    if len(data) > LARGEST:
        raise BusinessError("400", "图片过大")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "GIF", "WEBP", "BMP"))
            if picture.width * picture.height > 40_000_000:
                raise BusinessError("400", "图片过大")
            picture.draft("RGB", (400, 400))
            return picture.convert("RGB")
    except (
        UnidentifiedImageError,
        OSError,
        ValueError,
        SyntaxError,
        Image.DecompressionBombWarning,
    ):
        raise BusinessError("400", "图片格式错误") from None


def keep(world, text):
    """Keep an uploaded picture (base64, also with a data URL's head).

    :return: the image id, as text
    """
    try:
        data = base64.b64decode(str(text).rpartition("base64,")[2], validate=True)
    except (binascii.Error, ValueError):
        raise invalid("uploadImageParam.imageBase64") from None
    bits, colours = fingerprint(read_picture(data))
    image_id = str(100000000000000000 + world.store.next_number(KIND))
    world.store.set_item(KIND, image_id, {"bits": f"{bits:x}", "colours": colours})
    return image_id


def like_image(world, image_id):
    """Offer id -> likeness for goods that look like an uploaded picture."""
    known = world.store.item(KIND, str(image_id))
    if known is None:
        raise BusinessError("400", "imageId不存在")
    return _alike(world, (int(known["bits"], 16), tuple(known["colours"])))


def like_address(world, address):
    """The same for the address of one of the sandbox's own pictures; it fetches nothing."""
    _head, found, path = str(address).partition("/img/")
    look = find_look(world.catalogue, path) if found else None
    if look is None:
        raise BusinessError("400", "imageAddress不是平台图片")
    return _alike(world, _of_look(look[0]))


def _alike(world, wanted):
    scores = {}
    for offer in world.catalogue.offers:
        score = max(likeness(wanted, _of_look(look)) for look in offer.looks[:3])
        if score >= ALIKE:
            scores[offer.offer_id] = score
    return scores
