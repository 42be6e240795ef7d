"""Small drawings above one axis of days: what was planned and done, week by week, amounts, and values over time."""

from __future__ import annotations

from dataclasses import dataclass

from safecourse.report import words
from safecourse.report.markup import Markup, element
from safecourse.report.scale import Scale

SIDE = 8.0  # room at both ends of the axis
TOP = 40.0  # room for months and years
TITLE = 22.0
PLOT = 78.0


@dataclass(frozen=True, slots=True)
class Spans:
    """Stretches of days on one line: first day, last day, kind, and what it is in words.

    Kinds are done, due, missed, rest, supply, end and look.
    """

    title: str
    spans: tuple[tuple[int, int, str, str], ...]


@dataclass(frozen=True, slots=True)
class Weeks:
    """How many doses of those that were due were taken, for each week from its first day on."""

    title: str
    weeks: tuple[tuple[int, int, int], ...]  # first day, taken, due


@dataclass(frozen=True, slots=True)
class Curve:
    """Values over time in one unit, with lines that say where a limit or a goal lies."""

    title: str
    unit: str
    points: tuple[tuple[int, float], ...]
    lines: tuple[tuple[float, str], ...]


Panel = Spans | Weeks | Curve


def chart(panels: list[Panel], scale: Scale, width: float, today: int, names: tuple[str, str, str]) -> Markup:
    """All panels one below the other; ``names`` are the key that begins ids, the title, and the description."""
    key, title, described = names
    y = TOP
    drawn: list[Markup] = []
    for one in panels:
        height = _height(one)
        drawn.append(_text((SIDE, y + 15), one.title, "lane"))
        drawn.append(_drawn(one, scale, y + TITLE, width))
        y += TITLE + height
        drawn.append(_line((SIDE, y), (width - SIDE, y), "rule"))
    now = scale.place(today + 0.5)
    place, kind = (now - 4, "now-label end") if now > width - 100 else (now + 4, "now-label")
    return element(
        "svg",
        element("title", title, id=f"{key}-title"),
        element("desc", described, id=f"{key}-desc"),
        *_axis(scale, y),
        _line((now, TOP - 14), (now, y), "now"),
        *drawn,
        _text((place, y + 15), words.day(today), kind),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {width:g} {y + 22:g}",
        role="img",
        aria_labelledby=f"{key}-title {key}-desc",
        class_="timeline trend",
    )


def _height(panel: Panel) -> float:
    return 30.0 if isinstance(panel, Spans) else 64.0 if isinstance(panel, Weeks) else PLOT + 12


def _drawn(panel: Panel, scale: Scale, y: float, width: float) -> Markup:
    if isinstance(panel, Spans):
        return element("g", *(_span(one, scale, y) for one in panel.spans))
    if isinstance(panel, Weeks):
        return element("g", *_weeks(panel, scale, y))
    return element("g", *_curve(panel, scale, y, width))


def _axis(scale: Scale, bottom: float) -> list[Markup]:
    drawn = []
    for x, month, year in scale.ticks(30):
        drawn.append(_line((x, TOP - 8 if month else TOP - 4), (x, bottom), "grid"))
        if month:
            drawn += [_text((x + 3, TOP - 8), month, "tick"), _text((x + 3, TOP - 22), year, "tick year")]
    for one in scale.stretches:
        if one.cut:
            title = element("title", f"{one.last - one.first} days left out")
            drawn.append(_rect((one.start, TOP), (one.end - one.start, bottom - TOP), "cut", title))
    return drawn


# ---- spans ----------------------------------------------------------------------------------------------


