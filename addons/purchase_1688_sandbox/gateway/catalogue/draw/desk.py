"""Drawings: office supplies and packaging."""

from .brush import dark, light
from .home import digits
from .table import shape

METAL, STEEL, INK = (206, 210, 216), (168, 174, 182), (44, 47, 54)
PAPER = (252, 251, 246)


@shape("notebook")
def notebook(b):
    """A bound notebook with a ribbon."""
    b.box(28, 14, 80, 90, PAPER, 3, STEEL, 0.5)
    for step in range(3):
        b.path([(79 - step, 18), (79 - step, 88)], (224, 222, 214), 0.4)
    b.box(22, 11, 76, 88, b.colour, 4, b.line, 0.5)
    b.box(22, 11, 30, 88, b.shade, 4)
    b.box(66, 44, 82, 56, b.dark, 3)
    b.disc(73, 50, 2, (216, 182, 110))
    b.path([(52, 86), (52, 96)], (196, 62, 62), 1.8)
    b.box(40, 26, 58, 34, light(b.colour, 0.25), 1)


@shape("pen")
def gel_pen(b):
    """Gel pens side by side."""
    for index, x in enumerate((30, 46, 62)):
        y = 8 + 4 * index
        b.box(x, y + 8, x + 9, y + 62, (236, 238, 242), 3, STEEL, 0.4)
        b.box(x + 3, y + 10, x + 6, y + 60, b.colour, 1)
        b.box(x, y + 46, x + 9, y + 64, b.shade, 2)
        b.shape([(x, y + 64), (x + 9, y + 64), (x + 5.6, y + 76), (x + 3.4, y + 76)], METAL)
        b.path([(x + 4.5, y + 76), (x + 4.5, y + 79)], b.colour, 0.9)
        b.box(x + 2.5, y, x + 6.5, y + 8, b.colour, 1)
        b.box(x + 8, y + 6, x + 10.5, y + 28, b.colour, 1)


@shape("calculator")
def calculator(b):
    """A desk calculator."""
    b.box(22, 10, 78, 92, b.colour, 6, b.line, 0.6)
    b.box(28, 16, 72, 34, (196, 212, 196), 2, INK, 0.6)
    digits(b, 36, 20, "1688", 9, (44, 56, 50))
    b.box(60, 12, 72, 15, (70, 52, 52), 0.5)
    for row in range(5):
        for column in range(4):
            x, y = 29 + column * 11, 40 + row * 10
            tone = (
                (230, 120, 70)
                if (row, column) in ((0, 3), (4, 3))
                else light(b.colour, 0.55)
                if sum(b.colour) < 400
                else (96, 102, 112)
            )
            b.box(x, y, x + 9, y + 7.5, tone, 1.6)


@shape("stapler")
def stapler(b):
    """A stapler, half open."""
    b.box(10, 74, 90, 82, INK, 3)
    b.shape([(14, 62), (86, 70), (86, 75), (14, 72)], METAL, STEEL, 0.5)
    b.shape([(10, 46), (18, 38), (80, 54), (90, 62), (88, 69), (10, 60)], b.colour, b.line, 0.6)
    b.path([(22, 44), (76, 57)], b.light, 1.8)
    b.disc(16, 62, 6, b.dark)
    b.disc(16, 62, 2, METAL)


@shape("folder")
def folder(b):
    """A report folder with papers."""
    b.box(30, 10, 82, 84, PAPER, 1, STEEL, 0.4)
    for y in range(20, 78, 6):
        b.path([(36, y), (76, y)], (216, 218, 222), 0.6)
    b.shape([(22, 14), (76, 16), (76, 92), (22, 90)], (*b.colour, 205), b.line, 0.6)
    b.box(18, 12, 25, 92, b.dark, 2)
    b.box(36, 28, 64, 42, (255, 255, 255, 190), 2)


@shape("tape")
def tape(b):
    """Rolls of packing tape."""
    thick = 4 * (b.variant % 3)
    for x, y in ((60, 58), (42, 46)):
        b.disc(x, y, 24 + thick, (196, 156, 96), (160, 122, 70), 0.6)
        b.disc(x, y, 21 + thick, (216, 182, 126))
        b.disc(x, y, 14, (176, 134, 84))
        b.disc(x, y, 12, (240, 236, 228))
    b.shape([(20 - thick, 54), (26 - thick, 60), (12, 84), (4, 80)], (222, 192, 140, 230))


@shape("carton")
def carton(b):
    """A shipping carton."""
    front, side, top = (200, 160, 108), (176, 136, 86), (218, 182, 132)
    b.shape([(12, 36), (58, 46), (58, 92), (12, 78)], front, dark(front), 0.5)
    b.shape([(58, 46), (90, 32), (90, 74), (58, 92)], side, dark(front), 0.5)
    b.shape([(12, 36), (46, 24), (90, 32), (58, 46)], top, dark(front), 0.5)
    b.shape([(30, 29.6), (37, 27.2), (79, 36.8), (72, 39.8)], (232, 206, 160))
    b.shape([(72, 39.8), (79, 36.8), (79, 46), (72, 49)], (232, 206, 160))
    for x in (20, 28):
        b.path([(x, 68), (x, 58)], dark(front), 1)
        b.path([(x - 2.5, 61), (x, 57), (x + 2.5, 61)], dark(front), 1)
