"""Questionnaires: which instrument is meant, and whether its items and its total are what it can give."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from safecourse.course.model import Value
from safecourse.course.nodes import Node, Table, inside
from safecourse.course.problems import Found, quoted

_TABLE = Path(__file__).resolve().parent.parent / "programmes" / "questionnaires.toml"
_ITEM = re.compile(r"(?:q|item[-_ ]?)?([1-9][0-9]?)\Z")  # how an item may be called: 9, q9, item-9
_NEAR = 0.75  # phq-7 is surely a slip, haq is another questionnaire
UNCHECKED = 0  # the number of items of an instrument whose structure isn't known here


@dataclass(frozen=True, slots=True)
class Instrument:
    """A questionnaire: ``items`` numbers from ``low`` to ``high`` (whole, inclusive), whose sum is the total.

    ``items`` is UNCHECKED where the structure isn't known. ``free`` says
    whether its wording may be passed on; source and grade are empty where
    nothing but the name stands in the table. Any answer above ``low`` to
    ``red_flag_item`` (0 for none) needs a prescriber to assess
    ``red_flag_assessed``.
    """

    id: str
    names: tuple[str, ...]
    says: str
    items: int
    low: int
    high: int
    free: bool
    source: str
    grade: str
    red_flag_item: int
    red_flag_assessed: str


@functools.cache
def instruments() -> Mapping[str, Instrument]:
    """All known instruments by each of their names, read once."""
    table = tomllib.loads(_TABLE.read_text(encoding="utf-8"))
    known: dict[str, Instrument] = {}
    for one in table["instrument"]:
        instrument = _instrument(one)
        known |= dict.fromkeys((instrument.id, *instrument.names), instrument)
    return known


def _instrument(table: dict[str, Any]) -> Instrument:
    return Instrument(
        id=table["id"],
        names=tuple(table["names"]),
        says=table["says"],
        items=table.get("items", UNCHECKED),
        low=table.get("low", 0),
        high=table.get("high", 0),
        free=table["free"],
        source=table.get("source", ""),
        grade=table.get("grade", ""),
        red_flag_item=table.get("red_flag_item", 0),
        red_flag_assessed=table.get("red_flag_assessed", ""),
    )


def add_answers(values: dict[str, Value], table: Table, path: str, found: Found) -> None:
    """Add to a questionnaire's fields what rules read: ``scale``, ``total``, ``item_1`` and so on.

    What contradicts the instrument is noted in ``found``. An instrument that
    isn't known is kept as it is: no rule reads it.
    """
    name = values.get("instrument")
    if name is None:
        return
    instrument = instruments().get(str(name))
    if instrument is None:
        import difflib  # only on the way to a message

        near = difflib.get_close_matches(str(name), instruments(), 1, _NEAR)
        if near:
            what = f"{quoted(str(name))} is not a questionnaire that is known here, and nearly one that is"
            line = table.entries["instrument"].line
            found.add(line, inside(path, "instrument"), what, f"did you mean {instruments()[near[0]].id}?")
        return
    values["scale"] = instrument.id
    if instrument.items == UNCHECKED:
        if "score" in values:
            values["total"] = values["score"]
        return
    numbers = _items(values, instrument, table, path, found)
    _total(values, numbers, instrument, table, path, found)


def _items(values: dict[str, Value], instrument: Instrument, table: Table, path: str, found: Found) -> tuple[int, ...]:
    """The answers that are stated, also added as fields; nothing if there are none, or if something is wrong.

    A list holds all items in order. Items by name may be some of them: the
    others are unknown.
    """
    if "items" not in values:
        return ()
    node, place = table.entries["items"], inside(path, "items")
    numbers: dict[int, float] = {}
    written = cast(tuple[str, ...], values["items"])
    for index, one in enumerate(written, start=1):
        name, _, number = one.rpartition("=")
        match = _ITEM.match(name.lower()) if name else None
        item = int(match.group(1)) if match else index
        if (name and match is None) or item > instrument.items or item in numbers:
            what = f"{quoted(name or str(index))} is not one of the {instrument.items} items of {instrument.id}"
            found.add(_line(node, name), place, what, "call them by their numbers, such as q1, each once")
            return ()
        numbers[item] = float(number)
    if not isinstance(node, Table) and len(numbers) != instrument.items:
        what = f"{instrument.id} has {instrument.items} items, and the list has {len(numbers)}"
        found.add(node.line, place, what, "write all of them in order, or those that are known by name: {q9: 0}")
        return ()
    for item, answer in sorted(numbers.items()):
        if not instrument.low <= answer <= instrument.high or not answer.is_integer():
            what = f"item {item} of {instrument.id} can't be {answer:g}"
            found.add(node.line, place, what, f"write a whole number from {instrument.low} to {instrument.high}")
            return ()
    values |= {f"item_{item}": int(answer) for item, answer in numbers.items()}
    return tuple(int(answer) for answer in numbers.values())


def _line(node: Node, name: str) -> int:
    return node.entries[name].line if isinstance(node, Table) and name in node.entries else node.line


def _total(
    values: dict[str, Value], answers: tuple[int, ...], instrument: Instrument, table: Table, path: str, found: Found
) -> None:
    """The total: as stated, or the sum of all items; what is stated of both must agree."""
    if "score" not in values:
        if len(answers) == instrument.items:
            values["total"] = sum(answers)
        return
    score = float(cast(float, values["score"]))
    missing = instrument.items - len(answers)
    least = sum(answers) + instrument.low * missing
    most = sum(answers) + instrument.high * missing
    line, place = table.entries["score"].line, inside(path, "score")
    if not score.is_integer() or (not answers and not least <= score <= most):
        what = f"the score of {instrument.id} can't be {score:g}"
        found.add(line, place, what, f"write a whole number from {least} to {most}")
    elif not least <= score <= most:
        adds = f"add up to {least}" if least == most else f"allow {least} to {most}"
        found.add(line, place, f"the score is {score:g}, and the items {adds}", "correct the score or the items")
    else:
        values["total"] = int(score)
