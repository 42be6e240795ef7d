"""The timeline: two drawings of the same course, lying for wide screens and paper, upright for a phone."""

from __future__ import annotations

from dataclasses import dataclass

from safecourse import days
from safecourse.report import words
from safecourse.report.events import COUNTS, LANES, LATER, STRUCK, Mark, details, kind_words
from safecourse.report.layout import Item, lay_out, supply_end
from safecourse.report.markup import Markup, element, free, join
from safecourse.report.scale import Scale, scale_of

WIDE, LABELS, ROW, ROWS = 940.0, 148.0, 24.0, 5
NARROW, DATES, HEADS = 344.0, 46.0, 34.0
UPRIGHT_DAY, TALLEST = 7.0, 1300.0  # a day's height on a phone, unless the course is long


@dataclass(frozen=True, slots=True)
class Band:
    """A window of an act, as days; ``name`` says of which act."""

    name: str
    first: int
    last: int

    @property
    def says(self) -> str:
        """The band in words."""
        return f"{self.name}: {words.day(self.first)} to {words.day(self.last)}"


@dataclass(frozen=True, slots=True)
class Picture:
    """All that a timeline shows."""

    key: str  # begins every id in the drawing
    marks: tuple[Mark, ...]
    bands: tuple[Band, ...]
    today: int
    instant: str


def draw(picture: Picture) -> Markup:
    """Both drawings, with their key and the same as a table."""
    return join(
        element("div", _lying(picture), class_="wide"),
        element("div", _upright(picture), class_="narrow"),
        _key(picture),
        _table(picture),
    )


def _days_shown(picture: Picture) -> list[int]:
    shown = [picture.today]
    for mark in picture.marks:
        shown += [mark.event.day, *([supply_end(mark) - 1] if mark.event.kind == "dispensed" else [])]
        if mark.event.kind == "service-outage":
            shown += [int(str(mark.event.fields["from"])), int(str(mark.event.fields["until"]))]
    for band in picture.bands:
        shown += [band.first, band.last]
    return shown


def _by_lane(picture: Picture) -> list[tuple[int, list[Mark]]]:
    lanes = [(place, [mark for mark in picture.marks if mark.lane is lane]) for place, lane in enumerate(LANES)]
    return [(place, marks) for place, marks in lanes if marks]


def _svg(picture: Picture, kind: str, size: tuple[float, float], *children: str) -> Markup:
    title, desc = f"{picture.key}-{kind}-title", f"{picture.key}-{kind}-desc"
    width, height = size
    return element(
        "svg",
        element("title", "Timeline of the course", id=title),
        element("desc", _described(picture), id=desc),
        *children,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {width:g} {height:g}",
        role="img",
        aria_labelledby=f"{title} {desc}",
        class_="timeline",
    )


def _described(picture: Picture) -> str:
    counts = [f"{LANES[place].name}: {words.number_of(len(marks), 'event')}" for place, marks in _by_lane(picture)] or [
        "No events"
    ]
    bands = [f"{band.says}." for band in picture.bands]
    return " ".join(
        [f"{'; '.join(counts)}.", *bands, f"The instant of this report is {picture.instant}.",
         "The table below lists every event."]
    )  # fmt: skip


def _line(start: tuple[float, float], end: tuple[float, float], kind: str) -> Markup:
    return element("line", x1=start[0], y1=start[1], x2=end[0], y2=end[1], class_=kind)


def _rect(corner: tuple[float, float], size: tuple[float, float], kind: str, *children: str, rx: float = 0) -> Markup:
    return element(
        "rect", *children, x=corner[0], y=corner[1], width=max(size[0], 1.0), height=max(size[1], 1.0),
        class_=kind, **({"rx": rx} if rx else {}),
    )  # fmt: skip


def _text(place: tuple[float, float], said: str, kind: str) -> Markup:
    return element("text", said, x=place[0], y=place[1], class_=kind)


