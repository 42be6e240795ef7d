"""Asking a book: which of its statements answer a question, or that none does.

No text is made here: an answer is a list of statements of the book, red flags first. Words of the question are reduced
to stems, and misspelt ones are read as the nearest word that is known. Then, in this order:

1. groups of words that call a red flag: it comes first, whatever else was asked;
2. what no book answers (prices, law, photographs, other medicines by themselves): then there is no answer;
3. each statement is weighed by the ways of asking that it lists, by its own words, and by cues for its topic.

A statement that doesn't weigh ENOUGH is no answer, because a wrong answer is worse than none.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from safecourse.words.model import TOPICS, Book, Language, Statement
from safecourse.words.steering import Group, Heard, Words, heard, stem, stems, tokens, words_of

MOST_CHARACTERS = 500

# How much speaks for an answer, found on the two thirds of the questions in bench/questions.toml that are for tuning.
ENOUGH = 0.4  # below it no statement answers
BESIDE = 0.85  # further statements that fit nearly as well as the first
MOST_STATEMENTS = 3
_WAY, _TEXT = 0.6, 0.2  # the best way of asking, and the statement's own words
_CUE_TOPIC, _CUE_STATEMENT, _CUE_WORD, _CUE_MOST = 0.42, 0.42, 0.1, 0.62
_BOTH = 0.05  # where a way of asking stands in the question and a cue is there too
_MORE = 0.06  # for each further word of the question that cues ask for
_STRANGE = 0.75  # what words take away that the book doesn't know and no cue asks for
_SPELT_ALIKE = 84  # of 100
_SHORTEST_MISSPELT = 5
_SHORTEST_PART = 4  # of a German compound

_UMLAUTS = re.compile("([aou])e")
_POISONING = ("too-many", "swallowed")


@dataclass(frozen=True, slots=True)
class Entry:
    """A statement as it is searched: the stems of its text, and those of each way of asking for it."""

    statement: Statement
    text: frozenset[str]
    ways: tuple[frozenset[str], ...]
    runs: tuple[tuple[str, ...], ...]  # ways of asking of more than one word, in their order, with all their words
    every: frozenset[str]


@dataclass(frozen=True, slots=True)
class Index:
    """A book in one language, ready to be asked."""

    book: Book
    language: Language
    words: Words
    entries: tuple[Entry, ...]
    weights: Mapping[str, float]  # how much a stem tells statements apart
    known: tuple[str, ...]  # every stem as which a misspelt word may be read


@dataclass(frozen=True, slots=True)
class Answer:
    """The statements that answer, best first, a red flag before all; empty if the book doesn't answer."""

    emergency: bool
    statements: tuple[Statement, ...]


def index_of(book: Book, language: Language) -> Index:
    """A book in a language, ready to be asked."""
    words = words_of(language)
    entries = tuple(_entry(one, language, words) for one in book.statements)
    counts = Counter(one for entry in entries for one in entry.every)
    weights = {one: math.log(1 + len(entries) / count) for one, count in counts.items()}
    return Index(book, language, words, entries, weights, tuple(sorted(words.known | words.empty | weights.keys())))


def ask(index: Index, question: str) -> Answer:
    """What a book answers to a question of at most MOST_CHARACTERS characters; ValueError if it is longer or empty."""
    if not tokens(question) or len(question) > MOST_CHARACTERS:
        raise ValueError(f"a question has between 1 and {MOST_CHARACTERS} characters and at least one word")
    asked = hear(index, question)
    flags = _alarmed(index, asked)
    if not flags and lies_beyond(index, asked, question):
        return Answer(False, ())
    weighed = _weighed(index, asked)
    best = weighed[0][0] if weighed else 0.0
    rest = [one for fit, one in weighed if fit >= max(ENOUGH, best * BESIDE)]
    chosen = tuple(dict.fromkeys((*flags, *rest)))[:MOST_STATEMENTS]
    return Answer(bool(chosen) and chosen[0].emergency, chosen)


# ---- hearing ---------------------------------------------------------------------------------------------------


def _entry(statement: Statement, language: Language, words: Words) -> Entry:
    text = frozenset(stems(statement.text.of(language), language)) - words.empty
    runs = tuple(tuple(stems(way, language)) for way in statement.asks.of(language))
    ways = tuple(frozenset(run) - words.empty or frozenset(run) for run in runs)
    return Entry(statement, text, ways, tuple(run for run in runs if len(run) > 1), text.union(*ways))


def hear(index: Index, question: str) -> Heard:
    """The stems of a question; a word that nobody knows is read as the one that it is spelt most like."""
    known = frozenset(index.known)
    found: list[str] = []
    for token in tokens(question):
        one = stem(token, index.language)
        if index.language == "de" and one not in known:
            one = stem(_UMLAUTS.sub(r"\1", token), index.language)  # "uebel" for "übel"
        found += [one] if one in known or len(one) < _SHORTEST_MISSPELT else _read(index, known, one)
    return heard(found)


def _read(index: Index, known: frozenset[str], unknown: str) -> list[str]:
    near = process.extractOne(unknown, index.known, scorer=fuzz.ratio, score_cutoff=_SPELT_ALIKE)
    if near:
        return [near[0]]
    if index.language == "de":
        parts = [
            part
            for cut in range(_SHORTEST_PART, len(unknown) - 2)
            for part in (unknown[:cut], unknown[cut:])
            if len(part) >= _SHORTEST_PART and part in known and part not in index.words.empty
        ]
        if parts:
            return [max(parts, key=len), unknown] if len(parts) == 1 else sorted(set(parts), key=unknown.index)
    return [unknown]


