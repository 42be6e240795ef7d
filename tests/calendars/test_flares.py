"""Calendars of creams for flares: used while signs last, looked at on day 42, counted over twelve months."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendars.samples import REGIMENS, START, course, days_of, entries, event, programme, spans
from safecourse.days import OPEN
from safecourse.rules.calendars import Entry
from safecourse.rules.deciding import outcome_at

LIMITS = REGIMENS["pimecrolimus"]


def made(*events: dict[str, object], product: str = "pimecrolimus-1") -> tuple[Entry, ...]:
    return entries(LIMITS, *events, product=product)


def test_an_open_flare_is_treated_up_to_the_day_on_which_somebody_looks_again() -> None:
    calendar = made(event(3, "flare-started"))

    assert spans(calendar, "application") == [(3, 3 + 41)]
    assert days_of(calendar, "re-evaluation") == [3 + 41]
    assert "Twice a day while the signs last" in calendar[1].detail


def test_a_flare_that_ended_is_treated_from_its_first_to_its_last_day() -> None:
    calendar = made(event(3, "flare-started"), event(9, "flare-ended"))

    assert spans(calendar, "application") == [(3, 9)]
    assert days_of(calendar, "re-evaluation") == []


def test_a_flare_that_was_found_clear_has_ended() -> None:
    assert spans(made(event(3, "flare-started"), event(9, "outcome", assessment="clear")), "application") == [(3, 9)]
    assert spans(made(event(3, "flare-started"), event(9, "outcome", assessment="partial")), "application") == [(3, 50)]


def test_each_flare_is_an_entry_and_the_last_one_counts_the_days_of_twelve_months() -> None:
    calendar = made(
        event(0, "flare-started"),
        event(9, "flare-ended"),
        event(100, "flare-started"),
        event(109, "flare-ended"),
        event(369, "flare-started"),
        event(378, "flare-ended"),
    )
    details = [one.detail for one in calendar if one.what == "application"]

    assert spans(calendar, "application") == [(0, 9), (100, 109), (369, 378)]
    assert "Day 10 of this flare would be the 10th day of use in twelve months." in details[0]
    assert "the 20th day of use" in details[1]
    assert "the 20th day of use" in details[2]  # the first flare is more than twelve months past


def test_the_look_counts_from_the_last_visit_of_this_stretch_of_use() -> None:
    assert days_of(made(event(0, "flare-started"), event(30, "visited", setting="remote")), "re-evaluation") == [
        30 + 41
    ]


@pytest.mark.parametrize(("again", "day"), [(7, 41), (8, 8 + 41)])
def test_a_new_flare_within_seven_days_of_use_goes_on_with_the_same_stretch(again: int, day: int) -> None:
    calendar = made(event(0, "flare-started"), event(1, "flare-ended"), event(again, "flare-started"))

    assert days_of(calendar, "re-evaluation") == [day]


def test_use_before_any_recorded_flare_is_a_flare() -> None:
    assert spans(made(event(2, "treatment-started")), "application") == [(2, 43)]
    assert spans(made(), "application") == [(0, 41)]
    assert spans(made(event(5, "dispensed", days_supply="30")), "application") == [(5, 46)]


def test_a_rest_splits_a_flare_and_a_stop_ends_it() -> None:
    rest = made(event(0, "flare-started"), event(5, "rest-started"), event(8, "rest-ended"))
    stop = made(event(0, "flare-started"), event(5, "treatment-stopped"))

    assert spans(rest, "application") == [(0, 4), (8, 41)]
    assert spans(rest, "rest") == [(5, 7)]
    assert spans(stop, "application") == [(0, 4)]
    assert days_of(stop, "re-evaluation") == []


def test_an_open_rest_leaves_nothing_planned() -> None:
    calendar = made(event(0, "flare-started"), event(5, "rest-started"))

    assert spans(calendar, "application") == [(0, 4)]
    assert [one.until for one in calendar if one.what == "rest"] == [OPEN]


def test_a_flare_that_ended_on_the_day_it_began_is_over() -> None:
    assert spans(made(event(3, "flare-started"), event(3, "flare-ended")), "application") == [(3, 3)]


def drawn(seed: int) -> list[dict[str, Any]]:
    """Flares one after another, the last of them open, with visits and rests between."""
    random, day, events = Random(seed), random_day(seed), []
    for _ in range(random.choice((0, 1, 2, 3))):
        events.append(event(day, "flare-started"))
        day += random.choice((1, 4, 20, 41, 42))
        events.append(event(day, "flare-ended"))
        day += random.choice((1, 6, 7, 8, 30))
    events.append(event(day, "flare-started"))
    for _ in range(random.choice((0, 0, 1, 2))):
        events.append(event(day + random.choice((-10, 0, 3, 20, 41)), "visited", setting="remote"))
    return [one for one in events if one["on"] >= START.isoformat()]


def random_day(seed: int) -> int:
    return Random(seed + 1).choice((0, 3))


@given(st.integers(min_value=0, max_value=2**32))
def test_each_day_of_use_is_allowed_if_those_before_were_used_and_none_after_the_look(seed: int) -> None:
    events = drawn(seed)
    calendar = made(*events)
    (look,) = days_of(calendar, "re-evaluation")
    first, last = spans(calendar, "application")[-1]
    recorded = max((datetime.fromisoformat(one["on"]).date() - START).days for one in events)
    doses = [event(day, "dose-taken") for day in range(first, last + 1)]

    def allowed(day: int) -> bool:
        before = [one for one in doses if one["on"] < (START + timedelta(day)).isoformat()]
        at = datetime.combine(START + timedelta(day), time(21, tzinfo=UTC))
        used = course(*events, *before, product="pimecrolimus-1")
        return outcome_at(programme(LIMITS, "pimecrolimus-1"), used, "take", at) == "allowed"

    assert look == last
    assert all(allowed(day) for day in range(max(first, recorded), look + 1))
    assert not allowed(look + 1)
