"""Gates as cards: the outcome, what blocks it, and folded in, what is met."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from safecourse import days
from safecourse.report import words
from safecourse.report.markup import Markup, element, join
from safecourse.rulebook.model import BUILT_IN, GATES, Edge, Gate, Programme, Requirement, Source
from safecourse.rules.decision import (
    ALLOWED,
    MET,
    NOT_APPLICABLE,
    NOT_DECIDED,
    REFUSED,
    UNKNOWN,
    UNMET,
    Decision,
    Finding,
)

OUTCOME_WORDS = {
    ALLOWED: "Allowed",
    REFUSED: "Refused",
    "undetermined": "Cannot be told",
    NOT_DECIDED: "Nothing to decide here",
}
_ICONS = {
    ALLOWED: "M5 12.5l4.5 4.5L19 7.5",
    REFUSED: "M7 7l10 10M17 7L7 17",
    "undetermined": "M9 9.2a3 3 0 1 1 4.4 2.7c-.9.5-1.4 1-1.4 2.1M12 17.4v.2",
    NOT_DECIDED: "M7 12h10",
}
Decisions = Mapping[Gate, Decision]  # of one programme, every gate
SHOWN = 5  # blocking requirements that are shown at once; more are folded in


@dataclass(frozen=True, slots=True)
class Rules:
    """A programme's version with what its findings need to be read: requirements, sources, units, what facts say."""

    programme: Programme
    zone: ZoneInfo
    requirements: dict[str, Requirement]
    sources: dict[str, Source]
    units: dict[str, str]
    facts: dict[str, str]


def rules_of(programme: Programme) -> Rules:
    """The same programme, looked up by name."""
    return Rules(
        programme,
        ZoneInfo(programme.timezone),
        {one.id: one for one in programme.requirements},
        {one.id: one for one in programme.sources},
        {**BUILT_IN, **{fact.name: fact.unit for fact in programme.facts}},
        {
            "as_of": "today",
            "born": "the patient's birth",
            "patient_cycles": "the patient's cycles",
            "patient_category": "the category of the patient",
            **{fact.name: fact.says for fact in programme.facts},
        },
    )


def icon(outcome: str) -> Markup:
    """The sign of an outcome; the word beside it says the same."""
    path = element("path", d=_ICONS[outcome])
    return element("svg", path, viewBox="0 0 24 24", class_="icon", aria_hidden="true")


# Events that an act records, which a plan of a later act takes to have been lawful.
_ACTS: dict[str, Gate] = {"enrolled": "enrol", "prescribed": "prescribe", "dispensed": "dispense"}


def until(gate: Gate, decisions: Decisions, rules: Rules) -> str:
    """Until when an allowed gate stays open, or from when a blocked one can be; empty where nothing can be said."""
    decision = decisions[gate]
    if decision.outcome == ALLOWED:
        for one in decision.windows:
            if one.closes_at not in ("never", "unknown", "open-ended"):
                return f" until {words.instant(datetime.fromisoformat(one.closes_at), rules.zone)}"
        return ""
    if decision.outcome == NOT_DECIDED:
        return ""
    earliest = earliest_of(gate, decisions, rules)
    if earliest == decision.at[:10]:
        return "; by the plan possible today"
    return f"; not before {words.iso_day(earliest)}" if earliest else "; no day can be given"


def held_by(gate: Gate, decisions: Decisions, rules: Rules) -> list[Gate]:
    """The other acts that the plan of a gate contains and that aren't allowed yet."""
    events = {step.does: step.event for step in rules.programme.steps}
    acts = dict.fromkeys(_ACTS.get(events.get(step.do, ""), gate) for step in decisions[gate].plan.steps)
    return [act for act in acts if act != gate and decisions[act].outcome not in (ALLOWED, NOT_DECIDED)]


def earliest_of(gate: Gate, decisions: Decisions, rules: Rules) -> str:
    """The plan's day, or a later one if a step of the plan is itself an act that isn't allowed before; else empty."""
    earliest = decisions[gate].plan.earliest
    for act in held_by(gate, decisions, rules) if earliest else ():
        first = earliest_of(act, decisions, rules) if GATES.index(act) < GATES.index(gate) else earliest
        earliest = max(earliest, first) if earliest and first else ""
    return earliest


