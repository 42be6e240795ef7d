"""Asking a book: only its own statements, red flags first, and nothing where it is silent."""

from __future__ import annotations

import importlib.util
import json
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.repository.tree import ROOT

from safecourse.cli import main
from safecourse.words import LANGUAGES, Language, book, book_ids
from safecourse.words.asking import MOST_CHARACTERS, ask, index_of


def scorer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("asking_scores", ROOT / "bench" / "asking.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


SCORER = scorer()
TUNED = [one for one in SCORER.QUESTIONS if not SCORER.kept_apart(one)]


def test_every_emergency_of_the_questions_for_tuning_gets_its_red_flag_first() -> None:
    good, every = SCORER.score(TUNED)["emergency"]

    assert good == every >= 25


def test_no_question_beyond_the_books_among_those_for_tuning_is_answered() -> None:
    good, every = SCORER.score(TUNED)["beyond"]

    assert good == every >= 40


def test_most_questions_for_tuning_are_answered_right_first() -> None:
    good, every = SCORER.score(TUNED)["answered"]

    assert good >= 0.85 * every


def test_the_questions_kept_apart_are_a_third_of_all_and_of_every_kind() -> None:
    apart = [one for one in SCORER.QUESTIONS if SCORER.kept_apart(one)]

    assert 0.3 <= len(apart) / len(SCORER.QUESTIONS) <= 0.36
    assert {one["kind"] for one in apart} == {"answered", "beyond", "emergency"}


@pytest.mark.parametrize("book_id", book_ids()[::4])
@pytest.mark.parametrize("language", LANGUAGES)
def test_nine_of_ten_ways_of_asking_find_the_statement_that_names_them(book_id: str, language: Language) -> None:
    index = index_of(book(book_id), language)
    ways = [(one, way) for one in index.book.statements for way in one.asks.of(language)]
    found = sum(one in ask(index, way).statements for one, way in ways)

    assert found >= 0.9 * len(ways)


@given(st.text(min_size=1, max_size=MOST_CHARACTERS).filter(lambda text: text.strip() != ""))
def test_whatever_is_asked_the_answer_is_made_of_statements_of_the_book(question: str) -> None:
    index = index_of(book("us-pimecrolimus"), "en")
    answer = ask(index, question)

    assert set(answer.statements) <= set(index.book.statements)
    assert answer.emergency == (bool(answer.statements) and answer.statements[0].emergency)


@pytest.mark.parametrize("question", ["", "   ", "x" * (MOST_CHARACTERS + 1)])
def test_a_question_that_is_empty_or_endless_is_refused(question: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValueError, match="between 1 and"):
        ask(index_of(book("us-ipledge"), "en"), question)

    assert main(["ask", "us-ipledge", question]) == 64
    assert "question" in capsys.readouterr().err


def test_an_unknown_book_is_refused_with_those_that_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "mars", "is it red?"]) == 64
    assert "us-ipledge" in capsys.readouterr().err


def test_the_question_of_the_front_page_is_answered_with_its_source(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "us-imiquimod-5-warts", "may I use a condom while the cream is on?", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)

    assert document["answered"] is True
    assert "condoms" in document["statements"][0]["text"]
    assert document["statements"][0]["source"]
    assert document["ask"]


def test_where_the_book_is_silent_nothing_is_answered_and_somebody_to_ask_is_named(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["ask", "us-ipledge", "how much does it cost?"]) == 0
    out = capsys.readouterr().out

    assert out.startswith("This book does not answer that.")
    assert "doctor" in out
