"""Drawings: lamps and lights."""

from .brush import bezier, light
from .table import shape

METAL, STEEL, INK = (206, 210, 216), (168, 174, 182), (52, 56, 64)
WARM, COOL = (255, 226, 140), (232, 244, 255)
MANY = ((240, 96, 96), (250, 200, 80), (110, 200, 130), (96, 160, 240), (190, 120, 220))


@shape("desklamp")
def desk_lamp(b):
    """A jointed desk lamp, switched on."""
    b.shape([(56, 30), (92, 44), (96, 84), (34, 84)], (255, 246, 208, 150))
    b.oval(18, 78, 58, 90, b.colour, b.line, 0.5)
    b.path([(38, 80), (28, 48)], b.shade, 3.4)
    b.path([(28, 48), (58, 22)], b.shade, 3.4)
    b.disc(28, 48, 3.4, b.dark)
    b.shape([(50, 18), (62, 12), (94, 38), (90, 46), (58, 32)], b.colour, b.line, 0.5)
    b.path([(60, 32), (88, 45)], WARM, 2.2)
    b.disc(38, 83, 2, WARM if b.variant % 2 == 0 else (120, 220, 150))


@shape("bulb")
def bulb(b):
    """An LED bulb; its light is cool or warm."""
    glow = COOL if b.variant % 2 == 0 else WARM
    b.disc(50, 38, 34, (*glow, 110))
    b.disc(50, 38, 25, glow, STEEL, 0.5)
    b.shape([(32, 54), (68, 54), (60, 72), (40, 72)], (244, 244, 244), STEEL, 0.4)
    b.box(41, 72, 59, 88, METAL, 2)
    for y in (75, 79, 83):
        b.path([(41, y), (59, y + 1.5)], STEEL, 1)
    b.disc(50, 89, 3, INK)
    b.curve([(34, 36), (36, 24), (46, 20)], (255, 255, 255), 2)


@shape("nightlight")
def night_light(b):
    """A round night light with a sensor."""
    glow = COOL if b.variant % 2 == 0 else WARM
    b.disc(50, 50, 40, (*glow, 130))
    b.disc(50, 50, 29, (250, 250, 248), STEEL, 0.5)
    b.disc(50, 50, 23, glow)
    b.disc(50, 50, 7, (250, 250, 248), STEEL, 0.5)
    b.disc(50, 50, 4, (226, 228, 232))


@shape("strings")
def string_lights(b):
    """A coil of string lights."""
    many = b.variant % 2 == 1
    wire = bezier([(6, 30), (40, 74), (60, 0), (96, 38)], 40) + bezier(
        [(96, 38), (70, 96), (30, 40), (6, 78)], 40
    )
    b.path(wire, (86, 130, 90), 1)
    for index, (x, y) in enumerate(wire[2::6]):
        tone = MANY[index % 5] if many else WARM
        b.disc(x, y + 3, 6, (*tone, 90))
        b.oval(x - 2.2, y, x + 2.2, y + 7, tone, STEEL, 0.3)


@shape("torch")
def torch(b):
    """A torch with its beam."""
    b.shape([(30, 34), (4, 8), (2, 62), (30, 56)], (255, 244, 190, 150))
    b.shape([(30, 28), (46, 36), (46, 54), (30, 62)], b.colour, b.line, 0.5)
    b.box(28, 27, 32, 63, METAL, 1)
    b.box(46, 36, 92, 54, b.colour, 3, b.line, 0.5)
    for x in range(56, 88, 4):
        b.path([(x, 37), (x, 53)], b.shade, 1)
    b.box(49, 33, 54, 37, (220, 90, 70), 1)
    b.path([(47, 40), (90, 40)], b.light, 1.2)


@shape("floorlamp")
def floor_lamp(b):
    """A tripod floor lamp."""
    b.oval(24, 10, 76, 70, (255, 240, 190, 90))
    b.path([(50, 36), (50, 60)], (120, 92, 64), 2)
    for x in (28, 50, 72):
        b.path([(50, 50), (x, 94)], (178, 136, 90), 2.6)
    b.shape([(36, 8), (64, 8), (74, 38), (26, 38)], light(b.colour, 0.2), b.line, 0.5)
    b.shape([(27, 33), (73, 33), (74, 38), (26, 38)], WARM)
