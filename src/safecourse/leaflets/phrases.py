"""The small language in which the pattern files say what to look for, and the search for all of it in one pass.

A phrase is words separated by spaces. A word matches whatever its ending ("use" finds "used" and "using"). Also:

    a/b      one of some words               =buy     exactly this word, with this ending
    immun*   a word that begins so           #        any number
    *        any one word                    ..       up to four words, or none

Phrases match inside one sentence. Nothing here knows what a phrase means.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from safecourse.leaflets.words import Word, expanded, stem_of

_KEY = 3  # letters of a word by which phrases that begin with "immun*" are found
_GAP = 4  # words that ".." may skip


@dataclass(frozen=True, slots=True)
class Hit:
    """Where a phrase was found: the index of its first word, and of the word after its last."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Step:
    stems: frozenset[str] = frozenset()
    exact: frozenset[str] = frozenset()
    prefixes: tuple[str, ...] = ()
    number: bool = False
    anything: bool = False
    gap: bool = False

    def takes(self, word: Word) -> bool:
        return (
            self.anything
            or word.stem in self.stems
            or word.surface in self.exact
            or (self.number and word.surface[0].isdigit())
            or any(word.surface.startswith(prefix) for prefix in self.prefixes)
        )


class BadPhrase(ValueError):
    """A phrase that the language doesn't know."""


def _step(text: str) -> _Step:
    if text == "..":
        return _Step(gap=True)
    if text == "*":
        return _Step(anything=True)
    stems: set[str] = set()
    exact: set[str] = set()
    prefixes: list[str] = []
    number = False
    for one in text.split("/"):
        if one == "#":
            number = True
        elif one.startswith("=") and len(one) > 1:
            exact.add(one[1:])
        elif one.endswith("*") and len(one) > 1:
            prefixes.append(one[:-1])
        elif one == "%":
            stems.add(one)
        elif one.replace(".", "").isalnum() and one.isascii() and len(expanded(one)) == 1:
            stems.add(stem_of(expanded(one)[0]))
        else:
            raise BadPhrase(
                f"'{one}' is no word of a phrase; write a word, =word, word*, # or *, joined by / (not cannot)"
            )
    return _Step(frozenset(stems), frozenset(exact), tuple(prefixes), number)


def _steps(phrase: str) -> tuple[_Step, ...]:
    # "cannot" is two words in a text, so it is in a phrase.
    words = [word for one in phrase.split() for word in (expanded(one) if one.isalpha() else (one,))]
    steps = tuple(_step(one) for one in words)
    if not steps or steps[0].gap or steps[0].anything or steps[-1].gap:
        raise BadPhrase(f"'{phrase}' is no phrase; begin and end with a word")
    return steps


def _keys(first: _Step) -> set[str]:
    """Under which keys a phrase is listed, by its first word."""
    for prefix in first.prefixes:
        if len(prefix) < _KEY:
            raise BadPhrase(f"'{prefix}*' is too short; write at least {_KEY} letters before the *")
    return (
        {f"s:{stem}" for stem in first.stems}
        | {f"=:{word}" for word in first.exact}
        | {f"*:{prefix[:_KEY]}" for prefix in first.prefixes}
        | ({"#"} if first.number else set())
    )


class Search:
    """All phrases of all names, indexed by their first word: a text is read once, however many there are."""

    def __init__(self, phrases: Mapping[str, Iterable[str]]) -> None:
        self._by_key: dict[str, list[tuple[str, tuple[_Step, ...]]]] = {}
        for name, those in phrases.items():
            for phrase in those:
                steps = _steps(phrase)
                for key in _keys(steps[0]):
                    self._by_key.setdefault(key, []).append((name, steps))

    def hits(self, words: tuple[Word, ...]) -> dict[str, list[Hit]]:
        """For each name that is found in a sentence, where; in order, the shortest match from each place."""
        found: dict[str, list[Hit]] = {}
        for start, word in enumerate(words):
            for name, steps in self._candidates(word):
                end = _match(words, start + 1, steps, 1)
                if end:
                    found.setdefault(name, []).append(Hit(start, end))
        return found

    def _candidates(self, word: Word) -> Iterator[tuple[str, tuple[_Step, ...]]]:
        by_key = self._by_key
        yield from by_key.get(f"s:{word.stem}", ())
        yield from by_key.get(f"=:{word.surface}", ())
        if word.surface[0].isdigit():
            yield from by_key.get("#", ())
        for entry in by_key.get(f"*:{word.surface[:_KEY]}", ()):
            if any(word.surface.startswith(prefix) for prefix in entry[1][0].prefixes):
                yield entry


def _match(words: tuple[Word, ...], at: int, steps: tuple[_Step, ...], step: int) -> int:
    """The end of the match of the steps from one on, at a place; 0 if they don't match."""
    if step == len(steps):
        return at
    if steps[step].gap:
        for skipped in range(_GAP + 1):
            end = _match(words, at + skipped, steps, step + 1)
            if end:
                return end
        return 0
    if at < len(words) and steps[step].takes(words[at]):
        return _match(words, at + 1, steps, step + 1)
    return 0
