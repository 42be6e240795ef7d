"""Calendars: the whole plan of a course as dates, from the regimens of its programmes and from what was recorded."""

from safecourse.rules.calendars.calendar import NothingToPlan, calendar_of, calendar_under
from safecourse.rules.calendars.entries import WHATS, Entry, What
from safecourse.rules.calendars.gates import ClosedGate, closed_gates, named

__all__ = [
    "WHATS",
    "ClosedGate",
    "Entry",
    "NothingToPlan",
    "What",
    "calendar_of",
    "calendar_under",
    "closed_gates",
    "named",
]
