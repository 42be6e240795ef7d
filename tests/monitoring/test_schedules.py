"""When tests are due by the schedule that was chosen, and which results count for which day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.samples import course, event, section, with_head
from safecourse import days
from safecourse.course.model import Course
from safecourse.days import NEVER, OPEN
from safecourse.rules.ledger import open_ledger
from safecourse.rules.schedules import Due, NoSuchSchedule, scheduled, standing_in

US = with_head(section("us-isotretinoin-label"))
EU = with_head(section("eu-isotretinoin-label"))
START = event("dispensed", "2026-10-31", days_supply="30")


def lab(on: str, test: str = "alt") -> dict[str, Any]:
    return event("lab", on, test=test, value="20", unit="U/L" if test == "alt" else "mg/dL")


def prescribed(on: str, mg: str | None = "20") -> dict[str, Any]:
    fields = {} if mg is None else {"mg_per_day": mg}
    return event("prescribed", on, product="isotretinoin", days_supply="30", **fields)


def due(programme: Any, asked: Course, monitor: str = "alt", schedule: str = "") -> list[Due]:
    return [one for one in scheduled(programme, asked, schedule) if one.monitor == monitor]


def told(found: list[Due]) -> list[tuple[str, str, str]]:
    return [(days.iso(one.day), days.iso(one.until), days.iso(one.done)) for one in found]


# ---- days -----------------------------------------------------------------------------------------------------------


def test_europe_tests_before_after_a_month_and_then_every_three_months() -> None:
    asked = course(START, event("treatment-stopped", "2027-06-30"))

    assert told(due(EU, asked)) == [
        ("2026-10-01", "2026-10-31", "never"),
        ("2026-11-30", "2026-11-30", "never"),
        ("2027-02-28", "2027-02-28", "never"),
        ("2027-05-30", "2027-05-30", "never"),
    ]


def test_a_result_counts_for_the_day_that_it_lies_nearest_to() -> None:
    results = [lab("2026-10-20"), lab("2026-11-10"), lab("2026-11-25"), lab("2027-03-20")]
    asked = course(START, event("treatment-stopped", "2027-03-31"), *results)

    assert [one[2] for one in told(due(EU, asked))] == ["2026-10-20", "2026-11-25", "2027-03-20"]


def test_a_test_at_the_start_does_not_stand_for_the_one_a_month_later() -> None:
    asked = course(START, lab("2026-11-02"), event("treatment-stopped", "2026-12-31"))

    assert [one[2] for one in told(due(EU, asked))] == ["never", "never"]


def test_without_an_end_the_next_day_after_all_that_happened_is_given() -> None:
    assert [one[0] for one in told(due(EU, course(START)))] == ["2026-10-01", "2026-11-30", "2027-02-28"]


def test_what_would_lie_beyond_a_recorded_end_is_not_due() -> None:
    asked = course(START, event("treatment-stopped", "2026-11-15"))

    assert [one[0] for one in told(due(EU, asked))] == ["2026-10-01"]


def test_before_the_start_only_what_comes_before_it_has_a_day() -> None:
    asked = course()
    (before,) = due(EU, asked)

    assert told([before]) == [("2026-10-01", "open-ended", "never")]
    ledger = open_ledger(asked, days.parse_day("2026-10-05"), 2**62)
    whys = {one.why for one in standing_in(EU, ledger, "label") if one.monitor == "alt"}
    assert whys == {"1 month after the first dose", "every 3 months after the start"}


# ---- other schedules ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "done"), [("2026-09-30", "never"), ("2026-10-01", "2026-10-01"), ("2026-10-31", "2026-10-31")]
)
def test_the_experts_ask_for_a_result_of_the_month_before(on: str, done: str) -> None:
    found = due(US, course(START, lab(on)), schedule="delphi-2022")

    assert told(found)[0] == ("2026-10-01", "2026-10-31", done)


def test_the_peak_is_the_first_day_of_the_highest_amount() -> None:
    amounts = [prescribed("2026-10-30"), prescribed("2026-11-30", "60"), prescribed("2026-12-30", "40")]
    found = due(US, course(START, *amounts, lab("2026-11-30"), lab("2026-12-20")), schedule="delphi-2022")

    assert told(found)[1] == ("2026-11-30", "open-ended", "2026-12-20")


def test_without_amounts_nobody_knows_when_the_peak_is() -> None:
    asked = course(START, prescribed("2026-10-30", None))
    ledger = open_ledger(asked, days.parse_day("2026-12-01"), 2**62)

    assert len(due(US, asked, schedule="delphi-2022")) == 1
    assert any("highest amount" in one.why for one in standing_in(US, ledger, "delphi-2022"))


def test_an_older_label_tests_every_two_weeks() -> None:
    asked = course(START, event("treatment-stopped", "2026-12-01"))

    assert [one[0] for one in told(due(US, asked, schedule="older-label"))] == [
        "2026-10-01", "2026-11-14", "2026-11-28",
    ]  # fmt: skip


def test_a_schedule_says_what_is_not_needed() -> None:
    ledger = open_ledger(course(START), days.parse_day("2026-12-01"), 2**62)
    idle = {one.monitor for one in standing_in(US, ledger, "delphi-2022") if not one.needed}

    assert idle == {"ast", "cholesterol", "blood-count", "ggt", "bilirubin"}


def test_a_schedule_that_does_not_exist_is_named_with_those_that_do() -> None:
    with pytest.raises(NoSuchSchedule, match="sample has no schedule 'delphi'; it has label, delphi-2022"):
        scheduled(US, course(), "delphi")


# ---- how it stands --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("today", "status"), [("2026-11-29", "coming"), ("2026-11-30", "due"), ("2026-12-01", "overdue")]
)
def test_a_day_is_to_come_then_due_then_overdue(today: str, status: str) -> None:
    assert due(EU, course(START))[1].status(days.parse_day(today)) == status


def test_what_the_record_does_not_cover_is_not_overdue_but_not_known() -> None:
    asked = course(START, covers={"from": "2026-10-01", "kinds": ["enrolled", "dispensed"]})

    assert {one.status(days.parse_day("2027-01-01")) for one in due(EU, asked)} == {"not known", "coming"}


def test_a_corrected_result_was_not_done() -> None:
    wrong = lab("2026-11-30") | {"id": "a"}
    asked = course(START, wrong, event("corrected", "2026-12-02", corrects="a", reason="another patient's"))

    assert due(EU, asked)[1].done == NEVER


def test_a_course_that_was_taken_up_again_has_not_ended() -> None:
    asked = course(START, event("treatment-stopped", "2026-11-10"), event("treatment-started", "2026-11-20"))

    assert len(due(EU, asked)) == 3


# ---- properties -----------------------------------------------------------------------------------------------------


@given(st.integers(0, 400), st.lists(st.integers(-40, 300), max_size=6), st.sampled_from(["label", "delphi-2022"]))
def test_days_are_in_order_and_each_result_counts_once_among_counted_days(
    shift: int, results: list[int], schedule: str
) -> None:
    start = date(2026, 10, 1) + timedelta(shift)
    events = [lab((start + timedelta(one)).isoformat()) for one in results]
    asked = course(event("dispensed", start.isoformat(), days_supply="30"), *events)
    found = due(EU, asked, schedule=schedule)

    assert [one.day for one in found] == sorted(one.day for one in found)
    assert all(one.day <= one.until for one in found)
    counted = [one.done for one in found if one.day == one.until and one.done != NEVER]
    assert len(counted) == len(set(counted))
    taken = {days.day_number(start + timedelta(one)) for one in results}
    assert all(one.done in taken for one in found if one.done not in (NEVER, OPEN))


@given(st.integers(0, 60), st.integers(0, 200))
def test_moving_a_course_moves_its_days_where_they_are_counted_in_days(shift: int, length: int) -> None:
    def days_of(by: int) -> list[int]:
        start = date(2026, 10, 2) + timedelta(by)
        stop = start + timedelta(length)
        asked = course(
            event("dispensed", start.isoformat(), days_supply="30"), event("treatment-stopped", stop.isoformat())
        )
        return [one.day - by for one in due(US, asked, schedule="older-label")[1:]]

    assert days_of(shift) == days_of(0)
