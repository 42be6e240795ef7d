"""Judging: from facts to two bit masks, failing and unknown.

A programme is compiled once per gate. What is shown to people is derived
from the same lines by ``explaining``, never computed a second way.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from safecourse.course.model import UNSTATED
from safecourse.days import NEVER
from safecourse.rulebook.model import BUILT_IN, CODES, Fact, Flag, Programme, Requirement, Window, names_needed_by
from safecourse.rules import text
from safecourse.rules.dose_folds import compile_dose
from safecourse.rules.filtering import Filter, compile_filter, filter_key
from safecourse.rules.folding import Fold, State, compile_fold
from safecourse.rules.ledger import Ledger
from safecourse.rules.special_folds import compile_special

Edge = Callable[[Any, Any, Any], Any]
_SPECIAL = ("run-start", "agreement", "certificate", "conclusion")


@dataclass(frozen=True, slots=True)
class Test:
    """A window with its names resolved to slots; slot -1 stands for the number zero."""

    observe: int
    opens: int
    opens_offset: float
    closes: int
    closes_offset: float
    lower: Edge  # the line of the rule text for each edge
    upper: Edge
    free: bool  # an edge whose anchor never happened sets no limit
    forbid: bool
    needs: tuple[int, ...]  # slots that the window reads
    mask: int  # their bits
    bottomless: bool  # no lower edge: the upper one sees to never


@dataclass(frozen=True, slots=True)
class Rule:
    """A requirement of one gate, ready to be judged. ``applies`` holds (flag slot, wanted value)."""

    requirement: Requirement
    test: Test
    applies: tuple[tuple[int, int], ...]
    group: int  # index of its any_of group, -1 if it stands alone


@dataclass(frozen=True, slots=True, eq=False)
class CompiledGate:
    """One gate of one programme version: folds in the order of their needs, then rules."""

    programme: Programme
    gate: str
    zone: ZoneInfo
    slots: dict[str, int]
    folds: tuple[Fold, ...]  # by slot
    filters: tuple[Filter, ...]
    needs: tuple[tuple[int, ...], ...]  # by slot, the slots that it is folded from
    choices: dict[int, tuple[int, int, int]]  # of slots that choose: flag, then, otherwise
    flag_slots: tuple[int, ...]  # what the flags of this gate need, and the flags, in order
    flags: tuple[int, ...]  # slots of the flags
    flag_tests: dict[int, Test]  # by slot, in the order of their needs
    rules: tuple[Rule, ...]
    groups: tuple[tuple[int, ...], ...]  # rule indices of each any_of group
    must: int  # bits of the rules that decide


class Bits(NamedTuple):
    """The result of a course at a gate: by rule index, certainly in the way, perhaps in the way, applying at all."""

    failing: int
    unknown: int
    applies: int


def fold_facts(gate: CompiledGate, ledger: Ledger) -> State:
    """All facts of a gate for one ledger."""
    state = State(ledger, len(gate.folds), gate.filters)
    for fold in _every_fold(gate, frozenset(ledger.kinds) if ledger.complete else _ANY_KIND):
        fold(state)
    return state


@functools.lru_cache(maxsize=4096)
def _every_fold(gate: CompiledGate, kinds: frozenset[str]) -> tuple[Fold, ...]:
    idle = _never(gate, kinds)
    return tuple(fold for slot, fold in enumerate(gate.folds) if slot not in idle)


@dataclass(frozen=True, slots=True)
class Route:
    """What is left to fold and to judge for courses whose flags are alike."""

    folds: tuple[Fold, ...]
    topped: tuple[Any, ...]  # of each rule that applies and has no lower edge: its bit, its test, the test's parts
    edged: tuple[Any, ...]  # of each other rule that applies
    perhaps: tuple[tuple[int, Test], ...]  # bit and test of each rule of which nobody can tell whether it applies
    applies: int
    groups: tuple[tuple[int, ...], ...]


@functools.lru_cache(maxsize=4096)
def _route(gate: CompiledGate, flags: tuple[int, ...], kinds: frozenset[str]) -> Route:
    """The route of one combination of flags: 0, 1, or 2 for unknown, in the order of ``gate.flags``."""
    values = dict(zip(gate.flags, flags, strict=True))
    topped: list[Any] = []
    edged: list[Any] = []
    perhaps: list[tuple[int, Test]] = []
    applies = 0
    idle = _never(gate, kinds)
    wanted = set(idle)  # so that nobody looks for what they would be folded from
    for index, rule in enumerate(gate.rules):
        held = [(values[slot], expected) for slot, expected in rule.applies]
        if any(value not in (2, expected) for value, expected in held):
            continue
        applies |= 1 << index
        for slot in rule.test.needs:
            _reach(gate, slot, values, wanted)
        if any(value == 2 for value, _ in held):
            perhaps.append((1 << index, rule.test))
        elif rule.test.bottomless:
            topped.append(_upper_parts(1 << index, rule.test))
        else:
            edged.append((*_upper_parts(1 << index, rule.test), rule.test.opens, rule.test.opens_offset))
    wanted -= {*gate.flag_slots, *idle}
    folds = tuple(gate.folds[slot] for slot in sorted(wanted))
    return Route(folds, tuple(topped), tuple(edged), tuple(perhaps), applies, gate.groups)


def _upper_parts(bit: int, test: Test) -> tuple[Any, ...]:
    return bit, test, test.mask, test.observe, test.closes, test.closes_offset, test.upper, test.forbid


def _reach(gate: CompiledGate, slot: int, values: dict[int, int], wanted: set[int]) -> None:
    """Add a slot and all that it is folded from; a choice whose flag is known needs one side only."""
    if slot in wanted:
        return
    wanted.add(slot)
    needs = gate.needs[slot]
    chooser = gate.choices.get(slot)
    if chooser is not None and values.get(chooser[0], 2) != 2:
        needs = (chooser[0], chooser[1] if values[chooser[0]] else chooser[2])
    for one in needs:
        _reach(gate, one, values, wanted)


def decide_bits(gate: CompiledGate, ledger: Ledger) -> tuple[Bits, State]:
    """Fold what matters for this course and judge it; facts of rules that don't apply are left alone."""
    state = State(ledger, len(gate.folds), gate.filters)
    # In a record that holds everything, what never happened needs no folding: it is never already.
    kinds = frozenset(ledger.kinds) if ledger.complete else _ANY_KIND
    for fold in _flag_folds(gate, kinds):
        fold(state)
    unknown, values = state.unknown, state.values
    route = _route(gate, tuple([2 if unknown >> slot & 1 else values[slot] for slot in gate.flags]), kinds)
    for fold in route.folds:
        fold(state)
    return _judge_route(route, state), state


