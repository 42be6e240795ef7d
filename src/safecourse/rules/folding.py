"""Folding: from the events that a decision can see to the facts that rules ask for.

Each fact of a programme is compiled once into a function of a state. A state
holds one number per fact, the moment of the event behind it where that is
known, and one bit per fact that nobody can know from the record. Slots are
numbered so that each fact comes after all that it is folded from.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from safecourse.course.model import Event
from safecourse.days import NEVER, OPEN, add_months
from safecourse.rulebook.model import Bound, Fact
from safecourse.rules.filtering import (
    MAYBE,
    Filter,
    Picked,
    compile_answer,
    is_out,
    leaves_no_doubt,
    one_by_one,
    waits_for_result,
)
from safecourse.rules.ledger import Ledger

NO_MOMENT = -1
Slots = Mapping[str, int]
Fold = Callable[["State"], None]


class State:
    """Facts of one course on one day: by slot, value, moment and unknown bit."""

    __slots__ = ("conclusions", "filters", "ledger", "lists", "looks", "moments", "unknown", "values")

    def __init__(self, ledger: Ledger, size: int, filters: tuple[Filter, ...]) -> None:
        self.ledger = ledger
        self.filters = filters
        self.values: list[Any] = [NEVER] * size
        self.values.append(0)  # slot -1 stands for the number zero
        self.moments = [NO_MOMENT] * (size + 1)
        self.unknown = 0
        self.lists: dict[int, Picked] = {}
        self.looks: dict[tuple[Any, ...], Looked] = {}
        self.conclusions: list[tuple[Event, int]] = []  # of each classification, concluded once

    def picked(self, number: int) -> Picked:
        """What one filter picks, run once."""
        if number not in self.lists:
            self.lists[number] = self.filters[number](self)
        return self.lists[number]

    def put(self, slot: int, value: Any, moment: int = NO_MOMENT) -> None:
        """Set a fact."""
        self.values[slot] = value
        self.moments[slot] = moment

    def put_unknown(self, slot: int) -> None:
        """Say that nobody can know a fact from this record."""
        self.unknown |= 1 << slot


# ---- bounds -----------------------------------------------------------------------------------------

_SINCE, _FOLLOWS, _UNTIL = 0, 1, 2
Tie = tuple[int, int, int]  # day, moment, mode: how events of a bound's own day count
_NO_TIES: tuple[Tie, ...] = ()


def _tie_admits(moment: int, bound: int, mode: int) -> bool:
    both = moment != NO_MOMENT and bound != NO_MOMENT
    if mode == _SINCE:
        return not both or moment >= bound
    if mode == _FOLLOWS:
        return both and moment > bound
    return not both or moment <= bound


class Bounds:
    """A fact's four kinds of bounds, with the facts' names resolved to slots."""

    __slots__ = ("after", "any", "follows", "mask", "quick", "since", "until")

    def __init__(self, fact: Fact, slots: Slots) -> None:
        def resolve(bounds: tuple[Bound, ...]) -> tuple[tuple[int, int], ...]:
            return tuple((slots[bound.fact], bound.offset) for bound in bounds)

        self.since, self.follows = resolve(fact.since), resolve(fact.follows)
        self.after, self.until = resolve(fact.after), resolve(fact.until)
        groups = (self.since, self.follows, self.after, self.until)
        self.mask = sum({1 << slot for group in groups for slot, _ in group})
        self.any = self.mask != 0
        # Nearly every fact has at most one bound of a kind: then six numbers say it all, and no loop is needed.
        # A bound that isn't there stands on slot -1, the number zero, with an edge that nothing reaches.
        self.quick: tuple[int, ...] = ()
        if not self.follows and max(len(group) for group in groups) <= 1:
            self.quick = (
                *(self.since[0] if self.since else (-1, NEVER)),
                *((self.after[0][0], self.after[0][1] + 1) if self.after else (-1, NEVER)),
                *(self.until[0] if self.until else (-1, OPEN)),
            )

    def solve(self, state: State) -> tuple[int, int, tuple[Tie, ...]]:
        """First and last day looked at, and how events on those days themselves count."""
        values, moments, low, high = state.values, state.moments, NEVER, state.ledger.as_of
        if self.quick:
            since, later, after, beyond, until, most = self.quick
            if moments[since] == NO_MOMENT and moments[until] == NO_MOMENT:
                low, other, top = values[since] + later, values[after] + beyond, values[until] + most
                return (max(other, low)), (min(top, high)), _NO_TIES
        ties: list[Tie] = []
        for slot, offset in self.since:
            day = values[slot] + offset
            if day > low:
                low = day
            if moments[slot] != NO_MOMENT and offset == 0:
                ties.append((day, moments[slot], _SINCE))
        for slot, offset in self.follows:
            if values[slot] != NEVER:
                day = values[slot] + offset
                low = max(low, day)
                ties.append((day, moments[slot] if offset == 0 else NO_MOMENT, _FOLLOWS))
        for slot, offset in self.after:
            day = values[slot] + offset + 1
            if day > low:
                low = day
        for slot, offset in self.until:
            day = values[slot] + offset
            if day < high:
                high = day
            if moments[slot] != NO_MOMENT and offset == 0:
                ties.append((day, moments[slot], _UNTIL))
        return low, high, tuple(ties) if ties else _NO_TIES


def admitted(events: list[Event], low: int, high: int, ties: tuple[Tie, ...]) -> list[Event]:
    """The events that lie within solved bounds, in order."""
    return [
        one
        for one in events
        if low <= one.day <= high
        and (not ties or all(tie[0] != one.day or _tie_admits(one.moment, tie[1], tie[2]) for tie in ties))
    ]


Results = Callable[["State"], int]


def results_by(fact: Fact, slots: Slots) -> Results:
    """By which day the result of a test must be out for it to count; ``OPEN`` where a fact doesn't wait for results.

    A confirmation or a prescription can't rest on a result that nobody had yet.
    """
    if not waits_for_result(fact):
        return lambda state: OPEN
    untils = tuple(slots[bound.fact] for bound in fact.until if bound.offset == 0)
    if len(untils) == 1:
        (until,) = untils
        return lambda state: min(state.ledger.as_of, state.values[until])
    return lambda state: min([state.ledger.as_of, *[state.values[until] for until in untils]])


def _out(picked: Picked, by: int) -> Picked:
    """Of the events that a filter picked, those whose results were out."""
    sure, maybe = picked
    return (
        picked if by == OPEN else ([one for one in sure if is_out(one, by)], [one for one in maybe if is_out(one, by)])
    )


# ---- the plain folds ---------------------------------------------------------------------------------


def compile_fold(fact: Fact, slots: Slots, filters: Mapping[str, int]) -> Fold:
    """The function that folds one fact; ``filters`` gives the number of each fact's filter."""
    if fact.fold in ("last", "first"):
        return _last_or_first(fact, slots, filters[fact.name])
    if fact.fold in ("count", "sum"):
        return _count_or_sum(fact, slots, filters[fact.name])
    if fact.fold == "episode-start":
        return _episode_start(fact, slots, filters[fact.name])
    if fact.fold in ("later-of", "earlier-of"):
        return _later_or_earlier(fact, slots)
    if fact.fold == "choose":
        return _choose(fact, slots)
    if fact.fold == "shift":
        return _shift(fact, slots)
    raise AssertionError(f"fold {fact.fold} is compiled in special_folds or dose_folds")


