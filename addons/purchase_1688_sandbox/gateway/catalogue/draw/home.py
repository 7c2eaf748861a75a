"""Drawings: household, kitchen and beauty."""

from .brush import bezier, light
from .table import shape

METAL, STEEL, INK = (206, 210, 216), (168, 174, 182), (52, 56, 64)
WOOD = (206, 164, 112)
SCREEN = (28, 40, 48)


@shape("thermos")
def thermos(b):
    """A vacuum flask, taller with each capacity."""
    top = 22 - 5 * (b.variant % 3)
    b.box(37, top + 14, 63, 92, b.colour, 7, b.line, 0.5)
    b.box(39, top, 61, top + 13, b.dark, 4)
    b.box(37, top + 12, 63, top + 16, METAL, 1)
    b.box(41, top + 20, 45, 86, b.light, 2)
    b.box(37, 87, 63, 92, b.shade, 4)
    b.oval(46, 54, 56, 60, b.shade)


@shape("umbrella")
def umbrella(b):
    """An open umbrella."""
    b.path([(50, 12), (50, 82)], STEEL, 1.6)
    b.arc(50, 76, 62, 90, 0, 180, INK, 2.6)
    b.slice(8, 16, 92, 92, 180, 360, b.colour)
    b.slice(32, 16, 68, 92, 180, 360, b.light)
    b.slice(46, 16, 54, 92, 180, 360, b.colour)
    for x in (8, 22, 36, 50, 64, 78):
        b.slice(x, 48, x + 14, 60, 180, 360, b.shade)
    b.path([(50, 10), (50, 16)], INK, 2)


@shape("box")
def storage_box(b):
    """A storage box with a lid."""
    grow = 4 * (b.variant % 4)
    b.box(16, 42 - grow, 84, 86, b.colour, 4, b.line, 0.5)
    b.box(12, 34 - grow, 88, 43 - grow, b.shade, 3, b.line, 0.5)
    for x in (26, 40, 60, 74):
        b.path([(x, 50 - grow), (x, 80)], b.shade, 1)
    b.box(40, 52 - grow, 60, 60 - grow, b.light, 3, b.line, 0.4)
    for x in (13, 80):
        b.box(x, 46 - grow, x + 7, 56 - grow, (240, 150, 70), 2)
    for x in (24, 76):
        b.disc(x, 89, 3, INK)


@shape("towel")
def towel(b):
    """A folded towel."""
    for step, y in enumerate((66, 50, 34)):
        b.box(14, y, 86, y + 20, (b.shade, b.colour, b.light)[step], 9, b.line, 0.4)
    b.box(16, 36, 84, 40, light(b.colour, 0.6), 2)
    b.box(22, 40, 30, 84, light(b.dark, 0.45))
    b.box(33, 40, 35, 84, light(b.dark, 0.45))


@shape("bin")
def waste_bin(b):
    """A pedal bin."""
    top = 34 - 4 * (b.variant % 3)
    b.shape([(26, top), (74, top), (70, 88), (30, 88)], b.colour, b.line, 0.5)
    b.slice(24, top - 13, 76, top + 13, 180, 360, b.shade)
    b.box(24, top - 2, 76, top + 3, b.dark, 1)
    b.box(42, 86, 58, 92, INK, 2)
    b.path([(34, top + 8), (37, 82)], b.light, 2.4)


@shape("hanger")
def hanger(b):
    """Clothes hangers."""
    for shift in (10, 5, 0):
        tone = b.colour if not shift else b.shade
        b.arc(44, 14 + shift, 56, 28 + shift, 160, 60, STEEL, 1.6)
        b.path([(50, 28 + shift), (50, 34 + shift)], STEEL, 1.6)
        b.path([(50, 34 + shift), (14, 62 + shift)], tone, 3.4)
        b.path([(50, 34 + shift), (86, 62 + shift)], tone, 3.4)
        b.path([(14, 62 + shift), (86, 62 + shift)], tone, 3)


@shape("scale")
def kitchen_scale(b):
    """A digital kitchen scale."""
    b.box(16, 36, 84, 82, b.colour, 7, b.line, 0.5)
    b.box(16, 76, 84, 84, b.shade, 4)
    b.oval(24, 24, 76, 60, METAL, STEEL, 0.8)
    b.oval(28, 26, 72, 54, (228, 231, 235))
    b.curve([(36, 34), (46, 28), (60, 30)], (250, 250, 252), 1.6)
    b.box(38, 65, 62, 75, SCREEN, 2)
    _digits(b, 41, 67, "250")
    b.disc(28, 70, 2.8, b.shade, b.line, 0.4)
    b.disc(72, 70, 2.8, b.shade, b.line, 0.4)


