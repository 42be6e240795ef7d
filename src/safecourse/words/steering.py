"""Words that steer a search in the books: which say nothing, which mean the same, which call a red flag.

They are data, one file a language in ``ways/``. A *group* is words that must all be in a question, in any order.
A word in capitals stands for any word of that set; words joined by ``_`` must follow each other.
"""

from __future__ import annotations

import functools
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import snowballstemmer

from safecourse.words.model import Language

WAYS = Path(__file__).resolve().parent / "ways"
KEYS = {
    *(
        "whole",
        "empty",
        "plain",
        "same",
        "sets",
        "names",
        "medicines",
        "medicine_endings",
        "illnesses",
        "beside",
        "amounts",
        "compared",
    ),
    *("pets", "people", "beyond", "grave", "alarm", "cues"),
}
_STEMMERS = {"en": "english", "es": "spanish", "de": "german"}
_TOKEN = re.compile(r"\d+|[^\W\d_]+")  # "60mg" is an amount and a unit
_TILDE = "\x00"
_APOSTROPHES = re.compile(r"(?<=\w)['\u2019\u00b4`](?=\w)")

Stems = tuple[str, ...]
Element = frozenset[Stems]  # any of these runs of stems; most runs are a single stem
Group = tuple[Element, ...]  # all of these elements


@dataclass(frozen=True, slots=True)
class Words:
    """The steering words of one language, as stems."""

    empty: frozenset[str]  # say nothing of what is asked
    plain: frozenset[str]  # say nothing either, unless the book asked uses them
    same: Mapping[str, frozenset[str]]  # stem → stems that mean the same here
    names: Mapping[str, frozenset[str]]  # medicine → what people call it
    medicines: frozenset[str]  # names of other medicines
    medicine_endings: tuple[str, ...]  # endings of a word as typed that only names of medicines have
    illnesses: frozenset[str]  # illnesses; foreign to a book that doesn't name them
    beside: frozenset[str]  # words by which somebody asks of something beside the medicine
    amounts: tuple[Group, ...]  # ask how much or how often
    compared: tuple[Group, ...]  # compare by numbers
    pets: frozenset[str]
    people: frozenset[str]  # people beside whom a pet doesn't matter
    beyond: tuple[Group, ...]  # what no book answers
    grave: frozenset[str]  # alarms that call the emergency number where a book has no statement of its own
    alarm: tuple[tuple[str, Group], ...]  # target and group
    cues: tuple[tuple[str, Group], ...]  # target and group
    known: frozenset[str]  # every stem that steers


@dataclass(frozen=True, slots=True)
class Heard:
    """A question as stems, in the order of its words."""

    run: Stems
    all: frozenset[str]

    def holds(self, group: Group) -> bool:
        """Whether every element of a group is in the question."""
        return all(any(self.has(run) for run in element) for element in group)

    def has(self, run: Stems) -> bool:
        """Whether a run of stems is in the question."""
        if len(run) == 1:
            return run[0] in self.all
        return any(self.run[start : start + len(run)] == run for start in range(len(self.run) - len(run) + 1))


def heard(run: Iterable[str]) -> Heard:
    """A question from its stems."""
    kept = tuple(run)
    return Heard(kept, frozenset(kept))


def tokens(text: str) -> list[str]:
    """The words of a text in small letters; an apostrophe is left out, so that "can't" is "cant"."""
    return _TOKEN.findall(_APOSTROPHES.sub("", unicodedata.normalize("NFC", text).lower()))


@functools.lru_cache(maxsize=50_000)
def stem(token: str, language: Language) -> str:
    """A word without its ending and accents; words whose stem means something else keep their ending."""
    return bare(token if token in _whole(language) else _stemmer(language).stemWord(token))


def stems(text: str, language: Language) -> list[str]:
    """The words of a text as stems."""
    return [stem(token, language) for token in tokens(text)]


def bare(word: str) -> str:
    """A word without accents; the tilde stays, for without it a year is another word."""
    kept = word.replace("ñ", _TILDE)
    return "".join(one for one in unicodedata.normalize("NFKD", kept) if not unicodedata.combining(one)).replace(
        _TILDE, "ñ"
    )


@functools.cache
def _stemmer(language: Language) -> snowballstemmer.stemmer:
    return snowballstemmer.stemmer(_STEMMERS[language])


# ---- reading ---------------------------------------------------------------------------------------------------


@functools.cache
def words_of(language: Language) -> Words:
    """The steering words of a language."""
    return read_words(_table(language), language)


@functools.cache
def _table(language: Language) -> dict[str, Any]:
    return tomllib.loads((WAYS / f"{language}.toml").read_text(encoding="utf-8"))


@functools.cache
def _whole(language: Language) -> frozenset[str]:
    return frozenset(one for text in _table(language)["whole"] for one in tokens(text))


def read_words(data: Mapping[str, Any], language: Language) -> Words:
    """Steering words from their table; ValueError names a key or a set that isn't there."""
    if set(data) != KEYS:
        raise ValueError(f"{language}: keys missing or unknown: {', '.join(sorted(set(data) ^ KEYS))}")

    def flat(texts: Iterable[str]) -> frozenset[str]:
        return frozenset(one for text in texts for one in stems(text, language))

    sets = {name: frozenset((one,) for one in flat([text])) for name, text in data["sets"].items()}

    def group(text: str) -> Group:
        return tuple(_element(part, sets, language) for part in text.split())

    def groups(texts: Iterable[str]) -> tuple[Group, ...]:
        return tuple(group(text) for text in texts)

    def targeted(table: Mapping[str, list[str]]) -> tuple[tuple[str, Group], ...]:
        found = ((targets.split(), group(text)) for targets, texts in table.items() for text in texts)
        return tuple((target, one) for targets, one in found for target in targets)

    alarm, cues = targeted(data["alarm"]), targeted(data["cues"])
    beyond, amounts, compared = (groups(data[key]) for key in ("beyond", "amounts", "compared"))
    every = (*beyond, *amounts, *compared, *(one for _, one in alarm), *(one for _, one in cues))
    medicines, illnesses, pets = (flat(data[key]) for key in ("medicines", "illnesses", "pets"))
    names = {medicine: flat([text]) for medicine, text in data["names"].items()}
    same = _same(data["same"], language)
    return Words(
        empty=flat(data["empty"]),
        plain=flat(data["plain"]),
        same=same,
        names=names,
        medicines=medicines,
        medicine_endings=tuple(data["medicine_endings"]),
        illnesses=illnesses,
        beside=flat(data["beside"]),
        amounts=amounts,
        compared=compared,
        pets=pets,
        people=flat(data["people"]),
        beyond=beyond,
        grave=frozenset(data["grave"]),
        alarm=alarm,
        cues=cues,
        known=frozenset(one for each in every for element in each for run in element for one in run)
        | medicines
        | illnesses
        | pets
        | frozenset(one for some in names.values() for one in some)
        | flat(data["plain"])
        | frozenset(same),
    )


def _element(part: str, sets: Mapping[str, Element], language: Language) -> Element:
    if part.isupper():
        if part not in sets:
            raise ValueError(f"{language}: there is no set {part}")
        return sets[part]
    return frozenset({tuple(stems(part.replace("_", " "), language))})


def _same(texts: Iterable[str], language: Language) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for text in texts:
        group = frozenset(stems(text, language))
        for one in group:
            found[one] = found.get(one, frozenset()) | group
    return found
