"""The reference evaluator on us-ipledge: a few courses that anybody can check by hand."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from safecourse.reference import Opinion, judge

BOTH = ["combined-pill", "male-condom"]


def event(kind: str, on: str, **fields: Any) -> dict[str, Any]:
    """One event of a course file."""
    return {"event": kind, "on": on, **fields}


def course(*more: dict[str, Any], without: tuple[str, ...] = (), **head: Any) -> dict[str, Any]:
    """The contract's example, with more events, and without some kinds."""
    signed = [
        event("form-signed", "2026-09-01", form=form, by=by)
        for form in ("patient-information", "birth-defects")
        for by in ("patient", "prescriber")
    ]
    events = [
        event("certified", "2026-01-02", role="prescriber", until="2027-01-01"),
        event("certified", "2026-01-02", role="pharmacy", until="2027-01-01"),
        event("diagnosed", "2026-09-01", condition="acne", severity="severe-nodular"),
        event("classified", "2026-09-01", category="can-become-pregnant", criteria=[]),
        event("enrolled", "2026-09-01"),
        *signed,
        event("counselled", "2026-09-01", by="prescriber"),
        event("contraception", "2026-09-01", by="prescriber", methods=BOTH, since="2026-09-01"),
        event("pregnancy-test", "2026-09-01", result="negative", setting="medical"),
        event("menses-started", "2026-09-29"),
        event("pregnancy-test", "2026-10-01", result="negative", setting="medical"),
        event("counselled", "2026-10-02", by="prescriber"),
        event("contraception", "2026-10-02", by="prescriber", methods=BOTH),
        event("monthly-confirmation", "2026-10-02", by="prescriber"),
        event("contraception", "2026-10-02", by="patient", methods=BOTH),
        event("questions-answered", "2026-10-02", passed="true"),
        event("prescribed", "2026-10-02", product="isotretinoin", days_supply="30", mg_per_day="40"),
    ]
    return {
        "safecourse": "1",
        "programme": "us-ipledge",
        "patient": {"born": "2001-05-04", "category": "can-become-pregnant", "cycles": "regular"},
        "covers": "complete",
        "events": [seen for seen in events if seen["event"] not in without] + list(more),
        **head,
    }


def month(test: str, rest: str, setting: str = "medical") -> list[dict[str, Any]]:
    """A later month, all on one day but the test."""
    return [
        event("pregnancy-test", test, result="negative", setting=setting),
        event("monthly-confirmation", rest, by="prescriber"),
        event("contraception", rest, by="patient", methods=BOTH),
        event("questions-answered", rest, passed="true"),
        event("prescribed", rest, product="isotretinoin", days_supply="30"),
    ]


def ask(document: dict[str, Any], gate: str, day: str, version: str = "2023-10-03") -> Opinion:
    """The opinion at noon in New York."""
    return judge(document, gate, datetime.fromisoformat(f"{day}T12:00-04:00"), version)


def test_the_example_of_the_contract_is_allowed_on_the_last_day_of_its_window() -> None:
    assert ask(course(), "dispense", "2026-10-07") == Opinion(
        "allowed", frozenset(), frozenset(), (date(2026, 10, 1), date(2026, 10, 7))
    )


def test_a_day_later_only_the_window_refuses() -> None:
    found = ask(course(), "dispense", "2026-10-08")
    assert (found.outcome, found.unmet) == ("refused", frozenset({"window"}))
    assert found.window == (date(2026, 10, 1), date(2026, 10, 7))


def test_the_last_day_ends_at_midnight_in_new_york() -> None:
    for text, outcome in (("2026-10-08T03:59:59+00:00", "allowed"), ("2026-10-08T04:00:00+00:00", "refused")):
        assert judge(course(), "dispense", datetime.fromisoformat(text), "2023-10-03").outcome == outcome


@pytest.mark.parametrize("gate", ["enrol", "prescribe", "dispense"])
def test_before_the_first_dose_the_example_may_go_on_at_each_gate(gate: str) -> None:
    assert ask(course(), gate, "2026-10-03").outcome == "allowed"


def test_nothing_has_been_dispensed_so_nothing_may_be_taken_and_no_course_finished() -> None:
    assert ask(course(), "take", "2026-10-03").unmet == {"dispensed"}
    assert ask(course(), "finish", "2026-10-03").unmet == {"stopped"}


