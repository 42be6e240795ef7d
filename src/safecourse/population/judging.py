"""Judging over columns: facts of many courses to two bit masks each, by the same rule text as one course.

A block is some tens of thousands of courses, small enough for the processor's
cache. A fact is a column of day numbers (int32) or numbers; what isn't known
of it is a column of truth values beside it, left out where all is known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from safecourse.days import NEVER
from safecourse.rulebook.model import BUILT_IN
from safecourse.rules import text
from safecourse.rules.judging import CompiledGate, Rule, Test

Column = npt.NDArray[np.int32]
Truth = npt.NDArray[np.bool_]
Masks = npt.NDArray[np.uint64]
BLOCK = 65_536  # courses: a column of it is 256 KiB
MOST_RULES = 64


@dataclass(frozen=True, slots=True)
class Facts:
    """Facts of a block by slot of a compiled gate: columns or one number for all, and where they are unknown."""

    size: int
    values: list[Any]  # Column, or an int that holds for every course
    unknown: dict[int, Truth]  # by slot; absent: known for every course


@dataclass(frozen=True, slots=True)
class BlockBits:
    """By course, the masks of ``safecourse.rules.judging.Bits``: bit i is the gate's rule i."""

    failing: Masks
    unknown: Masks
    applies: Masks


def facts_of(gate: CompiledGate, size: int, columns: Mapping[str, Any], unknown: Mapping[str, Truth]) -> Facts:
    """Facts from columns by name; flags are judged from them. KeyError names a column that is missing."""
    values: list[Any] = [NEVER] * len(gate.slots)
    values.append(0)  # slot -1 stands for the number zero
    facts = Facts(size, values, {gate.slots[name]: truth for name, truth in unknown.items()})
    flags = set(gate.flags)
    for name, slot in gate.slots.items():
        if slot not in flags:
            values[slot] = columns[name]
    for slot, test in gate.flag_tests.items():
        put_flag(facts, slot, test)
    return facts


def columns_needed(gate: CompiledGate) -> tuple[str, ...]:
    """The facts that the rules and flags of a gate look at themselves, with the patient's own."""
    tests = [*(rule.test for rule in gate.rules), *gate.flag_tests.values()]
    looked_at = {slot for test in tests for slot in test.needs}
    flags = set(gate.flags)
    return tuple(name for name, slot in gate.slots.items() if slot in looked_at - flags or name in BUILT_IN)


def put_flag(facts: Facts, slot: int, test: Test) -> None:
    """Judge a flag and keep it as a fact."""
    yes, no = _inside(test, facts)
    facts.values[slot] = yes
    open_ = (yes | no) != 1
    if np.any(open_):
        facts.unknown[slot] = np.broadcast_to(open_, facts.size)


def _inside(test: Test, facts: Facts) -> tuple[Any, Any]:
    """(certainly true, certainly false), as in ``safecourse.rules.judging.inside``."""
    values, unknown = facts.values, facts.unknown
    observed, opens, closes = values[test.observe], values[test.opens], values[test.closes]
    free = bool(test.free)
    upper = text.upper_holds(observed, closes, test.closes_offset, free)
    lower = upper if test.bottomless else text.lower_holds(observed, opens, test.opens_offset, free)
    doubted = [unknown[slot] for slot in test.needs if slot in unknown]
    if not doubted:
        yes = upper if test.bottomless else text.inside_true(lower, True, upper, True)
        no = yes != 1
        return (no, yes) if test.forbid else (yes, no)
    seen = _known(unknown, test.observe)
    low_known, high_known = seen & _known(unknown, test.opens), seen & _known(unknown, test.closes)
    yes = text.inside_true(lower, low_known, upper, high_known)
    no = text.inside_false(lower, low_known, upper, high_known)
    return (no, yes) if test.forbid else (yes, no)


def _known(unknown: Mapping[int, Truth], slot: int) -> Any:
    return unknown[slot] != 1 if slot in unknown else True