SEGMENTS = {
    "0": "abcdef",
    "1": "bc",
    "2": "abged",
    "5": "afgcd",
    "8": "abcdefg",
    "9": "abcdfg",
    "3": "abgcd",
    "6": "afgedc",
}


def _digits(b, x, y, text, size=6.0, colour=(120, 230, 200)):
    half = size / 2
    for index, digit in enumerate(text):
        left = x + index * (size * 0.95)
        right = left + size * 0.55
        lines = {
            "a": [(left, y), (right, y)],
            "b": [(right, y), (right, y + half)],
            "c": [(right, y + half), (right, y + size)],
            "d": [(left, y + size), (right, y + size)],
            "e": [(left, y + half), (left, y + size)],
            "f": [(left, y), (left, y + half)],
            "g": [(left, y + half), (right, y + half)],
        }
        for segment in SEGMENTS[digit]:
            b.path(lines[segment], colour, 0.8)


digits = _digits


@shape("knife")
def knife(b):
    """A cleaver, a chef's knife or a fruit knife."""
    blades = (
        [(12, 30), (64, 30), (64, 60), (12, 60)],
        [
            (8, 46),
            *bezier([(24, 34), (44, 33), (64, 33)]),
            (64, 54),
            *bezier([(40, 54), (20, 52), (8, 46)]),
        ],
        [(22, 44), (64, 37), (64, 50), (30, 50)],
    )
    points = blades[b.variant % 3]
    b.shape(points, (222, 226, 231), STEEL, 0.6)
    b.path([points[-1], (64, points[-2][1] if b.variant % 3 == 0 else 52)], (246, 248, 250), 1.2)
    b.box(62, 36, 92, 50, INK, 4)
    for x in (69, 77, 85):
        b.disc(x, 43, 1.3, METAL)


@shape("board")
def cutting_board(b):
    """A bamboo cutting board."""
    less = 4 * (2 - b.variant % 3)
    b.box(14 + less, 26 + less, 86 - less, 84, b.colour, 5, b.line, 0.5)
    for y in range(34 + less, 84, 8):
        b.path([(17 + less, y), (83 - less, y)], b.shade, 0.6)
    b.box(42, 30 + less, 58, 35 + less, (244, 240, 232), 2.5, b.line, 0.5)
    b.box(20 + less, 40 + less, 80 - less, 78, None, 3, b.light, 0.8)


@shape("pan")
def pan(b):
    """A frying pan from above."""
    less = 3 * (2 - b.variant % 3)
    b.path([(62, 62), (92, 88)], WOOD, 6)
    b.path([(66, 65), (72, 70)], METAL, 6)
    b.disc(42, 44, 34 - less, b.colour, b.line, 0.6)
    b.disc(42, 44, 29 - less, (66, 68, 74))
    for index in range(26):
        b.disc(42 + (index * 37 % 41 - 20), 44 + (index * 53 % 39 - 19), 0.5, (150, 152, 156))
    b.arc(18 + less, 20 + less, 66 - less, 68 - less, 200, 260, (120, 122, 128), 1.4)


@shape("lunchbox")
def lunch_box(b):
    """A divided lunch box."""
    b.box(12, 24, 88, 82, b.colour, 9, b.line, 0.5)
    b.box(17, 29, 52, 77, (250, 250, 248), 5)
    b.box(55, 29, 83, 51, (250, 250, 248), 5)
    b.box(55, 54, 83, 77, (250, 250, 248), 5)
    b.oval(22, 36, 47, 70, (246, 244, 236), (226, 222, 210), 0.5)
    for x, y in ((60, 36), (68, 41), (76, 35), (64, 44), (75, 44)):
        b.disc(x, y, 3.4, (112, 170, 88))
    b.shape([(59, 60), (79, 58), (80, 71), (61, 72)], (226, 132, 84))
    b.box(42, 80, 58, 86, b.shade, 2)


@shape("mug")
def mug(b):
    """A mug with a handle."""
    b.arc(58, 36, 88, 70, 270, 90, b.shade, 5)
    b.box(20, 26, 70, 82, b.colour, 8, b.line, 0.5)
    b.oval(20, 20, 70, 34, b.light, b.line, 0.5)
    b.oval(24, 22.5, 66, 32, (110, 74, 52))
    b.box(26, 40, 31, 74, b.light, 2)


