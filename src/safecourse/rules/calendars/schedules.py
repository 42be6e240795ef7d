"""Tests, questionnaires and visits that watch a course, as its programme's monitoring schedules them."""

from __future__ import annotations

from safecourse.course.model import Course
from safecourse.rulebook.model import Programme
from safecourse.rules.calendars.entries import Entry


def scheduled(programme: Programme, course: Course) -> list[Entry]:  # noqa: ARG001 - until programmes hold schedules
    """The entries that a programme's schedules give a course; none while programme files hold no schedules."""
    return []
