"""Running scenarios: does a programme answer its own questions as its authors say?

A shipped programme is asked through the public door, ``decide``. A programme
that is only a value, such as one with a number changed, is asked the same
question in place of the version that it stands for.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from safecourse import days
from safecourse.rulebook import library
from safecourse.rulebook.model import Programme
from safecourse.rules.calendars import Entry, NothingToPlan, calendar_of, calendar_under
from safecourse.rules.deciding import compiled, decide
from safecourse.rules.decision import ALLOWED, UNKNOWN, UNMET, Decision, Finding
from safecourse.rules.explaining import act_window, findings_of, outcome_of
from safecourse.rules.judging import CompiledGate, fold_facts, judge
from safecourse.rules.ledger import Ledger, open_ledger
from safecourse.rules.planning import plan_gate
from safecourse.rules.scenario_files import (
    NEVER,
    NO_WINDOW,
    NOT_ASKED,
    Scenario,
    UnusableScenarios,
    document_for,
    files_of,
    read_scenarios,
    scenarios_of,
    version_of,
)
from safecourse.rules.schedules import NoSuchSchedule

__all__ = [
    "Scenario",
    "ScenarioResult",
    "UnusableScenarios",
    "check_scenario",
    "document_for",
    "files_of",
    "read_scenarios",
    "run_file",
    "run_scenario",
    "run_scenarios",
    "scenarios_of",
    "version_of",
]


@dataclass(frozen=True, slots=True)
class ScenarioResult:
    """Whether a scenario holds.

    ``problem`` says what differs, empty if nothing does. ``outcome`` is the
    one that the scenario states. ``rules`` is the day of the version asked
    about, empty for the one that governs at ``at`` (ISO). ``document`` is the
    course as JSON text.
    """

    title: str
    programme: str
    passed: bool
    problem: str
    document: str
    gate: str
    at: str
    outcome: str
    rules: str


def run_scenarios(programme_id: str) -> tuple[ScenarioResult, ...]:
    """The results of all scenarios beside a shipped programme; none if it has none.

    NoSuchProgramme if the id is unknown, UnusableScenarios if a file can't be read.
    """
    return tuple(run_scenario(scenario) for scenario in scenarios_of(programme_id))


def run_file(path: str | Path) -> tuple[ScenarioResult, ...]:
    """The results of all scenarios in one file, against the shipped programme that it names."""
    return tuple(run_scenario(scenario) for scenario in read_scenarios(Path(path)))


def run_scenario(scenario: Scenario) -> ScenarioResult:
    """The result of one scenario against the shipped programme."""
    problem = check_scenario(scenario)
    return ScenarioResult(
        title=scenario.title,
        programme=scenario.programme,
        passed=problem == "",
        problem=problem,
        document=scenario.written,
        gate=scenario.gate,
        at=scenario.at.isoformat(),
        outcome=scenario.outcome,
        rules=scenario.rules,
    )


def check_scenario(scenario: Scenario, programme: Programme | None = None) -> str:
    """What differs from what a scenario states; empty if nothing does.

    With ``programme`` the question is put to that value instead of to the
    shipped version that the scenario asks about.
    """
    if scenario.calendar.asked:
        try:
            return "; ".join(scenario.calendar.differences(_calendar(scenario, programme)))
        except (NothingToPlan, NoSuchSchedule) as nothing:
            return f"expected a calendar, but {nothing}"
    seen = _seen_by_users(scenario) if programme is None else _seen_under(scenario, programme)
    differing = [
        f"{name}: expected {_shown(expected)}, got {_shown(got)}"
        for name, expected, got in _compared(scenario, seen)
        if expected != got
    ]
    return "; ".join(differing)


def _calendar(scenario: Scenario, programme: Programme | None) -> tuple[Entry, ...]:
    if programme is None:
        return calendar_of(scenario.course, rules=scenario.rules, schedule=scenario.calendar.schedule)
    return calendar_under(scenario.course, programme, schedule=scenario.calendar.schedule)


# ---- what is compared ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Seen:
    """What an answer says of everything that a scenario can state."""

    outcome: str
    unmet: frozenset[str]
    unknown: frozenset[str]
    advice: frozenset[str]
    window: tuple[str, str]
    earliest: str
    later_events: str


def _compared(scenario: Scenario, seen: _Seen) -> list[tuple[str, object, object]]:
    pairs: list[tuple[str, object, object]] = [
        ("outcome", scenario.outcome, seen.outcome),
        ("unmet", frozenset(scenario.unmet), seen.unmet),
        ("unknown", frozenset(scenario.unknown), seen.unknown),
    ]
    if scenario.asks_advice:
        pairs.append(("advice", frozenset(scenario.advice), seen.advice))
    if scenario.window != (NOT_ASKED, NOT_ASKED):
        pairs.append(("window", scenario.window, seen.window))
    if scenario.earliest != NOT_ASKED:
        pairs.append(("earliest", scenario.earliest, seen.earliest))
    if scenario.later_events != NOT_ASKED:
        pairs.append(("later_events", scenario.later_events, seen.later_events))
    return pairs


def _shown(value: object) -> str:
    if isinstance(value, frozenset):
        return ", ".join(sorted(value)) or "nothing"
    if isinstance(value, tuple):
        return " to ".join(value)
    return str(value)


def _named(findings: tuple[Finding, ...], verdict: str) -> frozenset[str]:
    return frozenset(one.requirement for one in findings if one.verdict == verdict)


# ---- the two ways of asking ------------------------------------------------------------------------------


def _seen_by_users(scenario: Scenario) -> _Seen:
    """The answer as everybody gets it."""
    decision = decide(
        scenario.course, scenario.gate, at=scenario.at, programme=scenario.programme, rules=scenario.rules
    )
    if not isinstance(decision, Decision):
        raise AssertionError("a decision under one programme is one decision")
    window = decision.windows[0] if decision.windows else None
    return _Seen(
        outcome=decision.outcome,
        unmet=_named(decision.findings, UNMET),
        unknown=_named(decision.findings, UNKNOWN),
        advice=_named(decision.advice, UNMET),
        window=(window.opens, window.closes) if window else (NO_WINDOW, NO_WINDOW),
        earliest=decision.plan.earliest or NEVER,
        later_events=str(decision.later_events),
    )


def _seen_under(scenario: Scenario, programme: Programme) -> _Seen:
    """The same answer from a programme value, computing only what the scenario asks for."""
    gate = compiled(programme, scenario.gate)
    ledger = open_ledger(scenario.course, days.day_in_zone(scenario.at, gate.zone), days.microseconds(scenario.at))
    state = fold_facts(gate, ledger)
    bits = judge(gate, state)
    outcome = outcome_of(gate, bits)
    findings = findings_of(gate, state, bits)
    musts = tuple(one for one in findings if one.binding == "must")
    windows = act_window(gate, state, bits, outcome)
    earliest = NOT_ASKED
    if scenario.earliest != NOT_ASKED:
        earliest = _earliest(scenario, gate, ledger, outcome)
    return _Seen(
        outcome=outcome,
        unmet=_named(musts, UNMET),
        unknown=_named(musts, UNKNOWN),
        advice=_named(tuple(one for one in findings if one.binding == "advice"), UNMET),
        window=(windows[0].opens, windows[0].closes) if windows else (NO_WINDOW, NO_WINDOW),
        earliest=earliest,
        later_events=str(ledger.later),
    )


def _earliest(scenario: Scenario, gate: CompiledGate, ledger: Ledger, outcome: str) -> str:
    """The plan's day, with the value in place of the version that it stands for and all others as shipped."""
    if outcome == ALLOWED:
        return days.iso(ledger.as_of)
    stretches = [(gate, ledger.as_of, days.LATEST)]
    if not scenario.rules:
        replaced = version_of(scenario)
        shipped = library.versions(scenario.programme)
        chosen = [gate if one is replaced else compiled(one, gate.gate) for one in shipped]
        lasts = [one.in_force - 1 for one in shipped[1:]] + [days.LATEST]
        stretches = [
            (ready, one.in_force, last)
            for ready, one, last in zip(chosen, shipped, lasts, strict=True)
            if last >= ledger.as_of
        ]
    return plan_gate(tuple(stretches), ledger).earliest or NEVER
