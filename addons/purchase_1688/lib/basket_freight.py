"""What carriage adds to a seller's share, as columns and rows: one charge for each freight template."""

from decimal import ROUND_CEILING

from .basket_lines import HUNDRED
from .costing import ZERO


def is_known(freight):
    """Whether somebody can say what it costs."""
    return freight.basis in ("free", "fixed") or freight.by_template or freight.quoted is not None


def _rules(terms):
    """What of a line's freight decides the charge of its whole group."""
    freight = terms.freight
    formula = (freight.first_unit, freight.first_fee, freight.next_unit, freight.next_fee)
    return (*formula, freight.quoted, freight.quoted_for, freight.free_amount, freight.free_count)


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
        self.cost, self.unknown = [], []
        self.count = [pair for source in sources for pair in source.quantity_sum()]
        self.most = _most(sources, lambda source: 1.0)
        self._offers = None
        kinds = {}
        for source in sources:
            kinds.setdefault(_rules(source.terms), []).append(source)
        if len(kinds) == 1:
            self._charge(sources[0].terms.freight, used)
            return
        leads = [(self._lead(mine), mine[0].terms.freight) for mine in kinds.values()]
        program.at_least([(used, -1.0), *((lead, 1.0) for lead, _freight in leads)], 0.0)
        for lead, freight in leads:
            self._charge(freight, lead)

    def _lead(self, mine):
        """1 where the rules of these sources count: the first chosen line of the group is one of theirs."""
        lead = self.program.column()
        for other in self.sources:
            if other not in mine:
                before = [pair for source in mine if source.row < other.row for pair in source.chosen()]
                self.program.at_most([(lead, 1.0), *other.chosen(), *_less(before)], 1.0)
        chosen = [pair for source in mine for pair in source.chosen()]
        self.program.at_most([(lead, 1.0), *_less(chosen)], 0.0)
        return lead

    def _charge(self, freight, active):
        """The charge by these rules where `active` is 1."""
        if freight.basis == "free":
            return
        escapes = [*self.waived, *self._free(freight)]
        if not is_known(freight):
            charged = self._charged(active, escapes)
            self.program.at_most([(charged, 1.0), (self.nobody, -1.0)], 0.0)
            self.unknown.append(charged)
            return
        if self.nobody is not None:
            escapes.append(self.nobody)
        if freight.by_template:
            self._charge_by_template(freight, active, escapes)
        else:
            fee = freight.first_fee if freight.quoted is None else freight.quoted
            self.cost.append((self._charged(active, escapes), _fen(fee)))

    def _charged(self, active, escapes):
        """1 where it is to be paid: active, and no way around it."""
        if not escapes:
            return active
        charged = self.program.column()
        self.program.at_most([(charged, 1.0), (active, -1.0)], 0.0)
        self.program.at_least([(charged, 1.0), (active, -1.0), *((escape, 1.0) for escape in escapes)], 0.0)
        return charged

    def _free(self, freight):
        """Columns that are 1 only where so much is bought that nothing is to be paid."""
        program, found = self.program, []
        if freight.free_amount is not None:
            goods = [pair for source in self.sources for pair in source.goods_sum()]
            found.append(program.column())
            program.at_least([*goods, (found[-1], -_fen(freight.free_amount))], 0.0)
        if freight.free_count is not None:
            found.append(program.column())
            program.at_least([*self.count, (found[-1], -float(freight.free_count))], 0.0)
        return found

    def _charge_by_template(self, freight, active, escapes):
        """First unit, and each further one begun; or the platform's own figure, where it was asked for this count."""
        quoted = self._quoted(freight)
        if quoted is not None:
            escapes.append(quoted)
            self.cost.append((quoted, _fen(freight.quoted)))
        charged = self._charged(active, escapes)
        if quoted is not None and freight.quoted > self._least_fee(freight):
            self._forbid_formula(freight, charged)
        rounded = [fee for fee in (freight.first_fee, freight.next_fee) if _fen(fee) % 1]
        self.cost.append((charged, _fen(freight.first_fee) - (0.5 if rounded else 0.0)))
        if not freight.next_unit:
            return
        loads = [pair for source in self.sources for pair in source.quantity_sum(_load(source))]
        most = _most(self.sources, _load)
        first, following = float(freight.first_unit), float(freight.next_unit)
        times = self.program.column(max(-(-(most - first) // following), 0.0))
        self.cost.append((times, _fen(freight.next_fee)))
        room = [(charged, -first), (times, -following), *((escape, -most) for escape in escapes)]
        if active == self.used:
            self.program.at_most([*loads, *room], 0.0)
        else:
            self.program.at_most([*loads, *room, (active, most)], most)

    # --- the platform's own figure

    def _quoted(self, freight):
        """1 only where the group is one offer's and has exactly the count that the platform was asked for."""
        if freight.quoted is None or freight.quoted_for is None or freight.quoted_for > self.most:
            return None
        quoted, count = self.program.column(), float(freight.quoted_for)
        self.program.at_least([*self.count, (quoted, -count)], 0.0)
        self.program.at_most([*self.count, (quoted, self.most - count)], self.most)
        offers = self._offer_columns()
        if len(offers) > 1:
            several = [(offer, 1.0) for offer in offers]
            self.program.at_most([*several, (quoted, len(offers) - 1.0)], len(offers))
        return quoted

    def _forbid_formula(self, freight, charged):
        """The formula, where it is cheaper, counts only for fewer, for more, or for several offers."""
        program, count = self.program, float(freight.quoted_for)
        fewer, more, several = (program.column() for _ in range(3))
        program.at_most([*self.count, (fewer, self.most - count + 0.5)], self.most)
        program.at_least([*self.count, (more, -count - 0.5)], 0.0)
        program.at_least([*((offer, 1.0) for offer in self._offer_columns()), (several, -2.0)], 0.0)
        program.at_most([(charged, 1.0), *((column, -1.0) for column in (fewer, more, several))], 0.0)

    def _least_fee(self, freight):
        """The least that the formula can ask for the count that was asked for."""
        load = freight.quoted_for * min(source.terms.freight.unit_load for source in self.sources)
        over = max(load - freight.first_unit, ZERO)
        times = (over / freight.next_unit).to_integral_value(ROUND_CEILING) if freight.next_unit else ZERO
        return freight.first_fee + times * freight.next_fee

    def _offer_columns(self):
        """A column for each offer, 1 where and only where a line comes from it."""
        if self._offers is None:
            self._offers = []
            for offer in sorted({source.terms.offer for source in self.sources}):
                column = self.program.column()
                mine = [source.chosen() for source in self.sources if source.terms.offer == offer]
                for chosen in mine:
                    self.program.at_most([*chosen, (column, -1.0)], 0.0)
                self.program.at_most([(column, 1.0), *_less([pair for chosen in mine for pair in chosen])], 0.0)
                self._offers.append(column)
        return self._offers


def _most(sources, unit):
    """The most that the sources can add up to, a line having only one of them."""
    rows = {}
    for source in sources:
        top = max(way.high for way in source.ways) * float(source.lot) * unit(source)
        rows[source.row] = max(rows.get(source.row, 0.0), top)
    return sum(rows.values())
