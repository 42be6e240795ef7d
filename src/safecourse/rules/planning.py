"""Planning: the earliest lawful day of a gate, and the days on which each missing step may be done.

Interval requirements are difference constraints, so the earliest day is a
longest path. The relaxation runs through the engine itself: fold and judge
the course with the planned steps added, let every requirement that isn't met
push a step or the act to the first day that it asks for, and repeat until
nothing is in the way. Days only ever move later, each only as far as some
requirement forces it, so the first day that passes is the earliest; and a
plan can't disagree with a decision, because it is one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Any

from safecourse import days
from safecourse.course.model import Event
from safecourse.days import NEVER, OPEN
from safecourse.rulebook.model import Fact, Programme, Step
from safecourse.rules.decision import Plan, PlannedStep
from safecourse.rules.folding import State
from safecourse.rules.judging import Bits, CompiledGate, Rule, Test, decide_bits, fold_facts, inside, judge
from safecourse.rules.ledger import Ledger, with_steps
from safecourse.rules.special_folds import acting_one

ROUNDS = 200  # far above what any plan needs; reached only if a programme contradicts itself
BUMPS = 3  # days that a step may be moved later without a requirement naming the day


@dataclass(slots=True)
class _Trial:
    """One attempt at a plan: the day of the act, a day for each step, and why each step is there."""

    act: int
    start: int
    steps: dict[str, int] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    bumped: dict[str, int] = field(default_factory=dict)
    widened: bool = False  # steps were added that may help indirectly; those that don't are taken out again
    because: str = ""


@dataclass(frozen=True, slots=True)
class _Task:
    """What stays the same over all trials of one plan in one version."""

    gate: CompiledGate
    base: Ledger
    base_state: State
    today: int
    until: int  # last day of this version, or of the stretch being tried
    steps: dict[str, Step]
    choice: dict[int, int]  # any_of group → the rule to be satisfied


def plan_gate(gates: tuple[tuple[CompiledGate, int, int], ...], base: Ledger) -> Plan:
    """The plan of a gate from the ledger's own day.

    ``gates`` holds the compiled gate of each version with the first and last
    day on which it governs, in order; the first stretch that admits a lawful
    day wins.
    """
    found = _first_lawful(gates, base, base.as_of)
    return Plan("", (), (), found) if isinstance(found, str) else _plan(*found)


@dataclass(frozen=True, slots=True)
class Forecast:
    """A plan with its days as numbers: the act, and each step with the first and last day that keep the act's day.

    ``ledger`` is the course on the day of the act with each step recorded on its first day; ``events`` are those
    steps' events, in the order of ``steps``.
    """

    act: int
    steps: tuple[tuple[Step, int, int], ...]
    events: tuple[Event, ...]
    ledger: Ledger
    gate: CompiledGate


def forecast(gates: tuple[tuple[CompiledGate, int, int], ...], base: Ledger, not_before: int) -> Forecast | str:
    """The plan of a gate on the first lawful day from ``not_before`` on, with steps from the ledger's own day on.

    Where there is none, the reason in words. ``gates`` are those of ``plan_gate``.
    """
    found = _first_lawful(gates, base, not_before)
    if isinstance(found, str):
        return found
    trial, task = found
    events = planned_events(task.steps, trial.steps, base)
    dated = {one.index: one for one in events}
    places = {name: -1 - place for place, name in enumerate(task.steps)}
    steps = [(name, first, _last_day(task, trial, name)) for name, first in _by_day(trial)]
    return Forecast(
        trial.act,
        tuple((task.steps[name], first, last) for name, first, last in steps),
        tuple(dated[places[name]] for name, _, _ in steps),
        with_steps(base, trial.act, events),
        task.gate,
    )


def _first_lawful(
    gates: tuple[tuple[CompiledGate, int, int], ...], base: Ledger, not_before: int
) -> tuple[_Trial, _Task] | str:
    """The plan of the first stretch of days that admits one, or why none does."""
    because = ""
    for gate, first, last in gates:
        for low, high in _stretches(gate, base, max(first, not_before), last):
            best: tuple[_Trial, _Task] | None = None
            for task in _tasks(gate, base, high):
                trial = _relax(task, _Trial(low, low))
                if trial.because:
                    because = trial.because
                elif best is None or (trial.act, len(trial.steps)) < (best[0].act, len(best[0].steps)):
                    best = trial, task
            if best is not None:
                return best
    return because or "no version of the programme governs from this day on"


def _stretches(gate: CompiledGate, base: Ledger, first: int, last: int) -> Iterator[tuple[int, int]]:
    """The days from first to last, cut where the patient's age changes which rules apply."""
    if first > last:
        return
    state = fold_facts(gate, with_steps(base, first, []))
    ages = [fact.name for fact in gate.programme.facts if fact.fold == "shift" and fact.facts == ("born",)]
    cuts = {state.values[gate.slots[name]] for name in ages if name in gate.slots}
    low = first
    for cut in sorted(cut for cut in cuts if first < cut <= last):
        yield low, cut - 1
        low = cut
    yield low, last


