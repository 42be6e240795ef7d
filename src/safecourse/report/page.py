"""The page: header, gates, timeline, plan and sources of every programme of a course."""

from __future__ import annotations

from datetime import datetime

from safecourse import days
from safecourse.course.model import Course
from safecourse.report import gates, months, words
from safecourse.report.events import COUNTS, marks_of
from safecourse.report.gates import Rules
from safecourse.report.markup import Markup, element, join
from safecourse.report.style import css
from safecourse.report.timeline import Band, Picture, draw
from safecourse.report.treatment import treatment
from safecourse.rulebook.model import GATES, GRADES, Gate
from safecourse.rules.deciding import NotDecidable, decide, governing
from safecourse.rules.decision import (
    ALLOWED,
    NOT_DECIDED,
    REFUSED,
    UNDETERMINED,
    Decision,
    JointDecision,
    Plan,
)

# A browser that opens the page may load nothing and run nothing, whatever the course says.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_NOTICE = (
    "This is not medical advice, and not an official system of any programme. It applies the rules as they were "
    "read in the sources below to the record as it was given."
)


class _Part:
    """One programme's part of the page: its rules and its decisions, gate by gate."""

    def __init__(self, course: Course, at: datetime, programme_id: str) -> None:
        self.course, self.at = course, at
        self.rules: Rules = gates.rules_of(governing(programme_id, at))
        self.decisions: dict[Gate, Decision] = {gate: self._decide(gate) for gate in GATES}
        self.today = days.day_in_zone(at, self.rules.zone)
        self.instant = words.instant(at, self.rules.zone)

    def _decide(self, gate: Gate) -> Decision:
        programme = self.rules.programme
        if programme.requirements_at(gate):
            found = decide(self.course, gate, at=self.at, programme=programme.id)
            if isinstance(found, JointDecision):
                raise AssertionError("one programme was asked and several answered")
            return found
        nothing = Plan("", (), (), "")
        shown = self.at.astimezone(self.rules.zone).isoformat(timespec="seconds")
        return Decision(
            programme.id, programme.version, gate, shown, NOT_DECIDED, False, (), (), (), (), 0, nothing
        )  # fmt: skip


def page(course: Course, at: datetime) -> str:
    """One page of HTML on a course at an aware instant: it runs nothing, loads nothing and needs no other file.

    NotDecidable if the instant has no offset; NoSuchProgramme or
    NoVersionInForce if a programme of the course is unknown or didn't exist yet.
    """
    if at.tzinfo is None or at.utcoffset() is None:
        raise NotDecidable("the instant of a report needs an offset, such as 2026-10-07T12:00-04:00")
    parts = [_Part(course, at, one) for one in course.programmes]
    title = f"Course on {words.day(parts[0].today, weekday=False)}: {', '.join(course.programmes)}"
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="referrer", content="no-referrer"),
        element("meta", name="color-scheme", content="light dark"),
        element("meta", name="robots", content="noindex"),
        element("title", title),
        element("style", Markup(css())),
    )
    body = element(
        "body",
        element("header", *_header(parts)),
        element("main", *(_programme(part) for part in parts), *treatment(course, at, [part.rules for part in parts])),
        element("footer", *_footer(parts)),
    )
    return f"<!DOCTYPE html>\n{element('html', head, body, lang='en')}\n"


# ---- header ------------------------------------------------------------------------------------


def _header(parts: list[_Part]) -> list[Markup]:
    course = parts[0].course
    many = len(parts) > 1
    instants = [element("b", one) for one in _instants_in_words(parts)]
    rows: list[tuple[str, str]] = [("As of", join(*_between("; ", instants)))]
    rows += [
        ("Rules", join(element("b", part.rules.programme.title), ", version in force from ", _version(part)))
        for part in parts
    ]
    rows += [("Patient", _category(parts[0])), ("Record", _record(course, parts[0]))]
    told = element("dl", *(element("div", element("dt", name), element("dd", said)) for name, said in rows))
    heading = "May this course go on?"
    glance = element("section", element("h2", "At a glance", id="glance"), _glance(parts), aria_labelledby="glance")
    unverified = [_unverified(part, named=many) for part in parts]
    notice = element("div", element("p", element("strong", _NOTICE)), *unverified, class_="notice", role="note")
    return [element("h1", heading), element("div", told, class_="told"), notice, glance]


