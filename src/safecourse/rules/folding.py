"""Folding: from the events that a decision can see to the facts that rules ask for.

Each fact of a programme is compiled once into a function of (ledger, state).
A state holds one number per fact, the moment of the event behind it where
that is known, and one bit per fact that nobody can know from the record.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from safecourse.course.model import Event
from safecourse.days import NEVER, OPEN, add_months
from safecourse.rulebook.model import Bound, Condition, Fact
from safecourse.rules.ledger import Ledger, comes_after

NO_MOMENT = -1
MAYBE = 2  # an event of which nobody can tell whether it counts


@dataclass(slots=True)
class State:
    """Facts while they are being folded: by slot, value, moment and unknown bit."""

    values: list[Any]
    moments: list[int]
    unknown: int = 0

    def put(self, slot: int, value: Any, moment: int = NO_MOMENT) -> None:
        self.values[slot] = value
        self.moments[slot] = moment

    def put_event(self, slot: int, event: Event) -> None:
        self.values[slot] = event.day
        self.moments[slot] = event.moment

    def put_unknown(self, slot: int) -> None:
        self.unknown |= 1 << slot


Fold = Callable[[Ledger, State], None]
Slots = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Limits:
    """The part of the record that one fold looks at, solved for one state."""

    low: int  # first day looked at; NEVER for all of the past
    high: int  # last day looked at
    ties: tuple[tuple[int, int, int], ...]  # (day, moment, mode): how events of a bound's own day count
    known: bool

    def admits(self, event: Event) -> bool:
        day = event.day
        if not self.low <= day <= self.high:
            return False
        return all(tie[0] != day or _tie_admits(event.moment, tie[1], tie[2]) for tie in self.ties)


_SINCE, _FOLLOWS, _UNTIL = 0, 1, 2


def _tie_admits(moment: int, bound: int, mode: int) -> bool:
    both = moment != NO_MOMENT and bound != NO_MOMENT
    if mode == _SINCE:
        return not both or moment >= bound
    if mode == _FOLLOWS:
        return both and moment > bound
    return not both or moment <= bound


@dataclass(frozen=True, slots=True)
class Bounds:
    """A fact's four kinds of bounds, with the facts' names resolved to slots."""

    since: tuple[tuple[int, int], ...]
    follows: tuple[tuple[int, int], ...]
    after: tuple[tuple[int, int], ...]
    until: tuple[tuple[int, int], ...]
    mask: int = field(default=0)

    def solve(self, ledger: Ledger, state: State) -> Limits:
        values, low, high = state.values, NEVER, ledger.as_of
        ties: list[tuple[int, int, int]] = []
        for group, mode in ((self.since, _SINCE), (self.follows, _FOLLOWS)):
            for slot, offset in group:
                day = values[slot] + offset
                low = max(low, day)
                if values[slot] > NEVER and (mode == _FOLLOWS or state.moments[slot] != NO_MOMENT):
                    ties.append((day, state.moments[slot] if offset == 0 else NO_MOMENT, mode))
        for slot, offset in self.after:
            low = max(low, values[slot] + offset + 1)
        for slot, offset in self.until:
            high = min(high, values[slot] + offset)
            if offset == 0 and state.moments[slot] != NO_MOMENT:
                ties.append((values[slot], state.moments[slot], _UNTIL))
        return Limits(low, high, tuple(ties), not state.unknown & self.mask)


def _resolve(bounds: tuple[Bound, ...], slots: Slots) -> tuple[tuple[int, int], ...]:
    return tuple((slots[bound.fact], bound.offset) for bound in bounds)


def bounds_of(fact: Fact, slots: Slots) -> Bounds:
    groups = [_resolve(one, slots) for one in (fact.since, fact.follows, fact.after, fact.until)]
    mask = sum({1 << slot for group in groups for slot, _ in group})
    return Bounds(groups[0], groups[1], groups[2], groups[3], mask)


# ---- which events count ---------------------------------------------------------------------


def _test(condition: Condition) -> Callable[[Mapping[str, Any]], int]:
    name, among, least, most = condition.field, frozenset(condition.among), condition.least, condition.most
    absent = {"pass": 1, "fail": 0, "unknown": MAYBE}[condition.absent]

    def holds(fields: Mapping[str, Any]) -> int:
        if name not in fields:
            return absent
        value = fields[name]
        if among:
            return 1 if (any(one in among for one in value) if isinstance(value, tuple) else value in among) else 0
        return 1 if least <= value <= most else 0

    return holds


def _all(tests: list[Callable[[Mapping[str, Any]], int]]) -> Callable[[Mapping[str, Any]], int]:
    def hold(fields: Mapping[str, Any]) -> int:
        answer = 1
        for test in tests:
            one = test(fields)
            if one == 0:
                return 0
            answer = max(answer, one)
        return answer

    return hold


def matcher(conditions: tuple[Condition, ...]) -> Callable[[Mapping[str, Any]], int]:
    """1, 0 or MAYBE for an event's fields; absent fields as each condition states."""
    tests = [_test(condition) for condition in conditions]
    return tests[0] if len(tests) == 1 else _all(tests)


