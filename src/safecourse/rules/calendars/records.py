"""What a calendar reads of a course: all its events, whatever their day, without what was corrected or returned."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

from safecourse.course.model import Course, Event
from safecourse.days import LATEST, NEVER, OPEN
from safecourse.rules.ledger import Ledger, open_ledger

Stretches = tuple[tuple[int, int], ...]

_AFTER_ALL = 1 << 62  # microseconds: later than any event
NOT_CLEAR = ("almost-clear", "partial", "none", "worse")
_DIARY = ("dose-taken", "dose-skipped")
_RESTS = ("rest-started", "rest-ended")


@dataclass(frozen=True, slots=True)
class Record:
    """A course as a calendar sees it."""

    ledger: Ledger

    def events(self, *kinds: str) -> list[Event]:
        """Events of some kinds, in order."""
        return self.ledger.events(kinds)

    def days_of(self, *kinds: str) -> list[int]:
        """Their days, in order."""
        return [one.day for one in self.ledger.events(kinds)]

    @property
    def doses(self) -> dict[int, int]:
        """How many doses were recorded on each day."""
        counted: dict[int, int] = {}
        for day in self.days_of("dose-taken"):
            counted[day] = counted.get(day, 0) + 1
        return counted

    @property
    def written_up_to(self) -> int:
        """The day up to which the diary was kept; NEVER where no dose was ever written down as taken or skipped.

        A day before it without a dose was missed. A course whose doses nobody writes down has no missed days.
        """
        if not self.events(*_DIARY):
            return NEVER
        return max(self.days_of(*_DIARY, *_RESTS))

    @property
    def rests(self) -> Stretches:
        """The recorded rests, to the day before each ended; OPEN where none is recorded."""
        return stretches(self.days_of("rest-started"), self.days_of("rest-ended"))

    @property
    def stops(self) -> Stretches:
        """The times in which treatment was stopped and not started again."""
        return stretches(self.days_of("treatment-stopped", "discontinued"), self.days_of("treatment-started"))

    def outcomes(self, *assessments: str) -> list[int]:
        """The days on which the result was assessed so."""
        return [one.day for one in self.events("outcome") if one.fields["assessment"] in assessments]

    @property
    def product(self) -> str:
        """The product that was prescribed last; empty if none was."""
        prescribed = self.events("prescribed")
        return cast(str, prescribed[-1].fields["product"]) if prescribed else ""

    @property
    def last_day(self) -> int:
        """The day of the last event; NEVER if there is none."""
        return max((one.day for events in self.ledger.kinds.values() for one in events), default=NEVER)


def record_of(course: Course) -> Record:
    """The whole record of a course."""
    return Record(open_ledger(course, LATEST, _AFTER_ALL))


def stretches(opened: Iterable[int], closed: Iterable[int]) -> Stretches:
    """The days, inclusive, from each opening to the day before the next closing; what opens on that day stays open."""
    opened, closed = sorted(opened), sorted(closed)
    found: list[tuple[int, int]] = []
    start = NEVER
    for day in sorted({*opened, *closed}):
        last_opened = max((one for one in opened if one <= day), default=NEVER)
        last_closed = max((one for one in closed if one <= day), default=NEVER)
        is_open = last_opened != NEVER and not last_opened < last_closed
        if is_open and start == NEVER:
            start = day
        elif not is_open and start != NEVER:
            found.append((start, day - 1))
            start = NEVER
    if start != NEVER:
        found.append((start, OPEN))
    return tuple(found)


def within(day: int, those: Stretches) -> bool:
    """Whether a day lies in one of some stretches."""
    return any(not (day < first or last < day) for first, last in those)
