"""A leaflet: what a book says to a patient in one language, in the order in which it is read.

Emergencies come first, then what the regulator prints in a box, then the other
topics; each statement carries the numbers of its sources and a letter for how
sure they are. ``html`` and ``paper`` draw it.
"""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safecourse import __version__
from safecourse.words.model import EMERGENCY_TOPICS, GRADES, LANGUAGES, TOPICS, Book, Language, Source, Statement

BOXED = "boxed-warning"
LETTERS = dict(zip(GRADES, "ABCD", strict=True))  # from the surest to what nobody confirmed
_PHRASES = Path(__file__).resolve().parent / "phrases.toml"


@dataclass(frozen=True, slots=True)
class Line:
    """One statement as printed, its mark (``2, 5 · B``), and what it takes for granted (empty: nothing)."""

    id: str
    text: str
    mark: str
    numbers: tuple[int, ...]
    assumes: str


@dataclass(frozen=True, slots=True)
class Section:
    """One topic with its statements."""

    topic: str
    heading: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """One numbered source."""

    number: int
    source: Source


@dataclass(frozen=True, slots=True)
class Leaflet:
    """All that is printed, in order; ``boxed`` is empty where no regulator prints a box."""

    book: str
    language: Language
    country: str
    title: str
    phrases: dict[str, str]
    review: str
    emergencies: tuple[Section, ...]
    boxed: tuple[Section, ...]
    sections: tuple[Section, ...]
    grades: tuple[tuple[str, str], ...]  # letter and what it means
    references: tuple[Reference, ...]
    made_by: str


@functools.cache
def _phrases() -> dict[str, dict[str, dict[str, str]]]:
    phrases: dict[str, dict[str, dict[str, str]]] = tomllib.loads(_PHRASES.read_text(encoding="utf-8"))
    return phrases


def heading_of(topic: str, language: Language) -> str:
    """A topic as a heading."""
    return _phrases()["topic"][topic][language]


def phrase(name: str, language: Language) -> str:
    """A sentence of the frame."""
    return _phrases()["frame"][name][language]


def grade_in_words(grade: str, language: Language) -> str:
    """What a grade means to a patient."""
    return _phrases()["grade"][grade][language]


def leaflet(book: Book, language: Language) -> Leaflet:
    """The leaflet of a book in a language; ValueError if the language is none of LANGUAGES."""
    if language not in LANGUAGES:
        raise ValueError(f"a leaflet is written in {', '.join(LANGUAGES)}, not in {language}")
    references = {source.id: number for number, source in enumerate(book.sources, start=1)}
    sections = tuple(
        Section(topic, heading_of(topic, language), tuple(_line(one, language, references) for one in statements))
        for topic in TOPICS
        if (statements := book.about(topic))
    )
    signed = book.reviewed_by.of(language)
    return Leaflet(
        book=book.id,
        language=language,
        country=book.country,
        title=book.title.of(language),
        phrases={name: phrase(name, language) for name in _phrases()["frame"]},
        review=phrase("reviewed", language).format(name=signed) if signed else phrase("not-reviewed", language),
        emergencies=tuple(one for one in sections if one.topic in EMERGENCY_TOPICS),
        boxed=tuple(one for one in sections if one.topic == BOXED),
        sections=tuple(one for one in sections if one.topic not in (*EMERGENCY_TOPICS, BOXED)),
        grades=tuple((LETTERS[grade], grade_in_words(grade, language)) for grade in GRADES),
        references=tuple(Reference(references[source.id], source) for source in book.sources),
        made_by=phrase("made-by", language).format(version=__version__, book=book.id),
    )


def _line(statement: Statement, language: Language, references: dict[str, int]) -> Line:
    numbers = tuple(sorted(references[source] for source in statement.sources))
    mark = f"{', '.join(str(number) for number in numbers)} · {LETTERS[statement.grade]}"
    return Line(statement.id, statement.text.of(language), mark, numbers, statement.assumption.of(language))


def as_data(made: Leaflet) -> dict[str, Any]:
    """The leaflet as plain data, for a program in another language to draw."""

    def section(one: Section) -> dict[str, Any]:
        lines = [{"text": line.text, "mark": line.mark, "assumes": line.assumes} for line in one.lines]
        return {"heading": one.heading, "lines": lines}

    return {
        "language": made.language,
        "country": made.country,
        "title": made.title,
        "phrases": made.phrases,
        "review": made.review,
        "emergencies": [section(one) for one in made.emergencies],
        "boxed": [section(one) for one in made.boxed],
        "sections": [section(one) for one in made.sections],
        "grades": [{"letter": letter, "meaning": meaning} for letter, meaning in made.grades],
        "references": [
            {"number": one.number, "title": one.source.title, "url": one.source.url, "seen": one.source.seen}
            for one in made.references
        ],
        "made_by": made.made_by,
    }
