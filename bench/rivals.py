"""The same rules over the same columns, on one core each: safecourse, DuckDB, Polars, OpenFisca.

Every rival gets the whole `us-ipledge` dispense gate as its own kind of
expression, made from the same compiled rules and the same rule text, and gives
two masks a course: failing and unknown. All answers are compared before
anything is timed.
"""

from __future__ import annotations

import functools
import os

os.environ["POLARS_MAX_THREADS"] = "1"  # read when polars is imported
os.environ["OMP_NUM_THREADS"] = "1"

import operator
from collections.abc import Callable
from typing import Any

import duckdb
import numpy as np
import polars as pl
from openfisca_core import entities, periods, simulations, taxbenefitsystems, variables

from measuring import best, result, save
from population import TODAY, fact_columns, ready
from safecourse.population.judging import AS_OF, BLOCK, Facts, _applies, _inside, _verdict, facts_of, judge_block
from safecourse.rules import text

DISTINCT = 8_192
COURSES = 2_097_152  # a whole number of times the distinct ones
FEW = 262_144  # OpenFisca holds every variable of every course
Verdicts = dict[int, tuple[Any, Any]]


class Sql(str):
    """A piece of SQL that adds, compares and joins as the rule text does."""

    __hash__ = str.__hash__

    def _with(self, sign: str, other: Any) -> Sql:
        return Sql(f"({self} {sign} {_sql(other)})")

    def __add__(self, other: Any) -> Sql:
        return self._with("+", other)

    def __and__(self, other: Any) -> Sql:
        return self._with("AND", other)

    def __or__(self, other: Any) -> Sql:
        return self._with("OR", other)

    def __le__(self, other: Any) -> Sql:
        return self._with("<=", other)

    def __lt__(self, other: Any) -> Sql:
        return self._with("<", other)

    def __gt__(self, other: Any) -> Sql:
        return self._with(">", other)

    def __ge__(self, other: Any) -> Sql:
        return self._with(">=", other)

    def __ne__(self, other: Any) -> Any:
        return Sql(f"(NOT {self})") if other is True else self._with("<>", other)


def _sql(value: Any) -> str:
    return str(value).upper() if isinstance(value, bool) else str(value)


def symbols(
    column: Callable[[str], Any], unknown: set[str], yes: Any, no: Any, as_of: Any
) -> tuple[Facts, dict[str, Any]]:
    """The facts as expressions of a rival, and its flags by name, each an expression of facts."""
    gate = ready()
    names = {slot: name for name, slot in gate.slots.items()}
    values = [column(names[slot]) for slot in range(len(gate.slots))] + [0]
    values[AS_OF] = as_of
    facts = Facts(0, TODAY, values, {}, yes, no)
    for name in unknown:
        facts.unknown[gate.slots[name]] = column(f"{name}_unknown")
    flags = {}
    for slot, test in gate.flag_tests.items():
        name = f"flag_{names[slot].replace('-', '_')}"
        true, false = _inside(test, facts)
        flags[name] = true
        if any(one in facts.unknown for one in test.needs):
            flags[f"{name}_unknown"] = text.opposite(true | false)
            facts.unknown[slot] = column(f"{name}_unknown")
        facts.values[slot] = column(name)
    return facts, flags


def verdicts(facts: Facts) -> Verdicts:
    """For each rule, the expressions of failing and of unknown."""
    gate = ready()
    found = {}
    for index, rule in enumerate(gate.rules):
        found[index] = _verdict(rule, facts, *_applies(rule, facts))
    for members in gate.groups:
        passed = functools.reduce(
            operator.or_, [p & text.opposite(f | o) for p, f, o in (found[one] for one in members)]
        )
        doubted = functools.reduce(operator.or_, [p & o for p, _, o in (found[one] for one in members)])
        for one in members:
            possible, fails, open_ = found[one]
            stays = possible & text.opposite(passed & (fails | open_))
            found[one] = (
                stays, stays & fails & text.opposite(doubted), stays & text.opposite(passed) & doubted,
            )  # fmt: skip
    return {index: (fails, open_) for index, (_, fails, open_) in found.items()}


