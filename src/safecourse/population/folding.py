"""Folding over batches: events of many courses to fact columns, by the definitions that one course is folded by.

What loops can't say (events that rest on others, several classifications or
certificates, a setting that nobody recorded) is not said a second way here:
such a course is marked ``left``, and the engine for single courses decides it.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
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
    undone: set[int] = field(default_factory=set)  # slots that this module doesn't fold
    answers: dict[Any, Any] = field(default_factory=dict)

    def value(self, slot: int) -> Any:
        """A fact's column."""
        return self.facts.values[slot]

    def table(self, kind: str) -> Table:
        """The events of one kind; KeyError if the batch was made without it."""
        return self.batch.tables[kind]


def fold_batch(gate: CompiledGate, batch: Batch, as_of: int) -> tuple[Facts, npt.NDArray[np.bool_], frozenset[int]]:
    """Facts of a batch on a day (day number), which courses are left, and which slots nobody folded here."""
    facts = no_facts(gate, batch.size, as_of)
    values = facts.values
    folding = Folding(gate, batch, as_of, facts, ~batch.plain, np.full(batch.size, NEVER, dtype=np.int32))
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
    numbers = bool(fact.value) and not fact.among and fact.value not in WIDE and fact.fold in ("last", "first")
    if fact.followed_by or fact.within or fact.fold in ("episode-start", "sum") or len(fact.events) > 1 or numbers:
        folding.undone.add(slot)
        folding.facts.unknown[slot] = np.ones(folding.batch.size, dtype=np.bool_)
        return
    doubts = [folding.facts.unknown[need] for need in folding.gate.needs[slot] if need in folding.facts.unknown]
    if fact.fold == "choose":
        _choose(folding, slot, fact)
        return
    folding.facts.values[slot] = _FOLDS[fact.fold](folding, fact)
    if doubts and fact.fold != "conclusion":
        folding.facts.unknown[slot] = np.logical_or.reduce(doubts)


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
    since = (
        folding.value(folding.gate.slots[ways[0].since])
        if ways
        else np.broadcast_to(np.int32(NEVER), folding.batch.size)
    )
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
    if not len(table.day):
        return folding.never
    low, high = _bounds(folding, fact)
    answers, since = _answers(folding, fact)
    found, value = (_empty(folding) if fact.value else _NOTHING), _empty(folding)
    events = table.offsets, table.day, table.signature
    walk = kernels.last if fact.fold == "last" else kernels.first
    walk(*events, answers, low, high, since, found, value, folding.left)
    if not fact.value:
        return value
    amount = _amounts(fact, table)
    kernels.tied_value(*events, answers, amount, bool(fact.among), since, found, fact.tie == "most", value)
    if fact.among:
        return value
    stated = np.where(found >= 0, _has_amount(fact, table, found), True)
    folding.left |= ~stated
    return value


_NOTHING = np.empty(0, dtype=np.int32)


def _empty(folding: Folding) -> Column:
    return np.empty(folding.batch.size, dtype=np.int32)


def _taken(column: Any, found: Any, otherwise: int) -> Any:
    if not len(column):
        return np.full(len(found), otherwise, dtype=np.int32)
    return np.where(found >= 0, column[found], np.int32(otherwise))


def _amounts(fact: Fact, table: Table) -> Any:
    """The value that each event states, or each signature; OPEN where an absent one is open-ended."""
    if fact.among:
        among = frozenset(fact.among)
        counts = [len(among.intersection(_listed(fields.get(fact.value, ())))) for fields in table.signatures]
        return np.array(counts, dtype=np.int32)
    column = table.wide[fact.value]
    return np.where(column == ABSENT, np.int32(OPEN), column) if fact.absent == "open-ended" else column


def _has_amount(fact: Fact, table: Table, found: Any) -> Any:
    """Whether the events of the found one's day state a whole number; if one of them may not, the course is left."""
    column = table.wide[fact.value]
    wrong = column == FRACTION if fact.absent == "open-ended" else (column == FRACTION) | (column == ABSENT)
    if not np.any(wrong):
        return np.ones(len(found), dtype=np.bool_)
    bad = np.add.reduceat(np.append(wrong, False).astype(np.int32), table.offsets[:-1]) > 0
    return ~(bad & (table.offsets[1:] > table.offsets[:-1]))


def _listed(value: Any) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else (value,)


def _count(folding: Folding, fact: Fact) -> Any:
    table = folding.table(fact.events[0])
    low, high = _bounds(folding, fact)
    answers, since = _answers(folding, fact)
    value = _empty(folding)
    kernels.tally(table.offsets, table.day, table.signature, answers, low, high, since, value, folding.left)
    return value


