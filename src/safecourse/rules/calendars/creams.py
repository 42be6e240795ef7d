"""Creams with a course: applications in a weekly rhythm, cycles, rests, the hard end, and looking at the result."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import cast

from safecourse.days import NEVER, OPEN, OPEN_EDGE
from safecourse.rulebook.regimens import Regimen
from safecourse.rules.calendars import words
from safecourse.rules.calendars.entries import Entry, single
from safecourse.rules.calendars.records import NOT_CLEAR, Record, Stretches, outlasts, stretches, within

# Days of a week, counted from the day on which the course began, by how many doses a week has.
_RHYTHM = {1: (0,), 2: (0, 3), 3: (0, 2, 4), 4: (0, 2, 4, 6), 5: (0, 1, 2, 3, 4), 6: (0, 1, 2, 3, 4, 5)}
_DAILY = (0, 1, 2, 3, 4, 5, 6)


@dataclass(frozen=True, slots=True)
class Numbers:
    """What a regimen says about days, each number at its widest where it says nothing."""

    per_week: int
    most_per_week: float
    apart: int
    on: int
    off: int
    length: int
    hard_end: bool  # false where only the supply ends it
    pause: int  # free days between the first course and a second one
    more: int  # days of a second course, or of further treatment; 0 where none may follow
    until_clear: bool
    every: int  # weeks from one week with doses to the next


def numbers_of(regimen: Regimen, prescribed: float, supply: int) -> Numbers:
    """The numbers of a regimen, for ``prescribed`` doses a week (zero where none are stated).

    A regimen without any length is planned for the ``supply`` days that were prescribed.
    """
    most = regimen.number("times-per-week") if regimen.has("times-per-week") else math.inf
    wanted = min(most, 7.0, prescribed or math.inf)
    cycles = regimen.limits_of("cycle")
    on, off, rounds = (cycles[0].on, cycles[0].off, cycles[0].rounds) if cycles else (supply, 0, 1)
    length = on * rounds + off * (rounds - 1)
    if regimen.has("course-days"):
        length = int(regimen.number("course-days"))
    return Numbers(
        per_week=max(1, math.floor(wanted)),
        most_per_week=most,
        apart=int(regimen.number("days-apart")) if regimen.has("days-apart") else 0,
        on=on,
        off=off,
        length=length,
        hard_end=bool(cycles) or regimen.has("course-days"),
        pause=int(regimen.number("second-course")) if regimen.has("second-course") else 0,
        more=_more(regimen, length),
        until_clear=regimen.has("until-clear"),
        every=math.ceil(1 / wanted),
    )


def _more(regimen: Regimen, length: int) -> int:
    """Days that may follow the course once something was found left. What binds nobody isn't planned."""
    for limit in regimen.limits:
        if limit.kind == "second-course" and limit.binding == "must":
            return length
        if str(limit.kind) == "extra-days" and limit.binding == "must":
            return int(limit.most)
    return 0


@dataclass(frozen=True, slots=True)
class Cream:
    """A regimen, the course under it, and what keeps a day free of doses."""

    programme: str
    regimen: Regimen
    numbers: Numbers
    record: Record
    supplied: int  # the day from which there is cream
    rate: float  # applications a week as prescribed, zero where the prescription doesn't say


def cream_of(programme: str, regimen: Regimen, record: Record, supplied: int) -> Cream:
    """The cream that was prescribed last, with the numbers of its regimen."""
    prescription = record.events("prescribed")[-1]
    rate = cast(float, prescription.fields.get("applications_per_week", 0))
    numbers = numbers_of(regimen, rate, cast(int, prescription.fields["days_supply"]))
    return Cream(programme, regimen, numbers, record, supplied, rate)


def entries_of(cream: Cream) -> list[Entry]:
    """All entries of a cream's course."""
    record = cream.record
    found = [
        single(day, "application", cream.programme, "Done." if count == 1 else f"Done, {count} times.")
        for day, count in record.doses.items()
    ]
    found += [_rest(cream, *one) for one in record.rests]
    begun = record.days_of("treatment-started", "dose-taken")
    # A course begins with its first application, so not on a day that was let pass.
    start = begun[0] if begun else _first_free(cream, max(cream.supplied, record.written_up_to))
    if start == OPEN:
        return found
    found += _run(cream, start)
    found += _second(cream, start)
    return found


def _prescribed(cream: Cream) -> list[int]:
    return [one.day for one in cream.record.events("prescribed") if one.fields["product"] in cream.regimen.products]


def _first_free(cream: Cream, day: int) -> int:
    """The first day from one on that no rest, stop or clearance keeps free; OPEN if there is none."""
    skipped = [(one, one) for one in cream.record.days_of("dose-skipped")]
    for first, last in sorted((*_kept_free(cream, NEVER), *skipped)):
        if first <= day <= last:
            day = last + 1 if last < OPEN_EDGE else OPEN
    return day


def _kept_free(cream: Cream, start: int) -> Stretches:
    """Times without doses: rests, stops and, where the regimen says so, after everything has cleared."""
    return (*cream.record.rests, *cream.record.stops, *_cleared(cream, start))


def _cleared(cream: Cream, start: int) -> Stretches:
    """The times in which everything had cleared, where that ends a course begun on ``start``."""
    if not cream.numbers.until_clear:
        return ()
    clear = [one for one in cream.record.outcomes("clear") if not one.day < start]
    return stretches(clear, cream.record.outcomes(*NOT_CLEAR))


