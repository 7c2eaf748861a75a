"""The ways in which one line can be bought from one source: ranges of quantities with one price, as linear costs.

Money is in fen here. A quantity is a whole number of lots; a lot is one 1688 unit unless goods are sold in larger ones.
"""

from dataclasses import dataclass, field
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from .costing import ONE, ZERO, order_quantity, tier_price, to_fen

HUNDRED = Decimal(100)
HALF_A_FEN = Decimal("0.5")


@dataclass(eq=False)
class Way:
    """Between `low` and `high` lots at one price: `cost` and `goods` fen for the lowest, then by further lot.

    The cost is never more than the true one, the goods are never less; both are exact for a single quantity, and where
    nothing is rounded. `band` is the range of the pool's total that gives this price. `bare`: below its minimum.
    """

    low: int
    high: int
    price: Decimal
    band: int | None = None
    short: bool = False
    bare: bool = False
    cost: float = 0.0
    goods: float = 0.0
    more_cost: float = 0.0
    more_goods: float = 0.0
    taken: int = -1
    further: int | None = None


@dataclass(eq=False)
class Source:
    """One option of one line that may be chosen. `held`: it may have to stay at what is `enough`."""

    row: int
    index: int
    terms: object
    option: object
    lot: Decimal
    base: int
    single: bool = True
    held: bool = False
    ways: list = field(default_factory=list)

    @property
    def waivable(self):
        """A mixed batch lets its minimum fall."""
        return self.terms.mixes and self.terms.batch <= ONE

    @property
    def minimum(self):
        """Lots that this source has to reach by itself."""
        return self.lots(self.terms.min_qty) if self.single else self.base

    @property
    def start(self):
        """The fewest lots that may be taken."""
        return self.base if self.waivable else max(self.base, self.minimum)

    @property
    def enough(self):
        """Lots for what is needed, and for the minimum."""
        return max(self.base, self.lots(self.terms.min_qty))

    def lots(self, quantity):
        """The smallest number of lots that holds so many 1688 units."""
        return int((quantity / self.lot).to_integral_value(ROUND_CEILING))

    def way_quantity(self, way, factor=1):
        """1688 units taken one way, as a sum of columns."""
        scale = float(self.lot) * factor
        return way_sum(way, way.low * scale, scale)

    def quantity_sum(self, factor=1):
        """1688 units taken, as a sum of columns."""
        return [pair for way in self.ways for pair in self.way_quantity(way, factor)]

    def goods_sum(self):
        """Fen of goods, as a sum of columns; never less than the true ones."""
        return [pair for way in self.ways for pair in way_sum(way, way.goods, way.more_goods)]

    def cost_sum(self):
        """Fen of goods less the agreed discount, with tax and service; never more than the true ones."""
        return [pair for way in self.ways for pair in way_sum(way, way.cost, way.more_cost)]

    def chosen(self):
        """1 where the source is chosen, as a sum of columns."""
        return [(way.taken, 1.0) for way in self.ways]


def way_sum(way, first, further):
    """A sum that is `first` where the way is taken, and `further` more for each further lot."""
    pairs = [(way.taken, first)]
    if way.further is not None:
        pairs.append((way.further, further))
    return pairs


def make_source(row, index, need, option):
    """The source of a line, still without ways."""
    terms = option.terms
    lot = terms.batch if terms.batch > ONE else ONE
    quantity = order_quantity(need, terms.pack, terms.batch)
    return Source(row, index, terms, option, lot, int(quantity / lot))


def exact_cost(terms, price, quantity):
    """(fen of the line with all that goes by the line, fen of goods), rounded as `costing` does."""
    goods = to_fen(price * quantity)
    net = goods - to_fen(goods * terms.discount_rate)
    tax, service = to_fen(net * terms.surcharge), to_fen(net * terms.service_rate)
    return int((net + tax + service) * HUNDRED), int(goods * HUNDRED)


