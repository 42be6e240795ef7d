"""Ten million courses: facts to bits, and raw events to bits, on one core, with the memory that it takes.

The courses of one block are made once, decided one by one, and compared. The
other blocks are the same courses on other days: every day of a block is moved
by the same number of days, and its instant with it, so that the right answers
are known and every array is new.
"""

from __future__ import annotations

import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np

from courses import AT, PROGRAMME, TODAY, course
from measuring import best, result, save
from safecourse import days
from safecourse.population.batches import ABSENT, Batch, Table, batch_of, kinds_read
from safecourse.population.deciding import WORDS
from safecourse.population.folding import fold_batch
from safecourse.population.judging import BLOCK, Facts, columns_needed, facts_of, judge_block, outcomes
from safecourse.rulebook import library
from safecourse.rules.deciding import compiled, outcome_at
from safecourse.rules.judging import decide_bits, fold_facts
from safecourse.rules.ledger import open_ledger

GATE = "dispense"
COURSES = 10_000_000
SHIFTS = 37  # days by which blocks are moved; all stay under one version
NUMBERS = ("category", "category_disagrees", "patient_cycles", "patient_category")  # facts that are no days


def ready() -> Any:
    return compiled(library.programme(PROGRAMME, TODAY), GATE)


def moved(column: Any, by: int) -> Any:
    """Day numbers some days later; what is never or open-ended stays."""
    return np.where((column > days.NEVER_EDGE) & (column < days.OPEN_EDGE), column + np.int32(by), column)


# ---- facts to bits ------------------------------------------------------------------------------------------


def fact_columns(count: int) -> tuple[dict[str, Any], dict[str, Any], list[tuple[int, int, int]]]:
    """Facts of ``count`` courses as columns, folded one by one, where they are unknown, and the courses' masks."""
    gate = ready()
    names = columns_needed(gate)
    columns: dict[str, list[Any]] = {name: [] for name in names}
    unknown: dict[str, list[bool]] = {name: [] for name in names}
    masks = []
    for seed in range(1, count + 1):
        ledger = open_ledger(course(1 + seed % 3, seed), TODAY, days.microseconds(AT))
        state = fold_facts(gate, ledger)
        bits, _ = decide_bits(gate, ledger)
        masks.append((bits.failing, bits.unknown, bits.applies))
        for name in names:
            columns[name].append(state.values[gate.slots[name]])
            unknown[name].append(bool(state.unknown >> gate.slots[name] & 1))
    made = {name: np.array(values, dtype=np.int32) for name, values in columns.items()}
    return made, {name: np.array(column) for name, column in unknown.items() if any(column)}, masks


def day_names(gate: Any, names: list[str]) -> set[str]:
    units = {fact.name: fact.unit for fact in gate.programme.facts}
    return {name for name in names if units.get(name, "day" if name == "born" else "code") == "day"}


