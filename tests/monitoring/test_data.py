"""The tables of reactions and outcomes: everything has its source, and nothing stands twice."""

from __future__ import annotations

from itertools import pairwise

import pytest

from safecourse import days
from safecourse.course.vocabulary import EVENT_SEVERITIES, PRODUCTS, SKIN_CONDITIONS
from safecourse.rulebook.model import GRADES
from safecourse.rulebook.outcomes import (
    figures,
    figures_for,
    follow_ups,
    measures_of_outcome,
    outcome_sources,
    waits,
)
from safecourse.rulebook.reactions import DOES, reaction_of, reaction_sources, reactions, reports

MEDICINES = {"isotretinoin", "imiquimod", "pimecrolimus"}


def test_every_reaction_has_sources_a_grade_and_words_that_a_record_can_hold() -> None:
    known = reaction_sources()
    for one in reactions():
        assert one.medicine in MEDICINES
        assert {one.source, *one.frequency_source} <= set(known)
        assert one.grade in GRADES
        assert bool(one.assumption) == (one.grade == "unverified")
        assert one.severity in EVENT_SEVERITIES
        assert one.does in DOES
        assert one.frequency
        assert one.advice.endswith(".")
        assert all(word == "-".join(word.lower().replace("_", " ").split()) for word in one.named)


def test_every_red_flag_stops_or_pauses_and_says_whom_to_call() -> None:
    for one in reactions():
        if one.red_flag:
            assert one.does in ("stop", "interrupt")
            assert one.call


@pytest.mark.parametrize("medicine", sorted(MEDICINES))
def test_no_word_means_two_reactions_of_one_medicine(medicine: str) -> None:
    words = [word for one in reactions() if one.medicine == medicine for word in one.named]

    assert sorted({word for word in words if words.count(word) > 1}) == []


def test_every_source_of_a_table_is_used() -> None:
    used = {one.source for one in (*reactions(), *reports())}
    used |= {source for one in reactions() for source in one.frequency_source}
    assert set(reaction_sources()) == used

    assert set(outcome_sources()) == {one.source for one in (*figures(), *follow_ups(), *waits())}


def test_a_term_or_one_of_its_words_finds_the_reaction() -> None:
    assert [one.term for one in reaction_of("isotretinoin", "dry-lips", "mild")] == ["cheilitis"]
    assert reaction_of("isotretinoin", "something-new", "mild") == ()
    assert reaction_of("pimecrolimus", "dry-lips", "mild") == ()


@pytest.mark.parametrize(("severity", "term"), [("moderate", "local-reaction"), ("severe", "severe-local-reaction")])
def test_a_local_reaction_is_another_one_when_it_is_severe(severity: str, term: str) -> None:
    (found,) = reaction_of("imiquimod", "redness", severity)

    assert (found.term, found.red_flag) == (term, severity == "severe")


def test_figures_hold_shares_conditions_and_products() -> None:
    for one in figures():
        assert one.medicine in MEDICINES
        assert one.condition in SKIN_CONDITIONS
        assert set(one.products) <= set(PRODUCTS)
        assert all(0 <= share <= 100 for share in one.percent)
        assert len(one.percent) in (0, 2)
        assert all(low <= high for low, high in pairwise(one.percent))
        assert one.says.endswith(".")
        assert one.limits.endswith(".")


@pytest.mark.parametrize(
    ("medicine", "condition", "about", "percent"),
    [
        ("isotretinoin", "acne", "relapse", (22.5, 22.5)),
        ("isotretinoin", "acne", "second-course", (8.2, 8.2)),
        ("imiquimod", "anogenital-warts", "relapse", (13, 19)),
        ("imiquimod", "superficial-basal-cell-carcinoma", "clearance", (82.5, 82.5)),
        ("imiquimod", "superficial-basal-cell-carcinoma", "clearance", (80.5, 80.5)),
        ("pimecrolimus", "atopic-dermatitis", "clearance", (34.8, 34.8)),
    ],
)
def test_the_published_figures_are_there(
    medicine: str, condition: str, about: str, percent: tuple[float, float]
) -> None:
    assert (about, percent) in {(one.about, one.percent) for one in figures_for(medicine, condition, "")}


def test_figures_of_another_strength_are_left_out_once_the_product_is_known() -> None:
    both = figures_for("imiquimod", "anogenital-warts", "")
    weak = figures_for("imiquimod", "anogenital-warts", "imiquimod-3.75")

    assert {one.products for one in weak} == {(), ("imiquimod-3.75",)}
    assert len(weak) < len(both)


def test_waiting_times_count_the_longer_time_in_calendar_months() -> None:
    end = days.parse_day("2026-08-31")
    over = {one.what.split(",")[0]: days.iso(one.over(end)) for one in waits()}

    assert over == {"laser": "2027-03-01", "waxing": "2027-03-01", "giving blood": "2026-10-01"}


def test_follow_up_of_acne_lasts_three_years() -> None:
    (acne,) = [one for one in follow_ups() if one.condition == "acne"]

    assert days.iso(acne.until(days.parse_day("2026-03-01"))) == "2029-03-01"


def test_measures_belong_to_conditions() -> None:
    assert {condition for one in measures_of_outcome() for condition in one.conditions} <= set(SKIN_CONDITIONS)