_ANY_KIND: frozenset[str] = frozenset(("*",))


@functools.lru_cache(maxsize=4096)
def _flag_folds(gate: CompiledGate, kinds: frozenset[str]) -> tuple[Fold, ...]:
    """What must be folded before it is known which rules apply."""
    idle = _never(gate, kinds)
    return tuple(gate.folds[slot] for slot in gate.flag_slots if slot not in idle)


@functools.lru_cache(maxsize=4096)
def _never(gate: CompiledGate, kinds: frozenset[str]) -> frozenset[int]:
    """The facts that are never, whatever the days, if a whole record holds events of these kinds only."""
    idle: set[int] = set()
    if kinds == _ANY_KIND:
        return frozenset()
    facts = {fact.name: fact for fact in gate.programme.facts}
    for name, slot in gate.slots.items():
        fact = facts.get(name)
        if fact is None:
            continue
        if fact.fold in ("last", "first", "run-start", "agreement"):
            waiting = [gate.slots[way.since] if way.since else -1 for way in fact.accept]
            unheard = kinds.isdisjoint(fact.events) or (waiting != [] and idle.issuperset(waiting))
            cut_off = any(gate.slots[bound.fact] in idle for bound in fact.until)
            if unheard or (cut_off and fact.fold in ("last", "first")):
                idle.add(slot)
        elif fact.fold in ("later-of", "earlier-of") and all(gate.slots[one] in idle for one in fact.facts):
            idle.add(slot)
    return frozenset(idle)


def _fold_as_of(slot: int) -> Fold:
    def fold(state: State) -> None:
        state.values[slot] = state.ledger.as_of

    return fold


def _fold_patient(slot: int, name: str) -> Fold:
    """What the course says of its patient; what it doesn't say is unknown."""

    def fold(state: State) -> None:
        patient = state.ledger.patient
        if name == "born":
            value, missing = patient.born, UNSTATED
        else:
            value, missing = CODES.get(patient.cycles if name == "patient_cycles" else patient.category, 0), 0
        if value == missing:
            state.put_unknown(slot)
        else:
            state.values[slot] = value

    return fold


