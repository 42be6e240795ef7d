"""How treatment goes: the regimen as planned and as kept, what was given in all, and what the laboratory found."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import cast

from safecourse import days
from safecourse.course.model import Course
from safecourse.days import OPEN_EDGE
from safecourse.report import words
from safecourse.report.events import COUNTS, marks_of
from safecourse.report.gates import Rules
from safecourse.report.markup import Markup, element, free
from safecourse.report.panels import SIDE, Curve, Panel, Spans, Weeks, chart
from safecourse.report.scale import scale_of
from safecourse.rulebook.library import NoVersionInForce
from safecourse.rulebook.model import Programme
from safecourse.rules.calendars import Entry, Kept, NothingToPlan, calendar_of, given_until, kept_under
from safecourse.rules.calendars.supplies import CAPSULES

WIDTHS = (("wide", 940.0), ("narrow", 344.0))
_KINDS = {"application": "due", "rest": "rest", "capsule": "supply", "end": "end", "re-evaluation": "look"}


def treatment(course: Course, at: datetime, rules: list[Rules]) -> list[Markup]:
    """The section, or nothing where nothing of it was recorded. Events that don't count at the instant have no say."""
    today = days.day_in_zone(at, rules[0].zone)
    seen = {id(mark.event) for mark in marks_of(course, at, rules[0].zone) if mark.state == COUNTS}
    counting = replace(course, events=tuple(one for one in course.events if id(one) in seen))
    entries = _calendar(counting)
    panels: list[Panel] = []
    for one in rules:
        panels += _regimen(counting, one.programme, entries, today)
    panels += _amount(counting, [one.programme for one in rules], today)
    panels += _measured(counting)
    if not panels:
        return []
    shown = [today, *(day for one in panels for day in _days_of(one))]
    described = f"{'; '.join(one.title for one in panels)}. The table below has the same as numbers."
    drawings = []
    for kind, width in WIDTHS:
        scale = scale_of(shown, SIDE, width - 2 * SIDE)
        drawing = chart(panels, scale, width, today, (f"treatment-{kind}", "How treatment goes", described))
        drawings.append(element("div", drawing, class_=kind))
    heading = element("h2", "How treatment goes", id="treatment")
    parts = [heading, *drawings, _key(panels), _table(panels)]
    return [element("section", *parts, class_="treatment", aria_labelledby="treatment")]


def _calendar(course: Course) -> tuple[Entry, ...]:
    if not course.events:
        return ()
    try:
        return calendar_of(course)
    except (NothingToPlan, NoVersionInForce):
        return ()  # then there is no regimen to draw, and the rest of the page says why


def _days_of(panel: Panel) -> list[int]:
    if isinstance(panel, Spans):
        return [day for first, last, _, _ in panel.spans for day in (first, last)]
    if isinstance(panel, Weeks):
        return [day for first, _, _ in panel.weeks for day in (first, first + 6)]
    return [day for day, _ in panel.points]


# ---- regimen and how it was kept --------------------------------------------------------------------------


def _regimen(course: Course, programme: Programme, entries: tuple[Entry, ...], today: int) -> list[Panel]:
    ours = [one for one in entries if one.programme == programme.id and one.what in _KINDS]
    kept = kept_under(course, programme, today)
    drawn = _spans(ours, kept, today)
    if not any(kind in ("due", "done", "supply") for _, _, kind, _ in drawn):
        return []
    panels: list[Panel] = [Spans(f"{_medicine(programme)}: planned and done", drawn)]
    if kept.weeks:
        taken, due = sum(one.taken for one in kept.weeks), sum(one.due for one in kept.weeks)
        what = "Doses" if _is_cream(ours) else "Days with a dose" if kept.written else "Days with a supply"
        title = f"{what}, by week: {taken} of {due} due"
        panels.append(Weeks(title, tuple((one.first, one.taken, one.due) for one in kept.weeks)))
    return panels


def _is_cream(entries: list[Entry]) -> bool:
    return any(one.what == "application" for one in entries)


def _medicine(programme: Programme) -> str:
    return f"{programme.medicine[:1].upper()}{programme.medicine[1:]}"


def _spans(entries: list[Entry], kept: Kept, today: int) -> tuple[tuple[int, int, str, str], ...]:
    latest = max([one.until for one in entries if one.until < OPEN_EDGE], default=0)
    drawn = []
    for one in entries:
        kind = _KINDS[one.what]
        if one.what == "application" and one.detail.startswith("Done"):
            kind = "done"
        elif one.what == "application" and kept.weeks and one.until < today:
            continue  # past, and not written down: among those that were missed
        last = one.until if one.until < OPEN_EDGE else max(one.on, latest)
        drawn.append((one.on, last, kind, f"{_span(one)}: {words.plain_days(one.detail)}"))
    drawn += [
        (day, day, "missed", f"{words.day(day)}: missed, or not written down")
        for day in kept.missed
        if _is_cream(entries)
    ]
    return tuple(sorted(drawn))


def _span(one: Entry) -> str:
    if one.until == one.on:
        return words.day(one.on)
    return f"{words.day(one.on)} to {words.day(one.until)}" if one.until < OPEN_EDGE else f"from {words.day(one.on)}"


# ---- amounts and values -----------------------------------------------------------------------------------


