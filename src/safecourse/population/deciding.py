"""Deciding a population: batches in, outcomes out, the engine for single courses asked where columns can't say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt

from safecourse import days
from safecourse.course.model import Course
from safecourse.population.batches import Batch
from safecourse.population.folding import fold_batch
from safecourse.population.judging import Masks, judge_block, outcomes
from safecourse.rulebook.model import Programme
from safecourse.rules.deciding import compiled
from safecourse.rules.explaining import outcome_of
from safecourse.rules.judging import decide_bits
from safecourse.rules.ledger import open_ledger

WORDS = ("allowed", "refused", "undetermined")


@dataclass(frozen=True, slots=True)
class BatchOutcomes:
    """By course: 0 allowed, 1 refused, 2 undetermined; the masks; and who was decided one by one."""

    outcome: npt.NDArray[np.int8]
    failing: Masks
    unknown: Masks
    one_by_one: npt.NDArray[np.bool_]


def decide_batch(
    programme: Programme, gate: str, batch: Batch, at: datetime, course_at: Callable[[int], Course]
) -> BatchOutcomes:
    """The outcomes of a batch at an aware instant; ``course_at`` gives a course that columns can't say all of."""
    ready = compiled(programme, gate)
    as_of = days.day_in_zone(at, ready.zone)
    facts, left, undone = fold_batch(ready, batch, as_of)
    bits = judge_block(ready, facts)
    resting = sum(1 << index for index, rule in enumerate(ready.rules) if undone.intersection(rule.test.needs))
    left = left | ((bits.unknown & np.uint64(resting)) != 0)
    outcome = outcomes(ready, bits)
    moment = days.microseconds(at)
    for index in np.flatnonzero(left):
        one, _ = decide_bits(ready, open_ledger(course_at(int(index)), as_of, moment))
        outcome[index] = WORDS.index(outcome_of(ready, one))
        bits.failing[index], bits.unknown[index] = one.failing, one.unknown
    return BatchOutcomes(outcome, bits.failing, bits.unknown, left)
