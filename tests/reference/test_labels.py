from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from safecourse.reference.labels import judge
from safecourse.reference.records import Opinion

CARCINOMA = {
    "event": "diagnosed", "on": "2026-03-01", "condition": "superficial-basal-cell-carcinoma",
    "site": "trunk", "size_mm": "20", "biopsy_confirmed": "true",
}  # fmt: skip
DERMATITIS = {"event": "diagnosed", "on": "2026-03-01", "condition": "atopic-dermatitis", "severity": "mild"}
FAILED = {"event": "prior-treatment", "on": "2026-03-01", "treatment": "hydrocortisone", "outcome": "failed"}
JUDGED = [
    {"event": "judged", "on": "2026-03-01", "matter": matter, "by": "prescriber"}
    for matter in ("surgery-less-appropriate", "follow-up-assured")
]


def asked(
    programme: str,
    events: list[dict[str, Any]],
    born: str = "2000-01-01",
    gate: str = "enrol",
    covers: Any = "complete",
) -> Opinion:
    document = {"programme": programme, "patient": {"born": born}, "covers": covers, "events": events}
    version = "2015-01-01" if "imiquimod" in programme else "2006-01-01"
    return judge(document, gate, datetime.fromisoformat("2026-04-01T12:00:00-04:00"), version)


def carcinoma(*events: dict[str, Any], **others: Any) -> Opinion:
    return asked("us-imiquimod-5-carcinoma", [*events, *JUDGED], **others)


def dermatitis(*events: dict[str, Any], **others: Any) -> Opinion:
    return asked("us-pimecrolimus", list(events), **others)


def test_a_small_confirmed_carcinoma_of_the_trunk_may_be_treated() -> None:
    assert carcinoma(CARCINOMA).outcome == "allowed"
    assert asked("us-imiquimod-5-carcinoma", [CARCINOMA]).unmet == {"surgery-less-appropriate", "follow-up-assured"}


@pytest.mark.parametrize(
    ("changed", "unmet"),
    [({"size_mm": "20.1"}, "size"), ({"site": "hand"}, "site"), ({"biopsy_confirmed": "false"}, "biopsy-confirmed")],
)
def test_size_site_and_biopsy_refuse(changed: dict[str, str], unmet: str) -> None:
    assert carcinoma({**CARCINOMA, **changed}).unmet == {unmet}


def test_what_is_not_stated_is_unknown_but_a_biopsy_not_stated_was_not_done() -> None:
    def lacking(field: str) -> Opinion:
        return carcinoma({name: value for name, value in CARCINOMA.items() if name != field})

    assert lacking("size_mm").unknown == {"size"}
    assert lacking("site").unknown == {"site"}
    assert lacking("biopsy_confirmed").unmet == {"biopsy-confirmed"}


@pytest.mark.parametrize(
    ("until", "outcome"), [(None, "refused"), ("2026-04-01", "refused"), ("2026-03-31", "allowed")]
)
def test_immunosuppression_blocks_through_its_last_day_or_for_good(until: str | None, outcome: str) -> None:
    condition = {"event": "condition", "on": "2026-02-01", "condition": "immunocompromised"}
    if until:
        condition["until"] = until

    assert carcinoma(CARCINOMA, condition).outcome == outcome
    assert dermatitis(DERMATITIS, FAILED, condition).outcome == outcome


def test_an_unused_prescription_of_the_product_is_dispensed() -> None:
    prescribed = {"event": "prescribed", "on": "2026-03-02", "product": "imiquimod-5", "days_supply": "42"}
    dispensed = {"event": "dispensed", "on": "2026-03-02", "days_supply": "42"}

    assert carcinoma(CARCINOMA, prescribed, gate="dispense").outcome == "allowed"
    assert carcinoma(CARCINOMA, prescribed, dispensed, gate="dispense").unmet == {"prescription-unused"}
    wrong = {**prescribed, "product": "imiquimod-3.75"}
    assert carcinoma(CARCINOMA, wrong, gate="dispense").unmet == {"prescription-unused"}


def test_mild_dermatitis_after_a_failed_treatment_may_be_treated_from_two_years() -> None:
    assert dermatitis(DERMATITIS, FAILED, born="2024-04-01").outcome == "allowed"
    assert dermatitis(DERMATITIS, FAILED, born="2024-04-02").unmet == {"old-enough"}
    assert dermatitis(DERMATITIS).unmet == {"second-line"}


def test_the_last_diagnosis_holds_and_of_one_day_the_worse() -> None:
    severe = {**DERMATITIS, "severity": "severe"}

    assert dermatitis(DERMATITIS, FAILED, {**severe, "on": "2026-03-02"}).unmet == {"severity"}
    assert dermatitis(DERMATITIS, FAILED, {**severe, "on": "2026-02-01"}).outcome == "allowed"
    assert dermatitis(DERMATITIS, FAILED, severe).unmet == {"severity"}


def test_an_uncovered_life_may_hide_a_netherton_syndrome() -> None:
    covers = [{"from": "2026-01-01"}]

    assert dermatitis(DERMATITIS, FAILED, covers=covers).unknown == {
        "immune-competent", "no-netherton-syndrome", "no-hypersensitivity", "no-infection", "no-growth",
        "no-immunosuppressant",
    }  # fmt: skip
    assert dermatitis(DERMATITIS, FAILED, born="2026-01-01", covers=covers).unmet == {"old-enough"}


@pytest.mark.parametrize("condition", ["hypersensitivity", "pimecrolimus-hypersensitivity"])
def test_hypersensitivity_blocks_pimecrolimus(condition: str) -> None:
    known = {"event": "condition", "on": "2026-02-01", "condition": condition}

    assert dermatitis(DERMATITIS, FAILED, known).unmet == {"no-hypersensitivity"}


def test_the_last_record_of_a_condition_holds_and_of_one_day_the_later_end() -> None:
    since = {"event": "condition", "on": "2026-02-01", "condition": "immunocompromised"}
    ended = {**since, "on": "2026-03-01", "until": "2026-03-01"}

    assert carcinoma(CARCINOMA, since, ended).outcome == "allowed"
    assert carcinoma(CARCINOMA, {**since, "on": "2026-03-02"}, ended).unmet == {"immune-competent"}
    assert carcinoma(CARCINOMA, {**since, "on": "2026-03-01"}, ended).unmet == {"immune-competent"}


def test_a_label_a_gate_or_a_version_that_is_not_known_is_said() -> None:
    with pytest.raises(ValueError, match="no gate finish"):
        dermatitis(gate="finish")
    with pytest.raises(ValueError, match="no label jp-pimecrolimus"):
        asked("jp-pimecrolimus", [])
    with pytest.raises(ValueError, match="Invalid isoformat"):
        judge({"programme": "us-pimecrolimus"}, "enrol", datetime.fromisoformat("2026-04-01T12:00:00-04:00"), "newest")
