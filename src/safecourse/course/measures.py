"""Laboratory values: which test is meant, in which unit, and how much that is in the unit that rules compare in.

A value is converted once, when a course is read: mass and volume by a units library, which is imported only for a
unit that the table doesn't spell out; mass to amount of substance by a factor of the test, with its source. What
can't be converted is refused, because a value that no rule can compare would be as good as none.
"""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from safecourse.course.model import Value
from safecourse.course.nodes import Table, inside
from safecourse.course.problems import Found, quoted

_TABLE = Path(__file__).with_name("measures.toml")
_DIGITS = 12  # significant ones that are kept of a converted value: what is beyond is the noise of arithmetic
_LONGEST_UNIT = 40
# What a concentration looks like; the library would also take an ounce by the gallon, and misread a leading slash.
_CONCENTRATION = re.compile(r"[a-zA-Z]{0,2}(g|mol|U|kat)/(\(?[0-9]+\.)?[a-zA-Z]{0,2}(L|l|m3)\)?\Z")
UPPER_LIMIT = "upper-limit"  # the unit of a value divided by the laboratory's upper limit


@dataclass(frozen=True, slots=True)
class Amount:
    """The same test in amount of substance: ``factor`` turns its unit into the canonical one."""

    unit: str
    spelled: tuple[str, ...]
    factor: float
    source: str
    grade: str


@dataclass(frozen=True, slots=True)
class Analyte:
    """A test with a value that rules may compare, in ``unit`` (UCUM).

    ``factors`` gives canonical units in one of some others, as the units
    library does; ``amounts`` holds the way to state it in amount of substance.
    """

    id: str
    says: str
    names: tuple[str, ...]
    loinc: tuple[str, ...]
    loinc_source: str
    loinc_grade: str
    unit: str
    spelled: tuple[str, ...]
    factors: Mapping[str, float]
    amounts: tuple[Amount, ...]


@dataclass(frozen=True, slots=True)
class Measures:
    """All known tests. ``ids`` leads from any name to a test's id, ``codes`` from a LOINC code.

    ``elsewhere`` says of what isn't recorded as a laboratory value what to do
    instead; ``other_units`` are known for units without the library.
    """

    analytes: Mapping[str, Analyte]
    others: tuple[str, ...]
    ids: Mapping[str, str]
    codes: Mapping[str, str]
    elsewhere: Mapping[str, str]
    other_units: frozenset[str]


class Unconvertible(ValueError):
    """A unit that isn't one, or isn't one of this test; the message says which and names those that are."""


@functools.cache
def measures() -> Measures:
    """The table of tests, read once."""
    table = tomllib.loads(_TABLE.read_text(encoding="utf-8"))
    analytes = {one["id"]: _analyte(one) for one in table["analyte"]}
    ids: dict[str, str] = {}
    for one in analytes.values():
        ids |= dict.fromkeys((one.id, *one.names), one.id)
    for name, also in table["other"].items():
        ids |= dict.fromkeys((name, *also), name)
    return Measures(
        analytes=analytes,
        others=tuple(table["other"]),
        ids=ids,
        codes={code: one.id for one in analytes.values() for code in one.loinc},
        other_units=frozenset(table["other_units"]["spelled"]),
        elsewhere={key: one["do"] for one in table["elsewhere"] for key in (*one["names"], *one["loinc"])},
    )


def _analyte(table: dict[str, Any]) -> Analyte:
    amounts = []
    if "amount" in table:
        given = table["amount"]
        factor = given["canonical_per_unit"] if "canonical_per_unit" in given else 1 / given["unit_per_canonical"]
        amounts.append(Amount(given["unit"], tuple(given["spelled"]), factor, given["source"], given["grade"]))
    return Analyte(
        id=table["id"],
        says=table["says"],
        names=tuple(table["names"]),
        loinc=tuple(table["loinc"]),
        loinc_source=table["loinc_source"],
        loinc_grade=table["loinc_grade"],
        unit=table["unit"],
        spelled=tuple(table["spelled"]),
        factors=table["factors"],
        amounts=tuple(amounts),
    )


# ---- conversion ----------------------------------------------------------------------------------------------


def canonical(analyte: Analyte, value: float, unit: str) -> float:
    """A value in the analyte's canonical unit; Unconvertible if the unit isn't one of this test."""
    return _tidy(value * factor_of(analyte, unit))


def stated(analyte: Analyte, value: float, unit: str) -> float:
    """A value in the canonical unit, in another unit of the test: the way back."""
    return _tidy(value / factor_of(analyte, unit))


def factor_of(analyte: Analyte, unit: str) -> float:
    """Canonical units in one of ``unit``; Unconvertible if the unit isn't one of this test."""
    plain = unit.replace("µ", "u").replace("μ", "u")
    if plain == analyte.unit or plain in analyte.spelled:
        return 1.0
    if plain in analyte.factors:
        return analyte.factors[plain]
    for amount in analyte.amounts:
        if plain == amount.unit or plain in amount.spelled:
            return amount.factor
    return _factor_by_library(analyte, plain, unit)


