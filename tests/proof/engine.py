"""The engine, asked the way that the proofs ask: plain documents in, bare answers out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from safecourse import days
from safecourse.course.model import Course
from safecourse.course.reading import course_from_document
from safecourse.rulebook import NoVersionInForce, Programme, programme
from safecourse.rules.deciding import compiled, governing
from safecourse.rules.explaining import act_window, outcome_of
from safecourse.rules.judging import CompiledGate, decide_bits
from safecourse.rules.ledger import Ledger, open_ledger

Case = tuple[dict[str, Any], str, datetime]


def ask(programme_version: Programme, course: Course, gate: str, at: datetime) -> tuple[str, tuple[str, str]]:
    """Outcome and window (opens, closes; empty texts if the programme has none)."""
    ready = compiled(programme_version, gate)
    ledger = ledger_of(ready, course, at)
    bits, state = decide_bits(ready, ledger)
    outcome = outcome_of(ready, bits)
    windows = act_window(ready, state, bits, outcome)
    return outcome, (windows[0].opens, windows[0].closes) if windows else ("", "")


def ledger_of(ready: CompiledGate, course: Course, at: datetime) -> Ledger:
    return open_ledger(course, days.day_in_zone(at, ready.zone), days.microseconds(at))


def outcome(case: Case) -> str:
    """The outcome under the version that governs; ``no-version`` before the first."""
    document, gate, at = case
    try:
        version = governing(document["programme"], at)
    except NoVersionInForce:
        return "no-version"
    return ask(version, course_from_document(document), gate, at)[0]


def version_on(programme_id: str, day: int) -> Programme:
    return programme(programme_id, day)
