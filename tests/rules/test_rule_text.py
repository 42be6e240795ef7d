"""The rule text may say only what runs alike on one patient's ints and on ten million rows."""

from __future__ import annotations

import ast
import inspect

import numpy as np
import pytest

from safecourse.days import NEVER, NEVER_EDGE, OPEN
from safecourse.rules import text

ALLOWED = (
    ast.Module, ast.FunctionDef, ast.arguments, ast.arg, ast.Return, ast.Assign, ast.Name, ast.Load, ast.Store,
    ast.BinOp, ast.Add, ast.BitAnd, ast.BitOr, ast.Compare, ast.Gt, ast.Lt, ast.LtE, ast.Eq, ast.NotEq,
    ast.Constant, ast.Expr, ast.ImportFrom, ast.alias,
)  # fmt: skip


def forbidden_in(source: str) -> list[str]:
    """Syntax that the rule text must not use."""
    return [type(node).__name__ for node in ast.walk(ast.parse(source)) if not isinstance(node, ALLOWED)]


def test_the_rule_text_uses_nothing_but_adding_comparing_and_and_or() -> None:
    assert forbidden_in(inspect.getsource(text)) == []


@pytest.mark.parametrize("line", ["a - b", "a and b", "not a", "a if b else c", "f(a)", "a * b", "~a", "-a", "a[0]"])
def test_the_check_of_the_rule_text_catches_other_syntax(line: str) -> None:
    assert forbidden_in(line)


VALUES = [NEVER, NEVER + 1, -5, -1, 0, 1, 5, OPEN]


EDGES = (text.from_edge, text.from_fact, text.from_free, text.until_edge, text.until_fact, text.until_free)


def test_scalars_and_arrays_give_the_same_truth_over_a_whole_small_space() -> None:
    grid = np.array(np.meshgrid(VALUES, VALUES, [-6, 0, 4])).reshape(3, -1)
    for function in EDGES:
        whole = function(*grid)

        one_by_one = [bool(function(*(int(value) for value in column))) for column in grid.T]

        assert one_by_one == [bool(value) for value in whole]


def test_two_sentinels_compared_with_each_other_never_pass() -> None:
    for offset in (-100_000, -1, 0, 1, 100_000):
        for function in EDGES:
            assert not function(NEVER, NEVER, offset)


def test_a_window_is_closed_on_both_its_days() -> None:
    for function in (text.from_edge, text.from_fact, text.from_free):
        assert [bool(function(day, 10, -6)) for day in (3, 4, 5)] == [False, True, True]
    for function in (text.until_edge, text.until_fact, text.until_free):
        assert [bool(function(day, 10, 0)) for day in (9, 10, 11)] == [True, True, False]


def test_an_anchor_that_never_happened_admits_nothing_or_everything_that_happened() -> None:
    for day in VALUES:
        assert not text.from_fact(day, NEVER, 3)
        assert not text.until_fact(day, NEVER, 3)
        assert bool(text.from_free(day, NEVER, 3)) == bool(text.until_free(day, NEVER, 3)) == (day > NEVER_EDGE)


def test_kleene_verdicts_over_the_whole_space_of_truth_and_knowledge() -> None:
    for lower in (0, 1):
        for upper in (0, 1):
            for lower_known in (0, 1):
                for upper_known in (0, 1):
                    yes = text.inside_true(lower, lower_known, upper, upper_known)
                    no = text.inside_false(lower, lower_known, upper, upper_known)

                    possible = {
                        bool(low and high)
                        for low in ((lower,) if lower_known else (0, 1))
                        for high in ((upper,) if upper_known else (0, 1))
                    }

                    assert bool(yes) == (possible == {True})
                    assert bool(no) == (possible == {False})


def test_an_unknown_flag_makes_a_failing_requirement_unknown_and_leaves_a_met_one_met() -> None:
    assert not text.failing(1, 0, 1)
    assert text.open_question(1, 0, 1, 0)
    assert not text.open_question(1, 0, 0, 1)
