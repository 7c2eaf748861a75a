"""All kinds of goods that can be drawn: kind -> function of a brush."""

from . import desk, digital, home, light, play, tools, wear  # noqa: F401 they fill the table
from .table import SHAPES

__all__ = ["SHAPES"]
