"""What is wrong with a course file: all of it, each with its place and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

LISTED = 50  # more than anybody mends before trying again
_SHOWN = 60
_FEW = 8  # words that are worth listing although one of them is near


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong in a file, where, and what to do about it."""

    file: str
    place: str  # "line 12, events[3].result"; empty where it concerns the whole file
    what: str
    do: str

    def __str__(self) -> str:
        where = f"{self.file}: {self.place}: " if self.place else f"{self.file}: "
        return f"{where}{self.what}; {self.do}"


class UnusableCourse(Exception):
    """A course file that can't be used.

    ``problems`` are listed in the order of the file, at most ``LISTED`` of
    them; ``more`` counts those that were found beyond.
    """

    def __init__(self, problems: tuple[Problem, ...], more: int = 0) -> None:
        self.problems = problems
        self.more = more
        super().__init__(problems, more)

    def __str__(self) -> str:
        lines = [str(problem) for problem in self.problems]
        if self.more:
            lines.append(f"and {self.more} more")
        return "\n".join(lines)


class Found:
    """The problems found so far in one file."""

    def __init__(self, file: str) -> None:
        self.file = shown(file, 300)
        self._problems: list[tuple[int, Problem]] = []
        self.more = 0

    def add(self, line: int, path: str, what: str, do: str) -> None:
        """Note a problem at a line (0: unknown) and a path such as ``events[3].result``."""
        if self.full:
            self.more += 1
            return
        place = ", ".join(part for part in (f"line {line}" if line else "", shown(path, 120)) if part)
        self._problems.append((line, Problem(self.file, place, what, do)))

    def add_word(self, line: int, path: str, what: str, given: str, known: Iterable[str]) -> None:
        """Note a word that isn't one of those known, naming the nearest or all of them."""
        # Looking for the nearest word is slow, and nobody reads it once the list is full.
        self.add(line, path, what, "" if self.full else _instead(given, list(known)))

    def take(self, other: Found) -> None:
        """Take over the problems of an attempt that succeeded otherwise."""
        self._problems += other._problems
        self.more += other.more

    @property
    def full(self) -> bool:
        """Whether further problems are only counted."""
        return len(self._problems) >= LISTED

    def unusable(self) -> UnusableCourse:
        """The exception that lists what was found, in the order of the file."""
        ordered = sorted(self._problems, key=lambda pair: pair[0])
        return UnusableCourse(tuple(problem for _, problem in ordered), self.more)

    def refuse_if_any(self) -> None:
        """Raise UnusableCourse if anything was found."""
        if self._problems:
            raise self.unusable()


def _instead(given: str, known: list[str]) -> str:
    import difflib  # only on the way to a message

    word = given[:_SHOWN].lower()
    near = difflib.get_close_matches(word.replace("_", "-"), known, 1) or difflib.get_close_matches(word, known, 1)
    if near and (len(known) > _FEW or len(known) == 1):
        return f"did you mean {near[0]}?"
    choice = f"use one of: {', '.join(known)}"
    return f"did you mean {near[0]}? Or {choice}" if near else choice


def shown(text: str, most: int = _SHOWN) -> str:
    """Text from a file as it may stand in a message: short, on one line, without control characters."""
    cut = text if len(text) <= most else text[: most - 3] + "..."
    return "".join(one if one.isprintable() else "?" for one in cut)


def quoted(text: str) -> str:
    """Text from a file in quotes, fit for a message."""
    return f'"{shown(text)}"'
