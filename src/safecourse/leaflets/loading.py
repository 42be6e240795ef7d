"""The pattern files, read strictly: a pattern that names an unknown word list, source or key stops everything."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

from safecourse.leaflets import measures, subject
from safecourse.leaflets.model import (
    ANY,
    KINDS,
    SEVERAL,
    Claim,
    DiseaseName,
    Expression,
    Grade,
    Group,
    Kind,
    Limits,
    Medicine,
    Omission,
    Patterns,
    Polarity,
    Source,
)
from safecourse.leaflets.phrases import BadPhrase, Search
from safecourse.rulebook.tables import Table

SHIPPED = Path(__file__).parent / "patterns"
_GRADES = ("official", "professional", "secondary", "unverified")
_POLARITIES = ("asserted", "denied", "either")
_NO_SOURCE = Source("", "", "", "")

One = TypeVar("One")


class UnusablePatterns(Exception):
    """Pattern files that can't be used; ``problems`` says what is wrong, where, and what to do."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


@functools.cache
def shipped() -> Patterns:
    """The patterns that come with safecourse."""
    return read_patterns(SHIPPED)


def read_patterns(folder: Path) -> Patterns:
    """All pattern files of a folder as one; UnusablePatterns with every problem found."""
    reader = _Reader()
    tops: dict[str, dict[str, Any]] = {}
    for path in sorted(folder.glob("*.toml")):
        try:
            tops[path.name] = tomllib.loads(path.read_text(encoding="utf-8"))
        except tomllib.TOMLDecodeError as error:
            reader.problems.append(f"{path.name}: {error}; correct the TOML")
    for name, top in tops.items():
        reader.take_names(name, top)
    medicines = reader.each(tops, "medicine", reader.medicine)
    reader.medicines = medicines
    claims = reader.each(tops, "claim", reader.claim)
    omissions = reader.each(tops, "omission", reader.omission)
    names = reader.each(tops, "name", reader.name)
    reader.none_unused()
    reader.no_two_alike([*(one.id for one in claims), *(one.id for one in omissions)])
    if reader.problems:
        raise UnusablePatterns(tuple(reader.problems))
    return Patterns(reader.concepts, medicines, claims, omissions, names)


