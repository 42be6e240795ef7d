"""Hand-worked courses of isotretinoin by its labels: day 0 is Mon 2 Mar 2026."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from safecourse.reference.labels import judge
from safecourse.reference.records import Opinion

FIRST = date(2026, 3, 2)
US, EU = "us-isotretinoin-label", "eu-isotretinoin-label"
BOTH = (US, EU)
VERSIONS = {US: "2022-01-01", EU: "2018-06-21"}
GATES = ("enrol", "prescribe", "dispense", "take")


def on(day: int, kind: str, **fields: Any) -> dict[str, Any]:
    return {"event": kind, "on": (FIRST + timedelta(day)).isoformat(), **fields}


ACNE = on(-9, "diagnosed", condition="acne", severity="severe-nodular")
FAILED = on(-9, "prior-treatment", treatment="doxycycline", outcome="failed")
SIGNED = on(-1, "prescribed", product="isotretinoin", days_supply="30")
DECIDED = on(-1, "judged", matter="off-label", by="prescriber", reason="nothing else helped")
ASSESSED = on(0, "assessed", what="mental-health", by="prescriber")


def asked(
    label: str,
    gate: str,
    *events: dict[str, Any],
    day: int = 0,
    born: str = "2000-01-01",
    covers: Any = "complete",
    usual: bool = True,
) -> Opinion:
    listed = [SIGNED, *([ACNE, FAILED] if usual else []), *events]
    document = {"programme": label, "patient": {"born": born}, "covers": covers, "events": listed}
    at = datetime.fromisoformat(f"{(FIRST + timedelta(day)).isoformat()}T18:00:00+00:00")
    return judge(document, gate, at, VERSIONS[label])


def diagnosed(day: int, condition: str, **fields: str) -> dict[str, Any]:
    return on(day, "diagnosed", condition=condition, **fields)


@pytest.mark.parametrize("label", BOTH)
@pytest.mark.parametrize("gate", GATES)
def test_a_usual_course_is_allowed_at_every_gate(label: str, gate: str) -> None:
    assert asked(label, gate).outcome == "allowed"
    assert asked(label, gate, covers=[{"from": "2026-03-01"}]).outcome == "undetermined"


@pytest.mark.parametrize("label", BOTH)
def test_it_is_for_twelve_years_and_older(label: str) -> None:
    assert asked(label, "enrol", born="2014-03-02").outcome == "allowed"
    assert asked(label, "enrol", born="2014-03-03").unmet == {"age-12"}
    assert asked(label, "take", born="2014-03-03").outcome == "allowed"


@pytest.mark.parametrize("label", BOTH)
@pytest.mark.parametrize(
    ("diagnoses", "outcome"),
    [
        ([diagnosed(-9, "acne", severity="moderate")], "allowed"),
        ([diagnosed(-9, "acne", severity="mild")], "refused"),
        ([diagnosed(-9, "acne")], "undetermined"),
        ([diagnosed(-9, "acne", severity="severe"), diagnosed(-8, "acne", severity="mild")], "refused"),
        ([diagnosed(-8, "acne", severity="severe"), diagnosed(-8, "acne", severity="mild")], "allowed"),
        ([], "refused"),
        ([diagnosed(-9, "contact-dermatitis")], "refused"),
    ],
)
def test_the_last_diagnosis_of_acne_must_be_moderate_or_worse(
    label: str, diagnoses: list[dict[str, Any]], outcome: str
) -> None:
    assert asked(label, "prescribe", FAILED, *diagnoses, usual=False).outcome == outcome


@pytest.mark.parametrize("label", BOTH)
def test_another_disease_found_that_day_or_later_needs_the_prescribers_reasoned_decision(label: str) -> None:
    rosacea = diagnosed(-9, "rosacea")

    assert asked(label, "enrol", diagnosed(-10, "rosacea")).outcome == "allowed"
    assert asked(label, "enrol", rosacea).unmet == {"indication"}
    assert asked(label, "enrol", rosacea, DECIDED).outcome == "allowed"
    assert asked(label, "enrol", rosacea, {**DECIDED, "by": "patient"}).unmet == {"indication"}
    bare = {name: value for name, value in DECIDED.items() if name != "reason"}
    assert asked(label, "enrol", rosacea, bare).unmet == {"indication"}
    assert asked(label, "enrol", rosacea, FAILED, DECIDED, usual=False).outcome == "allowed"
    assert asked(label, "enrol", rosacea, DECIDED, usual=False).unmet == {"second-line"}


@pytest.mark.parametrize("label", BOTH)
def test_it_comes_second_unless_acne_scars_or_nothing_else_will_do(label: str) -> None:
    acne = diagnosed(-9, "acne", severity="severe")
    scars = diagnosed(-9, "acne", severity="severe-scarring")
    nothing_else = on(-1, "judged", matter="no-other-treatment", by="prescriber")

    def enrol(*events: dict[str, Any]) -> frozenset[str]:
        return asked(label, "enrol", *events, usual=False).unmet

    assert enrol(acne) == {"second-line"}
    assert enrol(scars) == set()
    assert enrol(acne, nothing_else) == set()
    assert enrol(acne, {**nothing_else, "by": "patient"}) == {"second-line"}
    assert enrol(acne, {**FAILED, "outcome": "succeeded"}) == {"second-line"}
    assert enrol(acne, {**FAILED, "outcome": "partial"}) == set()
    assert enrol(acne, {**FAILED, "outcome": "not-tolerated"}) == set()
    assert asked(label, "take", acne, usual=False).outcome == "allowed"


@pytest.mark.parametrize("label", BOTH)
def test_it_is_never_for_oily_skin_alone(label: str) -> None:
    assert asked(label, "enrol", diagnosed(-9, "oily-skin")).outcome == "allowed"
    assert asked(label, "enrol", diagnosed(-8, "oily-skin")).unmet == {"not-for-looks"}
    assert asked(label, "enrol", diagnosed(-8, "oily-skin"), diagnosed(-8, "rosacea"), DECIDED).outcome == "allowed"
    alone = asked(label, "enrol", diagnosed(-8, "oily-skin"), FAILED, DECIDED, usual=False)
    assert alone.unmet == {"indication", "not-for-looks"}
    later = [{"from": "1990-01-01", "until": "2026-02-28"}]
    assert asked(label, "enrol", diagnosed(-8, "oily-skin"), covers=later).outcome == "undetermined"


@pytest.mark.parametrize("gate", GATES)
@pytest.mark.parametrize(
    ("event", "american", "european"),
    [
        (on(-5, "condition", condition="breast-feeding"), "refused", "refused"),
        (on(-5, "condition", condition="breast-feeding", until="2026-03-02"), "refused", "refused"),
        (on(-5, "condition", condition="breast-feeding", until="2026-03-01"), "allowed", "allowed"),
        (on(-5, "condition", condition="breast-feeding", since="2026-03-03"), "refused", "refused"),
        (on(-5, "condition", condition="retinoid-hypersensitivity"), "refused", "refused"),
        (on(-5, "condition", condition="soya-allergy"), "allowed", "refused"),
        (on(-5, "condition", condition="hyperlipidaemia"), "allowed", "refused"),
        (on(-5, "condition", condition="hypervitaminosis-a"), "allowed", "refused"),
        (on(-5, "condition", condition="depression"), "allowed", "allowed"),
        (on(-5, "medication", ingredient="sarecycline"), "allowed", "refused"),
        (on(-5, "medication", ingredient="minocycline", stopped="2026-03-02"), "allowed", "refused"),
        (on(-5, "medication", ingredient="minocycline", stopped="2026-03-01"), "allowed", "allowed"),
        (on(-5, "medication", ingredient="vitamin-a"), "allowed", "allowed"),
        (on(-1, "pregnancy"), "refused", "refused"),
        (on(-1, "pregnancy-test", result="positive", setting="home"), "refused", "refused"),
    ],
)
def test_what_forbids_it_forbids_it_at_every_gate(
    gate: str, event: dict[str, Any], american: str, european: str
) -> None:
    assert asked(US, gate, event).outcome == american
    assert asked(EU, gate, event).outcome == european


def test_the_end_of_one_allergy_or_of_one_medicine_says_nothing_of_another() -> None:
    lasting = on(-9, "condition", condition="isotretinoin-hypersensitivity")
    over = on(-8, "condition", condition="hypersensitivity", until="2026-02-23")
    doxycycline = on(-9, "medication", ingredient="doxycycline")
    minocycline = on(-8, "medication", ingredient="minocycline", stopped="2026-02-23")

    assert asked(US, "take", lasting, over).unmet == {"no-hypersensitivity"}
    assert asked(EU, "take", doxycycline, minocycline).unmet == {"no-tetracycline"}
    assert asked(EU, "take", {**doxycycline, "stopped": "2026-02-23"}, minocycline).outcome == "allowed"


@pytest.mark.parametrize("label", BOTH)
def test_a_pregnancy_is_excluded_by_the_prescriber_later_only(label: str) -> None:
    positive = on(-2, "pregnancy-test", result="positive", setting="home")
    negative = on(-1, "pregnancy-test", result="negative", setting="laboratory")
    excluded = on(-1, "judged", matter="pregnancy-excluded", by="prescriber")

    assert asked(label, "take", positive, negative).unmet == {"no-possible-pregnancy"}
    assert asked(label, "take", positive, excluded).outcome == "allowed"
    assert asked(label, "take", {**positive, "on": "2026-03-01"}, excluded).unmet == {"no-possible-pregnancy"}
    assert asked(label, "take", positive, {**excluded, "by": "gp"}).unmet == {"no-possible-pregnancy"}


def test_eight_weeks_lie_between_two_courses() -> None:
    ended = on(-56, "treatment-stopped")
    late = on(-55, "treatment-stopped")
    cream = on(-1, "prescribed", product="pimecrolimus-1", days_supply="28")
    elsewhere = on(0, "prescribed", product="pimecrolimus-1", days_supply="28")

    for label in BOTH:
        assert asked(label, "enrol", ended).outcome == "allowed"
        assert asked(label, "enrol", late).unmet == {"eight-weeks-between"}
        assert asked(label, "enrol", late, cream).unmet == {"eight-weeks-between"}
        assert asked(label, "prescribe", late).outcome == "allowed"
    assert asked(US, "enrol", late, elsewhere).outcome == "allowed"
    assert asked(EU, "enrol", late, elsewhere).unmet == {"eight-weeks-between"}


@pytest.mark.parametrize("label", BOTH)
def test_one_prescription_allows_one_dispense(label: str) -> None:
    handed_over = on(0, "dispensed", days_supply="30")

    assert asked(label, "dispense", on(-2, "dispensed", days_supply="30")).outcome == "allowed"
    assert asked(label, "dispense", handed_over, day=1).unmet == {"prescription-unused"}
    assert asked(label, "dispense", handed_over, on(1, "returned", days_supply="30"), day=1).outcome == "allowed"
    assert asked(label, "dispense", {**SIGNED, "product": "imiquimod-5"}).outcome == "allowed"


@pytest.mark.parametrize("label", BOTH)
def test_nothing_is_taken_during_a_rest_or_after_a_stop_whatever_cream_was_prescribed_since(label: str) -> None:
    cream = on(0, "prescribed", product="imiquimod-5", days_supply="28")
    rest, again = on(-5, "rest-started"), on(-4, "rest-ended")
    stop, start = on(-5, "treatment-stopped"), on(-4, "treatment-started")

    assert asked(label, "take", rest).unmet == {"not-resting"}
    assert asked(label, "take", rest, cream).unmet == {"not-resting"}
    assert asked(label, "take", rest, again).outcome == "allowed"
    assert asked(label, "take", rest, {**again, "on": rest["on"]}).unmet == {"not-resting"}
    assert asked(label, "take", stop).unmet == {"not-stopped"}
    assert asked(label, "take", stop, cream).unmet == {"not-stopped"}
    assert asked(label, "take", on(-5, "discontinued")).unmet == {"not-stopped"}
    assert asked(label, "take", stop, start).outcome == "allowed"


def test_only_what_was_prescribed_is_taken() -> None:
    document = {"programme": US, "patient": {"born": "2000-01-01"}, "covers": "complete", "events": [ACNE, FAILED]}
    at = datetime.fromisoformat("2026-03-02T18:00:00+00:00")

    assert judge(document, "take", at, VERSIONS[US]).unmet == {"prescribed"}


@pytest.mark.parametrize("label", BOTH)
@pytest.mark.parametrize(
    ("fields", "outcome"),
    [
        ({"items": {"q9": "1"}}, "refused"),
        ({"items": {"q9": "0"}}, "allowed"),
        ({"items": {"item-9": "2"}, "score": "3"}, "refused"),
        ({"items": [*["3"] * 8, "0"]}, "allowed"),
        ({"items": [*["0"] * 8, "1"]}, "refused"),
        ({"items": {"q1": "0"}}, "undetermined"),
        ({"score": "0"}, "undetermined"),
    ],
)
def test_thoughts_of_death_wait_for_an_assessment_whatever_the_total(
    label: str, fields: dict[str, Any], outcome: str
) -> None:
    asked_about = on(-1, "questionnaire", instrument="phq-9", **fields)

    for gate in ("prescribe", "take"):
        assert asked(label, gate, asked_about).outcome == outcome
        assert asked(label, gate, asked_about, ASSESSED).outcome == "allowed"
        assert asked(label, gate, asked_about, {**ASSESSED, "on": "2026-03-01"}).outcome == "allowed"
        assert asked(label, gate, asked_about, {**ASSESSED, "on": "2026-02-28"}).outcome == outcome
        assert asked(label, gate, asked_about, {**ASSESSED, "by": "nurse"}).outcome == outcome
    assert asked(label, "enrol", asked_about).outcome == "allowed"
    assert asked(label, "dispense", asked_about).outcome == "allowed"


@pytest.mark.parametrize("label", BOTH)
def test_a_later_answer_of_none_lifts_no_earlier_thought(label: str) -> None:
    thought = on(-2, "questionnaire", instrument="phq-9", items={"q9": "1"})
    none = on(-1, "questionnaire", instrument="phq-9", items={"q9": "0"})

    assert asked(label, "take", thought, none).unmet == {"no-suicidal-thoughts"}
    assert asked(label, "take", {**thought, "instrument": "gad-7"}).outcome == "allowed"


@pytest.mark.parametrize("label", BOTH)
@pytest.mark.parametrize(
    ("term", "severity", "outcome"),
    [
        ("dry-lips", "severe", "allowed"),
        ("dry-lips", "life-threatening", "refused"),
        ("pancreatitis", "mild", "refused"),
        ("suicidal-ideation", "mild", "refused"),
        ("allergic-reaction", "moderate", "allowed"),
        ("allergic-reaction", "severe", "refused"),
        ("haemorrhagic-diarrhoea", "moderate", "refused"),
        ("diarrhoea", "severe", "refused"),
        ("tinnitus", "severe", "allowed"),
    ],
)
def test_reactions_at_which_the_label_stops_it_wait_for_one_who_may_prescribe(
    label: str, term: str, severity: str, outcome: str
) -> None:
    reaction = on(-1, "adverse-event", term=term, severity=severity)
    goes_on = on(-1, "judged", matter="may-resume", by="dermatologist")

    for gate in ("prescribe", "take"):
        assert asked(label, gate, reaction).outcome == outcome
        assert asked(label, gate, reaction, goes_on).outcome == "allowed"
        assert asked(label, gate, reaction, {**goes_on, "by": "nurse"}).outcome == outcome
    assert asked(label, "enrol", reaction).outcome == "allowed"


def test_versions_and_gates_that_are_not_known_are_refused() -> None:
    document = {"programme": US, "patient": {}, "covers": "complete", "events": []}
    at = datetime.fromisoformat("2026-03-02T18:00:00+00:00")

    with pytest.raises(ValueError, match="no version 2020-01-01"):
        judge(document, "take", at, "2020-01-01")
    with pytest.raises(ValueError, match="no gate finish"):
        judge(document, "finish", at, "2022-01-01")
