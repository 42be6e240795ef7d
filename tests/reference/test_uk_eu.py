from __future__ import annotations

from copy import deepcopy
from datetime import date, datetime
from typing import Any

import pytest

from safecourse.reference import eu_isotretinoin, uk_isotretinoin
from safecourse.reference.records_eu import Opinion, Record, month_after

CAN = {"event": "classified", "on": "2026-02-01", "category": "can-become-pregnant", "criteria": []}
PILL = {
    "event": "contraception", "on": "2026-02-01", "by": "patient", "methods": ["combined-pill", "male-condom"],
    "since": "2026-02-01",
}  # fmt: skip
TEST = {"event": "pregnancy-test", "on": "2026-03-02", "result": "negative", "setting": "medical"}
ENTRY = ("counselled", "assessed", "visited", "form-signed")
RX = {"event": "prescribed", "on": "2026-03-03", "product": "isotretinoin", "days_supply": "30", "by": "dermatologist"}


def entered() -> list[dict[str, Any]]:
    """All that a first UK prescription asks, for 2026-03-03."""
    return [
        CAN, PILL, TEST,
        {"event": "diagnosed", "on": "2026-02-01", "condition": "acne", "severity": "severe"},
        {"event": "prior-treatment", "on": "2026-02-01", "treatment": "doxycycline", "outcome": "failed"},
        {"event": "counselled", "on": "2026-02-01", "by": "nurse"},
        {"event": "assessed", "on": "2026-02-01", "what": "mental-health", "by": "dermatologist"},
        {"event": "assessed", "on": "2026-02-01", "what": "sexual-function", "by": "dermatologist"},
        {"event": "visited", "on": "2026-02-01", "setting": "in-person"},
        {"event": "form-signed", "on": "2026-02-01", "form": "acknowledgement-of-risk", "by": "patient"},
        {"event": "form-signed", "on": "2026-02-01", "form": "acknowledgement-of-risk", "by": "prescriber"},
    ]  # fmt: skip


def course(events: list[dict[str, Any]], born: str = "2000-01-01", covers: Any = "complete") -> dict[str, Any]:
    return {"patient": {"born": born}, "covers": covers, "events": deepcopy(events)}


def uk(document: dict[str, Any], gate: str, day: str = "2026-03-03", version: str = "2026-01-22") -> Opinion:
    return uk_isotretinoin.judge(document, gate, datetime.fromisoformat(f"{day}T12:00:00+00:00"), version)


def eu(document: dict[str, Any], gate: str, day: str = "2026-03-03") -> Opinion:
    return eu_isotretinoin.judge(document, gate, datetime.fromisoformat(f"{day}T12:00:00+00:00"), "2018-06-21")


def without(kind: str) -> list[dict[str, Any]]:
    return [event for event in entered() if event["event"] != kind]


def test_a_full_entry_allows_the_first_prescription() -> None:
    assert uk(course(entered()), "prescribe") == Opinion(
        "allowed", frozenset(), frozenset(), (date(2026, 3, 2), date(2026, 3, 5))
    )
    assert eu(course(entered()), "prescribe").outcome == "allowed"


@pytest.mark.parametrize(
    ("kind", "rule"),
    [
        ("diagnosed", "severe-acne"),
        ("prior-treatment", "treatment-failed"),
        ("counselled", "counselled"),
        ("assessed", "mental-health"),
        ("visited", "in-person"),
        ("form-signed", "patient-acknowledged"),
        ("contraception", "contraception"),
        ("pregnancy-test", "test"),
    ],
)
def test_each_missing_step_refuses_in_a_complete_record_and_is_unknown_in_an_empty_one(kind: str, rule: str) -> None:
    assert rule in uk(course(without(kind)), "prescribe").unmet

    nothing_covered = course(without(kind), covers=[{"from": "2026-03-04"}])
    assert rule in uk(nothing_covered, "prescribe").unknown
    assert uk(nothing_covered, "prescribe").outcome == "undetermined"


