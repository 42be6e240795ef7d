"""Programme, requirement, fact, window, source: frozen values, as the TOML files say them.

Nothing here computes; folding and judging live in ``safecourse.rules``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from safecourse.days import Overflow
from safecourse.rulebook.monitors import Monitor
from safecourse.rulebook.regimens import Regimen

Gate = Literal["enrol", "prescribe", "dispense", "take", "finish"]
GATES: tuple[Gate, ...] = ("enrol", "prescribe", "dispense", "take", "finish")
Grade = Literal["official", "professional", "secondary", "unverified"]
GRADES: tuple[Grade, ...] = ("official", "professional", "secondary", "unverified")
Binding = Literal["must", "advice"]
Unit = Literal["day", "days", "count", "mg", "mm", "mg/kg", "mg/dL", "U/L", "upper-limit", "score", "code"]
UNITS: tuple[Unit, ...] = (
    "day", "days", "count", "mg", "mm", "mg/kg", "mg/dL", "U/L", "upper-limit", "score", "code",
)  # fmt: skip

FoldKind = Literal[
    "last",
    "first",
    "count",
    "sum",
    "episode-start",
    "run-start",
    "agreement",
    "certificate",
    "conclusion",
    "later-of",
    "earlier-of",
    "choose",
    "shift",
    "dose",
]
FOLD_KINDS: tuple[FoldKind, ...] = (
    "last",
    "first",
    "count",
    "sum",
    "episode-start",
    "run-start",
    "agreement",
    "certificate",
    "conclusion",
    "later-of",
    "earlier-of",
    "choose",
    "shift",
    "dose",
)

# Facts that need no definition: the decision's day, and what the course says of its patient.
BUILT_IN: dict[str, Unit] = {
    "as_of": "day",
    "born": "day",
    "patient_cycles": "code",
    "patient_category": "code",
}
CODES = {
    "regular": 1,
    "irregular": 2,
    "can-become-pregnant": 1,
    "cannot-become-pregnant": 2,
    "contraception-not-required": 3,
}


@dataclass(frozen=True, slots=True)
class Source:
    """Where a rule was read: ``seen`` says what was read and when."""

    id: str
    title: str
    url: str
    seen: str


@dataclass(frozen=True, slots=True)
class Condition:
    """One field of an event: among some values, or within a range of numbers.

    ``absent`` says what an event without that field counts as: it passes, or
    it fails, or nobody can tell (``unknown``).
    """

    field: str
    among: tuple[str | bool, ...]
    least: float
    most: float
    absent: Literal["pass", "fail", "unknown"]


@dataclass(frozen=True, slots=True)
class Alternative:
    """One way for an event to be accepted: conditions, and a fact that must not lie after it."""

    conditions: tuple[Condition, ...]
    since: str  # "" if there is none


@dataclass(frozen=True, slots=True)
class Bound:
    """A fact plus days, limiting which events a fold looks at. A fact that is never gives no lower limit."""

    fact: str
    offset: int


@dataclass(frozen=True, slots=True)
class Within:
    """The event lies ``least`` to ``most`` days after the latest earlier (or same-day) event of a kind."""

    event: str
    least: int
    most: int
    only_if: str  # a flag; "" for always


@dataclass(frozen=True, slots=True)
class Fact:
    """What a rule asks of the events: a day, a count, an amount.

    ``since`` (on or after, ties in), ``follows`` (after, ties out) and
    ``after`` (a later day) limit the events from below, ``until`` (on or
    before, ties in) from above; instants decide within a day where both
    events have them.
    """

    name: str
    fold: FoldKind
    says: str
    unit: Unit
    events: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()
    accept: tuple[Alternative, ...] = ()
    since: tuple[Bound, ...] = ()
    follows: tuple[Bound, ...] = ()
    after: tuple[Bound, ...] = ()
    until: tuple[Bound, ...] = ()
    within: tuple[Within, ...] = ()
    followed_by: str = ""  # counts only if such an event rests on it: lies on or after it and before the next one
    followed_by_where: tuple[Condition, ...] = ()
    value: str = ""  # the field whose value is taken; "" takes the day
    among: tuple[str, ...] = ()  # with a list field: how many of its members are among these; dose: products that count
    absent: str = ""  # value of an event without the field: "open-ended", or "" for unknown
    tie: Literal["most", "least"] = "most"  # which of several values of one day counts
    sure: bool = False  # one event that surely counts is enough, whatever doubtful ones lie around it
    gap: int = 0
    gap_from: Literal["start", "last", ""] = ""
    same: str = ""  # run-start: the field that must stay the same
    stated: str = ""  # run-start: the field that states an earlier start
    broken_by: str = ""  # run-start: a fact; declarations before it do not count
    parties: tuple[str, ...] = ()  # agreement: values of ``by`` that must agree, the last one's day counts
    role: str = ""  # certificate
    actor: tuple[str, ...] = ()  # certificate: event kinds whose last ``who`` names the one who acts
    term_months: int = 0  # certificate without ``until``: months that it lasts, 0 for open-ended
    facts: tuple[str, ...] = ()  # later-of, earlier-of, shift, choose (then, else)
    flag: str = ""  # choose
    days: int = 0  # shift
    months: int = 0  # shift
    overflow: Overflow = "later"
    part: Literal["category", "changed", "disagrees", "per-day", "total", ""] = ""  # conclusion, dose


@dataclass(frozen=True, slots=True)
class Edge:
    """One end of a window: a fact plus days, or open-ended (``fact`` is empty), or a number of its own."""

    fact: str
    offset: int | float  # whole wherever a day is counted; amounts by weight have fractions


@dataclass(frozen=True, slots=True)
class Window:
    """``observed`` lies in [opens, closes], both inclusive; ``forbid`` says that it must not.

    ``missing`` says what holds when an edge's anchor never happened: the
    window has no such end (``free``), or nothing lies in it (``unmet``).
    """

    observe: str
    opens: Edge
    closes: Edge
    forbid: bool
    missing: Literal["free", "unmet"]


@dataclass(frozen=True, slots=True)
class Flag:
    """A named window test on which requirements apply or not."""

    name: str
    window: Window
    says: str


@dataclass(frozen=True, slots=True)
class Requirement:
    """One rule. ``applies`` names flags that must all hold; ``!`` before a name negates it."""

    id: str
    gates: tuple[Gate, ...]
    applies: tuple[str, ...]
    binding: Binding
    window: Window
    any_of: str
    is_window: bool
    says: str
    fix: str
    source: str
    grade: Grade
    assumption: str
    row: tuple[str, ...] = ()  # rows of the fact tables that it carries


@dataclass(frozen=True, slots=True)
class Step:
    """An act that makes facts later: the event that it records, and what it can't come before."""

    name: str
    raises: tuple[str, ...]
    event: str
    fields: tuple[tuple[str, str | int | bool | tuple[str, ...]], ...]
    does: str
    assumes: str
    not_before: tuple[Bound, ...]
    after: tuple[str, ...]  # steps that, where they are planned too, come first
    acting: str = ""  # the certificate whose holder does this step, or is given it


