"""What the monitoring of a programme file may say, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitoring.samples import section, sections, with_head
from safecourse import days
from safecourse.rulebook import library
from safecourse.rulebook.describing import schedules_of
from safecourse.rulebook.loading import UnusableProgramme
from safecourse.rulebook.monitors import schedule_names
from safecourse.rulebook.reactions import reactions
from safecourse.rules.refusals import refuse

SECTIONS = sections()
MEDICINES = {name: name.split("-")[1] for name in SECTIONS}

MONITOR = """
[[monitoring]]
id = "m"
what = "lab"
measure = "alt"
says = "ALT"
"""
SCHEDULE = """
[[monitoring.schedule]]
name = "label"
when = "before"
source = "R1"
grade = "professional"
"""
LINE = """
[[monitoring.line]]
id = "line"
at_least = 3
unit = "upper-limit"
action = "hold"
by = "site-policy"
binding = "advice"
says = "It is."
fix = "Do."
source = "R1"
grade = "secondary"
"""


def problems(text: str) -> str:
    with pytest.raises(UnusableProgramme) as refused:
        with_head(text)
    return "\n".join(refused.value.problems)


def test_the_small_example_is_a_programme() -> None:
    programme = with_head(MONITOR + SCHEDULE + LINE)

    assert refuse(programme) == ()
    assert [one.id for one in programme.monitors] == ["m"]
    assert [one.id for one in programme.requirements] == ["was-enrolled", "line"]


@pytest.mark.parametrize("name", SECTIONS)
def test_every_section_makes_a_programme_that_nothing_speaks_against(name: str) -> None:
    assert refuse(with_head(section(name))) == ()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('what = "lab"', 'what = "scan"', "'what' is 'scan'; write one of lab, questionnaire, assessment, reaction"),
        ('measure = "alt"', 'measure = "altt"', "there is no lab 'altt'; write one of triglycerides"),
        ('measure = "alt"', 'measure = "haemoglobin"', "no line can compare them"),
        ('when = "before"', 'when = "sometimes"', "'when' is 'sometimes'"),
        ('when = "before"', 'when = "every"', "'days' or 'months' is missing"),
        ('when = "before"', 'when = "before"\ndays = 0', "write a number above zero"),
        ('when = "before"', 'when = "before"\nmonths = 1', "'overflow' is missing"),
        ('when = "before"', 'when = "before"\ndays = 1\nmonths = 1\noverflow = "later"', "stand together"),
        ('when = "before"', 'when = "not"\ndays = 3', "takes no number"),
        ('when = "before"', 'when = "before"\noften = 3', "'often' is not a key of this table"),
        ('source = "R1"\ngrade = "professional"', 'source = "R1"\ngrade = "unverified"', "say in 'assumption'"),
        ("at_least = 3", "at_least = 3\nabove = 3", "write 'at_least' or 'above', one of them"),
        ("at_least = 3", "", "write 'at_least' or 'above', one of them"),
        ("at_least = 3", "at_least = -3", "is below zero"),
        ('unit = "upper-limit"', 'unit = "mg/dL"', "is not a unit of ALT"),
        ('unit = "upper-limit"', 'unit = "lots"', "is not a unit"),
        ('action = "hold"', 'action = "panic"', "'action' is 'panic'"),
        ('by = "site-policy"', 'by = "somebody"', "'by' is 'somebody'"),
        ('binding = "advice"', 'binding = "must"', "a site's policy never forbids"),
        ('binding = "advice"', 'binding = "advice"\ngate = ["dispense"]', "a pharmacy sees no result"),
        ('binding = "advice"', 'binding = "advice"\nterms = ["x"]', "only reactions have 'terms'"),
        (
            'by = "site-policy"\nbinding = "advice"', 'by = "label"\nbinding = "must"', "say in 'call' whom to call",
        ),
        (
            'by = "site-policy"\nbinding = "advice"\nsays = "It is."\nfix = "Do."\nsource = "R1"\ngrade = "secondary"',
            'by = "label"\nbinding = "must"\nsays = "It is."\nfix = "Do."\nsource = "R1"\ngrade = "unverified"',
            "an unverified number never forbids",
        ),
    ],
)  # fmt: skip
def test_what_a_file_gets_wrong_is_said_at_its_place(old: str, new: str, message: str) -> None:
    text = MONITOR + SCHEDULE + LINE
    assert old in text

    assert message in problems(text.replace(old, new, 1))


REACTION = MONITOR.replace('what = "lab"\nmeasure = "alt"', 'what = "reaction"') + LINE.replace(
    'at_least = 3\nunit = "upper-limit"', 'terms = ["ulcer"]\nseverities = ["severe"]'
)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('terms = ["ulcer"]\nseverities = ["severe"]', "", "it would stop at anything"),
        ('severities = ["severe"]', 'severities = ["awful"]', "'awful' is not a severity"),
        ('terms = ["ulcer"]', 'terms = ["Open Sore"]', "'Open Sore' can't stand in a course"),
        ('says = "ALT"', 'says = "ALT"\nmeasure = "alt"', "'measure' is not a key of this table"),
    ],
)
def test_a_wrong_line_of_a_reaction_is_refused(old: str, new: str, message: str) -> None:
    assert with_head(REACTION).monitors[0].lines[0].lifted_by == "may-resume"
    assert message in problems(REACTION.replace(old, new, 1))


def test_a_reaction_has_no_schedule() -> None:
    assert "nobody can say when a reaction is due" in problems(REACTION + SCHEDULE)


def test_an_item_that_an_instrument_does_not_have_is_refused() -> None:
    text = MONITOR.replace('"lab"', '"questionnaire"').replace('"alt"', '"phq-9"')
    line = LINE.replace('unit = "upper-limit"', 'of = "item_10"')

    assert "'of' is 'item_10'; write one of total, item_1" in problems(text + line)


def test_two_lines_of_one_name_are_refused() -> None:
    assert "requirement line: stands 2 times" in "\n".join(refuse(with_head(MONITOR + LINE + LINE)))


def test_a_line_in_another_unit_stands_at_the_same_value() -> None:
    text = MONITOR.replace('"alt"', '"triglycerides"') + LINE
    lines = [
        with_head(text.replace('at_least = 3\nunit = "upper-limit"', given)).monitors[0].lines[0]
        for given in ('above = 9\nunit = "mmol/L"', 'above = 797.13\nunit = "mg/dL"')
    ]

    assert lines[0].threshold == lines[1].threshold == 797.13
    assert [(one.stated, one.stated_unit) for one in lines] == [(9, "mmol/L"), (797.13, "mg/dL")]


def test_the_first_schedule_of_a_file_is_its_label() -> None:
    for name in ("us-isotretinoin-label", "eu-isotretinoin-label"):
        assert schedule_names(with_head(section(name)).monitors)[0] == "label"


def test_a_month_of_a_schedule_is_a_calendar_month() -> None:
    counted = SCHEDULE.replace('"before"', '"after-start"\nmonths = 1\noverflow = "earlier"')
    (schedule,) = with_head(MONITOR + counted).monitors[0].schedules

    assert days.iso(schedule.after(days.parse_day("2027-01-31"))) == "2027-02-28"


# ---- sections and the table of reactions --------------------------------------------------------------------------


@pytest.mark.parametrize("name", SECTIONS)
def test_every_red_flag_of_a_label_stands_in_the_table_with_whom_to_call(name: str) -> None:
    known = {word: one for one in reactions() if one.medicine == MEDICINES[name] for word in one.named}
    for monitor in with_head(section(name)).monitors:
        for line in monitor.lines:
            if monitor.what == "reaction" and line.red_flag and not line.severities:
                assert [term for term in line.terms if term not in known] == []
                assert all(known[term].red_flag and known[term].call for term in line.terms)


@pytest.mark.parametrize("name", SECTIONS)
def test_every_red_flag_of_the_table_stops_at_the_gate_by_some_line(name: str) -> None:
    lines = [line for one in with_head(section(name)).monitors if one.what == "reaction" for line in one.lines]
    stopped = {term for line in lines if line.red_flag for term in line.terms}
    local = {"severe-local-reaction"}  # it is what other terms become when they are recorded as severe
    elsewhere = {"pregnancy", "pregnant", "positive-pregnancy-test"}  # events of their own, with rules of their own
    warts = {"narrow-foreskin", "phimosis", "foreskin-stricture", "tight-foreskin"} if "warts" not in name else set()
    flagged = {word for one in reactions() if one.red_flag and one.medicine == MEDICINES[name] for word in one.named}

    assert flagged - stopped - local - elsewhere - warts == set()


# ---- shown to people -------------------------------------------------------------------------------------------------


def test_a_schedule_without_a_source_of_the_file_is_refused() -> None:
    programme = with_head(MONITOR + SCHEDULE)
    (monitor,) = programme.monitors
    lost = replace(monitor, schedules=(replace(monitor.schedules[0], source="R99"),))

    assert "monitoring m, label: source 'R99' is not among the [[source]] entries" in "\n".join(
        refuse(replace(programme, monitors=(lost,)))
    )


def test_schedules_are_told_in_words() -> None:
    told = {(one.schedule, one.monitor): [] for one in schedules_of(library.versions("eu-isotretinoin-label")[-1])}
    for one in schedules_of(library.versions("eu-isotretinoin-label")[-1]):
        told[one.schedule, one.monitor].append(one.when)

    assert told["label", "alt"] == ["before the first dose", "1 month after the first dose", "every 3 months"]
    assert told["delphi-2022", "alt"] == [
        "before the first dose, at most 1 month before it",
        "once the highest amount a day has been reached",
    ]
    assert told["delphi-2022", "blood-count"] == ["not needed"]