SETTINGS = ("laboratory", "medical", "supervised-remote", "home")


def _acceptance(fact: Fact, slots: Slots) -> Callable[[Event, State], int]:
    """Whether an event counts, with a setting that nobody recorded tried as every setting that it may have been."""
    base = matcher(fact.conditions)
    ways = [(matcher(way.conditions), slots[way.since] if way.since else -1) for way in fact.accept]

    def accepted(fields: Mapping[str, Any], event: Event, state: State) -> int:
        answer = base(fields)
        if answer == 0 or not ways:
            return answer
        best = 0
        for way, since in ways:
            one = way(fields)
            if one and since >= 0:
                if state.unknown >> since & 1:
                    one = MAYBE
                elif not _on_or_after(event, state.values[since], state.moments[since]):
                    one = 0
            best = 1 if 1 in (one, best) else max(best, one)
        if best == 0:
            return 0
        return 1 if answer == best == 1 else MAYBE

    def counts(event: Event, state: State) -> int:
        fields = event.fields
        if fields.get("setting") != "unknown":
            return accepted(fields, event, state)
        answers = {accepted({**fields, "setting": setting}, event, state) for setting in SETTINGS}
        return answers.pop() if len(answers) == 1 else MAYBE

    return counts


def _on_or_after(event: Event, day: int, moment: int) -> bool:
    if day == NEVER:
        return False
    if event.day != day:
        return event.day > day
    return event.moment == NO_MOMENT or moment == NO_MOMENT or event.moment >= moment


def _near(fact: Fact, slots: Slots) -> Callable[[Event, Ledger, State], int]:
    """Whether an event lies within some days after the latest event of another kind."""
    (within,) = fact.within
    only_if = slots[within.only_if] if within.only_if else -1

    def near(event: Event, ledger: Ledger, state: State) -> int:
        if only_if >= 0 and not state.unknown >> only_if & 1 and not state.values[only_if]:
            return 1
        earlier = [one.day for one in ledger.kinds.get(within.event, ()) if not comes_after(one, event)]
        if earlier and within.least <= event.day - max(earlier) <= within.most:
            return 1
        if only_if >= 0 and state.unknown >> only_if & 1:
            return MAYBE
        covered = ledger.covered((within.event,), event.day - within.most, event.day - within.least)
        return 0 if covered else MAYBE

    return near


Candidates = Callable[[Ledger, State, Limits], tuple[list[Event], list[Event]]]


