"""Drawings: apparel, bags, footwear."""

from .brush import bezier, dark, light
from .table import shape

GREY = (120, 124, 132)
METAL = (206, 210, 216)


def _mirror(points):
    return [*points, *((100 - x, y) for x, y in reversed(points))]


@shape("tshirt")
def tshirt(b):
    """A short-sleeve T-shirt."""
    body = [(40, 20), (27, 25), (9, 43), (20, 54), (29, 46), (28, 85)]
    b.shape(_mirror(body), b.colour, b.line, 0.5)
    b.shape([(29, 46), (33, 50), (33, 85), (28, 85)], b.shade)
    b.shape([(71, 46), (67, 50), (67, 85), (72, 85)], b.shade)
    b.oval(39, 12, 61, 28, b.dark)
    b.oval(42, 13, 58, 25, light(b.dark, 0.2))
    b.arc(38, 10, 62, 30, 10, 170, b.line, 0.7)
    b.path([(12, 40), (22.5, 50.5)], b.shade, 0.6)
    b.path([(88, 40), (77.5, 50.5)], b.shade, 0.6)
    b.path([(30, 82), (70, 82)], b.shade, 0.5)


@shape("hoodie")
def hoodie(b):
    """A hoodie with a pouch pocket and strings."""
    b.shape(
        _mirror([(38, 24), (25, 30), (10, 74), (20, 80), (30, 56), (29, 86)]), b.colour, b.line, 0.5
    )
    b.oval(31, 8, 69, 38, b.shade, b.line, 0.5)
    b.oval(38, 13, 62, 36, b.dark)
    b.shape([(38, 66), (62, 66), (68, 80), (32, 80)], b.shade, b.line, 0.5)
    b.path([(45, 34), (44, 50)], light(b.colour, 0.7), 1)
    b.path([(55, 34), (56, 48)], light(b.colour, 0.7), 1)
    b.box(29, 83, 71, 88, b.shade, 1)
    b.path([(11, 72), (20, 77)], b.shade, 3)
    b.path([(89, 72), (80, 77)], b.shade, 3)


@shape("shirt")
def shirt(b):
    """A buttoned shirt with a collar."""
    b.shape(
        _mirror([(40, 17), (27, 23), (13, 70), (23, 74), (31, 48), (30, 86)]), b.colour, b.line, 0.5
    )
    b.shape([(40, 16), (50, 30), (43, 38), (34, 21)], b.light, b.line, 0.5)
    b.shape([(60, 16), (50, 30), (57, 38), (66, 21)], b.light, b.line, 0.5)
    b.shape([(41, 16), (59, 16), (50, 29)], b.dark)
    b.path([(50, 30), (50, 86)], b.shade, 0.8)
    for y in range(38, 86, 10):
        b.disc(50, y, 1, light(b.colour, 0.6), b.line, 0.3)
    b.box(57, 44, 66, 55, None, 1, b.shade, 0.7)


@shape("jeans")
def jeans(b):
    """A pair of jeans."""
    left = [(33, 12), (25, 90), (44, 90), (50, 42)]
    b.shape(_mirror(left), b.colour, b.line, 0.5)
    b.shape([(33, 12), (67, 12), (68, 20), (32, 20)], b.shade, b.line, 0.4)
    thread = (214, 160, 92)
    b.path([(50, 20), (50, 42)], thread, 0.5)
    b.curve([(33, 32), (42, 32), (44, 20)], thread, 0.5)
    b.curve([(67, 32), (58, 32), (56, 20)], thread, 0.5)
    b.path([(26, 86), (44, 86)], thread, 0.5)
    b.path([(74, 86), (56, 86)], thread, 0.5)
    b.path([(38, 40), (35, 84)], b.light, 2)
    b.path([(62, 40), (65, 84)], b.light, 2)
    b.disc(50, 16, 1.2, thread)


