"""What one seller's lines cost together, as columns and rows of the programme."""

from decimal import ROUND_CEILING, Decimal

from .basket_freight import Carriage, fees_as_asked
from .basket_lines import HALF_A_FEN, HUNDRED, fill_ways
from .basket_stock import add_stock, share_stock
from .costing import ONE, ZERO, tier_price, to_fen
from .costing_freight import carriage_key


class Share:
    """The sources of one seller. `spend` is the landed cost in fen as a sum of columns, at most the true one."""

    def __init__(self, program, sources, apart, lean=False):
        """:param apart: {(row, index): quantities (lots) that stand apart}
        :param lean: only who may be chosen, not what it costs
        """
        self.program, self.sources = program, sources
        self.used = program.column()
        self.nobody = None
        self.promotions = list(dict.fromkeys(one for source in sources for one in source.terms.promotions))
        self.groups = _by(sources, lambda source: carriage_key(source.terms))
        self.offers = _by(sources, lambda source: source.terms.offer)
        ruled = all(source.terms.freight.has_rule for source in sources)
        for source in sources:
            source.single = len(self.offers[source.terms.offer]) == 1
            source.held = not ruled
        pools = self._pools()
        bands_of = {id(source): bands for members, bands in pools for source in members}
        for source, (mark, amount) in zip(sources, self._worths(), strict=True):
            fill_ways(source, bands_of.get(id(source)), mark, amount, apart.get((source.row, source.index), ()))
        self.sources = [source for source in sources if source.ways]
        self.spend = []
        if not self.sources:
            return
        shared = share_stock(self.sources)
        self._add_ways(lean)
        for mine, stock in shared:
            add_stock(program, mine, stock, whole=not lean)
        if lean:
            self._add_use()
            return
        for members, bands in pools:
            self._add_bands(members, bands)
        self._add_minimums()
        self._add_restraint()
        self.spend += [pair for source in self.sources for pair in source.cost_sum()]
        waived = self._add_promotions()
        self._add_freight(waived)

    def _add_ways(self, lean):
        for source in self.sources:
            for way in source.ways:
                way.taken = self.program.column(whole=not lean)
                if way.high > way.low and not lean:
                    way.further = self.program.column(way.high - way.low)
                    self.program.at_most([(way.further, 1.0), (way.taken, float(way.low - way.high))], 0.0)

    def _add_use(self):
        """Whoever is chosen from is used, and where nothing can free its unknown freight, that stays unknown."""
        if self._unruled:
            self.nobody = self.program.column()
        free = any(one.free_freight for one in self.promotions)
        for source in self.sources:
            freight = source.terms.freight
            self.program.at_most([*source.chosen(), (self.used, -1.0)], 0.0)
            perhaps = (freight.quoted, freight.free_amount, freight.free_count)
            if not (freight.has_rule or free or any(one is not None for one in perhaps)):
                self.program.at_most([*source.chosen(), (self.nobody, -1.0)], 0.0)

    # --- tiers that several lines reach together

    def _pools(self):
        """[(sources, bands)]: whose total decides the price of several sources, and between which totals it changes."""
        pools = []
        together = [source for source in self.sources if source.terms.by_seller]
        if len(together) > 1:
            pools.append((together, _bands(together)))
        for mine in self.offers.values():
            members = [source for source in mine if source.terms.by_offer and not source.terms.by_seller]
            if members and len(mine) > 1:
                pools.append((members, _bands(members)))
        return [(members, bands) for members, bands in pools if len(bands) > 1]

    def _add_bands(self, members, bands):
        """A price counts only where the total of the pool is in its band."""
        members = [source for source in members if source.ways]
        offer = {source.terms.offer for source in members}
        others = (
            []
            if members and members[0].terms.by_seller
            else [source for source in self.sources if source.terms.offer in offer and source not in members]
        )
        beside = [pair for source in others for pair in source.quantity_sum()]
        most = sum(max(way.high for way in source.ways) * float(source.lot) for source in others)
        columns = []
        for band, (low, high) in enumerate(bands):
            ways = [(source, mine) for source in members if (mine := [way for way in source.ways if way.band == band])]
            if not ways:
                continue
            column = self.program.column()
            columns.append((column, 1.0))
            total = list(beside)
            for source, mine in ways:
                self.program.at_most([*((way.taken, 1.0) for way in mine), (column, -1.0)], 0.0)
                total += [pair for way in mine for pair in source.way_quantity(way)]
            if low:
                self.program.at_least([*total, (column, -float(low))], 0.0)
            if high is not None:
                self.program.at_most([*total, (column, most - float(high))], most)
        self.program.at_most(columns, 1.0)

    # --- minimums and mixed batches

    def _add_minimums(self):
        waived = self._mixed()
        for source in self.sources if waived is not None else ():
            if bare := [(way.taken, 1.0) for way in source.ways if way.bare]:
                self.program.at_most([*bare, (waived, -1.0)], 0.0)
        for mine in self.offers.values():
            mine = [source for source in mine if source.ways]
            total = [pair for source in mine for pair in source.quantity_sum()]
            for source in mine:
                minimum = float(source.terms.min_qty)
                if source.single or minimum <= float(source.base * source.lot):
                    continue
                chosen = [(column, -minimum) for column, _one in source.chosen()]
                waiver = [(waived, minimum)] if waived is not None and source.waivable else []
                self.program.at_least([*total, *chosen, *waiver], 0.0)

    def _mixed(self):
        """1 only where the seller's mixed batch is reached; None where it is of no use."""
        mixing = [source for source in self.sources if source.terms.mixes]
        if not any(source.waivable for source in mixing):
            return None
        amounts = [source.terms.mix_amount for source in mixing if source.terms.mix_amount is not None]
        counts = [source.terms.mix_count for source in mixing if source.terms.mix_count is not None]
        goods = [pair for source in mixing for pair in source.goods_sum()]
        count = [pair for source in mixing for pair in source.quantity_sum()]
        reached = []
        for total, threshold in (
            (goods, float(min(amounts) * HUNDRED) if amounts else None),
            (count, float(min(counts)) if counts else None),
        ):
            if threshold is not None:
                reached.append(self.program.column())
                self.program.at_least([*total, (reached[-1], -threshold)], 0.0)
        waived = self.program.column()
        self.program.at_most([(waived, 1.0), *((column, -1.0) for column in reached)], 0.0)
        return waived

    # --- promotions

    def _add_promotions(self):
        """Of each kind one may be taken where the goods reach it; returns the column of free freight, or None."""
        kinds, free = {}, []
        goods = [pair for source in self.sources for pair in source.goods_sum()]
        for one in self.promotions:
            if not one.off and not one.free_freight:
                continue
            column = self.program.column()
            kinds.setdefault(one.kind, []).append((column, one))
            if one.from_amount > ZERO:
                self.program.at_least([*goods, (column, -float(one.from_amount * HUNDRED))], 0.0)
            having = [source for source in self.sources if one in source.terms.promotions]
            chosen = [(taken, -1.0) for source in having for taken, _one in source.chosen()]
            self.program.at_most([(column, 1.0), *chosen], 0.0)
            if one.free_freight:
                free.append(column)
        for rungs in kinds.values():
            self.program.at_most([(column, 1.0) for column, _one in rungs], 1.0)
        self._add_savings(kinds)
        if not free:
            return None
        waived = self.program.column()
        self.program.at_most([(waived, 1.0), *((column, -1.0) for column in free)], 0.0)
        return waived

    def _add_savings(self, kinds):
        """What the promotions take off, with the tax and service on it; never more than the goods cost."""
        alone = len(kinds) == 1
        saved = [(column, self._saving(one, alone)) for rungs in kinds.values() for column, one in rungs if one.off]
        if not saved:
            return
        least = min(one.from_amount for rungs in kinds.values() for _column, one in rungs if one.off)
        agreed = max(source.terms.discount_rate for source in self.sources)
        most = _most_off(self.promotions)
        if most <= to_fen(least * (ONE - agreed)) - ONE:
            self.spend += [(column, -fen) for column, fen in saved]
            return
        off = self.program.column(sum(fen for _column, fen in saved), whole=False)
        self.program.at_most([(off, 1.0), *((column, -fen) for column, fen in saved)], 0.0)
        lines = [(column, -fen) for source in self.sources for column, fen in source.cost_sum()]
        self.program.at_most([(off, 1.0), *lines], 0.0)
        self.spend.append((off, -1.0))

    def _saving(self, one, alone):
        """Fen that a promotion saves, at most: tax and service are rounded for the sum of all that is taken off."""
        fen = one.off * HUNDRED
        for rate in ("surcharge", "service_rate"):
            most = one.off * max(getattr(source.terms, rate) for source in self.sources)
            fen += (to_fen(most) * HUNDRED if alone else most * HUNDRED + HALF_A_FEN) if most else ZERO
        return float(fen)

    # --- freight

    @property
    def _unruled(self):
        """Sources whose freight is known for what was asked at most."""
        return [source for source in self.sources if not source.terms.freight.has_rule]

    def _add_restraint(self):
        """No line is raised where any is chosen whose freight has no rule: nobody could say what that costs."""
        unruled = self._unruled
        if len(unruled) in (0, len(self.sources)):
            return
        column = self.program.column()
        for source in unruled:
            self.program.at_most([*source.chosen(), (column, -1.0)], 0.0)
        for source in self.sources:
            if raised := [(way.taken, 1.0) for way in source.ways if way.low > source.enough]:
                self.program.at_most([*raised, (column, 1.0)], 1.0)

    def _add_freight(self, waived):
        groups = {}
        for key, mine in self.groups.items():
            if mine := [source for source in mine if source.ways]:
                groups[key] = mine
        if self._unruled:
            self.nobody = self.program.column()
        unknown = []
        for mine in groups.values():
            used = self.used if len(groups) == 1 else self.program.column()
            if used != self.used:
                self.program.at_most([(used, 1.0), (self.used, -1.0)], 0.0)
            for source in mine:
                self.program.at_most([*source.chosen(), (used, -1.0)], 0.0)
            carriage = Carriage(self.program, mine, used, waived, self.nobody)
            self.spend += carriage.cost
            unknown += carriage.unknown
        if self.nobody is not None:
            self.program.at_most([(self.nobody, 1.0), *((column, -1.0) for column in unknown)], 0.0)

    # --- what is worth reaching

    def _worths(self):
        """For each source, the most (1688 units, yuan of goods) that are worth reaching together with other lines."""
        everything = [source.terms for source in self.sources]
        # A line that is alone in its offer has a way of its own from each tier and from its minimum on.
        offers = {offer: _marks(mine) if len(mine) > 1 else (ZERO, ZERO) for offer, mine in self.offers.items()}
        freights = {key: _freight_marks(mine) for key, mine in self.groups.items()}
        _least, seller_tier = _marks(self.sources)
        mixed = _top(terms.mix_count for terms in everything), _top(terms.mix_amount for terms in everything)
        promoted = max(_top(one.from_amount for one in self.promotions), self._free_up_to())
        for terms in everything:
            least, tier = offers[terms.offer]
            units, amount = freights[carriage_key(terms)]
            count, goods = mixed if terms.mixes else (ZERO, ZERO)
            yield max(least, seller_tier if terms.by_seller else tier, units, count), max(amount, goods, promoted)

    def _free_up_to(self):
        """Yuan of goods that promotions can take off wholly: up to there more costs nothing, and as tax and service are
        rounded by the line, perhaps a fen less.
        """
        everything = [source.terms for source in self.sources]
        agreed = max(terms.discount_rate for terms in everything)
        if agreed == ONE or not any(terms.surcharge or terms.service_rate for terms in everything):
            return ZERO
        return _most_off(self.promotions) / (ONE - agreed)


