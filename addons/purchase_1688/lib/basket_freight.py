"""What carriage adds to a seller's share, as columns and rows: one charge for each freight template."""

from dataclasses import replace

from .basket_lines import HUNDRED
from .basket_solver import INFINITY
from .costing import ZERO
from .costing_freight import fee_of, rules_of


def _rules(sources):
    """(source, its freight): without the platform's own figure where the rule alone asks no more for the same.

    That is so nearly always, and then all offers of a template have one rule.
    """
    for source, fee in fees_as_asked(sources):
        freight = source.terms.freight
        if freight.basis == "free" or freight.quoted is None or (fee is not None and fee <= freight.quoted):
            freight = replace(freight, quoted=None, quoted_for=None)
        yield source, freight


def fees_as_asked(sources):
    """(source, yuan by its rule for what of its offer the platform was asked about; None where that is not known)"""
    offers = {}
    for source in sources:
        offers.setdefault(source.terms.offer, []).append(source)
    for source in sources:
        yield source, _fee_as_asked(source.terms.freight, offers[source.terms.offer])


def _fee_as_asked(freight, offer):
    if freight.quoted is None or freight.quoted_for is None or not freight.has_rule:
        return None
    skus = {}
    for source in offer:
        one = source.terms.freight
        part = freight.quoted_for if one.quoted_of_sku is None else one.quoted_of_sku
        skus[source.terms.sku] = max(skus.get(source.terms.sku, (ZERO, ZERO)), (part, part * one.unit_load))
    if sum(part for part, _load in skus.values()) != freight.quoted_for:
        return None
    if not freight.by_template:
        return freight.first_fee
    return fee_of(freight, sum(load for _part, load in skus.values()))


def _load(source):
    """What one 1688 unit adds to what the template charges for."""
    return float(source.terms.freight.unit_load)


def _fen(yuan):
    return float(yuan * HUNDRED)


def _less(pairs):
    return [(column, -factor) for column, factor in pairs]