def _tasks(gate: CompiledGate, base: Ledger, until: int) -> Iterator[_Task]:
    """One task for each way of choosing among alternatives that something can be done about."""
    raisable = {name for step in gate.programme.steps for name in step.raises} | {"as_of"}
    raisable |= {fact.name for fact in gate.programme.facts if fact.fold == "choose"}
    state = fold_facts(gate, base)
    steps = steps_of(gate, state)
    options = []
    applies = judge(gate, state).applies
    for members in gate.groups:
        able = [
            index
            for index in members
            if gate.rules[index].requirement.window.observe in raisable and applies >> index & 1
        ]
        options.append(able or list(members[:1]))
    for chosen in product(*options):
        yield _Task(gate, base, state, base.as_of, until, steps, dict(enumerate(chosen)))


def _relax(task: _Task, trial: _Trial) -> _Trial:
    """Push days later until the gate is open, or until something can't be helped (``because``)."""
    for _ in range(ROUNDS):
        ledger = with_steps(task.base, trial.act, planned_events(task.steps, trial.steps, task.base))
        bits, state = decide_bits(task.gate, ledger)
        blocking = (bits.failing | bits.unknown) & task.gate.must
        if not blocking and bits.applies & task.gate.must:
            return _without_idle_steps(task, trial) if trial.widened else trial
        before = (trial.act, dict(trial.steps))
        for index, rule in enumerate(task.gate.rules):
            chosen = rule.group < 0 or task.choice[rule.group] == index
            if blocking >> index & 1 and chosen and not _push(task, trial, rule, state):
                trial.because = trial.because or _cannot(rule, state)
                return trial
        if before == (trial.act, trial.steps) and not (_bump(task, trial, blocking) or _widen(task, trial, blocking)):
            trial.because = _stuck(task, bits, blocking)
            return trial
        trial.act = max([trial.act, *trial.steps.values()])
        if trial.act > task.until:
            trial.because = f"no day up to {days.iso(task.until)} satisfies every requirement"
            return trial
    trial.because = "the requirements push each other without end; check the programme"
    return trial


def _cannot(rule: Rule, state: State) -> str:
    _, no = inside(rule.test, state)
    if no:
        return f"{rule.requirement.id}: {rule.requirement.says} No step that may still be taken changes this."
    return f"{rule.requirement.id}: the record doesn't say enough, and no new event can settle it."


def _stuck(task: _Task, bits: Bits, blocking: int) -> str:
    names = [rule.requirement.id for index, rule in enumerate(task.gate.rules) if blocking >> index & 1]
    if not names:
        return "no requirement of this gate applies to the course, so nothing decides it"
    word = "unknown" if bits.unknown & blocking else "unmet"
    return f"{', '.join(names)}: stays {word} whatever is done from today on"


# ---- pushing ----------------------------------------------------------------------------------