def _badge(item: Item, corner: tuple[float, float]) -> Markup:
    """An item's box with its label; square if alarming, dashed if later, struck through if corrected."""
    kinds = " ".join(["mark", item.state, *(["alarm"] if item.alarming else [])])
    x, y = corner
    said = "; ".join(
        f"{mark.code} {kind_words(mark.event)}, {words.day(mark.event.day)}" + (f" ({mark.why})" if mark.why else "")
        for mark in item.marks
    )
    parts = [
        element("title", said),
        _rect((x, y), (item.width, 18.0), "box", rx=2 if item.alarming else 9),
        _text((x + item.width / 2, y + 13), item.label, "code"),
    ]
    if item.state == STRUCK:
        parts.append(_line((x + 2, y + 9), (x + item.width - 2, y + 9), "strike"))
    return element("g", *parts, class_=kinds)


# ---- lying -------------------------------------------------------------------------------------


def _lying(picture: Picture) -> Markup:
    """Days from left to right, a lane above the other."""
    scale = scale_of(_days_shown(picture), LABELS, WIDE - LABELS - 8)
    top = 44.0
    lanes: list[Markup] = []
    y = top
    for place, marks in _by_lane(picture):
        items = lay_out(marks, scale, ROWS, upright=False)
        height = ROW * (1 + max(item.row for item in items)) + 10
        lanes.append(_lying_lane(LANES[place].name, items, y, height))
        y += height
    for band in picture.bands:
        lanes.append(_lying_band(band, scale, y))
        y += ROW + 6
    now = scale.place(picture.today + 0.5)
    anchor = "now-label end" if now > WIDE - 120 else "now-label"
    instant = _line((now, 22.0), (now, y), "now")
    said = _text((now + (-5 if now > WIDE - 120 else 5), y + 15), words.day(picture.today), anchor)
    return _svg(
        picture,
        "wide",
        (WIDE, y + 22),
        *(_across(band, scale, top, y) for band in picture.bands[:1]),
        *_lying_axis(scale, top, y),
        *_outages(picture, scale, top, y),
        instant,
        *lanes,
        said,
    )


def _lying_axis(scale: Scale, top: float, bottom: float) -> list[Markup]:
    drawn = []
    for x, month, year in scale.ticks(36):
        drawn.append(_line((x, top - 8 if month else top - 4), (x, bottom), "grid"))
        if month:
            drawn += [_text((x + 3, top - 12), month, "tick"), _text((x + 3, top - 27), year, "tick year")]
    for one in scale.stretches:
        if one.cut:
            said = f"{one.last - one.first} days"
            drawn.append(_rect((one.start, top), (one.end - one.start, bottom - top), "cut", element("title", said)))
            if bottom - top > 70:
                x, y = (one.start + one.end) / 2 + 4, (top + bottom) / 2
                turned = {"transform": f"rotate(-90 {x:.1f} {y:.1f})"}
                drawn.append(element("text", said, x=x, y=y, class_="tick middle", **turned))
    drawn.append(_line((LABELS, top), (WIDE, top), "rule"))
    return drawn


def _lying_lane(name: str, items: tuple[Item, ...], y: float, height: float) -> Markup:
    drawn = [_text((0.0, y + 20), name, "lane"), _line((0.0, y + height), (WIDE, y + height), "rule")]
    for item in items:
        row = y + 6 + ROW * item.row
        if item.bar_end > item.bar_start:
            drawn.append(_rect((item.bar_start, row + 4), (item.bar_end - item.bar_start, 12.0), _bar_kind(item)))
    for item in items:
        drawn.append(_badge(item, (item.start, y + 7 + ROW * item.row)))
    return element("g", *drawn)


def _bar_kind(item: Item) -> str:
    return "supply" if item.state == COUNTS else "supply later" if item.state == LATER else "supply struck"


def _lying_band(band: Band, scale: Scale, y: float) -> Markup:
    start, end = scale.place(band.first), scale.place(band.last + 1)
    right = end < WIDE - 180
    said = f"{words.day(band.first, weekday=False)} to {words.day(band.last, weekday=False)}"
    return element(
        "g",
        _text((0.0, y + 20), band.name, "lane"),
        _rect((start, y + 8), (end - start, 14.0), "window", element("title", band.says), rx=2),
        _text((end + 6 if right else start - 6, y + 20), said, "band-label" if right else "band-label end"),
        _line((0.0, y + ROW + 6), (WIDE, y + ROW + 6), "rule"),
    )


def _across(band: Band, scale: Scale, top: float, bottom: float) -> Markup:
    start, end = scale.place(band.first), scale.place(band.last + 1)
    return _rect((start, top), (end - start, bottom - top), "band", element("title", band.says))


