"""Tests, questionnaires and visits that watch a course, and what waits after it, as entries of a calendar."""

from __future__ import annotations

from safecourse import days
from safecourse.course.model import Course
from safecourse.days import NEVER, OPEN, OPEN_EDGE
from safecourse.rulebook.model import Programme
from safecourse.rules import schedules
from safecourse.rules.aftercare import aftercare_of
from safecourse.rules.calendars.entries import Entry, single
from safecourse.rules.ledger import Ledger
from safecourse.wording import day_in_words


def scheduled(programme: Programme, course: Course, schedule: str = "") -> list[Entry]:
    """What one schedule of a programme's monitoring gives a course; what was done says when.

    NoSuchSchedule if the programme has none of that name.
    """
    return [
        Entry(one.day, one.until, one.what, programme.id, f"{one.detail}{_done(one.done)}")
        for one in schedules.scheduled(programme, course, schedule)
    ]


def _done(day: int) -> str:
    return "" if day == NEVER else f" Done on {day_in_words(days.iso(day))}."


def after_the_course(programme: Programme, ledger: Ledger) -> list[Entry]:
    """What may be done again, and until when somebody looks for a relapse; nothing before an end is recorded.

    Programmes without monitoring leave it to those that watch the same
    medicine; where a regimen says itself when to look, it isn't said twice.
    """
    if not programme.monitors:
        return []
    care = aftercare_of(programme, ledger)
    found = [
        single(one.over, "follow-up", programme.id, f"From this day on again: {one.wait.what}. {one.wait.says}")
        for one in care.waits
        if one.over != OPEN
    ]
    own = any(one.has("follow-up") or one.has("assess-after") for one in programme.regimens)
    if care.ended != NEVER and NEVER < care.watch_until < OPEN_EDGE and not own:
        says = " ".join(one.says for one in care.follow_up)
        found.append(Entry(care.ended, care.watch_until, "follow-up", programme.id, says))
    return found
