"""The engine, one course at a time and by columns, against the reference: two readings of the same rules.

Where a course is wholly covered and leaves no doubt both must say the same.
Where it isn't, the engine may know less (it says what can't be known from a
fact's own bounds, the reference from the whole course), but never more: what
it allows the reference allows, and what it refuses the reference doesn't allow.
"""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from itertools import product
from typing import Any

import pytest

from proof.courses import REFERENCED, ZONES, draw_case
from proof.engine import ask
from proof.mutants import mutants_of, toml_text
from safecourse.course.reading import course_from_document
from safecourse.population.batches import batch_of, kinds_read
from safecourse.population.deciding import WORDS, decide_batch
from safecourse.reference import judge
from safecourse.rulebook import NoVersionInForce, Programme, library
from safecourse.rulebook.loading import programme_from_text
from safecourse.rules.deciding import compiled, governing
from safecourse.rules.decision import ALLOWED, REFUSED, UNDETERMINED

DRAWN = int(os.environ.get("SAFECOURSE_EXAMPLES", "100")) * 25
Case = tuple[dict[str, Any], str, datetime]


def disagreement(case: Case, programme: Programme | None = None) -> str:
    """What engine and reference say differently of a case; empty if nothing that matters."""
    document, gate, at = case
    version = programme or governing(document["programme"], at)
    course = course_from_document(document)
    engine = ask(version, course, gate, at)[0]
    reference = judge(document, gate, at, version.version).outcome
    if engine == reference or _engine_only_knows_less(document, engine, reference):
        return ""
    return f"engine {engine}, reference {reference}"


def _engine_only_knows_less(document: dict[str, Any], engine: str, reference: str) -> bool:
    if document["covers"] != "complete":
        return engine == UNDETERMINED or (engine == REFUSED and reference != ALLOWED)
    return engine == UNDETERMINED and _leaves_a_doubt(document)


# What nobody can tell even from a whole record. The engine judges each rule apart from there; the reference may see
# that the answer is the same whichever way the doubt is settled.
OPEN_CRITERIA = {"menopausal", "no-periods", "pre-menarche", "transgender-woman"}


def _leaves_a_doubt(document: dict[str, Any]) -> bool:
    unmeasured = "born" not in document["patient"] or "cycles" not in document["patient"]
    events = document["events"]
    return (
        any(one.get("setting") == "unknown" for one in events)
        or any(OPEN_CRITERIA.intersection(one.get("criteria", ())) for one in events)
        or any(one["event"] == "decertified" or one.get("who") for one in events)
        or (unmeasured and document["programme"] == "us-ipledge")
    )


def drawn(programme_id: str, count: int) -> list[tuple[int, Case]]:
    cases = []
    for seed in range(count):
        document, gate, at = draw_case(seed, programme_id)
        try:
            version = governing(programme_id, at)
        except NoVersionInForce:
            continue
        if version.requirements_at(gate):
            cases.append((seed, (document, gate, at)))
    return cases


@pytest.mark.slow
@pytest.mark.parametrize("programme_id", sorted(REFERENCED))
def test_engine_and_reference_say_the_same_of_courses_drawn_from_the_rules_own_edges(programme_id: str) -> None:
    cases = drawn(programme_id, DRAWN)
    differing = [(seed, text) for seed, case in cases if (text := disagreement(case))]

    assert len(cases) > DRAWN / 2
    assert differing == []