def _run_start(folding: Folding, fact: Fact) -> Any:
    table = folding.table(fact.events[0])
    low, high = _bounds(folding, fact)
    answers, _ = _answers(folding, fact)
    said = _words(table, fact.same)
    broken = folding.value(folding.gate.slots[fact.broken_by]) if fact.broken_by else folding.never
    value = _empty(folding)
    stated = table.wide[fact.stated]
    kernels.run_start(
        table.offsets, table.day, table.signature, answers, said, stated, ABSENT, broken, low, high, value
    )
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
    value = _empty(folding)
    kernels.agreement(
        table.offsets, table.day, table.signature, party, said, len(fact.parties), low, high, folding.as_of, value
    )
    return value


def _certificate(folding: Folding, fact: Fact) -> Any:
    """The one unnamed certificate of a role; who has several, or a named or ended one, is left."""
    held, ended = folding.table("certified"), folding.table("decertified")
    found = _empty(folding)
    of_role = [
        0 if fields["role"] != fact.role else kernels.DOUBT if "who" in fields else kernels.YES
        for fields in held.signatures
    ]
    roles = np.array(of_role, dtype=np.int8)
    kernels.only_one(held.offsets, held.day, held.signature, roles, folding.as_of, found, folding.left)
    gone = np.array([kernels.DOUBT if one["role"] == fact.role else 0 for one in ended.signatures], dtype=np.int8)
    nobody = _empty(folding)
    kernels.only_one(ended.offsets, ended.day, ended.signature, gone, folding.as_of, nobody, folding.left)
    until = _taken(held.wide["until"], found, NEVER)
    day = _taken(held.day, found, NEVER)
    lasting = months_later(day, fact.term_months) - 1 if fact.term_months else np.full(len(day), OPEN, dtype=np.int32)
    return np.where(found < 0, np.int32(NEVER), np.where(until == ABSENT, lasting, until)).astype(np.int32)


def months_later(day: Column, months: int) -> Column:
    """The same day of the month some months later, on the first of the next where it doesn't exist."""
    table = _months_table(months)
    inside = (day >= _FIRST_DAY) & (day < _FIRST_DAY + len(table))
    if not np.all(inside | (day <= NEVER_EDGE) | (day >= OPEN_EDGE)):
        raise ValueError("a day lies before 1800 or after 2300; correct the course")
    return np.where(inside, table[np.where(inside, day - _FIRST_DAY, 0)], day)


_FIRST_DAY, _LAST_DAY = parse_day("1800-01-01"), parse_day("2300-12-31")


@functools.lru_cache(maxsize=64)
def _months_table(months: int) -> Column:
    every = [add_months.__wrapped__(day, months, "later") for day in range(_FIRST_DAY, _LAST_DAY + 1)]
    return np.array(every, dtype=np.int32)


# ---- category ----------------------------------------------------------------------------------------------

_UNSETTLED, _LEFT = 0, -1


def _conclusion(folding: Folding, fact: Fact) -> Any:
    """What follows from the one classification; who has several, or one that hangs on age or judgement, is left."""
    table = folding.table("classified")
    key = ("conclusion",)
    if key not in folding.answers:
        found = _empty(folding)
        every = np.ones(len(table.signatures), dtype=np.int8)
        kernels.only_one(table.offsets, table.day, table.signature, every, folding.as_of, found, folding.left)
        codes = np.array([_conclude(one, folding.gate.programme.categories) for one in table.signatures] or [_CAN])
        signature = _taken(table.signature, found, 0)
        code = np.where(found >= 0, codes[np.minimum(signature, len(codes) - 1)], _CAN).astype(np.int32)
        folding.left |= (code == _LEFT) | (code == _UNSETTLED)
        says = np.array([CODES[str(one["category"])] for one in table.signatures] or [_CAN])
        said = np.where(found >= 0, says[np.minimum(signature, len(says) - 1)], code).astype(np.int32)
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
    real = (base > NEVER) & (base < OPEN)
    moved = months_later(base, fact.months) if fact.months else base
    return np.where(real, moved + np.int32(fact.days), base).astype(np.int32)


def _choose(folding: Folding, slot: int, fact: Fact) -> None:
    slots, facts = folding.gate.slots, folding.facts
    flag, then, otherwise = slots[fact.flag], slots[fact.facts[0]], slots[fact.facts[1]]
    chosen = np.broadcast_to(np.asarray(facts.values[flag], dtype=np.bool_), folding.batch.size)
    facts.values[slot] = np.where(chosen, folding.value(then), folding.value(otherwise))
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
