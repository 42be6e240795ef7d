"""YAML 1.2 text to a tree of texts with lines.

Only the parser of ruamel.yaml is used, which yields events; what they mean is
decided here. So no scalar is ever a boolean, a date or an octal number, no key
is dropped, and nothing can be repeated by reference.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from safecourse.course.nodes import (
    DEEPEST,
    LONGEST,
    Listing,
    Node,
    Syntax,
    Table,
    Text,
    inside,
    line_at,
    refuse_depth,
    refuse_length,
    refuse_null,
    refuse_twice,
)
from safecourse.course.problems import Found, quoted, shown

_DIRECTIVE = re.compile(r"(?:\A|(?<=[\r\n]))%(?!YAML +1\.2 *(?:[\r\n]|\Z))")
_NULLS = ("", "~", "null", "Null", "NULL")


def yaml_tree(text: str, found: Found) -> Node:
    """The tree of a YAML text; Syntax if it isn't YAML.

    Whatever YAML has beyond texts, lists and mappings is noted in ``found``.
    """
    directive = _DIRECTIVE.search(text)
    if directive:
        do = "remove the directive, or indent the line; files are YAML 1.2"
        found.add(line_at(text, directive.start()), "", "a line begins with %", do)
        raise found.unusable()
    composer = _Composer(_events(text), found)
    root: Node | None = None
    for event in composer.events:
        if not isinstance(event, DocumentStartEvent):
            continue
        line = _line(event)
        if root is not None:
            found.add(line, "", "the file holds several documents", "give one course per file, without a line ---")
            raise found.unusable()
        root = composer.node(next(composer.events), "", 1)
    if root is None or (isinstance(root, Text) and root.text == ""):
        found.add(0, "", "the file is empty", "write a course, beginning with safecourse: 1")
        raise found.unusable()
    return root


def _events(text: str) -> Iterator[Any]:
    """The parser's events. Whatever the parser stumbles over becomes Syntax."""
    try:
        yield from YAML(typ="safe", pure=True).parse(text)
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        what = getattr(error, "problem", None) or getattr(error, "reason", None) or "it can't be read"
        raise Syntax(mark.line + 1 if mark else 0, f"this is not YAML: {shown(str(what), 200)}") from None
    except (ValueError, OverflowError):
        # So the parser answers an escape such as \UFFFFFFFF. It stands in no line that the parser tells.
        raise Syntax(0, "this is not YAML: an escape after a backslash or % gives no character") from None


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1


class _Composer:
    """Builds nodes from the parser's events, which it takes one after the other."""

    def __init__(self, events: Iterator[Any], found: Found) -> None:
        self.events = events
        self.found = found

    def node(self, event: Any, path: str, depth: int) -> Node:
        """The node that begins with an event."""
        line = _line(event)
        if isinstance(event, AliasEvent):
            self._refuse_reference(line, path, f"*{event.anchor}")
            return Text("", line, void=True)
        self._refuse_decoration(event, line, path)
        if isinstance(event, ScalarEvent):
            if event.style is None and event.value in _NULLS:
                # The root of a file with nothing but comments is left to the caller.
                if path:
                    refuse_null(self.found, line, path)
                return Text("", line, void=True)
            return Text(event.value, line)
        if depth > DEEPEST:
            refuse_depth(self.found, line, path)
            raise self.found.unusable()
        if isinstance(event, SequenceStartEvent):
            return self._listing(path, depth, line)
        assert isinstance(event, MappingStartEvent), f"no other event begins a node: {event}"
        return self._table(path, depth, line)

    def _listing(self, path: str, depth: int, line: int) -> Listing:
        items: list[Node] = []
        for event in self.events:
            if isinstance(event, SequenceEndEvent):
                break
            if len(items) == LONGEST:
                refuse_length(self.found, line, path)
                raise self.found.unusable()
            items.append(self.node(event, inside(path, len(items)), depth + 1))
        return Listing(items, line)

    def _table(self, path: str, depth: int, line: int) -> Table:
        entries: dict[str, Node] = {}
        for event in self.events:
            if isinstance(event, MappingEndEvent):
                break
            here = _line(event)
            if not isinstance(event, ScalarEvent):
                self.found.add(here, path, "a key is not a text", "write a word before the colon")
                self.node(event, path, depth + 1)
                self.node(next(self.events), path, depth + 1)
                continue
            self._refuse_decoration(event, here, path)
            key = event.value
            value = self.node(next(self.events), inside(path, key), depth + 1)
            if key == "<<" and event.style is None:
                self.found.add(here, path, "a merge key << stands here", "write the keys themselves")
            elif key in entries:
                refuse_twice(self.found, here, path, key)
            else:
                entries[key] = value
        return Table(entries, line)

    def _refuse_decoration(self, event: Any, line: int, path: str) -> None:
        if event.anchor is not None:
            self._refuse_reference(line, path, f"&{event.anchor}")
        if event.tag is not None:
            self.found.add(line, path, f"the tag {quoted(str(event.tag))} stands here", "remove it")

    def _refuse_reference(self, line: int, path: str, mark: str) -> None:
        self.found.add(line, path, f"the reference {quoted(mark)} stands here", "write the value itself")
