"""Hand-worked courses of pimecrolimus: day 0 is Mon 2 Mar 2026, the first day of use."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from safecourse.reference.labels import judge
from safecourse.reference.pimecrolimus import three_months_after
from safecourse.reference.records import Opinion

FIRST = date(2026, 3, 2)
BOTH = ("us-pimecrolimus", "eu-pimecrolimus")


def on(day: int, kind: str, **fields: Any) -> dict[str, Any]:
    return {"event": kind, "on": (FIRST + timedelta(day)).isoformat(), **fields}


ECZEMA = on(-9, "diagnosed", condition="atopic-dermatitis", severity="mild")
ENTRY = [
    on(-9, "prior-treatment", treatment="hydrocortisone", outcome="failed"),
    on(-8, "prescribed", product="pimecrolimus-1", days_supply="28"),
]
OFF_LABEL = on(-9, "judged", matter="off-label", by="prescriber", reason="nothing else helped")


def asked(
    programme: str,
    gate: str,
    day: int,
    *events: dict[str, Any],
    born: str = "2016-01-01",
    version: str = "2022-03-02",
    eczema: bool = True,
) -> Opinion:
    listed = [*ENTRY, *([ECZEMA] if eczema else []), *events]
    document = {"programme": programme, "patient": {"born": born}, "covers": "complete", "events": listed}
    at = datetime.fromisoformat(f"{(FIRST + timedelta(day)).isoformat()}T13:00:00+00:00")
    return judge(document, gate, at, version)


def used(*days: int) -> list[dict[str, Any]]:
    return [on(day, "dose-taken") for day in days]


WEEKLY = used(0, 7, 14, 21, 28, 35, 41)  # six whole days between two: one stretch


@pytest.mark.parametrize("programme", BOTH)
def test_two_applications_a_day(programme: str) -> None:
    assert asked(programme, "take", 0, *used(0)).outcome == "allowed"
    assert asked(programme, "take", 0, *used(0, 0), on(0, "flare-started")).outcome == "allowed"  # equal events are one
    twice = [on(0, "dose-taken"), {"event": "dose-taken", "at": "2026-03-02T07:00:00-05:00"}]
    assert asked(programme, "take", 0, *twice).unmet == {"twice-a-day"}
    assert asked(programme, "take", 1, *twice).outcome == "allowed"


@pytest.mark.parametrize("programme", BOTH)
def test_use_stops_after_six_weeks_until_somebody_looks(programme: str) -> None:
    def take(day: int, *events: dict[str, Any]) -> str:
        return asked(programme, "take", day, *WEEKLY, *events).outcome

    assert take(41) == "allowed"
    assert take(42) == "refused"
    assert take(48) == "refused"  # six days without use since the 41st
    assert take(49) == "allowed"  # seven
    assert take(42, on(42, "visited", setting="remote")) == "allowed"
    assert take(42, on(42, "outcome", assessment="partial")) == "allowed"


@pytest.mark.parametrize("programme", BOTH)
def test_the_six_weeks_run_anew_from_the_day_on_which_somebody_looked(programme: str) -> None:
    use = used(*range(0, 70, 5))
    visited = on(20, "visited", setting="in-person")

    assert asked(programme, "take", 61, *use, visited).outcome == "allowed"
    assert asked(programme, "take", 62, *use, visited).unmet == {"looked-at-in-time"}


@pytest.mark.parametrize("programme", BOTH)
def test_seven_whole_days_without_use_end_a_stretch(programme: str) -> None:
    assert asked(programme, "take", 42, *used(0, 8, 15, 22, 29, 36, 41)).outcome == "allowed"
    assert asked(programme, "take", 42, *used(0, 7, 15, 22, 29, 36, 41)).outcome == "allowed"
    assert asked(programme, "take", 42, *used(0, 7, 14, 21, 28, 35, 41)).unmet == {"looked-at-in-time"}


@pytest.mark.parametrize("programme", BOTH)
@pytest.mark.parametrize("ending", [on(3, "flare-ended"), on(3, "outcome", assessment="clear")])
def test_a_flare_that_is_over_needs_another_to_begin_later(programme: str, ending: dict[str, Any]) -> None:
    def take(*events: dict[str, Any]) -> str:
        return asked(programme, "take", 5, on(0, "flare-started"), ending, *events).outcome

    assert take() == "refused"
    assert take(on(3, "flare-started")) == "refused"
    assert take(on(4, "treatment-started")) == "refused"
    assert take(on(4, "flare-started")) == "allowed"


@pytest.mark.parametrize(
    ("outcomes", "unmet"),
    [
        ([on(3, "outcome", assessment="worse")], {"not-worse"}),
        ([on(-1, "outcome", assessment="worse")], set()),
        ([on(3, "outcome", assessment="worse"), on(3, "outcome", assessment="partial")], {"not-worse"}),
        ([on(3, "outcome", assessment="worse"), on(4, "outcome", assessment="partial")], set()),
        ([on(40, "outcome", assessment="none")], set()),
        ([on(41, "outcome", assessment="none")], {"not-worse"}),
        ([on(41, "outcome", assessment="none"), on(42, "outcome", assessment="almost-clear")], set()),
    ],
)
def test_in_europe_skin_that_is_worse_or_the_same_after_six_weeks_stops_use(
    outcomes: list[dict[str, Any]], unmet: set[str]
) -> None:
    assert asked("eu-pimecrolimus", "take", 43, *WEEKLY, on(41, "visited", setting="remote"), *outcomes).unmet == unmet
    american = asked("us-pimecrolimus", "take", 43, *WEEKLY, on(41, "visited", setting="remote"), *outcomes)
    assert american.outcome == "allowed"


@pytest.mark.parametrize("gate", ["enrol", "prescribe", "dispense", "take"])
@pytest.mark.parametrize(
    ("events", "american", "european"),
    [
        ([on(-5, "condition", condition="herpes-simplex")], "refused", "refused"),
        ([on(-5, "condition", condition="skin-infection", until="2026-03-03")], "refused", "refused"),
        ([on(-5, "condition", condition="skin-infection", until="2026-03-02")], "allowed", "allowed"),
        ([on(-5, "condition", condition="netherton-syndrome")], "refused", "allowed"),
        ([on(-5, "condition", condition="macrolactam-hypersensitivity")], "allowed", "refused"),
        ([on(-5, "medication", ingredient="ciclosporin", stopped="2026-03-03")], "refused", "refused"),
        ([on(-5, "medication", ingredient="ciclosporin", stopped="2026-03-02")], "allowed", "allowed"),
        ([on(-5, "medication", ingredient="paracetamol")], "allowed", "allowed"),
        ([on(-9, "diagnosed", condition="pigmented-lesion")], "refused", "refused"),
    ],
)
def test_what_forbids_the_cream_forbids_it_at_every_gate(
    gate: str, events: list[dict[str, Any]], american: str, european: str
) -> None:
    assert asked("us-pimecrolimus", gate, 1, *events).outcome == american
    assert asked("eu-pimecrolimus", gate, 1, *events).outcome == european


def test_the_end_of_one_condition_of_a_group_says_nothing_of_another() -> None:
    infection = on(-5, "condition", condition="skin-infection")
    herpes_healed = on(-4, "condition", condition="herpes-simplex", until="2026-02-27")
    infection_healed = on(-4, "condition", condition="skin-infection", until="2026-02-27")

    assert asked("us-pimecrolimus", "enrol", 0, infection, herpes_healed).unmet == {"no-infection"}
    assert asked("us-pimecrolimus", "enrol", 0, infection, infection_healed).outcome == "allowed"


@pytest.mark.parametrize("programme", BOTH)
def test_other_dermatitis_is_treated_only_with_a_prescribers_reason(programme: str) -> None:
    def enrol(*events: dict[str, Any], eczema: bool = True) -> frozenset[str]:
        return asked(programme, "enrol", 0, *events, eczema=eczema).unmet

    contact = on(-9, "diagnosed", condition="contact-dermatitis")
    assert enrol(contact) == {"diagnosed"}
    assert enrol(contact, OFF_LABEL) == set()
    assert enrol(contact, {**OFF_LABEL, "by": "patient"}) == {"diagnosed"}
    assert enrol(contact, {key: value for key, value in OFF_LABEL.items() if key != "reason"}) == {"diagnosed"}
    assert enrol(on(-10, "diagnosed", condition="contact-dermatitis")) == set()
    assert enrol(contact, OFF_LABEL, eczema=False) == set()
    rosacea = on(-5, "diagnosed", condition="rosacea")
    assert enrol(rosacea) == set()
    assert enrol(rosacea, OFF_LABEL, eczema=False) == {"diagnosed", "severity"}


@pytest.mark.parametrize(
    ("version", "born", "outcome"),
    [
        ("2022-03-02", "2025-12-02", "allowed"),
        ("2022-03-02", "2025-12-03", "refused"),
        ("2018-01-01", "2024-03-02", "allowed"),
        ("2018-01-01", "2024-03-03", "refused"),
    ],
)
def test_in_europe_infants_of_three_months_may_be_treated_since_march_2022(
    version: str, born: str, outcome: str
) -> None:
    assert asked("eu-pimecrolimus", "enrol", 0, born=born, version=version).outcome == outcome
    assert asked("us-pimecrolimus", "enrol", 0, born="2024-03-03", version=version).unmet == {"old-enough"}


@pytest.mark.parametrize(
    ("born", "reached"),
    [
        ("2025-01-15", "2025-04-15"),
        ("2025-11-30", "2026-03-01"),
        ("2023-11-29", "2024-02-29"),
        ("2025-12-31", "2026-03-31"),
    ],
)
def test_three_months_are_calendar_months(born: str, reached: str) -> None:
    assert three_months_after(date.fromisoformat(born)) == date.fromisoformat(reached)