def _between(mark: str, parts: list[Markup]) -> list[str]:
    said: list[str] = []
    for part in parts:
        said += [mark, part] if said else [part]
    return said


def _instants_in_words(parts: list[_Part]) -> list[str]:
    return list(dict.fromkeys(part.instant for part in parts))


def _version(part: _Part) -> Markup:
    programme = part.rules.programme
    return join(words.day(programme.in_force), " ", gates.grade_chip(programme.in_force_grade))


def _category(part: _Part) -> str:
    stated = words.CATEGORY_WORDS.get(part.course.patient.category, "")
    seen = [
        mark for mark in marks_of(part.course, part.at, part.rules.zone)
        if mark.event.kind == "classified" and mark.state == COUNTS
    ]  # fmt: skip
    if not seen:
        return f"{stated or 'no category stated'}; not yet classified by the prescriber"
    last = seen[-1].event
    recorded = words.CATEGORY_WORDS[str(last.fields["category"])]
    on = f"as classified on {words.day(last.day)}"
    return f"{recorded}, {on}" if stated in ("", recorded) else f"{recorded}, {on}; but stated as: {stated}"


def _record(course: Course, part: _Part) -> str:
    held = words.number_of(len(course.events), "event")
    cover = "complete as stated" if course.complete else "complete for part of the time only"
    later = max((one.later_events for one in part.decisions.values()), default=0)
    if not later:
        return f"{held}; {cover}"
    word = "it was" if later == 1 else "they were"
    return f"{held}; {cover}; {later} of them after this instant: {word} not looked at"


def _unverified(part: _Part, *, named: bool) -> Markup:
    rules = part.rules.programme.requirements
    listed = [one for one in rules if one.grade == "unverified"]
    who = f" of {part.rules.programme.title}" if named else ""
    day = []
    if part.rules.programme.in_force_assumption:
        day.append(element("p", f"The day from which this version{who} is in force rests on an assumption: ",
                           part.rules.programme.in_force_assumption))  # fmt: skip
    if not listed:
        said = f"Every one of the {len(rules)} rules{who} was found in a source; the grades are below."
        return join(element("p", said), *day)
    verb = "is" if len(listed) == 1 else "are"
    summary = element("summary", f"{len(listed)} of the {len(rules)} rules{who} {verb} unverified: which")
    items = (
        element("li", one.says, " ", element("span", f"Assumption: {one.assumption}", class_="quiet")) for one in listed
    )
    return join(element("details", summary, element("ul", *items)), *day)


def _glance(parts: list[_Part]) -> Markup:
    """All gates of all programmes in one table; with several, what they say together."""
    many = len(parts) > 1
    heads = ["Act", *(part.rules.programme.id for part in parts)] if many else ["Act", "Outcome"]
    heads += ["Together"] if many else []
    rows = []
    for gate in GATES:
        name = element("th", words.GATE_WORDS[gate][0], scope="row")
        cells = [
            element("td", _glance_cell(part, gate), class_=part.decisions[gate].outcome, data_of=heads[place + 1])
            for place, part in enumerate(parts)
        ]
        if many:
            together = _together([part.decisions[gate].outcome for part in parts])
            said = join(gates.icon(together), element("b", gates.OUTCOME_WORDS[together]))
            cells.append(element("td", element("span", said, class_="sign"), class_=together, data_of=heads[-1]))
        rows.append(element("tr", name, *cells))
    return element(
        "table",
        element("caption", "The five acts that are decided, at this instant", class_="unseen"),
        element("thead", element("tr", *(element("th", one, scope="col") for one in heads))),
        element("tbody", *rows),
        class_="glance many" if many else "glance",
    )


def _glance_cell(part: _Part, gate: Gate) -> Markup:
    decision = part.decisions[gate]
    said = join(gates.icon(decision.outcome), gates.outcome_words(gate, part.decisions, part.rules))
    return element("a", said, href=f"#{part.rules.programme.id}-{gate}", class_="sign")


def _together(outcomes: list[str]) -> str:
    decided = [one for one in outcomes if one != NOT_DECIDED]
    return next((one for one in (REFUSED, UNDETERMINED, ALLOWED) if one in decided), NOT_DECIDED)


# ---- one programme -----------------------------------------------------------------------------


