"""What the proofs themselves must cover: a kind of event, a fold or a rule that nothing tries fails the build."""

from __future__ import annotations

import json

import pytest

from proof.courses import GATES, draw_case
from safecourse.rulebook import library
from safecourse.rulebook.model import FOLD_KINDS
from safecourse.rules.scenarios import scenarios_of

PROGRAMMES = library.programme_ids()
# Kinds of fold that no shipped programme uses yet, and why the engine has them.
WAITING = {
    "sum": "cumulative dose, with the regimens",
    "earlier-of": "the earlier of two stops, with the regimens",
}


def kinds_read(programme_id: str) -> set[str]:
    """The kinds of event that decide something in a programme."""
    kinds: set[str] = set()
    for version in library.versions(programme_id):
        for fact in version.facts:
            kinds |= {*fact.events, *fact.actor, *(near.event for near in fact.within)}
            kinds |= {fact.followed_by} - {""}
            kinds |= {"certified", "decertified"} if fact.fold == "certificate" else set()
            kinds |= {"classified"} if fact.fold == "conclusion" else set()
    return kinds


# Read by advice or by an actor's name only: nothing for a generator to bend.
NOT_DRAWN = {"authorised", "diagnosed", "lab", "form-signed", "dose-taken", "treatment-started"}


@pytest.mark.parametrize("programme_id", PROGRAMMES)
def test_every_kind_of_event_that_a_programme_reads_is_in_one_of_its_scenarios(programme_id: str) -> None:
    written = {event["event"] for one in scenarios_of(programme_id) for event in json.loads(one.written)["events"]}

    assert kinds_read(programme_id) - written == set()


@pytest.mark.parametrize("programme_id", PROGRAMMES)
def test_every_kind_of_event_that_a_programme_reads_is_drawn_by_its_generator(programme_id: str) -> None:
    drawn = {event["event"] for seed in range(1500) for event in draw_case(seed, programme_id)[0]["events"]}

    assert kinds_read(programme_id) - drawn - NOT_DRAWN == set()


def test_every_programme_has_a_generator_with_all_its_gates() -> None:
    assert set(GATES) == set(PROGRAMMES)
    for programme_id, gates in GATES.items():
        asked = {
            gate for version in library.versions(programme_id) for rule in version.requirements for gate in rule.gates
        }
        assert set(gates) == asked


@pytest.mark.parametrize("programme_id", PROGRAMMES)
def test_every_binding_rule_refuses_in_some_scenario_at_each_of_its_gates(programme_id: str) -> None:
    refused = {(name, one.gate) for one in scenarios_of(programme_id) for name in one.unmet}
    binding = {
        (rule.id, gate)
        for version in library.versions(programme_id)
        for rule in version.requirements
        if rule.binding == "must"
        for gate in rule.gates
    }

    assert binding - refused == set()


@pytest.mark.parametrize("programme_id", PROGRAMMES)
def test_every_advice_is_given_in_some_scenario(programme_id: str) -> None:
    given = {name for one in scenarios_of(programme_id) for name in one.advice}
    advice = {
        rule.id
        for version in library.versions(programme_id)
        for rule in version.requirements
        if rule.binding == "advice"
    }

    assert advice - given == set()


@pytest.mark.parametrize("programme_id", PROGRAMMES)
def test_every_version_and_gate_has_a_scenario_that_is_allowed_and_one_that_is_not(programme_id: str) -> None:
    from safecourse.rules.scenarios import version_of

    seen = {(version_of(one).version, one.gate, one.outcome) for one in scenarios_of(programme_id)}
    for version in library.versions(programme_id):
        for gate in {gate for rule in version.requirements for gate in rule.gates}:
            assert (version.version, gate, "allowed") in seen
            assert (version.version, gate, "refused") in seen


def test_every_kind_of_fold_is_used_by_a_shipped_programme_or_waits_for_one() -> None:
    used = {fact.fold for name in PROGRAMMES for version in library.versions(name) for fact in version.facts}

    assert used | set(WAITING) == set(FOLD_KINDS)
    assert used.isdisjoint(WAITING)
