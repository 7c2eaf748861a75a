"""Drawings: hand tools, locks, gloves."""

from .brush import bezier, light
from .table import shape

METAL, STEEL, INK = (206, 210, 216), (160, 166, 174), (44, 47, 54)


@shape("screwdriver")
def screwdriver(b):
    """A Phillips screwdriver; longer with each version."""
    tip = 22 - 7 * (b.variant % 3)
    b.path([(50, tip + 4), (50, 58)], METAL, 4)
    b.path([(49, tip + 6), (49, 56)], (240, 242, 245), 1)
    b.shape([(47.6, tip + 5), (52.4, tip + 5), (50.8, tip - 3), (49.2, tip - 3)], STEEL)
    b.box(43, 54, 57, 94, b.colour, 6, b.line, 0.5)
    b.box(45, 54, 55, 62, b.dark, 2)
    for x in (46.5, 50, 53.5):
        b.path([(x, 66), (x, 88)], INK if sum(b.colour) > 200 else b.light, 1.4)


@shape("hammer")
def hammer(b):
    """A claw hammer; heavier is larger."""
    grow = 3 * (b.variant % 3)
    b.path([(50, 34), (50, 92)], b.colour, 7)
    b.path([(50, 60), (50, 92)], INK, 8)
    b.path([(48, 38), (48, 56)], b.light, 1.6)
    b.shape(
        [(30 - grow, 18 - grow / 2), (40, 20), (60, 20), (60, 34), (30 - grow, 36 + grow / 2)],
        STEEL,
        INK,
        0.5,
    )
    b.box(22 - grow, 15 - grow / 2, 31 - grow, 39 + grow / 2, METAL, 2, INK, 0.4)
    b.shape(
        [
            (60, 20),
            *bezier([(74, 18), (84, 22), (90 + grow, 38)]),
            *bezier([(80, 34), (72, 32), (60, 34)]),
        ],
        STEEL,
        INK,
        0.5,
    )


@shape("wrench")
def wrench(b):
    """An adjustable wrench."""
    grow = 2 * (b.variant % 4)
    b.path([(46, 42), (70, 90)], METAL, 9 + grow / 2)
    b.path([(45, 46), (67, 88)], (236, 239, 243), 2)
    b.disc(70, 90, 2, INK)
    b.disc(40, 32, 15 + grow, METAL, STEEL, 0.8)
    b.shape([(32 - grow, 10), (44, 8), (42, 28), (34, 30)], (0, 0, 0, 0))
    b.shape([(44, 10), (52 + grow, 16), (46, 30), (41, 30)], STEEL)
    b.disc(48, 38, 3.6, STEEL, INK, 0.5)


@shape("tapemeasure")
def tape_measure(b):
    """A tape measure, a little drawn out."""
    grow = 3 * (b.variant % 3)
    b.box(60, 68, 96, 75, (250, 224, 90), 0, INK, 0.4)
    for x in range(64, 95, 4):
        b.path([(x, 69), (x, 71 if x % 8 else 73)], INK, 0.5)
    b.box(93, 66, 97, 80, METAL, 0.6)
    b.box(20 - grow, 26 - grow, 68, 78, b.colour, 15, b.line, 0.8)
    b.disc(43 - grow / 2, 51 - grow / 2, 15, INK)
    b.disc(43 - grow / 2, 51 - grow / 2, 11, light(b.colour, 0.5))
    b.box(58, 28 - grow, 66, 40 - grow, INK, 2)


@shape("padlock")
def padlock(b):
    """A brass padlock with its key."""
    grow = 2.5 * (b.variant % 4)
    b.arc(34 - grow, 10 - grow, 66 + grow, 60, 180, 360, STEEL, 6)
    b.box(34 - grow, 34, 39.6 - grow, 48, STEEL)
    b.box(60.4 + grow, 34, 66 + grow, 48, STEEL)
    b.box(28 - grow, 44, 72 + grow, 86 + grow / 2, b.colour, 5, b.line, 0.6)
    b.path([(33 - grow, 50), (33 - grow, 80)], b.light, 2.4)
    b.disc(50, 62, 4.4, INK)
    b.shape([(48.4, 63), (51.6, 63), (53, 74), (47, 74)], INK)
    b.disc(84, 84, 5, None, (216, 182, 110), 2)
    b.path([(80, 88), (72, 95)], (216, 182, 110), 2)


@shape("gloves")
def gloves(b):
    """A pair of coated work gloves."""
    for x, side in ((29, 1), (71, -1)):
        for index, height in enumerate((34, 26, 24, 30)):
            finger = x + side * (-13 + index * 7.4)
            b.path([(finger, height), (finger, 58)], b.shade, 7)
            b.path([(finger, height), (finger, height + 8)], b.dark, 7)
        b.path([(x + side * 14, 62), (x + side * 20, 46)], b.shade, 7.4)
        b.box(x - 17, 48, x + 17, 76, b.shade, 7)
        b.box(x - 15, 70, x + 15, 90, (236, 236, 232), 3, STEEL, 0.5)
        b.path([(x - 15, 87), (x + 15, 87)], b.colour, 2.4)
        for y in (75, 79, 83):
            b.path([(x - 13, y), (x + 13, y)], (212, 212, 206), 0.7)