def _programme(part: _Part) -> Markup:
    programme = part.rules.programme
    key = programme.id
    bands = [
        Band(*one)
        for gate in ("dispense", "prescribe", "take", "enrol", "finish")
        for one in gates.bands_of(gate, part.decisions[gate])
    ]
    marks = marks_of(part.course, part.at, part.rules.zone)
    picture = Picture(key, marks, tuple(bands), part.today, part.instant)
    said = f"{programme.medicine}; version in force from {words.day(programme.in_force)}; days as in {_place(part)}"
    return element(
        "section",
        element("h2", programme.title, id=key),
        element("p", said, class_="quiet"),
        _section(
            f"{key}-gates", "What may be done now", *(gates.card(gate, part.decisions, part.rules) for gate in GATES)
        ),
        _section(f"{key}-plan", "What to do next", *_next_plan(part)),
        _section(f"{key}-timeline", "What has happened", draw(picture)),
        _section(f"{key}-sources", "What the rules rest on", *_sources(part.rules)),
        class_="programme",
        aria_labelledby=key,
    )


def _place(part: _Part) -> str:
    return words.place(part.rules.zone)


def _section(key: str, title: str, *children: str) -> Markup:
    return element("section", element("h3", title, id=key), *children, aria_labelledby=key)


def _next_plan(part: _Part) -> list[Markup]:
    """The plan of the first act that isn't allowed; those of the others folded in."""
    waiting = [gate for gate, one in part.decisions.items() if one.outcome not in (ALLOWED, NOT_DECIDED)]
    if not waiting:
        return [element("p", "Every act that this programme decides is allowed at this instant; no plan is needed.")]
    name, act = words.GATE_WORDS[waiting[0]]
    lead = element("p", "The plan of the first act that is not yet allowed: ", element("b", f"{name} ({act})"), ".")
    parts = [lead, *_plan(part, waiting[0])]
    for gate in waiting[1:]:
        name, act = words.GATE_WORDS[gate]
        parts.append(element("details", element("summary", f"The plan of {name} ({act})"), *_plan(part, gate)))
    return parts


def _plan(part: _Part, gate: Gate) -> list[Markup]:
    plan, name = part.decisions[gate].plan, words.GATE_WORDS[gate][0]
    held = gates.held_by(gate, part.decisions, part.rules)
    if not plan.earliest or not held:
        return months.plan_part(plan, part.today, name, part.rules)
    first = gates.earliest_of(gate, part.decisions, part.rules)
    when = element("b", words.iso_day(first)) if first else "a day that can't be given yet"
    acts = " and ".join(words.GATE_WORDS[one][0].lower() for one in held)
    lead = element(
        "p", f"{name}: not before ", when, f". Its plan needs {acts} to be allowed first:", class_="earliest"
    )
    return [lead, element("ul", *(element("li", step.do) for step in plan.steps))]


def _sources(rules: Rules) -> list[Markup]:
    items = []
    for source in rules.programme.sources:
        grades = [one.grade for one in rules.programme.requirements if one.source == source.id]
        counted = [(grade, grades.count(grade)) for grade in GRADES if grade in grades]
        chips = [
            element("span", f"{grade}: {words.number_of(count, 'rule')}", class_=f"chip {grade}")
            for grade, count in counted
        ] or [element("span", "background", class_="chip")]
        address = gates.address(source)
        shown = [element("p", address or source.url, class_="address")] if source.url else []
        read = element("p", words.plain_days(source.seen[:1].upper() + source.seen[1:]), class_="quiet")
        items.append(element("li", gates.link(source), " ", *_between(" ", chips), read, *shown))
    legend = element(
        "dl",
        *(element("div", element("dt", gates.grade_chip(grade)), element("dd", words.GRADE_WORDS[grade]))
          for grade in GRADES),
        class_="grades",
    )  # fmt: skip
    return [element("ul", *items, class_="sources"), element("p", "The grades", class_="label"), legend]


def _footer(parts: list[_Part]) -> list[Markup]:
    course = parts[0].course
    names = ", ".join(f"{part.rules.programme.id} {part.rules.programme.version}" for part in parts)
    later = max((one.later_events for part in parts for one in part.decisions.values()), default=0)
    verb = "event lies" if later == 1 else "events lie"
    asked = "; ".join(_instants_in_words(parts))
    return [
        element("p", _NOTICE),
        element(
            "p",
            f"Decided by safecourse from {words.number_of(len(course.events), 'event')} under {names}, as of {asked}."
            f" {later} {verb} after this instant and had no say.",
        ),
    ]
