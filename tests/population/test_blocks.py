"""Columns answer as one course does: outcomes and masks, over courses drawn from the rules' own edges."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import datetime
from typing import Any, Literal

import numpy as np
import pytest

from proof.courses import GATES, draw_case
from proof.courses_labels import ISOTRETINOIN, PIMECROLIMUS
from proof.engine import ledger_of
from safecourse import days
from safecourse.course.model import Course, Event, Patient
from safecourse.course.reading import course_from_document
from safecourse.population import kernels
from safecourse.population.batches import batch_of, batches_of, kinds_read
from safecourse.population.deciding import WORDS, decide_batch
from safecourse.population.folding import fold_batch, months_later
from safecourse.population.judging import facts_of, judge_block, outcomes
from safecourse.rulebook import NoVersionInForce, Programme
from safecourse.rules.deciding import compiled, governing, outcome_at
from safecourse.rules.judging import decide_bits, fold_facts, judge

DRAWN = 1500
FORMS = ("patient-information", "birth-defects")
Question = tuple[Programme, str, datetime]


def drawn(programme_id: str, count: int, first_seed: int = 0) -> dict[Question, list[Course]]:
    """Drawn courses by the question that is put to them."""
    asked: dict[Question, list[Course]] = defaultdict(list)
    for seed in range(first_seed, first_seed + count):
        document, gate, at = draw_case(seed, programme_id)
        try:
            version = governing(programme_id, at)
        except NoVersionInForce:
            continue
        if version.requirements_at(gate):
            asked[version, gate, at].append(course_from_document(document))
    return asked


@pytest.mark.parametrize("programme_id", sorted(GATES))
def test_judging_columns_gives_the_masks_that_judging_one_course_gives(programme_id: str) -> None:
    by_gate: dict[tuple[Programme, str, int], list[tuple[Any, Any]]] = defaultdict(list)
    for (version, gate, at), courses in drawn(programme_id, DRAWN).items():
        ready = compiled(version, gate)
        for course in courses:
            state = fold_facts(ready, ledger_of(ready, course, at))
            by_gate[version, gate, state.ledger.as_of].append((state, judge(ready, state)))

    for (version, gate, as_of), judged in by_gate.items():
        ready = compiled(version, gate)
        columns, unknown = {}, {}
        for name, slot in ready.slots.items():
            values = [state.values[slot] for state, _ in judged]
            whole = all(isinstance(value, int) for value in values)  # a diameter may be 20.5 mm
            columns[name] = np.array(values, dtype=np.int32 if whole else np.float64)
            unknown[name] = np.array([bool(state.unknown >> slot & 1) for state, _ in judged])
        flags = {name for name, slot in ready.slots.items() if slot in ready.flags}
        kept = {name: column for name, column in unknown.items() if column.any() and name not in flags}
        bits = judge_block(ready, facts_of(ready, len(judged), as_of, columns, kept))

        assert bits.failing.tolist() == [one.failing for _, one in judged]
        assert bits.unknown.tolist() == [one.unknown for _, one in judged]
        assert bits.applies().tolist() == [one.applies for _, one in judged]


@pytest.mark.parametrize("programme_id", sorted(GATES))
def test_deciding_a_batch_gives_the_outcomes_that_deciding_one_course_gives(programme_id: str) -> None:
    for (version, gate, at), courses in drawn(programme_id, DRAWN).items():
        batch = batch_of(kinds_read(version), courses)
        decided = decide_batch(version, gate, batch, at, courses.__getitem__)
        expected = [outcome_at(version, course, gate, at) for course in courses]

        assert [WORDS[code] for code in decided.outcome] == expected


def _share(programme_id: str) -> float:
    """How much columns decide by themselves: half and more, but for rules that read amounts and stretches of use.

    Those rules rest on folds that columns leave to the engine (ADR 0011), so nearly every course of them goes to it.
    """
    return 0.0 if programme_id in (*PIMECROLIMUS, *ISOTRETINOIN) else 0.5


@pytest.mark.parametrize("programme_id", sorted(GATES))
def test_what_columns_fold_themselves_is_most_of_what_they_are_asked(programme_id: str) -> None:
    """Without the engine for single courses, and right: or the comparison would compare the engine with itself."""
    own = asked = 0
    for (version, gate, at), courses in drawn(programme_id, DRAWN, 10_000).items():
        ready = compiled(version, gate)
        plain = [one for one in courses if batch_of((), [one]).plain[0]]
        if not plain:
            continue
        facts, left, undone = fold_batch(ready, batch_of(kinds_read(version), plain), days.day_in_zone(at, ready.zone))
        bits = judge_block(ready, facts)
        resting = sum(1 << i for i, rule in enumerate(ready.rules) if undone.intersection(rule.test.needs))
        asked += len(plain)
        for index, course in enumerate(plain):
            if left[index] or int(bits.unknown[index]) & resting:
                continue
            own += 1
            one, _ = decide_bits(ready, ledger_of(ready, course, at))
            assert (int(bits.failing[index]), int(bits.unknown[index])) == (one.failing, one.unknown)
            assert WORDS[outcomes(ready, bits)[index]] == outcome_at(version, course, gate, at)

    assert own >= _share(programme_id) * asked, (own, asked)


@pytest.mark.parametrize("programme_id", sorted(GATES))
def test_courses_in_one_large_batch_are_decided_as_each_is_alone(programme_id: str) -> None:
    """Drawn courses seldom share an instant; here all are put to the same few, so that a batch has unlike ones."""
    asked = drawn(programme_id, 900, 20_000)
    courses = [course for some in asked.values() for course in some if batch_of((), [course]).plain[0]]
    questions = {question[1]: question for question in asked}  # one for each gate
    own = 0
    for version, gate, at in questions.values():
        ready = compiled(version, gate)
        decided = decide_batch(version, gate, batch_of(kinds_read(version), courses), at, courses.__getitem__)
        for index, course in enumerate(courses):
            one, _ = decide_bits(ready, ledger_of(ready, course, at))
            assert (int(decided.failing[index]), int(decided.unknown[index])) == (one.failing, one.unknown)
            assert WORDS[decided.outcome[index]] == outcome_at(version, course, gate, at)
        own += int(np.count_nonzero(~decided.one_by_one))

    assert own >= _share(programme_id) * len(courses) * len(questions), (own, len(courses))


@pytest.mark.parametrize("programme_id", sorted(GATES))
def test_compiled_loops_and_plain_ones_fold_the_same(programme_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("numba")
    loops = [name for name, loop in vars(kernels).items() if hasattr(loop, "py_func")]
    asked = drawn(programme_id, 150, 30_000)
    courses = [course for some in asked.values() for course in some]
    for version, gate, at in {question[1]: question for question in asked}.values():
        ready, batch = compiled(version, gate), batch_of(kinds_read(version), courses)
        as_of = days.day_in_zone(at, ready.zone)
        facts, left, undone = fold_batch(ready, batch, as_of)
        with monkeypatch.context() as patched:
            for name in loops:
                patched.setattr(kernels, name, getattr(kernels, name).py_func)
            plain_facts, plain_left, plain_undone = fold_batch(ready, batch, as_of)

        assert "last" in loops
        assert undone == plain_undone
        assert left.tolist() == plain_left.tolist()
        for slot in ready.slots.values():
            assert np.array_equal(facts.values[slot], plain_facts.values[slot])
            assert np.array_equal(facts.unknown.get(slot, False), plain_facts.unknown.get(slot, False))


def test_a_test_in_doubt_on_the_day_of_a_sure_one_counts_as_it_does_for_one_course() -> None:
    """Columns stopped at the sure test and allowed what the engine for single courses leaves undetermined."""
    at = datetime.fromisoformat("2027-06-10T12:00-04:00")
    version = governing("us-ipledge", at)
    sure, doubtful = ({"result": "negative", "setting": one} for one in ("medical", "unknown"))
    for gate in ("prescribe", "dispense"):
        for tests in ([doubtful, sure], [sure, doubtful], [sure], [doubtful], [sure, sure]):
            course = first_month(tests)
            batch = batch_of(kinds_read(version), [course])
            decided = decide_batch(version, gate, batch, at, [course].__getitem__)

            assert WORDS[decided.outcome[0]] == outcome_at(version, course, gate, at), (gate, tests)


@pytest.mark.parametrize(("fold", "tie"), [("last", "most"), ("last", "least"), ("first", "most"), ("first", "least")])
def test_of_values_that_tie_columns_take_the_one_that_a_course_takes(
    fold: Literal["last", "first"], tie: Literal["most", "least"]
) -> None:
    at = datetime.fromisoformat("2027-06-10T12:00-04:00")
    shipped = governing("us-ipledge", at)
    facts = tuple(replace(one, fold=fold, tie=tie) if one.value == "days_supply" else one for one in shipped.facts)
    version = replace(shipped, facts=facts)
    ready = compiled(version, "dispense")
    negative = [{"result": "negative", "setting": "medical"}]
    supplies = [(30,), (30, 31), (31, 30), (29, 31, 30), (30, 29, 31), ()]
    courses = [first_month(negative, supply) for supply in supplies]
    batch = batch_of(kinds_read(version), courses)
    folded, left, _ = fold_batch(ready, batch, days.day_in_zone(at, ready.zone))
    slot = ready.slots["prescription_days"]

    assert not left.any()
    assert folded.values[slot].tolist() == [
        fold_facts(ready, ledger_of(ready, course, at)).values[slot] for course in courses
    ]
    assert folded.values[slot].tolist() == [
        (max(supply) if tie == "most" else min(supply)) if supply else days.NEVER for supply in supplies
    ]


def first_month(tests: list[dict[str, str]], supplies: tuple[int, ...] = (30,)) -> Course:
    """A patient before the first dispense, with these pregnancy tests and prescriptions on the day of confirmation."""
    born, methods = days.parse_day("2001-05-04"), ("combined-pill", "male-condom")
    start, window = days.parse_day("2027-05-06"), days.parse_day("2027-06-08")
    happened: list[tuple[str, int, dict[str, Any]]] = [
        ("certified", start - 90, {"role": "prescriber"}),
        ("certified", start - 90, {"role": "pharmacy"}),
        ("classified", start, {"category": "can-become-pregnant", "criteria": ()}),
        ("enrolled", start, {}),
        *(("form-signed", start, {"form": f, "by": by}) for f in FORMS for by in ("patient", "prescriber")),
        ("counselled", start, {"by": "prescriber"}),
        ("contraception", start, {"by": "prescriber", "methods": methods, "since": start}),
        ("pregnancy-test", start, {"result": "negative", "setting": "medical"}),
        ("menses-started", window - 3, {}),
        *(("pregnancy-test", window, fields) for fields in tests),
        ("monthly-confirmation", window, {"by": "prescriber"}),
        ("contraception", window, {"by": "patient", "methods": methods}),
        ("questions-answered", window, {"passed": True}),
        *(("prescribed", window, {"product": "isotretinoin", "days_supply": supply}) for supply in supplies),
    ]
    events = tuple(Event(kind, day, -1, fields, "", line) for line, (kind, day, fields) in enumerate(happened))
    return Course(("us-ipledge",), Patient(born, "can-become-pregnant", "regular"), True, (), events)


def test_batches_hold_the_courses_in_their_order_and_no_more_than_asked_for() -> None:
    (version, _, _), courses = next(iter(drawn("us-pimecrolimus", 40).items()))
    many = courses * 5

    sizes = [batch.size for batch in batches_of(version, iter(many), size=2)]

    assert sum(sizes) == len(many)
    assert max(sizes) <= 2


def test_months_over_columns_are_the_months_of_one_day() -> None:
    some = np.arange(days.parse_day("1999-12-01"), days.parse_day("2005-03-10"), dtype=np.int32)
    for months in (1, 12, 24, 144, 216):
        expected = [days.add_months(int(day), months, "later") for day in some]
        assert months_later(some, months).tolist() == expected
    assert months_later(np.array([days.NEVER, days.OPEN], dtype=np.int32), 12).tolist() == [days.NEVER, days.OPEN]


def test_months_after_a_day_in_another_age_are_an_error_and_not_a_guess() -> None:
    for wrong in ("1799-12-31", "2301-01-01"):
        with pytest.raises(ValueError, match="before 1800 or after 2300"):
            months_later(np.array([days.NEVER, days.parse_day(wrong)], dtype=np.int32), 12)
