"""The shipped books: whole, sourced, readable, and in step with the rule books."""

from __future__ import annotations

import re

import pytest
from tests.repository.tree import ROOT

from safecourse.rulebook import library
from safecourse.words import LANGUAGES, Book, Language, NoSuchBook, book, book_ids
from words.levels import LIMIT, SINGLE, level, too_hard, whole

BOOKS = [book(one) for one in book_ids()]
EVERY_ID = [
    "us-ipledge", "uk-isotretinoin", "eu-isotretinoin", "de-isotretinoin", "fr-isotretinoin", "it-isotretinoin",
    "ca-isotretinoin", "us-isotretinoin-label", "eu-isotretinoin-label", "us-imiquimod-5-keratosis",
    "eu-imiquimod-5-keratosis", "jp-imiquimod-5-keratosis", "us-imiquimod-3.75-keratosis",
    "eu-imiquimod-3.75-keratosis", "us-imiquimod-5-carcinoma", "eu-imiquimod-5-carcinoma",
    "us-imiquimod-5-warts", "eu-imiquimod-5-warts", "jp-imiquimod-5-warts", "us-imiquimod-3.75-warts",
    "us-pimecrolimus", "eu-pimecrolimus",
]  # fmt: skip
NEEDED = (
    "emergency", "call-today", "what-it-is", "how-it-works", "what-it-is-for", "what-it-is-not-for", "how-to-use",
    "how-long", "missed-dose", "effects", "pregnancy", "breast-feeding", "what-to-avoid", "hygiene", "storage",
    "sharing", "buying-online", "after-the-course", "who-to-ask", "sun",
)  # fmt: skip


def test_every_programme_of_the_design_has_a_book() -> None:
    assert sorted(EVERY_ID) == list(book_ids())


def test_every_book_has_its_rule_book() -> None:
    assert set(book_ids()) <= set(library.programme_ids())


def test_a_book_that_does_not_exist_is_said_with_those_that_do() -> None:
    with pytest.raises(NoSuchBook, match="us-ipledge"):
        book("mars")


@pytest.mark.parametrize("one", BOOKS, ids=lambda one: one.id)
def test_a_book_speaks_of_everything_that_a_patient_needs(one: Book) -> None:
    topics = {statement.topic for statement in one.statements}
    missing = set(NEEDED) - topics

    assert missing <= {"hygiene"} if "isotretinoin" in one.medicine else missing == set(), missing


@pytest.mark.parametrize("one", BOOKS, ids=lambda one: one.id)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_book_is_easy_to_read(one: Book, language: Language) -> None:
    assert not too_hard(
        level(whole(each.text.of(language) for each in one.statements), language), LIMIT[language], language
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_single_statement_is_hard_to_read(language: Language) -> None:
    every = {each.id: each for one in BOOKS for each in one.statements}
    hard = [
        name
        for name, each in every.items()
        for text in (each.text.of(language), each.assumption.of(language))
        if text and too_hard(level(text, language), SINGLE[language], language)
    ]

    assert hard == []


def test_the_measure_tells_hard_text_from_easy() -> None:
    hard = "Concomitant administration of immunosuppressive medication necessitates interdisciplinary consultation."

    assert too_hard(level(hard, "en"), LIMIT["en"], "en")
    assert not too_hard(level("Stop the cream. Call your doctor.", "en"), LIMIT["en"], "en")


def test_nobody_has_reviewed_a_text_without_being_named() -> None:
    for one in BOOKS:
        assert [one.reviewed_by.of(language) for language in LANGUAGES] == ["", "", ""]


def digits(text: str) -> list[str]:
    """The numbers of a text, thousands joined and decimal commas as points."""
    joined = re.sub(r"(\d),(\d{3})\b", r"\1\2", text)
    return sorted(one.replace(",", ".") for one in re.findall(r"\d+(?:[.,]\d+)?", joined))


def test_a_translation_names_the_same_numbers() -> None:
    every = {(each.id, each.text.en): each for one in BOOKS for each in one.statements}
    differing = [
        each.id for each in every.values() if not digits(each.text.en) == digits(each.text.es) == digits(each.text.de)
    ]

    assert differing == []


# ---- numbers -------------------------------------------------------------------------------------------------

# Which limit of a regimen a number of a statement is, and how the two are counted.
LIMITS = {
    "times_per_week": ("times-per-week", "most", 1),
    "times_per_day": ("times-per-day", "most", 1),
    "hours": ("hours-on-skin", "most", 1),
    "hours_min": ("hours-on-skin", "least", 1),
    "hours_max": ("hours-on-skin", "most", 1),
    "weeks": ("course-days", "most", 7),
    "rest_weeks": ("second-course", "least", 7),
    "assess_weeks": ("assess-after", "least", 7),
    "max_area_cm2": ("area-cm2", "most", 1),
    "max_sachets": ("units-per-dose", "most", 1),
    "on_weeks": ("cycle", "on", 7),
    "off_weeks": ("cycle", "off", 7),
    "mg_per_kg_day_min": ("mg-per-kg-day", "least", 1),
    "mg_per_kg_day_max": ("mg-per-kg-day", "most", 1),
    "mg_per_kg_total_min": ("total-mg-per-kg", "least", 1),
    "mg_per_kg_total_max": ("total-mg-per-kg", "most", 1),
    "weeks_min": ("course-weeks", "least", 1),
    "weeks_max": ("course-weeks", "most", 1),
    "weeks_between": ("weeks-before-next", "least", 1),
}


@pytest.mark.parametrize(
    "one", [each for each in BOOKS if library.versions(each.id)[-1].regimens], ids=lambda one: one.id
)
def test_the_numbers_of_a_book_are_those_of_its_rule_book(one: Book) -> None:
    regimens = library.versions(one.id)[-1].regimens
    compared = 0
    for statement in one.statements:
        for name, value in statement.numbers:
            kind, side, unit = LIMITS.get(name, ("", "", 1))
            carried = {
                getattr(limit, side) for regimen in regimens for limit in regimen.limits if kind and limit.kind == kind
            }
            if carried:
                compared += 1
                assert value * unit in carried, (statement.id, name)

    assert compared >= 1


def test_the_claims_that_statements_answer_are_rows_of_the_ledger() -> None:
    text = (ROOT / "docs" / "claims.toml").read_text(encoding="utf-8")
    named = {claim for one in BOOKS for statement in one.statements for claim in statement.claims}

    assert [claim for claim in sorted(named) if f'id = "{claim}"' not in text] == []