def columns_rate() -> list[dict[str, Any]]:
    gate = ready()
    base, unknown, masks = fact_columns(8_192)
    assert unknown, "some facts of some courses are to be unknown"
    names = list(base)
    dated = day_names(gate, names)
    blocks = (COURSES + BLOCK - 1) // BLOCK
    tiled = {name: np.tile(base[name], BLOCK // 8_192) for name in names}
    whole = {name: np.empty(COURSES, dtype=np.int32) for name in names}
    for block in range(blocks):
        part = slice(block * BLOCK, min(COURSES, (block + 1) * BLOCK))
        for name in names:
            column = moved(tiled[name], block % SHIFTS) if name in dated else tiled[name]
            whole[name][part] = column[: part.stop - part.start]
    spread = {name: np.tile(truth, BLOCK // 8_192) for name, truth in unknown.items()}

    def facts_at(block: int) -> Facts:
        part = slice(block * BLOCK, min(COURSES, (block + 1) * BLOCK))
        size = part.stop - part.start
        columns = {name: whole[name][part] for name in names}
        return facts_of(gate, size, TODAY + block % SHIFTS, columns, {name: one[:size] for name, one in spread.items()})

    wanted = [np.tile(np.array(part, dtype=np.uint64), BLOCK // 8_192) for part in zip(*masks, strict=True)]
    for block in range(0, blocks, 9):
        bits = judge_block(gate, facts_at(block))
        for got, right in zip((bits.failing, bits.unknown, bits.applies()), wanted, strict=True):
            assert np.array_equal(got, right[: len(got)]), "columns differ from single courses"

    def run() -> None:
        for block in range(blocks):
            judge_block(gate, facts_at(block))

    seconds = best(run, repeat=3)
    read = 4 * len(names) * COURSES
    source = np.arange(250_000_000, dtype=np.int32)
    target = np.empty_like(source)
    copy = best(lambda: np.copyto(target, source), repeat=5)
    bandwidth = 2 * source.nbytes / copy
    rules = len(gate.rules)
    of = f"{rules} requirements, {len(names)} fact columns, {COURSES:,} courses, one core, blocks of {BLOCK:,}"
    of += f", {', '.join(unknown)} unknown in some courses"
    return [
        result("columns", COURSES / seconds / 1e6, "M courses/s", of),
        result("columns_checks", rules * COURSES / seconds / 1e6, "M requirement checks/s", of),
        result(
            "columns_share_of_copy_bandwidth",
            read / seconds / bandwidth,
            "share",
            f"{read / 1e9:.2f} GB of facts read, against a copy of 1 GB at {bandwidth / 1e9:.1f} GB/s read and written",
        ),
    ]


# ---- raw events to bits -----------------------------------------------------------------------------------------


def shifted(batch: Batch, by: int) -> Batch:
    """The same courses some days later, in new arrays."""
    tables = {}
    for kind, table in batch.tables.items():
        wide = {
            name: np.where(column == ABSENT, column, moved(column, by)) if name in ("until", "since") else column.copy()
            for name, column in table.wide.items()
        }
        tables[kind] = Table(
            table.offsets.copy(), table.day + np.int32(by), table.signature.copy(), table.signatures, wide
        )
    return Batch(
        batch.size, moved(batch.born, by), batch.cycles.copy(), batch.category.copy(), batch.plain.copy(), tables
    )


def fold_rate(name: str, months: int, distinct: int, total: int) -> list[dict[str, Any]]:
    gate = ready()
    programme = gate.programme
    courses = [course(months, seed) for seed in range(1, distinct + 1)]
    events = sum(len(one.events) for one in courses) / distinct
    batch = batch_of(kinds_read(programme), courses)
    expected = np.array([WORDS.index(outcome_at(programme, one, GATE, AT)) for one in courses], dtype=np.int8)
    fold_batch(gate, batch, TODAY)  # compiles the loops

    def run() -> tuple[float, int, int]:
        """Seconds, courses decided, and courses that were asked one by one."""
        seconds, decided, left_over, left_seconds = 0.0, 0, 0, 0.0
        block = 0
        while decided < total:
            by = block % SHIFTS
            now = shifted(batch, by)
            begin = time.perf_counter()
            facts, left, undone = fold_batch(gate, now, TODAY + by)
            bits = judge_block(gate, facts)
            outcome = outcomes(gate, bits)
            resting = sum(1 << i for i, rule in enumerate(gate.rules) if undone.intersection(rule.test.needs))
            left = left | ((bits.unknown & np.uint64(resting)) != 0)
            seconds += time.perf_counter() - begin
            if block == 0:  # who is left is asked one by one, and the time of that counts for every block
                begin = time.perf_counter()
                for index in np.flatnonzero(left):
                    outcome[index] = WORDS.index(outcome_at(programme, courses[index], GATE, AT))
                left_seconds = time.perf_counter() - begin
                assert np.array_equal(outcome, expected), "columns differ from single courses"
            seconds += left_seconds
            assert np.array_equal(outcome[~left], expected[~left]), "columns differ from single courses"
            decided += batch.size
            left_over += int(left.sum())
            block += 1
        return seconds, decided, left_over

    seconds, decided, left_over = min(run() for _ in range(3))  # noise can only lengthen it
    share = 100 * left_over / decided
    of = (
        f"{len(gate.rules)} requirements, {events:.1f} events a course, {decided:,} courses ({distinct:,} distinct), "
        f"one core; {share:.2f} % of the courses asked one by one, their time included"
    )
    return [result(name, decided / seconds / 1e6, "M courses/s", of)]


# ---- memory -------------------------------------------------------------------------------------------------------


def peak(total: int) -> None:
    """Decide ``total`` courses in blocks and print the most memory that was used, in MiB."""
    gate = ready()
    batch = batch_of(kinds_read(gate.programme), [course(1, seed) for seed in range(1, 16_385)])
    for block in range(max(1, total // batch.size)):
        now = shifted(batch, block % SHIFTS)
        facts, _, _ = fold_batch(gate, now, TODAY + block % SHIFTS)
        judge_block(gate, facts)
    # Not ru_maxrss, which a process inherits from the one that started it.
    (line,) = (one for one in Path("/proc/self/status").read_text(encoding="ascii").splitlines() if "VmHWM" in one)
    print(int(line.split()[1]) / 1024)


def memory() -> list[dict[str, Any]]:
    import subprocess

    few, many = 1_000_000, COURSES
    used = [
        float(
            subprocess.run(
                [sys.executable, __file__, "peak", str(n)], capture_output=True, text=True, check=True
            ).stdout
        )
        for n in (few, many)
    ]
    of = f"peak memory at {many:,} courses ({used[1]:.0f} MiB) over that at {few:,} ({used[0]:.0f} MiB)"
    return [result("block_memory_growth", used[1] / used[0], "ratio", of)]


def main() -> None:
    assert (AT + timedelta(days=SHIFTS)).year == AT.year
    save(columns_rate())
    save(fold_rate("fold_and_judge", 2, 65_536, COURSES))
    save(fold_rate("fold_and_judge_60_events", 9, 16_384, 2_000_000))
    save(memory())


if __name__ == "__main__":
    if sys.argv[1:2] == ["peak"]:
        peak(int(sys.argv[2]))
    else:
        main()
