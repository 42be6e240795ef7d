"""Laboratory values: conversion by published equalities, and what a course file is told that gets one wrong."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.repository.tree import ROOT

from safecourse.course import UnusableCourse
from safecourse.course.measures import (
    Analyte,
    Unconvertible,
    _factor_by_library,
    _parses,
    canonical,
    check_unit,
    measures,
    stated,
)
from safecourse.course.reading import course_from_document

KNOWN = measures().analytes


def lab(**fields: Any) -> dict[str, Any]:
    return {"event": "lab", "on": "2026-10-05"} | fields


def read(*events: dict[str, Any]) -> list[dict[str, Any]]:
    document = {"safecourse": "1", "programme": "a", "covers": "complete", "events": list(events)}
    return [dict(event.fields) for event in course_from_document(document).events]


def problems(*events: dict[str, Any]) -> str:
    with pytest.raises(UnusableCourse) as refused:
        read(*events)
    return str(refused.value)


# ---- conversion ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("test", "value", "unit", "other", "unit_of_other"),
    [
        ("triglycerides", 800, "mg/dL", 9.03, "mmol/L"),
        ("triglycerides", 500, "mg/dL", 5.65, "mmol/L"),
        ("triglycerides", 160, "mg/dL", 1.81, "mmol/L"),
        ("cholesterol", 205, "mg/dL", 5.3, "mmol/L"),
        ("hdl", 35, "mg/dL", 0.91, "mmol/L"),
        ("bilirubin", 1, "mg/dL", 17.1, "umol/L"),
        ("alt", 60, "U/L", 1, "ukat/L"),
        ("alt", 6, "U/L", 100, "nkat/L"),
        ("triglycerides", 100, "mg/dL", 1, "g/L"),
    ],
)
def test_conversions_give_the_published_equalities(
    test: str, value: float, unit: str, other: float, unit_of_other: str
) -> None:
    analyte = KNOWN[test]

    assert analyte.unit == unit
    assert round(stated(analyte, value, unit_of_other), 2) == other


@pytest.mark.parametrize("unit", ["mg/dL", "mg/dl", "mg/(100.mL)", "g/m3"])
def test_units_that_say_the_same_give_the_same_value(unit: str) -> None:
    assert canonical(KNOWN["triglycerides"], 1000 if unit == "g/m3" else 100, unit) == 100


def test_a_microsign_is_a_u_whichever_of_its_two_letters_was_typed() -> None:
    assert {canonical(KNOWN["alt"], 2, unit) for unit in ("ukat/L", "µkat/L", "μkat/L")} == {120}


def units_of(analyte: Analyte) -> tuple[str, ...]:
    by_amount = tuple(unit for one in analyte.amounts for unit in (one.unit, *one.spelled))
    return (analyte.unit, *analyte.spelled, *by_amount, "ukat/L" if analyte.unit == "U/L" else "g/L")


@given(st.sampled_from(sorted(KNOWN)), st.data(), st.floats(0, 1e6))
def test_there_and_back_is_the_same_value(test: str, data: st.DataObject, value: float) -> None:
    analyte = KNOWN[test]
    unit = data.draw(st.sampled_from(units_of(analyte)))

    assert stated(analyte, canonical(analyte, value, unit), unit) == pytest.approx(value, rel=1e-9)


@given(st.sampled_from(sorted(KNOWN)), st.data(), st.floats(0, 1e6), st.floats(0, 1e6))
def test_more_in_one_unit_is_more_in_every_unit(test: str, data: st.DataObject, one: float, other: float) -> None:
    analyte = KNOWN[test]
    unit = data.draw(st.sampled_from(units_of(analyte)))

    assert (canonical(analyte, one, unit) <= canonical(analyte, other, unit)) or one > other


@pytest.mark.parametrize(
    ("test", "unit"),
    [
        ("triglycerides", "U/L"), ("triglycerides", "mg"), ("triglycerides", "%"), ("triglycerides", "g"),
        ("triglycerides", "/dL/mg"), ("triglycerides", "[oz_av]/[gal_us]"), ("alt", "mg/dL"), ("alt", "mmol/L"),
        ("cholesterol", "kat/L"), ("bilirubin", "{score}"),
    ],
)  # fmt: skip
def test_a_unit_of_something_else_is_refused(test: str, unit: str) -> None:
    with pytest.raises(Unconvertible, match="is not a unit of"):
        canonical(KNOWN[test], 1, unit)


@pytest.mark.parametrize("unit", ["MG/DL", "mg/dL ", "milligrams", "mg per dL", "((g", "g//L", "x" * 200, "mg/dLµé"])
def test_what_is_no_unit_is_refused(unit: str) -> None:
    with pytest.raises(Unconvertible, match="is not a unit;"):
        canonical(KNOWN["triglycerides"], 1, unit)


@given(st.text(alphabet="gmolUkatLdcu/.0123456789*[]{}()%^+- 'µ", max_size=12))
def test_any_text_as_a_unit_gives_a_number_or_a_refusal(unit: str) -> None:
    try:
        assert canonical(KNOWN["triglycerides"], 1, unit) > 0
    except Unconvertible as refused:
        assert "; " in str(refused)


def test_units_of_other_tests_are_checked_for_being_units() -> None:
    for unit in ("10*9/L", "g/dL", "%", "mm/h", "mL/min/{1.73_m2}"):
        check_unit(unit)
    with pytest.raises(Unconvertible, match="is not a unit"):
        check_unit("a lot")


@pytest.mark.parametrize("test", sorted(KNOWN))
def test_factors_of_the_table_are_those_of_the_units_library(test: str) -> None:
    for unit, factor in KNOWN[test].factors.items():
        assert _factor_by_library(KNOWN[test], unit, unit) == factor


def test_units_of_other_tests_that_the_table_spells_are_units() -> None:
    assert [unit for unit in measures().other_units if not _parses(unit)] == []


def test_the_usual_units_need_no_library() -> None:
    code = (
        "import sys; from safecourse.course.measures import canonical, measures\n"
        "for one in measures().analytes.values():\n"
        "    units = (one.unit, *one.spelled, *one.factors, *(each.unit for each in one.amounts))\n"
        "    for unit in units: canonical(one, 1, unit)\n"
        "sys.exit('pint' in sys.modules or 'ucumvert' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT / "src", check=False).returncode == 0


# ---- the table -------------------------------------------------------------------------------------------------


def test_no_name_and_no_code_stands_for_two_tests() -> None:
    table = tomllib.loads((ROOT / "src/safecourse/course/measures.toml").read_text(encoding="utf-8"))
    names = [name for one in table["analyte"] for name in (one["id"], *one["names"], *one["loinc"])]
    names += [name for other, also in table["other"].items() for name in (other, *also)]
    names += [name for one in table["elsewhere"] for name in (*one["names"], *one["loinc"])]

    assert len(names) == len(set(names))


def test_every_code_and_every_factor_has_its_source() -> None:
    table = tomllib.loads((ROOT / "src/safecourse/course/measures.toml").read_text(encoding="utf-8"))
    sources = {one["id"] for one in table["source"]}
    for one in KNOWN.values():
        assert one.loinc_source in sources
        assert one.loinc_grade in ("professional", "secondary")
        assert all(amount.source in sources and amount.grade for amount in one.amounts)


def check_digit(code: str) -> int:
    """The last digit of a LOINC code, by the rule of Luhn."""
    total = 0
    for place, digit in enumerate(reversed(code.partition("-")[0])):
        doubled = int(digit) * (2 if place % 2 == 0 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return -total % 10


@pytest.mark.parametrize(
    "code", sorted({*measures().codes, *(one for one in measures().elsewhere if one[0].isdigit())})
)
def test_every_code_has_the_right_check_digit(code: str) -> None:
    assert code.endswith(f"-{check_digit(code)}")


# ---- reading a course --------------------------------------------------------------------------------------------


def test_a_value_is_kept_as_stated_and_in_the_unit_that_rules_compare_in() -> None:
    (fields,) = read(lab(test="Triglycerides", value="9.03", unit="mmol/L", upper_limit="1.7"))

    assert (fields["value"], fields["unit"]) == (9.03, "mmol/L")
    assert fields["analyte"] == "triglycerides"
    assert fields["amount"] == 799.7871
    assert fields["multiple"] == pytest.approx(9.03 / 1.7)


def test_a_code_names_a_test_and_so_do_its_other_names() -> None:
    events = [lab(loinc="1742-6", value="1", unit="U/L"), lab(test="sgpt", value="2", unit="U/L")]

    assert {fields["analyte"] for fields in read(*events)} == {"alt"}


def test_without_an_upper_limit_nobody_knows_the_multiple() -> None:
    (fields,) = read(lab(test="alt", value="120", unit="U/L"))

    assert "multiple" not in fields


def test_tests_that_no_rule_reads_are_kept_as_recorded() -> None:
    (fields,) = read(lab(test="Hemoglobin", value="14.1", unit="g/dL"))

    assert fields["analyte"] == "haemoglobin"
    assert "amount" not in fields


@pytest.mark.parametrize(
    ("event", "message"),
    [
        (lab(test="triglycerides", value="180"), "events[0]: unit is missing"),
        (lab(test="triglycerides", value="180", unit="U/L"), 'unit: "U/L" is not a unit of triglycerides; write it in'),
        (lab(test="triglycerides", value="180", unit="kilos"), 'unit: "kilos" is not a unit; write it in mg/dL or'),
        (lab(test="triglycerides", value="-1", unit="mg/dL"), "value: a laboratory value can't be below zero"),
        (lab(test="triglicerides", value="180", unit="mg/dL"), "did you mean triglycerides?"),
        (lab(test="zzz", value="180", unit="mg/dL"), "rules read triglycerides, "),
        (lab(loinc="14927-8", value="2", unit="mmol/L"), "name the test in test: instead, or use one of 2571-8"),
        (lab(loinc="2571-9", value="2", unit="mmol/L"), '"2571-9" is not a LOINC code that is known here'),
        (lab(test="alt", loinc="2571-8", value="2", unit="U/L"), "test says alt, and LOINC 2571-8 is triglycerides"),
        (lab(test="hcg", value="5000", unit="m[IU]/mL"), "record it as a pregnancy-test"),
        (lab(loinc="2106-3", value="1", unit="{titer}"), "record it as a pregnancy-test"),
        (lab(loinc="29463-7", value="70", unit="kg"), "record it as a weight in kg"),
        (lab(loinc="24325-3", value="1", unit="U/L"), "record its tests one by one"),
        (lab(test="haemoglobin", value="14", unit="lots"), '"lots" is not a unit'),
        (lab(test="alt", value="30", unit="U/L", upper_limit="0"), "upper_limit can't be"),
    ],
)
def test_a_wrong_laboratory_value_gets_one_clear_message(event: dict[str, Any], message: str) -> None:
    told = problems(event)

    assert message in told
    assert len(told.splitlines()) == 1


def test_every_wrong_value_of_a_file_is_told_at_once() -> None:
    told = problems(lab(test="alt", value="1", unit="mg"), lab(test="ast", value="-1", unit="U/L"))

    assert len(told.splitlines()) == 2