def _push(task: _Task, trial: _Trial, rule: Rule, state: State) -> bool:
    """Move the act or a step to the first day that the rule asks for; False if nothing can."""
    window, test = rule.requirement.window, rule.test
    as_of = task.gate.slots["as_of"]
    seen = not state.unknown >> test.observe & 1
    observed = state.values[test.observe]
    if window.forbid:
        if seen and window.opens.fact == "as_of" and NEVER < observed < OPEN and not _raising(task, window.observe):
            trial.act = max(trial.act, observed + 1 - int(window.opens.offset))  # wait until it lies behind
            return True
        target = observed + _later(task, window.observe) if seen and NEVER < observed < OPEN else task.today
        return _raise_fact(task, trial, rule, state, window.observe, target)
    opens, opens_known = _edge(state, test, test.opens, test.opens_offset)
    closes, closes_known = _edge(state, test, test.closes, test.closes_offset)
    if test.observe == as_of:
        return _push_act(task, trial, rule, state, opens, closes if opens_known and closes_known else NEVER)
    if not opens_known and window.opens.fact:
        return _raise_fact(task, trial, rule, state, window.opens.fact, task.today)
    if not seen or observed == NEVER or observed < opens:
        if _part_from_anchor(task, trial, rule, state, observed):
            return True
        return _raise_fact(task, trial, rule, state, window.observe, opens)
    if closes_known and observed <= closes:
        return True  # what stands in the way is a flag, or another edge that has already been pushed
    if _counts_back_from_today(task, window.observe) and not _raising(task, window.observe):
        # There is nothing to do but wait until fewer lie in the days that are counted; two such rules wait together.
        trial.act = max(trial.act, state.ledger.as_of + 1)
        return True
    if not window.closes.fact or window.closes.fact == "as_of":
        return _raise_fact(task, trial, rule, state, window.observe, NEVER)
    return _raise_fact(task, trial, rule, state, window.closes.fact, observed - int(window.closes.offset))


def _later(task: _Task, name: str) -> int:
    """Days from what must not be to what lifts it: none where that only has to follow, as it may on the same day."""
    return 0 if any(fact.name == name and fact.follows for fact in task.gate.programme.facts) else 1


def _part_from_anchor(task: _Task, trial: _Trial, rule: Rule, state: State, observed: Any) -> bool:
    """Where a planned event is its own anchor, as a test both the first and the second, plan one for the anchor too.

    Otherwise each push of the one would push the other along, without end.
    What was pushed so far starts again.
    """
    anchor = rule.requirement.window.opens
    if not anchor.fact or anchor.offset <= 0 or observed != state.values[rule.test.opens]:
        return False
    own = [step.name for step in _raising(task, rule.requirement.window.observe)]
    theirs = [step.name for step in _raising(task, anchor.fact)]
    if not any(trial.steps.get(name) == observed for name in own) or any(name in trial.steps for name in theirs):
        return False
    for name in own:
        trial.steps.pop(name, None)
    trial.act = trial.start
    return _raise_fact(task, trial, rule, state, anchor.fact, task.today)


def _counts_back_from_today(task: _Task, name: str) -> bool:
    """Whether a fact is a count of the last days, which falls by itself while time goes on."""
    return any(
        fact.name == name and fact.fold == "count" and any(bound.fact == "as_of" for bound in fact.since)
        for fact in task.gate.programme.facts
    )


def _push_act(task: _Task, trial: _Trial, rule: Rule, state: State, opens: int, closes: int) -> bool:
    window = rule.requirement.window
    if opens > trial.act:
        if opens >= OPEN:
            return _raise_fact(task, trial, rule, state, window.opens.fact, task.today)
        trial.act = opens
        return True
    if state.ledger.as_of < opens:
        return True  # another rule has pushed the act beyond it in this round
    if window.closes.fact and closes < trial.act:
        return _raise_fact(task, trial, rule, state, window.closes.fact, trial.act - int(window.closes.offset))
    return bool(window.opens.fact) and _raise_fact(task, trial, rule, state, window.opens.fact, task.today)


def _edge(state: State, test: Test, slot: int, offset: float) -> tuple[Any, bool]:
    """An edge's day or number; an anchor that never happened gives no edge, or one that nothing reaches."""
    if slot < 0:
        return offset, True
    if state.unknown >> slot & 1:
        return NEVER, False
    if state.values[slot] == NEVER:
        return (NEVER, True) if test.free else (NEVER, False)
    return state.values[slot] + offset, True


def _raise_fact(task: _Task, trial: _Trial, rule: Rule, state: State, name: str, target: int) -> bool:
    if name == "as_of":
        trial.act = max(trial.act, target)
        return True
    fact = next(one for one in task.gate.programme.facts if one.name == name)
    if fact.fold == "choose":
        chosen = fact.facts[0] if state.values[task.gate.slots[fact.flag]] else fact.facts[1]
        return _raise_fact(task, trial, rule, state, chosen, target)
    raising = _raising(task, name)
    day = target if target < OPEN and _is_day(task.gate.programme, name) else NEVER
    day = max(day, _own_bound(task, state, name))
    for step in raising:
        day = _raise_step(task, trial, rule, step, day, name)
    for bound in fact.until if raising else ():
        if state.values[task.gate.slots[bound.fact]] + bound.offset < day:
            _raise_fact(
                task, trial, rule, state, bound.fact, day + -1 * bound.offset
            )  # or it would come too late to count
    return bool(raising)