def test_in_2021_the_second_test_must_come_from_a_laboratory() -> None:
    assert ask(course(), "dispense", "2026-10-07", "2021-12-13").outcome == "refused"
    laboratory = course(without=("pregnancy-test",))
    for day in ("2026-09-01", "2026-10-01"):
        laboratory["events"].append(event("pregnancy-test", day, result="negative", setting="laboratory"))
    assert ask(laboratory, "dispense", "2026-10-07", "2021-12-13").outcome == "allowed"


def test_an_empty_complete_course_is_refused_and_an_uncovered_one_undetermined() -> None:
    for gate in ("enrol", "prescribe", "dispense", "take", "finish"):
        for version in ("2021-12-13", "2023-10-03", "2026-11-15"):
            empty = course(events=[])
            assert ask(empty, gate, "2026-10-07", version).outcome == "refused"
            assert ask({**empty, "covers": []}, gate, "2026-10-07", version).outcome == "undetermined"


@pytest.mark.parametrize(
    "kind",
    ["certified", "classified", "enrolled", "form-signed", "contraception", "pregnancy-test", "menses-started",
     "monthly-confirmation", "questions-answered", "prescribed"],
)  # fmt: skip
def test_no_step_may_be_missing(kind: str) -> None:
    assert ask(course(without=(kind,)), "dispense", "2026-10-07").outcome == "refused"


def test_eighteen_days_between_the_tests_are_too_few() -> None:
    for day, outcome in (("2026-09-12", "allowed"), ("2026-09-13", "refused")):
        tests = course(
            event("pregnancy-test", day, result="negative", setting="medical"),
            event("pregnancy-test", "2026-10-01", result="negative", setting="medical"),
            without=("pregnancy-test",),
        )
        assert ask(tests, "dispense", "2026-10-07").outcome == outcome


def test_methods_must_be_in_use_for_thirty_days() -> None:
    for since, outcome in (("2026-09-07", "allowed"), ("2026-09-08", "refused")):
        late = course(without=("contraception",))
        late["events"] += [
            event("contraception", "2026-09-09", by="prescriber", methods=BOTH, since=since),
            event("contraception", "2026-10-02", by="patient", methods=BOTH),
        ]
        assert ask(late, "dispense", "2026-10-07").outcome == outcome


def test_a_missed_first_window_brings_a_wait_of_nineteen_days_until_2026() -> None:
    for day, cycle, outcome in (("2026-10-19", "2026-10-16", "refused"), ("2026-10-20", "2026-10-16", "allowed")):
        missed = course(event("menses-started", cycle), *month(day, day))
        assert ask(missed, "dispense", "2026-10-21").outcome == outcome
    again = course(*month("2026-10-10", "2026-10-10"))
    assert ask(again, "dispense", "2026-10-12").outcome == "refused"
    assert ask(again, "dispense", "2026-10-12", "2026-11-15").window == (date(2026, 10, 10), date(2026, 10, 16))
    assert ask(again, "dispense", "2026-10-12", "2026-11-15").outcome == "allowed"


def test_one_prescription_and_one_confirmation_allow_one_dispense() -> None:
    once = event("dispensed", "2026-10-03", days_supply="30")
    refused = ask(course(once), "dispense", "2026-10-04")
    assert refused.unmet >= {"monthly-confirmation", "monthly-test", "prescription", "questions", "window"}
    returned = course(once, event("returned", "2026-10-04", days_supply="30"))
    assert ask(returned, "dispense", "2026-10-05").outcome == "allowed"
    next_month = course(once, *month("2026-10-30", "2026-10-31"))
    assert ask(next_month, "dispense", "2026-11-05").outcome == "allowed"
    assert ask(next_month, "take", "2026-11-05").outcome == "allowed"


def test_a_test_at_home_counts_during_treatment_once_permitted() -> None:
    once = event("dispensed", "2026-10-03", days_supply="30")
    home = month("2026-10-30", "2026-10-31", "home")
    assert ask(course(once, *home), "dispense", "2026-11-05").outcome == "refused"
    for day, outcome in (("2026-10-30", "allowed"), ("2026-10-31", "refused")):
        permitted = event("home-testing-permitted", day, by="prescriber")
        assert ask(course(once, permitted, *home), "dispense", "2026-11-05").outcome == outcome
    unknown = month("2026-10-30", "2026-10-31", "unknown")
    assert ask(course(once, *unknown), "dispense", "2026-11-05").outcome == "undetermined"


def test_a_positive_test_blocks_until_a_prescriber_excludes_pregnancy() -> None:
    positive = event("pregnancy-test", "2026-10-03", result="positive", setting="home")
    assert "no-possible-pregnancy" in ask(course(positive), "dispense", "2026-10-05").unmet
    for day, outcome in (("2026-10-03", "refused"), ("2026-10-04", "allowed")):
        excluded = event("judged", day, matter="pregnancy-excluded", by="prescriber")
        assert ask(course(positive, excluded), "dispense", "2026-10-05").outcome == outcome


