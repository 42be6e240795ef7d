"""A course: one patient's treatment as the list of its events, all frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from safecourse.days import NEVER

# A field's value after reading: text from its list, a number, a day number, a truth
# value, or a tuple of texts. A field that the file leaves out is absent from the mapping.
Value = str | int | float | bool | tuple[str, ...]

UNTIL_ASKED = 1_000_000_001  # a stretch without end: the asker vouches up to the decision


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened in a course.

    ``day`` is the civil day as written where it happened. ``moment`` is
    microseconds since 1970 if the file gave an instant, else -1: only the
    day is known. ``index`` is the event's place in the file, for messages.
    """

    kind: str
    day: int
    moment: int
    fields: Mapping[str, Value]
    id: str
    index: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days (inclusive) for which the record holds everything of some kinds; no kinds means all."""

    first: int
    last: int  # UNTIL_ASKED if the file gave no end
    kinds: frozenset[str]


@dataclass(frozen=True, slots=True)
class Patient:
    """What a course says of its patient; ``born`` is UNSTATED, texts are empty, where it says nothing."""

    born: int
    category: Literal["", "can-become-pregnant", "cannot-become-pregnant", "contraception-not-required"]
    cycles: Literal["", "regular", "irregular"]


@dataclass(frozen=True, slots=True)
class Course:
    """A whole course as read. ``complete`` and ``stretches`` say what the record covers.

    ``events`` are without exact duplicates and sorted by day; those of one day
    are in an order that does not depend on their order in the file.
    """

    programmes: tuple[str, ...]
    patient: Patient
    complete: bool
    stretches: tuple[Stretch, ...]
    events: tuple[Event, ...]
    # An index of the events, so that deciding on the whole record needn't walk it again.
    by_kind: Mapping[str, list[Event]] = field(init=False, compare=False, repr=False)
    last_day: int = field(init=False, compare=False, repr=False)  # of events without an instant
    latest_day: int = field(init=False, compare=False, repr=False)  # of all events
    last_moment: int = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        by_kind: dict[str, list[Event]] = {}
        for event in self.events:
            by_kind.setdefault(event.kind, []).append(event)
        object.__setattr__(self, "by_kind", by_kind)
        object.__setattr__(self, "last_day", max((one.day for one in self.events if one.moment == -1), default=NEVER))
        object.__setattr__(self, "latest_day", self.events[-1].day if self.events else NEVER)
        object.__setattr__(self, "last_moment", max((one.moment for one in self.events), default=-1))


UNSTATED = 1_000_000_002  # patient.born where the file gives none: unknown