def _raising(task: _Task, name: str) -> list[Step]:
    return [step for step in task.gate.programme.steps if name in step.raises]


def _own_bound(task: _Task, state: State, name: str) -> int:
    """The first day on which an event without an instant could count for a fact, by the fact's own bounds."""
    fact = next(one for one in task.gate.programme.facts if one.name == name)
    slots = task.gate.slots
    lower = [(bound, 0) for bound in fact.since]
    lower += [(bound, 1) for bound in (*fact.follows, *fact.after)]
    return max([state.values[slots[bound.fact]] + bound.offset + later for bound, later in lower], default=NEVER)


def _is_day(programme: Programme, name: str) -> bool:
    return any(fact.name == name and fact.unit == "day" for fact in programme.facts)


def _raise_step(task: _Task, trial: _Trial, rule: Rule, step: Step, day: int, name: str = "") -> int:
    """Put a step on a day or later; ``name`` is the fact that it is to make later, with that fact's own wait."""
    slots, values = task.gate.slots, task.base_state.values
    allowed = [values[slots[bound.fact]] + bound.offset for bound in step.not_before if bound.fact == name]
    earlier = [trial.steps.get(name, NEVER) for name in step.after]
    day = max([day, task.today, trial.steps.get(step.name, NEVER), *allowed, *earlier])
    trial.steps[step.name] = day
    trial.reasons.setdefault(step.name, rule.requirement.id)
    for other in task.steps.values():
        if step.name in other.after and trial.steps.get(other.name, day) < day:
            _raise_step(task, trial, rule, other, day)
    return day


def _bump(task: _Task, trial: _Trial, blocking: int) -> bool:
    """Try the next day for what stays in the way although it was done: some events count only from the day after."""
    moved: set[str] = set()
    for index, rule in enumerate(task.gate.rules):
        if not blocking >> index & 1:
            continue
        for step in task.gate.programme.steps:
            helps = trial.widened or _moved_by(task, rule) & set(step.raises)
            bumped = trial.bumped.get(step.name, 0)
            if helps and step.name in trial.steps and step.name not in moved and bumped < BUMPS:
                trial.bumped[step.name] = bumped + 1
                moved.add(step.name)
                _raise_step(task, trial, rule, step, trial.steps[step.name] + 1)
    return bool(moved)


def _widen(task: _Task, trial: _Trial, blocking: int) -> bool:
    """As a last resort, take every step that makes any fact later from which a blocking rule's facts are folded."""
    if trial.widened:
        return False
    trial.widened = True
    trial.act = trial.start  # what was moved by trial and error starts again
    trial.steps = dict.fromkeys(trial.steps, task.today)
    trial.bumped.clear()
    names = {slot: name for name, slot in task.gate.slots.items()}
    for index, rule in enumerate(task.gate.rules):
        if not blocking >> index & 1:
            continue
        reached: set[int] = set()
        waiting = list(rule.test.needs)
        while waiting:
            slot = waiting.pop()
            if slot not in reached:
                reached.add(slot)
                waiting += task.gate.needs[slot]
        facts = {names[slot] for slot in reached}
        read = [fact for fact in task.gate.programme.facts if fact.name in facts]
        acts = {
            kind
            for fact in read
            for kind in (*fact.actor, *(fact.events if fact.fold in ("agreement", "count") else ()))
        }
        for step in task.gate.programme.steps:
            helps = facts & set(step.raises) or step.event in acts
            if helps and step.name not in trial.steps and step.event not in _NEVER_A_REMEDY:
                _raise_step(task, trial, rule, step, task.today)
    return True


# Nobody ends a treatment, enrols again, hands out or takes the medicine in order to be allowed something else.
_NEVER_A_REMEDY = ("treatment-stopped", "enrolled", "dispensed", "classified", "dose-taken")


def _without_idle_steps(task: _Task, trial: _Trial) -> _Trial:
    for name in list(trial.steps):
        fewer = {other: day for other, day in trial.steps.items() if other != name}
        ledger = with_steps(task.base, trial.act, planned_events(task.steps, fewer, task.base))
        bits, _ = decide_bits(task.gate, ledger)
        if not (bits.failing | bits.unknown) & task.gate.must and bits.applies & task.gate.must:
            trial.steps = fewer
    return trial


