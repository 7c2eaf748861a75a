"""Landed cost of a need bought from one offer, explained line by line, and of many needs bought from several sellers.

Money is exact `Decimal` yuan, rounded half up to the fen where the platform does. `need` counts our units; `quantity`
counts 1688 units (one of them holds `pack` of ours). Nothing here knows languages: a step is a kind and numbers.
"""

from dataclasses import dataclass, field, replace
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

ZERO = Decimal(0)
ONE = Decimal(1)
FEN = Decimal("0.01")


@dataclass(frozen=True)
class Tier:
    """`price` yuan per 1688 unit from `start` 1688 units on."""

    start: Decimal
    price: Decimal


@dataclass(frozen=True)
class Freight:
    """What carriage costs. `basis`: free, piece, weight, fixed, unknown.

    Piece and weight charge `first_fee` for the first `first_unit` (pieces or grams) and `next_fee` for each begun
    `next_unit`. `quoted` is the platform's own figure for `quoted_for` 1688 units and beats the formula there. Free
    from `free_amount` yuan of goods or `free_count` 1688 units on, where these are set.
    """

    basis: str = "unknown"
    first_unit: Decimal = ZERO
    first_fee: Decimal = ZERO
    next_unit: Decimal = ZERO
    next_fee: Decimal = ZERO
    unit_weight: Decimal = ZERO
    quoted: Decimal | None = None
    quoted_for: Decimal | None = None
    free_amount: Decimal | None = None
    free_count: Decimal | None = None
    template: str = ""


@dataclass(frozen=True)
class Terms:
    """Everything that decides the price of one SKU of one offer, as answered at one moment."""

    offer: str
    sku: str
    seller: str
    tiers: tuple[Tier, ...]
    by_offer: bool = True
    min_qty: Decimal = ONE
    batch: Decimal = ONE
    pack: Decimal = ONE
    stock: Decimal | None = None
    mix_amount: Decimal | None = None
    mix_count: Decimal | None = None
    freight: Freight = field(default_factory=Freight)
    tax_rate: Decimal = ZERO
    service_rate: Decimal = ZERO


@dataclass(frozen=True)
class Step:
    """One addend of a sum, with the numbers that explain it."""

    kind: str
    amount: Decimal
    numbers: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Line:
    """One need as it would be ordered. `raised`: '', pack, batch or min: why it is more than needed."""

    terms: Terms
    need: Decimal
    quantity: Decimal
    unit_price: Decimal
    goods: Decimal
    raised: str = ""

    @property
    def units(self):
        """Our units that would arrive."""
        return self.quantity * self.terms.pack

    @property
    def short_by(self):
        """1688 units that the seller does not have."""
        stock = self.terms.stock
        return ZERO if stock is None else max(self.quantity - stock, ZERO)


@dataclass(frozen=True)
class Cost:
    """What one seller's share costs. `freight` is None where nobody could say; then it is not in `total`."""

    lines: tuple[Line, ...]
    goods: Decimal
    freight: Decimal | None
    tax: Decimal
    service: Decimal
    steps: tuple[Step, ...]

    @property
    def total(self):
        return self.goods + (self.freight or ZERO) + self.tax + self.service

    @property
    def short(self):
        return any(line.short_by for line in self.lines)


def to_fen(amount):
    """Round half up to the fen."""
    return amount.quantize(FEN, ROUND_HALF_UP)


def cost(terms, need):
    """Landed cost of one need alone."""
    return cost_of_seller([(terms, need)])


def cost_of_seller(wanted):
    """Landed cost of `wanted` [(Terms, need)], all from one seller and sent together."""
    lines = _meet_minimums([_start_line(terms, need) for terms, need in wanted])
    lines = _price(lines)
    goods = sum((line.goods for line in lines), ZERO)
    steps = [_goods_step(line) for line in lines]
    freight, freight_steps = _freight(lines)
    steps += freight_steps
    tax = sum((to_fen(line.goods * line.terms.tax_rate) for line in lines), ZERO)
    service = sum((to_fen(line.goods * line.terms.service_rate) for line in lines), ZERO)
    if tax:
        steps.append(Step("tax", tax, {"rate": max(line.terms.tax_rate for line in lines)}))
    if service:
        steps.append(Step("service", service, {"rate": max(line.terms.service_rate for line in lines)}))
    return Cost(tuple(lines), goods, freight, tax, service, tuple(steps))


def cost_by_seller(wanted):
    """Landed cost of a basket: {seller: Cost}."""
    shares = {}
    for terms, need in wanted:
        shares.setdefault(terms.seller, []).append((terms, need))
    return {seller: cost_of_seller(share) for seller, share in shares.items()}


def cheaper_with_more(terms, need):
    """The cheapest `Cost` of ordering more than `need` asks for, or None when more never costs less."""
    base = cost(terms, need)
    line = base.lines[0]
    best = None
    for quantity in _steps_up(terms, line.quantity):
        other = cost(terms, quantity * terms.pack)
        if (
            other.total < base.total
            and (best is None or other.total < best.total)
            and not (other.short and not base.short)
        ):
            best = other
    return best


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


