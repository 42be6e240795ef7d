"""Creams for flares: used while signs last, looked at again after so many days of use, never for good."""

from __future__ import annotations

from dataclasses import dataclass

from safecourse.course.model import Event
from safecourse.days import NEVER, OPEN, OPEN_EDGE, add_months
from safecourse.rulebook.regimens import Regimen
from safecourse.rules.calendars import words
from safecourse.rules.calendars.entries import Entry, single
from safecourse.rules.calendars.records import Record, Stretches, stretches, within

_USE = ("treatment-started", "dose-taken", "flare-started")


@dataclass(frozen=True, slots=True)
class Flares:
    """A regimen for flares and the course under it; ``supplied`` is the day from which there is cream."""

    programme: str
    regimen: Regimen
    record: Record
    supplied: int


def entries_of(flares: Flares) -> list[Entry]:
    """All entries of a course of flares."""
    record, name = flares.record, flares.programme
    used, look = _stretches_of_use(flares)
    found = []
    for first, last in used:
        found.append(Entry(first, last, "application", name, _detail(flares, first, last, used)))
    for first, last in record.rests:
        detail = "A recorded rest." if last < OPEN_EDGE else "A rest is in progress and no end of it is recorded."
        found.append(Entry(first, last, "rest", name, detail))
    if look != OPEN:
        span = words.span(int(flares.regimen.number("reassess")))
        detail = f"After {span} of use somebody looks at the skin and the diagnosis again, before it goes on."
        found.append(single(look, "re-evaluation", name, detail))
    return found


def _stretches_of_use(flares: Flares) -> tuple[Stretches, int]:
    """The days of use, from the first to the last of each flare, and the day of the next look; OPEN if none is due."""
    record = flares.record
    over = sorted([*record.events("flare-ended"), *record.outcomes("clear")], key=lambda one: (one.day, one.moment))
    found: list[tuple[int, int]] = []
    look = OPEN
    for first, last in stretches(_beginnings(flares), over, tie_opens=False):
        if last < OPEN_EDGE:
            found.append((first, last + 1))  # the day on which it ended belongs to it
        else:
            look = _look(flares, first)
            found.append((first, look))
    found += [(one.day, one.day) for one in _beginnings(flares) if not within(one.day, tuple(found))]
    if look != OPEN and within(look, record.stops):
        look = OPEN
    free = (*record.rests, *record.stops)
    return tuple(part for one in sorted(found) for part in _without(one, free)), look


def _beginnings(flares: Flares) -> list[Event]:
    """Where flares began; what was used before any was written down belongs to one that began with it."""
    record = flares.record
    starts, begun = record.events("flare-started"), record.events(*_USE)
    if begun:
        return starts if starts and not begun[0].day < starts[0].day else [begun[0], *starts]
    return [Event("flare-started", flares.supplied, -1, {}, "", -1)]


def _look(flares: Flares, first: int) -> int:
    """The day of use on which somebody looks again; OPEN where the regimen doesn't ask for it."""
    record, limits = flares.record, flares.regimen.limits_of("reassess")
    if not limits:
        return OPEN
    began = previous = NEVER
    for day in sorted({*record.days_of(*_USE)} or {first}):
        if previous == NEVER or day - previous > limits[0].off:
            began = day
        previous = day
    looked = [day for day in record.days_of("visited", "outcome") if not day < began]
    return max(began, *looked[-1:]) + int(limits[0].most) - 1 if looked else began + int(limits[0].most) - 1


def _without(one: tuple[int, int], free: Stretches) -> list[tuple[int, int]]:
    """A stretch without the days of some others."""
    parts = [one]
    for first, last in free:
        parts = [
            part
            for low, high in parts
            for part in ((low, min(high, first - 1)), (max(low, last + 1), high))
            if not part[1] < part[0]
        ]
    return sorted(set(parts))


def _detail(flares: Flares, first: int, last: int, used: Stretches) -> str:
    times = int(flares.regimen.number("times-per-day")) if flares.regimen.has("times-per-day") else 1
    how = {1: "Once a day", 2: "Twice a day"}.get(times, f"{times} times a day")
    text = f"{how} while the signs last; stop when they have gone."
    if last > OPEN_EDGE:
        return text
    since = add_months(last, -12, "earlier") + 1
    days = {day for low, high in used if high < OPEN_EDGE for day in range(max(low, since), min(high, last) + 1)}
    return f"{text} Day {last - first + 1} of this flare would be the {_count(len(days))} in twelve months."


def _count(number: int) -> str:
    return f"{words.ordinal(number)} day of use"
