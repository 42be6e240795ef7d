"""Filtering: which events of a course count for a fact, before any bounds.

Facts that ask for the same events share one filter, run at most once a
decision. A filter answers with the events that count and those of which
nobody can tell whether they do.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from safecourse.course.model import Event
from safecourse.days import NEVER
from safecourse.rulebook.model import Condition, Fact
from safecourse.rules.ledger import comes_after

if TYPE_CHECKING:
    from safecourse.rules.folding import State

MAYBE = 2  # an event of which nobody can tell whether it counts
WAITS = 3  # an event that counts from the day of another fact on
_MOST_SETTLED = 4096
SETTINGS = ("laboratory", "medical", "supervised-remote", "home")  # what an unrecorded setting may have been

Picked = tuple[list[Event], list[Event]]
Filter = Callable[["State"], Picked]
Answer = Callable[[Event, "State"], int]  # 1, 0 or MAYBE: whether one event counts
Slots = Mapping[str, int]
_NOTHING: list[Event] = []


def filter_key(fact: Fact) -> tuple[Any, ...]:
    """Facts with equal keys read the same events."""
    return fact.events, fact.conditions, fact.accept, fact.followed_by, fact.followed_by_where, fact.within


def one_by_one(fact: Fact) -> bool:
    """Whether each event counts or not by itself, whatever other events there are."""
    return not fact.followed_by and not fact.within


def waits_for_result(fact: Fact) -> bool:
    """Whether a fact counts tests for what they exclude: those count once their result is out, a positive at once."""
    return any(one.field == "result" and one.among and "positive" not in one.among for one in fact.conditions)


def is_out(event: Event, by: int) -> bool:
    """Whether the result of a test was out by a day; where the record doesn't say when, on the day of the test."""
    resulted = event.fields.get("resulted")
    return resulted is None or resulted <= by  # type: ignore[operator]  # a day field


def compile_filter(fact: Fact, slots: Slots) -> Filter:
    """The function that picks the events which count for a fact, and those that may."""
    kinds, answer = fact.events, compile_answer(fact, slots)

    def pick(state: State) -> Picked:
        sure: list[Event] = []
        maybe: list[Event] = []
        for event in state.ledger.events(kinds):
            one = answer(event, state)
            if one == 1:
                sure.append(event)
            elif one == MAYBE:
                maybe.append(event)
        return sure, maybe

    result: Filter = pick
    if fact.followed_by:
        result = _rested_on(result, fact)
    if fact.within:
        result = _near(result, fact, slots)
    return result


def compile_answer(fact: Fact, slots: Slots) -> Answer:
    """The function that says whether one event counts, other events aside."""
    if not leaves_no_doubt(replace(fact, followed_by="", within=())):
        return _careful_answer(fact, slots)
    tests = [(one.field, frozenset(one.among)) for one in fact.conditions]
    if not tests:
        return lambda event, state: 1
    (name, among), *others = tests
    if not others:
        return lambda event, state: 1 if event.fields.get(name, "") in among else 0
    if len(others) == 1:
        ((second, also),) = others
        return lambda event, state: (
            1 if event.fields.get(name, "") in among and event.fields.get(second, "") in also else 0
        )
    return lambda event, state: 1 if all(event.fields.get(field, "") in some for field, some in tests) else 0


def leaves_no_doubt(fact: Fact) -> bool:
    """Whether a fact's conditions say yes or no to every event."""
    plain = all(one.among and one.absent == "fail" and one.field != "setting" for one in fact.conditions)
    return plain and not fact.accept and one_by_one(fact)


# ---- conditions that can leave a doubt -----------------------------------------------------------------


def _test(condition: Condition) -> Callable[[Mapping[str, Any]], int]:
    name, among, least, most = condition.field, frozenset(condition.among), condition.least, condition.most
    absent = {"pass": 1, "fail": 0, "unknown": MAYBE}[condition.absent]
    unlimited = least == -math.inf and most == math.inf  # any value will do: only whether there is one is asked

    def holds(fields: Mapping[str, Any]) -> int:
        value = fields.get(name, holds)
        if value is holds:
            return absent
        if among:
            return int(any(one in among for one in value) if isinstance(value, tuple) else value in among)
        return 1 if unlimited else int(least <= value <= most)

    return holds


def matcher(conditions: tuple[Condition, ...]) -> Callable[[Mapping[str, Any]], int]:
    """1, 0 or MAYBE for an event's fields; absent fields as each condition states."""
    tests = [_test(condition) for condition in conditions]

    def match(fields: Mapping[str, Any]) -> int:
        answer = 1
        for test in tests:
            one = test(fields)
            if one == 0:
                return 0
            if one == MAYBE:
                answer = MAYBE
        return answer

    return match


Way = tuple[Callable[[Mapping[str, Any]], int], int]  # conditions, and the slot of the fact that it waits for, or -1


