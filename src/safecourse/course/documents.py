"""From the bytes of a file to a tree of texts: what may be read at all, as YAML or JSON."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import IO

from safecourse.course.json_text import json_tree
from safecourse.course.nodes import Node, Syntax, line_at
from safecourse.course.problems import Found

LARGEST = 5_000_000  # bytes; a course of a lifetime has some thousand events of some hundred bytes
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")

Source = str | os.PathLike[str] | bytes | IO[str] | IO[bytes]


def name_of(source: Source) -> str:
    """What messages call a source."""
    if source == "-":
        return "standard input"
    if isinstance(source, (str, os.PathLike)):
        return os.fspath(source)
    if isinstance(source, bytes):
        return "course"
    return str(getattr(source, "name", "course"))


def read_text(source: Source, found: Found) -> str:
    """The text of a source; UnusableCourse if it can't be read, is too large or isn't UTF-8."""
    raw = source if isinstance(source, bytes) else _read(source, found)
    if isinstance(raw, str):
        return raw
    if len(raw) > LARGEST:
        _refuse_size(found)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = line_at(raw[: error.start].decode("utf-8"), error.start)
        found.add(line, "", "this is not UTF-8 text", "save the file as UTF-8")
        raise found.unusable() from None


def _read(source: str | os.PathLike[str] | IO[str] | IO[bytes], found: Found) -> str | bytes:
    # At most one byte over the limit is read, so that a huge or endless file is refused at once.
    try:
        if source == "-":
            stream: IO[str] | IO[bytes] = getattr(sys.stdin, "buffer", sys.stdin)
            return _read_stream(stream)
        if isinstance(source, (str, os.PathLike)):
            with Path(source).open("rb") as file:
                return file.read(LARGEST + 1)
        return _read_stream(source)
    except UnicodeDecodeError:
        found.add(0, "", "this is not UTF-8 text", "save the file as UTF-8")
    except OSError as error:
        why = error.strerror or error
        found.add(0, "", f"the file can't be read ({why})", "check its name and your right to read it")
    except ValueError as error:  # a name with a zero byte, a closed stream
        found.add(0, "", f"the file can't be read ({error})", "check its name")
    raise found.unusable()


def _read_stream(stream: IO[str] | IO[bytes]) -> str | bytes:
    """Everything in a stream, up to one more than the limit; a stream may give less than it was asked for."""
    parts: list[str | bytes] = []
    left = LARGEST + 1
    while left > 0:
        part = stream.read(left)
        if not part:
            break
        parts.append(part)
        left -= len(part)
    if parts and isinstance(parts[0], str):
        return "".join(part for part in parts if isinstance(part, str))
    return b"".join(part for part in parts if isinstance(part, bytes))


def _refuse_size(found: Found) -> None:
    found.add(0, "", f"the file is larger than {LARGEST // 1_000_000} MB", "give one patient's course only")
    raise found.unusable()


def tree_of_text(text: str, name: str, found: Found) -> Node:
    """The tree of a YAML or JSON text; UnusableCourse if it is neither. Other problems are noted in ``found``."""
    # A letter has at least one byte: whatever is longer than this is also larger.
    if len(text) > LARGEST or len(text.encode("utf-8", "surrogatepass")) > LARGEST:
        _refuse_size(found)
    text = text.removeprefix("\ufeff")
    unfit = _FORBIDDEN.search(text)
    if unfit:
        line = line_at(text, unfit.start())
        found.add(line, "", f"the character U+{ord(unfit.group()):04X} can't stand in a course file", "remove it")
        raise found.unusable()
    if not text.strip():
        found.add(0, "", "the file is empty", "write a course, beginning with safecourse: 1")
        raise found.unusable()
    try:
        if name.lower().endswith(".json"):
            return json_tree(text, found)
        if text.lstrip().startswith("{"):
            return _json_or_flow(text, found)
        return _yaml(text, found)
    except Syntax as wrong:
        found.add(wrong.line, "", wrong.what, "correct it there or just before")
        raise found.unusable() from None


def _json_or_flow(text: str, found: Found) -> Node:
    """Strict JSON or, where it isn't JSON, YAML that is written in braces."""
    attempt = Found(found.file)
    try:
        node = json_tree(text, attempt)
    except Syntax as not_json:
        try:
            return _yaml(text, found)
        except Syntax as not_yaml:
            quoted_keys = text.lstrip()[1:].lstrip().startswith('"')
            raise (not_json if quoted_keys else not_yaml) from None
    found.take(attempt)
    return node


def _yaml(text: str, found: Found) -> Node:
    # Imported only here: a JSON course and everything else of the library need no YAML reader.
    from safecourse.course.yaml_text import yaml_tree

    return yaml_tree(text, found)
