"""From what somebody writes on a note to the entries of the table of products.

``Isotroin 20 mg``, ``ABSORICA® LD``, ``róaccutane``: case, accents, marks and the
words for the dosage form don't matter; everything else does. A name that the
table doesn't have is refused with a message, and no nearest name is taken in its
place: sound-alike names are how wrong medicines are handed over.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from safecourse.course.problems import quoted

if TYPE_CHECKING:
    from safecourse.rulebook.products import Brand, ProductTable

_LONGEST = 80
_STRENGTH = re.compile(r"(?<![\w.,])(\d{1,4}(?:[.,]\d{1,3})?)\s*(mg/g|mg|milligrams?|%|per ?cent|percent)?(?![\w.,])")
_MARKS = re.compile(r"[®™©]|\((?:r|tm)\)")
_FORMS = frozenset(
    ("cap", "caps", "capsule", "capsules", "softgel", "softgels", "cream", "creme", "tab", "tablet", "tablets")
)
_MG_PER_GRAM_OF_ONE_PERCENT = 10


class UnknownName(LookupError):
    """The table has no such name, or no such strength of it; the message says what it has."""


@dataclass(frozen=True, slots=True)
class Named:
    """What a text names: the entries that it may stand for, and the strength that it states (empty if it states none).

    Several entries are one name in several countries, or with several
    strengths; ``brands`` is never empty.
    """

    text: str
    brands: tuple[Brand, ...]
    strength: tuple[Fraction, ...]

    def sold_in(self, countries: tuple[str, ...]) -> tuple[Brand, ...]:
        """The entries that hold in one of some countries."""
        return tuple(one for one in self.brands if set(one.countries) & set(countries))


def plain_name(text: str) -> str:
    """A name without what doesn't tell names apart: case, accents, marks, hyphens, double spaces."""
    text = _MARKS.sub(" ", text.casefold())
    parts = unicodedata.normalize("NFKD", text)
    # Latin accents only: the marks of other scripts change the letter.
    bare = "".join(
        one
        for index, one in enumerate(parts)
        if not (unicodedata.combining(one) and index and parts[index - 1].isascii())
    )
    return " ".join(re.sub(r"[-_/\s]+", " ", unicodedata.normalize("NFC", bare)).split())


def look_up(text: str, table: ProductTable) -> Named:
    """What a text names: a word of course files, a brand or a substance, with or without a strength.

    UnknownName if the table doesn't have it: no name is guessed, and a strength
    that no such product has is refused too.
    """
    shown = quoted(text)
    if not text.strip() or len(text) > _LONGEST:
        raise UnknownName(f"{shown} is no name of a product; write the name on the pack, such as Claravis")
    if text in {one.word for one in table.products}:
        of_word = tuple(one for one in table.brands if one.product.word == text)
        generic = tuple(one for one in of_word if one.generic)
        return Named(text, generic or of_word, ())
    named = _with_name(plain_name(text), table)
    if named:
        return Named(text, named, ())
    name, strengths = _cut(text)
    named = _with_name(name, table)
    if not named:
        known = sorted({one.name for one in table.brands}, key=str.casefold)
        raise UnknownName(
            f"{shown} is not in the table of products, and nothing is guessed; check the pack. "
            f"Known: {', '.join(known)}"
        )
    if len(strengths) > 1:
        raise UnknownName(f"{shown} states more than one strength; write one")
    if not strengths:
        return Named(text, named, ())
    return _with_strength(shown, text, named, strengths[0])


def _with_name(name: str, table: ProductTable) -> tuple[Brand, ...]:
    return tuple(one for one in table.brands if name in {plain_name(each) for each in (one.name, *one.also)})


def _cut(text: str) -> tuple[str, list[tuple[Fraction, str]]]:
    """The name and the strengths, with their units ("" where none is written), that a text is made of."""
    # Marks first: otherwise the sign of a trade mark becomes the letters TM, a part of the name.
    text = unicodedata.normalize("NFKC", _MARKS.sub(" ", text.casefold()))
    strengths = [
        (Fraction(Decimal(found[1].replace(",", "."))), _unit(found[2] or "")) for found in _STRENGTH.finditer(text)
    ]
    words = plain_name(_STRENGTH.sub(" ", text)).split()
    return " ".join(word for word in words if word not in _FORMS), strengths


def _unit(written: str) -> str:
    if written.startswith("mill"):
        return "mg"
    return "%" if written.startswith("per") else written


def _with_strength(shown: str, text: str, named: tuple[Brand, ...], stated: tuple[Fraction, str]) -> Named:
    number, unit = stated
    if unit == "mg/g":  # a cream of 1 % holds 10 mg a gram
        number, unit = number / _MG_PER_GRAM_OF_ONE_PERCENT, "%"
    fitting = tuple(one for one in named if unit in ("", one.product.unit) and number in one.strengths)
    if fitting:
        return Named(text, fitting, (number,))
    has = "; ".join(f"{one.name} ({', '.join(one.countries)}): {_strengths_of(one)}" for one in named)
    raise UnknownName(f"{shown} states a strength that the table does not have; check the pack. Known: {has}")


def _strengths_of(brand: Brand) -> str:
    return f"{', '.join(f'{float(one):g}' for one in brand.strengths)} {brand.product.unit}"