@dataclass(frozen=True, slots=True)
class CategoryRule:
    """A criterion that leads to a category, with the evidence and age that it needs."""

    category: str
    criteria: tuple[str, ...]
    needs: tuple[tuple[str, str], ...]
    age_from: int  # completed years, inclusive; 0 and 999 where the rule names no age
    age_to: int
    settled: bool  # False: the programme doesn't say, so the conclusion is unknown
    judged: str  # a matter that must have been judged, "" if none


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Programme:
    """One version of a programme, in force from a day: a whole, immutable value, equal only to itself."""

    id: str
    title: str
    medicine: str
    country: str
    version: str
    in_force: int
    in_force_grade: Grade
    in_force_assumption: str
    governed_by: Literal["decision"]
    timezone: str
    changes: tuple[str, ...]
    sources: tuple[Source, ...]
    categories: tuple[CategoryRule, ...]
    facts: tuple[Fact, ...]
    flags: tuple[Flag, ...]
    requirements: tuple[Requirement, ...]
    steps: tuple[Step, ...]
    origin: str
    regimens: tuple[Regimen, ...] = ()
    monitors: tuple[Monitor, ...] = ()

    def requirements_at(self, gate: str) -> tuple[Requirement, ...]:
        """The requirements of one gate, in file order."""
        return tuple(requirement for requirement in self.requirements if gate in requirement.gates)


def names_needed_by(fact: Fact) -> tuple[str, ...]:
    """Names of the facts and flags that one fact is folded from."""
    bounds = [bound.fact for group in (fact.since, fact.follows, fact.after, fact.until) for bound in group]
    ways = [way.since for way in fact.accept if way.since]
    near = [within.only_if for within in fact.within if within.only_if]
    named = [name for name in (fact.broken_by, fact.flag) if name]
    patient = ["born", "patient_category"] if fact.fold == "conclusion" else []
    return (*bounds, *ways, *near, *named, *fact.facts, *patient)
