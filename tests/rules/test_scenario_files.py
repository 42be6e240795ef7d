"""Scenario files are read strictly: a question that silently asks something else proves nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from safecourse import days
from safecourse.rulebook import library
from safecourse.rulebook.loading import programme_from_text
from safecourse.rules.scenarios import UnusableScenarios, check_scenario, read_scenarios, run_file, version_of

GOOD = """\
safecourse-scenarios: 1
programme: us-pimecrolimus
courses:
  ready:
    patient: {born: 2018-05-04}
    covers: complete
    events:
      - {event: prior-treatment, on: 2026-09-01, treatment: hydrocortisone, outcome: failed}
      - {event: diagnosed, on: 2026-09-10, condition: atopic-dermatitis, severity: moderate}
scenarios:
  - title: Pimecrolimus may be begun after another treatment failed.
    course: ready
    gate: enrol
    at: 2026-10-01T12:00-04:00
    outcome: allowed
"""


def written(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "scenarios.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def problems(tmp_path: Path, text: str) -> str:
    with pytest.raises(UnusableScenarios) as refused:
        read_scenarios(written(tmp_path, text))
    return str(refused.value)


def test_a_good_file_is_read_and_holds(tmp_path: Path) -> None:
    (result,) = run_file(written(tmp_path, GOOD))

    assert (result.passed, result.problem) == (True, "")
    assert result.title == "Pimecrolimus may be begun after another treatment failed."


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("safecourse-scenarios: 1", "safecourse-scenarios: 2", "this format is not known"),
        ("programme: us-pimecrolimus", "programme: us-pimecrolims", "did you mean us-pimecrolimus?"),
        ("programme: us-pimecrolimus", "program: us-pimecrolimus", "programme is missing"),
        ("courses:\n  ready:", "courses: none\nelse:\n  ready:", 'there is no key "else" here'),
        ("    patient: {born: 2018-05-04}", "    patient: young", "patient is a mapping"),
        ("born: 2018-05-04", "born: 2018-02-30", "2018-02-30"),
        ("severity: moderate", "severity: medium", "medium"),
        ("scenarios:\n", "scenarios: none\nother:\n", 'there is no key "other" here'),
        ("failed.\n    course", "failed\n    course", "is no sentence"),
        ("course: ready", "course: steady", "steady"),
        ("gate: enrol", "gate: enroll", "did you mean enrol?"),
        ("gate: enrol", "gate: finish", "finish"),
        ("at: 2026-10-01T12:00-04:00", "at: 2026-10-01T12:00", "an instant is written"),
        ("at: 2026-10-01T12:00-04:00", "at: 1999-10-01T12:00-04:00", "no version in force"),
        ("outcome: allowed", "outcome: permitted", "permitted"),
        ("outcome: allowed", "outcome: refused\n    unmet: [not-tried]", "not-tried"),
        ("outcome: allowed", "outcome: refused\n    unmet: not-tried", "unmet is a list of requirement ids"),
        ("outcome: allowed", "outcome: allowed\n    because: yes", "because"),
        ("outcome: allowed", "outcome: allowed\n    without: [{event: lab}]", "this takes no event away"),
        ("outcome: allowed", "outcome: allowed\n    without: lab", "without is a list of events"),
        ("outcome: allowed", "outcome: allowed\n    add: [{event: lab, on: soon}]", "soon"),
        ("outcome: allowed", "outcome: allowed\n    patient: {cycles: absent}", "doesn't say this anyway"),
        ("outcome: allowed", "outcome: allowed\n    rules: [2010-01-01]", "2010-01-01"),
        ("outcome: allowed", "outcome: allowed\n    window: often", "window is a mapping"),
        ("outcome: allowed", "outcome: allowed\n    window: {opens: soon, closes: 2026-01-01}", "soon"),
        ("outcome: allowed", "outcome: allowed\n    earliest: tomorrow", "tomorrow"),
        ("outcome: allowed", "outcome: allowed\n    later_events: few", "few"),
        ("outcome: allowed", "", "outcome is missing"),
        ("  ready:\n", "  unused:\n    like: ready\n  ready:\n", "ready"),
        ("scenarios:\n", "  spare:\n    like: ready\nscenarios:\n", "no scenario uses this course"),
        ("  - title: Pime", "  - course\n  - title: Pime", "a scenario is a mapping"),
        ("    covers: complete\n", "", "covers is missing"),
    ],
)
def test_what_is_not_understood_is_a_problem_with_its_place(tmp_path: Path, old: str, new: str, says: str) -> None:
    assert old in GOOD

    message = problems(tmp_path, GOOD.replace(old, new))

    assert says in message
    assert "scenarios.yaml" in message


def test_two_scenarios_with_one_title_are_refused(tmp_path: Path) -> None:
    second = GOOD[GOOD.index("  - title") :]

    assert "stands twice" in problems(tmp_path, GOOD + second)


@pytest.mark.parametrize("text", ["", "- a list", "[", "\x00", "safecourse-scenarios: 1\n" * 2])
def test_what_is_no_scenario_file_at_all_is_refused(tmp_path: Path, text: str) -> None:
    assert problems(tmp_path, text)


@pytest.mark.parametrize(
    ("lines", "differs"),
    [
        ("outcome: refused", "outcome: expected refused, got allowed"),
        (
            "outcome: allowed\n    unmet: [other-treatment-failed]",
            "unmet: expected other-treatment-failed, got nothing",
        ),
        ("outcome: allowed\n    unknown: [other-treatment-failed]", "unknown: expected other-treatment-failed"),
        ("outcome: allowed\n    window: {opens: 2026-10-01, closes: 2026-10-02}", "window: expected 2026-10-01 to"),
        ("outcome: allowed\n    earliest: never", "earliest: expected never, got 2026-10-01"),
        ("outcome: allowed\n    later_events: 3", "later_events: expected 3, got 0"),
    ],
)
def test_each_thing_that_a_scenario_states_is_compared(tmp_path: Path, lines: str, differs: str) -> None:
    (result,) = run_file(written(tmp_path, GOOD.replace("outcome: allowed", lines)))

    assert not result.passed
    assert differs in result.problem


def test_a_programme_value_can_be_asked_in_place_of_the_shipped_one(tmp_path: Path) -> None:
    (scenario,) = read_scenarios(
        written(tmp_path, GOOD.replace("outcome: allowed", "outcome: allowed\n    earliest: 2026-10-01"))
    )
    shipped = version_of(scenario)

    assert shipped is library.programme("us-pimecrolimus", days.parse_day("2026-10-01"))
    assert check_scenario(scenario, shipped) == check_scenario(scenario) == ""


CALENDAR = """\
safecourse-scenarios: 1
programme: us-imiquimod-5-keratosis
courses:
  supplied:
    covers: complete
    events:
      - {event: prescribed, on: 2026-10-02, product: imiquimod-5, days_supply: 28}
      - {event: dose-taken, on: 2026-10-05, repeat: {days: [0, 3], weeks: 3}}