def candidates_of(fact: Fact, slots: Slots) -> Candidates:
    """A function giving, in order, the events that count and those that may count."""
    counts = _acceptance(fact, slots)
    near = _near(fact, slots) if fact.within else None
    kinds, unfiltered = fact.events, not fact.conditions and not fact.accept
    follower = matcher(fact.followed_by_where) if fact.followed_by else None

    def candidates(ledger: Ledger, state: State, limits: Limits) -> tuple[list[Event], list[Event]]:
        sure: list[Event] = []
        maybe: list[Event] = []
        for event in ledger.events(kinds):
            if not limits.admits(event):
                continue
            answer = 1 if unfiltered else counts(event, state)
            if answer and near is not None:
                here = near(event, ledger, state)
                answer = here if here != 1 else answer
            if answer == 1:
                sure.append(event)
            elif answer == MAYBE:
                maybe.append(event)
        if follower is not None:
            follows = [one for one in ledger.kinds.get(fact.followed_by, ()) if follower(one.fields)]
            sure, maybe = _rested_on(sure, maybe, follows)
            if not ledger.covered((fact.followed_by,), limits.low, ledger.as_of):
                maybe = [*maybe, *(one for one in ledger.events(kinds) if one not in sure and limits.admits(one))]
        return sure, maybe

    return candidates


def _rested_on(sure: list[Event], maybe: list[Event], follows: list[Event]) -> tuple[list[Event], list[Event]]:
    """Those on which a following event rests: each rests on the latest at or before it."""
    every = sorted([*sure, *maybe], key=lambda one: (one.day, one.moment))
    rested: list[Event] = []
    for follow in follows:
        before = [one for one in every if not comes_after(one, follow)]
        if before and before[-1] not in rested:
            rested.append(before[-1])
    rested.sort(key=lambda one: (one.day, one.moment))
    return [one for one in rested if one in sure], [one for one in rested if one in maybe]


# ---- the plain folds ---------------------------------------------------------------------------


def compile_fold(fact: Fact, slots: Slots, flags: Slots) -> Fold:
    """The function that folds one fact; ``flags`` are slots too, holding 0 or 1."""
    both = {**slots, **flags}
    if fact.fold in ("last", "first"):
        return _last_or_first(fact, both)
    if fact.fold in ("count", "sum"):
        return _count_or_sum(fact, both)
    if fact.fold == "episode-start":
        return _episode_start(fact, both)
    if fact.fold in ("later-of", "earlier-of"):
        return _later_or_earlier(fact, both)
    if fact.fold == "choose":
        return _choose(fact, both)
    if fact.fold == "shift":
        return _shift(fact, both)
    raise AssertionError(f"fold {fact.fold} is compiled in special_folds")


def _last_or_first(fact: Fact, slots: Slots) -> Fold:
    slot, bounds, candidates = slots[fact.name], bounds_of(fact, slots), candidates_of(fact, slots)
    last, kinds, value = fact.fold == "last", fact.events, fact.value
    plain = value == ""

    def fold(ledger: Ledger, state: State) -> None:
        limits = bounds.solve(ledger, state)
        if not limits.known:
            return state.put_unknown(slot)
        sure, maybe = candidates(ledger, state, limits)
        found = (sure[-1] if last else sure[0]) if sure else None
        if found is None:
            if maybe or not ledger.covered(kinds, limits.low, limits.high):
                state.put_unknown(slot)
            return None
        look = (max(limits.low, found.day), limits.high) if last else (limits.low, min(limits.high, found.day))
        if any(_could_replace(one, found, last) for one in maybe) or not ledger.covered(kinds, *look):
            return state.put_unknown(slot)
        if plain:
            return state.put_event(slot, found)
        return _put_value(fact, slot, state, [one for one in sure if _tied(one, found)])

    return fold


def _could_replace(maybe: Event, found: Event, last: bool) -> bool:
    return maybe.day >= found.day if last else maybe.day <= found.day


def _tied(one: Event, found: Event) -> bool:
    return one is found or (one.day == found.day and (one.moment == NO_MOMENT or found.moment == NO_MOMENT))


