"""Reading a programme file: TOML to frozen values, every problem reported at once.

This module checks shape (keys, types, words). Whether a well-shaped programme
is fit to decide anything is judged in ``refusals``.
"""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

from safecourse import days
from safecourse.course.vocabulary import PRODUCTS
from safecourse.rulebook.expanding import expand
from safecourse.rulebook.expanding.watching import watch
from safecourse.rulebook.model import (
    FOLD_KINDS,
    GATES,
    GRADES,
    UNITS,
    Alternative,
    Bound,
    CategoryRule,
    Condition,
    Edge,
    Fact,
    Flag,
    Programme,
    Requirement,
    Source,
    Step,
    Window,
    Within,
)
from safecourse.rulebook.monitors import Monitor, read_monitors
from safecourse.rulebook.regimens import Regimen, read_regimens
from safecourse.rulebook.tables import Table, Wrong, tables


class UnusableProgramme(Exception):
    """A programme file that can't be used; ``problems`` holds one sentence each."""

    def __init__(self, name: str, problems: tuple[str, ...]) -> None:
        self.name = name
        self.problems = problems
        super().__init__("\n".join(f"{name}: {problem}" for problem in problems))


def read_programme(path: Path) -> Programme:
    """The programme in a TOML file; UnusableProgramme with every problem of its shape."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UnusableProgramme(str(path), (f"can't be read as text: {error}",)) from error
    return programme_from_text(text, str(path))


def programme_from_text(text: str, name: str) -> Programme:
    """The programme that a TOML text describes; ``name`` stands in messages."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UnusableProgramme(name, (f"is not TOML: {error}",)) from error
    except RecursionError:
        raise UnusableProgramme(name, ("is nested too deeply; a programme file needs three levels",)) from None
    problems: list[str] = []
    programme = _programme(data, name, problems)
    if problems:
        raise UnusableProgramme(name, tuple(problems))
    return programme


def _programme(data: dict[str, Any], name: str, problems: list[str]) -> Programme:
    top = Table("top of the file", data, problems)
    if top.take("format", int) != 1:
        problems.append("top of the file: 'format' must be 1, the format that this program reads")
    force = Table("in_force", top.take("in_force", dict), problems)
    start = force.whole("from", _toml_day, days.NEVER)
    if start == days.NEVER:
        problems.append("in_force: 'from' must be a day, such as 2026-11-15")
    programme = Programme(
        id=top.take("id", str),
        title=top.take("title", str),
        medicine=top.take("medicine", str),
        country=top.take("country", str),
        version=days.iso(start),
        in_force=start,
        in_force_grade=force.word("grade", GRADES),
        in_force_assumption=force.take("assumption", str, ""),
        governed_by=top.word("governed_by", ("decision",)),
        timezone=top.take("timezone", str),
        changes=top.texts("changes"),
        sources=tables(top, "source", _source),
        categories=tables(top, "category", _category),
        facts=tuple(fact for facts in tables(top, "fact", _facts) for fact in facts),
        flags=tables(top, "flag", _flag),
        requirements=tables(top, "requirement", _requirement),
        steps=tables(top, "step", _step),
        origin=name,
        regimens=read_regimens(top, GRADES, PRODUCTS),
        monitors=read_monitors(top, GRADES),
    )
    force.finish()
    top.finish()
    if problems:
        return programme
    return with_monitors(with_regimens(programme, programme.regimens), programme.monitors)


def with_regimens(programme: Programme, regimens: tuple[Regimen, ...]) -> Programme:
    """The same programme with the facts, flags and requirements that follow from its regimens."""
    facts, flags, requirements = expand(regimens)
    return replace(
        programme,
        facts=(*programme.facts, *facts),
        flags=(*programme.flags, *flags),
        requirements=(*programme.requirements, *requirements),
    )


def with_monitors(programme: Programme, monitors: tuple[Monitor, ...]) -> Programme:
    """The same programme with the facts, requirements and steps that follow from its monitors."""
    facts, requirements, steps = watch(monitors)
    return replace(
        programme,
        facts=(*programme.facts, *facts),
        requirements=(*programme.requirements, *requirements),
        steps=(*programme.steps, *steps),
    )


def _source(table: Table) -> Source:
    return Source(table.take("id", str), table.take("title", str), table.take("url", str), table.take("seen", str))


