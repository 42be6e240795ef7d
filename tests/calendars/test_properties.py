"""Whatever rests, misses and moved doses happen: no forbidden day, never above a limit, the end on its stated day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from calendars.reference import Calendar, Reference
from calendars.samples import REGIMENS, Document, Limits, drawn, programme
from safecourse import days
from safecourse.course.reading import course_from_document
from safecourse.rules.calendars import Entry, calendar_under, creams
from safecourse.rules.deciding import outcome_at

CREAMS = sorted(name for name, limits in REGIMENS.items() if "flares" not in limits)
SEEDS = st.integers(min_value=0, max_value=2**32)
EVENING = time(21, tzinfo=UTC)


def made(document: Document, limits: Limits) -> tuple[Entry, ...]:
    return calendar_under(course_from_document(document), programme(limits))


def read(entries: tuple[Entry, ...]) -> Calendar:
    """A calendar in the words of the reference."""
    applications = [
        (days.calendar_date(one.on), one.detail.startswith("Done")) for one in entries if one.what == "application"
    ]
    return Calendar(
        planned=[day for day, done in applications if not done],
        done=[day for day, done in applications if done],
        ends=[days.calendar_date(one.on) for one in entries if one.what == "end"],
    )


def violations(document: Document, limits: Limits, calendar: Calendar) -> Iterator[str]:
    """What a calendar does that no label allows, sentence by sentence; each looks at the days alone."""
    recorded = Reference(limits, document["events"])
    every = sorted([*recorded.dates("dose-taken"), *calendar.planned])
    begun = recorded.dates("treatment-started", "dose-taken")
    for day in calendar.planned:
        if recorded.resting(day) or recorded.stopped(day):
            yield f"{day}: during a rest or after a stop"
        if recorded.dates("dose-taken", "dose-skipped").count(day):
            yield f"{day}: a day that was settled already"
        if "days-apart" in limits and (day - timedelta(1) in every or every.count(day) > 1):
            yield f"{day}: on consecutive days"
        lately = [one for one in every if timedelta(0) <= day - one < timedelta(7)]
        if "times-per-week" in limits and len(lately) > limits["times-per-week"]["most"]:
            yield f"{day}: too many in seven days"
        if "until-clear" in limits and begun and recorded.cleared(day, begun[0]):
            yield f"{day}: after everything cleared"
        if begun and "second-course" not in limits:
            place = (day - begun[0]).days
            if not 0 <= place < recorded.length():
                yield f"{day}: outside the course"
            if "cycle" in limits and place % 28 > 13:
                yield f"{day}: between two rounds"
    if begun and calendar.ends and "second-course" not in limits:
        stated = begun[0] + timedelta(recorded.length() - 1)
        ended = any(recorded.stopped(calendar.ends[0]) or recorded.cleared(calendar.ends[0], None) for _ in (0,))
        if calendar.ends != [stated] and not ended:
            yield f"ends on {calendar.ends}, stated is {stated}"


@pytest.mark.parametrize("name", CREAMS)
@given(seed=SEEDS)
@example(seed=1)
def test_a_calendar_is_what_the_reference_reads(name: str, seed: int) -> None:
    document = drawn(seed, REGIMENS[name])

    assert read(made(document, REGIMENS[name])) == Reference(REGIMENS[name], document["events"]).calendar()


@pytest.mark.parametrize("name", CREAMS)
@given(seed=SEEDS)
def test_no_day_is_forbidden_no_limit_passed_and_the_end_is_the_stated_one(name: str, seed: int) -> None:
    document = drawn(seed, REGIMENS[name])

    assert list(violations(document, REGIMENS[name], read(made(document, REGIMENS[name])))) == []


@pytest.mark.parametrize("name", CREAMS)
@given(seed=SEEDS)
def test_each_planned_day_is_allowed_if_what_comes_before_was_taken(name: str, seed: int) -> None:
    document = drawn(seed, REGIMENS[name])
    version = programme(REGIMENS[name])
    taken: list[Document] = []
    for day in read(made(document, REGIMENS[name])).planned:
        before = course_from_document({**document, "events": [*document["events"], *taken]})

        assert outcome_at(version, before, "take", datetime.combine(day, EVENING)) == "allowed", day
        taken.append({"event": "dose-taken", "on": day.isoformat()})


@pytest.mark.parametrize("name", CREAMS)
@given(seed=SEEDS)
def test_a_dose_on_a_forbidden_day_is_refused(name: str, seed: int) -> None:
    """Twice on one day, the day after where days lie between, after the end, during a rest."""
    document = drawn(seed, REGIMENS[name])
    version, limits = programme(REGIMENS[name]), REGIMENS[name]
    calendar = read(made(document, limits))
    recorded = Reference(limits, document["events"])
    if not calendar.planned or "second-course" in limits:
        return
    taken = [{"event": "dose-taken", "on": day.isoformat()} for day in calendar.planned]
    course = course_from_document({**document, "events": [*document["events"], *taken]})
    forbidden = dict.fromkeys(calendar.planned, "a second one that day")
    if "days-apart" in limits:
        forbidden |= {day + timedelta(1): "the day after" for day in calendar.planned}
    begun = min([*calendar.planned, *recorded.dates("treatment-started", "dose-taken")])
    forbidden |= {begun + timedelta(recorded.length() + later): "after the end" for later in (0, 1, 50)}
    forbidden |= dict.fromkeys(recorded.dates("rest-started"), "a rest")
    for day, why in forbidden.items():
        if why == "a rest" and not recorded.resting(day):
            continue

        assert outcome_at(version, course, "take", datetime.combine(day, EVENING)) == "refused", (day, why)


# ---- the properties can fail ------------------------------------------------------------------------------


def _makes_up(cream: creams.Cream, start: int, end: int) -> list[int]:
    """A broken calendar: recorded rests lengthen the course, and days are planned through rests."""
    lengthened = end + sum(last - first + 1 for first, last in cream.record.rests if last < days.OPEN)
    return list(range(max(start, cream.record.written_up_to + 1), lengthened + 1, 3))


def test_a_broken_calendar_is_caught_by_each_property(monkeypatch: pytest.MonkeyPatch) -> None:
    limits = REGIMENS["us-keratosis-5"]
    documents = [drawn(seed, limits) for seed in range(60)]
    monkeypatch.setattr(creams, "_planned", _makes_up)
    calendars = [(one, read(made(one, limits))) for one in documents]
    caught = {text.partition(": ")[2] for one, calendar in calendars for text in violations(one, limits, calendar)}

    assert caught >= {"during a rest or after a stop", "too many in seven days", "outside the course"}
    assert any(calendar != Reference(limits, one["events"]).calendar() for one, calendar in calendars)


def test_draws_have_rests_misses_stops_and_second_courses() -> None:
    """Else the properties above would prove little."""
    documents = [drawn(seed, REGIMENS["eu-keratosis-5"]) for seed in range(300)]
    calendars = [Reference(REGIMENS["eu-keratosis-5"], one["events"]).calendar() for one in documents]
    kinds = {event["event"] for one in documents for event in one["events"]}

    assert kinds >= {"rest-started", "rest-ended", "dose-skipped", "treatment-stopped", "outcome", "dispensed"}
    assert sum(len(one.ends) == 2 for one in calendars) > 10
    assert sum(0 < len(one.planned) < 12 for one in calendars) > 30
    assert date(2026, 3, 2) in {one.planned[0] for one in calendars if one.planned}