# ---- what calls a red flag, and what no book answers --------------------------------------------------------------


def _alarmed(index: Index, asked: Heard) -> list[Statement]:
    """The red flags that a question calls, gravest first; the emergency number where the book has none of its own."""
    called = dict.fromkeys(target for target, group in index.words.alarm if asked.holds(group))
    if asked.all & index.words.pets and not asked.all & index.words.people:
        called = {target: None for target in called if target.rpartition("/")[2] not in _POISONING}
    flags = [
        one.statement
        for one in index.entries
        if one.statement.emergency and any(targets(index.book, target, one.statement) for target in called)
    ]
    number = [one.statement for one in index.entries if one.statement.id.startswith("emergency-number-")]
    grave = any(target in index.words.grave for target in called)
    if not flags:
        return number[:1] if grave else []
    return [*flags[:1], *number[:1], *flags[1:]] if flags[0].topic == "emergency" else flags[:2]


def targets(book: Book, target: str, statement: Statement) -> bool:
    """Whether a target means a statement: by topic, by id, or by the beginning of its id; ``medicine/`` limits it."""
    medicine, _, name = target.rpartition("/")
    if medicine and medicine != book.medicine:
        return False
    if name in TOPICS and name == statement.topic:
        return True
    return statement.id == name or statement.id.startswith(f"{name}-")


def lies_beyond(index: Index, asked: Heard, question: str) -> bool:
    """Whether a question is about something that no book answers, or about another medicine or illness by itself."""
    words = index.words
    if asked.all & words.pets or any(asked.holds(group) for group in words.beyond):
        return True
    own = words.names[index.book.medicine]
    others = frozenset(one for some in words.names.values() for one in some) - own
    named = {
        stem(token, index.language)
        for token in tokens(question)
        if token.endswith(words.medicine_endings) and len(token) > _SHORTEST_MISSPELT
    } - own
    medicines = (asked.all & (words.medicines | others)) | named
    if medicines and any(asked.holds(group) for group in (*words.amounts, *words.compared)):
        return True
    named_alike = {one: {one, *words.same.get(one, ())} for one in medicines | (asked.all & words.illnesses)}
    foreign = [one for one, alike in named_alike.items() if index.weights.keys().isdisjoint(alike)]
    return bool(foreign) and asked.all.isdisjoint(words.beside)


# ---- fitting ---------------------------------------------------------------------------------------------------


def _weighed(index: Index, asked: Heard) -> list[tuple[float, Statement]]:
    """Each statement with how well it answers, best first; where two fit alike, the one that the book says first."""
    names = index.words.names[index.book.medicine]
    told = asked.all - index.words.empty - (index.words.plain - index.weights.keys())
    content = told - names or told
    cues = [(target, group) for target, group in index.words.cues if asked.holds(group)]
    fits = [(_fit(index, one, asked, content, cues), one.statement) for one in index.entries]
    return sorted(fits, key=lambda pair: -pair[0])


def _fit(index: Index, entry: Entry, asked: Heard, content: frozenset[str], cues: list[tuple[str, Group]]) -> float:
    way = max((_overlap(index, one, content) for one in entry.ways), default=0.0)
    held = [(target, group) for target, group in cues if targets(index.book, target, entry.statement)]
    cued = {one for _, group in held for element in group for run in element for one in run}
    said = [_cue(entry.statement.id, len(run)) for run in entry.runs if asked.has(run)]
    cue = max((*said, *(_cue(target, _size(group)) for target, group in held)), default=0.0)
    cue += _BOTH * bool(said and held) + _MORE * max(0, len(cued & content) - 1)
    strange = [one for one in content if one not in index.weights and one not in cued]
    kept = 1 - _STRANGE * len(strange) / len(content) if content else 1.0
    return kept * (_WAY * way + _TEXT * _covered(index, content, entry.every) + cue)


def _cue(target: str, words: int) -> float:
    base = _CUE_TOPIC if target.rpartition("/")[2] in TOPICS else _CUE_STATEMENT
    return min(base + _CUE_WORD * (words - 1), _CUE_MOST)


def _size(group: Group) -> int:
    return sum(max(len(run) for run in element) for element in group)


def _overlap(index: Index, way: frozenset[str], content: frozenset[str]) -> float:
    """How far a way of asking and a question hold each other."""
    there, back = _covered(index, way, content), _covered(index, content, way)
    return 2 * there * back / (there + back) if there and back else 0.0


def _covered(index: Index, some: frozenset[str], others: frozenset[str]) -> float:
    """The share of some stems, by weight, that others hold, or words that mean the same."""
    whole = sum(_weight(index, one) for one in some)
    held = sum(
        _weight(index, one) for one in some if one in others or not others.isdisjoint(index.words.same.get(one, ()))
    )
    return held / whole if whole else 0.0


def _weight(index: Index, one: str) -> float:
    # A word that the book doesn't know at all tells most: whatever it asks for, no statement says it.
    return index.weights.get(one, math.log(1 + len(index.entries)))
