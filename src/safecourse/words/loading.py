"""Reading books: folders of TOML to frozen values, every problem reported at once.

A medicine's folder holds ``book.toml`` (which books there are, who reviewed
them), ``sources.toml``, and files of statements, read in the order of their
names. The folder ``everywhere`` holds statements that books of every medicine
share. A statement goes into each book that one of its ``programmes`` names or
matches.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from safecourse.words.model import (
    EMERGENCY_TOPICS,
    GRADES,
    LANGUAGES,
    TOPICS,
    Book,
    InEach,
    Source,
    Statement,
)

FORMAT = 1
MOST_WORDS = 60  # of one statement in one language: three short sentences
_FRAME = ("book.toml", "sources.toml")
_STATEMENT_KEYS = {
    *("id", "topic", "programmes", *LANGUAGES, "source", "grade", "assumption"),
    *("emergency", "boxed", "numbers", "asks", "claims"),
}
_NOTHING = InEach("", "", "")


class UnusableBook(Exception):
    """Books that can't be used; ``problems`` holds one sentence each, with its place and what to do."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


@dataclass(frozen=True, slots=True)
class _Frame:
    """A book before its statements."""

    id: str
    country: str
    title: InEach[str]


class _Reader:
    """One table being read; each wrong value is a problem with its place."""

    def __init__(self, place: str, data: dict[str, Any], known: set[str], problems: list[str]) -> None:
        self.place, self.data, self.problems = place, data, problems
        for key in sorted(set(data) - known):
            self.wrong(f"'{key}' is not a key of this table; remove it or correct its spelling")

    def wrong(self, what: str) -> None:
        self.problems.append(f"{self.place}: {what}")

    def text(self, key: str) -> str:
        value = self.data.get(key)
        if not isinstance(value, str) or not value.strip():
            self.wrong(f"'{key}' is missing or empty; write a text")
            return ""
        return value

    def truth(self, key: str) -> bool:
        value = self.data.get(key, False)
        if not isinstance(value, bool):
            self.wrong(f"'{key}' must be true or false")
            return False
        return value

    def texts(self, key: str, *, empty: bool = False) -> tuple[str, ...]:
        value = self.data.get(key, [])
        if not isinstance(value, list) or not all(isinstance(one, str) and one.strip() for one in value):
            self.wrong(f"'{key}' must be a list of texts")
            return ()
        if not value and not empty:
            self.wrong(f"'{key}' is missing or empty; name at least one")
        if len(set(value)) != len(value):
            self.wrong(f"'{key}' names one twice; name each once")
        return tuple(value)

    def languages(self, key: str) -> InEach[str]:
        value = self.data.get(key)
        table = _Reader(f"{self.place}, {key}", value if isinstance(value, dict) else {}, set(LANGUAGES), self.problems)
        return InEach(*(table.text(language) for language in LANGUAGES))


def read_books(folder: Path, shared: Path) -> tuple[Book, ...]:
    """The books of one medicine, from its folder and the folder of shared statements.

    UnusableBook with every problem: a language or a source is missing, a topic
    or a grade is unknown, a statement is unverified without an assumption, two
    have one id, a pattern matches no book.
    """
    problems: list[str] = []
    top = _toml(folder / "book.toml", problems)
    reader = _Reader(f"{folder.name}/book.toml", top, {"format", "medicine", "reviewed_by", "book"}, problems)
    if top.get("format") != FORMAT:
        reader.wrong(f"'format' must be {FORMAT}, the format that this program reads")
    medicine = reader.text("medicine")
    reviewed = _signatures(top.get("reviewed_by"), reader)
    frames = tuple(_frame(one, problems) for one in _tables(top, "book", reader.place, problems))
    sources = {one.id: one for place in (shared, folder) for one in _sources(place, problems)}
    own = _statements(folder, problems)
    common = _statements(shared, problems)
    _refuse(own, common, sources, tuple(frame.id for frame in frames), problems)
    if problems:
        raise UnusableBook(tuple(problems))
    return tuple(_book(frame, medicine, reviewed, (*common, *own), sources) for frame in frames)


def _toml(path: Path, problems: list[str]) -> dict[str, Any]:
    place = f"{path.parent.name}/{path.name}"
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        problems.append(f"{place}: can't be read as text: {error}")
    except tomllib.TOMLDecodeError as error:
        problems.append(f"{place}: is not TOML: {error}")
    return {}


def _tables(data: dict[str, Any], key: str, place: str, problems: list[str]) -> list[dict[str, Any]]:
    entries = data.get(key, [])
    if not isinstance(entries, list) or not all(isinstance(one, dict) for one in entries):
        problems.append(f"{place}: '{key}' must be tables, written [[{key}]]")
        return []
    return entries


def _signatures(value: Any, reader: _Reader) -> InEach[str]:
    # Unlike other texts a signature may be empty: then nobody has reviewed this language.
    if (
        not isinstance(value, dict)
        or set(value) != set(LANGUAGES)
        or not all(isinstance(v, str) for v in value.values())
    ):
        reader.wrong("'reviewed_by' must hold en, es and de: the name of the clinician who signed, or an empty text")
        return _NOTHING
    return InEach(value["en"], value["es"], value["de"])


def _frame(data: dict[str, Any], problems: list[str]) -> _Frame:
    reader = _Reader(f"book {data.get('id', 'without id')}", data, {"id", "country", "title"}, problems)
    return _Frame(reader.text("id"), reader.text("country"), reader.languages("title"))


