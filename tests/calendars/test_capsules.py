"""Calendars of capsules: supplies, the coming month by the programme's own rules, the expected end and what follows."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendars.samples import course, days_of, event, programme, spans
from proof.courses import GATES, draw_case
from safecourse import days
from safecourse.course.reading import course_from_document
from safecourse.rulebook import NoVersionInForce
from safecourse.rules.calendars import WHATS, Entry, NothingToPlan, calendar_of, calendar_under
from safecourse.rules.deciding import decide

LABEL = {
    "doses-per-day": {"least": 2, "most": 2},
    "with-food": {"most": 1},
    "mg-per-kg-day": {"least": 0.5, "most": 1.0},
    "course-weeks": {"least": 15, "most": 20},
    "total-mg-per-kg": {"least": 120, "most": 150},
}
CAN, CANNOT = "can-become-pregnant", "cannot-become-pregnant"


def label(*events: dict[str, Any], mg: str = "60") -> tuple[Entry, ...]:
    made = course(*events, product="isotretinoin", mg_per_day=mg)
    return calendar_under(made, programme(LABEL, "isotretinoin", "capsule"))


def ipledge(*events: dict[str, Any], category: str = CAN, dispensed: bool = True) -> dict[str, Any]:
    """The course of the design's example, with its first supply handed over on 5 October 2026."""
    criteria = [] if category == CAN else ["cisgender-male"]
    forms = ["patient-information"] + ["birth-defects"] * (category == CAN)
    written: list[dict[str, Any]] = [
        {"event": "certified", "on": "2026-01-05", "role": "prescriber"},
        {"event": "certified", "on": "2026-06-01", "role": "pharmacy"},
        {"event": "classified", "on": "2026-08-20", "category": category, "criteria": criteria},
        *(
            {"event": "form-signed", "on": "2026-08-20", "form": form, "by": who}
            for form in forms
            for who in ("patient", "prescriber")
        ),
        {"event": "counselled", "on": "2026-08-20", "by": "prescriber"},
        {"event": "enrolled", "on": "2026-08-20"},
        {"event": "visited", "on": "2026-10-02", "setting": "in-person"},
        {"event": "monthly-confirmation", "on": "2026-10-02", "by": "prescriber"},
        {"event": "prescribed", "on": "2026-10-02", "product": "isotretinoin", "days_supply": "30", "mg_per_day": "40"},
    ]
    if category == CAN:
        methods = ["combined-pill", "male-condom"]
        written += [
            {"event": "pregnancy-test", "on": "2026-08-20", "result": "negative", "setting": "medical"},
            {"event": "contraception", "on": "2026-08-20", "by": "prescriber", "methods": methods},
            {"event": "menses-started", "on": "2026-09-29"},
            {"event": "pregnancy-test", "on": "2026-10-01", "result": "negative", "setting": "medical"},
            {"event": "contraception", "on": "2026-10-02", "by": "patient", "methods": methods},
            {"event": "questions-answered", "on": "2026-10-02", "passed": "true"},
        ]
    if dispensed:
        written.append({"event": "dispensed", "on": "2026-10-05", "days_supply": "30"})
    return {
        "safecourse": "1",
        "programme": "us-ipledge",
        "patient": {"born": "2001-05-04", "cycles": "regular"},
        "covers": "complete",
        "events": [*written, *events],
    }


def shown(document: dict[str, Any], what: str) -> list[tuple[str, str]]:
    made = calendar_of(course_from_document(document))
    return [(days.iso(one.on), days.iso(one.until)) for one in made if one.what == what]


# ---- supplies ---------------------------------------------------------------------------------------------


def test_a_supply_lasts_as_many_days_as_were_handed_over() -> None:
    made = label(event(0, "dispensed", days_supply="30"))
    (capsules,) = [one for one in made if one.what == "capsule"]

    assert spans(made, "capsule") == [(0, 29)]
    assert capsules.detail == "Isotretinoin: 60 mg a day. In 2 doses a day. With a meal."


def test_a_supply_that_came_early_begins_when_the_last_one_is_used_up() -> None:
    made = label(event(0, "dispensed", days_supply="30"), event(25, "dispensed", days_supply="30"))

    assert spans(made, "capsule") == [(0, 29), (30, 59)]


def test_a_supply_that_came_late_leaves_a_gap() -> None:
    made = label(event(0, "dispensed", days_supply="30"), event(40, "dispensed", days_supply="30"))

    assert spans(made, "capsule") == [(0, 29), (40, 69)]


