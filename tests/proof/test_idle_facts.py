"""What never happened isn't folded: the masks are those that come out when everything is folded."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from proof.courses import GATES, draw_case
from proof.engine import ledger_of
from safecourse.course.reading import course_from_document
from safecourse.rulebook import NoVersionInForce
from safecourse.rules import judging
from safecourse.rules.deciding import compiled, governing
from safecourse.rules.judging import Bits, CompiledGate, decide_bits
from safecourse.rules.ledger import Ledger

Question = tuple[CompiledGate, Ledger]


def questions(programme_id: str, count: int) -> Iterator[Question]:
    for seed in range(40_000, 40_000 + count):
        document, gate, at = draw_case(seed, programme_id)
        try:
            version = governing(programme_id, at)
        except NoVersionInForce:
            continue
        if version.requirements_at(gate):
            ready = compiled(version, gate)
            yield ready, ledger_of(ready, course_from_document(document), at)


def masks(asked: list[Question]) -> list[Bits]:
    for cached in (judging._route, judging._flag_folds):
        cached.cache_clear()
    return [decide_bits(ready, ledger)[0] for ready, ledger in asked]


@pytest.mark.parametrize("programme_id", sorted(GATES))
def test_facts_that_are_skipped_change_no_mask(programme_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = list(questions(programme_id, 400))
    skipping = masks(asked)
    skipped = [judging._never(ready, frozenset(ledger.kinds)) for ready, ledger in asked if ledger.complete]
    with monkeypatch.context() as patched:
        patched.setattr(judging, "_never", lambda gate, kinds: frozenset())
        folding_all = masks(asked)
    masks([])  # forget what was compiled without skipping

    assert any(skipped)
    assert skipping == folding_all