def _amount(course: Course, programmes: list[Programme], today: int) -> list[Panel]:
    prescribed = course.by_kind.get("prescribed", [])
    if not prescribed or prescribed[-1].fields["product"] not in CAPSULES:
        return []
    points, kg = given_until(course, today)
    if not points:
        return []
    if not kg:
        return [Curve("Given in all; no weight on record", "mg", points, ())]
    targets = [
        limit
        for one in programmes
        for regimen in one.regimens
        if prescribed[-1].fields["product"] in regimen.products
        for limit in regimen.limits_of("total-mg-per-kg")
    ]
    lines = tuple((value, f"{value:g}") for limit in targets[:1] for value in (limit.least, limit.most))
    scaled = tuple((day, round(value / kg, 2)) for day, value in points)
    return [Curve(f"Given in all, by {kg:g} kg of body weight", "mg/kg", scaled, lines)]


def _measured(course: Course) -> list[Panel]:
    """Values of the laboratory, scores and weights, each measure in each of its units, in the order of the record."""
    found: dict[tuple[str, str], list[tuple[int, float]]] = {}
    limits: dict[tuple[str, str], float] = {}
    for one in course.events:
        if one.kind == "lab":
            key = (str(one.fields.get("test", one.fields.get("loinc", ""))), str(one.fields["unit"]))
            found.setdefault(key, []).append((one.day, cast(float, one.fields["value"])))
            if "upper_limit" in one.fields:
                limits[key] = cast(float, one.fields["upper_limit"])
        elif one.kind == "questionnaire" and "score" in one.fields:
            score = cast(float, one.fields["score"])
            found.setdefault((str(one.fields["instrument"]), "points"), []).append((one.day, score))
        elif one.kind == "weight":
            found.setdefault(("weight", "kg"), []).append((one.day, cast(float, one.fields["kg"])))
    panels: list[Panel] = []
    for key, points in found.items():
        if key != ("weight", "kg") or len(points) > 1:
            name, unit = key
            lines = ((limits[key], f"upper limit {limits[key]:g}"),) if key in limits else ()
            panels.append(Curve(f"{_measure(name)[:40]}, {unit[:20]}", unit[:20], tuple(points), lines))
    return panels


def _measure(name: str) -> str:
    """``alt`` as ALT, ``phq-9`` as PHQ-9, ``triglycerides`` as Triglycerides."""
    return name.upper() if re.fullmatch(r"[a-z]{2,4}(-[0-9]+)?", name) else f"{name[:1].upper()}{name[1:]}"


# ---- key and table ----------------------------------------------------------------------------------------


_MEANINGS = {
    "done": "done",
    "due": "planned, or due",
    "missed": "missed, or not written down",
    "rest": "rest, nothing is used",
    "supply": "days of supply",
    "end": "the last possible day, or the expected end",
    "look": "the result is looked at",
}


def _key(panels: list[Panel]) -> Markup:
    kinds = {kind for one in panels if isinstance(one, Spans) for _, _, kind, _ in one.spans}
    kinds |= {"done", "due"} if any(isinstance(one, Weeks) for one in panels) else set()
    listed = [
        element("li", element("svg", *_sign(kind), viewBox="0 0 32 20", class_="sample", aria_hidden="true"), said)
        for kind, said in _MEANINGS.items()
        if kind in kinds
    ]
    return element("ul", *listed, class_="key") if listed else Markup("")


def _sign(kind: str) -> list[Markup]:
    if kind == "missed":
        cross = ((11, 5, 21, 15), (21, 5, 11, 15))
        return [element("line", x1=a, y1=b, x2=c, y2=d, class_="miss") for a, b, c, d in cross]
    if kind == "end":
        return [element("line", x1=16, y1=0, x2=16, y2=20, class_="finish")]
    if kind == "look":
        return [element("polygon", points="16,2 24,10 16,18 8,10", class_="look")]
    if kind == "rest":
        return [element("rect", x=2, y=7, width=28, height=6, class_="pause")]
    if kind == "supply":
        return [element("rect", x=0, y=4, width=32, height=12, class_="supply")]
    return [element("rect", x=10, y=4, width=12, height=12, class_=f"dose {kind}")]


def _table(panels: list[Panel]) -> Markup:
    """The drawing as numbers."""
    rows = [element("tr", element("th", when, scope="row"), element("td", free(what))) for when, what in _rows(panels)]
    table = element(
        "table",
        element("caption", "How treatment goes, as numbers", class_="unseen"),
        element("thead", element("tr", *(element("th", one, scope="col") for one in ("When", "What")))),
        element("tbody", *rows),
        class_="events",
    )
    return element("details", element("summary", f"The same as numbers: {words.number_of(len(rows), 'row')}"), table)


def _rows(panels: list[Panel]) -> list[tuple[str, str]]:
    rows: list[tuple[str, str]] = []
    for panel in panels:
        if isinstance(panel, Spans):
            for _, _, kind, says in panel.spans:
                when, _, what = says.partition(": ")
                rows.append((when, f"{_MEANINGS[kind]}: {what}" if kind not in ("done", "missed") else what))
        elif isinstance(panel, Weeks):
            rows += [(f"Week of {words.day(first)}", f"{taken} of {due} taken") for first, taken, due in panel.weeks]
        else:
            rows += [(words.day(day), f"{panel.title}: {value:g}") for day, value in panel.points]
    return rows