def inside(test: Test, state: State) -> tuple[Any, Any]:
    """(certainly true, certainly false) of one window test whose facts have been folded."""
    values, unknown = state.values, state.unknown
    observed = values[test.observe]
    opens, closes = values[test.opens], values[test.closes]
    if not unknown & test.mask:
        yes = test.upper(observed, closes, test.closes_offset)
        if yes and not test.bottomless:
            yes = test.lower(observed, opens, test.opens_offset)
        return (not yes, yes) if test.forbid else (yes, not yes)
    lower = test.lower(observed, opens, test.opens_offset)
    upper = test.upper(observed, closes, test.closes_offset)
    seen = not unknown >> test.observe & 1
    low_known = seen and not (test.opens >= 0 and unknown >> test.opens & 1)
    high_known = seen and not (test.closes >= 0 and unknown >> test.closes & 1)
    yes = text.inside_true(lower, low_known, upper, high_known)
    no = text.inside_false(lower, low_known, upper, high_known)
    return (no, yes) if test.forbid else (yes, no)


def judge(gate: CompiledGate, state: State) -> Bits:
    """The bit masks of one course at one gate, its facts being folded."""
    unknown, values = state.unknown, state.values
    flags = tuple([2 if unknown >> slot & 1 else values[slot] for slot in gate.flags])
    return _judge_route(_route(gate, flags, _ANY_KIND), state)


def _judge_route(route: Route, state: State) -> Bits:
    failing = unknown = 0
    values, nobody_knows, applies = state.values, state.unknown, route.applies
    doubtful: tuple[tuple[int, Test], ...] = ()
    for bit, test, mask, observe, closes, closes_offset, upper, forbid in route.topped:
        if nobody_knows & mask:
            doubtful = (*doubtful, (bit, test))
        elif upper(values[observe], values[closes], closes_offset) == forbid:
            failing |= bit
    for bit, test, mask, observe, closes, closes_offset, upper, forbid, opens, opens_offset in route.edged:
        if nobody_knows & mask:
            doubtful = (*doubtful, (bit, test))
            continue
        observed = values[observe]
        holds = upper(observed, values[closes], closes_offset)
        if holds:
            holds = test.lower(observed, values[opens], opens_offset)
        if holds == forbid:
            failing |= bit
    for bit, test in doubtful:
        _, no, open_ = _judge_test(test, 1, state)
        failing |= bit * no
        unknown |= bit * open_
    for bit, test in route.perhaps:
        _, no, open_ = _judge_test(test, 0, state)
        failing |= bit * no
        unknown |= bit * open_
    for members in route.groups:
        failing, unknown, applies = _settle_group(members, failing, unknown, applies)
    return Bits(failing, unknown, applies)


def _judge_test(test: Test, applies_known: int, state: State) -> tuple[int, int, int]:
    """(met, failing, open) of a rule where something is unknown."""
    yes, no = inside(test, state)
    fails = int(text.failing(1, applies_known, no))
    return int(yes), fails, int((fails != 1) & text.open_question(1, applies_known, no, yes))


def _settle_group(members: tuple[int, ...], failing: int, unknown: int, applies: int) -> tuple[int, int, int]:
    """Alternatives pass if one passes; then those that don't are beside the point."""
    group = sum(1 << index for index in members) & applies
    if group & ~failing & ~unknown:
        keep = ~(group & (failing | unknown))
        return failing & keep, unknown & keep, applies & keep
    if group & unknown:
        return failing & ~group, unknown | group, applies
    return failing, unknown, applies


# ---- compiling ---------------------------------------------------------------------------------


def compile_gate(programme: Programme, gate: str) -> CompiledGate:
    """Everything that one gate of a programme needs, resolved to numbers."""
    requirements = programme.requirements_at(gate)
    facts = {fact.name: fact for fact in programme.facts}
    flags = {flag.name: flag for flag in programme.flags}
    wanted: list[str] = []
    for requirement in requirements:
        for name in _window_names(requirement.window):
            _need(name, facts, flags, wanted)
        for applies in requirement.applies:
            _need(applies.lstrip("!"), facts, flags, wanted)
    for step in programme.steps:
        for bound in step.not_before:
            _need(bound.fact, facts, flags, wanted)
    slots = {name: index for index, name in enumerate([*BUILT_IN, *wanted])}
    keys = {name: filter_key(facts[name]) for name in wanted if name in facts}
    distinct = list(dict.fromkeys(keys.values()))
    numbers = {name: distinct.index(key) for name, key in keys.items()}
    filters = tuple(compile_filter(facts[next(name for name in keys if keys[name] == key)], slots) for key in distinct)
    built_in = [_fold_as_of(0), *(_fold_patient(slots[name], name) for name in list(BUILT_IN)[1:])]
    folds = tuple(
        _compile_flag(flags[name], slots) if name in flags else _compile_fact(facts[name], slots, numbers, programme)
        for name in wanted
    )
    every = (*built_in, *folds)
    own_flags = tuple(name for name in wanted if name in flags)
    names = list(dict.fromkeys(one.any_of for one in requirements if one.any_of))
    rules = tuple(_compile_rule(one, slots, names) for one in requirements)
    groups = tuple(
        tuple(index for index, rule in enumerate(rules) if rule.group == number) for number in range(len(names))
    )
    must = sum(1 << index for index, rule in enumerate(rules) if rule.requirement.binding == "must")
    return CompiledGate(
        programme=programme,
        gate=gate,
        zone=ZoneInfo(programme.timezone),
        slots=slots,
        folds=every,
        filters=filters,
        needs=tuple(tuple(slots[one] for one in _needs_of(name, facts, flags)) for name in slots),
        choices={
            slots[name]: (slots[facts[name].flag], slots[facts[name].facts[0]], slots[facts[name].facts[1]])
            for name in wanted
            if name in facts and facts[name].fold == "choose"
        },
        flag_slots=tuple(sorted(_closure(own_flags, slots, facts, flags))),
        flags=tuple(slots[name] for name in own_flags),
        flag_tests={slots[name]: _compile_test(flags[name].window, slots) for name in own_flags},
        rules=rules,
        groups=groups,
        must=must,
    )


