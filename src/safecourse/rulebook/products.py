"""Names on packs and what they stand for: product, strengths, country, programme, and what is never exchanged for what.

The table is data, ``programmes/products.toml``; each entry has a source and a
grade. Numbers are exact fractions, so that no capsule is lost to rounding. What
the table doesn't know is an exception with a message, never a guess.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from safecourse.rulebook.library import SHIPPED
from safecourse.rulebook.model import Source

FILE = SHIPPED / "products.toml"
NONE_KNOWN = "none-known"
ANY = "any"
COUNTRY_NAMES: Mapping[str, str] = {
    "US": "the United States",
    "UK": "the United Kingdom",
    "EU": "the European Union",
    "CA": "Canada",
    "IN": "India",
    "JP": "Japan",
}

Sold = Literal["listed", "ended"]
SOLD: tuple[Sold, ...] = ("listed", "ended")

# What each kind of rule of a label says; least and most are inclusive, and equal where a kind takes one number.
#   mg-per-kg-day                      the usual amount a day by body weight
#   adult-mg-per-kg-day                the most, under the condition that `when` states
#   start-mg-per-kg-day                the amount with which treatment begins
#   start-mg-severe-renal-impairment   mg a day with which it begins where the kidneys are severely impaired
#   doses-per-day                      into how many doses a day's amount is divided
#   with-food                          1 with a meal, 0 with or without
#   fasting-percent-lower              by how much blood levels are reported lower without food
#   course-weeks                       the usual length of a course
#   early-end-percent                  a course may end earlier once the nodules are fewer by more than this
#   total-mg-per-kg                    the amount of a whole course by body weight
#   total-studies                      on how many studies, of low grade, that amount rests
#   weeks-before-next                  between the end of one course and the next
RuleKind = Literal[
    "mg-per-kg-day", "adult-mg-per-kg-day", "start-mg-per-kg-day", "start-mg-severe-renal-impairment",
    "doses-per-day", "with-food", "fasting-percent-lower", "course-weeks", "early-end-percent", "total-mg-per-kg",
    "total-studies", "weeks-before-next",
]  # fmt: skip
RULE_NEEDS: Mapping[str, tuple[str, ...]] = {
    "mg-per-kg-day": ("least", "most"),
    "adult-mg-per-kg-day": ("most",),
    "start-mg-per-kg-day": ("most",),
    "start-mg-severe-renal-impairment": ("most",),
    "doses-per-day": ("least", "most"),
    "with-food": ("most",),
    "fasting-percent-lower": ("most",),
    "course-weeks": ("least", "most"),
    "early-end-percent": ("most",),
    "total-mg-per-kg": ("least", "most"),
    "total-studies": ("most",),
    "weeks-before-next": ("least",),
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where something was read, how good that is, and what is assumed where nobody could verify it ("" if nothing)."""

    source: Source
    grade: str
    assumption: str


@dataclass(frozen=True, slots=True)
class Product:
    """A product word of course files. ``standard``: how many mg of it count as one mg of ordinary isotretinoin."""

    word: str
    ingredient: str
    unit: str
    standard: Fraction
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Excipient:
    """Something in a product that somebody may not take; in all its strengths if ``strengths`` is empty."""

    what: str
    strengths: tuple[Fraction, ...]
    concerns: str
    evidence: Evidence

    def is_in(self, strength: Fraction) -> bool:
        """Whether a strength holds it."""
        return not self.strengths or strength in self.strengths


@dataclass(frozen=True, slots=True)
class Brand:
    """A name on packs in some countries, and what stands behind it.

    ``strengths`` are in the unit of the product (mg of a capsule, % of a
    cream), ascending. ``generic``: the name is that of the substance.
    ``programmes`` are those that its supply falls under; NONE_KNOWN alone says
    that none is known. ``says`` is what else is to be known, and may be empty.
    """

    name: str
    also: tuple[str, ...]
    generic: bool
    product: Product
    countries: tuple[str, ...]
    strengths: tuple[Fraction, ...]
    strengths_evidence: Evidence
    maker: str
    programmes: tuple[str, ...]
    sold: Sold
    says: str
    says_evidence: Evidence
    excipients: tuple[Excipient, ...]
    evidence: Evidence

    @property
    def supervised(self) -> tuple[str, ...]:
        """The programmes that its supply falls under; empty where none is known."""
        return tuple(one for one in self.programmes if one != NONE_KNOWN)


@dataclass(frozen=True, slots=True)
class Apart:
    """Two products or brands of which one is never handed over for the other."""

    one: str
    other: str
    why: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Outside:
    """What a supply online or outside the programme means in a country (or ANY)."""

    country: str
    ingredient: str
    says: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class LabelRule:
    """A number of a label (or a pair); ``when`` is a condition or remark in words, "" if there is none."""

    kind: RuleKind
    least: Fraction
    most: Fraction
    when: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Label:
    """The amounts that the label of a product names, and under which programmes it is the label that counts."""

    id: str
    title: str
    owner: str
    product: Product
    countries: tuple[str, ...]
    programmes: tuple[str, ...]
    rules: tuple[LabelRule, ...]

    def has(self, kind: RuleKind) -> bool:
        """Whether the label says something of a kind."""
        return any(one.kind == kind for one in self.rules)

    def rule(self, kind: RuleKind) -> LabelRule:
        """The rule of a kind; KeyError if the label has none, so ask ``has`` first."""
        for one in self.rules:
            if one.kind == kind:
                return one
        raise KeyError(f"the {self.title} has no rule '{kind}'")


