"""Deciding: the public door of the engine."""

from __future__ import annotations

import functools
from datetime import datetime
from zoneinfo import ZoneInfo

from safecourse import days
from safecourse.course.model import Course
from safecourse.rulebook import library
from safecourse.rulebook.model import Programme
from safecourse.rules.decision import (
    ALLOWED,
    NOT_DECIDED,
    REFUSED,
    UNDETERMINED,
    Decision,
    JointDecision,
    Plan,
    PlannedStep,
)
from safecourse.rules.explaining import act_window, assumptions_of, findings_of, outcome_of
from safecourse.rules.judging import CompiledGate, compile_gate, decide_bits, fold_facts, judge
from safecourse.rules.ledger import Ledger, open_ledger
from safecourse.rules.planning import plan_gate

# Nobody decides a course outside these years; inside them no zone, birthday or window can leave the calendar.
FIRST_YEAR, LAST_YEAR = 1900, 2199


class NotDecidable(ValueError):
    """A question that no decision can answer: it names what is missing and what to do."""


@functools.lru_cache(maxsize=512)
def compiled(programme: Programme, gate: str) -> CompiledGate:
    """A gate of a programme, compiled once."""
    return compile_gate(programme, gate)


def _zone(programme_id: str) -> ZoneInfo:
    return ZoneInfo(library.versions(programme_id)[0].timezone)


def governing(programme_id: str, at: datetime) -> Programme:
    """The version of a programme that governs a decision at an instant."""
    zones = {one.timezone for one in (library.programme(programme_id, day) for day in _last_day(programme_id))}
    (zone,) = zones
    return library.programme(programme_id, days.day_in_zone(at, ZoneInfo(zone)))


def _last_day(programme_id: str) -> tuple[int]:
    return (library.version_days(programme_id)[-1],)


def outcome_at(programme: Programme, course: Course, gate: str, at: datetime) -> str:
    """The bare outcome of a gate: fold and judge, nothing explained."""
    ready = compiled(programme, gate)
    ledger = open_ledger(course, days.day_in_zone(at, ready.zone), days.microseconds(at))
    return outcome_of(ready, decide_bits(ready, ledger)[0])


def decide(
    course: Course, gate: str, *, at: datetime, programme: str = "", rules: str = ""
) -> Decision | JointDecision:
    """May this course go on at ``gate``, at an aware instant?

    ``programme`` picks one of the course's programmes (or another to try);
    ``rules`` is a day (ISO) that overrides the version that governs. A course
    under several programmes gives a JointDecision. NotDecidable if the gate
    has no requirements, NoVersionInForce or NoSuchProgramme from the library.
    """
    check_instant(at)
    ids = (programme,) if programme else course.programmes
    decisions = tuple(_decide_one(course, gate, at, one, rules) for one in ids)
    decided = [one for one in decisions if one.outcome != NOT_DECIDED]
    if not decided:
        raise NotDecidable(
            f"gate '{gate}' has no requirements in {', '.join(ids)}; ask about another gate, "
            "see 'safecourse programmes show'"
        )
    if len(decisions) == 1:
        return decisions[0]
    outcomes = {one.outcome for one in decided}
    outcome = next(one for one in (REFUSED, UNDETERMINED, ALLOWED) if one in outcomes)
    return JointDecision(gate, at.isoformat(timespec="seconds"), outcome, decisions)


def check_instant(at: datetime) -> None:
    """NotDecidable for an instant without offset, or outside the years that can be decided."""
    if at.tzinfo is None or at.utcoffset() is None:
        raise NotDecidable("the instant of a decision needs an offset, such as 2026-10-07T12:00-04:00")
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise NotDecidable(
            f"{at.year} is not between {FIRST_YEAR} and {LAST_YEAR}; correct the instant of the decision"
        )


def _decide_one(course: Course, gate: str, at: datetime, programme_id: str, rules: str) -> Decision:
    governs = None
    if rules:
        asked = library.programme(programme_id, days.parse_day(rules))
        try:
            governs = governing(programme_id, at)
        except library.NoVersionInForce:
            governs = None
    else:
        asked = governs = governing(programme_id, at)
    ready = compiled(asked, gate)
    shown = at.astimezone(ready.zone).isoformat(timespec="seconds")
    hypothetical = governs is not asked
    if not ready.rules:
        empty = Plan("", (), (), "the programme has no requirements at this gate")
        return Decision(programme_id, asked.version, gate, shown, NOT_DECIDED, hypothetical, (), (), (), (), 0, empty)
    ledger = open_ledger(course, days.day_in_zone(at, ready.zone), days.microseconds(at))
    state = fold_facts(ready, ledger)
    bits = judge(ready, state)
    outcome = outcome_of(ready, bits)
    findings = findings_of(ready, state, bits)
    return Decision(
        programme=programme_id,
        version=asked.version,
        gate=gate,
        at=shown,
        outcome=outcome,
        hypothetical=hypothetical,
        windows=act_window(ready, state, bits, outcome),
        findings=tuple(one for one in findings if one.binding == "must"),
        advice=tuple(one for one in findings if one.binding == "advice"),
        assumptions=assumptions_of(ready, findings),
        later_events=ledger.later,
        plan=_plan(ready, ledger, outcome, hypothetical or bool(rules)),
    )


def _plan(ready: CompiledGate, ledger: Ledger, outcome: str, this_version_only: bool) -> Plan:
    if outcome == ALLOWED:
        return Plan(days.iso(ledger.as_of), (), (), "")
    if this_version_only:
        return plan_gate(((ready, ledger.as_of, days.LATEST),), ledger)
    starts = library.version_days(ready.programme.id)
    stretches = []
    for index, start in enumerate(starts):
        last = starts[index + 1] - 1 if index + 1 < len(starts) else days.LATEST
        if last >= ledger.as_of:
            stretches.append((compiled(library.programme(ready.programme.id, start), ready.gate), start, last))
    return plan_gate(tuple(stretches), ledger)


def plan(course: Course, gate: str, *, at: datetime, programme: str = "") -> Plan:
    """The earliest lawful plan of a gate from an instant on.

    Under several programmes the plan's day is the latest of theirs, and it has all their steps.
    """
    decision = decide(course, gate, at=at, programme=programme)
    if isinstance(decision, Decision):
        return decision.plan
    plans = [(one.programme, one.plan) for one in decision.programmes if one.outcome != NOT_DECIDED]
    never = [f"{name}: {one.because}" for name, one in plans if not one.earliest]
    steps: list[PlannedStep] = []
    for _, one in plans:
        steps += one.steps
    assumes = tuple(dict.fromkeys(text for _, one in plans for text in one.assumes))
    if never:
        return Plan("", (), (), "; ".join(never))
    return Plan(max(one.earliest for _, one in plans), tuple(steps), assumes, "")