def test_who_was_never_classified_can_become_pregnant() -> None:
    unclassified = without("classified")

    assert uk(course(unclassified), "prescribe").outcome == "allowed"
    untested = [event for event in unclassified if event["event"] != "pregnancy-test"]
    assert uk(course(untested), "prescribe").unmet == {"test", "test-after-lead"}
    stated = course(unclassified)
    stated["patient"]["category"] = "cannot-become-pregnant"
    assert uk(stated, "prescribe").unmet == {"category"}


def test_the_second_prescriber_ends_with_the_version_of_january_2026() -> None:
    minor = course(entered(), born="2010-01-01")

    assert uk(minor, "prescribe").outcome == "allowed"
    assert uk(minor, "prescribe", version="2025-10-27").unmet == {"second-prescriber"}


@pytest.mark.parametrize(
    ("day", "outcome"), [("2026-03-02", "allowed"), ("2026-03-05", "allowed"), ("2026-03-06", "refused")]
)
def test_a_test_carries_a_prescription_for_three_days_after_its_own(day: str, outcome: str) -> None:
    assert uk(course(entered()), "prescribe", day).outcome == outcome


@pytest.mark.parametrize(("since", "outcome"), [("2026-02-02", "allowed"), ("2026-02-03", "refused")])
def test_the_uk_lead_is_28_days_up_to_the_test(since: str, outcome: str) -> None:
    events = [*without("contraception"), {**PILL, "since": since}]

    assert uk(course(events), "prescribe", "2026-03-04").outcome == outcome


def test_the_eu_lead_is_a_calendar_month_that_overflows_to_the_later_day() -> None:
    assert month_after(date(2026, 1, 31)) == date(2026, 3, 1)
    assert month_after(date(2026, 12, 31)) == date(2027, 1, 31)

    events = [*without("contraception"), {**PILL, "since": "2026-02-02"}]
    assert eu(course(events), "prescribe").outcome == "allowed"
    assert eu(course([*without("contraception"), {**PILL, "since": "2026-02-03"}]), "prescribe").unmet == {
        "test-after-lead"
    }


def test_a_remote_test_counts_from_october_2025() -> None:
    events = [*without("pregnancy-test"), {**TEST, "setting": "supervised-remote"}]

    assert uk(course(events), "prescribe", version="2025-10-27").outcome == "allowed"
    assert "test" in uk(course(events), "prescribe", version="2024-02-01").unmet
    assert "test" in eu(course(events), "prescribe").unmet


def test_a_positive_test_of_the_same_day_blocks_until_pregnancy_is_excluded_later() -> None:
    positive = {**TEST, "result": "positive", "setting": "home"}
    excluded = {"event": "judged", "matter": "pregnancy-excluded", "by": "prescriber"}

    assert uk(course([*entered(), positive]), "prescribe").unmet == {"no-possible-pregnancy"}
    assert uk(course([*entered(), positive, {**excluded, "on": "2026-03-02"}]), "prescribe").outcome == "refused"
    assert uk(course([*entered(), positive, {**excluded, "on": "2026-03-03"}]), "prescribe").outcome == "allowed"


def test_tubal_ligation_exempts_in_the_uk_but_not_in_the_eu() -> None:
    sterile = {**CAN, "category": "cannot-become-pregnant", "criteria": ["tubal-sterilization"]}
    events = [sterile, *without("classified")]

    assert uk(course(events), "prescribe").outcome == "allowed"
    assert uk(course(events), "prescribe").window == (None, None)
    assert eu(course(events), "prescribe").unmet == {"category"}


@pytest.mark.parametrize(("day", "outcome"), [("2026-03-10", "allowed"), ("2026-03-11", "refused")])
def test_a_prescription_lasts_seven_days_after_its_own(day: str, outcome: str) -> None:
    opinion = uk(course([*entered(), RX]), "dispense", day)

    assert opinion.outcome == outcome
    assert opinion.window == (date(2026, 3, 3), date(2026, 3, 10))