@shape("lipstick")
def lipstick(b):
    """A lipstick with its cap beside it."""
    gold = (216, 182, 110)
    b.box(32, 54, 52, 88, INK, 2)
    b.box(34, 44, 50, 56, gold, 1)
    b.shape(
        [(36, 45), (36, 24), *bezier([(38, 14), (48, 14), (48, 24)]), (48, 45)],
        b.colour,
        b.line,
        0.4,
    )
    b.path([(39, 24), (39, 42)], b.light, 1.6)
    b.box(58, 48, 77, 88, INK, 2)
    b.box(58, 80, 77, 84, gold)
    b.path([(62, 54), (62, 76)], (110, 114, 122), 1.6)


@shape("brushes")
def brushes(b):
    """A fan of make-up brushes in a pouch."""
    for index, x in enumerate((26, 38, 50, 62, 74)):
        tip = 10 + abs(2 - index) * 5
        foot = 50 + (x - 50) * 0.5
        b.path([(x, tip + 18), (foot, 74)], b.colour, 3)
        b.path([(x, tip + 14), (x + (foot - x) * 0.12, tip + 22)], METAL, 4)
        b.oval(x - 5, tip, x + 5, tip + 17, (92, 66, 52))
        b.oval(x - 3, tip, x + 3, tip + 8, (206, 168, 140))
    b.shape([(26, 66), (74, 66), (70, 92), (30, 92)], b.shade, b.line, 0.5)
    b.path([(28, 71), (72, 71)], b.light, 0.8)


@shape("mirror")
def mirror(b):
    """A lit make-up mirror on a stand."""
    b.box(46, 66, 54, 84, b.shade)
    b.oval(28, 80, 72, 92, b.colour, b.line, 0.5)
    b.disc(50, 40, 32, b.colour, b.line, 0.5)
    b.disc(50, 40, 28, (255, 248, 222))
    b.disc(50, 40, 23, (214, 228, 238))
    b.shape([(40, 24), (48, 22), (34, 52), (30, 46)], (240, 246, 250))
    b.disc(50, 68, 1.4, (90, 180, 230))


@shape("cream")
def cream(b):
    """A tube of hand cream."""
    tints = ((232, 116, 140), (246, 244, 232), (248, 190, 204), (226, 238, 248))
    tint = tints[b.variant % 4]
    b.shape([(34, 12), (66, 12), (61, 74), (39, 74)], tint, b.line, 0.5)
    b.box(33, 9, 67, 15, (240, 240, 240), 1, STEEL, 0.4)
    b.box(40, 74, 60, 89, (250, 250, 250), 2, STEEL, 0.4)
    for angle_x, angle_y in ((0, -6), (6, -1), (4, 6), (-4, 6), (-6, -1)):
        b.disc(
            50 + angle_x,
            40 + angle_y,
            4.4,
            light(b.colour, 0.5) if b.variant % 2 else (255, 255, 255),
        )
    b.disc(50, 40, 3, (240, 200, 90))
    b.path([(43, 56), (57, 56)], INK, 0.9)
    b.path([(45, 60), (55, 60)], INK, 0.6)


@shape("comb")
def comb(b):
    """A cushion brush."""
    b.box(45, 56, 55, 94, b.colour, 5, b.line, 0.5)
    b.oval(28, 8, 72, 62, b.colour, b.line, 0.5)
    b.oval(34, 14, 66, 56, (46, 44, 48))
    for row in range(5):
        for column in range(4):
            b.disc(40 + column * 6.6, 22 + row * 6.6, 1.1, (226, 190, 150))


@shape("perfume")
def perfume(b):
    """A glass spray bottle."""
    grow = 5 * (b.variant % 3)
    b.box(36 - grow / 2, 44 - grow, 64 + grow / 2, 88, b.colour, 5, b.line, 0.5)
    b.box(39 - grow / 2, 60, 61 + grow / 2, 85, b.shade, 4)
    b.box(45, 36 - grow, 55, 45 - grow, METAL, 1)
    b.box(43, 22 - grow, 57, 37 - grow, (216, 182, 110), 3)
    b.box(57, 25 - grow, 60, 28 - grow, INK)
    b.path([(41, 50 - grow), (41, 80)], (255, 255, 255), 1.8)