class _Reader:
    """What has been read so far: word lists and sources by name, and what is wrong."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self.concepts: dict[str, tuple[str, ...]] = {}
        self.lists: set[str] = set()
        self.used: set[str] = set()
        self.used_sources: set[str] = set()
        self.sources: dict[str, Source] = {}
        self.medicines: tuple[Medicine, ...] = ()

    def take_names(self, file: str, top: dict[str, Any]) -> None:
        """Word lists and sources, which every file may use."""
        for key in sorted(set(top) - {"concept", "source", "medicine", "claim", "omission", "name"}):
            self.problems.append(f"{file}: '{key}' is not a part of a pattern file; remove it")
        for name, phrases in top.get("concept", {}).items():
            if name in self.concepts:
                self.problems.append(f"{file}: there are two word lists '{name}'; join them")
            self._try_phrases(f"{file}: concept {name}", phrases)
            self.concepts[name] = tuple(phrases)
            self.lists.add(name)
        for data in top.get("source", []):
            table = Table(f"{file}: source {data.get('id', '?')}", data, self.problems)
            source = Source(*(str(table.take(key, str)) for key in ("id", "title", "url", "seen")))
            table.finish()
            if source.id in self.sources:
                self.problems.append(f"{file}: there are two sources '{source.id}'; keep one")
            self.sources[source.id] = source

    def each(self, tops: dict[str, dict[str, Any]], key: str, read: Callable[[Table], One]) -> tuple[One, ...]:
        """Every table of a kind, in all files."""
        found = []
        for file, top in tops.items():
            for data in top.get(key, []):
                table = Table(
                    f"{file}: {key} {data.get('id', data.get('name', data.get('words', '?')))}", data, self.problems
                )
                found.append(read(table))
                table.finish()
        return tuple(found)

    def none_unused(self) -> None:
        """Note each word list and source that nothing uses: it is misspelt somewhere, or was forgotten."""
        for one in sorted(self.lists - self.used - {subject.OTHERS}):
            self.problems.append(f"nothing uses the word list '{one}'; remove it or use it")
        for one in sorted(set(self.sources) - self.used_sources):
            self.problems.append(f"nothing uses the source '{one}'; remove it or use it")

    def no_two_alike(self, ids: list[str]) -> None:
        """Note each id that stands twice."""
        for one in sorted({one for one in ids if ids.count(one) > 1}):
            self.problems.append(f"there are two patterns '{one}'; rename one")

    def medicine(self, table: Table) -> Medicine:
        """How a medicine is recognised."""
        topics = {name: self._name(table.place, text) for name, text in table.take("topics", dict, {}).items()}
        names, signs = table.texts("names"), table.texts("signs")
        for group in (names, signs):
            self._try_phrases(table.place, group)
        return Medicine(table.take("name", str), names, signs, topics)

    def claim(self, table: Table) -> Claim:
        """One statement that leaflets should not make."""
        grade, assumption, source = self._evidence(table)
        claim = Claim(
            id=table.take("id", str),
            medicine=self._medicine(table),
            kind=cast(Kind, table.word("kind", KINDS)),
            topic=table.take("topic", str, ""),
            groups=self._groups(table, "all"),
            context=self._groups(table, "context"),
            limits=table.whole("limits", lambda data: self._limits(table.place, data), None),
            near=table.take("near", int, 0),
            polarity=cast(Polarity, table.word("polarity", _POLARITIES, "asserted")),
            unless=self._expression(table, "unless"),
            unless_beside=self._expression(table, "unless_beside"),
            unless_near=self._expression(table, "unless_near"),
            unless_text=self._expression(table, "unless_text"),
            says=table.take("says", str),
            source=source,
            grade=grade,
            assumption=assumption,
            ledger=table.texts("ledger", []),
            programmes=table.texts("programmes", []),
        )
        topics = {topic for one in self.medicines for topic in one.topics}
        if claim.topic not in {"", SEVERAL} | topics:
            self.problems.append(f"{table.place}: there is no topic '{claim.topic}'; name one of {', '.join(topics)}")
        if not claim.groups:
            self.problems.append(f"{table.place}: 'all' is empty, which every sentence fulfils; name what to look for")
        return claim

    def omission(self, table: Table) -> Omission:
        """One thing that leaflets must say."""
        grade, assumption, source = self._evidence(table)
        omission = Omission(
            id=table.take("id", str),
            medicine=self._medicine(table),
            when=self._expression(table, "when"),
            covered=self._expression(table, "covered"),
            near=self._expression(table, "near"),
            says=table.take("says", str),
            source=source,
            grade=grade,
            assumption=assumption,
            ledger=table.texts("ledger", []),
        )
        if not omission.covered:
            self.problems.append(f"{table.place}: 'covered' is empty, which no text fulfils; name what to look for")
        return omission

    def name(self, table: Table) -> DiseaseName:
        """One name of a disease that may be garbled."""
        grade, _, source = self._evidence(table)
        return DiseaseName(table.take("words", str), table.texts("also", []), table.take("says", str), source, grade)

    def _medicine(self, table: Table) -> str:
        return str(table.word("medicine", (*(one.name for one in self.medicines), ANY)))

    def _evidence(self, table: Table) -> tuple[Grade, str, Source]:
        grade = cast(Grade, table.word("grade", _GRADES))
        assumption = str(table.take("assumption", str, ""))
        if (grade == "unverified") != bool(assumption):
            self.problems.append(
                f"{table.place}: an unverified rule, and no other, states its 'assumption'; correct that"
            )
        name = str(table.take("source", str))
        self.used_sources.add(name)
        if name and name not in self.sources:
            self.problems.append(f"{table.place}: there is no source '{name}'; add it or correct its name")
        return grade, assumption, self.sources.get(name, _NO_SOURCE)

    def _groups(self, table: Table, key: str) -> tuple[Group, ...]:
        return tuple(tuple(self._names(table.place, text)) for text in table.texts(key, []))

    def _expression(self, table: Table, key: str) -> Expression:
        return tuple(
            tuple(self._name(table.place, one.strip()) for one in text.split("&")) for text in table.texts(key, [])
        )

    def _names(self, place: str, text: str) -> list[str]:
        return [self._name(place, one.strip()) for one in text.split("|")]

    def _name(self, place: str, text: str) -> str:
        """The name of a word list (``@list``); a phrase that stands where it is used names itself."""
        if text.startswith("@"):
            if text[1:] not in self.concepts:
                self.problems.append(f"{place}: there is no word list '{text}'; add it or correct its name")
            self.used.add(text[1:])
            return text[1:]
        self._try_phrases(place, [text])
        self.concepts.setdefault(text, (text,))
        return text

    def _try_phrases(self, place: str, phrases: list[str] | tuple[str, ...]) -> None:
        try:
            Search({"": phrases})
        except BadPhrase as wrong:
            self.problems.append(f"{place}: {wrong}")

    def _limits(self, place: str, data: Any) -> Limits:
        table = Table(f"{place}: limits", data if isinstance(data, dict) else {}, self.problems)
        allowed = tuple(float(one) for one in table.take("allowed", list, []))
        bounds = [float(table.take(key, (int, float), default)) for key, default in (("least", 0), ("most", 10**6))]
        limits = Limits(str(table.word("kind", measures.KINDS)), allowed, bounds[0], bounds[1])
        table.finish()
        return limits
