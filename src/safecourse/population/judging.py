"""Judging over columns: facts of many courses to two bit masks each, by the same rule text as one course.

A block is some tens of thousands of courses, small enough for the processor's
cache. A fact is a column of day numbers (int32) or numbers; what isn't known
of it is a column of truth values beside it, left out where all is known.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from safecourse.days import NEVER
from safecourse.rules import text
from safecourse.rules.judging import CompiledGate, Rule, Test

Column = npt.NDArray[np.int32]
Truth = npt.NDArray[np.bool_]
Masks = npt.NDArray[np.uint64]
BLOCK = 65_536  # courses: a column of it is 256 KiB
MOST_RULES = 64
AS_OF = 0  # the slot of the day of the act, in every gate
_BITS = [np.uint8(1 << bit) for bit in range(8)]  # multiplying by them is many times faster than shifting


@dataclass(frozen=True, slots=True)
class Facts:
    """Facts of a block by slot of a compiled gate: columns or one number for all, and where they are unknown."""

    size: int
    as_of: int  # the day of the act, one for all
    values: list[Any]  # columns; slot -1 is the number zero
    unknown: dict[int, Truth]  # by slot; absent: known for every course
    always: Truth  # a column that holds for every course
    nowhere: Truth  # and one that holds for none


def no_facts(gate: CompiledGate, size: int, as_of: int) -> Facts:
    """Facts of a block before anything is known of them: never, all of them."""
    never = np.full(size, NEVER, dtype=np.int32)
    values: list[Any] = [*(never for _ in gate.slots), 0]
    values[AS_OF] = np.full(size, as_of, dtype=np.int32)
    return Facts(size, as_of, values, {}, np.ones(size, dtype=np.bool_), np.zeros(size, dtype=np.bool_))


@dataclass(frozen=True, slots=True)
class BlockBits:
    """By course, the masks of ``safecourse.rules.judging.Bits``: bit i is the gate's rule i."""

    failing: Masks
    unknown: Masks
    applying: Planes

    def applies(self) -> Masks:
        """The third mask, spread out only if somebody asks: outcomes seldom hang on it."""
        return self.applying.masks()


def facts_of(
    gate: CompiledGate, size: int, as_of: int, columns: Mapping[str, Column], unknown: Mapping[str, Truth]
) -> Facts:
    """Facts of a day from columns by name; flags are judged from them. KeyError names a column that is missing."""
    facts = no_facts(gate, size, as_of)
    facts.unknown.update({gate.slots[name]: truth for name, truth in unknown.items()})
    for name in columns_needed(gate):
        facts.values[gate.slots[name]] = columns[name]
    for slot, test in gate.flag_tests.items():
        put_flag(facts, slot, test)
    return facts


def columns_needed(gate: CompiledGate) -> tuple[str, ...]:
    """The facts that the rules and flags of a gate look at themselves."""
    tests = [*(rule.test for rule in gate.rules), *gate.flag_tests.values()]
    looked_at = {slot for test in tests for slot in test.needs} - {AS_OF, *gate.flags}
    return tuple(name for name, slot in gate.slots.items() if slot in looked_at)


def put_flag(facts: Facts, slot: int, test: Test) -> None:
    """Judge a flag and keep it as a fact."""
    yes, no = _inside(test, facts)
    facts.values[slot] = yes
    if any(one in facts.unknown for one in test.needs):
        open_ = text.opposite(yes | no)
        if np.any(open_):
            facts.unknown[slot] = open_


def _inside(test: Test, facts: Facts) -> tuple[Any, Any]:
    """(certainly true, certainly false), as in ``safecourse.rules.judging.inside``."""
    values, unknown = facts.values, facts.unknown
    observed = values[test.observe]
    # The day of the act is one number as an anchor, and a column only where it is itself observed.
    closes = facts.as_of if test.closes == AS_OF else values[test.closes]
    upper = test.upper(observed, closes, test.closes_offset)
    # Where there is no lower edge, the upper one has already seen to never.
    opens = facts.as_of if test.opens == AS_OF else values[test.opens]
    lower = upper if test.bottomless else test.lower(observed, opens, test.opens_offset)
    if not any(slot in unknown for slot in test.needs):
        yes = upper if test.bottomless else text.both(lower, upper)
        no = text.opposite(yes)
        return (no, yes) if test.forbid else (yes, no)
    seen = _known(facts, test.observe)
    low_known = text.both(seen, _known(facts, test.opens))
    high_known = text.both(seen, _known(facts, test.closes))
    yes = text.inside_true(lower, low_known, upper, high_known)
    no = text.inside_false(lower, low_known, upper, high_known)
    return (no, yes) if test.forbid else (yes, no)


def _known(facts: Facts, slot: int) -> Truth:
    return text.opposite(facts.unknown[slot]) if slot in facts.unknown else facts.always


def _applies(rule: Rule, facts: Facts) -> tuple[Truth, Truth]:
    """(may apply, is known to): three-valued "and" of flags."""
    possible, known = facts.always, facts.always
    for slot, wanted in rule.applies:
        value = facts.values[slot]
        held = value if wanted else text.opposite(value)
        if slot in facts.unknown:
            doubt = facts.unknown[slot]
            held = held | doubt
            certain = text.opposite(doubt)
            known = certain if known is facts.always else text.both(known, certain)
        possible = held if possible is facts.always else text.both(possible, held)
    return possible, known


