"""Book, statement, source: frozen values, as the TOML files say them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

Language = Literal["en", "es", "de"]
LANGUAGES: tuple[Language, ...] = ("en", "es", "de")

Grade = Literal["official", "professional", "secondary", "unverified"]
GRADES: tuple[Grade, ...] = ("official", "professional", "secondary", "unverified")

# What statements are about, in the order in which a leaflet shows them. The first two hold the emergencies.
EMERGENCY_TOPICS = ("emergency", "call-today")
TOPICS = (
    *EMERGENCY_TOPICS,
    "boxed-warning",
    "what-it-is",
    "how-it-works",
    "what-it-is-for",
    "what-it-is-not-for",
    "before-you-start",
    "programme",
    "how-to-use",
    "how-long",
    "missed-dose",
    "what-to-expect",
    "effects",
    "mood",
    "tests",
    "pregnancy",
    "breast-feeding",
    "sex",
    "what-to-avoid",
    "other-medicines",
    "hygiene",
    "skin-care",
    "sun",
    "food",
    "alcohol",
    "driving",
    "contact-lenses",
    "procedures",
    "vaccination",
    "blood-donation",
    "storage",
    "sharing",
    "buying-online",
    "stopping-early",
    "after-the-course",
    "who-to-ask",
)

Said = TypeVar("Said")


@dataclass(frozen=True, slots=True)
class InEach(Generic[Said]):
    """The same thing in each language."""

    en: Said
    es: Said
    de: Said

    def of(self, language: Language) -> Said:
        """The one in this language."""
        return {"en": self.en, "es": self.es, "de": self.de}[language]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a statement was read, and what was read when."""

    id: str
    title: str
    url: str
    seen: str


@dataclass(frozen=True, slots=True)
class Statement:
    """One to three short sentences that a patient can act on, with where they were read.

    ``emergency`` marks a red flag; its topic is then one of
    ``EMERGENCY_TOPICS``. ``boxed`` marks what the regulator prints in a box.
    ``numbers`` holds the regimen's numbers that the text names, so that a test
    can compare them with the rule books. ``asks`` holds words in which people
    ask for it. ``claims`` names the rows of the claims ledger that it answers.
    """

    id: str
    topic: str
    text: InEach[str]
    sources: tuple[str, ...]
    grade: Grade
    assumption: InEach[str]  # empty texts unless the grade is unverified
    programmes: tuple[str, ...]  # ids of books, or patterns such as us-* and *-keratosis
    emergency: bool
    boxed: bool
    numbers: tuple[tuple[str, float], ...]
    asks: InEach[tuple[str, ...]]
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Book:
    """What patients of one programme should know: its statements in the order of the topics, emergencies first.

    ``reviewed_by`` names the clinician who signed the text of a language; an
    empty text says that nobody has yet.
    """

    id: str
    medicine: str
    country: str
    title: InEach[str]
    statements: tuple[Statement, ...]
    sources: tuple[Source, ...]  # those that its statements name, in the order of first use
    reviewed_by: InEach[str]

    def about(self, topic: str) -> tuple[Statement, ...]:
        """The statements of one topic."""
        return tuple(one for one in self.statements if one.topic == topic)

    @property
    def emergencies(self) -> tuple[Statement, ...]:
        """The red flags."""
        return tuple(one for one in self.statements if one.emergency)

    @property
    def boxed(self) -> tuple[Statement, ...]:
        """What the regulator prints in a box; none where there is no such box."""
        return tuple(one for one in self.statements if one.boxed)
