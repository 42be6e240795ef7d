"""A decision and its parts: frozen values, and the JSON of the contract."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

MET, UNMET, UNKNOWN, NOT_APPLICABLE = "met", "unmet", "unknown", "not-applicable"
ALLOWED, REFUSED, UNDETERMINED, NOT_DECIDED = "allowed", "refused", "undetermined", "not-decided"


class Finding(NamedTuple):
    """One requirement's verdict; ``observed``, ``opens`` and ``closes`` are a day, a number or a word.

    ``forbid`` says that what was observed must not lie between them.
    """

    requirement: str
    binding: str
    verdict: str
    observed: str | int | float
    opens: str | int | float
    closes: str | int | float
    says: str
    fix: str
    source: str
    grade: str
    assumption: str
    forbid: bool

    def to_dict(self) -> dict[str, Any]:
        """The finding as the contract's JSON object."""
        return {
            "requirement": self.requirement,
            "binding": self.binding,
            "verdict": self.verdict,
            "observed": self.observed,
            "opens": self.opens,
            "closes": self.closes,
            "says": self.says,
            "fix": self.fix,
            "source": self.source,
            "grade": self.grade,
        }


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """Something still to do, and the first and last day on which it keeps the plan's day (ISO days)."""

    requirement: str
    do: str
    first: str
    last: str

    def to_dict(self) -> dict[str, str]:
        """The step as the contract's JSON object."""
        return {"requirement": self.requirement, "do": self.do, "from": self.first, "until": self.last}


@dataclass(frozen=True, slots=True)
class Plan:
    """The earliest lawful day of a gate (ISO, or empty if it can't become lawful; ``because`` then says why)."""

    earliest: str
    steps: tuple[PlannedStep, ...]
    assumes: tuple[str, ...]
    because: str

    def to_dict(self) -> dict[str, Any]:
        """The plan as the contract's JSON object."""
        plan: dict[str, Any] = {
            "earliest": self.earliest or None,
            "steps": [step.to_dict() for step in self.steps],
            "assumes": list(self.assumes),
        }
        if not self.earliest:
            plan["because"] = self.because
        return plan


@dataclass(frozen=True, slots=True)
class ActWindow:
    """The window of the act: days, or the words never, unknown, open-ended."""

    opens: str
    closes: str
    closes_at: str

    def to_dict(self) -> dict[str, str]:
        """The window as the contract's JSON object."""
        return {"opens": self.opens, "closes": self.closes, "closes_at": self.closes_at}


@dataclass(frozen=True, slots=True)
class Decision:
    """The outcome of a gate at an instant under one programme, with its reasons and the earliest lawful plan.

    ``windows`` holds the act's window, or nothing where the programme has none.
    """

    programme: str
    version: str
    gate: str
    at: str
    outcome: str
    hypothetical: bool
    windows: tuple[ActWindow, ...]
    findings: tuple[Finding, ...]
    advice: tuple[Finding, ...]
    assumptions: tuple[str, ...]
    later_events: int
    plan: Plan

    def to_dict(self) -> dict[str, Any]:
        """The decision as the contract's JSON object."""
        document: dict[str, Any] = {
            "programme": self.programme,
            "version": self.version,
            "gate": self.gate,
            "at": self.at,
            "outcome": self.outcome,
        }
        if self.hypothetical:
            document["hypothetical"] = True
        document |= {
            "window": self.windows[0].to_dict() if self.windows else None,
            "findings": [finding.to_dict() for finding in self.findings],
            "advice": [finding.to_dict() for finding in self.advice],
            "assumptions": list(self.assumptions),
            "later_events": self.later_events,
            "plan": self.plan.to_dict(),
        }
        return document


@dataclass(frozen=True, slots=True)
class JointDecision:
    """The decision of a course under several programmes: every one must allow."""

    gate: str
    at: str
    outcome: str
    programmes: tuple[Decision, ...]

    def to_dict(self) -> dict[str, Any]:
        """The joint decision as the contract's JSON object."""
        return {
            "gate": self.gate,
            "at": self.at,
            "outcome": self.outcome,
            "programmes": [one.to_dict() for one in self.programmes],
        }