def _category(table: Table) -> CategoryRule:
    needs = table.take("needs", dict, {})
    return CategoryRule(
        category=table.word(
            "category", ("can-become-pregnant", "cannot-become-pregnant", "contraception-not-required")
        ),
        criteria=table.texts("criteria", []),
        needs=tuple((str(key), str(value)) for key, value in needs.items()),
        age_from=table.take("age_from", int, 0),
        age_to=table.take("age_to", int, 999),
        settled=table.take("settled", bool, True),
        judged=table.take("judged", str, ""),
    )


def _facts(table: Table) -> tuple[Fact, ...]:
    """The fact of a table; with ``each``, one for each word of that field too, of which the latest counts.

    The end of one illness, or of one medicine, says nothing of another one of its group.
    """
    field, whole = table.take("each", str, ""), _fact(table)
    if not field:
        return (whole,)
    words = next((one.among for one in whole.conditions if one.field == field), ())
    if whole.fold != "last" or not whole.value or len(words) < 2:
        table.problems.append(f"{table.place}: 'each' needs fold 'last', a value, and a list of words for '{field}'")
        return (whole,)
    parts = tuple(
        replace(
            whole,
            name=f"{whole.name}_{word}".replace("-", "_"),
            says=f"{whole.says}: {str(word).replace('-', ' ')}",
            conditions=tuple(replace(one, among=(word,)) if one.field == field else one for one in whole.conditions),
        )
        for word in words
    )
    return (*parts, Fact(whole.name, "later-of", whole.says, whole.unit, facts=tuple(part.name for part in parts)))


def _fact(table: Table) -> Fact:
    gap = table.whole("gap", _gap, (0, ""))
    bounds = {key: table.whole(key, _bounds, ()) for key in ("since", "follows", "after", "until")}
    return Fact(
        name=table.take("name", str),
        fold=table.word("fold", FOLD_KINDS),
        says=table.take("says", str),
        unit=table.word("unit", UNITS, "day"),
        events=table.texts("event", []),
        conditions=table.whole("where", _conditions, ()),
        accept=table.whole("accept", _alternatives, ()),
        since=bounds["since"],
        follows=bounds["follows"],
        after=bounds["after"],
        until=bounds["until"],
        within=table.whole("within", _within, ()),
        followed_by=table.take("followed_by", str, ""),
        followed_by_where=table.whole("followed_by_where", _conditions, ()),
        value=table.take("value", str, ""),
        among=table.texts("among", []),
        absent=table.word("absent", ("open-ended",), ""),
        tie=table.word("tie", ("most", "least"), "most"),
        gap=gap[0],
        gap_from=gap[1],
        same=table.take("same", str, ""),
        stated=table.take("stated", str, ""),
        broken_by=table.take("broken_by", str, ""),
        parties=table.texts("parties", []),
        role=table.take("role", str, ""),
        actor=table.texts("actor", []),
        term_months=table.take("term_months", int, 0),
        facts=table.texts("of", []),
        flag=table.take("flag", str, ""),
        days=table.take("days", int, 0),
        months=table.take("months", int, 0),
        overflow=table.word("overflow", ("earlier", "later")) if "months" in table.data else "later",
        part=table.word("part", ("category", "changed", "disagrees", "per-day", "total"), ""),
    )


def _window(table: Table) -> Window:
    opens = table.whole("opens", _edge, Edge("", -days.OPEN))
    closes = table.whole("closes", _edge, Edge("", days.OPEN))
    anchored = {opens.fact, closes.fact} - {"", "as_of"}
    missing = table.word("missing", ("free", "unmet"), ... if anchored else "unmet")
    return Window(
        observe=table.take("observe", str),
        opens=opens,
        closes=closes,
        forbid=table.take("forbid", bool, False),
        missing=missing,
    )


def _flag(table: Table) -> Flag:
    return Flag(name=table.take("name", str), window=_window(table), says=table.take("says", str))


def _requirement(table: Table) -> Requirement:
    gates = table.texts("gate")
    for gate in gates:
        if gate not in GATES:
            table.problems.append(f"{table.place}: '{gate}' is not a gate; write one of {', '.join(GATES)}")
    return Requirement(
        id=table.take("id", str),
        gates=tuple(gate for gate in GATES if gate in gates),
        applies=table.texts("applies", []),
        binding=table.word("binding", ("must", "advice")),
        window=_window(table),
        any_of=table.take("any_of", str, ""),
        is_window=table.take("window", bool, False),
        says=table.take("says", str),
        fix=table.take("fix", str),
        source=table.take("source", str),
        grade=table.word("grade", GRADES),
        assumption=table.take("assumption", str, ""),
        row=table.texts("row", []),
    )