def test_one_prescription_allows_one_dispense_and_a_return_frees_it() -> None:
    dispensed = {"event": "dispensed", "on": "2026-03-04", "days_supply": 30}
    returned = {"event": "returned", "on": "2026-03-05", "days_supply": 30}

    assert "prescription-unused" in uk(course([*entered(), RX, dispensed]), "dispense", "2026-03-06").unmet
    assert uk(course([*entered(), RX, dispensed, returned]), "dispense", "2026-03-06").outcome == "allowed"


def test_a_nurse_specialist_may_sign_since_february_2024_and_a_gp_never() -> None:
    def signed(by: str, version: str) -> frozenset[str]:
        return uk(course([*entered(), {**RX, "by": by}]), "dispense", version=version).unmet

    assert signed("specialist-nurse", "2023-10-31") == {"prescriber-may-sign"}
    assert signed("specialist-nurse", "2024-02-01") == frozenset()
    assert signed("gp", "2026-01-22") == {"prescriber-may-sign"}


def test_the_course_is_taken_once_dispensed_and_finished_a_month_after_its_end() -> None:
    events = [*entered(), RX]
    dispensed = {"event": "dispensed", "on": "2026-03-04", "days_supply": 30}
    stopped = {"event": "treatment-stopped", "on": "2026-03-31"}

    assert uk(course(events), "take").unmet == {"dispensed"}
    assert uk(course([*events, dispensed]), "take", "2026-03-04").outcome == "allowed"
    assert uk(course([*events, dispensed, stopped]), "take", "2026-03-31").unmet == {"dispensed"}
    for day, outcome in (("2026-04-30", "refused"), ("2026-05-01", "allowed")):
        final = {**TEST, "on": day}
        assert uk(course([*events, dispensed, stopped, final]), "finish", "2026-05-02").outcome == outcome


def test_an_empty_course_passes_no_gate() -> None:
    for judged in (uk, eu):
        for gate in ("prescribe", "dispense", "take", "finish"):
            assert judged(course([]), gate).outcome != "allowed"
            assert judged(course([], covers=[{"from": "2026-03-04"}]), gate).outcome == "undetermined"


def test_the_order_of_the_file_and_repeated_events_change_nothing() -> None:
    events = [*entered(), RX]

    assert uk(course([*reversed(events), *events]), "dispense") == uk(course(events), "dispense")


def test_what_happened_later_is_not_seen_and_what_was_corrected_does_not_count() -> None:
    later = {**TEST, "result": "positive", "on": "2026-03-04", "id": "a"}
    wrong = {**later, "on": "2026-03-02"}
    corrected = {"event": "corrected", "on": "2026-03-03", "corrects": "a", "reason": "another patient"}

    assert uk(course([*entered(), later]), "prescribe").outcome == "allowed"
    assert uk(course([*entered(), wrong]), "prescribe").outcome == "refused"
    assert uk(course([*entered(), wrong, corrected]), "prescribe").outcome == "allowed"


def test_coverage_leaves_the_days_outside_its_stretches() -> None:
    covers = [{"from": "2026-01-01", "until": "2026-01-31"}, {"from": "2026-02-03", "kinds": ["pregnancy-test"]}]
    record = Record(course([], covers=covers), datetime.fromisoformat("2026-03-01T00:00:00+00:00"), "Europe/London")

    assert not record.gap("pregnancy-test", date(2026, 2, 3))
    assert record.gaps("pregnancy-test", date(2026, 1, 1), date(2026, 3, 1)) == [(date(2026, 2, 1), date(2026, 2, 2))]
    assert record.gaps("dispensed", date(2026, 1, 1), date(2026, 3, 1)) == [(date(2026, 2, 1), date(2026, 3, 1))]


@pytest.mark.parametrize("criterion", ["menopausal", "no-periods"])
def test_a_menopause_is_settled_in_the_uk_by_the_hormone_and_in_the_eu_by_nothing(criterion: str) -> None:
    stated = {**CAN, "category": "cannot-become-pregnant", "criteria": [criterion]}
    proved = [{**stated, "fsh": "post-menopausal-range"}, *without("classified")]

    assert uk(course(proved), "prescribe").outcome == "allowed"
    assert uk(course([{**stated, "fsh": "other"}, *without("classified")]), "prescribe").unknown == {"category"}
    assert eu(course(proved), "prescribe").unknown == {"category"}