def order_quantity(need, pack, batch):
    """1688 units that hold `need` of ours: whole ones, in whole lots."""
    return up_to(max((need / pack).to_integral_value(ROUND_CEILING), ONE), batch)


def up_to(quantity, batch):
    """The next multiple of the lot size."""
    if batch <= ONE:
        return quantity
    return (quantity / batch).to_integral_value(ROUND_CEILING) * batch


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
        if missing > 0 and not (mixed and _mixes(terms) and terms.batch <= ONE):
            more = up_to(line.quantity + missing, terms.batch)
            totals[terms.offer] += more - line.quantity
            line = replace(line, quantity=more, raised="min")
        met.append(line)
    return met


def _mixes(terms):
    return terms.mix_amount is not None or terms.mix_count is not None


def _mixed_batch_reached(lines):
    """Either threshold of the seller is enough; only offers that take part count."""
    mixing = [line for line in lines if _mixes(line.terms)]
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


def _steps_up(terms, quantity):
    """Quantities above `quantity` at which something gets cheaper."""
    freight = terms.freight
    marks = {tier.start for tier in terms.tiers}
    if freight.free_count is not None:
        marks.add(freight.free_count)
    if freight.free_amount is not None:
        marks |= {
            (freight.free_amount / tier.price).to_integral_value(ROUND_CEILING) for tier in terms.tiers if tier.price
        }
    return sorted(up_to(mark, terms.batch) for mark in marks if mark > quantity)


# --- prices and freight


def _price(lines):
    totals = _offer_totals(lines)
    priced = []
    for line in lines:
        reached = totals[line.terms.offer] if line.terms.by_offer else line.quantity
        price = tier_price(line.terms.tiers, reached)
        priced.append(replace(line, unit_price=price, goods=to_fen(price * line.quantity)))
    return priced


def tier_price(tiers, reached):
    """Price of the last tier reached; below the first one (a mixed batch) the first tier's."""
    ordered = sorted(tiers, key=lambda tier: tier.start)
    price = ordered[0].price
    for tier in ordered:
        if tier.start <= reached:
            price = tier.price
    return price


def _goods_step(line):
    return Step(
        "goods",
        line.goods,
        {
            "quantity": line.quantity,
            "unit_price": line.unit_price,
            "need": line.need,
            "units": line.units,
            "raised": line.raised,
            "sku": line.terms.sku,
        },
    )


def _freight(lines):
    """Carriage of one seller's lines: each freight template is charged once for all that falls under it."""
    total, steps, known = ZERO, [], True
    groups = {}
    for line in sorted(lines, key=_freight_key):
        groups.setdefault(_freight_key(line), []).append(line)
    for group in groups.values():
        step = _freight_step(group)
        steps.append(step)
        if step.kind == "freight_unknown":
            known = False
        total += step.amount
    return (total if known else None), steps


def _freight_key(line):
    return (line.terms.freight.template or "offer " + line.terms.offer, line.terms.freight.basis)


def _freight_step(group):
    freight = group[0].terms.freight
    count = sum((line.quantity for line in group), ZERO)
    goods = sum((line.goods for line in group), ZERO)
    numbers = {"quantity": count, "goods": goods}
    if freight.basis == "free":
        return Step("freight_free", ZERO, numbers)
    if freight.free_amount is not None and goods >= freight.free_amount:
        return Step("freight_free", ZERO, {**numbers, "free_amount": freight.free_amount})
    if freight.free_count is not None and count >= freight.free_count:
        return Step("freight_free", ZERO, {**numbers, "free_count": freight.free_count})
    alone = len({line.terms.offer for line in group}) == 1
    if freight.quoted is not None and (
        freight.basis in ("fixed", "unknown") or (alone and freight.quoted_for == count)
    ):
        return Step("freight_quoted", freight.quoted, numbers)
    if freight.basis in ("piece", "weight"):
        return _freight_by_template(freight, group, count, numbers)
    if freight.basis == "fixed":
        return Step("freight_fixed", freight.first_fee, numbers)
    return Step("freight_unknown", ZERO, numbers)


def _freight_by_template(freight, group, count, numbers):
    units = count
    if freight.basis == "weight":
        units = sum((line.quantity * line.terms.freight.unit_weight for line in group), ZERO)
    over = max(units - freight.first_unit, ZERO)
    times = (over / freight.next_unit).to_integral_value(ROUND_CEILING) if freight.next_unit else ZERO
    amount = to_fen(freight.first_fee + times * freight.next_fee)
    return Step(
        "freight_" + freight.basis,
        amount,
        {
            **numbers,
            "units": units,
            "first_unit": freight.first_unit,
            "first_fee": freight.first_fee,
            "next_unit": freight.next_unit,
            "next_fee": freight.next_fee,
            "times": times,
        },
    )