class Carriage:
    """Sources of one seller under one freight template: `cost` is the charge in fen as a sum of columns."""

    def __init__(self, program, sources, used, waived, nobody):
        """Columns:

        :param used: 1 where any of the sources is chosen
        :param waived: 1 where a promotion pays all freight of the seller, or None
        :param nobody: 1 where nobody can say the freight of a group, so that none of the seller's is charged, or None
        """
        self.program, self.sources, self.used = program, sources, used
        self.waived, self.nobody = [] if waived is None else [waived], nobody
        self.unknown = []
        self.count = [pair for source in sources for pair in source.quantity_sum()]
        self.most = _most(sources, lambda source: 1.0)
        kinds = {}
        for source, freight in _rules(sources):
            kinds.setdefault(rules_of(freight), (freight, []))[1].append(source)
        charges = [self._charge(freight, self._active(mine)) for freight, mine in kinds.values()]
        self.cost = charges[0] if len(charges) == 1 else self._dearest(charges)

    def _active(self, mine):
        """1 where any of these sources is chosen."""
        if len(mine) == len(self.sources):
            return self.used
        active = self.program.column()
        for source in mine:
            self.program.at_most([*source.chosen(), (active, -1.0)], 0.0)
        self.program.at_most([(active, 1.0), *_less([pair for source in mine for pair in source.chosen()])], 0.0)
        return active

    def _dearest(self, charges):
        """Of several rules the dearest one counts."""
        most = self.program.column(INFINITY, whole=False)
        for charge in charges:
            self.program.at_least([(most, 1.0), *_less(charge)], 0.0)
        return [(most, 1.0)]

    def _charge(self, freight, active):
        """The charge by these rules where `active` is 1, in fen as a sum of columns."""
        if freight.basis == "free":
            return []
        escapes, cost = [*self.waived, *self._free(freight)], []
        quoted = self._quoted(freight)
        if quoted is not None:
            escapes.append(quoted)
            cost.append((quoted, _fen(freight.quoted)))
        if not freight.has_rule:
            charged = self._charged(active, escapes)
            self.program.at_most([(charged, 1.0), (self.nobody, -1.0)], 0.0)
            self.unknown.append(charged)
        else:
            if self.nobody is not None:
                escapes.append(self.nobody)
            charged = self._charged(active, escapes)
            cost += self._fee(freight, active, charged, escapes)
        return cost

    def _fee(self, freight, active, charged, escapes):
        """What the rule asks where it is to be paid: the first unit, and each further one begun."""
        if not freight.by_template:
            return [(charged, _fen(freight.first_fee))]
        rounded = [fee for fee in (freight.first_fee, freight.next_fee) if _fen(fee) % 1]
        cost = [(charged, _fen(freight.first_fee) - (0.5 if rounded else 0.0))]
        if not freight.next_unit:
            return cost
        loads = [pair for source in self.sources for pair in source.quantity_sum(_load(source))]
        most = _most(self.sources, _load)
        first, following = float(freight.first_unit), float(freight.next_unit)
        times = self.program.column(max(-(-(most - first) // following), 0.0))
        room = [(charged, -first), (times, -following), *((escape, -most) for escape in escapes)]
        if active == self.used:
            self.program.at_most([*loads, *room], 0.0)
        else:
            self.program.at_most([*loads, *room, (active, most)], most)
        return [*cost, (times, _fen(freight.next_fee))]

    def _charged(self, active, escapes):
        """1 where it is to be paid: active, and no way around it."""
        if not escapes:
            return active
        charged = self.program.column()
        self.program.at_most([(charged, 1.0), (active, -1.0)], 0.0)
        self.program.at_least([(charged, 1.0), (active, -1.0), *((escape, 1.0) for escape in escapes)], 0.0)
        return charged

    def _free(self, freight):
        """A column that is 1 only where so much is bought that nothing is to be paid."""
        if freight.free_amount is None and freight.free_count is None:
            return []
        free = self.program.column()
        if freight.free_amount is not None:
            goods = [pair for source in self.sources for pair in source.goods_sum()]
            self.program.at_least([*goods, (free, -_fen(freight.free_amount))], 0.0)
        if freight.free_count is not None:
            self.program.at_least([*self.count, (free, -float(freight.free_count))], 0.0)
        return [free]

    # --- the platform's own figure

    def _quoted(self, freight):
        """1 only where all is as the platform was asked. Where it asks more than its rule, a lesson says so."""
        if freight.quoted is None or freight.quoted_for is None or freight.quoted_for > self.most:
            return None
        quoted, count = self.program.column(), float(freight.quoted_for)
        self.program.at_least([*self.count, (quoted, -count)], 0.0)
        self.program.at_most([*self.count, (quoted, self.most - count)], self.most)
        self._as_asked(quoted)
        return quoted

    def _as_asked(self, quoted):
        """It is 1 only where all is of one offer, and of each SKU there is as much as the platform was asked about."""
        offers, skus = {}, {}
        for source in self.sources:
            offers.setdefault(source.terms.offer, []).append(source)
            skus.setdefault(source.terms.sku, []).append(source)
        if len(offers) > 1:
            several = [(self._taken(mine), 1.0) for mine in offers.values()]
            self.program.at_most([*several, (quoted, len(offers) - 1.0)], len(offers))
        for mine in skus.values():
            count = [pair for source in mine for pair in source.quantity_sum()]
            most = _most(mine, lambda source: 1.0)
            for source in mine:
                if source.terms.freight.quoted_of_sku is not None:
                    both = [(quoted, 1.0), *source.chosen()]
                    self._hold(count, most, float(source.terms.freight.quoted_of_sku), both)

    def _taken(self, mine):
        """1 where any of these sources is chosen; it may be 1 elsewhere."""
        column = self.program.column()
        for source in mine:
            self.program.at_most([*source.chosen(), (column, -1.0)], 0.0)
        return column

    def _hold(self, count, most, part, both):
        """Where two are 1, the count is the part."""
        self.program.at_least([*count, *((column, -part * one) for column, one in both)], -part)
        self.program.at_most([*count, *((column, most * one) for column, one in both)], part + 2.0 * most)


def _most(sources, unit):
    """The most that the sources can add up to, a line having only one of them."""
    rows = {}
    for source in sources:
        top = max(way.high for way in source.ways) * float(source.lot) * unit(source)
        rows[source.row] = max(rows.get(source.row, 0.0), top)
    return sum(rows.values())