def card(gate: Gate, decisions: Decisions, rules: Rules) -> Markup:
    """One gate."""
    decision = decisions[gate]
    name, act = words.GATE_WORDS[gate]
    key = f"{rules.programme.id}-{gate}"
    head = [
        element("h4", name, " ", element("span", act, class_="act"), id=f"{key}-title"),
        element("p", icon(decision.outcome), outcome_words(gate, decisions, rules), class_="outcome"),
    ]
    return element(
        "article",
        element("div", *head, class_="head"),
        *_body(gate, decision, rules),
        class_=f"card {decision.outcome}",
        id=key,
        aria_labelledby=f"{key}-title",
    )


def outcome_words(gate: Gate, decisions: Decisions, rules: Rules) -> Markup:
    """The outcome with its day."""
    word = element("b", OUTCOME_WORDS[decisions[gate].outcome])
    more = until(gate, decisions, rules)
    return element("span", word, *([element("span", more, class_="until")] if more else []))


def _body(gate: Gate, decision: Decision, rules: Rules) -> list[Markup]:
    if decision.outcome == NOT_DECIDED:
        said = f"{rules.programme.title} asks nothing before this act; there is nothing to decide here."
        return [element("p", said, class_="quiet")]
    parts = _window(decision)
    blocking = [one for one in decision.findings if one.verdict in (UNMET, UNKNOWN)]
    if blocking:
        parts.append(element("h5", f"What blocks it ({len(blocking)})"))
        parts += _folded_list(blocking, rules)
    elif decision.outcome != ALLOWED:
        parts.append(element("p", "No requirement of this gate applies to the course, so nothing decides it."))
    parts += _advice(decision, rules)
    for verdict, title, kind in ((MET, "Met", ""), (NOT_APPLICABLE, "Doesn't apply", "aside")):
        listed = [one for one in decision.findings if one.verdict == verdict]
        if listed:
            summary = element("summary", f"{title} ({len(listed)})")
            rows = (_short(one, rules, seen=verdict == MET) for one in listed)
            parts.append(element("details", summary, element("ul", *rows, class_="short"), class_=kind))
    if gate == "dispense" and decision.outcome == ALLOWED:
        said = "Where an official system authorises each dispense, its own authorisation is still needed."
        parts.append(element("p", said, class_="quiet"))
    return parts


def _window(decision: Decision) -> list[Markup]:
    """The act's window in words, whether it is open, over or still to come."""
    today = decision.at[:10]
    for one in decision.windows:
        if one.opens[:1].isdigit() and one.closes[:1].isdigit():
            word = "was open" if one.closes < today else "opens" if today < one.opens else "is open"
            span = f"from {words.iso_day(one.opens)} to {words.iso_day(one.closes)}"
            return [element("p", f"The window of this act {word} {span}, both included.", class_="quiet")]
    return []


def _folded_list(blocking: list[Finding], rules: Rules) -> list[Markup]:
    first, more = blocking[:SHOWN], blocking[SHOWN:]
    parts = [element("ol", *(_blocked(one, rules) for one in first), class_="blocks")]
    if more:
        summary = element("summary", f"{len(more)} more that block it")
        listed = element("ol", *(_blocked(one, rules) for one in more), class_="blocks", start=SHOWN + 1)
        parts.append(element("details", summary, listed))
    return parts


def _advice(decision: Decision, rules: Rules) -> list[Markup]:
    open_advice = [one for one in decision.advice if one.verdict in (UNMET, UNKNOWN)]
    if not decision.advice:
        return []
    said = f"Advice ({len(decision.advice)}"
    summary = element("summary", f"{said}, {len(open_advice)} open)" if open_advice else f"{said})")
    parts = [element("ol", *(_blocked(one, rules) for one in open_advice), class_="blocks")] if open_advice else []
    rest = [one for one in decision.advice if one not in open_advice]
    if rest:
        parts.append(element("ul", *(_short(one, rules, seen=one.verdict == MET) for one in rest), class_="short"))
    return [element("details", summary, element("p", "Advice never changes an outcome.", class_="quiet"), *parts)]


