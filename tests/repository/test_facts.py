"""Every row of the collected facts has one fate, and the table of fates and the rule books say the same."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from tests.repository.tree import ROOT

from safecourse.rulebook import library
from safecourse.rulebook.model import Programme
from safecourse.rulebook.monitors import Monitor, Schedule
from safecourse.rulebook.regimens import Limit

FILES: dict[str, dict[str, Any]] = {
    path.stem: tomllib.loads(path.read_text(encoding="utf-8"))
    for path in sorted((ROOT / "docs" / "facts").glob("*.toml"))
}
ROWS: list[dict[str, Any]] = [row for document in FILES.values() for row in document["row"]]
FATES = ("rules", "no_gate", "left_out")


def carried_by_rule_books() -> dict[str, set[str]]:
    """For each row of facts the requirements, of any version, that say they carry it."""
    carried: dict[str, set[str]] = {}
    for name in library.programme_ids():
        for version in library.versions(name):
            for rule in version.requirements:
                for row in rule.row:
                    carried.setdefault(row, set()).add(f"{name}: {rule.id}")
            for limit in only_shown(version):
                for row in limit.row:
                    carried.setdefault(row, set()).add(f"{name}: regimen {limit.kind}")
            for monitor, schedule in scheduled(version):
                for row in schedule.row:
                    carried.setdefault(row, set()).add(f"{name}: monitoring {monitor.id} {schedule.name}")
    return carried


def only_shown(version: Programme) -> list[Limit]:
    """The limits of regimens that people and calendars read and nothing decides."""
    return [limit for regimen in version.regimens for limit in regimen.limits if limit.binding == "shown"]


def scheduled(version: Programme) -> list[tuple[Monitor, Schedule]]:
    """The entries of schedules, which people and calendars read, with what they are of."""
    return [(monitor, schedule) for monitor in version.monitors for schedule in monitor.schedules]


def repeated(names: list[str]) -> list[str]:
    return sorted({name for name in names if names.count(name) > 1})


def test_there_is_a_table_for_each_file_of_facts() -> None:
    assert set(FILES) == {
        "us-ipledge",
        "isotretinoin-uk-eu-other",
        "imiquimod",
        "pimecrolimus",
        "isotretinoin-label",
        "hl7-rems-conformance",
    }


def test_no_two_rows_have_one_id() -> None:
    assert repeated([row["id"] for row in ROWS]) == []


def test_no_two_sections_have_one_id() -> None:
    assert repeated([section["id"] for document in FILES.values() for section in document["section"]]) == []


def test_every_row_has_exactly_one_fate() -> None:
    wrong = [row["id"] for row in ROWS if sum(fate in row for fate in FATES) != 1]

    assert wrong == [], f"give each of these rows one of {', '.join(FATES)}"


def test_every_row_says_what_it_is_about_its_grade_and_nothing_else() -> None:
    wrong = [
        row["id"]
        for row in ROWS
        if set(row) - set(FATES) != {"id", "section", "about", "grade"} or not row["about"] or not row["grade"]
    ]

    assert wrong == []


def test_every_reason_is_a_sentence() -> None:
    reasons = {row["id"]: row.get("no_gate", row.get("left_out", "")) for row in ROWS if "rules" not in row}
    wrong = [name for name, reason in reasons.items() if not reason[:1].isupper() or not reason.endswith(".")]

    assert wrong == []


@pytest.mark.parametrize("name", FILES)
def test_every_section_has_as_many_rows_as_it_says(name: str) -> None:
    sections = {section["id"]: section["rows"] for section in FILES[name]["section"]}
    found = dict.fromkeys(sections, 0)
    for row in FILES[name]["row"]:
        found[row["section"]] += 1

    assert found == sections


def test_every_rule_that_a_row_names_exists_in_a_shipped_version() -> None:
    known = {
        f"{name}: {rule.id}"
        for name in library.programme_ids()
        for version in library.versions(name)
        for rule in version.requirements
    }
    known |= {
        f"{name}: regimen {limit.kind}"
        for name in library.programme_ids()
        for version in library.versions(name)
        for limit in only_shown(version)
    }
    known |= {
        f"{name}: monitoring {monitor.id} {schedule.name}"
        for name in library.programme_ids()
        for version in library.versions(name)
        for monitor, schedule in scheduled(version)
    }
    lost = [f"{row['id']}: {rule}" for row in ROWS for rule in row.get("rules", []) if rule not in known]

    assert lost == [], "correct docs/facts: a requirement was renamed or removed"


def test_every_row_that_a_requirement_carries_stands_in_the_table() -> None:
    lost = sorted(set(carried_by_rule_books()) - {row["id"] for row in ROWS})

    assert lost == [], "add these rows to docs/facts, or correct `row` of the requirements that name them"


def test_a_row_names_exactly_the_requirements_that_carry_it() -> None:
    carried = carried_by_rule_books()
    differing = {
        row["id"]: sorted(set(row.get("rules", [])) ^ carried.get(row["id"], set()))
        for row in ROWS
        if set(row.get("rules", [])) != carried.get(row["id"], set())
    }

    assert differing == {}, "make `rules` of docs/facts and `row` of the requirements agree"


def test_no_row_names_a_requirement_twice_or_an_empty_list() -> None:
    wrong = [row["id"] for row in ROWS if "rules" in row and (not row["rules"] or repeated(row["rules"]))]

    assert wrong == []


def test_every_requirement_that_rests_on_a_source_carries_a_row() -> None:
    without = [
        f"{name} {version.version}: {rule.id}"
        for name in library.programme_ids()
        for version in library.versions(name)
        for rule in version.requirements
        if rule.source != "safecourse" and not rule.row
    ]

    assert without == [], "say in `row` which row of docs/facts the requirement carries"
