"""Regimens: what a file may say, and the requirements that follow from it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from safecourse.course.reading import course_from_document
from safecourse.rulebook import library
from safecourse.rulebook.loading import UnusableProgramme, programme_from_text
from safecourse.rulebook.model import Programme
from safecourse.rules.deciding import compiled, outcome_at
from safecourse.rules.explaining import findings_of
from safecourse.rules.judging import fold_facts, judge
from safecourse.rules.ledger import open_ledger
from safecourse.rules.refusals import refuse

TOP = """
format = 1
id = "toy"
title = "A toy"
medicine = "toy"
country = "US"
governed_by = "decision"
timezone = "UTC"
changes = ["none"]
in_force = { from = 2020-01-01, grade = "official" }
[[source]]
id = "s"
title = "t"
url = "u"
seen = "2026"
[[fact]]
name = "prescribed"
fold = "last"
event = "prescribed"
says = "the last prescription"
[[step]]
name = "prescribe"
raises = ["prescribed"]
event = "prescribed"
fields = { product = "imiquimod-5", days_supply = 28 }
does = "Prescribe."
[[requirement]]
id = "was-prescribed"
gate = ["dispense", "take"]
binding = "must"
observe = "prescribed"
closes = ["as_of", 0]
says = "It was prescribed."
fix = "Prescribe it."
source = "s"
grade = "official"
[[regimen]]
id = "r"
product = "imiquimod-5"
form = "application"
"""
START = date(2026, 3, 2)


def limit(kind: str, *, binding: str = "must", **numbers: float) -> str:
    pairs = "".join(f"{key} = {value}\n" for key, value in numbers.items())
    return f'[[regimen.limit]]\nkind = "{kind}"\n{pairs}binding = "{binding}"\nsource = "s"\ngrade = "official"\n'


def toy(*limits: str) -> Programme:
    return programme_from_text(TOP + "".join(limits), "toy.toml")


def problems(*limits: str) -> str:
    with pytest.raises(UnusableProgramme) as refused:
        toy(*limits)
    return "\n".join(refused.value.problems)


def unmet(programme: Programme, day: int, *events: dict[str, Any], gate: str = "take") -> set[str]:
    """The requirements of the regimen that refuse on a day of the course (0 is the first)."""
    prescribed = {"event": "prescribed", "on": START.isoformat(), "product": "imiquimod-5", "days_supply": "28"}
    document = {
        "safecourse": "1",
        "programme": "us-imiquimod-5-keratosis",
        "patient": {},
        "covers": "complete",
        "events": [prescribed, *events],
    }
    ready = compiled(programme, gate)
    on = START + timedelta(day)
    moment = int(datetime(on.year, on.month, on.day, 12, tzinfo=UTC).timestamp()) * 1_000_000
    as_of = (on - date(1970, 1, 1)).days
    state = fold_facts(ready, open_ledger(course_from_document(document), as_of, moment))
    return {one.requirement for one in findings_of(ready, state, judge(ready, state)) if one.verdict == "unmet"}


def on(day: int, kind: str = "dose-taken", **fields: Any) -> dict[str, Any]:
    return {"event": kind, "on": (START + timedelta(day)).isoformat()} | fields


# ---- what a file may say ----------------------------------------------------------------------------------


def test_a_limit_without_its_number_is_refused() -> None:
    assert "limit times-per-day: 'most' is missing" in problems(limit("times-per-day"))


def test_a_limit_with_a_number_that_its_kind_does_not_take_is_refused() -> None:
    assert "'least' is not a key" in problems(limit("times-per-day", most=1, least=1))


def test_a_limit_of_zero_is_refused() -> None:
    assert "write a number above zero" in problems(limit("course-days", most=0))


def test_a_least_above_its_most_is_refused() -> None:
    assert "'least' is above 'most'" in problems(limit("hours-on-skin", binding="shown", least=9, most=8))


def test_a_kind_that_stands_twice_is_refused() -> None:
    assert "'times-per-day' stands twice" in problems(limit("times-per-day", most=1), limit("times-per-day", most=2))


def test_a_number_that_decides_nothing_can_not_bind() -> None:
    assert 'write binding = "shown"' in problems(limit("hours-on-skin", least=8, most=8))


def test_an_unverified_number_states_its_assumption() -> None:
    text = limit("course-days", most=28).replace('grade = "official"', 'grade = "unverified"')

    assert "say in 'assumption' what is assumed" in problems(text)


def test_an_unknown_product_is_refused() -> None:
    text = TOP.replace('product = "imiquimod-5"\nform', 'product = "imiquimod-6"\nform')

    with pytest.raises(UnusableProgramme, match="'imiquimod-6' is not a product"):
        programme_from_text(text, "toy.toml")


def test_a_regimen_that_is_only_shown_asks_nothing() -> None:
    assert [one.id for one in toy(limit("course-days", binding="shown", most=28)).requirements] == ["was-prescribed"]


def test_a_regimen_in_force_passes_the_refusals() -> None:
    programme = toy(limit("times-per-week", most=2), limit("course-days", most=28), limit("rests"))

    assert refuse(programme) == ()


# ---- what follows from it -----------------------------------------------------------------------------------


def test_doses_of_one_day_are_counted() -> None:
    twice = toy(limit("times-per-day", most=2))

    assert unmet(twice, 0, on(0)) == set()
    assert unmet(twice, 0, on(0), on(0, id="b")) == {"times-per-day"}
    assert unmet(twice, 1, on(0), on(0, id="b")) == set()


def test_doses_of_seven_days_are_counted_today_included() -> None:
    programme = toy(limit("times-per-week", most=2))

    assert unmet(programme, 6, on(0), on(3)) == {"times-per-week"}
    assert unmet(programme, 7, on(0), on(3)) == set()


def test_doses_lie_so_many_days_apart() -> None:
    programme = toy(limit("days-apart", least=2))

    assert unmet(programme, 1, on(0)) == {"days-apart"}
    assert unmet(programme, 2, on(0)) == set()


@pytest.mark.parametrize("gate", ["dispense", "take"])
def test_a_course_ends_on_its_last_day_whatever_rests_there_were(gate: str) -> None:
    programme = toy(limit("course-days", most=28), limit("rests"))
    rest = (on(3, "rest-started"), on(10, "rest-ended"))

    assert unmet(programme, 27, on(0), *rest, gate=gate) == set()
    assert unmet(programme, 28, on(0), *rest, gate=gate) == {"course-length"}


def test_a_course_begins_with_the_recorded_start_where_that_is_earlier_than_the_first_dose() -> None:
    programme = toy(limit("course-days", most=28))

    assert unmet(programme, 28, on(0, "treatment-started"), on(5)) == {"course-length"}


def test_a_cycle_has_days_without_doses_and_an_end() -> None:
    programme = toy(limit("cycle", on=14, off=14, rounds=2))
    refused = {day: unmet(programme, day, on(0)) for day in (13, 14, 27, 28, 41, 42)}

    assert refused == {
        13: set(),
        14: {"rest-between-cycles"},
        27: {"rest-between-cycles"},
        28: set(),
        41: set(),
        42: {"course-length"},
    }


def test_a_second_course_comes_after_a_pause_and_an_assessment_and_there_is_no_third() -> None:
    programme = toy(limit("course-days", most=28), limit("second-course", least=28))
    left = on(50, "outcome", assessment="partial")

    assert unmet(programme, 27, on(0)) == set()
    assert unmet(programme, 28, on(0)) == {"pause-after-the-first-course", "something-left-after-the-first-course"}
    assert unmet(programme, 55, on(0), left) == {"pause-after-the-first-course"}
    assert unmet(programme, 56, on(0)) == {"something-left-after-the-first-course"}
    assert unmet(programme, 56, on(0), left) == set()
    assert unmet(programme, 60, on(0), on(50, "outcome", assessment="clear")) == {
        "something-left-after-the-first-course"
    }
    assert unmet(programme, 60 + 27, on(0), left, on(60)) == set()
    assert unmet(programme, 60 + 28, on(0), left, on(60)) == {"course-length"}
    assert unmet(programme, 200, on(0), left, on(60)) == {"course-length"}


def test_extra_days_follow_once_if_something_was_found_to_be_left_after_the_course() -> None:
    programme = toy(limit("cycle", on=14, off=14, rounds=2), limit("extra-days", most=14))
    left = on(42, "outcome", assessment="partial")

    assert unmet(programme, 41, on(0)) == set()
    assert unmet(programme, 42, on(0)) == {"something-left-after-the-first-course"}
    assert unmet(programme, 42, on(0), on(41, "outcome", assessment="partial")) == {
        "something-left-after-the-first-course"
    }
    assert unmet(programme, 42, on(0), on(42, "outcome", assessment="clear")) == {
        "something-left-after-the-first-course"
    }
    assert unmet(programme, 42, on(0), left) == set()
    assert unmet(programme, 50 + 13, on(0), left, on(50)) == set()
    assert unmet(programme, 50 + 14, on(0), left, on(50)) == {"course-length"}
    assert unmet(programme, 50 + 14, on(0), left, on(50), gate="dispense") == {"course-length"}


@pytest.mark.parametrize("binding", ["advice", "shown"])
def test_a_second_course_that_nothing_asks_about_does_not_move_the_end_of_the_first(binding: str) -> None:
    programme = toy(limit("course-days", most=28), limit("second-course", binding=binding, least=28))

    assert "course-length" in unmet(programme, 56, on(0), on(50, "outcome", assessment="partial"))


def test_a_course_is_followed_by_a_second_one_or_by_extra_days_but_not_by_both() -> None:
    text = problems(limit("course-days", most=28), limit("second-course", least=28), limit("extra-days", most=14))

    assert "followed by a second one or by extra days" in text


def test_a_course_that_ends_when_clear_goes_on_if_something_came_back() -> None:
    programme = toy(limit("until-clear"))
    clear, back = on(10, "outcome", assessment="clear"), on(12, "outcome", assessment="partial")

    assert unmet(programme, 10, on(0), clear) == {"stop-when-clear"}
    assert unmet(programme, 12, on(0), clear, back) == set()
    assert unmet(programme, 12, on(0), clear, back, on(12, "outcome", assessment="clear")) == {"stop-when-clear"}


def test_nothing_is_applied_during_a_rest_or_after_a_stop() -> None:
    programme = toy(limit("rests"))

    assert unmet(programme, 3, on(3, "rest-started")) == {"not-resting"}
    assert unmet(programme, 4, on(3, "rest-started"), on(4, "rest-ended")) == set()
    assert unmet(programme, 3, on(3, "rest-started"), on(3, "rest-ended")) == {"not-resting"}
    assert unmet(programme, 3, on(3, "treatment-stopped")) == {"not-stopped"}
    assert unmet(programme, 4, on(3, "treatment-stopped"), on(4, "treatment-started")) == set()


def test_a_flare_that_is_over_is_not_treated() -> None:
    programme = toy(limit("flares"))

    assert unmet(programme, 2, on(0, "flare-started")) == set()
    assert unmet(programme, 2, on(0, "flare-started"), on(2, "flare-ended")) == {"in-a-flare"}
    assert unmet(programme, 2, on(0, "flare-started"), on(2, "outcome", assessment="clear")) == {"in-a-flare"}
    assert unmet(programme, 5, on(0, "flare-started"), on(2, "flare-ended"), on(5, "flare-started")) == set()


def test_after_six_weeks_of_use_somebody_looks_again_or_there_was_a_pause() -> None:
    programme = toy(limit("reassess", most=42, off=7))
    use = tuple(on(day) for day in range(0, 42, 3))

    assert unmet(programme, 41, *use) == set()
    assert unmet(programme, 42, *use) == {"reassessed", "new-stretch-of-use"}
    assert unmet(programme, 42, *use, on(30, "visited", setting="in-person")) == set()
    assert unmet(programme, 39 + 7, *use) == {"reassessed", "new-stretch-of-use"}
    assert unmet(programme, 39 + 8, *use) == set()


def test_a_prescription_for_more_skin_than_allowed_refuses_until_another_is_written() -> None:
    programme = toy(limit("area-cm2", most=25))
    more = on(1, "prescribed", product="imiquimod-5", days_supply="28", area_cm2="25.5")
    just = on(2, "prescribed", product="imiquimod-5", days_supply="28", area_cm2="25")

    assert unmet(programme, 2, more) == {"area"}
    assert unmet(programme, 2, more, just) == set()


@pytest.mark.parametrize(
    ("limits", "most"),
    [
        ((limit("times-per-week", most=2),), 2),
        ((limit("times-per-day", most=1), limit("times-per-week", most=3)), 3),
        ((limit("times-per-day", most=2),), 14),
    ],
)
def test_a_prescription_of_more_applications_a_week_than_the_regimen_has_is_not_filled(
    limits: tuple[str, ...], most: int
) -> None:
    programme = toy(*limits)
    just, more, less = (
        on(day, "prescribed", product="imiquimod-5", days_supply="28", applications_per_week=number)
        for day, number in ((1, f"{most}"), (2, f"{most}.5"), (3, "1"))
    )

    assert unmet(programme, 1, just, gate="dispense") == set()
    assert unmet(programme, 2, just, more, gate="dispense") == {"prescribed-times-per-week"}
    assert unmet(programme, 3, just, more, less, gate="dispense") == set()
    assert unmet(programme, 2, just, more) == set()


def test_of_two_prescriptions_of_one_day_the_one_that_asks_for_too_many_applications_counts() -> None:
    programme = toy(limit("times-per-week", most=2))
    more = on(0, "prescribed", product="imiquimod-5", days_supply="28", applications_per_week="5")

    assert unmet(programme, 0, more, gate="dispense") == {"prescribed-times-per-week"}


def test_nobody_knows_how_often_it_was_applied_where_the_record_does_not_cover_it() -> None:
    programme = library.versions("us-imiquimod-5-keratosis")[0]
    document = {
        "safecourse": "1",
        "programme": programme.id,
        "patient": {},
        "covers": [{"from": "2026-03-02", "kinds": ["prescribed"]}],
        "events": [on(0, "prescribed", product="imiquimod-5", days_supply="28")],
    }
    at = datetime.fromisoformat("2026-03-04T12:00-05:00")

    assert outcome_at(programme, course_from_document(document), "take", at) == "undetermined"


def test_two_regimens_apply_to_the_product_that_was_prescribed_last() -> None:
    second = '[[regimen]]\nid = "other"\nproduct = "imiquimod-3.75"\nform = "application"\n'
    programme = toy(limit("times-per-week", most=2), second, limit("times-per-week", most=3))
    other = on(1, "prescribed", product="imiquimod-3.75", days_supply="28")

    assert unmet(programme, 4, on(0), on(2)) == {"r-times-per-week"}
    assert unmet(programme, 4, on(0), on(2), other) == set()
    assert unmet(programme, 4, on(0), on(2), on(3), other) == {"other-times-per-week"}


def test_a_course_is_closed_after_its_result_was_assessed_and_not_too_early() -> None:
    programme = toy(limit("assess-after", least=84))

    assert unmet(programme, 100, gate="finish") == {"treatment-given", "assessed-after-the-end"}
    assert unmet(programme, 100, on(5), on(88, "outcome", assessment="clear"), gate="finish") == {
        "assessed-after-the-end"
    }
    assert unmet(programme, 100, on(5), on(89, "outcome", assessment="clear"), gate="finish") == set()