def _outages(picture: Picture, scale: Scale, top: float, bottom: float) -> list[Markup]:
    drawn = []
    for first, last in _outage_days(picture):
        start, end = scale.place(first), scale.place(last + 1)
        drawn.append(
            _rect((start, top), (end - start, bottom - top), "outage", element("title", "No patient could use it"))
        )
    return drawn


def _outage_days(picture: Picture) -> list[tuple[int, int]]:
    return [
        (int(str(mark.event.fields["from"])), int(str(mark.event.fields["until"])))
        for mark in picture.marks
        if mark.event.kind == "service-outage" and mark.state == COUNTS
    ]


# ---- upright -----------------------------------------------------------------------------------


def _upright(picture: Picture) -> Markup:
    """Days from top to bottom, a column beside the other."""
    shown = _days_shown(picture)
    height = max(240.0, min(UPRIGHT_DAY * scale_of(shown, 0, 1).days, TALLEST))
    scale = scale_of(shown, HEADS + 6, height)
    bottom = scale.stretches[-1].end
    columns = _columns(picture, scale)
    drawn: list[Markup] = []
    for band in picture.bands[:1]:
        start, end = scale.place(band.first), scale.place(band.last + 1)
        drawn.append(_rect((DATES, start), (NARROW - DATES, end - start), "band", element("title", band.says)))
    for first, last in _outage_days(picture):
        start, end = scale.place(first), scale.place(last + 1)
        drawn.append(_rect((DATES, start), (NARROW - DATES, end - start), "outage"))
    drawn += _upright_axis(scale)
    now = scale.place(picture.today + 0.5)
    drawn.append(_line((0.0, now), (NARROW, now), "now"))
    spare = (NARROW - DATES - sum(width for _, _, width in columns)) / max(1, len(columns))
    x = DATES
    for place, items, width in columns:
        drawn.append(_column(place, items, (x, x + width + spare), bottom))
        x += width + spare
    drawn.append(_text((0.0, now - 4), _short(picture.today), "now-label"))
    return _svg(picture, "narrow", (NARROW, bottom + 8), *drawn)


def _short(day: int) -> str:
    date = days.calendar_date(day)
    return f"{date.day} {words.MONTHS[date.month - 1]}"


def _columns(picture: Picture, scale: Scale) -> list[tuple[int, tuple[Item, ...], float]]:
    """Each lane's items and the width that they need, in as many rows as the page is wide enough for."""
    lanes = _by_lane(picture)
    columns: list[tuple[int, tuple[Item, ...], float]] = []
    for rows in (3, 2, 1):
        laid = [(place, lay_out(marks, scale, rows, upright=True)) for place, marks in lanes]
        columns = [(place, items, max(46.0, sum(_row_widths(items)) + 4)) for place, items in laid]
        if sum(width for _, _, width in columns) <= NARROW - DATES:
            break
    return columns


def _row_widths(items: tuple[Item, ...]) -> list[float]:
    rows = 1 + max(item.row for item in items)
    return [max(item.width for item in items if item.row == row) + 2 for row in range(rows)]


def _upright_axis(scale: Scale) -> list[Markup]:
    drawn = []
    for y, month, year in scale.ticks(30):
        drawn.append(_line((DATES - 6, y), (NARROW, y), "grid"))
        if month:
            drawn += [_text((0.0, y + 4), month, "tick"), _text((0.0, y + 17), year, "tick year")]
    for one in scale.stretches:
        if one.cut:
            drawn.append(_rect((0.0, one.start), (NARROW, one.end - one.start), "cut"))
            middle = (one.start + one.end) / 2 + 4
            drawn.append(_text((NARROW / 2, middle), f"{one.last - one.first} days", "tick middle"))
    return drawn