# ---- the four of them -----------------------------------------------------------------------------------------


def ours(columns: dict[str, Any], unknown: dict[str, Any], count: int) -> tuple[Any, Any]:
    gate = ready()
    failing, open_ = np.empty(count, np.uint64), np.empty(count, np.uint64)
    for start in range(0, count, BLOCK):
        part = slice(start, min(count, start + BLOCK))
        facts = facts_of(
            gate, part.stop - start, TODAY,
            {name: column[part] for name, column in columns.items()},
            {name: column[part] for name, column in unknown.items()},
        )  # fmt: skip
        bits = judge_block(gate, facts)
        failing[part], open_[part] = bits.failing, bits.unknown
    return failing, open_


def in_duckdb(columns: dict[str, Any], unknown: dict[str, Any]) -> Callable[[], tuple[Any, Any]]:
    facts, flags = symbols(lambda name: Sql(f'"{name}"'), set(unknown), Sql("TRUE"), Sql("FALSE"), Sql(str(TODAY)))
    each = verdicts(facts)

    def mask(place: int) -> str:
        return " + ".join(f"({pair[place]})::BIGINT * {1 << index}" for index, pair in each.items())

    flag_columns = ", ".join(f'{expression} AS "{name}"' for name, expression in flags.items())
    query = (
        f"SELECT {mask(0)} AS failing, {mask(1)} AS unknown FROM "  # noqa: S608 - made from the rule book, no input
        f"(SELECT *, {flag_columns} FROM facts)"
    )
    connection = duckdb.connect()
    connection.execute("SET threads = 1")
    given = columns | {f"{name}_unknown": column for name, column in unknown.items()}
    connection.register("given", given)
    connection.execute("CREATE TABLE facts AS SELECT * FROM given")

    def run() -> tuple[Any, Any]:
        got = connection.execute(query).fetchnumpy()
        return got["failing"].astype(np.uint64), got["unknown"].astype(np.uint64)

    return run


def in_polars(columns: dict[str, Any], unknown: dict[str, Any]) -> Callable[[], tuple[Any, Any]]:
    facts, flags = symbols(pl.col, set(unknown), pl.lit(value=True), pl.lit(value=False), pl.lit(TODAY, dtype=pl.Int32))
    each = verdicts(facts)

    def mask(place: int) -> Any:
        return functools.reduce(
            operator.or_,
            [pair[place].cast(pl.UInt64) * pl.lit(1 << index, dtype=pl.UInt64) for index, pair in each.items()],
        )

    frame = pl.DataFrame(columns | {f"{name}_unknown": column for name, column in unknown.items()})
    # A flag may rest on none of the others: all can be added at once.
    query = frame.lazy().with_columns(**flags).select(mask(0).alias("failing"), mask(1).alias("unknown"))

    def run() -> tuple[Any, Any]:
        got = query.collect()
        return got["failing"].to_numpy(), got["unknown"].to_numpy()

    return run


