"""A mixed-integer programme: built row by row, solved by HiGHS. Silent, single-threaded, the same answer each time.

First the relaxed programme (whole columns may be fractions) is solved, which takes no time. It says what no solution is
below, and of each column that it leaves at zero how much more a solution costs that has it. So columns that cost more
than a good solution is away from that bound cannot be in a better one: the programme is solved without them, and that
is the answer if it is as near as was supposed, else what it found says how far to look.
"""

import math
import time
from dataclasses import dataclass, replace

from highspy import HighsLp, HighsModelStatus, HighsVarType, MatrixFormat, SolutionStatus, _Highs, kHighsInf

INFINITY = kHighsInf
_SEED = 1688
#: what the best solution is supposed to be above the relaxed one at most, as a part of it
_NEAR = 0.0002
#: what is a whole number in the relaxed solution
_WHOLE = 1e-9
_OPTIONS = {
    "output_flag": False,
    "threads": 1,
    "parallel": "off",
    "random_seed": _SEED,
    "mip_rel_gap": 0.0,
    "mip_feasibility_tolerance": 1e-7,
    "mip_heuristic_run_feasibility_jump": False,
    # Probing (bit 15) and enumeration (bit 16) take longer than what they save here.
    "presolve_rule_off": 1 << 15 | 1 << 16,
}


@dataclass(frozen=True)
class Solution:
    """`values` by column, or None where none was found; `bound`: no solution is below it; `finished`: not cut short.

    `costs`, of a relaxed one: what one more of a column that is at zero adds at least.
    """

    values: list | None
    value: float
    bound: float
    finished: bool
    costs: list | None = None


_IMPOSSIBLE = Solution(None, math.inf, math.inf, True)


class Program:
    """Columns (all from 0 on) and rows. A sum is a list of (column, factor)."""

    def __init__(self):
        self.uppers, self.kinds = [], []
        self.lowers_of_rows, self.uppers_of_rows = [], []
        self.starts, self.indexes, self.factors = [0], [], []

    def column(self, upper=1.0, whole=True):
        """A new column: a decision, unless it is said otherwise."""
        self.uppers.append(float(upper))
        self.kinds.append(HighsVarType.kInteger if whole else HighsVarType.kContinuous)
        return len(self.uppers) - 1

    def row(self, low, total, high):
        """`low` <= sum <= `high`."""
        merged = {}
        for column, factor in total:
            merged[column] = merged.get(column, 0.0) + float(factor)
        self.lowers_of_rows.append(float(low))
        self.uppers_of_rows.append(float(high))
        self.indexes.extend(merged)
        self.factors.extend(merged.values())
        self.starts.append(len(self.indexes))

    def at_most(self, total, high):
        self.row(-INFINITY, total, high)

    def at_least(self, total, low):
        self.row(low, total, INFINITY)

    @property
    def size(self):
        """(columns, rows), to `shrink` to."""
        return len(self.uppers), len(self.lowers_of_rows)

    def shrink(self, size):
        """Forget the columns and rows that were added since it had this size."""
        columns, rows = size
        del self.uppers[columns:], self.kinds[columns:]
        del self.lowers_of_rows[rows:], self.uppers_of_rows[rows:], self.starts[rows + 1 :]
        del self.indexes[self.starts[-1] :], self.factors[self.starts[-1] :]

    def solve(self, goal, seconds, close, known=None):
        """Minimise.

        :param goal: {column: factor}
        :param close: when the bound is so near, the solution is the best one
        :param known: what some solution is known to reach
        """
        end, lp = time.monotonic() + seconds, self._as_lp(goal)
        relaxed = _relax(lp, seconds)
        if relaxed.values is None or self._is_whole(relaxed.values):
            return relaxed
        reach = _NEAR * abs(relaxed.value) if known is None else max(known - relaxed.value, 0.0)
        best, lp.integrality_ = replace(relaxed, values=None, value=math.inf, finished=False), self.kinds
        while True:
            lp.col_upper_ = self._uppers_within(relaxed, reach + close)
            found = _run(lp, end - time.monotonic(), close, best.values)
            bound = max(relaxed.value, min(found.bound, relaxed.value + reach))
            best = replace(min(found, best, key=lambda one: one.value), bound=bound, finished=found.finished)
            away = best.value - relaxed.value
            if away <= reach or not found.finished:
                return best
            reach = away

    def _is_whole(self, values):
        whole = HighsVarType.kInteger
        return all(
            kind != whole or abs(value - round(value)) < _WHOLE for kind, value in zip(self.kinds, values, strict=True)
        )

    def _uppers_within(self, relaxed, reach):
        """Without the columns that cost more than `reach` above the relaxed solution."""
        whole = HighsVarType.kInteger
        columns = zip(self.kinds, relaxed.costs, relaxed.values, self.uppers, strict=True)
        return [
            0.0 if cost > reach and value < _WHOLE and kind == whole else upper for kind, cost, value, upper in columns
        ]

    def _as_lp(self, goal):
        lp = HighsLp()
        lp.num_col_, lp.num_row_ = len(self.uppers), len(self.lowers_of_rows)
        lp.col_cost_ = [goal.get(column, 0.0) for column in range(len(self.uppers))]
        lp.col_lower_ = [0.0] * len(self.uppers)
        lp.col_upper_ = self.uppers
        lp.row_lower_, lp.row_upper_ = self.lowers_of_rows, self.uppers_of_rows
        lp.a_matrix_.format_ = MatrixFormat.kRowwise
        lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = self.starts, self.indexes, self.factors
        return lp


def _engine(lp, seconds, **options):
    engine = _Highs()
    for name, value in {**_OPTIONS, **options, "time_limit": max(float(seconds), 0.0)}.items():
        engine.setOptionValue(name, value)
    engine.passModel(lp)
    return engine


def _relax(lp, seconds):
    """The solution with parts of whole columns."""
    # The simplex method alone is faster than what would make the programme smaller for it.
    engine = _engine(lp, seconds, presolve="off")
    engine.run()
    status = engine.getModelStatus()
    if status == HighsModelStatus.kInfeasible:
        return _IMPOSSIBLE
    if status != HighsModelStatus.kOptimal:
        return Solution(None, math.inf, -math.inf, False)
    solution, value = engine.getSolution(), engine.getInfo().objective_function_value
    return Solution(list(solution.col_value), value, value, True, list(solution.col_dual))


def _run(lp, seconds, close, start):
    """The solution in whole columns.

    :param start: values of all columns to begin with, or None
    """
    if seconds <= 0.0:
        return Solution(None, math.inf, -math.inf, False)
    engine = _engine(lp, seconds, mip_abs_gap=close)
    if start:
        engine.setSolution(len(start), list(range(len(start))), start)
    engine.run()
    status, info = engine.getModelStatus(), engine.getInfo()
    if status == HighsModelStatus.kInfeasible:
        return _IMPOSSIBLE
    bound = info.mip_dual_bound if math.isfinite(info.mip_dual_bound) else -math.inf
    if info.primal_solution_status != SolutionStatus.kSolutionStatusFeasible:
        return Solution(None, math.inf, bound, False)
    value = info.objective_function_value
    # HiGHS 1.16.0 calls some solutions optimal that are not.
    finished = status == HighsModelStatus.kOptimal and value - bound <= 2 * close
    return Solution(list(engine.getSolution().col_value), value, bound, finished)
