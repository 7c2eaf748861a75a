"""Landed cost of a need bought from one offer, explained line by line, and of many needs bought from several sellers.

The values are described in `costing_values`.
"""

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
    lines = _lines(wanted)
    goods = agreed = ZERO
    for line in lines:
        goods += line.goods
        agreed += line.discount
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
    amount = -to_fen(off * getattr(lines[0].terms, rate)) if off else ZERO
    for line in lines:
        part = getattr(line.terms, rate)
        if part:
            amount += to_fen((line.goods - line.discount) * part)
    return max(amount, ZERO)


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
    """The cheapest `Cost` of ordering more than `need` (our units) asks for, or None when more never costs less.

    What is proposed is never short: whose need is short already is not told to order more.
    """
    alone = Alone(terms)
    base = alone.quantity(need)
    most, known, total = terms.most(base), alone.freight_known(base), alone.total(base)
    best = None
    for units in alone.marks(above=need):
        quantity = alone.quantity(units)
        if quantity > most or alone.short(quantity):
            continue
        if known <= alone.freight_known(quantity) and alone.total(quantity) < total:
            best, total = units, alone.total(quantity)
    return None if best is None else cost(terms, best)


# --- quantities


def _lines(wanted):
    """What would be ordered, at which prices: [(Terms, need)] → [Line]."""
    terms, quantities, raised = [], [], []
    for one, need in wanted:
        packs = (need / one.pack).to_integral_value(ROUND_CEILING)
        quantity = order_quantity(need, one.pack, one.batch)
        terms.append(one)
        quantities.append(quantity)
        raised.append("batch" if quantity > packs else "pack" if packs * one.pack > need else "")
    prices = _price(terms, quantities)
    if _meet_minimums(terms, quantities, raised, prices):
        prices = _price(terms, quantities)
    of_skus = _totals([one.sku_key for one in terms], quantities)
    return [
        Line(one, need, quantity, tier.price, goods, why, tier.list_price, of_skus[one.sku_key])
        for (one, need), quantity, (tier, goods), why in zip(wanted, quantities, prices, raised, strict=True)
    ]


def _meet_minimums(terms, quantities, raised, prices):
    """Raise quantities until each offer reaches its minimum, unless the seller's mixed batch is reached.

    Of several SKUs the first by id is raised, in whatever order they come. Goods sold in lots keep their minimum
    whatever else is ordered. Returns whether any was raised.
    """
    totals = _offer_totals(terms, quantities)
    if all(totals[one.offer] >= one.min_qty for one in terms):
        return False
    mixed = _mixed_batch_reached(terms, quantities, prices)
    met = False
    for place in sorted(range(len(terms)), key=lambda place: (terms[place].sku, quantities[place])):
        one = terms[place]
        missing = one.min_qty - totals[one.offer]
        if missing > 0 and not (mixed and one.mixes and one.batch <= ONE):
            more = up_to(quantities[place] + missing, one.batch)
            totals[one.offer] += more - quantities[place]
            quantities[place], raised[place], met = more, "min", True
    return met


def _mixed_batch_reached(terms, quantities, prices):
    """Either threshold of the seller is enough; only offers that take part count."""
    mixing = [place for place, one in enumerate(terms) if one.mixes]
    if not mixing:
        return False
    amount = sum((prices[place][1] for place in mixing), ZERO)
    count = sum((quantities[place] for place in mixing), ZERO)
    first = terms[mixing[0]]
    return (first.mix_amount is not None and amount >= first.mix_amount) or (
        first.mix_count is not None and count >= first.mix_count
    )


def _offer_totals(terms, quantities):
    return _totals([one.offer for one in terms], quantities)


def _totals(keys, quantities):
    totals = {}
    for key, quantity in zip(keys, quantities, strict=True):
        totals[key] = totals.get(key, ZERO) + quantity
    return totals


# --- prices


def _price(terms, quantities):
    """[(tier reached, yuan of goods)]"""
    totals = _offer_totals(terms, quantities)
    basket = sum((quantity for one, quantity in zip(terms, quantities, strict=True) if one.by_seller), ZERO)
    priced = []
    for one, quantity in zip(terms, quantities, strict=True):
        tier = _tier_reached(one.tiers, basket if one.by_seller else totals[one.offer] if one.by_offer else quantity)
        priced.append((tier, to_fen(tier.price * quantity)))
    return priced


def tier_price(tiers, reached):
    """Price of the last tier reached; below the first one (a mixed batch) the first tier's."""
    return _tier_reached(tiers, reached).price


def _tier_reached(tiers, reached):
    found = None
    for tier in tiers:
        if tier.start <= reached and (found is None or tier.start >= found.start):
            found = tier
    return found or min(tiers, key=lambda tier: tier.start)


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
