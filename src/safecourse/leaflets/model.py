"""What the pattern files say, and what is found in a leaflet, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["contradicts", "omits", "sells", "garbled"]
KINDS: tuple[Kind, ...] = ("contradicts", "omits", "sells", "garbled")
Polarity = Literal["asserted", "denied", "either"]
Grade = Literal["official", "professional", "secondary", "unverified"]

# Names of which one is enough (a group), and alternatives that each need all their names (an expression).
Group = tuple[str, ...]
Expression = tuple[tuple[str, ...], ...]

ANY = "any"  # a claim about every medicine
SEVERAL = "several"  # the topic of a claim about sentences that speak of no single use of a medicine
UNKNOWN = "unknown"  # a text about none of the medicines


@dataclass(frozen=True, slots=True)
class Source:
    """Where a rule was read, and what was read when."""

    id: str
    title: str
    url: str
    seen: str

    def __str__(self) -> str:
        return f"{self.title}, {self.url}"


@dataclass(frozen=True, slots=True)
class Limits:
    """Numbers of a kind that a statement may name: those in ``allowed``, or those from ``least`` to ``most``."""

    kind: str
    allowed: tuple[float, ...]
    least: float
    most: float

    def admits(self, value: float) -> bool:
        """Whether a number is one that the rule books name."""
        return value in self.allowed if self.allowed else self.least <= value <= self.most


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement that leaflets should not make, and what the rule books say instead.

    It is found in a sentence in which each of ``groups`` is (within ``near`` words, 0: anywhere in it), each of
    ``context`` is in it or right before it, and a number lies outside ``limits``; unless something in the sentence,
    right beside it, around it or in the whole text puts it right. ``polarity`` says whether the sentence must say so,
    deny it, or either.
    """

    id: str
    medicine: str
    kind: Kind
    topic: str
    groups: tuple[Group, ...]
    context: tuple[Group, ...]
    limits: Limits | None
    near: int
    polarity: Polarity
    unless: Expression
    unless_beside: Expression
    unless_near: Expression
    unless_text: Expression
    says: str
    source: Source
    grade: Grade
    assumption: str
    ledger: tuple[str, ...]
    programmes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Omission:
    """What a leaflet must say: ``covered`` is looked for in any three sentences in a row.

    Asked only of texts in which ``when`` is found (if it names anything); ``near`` says where the topic is nearest.
    """

    id: str
    medicine: str
    when: Expression
    covered: Expression
    near: Expression
    says: str
    source: Source
    grade: Grade
    assumption: str
    ledger: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Medicine:
    """How a medicine is recognised: its names, and words that stand near it where its name was replaced."""

    name: str
    names: tuple[str, ...]
    signs: tuple[str, ...]
    topics: Mapping[str, str]  # topic to the concept that names it


@dataclass(frozen=True, slots=True)
class DiseaseName:
    """A name of a disease, and words that may stand in it without being wrong (``keratot*``: all that begin so)."""

    words: str
    also: tuple[str, ...]
    says: str
    source: Source
    grade: Grade


@dataclass(frozen=True, slots=True)
class Patterns:
    """All that the pattern files hold."""

    concepts: Mapping[str, tuple[str, ...]]
    medicines: tuple[Medicine, ...]
    claims: tuple[Claim, ...]
    omissions: tuple[Omission, ...]
    names: tuple[DiseaseName, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something in a leaflet that should not stand so, or is missing."""

    line: int
    text: str
    kind: Kind
    says: str
    source: str
    grade: Grade
    claim: str

    def to_dict(self) -> dict[str, object]:
        """The finding as the JSON of the command line."""
        return {"line": self.line, "text": self.text, "kind": self.kind, "says": self.says, "source": self.source}


@dataclass(frozen=True, slots=True)
class Check:
    """What a leaflet is about, and what was found in it."""

    medicine: str
    findings: tuple[Finding, ...]

    def to_dict(self) -> dict[str, object]:
        """The check as the JSON of the command line."""
        return {"medicine": self.medicine, "findings": [one.to_dict() for one in self.findings]}