def _most_off(promotions):
    """Yuan that promotions can take off together, one of each kind."""
    kinds = _by(promotions, lambda one: one.kind)
    return sum((max(one.off for one in mine) for mine in kinds.values()), ZERO)


def _top(values):
    return max((value for value in values if value is not None), default=ZERO)


def _marks(sources):
    """(highest minimum, last start of a tier)"""
    tiers = _top(tier.start for source in sources for tier in source.terms.tiers)
    return _top(source.terms.min_qty for source in sources), tiers


def _freight_marks(sources):
    """(1688 units, yuan of goods) that change what carriage costs."""
    freights = [source.terms.freight for source in sources]
    # Where the rule is cheaper than what the platform said, one more than was asked for may be worth it.
    differing = [source.terms.freight for source, fee in fees_as_asked(sources) if fee != source.terms.freight.quoted]
    quoted = _top(freight.quoted_for and freight.quoted_for + ONE for freight in differing)
    return max(quoted, _top(freight.free_count for freight in freights)), _top(one.free_amount for one in freights)


def _by(sources, key):
    groups = {}
    for source in sources:
        groups.setdefault(key(source), []).append(source)
    return groups


def _bands(members):
    """[(lowest, highest or None)] total between which no member's price changes."""
    step = min(Decimal(1).scaleb(min(source.lot.as_tuple().exponent, 0)) for source in members)
    starts = [ZERO]
    for start in sorted({tier.start for source in members for tier in source.terms.tiers}):
        if any(
            tier_price(source.terms.tiers, start) != tier_price(source.terms.tiers, starts[-1]) for source in members
        ):
            starts.append(start)
    ends = [((start / step).to_integral_value(ROUND_CEILING) - 1) * step for start in starts[1:]]
    return list(zip(starts, [*ends, None], strict=True))
