"""Asking a book: only its own statements, red flags first, and nothing where it is silent."""

from __future__ import annotations

import importlib.util
import json
import tomllib
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.repository.tree import ROOT

from safecourse.cli import main
from safecourse.words import LANGUAGES, Book, Language, book, book_ids
from safecourse.words.asking import MOST_CHARACTERS, ask, index_of, targets
from safecourse.words.steering import WAYS, read_words, tokens, words_of


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


@given(st.text(min_size=1, max_size=MOST_CHARACTERS).filter(lambda text: bool(tokens(text))))
def test_whatever_is_asked_the_answer_is_made_of_statements_of_the_book(question: str) -> None:
    index = index_of(book("us-pimecrolimus"), "en")
    answer = ask(index, question)

    assert set(answer.statements) <= set(index.book.statements)
    assert answer.emergency == (bool(answer.statements) and answer.statements[0].emergency)


@pytest.mark.parametrize("question", ["", "   ", "?!", "x" * (MOST_CHARACTERS + 1)])
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


# ---- red flags ------------------------------------------------------------------------------------------------

FLAGS = [
    ("us-ipledge", "en", "I keep thinking that everyone would be better off without me", "thoughts-of-suicide"),
    ("us-ipledge", "en", "worst headache ever and my vision is blurry", "pressure-in-the-head"),
    ("us-ipledge", "en", "my two year old swallowed some capsules", "too-many-us"),
    ("us-ipledge", "en", "the condom broke last night", "protection-failed-us"),
    ("uk-isotretinoin", "en", "I think I'm pregnant", "pregnant-stop-now"),
    ("us-imiquimod-5-warts", "en", "cant wee since this morning", "cannot-pass-urine"),
    ("us-imiquimod-5-keratosis", "en", "fever and chills since last night", "flu-like-illness"),
    ("us-pimecrolimus", "en", "painful little blisters all over and a fever", "eczema-herpeticum"),
    ("eu-isotretinoin", "es", "no puedo respirar y se me hincha la lengua", "allergic-reaction"),
    ("eu-isotretinoin", "es", "mi hija se quiere morir", "thoughts-of-suicide"),
    ("eu-isotretinoin", "de", "ich will nicht mehr leben", "thoughts-of-suicide"),
    ("eu-isotretinoin", "de", "starke Kopfschmerzen und Uebelkeit", "pressure-in-the-head"),
]


@pytest.mark.parametrize(("book_id", "language", "question", "flag"), FLAGS)
def test_an_emergency_gets_its_red_flag_first_whatever_else_is_asked(
    book_id: str, language: Language, question: str, flag: str
) -> None:
    index = index_of(book(book_id), language)
    also = {"en": "how much does it cost", "es": "cuánto cuesta", "de": "was kostet das"}[language]

    assert ask(index, question).statements[0].id == flag
    assert ask(index, f"{also}? {question}").statements[0].id == flag
    assert ask(index, question).emergency


def test_an_emergency_of_which_a_book_says_nothing_gets_the_emergency_number_first() -> None:
    answer = ask(index_of(book("us-pimecrolimus"), "en"), "I want to kill myself")

    assert answer.emergency
    assert [one.id for one in answer.statements] == ["emergency-number-us-ca"]


@pytest.mark.parametrize(
    ("book_id", "language", "question"),
    [
        ("eu-isotretinoin", "de", "Ist meine Leber zu schwach, soll ich es nehmen?"),  # once read as Leben nehmen
        ("eu-isotretinoin", "de", "zwei Tage nicht genommen"),  # nicht has the stem of Nichte, a niece
        ("us-ipledge", "es", "puedo beber alcohol"),  # beber has the stem of bebé, a baby
        ("us-ipledge", "es", "tengo los labios cortados"),  # cortados has the stem of cortarme, to cut myself
        ("us-imiquimod-5-warts", "es", "la pongo los lunes"),  # lunes has the stem of lunar, a mole
        ("us-ipledge", "en", "can I have a hand cream"),  # handful has the stem of hand
    ],
)
def test_words_that_only_share_a_stem_with_a_red_flag_do_not_call_it(
    book_id: str, language: Language, question: str
) -> None:
    assert not ask(index_of(book(book_id), language), question).emergency


# ---- what no book answers ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("book_id", "language", "question"),
    [
        ("us-ipledge", "en", "how much zoloft can I take"),
        ("us-ipledge", "en", "is rosuvastatin once a day"),  # not listed: known by its ending
        ("us-pimecrolimus", "en", "can my dog use elidel"),
        ("us-ipledge", "en", "look at this photo, is my acne severe"),
        ("uk-isotretinoin", "en", "how do I treat haemorrhoids"),
        ("eu-isotretinoin", "es", "escríbeme un poema"),
        ("eu-isotretinoin", "de", "welche Versicherung zahlt das"),
    ],
)
def test_other_medicines_illnesses_pets_prices_and_poems_are_not_answered(
    book_id: str, language: Language, question: str
) -> None:
    assert ask(index_of(book(book_id), language), question).statements == ()


def test_another_medicine_beside_this_one_is_answered() -> None:
    answer = ask(index_of(book("us-ipledge"), "en"), "can I take doxycycline together with it")

    assert answer.statements[0].id == "no-tetracyclines"


# ---- the words that steer ----------------------------------------------------------------------------------------

BOOKS: list[Book] = [book(one) for one in book_ids()]


@pytest.mark.parametrize("language", LANGUAGES)
def test_whatever_the_words_call_is_a_topic_or_a_statement_of_some_book(language: Language) -> None:
    words = words_of(language)
    named = {target for target, _ in (*words.alarm, *words.cues)} | words.grave
    every = [(one, statement) for one in BOOKS for statement in one.statements]

    assert [name for name in sorted(named) if not any(targets(one, name, each) for one, each in every)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_whatever_calls_an_alarm_means_a_red_flag_in_some_book(language: Language) -> None:
    flags = [(one, statement) for one in BOOKS for statement in one.emergencies]
    named = {target for target, _ in words_of(language).alarm}

    assert [name for name in sorted(named) if not any(targets(one, name, each) for one, each in flags)] == []


def test_words_with_a_set_that_is_not_there_or_a_key_too_many_are_refused() -> None:
    data = tomllib.loads((WAYS / "en.toml").read_text(encoding="utf-8"))

    with pytest.raises(ValueError, match="NOWHERE"):
        read_words({**data, "beyond": ["NOWHERE price"]}, "en")
    with pytest.raises(ValueError, match="extra"):
        read_words({**data, "extra": []}, "en")


# ---- the command ---------------------------------------------------------------------------------------------------


def test_the_red_flag_is_printed_before_all_else_and_named_as_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "us-ipledge", "I want to die, can I drink wine"]) == 0

    assert capsys.readouterr().out.startswith("GET HELP NOW: ")


def test_a_language_that_is_not_there_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "us-ipledge", "wine?", "--lang", "fr"]) == 64
    assert "--lang" in capsys.readouterr().err