@shape("dress")
def dress(b):
    """A waisted dress."""
    b.shape(
        _mirror([(40, 12), (34, 15), (24, 34), (31, 38), (36, 30), (40, 46), (22, 88)]),
        b.colour,
        b.line,
        0.5,
    )
    b.shape([(41, 12), (59, 12), (50, 26)], b.dark)
    b.box(39.5, 45, 60.5, 49, b.dark, 1)
    for x1, x2 in ((45, 36), (50, 50), (55, 64)):
        b.path([(x1, 52), (x2, 86)], b.shade, 0.9)
    b.path([(24, 86), (76, 86)], b.light, 1.2)


@shape("cap")
def cap(b):
    """A baseball cap."""
    b.slice(18, 22, 78, 96, 180, 360, b.colour)
    b.shape(
        [
            (40, 57),
            *bezier([(46, 60), (74, 54), (96, 66)]),
            *bezier([(94, 71), (70, 64), (42, 66)]),
        ],
        b.shade,
        b.line,
        0.5,
    )
    b.path([(18, 59), (78, 59)], b.line, 0.8)
    b.curve([(48, 22), (34, 34), (32, 58)], b.shade, 0.8)
    b.curve([(48, 22), (62, 34), (64, 58)], b.shade, 0.8)
    b.disc(48, 22.5, 2.2, b.dark)
    b.box(44, 40, 54, 48, light(b.colour, 0.75), 2)


@shape("socks")
def socks(b):
    """A pair of crew socks."""
    for shift in (0, 22):
        x = 20 + shift
        b.shape(
            [
                (x, 14),
                (x + 17, 14),
                (x + 18, 58),
                (x + 34, 72),
                (x + 30, 84),
                (x + 16, 84),
                (x, 66),
            ],
            b.colour,
            b.line,
            0.5,
        )
        b.box(x, 14, x + 17, 24, b.shade, 1)
        b.path([(x + 1, 28), (x + 17, 28)], light(b.dark, 0.3), 1)
        b.slice(x + 20, 68, x + 36, 88, 270, 90, b.dark)
        b.disc(x + 6, 64, 6, b.shade)


@shape("backpack")
def backpack(b):
    """A backpack with a front pocket."""
    b.arc(38, 6, 62, 30, 180, 360, b.dark, 3)
    b.box(24, 16, 76, 90, b.colour, 16, b.line, 0.5)
    b.box(18, 46, 27, 84, b.shade, 4)
    b.box(73, 46, 82, 84, b.shade, 4)
    b.box(30, 54, 70, 84, b.shade, 6, b.line, 0.5)
    b.path([(33, 60), (67, 60)], METAL, 0.9)
    b.path([(30, 30), (70, 30)], METAL, 0.9)
    b.box(66, 59, 69, 65, METAL, 1)
    b.box(44, 38, 56, 44, b.dark, 1)


@shape("tote")
def tote(b):
    """A canvas tote bag."""
    for x in (34, 40):
        b.curve(
            [(x, 42), (x + 2, 2), (98 - x, 2), (100 - x, 42)], b.dark if x == 40 else b.shade, 2.4
        )
    b.shape([(22, 38), (78, 38), (82, 90), (18, 90)], b.colour, b.line, 0.5)
    b.path([(22.5, 42), (77.5, 42)], b.shade, 0.6)
    b.disc(50, 65, 10, None, b.dark, 1.2)
    b.curve([(44, 68), (48, 56), (58, 60)], b.dark, 1.2)


@shape("pouch")
def pouch(b):
    """A make-up pouch with a zip."""
    size = 0 if b.variant % 2 == 0 else -5
    b.box(16, 36 + size, 84, 84, b.colour, 16, b.line, 0.5)
    b.path([(22, 46 + size), (78, 46 + size)], METAL, 1.4)
    b.box(70, 45 + size, 74, 56 + size, METAL, 1)
    b.box(22, 60, 78, 76, b.shade, 7)
    b.arc(8, 44, 24, 70, 90, 270, b.dark, 2)


