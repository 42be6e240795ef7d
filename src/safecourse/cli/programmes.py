"""programmes list, show, check, diff and test: the rule books, for those who must answer for them."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from safecourse import days, wording
from safecourse.cli.arguments import USAGE, Usage, day_of
from safecourse.cli.screen import NOTICE, Terminal
from safecourse.rulebook import NoSuchProgramme, NoVersionInForce, library
from safecourse.rulebook.describing import GateText, RuleText, gates_of, schedules_of
from safecourse.rulebook.differences import Change, differences
from safecourse.rulebook.loading import UnusableProgramme, read_programme
from safecourse.rulebook.model import GRADES, Programme

FAILED = 1
ORDER = ("added", "dropped", "changed", "restated")
Found = TypeVar("Found")


def list_command() -> int:
    """One line for each version of each programme."""
    terminal = Terminal.here()
    rows = [("PROGRAMME", "MEDICINE", "COUNTRY", "IN FORCE FROM", "RULES", "UNVERIFIED")]
    for name in library.programme_ids():
        for version in library.versions(name):
            unverified = sum(one.grade == "unverified" for one in version.requirements)
            day = wording.day_in_words(version.version)
            if version.in_force_grade == "unverified":
                day += " (assumed)"
            rows.append((name, version.medicine, version.country, day, str(len(version.requirements)), str(unverified)))
    widths = [max(len(row[column]) for row in rows) for column in range(6)]
    for index, row in enumerate(rows):
        line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        print(terminal.paint(line, "bold") if index == 0 else line)
    print(f"\nsafecourse programmes show ID prints the rules. {NOTICE}")
    return 0


def show_command(name: str, on: str) -> int:
    """The rules of one version in words and numbers."""
    day = day_of("--on", on) if on else days.day_in_zone(datetime.now(UTC), ZoneInfo("UTC"))
    programme = _known(lambda: library.programme(name, day))
    print("\n".join(shown(programme, _before(programme), Terminal.here())))
    return 0


def _before(programme: Programme) -> Programme | str:
    older = [one for one in library.versions(programme.id) if one.in_force < programme.in_force]
    return older[-1] if older else ""


def shown(programme: Programme, older: Programme | str, terminal: Terminal) -> list[str]:
    """The lines of ``show``; ``older`` is the version before, or an empty text if there is none."""
    changes = {one.requirement: one for one in differences(older, programme)} if isinstance(older, Programme) else {}
    sources = {one.id: one for one in programme.sources}
    lines = [terminal.paint(programme.title, "bold")]
    lines.append(
        f"  {programme.id}, in force from {wording.day_in_words(programme.version)} "
        f"({wording.GRADE_WORDS[programme.in_force_grade]}); days are cut in {programme.timezone}."
    )
    if programme.in_force_assumption:
        lines.append(terminal.fill(f"Assumed: {programme.in_force_assumption}", "  "))
    if programme.changes:
        lines.append("  What this version changed:")
        lines += [terminal.fill(one, "      ", "    - ") for one in programme.changes]
    counts = [f"{sum(one.grade == grade for one in programme.requirements)} {grade}" for grade in GRADES]
    total = wording.number_of(len(programme.requirements), "rule")
    lines.append(f"  {total}, by the grade of their source: {', '.join(counts)}.")
    for gate in gates_of(programme):
        lines += ["", *_gate(gate, changes, terminal)]
    lines += _schedules(programme, terminal)
    dropped = [one for one in changes.values() if one.kind == "dropped"]
    if dropped:
        lines += ["", terminal.paint("No longer asked since this version", "bold")]
        lines += [terminal.fill(f"{one.requirement}: {one.says}", "    ", "  - ") for one in dropped]
    lines += ["", terminal.paint("Sources", "bold")]
    for source in sources.values():
        lines.append(terminal.fill(f"{source.id}: {source.title}; {source.seen}.", "      ", "  "))
        lines.append(f"      {source.url}")
    return [*lines, "", NOTICE]


def _schedules(programme: Programme, terminal: Terminal) -> list[str]:
    """What is due when, schedule by schedule, with all that one schedule says of one test on one line."""
    whens: dict[str, dict[tuple[str, str], list[str]]] = {}
    for one in schedules_of(programme):
        source = f"source {one.source}, {wording.GRADE_WORDS[one.grade]}"
        whens.setdefault(one.schedule, {}).setdefault((one.says, source), []).append(one.when)
    lines = ["", terminal.paint("Tests and questions by schedule", "bold")] if whens else []
    for name, entries in whens.items():
        lines.append(f"  {name}:")
        for (says, source), those in entries.items():
            lines.append(terminal.fill(f"{says}: {'; '.join(those)} ({source}).", "      ", "    - "))
    return lines


def _gate(gate: GateText, changes: dict[str, Change], terminal: Terminal) -> list[str]:
    lines = [terminal.paint(f"Gate {gate.gate}: to {wording.GATE_WORDS[gate.gate]}", "bold")]
    for group in gate.groups:
        lines += ["", f"  {terminal.paint(group.who, 'bold')}"]
        for rule in group.rules:
            lines += _rule(rule, changes, terminal)
        if group.repeated:
            lines.append(
                terminal.fill(f"and, as above: {', '.join(one.id for one in group.repeated)}", "      ", "    ")
            )
    return lines


_MARKS = {
    "added": "new in this version",
    "changed": "changed in this version",
    "restated": "same rule, its source or grade changed",
}


def _rule(rule: RuleText, changes: dict[str, Change], terminal: Terminal) -> list[str]:
    one = rule.requirement
    marks = ["advice"] if one.binding == "advice" else []
    marks += ["the window of the act"] if one.is_window else []
    marks += [f"one of {one.any_of}"] if one.any_of else []
    if one.id in changes:
        marks.append(_MARKS[changes[one.id].kind])
    mark = f"  [{'; '.join(marks)}]" if marks else ""
    lines = [f"    {terminal.paint(one.id, 'bold')}{mark}", terminal.fill(one.says, "      ")]
    if rule.when:
        lines.append(terminal.fill(f"Applies {' and '.join(rule.when)}.", "      "))
    lines.append(terminal.fill(f"{rule.asks}.", "        ", "      "))
    lines.append(f"      {terminal.paint(rule.numbers, 'dim')}")
    lines.append(f"      Source {one.source}, {wording.GRADE_WORDS[one.grade]}.")
    if one.assumption:
        lines.append(terminal.fill(f"Assumed: {one.assumption}", "      "))
    return lines


# ---- diff ---------------------------------------------------------------------------------------------------


def diff_command(name: str, older: str, newer: str) -> int:
    """The amendment as a table."""
    one = _known(lambda: library.programme(name, day_of("DAY", older)))
    other = _known(lambda: library.programme(name, day_of("DAY", newer)))
    terminal = Terminal.here()
    print(
        terminal.paint(
            f"{name}: from the rules of {wording.day_in_words(one.version)} to those of "
            f"{wording.day_in_words(other.version)}",
            "bold",
        )
    )
    changes = differences(one, other)
    if not changes:
        same = " (both days fall under the same version)" if one is other else ""
        print(f"Nothing differs{same}.")
    else:
        print("\n".join(_table(list(_rows(changes, one, other)), terminal.width)))
    return 0


def _rows(changes: Iterable[Change], one: Programme, other: Programme) -> Iterable[tuple[str, str, str, str]]:
    yield "RULE", "WHAT", one.version, other.version
    for change in sorted(changes, key=lambda change: ORDER.index(change.kind)):
        first = f"{change.requirement} ({change.kind})"
        if change.kind in ("added", "dropped"):
            says = (change.says, "") if change.kind == "dropped" else ("", change.says)
            yield first, "says", *says
            first = ""
        for what, before, after in change.details:
            if change.kind == "restated" and what == "assumption":
                continue  # `show` prints it; here it would bury what was amended
            yield first, what, before or "-", after or "-"
            first = ""


def _table(rows: list[tuple[str, str, str, str]], width: int) -> list[str]:
    """Rows of four cells, each cell wrapped in its column; a line between rules."""
    left = max(14, width // 5)
    what = max(10, width // 7)
    half = (width - left - what - 9) // 2
    widths = (left, what, half, half)
    rule = "-+-".join("-" * one for one in widths)
    lines = []
    for row in rows:
        if row[0]:
            lines.append(rule)
        cells = [textwrap.wrap(cell, one) or [""] for cell, one in zip(row, widths, strict=True)]
        for index in range(max(len(cell) for cell in cells)):
            parts = [
                (cell[index] if index < len(cell) else "").ljust(one) for cell, one in zip(cells, widths, strict=True)
            ]
            lines.append(" | ".join(parts).rstrip())
    return [*lines, rule]


# ---- check --------------------------------------------------------------------------------------------------


def check_command(path: str) -> int:
    """Check programme files: shape, sources, sense, and the versions together."""
    if not path:
        folders = [library.SHIPPED / name for name in library.programme_ids()]
        groups = [[str(one) for one in sorted(folder.glob("*.toml"))] for folder in folders]
    else:
        place = Path(path)
        if not place.exists():
            raise Usage(f"safecourse: {path}: there is no such file or folder; name a programme file or its folder")
        files = sorted(place.glob("*.toml")) if place.is_dir() else [place]
        if not files:
            raise Usage(f"safecourse: {path}: the folder holds no .toml file; name the folder of one programme")
        groups = [[str(one) for one in files]]
    problems = [problem for files in groups for problem in _checked(files)]
    for problem in problems:
        print(problem, file=sys.stderr)
    return USAGE if problems else 0


def _checked(files: list[str]) -> list[str]:
    from safecourse.rules.refusals import refuse, refuse_versions

    problems: list[str] = []
    programmes: list[Programme] = []
    for file in files:
        try:
            programme = read_programme(Path(file))
        except UnusableProgramme as unusable:
            problems += [f"{file}: {problem}" for problem in unusable.problems]
            continue
        wrong = [f"{file}: {problem}" for problem in refuse(programme)]
        if Path(file).stem != programme.version:
            wrong.append(f"{file}: the file must be named {programme.version}.toml, after the day it is in force from")
        problems += wrong
        programmes.append(programme)
        if not wrong:
            print(f"{file}: {programme.id}, {wording.number_of(len(programme.requirements), 'rule')}, nothing wrong")
    if not problems and len(programmes) > 1:
        folder = Path(files[0]).parent
        problems += [f"{folder}: {problem}" for problem in refuse_versions(tuple(programmes))]
    return problems


# ---- test ---------------------------------------------------------------------------------------------------


def test_command(name: str) -> int:
    """Run scenarios; 1 if one fails."""
    from safecourse.rules.scenarios import ScenarioResult, UnusableScenarios, run_file, run_scenarios

    results: list[ScenarioResult] = []
    try:
        if name.endswith((".yaml", ".yml")):
            results += run_file(name)
        else:
            for one in [name] if name else library.programme_ids():
                results += _known(lambda one=one: run_scenarios(one))  # type: ignore[misc] # bound at once
    except UnusableScenarios as unusable:
        raise Usage(str(unusable)) from None
    for result in results:
        if not result.passed:
            print(f"failed: {result.programme}: {result.title}\n        {result.problem}")
    failed = sum(not result.passed for result in results)
    print(f"{wording.number_of(len(results), 'scenario')}, {len(results) - failed} passed, {failed} failed")
    if not results:
        raise Usage(f"safecourse: {name or 'no programme'} has no scenarios; write some beside its rules")
    return FAILED if failed else 0


def _known(find: Callable[[], Found]) -> Found:
    try:
        return find()
    except (NoSuchProgramme, NoVersionInForce) as error:
        raise Usage(f"safecourse: {error.args[0]}") from None
