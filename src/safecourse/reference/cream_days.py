"""On which days of a course of imiquimod the cream may be applied, by the doses on record."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from safecourse.reference.records import ONE_DAY, SINCE_EVER, Answer, Record

USE = ("treatment-started", "dose-taken")
# A beginning longer ago than this is as good as one of any day before: no course lasts so long.
LONG_AGO = 400


def dose_fits(record: Record, per_week: int, days_apart: int) -> Answer:
    """Whether a dose today keeps to so many in seven days, and to so many days from the one before."""
    today = record.today
    doses = record.all("dose-taken")
    if any((today - seen.day).days < days_apart for seen in doses):
        return False
    if sum((today - seen.day).days < 7 for seen in doses) >= per_week:
        return False
    return None if record.gap("dose-taken", today - timedelta(days=6)) else True


def possible_firsts(record: Record, kinds: tuple[str, ...], floor: date | None = None) -> list[date | None]:
    """The days that may be the first of these kinds from ``floor`` on: as recorded (None: never), or unseen before."""
    known = [seen.day for seen in record.all(*kinds) if floor is None or seen.day >= floor]
    first = min(known, default=None)
    found: list[date | None] = [first]
    day = record.today if first is None else first - ONE_DAY
    while day > record.today - timedelta(days=LONG_AGO) and (floor is None or day >= floor):
        if record.gaps(kinds, day, day):
            found.append(day)
        day -= ONE_DAY
    if record.gaps(kinds, floor or SINCE_EVER, day):
        found.append(day)
    return found


def by_beginning(record: Record, asked: Callable[[date | None], Answer]) -> Answer:
    """An answer that depends on the day on which the course began: unknown if possible days disagree."""
    return _agreed([asked(begun) for begun in possible_firsts(record, USE)])


def _agreed(answers: list[Answer]) -> Answer:
    return answers[0] if all(answer == answers[0] for answer in answers) else None


def before_the_end(record: Record, days: int) -> Answer:
    """Whether today is at most so many days into the course."""

    def asked(begun: date | None) -> Answer:
        return begun is None or (record.today - begun).days < days

    return by_beginning(record, asked)


def in_two_cycles(record: Record) -> Answer:
    """Two weeks on, two weeks off, two weeks on."""

    def asked(begun: date | None) -> Answer:
        return begun is None or _in_a_cycle(record, begun)

    return by_beginning(record, asked)


def _in_a_cycle(record: Record, begun: date) -> bool:
    day = (record.today - begun).days
    return day < 14 or 28 <= day < 42


def in_two_cycles_or_the_extra_one(record: Record) -> Answer:
    """As above, and one more stretch of two weeks after the end if something was left by then."""

    def asked(begun: date | None) -> Answer:
        if begun is None or _in_a_cycle(record, begun):
            return True
        if (record.today - begun).days < 42:
            return False
        return again(record, begun, 42, 42, 14)

    return by_beginning(record, asked)


def before_the_end_or_in_the_extra_cycle(record: Record) -> Answer:
    """Six weeks, and one more stretch of two weeks after them if something was left by then."""

    def asked(begun: date | None) -> Answer:
        if begun is None or (record.today - begun).days < 42:
            return True
        return again(record, begun, 42, 42, 14)

    return by_beginning(record, asked)


def in_first_or_second_course(record: Record) -> Answer:
    """Four weeks; then four weeks of pause; then four weeks more if something was left after the first four."""

    def asked(begun: date | None) -> Answer:
        if begun is None or (record.today - begun).days < 28:
            return True
        if (record.today - begun).days < 56:
            return False
        return again(record, begun, 28, 56, 28)

    return by_beginning(record, asked)


def again(record: Record, begun: date, days: int, pause_ends: int, more: int) -> Answer:
    """Whether something was left after ``days``, and what followed ``pause_ends`` began less than ``more`` days ago."""
    left = record.exists("outcome", lambda seen: seen.text("assessment") != "clear", begun + timedelta(days=days))
    if left is not True:
        return left
    firsts = possible_firsts(record, USE, begun + timedelta(days=pause_ends))
    return _agreed([first is None or (record.today - first).days < more for first in firsts])


def not_clear(record: Record) -> Answer:
    """Whether the last outcome since the course began isn't clear skin; the last of all if no beginning is known."""
    last = record.last("outcome")

    def asked(begun: date | None) -> Answer:
        return not any(seen.text("assessment") == "clear" for seen in last if begun is None or seen.day >= begun)

    answer = by_beginning(record, asked)
    return None if record.gap("outcome", last[0].day if last else None) else answer


def assessed_after(record: Record, weeks: int) -> Answer:
    """Whether an outcome was recorded at least so many weeks after the last dose."""
    last = record.last("dose-taken")
    if record.gap("dose-taken", last[0].day if last else None):
        return None
    if not last:
        return False
    return record.exists("outcome", lambda seen: True, last[0].day + timedelta(weeks=weeks))
