"""Days and instants in words, so that nobody can misread them: the weekday, the month as a word, the zone by its city.

English only so far; every sentence that people read is made here, in the rule
books or in the pages, so that one place each has to be translated.
"""

from __future__ import annotations

from datetime import datetime

from safecourse import days

_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WORDS = {"never": "never", "unknown": "not known", "open-ended": "open-ended"}

GATE_WORDS = {
    "enrol": "enrol the patient",
    "prescribe": "sign a prescription",
    "dispense": "hand the medicine over",
    "take": "take today's dose",
    "finish": "close the course",
}
OUTCOME_WORDS = {
    "allowed": "Allowed",
    "refused": "Refused",
    "undetermined": "Undetermined",
    "not-decided": "Nothing to decide",
}
GRADE_WORDS = {
    "official": "official source",
    "professional": "professional source",
    "secondary": "secondary source",
    "unverified": "unverified",
}


def short_day(iso: str) -> str:
    """``2026-11-26`` as ``Thu 26 Nov``; for a day so near that its year is plain."""
    day = days.calendar_date(days.parse_day(iso))
    return f"{_WEEKDAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]}"


def day_in_words(value: str) -> str:
    """A day of a decision as ``Thu 26 Nov 2026``; the words never, unknown and open-ended as people say them."""
    return _WORDS[value] if value in _WORDS else f"{short_day(value)} {value[:4]}"


def value_in_words(value: str | float) -> str:
    """An observed value or an edge: a day in words, a number as it is."""
    return day_in_words(value) if isinstance(value, str) else f"{value:g}"


def zone_in_words(zone: str) -> str:
    """``America/New_York`` as ``New York``."""
    return zone.rsplit("/", 1)[-1].replace("_", " ")


def instant_in_words(instant: str, zone: str) -> str:
    """An ISO instant of a decision, already in the programme's zone, as ``Tue 24 Nov 2026, 12:00 New York``."""
    at = datetime.fromisoformat(instant)
    return f"{day_in_words(at.date().isoformat())}, {at:%H:%M} {zone_in_words(zone)}"


def deadline_in_words(closes_at: str, zone: str, year: int) -> str:
    """The last moment of a window as ``Thu 26 Nov, 23:59 New York``; the year too where it isn't ``year``."""
    if closes_at in _WORDS:
        return _WORDS[closes_at]
    at = datetime.fromisoformat(closes_at)
    day = at.date().isoformat()
    return f"{short_day(day) if at.year == year else day_in_words(day)}, {at:%H:%M} {zone_in_words(zone)}"


def number_of(count: int, one: str, more: str = "") -> str:
    """``1 rule``, ``3 rules``."""
    return f"{count} {one if count == 1 else more or one + 's'}"