def fill_ways(source, bands, mark, amount, apart):
    """Cut what a line may take from a source into ranges with one price.

    :param bands: [(lowest, highest or None)] of the pool's total, or None where the line alone reaches the tiers
    :param mark: the most 1688 units that are worth reaching together with other lines
    :param amount: the most yuan of goods that are
    :param apart: quantities (lots) that get a range of their own, because the linear cost is not exact there
    """
    most = source.terms.most(source.enough * source.lot)
    for band, low, high, price in _prices(source, bands):
        top = _worth(source, low, high, price, mark, amount)
        top = _lots_within(source, min(top * source.lot, most))
        lost = _lost(source, price)
        for first, last in _cut(source, low, top, apart, bool(lost)) if top >= low else ():
            source.ways.append(_way(source, first, last, price, band, lost))


def _prices(source, bands):
    """(band, lowest lots, highest lots or None, price)"""
    start, terms = source.start, source.terms
    if bands is not None:
        for band, (low, end) in enumerate(bands):
            high = None if end is None else _lots_within(source, end)
            if high is None or high >= start:
                yield band, start, high, tier_price(terms.tiers, low)
        return
    edges = sorted({start, *(lots for tier in terms.tiers if (lots := source.lots(tier.start)) > start)})
    for low, following in zip(edges, [*edges[1:], None], strict=True):
        yield None, low, following and following - 1, tier_price(terms.tiers, low * source.lot)


def _lots_within(source, quantity):
    return int((quantity / source.lot).to_integral_value(ROUND_FLOOR))


def _worth(source, low, high, price, mark, amount):
    """The highest quantity that can be worth taking: the one that reaches the highest mark by itself."""
    top = max(low, source.minimum, source.lots(mark))
    if price > ZERO:
        top = max(top, source.lots((amount / price).to_integral_value(ROUND_CEILING)))
    return top if high is None else min(top, high)


def _lost(source, price):
    """Fen that the roundings of one line can take off its cost at most."""
    terms = source.terms
    half = HALF_A_FEN if price * source.lot * HUNDRED % ONE else ZERO
    net = half + (HALF_A_FEN if terms.discount_rate else ZERO)
    return net * _charged(terms) + sum(HALF_A_FEN for rate in (terms.surcharge, terms.service_rate) if rate)


def _charged(terms):
    """What goods cost with tax and service."""
    return ONE + terms.surcharge + terms.service_rate


def _cut(source, low, top, apart, rounded):
    """Ranges between the minimum, the stock and the quantities that stand apart.

    Where costs are rounded, so does the lowest of a range: mostly that one is taken.
    """
    edges = {low, source.minimum, *apart, *(lots + 1 for lots in apart)}
    if source.held:
        edges.add(source.enough + 1)
    if source.terms.stock is not None:
        edges.add(_lots_within(source, source.terms.stock) + 1)
    if rounded:
        edges |= {edge + 1 for edge in edges}
    edges = sorted(edge for edge in edges if low <= edge <= top)
    return [(first, following - 1) for first, following in zip(edges, [*edges[1:], top + 1], strict=True)]


def short_twin(source, way):
    """The same way where other lines exhaust the SKU: no more than enough then; None where it begins above that."""
    if way.low > source.enough:
        return None
    high = min(way.high, source.enough)
    twin = _way(source, way.low, high, way.price, way.band, _lost(source, way.price))
    twin.short = True
    return twin


def _way(source, low, high, price, band, lost):
    terms, lot = source.terms, source.lot
    way = Way(low, high, price, band)
    way.short = terms.stock is not None and low * lot > terms.stock
    way.bare = low < source.minimum
    if low == high:
        way.cost, way.goods = exact_cost(terms, price, low * lot)
        return way
    fen = price * lot * HUNDRED
    more = fen * (ONE - terms.discount_rate) * _charged(terms)
    if low * more < lost:
        more = max(more - lost, ZERO)
    way.cost, way.more_cost = float(max(low * more - lost, ZERO)), float(more)
    way.goods, way.more_goods = float(low * fen + (HALF_A_FEN if fen % ONE else ZERO)), float(fen)
    return way