def test_what_is_left_of_an_earlier_course_is_not_taken_in_the_next() -> None:
    made = label(
        event(0, "dispensed", days_supply="90"), event(50, "enrolled"), event(60, "dispensed", days_supply="30")
    )

    assert spans(made, "capsule") == [(0, 89), (60, 89)]


def test_what_was_returned_is_no_supply() -> None:
    made = label(event(0, "dispensed", days_supply="30"), event(1, "returned", days_supply="30"))

    assert not [one for one in made if one.what == "capsule" and "Expected" not in one.detail]


def test_a_stop_ends_the_supply_and_the_course() -> None:
    made = label(event(0, "dispensed", days_supply="30"), event(10, "treatment-stopped"))

    assert spans(made, "capsule") == [(0, 10)]
    assert days_of(made, "end") == [10]


def test_an_amount_that_nobody_wrote_down_is_said_to_be_so() -> None:
    made = calendar_under(course(product="absorica-ld"), programme(LABEL, "absorica-ld", "capsule"))

    assert "Absorica LD: the amount a day is not recorded." in next(one.detail for one in made if one.what == "capsule")


# ---- the expected end -------------------------------------------------------------------------------------


def test_the_usual_weeks_give_an_expected_end() -> None:
    made = label(event(0, "dispensed", days_supply="30"))

    assert spans(made, "end") == [(15 * 7 - 1, 20 * 7 - 1)]
    assert [one.detail for one in made if one.what == "end"] == ["Expected: a course usually lasts 15 to 20 weeks."]


def test_weight_and_amount_give_the_days_on_which_a_course_amount_is_reached() -> None:
    # 60 mg a day for 60 kg is one milligram for each kilogram a day: 120 and 150 days.
    made = label(event(0, "weight", kg="60"), event(0, "dispensed", days_supply="30"))

    assert (119, 149) in spans(made, "end")


def test_a_changed_amount_counts_from_its_supply_on() -> None:
    # 30 days of half a milligram, then one a day: 15 + 105 days, and 15 + 135.
    again = event(30, "prescribed", product="isotretinoin", days_supply="30", mg_per_day="60")
    made = label(
        event(0, "weight", kg="60"),
        event(0, "dispensed", days_supply="30"),
        again,
        event(30, "dispensed", days_supply="30"),
        mg="30",
    )

    assert (30 + 105 - 1, 30 + 135 - 1) in spans(made, "end")


def test_absorica_ld_counts_for_more_than_its_milligrams() -> None:
    made = calendar_under(
        course(
            event(0, "weight", kg="60"), event(0, "dispensed", days_supply="30"), product="absorica-ld", mg_per_day="48"
        ),
        programme(LABEL, "absorica-ld", "capsule"),
    )

    assert (119, 149) in spans(made, "end")


@pytest.mark.parametrize("events", [[], [event(0, "weight", kg="60")]])
def test_without_weight_or_amount_no_such_end_is_guessed(events: list[dict[str, Any]]) -> None:
    given = [*events, event(0, "dispensed", days_supply="30")]
    fields = {} if events else {"mg_per_day": "60"}
    made = calendar_under(course(*given, product="isotretinoin", **fields), programme(LABEL, "isotretinoin", "capsule"))

    assert len(spans(made, "end")) == 1


# ---- the coming month -------------------------------------------------------------------------------------


def test_the_next_supply_needs_a_test_in_the_seven_days_that_end_with_it() -> None:
    document = ipledge()  # the first supply lasts to 3 November

    assert shown(document, "capsule") == [("2026-10-05", "2026-11-03")]
    assert shown(document, "pregnancy-test") == [("2026-10-29", "2026-11-04")]
    assert shown(document, "window") == [("2026-10-29", "2026-11-04")]
    assert shown(document, "prescription") == [("2026-10-29", "2026-11-04")]


def test_the_window_tells_what_else_must_be_done() -> None:
    (window,) = [one for one in calendar_of(course_from_document(ipledge())) if one.what == "window"]

    assert "answer the questions of the month (Thu 29 Oct 2026 to Wed 4 Nov 2026)" in window.detail


def test_who_can_not_become_pregnant_has_no_such_test() -> None:
    document = ipledge(category=CANNOT)

    assert shown(document, "pregnancy-test") == []
    assert shown(document, "prescription") == [("2026-10-06", "2026-11-04")]
    assert "visit" in {one.what for one in calendar_of(course_from_document(document))}


