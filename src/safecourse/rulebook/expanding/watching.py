"""What monitoring asks of a course: the facts, requirements and steps that follow from the lines of its monitors.

A line on a value stands on the last value: a later one below it lifts it. A red flag stands until a prescriber has
looked: at the mood of the patient after a questionnaire, at the patient after a reaction. What was recorded later on
the same day lifts it too.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import cast

from safecourse.course.measures import UPPER_LIMIT, measures
from safecourse.course.vocabulary import PRESCRIBER_TYPES
from safecourse.rulebook.expanding.parts import NO_EDGE_ABOVE, absent, among
from safecourse.rulebook.model import Bound, Condition, Edge, Fact, Gate, Grade, Requirement, Step, Unit, Window
from safecourse.rulebook.monitors import Line, Monitor

PRESCRIBERS = ("prescriber", "second-prescriber", *PRESCRIBER_TYPES)
_MAY_RESUME = "may-resume"


def watch(monitors: tuple[Monitor, ...]) -> tuple[tuple[Fact, ...], tuple[Requirement, ...], tuple[Step, ...]]:
    """The facts, requirements and steps that follow from the monitors of one file, in the order of the lines."""
    facts: dict[str, Fact] = {}
    requirements: list[Requirement] = []
    lifted: dict[str, list[str]] = {}
    for monitor in monitors:
        for line in monitor.lines:
            for part in _parts_of(monitor, line):
                if isinstance(part, Fact):
                    facts.setdefault(part.name, part)  # several lines stand on one value
                else:
                    requirements.append(part)
            if line.lifted_by:
                lifted.setdefault(line.lifted_by, []).append(_open_name(line))
    steps = tuple(_review(matter, tuple(names)) for matter, names in lifted.items())
    return tuple(facts.values()), tuple(requirements), steps


def _parts_of(monitor: Monitor, line: Line) -> Iterator[Fact | Requirement]:
    if line.lifted_by:
        yield _reviewed(line.lifted_by)
        yield _open_fact(monitor, line)
        yield _requirement(line, absent(_open_name(line)))
    else:
        fact = _value_fact(monitor, line)
        yield fact
        # A line is reached at its number or above it; a number just above it is the next that a computer knows.
        opens = math.nextafter(line.threshold, math.inf) if line.above else line.threshold
        yield _requirement(line, Window(fact.name, Edge("", opens), NO_EDGE_ABOVE, True, "unmet"))


def _value_fact(monitor: Monitor, line: Line) -> Fact:
    """The last value; of several of one day the highest."""
    name = f"last_{monitor.measure}_{line.of}".replace("-", "_")
    if monitor.what == "questionnaire":
        says = f"the {line.of.replace('_', ' ')} of the last {monitor.measure}"
        return Fact(name, "last", says, "score", ("questionnaire",), (among("scale", monitor.measure),), value=line.of)
    test = measures().analytes[monitor.measure].says
    says = f"the last {test}"
    says += " in multiples of the laboratory's upper limit" if line.unit == UPPER_LIMIT else ""
    unit = cast(Unit, line.unit)
    return Fact(name, "last", says, unit, ("lab",), (among("analyte", monitor.measure),), value=line.of)


def _open_name(line: Line) -> str:
    return f"unreviewed_{line.id}".replace("-", "_")


def _open_fact(monitor: Monitor, line: Line) -> Fact:
    """The last event that reached the line and that no prescriber has looked at since; nobody knows without items."""
    looked = (Bound(_reviewed(line.lifted_by).name, 0),)
    conditions: tuple[Condition, ...]
    if monitor.what == "questionnaire":
        least = math.nextafter(line.threshold, math.inf) if line.above else line.threshold
        conditions = (among("scale", monitor.measure), Condition(line.of, (), least, math.inf, "unknown"))
        says = f"a {monitor.measure} whose {line.of.replace('_', ' ')} nobody has looked into since"
        return Fact(_open_name(line), "last", says, "day", ("questionnaire",), conditions, follows=looked, sure=True)
    named = (("term", line.terms), ("severity", line.severities))
    conditions = tuple(among(field, *words) for field, words in named if words)
    says = f"a reaction ({', '.join([*line.terms[:1], *line.severities])}) that nobody has looked into since"
    return Fact(_open_name(line), "last", says, "day", ("adverse-event",), conditions, follows=looked)


def _reviewed(matter: str) -> Fact:
    if matter == _MAY_RESUME:
        says = "the last time that a prescriber found after a reaction that treatment may go on"
        conditions = (among("matter", matter), among("by", *PRESCRIBERS))
        return Fact("reaction_reviewed", "last", says, "day", ("judged",), conditions)
    says = f"the last time that a prescriber assessed {matter.replace('-', ' ')}"
    conditions = (among("what", matter), among("by", *PRESCRIBERS))
    return Fact(f"{matter.replace('-', '_')}_assessed", "last", says, "day", ("assessed",), conditions)


def _review(matter: str, names: tuple[str, ...]) -> Step:
    if matter == _MAY_RESUME:
        return Step(
            "look-into-the-reaction",
            names,
            "judged",
            (("matter", matter), ("by", "prescriber")),
            "Have a prescriber look at the patient today; go on only if the prescriber records that it may resume.",
            "The prescriber finds that treatment may go on.",
            (),
            (),
        )
    return Step(
        f"assess-{matter}",
        names,
        "assessed",
        (("what", matter), ("by", "prescriber")),
        f"Have a prescriber assess {matter.replace('-', ' ')} today, and record it.",
        "The prescriber finds that treatment may go on.",
        (),
        (),
    )


def _requirement(line: Line, window: Window) -> Requirement:
    return Requirement(
        id=line.id,
        gates=cast(tuple[Gate, ...], line.gates),
        applies=(),
        binding=line.binding,
        window=window,
        any_of="",
        is_window=False,
        says=line.says,
        fix=f"{line.fix} {line.call}".strip(),
        source=line.source,
        grade=cast(Grade, line.grade),
        assumption=line.assumption,
        row=line.row,
    )
