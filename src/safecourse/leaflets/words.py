"""Words as they are compared: lower case, without ending, numbers as digits, each with its line and its clause."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

import snowballstemmer

_TOKEN = re.compile(
    r"\d+(?:[.,]\d+)?|[a-z\u00df-\u00ff]+(?:'[a-z]+)?|[%\n]|[,;:()\u2013\u2014]|(?<=\s)-(?=\s)|[.!?](?=\s|$)"
)
_NUMBERS = {
    "zero": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8",
    "nine": "9", "ten": "10", "eleven": "11", "twelve": "12", "thirteen": "13", "fourteen": "14", "fifteen": "15",
    "sixteen": "16", "eighteen": "18", "twenty": "20", "thirty": "30",
}  # fmt: skip
_SHORT = {
    "n't": ("not",), "'re": ("are",), "'s": (), "'ll": ("will",), "'ve": ("have",), "'d": ("would",), "'m": ("am",),
}  # fmt: skip
_WHOLE = {"cannot": ("can", "not"), "can't": ("can", "not"), "won't": ("will", "not"), "shan't": ("shall", "not")}
_CLAUSE = frozenset(";:()\u2013\u2014-.!?")
_ADVERSATIVE = frozenset({"but", "however", "although", "though", "whereas", "yet", "while", "because", "since", "so"})
_LONGEST = 40  # letters
_STEMMER = snowballstemmer.stemmer("english")


@dataclass(frozen=True, slots=True)
class Word:
    """A word: as written (lower case), its stem, the line, and the numbers of its clause and of its part of it.

    A clause ends at a semicolon, a colon, a dash, a bracket or a word such as "but"; a part also at a comma.
    """

    surface: str
    stem: str
    line: int
    clause: int
    part: int


@functools.lru_cache(maxsize=20_000)
def stem_of(word: str) -> str:
    """A word without its ending; numbers stay as they are, and so do words longer than any that has an ending."""
    return word if word[:1].isdigit() or len(word) > _LONGEST else str(_STEMMER.stemWord(word))


def words_of(text: str, line: int) -> tuple[Word, ...]:
    """The words of a sentence that begins on a line; line ends in it count up."""
    found: list[Word] = []
    clause = part = 0
    for written in _TOKEN.findall(text.lower()):
        if written == "\n":
            line += 1
            continue
        if written in _CLAUSE:
            clause += 1
            part += 1
            continue
        if written == ",":
            part += 1
            continue
        for surface in expanded(written):
            if surface in _ADVERSATIVE:
                clause += 1
                part += 1
            found.append(Word(surface, stem_of(surface), line, clause, part))
    return tuple(found)


def expanded(token: str) -> tuple[str, ...]:
    """One written word as the words it stands for: "don't" is "do not", "three" is 3, "0,5" is 0.5."""
    if token[0].isdigit():
        return (_plain_number(token),)
    if token in _NUMBERS:
        return (_NUMBERS[token],)
    if token in _WHOLE:
        return _WHOLE[token]
    for ending, means in _SHORT.items():
        if token.endswith(ending) and len(token) > len(ending):
            return (token[: -len(ending)], *means)
    return (token,)


def _plain_number(token: str) -> str:
    whole, mark, rest = token.replace(",", ".").partition(".")
    if mark and "," in token and len(rest) == 3:  # 1,000
        return whole + rest
    return f"{whole}.{rest.rstrip('0')}".rstrip(".") if mark else whole.lstrip("0") or "0"
