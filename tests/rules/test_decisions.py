"""What every decision carries, over drawn courses."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from proof.courses import GATES, draw_case
from safecourse import decide, plan
from safecourse.course.reading import course_from_document
from safecourse.rulebook import NoVersionInForce, library
from safecourse.rules.deciding import NotDecidable
from safecourse.rules.decision import ALLOWED, NOT_APPLICABLE, REFUSED, UNKNOWN, UNMET, Decision, JointDecision

TWO = {
    "safecourse": "1", "programme": ["us-pimecrolimus", "us-imiquimod-5-carcinoma"], "patient": {"born": "1990-01-01"},
    "covers": "complete", "events": [],
}  # fmt: skip
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def decisions(programme_id: str, count: int = 300) -> list[Decision]:
    found = []
    for seed in range(count):
        document, gate, at = draw_case(seed, programme_id)
        try:
            one = decide(course_from_document(document), gate, at=at)
        except (NoVersionInForce, NotDecidable):
            continue
        assert isinstance(one, Decision)
        found.append(one)
    return found


@pytest.mark.parametrize("programme_id", sorted(GATES))
def test_every_decision_that_an_unverified_rule_touches_lists_its_assumption(programme_id: str) -> None:
    for one in decisions(programme_id):
        version = library.programme(programme_id, one.version)
        touching = {
            f"{finding.requirement}: {finding.assumption}"
            for finding in (*one.findings, *one.advice)
            if finding.grade == "unverified" and finding.verdict != NOT_APPLICABLE
        }
        assert touching <= set(one.assumptions)
        if version.in_force_grade == "unverified":
            assert any(text.startswith(f"{version.id} {version.version}: ") for text in one.assumptions)


@pytest.mark.parametrize("programme_id", sorted(GATES))
def test_the_outcome_follows_from_the_binding_findings_alone(programme_id: str) -> None:
    for one in decisions(programme_id):
        verdicts = {finding.verdict for finding in one.findings}
        assert (one.outcome == REFUSED) == (UNMET in verdicts)
        assert one.outcome != ALLOWED or UNKNOWN not in verdicts
        assert all(finding.binding == "must" for finding in one.findings)
        assert all(finding.binding == "advice" for finding in one.advice)


@pytest.mark.parametrize("programme_id", sorted(GATES))
def test_every_finding_names_a_source_of_the_rule_book_and_says_what_to_do(programme_id: str) -> None:
    for one in decisions(programme_id, 60):
        sources = {source.id for source in library.programme(programme_id, one.version).sources}
        for finding in (*one.findings, *one.advice):
            assert finding.source in sources
            assert finding.says.endswith(".")
            assert finding.fix.endswith(".")


def test_under_several_programmes_every_one_must_allow() -> None:
    joint = decide(course_from_document(TWO), "enrol", at=NOW)

    assert isinstance(joint, JointDecision)
    assert joint.outcome == REFUSED
    assert [one.programme for one in joint.programmes] == ["us-pimecrolimus", "us-imiquimod-5-carcinoma"]
    whole = plan(course_from_document(TWO), "enrol", at=NOW)
    assert whole.earliest == max(one.plan.earliest for one in joint.programmes)
    assert len(whole.steps) == sum(len(one.plan.steps) for one in joint.programmes)


def test_a_gate_that_no_programme_has_is_no_question() -> None:
    with pytest.raises(NotDecidable, match="gate 'finish' has no requirements"):
        decide(course_from_document(TWO | {"programme": "us-pimecrolimus"}), "finish", at=NOW)


@pytest.mark.parametrize("at", ["2026-01-01T12:00", "1899-12-31T12:00+00:00", "2200-01-01T00:00+00:00"])
def test_an_instant_without_offset_or_outside_the_calendar_of_patients_is_refused(at: str) -> None:
    with pytest.raises(NotDecidable, match=r"offset|not between"):
        decide(course_from_document(TWO), "enrol", at=datetime.fromisoformat(at))


def test_a_plan_says_who_must_act_where_certificates_carry_names() -> None:
    document = {
        "safecourse": "1", "programme": "us-ipledge", "patient": {"born": "2003-08-19"}, "covers": "complete",
        "events": [
            {"event": "certified", "on": "2026-01-02", "role": "prescriber", "who": "dr-lee", "until": "2027-01-01"},
            {"event": "certified", "on": "2026-01-02", "role": "prescriber", "who": "dr-ray", "until": "2026-11-01"},
            {"event": "prescribed", "on": "2026-10-12", "product": "isotretinoin", "days_supply": 30, "who": "dr-ray"},
        ],
    }  # fmt: skip

    made = plan(course_from_document(document), "dispense", at=NOW)

    assert "Certify the prescriber in the programme." in [step.do for step in made.steps]
    assert any("The prescriber is dr-ray." in one for one in made.assumes)
    assert not any("dr-lee" in one for one in made.assumes)