def test_a_lapse_blocks_until_a_later_confirmed_test() -> None:
    for day, outcome in (("2026-09-30", "allowed"), ("2026-10-01", "refused")):
        lapse = event("contraception-lapse", day, what="missed-pill")
        assert ask(course(lapse), "dispense", "2026-10-05").outcome == outcome


def test_methods_of_patient_and_prescriber_must_agree() -> None:
    changed = event("contraception", "2026-10-03", by="patient", methods=["iud", "male-condom"])
    assert ask(course(changed), "dispense", "2026-10-05").unmet == {"methods-agree"}


def test_who_cannot_become_pregnant_needs_confirmation_and_visit_until_2026() -> None:
    events = [
        event("certified", "2026-01-02", role="prescriber"),
        event("certified", "2026-01-02", role="pharmacy"),
        event("classified", "2026-09-01", category="cannot-become-pregnant", criteria=["cisgender-male"]),
        event("enrolled", "2026-09-01"),
        event("form-signed", "2026-09-01", form="patient-information", by="patient"),
        event("form-signed", "2026-09-01", form="patient-information", by="prescriber"),
        event("counselled", "2026-09-01", by="prescriber"),
        event("prescribed", "2026-09-01", product="absorica", days_supply="30"),
    ]
    document = course(events=events, patient={"born": "2001-05-04"})
    assert ask(document, "dispense", "2026-10-01").unmet == {"monthly-confirmation", "visit-window"}
    assert ask(document, "dispense", "2026-10-01", "2026-11-15").outcome == "allowed"
    document["events"] += [
        event("monthly-confirmation", "2026-09-01", by="prescriber"),
        event("visited", "2026-09-01", setting="in-person"),
    ]
    found = ask(document, "dispense", "2026-10-01")
    assert (found.outcome, found.window) == ("allowed", (date(2026, 9, 1), date(2026, 10, 1)))
    assert ask(document, "dispense", "2026-10-02").unmet == {"visit-window"}


def test_criteria_decide_the_category_and_age_54_is_left_open() -> None:
    blood = {"fsh": "post-menopausal-range"}
    full = {**blood, "hcg": "negative", "estradiol": "depressed", "progesterone": "absent"}
    for born, evidence, answer in (
        ("1971-09-02", blood, "met"),
        ("1971-09-03", full, "unknown"),
        ("1972-09-02", full, "unknown"),
        ("1972-09-03", full, "met"),
        ("1972-09-03", blood, "unmet"),
        ("1971-09-02", {}, "unmet"),
    ):
        said = event("classified", "2026-09-02", category="cannot-become-pregnant", criteria=["menopausal"], **evidence)
        found = ask(course(said, patient={"born": born}), "enrol", "2026-10-05")
        name = "category-follows"
        assert ("unmet" if name in found.unmet else "unknown" if name in found.unknown else "met") == answer
    for criterion in ("tubal-sterilization", "abstinent", "pre-menarche", "transgender-man"):
        said = event("classified", "2026-09-02", category="cannot-become-pregnant", criteria=[criterion])
        assert "category-follows" in ask(course(said), "enrol", "2026-10-05").unmet


def test_a_course_is_finished_by_two_tests_since_its_end() -> None:
    ended = (event("dispensed", "2026-10-03", days_supply="30"), event("treatment-stopped", "2026-10-10"))
    for days, outcome in (
        (("2026-10-11", "2026-11-09"), "allowed"),
        (("2026-10-11", "2026-11-08"), "refused"),
        (("2026-11-09",), "refused"),
    ):
        tests = [event("pregnancy-test", day, result="negative", setting="medical") for day in days]
        assert ask(course(*ended, *tests), "finish", "2026-11-30").outcome == outcome


def test_who_left_the_programme_must_enrol_again_and_stopping_for_a_month_asks_for_it_too() -> None:
    left = event("discontinued", "2026-10-03")
    assert "enrolled" in ask(course(left), "dispense", "2026-10-05").unmet
    stopped = event("treatment-stopped", "2026-10-03")
    assert "no-re-entry" not in ask(course(stopped), "dispense", "2026-11-02").unmet
    assert "no-re-entry" in ask(course(stopped), "dispense", "2026-11-03").unmet


