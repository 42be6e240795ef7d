"""From a text of a course file to the value of a field, or to what is wrong with it."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from typing import TypeVar

from safecourse import days
from safecourse.course.model import Value
from safecourse.course.nodes import Listing, Node, Table, Text, inside
from safecourse.course.problems import Found, quoted
from safecourse.course.vocabulary import IDENTIFIER_LENGTH, TEXT_LENGTH, Field, FieldType

T = TypeVar("T")

# Nobody under treatment was born before it, so an earlier day is a slip of the pen (0026 for 2026).
FIRST_DAY = days.day_number(date(1880, 1, 1))

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_TIMED = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ]")
_NO_OFFSET = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?\Z")
_WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,17})\Z")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?\Z")
_NUMBER_LENGTH = 40
# Control characters, halves of characters, and marks that turn the direction of the text around them.
_HIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


class Wrong(Exception):
    """A text that isn't what its field asks for; ``words`` are those that are known, if it had to be one of them."""

    def __init__(self, what: str, do: str, words: Iterable[str] = ()) -> None:
        super().__init__(what, do)
        self.what = what
        self.do = do
        self.words = words


def read_fields(
    table: Table, fields: Mapping[str, Field], path: str, found: Found, also: Mapping[str, Field] | None = None
) -> dict[str, Value]:
    """The typed values of a mapping; unknown keys, missing and wrong values are noted in ``found``."""
    values: dict[str, Value] = {}
    for key, node in table.entries.items():
        field = fields.get(key) or (also or {}).get(key)
        if field is not None:
            read_field(values, field, node, inside(path, key), found)
        else:
            known = (*(also or {}), *fields)
            found.add_word(node.line, inside(path, key), f"there is no key {quoted(key)} here", key, known)
    for field in fields.values():
        if field.required and field.name not in table.entries:
            found.add(table.line, path, f"{field.name} is missing", f"add {field.name}: {_asked(field)}")
    return values


def read_field(into: dict[str, Value], field: Field, node: Node, path: str, found: Found) -> None:
    """Put the value of a field into a mapping, or note in ``found`` what is wrong with it."""
    if isinstance(node, Text) and node.void:
        return
    if field.type in ("words", "open-words"):
        _read_words(into, field, node, path, found)
    elif field.type == "numbers":
        _read_numbers(into, field, node, path, found)
    elif field.type == "instant" or (field.type == "moment" and isinstance(node, Text) and _TIMED.match(node.text)):
        for instant in _attempt(_instant, field, node, path, found):
            into[field.name] = days.day_number(instant.date())
            into[f"{field.name}_moment"] = days.microseconds(instant)
    else:
        for value in _attempt(_SCALARS[field.type], field, node, path, found):
            into[field.name] = value


def _attempt(read: Callable[[Field, str], T], field: Field, node: Node, path: str, found: Found) -> tuple[T, ...]:
    """What one text gives; nothing if it is wrong, which is then noted in ``found``."""
    if not isinstance(node, Text):
        found.add(node.line, path, f"one value is expected, not {_shape(node)}", f"write {_asked(field)}")
        return ()
    if node.void:
        return ()
    try:
        return (read(field, node.text),)
    except Wrong as wrong:
        if wrong.words:
            found.add_word(node.line, path, wrong.what, node.text, wrong.words)
        else:
            found.add(node.line, path, wrong.what, wrong.do)
        return ()


def _shape(node: Node) -> str:
    return "a list" if isinstance(node, Listing) else "a mapping"


def _asked(field: Field) -> str:
    """What a field takes, for a message."""
    if field.type == "word":
        return " | ".join(field.words)
    if field.type in ("whole", "number"):
        whole = "a whole number" if field.type == "whole" else "a number"
        return f"{whole} {'above' if field.above_low else 'from'} {field.low:g} to {field.high:g}"
    return _ASKED[field.type]


_ASKED: Mapping[FieldType, str] = {
    "words": "a list of words, such as [a, b]",
    "open-word": "a word such as some-name",
    "open-words": "a list of words, such as [a, b]",
    "identifier": "a text on one line",
    "text": "a text",
    "day": "a day such as 2026-10-01",
    "instant": "an instant with its offset, such as 2026-10-01T12:00-04:00",
    "moment": "a day such as 2026-10-01, or an instant such as 2026-10-01T12:00-04:00",
    "truth": "true or false",
    "numbers": "a list of numbers, such as [0, 2, 1]",
}


# ---- one text ------------------------------------------------------------------------------------


def _word(field: Field, text: str) -> str:
    if text in field.words:
        return text
    raise Wrong(f"{quoted(text)} is not a word that {field.name} takes", "", field.words)


def _open_word(field: Field, text: str) -> str:
    """Any word. Lists that anybody may extend are read without regard to case, and hyphens stand for spaces."""
    word = "-".join(_identifier(field, text).lower().replace("_", " ").split())
    for known in field.words:
        if word != known and word.replace("-", "") == known.replace("-", ""):
            raise Wrong(f"{quoted(text)} is a known {field.name} spelled otherwise", "", (known,))
    return word


