"""How a course was kept: doses due and taken week by week, and the amount that was given up to a day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from safecourse.course.model import Course
from safecourse.rulebook.model import Programme
from safecourse.rules.calendars import creams, supplies
from safecourse.rules.calendars.records import Record, record_of, within
from safecourse.rules.dose_folds import STANDARD


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days of a course from ``first`` on: how many doses (capsules: days) were due, and how many taken."""

    first: int
    due: int
    taken: int


@dataclass(frozen=True, slots=True)
class Kept:
    """How a course was kept up to a day.

    ``written`` says whether doses were written down; without them the taken
    days of capsules are those for which there was a supply, and a cream's are
    not known: it then has no weeks. ``missed`` are due days without a dose in weeks that fell short.
    """

    weeks: tuple[Week, ...]
    missed: tuple[int, ...]
    written: bool


_NOTHING = Kept((), (), written=False)


def kept_under(course: Course, programme: Programme, today: int) -> Kept:
    """How a course was kept up to a day: a cream by the programme's regimen, capsules by their supplies.

    Nothing where no regimen fits or nothing was begun.
    """
    record = record_of(course)
    regimens = [one for one in programme.regimens if record.product in one.products]
    written = bool(record.events("dose-taken", "dose-skipped"))
    if record.product in supplies.CAPSULES:
        return _capsules(record, today, written)
    if not regimens or regimens[0].has("flares"):
        return _NOTHING
    begun = record.days_of("treatment-started", "dose-taken")
    if not begun or not written:
        return _NOTHING
    cream = creams.cream_of(programme.id, regimens[0], record, begun[0])
    last = min(today, begun[0] + cream.numbers.length - 1)
    due = creams.due_days(cream, begun[0], begun[0], last)
    return _by_week(due, record.doses, begun[0], last)


def _by_week(due: list[int], doses: dict[int, int], first: int, last: int) -> Kept:
    weeks, missed = [], []
    for start in range(first, last + 1, 7):
        ours = [day for day in due if start <= day < start + 7]
        taken = sum(count for day, count in doses.items() if start <= day < start + 7)
        weeks.append(Week(start, len(ours), taken))
        if taken < len(ours):
            missed += [day for day in ours if day not in doses][: len(ours) - taken]
    return Kept(tuple(weeks), tuple(missed), written=True)


def _capsules(record: Record, today: int, written: bool) -> Kept:
    """Days with a dose, as far as written down, or else with a supply, among the days of the last course."""
    given = supplies.supplies_of(record)
    begun = [one.on for one in given if not one.on < max(record.days_of("enrolled"), default=one.on)]
    if not begun:
        return _NOTHING
    due = [day for day in range(begun[0], today + 1) if not within(day, (*record.stops, *record.rests))]
    covered = tuple((one.on, one.until) for one in given)
    doses = dict.fromkeys(record.doses, 1) if written else {day: 1 for day in due if within(day, covered)}
    kept = _by_week(due, doses, begun[0], due[-1]) if due else _NOTHING
    return Kept(kept.weeks, kept.missed, written)


def given_until(course: Course, today: int) -> tuple[tuple[tuple[int, float], ...], float]:
    """The amount of isotretinoin given up to a day, as days with the sum (mg) at their end, and the last weight (kg).

    It is that of doses written down with their amount, else of supplies used up day by day; nothing where an amount
    isn't known. Absorica LD counts as the ordinary isotretinoin that it stands for. Without a weight it is zero.
    """
    record = record_of(course)
    weights = record.events("weight")
    kg = cast(float, weights[-1].fields["kg"]) if weights else 0.0
    given = supplies.supplies_of(record)
    doses = record.events("dose-taken")
    points: list[tuple[int, float]] = []
    total = 0.0
    if doses and all("mg" in one.fields for one in doses):
        for one in doses:
            total += cast(float, one.fields["mg"]) / STANDARD.get(record.product, 1.0)
            points.append((one.day, total))
    elif given and all(one.mg_per_day for one in given):
        for supply in given:
            if supply.on > today:
                break
            last = min(supply.until, today)
            points.append((supply.on - 1, total))
            total += (last - supply.on + 1) * supply.mg_per_day / STANDARD.get(supply.product, 1.0)
            points.append((last, total))
    return tuple(points), kg