def in_openfisca(  # noqa: C901 - a rival's set-up, kept in one place
    columns: dict[str, Any], unknown: dict[str, Any], count: int
) -> Callable[[], tuple[Any, Any]]:
    gate = ready()
    person = entities.Entity("person", "persons", "", "")
    system = taxbenefitsystems.TaxBenefitSystem([person])
    month = periods.period("2027-06")
    judged: list[Verdicts] = []  # of the present run: four variables are read off the same verdicts

    def add(name: str, kind: type, formula: Any = None) -> None:
        body: dict[str, Any] = {
            "value_type": kind,
            "entity": person,
            "definition_period": periods.DateUnit.MONTH,
            "label": name,
        }
        if formula is not None:
            body["formula"] = formula
        system.add_variable(type(name, (variables.Variable,), body))

    for name in columns:
        add(name, int)
    for name in unknown:
        add(f"{name}_unknown", bool)
    names = {slot: name for name, slot in gate.slots.items()}

    def facts_for(people: Any, period: Any) -> Facts:
        class Lazy(dict[str, Any]):
            def __missing__(self, name: str) -> Any:
                return people(name, period)

        seen = Lazy()
        always = np.ones(people.count, dtype=np.bool_)
        facts = Facts(people.count, TODAY, [], {}, always, ~always)
        for slot in range(len(gate.slots)):
            if slot == AS_OF:
                facts.values.append(np.full(people.count, TODAY, dtype=np.int32))
            elif slot in gate.flag_tests:
                facts.values.append(None)
            else:
                facts.values.append(seen[names[slot]] if names[slot] in columns else None)
        facts.values.append(0)
        for name in unknown:
            facts.unknown[gate.slots[name]] = people(f"{name}_unknown", period)
        for slot, test in gate.flag_tests.items():
            true, false = _inside(test, facts)
            facts.values[slot] = true
            if any(one in facts.unknown for one in test.needs):
                facts.unknown[slot] = text.opposite(true | false)
        return facts

    def half(place: int, low: bool) -> Any:
        def formula(people: Any, period: Any) -> Any:
            if not judged:
                judged.append(verdicts(facts_for(people, period)))
            each = judged[0]
            chosen = {index: pair for index, pair in each.items() if (index < 30) == low}
            total = np.zeros(people.count, dtype=np.int32)
            for index, pair in chosen.items():
                total += pair[place].astype(np.int32) << (index % 30)
            return total

        return formula

    for place, mask in enumerate(("failing", "unknown")):
        add(f"{mask}_low", int, half(place, True))
        add(f"{mask}_high", int, half(place, False))

    def run() -> tuple[Any, Any]:
        judged.clear()
        simulation = simulations.SimulationBuilder().build_default_simulation(system, count=count)
        for name, column in columns.items():
            simulation.set_input(name, month, column[:count])
        for name, column in unknown.items():
            simulation.set_input(f"{name}_unknown", month, column[:count])
        parts = {
            name: simulation.calculate(name, month).astype(np.uint64)
            for name in ("failing_low", "failing_high", "unknown_low", "unknown_high")
        }
        shift = np.uint64(30)
        return (
            parts["failing_low"] | parts["failing_high"] << shift,
            parts["unknown_low"] | parts["unknown_high"] << shift,
        )

    return run


def main() -> None:
    base, unknown, _ = fact_columns(DISTINCT)
    columns = {name: np.tile(column, COURSES // DISTINCT) for name, column in base.items()}
    doubts = {name: np.tile(column, COURSES // DISTINCT) for name, column in unknown.items()}
    right = ours(columns, doubts, COURSES)
    seconds = best(lambda: ours(columns, doubts, COURSES), repeat=5)
    few = best(lambda: ours(columns, doubts, FEW), repeat=5)
    rules = len(ready().rules)
    rivals = [
        ("columns_vs_duckdb", in_duckdb(columns, doubts), COURSES, seconds, f"DuckDB {duckdb.__version__}"),
        ("columns_vs_polars", in_polars(columns, doubts), COURSES, seconds, f"Polars {pl.__version__}"),
        (
            "columns_vs_openfisca",
            in_openfisca(columns, doubts, FEW),
            FEW,
            few,
            "OpenFisca, its inputs set each time",
        ),
    ]
    results = []
    for name, run, count, own, who in rivals:
        for got, expected in zip(run(), right, strict=True):
            assert np.array_equal(got, expected[:count]), f"{name}: the rival answers otherwise"
        theirs = best(run, repeat=3)
        of = f"{who}, one core: {count / theirs / 1e6:.2f} M courses/s; {rules} requirements, {count:,} courses"
        results.append(result(name, theirs / own, "times their rate", of))
    save(results)


if __name__ == "__main__":
    main()
