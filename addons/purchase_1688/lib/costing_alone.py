"""One need bought alone, worked out often: the total of `costing.cost` for many quantities, and where its course bends.

The terms are the same and so is the arithmetic; what does not depend on the quantity is worked out once, nothing is
explained. Between two marks the total rises along a line, give or take a begun unit of freight.
"""

from bisect import bisect_right
from decimal import ROUND_CEILING, ROUND_FLOOR

from .costing_freight import carriage
from .costing_promotion import promote
from .costing_values import FEN, ONE, ZERO, order_quantity, to_fen, up_to

#: What all the roundings to the fen in one total can make together, generously.
ROUNDING = FEN * 10
_HALF_FEN = FEN / 2


class Alone:
    """Totals of one `Terms`. `quantity` counts 1688 units, `need` and `units` ours."""

    def __init__(self, terms):
        self.terms = terms
        tiers = sorted(terms.tiers, key=lambda tier: tier.start)
        self._starts = [tier.start for tier in tiers]
        self._prices = [tier.price for tier in tiers]
        self._load = terms.freight.unit_load
        self._as_asked = terms.freight.quoted_of_sku in (None, terms.freight.quoted_for)
        self._lot = max(terms.batch, ONE)
        self._least = up_to(terms.min_qty, terms.batch)
        self._totals = {}
        self._quantities = {}

    # --- totals

    def quantity(self, need):
        """1688 units that have to be ordered for a need."""
        found = self._quantities.get(need)
        if found is None:
            found = self._quantities[need] = self._work_out_quantity(need)
        return found

    def _work_out_quantity(self, need):
        terms = self.terms
        quantity = order_quantity(need, terms.pack, terms.batch)
        if quantity >= terms.min_qty or (terms.batch <= ONE and self._mixes_at(quantity)):
            return quantity
        return self._least

    def _mixes_at(self, quantity):
        terms = self.terms
        if terms.mix_count is not None and quantity >= terms.mix_count:
            return True
        return terms.mix_amount is not None and self._goods(quantity) >= terms.mix_amount

    def total(self, quantity):
        """Landed cost in yuan; without the freight where nobody knows it."""
        found = self._totals.get(quantity)
        if found is None:
            found = self._totals[quantity] = self._work_out(quantity)
        return found

    def short(self, quantity):
        """The seller has less."""
        return self.terms.stock is not None and quantity > self.terms.stock

    def freight_known(self, quantity):
        """Whether the freight is in the total."""
        goods = self._goods(quantity)
        return self._freight(quantity, goods) is not None or self._promoted(quantity, goods)[1]

    def rank(self, quantity):
        """(short, nobody knows the freight): the less an answer leaves open, the further in front it is."""
        return self.short(quantity), not self.freight_known(quantity)

    def standing(self, quantity):
        """(short, nobody knows the freight, yuan): the least one is the best of what may be ordered."""
        return *self.rank(quantity), self.total(quantity)

    def _price(self, quantity):
        return self._prices[max(bisect_right(self._starts, quantity) - 1, 0)]

    def _goods(self, quantity):
        return to_fen(self._price(quantity) * quantity)

    def _carriage(self, quantity, goods):
        return carriage(self.terms.freight, quantity, goods, quantity * self._load, self._as_asked)

    def _freight(self, quantity, goods):
        kind, amount, _why = self._carriage(quantity, goods)
        return None if kind == "freight_unknown" else amount

    def _promoted(self, quantity, goods):
        """(off, freight is free) by promotions."""
        terms = self.terms
        if not terms.promotions:
            return ZERO, False
        left = goods - to_fen(goods * terms.discount_rate)
        freight = self._freight(quantity, goods)
        promoted = promote(terms.promotions, goods, left, freight, terms)
        return promoted.off, promoted.free is not None

    def _work_out(self, quantity):
        terms = self.terms
        goods = self._goods(quantity)
        off, free = self._promoted(quantity, goods)
        paid = goods - to_fen(goods * terms.discount_rate) if terms.discount_rate else goods
        total = paid - off if free else paid - off + self._carriage(quantity, goods)[1]
        for rate in (terms.surcharge, terms.service_rate):
            if rate:
                total += max(to_fen(paid * rate) - to_fen(off * rate), ZERO)
        return total

    # --- structure

    def marks(self, above=ZERO):
        """Our units, above a need, from which on something is another: sorted; one lot before, it is not yet so."""
        terms, freight = self.terms, self.terms.freight
        marks = {terms.min_qty, *self._starts, *self._reach(freight.free_amount), *self._reach(terms.mix_amount)}
        for promotion in terms.promotions:
            marks.update(self._reach(promotion.from_amount))
        marks |= {mark for mark in (freight.free_count, freight.quoted_for, terms.mix_count) if mark is not None}
        ends = [terms.stock, freight.quoted_for, freight.first_unit / self._load if self._load else None]
        marks |= {end.to_integral_value(ROUND_FLOOR) + 1 for end in ends if end is not None}
        return sorted(units for units in {self._first_need(mark) for mark in marks} if units > above)

    def _reach(self, amount):
        """1688 units that make so many yuan of goods, at each price."""
        if amount is None:
            return
        # Goods are rounded to the fen before they are held against the amount.
        enough = amount.quantize(FEN, ROUND_CEILING) - _HALF_FEN
        for price in self._prices:
            if price:
                yield (enough / price).to_integral_value(ROUND_CEILING)

    def _first_need(self, quantity):
        """The least whole need that takes so many 1688 units by itself."""
        lots = (max(quantity, ONE) / self._lot).to_integral_value(ROUND_CEILING)
        before = (lots - 1) * self._lot * self.terms.pack
        return before.to_integral_value(ROUND_FLOOR) + 1

    def course(self, need):
        """How the total goes on from a need to the next mark, as ((low, high) yuan per unit of ours, slack in yuan)."""
        terms, freight = self.terms, self.terms.freight
        quantity = self.quantity(need)
        goods = self._goods(quantity)
        by_goods = self._price(quantity) * (ONE - terms.discount_rate) * (ONE + terms.surcharge + terms.service_rate)
        by_freight, begun = ZERO, ZERO
        kind = self._carriage(quantity, goods)[0]
        if freight.by_template and kind == "freight_" + freight.basis and freight.next_unit:
            if quantity * self._load > freight.first_unit:
                by_freight, begun = freight.next_fee * self._load / freight.next_unit, freight.next_fee
        low, high = self._promote_course(quantity, goods, by_goods, by_freight)
        lot = self._lot * terms.pack
        jump = self._lot * (ONE - ONE / lot) if lot == lot.to_integral_value() else self._lot
        return (low / terms.pack, high / terms.pack), begun + high * jump + ROUNDING

    def _promote_course(self, quantity, goods, by_goods, by_freight):
        """(low, high): where promotions compete, or take off all there is, the total may rise more slowly."""
        reached = [one for one in self.terms.promotions if one.from_amount <= goods]
        whole = by_goods + by_freight
        if not reached:
            return whole, whole
        if sum((one.off for one in reached), ZERO) >= goods - to_fen(goods * self.terms.discount_rate):
            return ZERO, whole
        if any(one.free_freight for one in reached):
            return by_goods, whole
        return whole, whole