def _identifier(field: Field, text: str) -> str:
    if not text or text != text.strip():
        raise Wrong(f"{field.name} is empty or has spaces at its ends", "write it without them, or leave the key out")
    if len(text) > IDENTIFIER_LENGTH:
        raise Wrong(f"{field.name} is longer than {IDENTIFIER_LENGTH} characters", "shorten it")
    if not text.isprintable():
        raise Wrong(f"{quoted(text)} holds characters that can't be seen", "remove them")
    return text


def _text(field: Field, text: str) -> str:
    text = text.strip()
    if not text:
        raise Wrong(f"{field.name} is empty", "write a text, or leave the key out")
    if len(text) > TEXT_LENGTH:
        raise Wrong(f"{field.name} is longer than {TEXT_LENGTH:,} characters", "shorten it")
    if _HIDDEN.search(text):
        raise Wrong(f"{field.name} holds characters that can't be seen", "remove them")
    return text


def _truth(field: Field, text: str) -> bool:  # noqa: ARG001 - all readers of values take the same two
    if text not in ("true", "false"):
        raise Wrong(f"{quoted(text)} is not true or false", "write true or false")
    return text == "true"


def _day(field: Field, text: str) -> int:
    try:
        day = days.parse_day(text)
    except ValueError:
        if _DAY.match(text):
            raise Wrong(f"{quoted(text)} is not in the calendar", "correct the day") from None
        if _TIMED.match(text):
            where = "use at for an instant" if field.name == "on" else f"write {quoted(text[:10])}"
            raise Wrong(f"{field.name} takes a day, not an instant", where) from None
        raise Wrong(f"{quoted(text)} is not a day", "write it as YYYY-MM-DD, such as 2026-10-01") from None
    if day < FIRST_DAY:
        raise Wrong(f"{quoted(text)} is before {days.iso(FIRST_DAY)}", "correct the year")
    return day


def _instant(field: Field, text: str) -> datetime:
    try:
        instant = days.parse_instant(text)
    except ValueError:
        if _NO_OFFSET.match(text):
            raise Wrong(f"{quoted(text)} has no offset", "add the offset of the place, such as -04:00, or Z") from None
        if _DAY.match(text) and field.name == "at":
            raise Wrong("at takes an instant, not a day", "use on for a day") from None
        raise Wrong(f"{quoted(text)} is not an instant", f"write {_ASKED['instant']}") from None
    if days.day_number(instant.date()) < FIRST_DAY:
        raise Wrong(f"{quoted(text)} is before {days.iso(FIRST_DAY)}", "correct the year")
    try:
        instant.astimezone(UTC)
    except OverflowError:
        raise Wrong(f"{quoted(text)} leaves the calendar", "write an earlier instant") from None
    return instant


def _whole(field: Field, text: str) -> int:
    if not _WHOLE.match(text):
        raise Wrong(f"{quoted(text)} is not a whole number", f"write {_asked(field)}, in digits")
    number = int(text)
    _check_limits(field, number, text)
    return number


def _number(field: Field, text: str) -> int | float:
    if len(text) > _NUMBER_LENGTH or not _NUMBER.match(text):
        raise Wrong(f"{quoted(text)} is not a number", f"write {_asked(field)}, in digits with a point")
    number = float(text)
    if not math.isfinite(number):
        raise Wrong(f"{quoted(text)} is not a finite number", f"write {_asked(field)}")
    _check_limits(field, number, text)
    return int(number) if number.is_integer() else number


def _check_limits(field: Field, number: int | float, text: str) -> None:
    if number < field.low or number > field.high or (field.above_low and number == field.low):
        raise Wrong(f"{field.name} can't be {quoted(text)}", f"write {_asked(field)}")


_SCALARS: Mapping[FieldType, Callable[[Field, str], Value]] = {
    "word": _word,
    "open-word": _open_word,
    "identifier": _identifier,
    "text": _text,
    "day": _day,
    "moment": _day,  # as an instant it is read apart, see read_field
    "whole": _whole,
    "number": _number,
    "truth": _truth,
}


# ---- lists ---------------------------------------------------------------------------------------


def _read_words(into: dict[str, Value], field: Field, node: Node, path: str, found: Found) -> None:
    """A list of words, kept sorted and each once: it is a set, and its order must decide nothing."""
    if not isinstance(node, Listing):
        do = f"write [{node.text}]" if isinstance(node, Text) and node.text in field.words else f"write {_asked(field)}"
        found.add(node.line, path, f"{field.name} is a list", do)
        return
    read = _word if field.type == "words" else _open_word
    words: set[str] = set()
    for place, item in enumerate(node.items):
        words.update(_attempt(read, field, item, inside(path, place), found))
    into[field.name] = tuple(sorted(words))


def _read_numbers(into: dict[str, Value], field: Field, node: Node, path: str, found: Found) -> None:
    """Numbers in order, or by name; kept as text, since a course's values are texts, numbers or lists of texts."""
    if isinstance(node, Text) or not (node.items if isinstance(node, Listing) else node.entries):
        found.add(node.line, path, f"{field.name} is a list with at least one number", f"write {_asked(field)}")
        return
    numbers: list[str] = []
    if isinstance(node, Table):
        for key, item in sorted(node.entries.items()):
            for number in _attempt(_number, field, item, inside(path, key), found):
                numbers.append(f"{key}={number}")
    else:
        for place, item in enumerate(node.items):
            for number in _attempt(_number, field, item, inside(path, place), found):
                numbers.append(str(number))
    into[field.name] = tuple(numbers)
