"""What a calendar reads of a course: all its events, whatever their day, without what was corrected or returned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from safecourse.course.model import Course, Event
from safecourse.days import LATEST, NEVER, OPEN
from safecourse.rules.ledger import Ledger, open_ledger

Stretches = tuple[tuple[int, int], ...]

_AFTER_ALL = 1 << 62  # microseconds: later than any event
NOT_CLEAR = ("almost-clear", "partial", "none", "worse")
_DIARY = ("dose-taken", "dose-skipped")
_INTERRUPTIONS = ("rest-started", "rest-ended", "treatment-stopped", "discontinued")


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
        return max(self.days_of(*_DIARY, *_INTERRUPTIONS))

    @property
    def rests(self) -> Stretches:
        """The recorded rests, to the day before each ended; OPEN where none is recorded."""
        return stretches(self.events("rest-started"), self.events("rest-ended"))

    @property
    def stops(self) -> Stretches:
        """The times in which treatment was stopped and not started again."""
        return stretches(self.events("treatment-stopped", "discontinued"), self.events("treatment-started"))

    def outcomes(self, *assessments: str) -> list[Event]:
        """The assessments of the result that found one of these."""
        return [one for one in self.events("outcome") if one.fields["assessment"] in assessments]

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


def stretches(opened: Sequence[Event], closed: Sequence[Event], *, tie_opens: bool = True) -> Stretches:
    """The days, inclusive, from each opening to the day before the next closing, OPEN where none follows.

    Instants decide the order of one day where both have them; ``tie_opens`` says what holds where they don't.
    """
    found: list[tuple[int, int]] = []
    start = NEVER
    for day in sorted({one.day for one in (*opened, *closed)}):
        before = [one for one in closed if not day < one.day]
        is_open = any(not day < one.day and (not before or outlasts(one, before[-1], tie_opens)) for one in opened)
        if is_open and start == NEVER:
            start = day
        elif not is_open and start != NEVER:
            found.append((start, day - 1))
            start = NEVER
    if start != NEVER:
        found.append((start, OPEN))
    return tuple(found)


def outlasts(opening: Event, closing: Event, tie_opens: bool) -> bool:
    """Whether an event came after another; ``tie_opens`` where both lie on one day and nobody knows."""
    if opening.day != closing.day:
        return opening.day > closing.day
    if opening.moment == -1 or closing.moment == -1 or opening.moment == closing.moment:
        return tie_opens
    return opening.moment > closing.moment


def within(day: int, those: Stretches) -> bool:
    """Whether a day lies in one of some stretches."""
    return any(not (day < first or last < day) for first, last in those)
