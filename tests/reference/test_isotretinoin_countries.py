"""Hand-worked courses of isotretinoin in Germany, France, Italy and Canada: day 0 is Mon 2 Mar 2026."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from safecourse.reference import judge
from safecourse.reference.records import Opinion

FIRST = date(2026, 3, 2)
DE, FR, IT, CA = (f"{country}-isotretinoin" for country in ("de", "fr", "it", "ca"))
ALL = (DE, FR, IT, CA)
VERSION = "2019-04-01"


def on(day: int, kind: str, **fields: Any) -> dict[str, Any]:
    return {"event": kind, "on": (FIRST + timedelta(day)).isoformat(), **fields}


def negative(day: int, **fields: Any) -> dict[str, Any]:
    return on(day, "pregnancy-test", **{"result": "negative", "setting": "laboratory", **fields})


def signed(day: int, **fields: Any) -> dict[str, Any]:
    usual = {"product": "isotretinoin", "days_supply": "30", "by": "dermatologist", "certified_on": str(FIRST)}
    return on(day, "prescribed", **{**usual, **fields})


def without(event: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in event.items() if key != name}


CAN = on(-60, "classified", category="can-become-pregnant", criteria=[])
CANNOT = on(-60, "classified", category="cannot-become-pregnant", criteria=["cisgender-male"])
METHODS = on(-60, "contraception", by="patient", methods=["iud", "male-condom"])
AGREED = on(-60, "form-signed", form="acknowledgement-of-risk", by="patient")
ENTRY = [CAN, METHODS, AGREED, negative(-30), negative(0)]
HANDED_OVER = on(0, "dispensed", days_supply="30")
PERIOD = on(0, "menses-started")


def asked(
    programme: str,
    gate: str,
    *events: dict[str, Any],
    day: int = 0,
    born: str = "2000-01-01",
    entry: list[dict[str, Any]] = ENTRY,
    covers: Any = "complete",
) -> Opinion:
    document = {"programme": programme, "patient": {"born": born}, "covers": covers, "events": [*entry, *events]}
    at = datetime.fromisoformat(f"{(FIRST + timedelta(day)).isoformat()}T18:00:00+00:00")
    return judge(document, gate, at, VERSION)


@pytest.mark.parametrize("programme", ALL)
def test_a_usual_course_is_allowed_at_every_gate(programme: str) -> None:
    supplied = [signed(0), HANDED_OVER, PERIOD]

    assert asked(programme, "prescribe").outcome == "allowed"
    assert asked(programme, "dispense", signed(0)).outcome == "allowed"
    assert asked(programme, "take", *supplied, day=1).outcome == "allowed"
    stopped = [*supplied, on(20, "treatment-stopped"), negative(51)]
    assert asked(programme, "finish", *stopped, day=51).outcome == "allowed"


@pytest.mark.parametrize("programme", ALL)
def test_what_nobody_vouches_for_is_not_allowed(programme: str) -> None:
    recent = [{"from": "2026-03-02"}]

    assert asked(programme, "prescribe", covers=recent).outcome == "undetermined"
    assert asked(programme, "dispense", signed(0), covers=recent).outcome == "undetermined"


@pytest.mark.parametrize("programme", ALL)
def test_a_capsule_after_the_stop_moves_the_last_test(programme: str) -> None:
    ended = [signed(0), HANDED_OVER, PERIOD, on(1, "treatment-stopped"), negative(33)]

    assert asked(programme, "finish", *ended, day=33).outcome == "allowed"
    assert asked(programme, "finish", *ended, on(2, "dose-taken"), day=33).outcome == "allowed"
    assert asked(programme, "finish", *ended, on(3, "dose-taken"), day=33).unmet == {"test-after-end"}


@pytest.mark.parametrize(("programme", "last"), [(DE, 6), (FR, 7), (IT, 7), (CA, 7)])
def test_how_long_a_prescription_may_be_dispensed(programme: str, last: int) -> None:
    on_the_last_day = asked(programme, "dispense", signed(0), day=last)

    assert on_the_last_day.outcome == "allowed"
    assert on_the_last_day.window == (FIRST, FIRST + timedelta(last))
    assert "prescription-recent" in asked(programme, "dispense", signed(0), day=last + 1).unmet


@pytest.mark.parametrize(
    ("programme", "days_supply", "day", "unmet"),
    [
        (DE, "60", 20, set()),
        (FR, "60", 20, set()),
        (CA, "60", 20, set()),
        (IT, "30", 7, set()),
        (IT, "31", 7, {"supply-30-days"}),
        (IT, "30", 8, {"prescription-recent"}),
    ],
)
def test_only_italy_limits_the_supply_of_those_who_cannot_become_pregnant(
    programme: str, days_supply: str, day: int, unmet: set[str]
) -> None:
    prescription = without(signed(0, days_supply=days_supply), "certified_on")

    assert asked(programme, "dispense", prescription, entry=[CANNOT], day=day).unmet == unmet


@pytest.mark.parametrize("programme", ALL)
def test_thirty_days_are_the_most_for_those_who_can(programme: str) -> None:
    assert asked(programme, "dispense", signed(0, days_supply="31")).unmet == {"supply-30-days"}


@pytest.mark.parametrize("programme", [FR, IT])
@pytest.mark.parametrize("entry", [ENTRY, [CANNOT]])
def test_in_france_and_italy_a_dermatologist_begins_and_any_doctor_goes_on(
    programme: str, entry: list[dict[str, Any]]
) -> None:
    general = signed(0, by="gp")

    assert asked(programme, "dispense", general, entry=entry).unmet == {"dermatologist-first"}
    assert asked(programme, "dispense", without(general, "by"), entry=entry).unknown == {"dermatologist-first"}
    earlier = [signed(-30), on(-30, "dispensed", days_supply="30")]
    assert asked(programme, "dispense", general, *earlier, entry=entry).outcome == "allowed"
    ended = [*earlier, on(-20, "treatment-stopped")]
    assert asked(programme, "dispense", general, *ended, entry=entry).unmet == {"dermatologist-first"} | (
        {"patient-acknowledged"} if programme == FR and entry is ENTRY else set()
    )
    assert asked(DE, "dispense", general, entry=entry).outcome == "allowed"


def test_in_france_tests_are_of_blood_as_far_as_is_stated() -> None:
    urine = [CAN, METHODS, AGREED, negative(0, specimen="urine")]
    blood = [CAN, METHODS, AGREED, negative(0, specimen="blood")]

    assert asked(FR, "prescribe", entry=urine).unmet == {"test", "test-after-lead"}
    assert asked(FR, "dispense", signed(0), entry=urine).unmet == {"prescription-rests-on-test"}
    assert asked(FR, "prescribe", entry=blood).outcome == "allowed"
    assert asked(DE, "prescribe", entry=urine).outcome == "allowed"


def test_in_france_the_agreement_is_shown_where_the_medicine_is_handed_over() -> None:
    unsigned = [CAN, METHODS, negative(0)]
    own = on(-60, "form-signed", form="patient-agreement", by="patient")

    assert asked(FR, "prescribe", entry=unsigned).unmet == {"patient-acknowledged"}
    assert asked(FR, "dispense", signed(0), entry=unsigned).unmet == {"patient-acknowledged"}
    assert asked(FR, "dispense", signed(0), own, entry=unsigned).outcome == "allowed"
    assert asked(DE, "dispense", signed(0), entry=unsigned).outcome == "allowed"
    assert asked(DE, "prescribe", own, entry=unsigned).unmet == {"patient-acknowledged"}


@pytest.mark.parametrize(
    ("certified", "day", "unmet"),
    [
        (0, 7, set()),
        (-1, 6, set()),
        (-1, 7, {"certified"}),
        (1, 7, set()),
        (1, 0, {"certified"}),
        (1, 8, {"prescription-recent"}),
    ],
)
def test_in_italy_the_earlier_of_both_days_counts(certified: int, day: int, unmet: set[str]) -> None:
    prescription = signed(0, certified_on=str(FIRST + timedelta(certified)))

    assert asked(IT, "dispense", prescription, day=day).unmet == unmet


def test_in_italy_a_prescription_without_a_certified_day_is_none() -> None:
    assert asked(IT, "dispense", without(signed(0), "certified_on")).unmet == {"certified"}


# ---- Canada ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tests", "unmet"),
    [
        ([negative(-30), negative(-11)], set()),
        ([negative(-30), negative(-12)], {"test"}),
        ([negative(0)], {"two-tests"}),
        ([negative(0), negative(0, resulted="2026-03-02")], {"two-tests"}),
        ([negative(-1), negative(0)], set()),
        ([negative(-1, setting="medical"), negative(0)], {"two-tests"}),
        ([negative(-1), negative(0, setting="medical")], {"two-tests"}),
    ],
)
def test_canada_asks_for_two_tests_in_a_laboratory_one_of_them_in_eleven_days(
    tests: list[dict[str, Any]], unmet: set[str]
) -> None:
    assert asked(CA, "prescribe", *tests, entry=[CAN, METHODS, AGREED]).unmet == unmet


def test_in_canada_later_months_ask_for_one_test() -> None:
    earlier = [negative(-30), signed(-30), on(-30, "dispensed", days_supply="30")]

    assert asked(CA, "prescribe", *earlier, negative(0), entry=[CAN, METHODS, AGREED]).outcome == "allowed"
    assert asked(CA, "prescribe", *earlier, entry=[CAN, METHODS, AGREED]).unmet == {"test"}
    ended = on(-20, "treatment-stopped")
    again = on(-10, "form-signed", form="patient-agreement", by="patient")
    anew = asked(CA, "prescribe", *earlier, ended, again, negative(0), entry=[CAN, METHODS])
    assert anew.unmet == {"two-tests"}


@pytest.mark.parametrize(
    ("methods", "outcome"),
    [
        (["combined-pill", "male-condom"], "allowed"),
        (["iud", "implant"], "allowed"),
        (["abstinence"], "allowed"),
        (["iud"], "refused"),
        (["iud", "withdrawal"], "refused"),
        (["iud", "spermicide"], "refused"),
        (["progestin-only-pill", "male-condom"], "refused"),
    ],
)
def test_canada_asks_for_two_effective_methods_or_abstinence(methods: list[str], outcome: str) -> None:
    entry = [CAN, AGREED, negative(-30), negative(0), {**METHODS, "methods": methods}]

    assert asked(CA, "prescribe", entry=entry).outcome == outcome
    assert asked(CA, "dispense", signed(0), entry=entry).outcome == outcome


def test_in_canada_everybody_consents_and_a_guardian_for_those_under_sixteen() -> None:
    guardian = on(-5, "form-signed", form="acknowledgement-of-risk", by="guardian")

    assert asked(CA, "prescribe", entry=[CANNOT]).unmet == {"patient-acknowledged"}
    assert asked(CA, "prescribe", entry=[CANNOT, AGREED]).outcome == "allowed"
    assert asked(CA, "prescribe", born="2010-03-02").outcome == "allowed"
    assert asked(CA, "prescribe", born="2010-03-03").unmet == {"guardian"}
    assert asked(CA, "prescribe", guardian, born="2010-03-03").outcome == "allowed"
    assert asked(DE, "prescribe", entry=[CANNOT], born="2010-03-03").outcome == "allowed"


@pytest.mark.parametrize(("day", "unmet"), [(0, {"start-in-period"}), (1, set()), (2, set()), (3, {"start-in-period"})])
def test_in_canada_the_first_capsule_is_taken_on_the_second_or_third_day_of_a_period(day: int, unmet: set[str]) -> None:
    supplied = [signed(0), HANDED_OVER, PERIOD]

    assert asked(CA, "take", *supplied, day=day).unmet == unmet
    assert asked(CA, "take", *supplied, on(day, "dose-taken"), day=day).unmet == unmet
    assert asked(CA, "take", *supplied, on(day - 1, "dose-taken"), day=day).outcome == "allowed"
    assert asked(CA, "take", *supplied, on(day, "menses-started"), day=day).unmet == {"start-in-period"}
    assert asked(CA, "take", *supplied, on(-70, "dose-taken"), on(-65, "treatment-stopped"), day=day).unmet == unmet


def test_in_canada_nothing_starts_on_a_test_older_than_eleven_days() -> None:
    entry = [CAN, METHODS, AGREED, negative(-30), negative(-9)]
    supplied = [signed(0), HANDED_OVER, on(1, "menses-started")]

    assert asked(CA, "take", *supplied, entry=entry, day=2).outcome == "allowed"
    assert asked(CA, "take", *supplied, entry=entry, day=3).unmet == {"start-soon-after-test"}
    assert asked(CA, "take", *supplied, entry=[CANNOT], day=20).outcome == "allowed"


def test_versions_days_and_gates_that_are_not_known_are_refused() -> None:
    document = {"programme": DE, "patient": {}, "covers": "complete", "events": []}
    at = datetime.fromisoformat("2026-03-02T18:00:00+00:00")

    with pytest.raises(ValueError, match="no version 2018-01-01"):
        judge(document, "take", at, "2018-01-01")
    with pytest.raises(ValueError, match="Invalid isoformat"):
        judge({**document, "programme": FR}, "take", at, "soon")
    with pytest.raises(ValueError, match="no gate enrol"):
        judge(document, "enrol", at, VERSION)
