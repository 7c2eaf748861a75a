"""Break-even: how long spans, the cheaper larger quantity and the curve take for each source, up to 5,000 units."""

import argparse
import importlib.util
import sys
import time
from decimal import Decimal
from pathlib import Path

LIB = Path(__file__).resolve().parents[2] / "addons" / "purchase_1688" / "lib"
MOST = Decimal(5000)
NEED = Decimal(48)


def load_library():
    """The library of purchase_1688 without Odoo."""
    spec = importlib.util.spec_from_file_location("lib1688", LIB / "__init__.py", submodule_search_locations=[str(LIB)])
    sys.modules["lib1688"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(sys.modules["lib1688"])
    from lib1688 import breakeven, costing

    return breakeven, costing


def fields_of(costing, count):
    """Named lists of `count` sources: usual ones, and such that are hard to tell apart."""

    def source(number, step, tax="0"):
        tiers = [(2, "13.00"), (50, "12.50"), (500, "11.90")]
        prices = [(Decimal(start), Decimal(price) + number * Decimal(step)) for start, price in tiers]
        grams = Decimal(300)
        first = Decimal(1000 + 70 * number)
        freight = costing.Freight("weight", first, Decimal(6), Decimal(1000), Decimal(2), unit_weight=grams)
        return costing.Terms(
            str(number),
            "",
            str(number),
            tuple(costing.Tier(*row) for row in prices),
            freight=freight,
            tax_rate=Decimal(tax),
        )

    return {
        "prices differ": [source(number, "0.07", "0.13") for number in range(count)],
        "one price": [source(number, "0") for number in range(count)],
    }


def milliseconds(work, times):
    """The median of several runs."""
    taken = []
    for _time in range(times):
        started = time.perf_counter()
        work()
        taken.append((time.perf_counter() - started) * 1000)
    return sorted(taken)[times // 2]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sources", type=int, default=5)
    parser.add_argument("--times", type=int, default=7)
    options = parser.parse_args()
    breakeven, costing = load_library()
    for name, field in fields_of(costing, options.sources).items():
        for job, work in {
            "spans to 5,000": lambda field=field: breakeven.spans(field, Decimal(1), MOST),
            "cheaper larger": lambda field=field: breakeven.cheaper_larger(field, NEED),
            "curve": lambda field=field: breakeven.curve(field, NEED),
        }.items():
            each = milliseconds(work, options.times) / options.sources
            print(f"{name:<14} {job:<15} {each:8.2f} ms a source")


if __name__ == "__main__":
    main()