def _moved_by(task: _Task, rule: Rule) -> set[str]:
    """The facts that a rule looks at, with both sides of a choice."""
    names = {rule.requirement.window.observe, rule.requirement.window.opens.fact}
    chosen = [fact.facts for fact in task.gate.programme.facts if fact.name in names and fact.fold == "choose"]
    return names.union(*chosen)


# ---- the plan ---------------------------------------------------------------------------------


def planned_events(steps: dict[str, Step], chosen: dict[str, int], base: Ledger) -> list[Event]:
    """The events that the planned steps would record."""
    planned: list[Event] = []
    for index, name in enumerate(steps):
        if name in chosen:
            fields = _fields(steps[name], base, planned)
            fields |= {field: chosen[name] for field, value in fields.items() if value == "on-the-day"}
            planned.append(Event(steps[name].event, chosen[name], -1, fields, "", -1 - index))
    return planned


def _fields(step: Step, base: Ledger, planned: list[Event]) -> dict[str, Any]:
    """A step's fields; what is written ``as-recorded`` is what the prescriber last recorded, or is planned to."""
    fields: dict[str, Any] = dict(step.fields)
    for name, value in step.fields:
        if value == "as-recorded":
            earlier = [*base.kinds.get(step.event, ()), *(one for one in planned if one.kind == step.event)]
            recorded = [one.fields[name] for one in earlier if one.fields.get("by") == "prescriber"]
            fields[name] = recorded[-1] if recorded else ()
    return fields


def steps_of(gate: CompiledGate, state: State) -> dict[str, Step]:
    """The steps of a gate, each in the name of the one who acts where the record tells who that is."""
    facts = {fact.name: fact for fact in gate.programme.facts}
    steps = {}
    for step in gate.programme.steps:
        certificate = facts[step.acting] if step.acting in gate.slots else None
        name = _whose(certificate, gate.slots, state) if certificate else ""
        steps[step.name] = _by(step, certificate.role, name) if certificate and name else step
    return steps


def _by(step: Step, role: str, name: str) -> Step:
    """A step that only this one may do, or be given: the plan must say so, or somebody else does it in vain."""
    acting = f"The {role} is {name}."
    return replace(step, fields=(*step.fields, ("who", name)), assumes=f"{step.assumes} {acting}".strip())


def _whose(fact: Fact, slots: Mapping[str, int], state: State) -> str:
    """Who acts; where nobody can tell and all who are certified have names, whoever is so the longest."""
    name = acting_one(fact, slots, state)
    held = [one for one in state.ledger.kinds.get("certified", ()) if one.fields["role"] == fact.role]
    if name or not held or any("who" not in one.fields for one in held):
        return name or ""
    return str(max(held, key=lambda one: one.fields.get("until", OPEN)).fields["who"])


def _plan(trial: _Trial, task: _Task) -> Plan:
    planned = []
    for name, first in _by_day(trial):
        last = _last_day(task, trial, name)
        planned.append(PlannedStep(trial.reasons[name], task.steps[name].does, days.iso(first), days.iso(last)))
    assumes = [task.steps[name].assumes for name in trial.steps if task.steps[name].assumes]
    return Plan(days.iso(trial.act), tuple(planned), tuple(dict.fromkeys(assumes)), "")


def _by_day(trial: _Trial) -> list[tuple[str, int]]:
    return sorted(trial.steps.items(), key=lambda item: item[1])


def _last_day(task: _Task, trial: _Trial, name: str) -> int:
    return trial.act if trial.steps[name] == trial.act else _latest(task, trial, name)


def _latest(task: _Task, trial: _Trial, name: str) -> int:
    """The last day for one step that still keeps the plan's day, the other steps following suit."""
    good, bad = trial.steps[name], trial.act + 1
    capped = _Task(task.gate, task.base, task.base_state, task.today, trial.act, task.steps, task.choice)
    candidate = trial.act
    while bad - good > 1:
        attempt = _Trial(trial.act, trial.act, {**trial.steps, name: candidate}, dict(trial.reasons))
        relaxed = _relax(capped, attempt)
        same_steps = relaxed.steps.keys() == trial.steps.keys()
        if not relaxed.because and same_steps and relaxed.steps[name] == candidate:
            good = candidate
        else:
            bad = candidate
        candidate = (good + bad) // 2
    return good
