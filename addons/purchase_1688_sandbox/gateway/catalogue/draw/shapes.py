"""All kinds of goods that can be drawn: kind -> function of a brush."""

from ..categories import build_tree

SHAPES = {
    kind: lambda brush: brush.box(25, 20, 75, 80, brush.colour, 8) for kind in build_tree()[1]
}
