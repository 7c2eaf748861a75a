"""Drawings: toys, sports and outdoors."""

from .brush import bezier, light
from .table import shape

METAL, STEEL, INK = (206, 210, 216), (168, 174, 182), (44, 47, 54)
BRIGHT = (
    (226, 70, 66),
    (250, 196, 60),
    (74, 150, 224),
    (92, 178, 100),
    (240, 140, 60),
    (246, 246, 244),
)


@shape("plush")
def teddy(b):
    """A teddy bear."""
    for x in (30, 70):
        b.disc(x, 18, 9, b.colour, b.line, 0.5)
        b.disc(x, 18, 5, b.light)
        b.oval(x - 12, 70, x + 12, 92, b.colour, b.line, 0.5)
        b.oval(x - 7, 76, x + 7, 89, b.light)
        b.oval(16 if x == 30 else 66, 48, 34 if x == 30 else 84, 74, b.colour, b.line, 0.5)
    b.oval(28, 44, 72, 88, b.colour, b.line, 0.5)
    b.oval(36, 52, 64, 82, b.light)
    b.oval(26, 12, 74, 54, b.colour, b.line, 0.5)
    b.oval(40, 32, 60, 50, b.light)
    for x in (41, 59):
        b.disc(x, 29, 2.6, INK)
        b.disc(x + 0.8, 28, 0.8, (255, 255, 255))
    b.oval(46, 34, 54, 40, INK)
    b.arc(45, 37, 55, 46, 20, 160, INK, 1)
    b.shape([(50, 54), (38, 49), (38, 59)], (206, 62, 70))
    b.shape([(50, 54), (62, 49), (62, 59)], (206, 62, 70))


