"""Cost, days and rating weighed against each other."""

from decimal import Decimal as D

from lib1688.weighing import weigh

CHEAP = {"cost": D(100), "days": D(9), "score": D("3.0")}
QUICK = {"cost": D(120), "days": D(2), "score": D("4.0")}
GOOD = {"cost": D(140), "days": D(9), "score": D("5.0")}
ROWS = [CHEAP, QUICK, GOOD]


def best(weights, rows=ROWS):
    penalties = weigh(rows, weights)
    return rows[penalties.index(min(penalties))]


def test_each_weight_alone_puts_its_own_winner_first():
    assert best({"cost": 100, "days": 0, "score": 0}) == CHEAP
    assert best({"cost": 0, "days": 50, "score": 0}) == QUICK
    assert best({"cost": 0, "days": 0, "score": 1}) == GOOD


def test_weights_together_run_from_best_to_worst():
    assert weigh(ROWS, {"cost": 1, "days": 1, "score": 0}) == [0.5, 0.25, 1.0]
    assert weigh([CHEAP, CHEAP], {"cost": 7, "days": 3, "score": 1}) == [0.0, 0.0]


def test_what_is_not_known_counts_as_the_worst():
    unknown = {"cost": D(130), "days": None, "score": None}
    assert weigh([CHEAP, unknown], {"cost": 0, "days": 1, "score": 1}) == [0.0, 1.0]
    assert weigh([unknown, unknown], {"cost": 0, "days": 1, "score": 0}) == [1.0, 1.0]


def test_without_weights_the_cost_counts():
    assert weigh(ROWS, {}) == [0.0, 0.5, 1.0]
    assert weigh(ROWS, {"days": -5}) == [0.0, 0.5, 1.0]
    assert weigh([], {"cost": 1}) == []
