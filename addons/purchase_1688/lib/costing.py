"""Landed cost of a need bought from one offer, explained line by line, and of many needs bought from several sellers.

The values are described in `costing_values`.
"""

from dataclasses import replace
from decimal import ROUND_CEILING

from .costing_alone import Alone
from .costing_freight import freight_of
from .costing_promotion import promote
from .costing_values import (
    FEN,
    ONE,
    PROMOTION_KINDS,
    ZERO,
    Cost,
    Freight,
    Line,
    Promotion,
    Step,
    Terms,
    Tier,
    in_currency,
    order_quantity,
    to_fen,
    up_to,
)

__all__ = [
    "FEN",
    "ONE",
    "PROMOTION_KINDS",
    "ZERO",
    "Cost",
    "Freight",
    "Line",
    "Promotion",
    "Step",
    "Terms",
    "Tier",
    "cheaper_with_more",
    "cost",
    "cost_by_seller",
    "cost_of_seller",
    "improve",
    "in_currency",
    "order_quantity",
    "tier_price",
    "to_fen",
    "up_to",
]


def cost(terms, need):
    """Landed cost of one need alone."""
    return cost_of_seller([(terms, need)])


def cost_of_seller(wanted):
    """Landed cost of `wanted` [(Terms, need)], all from one seller and sent together."""
    lines = _price(_meet_minimums([_start_line(terms, need) for terms, need in wanted]))
    goods = sum((line.goods for line in lines), ZERO)
    agreed = sum((line.discount for line in lines), ZERO)
    freight, freight_steps = freight_of(lines)
    promotions = dict.fromkeys(one for line in lines for one in line.terms.promotions)
    promoted = promote(promotions, goods, goods - agreed, freight, lines[0].terms if lines else None)
    if promoted.free:
        freight = ZERO
        freight_steps = [Step("freight_free", ZERO, {"goods": goods, "free_amount": promoted.free.from_amount})]
    tax = _share(lines, "surcharge", promoted.off)
    service = _share(lines, "service_rate", promoted.off)
    base = goods - agreed - promoted.off
    steps = (
        *map(_goods_step, lines),
        *_rate_step("discount", -agreed, lines, "discount_rate", goods),
        *promoted.steps,
        *freight_steps,
        *_rate_step("tax", tax, lines, "surcharge", base),
        *_rate_step("service", service, lines, "service_rate", base),
    )
    return Cost(tuple(lines), goods, freight, tax, service, steps, agreed + promoted.off)


def _share(lines, rate, off):
    """A share of the goods as paid for, rounded line by line; what is `off` the whole counts at the first line's rate:
    rates are the seller's.
    """
    amounts = (to_fen((line.goods - line.discount) * getattr(line.terms, rate)) for line in lines)
    less = to_fen(off * getattr(lines[0].terms, rate)) if off else ZERO
    return max(sum(amounts, ZERO) - less, ZERO)


def _rate_step(kind, amount, lines, rate, base):
    """The step of a share of the goods, where there is one."""
    if amount:
        yield Step(kind, amount, {"rate": max(getattr(line.terms, rate) for line in lines), "base": base})


def cost_by_seller(wanted):
    """Landed cost of a basket: {seller: Cost}."""
    shares = {}
    for terms, need in wanted:
        shares.setdefault(terms.seller, []).append((terms, need))
    return {seller: cost_of_seller(share) for seller, share in shares.items()}


def cheaper_with_more(terms, need):
    """The cheapest `Cost` of ordering more than `need` asks for, or None when more never costs less."""
    alone = Alone(terms)
    base = alone.quantity(need)
    short, total = alone.short(base), alone.total(base)
    best = None
    for units in alone.marks(above=need):
        quantity = alone.quantity(units)
        if alone.total(quantity) < total and (short or not alone.short(quantity)):
            best, total = units, alone.total(quantity)
    return None if best is None else cost(terms, best)


def improve(options, limit=8):
    """Choose one `Terms` per need at a low total: [(need, [Terms or None…])…] → list of indexes (None: no option).

    Starts from the best single answer of each need and from each seller as favourite, then moves one need at a time
    while the total falls. A good plan, not a proven one.
    """
    plan = _Planner(options)
    starts = [plan.cheapest_alone()] + [plan.favouring(seller) for seller in plan.sellers[:limit]]
    return min((plan.descend(start) for start in starts), key=plan.total)


