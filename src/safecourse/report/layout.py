"""Laying marks out along an axis so that none covers another: side by side first, then several in one."""

from __future__ import annotations

from dataclasses import dataclass

from safecourse.report.events import Mark
from safecourse.report.scale import Scale

SHORTEST = 20.0  # a mark's length on paper, whatever its label
PER_LETTER = 6.6
GAP = 2.0


@dataclass(frozen=True, slots=True)
class Item:
    """One mark, or several in one: where it begins along the axis, its row within the lane, its bar of supply."""

    marks: tuple[Mark, ...]
    start: float
    row: int
    bar_start: float
    bar_end: float  # equal to bar_start if there is no bar

    @property
    def label(self) -> str:
        """Codes of its marks: T2, or T2-5 for four in one."""
        first, last = self.marks[0], self.marks[-1]
        return first.code if first is last else f"{first.code}\u2013{last.number}"

    @property
    def state(self) -> str:
        """The state that all share, or ``mixed``."""
        states = {mark.state for mark in self.marks}
        return states.pop() if len(states) == 1 else "mixed"

    @property
    def alarming(self) -> bool:
        """Whether one of them is alarming."""
        return any(mark.alarming for mark in self.marks)

    @property
    def width(self) -> float:
        """The length of the label's box."""
        return width_of(self.label)


def width_of(label: str) -> float:
    """The length that a box with this label needs."""
    return max(SHORTEST, PER_LETTER * len(label) + 7)


def lay_out(marks: list[Mark], scale: Scale, rows: int, *, upright: bool) -> tuple[Item, ...]:
    """The items of one lane in at most ``rows`` rows; ``upright`` if the axis runs down the page.

    Bars of supply take room only where the axis lies; upright they stand beside
    their marks. Marks of one day and state are one item from the start; if that needs too
    many rows, marks of neighbouring days are joined, more and more of them.
    """
    reach = 0
    while True:
        items = _pack(_joined(marks, reach, mixed=reach > 6), scale, upright=upright)
        if len(items) == 1 or max(item.row for item in items) < rows:
            return items
        reach = reach * 2 + 1


def _joined(marks: list[Mark], reach: int, *, mixed: bool) -> list[list[Mark]]:
    groups: list[list[Mark]] = []
    for mark in marks:
        last = groups[-1][-1] if groups else None
        near = last is not None and mark.event.day - groups[-1][0].event.day <= reach
        if last is not None and near and (mixed or last.state == mark.state):
            groups[-1].append(mark)
        else:
            groups.append([mark])
    return groups


def _pack(groups: list[list[Mark]], scale: Scale, *, upright: bool) -> tuple[Item, ...]:
    ends: list[float] = []
    items = []
    for group in groups:
        item = Item(tuple(group), 0, 0, *_bar(group, scale))
        length = SHORTEST - 2 if upright else item.width
        start = scale.place(group[0].event.day + 0.5) - length / 2
        row = next((place for place, end in enumerate(ends) if end + GAP <= start), len(ends))
        ends[row : row + 1] = [start + length if upright else max(start + length, item.bar_end)]
        items.append(Item(item.marks, start, row, item.bar_start, item.bar_end))
    return tuple(items)


def _bar(group: list[Mark], scale: Scale) -> tuple[float, float]:
    """The days of supply of what was dispensed."""
    supplies = [(one.event.day, supply_end(one)) for one in group if one.event.kind == "dispensed"]
    if not supplies:
        return 0.0, 0.0
    return scale.place(min(first for first, _ in supplies)), scale.place(max(end for _, end in supplies))


def supply_end(mark: Mark) -> int:
    """The day after the last day of supply of a dispense."""
    supply = mark.event.fields.get("days_supply", 0)
    return mark.event.day + int(supply) if isinstance(supply, int) else mark.event.day