def _step(table: Table) -> Step:
    fields = table.take("fields", dict, {})
    return Step(
        name=table.take("name", str),
        raises=table.texts("raises"),
        event=table.take("event", str),
        fields=tuple((key, tuple(value) if isinstance(value, list) else value) for key, value in fields.items()),
        does=table.take("does", str),
        assumes=table.take("assumes", str, ""),
        not_before=table.whole("not_before", _bounds, ()),
        after=table.texts("after", []),
        acting=table.take("acting", str, ""),
    )


def _toml_day(value: Any) -> int:
    if type(value).__name__ != "date":
        raise Wrong("write a day without quotes, such as 2026-11-15")
    return days.day_number(value)


def _edge(value: Any) -> Edge:
    if isinstance(value, int) and not isinstance(value, bool):
        return Edge("", value)
    if isinstance(value, list) and len(value) == 2 and isinstance(value[0], str) and type(value[1]) is int:
        if abs(value[1]) > days.OFFSET_LIMIT:
            raise Wrong(f"the offset {value[1]} is beyond {days.OFFSET_LIMIT} days")
        return Edge(value[0], value[1])
    raise Wrong('write a fact with days, such as ["as_of", -6], or a number')


def _bound(value: Any) -> Bound:
    if isinstance(value, str):
        return Bound(value, 0)
    edge = _edge(value)
    if edge.fact == "":
        raise Wrong('write a fact, or a fact with days, such as ["first_test", 19]')
    return Bound(edge.fact, int(edge.offset))


def _bounds(value: Any) -> tuple[Bound, ...]:
    if isinstance(value, list) and value and isinstance(value[0], list):
        return tuple(_bound(one) for one in value)
    return (_bound(value),)


def _gap(value: Any) -> tuple[int, str]:
    if isinstance(value, list) and len(value) == 2 and type(value[0]) is int and value[1] in ("start", "last"):
        return value[0], value[1]
    raise Wrong('write days and where they are measured from, such as [19, "start"]')


def _within(value: Any) -> tuple[Within, ...]:
    if not isinstance(value, dict) or set(value) - {"event", "least", "most", "only_if"}:
        raise Wrong("write { event = ..., least = ..., most = ..., only_if = ... }")
    try:
        return (Within(str(value["event"]), int(value["least"]), int(value["most"]), str(value.get("only_if", ""))),)
    except KeyError as missing:
        raise Wrong(f"{missing} is missing") from missing


def _conditions(value: Any) -> tuple[Condition, ...]:
    if not isinstance(value, dict):
        raise Wrong("write a table of fields, such as { result = 'negative' }")
    return tuple(_condition(name, given) for name, given in value.items())


def _condition(name: str, given: Any) -> Condition:
    least, most, absent, among = float("-inf"), float("inf"), "fail", given
    if isinstance(given, dict):
        if set(given) - {"among", "at_least", "at_most", "absent"}:
            raise Wrong(f"'{name}': use only among, at_least, at_most, absent")
        least = float(given.get("at_least", least))
        most = float(given.get("at_most", most))
        absent = given.get("absent", "fail")
        among = given.get("among", [])
        if absent not in ("pass", "fail", "unknown"):
            raise Wrong(f"'{name}': absent is pass, fail or unknown")
    listed = among if isinstance(among, list) else [among]
    if not all(isinstance(one, (str, bool)) for one in listed):
        raise Wrong(f"'{name}': write texts or true/false; for numbers use at_least and at_most")
    return Condition(name, tuple(listed), least, most, absent)  # type: ignore[arg-type]  # absent was checked above


def _alternatives(value: Any) -> tuple[Alternative, ...]:
    if not isinstance(value, list) or not value or not all(isinstance(one, dict) for one in value):
        raise Wrong("write a list of tables of fields")
    alternatives = []
    for one in value:
        conditions = {key: given for key, given in one.items() if key != "since"}
        since = one.get("since", "")
        if not isinstance(since, str):
            raise Wrong("'since' of an alternative is the name of a fact")
        alternatives.append(Alternative(_conditions(conditions), since))
    return tuple(alternatives)
