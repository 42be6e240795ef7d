"""Monitoring as data: what watches a course, when it is due, from which value on something follows, and who says so.

A monitor says a number once. From its lines ``expanding`` makes facts and
requirements of the gates ``prescribe`` and ``take``; its schedules are read by
people and calendars, which choose one by its name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from safecourse import days
from safecourse.course.measures import UPPER_LIMIT, Unconvertible, canonical, measures
from safecourse.course.questionnaires import UNCHECKED, instruments
from safecourse.course.vocabulary import EVENT_SEVERITIES, KINDS
from safecourse.days import Overflow
from safecourse.rulebook.tables import Table, tables

What = Literal["lab", "questionnaire", "assessment", "reaction"]
WHATS: tuple[What, ...] = ("lab", "questionnaire", "assessment", "reaction")

# When something is due, and the numbers that say it: ``days``, or ``months`` with their overflow.
#   before              before the first dose; with a number: and no more than so long before it
#   after-start         so long after the first dose
#   every               and then so often: counted from the last of the schedule's other days, or from the first dose
#   peak-dose           once the highest amount a day has been prescribed
#   every-visit         whenever the prescriber sees the patient
#   now-and-then        from time to time: the source names no interval
#   after-end           so long after the last dose
#   not                 the source advises against it
When = Literal["before", "after-start", "every", "peak-dose", "every-visit", "now-and-then", "after-end", "not"]
WHENS: tuple[When, ...] = (
    "before", "after-start", "every", "peak-dose", "every-visit", "now-and-then", "after-end", "not",
)  # fmt: skip
_COUNTED = ("after-start", "every", "after-end")

# What follows when a line is reached, the gravest first.
Action = Literal["stop", "hold", "reduce", "refer", "repeat", "inform"]
ACTIONS: tuple[Action, ...] = ("stop", "hold", "reduce", "refer", "repeat", "inform")
By = Literal["label", "guideline", "site-policy", "safecourse"]  # who says so; the last where no source does
BYS: tuple[By, ...] = ("label", "guideline", "site-policy", "safecourse")
LINE_GATES = ("prescribe", "take")  # never dispense: a pharmacy sees no result
ASSESSED = KINDS["assessed"].fields["what"].words
TOTAL = "total"


@dataclass(frozen=True, slots=True)
class Schedule:
    """One entry of a schedule, such as "label": when something is due.

    ``days`` is days.OPEN where the source names no number; ``months`` is zero
    unless the source counts in months, and ``overflow`` says what a day that
    doesn't exist then means.
    """

    name: str
    when: When
    days: int
    months: int
    overflow: Overflow
    source: str
    grade: str
    assumption: str
    row: tuple[str, ...]

    @property
    def span(self) -> str:
        """Its number in words, such as "3 months"; empty where the source names none."""
        if not self.months and self.days == days.OPEN:
            return ""
        number, unit = (self.months, "month") if self.months else (self.days, "day")
        if unit == "day" and number % 7 == 0:
            number, unit = number // 7, "week"
        return f"{number} {unit}{'' if number == 1 else 's'}"

    def after(self, day: int) -> int:
        """The day so long after another; days.OPEN if the source names no number."""
        return days.add_months(day, self.months, self.overflow) if self.months else min(day + self.days, days.OPEN)


@dataclass(frozen=True, slots=True)
class Line:
    """What is reached, and what follows.

    Of a test or a questionnaire: ``threshold`` in ``unit`` (the test's
    canonical unit, ``upper-limit`` or ``score``), itself reaching the line
    unless ``above``; ``stated`` and ``stated_unit`` are the file's own words;
    ``of`` is the field that is compared. Of reactions: ``terms`` and
    ``severities``, each empty for any. ``lifted_by`` names what a prescriber
    must assess before it is lifted; empty where a later value lifts it.
    ``call`` says whom to call.
    """

    id: str
    of: str
    threshold: float
    above: bool
    unit: str
    stated: float
    stated_unit: str
    terms: tuple[str, ...]
    severities: tuple[str, ...]
    lifted_by: str
    action: Action
    by: By
    binding: Literal["must", "advice"]
    gates: tuple[str, ...]
    says: str
    fix: str
    call: str
    source: str
    grade: str
    assumption: str
    row: tuple[str, ...]

    def reached(self, value: float) -> bool:
        """Whether a value in ``unit`` reaches the line."""
        return value > self.threshold if self.above else value >= self.threshold

    @property
    def red_flag(self) -> bool:
        """Whether treatment stops at once until somebody has looked."""
        return self.binding == "must"


@dataclass(frozen=True, slots=True)
class Monitor:
    """What is watched: ``measure`` is a test, an instrument or what is assessed; empty for reactions."""

    id: str
    what: What
    measure: str
    says: str
    schedules: tuple[Schedule, ...]
    lines: tuple[Line, ...]


def schedule_names(monitors: tuple[Monitor, ...]) -> tuple[str, ...]:
    """The schedules that can be chosen, in the order of the file; the first is used if nobody chooses."""
    return tuple(dict.fromkeys(one.name for monitor in monitors for one in monitor.schedules))


# ---- reading ---------------------------------------------------------------------------------------------------


def read_monitors(top: Table, grades: tuple[str, ...]) -> tuple[Monitor, ...]:
    """The ``[[monitoring]]`` tables of a programme file; problems are noted at their place."""

    def read(table: Table) -> Monitor:
        what = table.word("what", WHATS)
        measure = "" if what == "reaction" else _measure(table, what)
        if what == "reaction" and "schedule" in table.data:
            table.problems.append(f"{table.place}: nobody can say when a reaction is due; remove its schedules")
        return Monitor(
            id=table.take("id", str),
            what=what,
            measure=measure,
            says=table.take("says", str),
            schedules=tables(table, "schedule", lambda one: _schedule(one, grades)),
            lines=tables(table, "line", lambda one: _line(one, what, measure, grades)),
        )

    return tables(top, "monitoring", read)


def _measure(table: Table, what: str) -> str:
    given: str = table.take("measure", str)
    scales = {one.id for one in instruments().values()}
    known: Mapping[str, tuple[str, ...]] = {
        "lab": (*measures().analytes, *measures().others),
        "questionnaire": tuple(sorted(scales)),
        "assessment": ASSESSED,
    }
    if given not in known.get(what, (given,)):
        table.problems.append(f"{table.place}: there is no {what} '{given}'; write one of {', '.join(known[what])}")
    return given


def _schedule(table: Table, grades: tuple[str, ...]) -> Schedule:
    when = table.word("when", WHENS)
    table.place = f"schedule {table.data.get('name', '')} {when}"
    months = table.take("months", int, 0)
    number = table.take("days", int, days.OPEN)
    if when in _COUNTED and not months and number == days.OPEN:
        table.problems.append(f"{table.place}: 'days' or 'months' is missing; add one of them")
    if when not in (*_COUNTED, "before") and (months or number != days.OPEN):
        table.problems.append(f"{table.place}: takes no number; remove 'days' and 'months'")
    if months and number != days.OPEN:
        table.problems.append(f"{table.place}: 'days' and 'months' stand together; keep one of them")
    if months < 0 or number <= 0:
        table.problems.append(f"{table.place}: write a number above zero")
    overflow: Overflow = table.word("overflow", ("earlier", "later")) if months else "earlier"
    schedule = Schedule(
        name=table.take("name", str),
        when=when,
        days=number,
        months=months,
        overflow=overflow,
        source=table.take("source", str),
        grade=table.word("grade", grades),
        assumption=table.take("assumption", str, ""),
        row=table.texts("row", []),
    )
    _check_assumption(table, schedule.grade, schedule.assumption)
    return schedule


def _check_assumption(table: Table, grade: str, assumption: str) -> None:
    if grade == "unverified" and not assumption.strip():
        table.problems.append(f"{table.place}: is unverified; say in 'assumption' what is assumed")


def _line(table: Table, what: str, measure: str, grades: tuple[str, ...]) -> Line:
    compared = _threshold(table, what, measure) if what in ("lab", "questionnaire") else _NOTHING_COMPARED
    terms, severities = table.texts("terms", []), table.texts("severities", [])
    lifted_by = table.word("assessed", ASSESSED, "") if what == "questionnaire" else ""
    if what == "reaction":
        lifted_by = "may-resume"
        _check_reaction(table, terms, severities)
    elif terms or severities:
        table.problems.append(f"{table.place}: only reactions have 'terms' and 'severities'; remove them")
    if what == "assessment":
        table.problems.append(f"{table.place}: nothing follows from an assessment alone; remove the line")
    gates = table.texts("gate", list(LINE_GATES))
    for gate in gates:
        if gate not in LINE_GATES:
            why = "a pharmacy sees no result" if gate == "dispense" else "results are looked at there"
            table.problems.append(f"{table.place}: '{gate}' is not a gate of a line; {why}; write prescribe, take")
    line = Line(
        id=table.take("id", str),
        of=compared[0],
        threshold=compared[1],
        above=compared[2],
        unit=compared[3],
        stated=compared[4],
        stated_unit=compared[5],
        terms=terms,
        severities=severities,
        lifted_by=lifted_by,
        action=table.word("action", ACTIONS),
        by=table.word("by", BYS),
        binding=table.word("binding", ("must", "advice")),
        gates=gates,
        says=table.take("says", str),
        fix=table.take("fix", str),
        call=table.take("call", str, ""),
        source=table.take("source", str),
        grade=table.word("grade", grades),
        assumption=table.take("assumption", str, ""),
        row=table.texts("row", []),
    )
    _check_line(table, line)
    return line


def _check_line(table: Table, line: Line) -> None:
    _check_assumption(table, line.grade, line.assumption)
    if line.by == "site-policy" and line.binding == "must":
        table.problems.append(f'{table.place}: a site\'s policy never forbids; write binding = "advice"')
    if line.grade == "unverified" and line.binding == "must" and line.of:
        table.problems.append(f'{table.place}: an unverified number never forbids; write binding = "advice"')
    if line.binding == "must" and not line.call:
        table.problems.append(f"{table.place}: is a red flag; say in 'call' whom to call")


Compared = tuple[str, float, bool, str, float, str]  # of, threshold, above, unit, stated, stated unit
_NOTHING_COMPARED: Compared = ("", 0.0, False, "", 0.0, "")


def _threshold(table: Table, what: str, measure: str) -> Compared:
    keys = [key for key in ("at_least", "above") if key in table.data]
    if len(keys) != 1:
        table.problems.append(f"{table.place}: write 'at_least' or 'above', one of them")
        return _NOTHING_COMPARED
    stated = float(table.take(keys[0], (int, float)))
    above = keys[0] == "above"
    if stated < 0:
        table.problems.append(f"{table.place}: '{keys[0]}' is below zero; correct it")
    if what == "questionnaire":
        return _of_questionnaire(table, measure), stated, above, "score", stated, "score"
    unit = table.take("unit", str)
    analyte = measures().analytes.get(measure)
    if analyte is None:
        table.problems.append(f"{table.place}: values of '{measure}' are kept as recorded; no line can compare them")
        return _NOTHING_COMPARED
    if unit == UPPER_LIMIT:
        return "multiple", stated, above, UPPER_LIMIT, stated, UPPER_LIMIT
    try:
        return "amount", canonical(analyte, stated, unit), above, analyte.unit, stated, unit
    except Unconvertible as wrong:
        table.problems.append(f"{table.place}: 'unit': {wrong}")
        return _NOTHING_COMPARED


def _of_questionnaire(table: Table, measure: str) -> str:
    of: str = table.take("of", str)
    instrument = instruments().get(measure)
    items = UNCHECKED if instrument is None else instrument.items
    known = (TOTAL, *(f"item_{place}" for place in range(1, items + 1)))
    if of not in known:
        table.problems.append(f"{table.place}: 'of' is '{of}'; write one of {', '.join(known)}")
    return of


def _check_reaction(table: Table, terms: tuple[str, ...], severities: tuple[str, ...]) -> None:
    if not terms and not severities:
        table.problems.append(f"{table.place}: names neither 'terms' nor 'severities'; it would stop at anything")
    for severity in severities:
        if severity not in EVENT_SEVERITIES:
            words = ", ".join(EVENT_SEVERITIES)
            table.problems.append(f"{table.place}: '{severity}' is not a severity; write one of {words}")
    for term in terms:
        if term != "-".join(term.lower().replace("_", " ").split()):
            table.problems.append(f"{table.place}: '{term}' can't stand in a course; write small letters and hyphens")