def _sources(folder: Path, problems: list[str]) -> tuple[Source, ...]:
    place = f"{folder.name}/sources.toml"
    found: list[Source] = []
    for data in _tables(_toml(folder / "sources.toml", problems), "source", place, problems):
        reader = _Reader(
            f"{place}, source {data.get('id', 'without id')}", data, {"id", "title", "url", "seen"}, problems
        )
        found.append(Source(reader.text("id"), reader.text("title"), reader.text("url"), reader.text("seen")))
    for name in _repeated([one.id for one in found]):
        problems.append(f"{place}: two sources are called '{name}'; give each its own id")
    return tuple(found)


def _statements(folder: Path, problems: list[str]) -> tuple[Statement, ...]:
    found: list[Statement] = []
    for path in sorted(folder.glob("*.toml")):
        if path.name not in _FRAME:
            data = _toml(path, problems)
            place = f"{folder.name}/{path.name}"
            _Reader(place, data, {"statement"}, problems)
            found += [_statement(one, place, problems) for one in _tables(data, "statement", place, problems)]
    return tuple(found)


def _statement(data: dict[str, Any], place: str, problems: list[str]) -> Statement:
    reader = _Reader(f"{place}, statement {data.get('id', 'without id')}", data, _STATEMENT_KEYS, problems)
    statement = Statement(
        id=reader.text("id"),
        topic=reader.text("topic"),
        text=InEach(*(_sentences(reader, language) for language in LANGUAGES)),
        sources=reader.texts("source"),
        grade=reader.text("grade"),  # type: ignore[arg-type] # any text that is no grade is a problem just below
        assumption=reader.languages("assumption") if "assumption" in data else _NOTHING,
        programmes=reader.texts("programmes"),
        emergency=reader.truth("emergency"),
        boxed=reader.truth("boxed"),
        numbers=_numbers(reader),
        asks=_asks(reader),
        claims=reader.texts("claims", empty=True),
    )
    if statement.topic not in TOPICS:
        reader.wrong(f"'topic' is '{statement.topic}'; write one of {', '.join(TOPICS)}")
    if statement.grade not in GRADES:
        reader.wrong(f"'grade' is '{statement.grade}'; write one of {', '.join(GRADES)}")
    if (statement.grade == "unverified") != ("assumption" in data):
        reader.wrong("an unverified statement states its 'assumption', and no other does; add or remove it")
    if statement.emergency != (statement.topic in EMERGENCY_TOPICS):
        reader.wrong(f"'emergency = true' belongs to the topics {' and '.join(EMERGENCY_TOPICS)}, and to them only")
    return statement


def _sentences(reader: _Reader, language: str) -> str:
    text = reader.text(language)
    if text and (text != " ".join(text.split()) or text[-1] not in ".?!"):
        reader.wrong(f"'{language}' must be whole sentences with single spaces")
    if len(text.split()) > MOST_WORDS:
        reader.wrong(f"'{language}' has more than {MOST_WORDS} words; say it shorter, or in two statements")
    return text


def _numbers(reader: _Reader) -> tuple[tuple[str, float], ...]:
    value = reader.data.get("numbers", {})
    if not isinstance(value, dict) or not all(type(one) in (int, float) and one > 0 for one in value.values()):
        reader.wrong("'numbers' must hold numbers above 0, such as {times_per_week = 2}")
        return ()
    return tuple(value.items())


def _asks(reader: _Reader) -> InEach[tuple[str, ...]]:
    value = reader.data.get("asks")
    table = _Reader(f"{reader.place}, asks", value if isinstance(value, dict) else {}, set(LANGUAGES), reader.problems)
    return InEach(*(table.texts(language) for language in LANGUAGES))


def _refuse(
    own: tuple[Statement, ...],
    common: tuple[Statement, ...],
    sources: dict[str, Source],
    books: tuple[str, ...],
    problems: list[str],
) -> None:
    for name in _repeated([one.id for one in (*own, *common)]):
        problems.append(f"statement {name}: two statements have this id; give each its own")
    for name in _repeated(list(books)):
        problems.append(f"book {name}: two books have this id; give each its own")
    for statement in (*own, *common):
        for source in statement.sources:
            if source not in sources:
                problems.append(f"statement {statement.id}: source '{source}' is unknown; add it to sources.toml")
    for statement in own:
        for pattern in statement.programmes:
            if not any(fnmatchcase(name, pattern) for name in books):
                problems.append(f"statement {statement.id}: '{pattern}' matches none of {', '.join(books)}; correct it")


def _repeated(names: list[str]) -> list[str]:
    return sorted({name for name in names if names.count(name) > 1})


def _book(
    frame: _Frame, medicine: str, reviewed: InEach[str], statements: tuple[Statement, ...], sources: dict[str, Source]
) -> Book:
    chosen = [one for one in statements if any(fnmatchcase(frame.id, pattern) for pattern in one.programmes)]
    chosen.sort(key=lambda one: TOPICS.index(one.topic))
    named = dict.fromkeys(source for one in chosen for source in one.sources)
    return Book(
        id=frame.id,
        medicine=medicine,
        country=frame.country,
        title=frame.title,
        statements=tuple(chosen),
        sources=tuple(sources[name] for name in named),
        reviewed_by=reviewed,
    )
