"""How long the best basket takes to find and to prove, and what it saves against each line's cheapest source."""

import argparse
import importlib.util
import random
import sys
import time
from decimal import Decimal
from pathlib import Path

from support.figures import Report, p50

LIB = Path(__file__).resolve().parents[2] / "addons" / "purchase_1688" / "lib"
#: lines, sellers, seconds that the plan of the least total may take, seconds that it is given
SIZES = ((50, 10, 1.0, 10.0), (200, 20, 5.0, 30.0))
SEEDS = 5


def load_library():
    """The library of purchase_1688 as `lib1688`, without Odoo."""
    spec = importlib.util.spec_from_file_location("lib1688", LIB / "__init__.py", submodule_search_locations=[str(LIB)])
    sys.modules["lib1688"] = module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)


class Market:
    """Sellers, goods and needs of the kind that the sandbox has: tiers, lots, mixed batches, freight templates."""

    def __init__(self, seed, lines, sellers):
        from lib1688 import basket

        self.basket, self.chance = basket, random.Random(f"{seed}/{lines}/{sellers}")
        self.sellers = [self._seller(number) for number in range(sellers)]
        self.demands = [self._demand(row) for row in range(lines)]

    def _seller(self, number):
        from lib1688.costing import Promotion

        chance, place = self.chance, number % 5
        threshold = chance.choice((200, 300, 500, 800))
        promotions = {3: (Promotion("shop", Decimal(threshold), Decimal(threshold // 20)),)}
        promotions[4] = (Promotion("shop", Decimal(threshold), free_freight=True),)
        mix = (Decimal(chance.choice((100, 200, 300))), Decimal(chance.choice((10, 20, 30))))
        return {
            "name": f"seller {number:02d}",
            "promotions": promotions.get(place, ()),
            "mix": mix if place in (2, 4) else (None, None),
            "tax": Decimal(chance.choice(("0", "0", "0.03", "0.13"))),
            "score": Decimal(chance.randrange(36, 50)) / 10,
            "days": Decimal(chance.randrange(1, 7)),
            "templates": [self._template(f"{number}-{kind}", kind) for kind in ("weight", "piece", "volume")],
        }

    def _template(self, name, kind):
        from lib1688.costing import Freight

        chance = self.chance
        unit = {"weight": 1000, "piece": 10, "volume": 20000}[kind]
        first, following = chance.choice(("3.5", "4.5", "6.5")), chance.choice(("1", "1.5", "2.5"))
        free = chance.choice((None, None, 299, 499, 999)) if kind != "volume" else None
        return Freight(
            kind,
            Decimal(unit),
            Decimal(first),
            Decimal(unit),
            Decimal(following),
            free_amount=None if free is None else Decimal(free),
            template=name,
        )

    def _demand(self, row):
        """A need, and its sources at about half of the sellers."""
        chance = self.chance
        goods = (chance.choice((2, 5, 9, 15, 30, 60)) * chance.uniform(0.7, 1.4), chance.choice((30, 120, 400, 900)))
        size, template = chance.choice((200, 900, 4000)), chance.randrange(3)
        options = [
            self._option(row, seller, goods, size, template) if chance.random() < 0.5 else None
            for seller in self.sellers
        ]
        return self.basket.Demand(Decimal(chance.choice((5, 10, 20, 30, 48, 60, 100, 200))), tuple(options))

    def _option(self, row, seller, goods, size, template):
        from dataclasses import replace

        from lib1688.costing import Terms, Tier

        chance, (price, weight) = self.chance, goods
        price = price * chance.uniform(0.9, 1.12)
        first = chance.choice((1, 2, 3, 5, 10))
        starts = (first, first * chance.choice((5, 10)), first * chance.choice((30, 50)))
        cuts = (1, chance.uniform(0.93, 0.97), chance.uniform(0.86, 0.92))
        tiers = [Tier(Decimal(at), Decimal(f"{price * cut:.2f}")) for at, cut in zip(starts, cuts, strict=True)]
        freight = replace(seller["templates"][template], unit_weight=Decimal(weight), unit_volume=Decimal(size))
        terms = Terms(
            # Some lines are colours of one offer and reach its tiers together.
            offer=f"{seller['name']}/{row // 2 if row % 6 < 2 else row}",
            sku=str(row),
            seller=seller["name"],
            tiers=tuple(tiers[: chance.choice((1, 2, 3))]),
            by_offer=chance.random() < 0.7,
            min_qty=Decimal(first),
            batch=Decimal(chance.choice((1, 1, 1, 1, 1, 10))),
            stock=Decimal(chance.choice((20, 500, 5000, 5000, 5000))),
            mix_amount=seller["mix"][0],
            mix_count=seller["mix"][1],
            freight=freight,
            tax_rate=seller["tax"],
            promotions=seller["promotions"],
        )
        return self.basket.Option(terms, seller["score"], seller["days"])


class Bench:
    """The least total and the four plans, for some sizes and seeds."""

    def __init__(self, seeds, only):
        from lib1688 import basket

        self.basket, self.seeds, self.only = basket, seeds, only
        self.report = Report()

    def run(self):
        """All sizes; returns the exit status."""
        for lines, sellers, goal, limit in SIZES:
            name = f"{lines} x {sellers}"
            if self.only in name:
                self._measure(name, lines, sellers, goal, limit)
        return self.report.close()

    def _measure(self, name, lines, sellers, goal, limit):
        self.report.title(f"{name}: {lines} lines, {sellers} sellers, {self.seeds} seeds")
        times, gaps, savings = [], [], []
        for seed in range(self.seeds):
            demands = Market(seed, lines, sellers).demands
            greedy = self.basket.greedy(demands)
            began = time.perf_counter()
            plan = self.basket.solve(demands, seconds=limit)
            times.append(time.perf_counter() - began)
            gaps.append(float(plan.gap))
            savings.append(float(1 - plan.total / greedy.total))
            self.report.tell(
                f"seed {seed}: {times[-1]:.2f} s, total {plan.total}, at least {plan.bound}, gap {plan.gap}"
                f" ({'proven' if plan.proven else 'not proven'}), {plan.parcels} parcels;"
                f" line by line {greedy.total}, {greedy.parcels} parcels: {100 * savings[-1]:.1f} % saved"
            )
        self.report.keep(name, seconds_p50=p50(times), gap_max=max(gaps), saved_p50=p50(savings))
        self.report.goal(name, "seconds", p50(times), goal, 0.2 * goal)
        self._four(name, lines, sellers, limit)

    def _four(self, name, lines, sellers, limit):
        demands = Market(0, lines, sellers).demands
        began = time.perf_counter()
        plans = self.basket.plans(demands, seconds=2 * limit)
        seconds = time.perf_counter() - began
        self.report.tell(f"the four plans of seed 0: {seconds:.2f} s")
        for plan in plans.values():
            self.report.tell(
                f"  {plan.kind}: {plan.total} (gap {'unknown' if plan.gap is None else plan.gap}),"
                f" {plan.parcels} parcels, {plan.days} days, score {plan.score:.2f}"
            )
        self.report.keep(name, four_seconds=seconds)


def main():
    """Parse the command line and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=SEEDS, help="markets of each size")
    parser.add_argument("--only", default="", help="sizes whose name holds this text")
    arguments = parser.parse_args()
    load_library()
    return Bench(arguments.seeds, arguments.only).run()


if __name__ == "__main__":
    sys.exit(main())