def covers_followers(fact: Fact, ledger: Ledger, low: int) -> bool:
    """Whether the record holds all events that may rest on those that a fact reads."""
    return not fact.followed_by or ledger.covered((fact.followed_by,), low, ledger.as_of)


def _last_or_first(fact: Fact, slots: Slots, number: int) -> Fold:
    """The event that comes last (or first) within the bounds, as its day or as the value of a field."""
    slot, bounds, last = slots[fact.name], Bounds(fact, slots), fact.fold == "last"
    mask, bounded, plain = bounds.mask, bounds.any, fact.value == ""
    look = _look_one_by_one(fact, slots, number) if one_by_one(fact) else _look_at_list(fact, slots, number)
    among = frozenset(fact.among)
    if last and plain and leaves_no_doubt(fact) and len(fact.events) == 1:
        return _last_day(fact, slots)

    def fold(state: State) -> None:
        if bounded:
            if state.unknown & mask:
                return _unless_there_are_none(fact, slot, state)
            low, high, ties = bounds.solve(state)
        else:
            low, high, ties = NEVER, state.ledger.as_of, _NO_TIES
        found, doubt = look(state, low, high, ties)
        if doubt or (not state.ledger.complete and not _is_known(fact, state.ledger, found, low, high)):
            return state.put_unknown(slot)
        if not found:
            return None
        event = found[0]
        if plain:
            state.values[slot] = event.day
            state.moments[slot] = event.moment
            return None
        return _put_value(fact, among, slot, state, found)

    return fold