def test_contraception_may_be_waived_in_the_uk_by_the_prescriber_but_tests_stay() -> None:
    waived = {**CAN, "category": "contraception-not-required"}
    judged = {"event": "judged", "on": "2026-02-01", "matter": "no-pregnancy-risk-expected", "by": "prescriber"}
    events = [waived, *(event for event in without("classified") if event["event"] != "contraception")]

    assert uk(course([*events, judged]), "prescribe").outcome == "allowed"
    assert uk(course([*events, judged]), "prescribe", "2026-03-06").unmet == {"test"}
    assert uk(course(events), "prescribe").unmet >= {"category"}
    assert eu(course([*events, judged]), "prescribe").unmet >= {"category"}


def test_severe_acne_may_grow_milder() -> None:
    milder = {"event": "diagnosed", "on": "2026-03-01", "condition": "acne", "severity": "mild"}
    unsaid = {"event": "diagnosed", "on": "2026-03-01", "condition": "acne"}

    assert uk(course([*entered(), milder]), "prescribe").outcome == "allowed"
    assert uk(course([*without("diagnosed"), milder]), "prescribe").unmet == {"severe-acne"}
    assert uk(course([*without("diagnosed"), milder, unsaid]), "prescribe").unknown == {"severe-acne"}


def test_supply_and_days_bind_in_the_pregnancy_prevention_programme_only() -> None:
    male = {**CAN, "category": "cannot-become-pregnant", "criteria": ["cisgender-male"]}
    long = {**RX, "days_supply": "60"}

    assert uk(course([male, *without("classified"), long]), "dispense", "2026-04-03").outcome == "allowed"
    assert uk(course([*entered(), long]), "dispense").unmet == {"supply-30-days"}


def test_a_stop_ends_what_the_entry_and_the_prescription_were_good_for() -> None:
    stopped = {"event": "treatment-stopped", "on": "2026-03-04"}

    assert uk(course([*entered(), RX, stopped]), "dispense", "2026-03-05").unmet >= {"prescription-unused"}
    assert uk(course([*entered(), stopped]), "prescribe", "2026-03-05").unmet == {
        "counselled", "mental-health", "sexual-function", "in-person",
        "patient-acknowledged", "prescriber-acknowledged",
    }  # fmt: skip
    again = [{**event, "on": "2026-03-04"} for event in entered() if event["event"] in ENTRY]
    assert uk(course([*entered(), stopped, *again]), "prescribe", "2026-03-05").outcome == "allowed"


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (None, "refused"),
        ({"event": "pregnancy", "on": "2026-05-01"}, "allowed"),
        ({"event": "pregnancy", "on": "2026-04-30"}, "refused"),
        ({"event": "judged", "on": "2026-05-02", "matter": "pregnancy-excluded", "by": "prescriber"}, "allowed"),
        ({"event": "judged", "on": "2026-05-01", "matter": "pregnancy-excluded", "by": "prescriber"}, "refused"),
    ],
)
def test_a_course_is_closed_once_each_positive_test_is_followed_up(answer: dict[str, Any] | None, outcome: str) -> None:
    end = [{"event": "treatment-stopped", "on": "2026-03-31"}, {**TEST, "on": "2026-05-01"}]
    positive = {**TEST, "on": "2026-05-01", "result": "positive"}
    answers = [answer] if answer else []

    assert uk(course([*entered(), *end, positive, *answers]), "finish", "2026-05-03").outcome == outcome


def test_what_happened_on_tomorrows_calendar_elsewhere_counts_as_of_today() -> None:
    positive = {"event": "pregnancy-test", "at": "2026-03-04T08:00:00+14:00", "result": "positive", "setting": "home"}
    judged = uk_isotretinoin.judge(
        course([*entered(), positive]), "prescribe", datetime.fromisoformat("2026-03-03T23:00:00+00:00"), "2026-01-22"
    )

    assert judged.unmet == {"no-possible-pregnancy"}
