"""How a family (the same goods, sold by several sellers) is written down in the goods tables."""

from dataclasses import dataclass

from .model import Text
from .palette import COLOURS
from .words import UNITS

SIZE_ID, COLOUR_ID = 450, 3216


@dataclass(frozen=True)
class Axis:
    """One thing a buyer chooses; ``colours`` names the palette entry of each value, if any."""

    attribute_id: int
    name: Text
    values: tuple[Text, ...]
    colours: tuple[str, ...] = ()


@dataclass(frozen=True)
class Family:
    """Goods that several sellers sell under the same attribute names and values.

    ``price`` is a typical price in fen, ``weight`` grams, ``size`` centimetres.
    """

    key: str
    names: tuple[Text, ...]
    points: tuple[Text, ...]
    attributes: tuple[tuple[Text, Text], ...]
    price: int
    weight: int
    size: tuple[int, int, int]
    unit: Text
    axes: tuple[Axis, ...] = ()
    colour: str = "blue"
    leaf: str = ""
    kind: str = ""


def pairs(text):
    """``纯棉=pure cotton|宽松=loose-fit`` → Texts."""
    return tuple(Text(*item.split("=", 1)) for item in text.split("|"))


def facts(text):
    """``面料:Fabric=棉:Cotton|…`` → attribute names and values."""
    rows = []
    for item in text.split("|"):
        name, value = item.split("=", 1)
        rows.append((Text(*name.split(":", 1)), Text(*value.split(":", 1))))
    return tuple(rows)


def colours(names, title="颜色=Colour"):
    """An axis of palette colours."""
    keys = tuple(names.split())
    values = tuple(Text(*COLOURS[key][:2]) for key in keys)
    return Axis(COLOUR_ID, Text(*title.split("=")), values, keys)


def choice(title, values, attribute_id=SIZE_ID):
    """An axis of other values; a value without ``=`` reads the same in both languages."""
    texts = tuple(
        Text(*(item.split("=", 1) if "=" in item else (item, item))) for item in values.split("|")
    )
    return Axis(attribute_id, Text(*title.split("=")), texts)


def family(
    key,
    names,
    points,
    attributes,
    price,
    weight,
    size,
    unit,
    *axes,
    colour="blue",
    leaf="",
    kind="",
):
    """Build a family from the short notation of the goods tables; ``price`` here is yuan."""
    return Family(
        key,
        pairs(names),
        pairs(points),
        facts(attributes),
        round(price * 100),
        weight,
        size,
        Text(unit, UNITS[unit]),
        axes,
        colour,
        leaf or key,
        kind or leaf or key,
    )