Verdict = tuple[Truth, Truth, Truth]  # may apply, fails, is an open question


def judge_block(gate: CompiledGate, facts: Facts) -> BlockBits:
    """The masks of all courses of a block."""
    if len(gate.rules) > MOST_RULES:
        raise ValueError(f"gate '{gate.gate}' has {len(gate.rules)} rules; a mask holds {MOST_RULES}")
    failing, unknown, applies = Planes(facts.size), Planes(facts.size), Planes(facts.size)
    alternatives: dict[int, Verdict] = {}
    shared: dict[tuple[tuple[int, int], ...], tuple[Truth, Truth]] = {}
    for index, rule in enumerate(gate.rules):
        if rule.applies not in shared:
            shared[rule.applies] = _applies(rule, facts)
        verdict = _verdict(rule, facts, *shared[rule.applies])
        if rule.group >= 0:
            alternatives[index] = verdict
            continue
        for planes, truth in zip((applies, failing, unknown), verdict, strict=True):
            planes.add(index, truth, facts)
    for members in gate.groups:
        for index, verdict in _settled({one: alternatives[one] for one in members}, facts).items():
            for planes, truth in zip((applies, failing, unknown), verdict, strict=True):
                planes.add(index, truth, facts)
    return BlockBits(failing.masks(), unknown.masks(), applies)


def _verdict(rule: Rule, facts: Facts, possible: Truth, known: Truth) -> Verdict:
    yes, no = _inside(rule.test, facts)
    sure = known is facts.always
    if sure and not any(slot in facts.unknown for slot in rule.test.needs):
        return possible, (no if possible is facts.always else text.both(possible, no)), facts.nowhere
    fails = text.failing(possible, known, no)
    open_ = text.both(text.both(possible, text.opposite(fails)), text.open_question(possible, known, no, yes))
    return possible, fails, open_


def _settled(members: dict[int, Verdict], facts: Facts) -> dict[int, Verdict]:
    """Alternatives pass if one passes, as in ``safecourse.rules.judging``."""
    if all(open_ is facts.nowhere for _, _, open_ in members.values()):
        return _settled_for_sure(members, facts)
    inside = [possible & text.opposite(fails | open_) for possible, fails, open_ in members.values()]
    passed = np.logical_or.reduce(inside)
    doubted = np.logical_or.reduce([possible & open_ for possible, _, open_ in members.values()])
    settled = {}
    for index, (possible, fails, open_) in members.items():
        stays = possible & text.opposite(passed & (fails | open_))
        doubt = stays & text.opposite(passed) & doubted
        settled[index] = stays, stays & fails & text.opposite(doubted), doubt
    return settled


def _settled_for_sure(members: dict[int, Verdict], facts: Facts) -> dict[int, Verdict]:
    """The same where nothing is in doubt: what fails stays only if none passes."""
    passing = {index: possible & text.opposite(fails) for index, (possible, fails, _) in members.items()}
    nobody = text.opposite(functools.reduce(operator.or_, passing.values()))
    settled = {}
    for index, (_, fails, _) in members.items():
        stands = fails & nobody
        settled[index] = passing[index] | stands, stands, facts.nowhere
    return settled


class Planes:
    """Truth columns gathered into masks: eight to a byte while they come, spread out once at the end."""

    __slots__ = ("bytes", "everywhere", "scratch", "size")

    def __init__(self, size: int) -> None:
        self.size = size
        self.everywhere = 0  # bits that are set for every course
        self.bytes: dict[int, npt.NDArray[np.uint8]] = {}
        self.scratch = np.empty(size, dtype=np.uint8)

    def add(self, index: int, truth: Truth, facts: Facts) -> None:
        """Set bit ``index`` where ``truth`` holds."""
        if truth is facts.nowhere:
            return
        if truth is facts.always:
            self.everywhere |= 1 << index
            return
        place, bit = divmod(index, 8)
        if place in self.bytes:
            np.multiply(truth.view(np.uint8), _BITS[bit], out=self.scratch)
            np.bitwise_or(self.bytes[place], self.scratch, out=self.bytes[place])
        else:
            self.bytes[place] = np.multiply(truth.view(np.uint8), _BITS[bit])

    def masks(self) -> Masks:
        """One mask a course."""
        spread = np.full(self.size, self.everywhere, dtype="<u8")
        by_byte = spread.view(np.uint8).reshape(self.size, 8)
        for place, column in self.bytes.items():
            everywhere = self.everywhere >> 8 * place & 255
            by_byte[:, place] = np.bitwise_or(column, np.uint8(everywhere)) if everywhere else column
        return spread.astype(np.uint64, copy=False)


def outcomes(gate: CompiledGate, bits: BlockBits) -> npt.NDArray[np.int8]:
    """0 allowed, 1 refused, 2 undetermined: the exit codes of ``decide``."""
    must = np.uint64(gate.must)
    refused = (bits.failing & must) != 0
    open_ = (bits.unknown & must) != 0
    if not bits.applying.everywhere & gate.must:
        open_ = open_ | ((bits.applies() & must) == 0)
    doubtful = open_ & text.opposite(refused)
    codes: npt.NDArray[np.int8] = refused.view(np.int8) + np.int8(2) * doubtful.view(np.int8)
    return codes