@dataclass(frozen=True, slots=True)
class ProductTable:
    """The whole table, in the order of its file."""

    products: tuple[Product, ...]
    brands: tuple[Brand, ...]
    apart: tuple[Apart, ...]
    outside: tuple[Outside, ...]
    labels: tuple[Label, ...]

    def product(self, word: str) -> Product:
        """The product of a word of course files; KeyError if there is none."""
        for one in self.products:
            if one.word == word:
                return one
        raise KeyError(f"there is no product '{word}'; there are {', '.join(one.word for one in self.products)}")

    def label(self, label_id: str) -> Label:
        """The label with an id; KeyError if there is none."""
        for one in self.labels:
            if one.id == label_id:
                return one
        raise KeyError(f"there is no label '{label_id}'; there are {', '.join(one.id for one in self.labels)}")

    def labels_under(self, programme: str) -> tuple[Label, ...]:
        """The labels that count under a programme; empty where no amount goes by body weight."""
        return tuple(one for one in self.labels if programme in one.programmes)

    def generic(self, product: Product, country: str) -> tuple[Brand, ...]:
        """The generic of a product in a country: one entry, or none."""
        return tuple(one for one in self.brands if one.generic and one.product == product and country in one.countries)


@functools.cache
def product_table() -> ProductTable:
    """The shipped table."""
    from safecourse.rulebook.product_file import read_products

    return read_products(FILE)


# ---- one for the other -----------------------------------------------------------------------------------

ExchangeVerdict = Literal["never", "same-product", "not-known"]


@dataclass(frozen=True, slots=True)
class Exchange:
    """Whether one brand may stand for another.

    ``never``; ``same-product``: the same product under the same programme, so
    that a capsule of equal strength is the same amount (whether a pharmacy may
    change the maker is for its law to say); ``not-known``: the table doesn't
    say, which is no permission.
    """

    verdict: ExchangeVerdict
    why: str
    evidence: Evidence


def interchangeable(one: Brand, other: Brand, table: ProductTable) -> Exchange:
    """Whether two brands may stand for each other, with the reason; the order of the two doesn't matter."""
    if one == other:
        return Exchange("same-product", f"Both are {one.name}.", one.evidence)
    if one.product.ingredient != other.product.ingredient:
        why = f"{_told(one)} and {_told(other)} are different medicines."
        return Exchange("never", why, weakest((one.evidence, other.evidence)))
    for pair in table.apart:
        if _is_pair(pair, one, other) or _is_pair(pair, other, one):
            return Exchange("never", pair.why, pair.evidence)
    for inside, beyond in ((one, other), (other, one)):
        if inside.supervised and not beyond.supervised:
            statements = outside_the_programme(inside.countries[0], inside.product.ingredient, table)
            why = f"{beyond.name} is under no programme that we know, and {inside.name} is. {statements[0].says}"
            return Exchange("never", why, statements[0].evidence)
    here = set(one.countries) & set(other.countries)
    if one.product == other.product and here and set(one.programmes) & set(other.programmes):
        why = f"Both are {one.product.word} in {_listed(here)}; strength for strength they hold the same amount."
        return Exchange("same-product", why, weakest((one.evidence, other.evidence)))
    why = f"{_told(one)} and {_told(other)} are not sold in the same countries; nothing was read about exchanging them."
    return Exchange("not-known", why, weakest((one.evidence, other.evidence)))


def outside_the_programme(country: str, ingredient: str, table: ProductTable) -> tuple[Outside, ...]:
    """What buying online or outside the programme means in a country: its own statements first, then those for any.

    Empty where nothing was read about that ingredient, which doesn't make it safe.
    """
    fitting = [one for one in table.outside if one.ingredient == ingredient and one.country in (country, ANY)]
    return tuple(sorted(fitting, key=lambda one: one.country == ANY))


def _is_pair(pair: Apart, one: Brand, other: Brand) -> bool:
    # A brand named on one side of a pair is not itself meant by its product on the other side.
    return pair.one in (one.name, one.product.word) and pair.other in (other.name, other.product.word)


def _told(brand: Brand) -> str:
    return f"{brand.name} ({_listed(set(brand.countries))})"


def _listed(countries: set[str]) -> str:
    return ", ".join(sorted(countries))


_WORST_FIRST = ("unverified", "secondary", "professional", "official")


def weakest(evidence: Iterable[Evidence]) -> Evidence:
    """The evidence of the lowest grade; among equals the source's name decides, so that their order doesn't."""
    return min(evidence, key=lambda one: (_WORST_FIRST.index(one.grade), one.source.id))
