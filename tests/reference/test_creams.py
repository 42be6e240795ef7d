"""Hand-worked courses of imiquimod: day 0 is Mon 2 Mar 2026, the day of the first application."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from safecourse.reference.labels import judge
from safecourse.reference.records import Opinion

FIRST = date(2026, 3, 2)
DISEASES = {
    "keratosis": {"condition": "actinic-keratosis", "site": "face"},
    "carcinoma": {
        "condition": "superficial-basal-cell-carcinoma", "site": "trunk", "size_mm": "10", "biopsy_confirmed": "true",
    },
    "warts": {"condition": "anogenital-warts", "site": "genital"},
}  # fmt: skip
TWO_COURSES = ("eu-imiquimod-5-keratosis", "jp-imiquimod-5-keratosis")
WARTS = ("us-imiquimod-5-warts", "eu-imiquimod-5-warts", "jp-imiquimod-5-warts")


def on(day: int, kind: str, **fields: Any) -> dict[str, Any]:
    return {"event": kind, "on": (FIRST + timedelta(day)).isoformat(), **fields}


def doses(*days: int) -> list[dict[str, Any]]:
    return [on(day, "dose-taken") for day in days]


def course(programme: str, *events: dict[str, Any], prescribed: str = "", **diagnosis: str) -> list[dict[str, Any]]:
    """A course that may go on, and what else happened in it."""
    disease = programme.rsplit("-", 1)[1]
    product = prescribed or ("imiquimod-3.75" if "3.75" in programme else "imiquimod-5")
    matters = ("surgery-less-appropriate", "follow-up-assured", "cryotherapy-less-suitable", "no-other-treatment")
    return [
        on(-9, "diagnosed", **(DISEASES[disease] | diagnosis)),
        *(on(-9, "judged", matter=matter, by="prescriber") for matter in matters),
        on(-8, "prescribed", product=product, days_supply="28"),
        *events,
    ]


def asked(
    programme: str,
    gate: str,
    day: int,
    events: list[dict[str, Any]],
    born: str = "1960-01-01",
    covers: Any = "complete",
) -> Opinion:
    document = {"programme": programme, "patient": {"born": born}, "covers": covers, "events": events}
    at = datetime.fromisoformat(f"{(FIRST + timedelta(day)).isoformat()}T13:00:00+00:00")
    return judge(document, gate, at, "2015-01-01")


def take(programme: str, day: int, *events: dict[str, Any], **others: Any) -> Opinion:
    return asked(programme, "take", day, course(programme, *events), **others)


# ---- rhythm ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("programme", "taken", "day", "outcome"),
    [
        ("us-imiquimod-5-keratosis", (0,), 0, "refused"),
        ("us-imiquimod-5-keratosis", (0,), 1, "refused"),  # never on consecutive days
        ("us-imiquimod-5-keratosis", (0,), 2, "allowed"),
        ("us-imiquimod-5-keratosis", (0, 3), 6, "refused"),  # a third in seven days
        ("us-imiquimod-5-keratosis", (0, 3), 7, "allowed"),
        ("eu-imiquimod-5-keratosis", (0, 2, 4), 6, "refused"),
        ("eu-imiquimod-5-keratosis", (0, 2, 4), 7, "allowed"),
        ("us-imiquimod-5-carcinoma", (0, 1, 2, 3), 4, "allowed"),
        ("us-imiquimod-5-carcinoma", (0, 1, 2, 3, 4), 6, "refused"),
        ("us-imiquimod-5-carcinoma", (0, 1, 2, 3, 4), 7, "allowed"),
        ("us-imiquimod-3.75-warts", (0, 1, 2, 3, 4, 5), 6, "allowed"),
        ("us-imiquimod-3.75-warts", (0,), 0, "refused"),
    ],
)
def test_a_dose_keeps_to_its_days_of_the_week(programme: str, taken: tuple[int, ...], day: int, outcome: str) -> None:
    found = take(programme, day, *doses(*taken))

    assert found.outcome == outcome
    assert found.unmet <= {"rhythm"}


# ---- the end, the rests, the second course ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("programme", "last"),
    [
        ("us-imiquimod-5-keratosis", 111), ("us-imiquimod-5-carcinoma", 41), ("eu-imiquimod-5-carcinoma", 41),
        *((name, 111) for name in WARTS), ("us-imiquimod-3.75-warts", 55), ("us-imiquimod-3.75-keratosis", 41),
    ],
)  # fmt: skip
@pytest.mark.parametrize("gate", ["take", "dispense"])
@pytest.mark.parametrize("begins", ["dose-taken", "treatment-started"])
def test_a_course_ends_on_its_last_day_whatever_was_missed(programme: str, last: int, gate: str, begins: str) -> None:
    events = course(programme, on(0, begins))

    assert asked(programme, gate, last, events).outcome == "allowed"
    assert asked(programme, gate, last + 1, events).outcome == "refused"


@pytest.mark.parametrize("programme", ["us-imiquimod-3.75-keratosis", "eu-imiquimod-3.75-keratosis"])
def test_two_weeks_on_two_weeks_off_two_weeks_on(programme: str) -> None:
    outcomes = {day: take(programme, day, *doses(0)).outcome for day in (13, 14, 27, 28, 41, 42)}

    assert [day for day, outcome in outcomes.items() if outcome == "allowed"] == [13, 28, 41]
    assert asked(programme, "dispense", 20, course(programme, *doses(0))).outcome == "allowed"


def test_in_europe_one_more_stretch_follows_if_something_was_left() -> None:
    def at(day: int, *events: dict[str, Any], programme: str = "eu-imiquimod-3.75-keratosis") -> str:
        return take(programme, day, *doses(0), *events).outcome

    left = on(42, "outcome", assessment="partial")
    assert at(42, left) == "allowed"
    assert at(42, on(41, "outcome", assessment="partial")) == "refused"
    assert at(42, on(42, "outcome", assessment="clear")) == "refused"
    assert at(63, left, *doses(50)) == "allowed"
    assert at(64, left, *doses(50)) == "refused"
    assert at(42, left, programme="us-imiquimod-3.75-keratosis") == "refused"


@pytest.mark.parametrize("programme", TWO_COURSES)
def test_a_second_course_needs_a_pause_and_something_left(programme: str) -> None:
    left, clear = (on(28, "outcome", assessment=found) for found in ("partial", "clear"))

    assert take(programme, 27, *doses(0)).outcome == "allowed"
    assert take(programme, 28, *doses(0), left).unmet == {"day-of-course"}
    assert take(programme, 55, *doses(0), left).unmet == {"day-of-course"}
    assert take(programme, 56, *doses(0), left).outcome == "allowed"
    assert take(programme, 56, *doses(0), clear).unmet == {"day-of-course"}
    assert take(programme, 56, *doses(0), on(27, "outcome", assessment="partial")).unmet == {"day-of-course"}
    assert take(programme, 87, *doses(0, 60), left).outcome == "allowed"
    assert take(programme, 88, *doses(0, 60), left).unmet == {"day-of-course"}


@pytest.mark.parametrize("programme", WARTS)
@pytest.mark.parametrize("gate", ["take", "dispense"])
def test_clearing_ends_a_course_of_warts_and_no_other(programme: str, gate: str) -> None:
    clear, partial = (on(day, "outcome", assessment=found) for day, found in ((4, "clear"), (5, "partial")))

    assert asked(programme, gate, 6, course(programme, *doses(0), clear)).unmet == {"not-clear"}
    assert asked(programme, gate, 6, course(programme, *doses(0), clear, partial)).outcome == "allowed"
    before = on(-1, "outcome", assessment="clear")
    assert asked(programme, gate, 6, course(programme, before, *doses(0))).outcome == "allowed"
    keratosis = "us-imiquimod-5-keratosis"
    assert asked(keratosis, gate, 6, course(keratosis, *doses(0), clear)).outcome == "allowed"


@pytest.mark.parametrize(
    ("events", "outcome"),
    [
        ([on(2, "rest-started")], "refused"),
        ([on(2, "rest-started"), on(2, "rest-ended")], "refused"),
        ([on(2, "rest-started"), on(3, "rest-ended")], "allowed"),
        ([on(2, "treatment-stopped")], "refused"),
        ([on(2, "discontinued"), on(2, "treatment-started")], "refused"),
        ([on(2, "treatment-stopped"), on(3, "treatment-started")], "allowed"),
        ([on(2, "treatment-stopped"), on(3, "dose-taken")], "refused"),
    ],
)
def test_a_rest_or_a_stop_holds_until_it_is_ended_later(events: list[dict[str, Any]], outcome: str) -> None:
    assert take("us-imiquimod-5-keratosis", 6, *doses(0), *events).outcome == outcome


def test_a_carcinoma_is_assessed_twelve_weeks_after_the_last_dose() -> None:
    def finish(*events: dict[str, Any]) -> str:
        programme = "us-imiquimod-5-carcinoma"
        return asked(programme, "finish", 200, course(programme, *events)).outcome

    assert finish(*doses(0, 40), on(124, "outcome", assessment="clear")) == "allowed"
    assert finish(*doses(0, 40), on(123, "outcome", assessment="clear")) == "refused"
    assert finish(on(0, "treatment-started"), on(150, "outcome", assessment="clear")) == "refused"
    with pytest.raises(ValueError, match="no gate finish"):
        asked("us-imiquimod-5-warts", "finish", 200, [])


# ---- who and what ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("programme", "born", "outcome"),
    [
        ("us-imiquimod-5-warts", "2014-03-02", "allowed"),
        ("us-imiquimod-5-warts", "2014-03-03", "refused"),
        ("eu-imiquimod-5-warts", "2008-03-02", "allowed"),
        ("eu-imiquimod-5-warts", "2008-03-03", "refused"),
        ("jp-imiquimod-5-warts", "2020-01-01", "allowed"),
        ("jp-imiquimod-5-keratosis", "2008-03-03", "refused"),
    ],
)
def test_the_youngest_patients_differ_by_country(programme: str, born: str, outcome: str) -> None:
    assert asked(programme, "enrol", 0, course(programme), born=born).outcome == outcome


@pytest.mark.parametrize("gate", ["enrol", "prescribe", "dispense", "take"])
def test_hypersensitivity_refuses_in_europe_and_japan(gate: str) -> None:
    known = on(-5, "condition", condition="imiquimod-hypersensitivity")
    outcomes = {name: asked(name, gate, 0, course(name, known)).outcome for name in WARTS}

    assert outcomes == dict(zip(WARTS, ("allowed", "refused", "refused"), strict=True))


@pytest.mark.parametrize("gate", ["enrol", "prescribe", "dispense", "take"])
def test_a_pigmented_lesion_refuses_until_the_disease_is_diagnosed_again(gate: str) -> None:
    programme = "us-imiquimod-5-warts"
    lesion, again = on(-9, "diagnosed", condition="pigmented-lesion"), on(-5, "diagnosed", **DISEASES["warts"])

    assert asked(programme, gate, 0, course(programme, lesion)).unmet == {"no-pigmented-lesion"}
    assert asked(programme, gate, 0, course(programme, lesion, again)).outcome == "allowed"


def test_keratosis_in_europe_needs_both_judgements_at_five_per_cent_and_one_at_3_75() -> None:
    def lacking(programme: str, matter: str) -> frozenset[str]:
        events = [event for event in course(programme) if event.get("matter") != matter]
        return asked(programme, "enrol", 0, events).unmet

    assert lacking("eu-imiquimod-5-keratosis", "cryotherapy-less-suitable") == {"cryotherapy-less-suitable"}
    assert lacking("eu-imiquimod-5-keratosis", "no-other-treatment") == {"no-other-treatment"}
    assert lacking("eu-imiquimod-3.75-keratosis", "cryotherapy-less-suitable") == set()
    assert lacking("eu-imiquimod-3.75-keratosis", "no-other-treatment") == {"no-other-treatment"}


def test_in_japan_a_biopsy_against_keratosis_refuses_and_one_not_done_does_not() -> None:
    programme = "jp-imiquimod-5-keratosis"

    assert asked(programme, "enrol", 0, course(programme)).outcome == "allowed"
    against = course(programme, biopsy_confirmed="false")
    assert asked(programme, "enrol", 0, against).unmet == {"biopsy-not-against-it"}
    assert asked(programme, "take", 0, against).unmet == {"biopsy-not-against-it"}


def test_carcinoma_in_europe_asks_for_its_size_only() -> None:
    programme = "eu-imiquimod-5-carcinoma"

    assert asked(programme, "enrol", 0, course(programme, site="hand", biopsy_confirmed="false")).outcome == "allowed"
    assert asked(programme, "enrol", 0, course(programme, size_mm="20.5")).unmet == {"size"}


def test_of_two_carcinomas_of_one_day_both_must_be_confirmed() -> None:
    programme = "us-imiquimod-5-carcinoma"
    other = on(-9, "diagnosed", **(DISEASES["carcinoma"] | {"biopsy_confirmed": "false"}))

    assert asked(programme, "enrol", 0, course(programme, other)).unmet == {"biopsy-confirmed"}


# ---- prescriptions, reactions, coverage --------------------------------------------------------------------


def test_another_strength_prescribed_that_day_or_since_refuses_a_dose() -> None:
    programme = "us-imiquimod-5-keratosis"

    def other(day: int, product: str) -> str:
        return take(programme, 2, on(day, "prescribed", product=product, days_supply="28")).outcome

    assert other(-9, "imiquimod-3.75") == "allowed"
    assert other(-8, "imiquimod-3.75") == "refused"
    assert other(-7, "imiquimod-2.5") == "refused"
    assert other(-7, "isotretinoin") == "allowed"
    unprescribed = course("us-imiquimod-3.75-keratosis", prescribed="imiquimod-5")
    assert asked("us-imiquimod-3.75-keratosis", "take", 0, unprescribed).unmet == {"product-prescribed"}
    weaker = course("us-imiquimod-3.75-keratosis", prescribed="imiquimod-2.5")
    assert asked("us-imiquimod-3.75-keratosis", "take", 0, weaker).outcome == "allowed"


@pytest.mark.parametrize(
    ("stated", "refusing"),
    [
        ({"applications_per_week": "2", "area_cm2": "25"}, set()),
        ({"applications_per_week": "3"}, {"dispense"}),
        ({"area_cm2": "25.5"}, {"dispense", "take"}),
        ({"indication": "actinic-keratosis"}, set()),
        ({"indication": "rosacea"}, {"prescribe", "dispense", "take"}),
    ],
)
@pytest.mark.parametrize("followed", [False, True])
def test_what_the_last_prescription_of_the_product_states_counts(
    stated: dict[str, str], refusing: set[str], followed: bool
) -> None:
    programme = "us-imiquimod-5-keratosis"
    events = [on(-5, "prescribed", product="imiquimod-5", days_supply="28", **stated)]
    events += [on(-4, "prescribed", product="isotretinoin", days_supply="28")] if followed else []
    gates = ("enrol", "prescribe", "dispense", "take")
    outcomes = {gate: asked(programme, gate, 0, course(programme, *events)).outcome for gate in gates}

    assert {gate for gate, outcome in outcomes.items() if outcome == "refused"} == refusing


@pytest.mark.parametrize(
    ("by", "day", "outcome"),
    [("gp", 3, "allowed"), ("gp", 4, "allowed"), ("gp", 2, "refused"), ("nurse", 4, "refused")],
)
def test_a_life_threatening_reaction_refuses_until_somebody_lets_the_course_go_on(
    by: str, day: int, outcome: str
) -> None:
    programme = "us-imiquimod-5-keratosis"
    reaction = on(3, "adverse-event", term="reaction", severity="life-threatening")
    events = course(programme, *doses(0), reaction, on(day, "judged", matter="may-resume", by=by))

    assert asked(programme, "take", 5, events).outcome == outcome
    assert asked(programme, "prescribe", 5, events).outcome == outcome
    assert asked(programme, "dispense", 5, events).outcome == "allowed"


def test_a_beginning_that_may_lie_unseen_leaves_the_end_unknown() -> None:
    programme = "us-imiquimod-5-warts"

    def covered_from(day: int) -> Any:
        everything = {kind for kind in KINDS if kind != "dose-taken"}
        start = (FIRST + timedelta(day)).isoformat()
        return [{"from": "1900-01-01", "kinds": sorted(everything)}, {"from": start, "kinds": ["dose-taken"]}]

    assert take(programme, 10, *doses(5), covers=covered_from(-102)).unknown == {"day-of-course"}
    assert take(programme, 10, *doses(5), covers=covered_from(4)).unknown == {"day-of-course"}
    assert take(programme, 200, *doses(5), covers=covered_from(4)).unmet == {"day-of-course"}


KINDS = (
    "diagnosed", "judged", "condition", "prescribed", "dispensed", "returned", "treatment-started", "dose-taken",
    "treatment-stopped", "discontinued", "rest-started", "rest-ended", "outcome", "adverse-event",
)  # fmt: skip