class _Planner:
    """Totals of choices, remembering what a seller's share costs."""

    def __init__(self, options):
        self.options = options
        self.known = {}
        sellers = [terms.seller for _need, row in options for terms in row if terms]
        self.sellers = sorted(set(sellers), key=lambda seller: (-sellers.count(seller), seller))
        self.allowed = [[i for i, terms in enumerate(row) if terms] for _need, row in options]

    def total(self, choice):
        shares = {}
        for row, index in enumerate(choice):
            if index is not None:
                shares.setdefault(self.options[row][1][index].seller, []).append((row, index))
        return sum((self._share(tuple(share)) for share in shares.values()), ZERO)

    def _share(self, share):
        if share not in self.known:
            self.known[share] = cost_of_seller(
                [(self.options[row][1][index], self.options[row][0]) for row, index in share]
            ).total
        return self.known[share]

    def cheapest_alone(self):
        return [
            min(allowed, key=lambda index, row=row: self._share(((row, index),))) if allowed else None
            for row, allowed in enumerate(self.allowed)
        ]

    def favouring(self, seller):
        choice = self.cheapest_alone()
        for row, allowed in enumerate(self.allowed):
            own = [index for index in allowed if self.options[row][1][index].seller == seller]
            if own:
                choice[row] = min(own, key=lambda index, row=row: self._share(((row, index),)))
        return choice

    def descend(self, choice):
        choice = list(choice)
        total = self.total(choice)
        moved = True
        while moved:
            moved = False
            for row, allowed in enumerate(self.allowed):
                for index in allowed:
                    other = [*choice[:row], index, *choice[row + 1 :]]
                    if self.total(other) < total:
                        choice, total, moved = other, self.total(other), True
        return choice


# --- quantities


def _start_line(terms, need):
    packs = (need / terms.pack).to_integral_value(ROUND_CEILING)
    quantity = order_quantity(need, terms.pack, terms.batch)
    raised = "batch" if quantity > packs else "pack" if packs * terms.pack > need else ""
    return Line(terms, need, quantity, ZERO, ZERO, raised)


def _meet_minimums(lines):
    """Raise lines until each offer reaches its minimum, unless the seller's mixed batch is reached.

    Goods sold in lots keep their minimum whatever else is ordered.
    """
    totals = _offer_totals(lines)
    mixed = _mixed_batch_reached(_price(lines))
    met = []
    for line in lines:
        terms = line.terms
        missing = terms.min_qty - totals[terms.offer]
        if missing > 0 and not (mixed and terms.mixes and terms.batch <= ONE):
            more = up_to(line.quantity + missing, terms.batch)
            totals[terms.offer] += more - line.quantity
            line = replace(line, quantity=more, raised="min")
        met.append(line)
    return met


def _mixed_batch_reached(lines):
    """Either threshold of the seller is enough; only offers that take part count."""
    mixing = [line for line in lines if line.terms.mixes]
    if not mixing:
        return False
    amount = sum((line.goods for line in mixing), ZERO)
    count = sum((line.quantity for line in mixing), ZERO)
    terms = mixing[0].terms
    return (terms.mix_amount is not None and amount >= terms.mix_amount) or (
        terms.mix_count is not None and count >= terms.mix_count
    )


def _offer_totals(lines):
    totals = {}
    for line in lines:
        totals[line.terms.offer] = totals.get(line.terms.offer, ZERO) + line.quantity
    return totals


# --- prices and freight


def _price(lines):
    totals = _offer_totals(lines)
    basket = sum((line.quantity for line in lines if line.terms.by_seller), ZERO)
    priced = []
    for line in lines:
        terms = line.terms
        reached = basket if terms.by_seller else totals[terms.offer] if terms.by_offer else line.quantity
        tier = _tier_reached(terms.tiers, reached)
        goods = to_fen(tier.price * line.quantity)
        priced.append(replace(line, unit_price=tier.price, list_price=tier.list_price, goods=goods))
    return priced


def tier_price(tiers, reached):
    """Price of the last tier reached; below the first one (a mixed batch) the first tier's."""
    return _tier_reached(tiers, reached).price


def _tier_reached(tiers, reached):
    ordered = sorted(tiers, key=lambda tier: tier.start)
    found = ordered[0]
    for tier in ordered:
        if tier.start <= reached:
            found = tier
    return found


def _goods_step(line):
    return Step(
        "goods",
        line.goods,
        {
            "quantity": line.quantity,
            "unit_price": line.unit_price,
            "list_price": line.list_price,
            "need": line.need,
            "units": line.units,
            "raised": line.raised,
            "sku": line.terms.sku,
        },
    )