def _factor_by_library(analyte: Analyte, plain: str, unit: str) -> float:
    wanted = [(analyte.unit, 1.0), *((one.unit, one.factor) for one in analyte.amounts)]
    names = " or ".join(name for name, _ in wanted)
    _check_unit(plain, unit, names)
    for name, factor in wanted if _CONCENTRATION.match(plain) else ():
        ratio = _ratio(plain, name)
        if ratio > 0:
            return _tidy(ratio * factor)
    raise Unconvertible(f"{quoted(unit)} is not a unit of {analyte.says}; write it in {names}, with the value to match")


def check_unit(unit: str) -> None:
    """Refuse what is no unit at all; Unconvertible says so."""
    plain = unit.replace("µ", "u").replace("μ", "u")
    if plain not in measures().other_units:
        _check_unit(plain, unit, "UCUM, such as g/dL, 10*9/L or %")


def _check_unit(plain: str, unit: str, wanted: str) -> None:
    # UCUM is ASCII; a long text of it would only be a way to keep the parser busy.
    if len(plain) > _LONGEST_UNIT or not plain.isascii() or not _parses(plain):
        raise Unconvertible(f"{quoted(unit)} is not a unit; write it in {wanted}")


@functools.lru_cache(maxsize=256)
def _parses(unit: str) -> bool:
    from ucumvert import InvalidUcumError, parse_ucum

    try:
        parse_ucum(unit, _parser())
    except InvalidUcumError:
        return False
    return True


@functools.cache
def _parser() -> Any:
    from ucumvert import get_ucum_parser

    return get_ucum_parser()


@functools.cache
def _registry() -> Any:
    from ucumvert import PintUcumRegistry

    return PintUcumRegistry()


@functools.lru_cache(maxsize=256)
def _ratio(unit: str, wanted: str) -> float:
    """How many of ``wanted`` are in one of ``unit``; zero if they don't measure the same."""
    from pint.errors import DimensionalityError, UndefinedUnitError

    registry = _registry()
    try:
        return float(registry.from_ucum(unit).to(registry.from_ucum(wanted).units).magnitude)
    except (DimensionalityError, UndefinedUnitError):
        return 0.0


def _nearest(given: str) -> str:
    """What to do about an unknown name: it may be a misspelt one, which must not vanish from what rules read."""
    import difflib  # only on the way to a message

    known = measures()
    near = difflib.get_close_matches(given[:40], known.ids, 1)
    if near:
        return f"did you mean {near[0]}?"
    return f"rules read {', '.join(known.analytes)}; correct the name, or leave the value out"


def _tidy(value: float) -> float:
    tidy = float(f"{value:.{_DIGITS}g}")
    return int(tidy) if tidy.is_integer() and abs(tidy) < 1e15 else tidy


# ---- reading a course ------------------------------------------------------------------------------------------


def add_amounts(values: dict[str, Value], table: Table, path: str, found: Found) -> None:
    """Add to the fields of a ``lab`` event what rules read: ``analyte``, ``amount`` and ``multiple``.

    ``amount`` is the value in the canonical unit of the analyte; ``multiple``
    the value divided by the laboratory's upper limit, absent if that isn't
    stated. What contradicts itself or can't be converted is noted in ``found``.
    """
    if "value" in values and float(cast(float, values["value"])) < 0:
        line = table.entries["value"].line
        found.add(line, inside(path, "value"), "a laboratory value can't be below zero", "correct it")
        return
    test = _test_of(values, table, path, found)
    if not test or "unit" not in values or "value" not in values:
        return
    values["analyte"] = test
    known = measures().analytes.get(test)
    unit = str(values["unit"])
    try:
        if known is None:
            check_unit(unit)
            return
        values["amount"] = canonical(known, float(cast(float, values["value"])), unit)
    except Unconvertible as wrong:
        what, _, do = str(wrong).partition("; ")
        found.add(table.entries["unit"].line, inside(path, "unit"), what, do)
        return
    if "upper_limit" in values:
        values["multiple"] = _tidy(float(cast(float, values["value"])) / float(cast(float, values["upper_limit"])))


def _test_of(values: dict[str, Value], table: Table, path: str, found: Found) -> str:
    """The id of the test that an event names, by name or by code; empty, with the reason noted, if none is known."""
    known = measures()
    ids: dict[str, str] = {}
    for key, names in (("test", known.ids), ("loinc", known.codes)):
        if key not in values:
            continue
        given = str(values[key])
        line, place = table.entries[key].line, inside(path, key)
        if given in names:
            ids[key] = names[given]
        elif given in known.elsewhere:
            found.add(line, place, f"{quoted(given)} is not a laboratory value here", known.elsewhere[given])
        elif key == "test":
            found.add(line, place, f"{quoted(given)} is not a test that is known here", _nearest(given))
        else:
            codes = ", ".join(f"{code} ({test})" for code, test in names.items())
            do = f"name the test in test: instead, or use one of {codes}"
            found.add(line, place, f"{quoted(given)} is not a LOINC code that is known here", do)
    if len(set(ids.values())) > 1:
        what = f"test says {ids['test']}, and LOINC {values['loinc']} is {ids['loinc']}"
        found.add(table.entries["loinc"].line, inside(path, "loinc"), what, "correct one of them")
        return ""
    return next(iter(ids.values()), "") if len(ids) == len({"test", "loinc"} & set(values)) else ""
