"""What must not change an answer doesn't, whatever the course; what may change it only changes it one way."""

from __future__ import annotations

import re
from copy import deepcopy
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proof.courses import GATES, ZONES, draw_case
from proof.engine import ask, outcome
from safecourse.course.reading import course_from_document
from safecourse.rulebook import NoVersionInForce
from safecourse.rules.deciding import governing

seeds = st.integers(min_value=0, max_value=2**32)
programmes = st.sampled_from(sorted(GATES))


@given(seeds, programmes)
def test_the_order_of_events_in_a_file_means_nothing(seed: int, programme: str) -> None:
    document, gate, at = draw_case(seed, programme)
    shuffled = deepcopy(document)
    Random(seed).shuffle(shuffled["events"])

    assert outcome((shuffled, gate, at)) == outcome((document, gate, at))


@given(seeds, programmes)
def test_events_equal_in_every_field_are_one(seed: int, programme: str) -> None:
    document, gate, at = draw_case(seed, programme)
    doubled = deepcopy(document)
    doubled["events"] += [dict(event) for event in document["events"]]

    assert outcome((doubled, gate, at)) == outcome((document, gate, at))


@given(seeds, programmes)
def test_events_that_no_rule_reads_change_nothing(seed: int, programme: str) -> None:
    document, gate, at = draw_case(seed, programme)
    fuller = deepcopy(document)
    day = at.date().isoformat()
    fuller["events"] += [
        {"event": "weight", "on": day, "kg": "70"},
        {"event": "adverse-event", "on": day, "term": "dry-lips", "severity": "mild"},
        {"event": "service-outage", "from": day, "until": day, "on": day},
        {"event": "relapse", "on": day},
    ]

    assert outcome((fuller, gate, at)) == outcome((document, gate, at))


@given(seeds, programmes)
def test_what_happens_after_the_decision_changes_nothing(seed: int, programme: str) -> None:
    document, gate, at = draw_case(seed, programme)
    later = deepcopy(document)
    after, moment = (at.date() + timedelta(2)).isoformat(), (at + timedelta(seconds=1)).isoformat()
    later["events"] += [
        {"event": "pregnancy-test", "on": after, "result": "positive", "setting": "medical"},
        {"event": "pregnancy-test", "at": moment, "result": "positive", "setting": "home"},
        {"event": "discontinued", "on": after},
        {"event": "contraception-lapse", "at": moment, "what": "unprotected-sex"},
        {"event": "dispensed", "on": after, "days_supply": "30"},
        {"event": "corrected", "on": after, "corrects": "later-1", "reason": "x"},
        {"event": "enrolled", "on": after, "id": "later-1"},
    ]

    assert outcome((later, gate, at)) == outcome((document, gate, at))


@given(seeds, programmes, st.data())
def test_knowing_less_never_makes_allowed_what_was_not(seed: int, programme: str, data: st.DataObject) -> None:
    document, gate, at = draw_case(seed, programme)
    before = outcome((document, gate, at))
    first = at.date() - timedelta(data.draw(st.sampled_from([0, 1, 6, 30, 400])))
    less = deepcopy(document)
    if less["covers"] == "complete":
        less["covers"] = {"from": first.isoformat()}
    else:
        less["covers"] = []
    if data.draw(st.booleans()):
        less["patient"] = {}

    after = outcome((less, gate, at))

    if after == "allowed":
        assert before == "allowed"


@given(seeds, programmes)
def test_a_course_of_which_nothing_is_covered_is_never_allowed(seed: int, programme: str) -> None:
    document, gate, at = draw_case(seed, programme)

    assert outcome((deepcopy(document) | {"covers": []}, gate, at)) != "allowed"


DAY = re.compile(r"(\d{4}-\d{2}-\d{2})")


def moved(value: Any, by: timedelta) -> Any:
    """The same text, list or mapping with every day moved."""
    if isinstance(value, str):
        return DAY.sub(lambda found: (date.fromisoformat(found[1]) + by).isoformat(), value)
    if isinstance(value, list):
        return [moved(one, by) for one in value]
    if isinstance(value, dict):
        return {key: moved(one, by) for key, one in value.items()}
    return value


@given(seeds, st.sampled_from(["us-ipledge", "us-imiquimod-5-carcinoma"]))
def test_a_course_moved_by_weeks_under_the_same_rules_gets_the_same_answer(seed: int, programme: str) -> None:
    document, gate, at = draw_case(seed, programme)
    try:
        version = governing(programme, at)
    except NoVersionInForce:
        return
    # 28 Gregorian years of days keep leap years and so birthdays in place.
    by = timedelta(days=10_227)
    later = at.replace(year=at.year + 28)
    asked = ask(version, course_from_document(document), gate, at)[0]

    assert ask(version, course_from_document(moved(document, by)), gate, later)[0] == asked


@pytest.mark.parametrize("programme", sorted(GATES))
def test_the_draws_reach_every_outcome(programme: str) -> None:
    """A generator that never allows, or never refuses, would prove nothing."""
    outcomes = {outcome(draw_case(seed, programme)) for seed in range(600)}

    assert {"allowed", "refused", "undetermined"} <= outcomes
    assert programme in ZONES