def _window_names(window: Window) -> tuple[str, ...]:
    return tuple(name for name in (window.observe, window.opens.fact, window.closes.fact) if name)


def _need(name: str, facts: dict[str, Fact], flags: dict[str, Flag], wanted: list[str]) -> None:
    """Add a name after all that it needs; refusals have made sure that there is no circle."""
    if name in wanted or name in BUILT_IN:
        return
    for one in _needs_of(name, facts, flags):
        _need(one, facts, flags, wanted)
    wanted.append(name)


def _needs_of(name: str, facts: dict[str, Fact], flags: dict[str, Flag]) -> tuple[str, ...]:
    if name in BUILT_IN:
        return ()
    return _window_names(flags[name].window) if name in flags else names_needed_by(facts[name])


def _closure(names: tuple[str, ...], slots: dict[str, int], facts: dict[str, Fact], flags: dict[str, Flag]) -> set[int]:
    reached: list[str] = []
    for name in names:
        _need(name, facts, flags, reached)
    built_in = {slots[one] for one in BUILT_IN}
    return {slots[name] for name in reached} | built_in


def _compile_fact(fact: Fact, slots: dict[str, int], numbers: dict[str, int], programme: Programme) -> Fold:
    if fact.fold == "dose":
        return compile_dose(fact, slots)
    if fact.fold in _SPECIAL:
        return compile_special(fact, slots, numbers, programme.categories)
    return compile_fold(fact, slots, numbers)


def _compile_test(window: Window, slots: dict[str, int]) -> Test:
    observe = slots[window.observe]
    opens = slots[window.opens.fact] if window.opens.fact else -1
    closes = slots[window.closes.fact] if window.closes.fact else -1
    needs = tuple(dict.fromkeys(slot for slot in (observe, opens, closes) if slot >= 0))
    return Test(
        observe=observe,
        opens=opens,
        opens_offset=window.opens.offset,
        closes=closes,
        closes_offset=window.closes.offset,
        free=window.missing == "free",
        lower=_edge_text(window.opens.fact, window.missing, text.from_edge, text.from_fact, text.from_free),
        upper=_edge_text(window.closes.fact, window.missing, text.until_edge, text.until_fact, text.until_free),
        forbid=window.forbid,
        needs=needs,
        mask=sum(1 << slot for slot in needs),
        bottomless=opens < 0 and window.opens.offset <= NEVER,
    )


def _edge_text(anchor: str, missing: str, always: Edge, fact: Edge, free: Edge) -> Edge:
    if anchor in ("", "as_of"):
        return always
    return free if missing == "free" else fact


def _compile_flag(flag: Flag, slots: dict[str, int]) -> Fold:
    slot, test = slots[flag.name], _compile_test(flag.window, slots)

    def fold(state: State) -> None:
        yes, no = inside(test, state)
        if yes:
            state.put(slot, 1)
        elif no:
            state.put(slot, 0)
        else:
            state.put_unknown(slot)

    return fold


def _compile_rule(requirement: Requirement, slots: dict[str, int], groups: list[str]) -> Rule:
    applies = tuple((slots[name.lstrip("!")], 0 if name.startswith("!") else 1) for name in requirement.applies)
    group = groups.index(requirement.any_of) if requirement.any_of else -1
    return Rule(requirement, _compile_test(requirement.window, slots), applies, group)
