"""What changed between two versions of a programme, rule by rule."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any, Literal

from safecourse.rulebook.describing import window_in_numbers
from safecourse.rulebook.model import (
    Alternative,
    Bound,
    Condition,
    Fact,
    Flag,
    Programme,
    Requirement,
    Window,
    names_needed_by,
)

Kind = Literal["added", "dropped", "changed", "restated"]
Detail = tuple[str, str, str]  # what, before, after


@dataclass(frozen=True, slots=True)
class Change:
    """One rule that differs: ``details`` names what, before and after (empty texts: it wasn't there)."""

    kind: Kind
    requirement: str
    says: str
    details: tuple[tuple[str, str, str], ...]


def differences(older: Programme, newer: Programme) -> tuple[Change, ...]:
    """Every requirement that was added, dropped or changed, itself or by a fact or flag that it rests on."""
    before = {one.id: one for one in older.requirements}
    after = {one.id: one for one in newer.requirements}
    changes = []
    for name in dict.fromkeys([*after, *before]):
        if name not in before:
            new = after[name]
            changes.append(Change("added", name, new.says, (("rule", "", window_in_numbers(new.window)),)))
        elif name not in after:
            old = before[name]
            changes.append(Change("dropped", name, old.says, (("rule", window_in_numbers(old.window), ""),)))
        else:
            details = tuple(_details(older, newer, before[name], after[name]))
            if details:
                # A rule that only reads better, or worse, sourced is still the same rule.
                restated = all(what in ("source", "grade", "assumption") for what, _, _ in details)
                changes.append(Change("restated" if restated else "changed", name, after[name].says, details))
    return tuple(changes)


_COMPARED = ("gates", "applies", "binding", "window", "any_of", "is_window", "says", "source", "grade", "assumption")
_WORDS = {"gates": "gates", "applies": "applies", "any_of": "alternatives", "is_window": "window of the act"}


def _details(older: Programme, newer: Programme, one: Requirement, other: Requirement) -> Iterator[Detail]:
    for name in _COMPARED:
        before, after = getattr(one, name), getattr(other, name)
        if before != after:
            yield _WORDS.get(name, name), _shown(before), _shown(after)
    old, new = _ground(older, one), _ground(newer, other)
    for name in dict.fromkeys([*old, *new]):
        if name not in old:
            yield name, "", _says(new[name])
        elif name not in new:
            yield name, _says(old[name]), ""
        elif old[name] != new[name]:
            yield from _parts(name, old[name], new[name])


def _ground(programme: Programme, requirement: Requirement) -> dict[str, Fact | Flag]:
    """The facts and flags that a requirement rests on, directly or not."""
    facts = {fact.name: fact for fact in programme.facts}
    flags = {flag.name: flag for flag in programme.flags}
    found: dict[str, Fact | Flag] = {}
    window = requirement.window
    waiting = [name.lstrip("!") for name in requirement.applies]
    waiting += [window.observe, window.opens.fact, window.closes.fact]
    while waiting:
        name = waiting.pop(0)
        if name in found:
            continue
        if name in flags:
            found[name] = flags[name]
            waiting += [flags[name].window.observe, flags[name].window.opens.fact, flags[name].window.closes.fact]
        elif name in facts:
            found[name] = facts[name]
            waiting += names_needed_by(facts[name])
    return found


def _parts(name: str, old: Fact | Flag, new: Fact | Flag) -> Iterator[Detail]:
    if type(old) is not type(new):
        yield name, _says(old), _says(new)
        return
    for field in fields(old):
        before, after = getattr(old, field.name), getattr(new, field.name)
        if before != after:
            yield f"{name}, {field.name.replace('_', ' ')}", _shown(before), _shown(after)


def _says(one: Fact | Flag) -> str:
    return one.says


def _shown(value: Any) -> str:
    """A value of a rule book, short enough for a table."""
    if isinstance(value, Window):
        return window_in_numbers(value)
    if isinstance(value, Condition):
        return _condition(value)
    if isinstance(value, Alternative):
        since = f" from {value.since} on" if value.since else ""
        return " and ".join(_condition(one) for one in value.conditions) + since
    if isinstance(value, Bound):
        return f"{value.fact} {value.offset:+d}" if value.offset else value.fact
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return "; ".join(_shown(one) for one in value)
    return str(value)


def _condition(one: Condition) -> str:
    if one.among:
        text = f"{one.field}: {' or '.join(_shown(value) for value in one.among)}"
    else:
        least = "" if one.least == -math.inf else f"{one.least:g} ≤ "
        most = "" if one.most == math.inf else f" ≤ {one.most:g}"
        text = f"{least}{one.field}{most}"
    return text if one.absent == "fail" else f"{text} ({'passes' if one.absent == 'pass' else 'unknown'} if not stated)"
