"""What is found in whole texts and single sentences, and what is not."""

from __future__ import annotations

from time import perf_counter
from typing import Any

import pytest
from tests.leaflets.samples import HONEST, RETOLD, SENTENCES, TEXTS, check_file, said_after, sentences

from safecourse.leaflets import check_text
from safecourse.leaflets.loading import shipped

# The claims of the ledger that could hurt someone who followed them.
UNSAFE = {
    "S0.9", "S0.13", "S1.3", "S1.13", "S1.17", "S1.23", "S1.26", "S1.30", "S1.32", "S3.9", "S3.17", "S3.18", "S4.3",
    "S4.13", "S4.31",
}  # fmt: skip

# Sentences that are known to pass unseen; a pattern that would find them would find honest ones too.
PASSED_OVER = {
    "A pregnancy test is a good idea before starting.",
    "Surgery not your thing? Then imiquimod is the answer.",
}


@pytest.mark.parametrize("text", RETOLD, ids=lambda text: text["file"])
def test_every_unsafe_claim_of_a_retold_article_is_found_in_its_sentence(text: dict[str, Any]) -> None:
    findings = check_file(text["file"]).findings

    missed = [
        claim["id"]
        for claim in text["claims"]
        if not any(claim["in"] in one.text and one.kind in claim["kinds"] for one in findings)
    ]
    assert missed == []


@pytest.mark.parametrize("text", RETOLD, ids=lambda text: text["file"])
def test_the_medicine_of_a_retold_article_is_recognised(text: dict[str, Any]) -> None:
    assert check_file(text["file"]).medicine == text["medicine"]


@pytest.mark.parametrize("text", RETOLD, ids=lambda text: text["file"])
def test_every_retold_article_leaves_something_dangerous_out(text: dict[str, Any]) -> None:
    assert any(one.kind == "omits" for one in check_file(text["file"]).findings)


def test_the_retold_articles_hold_every_unsafe_claim_of_the_ledger_in_both_halves() -> None:
    for half in ("development", "unseen"):
        held = {claim["id"] for text in RETOLD if text["file"].startswith(half) for claim in text["claims"]}
        assert held == UNSAFE


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_leaflet_is_left_alone(name: str) -> None:
    assert [(one.claim, one.text) for one in check_file(name).findings] == []


def test_a_garbled_article_is_told_so() -> None:
    garbled = {one.claim for one in check_file("development/article-1-a.txt").findings if one.kind == "garbled"}

    assert {"garbled-carcinoma", "garbled-warts", "garbled-cream", "garbled-immune-system"} <= garbled


@pytest.mark.parametrize("part", ["unsafe", "later"])
def test_unsafe_statements_are_found_however_they_are_said(part: str) -> None:
    missed = {
        sentence
        for table, sentence in sentences(part)
        if not any(one.kind in table["kinds"] for one in said_after(table["before"], sentence))
    }

    assert missed == (PASSED_OVER if part == "unsafe" else set())


def test_wrong_numbers_uses_and_permissions_are_found() -> None:
    missed = [sentence for table, sentence in sentences("wrong") if not said_after(table["before"], sentence)]

    assert missed == []


def test_misspelt_names_of_diseases_are_found() -> None:
    missed = [
        sentence
        for table, sentence in sentences("misnamed")
        if not any(one.kind == "garbled" for one in said_after(table["before"], sentence))
    ]

    assert missed == []


def test_true_statements_that_sound_like_unsafe_ones_are_left_alone() -> None:
    blamed = [
        (sentence, [one.claim for one in found])
        for table, sentence in sentences("honest")
        if (found := said_after(table["before"], sentence))
    ]

    assert blamed == []


def test_no_sentence_stands_twice_in_the_collection() -> None:
    every = [sentence for part in SENTENCES for _, sentence in sentences(part)]

    assert len(every) == len(set(every))


def test_every_pattern_is_found_in_some_text() -> None:
    # A pattern that nothing fulfils is either wrong or untested.
    found = {one.claim for path in TEXTS.glob("*/*.*") for one in check_file(str(path.relative_to(TEXTS))).findings}
    for part in ("unsafe", "later", "wrong", "misnamed"):
        for table, sentence in sentences(part):
            found |= {one.claim for one in check_text(f"{table['before']}\n\n{sentence}\n").findings}
    patterns = shipped()
    names = {one.id for one in (*patterns.claims, *patterns.omissions)} | {one.words for one in patterns.names}

    assert names - found == set()


def test_every_unsafe_claim_of_the_ledger_has_a_pattern() -> None:
    claimed = {name for claim in shipped().claims for name in claim.ledger}

    assert UNSAFE - claimed == set()


def test_a_text_of_two_thousand_words_takes_less_than_a_second() -> None:
    text = "\n\n".join((TEXTS / name).read_text(encoding="utf-8") for name in HONEST[:4])
    assert len(text.split()) > 2000
    check_text("isotretinoin")  # reads the patterns

    started = perf_counter()
    check_text(text)

    assert perf_counter() - started < 1
