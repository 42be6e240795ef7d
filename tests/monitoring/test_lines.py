"""Lines of monitoring at the gates: both sides of each number, what lifts a red flag, and what nobody knows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitoring.samples import course, event, findings, outcome, section, with_head
from safecourse import days
from safecourse.population.batches import batch_of, kinds_read
from safecourse.population.deciding import WORDS, decide_batch
from safecourse.rules.deciding import compiled
from safecourse.rules.ledger import open_ledger
from safecourse.rules.planning import plan_gate

US = with_head(section("us-isotretinoin-label"))
EU = with_head(section("eu-isotretinoin-label"))
CREAM = with_head(section("us-imiquimod-5-carcinoma"))
ITEM_9 = "no-unanswered-thought-of-death"


def lab(on: str, test: str, value: float, unit: str, **fields: Any) -> dict[str, Any]:
    return event("lab", on, test=test, value=str(value), unit=unit, **{key: str(one) for key, one in fields.items()})


def phq(on: str, ninth: int, **fields: Any) -> dict[str, Any]:
    return event("questionnaire", on, instrument="phq-9", items=["1"] * 8 + [str(ninth)], **fields)


def reaction(on: str, term: str, severity: str = "moderate") -> dict[str, Any]:
    return event("adverse-event", on, term=term, severity=severity)


def assessed(on: str, by: str = "prescriber", what: str = "mental-health") -> dict[str, Any]:
    return event("assessed", on, what=what, by=by)


def resumed(on: str, by: str = "prescriber") -> dict[str, Any]:
    return event("judged", on, matter="may-resume", by=by)


# ---- numbers ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "test", "unit", "below", "reached"),
    [
        ("triglycerides-below-200", "triglycerides", "mg/dL", 199.9, 200),
        ("triglycerides-below-500", "triglycerides", "mg/dL", 499.9, 500),
        ("triglycerides-below-500", "triglycerides", "mmol/L", 5.64, 5.65),
        ("triglycerides-not-above-800", "triglycerides", "mg/dL", 800, 800.1),
        ("triglycerides-not-above-800", "triglycerides", "mmol/L", 9.03, 9.04),
        ("ast-below-108", "ast", "U/L", 107.9, 108),
        ("ast-below-108", "ast", "ukat/L", 1.79, 1.8),
    ],
)
def test_a_line_is_reached_at_its_number_or_above_it_in_any_unit(
    line: str, test: str, unit: str, below: float, reached: float
) -> None:
    assert findings(US, course(lab("2026-10-05", test, below, unit)), "2026-10-06")[line].verdict == "met"
    assert findings(US, course(lab("2026-10-05", test, reached, unit)), "2026-10-06")[line].verdict == "unmet"


def test_the_european_line_stands_where_its_source_puts_it() -> None:
    for value, verdict in ((9, "met"), (9.01, "unmet")):
        found = findings(EU, course(lab("2026-10-05", "triglycerides", value, "mmol/L")), "2026-10-06")

        assert found["triglycerides-not-above-9"].verdict == verdict


@pytest.mark.parametrize(("value", "verdict"), [(120, "met"), (120.1, "unmet")])
def test_a_multiple_is_taken_of_the_upper_limit_that_the_laboratory_states(value: float, verdict: str) -> None:
    found = findings(US, course(lab("2026-10-05", "alt", value, "U/L", upper_limit=40)), "2026-10-06")

    assert found["alt-not-above-3-times"].verdict == verdict


def test_without_an_upper_limit_nobody_knows_a_multiple() -> None:
    found = findings(US, course(lab("2026-10-05", "alt", 500, "U/L")), "2026-10-06")["alt-not-above-3-times"]

    assert (found.verdict, found.observed) == ("unknown", "unknown")


def test_the_last_value_counts_and_of_one_day_the_highest() -> None:
    high, low = lab("2026-10-05", "triglycerides", 900, "mg/dL"), lab("2026-10-06", "triglycerides", 100, "mg/dL")
    line = "triglycerides-not-above-800"

    assert findings(US, course(high, low), "2026-10-05")[line].verdict == "unmet"
    assert findings(US, course(high, low), "2026-10-06")[line].verdict == "met"
    assert findings(US, course(high, low | {"on": "2026-10-05"}), "2026-10-06")[line].verdict == "unmet"


def test_a_laboratory_line_of_a_label_never_refuses() -> None:
    worst = course(lab("2026-10-05", "triglycerides", 2000, "mg/dL"), lab("2026-10-05", "alt", 900, "U/L"))

    assert outcome(US, worst, "2026-10-06") == "allowed"


def test_a_value_that_the_record_does_not_cover_is_unknown() -> None:
    covers = {"from": "2026-10-01", "kinds": ["enrolled", "questionnaire", "adverse-event"]}
    found = findings(US, course(covers=covers), "2026-10-06")

    assert {found[line].verdict for line in ("triglycerides-below-200", "ast-below-108")} == {"unknown"}


def test_a_finding_shows_what_must_not_be() -> None:
    found = findings(US, course(lab("2026-10-05", "triglycerides", 9.1, "mmol/L")), "2026-10-06")
    high = found["triglycerides-below-500"]

    assert (high.observed, high.opens, high.closes, high.forbid) == (805.987, 500, "open-ended", True)


# ---- the ninth question ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("gate", ["prescribe", "take"])
@pytest.mark.parametrize(("ninth", "expected"), [(0, "allowed"), (1, "refused"), (3, "refused")])
def test_the_ninth_question_above_zero_stops_whatever_the_total(gate: str, ninth: int, expected: str) -> None:
    assert outcome(US, course(phq("2026-10-05", ninth)), "2026-10-06", gate) == expected


def test_a_high_total_without_the_ninth_question_does_not_stop() -> None:
    items = ["3"] * 8 + ["0"]
    asked = course(event("questionnaire", "2026-10-05", instrument="phq-9", items=items))

    assert outcome(US, asked, "2026-10-06") == "allowed"


def test_a_score_without_items_leaves_it_unknown_also_when_it_is_zero() -> None:
    for score in ("0", "12"):
        asked = course(event("questionnaire", "2026-10-05", instrument="phq-9", score=score))

        assert outcome(US, asked, "2026-10-06") == "undetermined"
        assert findings(US, asked, "2026-10-06")[ITEM_9].verdict == "unknown"


def test_the_ninth_item_by_name_is_enough() -> None:
    for answer, expected in (("0", "allowed"), ("2", "refused")):
        asked = course(event("questionnaire", "2026-10-05", instrument="phq-9", items={"q9": answer}))

        assert outcome(US, asked, "2026-10-06") == expected


def test_a_prescriber_who_looks_on_that_day_or_later_lifts_it() -> None:
    assert outcome(US, course(phq("2026-10-05", 1), assessed("2026-10-05")), "2026-10-05") == "allowed"
    assert outcome(US, course(phq("2026-10-05", 1), assessed("2026-10-07")), "2026-10-07") == "allowed"
    assert outcome(US, course(phq("2026-10-05", 1), assessed("2026-10-07")), "2026-10-06") == "refused"


def test_neither_an_earlier_look_nor_another_one_lifts_it() -> None:
    for other in (
        assessed("2026-10-04"), assessed("2026-10-06", by="nurse"), assessed("2026-10-06", what="sexual-function"),
        resumed("2026-10-06"), phq("2026-10-06", 0),
    ):  # fmt: skip
        assert outcome(US, course(phq("2026-10-05", 1), other), "2026-10-07") == "refused"


def test_a_look_in_the_morning_does_not_lift_what_was_answered_in_the_afternoon() -> None:
    afternoon = phq("2026-10-05T15:00-04:00", 1)

    assert outcome(US, course(assessed("2026-10-05T09:00-04:00"), afternoon), "2026-10-06") == "refused"
    assert outcome(US, course(assessed("2026-10-05T16:00-04:00"), afternoon), "2026-10-06") == "allowed"


def test_a_look_also_settles_a_score_without_items() -> None:
    asked = course(event("questionnaire", "2026-10-05", instrument="phq-9", score="12"), assessed("2026-10-06"))

    assert outcome(US, asked, "2026-10-06") == "allowed"


def test_another_questionnaire_says_nothing_of_the_ninth_question() -> None:
    asked = course(event("questionnaire", "2026-10-05", instrument="phq-2", items=["3", "3"]))

    assert outcome(US, asked, "2026-10-06") == "allowed"


# ---- reactions -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("term", "severity", "expected"),
    [
        ("ulcer", "mild", "refused"),
        ("fever", "mild", "refused"),
        ("Can't pass urine", "moderate", "refused"),
        ("redness", "severe", "refused"),
        ("redness", "moderate", "allowed"),
        ("redness", "mild", "allowed"),
        ("nausea", "moderate", "allowed"),
        ("something new", "severe", "refused"),
        ("something new", "life-threatening", "refused"),
    ],
)
def test_red_flags_stop_and_mild_ones_do_not(term: str, severity: str, expected: str) -> None:
    for gate in ("prescribe", "take"):
        assert outcome(CREAM, course(reaction("2026-10-05", term, severity)), "2026-10-06", gate) == expected


def test_a_reaction_stops_until_a_prescriber_says_that_treatment_may_resume() -> None:
    ulcer = reaction("2026-10-05", "ulcer")

    assert outcome(CREAM, course(ulcer, resumed("2026-10-05")), "2026-10-05") == "allowed"
    assert outcome(CREAM, course(ulcer, resumed("2026-10-09")), "2026-10-09") == "allowed"
    assert outcome(CREAM, course(resumed("2026-10-04"), ulcer), "2026-10-09") == "refused"
    assert outcome(CREAM, course(ulcer, resumed("2026-10-06", by="patient")), "2026-10-09") == "refused"
    assert outcome(CREAM, course(ulcer, resumed("2026-10-06"), reaction("2026-10-07", "fever")), "2026-10-09") == (
        "refused"
    )


def test_a_record_that_does_not_cover_reactions_is_undetermined() -> None:
    assert outcome(CREAM, course(covers={"from": "2026-10-01", "kinds": ["enrolled"]}), "2026-10-06") == "undetermined"


def test_a_refusal_says_what_to_do_and_whom_to_call() -> None:
    found = findings(CREAM, course(reaction("2026-10-05", "urinary retention")), "2026-10-06")

    assert "Call the emergency services" in found["no-retention-of-urine-unseen"].fix


# ---- plans -----------------------------------------------------------------------------------------------------------


def test_the_plan_is_to_have_it_looked_at_today() -> None:
    today = days.parse_day("2026-10-05")
    for programme, asked in ((US, course(phq("2026-10-05", 2))), (CREAM, course(reaction("2026-10-05", "ulcer")))):
        found = plan_gate(((compiled(programme, "take"), today, days.LATEST),), open_ledger(asked, today, 2**62))

        assert found.earliest == "2026-10-05"
        assert [(step.first, step.last) for step in found.steps] == [("2026-10-05", "2026-10-05")]
        assert found.assumes == ("The prescriber finds that treatment may go on.",)


# ---- properties ------------------------------------------------------------------------------------------------------

_DAYS = st.integers(0, 12).map(lambda day: f"2026-10-{day + 2:02}")
_WATCHED = st.one_of(
    st.builds(phq, _DAYS, st.integers(0, 3)),
    st.builds(assessed, _DAYS, st.sampled_from(["prescriber", "nurse", "gp"])),
    st.builds(reaction, _DAYS, st.sampled_from(["depression", "dry lips", "pancreatitis"])),
    st.builds(resumed, _DAYS, st.sampled_from(["prescriber", "patient"])),
    st.builds(lambda on, score: event("questionnaire", on, instrument="phq-9", score=str(score)), _DAYS, st.just(4)),
)


def expected_outcome(events: list[dict[str, Any]], today: str) -> str:
    """One sentence after the other: what the lines of the US label say of these events."""
    seen = [one for one in events if one["on"] <= today]
    may = [one["on"] for one in seen if one["event"] == "judged" and one["by"] == "prescriber"]
    looked = [one["on"] for one in seen if one["event"] == "assessed" and one["by"] != "nurse"]
    open_ = [
        one["on"] for one in seen if one["event"] == "adverse-event" and one["term"] in ("depression", "pancreatitis")
    ]
    if any(not any(look >= on for look in may) for on in open_):
        return "refused"
    waiting = [one for one in seen if one["event"] == "questionnaire" and not any(look >= one["on"] for look in looked)]
    if any(one["items"][8] != "0" for one in waiting if "items" in one):
        return "refused"
    return "undetermined" if any("items" not in one for one in waiting) else "allowed"


@settings(max_examples=400, deadline=None)
@given(st.lists(_WATCHED, max_size=6), _DAYS)
def test_red_flags_stand_until_somebody_looks_whatever_else_happens(events: list[dict[str, Any]], today: str) -> None:
    assert outcome(US, course(*events), today) == expected_outcome(events, today)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(_WATCHED, max_size=6), min_size=1, max_size=8), _DAYS)
def test_a_population_is_decided_as_each_course_alone(lists: list[list[dict[str, Any]]], today: str) -> None:
    high = lab("2026-10-04", "triglycerides", 9.5, "mmol/L")
    courses = [course(high, *events) for events in lists]
    at = datetime.fromisoformat(f"{today}T23:59:59-04:00")
    decided = decide_batch(US, "take", batch_of(kinds_read(US), courses), at, courses.__getitem__)

    assert [WORDS[code] for code in decided.outcome] == [outcome(US, one, today) for one in courses]
