"""The basket against brute force: thousands of small ones, made from a seed so as to meet every rule of costing."""

import itertools
import os
import random
from collections import Counter
from dataclasses import replace
from decimal import ROUND_CEILING
from decimal import Decimal as D

import pytest
from lib1688 import basket, costing
from lib1688.basket import Demand, Limits, Option
from lib1688.costing import Freight, Promotion, Terms, Tier

#: the thorough profile tries others as well
CASES = 30_000 if os.environ.get("HYPOTHESIS_PROFILE") == "thorough" else 10_000
BATCHES = 5
MOST_LOTS = 6
PRICES = ("1", "1.2", "1.37", "1.5", "2", "2.5", "2.995", "3")
COUNTS = ("2", "3", "4", "5")
AMOUNTS = ("3", "4.5", "5", "6")


class Maker:
    """Draws terms whose every threshold is reached with a few units, so that brute force can try all quantities."""

    def __init__(self, seed):
        self.chance = random.Random(seed)
        self.rich = self.chance.random() < 0.5

    def some(self, values, share=0.3):
        """One of the values, or None mostly."""
        return self.chance.choice(values) if self.chance.random() < (share if self.rich else share / 3) else None

    def amount(self, values, share=0.3):
        text = self.some(values, share)
        return None if text is None else D(text)

    def demands(self):
        """Two to four lines with sources at two or three sellers."""
        rows, sellers = self.chance.choice(((2, 2), (2, 2), (2, 2), (2, 2), (2, 3), (3, 2)))
        self.sellers = [self.seller(name) for name in "ABC"[:sellers]]
        return tuple(self.demand(row) for row in range(rows))

    def seller(self, name):
        """What is the same in all offers of a seller."""
        chance = self.chance
        return {
            "seller": name,
            "mix_amount": self.amount(AMOUNTS),
            "mix_count": self.amount(COUNTS),
            "promotions": tuple(self.promotion() for _ in range(chance.choice((0, 0, 1, 2)) if self.rich else 0)),
            "tax_rate": self.amount(("0.13", "0.06")) or D(0),
            "service_rate": self.amount(("0.03",)) or D(0),
            "discount_rate": self.amount(("0.05", "0.033")) or D(0),
            "invoice": self.some((False,)) is None,
            "template": self.freight(template=name),
            "stock": self.amount(COUNTS, 0.6),
        }

    def promotion(self):
        return Promotion(
            self.chance.choice(costing.PROMOTION_KINDS),
            D(self.chance.choice(("0", *AMOUNTS))),
            D(self.chance.choice(("0", "0.5", "1.3", "4"))),
            self.chance.random() < 0.3,
        )

    def freight(self, template=""):
        chance = self.chance
        basis = chance.choice(("free", "fixed", "piece", "weight", "volume", "piece", "weight", "unknown"))
        return Freight(
            basis,
            first_unit=D(chance.choice((0, 1, 2, 3))),
            first_fee=D(chance.choice(("0.8", "2", "5"))),
            next_unit=D(chance.choice((0, 1, 2, 3))),
            next_fee=D(chance.choice(("0.35", "1"))),
            unit_weight=D(chance.choice(("0.4", "1", "2", "0"))),
            unit_volume=D(chance.choice(("0.7", "3"))),
            quoted=self.amount(("0", "1.1", "6")),
            quoted_for=self.amount(COUNTS, 0.5),
            quoted_of_sku=self.amount(("1", "2", "3"), 0.2),
            free_amount=self.amount(AMOUNTS),
            free_count=self.amount(COUNTS),
            template=template,
        )

    def demand(self, row):
        need = D(self.chance.choice((1, 2, 3, 4)))
        options = [self.option(row, seller) for seller in self.sellers if self.chance.random() < 0.85]
        if self.some((True,), 0.15):
            options.insert(self.chance.randrange(len(options) + 1), None)
        return Demand(need, tuple(options))

    def option(self, row, seller):
        chance, rules = self.chance, dict(seller)
        template, stock = rules.pop("template"), rules.pop("stock")
        starts = sorted(chance.sample((1, 2, 3, 4, 5), chance.choice((1, 2, 2, 3))))
        prices = sorted((D(chance.choice(PRICES)) for _ in starts), reverse=chance.random() < 0.95)
        own, offer = chance.random() < 0.5, chance.random()
        # In a part of them the lines want the same SKU, in packs of their own, and take of the same stock.
        terms = Terms(
            offer=rules["seller"] + ("" if offer < 0.4 else str(row)),
            sku="" if offer < 0.2 else str(row),
            tiers=tuple(Tier(D(start), price) for start, price in zip(starts, prices, strict=True)),
            by_offer=chance.random() < 0.6,
            by_seller=chance.random() < 0.2,
            min_qty=D(chance.choice((1, 1, 2, 3, 4))),
            batch=D(chance.choice((1, 1, 1, 1, 2, 3))),
            pack=D(chance.choice((1, 1, 1, 1, 2))),
            stock=stock if offer < 0.2 else self.amount(COUNTS),
            freight=self.freight() if own else self.variant(template),
            **rules,
        )
        return Option(terms, self.amount(("3", "4.5", "4.8"), 2), self.amount(("2", "3", "7"), 2))

    def variant(self, freight):
        """The seller's template for goods of another weight, sometimes quoted for another count, free from another one
        on, or as it was at another time.
        """
        changes = {"unit_weight": D(self.chance.choice(("0.4", "1", "2", "0")))}
        if self.some((True,), 0.3):
            changes |= {"quoted": self.amount(("0", "1.1", "6"), 1), "quoted_for": self.amount(COUNTS, 1)}
            changes["quoted_of_sku"] = self.amount(("1", "2", "3"), 0.5)
        if self.some((True,), 0.2):
            changes |= {"free_amount": self.amount(AMOUNTS, 1), "free_count": self.amount(COUNTS, 1)}
        if self.some((True,), 0.2):
            changes["first_fee"] = D(self.chance.choice(("0.8", "2", "5")))
        if self.some((True,), 0.2):
            changes["basis"] = "unknown"
        return replace(freight, **changes)

    def limits(self):
        """None mostly."""
        if self.chance.random() < 0.8:
            return Limits()
        return Limits(
            excluded=frozenset(self.some(("A", "B"), 0.3) or ()),
            caps={"A": D(self.chance.choice((2, 5, 9)))} if self.chance.random() < 0.4 else {},
            max_parcels=self.some((1, 2), 1),
            max_lines={"B": 1} if self.chance.random() < 0.3 else {},
        )


