"""Which gates are not open at an instant. A calendar prints the regimen as prescribed also then, and names them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from safecourse import days
from safecourse.course.model import Course
from safecourse.rulebook.model import GATES
from safecourse.rules.calendars.entries import Entry
from safecourse.rules.deciding import compiled, governing
from safecourse.rules.decision import ALLOWED, UNKNOWN, UNMET
from safecourse.rules.explaining import findings_of, outcome_of
from safecourse.rules.judging import fold_facts, judge
from safecourse.rules.ledger import open_ledger

ASKED = tuple(gate for gate in GATES if gate in ("prescribe", "dispense", "take"))


@dataclass(frozen=True, slots=True)
class ClosedGate:
    """A gate that isn't open (``outcome`` is refused or undetermined), and the binding requirements in the way."""

    programme: str
    gate: str
    outcome: str
    unmet: tuple[str, ...]
    unknown: tuple[str, ...]

    def __str__(self) -> str:
        parts = [f"unmet {', '.join(self.unmet)}"] if self.unmet else []
        parts += [f"unknown {', '.join(self.unknown)}"] if self.unknown else []
        return f"{self.gate} under {self.programme} is {self.outcome} ({'; '.join(parts)})"


def closed_gates(course: Course, at: datetime) -> tuple[ClosedGate, ...]:
    """The gates prescribe, dispense and take of the course's programmes that are not allowed at an aware instant."""
    found = []
    for programme_id in course.programmes:
        version = governing(programme_id, at)
        for name in ASKED:
            if not version.requirements_at(name):
                continue
            gate = compiled(version, name)
            ledger = open_ledger(course, days.day_in_zone(at, gate.zone), days.microseconds(at))
            state = fold_facts(gate, ledger)
            bits = judge(gate, state)
            outcome = outcome_of(gate, bits)
            if outcome != ALLOWED:
                musts = [one for one in findings_of(gate, state, bits) if one.binding == "must"]
                unmet = tuple(one.requirement for one in musts if one.verdict == UNMET)
                unknown = tuple(one.requirement for one in musts if one.verdict == UNKNOWN)
                found.append(ClosedGate(programme_id, name, outcome, unmet, unknown))
    return tuple(found)


def named(entries: tuple[Entry, ...], closed: tuple[ClosedGate, ...], at: datetime) -> tuple[Entry, ...]:
    """The entries with the gates that are closed named at the first dose to come and at the first prescription."""
    if not closed:
        return entries
    moment = at.isoformat(timespec="minutes")
    text = f"Not open at {moment}: {'; '.join(str(one) for one in closed)}."
    doses = [place for place, one in enumerate(entries) if one.what in ("application", "capsule")]
    coming = [place for place in doses if not entries[place].detail.startswith("Done")] or doses
    prescriptions = [place for place, one in enumerate(entries) if one.what == "prescription"]
    told = {*coming[:1], *prescriptions[:1]}
    return tuple(
        replace(one, detail=f"{one.detail} {text}") if place in told else one for place, one in enumerate(entries)
    )
