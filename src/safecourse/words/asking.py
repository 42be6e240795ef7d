"""Asking a book: which of its statements answer a question, or that none does.

No text is made here: an answer is a list of statements of the book, red flags first. Words of the question are reduced
to stems, misspelt ones are read as the nearest word that the book knows, and each statement is weighed by how much of
the question it covers and how much of a way of asking for it the question covers. What the book says nothing about
(prices, other medicines, animals) is recognised by a list of words, because a wrong answer is worse than none.
"""

from __future__ import annotations

import functools
import math
import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import snowballstemmer
from rapidfuzz import fuzz, process

from safecourse.words.model import Book, Language, Statement

MOST_CHARACTERS = 500
_WORDS = Path(__file__).resolve().parent / "asking.toml"
_STEMMERS = {"en": "english", "es": "spanish", "de": "german"}
_TOKEN = re.compile(r"[^\W_]+")

# How much speaks for an answer, found on the two thirds of the questions in bench/questions.toml that are for tuning.
ENOUGH = 0.35  # below it no statement answers
COVERED = 0.2  # the share of a question's words, by weight, of which its best statement must speak
CUED = 0.5  # what words that ask for a topic add to its statements
BESIDE = 0.85  # further statements that fit nearly as well as the first
MOST_STATEMENTS = 3
_SPELT_ALIKE = 84  # of 100
_SHORTEST_MISSPELT = 5


@dataclass(frozen=True, slots=True)
class Words:
    """Words of one language that steer a search; all as stems but ``same``."""

    empty: frozenset[str]  # say nothing of what is asked
    same: Mapping[str, tuple[str, ...]]  # stem → stems that mean the same here
    beyond: tuple[tuple[str, ...], ...]  # what no book answers: each a word, or words that stand together
    alarm: tuple[tuple[tuple[str, ...], str], ...]  # words that stand together, and the statement that they call
    medicines: frozenset[str]  # names of other medicines
    beside: frozenset[str]  # words by which somebody asks of one medicine beside another
    cues: tuple[tuple[tuple[str, ...], str], ...]  # words that stand together, and the topic that they ask for


@dataclass(frozen=True, slots=True)
class Entry:
    """A statement as it is searched: the stems of its text, and those of each way of asking for it."""

    statement: Statement
    text: frozenset[str]
    ways: tuple[frozenset[str], ...]


@dataclass(frozen=True, slots=True)
class Index:
    """A book in one language, ready to be asked."""

    book: Book
    language: Language
    words: Words
    entries: tuple[Entry, ...]
    weights: Mapping[str, float]  # how much a stem tells statements apart


@dataclass(frozen=True, slots=True)
class Answer:
    """The statements that answer, best first, a red flag before all; empty if the book doesn't answer."""

    emergency: bool
    statements: tuple[Statement, ...]


def index_of(book: Book, language: Language) -> Index:
    """A book in a language, ready to be asked."""
    words = _words(language)
    entries = tuple(_entry(one, language, words) for one in book.statements)
    counts = Counter(stem for one in entries for stem in {*one.text, *(stem for way in one.ways for stem in way)})
    weights = {stem: math.log(1 + len(entries) / count) for stem, count in counts.items()}
    return Index(book, language, words, entries, weights)


def ask(index: Index, question: str) -> Answer:
    """What a book answers to a question of at most MOST_CHARACTERS characters; ValueError if it is longer or empty."""
    if not question.strip() or len(question) > MOST_CHARACTERS:
        raise ValueError(f"a question has between 1 and {MOST_CHARACTERS} characters")
    heard = _heard(index, question)
    asked = heard - index.words.empty
    flagged = _alarmed(index, heard)
    if not flagged and _lies_beyond(index, heard):
        return Answer(False, ())
    cued = {topic for group, topic in index.words.cues if _holds(heard, group)}
    fits = ((_fit(index, one, asked) + CUED * (one.statement.topic in cued), one.statement) for one in index.entries)
    scored = sorted(fits, key=lambda pair: -pair[0])
    best, first = scored[0]
    entry = next(one for one in index.entries if one.statement is first)
    spoken_of = entry.text.union(*entry.ways, *(group for group, topic in index.words.cues if topic == first.topic))
    if not flagged and _covered(index, asked, spoken_of) < COVERED:
        return Answer(False, ())
    rest = [statement for fit, statement in scored if fit >= max(ENOUGH, best * BESIDE)]
    chosen = tuple(dict.fromkeys((*flagged[:2], *rest)))[:MOST_STATEMENTS]
    return Answer(bool(chosen) and chosen[0].emergency, chosen)