def _careful_answer(fact: Fact, slots: Slots) -> Answer:
    base = matcher(fact.conditions)
    ways = [(matcher(way.conditions), slots[way.since] if way.since else -1) for way in fact.accept]
    conditions = [*fact.conditions, *(one for way in fact.accept for one in way.conditions)]
    names = tuple(dict.fromkeys(("setting", *(one.field for one in conditions))))
    first, second, third, *more = names if len(names) > 2 else (*names, "setting", "setting")
    settled: dict[Any, int] = {}  # by what events state of these fields: few, since words are few

    def careful(event: Event, state: State) -> int:
        fields = event.fields
        get = fields.get
        key: Any = get(first), get(second), get(third)
        if more:
            key = (*key, *[get(name) for name in more])
        answer = settled.get(key)
        if answer is None:
            answer = _timeless(fields, base, ways)
            if len(settled) < _MOST_SETTLED:
                settled[key] = answer
        if answer != WAITS:
            return answer
        if get("setting", "") != "unknown":
            return _answer_for(fields, event, state, base(fields), ways)
        tried = ({**fields, "setting": one} for one in SETTINGS)
        open_ = {_answer_for(one, event, state, base(one), ways) for one in tried}
        return open_.pop() if len(open_) == 1 else MAYBE

    return careful


def _timeless(fields: Mapping[str, Any], base: Callable[[Mapping[str, Any]], int], ways: list[Way]) -> int:
    """The answer where it hangs on the fields alone, WAITS where another fact's day decides."""
    if fields.get("setting", "") == "unknown":
        tried = {_timeless({**fields, "setting": one}, base, ways) for one in SETTINGS}
        return WAITS if WAITS in tried else tried.pop() if len(tried) == 1 else MAYBE
    answer = base(fields)
    if answer == 0 or not ways:
        return answer
    verdicts = [(way(fields), since) for way, since in ways]
    if any(verdict == 1 and since < 0 for verdict, since in verdicts):
        return answer
    return WAITS if any(verdict for verdict, _ in verdicts) else 0


def _answer_for(fields: Mapping[str, Any], event: Event, state: State, answer: int, ways: list[Way]) -> int:
    """The answer to an event with these fields, ``answer`` being that of its conditions, ways aside."""
    if answer == 0 or not ways:
        return answer
    best = 0
    for way, since in ways:
        one = way(fields)
        if one == 1 and since < 0:
            return answer
        if one and since >= 0:
            one = _since(event, since, state) if one == 1 else (_since(event, since, state) and MAYBE)
        best = 1 if 1 in (one, best) else max(best, one)
    if best == 0:
        return 0
    return 1 if answer == best == 1 else MAYBE


def _since(event: Event, slot: int, state: State) -> int:
    """Whether an event lies on or after a fact: 1, 0 or MAYBE. Never means that nothing lies after it."""
    if state.unknown >> slot & 1:
        return MAYBE
    day, moment = state.values[slot], state.moments[slot]
    if day == NEVER:
        return 0
    if event.day != day:
        return int(event.day > day)
    return int(event.moment == -1 or moment == -1 or event.moment >= moment)


# ---- what another kind of event must do ----------------------------------------------------------------


def _rested_on(pick: Filter, fact: Fact) -> Filter:
    """Keep those on which a following event rests: it rests on the latest at or before it."""
    follower, waits = matcher(fact.followed_by_where), waits_for_result(fact)

    def rested(state: State) -> Picked:
        sure, maybe = pick(state)
        every = sorted([*sure, *maybe], key=lambda one: (one.day, one.moment)) if maybe else sure
        kept: list[Event] = []
        for follow in state.ledger.kinds.get(fact.followed_by, _NOTHING):
            if not follower(follow.fields):
                continue
            before = [one for one in every if not comes_after(one, follow) and (not waits or is_out(one, follow.day))]
            if before and before[-1] not in kept:
                kept.append(before[-1])
        kept.sort(key=lambda one: (one.day, one.moment))
        if not maybe:
            return kept, _NOTHING
        doubtful = [one for one in every if one in maybe or one in kept]  # which one it rests on is itself in doubt
        return [], doubtful

    return rested


def _near(pick: Filter, fact: Fact, slots: Slots) -> Filter:
    """Keep those that lie within some days after the latest event of another kind."""
    (within,) = fact.within
    only_if = slots[within.only_if] if within.only_if else -1

    def near(state: State) -> Picked:
        sure, maybe = pick(state)
        doubt = False
        if only_if >= 0:
            doubt = bool(state.unknown >> only_if & 1)
            if not doubt and not state.values[only_if]:
                return sure, maybe
        kept: list[Event] = []
        perhaps = list(maybe)
        ledger = state.ledger
        for event in sure:
            earlier = [one.day for one in ledger.kinds.get(within.event, _NOTHING) if not comes_after(one, event)]
            if earlier and within.least <= event.day - max(earlier) <= within.most:
                kept.append(event)
            elif doubt or not ledger.covered((within.event,), event.day - within.most, event.day - within.least):
                perhaps.append(event)
        return kept, perhaps

    return near
