"""The contract's example: the course file, its decision, its window."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

import safecourse
from safecourse import Decision, decide, plan, programme, read_course
from safecourse.days import parse_day

EXAMPLE = Path(__file__).parents[2] / "examples" / "us-ipledge-first-month.yaml"


def decision_at(instant: str, gate: str = "dispense", **options: str) -> Decision:
    decision = decide(read_course(str(EXAMPLE)), gate, at=datetime.fromisoformat(instant), **options)
    assert isinstance(decision, Decision)
    return decision


def test_the_example_is_allowed_until_the_end_of_day_seven_in_new_york() -> None:
    document = decision_at("2026-10-07T12:00-04:00").to_dict()

    assert document["programme"] == "us-ipledge"
    assert document["version"] == "2023-10-03"
    assert document["at"] == "2026-10-07T12:00:00-04:00"
    assert document["outcome"] == "allowed"
    assert document["window"] == {
        "opens": "2026-10-01",
        "closes": "2026-10-07",
        "closes_at": "2026-10-07T23:59:59-04:00",
    }
    assert document["assumptions"] == []
    assert document["later_events"] == 0
    assert document["plan"] == {"earliest": "2026-10-07", "steps": [], "assumes": []}


def test_the_window_finding_of_the_example_is_the_contracts() -> None:
    findings = {one["requirement"]: one for one in decision_at("2026-10-07T12:00-04:00").to_dict()["findings"]}

    window = findings["negative-test-opens-window"]

    assert (window["binding"], window["verdict"], window["observed"]) == ("must", "met", "2026-10-01")
    assert (window["opens"], window["closes"]) == ("2026-10-01", "2026-10-07")


@pytest.mark.parametrize(
    ("instant", "outcome"),
    [
        ("2026-10-07T23:59:59-04:00", "allowed"),
        ("2026-10-08T00:00:00-04:00", "refused"),
        ("2026-10-08T03:59:59+00:00", "allowed"),
        ("2026-10-08T04:00:00+00:00", "refused"),
        ("2026-10-01T12:00:00-04:00", "refused"),
        ("2026-10-02T12:00:00-04:00", "allowed"),
    ],
)
def test_the_day_of_the_decision_is_cut_in_the_programmes_zone(instant: str, outcome: str) -> None:
    assert decision_at(instant).outcome == outcome


def test_other_rules_than_those_that_govern_are_marked_hypothetical() -> None:
    tried = decision_at("2026-10-07T12:00-04:00", rules="2026-11-15")

    assert tried.version == "2026-11-15"
    assert tried.to_dict()["hypothetical"] is True
    assert "hypothetical" not in decision_at("2026-10-07T12:00-04:00").to_dict()


def test_after_the_missed_first_window_the_old_version_waits_nineteen_days() -> None:
    refused = decision_at("2026-10-08T09:00-04:00")

    assert refused.plan.earliest == "2026-10-20"


def test_in_the_new_version_a_missed_first_window_costs_no_wait() -> None:
    refused = decision_at("2026-11-16T09:00-05:00")

    assert refused.version == "2026-11-15"
    assert refused.plan.earliest == "2026-11-16"
    assert all("period" not in step.do for step in refused.plan.steps)


def test_the_public_names_are_those_that_are_listed() -> None:
    for name in safecourse.__all__:
        assert getattr(safecourse, name) is not None


def test_programme_gives_the_version_in_force() -> None:
    assert programme("us-ipledge", parse_day("2026-11-14")).version == "2023-10-03"
    assert programme("us-ipledge", parse_day("2026-11-15")).version == "2026-11-15"


def test_plan_alone_is_the_plan_of_the_decision() -> None:
    course = read_course(str(EXAMPLE))
    at = datetime.fromisoformat("2026-10-08T09:00-04:00")

    assert plan(course, "dispense", at=at) == decision_at("2026-10-08T09:00-04:00").plan
