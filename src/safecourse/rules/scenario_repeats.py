"""Events that a scenario writes once and means many times: ``repeat: {days: [0, 3], weeks: 16}``."""

from __future__ import annotations

from safecourse import days
from safecourse.course.nodes import Listing, Node, Table, Text, inside, plain
from safecourse.course.problems import Found, quoted

_MOST_WEEKS = 520  # ten years
_WRITE = "write {days: [0, 3], weeks: 16}"


def events_of(node: Node, path: str, found: Found) -> list[object]:
    """The event in a node as a plain mapping, or as many as its ``repeat`` says, each on its day."""
    if not isinstance(node, Table) or "repeat" not in node.entries:
        return [plain(node)]
    repeat, where = node.entries["repeat"], inside(path, "repeat")
    start = _start(node, path, found)
    event = plain(Table({key: one for key, one in node.entries.items() if key != "repeat"}, node.line))
    if not isinstance(repeat, Table) or set(repeat.entries) != {"days", "weeks"}:
        found.add(repeat.line, where, "repeat says on which days of how many weeks", _WRITE)
        return [event]
    listed, weeks = repeat.entries["days"], _number(repeat.entries["weeks"], inside(where, "weeks"), 1, found)
    if not isinstance(listed, Listing) or not listed.items:
        found.add(listed.line, inside(where, "days"), "days is a list", _WRITE)
        return [event]
    offsets = [_number(one, inside(inside(where, "days"), place), 0, found) for place, one in enumerate(listed.items)]
    if offsets != sorted(set(offsets)) or offsets[-1] > 6:
        found.add(listed.line, inside(where, "days"), "days are 0 to 6, each once, in order", _WRITE)
        return [event]
    assert isinstance(event, dict)
    return [{**event, "on": days.iso(start + 7 * week + day)} for week in range(weeks) for day in offsets]


def _start(event: Table, path: str, found: Found) -> int:
    on = event.entries.get("on")
    if "id" in event.entries:
        found.add(event.line, path, "a repeated event has an id", "leave the id out: each event needs its own")
    try:
        return days.parse_day(on.text if isinstance(on, Text) else "")
    except ValueError as error:
        found.add(event.line, inside(path, "on"), f"a repeated event needs its first day: {error}", "write on: DAY")
        return 0


def _number(node: Node, path: str, least: int, found: Found) -> int:
    text = node.text if isinstance(node, Text) else ""
    if not text.isdecimal() or len(text) > 4 or not least <= int(text) <= _MOST_WEEKS:
        found.add(node.line, path, f"{quoted(text)} is no whole number from {least} to {_MOST_WEEKS}", _WRITE)
        return least
    return int(text)
