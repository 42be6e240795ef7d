"""Folding over batches: events of many courses to fact columns, by the definitions that one course is folded by.

What loops can't say (events that rest on others, several classifications or
certificates, a setting that nobody recorded) is not said a second way here:
such a course is marked ``left``, and the engine for single courses decides it.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from safecourse.course.model import UNSTATED
from safecourse.days import NEVER, NEVER_EDGE, OPEN, OPEN_EDGE, add_months, parse_day
from safecourse.population import kernels
from safecourse.population.batches import ABSENT, FRACTION, WIDE, Batch, Table
from safecourse.population.judging import AS_OF, Facts, no_facts, put_flag
from safecourse.rulebook.model import BUILT_IN, CODES, Bound, CategoryRule, Fact
from safecourse.rules.filtering import MAYBE, SETTINGS, matcher
from safecourse.rules.judging import CompiledGate

Column = npt.NDArray[np.int32]
_CAN = CODES["can-become-pregnant"]


@dataclass(slots=True)
class Folding:
    """The facts of one batch while they are folded."""

    gate: CompiledGate
    batch: Batch
    as_of: int
    facts: Facts
    left: npt.NDArray[np.bool_]
    never: Column
    valued: frozenset[tuple[str, ...]]  # kinds of event that some fact takes a value from
    undone: set[int] = field(default_factory=set)  # slots that this module doesn't fold
    answers: dict[Any, Any] = field(default_factory=dict)
    walks: dict[str, tuple[Any, Any, Any, Any]] = field(default_factory=dict)
    latest: dict[str, Column] = field(default_factory=dict)  # of a kind, by signature and course
    walked: dict[Any, tuple[Column, Column]] = field(default_factory=dict)

    def value(self, slot: int) -> Any:
        """A fact's column."""
        return self.facts.values[slot]

    def table(self, kind: str) -> Table:
        """The events of one kind; KeyError if the batch was made without it."""
        return self.batch.tables[kind]

    def walk(self, kind: str) -> tuple[Any, Any, Any, Any]:
        """What loops over the events of one kind start with: the courses that have some, and the columns."""
        if kind not in self.walks:
            table = self.table(kind)
            courses = np.empty(self.batch.size, dtype=np.uint32)
            courses = courses[: kernels.having(table.offsets, courses)]
            self.walks[kind] = courses, table.offsets, table.day, table.signature
        return self.walks[kind]


def fold_batch(gate: CompiledGate, batch: Batch, as_of: int) -> tuple[Facts, npt.NDArray[np.bool_], frozenset[int]]:
    """Facts of a batch on a day (day number), which courses are left, and which slots nobody folded here."""
    facts = no_facts(gate, batch.size, as_of)
    values = facts.values
    never = np.full(batch.size, NEVER, dtype=np.int32)
    valued = frozenset(fact.events for fact in gate.programme.facts if fact.value)
    folding = Folding(gate, batch, as_of, facts, ~batch.plain, never, valued)
    for name, column, missing in (
        ("born", batch.born, UNSTATED), ("patient_cycles", batch.cycles, 0), ("patient_category", batch.category, 0),
    ):  # fmt: skip
        values[gate.slots[name]] = column
        if np.any(column == missing):
            facts.unknown[gate.slots[name]] = column == missing
    by_name = {fact.name: fact for fact in gate.programme.facts}
    for name, slot in gate.slots.items():
        if name in BUILT_IN:
            continue
        if slot in gate.flag_tests:
            put_flag(facts, slot, gate.flag_tests[slot])
        else:
            _fold(folding, slot, by_name[name])
        if any(need in folding.undone for need in gate.needs[slot]):
            folding.undone.add(slot)
    return facts, folding.left, frozenset(folding.undone)


