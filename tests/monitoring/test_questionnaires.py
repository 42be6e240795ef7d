"""Questionnaires: items and totals that agree, and what a course file is told whose don't."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.repository.tree import ROOT

from safecourse.course import UnusableCourse
from safecourse.course.questionnaires import UNCHECKED, instruments
from safecourse.course.reading import course_from_document
from safecourse.course.vocabulary import MOST_ITEMS


def answers(**fields: Any) -> dict[str, Any]:
    event = {"event": "questionnaire", "on": "2026-10-05", "instrument": "phq-9"} | fields
    document = {"safecourse": "1", "programme": "a", "covers": "complete", "events": [event]}
    (read,) = course_from_document(document).events
    return dict(read.fields)


def problem(**fields: Any) -> str:
    with pytest.raises(UnusableCourse) as refused:
        answers(**fields)
    assert len(refused.value.problems) == 1
    return str(refused.value)


@given(st.lists(st.integers(0, 3), min_size=9, max_size=9))
def test_a_list_of_items_gives_each_item_and_their_sum(items: list[int]) -> None:
    fields = answers(items=[str(one) for one in items], score=str(sum(items)))

    assert [fields[f"item_{place}"] for place in range(1, 10)] == items
    assert fields["total"] == sum(items)
    assert fields == answers(items=[str(one) for one in items]) | {"score": sum(items)}


@given(st.lists(st.integers(0, 3), min_size=9, max_size=9), st.integers(-1, 28))
def test_a_score_that_is_not_the_sum_of_the_items_is_refused(items: list[int], score: int) -> None:
    stated = {"items": [str(one) for one in items], "score": str(score)}
    if score == sum(items):
        assert answers(**stated)["total"] == score
    else:
        assert "score" in problem(**stated)


@pytest.mark.parametrize("name", ["q9", "Q9", "9", "item9", "item-9", "item_9"])
def test_an_item_by_name_is_known_and_the_others_are_not(name: str) -> None:
    fields = answers(items={name: "1"})

    assert fields["item_9"] == 1
    assert "item_1" not in fields
    assert "total" not in fields


def test_a_score_without_items_says_nothing_of_any_item() -> None:
    fields = answers(score="0")

    assert fields["total"] == 0
    assert not any(name.startswith("item_") for name in fields)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"items": ["0"] * 8}, "phq-9 has 9 items, and the list has 8"),
        ({"items": ["0"] * 10}, '"10" is not one of the 9 items of phq-9'),
        ({"items": ["0"] * 8 + ["4"]}, "item 9 of phq-9 can't be 4"),
        ({"items": ["-1"] + ["0"] * 8}, "item 1 of phq-9 can't be -1"),
        ({"items": ["0.5"] + ["0"] * 8}, "item 1 of phq-9 can't be 0.5"),
        ({"items": {"q10": "0"}}, '"q10" is not one of the 9 items'),
        ({"items": {"mood": "0"}}, '"mood" is not one of the 9 items'),
        ({"items": {"q9": "0", "9": "1"}}, "each once"),
        ({"items": {"q9": "3"}, "score": "2"}, "the score is 2, and the items allow 3 to 27"),
        ({"items": ["1"] * 9, "score": "8"}, "the score is 8, and the items add up to 9"),
        ({"score": "28"}, "the score of phq-9 can't be 28; write a whole number from 0 to 27"),
        ({"score": "3.5"}, "the score of phq-9 can't be 3.5"),
        ({"instrument": "phq-7", "score": "3"}, "did you mean phq-"),
    ],
)
def test_a_wrong_questionnaire_gets_one_clear_message(fields: dict[str, Any], message: str) -> None:
    assert message in problem(**fields)


def test_other_names_of_an_instrument_mean_the_same_one() -> None:
    assert answers(instrument="PHQ9", score="3")["scale"] == "phq-9"


def test_an_instrument_that_is_not_known_is_kept_as_it_is() -> None:
    fields = answers(instrument="EASI", score="31.5")

    assert fields == {"instrument": "easi", "score": 31.5}


def test_instruments_that_are_not_free_are_named_without_wording_or_structure() -> None:
    table = tomllib.loads((ROOT / "src/safecourse/programmes/questionnaires.toml").read_text(encoding="utf-8"))
    for one in table["instrument"]:
        assert one["free"] or set(one) <= {"id", "names", "says", "free", "source", "grade"}
    for instrument in instruments().values():
        assert instrument.free == (instrument.items != UNCHECKED)
        assert instrument.items <= MOST_ITEMS
        assert not instrument.free or (instrument.source and instrument.grade)
