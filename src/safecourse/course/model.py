"""A course: one patient's treatment as the list of its events, all frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

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


UNSTATED = 1_000_000_002  # patient.born where the file gives none: unknown