def _fold(folding: Folding, slot: int, fact: Fact) -> None:
    several = len(fact.events) > 1 and (fact.fold not in ("last", "first") or fact.value != "")
    rare = fact.followed_by or fact.within or fact.fold in ("episode-start", "sum", "dose")
    if rare or several or _has_no_column(folding, fact):
        folding.undone.add(slot)
        folding.facts.unknown[slot] = np.ones(folding.batch.size, dtype=np.bool_)
        return
    doubts = [folding.facts.unknown[need] for need in folding.gate.needs[slot] if need in folding.facts.unknown]
    if fact.fold == "choose":
        _choose(folding, slot, fact)
        return
    kinds = [replace(fact, events=(kind,)) for kind in fact.events] if len(fact.events) > 1 else [fact]
    folding.facts.values[slot] = functools.reduce(
        functools.partial(_earlier_or_later, fact.fold), [_FOLDS[fact.fold](folding, one) for one in kinds]
    )
    if doubts and fact.fold != "conclusion":
        folding.facts.unknown[slot] = np.logical_or.reduce(doubts)


def _earlier_or_later(fold: str, one: Any, other: Any) -> Any:
    """Of a day in each of two kinds of event the one that counts: what never happened is earlier than nothing."""
    if fold == "last":
        return np.maximum(one, other)
    return np.where(one < NEVER_EDGE, other, np.where(other < NEVER_EDGE, one, np.minimum(one, other)))


def _has_no_column(folding: Folding, fact: Fact) -> bool:
    """Whether a fact takes a value that is no column, of events that the batch does have."""
    taken = fact.value and not fact.among and fact.value not in WIDE and fact.fold in ("last", "first")
    return bool(taken) and len(folding.table(fact.events[0]).day) > 0


# ---- bounds and filters ----------------------------------------------------------------------------------


def _bounds(folding: Folding, fact: Fact) -> tuple[Any, Any]:
    """First and last day looked at, by course; without instants, ties need no more than these."""

    def edges(bounds: tuple[Bound, ...], later: int) -> list[Any]:
        columns = [(folding.value(folding.gate.slots[one.fact]), one.offset + later) for one in bounds]
        return [column + np.int32(offset) if offset else column for column, offset in columns]

    lows = [*edges(fact.since, 0), *edges(fact.follows, 1), *edges(fact.after, 1)]
    highs = [*edges(fact.until, 0)]
    low, high = folding.never, folding.value(AS_OF)
    for one in lows:
        low = one if low is folding.never else np.maximum(low, one)
    for one in highs:
        high = np.minimum(high, one)
    return low, high


def _answers(folding: Folding, fact: Fact) -> tuple[Any, Any]:
    """What the filter says of each signature, and the days from which events that wait for another fact count."""
    table = folding.table(fact.events[0])
    ways = [way for way in fact.accept if way.since]
    key = (fact.events, fact.conditions, fact.accept)
    if key not in folding.answers:
        folding.answers[key] = np.array([_answer(fact, fields) for fields in table.signatures], dtype=np.int8)
    since = folding.value(folding.gate.slots[ways[0].since]) if ways else folding.never
    return folding.answers[key], np.ascontiguousarray(since, dtype=np.int32)


def _answer(fact: Fact, fields: Mapping[str, Any]) -> int:
    """YES, NO, SINCE or DOUBT for all events of one signature."""
    if fields.get("setting", "") == "unknown":
        tried = {_answer(fact, {**fields, "setting": one}) for one in SETTINGS}
        return tried.pop() if len(tried) == 1 else kernels.DOUBT
    base = matcher(fact.conditions)(fields)
    if base == 0 or not fact.accept:
        return kernels.DOUBT if base == MAYBE else base
    passed = [(matcher(way.conditions)(fields), way.since) for way in fact.accept]
    if any(verdict == 1 and not since for verdict, since in passed):
        return kernels.DOUBT if base == MAYBE else kernels.YES
    waiting = [since for verdict, since in passed if verdict and since]
    if not waiting and all(verdict == 0 for verdict, _ in passed):
        return kernels.NO
    sure = base == 1 and len(set(waiting)) == 1 and all(verdict in (0, 1) for verdict, _ in passed)
    return kernels.SINCE if sure and len([way for way in fact.accept if way.since]) == 1 else kernels.DOUBT


# ---- folds -----------------------------------------------------------------------------------------------