def _span(one: tuple[int, int, str, str], scale: Scale, y: float) -> Markup:
    """Each kind has a shape of its own, so that none is told by its colour alone."""
    first, last, kind, says = one
    start, end = scale.place(first), scale.place(last + 1)
    middle, title = (start + end) / 2, element("title", says)
    if kind == "missed":
        cross = [
            _line((middle - 4, y + 4), (middle + 4, y + 14), "miss"),
            _line((middle + 4, y + 4), (middle - 4, y + 14), "miss"),
        ]
        return element("g", title, *cross)
    if kind == "end":
        return element("g", title, _line((end, y - 2), (end, y + 22), "finish"))
    if kind == "look":
        corners = ((0, 2), (7, 9), (0, 16), (-7, 9))
        points = " ".join(f"{middle + right:.1f},{y + down:.1f}" for right, down in corners)
        return element("polygon", title, points=points, class_="look")
    if kind == "rest":
        return _rect((start, y + 6), (end - start, 6.0), "pause", title)
    if kind == "supply":
        return _rect((start, y + 3), (max(end - start - 1, 1.0), 12.0), "supply", title)
    size = max(min(end - start, 11.0), 4.0) if last == first else end - start
    corner = middle - size / 2
    return _rect((corner, y + 9 - min(size, 11.0) / 2), (size, min(size, 11.0)), f"dose {kind}", title)


# ---- weeks ----------------------------------------------------------------------------------------------


def _weeks(panel: Weeks, scale: Scale, y: float) -> list[Markup]:
    most = max([1, *(max(taken, due) for _, taken, due in panel.weeks)])
    drawn = []
    for first, taken, due in panel.weeks:
        start, end = scale.place(first), scale.place(first + 7)
        wide = max(end - start - 3, 2.0)
        title = element("title", f"Week of {words.day(first)}: {taken} of {due}")
        for count, kind in ((due, "dose due"), (taken, "dose done")):
            tall = 42.0 * count / most
            if count:
                drawn.append(_rect((start + 1.5, y + 46 - tall), (wide, tall), kind, title))
        if end - start > 26:
            drawn.append(_text(((start + end) / 2, y + 59), f"{taken}/{due}", "tick middle"))
    return drawn


# ---- curves ---------------------------------------------------------------------------------------------


def _curve(panel: Curve, scale: Scale, y: float, width: float) -> list[Markup]:
    values = [value for _, value in panel.points] + [value for value, _ in panel.lines]
    low, high = min(0.0, *values), max(values)
    span = (high - low) or 1.0
    bottom = y + PLOT - 8

    def at(value: float) -> float:
        return bottom - (PLOT - 26) * (value - low) / span

    drawn = []
    for value, says in panel.lines:
        drawn.append(_line((SIDE, at(value)), (width - SIDE, at(value)), "goal"))
        drawn.append(_text((SIDE, at(value) - 3), says, "tick"))
    places = [(scale.place(day + 0.5), at(value)) for day, value in panel.points]
    if len(places) > 1:
        drawn.append(element("polyline", points=" ".join(f"{x:.1f},{up:.1f}" for x, up in places), class_="curve"))
    for (x, up), (day, value) in zip(places, panel.points, strict=True):
        title = element("title", f"{words.day(day)}: {value:g} {panel.unit}".strip())
        drawn.append(element("circle", title, cx=x, cy=up, r=3.5, class_="point"))
    (x, up), (_, value) = places[-1], panel.points[-1]
    said = f"{value:,.4g} {panel.unit}".strip()
    drawn.append(_text((x, up - 7), said, "value end" if x > width - 120 else "value"))
    return drawn


def _line(start: tuple[float, float], end: tuple[float, float], kind: str) -> Markup:
    return element("line", x1=start[0], y1=start[1], x2=end[0], y2=end[1], class_=kind)


def _rect(corner: tuple[float, float], size: tuple[float, float], kind: str, *children: str) -> Markup:
    return element(
        "rect", *children, x=corner[0], y=corner[1], width=max(size[0], 1.0), height=max(size[1], 1.0), class_=kind
    )


def _text(place: tuple[float, float], said: str, kind: str) -> Markup:
    return element("text", said, x=place[0], y=place[1], class_=kind)
