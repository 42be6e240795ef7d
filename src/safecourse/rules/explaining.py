"""Explaining: the same lines as judging, with what was seen, what was asked, and why."""

from __future__ import annotations

from safecourse import days
from safecourse.days import NEVER, NEVER_EDGE, OPEN
from safecourse.rulebook.model import BUILT_IN
from safecourse.rules.decision import (
    ALLOWED,
    MET,
    NOT_APPLICABLE,
    REFUSED,
    UNDETERMINED,
    UNKNOWN,
    UNMET,
    ActWindow,
    Finding,
)
from safecourse.rules.folding import State
from safecourse.rules.judging import Bits, CompiledGate, Rule, Test


def outcome_of(gate: CompiledGate, bits: Bits) -> str:
    """Allowed only if something binding applies and all of it is met."""
    if bits.failing & gate.must:
        return REFUSED
    if bits.unknown & gate.must or not bits.applies & gate.must:
        return UNDETERMINED
    return ALLOWED


def verdict_of(index: int, bits: Bits) -> str:
    """One rule's verdict from the bits."""
    bit = 1 << index
    if not bits.applies & bit:
        return NOT_APPLICABLE
    if bits.failing & bit:
        return UNMET
    return UNKNOWN if bits.unknown & bit else MET


def findings_of(gate: CompiledGate, state: State, bits: Bits) -> tuple[Finding, ...]:
    """One finding per requirement of the gate, in file order."""
    units = {**BUILT_IN, **{fact.name: fact.unit for fact in gate.programme.facts}}
    findings = []
    for index, rule in enumerate(gate.rules):
        one, test = rule.requirement, rule.test
        is_day = units[one.window.observe] == "day"
        findings.append(
            Finding(
                one.id,
                one.binding,
                verdict_of(index, bits),
                _shown(state, test.observe, 0, is_day),
                _shown(state, test.opens, test.opens_offset, is_day),
                _shown(state, test.closes, test.closes_offset, is_day),
                one.says,
                one.fix,
                one.source,
                one.grade,
                one.assumption,
                one.window.forbid,
            )
        )
    return tuple(findings)


def _shown(state: State, slot: int, offset: float, is_day: bool) -> str | int | float:
    """A value in the words of the contract."""
    if slot >= 0 and state.unknown >> slot & 1:
        return "unknown"
    value = state.values[slot] if slot >= 0 else 0
    if value == NEVER:
        return "never"
    total: int | float = value + offset
    if total >= OPEN or total <= -OPEN:
        return "open-ended"
    return days.iso(int(total)) if is_day else total


def assumptions_of(gate: CompiledGate, findings: tuple[Finding, ...]) -> tuple[str, ...]:
    """The assumptions that this decision rests on: of the version's day, and of every unverified rule that applies."""
    programme = gate.programme
    listed = []
    if programme.in_force_assumption:
        listed.append(f"{programme.id} {programme.version}: {programme.in_force_assumption}")
    listed += [
        f"{finding.requirement}: {finding.assumption}"
        for finding in findings
        if finding.assumption and finding.verdict != NOT_APPLICABLE
    ]
    return tuple(dict.fromkeys(listed))


# ---- the window of the act --------------------------------------------------------------------


def act_window(gate: CompiledGate, state: State, bits: Bits, outcome: str) -> tuple[ActWindow, ...]:
    """The window that is shown with a decision: nothing where no window requirement applies.

    For an allowed gate ``closes`` is the last day on which everything binding
    still holds without a new event.
    """
    for index, rule in enumerate(gate.rules):
        if rule.requirement.is_window and bits.applies >> index & 1:
            return (_act_window(gate, state, bits, outcome, rule),)
    return ()


def _act_window(gate: CompiledGate, state: State, bits: Bits, outcome: str, rule: Rule) -> ActWindow:
    if state.unknown & rule.test.mask:
        return ActWindow("unknown", "unknown", "unknown")
    opens, closes = act_days(rule.test, state, gate.slots["as_of"])
    if opens < NEVER_EDGE and closes < NEVER_EDGE:
        return ActWindow("never", "never", "never")
    if outcome == ALLOWED:
        closes = min(closes, _all_close(gate, state, bits))
    if closes >= OPEN:
        return ActWindow(days.iso(opens), "open-ended", "open-ended")
    return ActWindow(days.iso(opens), days.iso(closes), days.last_second(closes, gate.zone).isoformat())


def act_days(test: Test, state: State, as_of: int) -> tuple[int, int]:
    """First and last day of the act for which a window test holds, all events as they are."""
    opens, closes = -OPEN, OPEN
    if test.observe == as_of:
        if test.opens >= 0:
            opens = state.values[test.opens] + test.opens_offset
        if test.closes >= 0:
            closes = state.values[test.closes] + test.closes_offset
    else:
        observed = state.values[test.observe]
        if test.closes == as_of:
            opens = observed + -1 * test.closes_offset
        if test.opens == as_of:
            closes = observed + -1 * test.opens_offset
    return opens, closes


def _all_close(gate: CompiledGate, state: State, bits: Bits) -> int:
    """The last day of the act on which every binding rule that is met now still holds."""
    as_of = gate.slots["as_of"]
    last = OPEN
    grouped: dict[int, int] = {}
    for index, rule in enumerate(gate.rules):
        if not (bits.applies & gate.must) >> index & 1 or rule.test.forbid:
            continue
        closes = act_days(rule.test, state, as_of)[1]
        if rule.group >= 0:
            grouped[rule.group] = max(grouped.get(rule.group, NEVER), closes)
        else:
            last = min(last, closes)
    return min([last, *grouped.values()])
