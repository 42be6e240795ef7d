"""JSON text to a tree of texts with lines.

The standard library's reader keeps the last of two equal keys, takes NaN and
knows no lines; a course file needs the opposite of all three.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left

from safecourse.course.nodes import (
    DEEPEST,
    LONGEST,
    Listing,
    Node,
    Syntax,
    Table,
    Text,
    inside,
    refuse_depth,
    refuse_length,
    refuse_null,
    refuse_twice,
)
from safecourse.course.problems import Found, quoted

_SPACE = re.compile(r"[ \t\r\n]*")
_STRING = re.compile(r'"([^"\\\x00-\x1f]*)(?:"|((?:\\.[^"\\\x00-\x1f]*)+)")')
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?(?![0-9A-Za-z_.+-])")
_LITERAL = re.compile(r"true|false|null|NaN|-?Infinity")
_REST = re.compile(r"[^\s,:\[\]{}]{1,40}")
_SURROGATE = re.compile("[\ud800-\udfff]")


def json_tree(text: str, found: Found) -> Node:
    """The tree of a JSON text; Syntax if it isn't JSON. Equal keys, null and NaN are noted in ``found``."""
    reader = _Reader(text, found)
    node = reader.value("", 1)
    reader.skip()
    if reader.at < len(text):
        raise reader.wrong("something follows the end of the course")
    return node


class _Reader:
    """A place in a JSON text, moving forward."""

    def __init__(self, text: str, found: Found) -> None:
        self.text = text
        self.found = found
        self.at = 0
        self.breaks = [match.start() for match in re.finditer(r"\r\n|\r|\n", text)]

    @property
    def line(self) -> int:
        return bisect_left(self.breaks, self.at) + 1

    def wrong(self, what: str) -> Syntax:
        return Syntax(self.line, f"this is not JSON: {what}")

    def skip(self) -> None:
        match = _SPACE.match(self.text, self.at)
        assert match is not None, "the pattern also matches nothing"
        self.at = match.end()

    def follows(self, mark: str) -> bool:
        """Step over a mark, after any space, if it comes next."""
        self.skip()
        if not self.text.startswith(mark, self.at):
            return False
        self.at += len(mark)
        return True

    def value(self, path: str, depth: int) -> Node:
        self.skip()
        line = self.line
        first = self.text[self.at : self.at + 1]
        if first == '"':
            return Text(self.string(), line)
        if first in ("{", "["):
            if depth > DEEPEST:
                refuse_depth(self.found, line, path)
                raise self.found.unusable()
            self.at += 1
            return self.table(path, depth, line) if first == "{" else self.listing(path, depth, line)
        return self.bare(path, line)

    def string(self) -> str:
        match = _STRING.match(self.text, self.at)
        if match is None:
            raise self.wrong("a text in quotes doesn't end on its line, or holds a control character")
        if match.group(2) is None:
            self.at = match.end()
            return match.group(1)
        try:
            text = str(json.loads(match.group()))
        except json.JSONDecodeError:
            raise self.wrong(f"{quoted(match.group())} has a backslash that JSON doesn't know") from None
        if _SURROGATE.search(text):
            raise self.wrong(f"{quoted(match.group())} holds half of a character")
        self.at = match.end()
        return text

    def bare(self, path: str, line: int) -> Text:
        match = _NUMBER.match(self.text, self.at)
        if match is not None:
            self.at = match.end()
            return Text(match.group(), line)
        literal = _LITERAL.match(self.text, self.at)
        if literal is None:
            rest = _REST.match(self.text, self.at)
            met = f"{quoted(rest.group())} is neither quoted nor a number" if rest else "a value is missing"
            raise self.wrong(met)
        self.at = literal.end()
        if literal.group() in ("true", "false"):
            return Text(literal.group(), line)
        if literal.group() == "null":
            refuse_null(self.found, line, path)
        else:
            self.found.add(line, path, f"{literal.group()} is not a number", "leave the key out, or give a number")
        return Text("", line, void=True)

    def listing(self, path: str, depth: int, line: int) -> Listing:
        items: list[Node] = []
        if self.follows("]"):
            return Listing(items, line)
        while True:
            if len(items) == LONGEST:
                refuse_length(self.found, line, path)
                raise self.found.unusable()
            items.append(self.value(inside(path, len(items)), depth + 1))
            if self.follows("]"):
                return Listing(items, line)
            if not self.follows(","):
                raise self.wrong("a comma or ] is missing")

    def table(self, path: str, depth: int, line: int) -> Table:
        entries: dict[str, Node] = {}
        if self.follows("}"):
            return Table(entries, line)
        while True:
            self.skip()
            here = self.line
            if not self.text.startswith('"', self.at):
                raise self.wrong("a key in double quotes is missing")
            key = self.string()
            if not self.follows(":"):
                raise self.wrong(f"a colon is missing after the key {quoted(key)}")
            value = self.value(inside(path, key), depth + 1)
            if key in entries:
                refuse_twice(self.found, here, path, key)
            else:
                entries[key] = value
            if self.follows("}"):
                return Table(entries, line)
            if not self.follows(","):
                raise self.wrong("a comma or } is missing")
