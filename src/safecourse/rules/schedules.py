"""Schedules: when each test, questionnaire and assessment of a programme's monitoring is due, and when it was done.

A result counts for the due day that it lies nearest to, so that a test a few days early isn't asked for again, and
one at the start doesn't stand for the one a month later.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, cast

from safecourse.course.model import Course, Event
from safecourse.days import LATEST, NEVER, OPEN, add_months
from safecourse.rulebook.expanding.courses import length
from safecourse.rulebook.expanding.parts import USE
from safecourse.rulebook.model import Programme
from safecourse.rulebook.monitors import Monitor, Schedule, schedule_names
from safecourse.rules.ledger import Ledger, open_ledger

What = Literal["lab", "questionnaire", "visit"]
Status = Literal["done", "coming", "due", "overdue", "not known"]
_ENDLESS = 1 << 62  # microseconds: later than any event
_LONGEST = 100  # repetitions of one schedule; a course of years has fewer


class NoSuchSchedule(ValueError):
    """No monitor of the programme has a schedule of that name; the message names those that there are."""


@dataclass(frozen=True, slots=True)
class Times:
    """When a course began and ended. ``end`` is OPEN where it isn't known; ``ended`` says that it is recorded.

    ``peak`` is the day from which the highest amount a day was prescribed,
    NEVER where prescriptions don't say amounts.
    """

    start: int
    end: int
    ended: bool
    peak: int
    first: int  # the first event of the course, NEVER without any
    last: int


@dataclass(frozen=True, slots=True)
class Due:
    """Something that is due on a day, or from ``day`` to ``until`` (inclusive, OPEN for no end).

    ``done`` is the day of the result, NEVER if there is none; ``known`` says
    that the record holds all results since.
    """

    day: int
    until: int
    what: What
    monitor: str
    says: str
    why: str
    schedule: str
    done: int
    known: bool
    source: str
    grade: str

    def status(self, today: int) -> Status:
        """How it stands on a day."""
        if self.done != NEVER:
            return "done"
        if today < self.day:
            return "coming"
        if not self.known:
            return "not known"
        return "overdue" if self.until < today else "due"

    @property
    def detail(self) -> str:
        """What and why in one sentence."""
        return f"{self.says}: {self.why}."


@dataclass(frozen=True, slots=True)
class Standing:
    """What a schedule says without a day: at every visit, from time to time, not at all, or once a start is known."""

    monitor: str
    what: What
    says: str
    why: str
    needed: bool
    schedule: str
    source: str
    grade: str


def chosen_schedule(programme: Programme, name: str) -> str:
    """The schedule to go by: the one that was asked for, or the file's first; empty if it has none.

    NoSuchSchedule if the programme has none of that name.
    """
    names = schedule_names(programme.monitors)
    if name and name not in names:
        listed = f"it has {', '.join(names)}" if names else "it has none"
        raise NoSuchSchedule(f"{programme.id} has no schedule '{name}'; {listed}")
    return name or (names[0] if names else "")


def schedules_for(programmes: list[Programme], asked: str) -> list[str]:
    """The schedule of each programme: the one that was asked for where it has it, else its own.

    NoSuchSchedule if something was asked for that none of them has.
    """
    having = [one for one in programmes if asked in schedule_names(one.monitors)]
    if asked and not having:
        chosen_schedule(next((one for one in programmes if one.monitors), programmes[0]), asked)
    return [chosen_schedule(one, asked if one in having else "") for one in programmes]


def scheduled(programme: Programme, course: Course, schedule: str = "") -> tuple[Due, ...]:
    """What is due in a whole course by one schedule of its programme, sorted by day: for calendars.

    Everything that the course holds is seen, whatever its day. NoSuchSchedule
    if the programme has no schedule of that name.
    """
    return due_in(programme, open_ledger(course, LATEST, _ENDLESS), chosen_schedule(programme, schedule))


def due_in(programme: Programme, ledger: Ledger, schedule: str) -> tuple[Due, ...]:
    """The same for what a ledger shows."""
    times = times_of(programme, ledger)
    found = [one for monitor in programme.monitors for one in _due(monitor, schedule, times, ledger)]
    return tuple(sorted(found, key=lambda one: (one.day, one.monitor)))


def standing_in(programme: Programme, ledger: Ledger, schedule: str) -> tuple[Standing, ...]:
    """What a schedule says without a day."""
    times = times_of(programme, ledger)
    return tuple(one for monitor in programme.monitors for one in _standing(monitor, schedule, times))


# ---- when a course began and ended --------------------------------------------------------------------------------


def times_of(programme: Programme, ledger: Ledger) -> Times:
    """When the course began, by what its programme's regimens count from, and when it ended or should end."""
    capsule = any(one.form == "capsule" for one in programme.regimens) or not programme.regimens
    enrolled = _last_day(ledger.events(("enrolled",))) if capsule else NEVER
    kinds = (*USE, "dispensed") if capsule else USE
    begun = [one.day for one in ledger.events(kinds) if one.day >= enrolled]
    start = begun[0] if begun else NEVER
    stops = [one for one in ledger.events(("treatment-stopped", "discontinued")) if one.day >= max(start, enrolled)]
    again = [one.day for one in ledger.events(("treatment-started",))]
    ended = start != NEVER and bool(stops) and not any(day > stops[-1].day for day in again)
    seen = [one.day for events in ledger.kinds.values() for one in events if one.day >= enrolled]
    end = stops[-1].day if ended else _expected_end(programme, start)
    return Times(start, end, ended, _peak(ledger, enrolled), min(seen, default=NEVER), max(seen, default=NEVER))