def _blocked(finding: Finding, rules: Rules) -> Markup:
    """One requirement that stands in the way, with all that it rests on."""
    one = rules.requirements[finding.requirement]
    verdict = "Not met" if finding.verdict == UNMET else "Unknown"
    if one.any_of:
        verdict += "; one of several ways is enough"
    said = element(
        "div",
        element("p", element("span", verdict, class_=f"verdict {finding.verdict}"), element("strong", finding.says)),
        element("p", element("span", "To do: ", class_="label"), finding.fix, class_="fix"),
    )
    rows = [*_seen(finding, rules), ("Source", _source(finding, rules))]
    if finding.assumption:
        rows.append(("Assumption", element("span", finding.assumption)))
    facts = element("dl", *(element("div", element("dt", name), element("dd", value)) for name, value in rows))
    return element("li", element("div", said, facts, class_="block"))


def _seen(finding: Finding, rules: Rules) -> list[tuple[str, str]]:
    """What was observed and what was asked for; nothing for codes, which are the programme's own business."""
    window = rules.requirements[finding.requirement].window
    unit = rules.units[window.observe]
    if unit == "code":
        return [("Seen", "the record doesn't say")] if finding.observed == "unknown" else []
    if window.observe == "as_of":
        seen = join("today, ", words.value(finding.observed, unit))
    else:
        seen = join(f"{rules.facts[window.observe]}: ", element("b", words.value(finding.observed, unit)))
    if unit == "day" and finding.opens == "open-ended" and window.closes == Edge("as_of", 0):
        return [("Seen", seen), ("Asked for", "that it hasn't happened" if window.forbid else "that it has happened")]
    asked = words.window(finding.opens, finding.closes, unit, forbid=window.forbid)
    return [("Seen", seen), ("Asked for", asked)]


def _source(finding: Finding, rules: Rules) -> Markup:
    source = rules.sources[finding.source]
    return join(link(source), " ", grade_chip(finding.grade))


def grade_chip(grade: str) -> Markup:
    """The grade of a rule."""
    return element("span", grade, class_=f"chip {grade}")


def address(source: Source) -> str:
    """Where a browser finds the source; empty if it isn't on the web."""
    if source.url.startswith(("https://", "http://")):
        return source.url
    host = source.url.split("/", 1)[0]
    return f"https://{source.url}" if "." in host and " " not in source.url and ":" not in source.url else ""


def link(source: Source) -> Markup:
    """The title of a source, with a link if it is on the web. Nothing is loaded unless somebody follows it."""
    url = address(source)
    if not url:
        return element("cite", source.title)
    return element("cite", element("a", source.title, href=url, rel="noreferrer noopener"))


def _short(finding: Finding, rules: Rules, *, seen: bool) -> Markup:
    """A requirement that doesn't stand in the way, in one line."""
    window = rules.requirements[finding.requirement].window
    unit = rules.units[window.observe]
    shown: list[Markup] = []
    is_value = finding.observed not in ("never", "unknown", "open-ended") and unit in ("day", "days", "mg", "mm")
    if seen and is_value and window.observe != "as_of":
        shown.append(element("span", words.value(finding.observed, unit), class_="seen"))
    if finding.grade == "unverified":
        shown.append(grade_chip(finding.grade))
    return element("li", finding.says, *(join(" ", one) for one in shown))


def bands_of(gate: Gate, decision: Decision) -> list[tuple[str, int, int]]:
    """The window of a gate as name, first and last day, if it has both."""
    name = f"{words.GATE_WORDS[gate][0]} window"
    return [
        (name, days.parse_day(one.opens), days.parse_day(one.closes))
        for one in decision.windows
        if one.opens[:1].isdigit() and one.closes[:1].isdigit() and one.opens <= one.closes
    ]
