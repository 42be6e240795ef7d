"""A calendar as a file that calendar programs read (iCalendar, RFC 5545).

Such calendars are seen by family, colleagues and companies: titles name neither the medicine nor what is tested, and
nothing else in the file does.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, time

from icalendar import Calendar, Event

from safecourse import __version__, days
from safecourse.course import Course
from safecourse.days import OPEN_EDGE
from safecourse.rules.calendars import Entry, What

TITLES: dict[What, str] = {
    "application": "Cream day",
    "capsule": "Capsule days",
    "rest": "Rest days",
    "pregnancy-test": "Test day",
    "lab": "Test day",
    "questionnaire": "Questions",
    "visit": "Check-up",
    "window": "Pick-up days",
    "prescription": "Prescription",
    "re-evaluation": "Check-up",
    "end": "Last day",
    "follow-up": "Check-up",
}


def calendar_file(course: Course, entries: tuple[Entry, ...]) -> bytes:
    """The calendar as an iCalendar file; the same course gives the same bytes."""
    calendar = Calendar()
    calendar.add("prodid", f"-//safecourse//safecourse {__version__}//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    # The file is as new as what was last recorded, so that nothing in it depends on when it was made.
    stamp = datetime.combine(days.calendar_date(course.latest_day), time(tzinfo=UTC))
    latest = max([one.until for one in entries if one.until < OPEN_EDGE] + [one.on for one in entries])
    seen: dict[str, int] = {}
    for one in entries:
        event = Event()
        uid = _uid(course, one, seen)
        event.add("uid", uid)
        event.add("dtstamp", stamp)
        event.add("summary", title_of(one))
        event.add("dtstart", days.calendar_date(one.on))
        until = one.until if one.until < OPEN_EDGE else max(latest, one.on)
        event.add("dtend", days.calendar_date(until + 1))  # the first day that doesn't belong to it
        event.add("class", "PRIVATE")
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def title_of(one: Entry) -> str:
    """A title that strangers may read."""
    title = TITLES[one.what]
    return title.removesuffix("s") if title.endswith(" days") and one.until == one.on else title


def _uid(course: Course, one: Entry, seen: dict[str, int]) -> str:
    """The same for the same entry of the same course, whatever is recorded later; it can't be read back.

    The first event with all its fields stands in it, so that nobody finds the programme by trying them all.
    """
    first = course.events[0]
    text = repr((course.patient, first.kind, first.day, first.moment, first.id, sorted(first.fields.items())))
    key = f"{text}|{one.programme}|{one.what}|{one.on}"
    seen[key] = seen.get(key, 0) + 1
    digest = hashlib.sha256(f"{key}|{seen[key]}".encode()).hexdigest()
    return f"{digest[:32]}@safecourse"