class Brute:
    """Every assignment of lines to sources, and for each share every quantity; the most promising ones first, until no
    other one can be better.
    """

    def __init__(self, demands, limits):
        self.demands, self.limits = demands, limits
        self.candidates, self.known = {}, {}

    def best(self):
        """(lines left out, lines short, parcels with unknown freight, total) of the best plan."""
        rows = [
            [i for i, option in enumerate(demand.options) if option and option.terms.seller not in self.limits.excluded]
            for demand in self.demands
        ]
        choices = [self.shares_of(choice) for choice in itertools.product(*([None, *row] for row in rows))]
        allowed = [(self.least(shares), shares) for shares in choices if self.is_allowed(shares)]
        best = None
        for least, shares in sorted(allowed, key=lambda item: item[0]):
            if best is not None and least >= best:
                return best
            value = self.value(shares, best)
            if value is not None and (best is None or value < best):
                best = value
        return best

    def value(self, shares, best):
        """Of the shares at their cheapest; None where they cannot be had, or cannot be better than the best."""
        values = [self.candidates[share][0][0] for share in shares]
        for place, share in enumerate(shares):
            values[place] = self.cheapest(share)
            if None in values or (best is not None and self.total(shares, values) >= best):
                return None
        return self.total(shares, values)

    def shares_of(self, choice):
        """[((row, index)…)…] of each seller"""
        shares = {}
        for row, index in enumerate(choice):
            if index is not None:
                shares.setdefault(self.demands[row].options[index].terms.seller, []).append((row, index))
        return [tuple(share) for share in shares.values()]

    def is_allowed(self, shares):
        limits = self.limits
        lines = {self.terms(share[0]).seller: len(share) for share in shares}
        few = limits.max_parcels is None or len(shares) <= limits.max_parcels
        return few and all(lines[seller] <= most for seller, most in limits.max_lines.items() if seller in lines)

    def terms(self, place):
        row, index = place
        return self.demands[row].options[index].terms

    def total(self, shares, values):
        """Of (short, unknown, total) of the shares."""
        left = len(self.demands) - sum(map(len, shares))
        return left, *(sum(column) for column in zip((0, 0, D(0)), *values, strict=True))

    def least(self, shares):
        for share in shares:
            if share not in self.candidates:
                self.candidates[share] = sorted(self.candidates_of(share), key=lambda item: item[0])
        return self.total(shares, [self.candidates[share][0][0] for share in shares])

    def cheapest(self, share):
        """(short lines, unknown freight, total) over all quantities that are ordered as they are, and are no more than
        enough where the SKU is short.
        """
        if share not in self.known:
            self.known[share] = self.find_cheapest(share)
        return self.known[share]

    def find_cheapest(self, share):
        best, cap = None, self.limits.caps.get(self.terms(share[0]).seller)
        for least, quantities in self.candidates[share]:
            if best is not None and least >= best:
                break
            terms = [self.terms(place) for place in share]
            cost = costing.cost_of_seller([(one, lots * one.pack) for one, lots in zip(terms, quantities, strict=True)])
            if any(line.quantity != quantity for line, quantity in zip(cost.lines, quantities, strict=True)):
                continue
            if cap is not None and cost.total > cap:
                continue
            short = self.short_lines(terms, quantities)
            rows = zip(share, quantities, short, strict=True)
            if any(scarce and quantity > self.enough(place) for place, quantity, scarce in rows):
                continue
            value = sum(short), int(cost.freight is None), cost.total
            best = value if best is None else min(best, value)
        return best

    def short_lines(self, terms, quantities):
        """Of each line, whether it is of a SKU of which all lines together want more than there is."""
        wanted = Counter()
        for one, quantity in zip(terms, quantities, strict=True):
            wanted[one.offer, one.sku] += quantity
        return [one.stock is not None and wanted[one.offer, one.sku] > one.stock for one in terms]

    def least_freight(self, terms):
        freight, free = terms.freight, any(one.free_freight for one in terms.promotions)
        if free or freight.basis == "free" or not freight.has_rule or freight.free_amount or freight.free_count:
            return 0
        return freight.first_fee if freight.quoted is None else min(freight.quoted, freight.first_fee)

    def candidates_of(self, share):
        """(value that cannot be undercut, quantities)"""
        unruled = any(not self.terms(place).freight.has_rule for place in share)
        ranges = [self.quantities_of(place, share, unruled) for place in share]
        terms = self.terms(share[0])
        off = sum(one.off for one in terms.promotions) * (1 + terms.surcharge + terms.service_rate)
        off += D("0.05") * len(share) - min(self.least_freight(self.terms(place)) for place in share)
        for picks in itertools.product(*ranges):
            shorts, costs, quantities = zip(*picks, strict=True)
            yield (sum(shorts), 0, sum(costs) - off), quantities

    def enough(self, place):
        """1688 units that are needed, and the minimum."""
        terms = self.terms(place)
        needed = costing.order_quantity(self.demands[place[0]].need, terms.pack, terms.batch)
        return max(needed, costing.up_to(terms.min_qty, terms.batch))

    def quantities_of(self, place, share, unruled):
        """[(short, goods with what goes by them at least, quantity)]

        :param unruled: nobody could say what it costs to send more than enough
        """
        terms = self.terms(place)
        lot, part = max(terms.batch, D(1)), (1 - terms.discount_rate) * (1 + terms.surcharge + terms.service_rate)
        base = (self.demands[place[0]].need / terms.pack / lot).to_integral_value(ROUND_CEILING)
        most = self.enough(place) / lot if unruled else MOST_LOTS
        quantities = [lots * lot for lots in range(int(base), int(most) + 1)]
        least = min(tier.price for tier in terms.tiers)
        by_itself = not terms.by_offer or [self.terms(other).offer for other in share].count(terms.offer) == 1
        prices = [
            costing.tier_price(terms.tiers, one) if by_itself and not terms.by_seller else least for one in quantities
        ]
        return [
            (terms.stock is not None and one > terms.stock, one * price * part, one)
            for one, price in zip(quantities, prices, strict=True)
        ]


def value_of(plan, demands):
    left = sum(index is None for index in plan.choice)
    lines = [line for cost in plan.costs.values() for line in cost.lines]
    unknown = sum(cost.freight is None for cost in plan.costs.values())
    return left, sum(line.short_by > 0 for line in lines), unknown, plan.total


@pytest.mark.parametrize("batch", range(BATCHES))
def test_no_plan_is_better(batch):
    for seed in range(batch, CASES, BATCHES):
        maker = Maker(seed)
        demands, limits = maker.demands(), maker.limits()
        plan = basket.solve(demands, limits, seconds=60)
        best = Brute(demands, limits).best()
        assert value_of(plan, demands) == best, seed
        assert plan.proven and plan.gap == 0, seed
