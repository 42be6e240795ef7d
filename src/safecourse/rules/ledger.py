"""What a decision can see of a course: visible events by kind, and what the record doesn't cover."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from safecourse.course.model import UNSTATED, UNTIL_ASKED, Course, Event, Patient, Stretch
from safecourse.days import day_number

# Nothing that a rule asks about happened earlier, nor anything to a patient before birth: a record from then is whole.
FIRST_RECORD = day_number(date(1900, 1, 1))
_OLDER_THAN_PATIENTS = ("certified", "decertified", "service-outage")


class Ledger(NamedTuple):
    """The visible part of a course on the day of a decision.

    ``kinds`` holds events in order; a dispense that was returned is not among
    them. ``later`` counts the events that a decision can't see yet.
    """

    as_of: int
    patient: Patient
    kinds: dict[str, list[Event]]
    complete: bool
    stretches: tuple[Stretch, ...]
    later: int

    def events(self, kinds: tuple[str, ...]) -> list[Event]:
        """Events of some kinds, in order."""
        if len(kinds) == 1:
            return self.kinds.get(kinds[0], _NONE)
        return sorted((event for kind in kinds for event in self.kinds.get(kind, ())), key=_order)

    def covered(self, kinds: tuple[str, ...], first: int, last: int) -> bool:
        """Whether the record holds everything of some kinds from ``first`` to ``last``, both inclusive."""
        if self.complete or first > last:
            return True
        if "dispensed" in kinds:
            kinds = (*kinds, "returned")
        return all(self._covers(kind, first, last) for kind in kinds)

    def _covers(self, kind: str, first: int, last: int) -> bool:
        needed = max(first, FIRST_RECORD)
        if kind not in _OLDER_THAN_PATIENTS and self.patient.born != UNSTATED:
            needed = max(needed, self.patient.born)
        stretches = [one for one in self.stretches if not one.kinds or kind in one.kinds]
        for stretch in sorted(stretches, key=lambda one: one.first):
            if stretch.first > needed:
                return False
            end = self.as_of if stretch.last == UNTIL_ASKED else stretch.last
            needed = max(needed, end + 1)
            if needed > last:
                return True
        return False


_NONE: list[Event] = []


def _order(event: Event) -> tuple[int, int]:
    return event.day, event.moment


def open_ledger(course: Course, as_of: int, at: int) -> Ledger:
    """The ledger of a course for a decision on day ``as_of`` at ``at`` (microseconds since 1970).

    An event with an instant is seen if it lies before ``at``; one with a day
    if that day isn't after ``as_of``. A correction that is seen voids what it
    names, unless it was itself corrected.
    """
    later = 0
    if course.latest_day <= as_of and course.last_moment < at:
        kinds = dict(course.by_kind)
    else:
        kinds = {}
        for kind, events in course.by_kind.items():
            seen = [one for one in events if (one.moment < at if one.moment != -1 else one.day <= as_of)]
            later += len(events) - len(seen)
            if seen and seen[-1].day > as_of:
                # It has happened, where the calendar is a day ahead: today is the latest day that it can count for.
                seen = sorted((replace(one, day=min(one.day, as_of)) for one in seen), key=_order)
            if seen:
                kinds[kind] = seen
    if "corrected" in kinds:
        kinds = _without_voided(kinds)
    if "returned" in kinds and "dispensed" in kinds:
        kinds["dispensed"] = _without_returned(kinds["dispensed"], kinds["returned"])
    return Ledger(as_of, course.patient, kinds, course.complete, course.stretches, later)


def with_steps(base: Ledger, as_of: int, planned: list[Event]) -> Ledger:
    """The same ledger on a later day, with planned events added; used by planning."""
    kinds = dict(base.kinds)
    for event in planned:
        kinds[event.kind] = sorted([*kinds.get(event.kind, ()), event], key=_order)
    return Ledger(as_of, base.patient, kinds, base.complete, base.stretches, base.later)


def _without_voided(kinds: dict[str, list[Event]]) -> dict[str, list[Event]]:
    """Without what corrections void; one that was itself corrected voids nothing, whichever stands first in the file.

    A correction is settled once all that name it are: two of one day have no
    order of their own, only what they name. Rings were refused when reading.
    """
    corrections = kinds["corrected"]
    by_id = {one.id: one for one in corrections if one.id}
    unsettled = Counter(str(one.fields["corrects"]) for one in corrections)
    settled = [one for one in corrections if one.id == "" or not unsettled[one.id]]
    voided: set[str] = set()
    for correction in settled:  # grows while it is walked
        named = str(correction.fields["corrects"])
        unsettled[named] -= 1
        if correction.id == "" or correction.id not in voided:
            voided.add(named)
        if not unsettled[named] and named in by_id:
            settled.append(by_id[named])
    return {kind: [one for one in events if one.id == "" or one.id not in voided] for kind, events in kinds.items()}


def _without_returned(dispensed: list[Event], returned: list[Event]) -> list[Event]:
    kept = list(dispensed)
    for back in returned:
        for place in range(len(kept) - 1, -1, -1):
            if not comes_after(kept[place], back):
                del kept[place]
                break
    return kept


def comes_after(event: Event, other: Event) -> bool:
    """Certainly later: on a later day, or later that day where both have instants."""
    if event.day != other.day:
        return event.day > other.day
    return event.moment != -1 and other.moment != -1 and event.moment > other.moment
