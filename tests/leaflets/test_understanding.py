"""Negation, questions, lists, headings, several medicines: what a sentence means where it stands."""

from __future__ import annotations

import pytest

from safecourse.leaflets import check_text
from safecourse.leaflets.sentences import sentences_of
from safecourse.leaflets.stance import denied_of
from safecourse.leaflets.words import words_of

CLAIM = "pimecrolimus-suitable-long-term"


def claims(text: str) -> list[str]:
    return [one.claim for one in check_text(text).findings if one.kind != "omits"]


def denied(sentence: str) -> str:
    """The words of a sentence, those that it denies in capitals."""
    words = words_of(sentence, 1)
    return " ".join(
        word.surface.upper() if no else word.surface for word, no in zip(words, denied_of(words), strict=True)
    )


@pytest.mark.parametrize(
    ("sentence", "shown"),
    [
        ("It is safe.", "it is safe"),
        ("It isn't safe.", "IT IS NOT SAFE"),
        ("Its use is not recommended, but it works.", "ITS USE IS NOT RECOMMENDED but it works"),
        ("It does not thin the skin and is safe.", "IT DOES NOT THIN THE SKIN and is safe"),
        ("It contains no steroid, so it is safe.", "it contains NO STEROID so it is safe"),
        ("It is not known whether it lowers the risk.", "IT IS NOT KNOWN WHETHER IT LOWERS THE RISK"),
        ("Not only is it safe.", "not only is it safe"),
        ("Use it no longer than needed.", "use it no longer than needed"),
        ("They are a must, not a habit.", "they are a must NOT A HABIT"),
        ("Nobody should use it.", "NOBODY SHOULD USE IT"),
    ],
)
def test_a_denial_reaches_as_far_as_its_statement(sentence: str, shown: str) -> None:
    assert denied(sentence) == shown


def test_a_question_states_nothing_unless_the_answer_is_yes() -> None:
    question = "Pimecrolimus is a cream.\n\nIs it suitable for long-term use?\n"

    assert claims(question) == []
    assert claims(f"{question}No.\n") == []
    assert claims(f"{question}Yes.\n") == [CLAIM]


def test_what_somebody_is_said_to_believe_counts_unless_it_is_put_right() -> None:
    said = "Pimecrolimus is a cream. Experts say it is suitable for long-term use."

    assert claims(said) == [CLAIM]
    assert claims(f"{said} That is wrong.") == []
    assert claims(f"{said} Are they right?") == []


def test_what_stands_in_a_list_behind_do_not_is_denied() -> None:
    listed = (
        "Pimecrolimus is a cream.\n\n{} it:\n- for long-term use, which is not suitable\n- as suitable long-term care\n"
    )

    assert claims(listed.format("Do not use")) == []
    assert claims(listed.format("You can use")) == [CLAIM]


def test_a_heading_that_forbids_denies_what_stands_right_under_it() -> None:
    assert claims("Pimecrolimus\n\nDo not use it\n\nSuitable long-term use for years.\n") == []
    assert claims("Pimecrolimus\n\nA cream without steroids\n\nSuitable for long-term use for years.\n") == [CLAIM]


def test_an_answer_is_read_with_its_question() -> None:
    question = "Isotretinoin is a medicine.\n\nDoes it help in hidradenitis suppurativa?\n"

    assert "isotretinoin-hidradenitis-answer" in claims(f"{question}It is promising and prevents new nodules.\n")


def test_how_often_is_compared_for_the_use_that_the_paragraph_speaks_of() -> None:
    text = "Imiquimod 5% is a cream.\n\n{}\n\nApply it five times a week for six weeks.\n"

    assert claims(text.format("Superficial basal cell carcinoma is a skin cancer.")) == []
    assert claims(text.format("Actinic keratosis comes from the sun.")) == ["imiquimod-keratosis-rhythm"]


def test_each_use_in_one_sentence_has_its_own_rhythm() -> None:
    text = (
        "Imiquimod: {} times a week for warts, twice a week for keratosis; five times a week for basal cell carcinoma."
    )

    assert claims(text.format("three")) == []
    assert claims(text.format("five")) == ["imiquimod-warts-rhythm"]


def test_daily_use_is_right_for_the_weaker_cream_and_wrong_for_the_other() -> None:
    weaker = "Imiquimod 3.75% for actinic keratosis: apply it once a day for two weeks, then no cream for two weeks."
    stronger = "Imiquimod 5% for actinic keratosis: apply it once a day for two weeks."

    assert claims(weaker) == []
    assert "imiquimod-keratosis-rhythm" in claims(stronger)


def test_a_paragraph_about_another_treatment_is_not_held_against_the_medicine() -> None:
    text = "Pimecrolimus is a cream for eczema.\n\nEmollients are the base. They are suitable for long-term use.\n"

    assert claims(text) == []


def test_two_medicines_in_one_text_are_both_named_and_judged_by_their_own_rules() -> None:
    text = (
        "Isotretinoin is taken for severe acne. Isotretinoin is a good choice for mild acne.\n\n"
        "Pimecrolimus is a cream. Pimecrolimus is suitable for long-term use.\n"
    )
    check = check_text(text)

    assert check.medicine == "isotretinoin, pimecrolimus"
    assert claims(text) == ["isotretinoin-mild-acne", CLAIM]


def test_a_medicine_that_is_mentioned_once_in_passing_is_not_what_the_text_is_about() -> None:
    text = "Isotretinoin is for severe acne. Isotretinoin helps. Isotretinoin is strong. Unlike Elidel it is a capsule."

    assert check_text(text).medicine == "isotretinoin"


@pytest.mark.parametrize("name", ["isotretinion", "Isotretenoin", "imiqimod", "pimecrolimous"])
def test_a_misspelt_name_of_a_medicine_is_recognised(name: str) -> None:
    assert check_text(f"{name} is a medicine.").medicine != "unknown"


def test_a_medicine_whose_name_was_replaced_is_recognised_by_the_words_around_it() -> None:
    text = "Buy cheap pills online for severe acne. This retinoid lowers sebum in the sebaceous glands. See a doctor."
    check = check_text(text)

    assert check.medicine == "isotretinoin"
    assert "sells" in {one.kind for one in check.findings}


@pytest.mark.parametrize(
    "text",
    [
        "Aspirin is good for headaches. Buy it online.",
        "Tretinoin is a retinoid cream for acne. Ask a dermatologist. Tretinoin and tretinoin gel. Vitamin A.",
        "Tacrolimus (Protopic) is a calcineurin inhibitor. Tacrolimus treats eczema, atopic dermatitis, itch, flares.",
        "...",
    ],
)
def test_a_text_about_another_medicine_is_not_judged(text: str) -> None:
    check = check_text(text)

    assert (check.medicine, check.findings) == ("unknown", ())


def test_a_numbered_heading_is_no_item_of_a_list_and_a_label_is_no_sentence_end() -> None:
    found = sentences_of("1. How it works\nIt works, e.g. on the skin. U.S. label: 2.0 cm.\n\nUse\n- wash\n- dry\n")

    assert [(one.kind, one.text) for one in found] == [
        ("heading", "How it works"),
        ("text", "It works, e.g. on the skin."),
        ("text", "U.S. label: 2.0 cm."),
        ("heading", "Use"),
        ("item", "wash"),
        ("item", "dry"),
    ]