def _column(place: int, items: tuple[Item, ...], sides: tuple[float, float], bottom: float) -> Markup:
    left, right = sides
    middle = (left + right) / 2
    heads = LANES[place].short
    drawn = [
        _text((middle, 13.0 + 12 * line + (6 if len(heads) == 1 else 0)), said, "head")
        for line, said in enumerate(heads)
    ]
    drawn.append(_line((left, HEADS), (left, bottom), "rule"))
    widths = _row_widths(items)
    begin = middle - sum(widths) / 2
    supplied = [item for item in items if item.bar_end > item.bar_start]
    for turn, item in enumerate(supplied):  # by turns on either side, so that one doesn't hide where the next begins
        side = middle - 9 if turn % 2 else middle + 1
        drawn.append(_rect((side, item.bar_start), (8.0, item.bar_end - item.bar_start), _bar_kind(item)))
    for item in items:
        centre = begin + sum(widths[: item.row]) + widths[item.row] / 2
        drawn.append(_badge(item, (centre - item.width / 2, item.start)))
    return element("g", *drawn)


# ---- key and table -----------------------------------------------------------------------------


def _sample(*children: str) -> Markup:
    return element("svg", *children, viewBox="0 0 32 20", class_="sample", aria_hidden="true")


def _key(picture: Picture) -> Markup:
    """What the signs mean; only those that occur."""
    box = _rect((3.0, 1.0), (26.0, 18.0), "box", rx=9)
    square = _rect((3.0, 1.0), (26.0, 18.0), "box", rx=2)
    states = {mark.state for mark in picture.marks}
    found: list[tuple[Markup, str]] = [(_sample(_line((16.0, 0.0), (16.0, 20.0), "now")), picture.instant)]
    if COUNTS in states:
        found.append((_sample(element("g", box, class_="mark counts")), "event, by the number in the table"))
    if any(mark.alarming for mark in picture.marks):
        sign = element("g", square, class_="mark counts alarm")
        found.append((_sample(sign), "positive, invalid, failed, missed or serious"))
    if STRUCK in states:
        strike = _line((5.0, 10.0), (27.0, 10.0), "strike")
        found.append(
            (_sample(element("g", box, strike, class_="mark struck")), "corrected or returned: counts no more")
        )
    if LATER in states:
        found.append((_sample(element("g", box, class_="mark later")), "after the instant: not looked at"))
    if any(mark.event.kind == "dispensed" for mark in picture.marks):
        found.append((_sample(_rect((0.0, 4.0), (32.0, 12.0), "supply")), "days of supply"))
    if picture.bands:
        sample = _sample(_rect((0.0, 0.0), (32.0, 20.0), "band"))
        found.append((sample, f"{picture.bands[0].says} (both included)"))
    if _outage_days(picture):
        found.append((_sample(_rect((0.0, 0.0), (32.0, 20.0), "outage")), "service outage"))
    if any(one.cut for one in scale_of(_days_shown(picture), 0, 1).stretches):
        found.append((_sample(_rect((0.0, 0.0), (32.0, 20.0), "cut")), "days left out: nothing on record"))
    listed = [element("li", sign, element("span", said)) for sign, said in found]
    if len(states) > 1:
        mixed = element("span", "several in one, of which not all count")
        listed.append(element("li", _sample(element("g", box, class_="mark mixed")), mixed, class_="narrow"))
    return element("ul", *listed, class_="key")


def _table(picture: Picture) -> Markup:
    """The drawing as text: every event in order."""
    if not picture.marks:
        return element("p", "The course has no events yet.", class_="quiet")
    codes = {mark.event.id: mark.code for mark in picture.marks if mark.event.id}
    heads = element("tr", *(element("th", said, scope="col") for said in ("No.", "Day", "Event")))
    rows = [_row(mark, codes) for mark in picture.marks]
    table = element(
        "table",
        element("caption", "The events of the course, in order", class_="unseen"),
        element("thead", heads),
        element("tbody", *rows),
        class_="events",
    )
    summary = element("summary", f"What each number is: {words.number_of(len(rows), 'event')}")
    return element("details", summary, table, open="open" if len(rows) <= 30 else "")


def _row(mark: Mark, codes: dict[str, str]) -> Markup:
    event = mark.event
    said: list[Markup] = [element("b", kind_words(event))]
    phrases = details(event, codes)
    if phrases:
        said.append(join(": ", free("; ".join(phrases))))
    if mark.why:
        said.append(join(" ", element("span", mark.why, class_="chip")))
    kinds = " ".join([mark.state, *(["alarm"] if mark.alarming else [])])
    return element(
        "tr",
        element("th", element("span", mark.code, class_="number"), scope="row"),
        element("td", words.day(event.day), class_="day"),
        element("td", *said, class_="what"),
        class_=kinds,
    )