@pytest.mark.parametrize("programme_id", sorted(REFERENCED))
def test_columns_and_reference_say_the_same_too(programme_id: str) -> None:
    cases = [case for _, case in drawn(programme_id, DRAWN // 5) if case[0]["covers"] == "complete"]
    for document, gate, at in cases:
        version = governing(programme_id, at)
        course = course_from_document(document)
        decided = decide_batch(version, gate, batch_of(kinds_read(version), [course]), at, [course].__getitem__)
        word = WORDS[decided.outcome[0]]
        reference = judge(document, gate, at, version.version).outcome
        assert word == reference or _engine_only_knows_less(document, word, reference)


def test_the_drawn_courses_have_every_outcome_at_every_gate() -> None:
    for programme_id in REFERENCED:
        seen: dict[str, set[str]] = {}
        for _, (document, gate, at) in drawn(programme_id, 2500):
            version = governing(programme_id, at)
            seen.setdefault(gate, set()).add(ask(version, course_from_document(document), gate, at)[0])
        for gate, outcomes in seen.items():
            assert outcomes == {ALLOWED, REFUSED, UNDETERMINED}, (programme_id, gate)


def test_a_rule_book_with_one_number_changed_disagrees_with_the_reference() -> None:
    """The comparison can fail: it notices most wrong numbers by itself."""
    version = library.versions("us-ipledge")[-1]
    path = library.SHIPPED / version.id / f"{version.version}.toml"
    cases = [case for _, case in drawn("us-ipledge", 6000) if governing("us-ipledge", case[2]) is version]
    telling = (
        "requirement negative-test-opens-window: opens.1 -6 - 1",
        "requirement negative-test-opens-window: opens.1 -6 + 1",
        "requirement at-most-30-days-supply: closes 30 + 1",
        "requirement no-possible-pregnancy: forbid flipped",
    )
    changed = {what: tree for what, tree in mutants_of(path) if what in telling}
    assert set(changed) == set(telling)
    for what, tree in changed.items():
        mutant = programme_from_text(toml_text(tree), path.name)
        assert any(disagreement(case, mutant) for case in cases), what


# ---- a small space, whole -----------------------------------------------------------------------------------


NEVER = -1
SPACE = (NEVER, 0, 1, 2)


def small_course(days_of: tuple[int, ...], version: str) -> dict[str, Any]:
    """A second month in which five things happen on one of three days, or never."""
    first = datetime.fromisoformat(version).date() + timedelta(200)

    def on(offset: int) -> str:
        return (first + timedelta(offset)).isoformat()

    methods = ["iud", "male-condom"]
    events: list[dict[str, Any]] = [
        {"event": "certified", "on": on(-90), "role": "prescriber"},
        {"event": "certified", "on": on(-90), "role": "pharmacy"},
        {"event": "classified", "on": on(-70), "category": "can-become-pregnant", "criteria": []},
        {"event": "enrolled", "on": on(-70)},
        {"event": "contraception", "on": on(-70), "by": "prescriber", "methods": methods},
        {"event": "pregnancy-test", "on": on(-70), "result": "negative", "setting": "laboratory"},
        {"event": "pregnancy-test", "on": on(-36), "result": "negative", "setting": "laboratory"},
        {"event": "monthly-confirmation", "on": on(-36), "by": "prescriber"},
    ]
    events += [
        {"event": "form-signed", "on": on(-70), "form": form, "by": by}
        for form in ("patient-information", "birth-defects")
        for by in ("patient", "prescriber")
    ]
    kinds: tuple[dict[str, Any], ...] = (
        {"event": "pregnancy-test", "result": "negative", "setting": "laboratory"},
        {"event": "monthly-confirmation", "by": "prescriber"},
        {"event": "questions-answered", "passed": "true"},
        {"event": "contraception", "by": "patient", "methods": methods},
        {"event": "prescribed", "product": "isotretinoin", "days_supply": "30"},
        {"event": "dispensed", "days_supply": "30"},
    )
    events += [kind | {"on": on(day)} for kind, day in zip(kinds, days_of, strict=True) if day != NEVER]
    patient = {"born": "1996-02-29", "cycles": "irregular"}
    return {"safecourse": "1", "programme": "us-ipledge", "patient": patient, "covers": "complete", "events": events}


@pytest.mark.slow
@pytest.mark.parametrize("version", ["2021-12-13", "2023-10-03", "2026-11-15"])
def test_every_order_of_a_months_steps_over_three_days_is_judged_alike(version: str) -> None:
    at = datetime.fromisoformat(version).replace(hour=12, tzinfo=ZONES["us-ipledge"]) + timedelta(202)
    rules = library.programme("us-ipledge", version)
    outcomes = set()
    for days_of in product(SPACE, repeat=6):
        document = small_course(days_of, version)
        engine = ask(rules, course_from_document(document), "dispense", at)[0]
        assert engine == judge(document, "dispense", at, version).outcome, days_of
        outcomes.add(engine)

    assert outcomes == {ALLOWED, REFUSED}
    assert compiled(rules, "dispense").rules
