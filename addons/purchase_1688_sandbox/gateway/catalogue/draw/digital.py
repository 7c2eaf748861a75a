"""Drawings: accessories for phones."""

from .brush import dark, light
from .table import shape

METAL, STEEL, INK = (206, 210, 216), (168, 174, 182), (40, 43, 50)


@shape("case")
def phone_case(b):
    """A phone case from behind; the models differ in their cameras."""
    b.box(30, 8, 70, 92, b.colour, 9, b.line, 0.7)
    b.box(32, 10, 68, 90, None, 8, b.light, 0.6)
    model = b.variant % 4
    b.box(34, 12, 56 if model > 1 else 51, 36 if model > 1 else 33, b.shade, 6, b.line, 0.5)
    lenses = ((41, 18), (41, 27)) if model < 2 else ((40, 19), (40, 29), (50, 24))
    for x, y in lenses:
        b.disc(x, y, 3.9, INK, STEEL, 0.7)
        b.disc(x - 1, y - 1, 1.1, (120, 150, 190))
    b.disc(50, 56, 12, None, light(b.colour, 0.55) if sum(b.colour) < 600 else b.shade, 1.6)
    b.path([(50, 72), (50, 80)], light(b.colour, 0.55) if sum(b.colour) < 600 else b.shade, 1.6)


@shape("stand")
def phone_stand(b):
    """A phone on its stand."""
    b.oval(24, 80, 78, 92, b.colour, b.line, 0.5)
    b.path([(56, 86), (66, 52)], b.shade, 4)
    b.shape([(36, 12), (62, 16), (54, 72), (28, 66)], INK, STEEL, 0.6)
    b.shape([(38, 15), (60, 18), (52, 69), (31, 64)], (96, 150, 214))
    b.shape([(24, 64), (56, 71), (55, 76), (23, 69)], b.colour, b.line, 0.5)
    b.disc(66, 52, 3.4, b.dark)


@shape("cable")
def cable(b):
    """A coiled charging cable."""
    for step in range(4):
        b.disc(48, 50, 30 - 3.4 * step, None, b.colour if step % 2 == 0 else b.shade, 2.6)
    b.path([(48, 80), (70, 86)], b.colour, 2.6)
    b.box(68, 82, 82, 90, b.dark, 2)
    plug = b.variant // 2 % 3
    b.box(82, 83.5 - plug * 0.4, 90 - plug, 88.5, METAL, 2)
    b.path([(18, 50), (14, 18)], b.colour, 2.6)
    b.box(9, 10, 19, 22, b.dark, 2)
    b.box(10.5, 2, 17.5, 10, METAL, 1)


@shape("earbuds")
def earbuds(b):
    """Earbuds above their case."""
    b.box(22, 52, 78, 90, b.colour, 14, b.line, 0.5)
    b.path([(23, 64), (77, 64)], b.shade, 1)
    b.disc(50, 72, 1.6, (110, 220, 150))
    for x, side in ((36, -1), (64, 1)):
        b.disc(x, 24, 9, b.colour, b.line, 0.5)
        b.box(x - 3, 26, x + 3, 48, b.colour, 3, b.line, 0.5)
        b.oval(x + side * 4 - 4, 18, x + side * 4 + 4, 30, b.dark)
        b.box(x - 2, 44, x + 2, 47, METAL, 1)


@shape("charger")
def charger(b):
    """A plug charger; more watts, larger."""
    grow = 4 * (b.variant % 3)
    b.box(30 - grow / 2, 34 - grow, 70 + grow / 2, 88, b.colour, 7, b.line, 0.5)
    for x in (40, 56):
        b.box(x, 14 - grow, x + 4, 36 - grow, METAL, 1)
    b.box(36, 56, 48, 61, INK, 2.5)
    b.box(52, 56, 64, 61, INK, 2.5)
    b.box(40, 68, 60, 75, (70, 120, 220), 1, INK, 0.6)
    b.path([(35 - grow / 2, 42 - grow), (35 - grow / 2, 82)], b.light, 1.6)


@shape("powerbank")
def power_bank(b):
    """A power bank; the larger capacity is wider."""
    grow = 6 * (b.variant % 2)
    b.box(32 - grow, 10, 68 + grow, 90, b.colour, 8, b.line, 0.6)
    b.box(38, 18, 62, 28, INK, 2)
    for index in range(4):
        b.disc(42 + index * 5.4, 23, 1.4, (110, 220, 150) if index < 3 else (80, 84, 90))
    b.path(
        [(54, 42), (45, 56), (54, 56), (46, 70)],
        light(b.colour, 0.6) if sum(b.colour) < 500 else dark(b.colour),
        2,
    )
    b.box(42, 84, 58, 88, METAL, 1)