def _applies(rule: Rule, facts: Facts) -> tuple[Any, Any]:
    """(may apply, is known to): three-valued "and" of flags."""
    possible: Any = True
    known: Any = True
    for slot, wanted in rule.applies:
        value = facts.values[slot]
        held = value == wanted
        if slot in facts.unknown:
            doubt = facts.unknown[slot]
            possible = possible & (held | doubt)
            known = known & (doubt != 1)
        else:
            possible = possible & held
    return possible, known


def judge_block(gate: CompiledGate, facts: Facts) -> BlockBits:
    """The masks of all courses of a block."""
    if len(gate.rules) > MOST_RULES:
        raise ValueError(f"gate '{gate.gate}' has {len(gate.rules)} rules; a mask holds {MOST_RULES}")
    failing = Planes(facts.size)
    unknown = Planes(facts.size)
    applies = Planes(facts.size)
    held: dict[int, tuple[Any, Any, Any]] = {}
    shared: dict[tuple[tuple[int, int], ...], tuple[Any, Any]] = {}
    for index, rule in enumerate(gate.rules):
        if rule.applies not in shared:
            shared[rule.applies] = _applies(rule, facts)
        possible, known = shared[rule.applies]
        yes, no = _inside(rule.test, facts)
        sure = known is True and not any(slot in facts.unknown for slot in rule.test.needs)
        fails = text.failing(possible, known, no)
        open_: Any = False if sure else possible & (fails != 1) & text.open_question(possible, known, no, yes)
        if rule.group >= 0:
            held[index] = possible, fails, open_
            continue
        applies.add(index, possible)
        failing.add(index, fails)
        unknown.add(index, open_)
    for members in gate.groups:
        for index, (possible, fails, open_) in _settled({one: held[one] for one in members}).items():
            applies.add(index, possible)
            failing.add(index, fails)
            unknown.add(index, open_)
    return BlockBits(failing.masks(), unknown.masks(), applies.masks())


def _settled(members: dict[int, tuple[Any, Any, Any]]) -> dict[int, tuple[Any, Any, Any]]:
    """Alternatives pass if one passes, as in ``safecourse.rules.judging``."""
    passed: Any = False
    doubted: Any = False
    for possible, fails, open_ in members.values():
        passed = passed | (possible & (fails != 1) & (open_ != 1))
        doubted = doubted | (possible & (open_ | False))
    settled = {}
    for index, (possible, fails, open_) in members.items():
        in_the_way = fails | open_
        stays = possible & ((passed & in_the_way) != 1)
        doubt = stays & (passed != 1) & doubted
        settled[index] = stays, stays & fails & (doubted != 1), doubt
    return settled


class Planes:
    """Truth columns gathered into masks: eight to a byte while they come, spread out once at the end."""

    __slots__ = ("bytes", "size")

    def __init__(self, size: int) -> None:
        self.size = size
        self.bytes: dict[int, npt.NDArray[np.uint8]] = {}

    def add(self, index: int, truth: Any) -> None:
        """Set bit ``index`` where ``truth`` holds."""
        if truth is False or truth is np.False_:
            return
        column = np.broadcast_to(np.asarray(truth, dtype=np.bool_), self.size).view(np.uint8)
        place, bit = divmod(index, 8)
        shifted = np.left_shift(column, bit, dtype=np.uint8) if bit else column
        if place in self.bytes:
            np.bitwise_or(self.bytes[place], shifted, out=self.bytes[place])
        else:
            self.bytes[place] = np.array(shifted, dtype=np.uint8)

    def masks(self) -> Masks:
        """One mask a course."""
        spread = np.zeros((self.size, 8), dtype=np.uint8)
        for place, column in self.bytes.items():
            spread[:, place] = column
        return spread.view("<u8").reshape(self.size).astype(np.uint64, copy=False)


def outcomes(gate: CompiledGate, bits: BlockBits) -> npt.NDArray[np.int8]:
    """0 allowed, 1 refused, 2 undetermined: the exit codes of ``decide``."""
    must = np.uint64(gate.must)
    refused = (bits.failing & must) != 0
    open_ = ((bits.unknown & must) != 0) | ((bits.applies & must) == 0)
    return np.where(refused, 1, np.where(open_, 2, 0)).astype(np.int8)