def _last_or_first(folding: Folding, fact: Fact) -> Any:
    table = folding.table(fact.events[0])
    answers, since = _answers(folding, fact)
    if not np.any(answers):
        return folding.never  # nobody in the batch has such an event
    if _asks_for_signatures(fact, answers):
        return _latest(folding, fact, answers)
    found, day = _found(folding, fact, answers, since)
    if not fact.value:
        return day
    value, amount, step = _all(folding, NEVER), _amounts(fact, table), -1 if fact.fold == "last" else 1
    events, of_signature, most = folding.walk(fact.events[0]), bool(fact.among), fact.tie == "most"
    kernels.tied_value(*events, answers, amount, of_signature, since, found, step, most, value)
    if not fact.among:
        _leave_without_amount(folding, fact, table, found)
    return value


# Signatures of a kind: with fewer, a walk from the end for each fact is as fast; with more, it would take much memory.
_FEW, _MANY = 3, 16


def _asks_for_signatures(fact: Fact, answers: Any) -> bool:
    """Whether a fact asks no more than when an event of some of several signatures came last."""
    plain = fact.fold == "last" and not fact.value and not fact.until
    return plain and _FEW <= len(answers) <= _MANY and not np.any(answers > kernels.YES)


def _latest(folding: Folding, fact: Fact, answers: Any) -> Any:
    """The last day of some signatures; those of all signatures of a kind are found in one walk."""
    kind = fact.events[0]
    if kind not in folding.latest:
        folding.latest[kind] = np.full((len(answers), folding.batch.size), NEVER, dtype=np.int32)
        kernels.latest(*folding.walk(kind), folding.as_of, folding.latest[kind])
    day: Any = functools.reduce(np.maximum, folding.latest[kind][answers == kernels.YES])
    low, _ = _bounds(folding, fact)
    return day if low is folding.never else _either(day >= low, day, folding.never)


def _found(folding: Folding, fact: Fact, answers: Any, since: Any) -> tuple[Any, Any]:
    """The event that a fact looks for, where values of its kind are asked for, and its day; like facts share them."""
    bounds = fact.since, fact.follows, fact.after, fact.until
    way = fact.fold, fact.events, fact.conditions, fact.accept, bounds
    if way not in folding.walked:
        found, day = (_all(folding, -1) if fact.events in folding.valued else _NOTHING), _all(folding, NEVER)
        events, (low, high) = folding.walk(fact.events[0]), _bounds(folding, fact)
        doubts, walk = bool(np.any(answers == kernels.DOUBT)), kernels.last if fact.fold == "last" else kernels.first
        walk(*events, answers, low, high, since, doubts, found, day, folding.left)
        folding.walked[way] = found, day
    return folding.walked[way]


_NOTHING = np.empty(0, dtype=np.int32)


def _all(folding: Folding, value: int) -> Column:
    return np.full(folding.batch.size, value, dtype=np.int32)


def _taken(column: Any, found: Any, otherwise: int) -> Column:
    value = np.empty(len(found), dtype=np.int32)
    kernels.taken(column, found, otherwise, value)
    return value


def _either(truth: Any, one: Any, other: Any) -> Column:
    """np.where, which takes its time where truth changes from course to course."""
    value = np.empty(len(truth), dtype=np.int32)
    kernels.either(truth, one, other, value)
    return value


def _amounts(fact: Fact, table: Table) -> Any:
    """The value that each event states, or each signature; OPEN where an absent one is open-ended."""
    if fact.among:
        among = frozenset(fact.among)
        counts = [len(among.intersection(_listed(fields.get(fact.value, ())))) for fields in table.signatures]
        return np.array(counts, dtype=np.int32)
    column = table.wide[fact.value]
    return np.where(column == ABSENT, np.int32(OPEN), column) if fact.absent == "open-ended" else column


def _leave_without_amount(folding: Folding, fact: Fact, table: Table, found: Any) -> None:
    """If an event of a course may not state a whole number, and one was found, the course is left."""
    column = table.wide[fact.value]
    wrong = column == FRACTION if fact.absent == "open-ended" else (column == FRACTION) | (column == ABSENT)
    if not np.any(wrong):
        return
    bad = np.add.reduceat(np.append(wrong, False).astype(np.int32), table.offsets[:-1]) > 0
    folding.left |= (found >= 0) & bad & (table.offsets[1:] > table.offsets[:-1])


