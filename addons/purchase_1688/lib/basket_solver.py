"""A mixed-integer programme: built row by row, solved by HiGHS. Silent, single-threaded, the same answer each time."""

import math
from dataclasses import dataclass

from highspy import HighsLp, HighsModelStatus, HighsVarType, MatrixFormat, SolutionStatus, _Highs, kHighsInf

INFINITY = kHighsInf
_SEED = 1688
#: columns from which on a start saves more than it costs
_WORTH_A_START = 300
_OPTIONS = {
    "output_flag": False,
    "threads": 1,
    "parallel": "off",
    "random_seed": _SEED,
    "mip_rel_gap": 0.0,
    "mip_feasibility_tolerance": 1e-7,
    "mip_heuristic_run_feasibility_jump": False,
}


@dataclass(frozen=True)
class Solution:
    """`values` by column, or None where none was found; `bound`: no solution is below it; `finished`: not cut short."""

    values: list | None
    value: float
    bound: float
    finished: bool


class Program:
    """Columns (all from 0 on) and rows. A sum is a list of (column, factor)."""

    def __init__(self):
        self.costs, self.uppers, self.kinds = [], [], []
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

    def solve(self, goal, seconds, close=1e-6, start=None):
        """Minimise.

        :param goal: {column: factor}
        :param close: when the bound is so near, the solution is the best one
        :param start: {column: value} of a solution to begin with; it may leave columns open
        """
        engine = _Highs()
        for name, value in _OPTIONS.items():
            engine.setOptionValue(name, value)
        engine.setOptionValue("time_limit", max(float(seconds), 0.0))
        engine.setOptionValue("mip_abs_gap", close)
        engine.passModel(self._as_lp(goal))
        if start and len(self.uppers) >= _WORTH_A_START:
            engine.setSolution(len(start), list(start), [float(value) for value in start.values()])
        engine.run()
        return _read(engine, close)

    def _as_lp(self, goal):
        lp = HighsLp()
        lp.num_col_, lp.num_row_ = len(self.uppers), len(self.lowers_of_rows)
        lp.col_cost_ = [goal.get(column, 0.0) for column in range(len(self.uppers))]
        lp.col_lower_ = [0.0] * len(self.uppers)
        lp.col_upper_ = self.uppers
        lp.row_lower_, lp.row_upper_ = self.lowers_of_rows, self.uppers_of_rows
        lp.a_matrix_.format_ = MatrixFormat.kRowwise
        lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = self.starts, self.indexes, self.factors
        lp.integrality_ = self.kinds
        return lp


def _read(engine, close):
    status, info = engine.getModelStatus(), engine.getInfo()
    if status == HighsModelStatus.kInfeasible:
        return Solution(None, math.inf, math.inf, True)
    found = info.primal_solution_status == SolutionStatus.kSolutionStatusFeasible
    bound = info.mip_dual_bound if math.isfinite(info.mip_dual_bound) else -math.inf
    values = list(engine.getSolution().col_value) if found else None
    value = info.objective_function_value
    # HiGHS 1.16.0 calls some solutions optimal that are not.
    finished = status == HighsModelStatus.kOptimal and value - bound <= 2 * close
    return Solution(values, value, bound, finished)