def _last_day(events: list[Event]) -> int:
    return events[-1].day if events else NEVER


def _expected_end(programme: Programme, start: int) -> int:
    """The last day that the regimens allow for or expect; OPEN where they name none."""
    if start == NEVER:
        return OPEN
    lengths = []
    for regimen in programme.regimens:
        if regimen.has("course-days") or regimen.has("cycle"):
            lengths.append(length(regimen))
        elif regimen.has("course-weeks"):
            lengths.append(int(regimen.number("course-weeks") * 7))
    return start + max(lengths) - 1 if lengths else OPEN


def _peak(ledger: Ledger, enrolled: int) -> int:
    """The first day of the highest amount a day; NEVER if any prescription leaves the amount out."""
    prescribed = [one for one in ledger.events(("prescribed",)) if one.day >= enrolled]
    amounts = [cast(float, one.fields["mg_per_day"]) for one in prescribed if "mg_per_day" in one.fields]
    if not amounts or len(amounts) != len(prescribed):
        return NEVER
    return next(one.day for one, mg in zip(prescribed, amounts, strict=True) if mg == max(amounts))


# ---- days -----------------------------------------------------------------------------------------------------------


def _due(monitor: Monitor, schedule: str, times: Times, ledger: Ledger) -> Iterator[Due]:
    for one in _undoubted(monitor, schedule, times, ledger):
        since = min(one.day, times.start) if times.start != NEVER else one.day
        kind = _RESULTS[monitor.what][0]
        yield replace(one, known=ledger.covered((kind,), since, ledger.as_of))


def _undoubted(monitor: Monitor, schedule: str, times: Times, ledger: Ledger) -> Iterator[Due]:
    entries = [one for one in monitor.schedules if one.name == schedule]
    if not entries:
        return
    results = results_of(monitor, ledger)
    for one in entries:
        if one.when == "before" and max(times.start, times.first) != NEVER:
            yield _before(monitor, one, times, results)
        if one.when == "peak-dose" and times.start != NEVER and times.peak != NEVER:
            day = max(times.start, times.peak)
            done = next((result for result in results if result > day), NEVER)
            yield _made(monitor, one, day, OPEN, "once the highest amount a day has been reached", done)
    counted = list(_counted(entries, times))
    previous = times.start
    for place, (day, entry, why) in enumerate(counted):
        after = counted[place + 1][0] if place + 1 < len(counted) else OPEN
        # Twice the day is compared with the sum of two days: the middle between them needs no fraction.
        near = [one for one in results if previous + day < 2 * one and (after == OPEN or 2 * one <= day + after)]
        yield _made(monitor, entry, day, day, why, near[0] if near else NEVER)
        previous = day


