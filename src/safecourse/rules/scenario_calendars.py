"""What a scenario says of a course's calendar, and what a calendar says otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from safecourse import days
from safecourse.course.nodes import Listing, Node, Table, Text, inside
from safecourse.course.problems import Found, quoted
from safecourse.rules.calendars import WHATS, Entry
from safecourse.wording import day_in_words

_KEYS = ("schedule", "counts", "first", "last", "on", "never")
_ON = ("on", "until", "what", "says")
_MAPPING = "write for example {application: 32}"


@dataclass(frozen=True, slots=True)
class Expected:
    """An entry that stands, or must not stand, in a calendar; empty texts where the scenario doesn't say."""

    what: str
    on: str
    until: str
    says: str  # a part of the detail

    def fits(self, entry: Entry) -> bool:
        """Whether an entry is what is meant."""
        return (
            entry.what == self.what
            and self.on in ("", days.iso(entry.on))
            and self.until in ("", days.iso(entry.until))
            and self.says in entry.detail
        )

    def __str__(self) -> str:
        stretch = f" on {self.on}" if self.on else ""
        stretch += f" until {self.until}" if self.until else ""
        return f"{self.what}{stretch}" + (f' with "{self.says}"' if self.says else "")


@dataclass(frozen=True, slots=True)
class ExpectedCalendar:
    """What a scenario states of a calendar; ``asked`` is false for a scenario that asks a gate.

    ``schedule`` names the schedule of tests to go by, empty for the programme's own.
    """

    asked: bool
    counts: tuple[tuple[str, int], ...]
    first: tuple[tuple[str, str], ...]
    last: tuple[tuple[str, str], ...]
    entries: tuple[Expected, ...]
    never: tuple[Expected, ...]
    schedule: str = ""

    def differences(self, entries: Sequence[Entry]) -> list[str]:
        """What a calendar says otherwise, each in words."""
        found = []
        for what, count in self.counts:
            got = sum(one.what == what for one in entries)
            if got != count:
                found.append(f"{what}: expected {count}, got {got}")
        for place, pairs in ((0, self.first), (-1, self.last)):
            word = "last" if place else "first"
            for what, day in pairs:
                those = sorted(days.iso(one.on) for one in entries if one.what == what)
                got_day = those[place] if those else "none"
                if got_day != day:
                    found.append(f"{word} {what}: expected {day}, got {got_day}")
        for one in self.entries:
            if not any(one.fits(entry) for entry in entries):
                near = [
                    f"{days.iso(entry.on)} to {days.iso(entry.until)}" for entry in entries if entry.what == one.what
                ]
                found.append(f"expected {one}, got {', '.join(near[:5]) or 'none'}")
        for one in self.never:
            those = [days.iso(entry.on) for entry in entries if one.fits(entry)]
            if those:
                found.append(f"expected no {one}, got {', '.join(those[:5])}")
        return found

    def in_words(self) -> str:
        """What the calendar says, for the manual."""
        parts = [f"by the schedule {self.schedule}"] if self.schedule else []
        parts += [f"{what}: {count}" for what, count in self.counts]
        parts += [f"first {what} on {day_in_words(day)}" for what, day in self.first]
        parts += [f"last {what} on {day_in_words(day)}" for what, day in self.last]
        parts += _together(self.entries)
        parts += [f"no {one}" for one in _together(self.never)]
        return "; ".join(parts)


def _together(entries: tuple[Expected, ...]) -> list[str]:
    """Expected entries in words, the single days of one word together."""
    days_of: dict[str, list[str]] = {}
    others: list[str] = []
    for one in entries:
        if one.on and not one.until and not one.says:
            days_of.setdefault(one.what, []).append(day_in_words(one.on))
        else:
            stretch = f" on {day_in_words(one.on)}" if one.on else ""
            stretch += f" to {day_in_words(one.until)}" if one.until else ""
            others.append(f"{one.what}{stretch}" + (f' saying "{one.says}"' if one.says else ""))
    return [*(f"{what} on {', '.join(those)}" for what, those in days_of.items()), *others]


NO_CALENDAR = ExpectedCalendar(False, (), (), (), (), ())


