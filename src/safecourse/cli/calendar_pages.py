"""A calendar on paper: a month a page, set by typst with the fonts that come with it. Titles are discreet."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import typst

from safecourse import days
from safecourse.cli.calendar_files import title_of
from safecourse.days import OPEN_EDGE
from safecourse.rules.calendars import Entry, What

_TEMPLATE = Path(__file__).resolve().parent / "calendar.typ"
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_NOTICE = (
    "Tick a box when it is done. What was missed is not made up for. Ask your doctor or pharmacist before you change "
    "anything. Not medical advice."
)
# Points on paper: the weeks of a month, the edges of a day, and what stands in it.
_ROOM, _EDGES, _CHIP = 430.0, 10.0, 15.0
_KIND: dict[What, str] = {"application": "dose", "capsule": "dose", "rest": "free", "end": "end"}  # all others: event


def calendar_pages(entries: tuple[Entry, ...], country: str = "") -> bytes:
    """The months that have entries as an accessible PDF (PDF/UA-1), on the paper of the country."""
    made: bytes = typst.compile(
        str(_TEMPLATE),
        format="pdf",
        pdf_standards="ua-1",
        ignore_system_fonts=True,
        sys_inputs={"calendar": _inputs(entries, country)},
    )
    return made


def _inputs(entries: tuple[Entry, ...], country: str) -> str:
    # As data, not as markup: what stands in an entry can't become a command of the typesetter.
    return json.dumps(
        {
            "title": "Calendar",
            "paper": "us-letter" if country in ("US", "CA") else "a4",
            "weekdays": _WEEKDAYS,
            "notice": _NOTICE,
            "months": [_month(year, month, entries) for year, month in _months(entries)],
        }
    )


def _last(one: Entry, entries: tuple[Entry, ...]) -> int:
    """The last day that is drawn of an entry; one whose end nobody knows is drawn as far as the calendar goes."""
    if one.until < OPEN_EDGE:
        return one.until
    return max([one.on, *(each.until for each in entries if each.until < OPEN_EDGE)])


def _months(entries: tuple[Entry, ...]) -> list[tuple[int, int]]:
    found: set[tuple[int, int]] = set()
    for one in entries:
        for day in {*range(one.on, _last(one, entries) + 1, 28), _last(one, entries)}:
            date = days.calendar_date(day)
            found.add((date.year, date.month))
    return sorted(found)


def _month(year: int, month: int, entries: tuple[Entry, ...]) -> dict[str, Any]:
    first = days.parse_day(f"{year:04}-{month:02}-01")
    after = days.add_months(first, 1, "earlier")
    lead = days.calendar_date(first).weekday()
    cells: list[dict[str, Any] | None] = [None] * lead
    cells += [{"number": day - first + 1, "chips": _chips(day, entries)} for day in range(first, after)]
    cells += [None] * (-len(cells) % 7)
    weeks = [cells[place : place + 7] for place in range(0, len(cells), 7)]
    crowded = max(len(cell["chips"]) for cell in cells if cell)
    needed, room = crowded * _CHIP, _ROOM / len(weeks) - _EDGES
    return {"name": f"{days.calendar_date(first):%B %Y}", "weeks": weeks, "scale": min(1.0, room / max(needed, 1.0))}


def _chips(day: int, entries: tuple[Entry, ...]) -> list[dict[str, Any]]:
    """What stands in a day, each title once, doses first."""
    chips: dict[str, dict[str, Any]] = {}
    for one in entries:
        if one.on <= day <= _last(one, entries):
            kind = _KIND.get(one.what, "event")
            title = title_of(one).removesuffix(" days").removesuffix(" day")
            title = "Last day" if one.what == "end" else title
            chips.setdefault(title, {"title": title, "kind": kind, "done": one.detail.startswith("Done")})
    return sorted(chips.values(), key=lambda chip: ("dose", "end", "event", "free").index(chip["kind"]))