@shape("suitcase")
def suitcase(b):
    """A trolley suitcase."""
    b.box(40, 5, 43, 28, METAL, 1)
    b.box(57, 5, 60, 28, METAL, 1)
    b.box(38, 4, 62, 9, b.dark, 2)
    b.box(26, 22, 74, 88, b.colour, 8, b.line, 0.5)
    for x in (34, 42, 50, 58, 66):
        b.path([(x, 28), (x, 82)], b.shade, 1.2)
    b.box(26, 52, 74, 56, b.dark)
    b.box(71, 48, 76, 60, METAL, 1)
    for x in (32, 68):
        b.disc(x, 91, 3.2, (50, 52, 58))


@shape("wallet")
def wallet(b):
    """A short wallet, a little open."""
    b.box(18, 30, 82, 78, b.dark, 5)
    for step in range(3):
        b.box(22, 25 + 4 * step, 78, 50, light(b.colour, 0.5 - 0.15 * step), 2, b.line, 0.3)
    b.box(18, 38, 82, 80, b.colour, 5, b.line, 0.5)
    b.box(21, 41, 79, 77, None, 4, b.light, 0.4)
    b.box(66, 54, 84, 64, b.shade, 3, b.line, 0.4)
    b.disc(72, 59, 1.8, (212, 178, 96))


def _shoe(b, sole, top):
    b.shape(
        [
            (12, 70),
            (14, top),
            (32, top - 2),
            *bezier([(40, 54), (60, 58), (86, 66)]),
            (90, 74),
            (12, 74),
        ],
        b.colour,
        b.line,
        0.5,
    )
    b.box(10, 72, 92, 80, sole, 4, GREY, 0.4)


@shape("sneaker")
def sneaker(b):
    """A running shoe."""
    _shoe(b, (246, 246, 244), 40)
    b.shape([(30, 38), (14, 34), (14, 42)], b.shade)
    b.curve(
        [(24, 68), (44, 66), (64, 58)], light(b.colour, 0.75) if sum(b.colour) < 560 else b.dark, 3
    )
    for step in range(4):
        b.path(
            [(36 + 7 * step, 46 + 4 * step), (43 + 7 * step, 42 + 5 * step)], (250, 250, 250), 1.4
        )
    for x in range(16, 88, 8):
        b.path([(x, 78), (x + 4, 78)], GREY, 0.7)
    b.slice(66, 60, 94, 86, 270, 360, b.shade)


@shape("canvas")
def canvas_shoe(b):
    """A low canvas shoe with laces."""
    _shoe(b, (248, 246, 240), 46)
    b.slice(70, 60, 94, 84, 200, 360, (248, 246, 240))
    b.path([(11, 75), (91, 75)], (196, 62, 62), 0.9)
    for step in range(4):
        b.path(
            [(36 + 8 * step, 50 + 4 * step), (45 + 8 * step, 47 + 4 * step)], (252, 252, 250), 1.8
        )
    b.path([(15, 50), (31, 48)], b.shade, 1)
    b.disc(28, 60, 4.5, (250, 250, 248), b.line, 0.4)


@shape("slipper")
def slipper(b):
    """A pair of slippers from above."""
    for x in (18, 53):
        b.box(x, 12, x + 29, 90, b.shade, 14, b.line, 0.5)
        b.box(x + 3, 15, x + 26, 87, b.light, 12)
        b.shape(
            bezier([(x - 2, 52), (x + 4, 22), (x + 25, 22), (x + 31, 52)]), b.colour, b.line, 0.5
        )
        b.curve([(x - 2, 52), (x + 14, 58), (x + 31, 52)], b.dark, 1)


@shape("boot")
def boot(b):
    """A rain boot."""
    b.shape(
        [(28, 10), (56, 10), (56, 56), *bezier([(62, 64), (86, 62), (88, 80)]), (28, 82)],
        b.colour,
        b.line,
        0.5,
    )
    b.box(26, 10, 58, 17, b.dark, 2)
    b.shape(
        [(26, 80), (89, 78), (89, 87), (60, 87), (56, 84), (44, 88), (26, 88)], dark(b.colour, 0.55)
    )
    b.path([(33, 22), (33, 68)], b.light, 2.4)
    b.curve([(60, 66), (72, 68), (80, 72)], b.light, 1.6)
