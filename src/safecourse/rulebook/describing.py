"""A programme in words and numbers, as a regulator reads it: rules by gate and by whom they concern."""

from __future__ import annotations

from dataclasses import dataclass

from safecourse.rulebook.model import BUILT_IN, GATES, Edge, Flag, Programme, Requirement, Window
from safecourse.rulebook.monitors import Schedule, schedule_names

ACT = "the day of the act"
_BUILT_IN_SAYS = {
    "as_of": ACT,
    "born": "the day of birth",
    "patient_cycles": "whether cycles are regular",
    "patient_category": "the category written in the course",
}
EVERYONE = "Everyone"


@dataclass(frozen=True, slots=True)
class RuleText:
    """One requirement in words.

    ``asks`` is its window in words, ``numbers`` the same as an inequality,
    ``when`` the conditions on which it applies beyond the category.
    """

    requirement: Requirement
    when: tuple[str, ...]
    asks: str
    numbers: str


@dataclass(frozen=True, slots=True)
class Group:
    """The rules of one gate for some patients; those that stand in full at an earlier gate are only named."""

    who: str
    rules: tuple[RuleText, ...]
    repeated: tuple[Requirement, ...]


@dataclass(frozen=True, slots=True)
class GateText:
    """All rules of one gate."""

    gate: str
    groups: tuple[Group, ...]


def gates_of(programme: Programme) -> tuple[GateText, ...]:
    """The gates that a programme decides, in order, with their rules by whom they concern."""
    texts = []
    shown: set[str] = set()
    for gate in GATES:
        rules = programme.requirements_at(gate)
        if not rules:
            continue
        by_who: dict[str, list[Requirement]] = {}
        for rule in rules:
            by_who.setdefault(who_of(programme, rule), []).append(rule)
        groups = []
        for who, members in by_who.items():
            full = tuple(rule_text(programme, one) for one in members if one.id not in shown)
            groups.append(Group(who, full, tuple(one for one in members if one.id in shown)))
        shown |= {one.id for one in rules}
        texts.append(GateText(gate, tuple(groups)))
    return tuple(texts)


def rule_text(programme: Programme, requirement: Requirement) -> RuleText:
    """One requirement in words."""
    category = set(_category_flags(programme))
    flags = {flag.name: flag for flag in programme.flags}
    when = tuple(
        _condition(flags[name.lstrip("!")], negated=name.startswith("!"))
        for name in requirement.applies
        if name.lstrip("!") not in category
    )
    return RuleText(
        requirement,
        when,
        window_in_words(programme, requirement.window),
        window_in_numbers(requirement.window),
    )


def who_of(programme: Programme, requirement: Requirement) -> str:
    """Whom a requirement concerns, by the category that it applies to."""
    flags = _category_flags(programme)
    named = [name for name in requirement.applies if name.lstrip("!") in flags]
    if not named:
        return EVERYONE
    return " and ".join(
        _condition(flags[name.lstrip("!")], negated=name.startswith("!")) for name in named
    ).capitalize()


def _category_flags(programme: Programme) -> dict[str, Flag]:
    conclusions = {fact.name for fact in programme.facts if fact.fold == "conclusion" and fact.part == "category"}
    return {flag.name: flag for flag in programme.flags if flag.window.observe in conclusions}


def _condition(flag: Flag, *, negated: bool) -> str:
    return f"unless {flag.says}" if negated else f"if {flag.says}"


# ---- windows ----------------------------------------------------------------------------------------------


def window_in_words(programme: Programme, window: Window) -> str:
    """What a window asks, in words."""
    says = {**_BUILT_IN_SAYS, **{fact.name: fact.says for fact in programme.facts}}
    units = {**BUILT_IN, **{fact.name: fact.unit for fact in programme.facts}}
    unit = units[window.observe]
    seen = says[window.observe]
    opens, closes = _edge_words(window.opens, says, unit), _edge_words(window.closes, says, unit)
    none = "must not be" if window.forbid else "must be"
    if unit == "day":
        if not opens and closes in ("", ACT):
            text = f"{seen}: {none} on record"
        else:
            text = f"{seen}: {none} {_days_span(opens, closes)}"
    elif opens == closes and opens:
        text = f"{seen}: {none} exactly {opens}"
    else:
        text = f"{seen}: {none} {_amount_span(opens, closes)}"
    anchors = [edge.fact for edge in (window.opens, window.closes) if edge.fact and edge.fact != "as_of"]
    if anchors and window.missing == "free":
        text += f"; no limit where there is no such day ({', '.join(dict.fromkeys(anchors))})"
    return text[0].upper() + text[1:]


def _days_span(opens: str, closes: str) -> str:
    if opens and closes:
        return f"between {opens} and {closes}, both included"
    return f"{opens} or later" if opens else f"{closes} or earlier"


def _amount_span(opens: str, closes: str) -> str:
    if opens and closes:
        return f"between {opens} and {closes}, both included"
    return f"at least {opens}" if opens else f"at most {closes}"


def _edge_words(edge: Edge, says: dict[str, str], unit: str) -> str:
    if not edge.fact:
        if _is_open(edge):
            return ""
        number = f"{edge.offset:g}"
        return number if unit in ("count", "code", "score") else f"{number} {_UNIT_WORDS.get(unit, unit)}"
    anchor = says[edge.fact]
    if edge.offset == 0:
        return anchor
    count = abs(edge.offset)
    return f"{count} {'day' if count == 1 else 'days'} {'after' if edge.offset > 0 else 'before'} {anchor}"


_UNIT_WORDS = {"upper-limit": "times the upper limit"}


def _is_open(edge: Edge) -> bool:
    return not edge.fact and abs(edge.offset) >= 500_000_000


def window_in_numbers(window: Window) -> str:
    """The same window as an inequality of named facts."""
    middle = window.observe
    left = "" if _is_open(window.opens) else f"{_edge_number(window.opens)} ≤ "
    right = "" if _is_open(window.closes) else f" ≤ {_edge_number(window.closes)}"
    text = f"{left}{middle}{right}"
    if not left and not right:
        text = f"{middle} happened"
    return f"not ({text})" if window.forbid else text


def _edge_number(edge: Edge) -> str:
    if not edge.fact:
        return f"{edge.offset:g}"
    if edge.offset == 0:
        return edge.fact
    return f"{edge.fact} {'+' if edge.offset > 0 else '-'} {abs(edge.offset)}"


# ---- monitoring -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ScheduleText:
    """When something is watched by one schedule, in words, with its source."""

    monitor: str
    says: str
    schedule: str
    when: str
    source: str
    grade: str


def schedules_of(programme: Programme) -> tuple[ScheduleText, ...]:
    """Every entry of every schedule, schedule by schedule."""
    names = schedule_names(programme.monitors)
    return tuple(
        ScheduleText(monitor.id, monitor.says, one.name, _when(one), one.source, one.grade)
        for name in names
        for monitor in programme.monitors
        for one in monitor.schedules
        if one.name == name
    )


_WHEN_WORDS = {
    "before": "before the first dose",
    "after-start": "{span} after the first dose",
    "every": "every {span}",
    "peak-dose": "once the highest amount a day has been reached",
    "every-visit": "at every visit",
    "now-and-then": "from time to time, no interval named",
    "after-end": "{span} after the last dose",
    "not": "not needed",
}


def _when(one: Schedule) -> str:
    text = _WHEN_WORDS[one.when].format(span=one.span)
    return f"{text}, at most {one.span} before it" if one.when == "before" and one.span else text