@shape("blocks")
def blocks(b):
    """A heap of building blocks."""
    places = ((10, 66, 36), (38, 66, 26), (66, 66, 26), (20, 46, 26), (48, 46, 36), (34, 26, 26))
    for index, (x, y, width) in enumerate(places):
        tone = BRIGHT[(index + b.variant) % 5]
        for stud in range(int(width // 10)):
            b.box(x + 3 + stud * 10, y - 4, x + 9 + stud * 10, y + 2, light(tone, 0.15), 1)
        b.box(x, y, x + width, y + 18, tone, 1.5, light(tone, 0.3), 0.5)
        b.path([(x + 2, y + 15), (x + width - 2, y + 15)], (0, 0, 0, 40), 1.5)


@shape("puzzle")
def puzzle(b):
    """A jigsaw puzzle of a picture, one piece apart."""
    skies = ((44, 56, 116), (142, 200, 236), (248, 206, 150))
    grounds = ((30, 40, 80), (104, 172, 96), (96, 104, 128))
    pick = b.variant % 3
    b.box(10, 20, 90, 84, skies[pick], 2)
    b.shape([(10, 84), (10, 62), *bezier([(24, 40), (50, 76), (90, 50)]), (90, 84)], grounds[pick])
    b.disc(70, 34, 6, (255, 236, 150))
    for x in (30, 50, 70):
        b.path([(x, 20), (x, 84)], (255, 255, 255, 130), 0.6)
        for y in (36, 68):
            b.disc(x, y, 3, None, (255, 255, 255, 150), 0.6)
    for y in (36, 52, 68):
        b.path([(10, y), (90, y)], (255, 255, 255, 130), 0.6)
    b.box(70, 68, 90, 84, (0, 0, 0, 0))
    b.box(74, 74, 95, 92, grounds[pick], 1, (255, 255, 255), 0.7)


@shape("cube")
def cube(b):
    """A 3 x 3 magic cube."""

    def face(origin, right, down, offset):
        for row in range(3):
            for column in range(3):
                corner = [
                    (column + i, row + j)
                    for i, j in ((0.06, 0.06), (0.94, 0.06), (0.94, 0.94), (0.06, 0.94))
                ]
                points = [
                    (origin[0] + c * right[0] + r * down[0], origin[1] + c * right[1] + r * down[1])
                    for c, r in corner
                ]
                b.shape(points, BRIGHT[(row * 5 + column * 3 + offset) % 6])

    b.shape([(50, 10), (86, 28), (86, 70), (50, 90), (14, 70), (14, 28)], INK)
    face((50, 10), (12, 6), (-12, 6), 1)
    face((14, 28), (12, 6.3), (0, 13.9), 0)
    face((50, 47), (12, -6.3), (0, 13.9), 2)


@shape("rccar")
def remote_car(b):
    """An off-road car."""
    b.shape(
        [(12, 60), (20, 46), (36, 44), (46, 28), (70, 28), (80, 46), (90, 50), (90, 62), (12, 64)],
        b.colour,
        b.line,
        0.5,
    )
    b.shape([(41, 44), (48, 32), (58, 32), (58, 44)], (150, 200, 226))
    b.shape([(61, 44), (61, 32), (69, 32), (75, 44)], (150, 200, 226))
    b.path([(46, 26), (72, 26)], INK, 2)
    b.path([(30, 44), (26, 16)], INK, 0.9)
    b.disc(87, 54, 2.4, (255, 240, 170))
    b.path([(14, 58), (88, 57)], light(b.colour, 0.6), 1.6)
    for x in (30, 74):
        b.disc(x, 68, 14, (40, 42, 48))
        b.disc(x, 68, 7, METAL)
        b.disc(x, 68, 3, b.colour)


@shape("balloon")
def balloons(b):
    """Three balloons."""
    for x, y, tone in ((32, 34, b.shade), (68, 32, b.light), (50, 42, b.colour)):
        b.curve([(x, y + 22), (x + 4, 72), (50, 94)], STEEL, 0.6)
        b.oval(x - 17, y - 22, x + 17, y + 20, tone, b.line, 0.4)
        b.shape([(x - 3, y + 24), (x, y + 19), (x + 3, y + 24)], b.dark)
        b.oval(x - 10, y - 15, x - 4, y - 4, (255, 255, 255, 150))


@shape("yogamat")
def yoga_mat(b):
    """A rolled yoga mat."""
    thick = 4 * (b.variant % 3)
    b.shape(
        [(30, 60 + thick), (92, 60 + thick), (96, 74 + thick), (36, 74 + thick)],
        b.light,
        b.line,
        0.4,
    )
    b.box(30, 34 - thick, 88, 66 + thick, b.colour, 3, b.line, 0.5)
    b.oval(14, 34 - thick, 46, 66 + thick, b.shade, b.line, 0.5)
    for radius in (12 + thick, 8 + thick, 4):
        b.disc(30, 50, radius, None, b.light, 1.2)
    for x in (56, 74):
        b.box(x, 33 - thick, x + 4, 67 + thick, b.dark, 1)
    b.curve([(58, 34 - thick), (66, 14), (76, 34 - thick)], b.dark, 2)


@shape("dumbbell")
def dumbbell(b):
    """A hex dumbbell; heavier is thicker."""
    grow = 2.5 * (b.variant % 4)
    b.box(30, 45, 70, 55, METAL, 3, STEEL, 0.5)
    for x in range(38, 62, 4):
        b.path([(x, 46), (x + 2, 54)], STEEL, 0.7)
    for left, right in ((10, 34), (66, 90)):
        top, foot = 32 - grow, 68 + grow
        b.shape(
            [
                (left, top + 8),
                (left + 6, top),
                (right - 6, top),
                (right, top + 8),
                (right, foot - 8),
                (right - 6, foot),
                (left + 6, foot),
                (left, foot - 8),
            ],
            b.colour,
            b.line,
            0.6,
        )
        b.path([(left + 4, top + 10), (left + 4, foot - 10)], b.light, 1.4)


@shape("rope")
def skipping_rope(b):
    """A skipping rope with two handles."""
    b.curve([(24, 40), (0, 110), (52, 70), (62, 20), (100, -10), (78, 40)], STEEL, 1.5, 40)
    b.curve([(26, 42), (60, 110), (90, 90), (76, 42)], STEEL, 1.5, 40)
    for x, lean in ((24, -6), (77, 6)):
        b.path([(x, 40), (x + lean, 12)], b.colour, 6)
        b.path([(x + lean * 0.2, 34), (x + lean * 0.5, 24)], b.light, 1.6)
        b.disc(x, 41, 2.6, METAL)


@shape("ball")
def basketball(b):
    """A basketball."""
    b.disc(50, 52, 36, b.colour, b.line, 0.8)
    b.arc(-22, 16, 32, 88, 300, 60, b.dark, 1.4)
    b.arc(68, 16, 122, 88, 120, 240, b.dark, 1.4)
    b.path([(14, 52), (86, 52)], b.dark, 1.4)
    b.path([(50, 16), (50, 88)], b.dark, 1.4)
    b.oval(30, 24, 44, 36, (255, 255, 255, 70))


@shape("tent")
def tent(b):
    """A camping tent; for more people, wider."""
    grow = 5 * (b.variant % 3)
    b.shape([(50, 22), (94 - 10 + grow, 84), (16 - grow, 84)], b.colour, b.line, 0.6)
    b.shape([(50, 22), (84 + grow, 84), (62, 84)], b.shade)
    b.shape([(48, 30), (62, 84), (34, 84)], (60, 62, 58))
    b.shape([(48, 30), (40, 84), (34, 84)], b.light)
    b.path([(50, 22), (98, 76)], STEEL, 0.6)
    b.path([(50, 22), (2, 76)], STEEL, 0.6)
    b.path([(50, 22), (50, 15)], INK, 1.2)
    b.shape([(50, 15), (58, 17), (50, 20)], (226, 80, 70))


@shape("bottle")
def sports_bottle(b):
    """A see-through water bottle."""
    top = 26 - 6 * (b.variant % 2)
    b.shape(
        [(38, top + 8), (62, top + 8), (66, top + 20), (64, 92), (36, 92), (34, top + 20)],
        (*b.colour, 215),
        b.line,
        0.5,
    )
    b.shape([(35, 52), (65, 52), (64, 90), (36, 90)], (*b.shade, 200))
    b.box(39, top - 6, 61, top + 9, INK, 3)
    b.box(46, top - 14, 54, top - 5, b.dark, 3)
    b.arc(58, top - 10, 72, top + 12, 250, 80, INK, 2)
    for y in range(50, 88, 8):
        b.path([(58, y), (62, y)], (255, 255, 255), 0.8)
    b.path([(40, top + 22), (40, 84)], (255, 255, 255, 170), 2)
