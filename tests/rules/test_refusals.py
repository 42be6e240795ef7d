"""Each refusal of a programme file refuses a file that is wrong in just that way."""

from __future__ import annotations

from pathlib import Path

import pytest

from safecourse.rulebook import UnusableProgramme, programme_ids, versions
from safecourse.rulebook.library import SHIPPED
from safecourse.rulebook.loading import programme_from_text
from safecourse.rules.refusals import refuse, refuse_versions

GOOD = (SHIPPED / "us-ipledge" / "2026-11-15.toml").read_text(encoding="utf-8")


def problems_of(text: str) -> list[str]:
    """What is said of a programme text, whether its shape or its meaning is wrong."""
    try:
        return list(refuse(programme_from_text(text, "draft.toml")))
    except UnusableProgramme as unusable:
        return list(unusable.problems)


@pytest.mark.parametrize("programme_id", programme_ids())
def test_no_shipped_programme_is_refused(programme_id: str) -> None:
    for programme in versions(programme_id):
        assert refuse(programme) == ()
    assert refuse_versions(versions(programme_id)) == ()


@pytest.mark.parametrize(
    ("was", "becomes", "says"),
    [
        ('source = "S14"', 'source = "S99"', "source 'S99' is not among"),
        ('assumption = "No source says', 'assumption = "" #', "is unverified; say in 'assumption'"),
        ('id = "patient-enrolled"', 'id = "patient-classified"', "stands 2 times"),
        ('observe = "enrolled"', 'observe = "enroled"', "'enroled' is not defined"),
        ('applies = ["ended"]', 'applies = ["finished"]', "'finished' is not defined"),
        ('until = "enrolled"', 'until = "course_end"', "in a circle"),
        ('event = "discontinued"', 'event = "stopped"', "there is no event 'stopped'"),
        ('result = "positive"', 'result = "positiv"', "'positiv' is not a value"),
        ('value = "days_supply"', 'value = "days"', "has no field 'days'"),
        ('where = { product = { among = ["isotretinoin", "absorica", "absorica-ld"], absent = "pass" } }',
         'where = { drug = "isotretinoin" }', "has no field 'drug'"),
        ('where = { product = { among = ["isotretinoin", "absorica", "absorica-ld"], absent = "pass" } }',
         'where = { product = "accutane" }', "'accutane' is not a value"),
        ('timezone = "America/New_York"', 'timezone = "America/NewYork"', "is not a time zone"),
        ('opens = ["as_of", -6]', "opens = 6", "is a day; give its edge a fact"),
        ('tie = "most"\nunit = "days"', 'tie = "most"', "is a days, not a day"),
        ('gate = ["take"]', 'gate = ["swallow"]', "'swallow' is not a gate"),
        ('binding = "advice"', 'binding = "should"', "write one of must, advice"),
        ("format = 1", "format = 2", "'format' must be 1"),
        ("from = 2026-11-15", 'from = "soon"', "must be a day"),
        ("window = true", "windows = true", "is not a key of this table"),
        ("missing = \"unmet\"\nsays = \"The patient is under 18\"", "says = \"The patient is under 18\"", "missing"),
        ('overflow = "later"', "", "'overflow' is missing"),
        ('result = "positive"', 'result = "positive" }\neach = "result" #',
         "'each' needs fold 'last', a value, and a list of words for 'result'"),
    ],
)  # fmt: skip
def test_a_programme_that_is_wrong_in_one_way_is_refused_for_that(was: str, becomes: str, says: str) -> None:
    if was not in GOOD:
        was, becomes = (
            was.replace('says = "The patient', 'says = "the patient'),
            becomes.replace("The patient", "the patient"),
        )
    assert was in GOOD

    problems = problems_of(GOOD.replace(was, becomes, 1))

    assert any(says in problem for problem in problems), problems


def _gate_of(text: str, requirement: str, gates: str) -> str:
    """The same file with one more requirement, copied from nowhere."""
    return text + f'\n[[requirement]]\nid = "{requirement}"\ngate = {gates}\n'


def test_a_requirement_that_a_course_with_nothing_covered_meets_is_refused() -> None:
    lenient = _gate_of(GOOD, "lenient", '["take"]') + (
        'binding = "must"\nobserve = "as_of"\ncloses = ["as_of", 0]\n'
        'says = "x"\nfix = "x"\nsource = "S1"\ngrade = "official"\n'
    )

    assert any("of which nothing is known" in problem for problem in problems_of(lenient))


def test_a_gate_that_an_empty_complete_course_passes_is_refused() -> None:
    parts = GOOD.split("[[requirement]]")
    kept = [
        part.replace('binding = "must"', 'binding = "advice"') if 'id = "medicine-was-dispensed"' in part else part
        for part in parts
    ]

    assert any(
        "gate take: allows a course in which nothing happened" in one
        for one in problems_of("[[requirement]]".join(kept))
    )


def test_a_gate_that_no_course_can_satisfy_is_refused() -> None:
    helpless = GOOD.replace('raises = ["stopped_in_course", "treatment_end"]', 'raises = ["last_dose"]')

    assert any("gate finish: no course can satisfy it" in one for one in problems_of(helpless))


def test_a_requirement_that_can_never_bind_is_refused() -> None:
    idle = _gate_of(GOOD, "idle", '["dispense"]') + (
        'applies = ["minor", "!minor"]\nbinding = "must"\nobserve = "enrolled"\n'
        'says = "x"\nfix = "x"\nsource = "S1"\ngrade = "official"\n'
    )

    assert any("can never bind" in problem for problem in problems_of(idle))


def test_a_fact_that_nothing_uses_is_refused() -> None:
    forgotten = GOOD + '\n[[fact]]\nname = "forgotten"\nfold = "last"\nevent = "relapse"\nsays = "a relapse"\n'

    assert any("forgotten: nothing uses it" in problem for problem in problems_of(forgotten))


def test_two_windows_for_one_course_are_refused() -> None:
    second = GOOD.replace(
        'observe = "questions_passed"\nopens', 'window = true\nobserve = "questions_passed"\nopens', 1
    )

    assert any("both are the window" in problem for problem in problems_of(second))


def test_two_versions_from_one_day_are_refused() -> None:
    one = programme_from_text(GOOD, "a.toml")

    assert any("one day has one version" in problem for problem in refuse_versions((one, one)))


def test_a_file_that_is_not_toml_says_so(tmp_path: Path) -> None:
    with pytest.raises(UnusableProgramme, match="is not TOML"):
        programme_from_text("id = ", "draft.toml")