def _before(monitor: Monitor, entry: Schedule, times: Times, results: list[int]) -> Due:
    limited = bool(entry.span)
    why = "before the first dose"
    if times.start == NEVER:
        done = results[-1] if results and not limited else NEVER
        return _made(monitor, entry, times.first, OPEN, f"{why}{_no_older(entry)}", done)
    ready = [one for one in results if one <= times.start and (not limited or entry.after(one) >= times.start)]
    day = min(times.first, times.start) if not limited else _first_ready(entry, times.start)
    return _made(monitor, entry, day, times.start, f"{why}{_no_older(entry)}", ready[-1] if ready else NEVER)


def _first_ready(entry: Schedule, start: int) -> int:
    """The first day whose result is still young enough at the start."""
    day = start
    while entry.after(day - 1) >= start:
        day -= 1
    return day


def _no_older(entry: Schedule) -> str:
    return f", at most {entry.span} before it" if entry.span else ""


def _counted(entries: list[Schedule], times: Times) -> list[tuple[int, Schedule, str]]:
    """The days that are counted from the start and from the end, in order."""
    if times.start == NEVER:
        return []
    found = [
        (one.after(times.start), one, f"{one.span} after the first dose")
        for one in entries
        if one.when == "after-start"
    ]
    base = max((day for day, _, _ in found), default=times.start)
    for one in entries:
        if one.when == "every":
            found += _repeated(one, base, times)
    if times.ended:
        found = [one for one in found if one[0] <= times.end]
    if times.end != OPEN:
        found += [
            (one.after(times.end), one, f"{one.span} after the last dose") for one in entries if one.when == "after-end"
        ]
    return sorted(found, key=lambda one: one[0])


def _repeated(entry: Schedule, base: int, times: Times) -> Iterator[tuple[int, Schedule, str]]:
    """Every so often up to the end; where nobody knows the end, up to the first day after the last event."""
    for count in range(1, _LONGEST + 1):
        day = _times_after(entry, base, count)
        if day > times.end:
            return
        yield day, entry, f"every {entry.span}"
        if times.end == OPEN and day > times.last:
            return


def _times_after(entry: Schedule, base: int, count: int) -> int:
    # Counted from the base each time: a month that was too short would otherwise shorten all that follow.
    return add_months(base, entry.months * count, entry.overflow) if entry.months else base + entry.days * count


def _made(monitor: Monitor, entry: Schedule, day: int, until: int, why: str, done: int) -> Due:
    what = what_of(monitor)
    return Due(day, until, what, monitor.id, monitor.says, why, entry.name, done, True, entry.source, entry.grade)


def what_of(monitor: Monitor) -> What:
    """The word of the calendar for what a monitor asks for."""
    return "visit" if monitor.what == "assessment" else cast(What, monitor.what)


# In which kind of event the results of a monitor stand, and in which field their measure.
_RESULTS = {
    "lab": ("lab", "analyte"),
    "questionnaire": ("questionnaire", "scale"),
    "assessment": ("assessed", "what"),
}


def results_of(monitor: Monitor, ledger: Ledger) -> list[int]:
    """The days on which what a monitor asks for was done."""
    kind, field = _RESULTS[monitor.what]
    return [one.day for one in ledger.events((kind,)) if one.fields.get(field) == monitor.measure]


# ---- without a day ---------------------------------------------------------------------------------------------------


def _standing(monitor: Monitor, schedule: str, times: Times) -> Iterator[Standing]:
    words = {
        "every-visit": "at every visit",
        "now-and-then": "from time to time; the source names no interval",
        "not": "not needed, says the source",
    }
    for one in monitor.schedules:
        if one.name != schedule:
            continue
        why = words.get(one.when, "")
        if times.start == NEVER and one.when in ("after-start", "after-end"):
            dose = "first" if one.when == "after-start" else "last"
            why = f"{one.span} after the {dose} dose"
        elif times.start == NEVER and one.when == "every":
            why = f"every {one.span} after the start"
        elif one.when == "after-end" and times.end == OPEN:
            why = f"{one.span} after the last dose"
        elif one.when == "peak-dose" and (times.start == NEVER or times.peak == NEVER):
            why = "once the highest amount a day has been reached"
        if why:
            needed = one.when != "not"
            yield Standing(monitor.id, what_of(monitor), monitor.says, why, needed, one.name, one.source, one.grade)
