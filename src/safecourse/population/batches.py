"""Batches: the events of many courses as columns, one table for each kind of event.

The layout is that of an Arrow list: by kind, the events of all courses one
after the other, and for each course where its own begin. Within a course they
are in the order of days. What a rule asks of an event besides its day is held
once for all events that agree in it, as a *signature*; numbers and days that
differ from event to event are columns of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt

from safecourse.course.model import Course, Event, Value
from safecourse.days import OPEN
from safecourse.rulebook.model import CODES, Programme

Days = npt.NDArray[np.int32]
ABSENT = -2_000_000_000  # in a wide column: the event doesn't state the field
FRACTION = -2_000_000_001  # in a wide column: a number that isn't whole, left to the engine for single courses

# Fields that are columns of their own: nearly every event states another value.
WIDE = ("until", "since", "days_supply", "size_mm")
# Kinds that change what other events mean; a course that has one is left to the engine for single courses.
_INTERWOVEN = ("corrected", "returned")


@dataclass(frozen=True, slots=True)
class Table:
    """The events of one kind: ``offsets[c]`` to ``offsets[c + 1]`` are those of course c."""

    offsets: npt.NDArray[np.int32]
    day: Days
    signature: npt.NDArray[Any]  # unsigned, as narrow as they may be
    signatures: tuple[Mapping[str, Value], ...]
    wide: Mapping[str, Days]  # whole numbers or days; ABSENT where not stated


@dataclass(frozen=True, slots=True)
class Batch:
    """Some courses. Those that are not ``plain`` have something that columns can't say; ask the engine for them."""

    size: int
    born: Days
    cycles: Days
    category: Days
    plain: npt.NDArray[np.bool_]
    tables: Mapping[str, Table]


def kinds_read(programme: Programme) -> tuple[str, ...]:
    """The kinds of event that the facts of a programme read."""
    kinds: dict[str, None] = {}
    for fact in programme.facts:
        kinds |= dict.fromkeys((*fact.events, *fact.actor))
        kinds |= dict.fromkeys(within.event for within in fact.within)
        if fact.followed_by:
            kinds[fact.followed_by] = None
        if fact.fold == "certificate":
            kinds |= dict.fromkeys(("certified", "decertified"))
        if fact.fold == "conclusion":
            kinds |= dict.fromkeys(("classified", "judged"))
    return tuple(kinds)


def batches_of(programme: Programme, courses: Iterable[Course], size: int = 65_536) -> Iterator[Batch]:
    """Courses in batches of at most ``size``, in their order."""
    kinds = kinds_read(programme)
    rest = iter(courses)
    while some := list(islice(rest, size)):
        yield batch_of(kinds, some)


def batch_of(kinds: Sequence[str], courses: Sequence[Course]) -> Batch:
    """One batch of courses, with the tables of some kinds of event."""
    return Batch(
        size=len(courses),
        born=np.array([one.patient.born for one in courses], dtype=np.int32),
        cycles=np.array([CODES.get(one.patient.cycles, 0) for one in courses], dtype=np.int32),
        category=np.array([CODES.get(one.patient.category, 0) for one in courses], dtype=np.int32),
        plain=np.array([_plain(one) for one in courses], dtype=np.bool_),
        tables={kind: _table([one.by_kind.get(kind, ()) for one in courses]) for kind in kinds},
    )


def _plain(course: Course) -> bool:
    """Whether columns can say all of a course: wholly covered, days only, nothing taken back or waited for."""
    if not course.complete or course.last_moment != -1 or any(kind in course.by_kind for kind in _INTERWOVEN):
        return False
    return not any("resulted" in test.fields for test in course.by_kind.get("pregnancy-test", ()))


def _table(lists: Sequence[Sequence[Event]]) -> Table:
    offsets = np.zeros(len(lists) + 1, dtype=np.int32)
    np.cumsum([len(events) for events in lists], out=offsets[1:])
    numbers: dict[tuple[tuple[str, Value], ...], int] = {}
    days, signatures = [], []
    wide: dict[str, list[int]] = {name: [] for name in WIDE}
    for events in lists:
        for event in events:
            days.append(event.day)
            key = signature_of(event.fields)
            signatures.append(numbers.setdefault(key, len(numbers)))
            for name, column in wide.items():
                column.append(_whole(event.fields.get(name, ABSENT)))
    return Table(
        offsets,
        np.array(days, dtype=np.int32),
        np.array(signatures, dtype=np.min_scalar_type(len(numbers))),  # few: a quarter of the memory to walk
        tuple(dict(key) for key in numbers),
        {name: np.array(column, dtype=np.int32) for name, column in wide.items()},
    )


def signature_of(fields: Mapping[str, Value]) -> tuple[tuple[str, Value], ...]:
    """What events must agree in to share a signature; of who acted, only whether anybody is named."""
    return tuple(
        sorted(
            (name, "named" if name in ("who", "pharmacy") else value)
            for name, value in fields.items()
            if name not in WIDE
        )
    )


def _whole(value: Value) -> int:
    """A day or whole number for a wide column; FRACTION marks a number that isn't whole."""
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float) and value.is_integer() and abs(value) < OPEN:
        return int(value)
    return FRACTION
