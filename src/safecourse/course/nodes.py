"""A course file as a tree: texts, lists and mappings, each with its line. Nothing is typed yet."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from safecourse.course.problems import Found, quoted

_LINE_BREAK = re.compile(r"\r\n|\r|\n")
DEEPEST = 12  # levels of lists and mappings; a course file needs four
LONGEST = 20_000  # entries of one list, so also events of one course


class Syntax(Exception):
    """A text that can't be read as what it should be: the line, and what is wrong there."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(line, what)
        self.line = line
        self.what = what


@dataclass(frozen=True, slots=True)
class Text:
    """A scalar, as written. ``line`` is 0 where there is no file.

    ``void`` marks what was already refused, so that it isn't refused again for its content.
    """

    text: str
    line: int
    void: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of nodes."""

    items: list[Node]
    line: int


@dataclass(frozen=True, slots=True)
class Table:
    """A mapping of keys to nodes, in the order of the file."""

    entries: dict[str, Node]
    line: int


Node = Text | Listing | Table


def line_at(text: str, place: int) -> int:
    """The line, from 1, of a place in a text."""
    return len(_LINE_BREAK.findall(text, 0, place)) + 1


def plain(node: Node) -> object:
    """The node as dict, list and str, without lines."""
    if isinstance(node, Text):
        return node.text
    if isinstance(node, Listing):
        return [plain(item) for item in node.items]
    return {key: plain(value) for key, value in node.entries.items()}


def refuse_null(found: Found, line: int, path: str) -> None:
    """Note that a value is missing: never, unknown and open-ended are none of them spelled null."""
    found.add(line, path, "this key has no value", "leave the key out, or give it a value")


def refuse_depth(found: Found, line: int, path: str) -> None:
    """Note that lists and mappings are nested too deeply."""
    found.add(line, path, f"lists and mappings are nested more than {DEEPEST} deep", "write it flat")


def refuse_length(found: Found, line: int, path: str) -> None:
    """Note that a list is too long."""
    found.add(line, path, f"this list has more than {LONGEST:,} entries", "give one patient's course only")


def refuse_twice(found: Found, line: int, path: str, key: str) -> None:
    """Note that a key stands twice in one mapping."""
    found.add(line, path, f"the key {quoted(key)} stands twice", "keep one of them")


def inside(path: str, key: str | int) -> str:
    """The path of an entry of a list or mapping."""
    if isinstance(key, int):
        return f"{path}[{key}]"
    return f"{path}.{key}" if path else key


def tree_of(found: Found, value: object, path: str = "", depth: int = 1) -> Node:
    """The tree of a plain document of dicts, lists and texts; numbers and truth values are read as JSON writes them."""
    if isinstance(value, (Mapping, list, tuple)) and depth > DEEPEST:
        refuse_depth(found, 0, path)
        raise found.unusable()
    if isinstance(value, Mapping):
        return _table_of(found, value, path, depth)
    if isinstance(value, (list, tuple)):
        if len(value) > LONGEST:
            refuse_length(found, 0, path)
            raise found.unusable()
        return Listing([tree_of(found, one, inside(path, place), depth + 1) for place, one in enumerate(value)], 0)
    if isinstance(value, str):
        return Text(value, 0)
    if isinstance(value, bool):
        return Text("true" if value else "false", 0)
    if isinstance(value, (int, float)):
        return Text(_number(value), 0)
    if value is None:
        refuse_null(found, 0, path)
    else:
        found.add(0, path, f"a {type(value).__name__} is not text", "write it as text")
    return Text("", 0, void=True)


def _number(value: int | float) -> str:
    # Python refuses to write integers of more than 4,300 digits; no field takes one, so any long text will do.
    return repr(value) if isinstance(value, float) or value.bit_length() < 10_000 else "1e9999"


def _table_of(found: Found, value: Mapping[object, object], path: str, depth: int) -> Table:
    entries: dict[str, Node] = {}
    for key, one in value.items():
        if isinstance(key, str):
            entries[key] = tree_of(found, one, inside(path, key), depth + 1)
        else:
            found.add(0, path, f"a key is a {type(key).__name__}, not text", "write keys as text")
    return Table(entries, 0)