def _last_day(fact: Fact, slots: Slots) -> Fold:
    """The commonest fold, walked without detours: the day of the last event of one kind."""
    slot, bounds = slots[fact.name], Bounds(fact, slots)
    mask, (kind,) = bounds.mask, fact.events
    since, later, after, beyond, until, most = bounds.quick or (-1, NEVER, -1, NEVER, -1, OPEN)
    slow = bool(bounds.follows) or (bounds.any and not bounds.quick)
    # What only has to follow something that never happened has no bound at all.
    only_follows = len(bounds.follows) == 1 and not (bounds.since or bounds.after or bounds.until)
    followed = bounds.follows[0][0] if only_follows else -1
    tests = [(one.field, frozenset(one.among)) for one in fact.conditions]
    (first, firsts), (second, seconds) = [*tests, ("", _NO_VALUES), ("", _NO_VALUES)][:2]
    rest = tests[2:]

    def fold(state: State) -> None:
        ledger = state.ledger
        events = ledger.kinds.get(kind, _NO_EVENTS)
        if state.unknown & mask:
            return _unless_there_are_none(fact, slot, state)
        values, moments, ties = state.values, state.moments, _NO_TIES
        if only_follows and values[followed] == NEVER:
            low, high = NEVER, ledger.as_of
        elif slow or moments[since] != NO_MOMENT or moments[until] != NO_MOMENT:
            low, high, ties = bounds.solve(state)
        else:
            low, other = values[since] + later, values[after] + beyond
            low = max(low, other)
            high, other = ledger.as_of, values[until] + most
            high = min(high, other)
        for event in reversed(events):
            day = event.day
            if day < low:
                break
            if day > high:
                continue
            fields = event.fields
            if (first and fields.get(first) not in firsts) or (second and fields.get(second) not in seconds):
                continue
            if rest and not all(fields.get(name) in some for name, some in rest):
                continue
            if ties and not all(tie[0] != day or _tie_admits(event.moment, tie[1], tie[2]) for tie in ties):
                continue
            values[slot] = day
            moments[slot] = event.moment
            if ledger.complete or _is_known(fact, ledger, [event], low, high):
                return None
            return state.put_unknown(slot)
        if not ledger.complete and not _is_known(fact, ledger, [], low, high):
            return state.put_unknown(slot)
        return None

    return fold


def _unless_there_are_none(fact: Fact, slot: int, state: State) -> None:
    """Between days that nobody knows: unknown, unless no such event happened at all."""
    ledger = state.ledger
    if ledger.events(fact.events) or not ledger.covered(fact.events, NEVER, ledger.as_of):
        state.put_unknown(slot)


_NO_EVENTS: list[Event] = []
_NO_VALUES: frozenset[Any] = frozenset()

Looked = tuple[list[Event], bool]  # the events found, and whether another might have been
Look = Callable[["State", int, int, tuple[Tie, ...]], Looked]


def _look_one_by_one(fact: Fact, slots: Slots, number: int) -> Look:
    """Walk from the end that matters and stop as soon as possible; facts that walk the same way walk once."""
    answer, kinds, last, sure = compile_answer(fact, slots), fact.events, fact.fold == "last", fact.sure
    own, by = 4 * number + 2 * sure + last, results_by(fact, slots)

    def look(state: State, low: int, high: int, ties: tuple[Tie, ...]) -> Looked:
        out = by(state)
        key = own, low, high, ties, out
        looked = state.looks.get(key)
        if looked is None:
            looked = state.looks[key] = walk(state, low, high, ties, out)
        return looked

    def walk(state: State, low: int, high: int, ties: tuple[Tie, ...], out: int) -> Looked:
        events = state.ledger.events(kinds)
        found: list[Event] = []
        doubt = False
        for event in reversed(events) if last else events:
            day = event.day
            if day < low or day > high:
                if found or (day < low) == last:
                    break  # days only get further away
                continue
            if found and day != found[0].day:
                break
            if ties and not all(tie[0] != day or _tie_admits(event.moment, tie[1], tie[2]) for tie in ties):
                continue
            if out != OPEN and not is_out(event, out):
                continue
            one = answer(event, state)
            if one == 1 and (not found or _tied(event, found[0])):
                found.append(event)
            elif one == MAYBE and not sure:
                return found, True
            elif one == MAYBE:
                doubt = True
        return found, doubt and not found

    return look


def _look_at_list(fact: Fact, slots: Slots, number: int) -> Look:
    """The same from a filter that had to see all events at once."""
    last, by = fact.fold == "last", results_by(fact, slots)

    def look(state: State, low: int, high: int, ties: tuple[Tie, ...]) -> Looked:
        sure, maybe = (admitted(events, low, high, ties) for events in _out(state.picked(number), by(state)))
        if not sure:
            return [], bool(maybe)
        found = sure[-1] if last else sure[0]
        doubt = any(one.day >= found.day if last else one.day <= found.day for one in maybe)
        return [found, *(one for one in sure if one is not found and _tied(one, found))], doubt

    return look