def _put_value(fact: Fact, slot: int, state: State, tied: list[Event]) -> None:
    """The value of a field; of events that tie, the one that the file names counts."""
    numbers = []
    for event in tied:
        if fact.value not in event.fields:
            if fact.absent != "open-ended":
                return state.put_unknown(slot)
            numbers.append(OPEN)
            continue
        given = event.fields[fact.value]
        if fact.among:
            members = given if isinstance(given, tuple) else (given,)
            numbers.append(sum(1 for one in dict.fromkeys(members) if one in fact.among))
        else:
            numbers.append(given)  # type: ignore[arg-type]  # refusals let only number and day fields through
    state.put(slot, max(numbers) if fact.tie == "most" else min(numbers))
    return None


def _count_or_sum(fact: Fact, slots: Slots) -> Fold:
    slot, bounds, candidates = slots[fact.name], bounds_of(fact, slots), candidates_of(fact, slots)

    def fold(ledger: Ledger, state: State) -> None:
        limits = bounds.solve(ledger, state)
        sure, maybe = candidates(ledger, state, limits)
        known = limits.known and not maybe and ledger.covered(fact.events, limits.low, limits.high)
        if not known or (fact.value and any(fact.value not in one.fields for one in sure)):
            return state.put_unknown(slot)
        return state.put(slot, sum(one.fields[fact.value] for one in sure) if fact.value else len(sure))  # type: ignore[misc]  # a number field, see refusals

    return fold


def _episode_start(fact: Fact, slots: Slots) -> Fold:
    slot, bounds, candidates = slots[fact.name], bounds_of(fact, slots), candidates_of(fact, slots)
    gap, from_start = fact.gap, fact.gap_from == "start"

    def fold(ledger: Ledger, state: State) -> None:
        limits = bounds.solve(ledger, state)
        sure, maybe = candidates(ledger, state, limits)
        if not limits.known or maybe or not ledger.covered(fact.events, limits.low, limits.high):
            return state.put_unknown(slot)
        measured = NEVER
        for event in sure:
            if measured == NEVER or event.day - measured >= gap:
                state.put_event(slot, event)
                measured = event.day
            elif not from_start:
                measured = event.day
        return None

    return fold


# ---- facts made of facts -----------------------------------------------------------------------


def _later_or_earlier(fact: Fact, slots: Slots) -> Fold:
    slot, parts = slots[fact.name], [slots[one] for one in fact.facts]
    mask = sum(1 << part for part in parts)
    pick = max if fact.fold == "later-of" else min

    def fold(ledger: Ledger, state: State) -> None:
        if state.unknown & mask:
            return state.put_unknown(slot)
        chosen = pick(parts, key=lambda part: (state.values[part], state.moments[part]))
        return state.put(slot, state.values[chosen], state.moments[chosen])

    return fold


def _choose(fact: Fact, slots: Slots) -> Fold:
    slot, flag = slots[fact.name], slots[fact.flag]
    then, otherwise = (slots[one] for one in fact.facts)

    def fold(ledger: Ledger, state: State) -> None:
        if state.unknown >> flag & 1:
            return state.put_unknown(slot)
        chosen = then if state.values[flag] else otherwise
        if state.unknown >> chosen & 1:
            return state.put_unknown(slot)
        return state.put(slot, state.values[chosen], state.moments[chosen])

    return fold


def _shift(fact: Fact, slots: Slots) -> Fold:
    slot, (base,) = slots[fact.name], (slots[one] for one in fact.facts)
    months, overflow, days = fact.months, fact.overflow, fact.days

    def fold(ledger: Ledger, state: State) -> None:
        if state.unknown >> base & 1:
            return state.put_unknown(slot)
        value = state.values[base]
        if NEVER < value < OPEN:
            state.put(slot, add_months(value, months, overflow) + days)
        else:
            state.put(slot, value)
        return None

    return fold