scenarios:
  - title: Twice a week for sixteen weeks.
    course: supplied
    calendar:
      counts: {application: 32}
      first: {application: 2026-10-05}
      last: {application: 2027-01-21}
      on: [{on: 2027-01-24, what: end}, {on: 2026-10-26, what: application, says: after 8 hours}]
      never: [rest, {on: 2026-10-06, what: application}]
"""


def test_a_scenario_can_ask_for_the_calendar(tmp_path: Path) -> None:
    (scenario,) = read_scenarios(written(tmp_path, CALENDAR))

    assert check_scenario(scenario) == check_scenario(scenario, version_of(scenario)) == ""
    assert (scenario.gate, scenario.outcome) == ("", "")


def test_a_calendar_is_said_in_words_for_the_manual(tmp_path: Path) -> None:
    (scenario,) = read_scenarios(written(tmp_path, CALENDAR))

    assert scenario.calendar.in_words() == (
        "application: 32; first application on Mon 5 Oct 2026; last application on Thu 21 Jan 2027; "
        'end on Sun 24 Jan 2027; application on Mon 26 Oct 2026 saying "after 8 hours"; '
        "no application on Tue 6 Oct 2026; no rest"
    )


def test_a_repeated_event_stands_on_each_of_its_days(tmp_path: Path) -> None:
    (scenario,) = read_scenarios(written(tmp_path, CALENDAR))

    taken = [days.iso(event.day) for event in scenario.course.events if event.kind == "dose-taken"]
    assert taken == ["2026-10-05", "2026-10-08", "2026-10-12", "2026-10-15", "2026-10-19", "2026-10-22"]


def test_without_finds_each_event_of_a_repetition(tmp_path: Path) -> None:
    text = CALENDAR.replace("    calendar:", "    without: [{event: dose-taken, on: 2026-10-22}]\n    calendar:")
    (scenario,) = read_scenarios(written(tmp_path, text))

    assert sum(event.kind == "dose-taken" for event in scenario.course.events) == 5


@pytest.mark.parametrize(
    ("old", "new", "differs"),
    [
        ("{application: 32}", "{application: 33}", "application: expected 33, got 32"),
        ("first: {application: 2026-10-05}", "first: {application: 2026-10-04}", "first application: expected 2026-10"),
        ("{application: 2027-01-21}", "{rest: 2027-01-21}", "last rest: expected 2027-01-21, got none"),
        ("2027-01-24, what: end", "2027-01-25, what: end", "expected end on 2027-01-25, got 2027-01-24 to 2027-01-24"),
        ("after 8 hours", "after 9 hours", 'expected application on 2026-10-26 with "after 9 hours"'),
        ("[rest,", "[end,", "expected no end, got 2027-01-24"),
        ("2026-10-06, what", "2026-10-05, what", "expected no application on 2026-10-05"),
        ("event: prescribed", "event: dispensed", "nothing was prescribed yet"),
    ],
)
def test_each_thing_that_is_said_of_a_calendar_is_compared(tmp_path: Path, old: str, new: str, differs: str) -> None:
    assert old in CALENDAR
    text = CALENDAR.replace(old, new)
    (result,) = run_file(written(tmp_path, text.replace("product: imiquimod-5, ", "") if "dispensed" in new else text))

    assert not result.passed
    assert differs in result.problem


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("calendar:\n", "gate: take\n    calendar:\n", 'there is no key "gate" here'),
        ("{application: 32}", "{aplication: 32}", "did you mean application?"),
        ("{application: 32}", "{application: many}", '"many" is no number'),
        ("{application: 32}", "32", "counts is a mapping"),
        ("what: end", "what: the-end", "no word of a calendar"),
        ("on: 2027-01-24, what", "what", "on is missing"),
        ("on: 2027-01-24, what", "on: soon, what", "soon"),
        ("says: after", "tells: after", "tells"),
        ("[rest,", "[pause,", '"pause" is no word'),
        ("counts:", "count:", "did you mean counts?"),
        ("repeat: {days: [0, 3], weeks: 3}", "repeat: 3", "repeat says on which days"),
        ("repeat: {days: [0, 3], weeks: 3}", "repeat: {days: [3, 0], weeks: 3}", "days are 0 to 6"),
        ("repeat: {days: [0, 3], weeks: 3}", "repeat: {days: [7], weeks: 3}", "days are 0 to 6"),
        ("repeat: {days: [0, 3], weeks: 3}", "repeat: {days: 0, weeks: 3}", "days is a list"),
        ("weeks: 3}", "weeks: 0}", "no whole number from 1 to 520"),
        ("weeks: 3}", "weeks: 9999}", "no whole number from 1 to 520"),
        ("dose-taken, on: 2026-10-05", "dose-taken, at: 2026-10-05T20:00Z", "needs its first day"),
        ("dose-taken, on", "dose-taken, id: one, on", "a repeated event has an id"),
        ("2026-10-02", "1999-10-02", "no version in force"),
    ],
)
def test_what_is_not_understood_of_a_calendar_is_a_problem(tmp_path: Path, old: str, new: str, says: str) -> None:
    assert old in CALENDAR
    text = CALENDAR.replace(old, new)

    assert says in problems(
        tmp_path, text.replace("2026-10-05, repeat", "1999-10-05, repeat") if "1999" in new else text
    )


def test_a_calendar_that_states_nothing_is_refused(tmp_path: Path) -> None:
    text = CALENDAR[: CALENDAR.index("      counts:")].replace("    calendar:\n", "    calendar: {}\n")

    assert "states nothing" in problems(tmp_path, text)


@pytest.mark.parametrize(("old", "new"), [("least = 8\nmost = 8", "least = 9\nmost = 9"), ("most = 112", "most = 111")])
def test_a_calendar_notices_a_changed_number_that_decides_nothing_as_well_as_one_that_does(
    tmp_path: Path, old: str, new: str
) -> None:
    (scenario,) = read_scenarios(written(tmp_path, CALENDAR))
    file = library.SHIPPED / "us-imiquimod-5-keratosis" / "2015-01-01.toml"
    text = file.read_text(encoding="utf-8")

    assert text.count(old) == 1
    assert check_scenario(scenario, programme_from_text(text, file.name)) == ""
    assert check_scenario(scenario, programme_from_text(text.replace(old, new), file.name)) != ""
