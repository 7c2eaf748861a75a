"""Pictures of goods: a soft backdrop, a shadow, the goods."""

import functools
import io

from PIL import Image, ImageDraw, ImageFilter

from .brush import Brush
from .shapes import SHAPES

FINER = 2
BACKDROPS = (
    (238, 240, 243), (244, 238, 230), (231, 239, 243), (240, 236, 243),
    (234, 241, 234), (246, 240, 238), (232, 234, 240),
)  # fmt: skip
WHITE = (255, 255, 255)


def image(look, size, on_white=False):
    """A Pillow picture of a look, ``size`` pixels square."""
    brush = Brush(size * FINER, look.colour, look.variant)
    SHAPES[look.kind](brush)
    goods = brush.canvas.reduce(FINER)
    if look.angle:
        goods = goods.rotate(look.angle, Image.Resampling.BILINEAR)
    scene = (
        Image.new("RGB", (size, size), WHITE) if on_white else _backdrop(look.backdrop, size).copy()
    )
    if not on_white:
        _shadow(scene, goods)
    scene.paste(goods, (0, 0), goods)
    return scene


@functools.lru_cache(maxsize=16)
def _backdrop(number, size):
    """A wall and a floor in a soft tone with some light from one side."""
    tone = BACKDROPS[number % len(BACKDROPS)]
    scene = Image.new("RGB", (size, size), tone)
    draw = ImageDraw.Draw(scene)
    horizon = size * (70 + number % 9) // 100
    for row in range(horizon, size):
        share = (row - horizon) / (size - horizon)
        draw.line(
            [(0, row), (size, row)], tuple(round(part * (0.955 - 0.035 * share)) for part in tone)
        )
    glow = Image.new("L", (size, size), 0)
    side = size * (20 + number % 60) // 100
    reach = size * 55 // 100
    ImageDraw.Draw(glow).ellipse([side - reach, -reach // 2, side + reach, reach], 120)
    glow = (
        glow.resize((24, 24))
        .filter(ImageFilter.GaussianBlur(4))
        .resize((size, size), Image.Resampling.BICUBIC)
    )
    scene.paste(Image.new("RGB", (size, size), WHITE), (0, 0), glow)
    return scene


def _shadow(scene, goods):
    size = scene.width
    small = goods.getchannel("A").resize((60, 60)).filter(ImageFilter.GaussianBlur(2))
    mask = small.point(lambda value: value * 38 // 100).resize(
        (size, size), Image.Resampling.BICUBIC
    )
    scene.paste((70, 74, 86), (round(size * 0.012), round(size * 0.028)), mask)


def jpeg(look, size, on_white=False):
    """JPEG bytes of a look."""
    buffer = io.BytesIO()
    image(look, size, on_white).save(buffer, "JPEG", quality=88)
    return buffer.getvalue()
