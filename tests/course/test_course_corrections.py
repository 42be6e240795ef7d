"""Ids of events, and corrections that name them."""

from __future__ import annotations

import pytest

from safecourse.course import Course, UnusableCourse, read_course_text

HEAD = "safecourse: 1\nprogramme: us-ipledge\ncovers: complete\nevents:\n"


def course(*events: str) -> Course:
    """The course with some events, each written as the inside of braces; the first stands on line 5."""
    return read_course_text(HEAD + "".join(f"  - {{{event}}}\n" for event in events))


def problems_of(*events: str) -> str:
    """The messages for a course that is refused."""
    with pytest.raises(UnusableCourse) as refused:
        course(*events)
    return str(refused.value)


def test_two_different_events_with_one_id_are_refused() -> None:
    both = ("event: relapse, on: 2026-10-01, id: a", "event: relapse, on: 2026-10-02, id: a")

    assert 'line 6, events[1].id: the id "a" stands also at events[0]' in problems_of(*both)


def test_a_correction_of_nothing_is_refused_and_names_the_nearest_id() -> None:
    correction = "event: corrected, on: 2026-10-02, corrects: test-l, reason: typing"

    assert 'no event has the id "test-l"' in problems_of(correction)
    assert "did you mean test-1?" in problems_of("event: relapse, on: 2026-10-01, id: test-1", correction)


def test_a_correction_of_itself_is_refused() -> None:
    itself = "event: corrected, on: 2026-10-02, id: c, corrects: c, reason: typing"

    assert "the event corrects itself" in problems_of(itself)


def test_corrections_in_a_ring_are_refused() -> None:
    one = "event: corrected, on: 2026-10-02, id: a, corrects: b, reason: typing"
    other = "event: corrected, on: 2026-10-02, id: b, corrects: a, reason: typing"

    assert problems_of(one, other).count("in a ring") == 2


def test_a_correction_of_a_correction_is_read() -> None:
    read = course(
        "event: relapse, on: 2026-10-01, id: a",
        "event: corrected, on: 2026-10-02, id: b, corrects: a, reason: typing",
        "event: corrected, on: 2026-10-03, id: c, corrects: b, reason: it was right",
        "event: corrected, on: 2026-10-04, corrects: c, reason: it was not",
    )

    assert len(read.events) == 4


def test_a_correction_of_an_event_that_is_wrong_otherwise_gives_one_message() -> None:
    wrong = "event: relapse, on: 2026-10-41, id: a"
    correction = "event: corrected, on: 2026-10-02, corrects: a, reason: typing"

    assert len(problems_of(wrong, correction).splitlines()) == 1
