"""Calendars of creams with a course, one sentence at a time. Days are counted from a Monday, day 0."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from calendars.samples import REGIMENS, START, course, days_of, document, entries, event, programme, spans
from safecourse.course.reading import course_from_document
from safecourse.days import OPEN
from safecourse.rules.calendars import Entry, NothingToPlan, calendar_of, calendar_under
from safecourse.rules.calendars.creams import cream_of, entries_of
from safecourse.rules.calendars.records import record_of

US, EU, CYCLE = REGIMENS["us-keratosis-5"], REGIMENS["eu-keratosis-5"], REGIMENS["keratosis-3.75"]
CARCINOMA, WARTS = REGIMENS["carcinoma-5"], REGIMENS["warts-5"]


def one(those: tuple[Entry, ...], what: str) -> Entry:
    (found,) = [entry for entry in those if entry.what == what]
    return found


def taken(*those: int) -> list[dict[str, Any]]:
    return [event(day, "dose-taken") for day in those]


# ---- whole courses ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "count", "last", "end"),
    [
        ("us-keratosis-5", 32, 108, 111),
        ("eu-keratosis-5", 12, 25, 27),
        ("keratosis-3.75", 28, 41, 41),
        ("carcinoma-5", 30, 39, 41),
        ("warts-5", 48, 109, 111),
        ("warts-3.75", 56, 55, 55),
    ],
)
def test_a_whole_course_has_as_many_applications_as_its_label_says(name: str, count: int, last: int, end: int) -> None:
    made = entries(REGIMENS[name], event(0, "treatment-started"))
    days = days_of(made, "application")

    assert (len(days), days[0], days[-1]) == (count, 0, last)
    assert days_of(made, "end") == [end]


@pytest.mark.parametrize(
    ("name", "week"),
    [
        ("us-keratosis-5", [0, 3]),
        ("eu-keratosis-5", [0, 2, 4]),
        ("carcinoma-5", [0, 1, 2, 3, 4]),
        ("keratosis-3.75", [0, 1, 2, 3, 4, 5, 6]),
    ],
)
def test_a_week_has_its_rhythm_from_the_day_on_which_treatment_began(name: str, week: list[int]) -> None:
    made = entries(REGIMENS[name], event(5, "treatment-started"))

    assert [day - 5 for day in days_of(made, "application")][: len(week) + 1] == [*week, 7]


def test_a_course_of_two_rounds_has_two_free_weeks_between_them() -> None:
    made = entries(CYCLE, event(0, "treatment-started"))

    assert spans(made, "rest") == [(14, 27)]
    assert days_of(made, "application") == [*range(14), *range(28, 42)]


def test_the_result_is_looked_at_after_the_end() -> None:
    assert days_of(entries(US, event(0, "treatment-started")), "re-evaluation") == [111 + 56]
    assert days_of(entries(CARCINOMA, event(0, "treatment-started")), "re-evaluation") == [41 + 84]
    assert days_of(entries(CARCINOMA, event(0, "treatment-started")), "follow-up") == [41 + 365]


def test_an_application_says_how_it_is_done_and_the_first_one_what_holds_for_the_course() -> None:
    limits = {**US, "area-cm2": {"most": 25}, "units-per-dose": {"most": 1}, "units-per-course": {"most": 36}}
    first, second, *_ = [
        one for one in entries(limits, event(0, "dispensed", days_supply="28")) if one.what == "application"
    ]

    assert second.detail == "Apply once. Wash it off after 8 hours. Use at most 1 sachet."
    assert first.detail == f"{second.detail} Not more than 25 cm² of skin. Use at most 36 sachets in the whole course."
    assert "6 to 10 hours" in entries(WARTS, event(0, "dispensed", days_supply="28"))[1].detail


# ---- when it begins ---------------------------------------------------------------------------------------


def test_a_course_that_was_only_prescribed_begins_on_that_day() -> None:
    assert days_of(entries(US, prescribed=4), "application")[0] == 4


def test_a_course_that_was_handed_over_begins_on_the_day_of_the_last_supply() -> None:
    supplied = [event(6, "dispensed", days_supply="28"), event(9, "dispensed", days_supply="28")]

    assert days_of(entries(US, *supplied), "application")[0] == 9


def test_a_course_that_was_begun_begins_with_its_first_dose_or_recorded_start() -> None:
    supplied = event(6, "dispensed", days_supply="28")

    assert days_of(entries(US, supplied, *taken(8)), "application")[:2] == [8, 11]
    assert days_of(entries(US, supplied, event(7, "treatment-started"), *taken(8)), "application")[:2] == [8, 10]


def test_nothing_prescribed_gives_no_calendar_but_what_to_do() -> None:
    bare = document()
    bare["events"] = [event(0, "treatment-started")]

    with pytest.raises(NothingToPlan, match="nothing was prescribed yet: record a `prescribed` event"):
        calendar_under(course_from_document(bare), programme(US))


def test_another_product_than_the_programmes_is_said_and_not_planned() -> None:
    made = calendar_under(course(product="imiquimod-3.75"), programme(US))

    assert [entry.what for entry in made] == ["prescription"]
    assert "Prescribed was imiquimod 3.75 %; this programme plans imiquimod 5 % only" in made[0].detail


def test_a_programme_without_a_regimen_for_the_product_gives_no_calendar() -> None:
    bare = document(product="pimecrolimus-1") | {"programme": "us-ipledge"}

    with pytest.raises(NothingToPlan, match="us-ipledge has no regimen for pimecrolimus 1 %"):
        calendar_of(course_from_document(bare))


# ---- doses, misses, rests ---------------------------------------------------------------------------------


def test_what_was_taken_stands_and_what_was_missed_is_not_made_up_for() -> None:
    made = entries(US, *taken(0, 3, 10))

    assert days_of(made, "application")[:5] == [0, 3, 10, 14, 17]
    assert [one.detail for one in made if one.what == "application"][:3] == ["Done.", "Done.", "Done."]
    assert len(days_of(made, "application")) == 31
    assert days_of(made, "end") == [111]


def test_a_dose_on_another_day_keeps_the_next_one_a_day_away_and_the_rhythm_its_weekdays() -> None:
    assert days_of(entries(US, *taken(0, 6)), "application")[:4] == [0, 6, 10, 14]
    assert days_of(entries(US, *taken(0, 5)), "application")[:4] == [0, 5, 7, 14]


def test_a_skipped_day_stays_empty() -> None:
    assert days_of(entries(US, *taken(0), event(3, "dose-skipped")), "application")[:3] == [0, 7, 10]


def test_a_rest_keeps_its_days_free_and_does_not_move_the_end() -> None:
    made = entries(US, *taken(0, 3), event(5, "rest-started"), event(16, "rest-ended"))

    assert days_of(made, "application")[:4] == [0, 3, 17, 21]
    assert spans(made, "rest") == [(5, 15)]
    assert days_of(made, "end") == [111]


def test_without_a_diary_a_rest_only_takes_its_own_days() -> None:
    made = entries(US, event(0, "treatment-started"), event(5, "rest-started"), event(16, "rest-ended"))

    assert days_of(made, "application")[:4] == [0, 3, 17, 21]
    assert len(days_of(made, "application")) == 29


def test_a_rest_without_an_end_suspends_the_plan_and_says_so() -> None:
    made = entries(US, *taken(0, 3), event(5, "rest-started"))

    assert days_of(made, "application") == [0, 3]
    assert one(made, "rest").until == OPEN
    assert one(made, "rest").to_dict()["until"] == "open-ended"
    assert "no end of it is recorded" in one(made, "rest").detail
    assert days_of(made, "end") == [111]


def test_a_rest_that_began_before_the_first_dose_moves_the_beginning() -> None:
    made = entries(US, event(0, "rest-started"), event(4, "rest-ended"))

    assert days_of(made, "application")[0] == 4
    assert days_of(made, "end") == [4 + 111]


def test_instants_decide_whether_a_rest_of_one_day_is_over() -> None:
    def at(kind: str, time: str) -> dict[str, Any]:
        return {"event": kind, "at": f"2026-03-07T{time}Z"}

    over = entries(US, *taken(0), at("rest-started", "08:00"), at("rest-ended", "20:00"))
    begun = entries(US, *taken(0), at("rest-ended", "08:00"), at("rest-started", "20:00"))

    assert days_of(over, "application")[1] == 7
    assert days_of(begun, "application") == [0]


def test_two_doses_on_one_day_are_one_entry_that_says_so_and_fill_the_week() -> None:
    made = entries(US, *taken(0), event(0, "dose-taken", mg="12.5"))

    assert days_of(made, "application")[:2] == [0, 7]
    assert made[1].detail == "Done, 2 times."


# ---- the end ----------------------------------------------------------------------------------------------


def test_a_treatment_that_was_stopped_ends_there() -> None:
    made = entries(US, *taken(0, 3), event(8, "treatment-stopped"))

    assert days_of(made, "application") == [0, 3]
    assert (days_of(made, "end"), one(made, "end").detail) == ([8], "Treatment was stopped.")


def test_a_treatment_taken_up_again_ends_when_it_would_have() -> None:
    made = entries(US, *taken(0, 3), event(8, "treatment-stopped"), event(14, "treatment-started"))

    assert days_of(made, "application")[:3] == [0, 3, 14]
    assert days_of(made, "end") == [111]


def test_warts_that_have_cleared_end_the_course_and_keratoses_do_not() -> None:
    clear = event(20, "outcome", assessment="clear")

    assert max(days_of(entries(WARTS, *taken(0, 2), clear), "application")) == 18
    assert days_of(entries(WARTS, *taken(0, 2), clear), "end") == [20]
    assert len(days_of(entries(US, *taken(0), clear), "application")) == 32
    assert days_of(entries(US, *taken(0), clear), "end") == [111]


def test_warts_that_are_found_again_are_treated_to_the_same_end() -> None:
    outcomes = [event(20, "outcome", assessment="clear"), event(30, "outcome", assessment="partial")]
    made = entries(WARTS, event(0, "treatment-started"), *outcomes)

    assert days_of(made, "application")[9:11] == [30, 32]
    assert days_of(made, "end") == [111]


# ---- a second course --------------------------------------------------------------------------------------


def test_after_the_first_course_comes_a_pause_and_then_a_look() -> None:
    made = entries(EU, event(0, "treatment-started"))

    assert spans(made, "rest") == [(28, 55)]
    assert days_of(made, "re-evaluation") == [55]
    assert len(days_of(made, "application")) == 12


@pytest.mark.parametrize("again", ["prescribed", "dispensed", "treatment-started", "dose-taken"])
def test_a_second_course_follows_once_something_was_left_and_it_was_given_again(again: str) -> None:
    fields = {"prescribed": {"product": "imiquimod-5", "days_supply": "28"}, "dispensed": {"days_supply": "28"}}
    made = entries(
        EU,
        event(0, "treatment-started"),
        event(56, "outcome", assessment="partial"),
        event(58, again, **fields.get(again, {})),
    )

    assert [day for day in days_of(made, "application") if day > 40][:3] == [58, 60, 62]
    assert days_of(made, "end") == [27, 58 + 27]


def test_a_second_course_waits_for_the_end_of_the_pause() -> None:
    made = entries(
        EU,
        event(0, "treatment-started"),
        event(40, "outcome", assessment="none"),
        event(41, "prescribed", product="imiquimod-5", days_supply="28"),
    )

    assert next(day for day in days_of(made, "application") if day > 27) == 56


@pytest.mark.parametrize(
    "outcomes",
    [
        [],
        [event(56, "outcome", assessment="clear")],
        [event(56, "outcome", assessment="partial"), event(57, "outcome", assessment="clear")],
        [event(20, "outcome", assessment="partial")],
    ],
)
def test_without_something_left_there_is_no_second_course(outcomes: list[dict[str, Any]]) -> None:
    again = event(58, "prescribed", product="imiquimod-5", days_supply="28")

    assert len(days_of(entries(EU, event(0, "treatment-started"), *outcomes, again), "application")) == 12


@pytest.mark.parametrize("binding", ["must", "shown"])
def test_a_few_days_more_may_follow_a_course_if_that_binds(binding: str) -> None:
    regimen = programme(CYCLE).regimens[0]
    extra = replace(regimen.limits[0], kind="extra-days", most=14, binding=binding)
    given = [
        event(0, "treatment-started"),
        event(50, "outcome", assessment="partial"),
        event(52, "treatment-started"),
    ]
    record = record_of(course(*given))
    made = entries_of(cream_of("x", replace(regimen, limits=(*regimen.limits, extra)), record, 0))
    origin = (START - date(1970, 1, 1)).days

    assert [one.on - origin for one in made if one.what == "end"] == ([41, 65] if binding == "must" else [41])
    assert sum(one.what == "application" for one in made) == (42 if binding == "must" else 28)


# ---- another rate than the label's ------------------------------------------------------------------------


def test_more_applications_than_the_regimen_allows_are_never_planned_and_that_is_said() -> None:
    made = entries(US, event(0, "treatment-started"), applications_per_week="5")

    assert days_of(made, "application")[:3] == [0, 3, 7]
    assert "Prescribed were 5 a week; the regimen allows 2, so no more are planned." in made[1].detail


@pytest.mark.parametrize(("rate", "days"), [("1", [0, 7, 14]), ("0.5", [0, 14]), ("2.5", [0, 3, 7])])
def test_fewer_applications_are_planned_as_prescribed(rate: str, days: list[int]) -> None:
    made = entries(EU, event(0, "treatment-started"), applications_per_week=rate)

    assert days_of(made, "application")[:3] == days
    assert "as prescribed; the regimen allows 3" in made[1].detail


def test_the_rate_of_the_regimen_needs_no_word() -> None:
    assert "prescribed" not in entries(US, event(0, "treatment-started"), applications_per_week="2")[1].detail
    assert "prescribed" not in entries(CYCLE, event(0, "treatment-started"), applications_per_week="7")[1].detail


def test_a_regimen_without_a_length_is_planned_as_far_as_the_prescription_lasts() -> None:
    limits = {kind: numbers for kind, numbers in US.items() if kind != "course-days"}
    made = entries(limits, event(0, "treatment-started"))

    assert days_of(made, "application")[-1] == 24
    assert days_of(made, "end") == []
