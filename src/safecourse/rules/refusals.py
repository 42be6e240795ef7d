"""Refusals: what a well-shaped programme file must still not say.

Each function's name is a sentence that goes on after "refuse if", so that
this list reads as a specification. Each returns the problems that it finds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Literal
from zoneinfo import available_timezones

from safecourse import days
from safecourse.course.model import UNSTATED, Course, Patient
from safecourse.course.vocabulary import KINDS
from safecourse.rulebook.model import BUILT_IN, GATES, Condition, Fact, Programme, Window, names_needed_by
from safecourse.rules.decision import ALLOWED, MET
from safecourse.rules.explaining import outcome_of, verdict_of
from safecourse.rules.judging import compile_gate, fold_facts, judge
from safecourse.rules.ledger import open_ledger
from safecourse.rules.planning import plan_gate

Problems = Iterator[str]
_CYCLES: tuple[Literal["regular", "irregular"], ...] = ("regular", "irregular")
END_OF_DAY = 2**62  # an instant after every other: all of the day's events are seen
_OF_FACTS = ("later-of", "earlier-of", "choose", "shift")


def refuse(programme: Programme) -> tuple[str, ...]:
    """Every reason not to use a programme; empty if there is none."""
    structure = [problem for check in _STRUCTURE for problem in check(programme)]
    if structure:
        return tuple(structure)
    return tuple(problem for check in _MEANING for problem in check(programme))


def refuse_versions(programmes: tuple[Programme, ...]) -> tuple[str, ...]:
    """Every reason not to use these versions of one programme together, oldest first."""
    return tuple(versions_overlap(programmes))


# ---- names and sources ----------------------------------------------------------------------------


def a_requirement_has_no_source(programme: Programme) -> Problems:
    """Every rule was read somewhere, and the file says where."""
    known = {source.id for source in programme.sources}
    for requirement in programme.requirements:
        if requirement.source not in known:
            yield f"requirement {requirement.id}: source '{requirement.source}' is not among the [[source]] entries"


def a_schedule_has_no_source(programme: Programme) -> Problems:
    """When something is due was read somewhere, too."""
    known = {source.id for source in programme.sources}
    for monitor in programme.monitors:
        for one in monitor.schedules:
            if one.source not in known:
                yield f"monitoring {monitor.id}, {one.name}: source '{one.source}' is not among the [[source]] entries"


def an_unverified_rule_states_no_assumption(programme: Programme) -> Problems:
    """What nobody could verify is carried openly or not at all."""
    for requirement in programme.requirements:
        if requirement.grade == "unverified" and not requirement.assumption.strip():
            yield f"requirement {requirement.id}: is unverified; say in 'assumption' what is assumed"
    if programme.in_force_grade == "unverified" and not programme.in_force_assumption.strip():
        yield "in_force: is unverified; say in 'assumption' what is assumed"


def two_things_have_one_name(programme: Programme) -> Problems:
    """A name stands for one thing."""
    groups = {
        "requirement": [one.id for one in programme.requirements],
        "source": [one.id for one in programme.sources],
        "step": [one.name for one in programme.steps],
        "fact or flag": [*BUILT_IN, *(one.name for one in programme.facts), *(one.name for one in programme.flags)],
    }
    for what, names in groups.items():
        for name, count in Counter(names).items():
            if count > 1:
                yield f"{what} {name}: stands {count} times; give each its own name"


def a_name_stands_for_nothing(programme: Programme) -> Problems:
    """Every fact, flag and step that is mentioned exists."""
    facts, flags = {*BUILT_IN, *(one.name for one in programme.facts)}, {one.name for one in programme.flags}
    steps = {one.name for one in programme.steps}
    mentions: list[tuple[str, tuple[str, ...], set[str]]] = []
    for fact in programme.facts:
        mentions.append((f"fact {fact.name}", names_needed_by(fact), facts | flags))
    for flag in programme.flags:
        mentions.append((f"flag {flag.name}", _window_names(flag.window), facts))
    for rule in programme.requirements:
        mentions.append((f"requirement {rule.id}", _window_names(rule.window), facts))
        mentions.append((f"requirement {rule.id}", tuple(name.lstrip("!") for name in rule.applies), flags))
    for step in programme.steps:
        named = (*step.raises, *(one.fact for one in step.not_before), *([step.acting] if step.acting else []))
        mentions.append((f"step {step.name}", named, facts))
        mentions.append((f"step {step.name}", step.after, steps))
    for place, names, known in mentions:
        for name in names:
            if name not in known:
                yield f"{place}: '{name}' is not defined in this file; define it or correct its spelling"


def facts_need_each_other_in_a_circle(programme: Programme) -> Problems:
    """A fact is folded after all that it needs."""
    needs = {fact.name: names_needed_by(fact) for fact in programme.facts}
    needs |= {flag.name: _window_names(flag.window) for flag in programme.flags}
    done: set[str] = set(BUILT_IN)
    while ready := [
        name for name in needs if name not in done and all(one in done or one not in needs for one in needs[name])
    ]:
        done |= set(ready)
    circle = sorted(set(needs) - done)
    if circle:
        yield f"facts {', '.join(circle)}: need each other in a circle; let one of them stand on events alone"


def something_is_never_used(programme: Programme) -> Problems:
    """A fact, flag or source that no rule uses is a rule that somebody forgot."""
    used = {name for flag in programme.flags for name in _window_names(flag.window)}
    used |= {name for fact in programme.facts for name in names_needed_by(fact)}
    used |= {name for rule in programme.requirements for name in _window_names(rule.window)}
    used |= {name.lstrip("!") for rule in programme.requirements for name in rule.applies}
    for name in [*(one.name for one in programme.facts), *(one.name for one in programme.flags)]:
        if name not in used:
            yield f"{name}: nothing uses it; remove it, or write the rule that needs it"


# ---- events, values and units ------------------------------------------------------------------------


def a_fact_reads_what_no_event_holds(programme: Programme) -> Problems:
    """Kinds, fields and values are those of the event vocabulary."""
    for fact in programme.facts:
        for kind in fact.events:
            if kind not in KINDS:
                yield f"fact {fact.name}: there is no event '{kind}'"
                continue
            conditions = [*fact.conditions, *(one for way in fact.accept for one in way.conditions)]
            for condition in conditions:
                yield from _condition_problems(f"fact {fact.name}", kind, condition)
            for name in (fact.value, fact.same, fact.stated):
                if name and KINDS[kind].readable(name) is None:
                    yield f"fact {fact.name}: event '{kind}' has no field '{name}'"
        for kind in (fact.followed_by, *(one.event for one in fact.within), *fact.actor):
            if kind and kind not in KINDS:
                yield f"fact {fact.name}: there is no event '{kind}'"
        yield from _problems_of_acts(fact)
        if fact.fold not in (*_OF_FACTS, "certificate", "conclusion") and not fact.events:
            yield f"fact {fact.name}: a fold '{fact.fold}' reads events; name them in 'event'"
    for step in programme.steps:
        if step.event not in KINDS:
            yield f"step {step.name}: there is no event '{step.event}'"
            continue
        for name, _ in step.fields:
            if name not in KINDS[step.event].fields:
                yield f"step {step.name}: event '{step.event}' has no field '{name}'"


def _problems_of_acts(fact: Fact) -> Problems:
    """What an act must be like is asked of those kinds of act that hold the field; one of them must."""
    for condition in fact.conditions if fact.actor else ():
        holders = [kind for kind in fact.actor if kind in KINDS and condition.field in KINDS[kind].fields]
        for kind in holders or [kind for kind in fact.actor[:1] if kind in KINDS]:
            yield from _condition_problems(f"fact {fact.name}", kind, condition)


def _condition_problems(place: str, kind: str, condition: Condition) -> Problems:
    field = KINDS[kind].readable(condition.field)
    if field is None:
        yield f"{place}: event '{kind}' has no field '{condition.field}'"
    elif field.type in ("word", "words"):
        for value in condition.among:
            if value not in field.words:
                yield f"{place}: '{value}' is not a value of {kind}.{condition.field}"


def units_do_not_match(programme: Programme) -> Problems:
    """A day is compared with a day, and an amount with a number of the same unit."""
    units = {**BUILT_IN, **{fact.name: fact.unit for fact in programme.facts}}
    windows = [(f"requirement {one.id}", one.window) for one in programme.requirements]
    windows += [(f"flag {one.name}", one.window) for one in programme.flags]
    for place, window in windows:
        unit = units[window.observe]
        for edge in (window.opens, window.closes):
            if edge.fact and units[edge.fact] != unit:
                other = units[edge.fact]
                yield f"{place}: '{window.observe}' is a {unit} and '{edge.fact}' a {other}; compare like with like"
            if not edge.fact and unit == "day" and abs(edge.offset) < days.OPEN:
                yield f"{place}: '{window.observe}' is a day; give its edge a fact, such as [\"as_of\", {edge.offset}]"
    for fact in programme.facts:
        wanted = _natural_unit(fact)
        if wanted and fact.unit != wanted:
            yield f"fact {fact.name}: is a {wanted}, not a {fact.unit}; correct 'unit'"
        bounds = (*fact.since, *fact.follows, *fact.after, *fact.until)
        for name in (*(bound.fact for bound in bounds), *(fact.facts if fact.fold != "choose" else ())):
            if units[name] != "day":
                yield f"fact {fact.name}: '{name}' is a {units[name]}; a bound is a day"


def _natural_unit(fact: Fact) -> str:
    """The unit that follows from how a fact is folded; empty where the file must say."""
    if fact.fold == "conclusion":
        return "day" if fact.part == "changed" else "code"
    if fact.fold == "dose":
        return "mg/kg"
    if fact.fold == "count" or fact.among:
        return "count"
    if fact.value and fact.fold in ("last", "first", "sum") and fact.events[0] in KINDS:
        field = KINDS[fact.events[0]].readable(fact.value)
        return field.unit if field is not None and field.unit in ("day", "days", "mg", "mm", "count") else ""
    return "day" if not fact.value or fact.fold == "agreement" else ""


def a_zone_does_not_exist(programme: Programme) -> Problems:
    """Days are cut in a real time zone."""
    if programme.timezone not in available_timezones():
        yield f"timezone: '{programme.timezone}' is not a time zone; write one such as America/New_York"


# ---- gates ------------------------------------------------------------------------------------------


def a_gate_has_two_windows_at_once(programme: Programme) -> Problems:
    """At most one requirement that can apply to the same course is the window that decisions show."""
    for gate in GATES:
        marked = [one for one in programme.requirements_at(gate) if one.is_window]
        for index, first in enumerate(marked):
            for second in marked[index + 1 :]:
                if not any(_opposite(name) in second.applies for name in first.applies):
                    yield f"requirements {first.id} and {second.id}: both are the window of gate {gate}; mark one"


def _opposite(name: str) -> str:
    return name[1:] if name.startswith("!") else f"!{name}"


def a_requirement_can_never_bind(programme: Programme) -> Problems:
    """A rule that nothing can break is no rule."""
    units = {**BUILT_IN, **{fact.name: fact.unit for fact in programme.facts}}
    for one in programme.requirements:
        window = one.window
        if any(_opposite(name) in one.applies for name in one.applies):
            yield f"requirement {one.id}: applies only if a flag both holds and doesn't; it can never bind"
        empty = window.opens.fact == window.closes.fact and window.opens.offset > window.closes.offset
        if window.forbid and empty:
            yield f"requirement {one.id}: forbids a window that holds nothing; it can never bind"
        unlimited = window.opens.offset <= -days.OPEN and window.closes.offset >= days.OPEN
        counts = units[window.observe] == "count" and window.opens.offset <= 0 and window.closes.offset >= days.OPEN
        if (not window.forbid and counts) or (window.observe == "as_of" and unlimited and not window.opens.fact):
            yield f"requirement {one.id}: every course meets it; it can never bind"


def a_requirement_is_met_by_a_course_with_nothing_covered(programme: Programme) -> Problems:
    """Nothing known must never mean allowed: no rule may come out as met when nobody knows anything."""
    unknown = Course((programme.id,), Patient(UNSTATED, "", ""), False, (), ())
    for gate in GATES:
        ready = compile_gate(programme, gate)
        bits = judge(ready, fold_facts(ready, open_ledger(unknown, programme.in_force, END_OF_DAY)))
        for index, rule in enumerate(ready.rules):
            if verdict_of(index, bits) == MET:
                yield f"requirement {rule.requirement.id}: is met at gate {gate} by a course of which nothing is known"


def a_gate_is_open_to_an_empty_course(programme: Programme) -> Problems:
    """A complete record in which nothing happened allows nothing."""
    for gate in GATES:
        ready = compile_gate(programme, gate)
        for course in _empty_courses(programme):
            ledger = open_ledger(course, programme.in_force, END_OF_DAY)
            if outcome_of(ready, judge(ready, fold_facts(ready, ledger))) == ALLOWED:
                yield f"gate {gate}: allows a course in which nothing happened; what must come first?"
                break


def no_course_can_satisfy_a_gate(programme: Programme) -> Problems:
    """Some patient must be able to get through, or the programme contradicts itself."""
    for gate in GATES:
        ready = compile_gate(programme, gate)
        if not ready.rules:
            continue
        plans = []
        for course in _empty_courses(programme):
            ledger = open_ledger(course, programme.in_force, END_OF_DAY)
            plans.append(plan_gate(((ready, programme.in_force, days.LATEST),), ledger))
        if not any(plan.earliest for plan in plans):
            yield f"gate {gate}: no course can satisfy it ({plans[0].because}); give the steps that lead through it"


def _empty_courses(programme: Programme) -> Iterator[Course]:
    adult = days.add_months(programme.in_force, -12 * 30, "earlier")
    for cycles in _CYCLES:
        yield Course((programme.id,), Patient(adult, "", cycles), True, (), ())


def versions_overlap(programmes: tuple[Programme, ...]) -> Problems:
    """Each day is governed by one version, and every version of a programme has the same id and zone."""
    for earlier, later in pairwise(programmes):
        if earlier.in_force >= later.in_force:
            yield f"{later.origin}: is in force from {later.version}, as is {earlier.origin}; one day has one version"
    for one in programmes:
        if (one.id, one.timezone) != (programmes[0].id, programmes[0].timezone):
            yield f"{one.origin}: its id and time zone must be those of {programmes[0].origin}"


def _window_names(window: Window) -> tuple[str, ...]:
    return tuple(name for name in (window.observe, window.opens.fact, window.closes.fact) if name)


_STRUCTURE = (
    a_requirement_has_no_source,
    a_schedule_has_no_source,
    an_unverified_rule_states_no_assumption,
    two_things_have_one_name,
    a_name_stands_for_nothing,
    facts_need_each_other_in_a_circle,
    something_is_never_used,
    a_fact_reads_what_no_event_holds,
    a_zone_does_not_exist,
)
_MEANING = (
    units_do_not_match,
    a_gate_has_two_windows_at_once,
    a_requirement_can_never_bind,
    a_requirement_is_met_by_a_course_with_nothing_covered,
    a_gate_is_open_to_an_empty_course,
    no_course_can_satisfy_a_gate,
)
