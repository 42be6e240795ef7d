"""Where a day lies on an axis: straight, except that long stretches without anything are cut short."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass

from safecourse import days
from safecourse.report.words import MONTHS

EMPTY = 75  # days without anything from which a stretch is cut
CUT = 12  # days that a cut stretch still takes on the axis
MARGIN = 3  # days before the first thing and after the last


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days from ``first`` to ``last`` that lie between ``start`` and ``end`` on the axis; ``cut`` if left out."""

    first: int
    last: int
    start: float
    end: float
    cut: bool


@dataclass(frozen=True, slots=True)
class Scale:
    """An axis of days."""

    stretches: tuple[Stretch, ...]
    days: int  # that the axis has room for

    def place(self, day: float) -> float:
        """Where the start of a day (or a part of it, as a fraction) lies; beyond the ends, at the ends."""
        for one in self.stretches:
            if day <= one.last:
                share = max(0.0, day - one.first) / (one.last - one.first)
                return one.start + share * (one.end - one.start)
        return self.stretches[-1].end

    def ticks(self, room: float) -> list[tuple[float, str, str]]:
        """The starts of months, as place, month and year; no label where it had no ``room``, no year twice."""
        found: list[tuple[float, str, str]] = []
        year_said = 0
        free_from = float("-inf")
        for one in self.stretches:
            if one.cut:
                continue
            starts = [day for day in range(one.first, one.last) if days.calendar_date(day).day == 1]
            for day in starts or [(one.first + one.last) // 2]:
                place = self.place(day)
                if place < free_from:
                    found.append((place, "", ""))
                    continue
                date = days.calendar_date(day)
                label = MONTHS[date.month - 1] if starts else f"{date.day} {MONTHS[date.month - 1]}"
                found.append((place, label, "" if date.year == year_said else str(date.year)))
                year_said, free_from = date.year, place + room
        return found


def scale_of(things: Iterable[int], start: float, length: float) -> Scale:
    """The axis from ``start`` over ``length`` that shows all the days of ``things`` (at least one)."""
    ordered = sorted(set(things))
    spans: list[tuple[int, int, bool]] = []
    first = ordered[0] - MARGIN
    for before, after in itertools.pairwise(ordered):
        if after - before > EMPTY:
            spans += [(first, before + MARGIN, False), (before + MARGIN, after - MARGIN, True)]
            first = after - MARGIN
    spans.append((first, ordered[-1] + 1 + MARGIN, False))
    room = sum(CUT if cut else last - low for low, last, cut in spans)
    per_day = length / room
    stretches = []
    for low, last, cut in spans:
        end = start + per_day * (CUT if cut else last - low)
        stretches.append(Stretch(low, last, start, end, cut))
        start = end
    return Scale(tuple(stretches), room)