def _lies_beyond(index: Index, asked: frozenset[str]) -> bool:
    """Whether a question is about something that no book answers, or about another medicine by itself."""
    if any(_holds(asked, group) for group in index.words.beyond):
        return True
    others = asked & index.words.medicines
    return any(stem not in index.weights for stem in others) and asked.isdisjoint(index.words.beside)


# ---- words ----------------------------------------------------------------------------------------------------


def stems(text: str, language: Language) -> list[str]:
    """The words of a text as stems, without accents and capitals."""
    stemmer = _stemmer(language)
    return [_bare(stemmer.stemWord(token)) for token in _TOKEN.findall(text.lower())]


def _bare(word: str) -> str:
    return "".join(one for one in unicodedata.normalize("NFKD", word) if not unicodedata.combining(one))


@functools.cache
def _stemmer(language: Language) -> snowballstemmer.stemmer:
    return snowballstemmer.stemmer(_STEMMERS[language])


@functools.cache
def _words(language: Language) -> Words:
    data = tomllib.loads(_WORDS.read_text(encoding="utf-8"))[language]

    empty = frozenset(stem for text in data["empty"] for stem in stems(text, language))

    def groups(texts: Iterable[str]) -> tuple[tuple[str, ...], ...]:
        return tuple(tuple(stems(text, language)) for text in texts)

    same: dict[str, tuple[str, ...]] = {}
    for group in groups(data["same"]):
        for stem in group:
            same[stem] = (*same.get(stem, ()), *group)
    return Words(
        empty=empty,
        same=same,
        beyond=groups(data["beyond"]),
        alarm=tuple((group, name) for name, texts in data["alarm"].items() for group in groups(texts)),
        medicines=frozenset(stem for text in data["medicines"] for stem in stems(text, language)),
        cues=tuple((group, topic) for topic, texts in data["cues"].items() for group in groups(texts)),
        beside=frozenset(stem for text in data["beside"] for stem in stems(text, language)),
    )


def _entry(statement: Statement, language: Language, words: Words) -> Entry:
    text = frozenset(stems(statement.text.of(language), language)) - words.empty
    ways = (frozenset(stems(way, language)) - words.empty for way in statement.asks.of(language))
    return Entry(statement, text, tuple(way for way in ways if way))


# ---- fitting ---------------------------------------------------------------------------------------------------


def _heard(index: Index, question: str) -> frozenset[str]:
    """The stems of a question; a word that the book doesn't know is read as the one that it is spelt most like."""
    known = index.weights.keys() | index.words.same.keys() | {one for group, _ in index.words.alarm for one in group}
    known |= {one for group in index.words.beyond for one in group} | {
        one for group, _ in index.words.cues for one in group
    }
    found = set()
    for stem in stems(question, index.language):
        if stem not in known and stem not in index.words.empty and len(stem) >= _SHORTEST_MISSPELT:
            near = process.extractOne(stem, known, scorer=fuzz.ratio, score_cutoff=_SPELT_ALIKE)
            found.add(near[0] if near else stem)
        else:
            found.add(stem)
    return frozenset(found)


def _fit(index: Index, entry: Entry, asked: frozenset[str]) -> float:
    """From 0 to 1: how well a statement answers, by its best way of being asked and by its words."""
    if not asked:
        return 0.0
    best = max((_overlap(index, way, asked) for way in entry.ways), default=0.0)
    every = entry.text.union(*entry.ways)
    return 0.75 * best + 0.25 * _covered(index, asked, every)


def _overlap(index: Index, way: frozenset[str], asked: frozenset[str]) -> float:
    """The share of a way of asking that the question holds, and of the question that the way holds."""
    there, back = _covered(index, way, asked), _covered(index, asked, way)
    return 0.0 if there + back == 0 else (1 + 0.25) * there * back / (0.25 * there + back) if there and back else 0.0


def _covered(index: Index, some: frozenset[str], others: frozenset[str]) -> float:
    """The share of some stems, by weight, that others hold, or words that mean the same."""
    whole = sum(_weight(index, stem) for stem in some)
    held = sum(_weight(index, stem) for stem in some if not others.isdisjoint((stem, *index.words.same.get(stem, ()))))
    return held / whole if whole else 0.0


def _weight(index: Index, stem: str) -> float:
    # A word that the book doesn't know at all tells most: whatever it asks for, no statement says it.
    return index.weights.get(stem, math.log(1 + len(index.entries)))


def _alarmed(index: Index, asked: frozenset[str]) -> list[Statement]:
    by_id = {one.statement.id: one.statement for one in index.entries}
    return [by_id[name] for group, name in index.words.alarm if name in by_id and _holds(asked, group)]


def _holds(asked: frozenset[str], group: tuple[str, ...]) -> bool:
    return all(one in asked for one in group)