def _is_known(fact: Fact, ledger: Ledger, found: list[Event], low: int, high: int) -> bool:
    """Whether no event that could change a ``last`` or ``first`` fits into what the record doesn't cover."""
    if found and fact.fold == "last":
        low = max(low, found[0].day)
    elif found:
        high = min(high, found[0].day)
    return ledger.covered(fact.events, low, high) and covers_followers(fact, ledger, low)


def _tied(one: Event, found: Event) -> bool:
    return one is found or (one.day == found.day and (one.moment == NO_MOMENT or found.moment == NO_MOMENT))


def _put_value(fact: Fact, among: frozenset[str], slot: int, state: State, tied: list[Event]) -> None:
    """The value of a field; of events that tie, the one that the file names counts."""
    if len(tied) == 1 and fact.value in tied[0].fields:
        only: Any = tied[0].fields[fact.value]
        state.values[slot] = len(among.intersection(only if isinstance(only, tuple) else (only,))) if among else only
        return None
    numbers = []
    for event in tied:
        if fact.value not in event.fields:
            if fact.absent != "open-ended":
                return state.put_unknown(slot)
            numbers.append(OPEN)
            continue
        given: Any = event.fields[fact.value]
        if among:
            numbers.append(len(among.intersection(given if isinstance(given, tuple) else (given,))))
        else:
            numbers.append(given)
    state.put(slot, max(numbers) if fact.tie == "most" else min(numbers))
    return None


def _count_or_sum(fact: Fact, slots: Slots, number: int) -> Fold:
    slot, bounds, name = slots[fact.name], Bounds(fact, slots), fact.value
    by = results_by(fact, slots)

    def fold(state: State) -> None:
        low, high, ties = bounds.solve(state)
        sure, maybe = (admitted(events, low, high, ties) for events in _out(state.picked(number), by(state)))
        known = not state.unknown & bounds.mask and not maybe and state.ledger.covered(fact.events, low, high)
        if not known or (name and any(name not in one.fields for one in sure)):
            return state.put_unknown(slot)
        amounts: list[Any] = [one.fields[name] for one in sure] if name else [1] * len(sure)
        return state.put(slot, sum(amounts))

    return fold


def _episode_start(fact: Fact, slots: Slots, number: int) -> Fold:
    slot, bounds = slots[fact.name], Bounds(fact, slots)
    gap, from_start, by = fact.gap, fact.gap_from == "start", results_by(fact, slots)

    def fold(state: State) -> None:
        if state.unknown & bounds.mask:
            return state.put_unknown(slot)
        low, high, ties = bounds.solve(state)
        sure, maybe = (admitted(events, low, high, ties) for events in _out(state.picked(number), by(state)))
        ledger = state.ledger
        if maybe or not ledger.covered(fact.events, low, high) or not covers_followers(fact, ledger, low):
            return state.put_unknown(slot)
        measured = NEVER
        for event in sure:
            if measured == NEVER or event.day - measured >= gap:
                state.put(slot, event.day, event.moment)
                measured = event.day
            elif not from_start:
                measured = event.day
        return None

    return fold


# ---- facts made of facts -----------------------------------------------------------------------------


def _later_or_earlier(fact: Fact, slots: Slots) -> Fold:
    slot, parts = slots[fact.name], tuple(slots[one] for one in fact.facts)
    mask = sum(1 << part for part in parts)
    pick = max if fact.fold == "later-of" else min
    one, other, later = parts[0], parts[-1], fact.fold == "later-of"

    def fold(state: State) -> None:
        if state.unknown & mask:
            return state.put_unknown(slot)
        values, moments = state.values, state.moments
        if len(parts) == 2 and values[one] != values[other]:
            chosen = one if (values[one] > values[other]) == later else other
            values[slot], moments[slot] = values[chosen], moments[chosen]
            return None
        day, moment = pick((values[part], moments[part]) for part in parts)
        return state.put(slot, day, moment)

    return fold


def _choose(fact: Fact, slots: Slots) -> Fold:
    slot, flag = slots[fact.name], slots[fact.flag]
    then, otherwise = (slots[one] for one in fact.facts)

    def fold(state: State) -> None:
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

    def fold(state: State) -> None:
        if state.unknown >> base & 1:
            return state.put_unknown(slot)
        value = state.values[base]
        if NEVER < value < OPEN:
            state.put(slot, (add_months(value, months, overflow) if months else value) + days)
        else:
            state.put(slot, value)
        return None

    return fold
