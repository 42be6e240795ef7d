"""Every plan passes the engine, and no earlier day does, whatever is tried."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proof.courses import GATES, draw_case
from proof.engine import ask, ledger_of
from safecourse import days
from safecourse.course.model import Event
from safecourse.course.reading import course_from_document
from safecourse.rulebook import NoVersionInForce, Programme, programme
from safecourse.rulebook.model import Step
from safecourse.rules.deciding import compiled, decide, governing
from safecourse.rules.decision import ALLOWED, Decision
from safecourse.rules.explaining import outcome_of
from safecourse.rules.judging import decide_bits, fold_facts
from safecourse.rules.ledger import Ledger, with_steps
from safecourse.rules.planning import planned_events, steps_of

HORIZON = 75  # days that the search goes beyond today where a plan says that no day will do
TRIES = 6  # random ways of doing things on each earlier day
# A plan doesn't propose to end the treatment or to dispense in order to be allowed to prescribe or dispense.
NOT_A_WAY = {"dispense", "stop"}


def allowed_with(version: Programme, gate: str, base: Ledger, day: int, events: list[Event]) -> bool:
    ready = compiled(version, gate)
    bits, _ = decide_bits(ready, with_steps(base, day, events))
    return outcome_of(ready, bits) == ALLOWED


def earlier_way(
    programme_id: str, gate: str, base: Ledger, before: int, random: Random
) -> tuple[int, dict[str, int]] | None:
    """A day before ``before`` and days of steps with which the gate opens, if random trying finds any."""
    today = base.as_of
    for day in range(today, before):
        version = programme(programme_id, day)
        ready = compiled(version, gate)
        steps = steps_of(ready, fold_facts(ready, base))
        usable = [name for name in steps if gate in ("take", "finish") or name not in NOT_A_WAY]
        if "diagnosed" in base.kinds:  # a second, better diagnosis is no way to make a course lawful
            usable = [name for name in usable if steps[name].event != "diagnosed"]
        for _ in range(TRIES):
            share = random.choice((0.5, 0.9, 1.0))
            chosen = {
                name: random.choice((today, day, day, random.randint(today, day)))
                for name in usable
                if random.random() < share
            }
            if allowed_with(version, gate, base, day, planned_events(steps, chosen, base)):
                return day, chosen
    return None


def refused_case(seed: int, programme_id: str) -> tuple[Decision, Ledger, str, datetime] | None:
    document, gate, at = draw_case(seed, programme_id)
    try:
        version = governing(programme_id, at)
    except NoVersionInForce:
        return None
    ready = compiled(version, gate)
    if not ready.rules:
        return None
    course = course_from_document(document)
    decision = decide(course, gate, at=at)
    assert isinstance(decision, Decision)
    return (decision, ledger_of(ready, course, at), gate, at) if decision.outcome != ALLOWED else None


@pytest.mark.slow
@given(st.integers(min_value=0, max_value=2**32), st.sampled_from(sorted(GATES)))
def test_no_earlier_day_than_the_plans_opens_the_gate(seed: int, programme_id: str) -> None:
    case = refused_case(seed, programme_id)
    if case is None:
        return
    decision, base, gate, _ = case
    earliest = days.parse_day(decision.plan.earliest) if decision.plan.earliest else base.as_of + HORIZON

    found = earlier_way(programme_id, gate, base, min(earliest, base.as_of + HORIZON), Random(seed))

    assert found is None, (days.iso(found[0]), found[1], decision.plan)


@given(st.integers(min_value=0, max_value=2**32), st.sampled_from(sorted(GATES)), st.booleans())
def test_a_plan_followed_on_its_first_or_last_days_opens_the_gate(seed: int, programme_id: str, late: bool) -> None:
    case = refused_case(seed, programme_id)
    if case is None or not case[0].plan.earliest:
        return
    decision, base, gate, _ = case
    act = days.parse_day(decision.plan.earliest)
    version = programme(programme_id, act)
    ready = compiled(version, gate)
    steps = steps_of(ready, fold_facts(ready, base))
    by_words: dict[str, Step] = {step.does: step for step in steps.values()}
    chosen: dict[str, int] = {}
    for planned in decision.plan.steps:
        assert base.as_of <= days.parse_day(planned.first) <= days.parse_day(planned.last) <= act
        chosen[by_words[planned.do].name] = days.parse_day(planned.last if late else planned.first)

    events = planned_events(steps, chosen, base)

    if not late or len(chosen) == 1:  # last days belong to one step each: the others then follow suit
        assert allowed_with(version, gate, base, act, events), (decision.plan, chosen)


@given(st.integers(min_value=0, max_value=2**32), st.sampled_from(sorted(GATES)))
def test_an_allowed_gate_stays_open_to_the_last_day_of_its_window_and_no_longer(seed: int, programme_id: str) -> None:
    document, gate, at = draw_case(seed, programme_id)
    later: dict[str, Any] = document | {"events": document["events"]}
    try:
        version = governing(programme_id, at)
    except NoVersionInForce:
        return
    course = course_from_document(later)
    outcome, (_, closes) = ask(version, course, gate, at)
    if outcome != ALLOWED or closes in ("", "open-ended") or course.last_moment > days.microseconds(at):
        return
    today = days.day_in_zone(at, compiled(version, gate).zone)
    if course.last_day > today:
        return
    left = days.parse_day(closes) - today

    assert ask(version, course, gate, at + timedelta(left))[0] == ALLOWED
    assert ask(version, course, gate, at + timedelta(left + 1))[0] != ALLOWED
