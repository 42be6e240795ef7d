"""A calendar as text: months as headings, the days of a week on one line, each sentence said once."""

from __future__ import annotations

from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from safecourse import days, wording
from safecourse.cli.screen import NOTICE, Terminal
from safecourse.course import Course
from safecourse.days import OPEN_EDGE
from safecourse.rulebook import library
from safecourse.rules.calendars import WHATS, Entry
from safecourse.rules.calendars.gates import ClosedGate

WORDS = {
    "application": "cream",
    "capsule": "capsules",
    "rest": "rest",
    "pregnancy-test": "pregnancy test",
    "lab": "laboratory",
    "questionnaire": "questionnaire",
    "visit": "visit",
    "window": "hand over",
    "prescription": "prescription",
    "re-evaluation": "see the result",
    "end": "end",
    "follow-up": "follow-up",
}
_COLOUR = {"rest": "dim", "end": "bold", "window": "green", "pregnancy-test": "yellow"}
_DAYS, _WHAT = 24, 15  # widths of the first two columns


def calendar_in_words(
    course: Course, entries: tuple[Entry, ...], closed: tuple[ClosedGate, ...], at: datetime, terminal: Terminal
) -> str:
    """The calendar of a course, with the gates that are closed at an instant on top."""
    lines = [terminal.paint(f"Calendar under {', '.join(course.programmes)}", "bold"), f"  {_summary(entries)}"]
    if closed:
        zone = library.versions(course.programmes[0])[0].timezone
        moment = wording.instant_in_words(at.astimezone(ZoneInfo(zone)).isoformat(), zone)
        lines += ["", terminal.paint(f"Not open on {moment}: the days below are as prescribed", "yellow")]
        lines += [terminal.fill(f"{_sentence(one)}.", "      ", "  - ") for one in closed]
    said: set[str] = set()
    several = len(course.programmes) > 1
    for month, those in groupby(entries, key=lambda one: days.iso(one.on)[:7]):
        heading = days.calendar_date(days.parse_day(f"{month}-01"))
        lines += ["", terminal.paint(f"{heading:%B %Y}", "bold")]
        for together in _weeks(list(those)):
            lines += _line(together, said, several, terminal)
    return "\n".join([*lines, "", terminal.paint(NOTICE, "dim")])


def _sentence(one: ClosedGate) -> str:
    return f"{wording.GATE_WORDS[one.gate][:1].upper()}{wording.GATE_WORDS[one.gate][1:]}, {str(one).partition(' ')[2]}"


def _summary(entries: tuple[Entry, ...]) -> str:
    parts = []
    for what in WHATS:
        those = [one for one in entries if one.what == what]
        if what == "application" and those:
            done = sum(one.detail.startswith("Done") for one in those)
            parts.append(wording.number_of(len(those), "application") + (f", {done} of them done" if done else ""))
        elif what == "end" and those:
            parts.append(f"end {_span(those[-1])}")
    return f"{'; '.join(parts) or wording.number_of(len(entries), 'entry', 'entries')}."


def _weeks(entries: list[Entry]) -> list[list[Entry]]:
    """Entries as lines: applications of one week that say the same share one."""
    lines: list[list[Entry]] = []
    for one in entries:
        before = lines[-1][-1] if lines else one
        together = (
            bool(lines)
            and one.what == before.what == "application"
            and one.until == one.on
            and before.until == before.on
            and (one.detail, one.programme) == (before.detail, before.programme)
            and _week(one) == _week(before)
        )
        if together:
            lines[-1].append(one)
        else:
            lines.append([one])
    return lines


def _week(one: Entry) -> tuple[int, int]:
    return days.calendar_date(one.on).isocalendar()[:2]


def _line(those: list[Entry], said: set[str], several: bool, terminal: Terminal) -> list[str]:
    first = those[0]
    span = _span(first)
    if len(those) > 1:
        run = those[-1].on - first.on == len(those) - 1 and len(those) > 2
        names = [wording.short_day(days.iso(one.on)) for one in those]
        span = f"{names[0]} to {names[-1]}" if run else ", ".join(name.rsplit(" ", 1)[0] for name in names)
    what = terminal.paint(WORDS[first.what].ljust(_WHAT), _COLOUR[first.what]) if first.what in _COLOUR else ""
    head = f"  {span.ljust(_DAYS)} {what or WORDS[first.what].ljust(_WHAT)}"
    detail = "" if first.detail in said else first.detail
    said.add(first.detail)
    if several and detail:
        detail = f"[{first.programme}] {detail}"
    margin = " " * (2 + _DAYS + 1 + _WHAT + 1)
    filled = terminal.fill(detail, margin).removeprefix(margin) if detail else ""
    return [f"{head} {filled}".rstrip()]


def _span(one: Entry) -> str:
    first = wording.short_day(days.iso(one.on))
    if one.until == one.on:
        return wording.day_in_words(days.iso(one.on))
    if one.until > OPEN_EDGE:
        return f"from {wording.day_in_words(days.iso(one.on))}"
    return f"{first} to {wording.short_day(days.iso(one.until))}"