def _run(cream: Cream, start: int, assessed: int = NEVER) -> list[Entry]:
    """One run of the regimen from its first day: planned applications, free days of its cycles, its end and after.

    Nothing is planned before the assessment, if any, on which the run rests.
    """
    numbers, name = cream.numbers, cream.programme
    end = start + numbers.length - 1
    how, whole = words.how_to_apply(cream.regimen), words.about_the_course(cream.regimen)
    found: list[Entry] = []
    for day in (one for one in _planned(cream, start, end) if not one < assessed):
        detail = f"{how} {whole} {_rate(cream)}".strip() if not found else how
        found.append(single(day, "application", name, " ".join(detail.split())))
    found += _pauses(cream, start, end)
    found += _end(cream, start, end)
    return found


def _planned(cream: Cream, start: int, end: int) -> list[int]:
    """The days to come on which there is a dose, if all before were taken."""
    numbers, record = cream.numbers, cream.record
    counted = record.doses
    skipped = set(record.days_of("dose-skipped"))
    last = max(counted, default=NEVER)
    planned: list[int] = []
    for day in due_days(cream, start, max(start, record.written_up_to), end):
        if day in counted or day in skipped or day - last < numbers.apart:
            continue
        if sum(counted.get(day - back, 0) for back in range(7)) >= numbers.most_per_week:
            continue
        counted[day] = 1
        last = day
        planned.append(day)
    return planned


def due_days(cream: Cream, start: int, first: int, last: int) -> list[int]:
    """The days from first to last to which rhythm, cycle and rests of a course begun on ``start`` give a dose."""
    numbers = cream.numbers
    rhythm, free = _RHYTHM.get(numbers.per_week, _DAILY), _kept_free(cream, start)
    return [
        day
        for day in range(first, last + 1)
        if (day - start) % 7 in rhythm
        and not (day - start) // 7 % numbers.every
        and (day - start) % (numbers.on + numbers.off) < numbers.on
        and not within(day, free)
    ]


def _rate(cream: Cream) -> str:
    """What to say where the prescription asks for another number of applications a week."""
    most = min(cream.numbers.most_per_week, 7.0)
    if not cream.rate or cream.rate == most:
        return ""
    if cream.rate > most:
        return f"Prescribed were {cream.rate:g} a week; the regimen allows {most:g}, so no more are planned. Ask."
    return f"Planned are {cream.numbers.per_week} a week, as prescribed; the regimen allows {most:g}."


def _rest(cream: Cream, first: int, last: int) -> Entry:
    if last > OPEN_EDGE:
        detail = "A rest is in progress and no end of it is recorded, so nothing is planned until it has ended."
        return Entry(first, OPEN, "rest", cream.programme, detail)
    return Entry(first, last, "rest", cream.programme, "A recorded rest.")


def _pauses(cream: Cream, start: int, end: int) -> list[Entry]:
    """The free days between the rounds of a cycle."""
    numbers = cream.numbers
    stretch = numbers.on + numbers.off
    found = []
    first = start + numbers.on
    while numbers.off and first <= end:
        detail = f"{words.span(numbers.off).capitalize()} without applications; what was missed is not made up for."
        found.append(Entry(first, min(first + numbers.off - 1, end), "rest", cream.programme, detail))
        first += stretch
    return found


def _end(cream: Cream, start: int, end: int) -> list[Entry]:
    name = cream.programme
    detail = "The last day on which an application is possible; rests and missed days don't move it."
    stopped = [max(first, start) for first, last in cream.record.stops if last == OPEN and first <= end]
    cleared = [first for first, last in _cleared(cream, start) if last == OPEN and first <= end]
    if stopped or cleared:
        end = min(stopped + cleared)
        detail = "Treatment was stopped." if stopped and end == stopped[0] else "Everything has cleared: it ends here."
    found = [single(end, "end", name, detail)] if cream.numbers.hard_end else []
    for limit in cream.regimen.limits_of("assess-after"):
        detail = f"{words.span(int(limit.least))} after the end, when the skin has settled.{words.unverified(limit)}"
        found.append(single(end + int(limit.least), "re-evaluation", name, detail))
    for limit in cream.regimen.limits_of("follow-up"):
        detail = f"{words.span(int(limit.least))} after the end, to see whether it stays away.{words.unverified(limit)}"
        found.append(single(end + int(limit.least), "follow-up", name, detail))
    return found


def _second(cream: Cream, start: int) -> list[Entry]:
    """The pause after the first course, and a second one once something was found left and it was begun or supplied."""
    record, numbers, name = cream.record, cream.numbers, cream.programme
    over = start + numbers.length
    ready = over + numbers.pause
    found: list[Entry] = []
    if numbers.pause:
        pause = f"{words.span(numbers.pause).capitalize()} without treatment, then the result is assessed."
        found.append(Entry(over, ready - 1, "rest", name, pause))
        if not cream.regimen.has("assess-after"):
            detail = "See the result. If something is left, one second course may follow."
            found.append(single(ready - 1, "re-evaluation", name, detail))
    left = [one for one in record.outcomes(*NOT_CLEAR) if not one.day < over]
    if not left or not numbers.more:
        return found
    if numbers.more != numbers.length:
        cream = replace(cream, numbers=replace(numbers, length=numbers.more, on=numbers.more, off=0))
    begun = [day for day in record.days_of("treatment-started", "dose-taken") if not day < ready]
    if begun:
        return found + _run(cream, begun[0], left[0].day)
    if any(outlasts(one, left[-1], False) for one in record.outcomes("clear")):
        return found  # what was left has cleared since
    supplied = [day for day in (*record.days_of("dispensed"), *_prescribed(cream)) if not day < left[0].day]
    if supplied:
        again = _first_free(cream, max(*supplied, ready))
        if again != OPEN:
            found += _run(cream, again)
    return found
