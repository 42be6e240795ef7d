"""Reading TOML tables strictly: each key is taken once, each problem noted, what is left over is unknown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


class Wrong(Exception):
    """One value that isn't what the format asks for."""


@dataclass
class Table:
    """A TOML table being read: each key is taken once, and what is left over is unknown.

    ``place`` stands in messages; ``problems`` is shared by all tables of a file.
    """

    place: str
    data: dict[str, Any]
    problems: list[str]
    taken: set[str] = field(default_factory=set)

    def take(self, key: str, kind: type | tuple[type, ...], default: Any = ...) -> Any:
        """The value of a key, of one of some types; an empty one beside a noted problem; ``...``: it is needed."""
        self.taken.add(key)
        if key not in self.data:
            if default is ...:
                self.problems.append(f"{self.place}: '{key}' is missing; add it")
                return _empty(kind)
            return default
        value = self.data[key]
        wanted = kind if isinstance(kind, tuple) else (kind,)
        if type(value) not in wanted:
            names = " or ".join(one.__name__ for one in wanted)
            self.problems.append(f"{self.place}: '{key}' is {type(value).__name__}; write {names}")
            return _empty(kind)
        return value

    def word(self, key: str, words: tuple[str, ...], default: Any = ...) -> Any:
        """A text that is one of some words."""
        value = self.take(key, str, default)
        if value not in words and value != default and (key in self.data):
            self.problems.append(f"{self.place}: '{key}' is '{value}'; write one of {', '.join(words)}")
        return value

    def texts(self, key: str, default: Any = ...) -> tuple[str, ...]:
        """One text or a list of texts."""
        value = self.take(key, (str, list), default)
        if isinstance(value, str):
            return (value,)
        if not all(isinstance(one, str) for one in value):
            self.problems.append(f"{self.place}: '{key}' must hold texts only")
            return ()
        return tuple(value)

    def whole(self, key: str, read: Callable[[Any], Any], default: Any) -> Any:
        """What ``read`` makes of a value; it raises Wrong for one that it can't use."""
        self.taken.add(key)
        if key not in self.data:
            return default
        try:
            return read(self.data[key])
        except Wrong as wrong:
            self.problems.append(f"{self.place}: '{key}': {wrong}")
            return default

    def finish(self) -> None:
        """Note every key that nothing asked for."""
        for key in sorted(set(self.data) - self.taken):
            self.problems.append(f"{self.place}: '{key}' is not a key of this table; remove it or correct its spelling")


def _empty(kind: type | tuple[type, ...]) -> Any:
    return (kind[0] if isinstance(kind, tuple) else kind)()


def tables(top: Table, key: str, read: Callable[[Table], Any]) -> tuple[Any, ...]:
    """What ``read`` makes of each table of a list of tables, in order."""
    entries = top.take(key, list, [])
    values = []
    for number, entry in enumerate(entries, start=1):
        if not isinstance(entry, dict):
            top.problems.append(f"{key} {number}: must be a table, written [[{key}]]")
            continue
        label = entry.get("id", entry.get("name", number))
        table = Table(f"{key} {label}", entry, top.problems)
        values.append(read(table))
        table.finish()
    return tuple(values)
