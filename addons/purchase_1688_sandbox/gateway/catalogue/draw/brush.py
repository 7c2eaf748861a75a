"""A brush for drawing goods in a square of 100 x 100, whatever the picture's size in pixels."""

from PIL import Image, ImageDraw

CLEAR = (0, 0, 0, 0)


def mix(colour, other, share):
    """A colour moved towards another one."""
    return tuple(round(a + (b - a) * share) for a, b in zip(colour, other, strict=True))


def light(colour, share=0.35):
    """A lighter tone."""
    return mix(colour, (255, 255, 255), share)


def dark(colour, share=0.28):
    """A darker tone."""
    return mix(colour, (20, 22, 30), share)


def brightness(colour):
    """From 0 to 255, as eyes see it."""
    return (299 * colour[0] + 587 * colour[1] + 114 * colour[2]) // 1000


class Brush:
    """Draws in units; the goods' colour comes with tones for light, shade and outline."""

    def __init__(self, size, colour, variant=0):
        self.scale = size / 100
        self.canvas = Image.new("RGBA", (size, size), CLEAR)
        self.draw = ImageDraw.Draw(self.canvas)
        self.colour = colour
        self.variant = variant
        self.light = light(colour)
        self.shade = dark(colour, 0.16)
        self.dark = dark(colour, 0.34)
        self.line = dark(colour, 0.5) if brightness(colour) > 90 else light(colour, 0.3)

    def _points(self, points):
        return [(x * self.scale, y * self.scale) for x, y in points]

    def _width(self, width):
        return max(1, round(width * self.scale))

    def box(self, x1, y1, x2, y2, fill, radius=0, outline=None, width=0.6):
        """A rectangle, round at the corners if wanted."""
        corners = [(x1 * self.scale, y1 * self.scale), (x2 * self.scale, y2 * self.scale)]
        self.draw.rounded_rectangle(corners, radius * self.scale, fill, outline, self._width(width))

    def oval(self, x1, y1, x2, y2, fill, outline=None, width=0.6):
        """An ellipse in a rectangle."""
        corners = [(x1 * self.scale, y1 * self.scale), (x2 * self.scale, y2 * self.scale)]
        self.draw.ellipse(corners, fill, outline, self._width(width))

    def disc(self, x, y, radius, fill, outline=None, width=0.6):
        """A circle."""
        self.oval(x - radius, y - radius, x + radius, y + radius, fill, outline, width)

    def shape(self, points, fill, outline=None, width=0.6):
        """A polygon."""
        self.draw.polygon(self._points(points), fill)
        if outline:
            self.path([*points, points[0]], outline, width)

    def path(self, points, fill, width=1.0):
        """A line through points, round at its joints and ends."""
        pixels = self._width(width)
        places = self._points(points)
        self.draw.line(places, fill, pixels, joint="curve")
        for x, y in (places[0], places[-1]):
            half = pixels / 2
            self.draw.ellipse([x - half, y - half, x + half, y + half], fill)

    def arc(self, x1, y1, x2, y2, start, end, fill, width=1.0):
        """A part of an ellipse's outline; degrees from three o'clock, clockwise."""
        corners = [(x1 * self.scale, y1 * self.scale), (x2 * self.scale, y2 * self.scale)]
        self.draw.arc(corners, start, end, fill, self._width(width))

    def slice(self, x1, y1, x2, y2, start, end, fill):
        """A slice of an ellipse."""
        corners = [(x1 * self.scale, y1 * self.scale), (x2 * self.scale, y2 * self.scale)]
        self.draw.pieslice(corners, start, end, fill)

    def curve(self, points, fill, width=1.0, steps=24):
        """A Bézier curve through its control points."""
        self.path(bezier(points, steps), fill, width)


def bezier(points, steps=24):
    """Points on the Bézier curve of some control points."""
    places = []
    for step in range(steps + 1):
        share = step / steps
        level = list(points)
        while len(level) > 1:
            level = [
                (a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share)
                for a, b in zip(level, level[1:], strict=False)
            ]
        places.append(level[0])
    return places
