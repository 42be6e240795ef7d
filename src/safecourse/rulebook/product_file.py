"""Reading the table of products: TOML to frozen values, every problem reported at once."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeVar, cast

from safecourse.course.vocabulary import PRODUCTS
from safecourse.rulebook.model import GRADES, Source
from safecourse.rulebook.names import plain_name
from safecourse.rulebook.products import (
    COUNTRY_NAMES,
    NONE_KNOWN,
    RULE_NEEDS,
    SOLD,
    Apart,
    Brand,
    Evidence,
    Excipient,
    Label,
    LabelRule,
    Outside,
    Product,
    ProductTable,
    RuleKind,
)
from safecourse.rulebook.tables import Table, tables

Value = TypeVar("Value")
_NUMBER = (int, Decimal)


class UnusableProducts(Exception):
    """A table of products that can't be used; ``problems`` holds one sentence each."""

    def __init__(self, name: str, problems: tuple[str, ...]) -> None:
        self.name = name
        self.problems = problems
        super().__init__("\n".join(f"{name}: {problem}" for problem in problems))


def read_products(path: Path) -> ProductTable:
    """The table in a TOML file; UnusableProducts with every problem."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UnusableProducts(str(path), (f"can't be read as text: {error}",)) from error
    return products_from_text(text, str(path))


def products_from_text(text: str, name: str) -> ProductTable:
    """The table that a TOML text describes; ``name`` stands in messages."""
    try:
        # Decimals keep 0.8 what it says; a float would not.
        data = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise UnusableProducts(name, (f"is not TOML: {error}",)) from error
    problems: list[str] = []
    table = _table(data, problems)
    if not problems:
        problems += _contradictions(table)
    if problems:
        raise UnusableProducts(name, tuple(problems))
    return table


def _table(data: dict[str, Any], problems: list[str]) -> ProductTable:
    top = Table("top of the file", data, problems)
    if top.take("format", int) != 1:
        problems.append("top of the file: 'format' must be 1, the format that this program reads")
    sources = {one.id: one for one in tables(top, "source", _source)}
    read = _Reader(sources, {})
    products = tables(top, "product", read.product)
    read = _Reader(sources, {one.word: one for one in products})
    table = ProductTable(
        products=products,
        brands=tables(top, "brand", read.brand),
        apart=tables(top, "apart", read.apart),
        outside=tables(top, "outside", read.outside),
        labels=_alike(tables(top, "label", read.label), problems),
    )
    top.finish()
    return table


def _source(table: Table) -> Source:
    return Source(table.take("id", str), table.take("title", str), table.take("url", str), table.take("seen", str))


@dataclass(frozen=True)
class _Reader:
    """Readers of the tables of a file, which look up the sources and products that they name."""

    sources: dict[str, Source]
    products: dict[str, Product]

    def product(self, table: Table) -> Product:
        word = table.word("word", PRODUCTS)
        return Product(
            word=word,
            ingredient=table.take("ingredient", str),
            unit=table.word("unit", ("mg", "%")),
            standard=_above_zero(table, "standard"),
            evidence=self._evidence(table),
        )

    def brand(self, table: Table) -> Brand:
        evidence, says = self._evidence(table), table.take("says", str, "")
        return Brand(
            name=table.take("name", str),
            also=table.texts("also", []),
            generic=table.take("generic", bool, False),
            product=self._product(table),
            countries=_countries(table),
            strengths=_strengths(table, required=True),
            strengths_evidence=self._evidence(table, "strengths_"),
            maker=table.take("maker", str),
            programmes=table.texts("programmes"),
            sold=table.word("sold", SOLD),
            says=says,
            says_evidence=self._evidence(table, "says_") if says else evidence,
            excipients=tables(table, "excipient", self._excipient) if "excipient" in table.data else (),
            evidence=evidence,
        )

    def _excipient(self, table: Table) -> Excipient:
        return Excipient(
            what=table.take("what", str),
            strengths=_strengths(table, required=False),
            concerns=table.take("concerns", str),
            evidence=self._evidence(table),
        )

    def apart(self, table: Table) -> Apart:
        return Apart(table.take("one", str), table.take("other", str), table.take("why", str), self._evidence(table))

    def outside(self, table: Table) -> Outside:
        return Outside(
            table.take("country", str), table.take("ingredient", str), table.take("says", str), self._evidence(table)
        )

    def label(self, table: Table) -> tuple[Label, str, str]:
        """A label, the id of the label that it borrows its rules from ("" if none), and what that assumes."""
        like = table.take("like", str, "")
        return (
            Label(
                id=table.take("id", str),
                title=table.take("title", str),
                owner=table.take("owner", str),
                product=self._product(table),
                countries=_countries(table),
                programmes=table.texts("programmes"),
                rules=tables(table, "rule", self._rule) if "rule" in table.data else (),
            ),
            like,
            table.take("assumption", str) if like else "",
        )

    def _rule(self, table: Table) -> LabelRule:
        kind = table.word("kind", tuple(RULE_NEEDS))
        table.place = f"{table.place.split(' ')[0]} {kind}"
        given = {key: _from_zero(table, key) for key in RULE_NEEDS.get(kind, ())}
        least = given.get("least", given.get("most", Fraction(0)))
        most = given.get("most", least)
        if least > most:
            table.problems.append(f"{table.place}: 'least' is above 'most'; exchange them")
        if most == 0 and kind != "with-food":
            table.problems.append(f"{table.place}: the number is zero; write one above zero")
        return LabelRule(cast("RuleKind", kind), least, most, table.take("when", str, ""), self._evidence(table))

    def _product(self, table: Table) -> Product:
        word = table.take("product", str)
        if word in self.products:
            return self.products[word]
        table.problems.append(f"{table.place}: '{word}' is not a product of this file; write one of {self._words()}")
        return Product(word, "", "", Fraction(1), _NO_EVIDENCE)

    def _words(self) -> str:
        return ", ".join(self.products)

    def _evidence(self, table: Table, prefix: str = "") -> Evidence:
        name = table.take(f"{prefix}source", str)
        grade = table.word(f"{prefix}grade", GRADES)
        # A table has one assumption: for the strengths where those are the unverified part, else for the whole.
        assumption = ""
        if grade == "unverified":
            assumption = table.take("assumption", str)
            if not assumption.strip():
                table.problems.append(f"{table.place}: is unverified; say in 'assumption' what is assumed")
        if name not in self.sources:
            table.problems.append(f"{table.place}: '{name}' is not a source of this file; add it or correct its name")
            return _NO_EVIDENCE
        return Evidence(self.sources[name], grade, assumption)


# Stands in a table that is refused anyway, beside the problem.
_NO_EVIDENCE = Evidence(Source("", "", "", ""), "unverified", "")


def _countries(table: Table) -> tuple[str, ...]:
    countries = table.texts("countries")
    for one in countries:
        if one not in COUNTRY_NAMES:
            table.problems.append(f"{table.place}: '{one}' is no country here; write one of {', '.join(COUNTRY_NAMES)}")
    if not countries:
        table.problems.append(f"{table.place}: 'countries' is empty; name at least one")
    return countries


def _above_zero(table: Table, key: str) -> Fraction:
    number = table.take(key, _NUMBER)
    if number <= 0:
        table.problems.append(f"{table.place}: '{key}' is {number}; write a number above zero")
    return Fraction(number)


def _from_zero(table: Table, key: str) -> Fraction:
    number = table.take(key, _NUMBER)
    if number < 0:
        table.problems.append(f"{table.place}: '{key}' is {number}; write a number from zero")
    return Fraction(number)


def _strengths(table: Table, *, required: bool) -> tuple[Fraction, ...]:
    given = table.take("strengths", list, ... if required else [])
    if any(type(one) not in _NUMBER or one <= 0 for one in given):
        table.problems.append(f"{table.place}: 'strengths' must hold numbers above zero only")
        return ()
    numbers = tuple(Fraction(one) for one in given)
    if list(numbers) != sorted(set(numbers)) or (required and not numbers):
        table.problems.append(f"{table.place}: 'strengths' must be ascending, each once, and at least one")
    return numbers


def _alike(read: tuple[tuple[Label, str, str], ...], problems: list[str]) -> tuple[Label, ...]:
    """Labels with the rules that some borrow from another: unverified there, with what is assumed."""
    known = {label.id: label for label, _, _ in read}
    labels = []
    for label, like, assumption in read:
        if bool(like) == bool(label.rules):
            problems.append(f"label {label.id}: give it rules of its own, or 'like' another label; one of the two")
        if like and like not in known:
            problems.append(f"label {label.id}: 'like' names '{like}', which is no label of this file")
            continue
        borrowed = tuple(
            replace(rule, evidence=Evidence(rule.evidence.source, "unverified", assumption))
            for rule in (known[like].rules if like else ())
        )
        labels.append(replace(label, rules=borrowed or label.rules))
    return tuple(labels)


# ---- what no table may say -------------------------------------------------------------------------------


def _contradictions(table: ProductTable) -> list[str]:
    return [
        *_twice("product", [one.word for one in table.products]),
        *_twice("label", [one.id for one in table.labels]),
        *_names_that_mean_two_things(table),
        *_programmes_beside_none(table),
        *_pairs_that_name_nothing(table),
        *_excipients_of_missing_strengths(table),
        *_supervised_without_a_word_on_buying_elsewhere(table),
        *_labels_without_a_generic_or_brand(table),
        *_labels_that_repeat_a_kind(table),
    ]


def _twice(what: str, names: list[str]) -> list[str]:
    return [f"{what} {name}: stands twice; keep one" for name in sorted({one for one in names if names.count(one) > 1})]


def _names_that_mean_two_things(table: ProductTable) -> list[str]:
    """One name in one country may stand for two products only if their strengths tell them apart."""
    problems = []
    for index, one in enumerate(table.brands):
        for other in table.brands[:index]:
            names = {plain_name(name) for name in (one.name, *one.also)} & {
                plain_name(name) for name in (other.name, *other.also)
            }
            if names and set(one.countries) & set(other.countries) and set(one.strengths) & set(other.strengths):
                problems.append(f"brand {one.name}: stands twice in one country with one strength; keep one")
    return problems


def _programmes_beside_none(table: ProductTable) -> list[str]:
    return [
        f"brand {one.name}: 'programmes' names {NONE_KNOWN} beside others; keep one or the other"
        for one in table.brands
        if not one.programmes or (NONE_KNOWN in one.programmes and len(one.programmes) > 1)
    ]


def _pairs_that_name_nothing(table: ProductTable) -> list[str]:
    known = {one.word for one in table.products} | {one.name for one in table.brands}
    return [
        f"apart {pair.one}, {pair.other}: '{name}' is neither a product nor a brand of this file"
        for pair in table.apart
        for name in (pair.one, pair.other)
        if name not in known
    ]


def _excipients_of_missing_strengths(table: ProductTable) -> list[str]:
    return [
        f"brand {brand.name}: '{excipient.what}' is said of a strength that the brand doesn't have"
        for brand in table.brands
        for excipient in brand.excipients
        if not set(excipient.strengths) <= set(brand.strengths)
    ]


def _supervised_without_a_word_on_buying_elsewhere(table: ProductTable) -> list[str]:
    said = {(one.country, one.ingredient) for one in table.outside}
    return [
        f"brand {brand.name}: is under a programme, but no [[outside]] says what buying elsewhere means in {country}"
        for brand in table.brands
        for country in brand.countries
        if brand.supervised and (country, brand.product.ingredient) not in said
    ]


def _labels_without_a_generic_or_brand(table: ProductTable) -> list[str]:
    return [
        f"label {label.id}: no brand of {label.product.word} is listed in {country}, so no capsule is known"
        for label in table.labels
        for country in label.countries
        if not any(brand.product == label.product and country in brand.countries for brand in table.brands)
    ]


def _labels_that_repeat_a_kind(table: ProductTable) -> list[str]:
    return [
        problem for one in table.labels for problem in _twice(f"label {one.id}:", [rule.kind for rule in one.rules])
    ]