def test_a_prescription_that_was_not_handed_over_yet_has_its_window_and_its_supply() -> None:
    document = ipledge(dispensed=False)

    assert shown(document, "window") == [("2026-10-01", "2026-10-07")]
    assert shown(document, "capsule") == [("2026-10-02", "2026-10-31")]
    assert shown(document, "pregnancy-test") == []


def test_a_test_that_was_taken_already_is_not_asked_for_again() -> None:
    done = [
        {"event": "pregnancy-test", "on": "2026-10-30", "result": "negative", "setting": "medical"},
        {"event": "monthly-confirmation", "on": "2026-10-31", "by": "prescriber"},
    ]
    document = ipledge(*done)

    assert shown(document, "pregnancy-test") == []
    assert shown(document, "window") == [("2026-10-30", "2026-11-05")]


def test_the_planned_days_of_a_month_open_the_gate() -> None:
    """What the calendar asks for, done on the first day for it, lets the supply be handed over when it is needed."""
    methods = ["combined-pill", "male-condom"]
    document = ipledge(
        {"event": "pregnancy-test", "on": "2026-10-29", "result": "negative", "setting": "medical"},
        {"event": "monthly-confirmation", "on": "2026-10-29", "by": "prescriber"},
        {"event": "questions-answered", "on": "2026-10-29", "passed": "true"},
        {"event": "contraception", "on": "2026-10-29", "by": "patient", "methods": methods},
        {"event": "prescribed", "on": "2026-10-29", "product": "isotretinoin", "days_supply": "30"},
    )
    made = course_from_document(document)

    for day, outcome in (("2026-11-04", "allowed"), ("2026-11-05", "refused")):
        assert decide(made, "dispense", at=days.parse_instant(f"{day}T12:00-05:00")).outcome == outcome


def test_a_prescription_in_the_united_kingdom_rests_on_a_test_of_its_last_three_days() -> None:
    document = {
        "safecourse": "1",
        "programme": "uk-isotretinoin",
        "patient": {"born": "2001-05-04"},
        "covers": "complete",
        "events": [
            {"event": "classified", "on": "2026-08-20", "category": CAN, "criteria": []},
            {"event": "contraception", "on": "2026-08-20", "by": "prescriber", "methods": ["implant"]},
            {"event": "pregnancy-test", "on": "2026-09-28", "result": "negative", "setting": "medical"},
            {"event": "prescribed", "on": "2026-10-01", "product": "isotretinoin", "days_supply": "30"},
            {"event": "dispensed", "on": "2026-10-02", "days_supply": "30"},
        ],
    }

    assert shown(document, "pregnancy-test") == [("2026-10-29", "2026-11-01")]
    assert shown(document, "window") == [("2026-10-25", "2026-11-01")]


def test_a_month_that_nothing_can_open_says_why() -> None:
    document = ipledge() | {"covers": {"from": "2026-10-01", "kinds": ["prescribed", "dispensed"]}}
    (entry,) = [one for one in calendar_of(course_from_document(document)) if one.what == "prescription"]

    assert entry.detail.startswith("No day for the next supply can be planned: ")


# ---- the end ----------------------------------------------------------------------------------------------


def test_after_the_end_come_the_tests_that_closing_the_course_asks_for() -> None:
    document = ipledge({"event": "treatment-stopped", "on": "2026-10-25"})

    assert shown(document, "end") == [("2026-10-25", "2026-10-25")]
    assert shown(document, "follow-up") == [("2026-10-25", "2026-11-24"), ("2026-11-24", "2026-11-24")]
    assert shown(document, "window") == []


def test_who_can_not_become_pregnant_has_no_tests_after_the_end() -> None:
    document = ipledge({"event": "treatment-stopped", "on": "2026-10-25"}, category=CANNOT)

    assert shown(document, "follow-up") == []


def test_an_amount_or_a_day_in_a_calendar_never_depends_on_the_order_of_the_file() -> None:
    document = ipledge()
    turned = {**document, "events": list(reversed(document["events"]))}

    assert calendar_of(course_from_document(document)) == calendar_of(course_from_document(turned))


# ---- whatever the course ----------------------------------------------------------------------------------


@given(st.integers(min_value=0, max_value=2**32), st.sampled_from(sorted(GATES)))
def test_any_course_has_a_calendar_or_a_reason_why_not(seed: int, programme_id: str) -> None:
    course = course_from_document(draw_case(seed, programme_id)[0])
    try:
        made = calendar_of(course)
    except (NothingToPlan, NoVersionInForce) as error:
        assert str(error)
        return

    assert list(made) == sorted(made, key=lambda one: one.on)
    assert all(one.until >= one.on and one.what in WHATS and one.detail.endswith(".") for one in made)
