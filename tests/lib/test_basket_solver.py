"""The programme that baskets are solved with, against trying all values."""

import itertools
import random

import pytest
from lib1688.basket_solver import Program

CLOSE = 0.5


def random_program(chance):
    """(Program, goal): few columns, whole costs, rows of which some cannot be met."""
    program, columns = Program(), []
    for _number in range(chance.randrange(2, 7)):
        columns.append(program.column(upper=chance.choice((1, 1, 1, 2, 3))))
    for _number in range(chance.randrange(1, 5)):
        total = [(column, chance.randrange(-3, 8)) for column in columns if chance.random() < 0.7]
        if chance.random() < 0.7:
            program.at_least(total, chance.randrange(1, 8))
        else:
            program.at_most(total, chance.randrange(0, 9))
    return program, {column: chance.choice((0, 1, 7, 20, 90, 400, 5000)) for column in columns}


def least(program, goal):
    """The least value of the goal over all values of the columns, or None."""
    rows = [
        (low, list(zip(program.indexes[first:last], program.factors[first:last], strict=True)), high)
        for low, high, (first, last) in zip(
            program.lowers_of_rows, program.uppers_of_rows, itertools.pairwise(program.starts), strict=True
        )
    ]
    found = [
        sum(factor * values[column] for column, factor in goal.items())
        for values in itertools.product(*(range(int(upper) + 1) for upper in program.uppers))
        if all(low <= sum(factor * values[column] for column, factor in total) <= high for low, total, high in rows)
    ]
    return min(found, default=None)


@pytest.mark.parametrize("guess", ["none", "exact", "poor"])
def test_the_answer_is_the_least_value(guess):
    solved = 0
    for seed in range(250):
        program, goal = random_program(random.Random(seed))
        best = least(program, goal)
        known = None if guess == "none" or best is None else best + (0 if guess == "exact" else 300)
        solution = program.solve(goal, 10, CLOSE, known)
        assert solution.finished
        if best is None:
            assert solution.values is None, seed
        else:
            assert solution.value == pytest.approx(best), seed
            assert best - CLOSE <= solution.bound <= best + 1e-6, seed
            assert sum(factor * solution.values[column] for column, factor in goal.items()) == pytest.approx(best)
            solved += 1
    assert solved > 100


def test_without_time_there_is_a_bound_at_most():
    program = Program()
    one, two = program.column(3), program.column(3)
    program.at_least([(one, 2), (two, 2)], 3)
    solution = program.solve({one: 2, two: 5}, 0, CLOSE)
    assert (solution.values, solution.finished) == (None, False)
    assert solution.bound <= 4


def test_a_programme_shrinks_to_what_it_was():
    program = Program()
    column = program.column(5)
    program.at_least([(column, 2)], 3)
    size = program.size
    other = program.column()
    program.at_most([(column, 1), (other, 1)], 0)
    assert program.solve({column: 1}, 10, CLOSE).values is None
    program.shrink(size)
    assert program.solve({column: 1}, 10, CLOSE).value == 2