def read_expected(node: Node, path: str, found: Found) -> ExpectedCalendar:
    """The ``calendar`` of a scenario; problems are noted at their place."""
    if not isinstance(node, Table):
        found.add(node.line, path, "calendar is a mapping", "write counts, first, last, on or never")
        return NO_CALENDAR
    for key, one in node.entries.items():
        if key not in _KEYS:
            found.add_word(one.line, inside(path, key), f"there is no key {quoted(key)} here", key, _KEYS)
    expected = ExpectedCalendar(
        asked=True,
        counts=tuple((what, _count(text, at, found)) for what, text, at in _pairs(node, "counts", path, found)),
        first=tuple((what, _day(text, at, found)) for what, text, at in _pairs(node, "first", path, found)),
        last=tuple((what, _day(text, at, found)) for what, text, at in _pairs(node, "last", path, found)),
        entries=_entries(node, "on", path, found),
        never=_entries(node, "never", path, found),
        schedule=_schedule(node, path, found),
    )
    if not any((expected.counts, expected.first, expected.last, expected.entries, expected.never)):
        found.add(node.line, path, "this calendar states nothing", "write counts, first, last, on or never")
    return expected


def _schedule(table: Table, path: str, found: Found) -> str:
    node = table.entries.get("schedule")
    if node is None:
        return ""
    if not isinstance(node, Text):
        found.add(node.line, inside(path, "schedule"), "a schedule is one word", "write for example delphi-2022")
        return ""
    return node.text


def _pairs(table: Table, key: str, path: str, found: Found) -> list[tuple[str, Text, str]]:
    node = table.entries.get(key)
    where = inside(path, key)
    if node is None:
        return []
    if not isinstance(node, Table):
        found.add(node.line, where, f"{key} is a mapping", _MAPPING)
        return []
    pairs = []
    for what, value in node.entries.items():
        at = inside(where, what)
        _check_what(what, value.line, at, found)
        if isinstance(value, Text):
            pairs.append((what, value, at))
        else:
            found.add(value.line, at, "this is a list or a mapping", _MAPPING)
    return pairs


def _check_what(what: str, line: int, path: str, found: Found) -> None:
    if what not in WHATS:
        found.add_word(line, path, f"{quoted(what)} is no word of a calendar", what, WHATS)


def _count(value: Text, path: str, found: Found) -> int:
    if not value.text.isdecimal() or len(value.text) > 5:
        found.add(value.line, path, f"{quoted(value.text)} is no number", "write how many")
        return 0
    return int(value.text)


def _day(value: Text, path: str, found: Found, words: tuple[str, ...] = ()) -> str:
    if value.text not in words:
        try:
            days.parse_day(value.text)
        except ValueError as error:
            found.add(value.line, path, f"{quoted(value.text)}: {error}", "correct it")
    return value.text


def _entries(table: Table, key: str, path: str, found: Found) -> tuple[Expected, ...]:
    node = table.entries.get(key)
    where = inside(path, key)
    if node is None:
        return ()
    if not isinstance(node, Listing):
        found.add(node.line, where, f"{key} is a list", "write [{on: DAY, what: end}]")
        return ()
    return tuple(_entry(item, key, inside(where, place), found) for place, item in enumerate(node.items))


def _entry(node: Node, key: str, path: str, found: Found) -> Expected:
    """An expected entry: a mapping; under ``never`` also a bare word."""
    if isinstance(node, Text) and key == "never":
        _check_what(node.text, node.line, path, found)
        return Expected(node.text, "", "", "")
    if not isinstance(node, Table) or not all(isinstance(one, Text) for one in node.entries.values()):
        found.add(node.line, path, "an entry of a calendar is a mapping", "write {on: DAY, what: end}")
        return Expected("", "", "", "")
    texts = {name: one for name, one in node.entries.items() if isinstance(one, Text)}
    for name, one in texts.items():
        if name not in _ON:
            found.add_word(one.line, inside(path, name), f"there is no key {quoted(name)} here", name, _ON)
    for name in ("on", "what"):
        if name not in texts:
            found.add(node.line, path, f"{name} is missing", "add it")
            return Expected("", "", "", "")
    _check_what(texts["what"].text, texts["what"].line, inside(path, "what"), found)
    return Expected(
        what=texts["what"].text,
        on=_day(texts["on"], inside(path, "on"), found),
        until=_day(texts["until"], inside(path, "until"), found, ("open-ended",)) if "until" in texts else "",
        says=texts["says"].text if "says" in texts else "",
    )