def _listed(value: Any) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else (value,)


def _count(folding: Folding, fact: Fact) -> Any:
    low, high = _bounds(folding, fact)
    answers, since = _answers(folding, fact)
    value = _all(folding, 0)
    kernels.tally(*folding.walk(fact.events[0]), answers, low, high, since, value, folding.left)
    return value


def _run_start(folding: Folding, fact: Fact) -> Any:
    table = folding.table(fact.events[0])
    low, high = _bounds(folding, fact)
    answers, _ = _answers(folding, fact)
    said = _words(table, fact.same)
    broken = folding.value(folding.gate.slots[fact.broken_by]) if fact.broken_by else folding.never
    value, stated = _all(folding, NEVER), table.wide[fact.stated]
    kernels.run_start(*folding.walk(fact.events[0]), answers, said, stated, ABSENT, broken, low, high, value)
    return value


def _words(table: Table, name: str) -> Any:
    """One number for each set of words that a list field says, by signature."""
    numbers: dict[frozenset[Any], int] = {}
    words = [frozenset(_listed(fields.get(name, ()))) for fields in table.signatures]
    return np.array([numbers.setdefault(one, len(numbers)) for one in words], dtype=np.int32)


def _agreement(folding: Folding, fact: Fact) -> Any:
    table = folding.table(fact.events[0])
    low, high = _bounds(folding, fact)
    answers = [_answer(fact, fields) for fields in table.signatures]
    parties = [
        fact.parties.index(str(fields["by"])) if answer == kernels.YES and fields["by"] in fact.parties else -1
        for fields, answer in zip(table.signatures, answers, strict=True)
    ]
    party = np.array(parties, dtype=np.int32)
    said = _words(table, fact.value)
    value = _all(folding, NEVER)
    kernels.agreement(*folding.walk(fact.events[0]), party, said, len(fact.parties), low, high, folding.as_of, value)
    return value


def _certificate(folding: Folding, fact: Fact) -> Any:
    """The one unnamed certificate of a role; who has several, or a named or ended one, is left."""
    held, ended = folding.table("certified"), folding.table("decertified")
    of_role = [
        0 if fields["role"] != fact.role else kernels.DOUBT if "who" in fields else kernels.YES
        for fields in held.signatures
    ]
    roles = np.array(of_role, dtype=np.int8)
    found = _only_one(folding, "certified", roles)
    gone = np.array([kernels.DOUBT if one["role"] == fact.role else 0 for one in ended.signatures], dtype=np.int8)
    _only_one(folding, "decertified", gone)
    until = _taken(held.wide["until"], found, ABSENT)
    day = _taken(held.day, found, folding.as_of)  # without a certificate any day will do
    lasting = months_later(day, fact.term_months) - np.int32(1) if fact.term_months else _all(folding, OPEN)
    return _either(found < 0, folding.never, _either(until == ABSENT, lasting, until))


def _only_one(folding: Folding, kind: str, answers: Any) -> Column:
    """The event that counts, -1 where none does; a course with several, or with one in doubt, is left."""
    found = _all(folding, -1)
    kernels.only_one(*folding.walk(kind), answers, folding.as_of, found, folding.left)
    return found


def months_later(day: Column, months: int) -> Column:
    """The same day of the month some months later, on the first of the next where it doesn't exist."""
    table = _months_table(months)
    place = day - np.int32(_FIRST_DAY)
    inside = place.view(np.uint32) < len(table)  # as unsigned numbers, those before the first day are large
    later = table.take(place, mode="clip")
    if np.all(inside):
        return later
    outside = day[~inside]
    if np.any((outside > NEVER_EDGE) & (outside < OPEN_EDGE)):
        raise ValueError("a day lies before 1800 or after 2300; correct the course")
    return np.where(inside, later, day)


_FIRST_DAY, _LAST_DAY = parse_day("1800-01-01"), parse_day("2300-12-31")


