"""Calendars: the whole plan of a course as dates, from the regimens of its programmes and from what was recorded."""

from safecourse.rules.calendars.calendar import NothingToPlan, calendar_of, calendar_under
from safecourse.rules.calendars.entries import WHATS, Entry, What
from safecourse.rules.calendars.gates import ClosedGate, closed_gates, named
from safecourse.rules.calendars.keeping import Kept, Week, given_until, kept_under

__all__ = [
    "WHATS",
    "ClosedGate",
    "Entry",
    "Kept",
    "NothingToPlan",
    "Week",
    "What",
    "calendar_of",
    "calendar_under",
    "closed_gates",
    "given_until",
    "kept_under",
    "named",
]