def test_later_events_order_and_equal_events_change_nothing() -> None:
    document = course()
    later = event("pregnancy-test", "2026-10-08", result="positive", setting="home")
    changed = {**document, "events": [later, *document["events"][::-1], *document["events"]]}
    for gate in ("enrol", "prescribe", "dispense", "take"):
        assert ask(changed, gate, "2026-10-07") == ask(document, gate, "2026-10-07")


def test_a_corrected_event_is_void() -> None:
    wrong = event("pregnancy-test", "2026-10-03", result="positive", setting="home", id="a")
    right = event("corrected", "2026-10-04", corrects="a", reason="another patient's")
    assert ask(course(wrong), "dispense", "2026-10-05").outcome == "refused"
    assert ask(course(wrong, right), "dispense", "2026-10-05").outcome == "allowed"


def test_taking_cover_away_never_allows_and_never_turns_allowed_into_refused() -> None:
    untouched = {"missed-period", "discontinued", "decertified", "treatment-stopped", "returned", "visited"}
    untouched |= {"treatment-started", "home-testing-permitted"}
    present = {seen["event"] for seen in course()["events"]}
    for kind in present | {"judged", "pregnancy", "dispensed", "contraception-lapse"}:
        kinds = (present | untouched | {"judged", "pregnancy", "dispensed", "contraception-lapse"}) - {kind}
        covers = [{"from": "1990-01-01", "kinds": sorted(kinds)}]
        for document in (course(covers=covers), course(covers=covers, without=(kind,))):
            assert ask(document, "dispense", "2026-10-07").outcome in ("allowed", "undetermined")


def test_who_was_never_classified_is_not_what_the_file_says_of_the_patient() -> None:
    once = event("dispensed", "2026-10-03", days_supply="30")
    for category, outcome in (("can-become-pregnant", "allowed"), ("cannot-become-pregnant", "refused")):
        said = course(once, without=("classified",), patient={"born": "2001-05-04", "category": category})
        assert ask(said, "take", "2026-10-05").outcome == outcome


def test_a_stopped_method_must_be_entered_anew_and_its_use_begins_anew() -> None:
    excluded = event("judged", "2026-10-04", matter="pregnancy-excluded", by="prescriber")
    stopped = event("contraception-lapse", "2026-10-02", what="method-stopped")
    assert ask(course(stopped, excluded), "dispense", "2026-10-05").unmet == {"methods"}
    early = event("contraception-lapse", "2026-09-20", what="method-stopped")
    assert ask(course(early), "dispense", "2026-10-05").unmet == {"lead"}
    missed = event("contraception-lapse", "2026-09-20", what="missed-pill")
    assert ask(course(missed), "dispense", "2026-10-05").outcome == "allowed"


def test_forms_of_the_day_on_which_a_course_ended_are_of_that_course() -> None:
    for end, enrolled, unmet in (("2026-09-01", "2026-09-01", True), ("2026-08-31", "2026-09-01", False)):
        again = course(event("discontinued", end), event("enrolled", enrolled))
        assert ("birth-defects-by-patient" in ask(again, "enrol", "2026-10-05").unmet) is unmet


def test_a_decertification_without_a_name_leaves_open_whose_it_is() -> None:
    def outcome(*events: dict[str, Any]) -> str:
        pharmacy = event("certified", "2026-01-02", role="pharmacy")
        return ask(course(pharmacy, *events, without=("certified",)), "enrol", "2026-10-05").outcome

    named = event("certified", "2026-01-02", role="prescriber", who="a")
    unnamed = event("certified", "2026-01-02", role="prescriber")
    withdrawn = event("decertified", "2026-03-01", role="prescriber")
    assert outcome(named) == "allowed"
    assert outcome(named, withdrawn) == "undetermined"
    assert outcome(unnamed, withdrawn) == "refused"
    assert outcome(unnamed, {**withdrawn, "who": "a"}) == "undetermined"
    assert outcome(unnamed, withdrawn, {**unnamed, "on": "2026-03-02"}) == "allowed"


def test_a_test_in_a_medical_setting_settles_a_lapse_in_2021_and_a_home_test_before_the_first_dose_does_not() -> None:
    for setting, outcome in (("medical", "allowed"), ("home", "refused")):
        tested = course(
            event("contraception-lapse", "2026-10-03", what="missed-pill"),
            event("home-testing-permitted", "2026-09-01", by="prescriber"),
            event("pregnancy-test", "2026-10-04", result="negative", setting=setting),
            event("monthly-confirmation", "2026-10-04", by="prescriber"),
            event("dispensed", "2026-10-05", days_supply="30"),
        )
        assert ask(tested, "take", "2026-10-06", "2021-12-13").outcome == outcome
