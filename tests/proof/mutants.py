"""Rule books with one thing changed: each number by one, each flag flipped. A rule book's scenarios must notice."""

from __future__ import annotations

import copy
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from safecourse.rulebook import Programme, library
from safecourse.rulebook.loading import UnusableProgramme, programme_from_text
from safecourse.rules.refusals import refuse
from safecourse.rules.scenarios import Scenario, check_scenario, scenarios_of, version_of

Tree = dict[str, Any]
Mutant = tuple[str, Tree]  # what was changed, and the file's content

PARTS = ("category", "fact", "flag", "requirement", "regimen", "monitoring")
# Words that are flags in disguise: each has one opposite.
FLIPS = {
    "binding": {"must": "advice", "advice": "must"},
    "missing": {"unmet": "free", "free": "unmet"},
    "tie": {"most": "least", "least": "most"},
    "fold": {"first": "last", "last": "first", "later-of": "earlier-of", "earlier-of": "later-of"},
    "overflow": {"earlier": "later", "later": "earlier"},
    "gap_from": {"start": "last", "last": "start"},
    "absent": {"pass": "fail", "fail": "pass", "unknown": "pass"},
}


def mutants_of(path: Path) -> Iterator[Mutant]:
    """Every mutant of a programme file."""
    tree = tomllib.loads(path.read_text(encoding="utf-8"))
    for part in PARTS:
        for place, table in enumerate(tree.get(part, [])):
            name = table.get("name") or table.get("id") or f"{table['category']} {' '.join(table['criteria'])}"
            for keys, value in _leaves(table, ()):
                for what, changed in _changes(keys, value):
                    mutant = copy.deepcopy(tree)
                    _put(mutant[part][place], keys, changed)
                    yield f"{part} {name}: {'.'.join(map(str, keys))} {what}", mutant
            if part in ("flag", "requirement"):
                mutant = copy.deepcopy(tree)
                mutant[part][place]["forbid"] = not table.get("forbid", False)
                yield f"{part} {name}: forbid flipped", mutant


def _leaves(node: Any, keys: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, ...], Any]]:
    if isinstance(node, dict):
        for key, value in node.items():
            yield from _leaves(value, (*keys, key))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _leaves(value, (*keys, index))
    else:
        yield keys, node


def _changes(keys: tuple[Any, ...], value: Any) -> Iterator[tuple[str, Any]]:
    named = [key for key in keys if isinstance(key, str)]
    if named[0] in ("forbid", "window", "row", "settled_by"):
        return
    if isinstance(value, bool):
        yield f"{value} flipped", not value
    elif isinstance(value, (int, float)):
        yield f"{value} + 1", value + 1
        yield f"{value} - 1", value - 1
    elif named[0] == "applies":
        yield f"{value} negated", value[1:] if value.startswith("!") else f"!{value}"
    elif value in FLIPS.get(named[-1], {}):
        yield f"{value} flipped", FLIPS[named[-1]][value]


def _put(node: Any, keys: tuple[Any, ...], value: Any) -> None:
    for key in keys[:-1]:
        node = node[key]
    node[keys[-1]] = value


def survivors_of(version: Programme) -> Iterator[str]:
    """The mutants of a version that no scenario and no refusal notices."""
    path = library.SHIPPED / version.id / f"{version.version}.toml"
    scenarios = [one for one in scenarios_of(version.id) if version_of(one) is version]
    for what, tree in mutants_of(path):
        try:
            mutant = programme_from_text(toml_text(tree), path.name)
        except UnusableProgramme:
            continue
        if not _noticed(mutant, scenarios) and not refuse(mutant):
            yield what


def _noticed(mutant: Programme, scenarios: list[Scenario]) -> bool:
    for index, scenario in enumerate(scenarios):
        try:
            differs = check_scenario(scenario, mutant) != ""
        except (KeyError, ValueError, TypeError, OverflowError):
            differs = True  # a mutant that can't even be asked
        if differs:
            scenarios.insert(0, scenarios.pop(index))  # what noticed one mutant often notices the next
            return True
    return False


def toml_text(tree: Tree) -> str:
    """A tree as TOML, plainly: tables and lists of tables at the top, all else inline."""
    lines = []
    for key, value in tree.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            for table in value:
                lines += ["", f"[[{key}]]", *(f"{name} = {_inline(one)}" for name, one in table.items())]
    top = [f"{key} = {_inline(value)}" for key, value in tree.items() if not _is_tables(value)]
    return "\n".join([*top, *lines, ""])


def _is_tables(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def _inline(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, list):
        return f"[{', '.join(_inline(one) for one in value)}]"
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{name} = {_inline(one)}' for name, one in value.items())} }}"
    return str(value)
