"""Judging: from facts to two bit masks, failing and unknown.

A programme is compiled once per gate. What is shown to people is derived
from the same lines by ``explaining``, never computed a second way.
"""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from safecourse.course.model import UNSTATED
from safecourse.days import NEVER
from safecourse.rulebook.model import BUILT_IN, CODES, Fact, Flag, Programme, Requirement, Window
from safecourse.rules import text
from safecourse.rules.folding import Fold, State, compile_fold
from safecourse.rules.ledger import Ledger
from safecourse.rules.special_folds import compile_special

MET, UNMET, UNKNOWN, NOT_APPLICABLE = "met", "unmet", "unknown", "not-applicable"
_SPECIAL = ("run-start", "agreement", "certificate", "conclusion")


@dataclass(frozen=True, slots=True)
class Test:
    """A window with its names resolved to slots; slot -1 stands for the number zero."""

    observe: int
    opens: int
    opens_offset: int
    closes: int
    closes_offset: int
    free: int
    forbid: bool

    def mask(self) -> int:
        return sum({1 << slot for slot in (self.observe, self.opens, self.closes) if slot >= 0})


@dataclass(frozen=True, slots=True)
class Rule:
    """A requirement of one gate, ready to be judged. ``applies`` holds (flag slot, wanted value)."""

    requirement: Requirement
    test: Test
    applies: tuple[tuple[int, int], ...]
    group: int  # index of its any_of group, -1 if it stands alone


@dataclass(frozen=True, slots=True)
class CompiledGate:
    """One gate of one programme version: folds in the order of their needs, then rules."""

    programme: Programme
    gate: str
    zone: ZoneInfo
    slots: dict[str, int]
    size: int
    folds: tuple[Fold, ...]
    rules: tuple[Rule, ...]
    groups: tuple[tuple[int, ...], ...]  # rule indices of each any_of group
    must: int  # bits of the rules that decide


@dataclass(frozen=True, slots=True)
class Bits:
    """The result of a course at a gate: by rule index, certainly in the way, perhaps in the way, applying at all."""

    failing: int
    unknown: int
    applies: int


def fold_facts(gate: CompiledGate, ledger: Ledger) -> State:
    """All facts of a gate for one ledger."""
    state = State([NEVER] * gate.size, [-1] * gate.size)
    patient, slots = ledger.patient, gate.slots
    state.values[slots["as_of"]] = ledger.as_of
    for name, value, missing in (
        ("born", patient.born, UNSTATED),
        ("patient_cycles", CODES.get(patient.cycles, 0), 0),
        ("patient_category", CODES.get(patient.category, 0), 0),
    ):
        if value == missing:
            state.put_unknown(slots[name])
        else:
            state.values[slots[name]] = value
    for fold in gate.folds:
        fold(ledger, state)
    return state


def inside(test: Test, state: State) -> tuple[int, int]:
    """(certainly true, certainly false) of one window test."""
    values, unknown = state.values, state.unknown
    observed = values[test.observe]
    opens = values[test.opens] if test.opens >= 0 else 0
    closes = values[test.closes] if test.closes >= 0 else 0
    seen = not unknown >> test.observe & 1
    low_known = seen and not (test.opens >= 0 and unknown >> test.opens & 1)
    high_known = seen and not (test.closes >= 0 and unknown >> test.closes & 1)
    lower = text.lower_holds(observed, opens, test.opens_offset, test.free)
    upper = text.upper_holds(observed, closes, test.closes_offset, test.free)
    yes = text.inside_true(lower, low_known, upper, high_known)
    no = text.inside_false(lower, low_known, upper, high_known)
    return (no, yes) if test.forbid else (yes, no)


def applying(rule: Rule, state: State) -> tuple[int, int]:
    """(applies, is that known) of one rule; a flag that certainly excludes it settles the matter."""
    known = 1
    for slot, wanted in rule.applies:
        if state.unknown >> slot & 1:
            known = 0
        elif state.values[slot] != wanted:
            return 0, 1
    return 1, known


def judge_rule(rule: Rule, state: State) -> tuple[int, int, int]:
    """(failing, unknown, applies) of one rule, its any_of group aside."""
    applies, applies_known = applying(rule, state)
    if not applies:
        return 0, 0, 0
    yes, no = inside(rule.test, state)
    return (
        text.failing(applies, applies_known, no),
        text.open_question(applies, applies_known, no, yes),
        1,
    )


def judge(gate: CompiledGate, state: State) -> Bits:
    """The bit masks of one course at one gate."""
    failing = unknown = applies = 0
    for index, rule in enumerate(gate.rules):
        fails, open_, on = judge_rule(rule, state)
        if on:
            bit = 1 << index
            applies |= bit
            if fails:
                failing |= bit
            elif open_:
                unknown |= bit
    for members in gate.groups:
        failing, unknown, applies = _settle_group(members, failing, unknown, applies)
    return Bits(failing, unknown, applies)


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
    folds = tuple(
        _compile_flag(flags[name], slots) if name in flags else _compile_fact(facts[name], slots, programme)
        for name in wanted
    )
    names = list(dict.fromkeys(one.any_of for one in requirements if one.any_of))
    rules = tuple(_compile_rule(one, slots, names) for one in requirements)
    groups = tuple(
        tuple(index for index, rule in enumerate(rules) if rule.group == number) for number in range(len(names))
    )
    must = sum(1 << index for index, rule in enumerate(rules) if rule.requirement.binding == "must")
    return CompiledGate(
        programme, gate, ZoneInfo(programme.timezone), slots, len(slots), folds, rules, groups, must
    )


def _window_names(window: Window) -> tuple[str, ...]:
    return tuple(name for name in (window.observe, window.opens.fact, window.closes.fact) if name)


def needs_of(fact: Fact) -> tuple[str, ...]:
    """Names of the facts and flags that one fact is folded from."""
    bounds = [bound.fact for group in (fact.since, fact.follows, fact.after, fact.until) for bound in group]
    ways = [way.since for way in fact.accept if way.since]
    near = [within.only_if for within in fact.within if within.only_if]
    named = [name for name in (fact.broken_by, fact.flag) if name]
    patient = ["born", "patient_category"] if fact.fold == "conclusion" else []
    return (*bounds, *ways, *near, *named, *fact.facts, *patient)


def _need(name: str, facts: dict[str, Fact], flags: dict[str, Flag], wanted: list[str]) -> None:
    """Add a name after all that it needs; refusals have made sure that there is no circle."""
    if name in wanted or name in BUILT_IN:
        return
    needs = _window_names(flags[name].window) if name in flags else needs_of(facts[name])
    for one in needs:
        _need(one, facts, flags, wanted)
    wanted.append(name)


def _compile_fact(fact: Fact, slots: dict[str, int], programme: Programme) -> Fold:
    if fact.fold in _SPECIAL:
        return compile_special(fact, slots, programme.categories)
    return compile_fold(fact, slots, {})


def _compile_test(window: Window, slots: dict[str, int]) -> Test:
    return Test(
        observe=slots[window.observe],
        opens=slots[window.opens.fact] if window.opens.fact else -1,
        opens_offset=window.opens.offset,
        closes=slots[window.closes.fact] if window.closes.fact else -1,
        closes_offset=window.closes.offset,
        free=int(window.missing == "free"),
        forbid=window.forbid,
    )


def _compile_flag(flag: Flag, slots: dict[str, int]) -> Fold:
    slot, test = slots[flag.name], _compile_test(flag.window, slots)

    def fold(ledger: Ledger, state: State) -> None:
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