@functools.lru_cache(maxsize=64)
def _months_table(months: int) -> Column:
    every = [add_months.__wrapped__(day, months, "later") for day in range(_FIRST_DAY, _LAST_DAY + 1)]
    return np.array(every, dtype=np.int32)


# ---- category ----------------------------------------------------------------------------------------------

_UNSETTLED, _LEFT = 0, -1  # below all codes of categories


def _conclusion(folding: Folding, fact: Fact) -> Any:
    """What follows from the one classification; who has several, or one that hangs on age or judgement, is left."""
    table = folding.table("classified")
    key = ("conclusion",)
    if key not in folding.answers:
        found = _only_one(folding, "classified", np.ones(len(table.signatures), dtype=np.int8))
        rules, none = folding.gate.programme.categories, len(table.signatures)
        codes = np.array([*(_conclude(one, rules) for one in table.signatures), _CAN], dtype=np.int32)
        says = np.array([*(CODES[str(one["category"])] for one in table.signatures), _CAN], dtype=np.int32)
        signature = _taken(table.signature, found, none)
        code, said = _taken(codes, signature, _LEFT), _taken(says, signature, _LEFT)
        folding.left |= code <= _UNSETTLED
        folding.answers[key] = code, said
    code, said = folding.answers[key]
    if fact.part == "changed":
        return np.full(folding.batch.size, NEVER, dtype=np.int32)
    if fact.part == "category":
        return code
    stated = folding.batch.category
    return ((said != code) | ((stated != 0) & (stated != code))).astype(np.int32)


def _conclude(fields: Mapping[str, Any], rules: tuple[CategoryRule, ...]) -> int:
    criteria = fields.get("criteria", ())
    answer = _CAN
    for rule in rules:
        if rule.criteria and not any(one in criteria for one in rule.criteria):
            continue
        if any(fields.get(name, "") != value for name, value in rule.needs):
            continue
        if rule.judged and fields.get("category") != rule.category:
            continue
        if rule.judged or rule.age_from > 0 or rule.age_to < 999:
            return _LEFT
        if rule.settled:
            return CODES[rule.category]
        answer = _UNSETTLED
    return answer


# ---- facts made of facts -------------------------------------------------------------------------------------


def _later_or_earlier(folding: Folding, fact: Fact) -> Any:
    parts = [folding.value(folding.gate.slots[one]) for one in fact.facts]
    pick = np.maximum if fact.fold == "later-of" else np.minimum
    result: Any = parts[0]
    for one in parts[1:]:
        result = pick(result, one)
    return result


def _shift(folding: Folding, fact: Fact) -> Any:
    base = folding.value(folding.gate.slots[fact.facts[0]])
    if fact.months and fact.overflow != "later":
        raise NotImplementedError(f"fact {fact.name}: blocks know the overflow rule 'later' only")
    moved = months_later(base, fact.months) if fact.months else base
    if not fact.days:
        return moved
    return np.where((base > NEVER) & (base < OPEN), moved + np.int32(fact.days), base)


def _choose(folding: Folding, slot: int, fact: Fact) -> None:
    slots, facts = folding.gate.slots, folding.facts
    flag, then, otherwise = slots[fact.flag], slots[fact.facts[0]], slots[fact.facts[1]]
    chosen = np.broadcast_to(np.asarray(facts.values[flag], dtype=np.bool_), folding.batch.size)
    facts.values[slot] = _either(chosen, folding.value(then), folding.value(otherwise))
    nothing = np.zeros(folding.batch.size, dtype=np.bool_)
    doubt = np.where(chosen, facts.unknown.get(then, nothing), facts.unknown.get(otherwise, nothing))
    doubt = doubt | facts.unknown.get(flag, nothing)
    if np.any(doubt):
        facts.unknown[slot] = doubt


_FOLDS: dict[str, Any] = {
    "last": _last_or_first,
    "first": _last_or_first,
    "count": _count,
    "run-start": _run_start,
    "agreement": _agreement,
    "certificate": _certificate,
    "conclusion": _conclusion,
    "later-of": _later_or_earlier,
    "earlier-of": _later_or_earlier,
    "shift": _shift,
}
