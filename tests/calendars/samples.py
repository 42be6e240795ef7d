"""Regimens as plain numbers, programmes made of them, and courses under them as plain documents."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from datetime import date, timedelta
from random import Random
from typing import Any

from safecourse.course.model import Course
from safecourse.course.reading import course_from_document
from safecourse.rulebook.loading import programme_from_text
from safecourse.rulebook.model import Programme
from safecourse.rules.calendars import Entry, calendar_under

Document = dict[str, Any]
START = date(2026, 3, 2)  # a Monday

TOP = """
format = 1
id = "us-imiquimod-5-keratosis"
title = "A regimen"
medicine = "imiquimod"
country = "US"
governed_by = "decision"
timezone = "UTC"
changes = ["none"]
in_force = { from = 2015-01-01, grade = "official" }
[[source]]
id = "s"
title = "t"
url = "u"
seen = "2026"
[[fact]]
name = "prescribed"
fold = "last"
event = "prescribed"
says = "the last prescription"
[[step]]
name = "prescribe"
raises = ["prescribed"]
event = "prescribed"
fields = { product = "imiquimod-5", days_supply = 28 }
does = "Prescribe."
[[requirement]]
id = "was-prescribed"
gate = ["dispense", "take"]
binding = "must"
observe = "prescribed"
closes = ["as_of", 0]
says = "It was prescribed."
fix = "Prescribe it."
source = "s"
grade = "official"
"""
SHOWN = (
    "hours-on-skin",
    "units-per-dose",
    "units-per-course",
    "doses-per-day",
    "with-food",
    "assess-after",
    "follow-up",
)
ADVICE = ("mg-per-kg-day", "adult-mg-per-kg-day", "total-mg-per-kg", "course-weeks")
Limits = Mapping[str, Mapping[str, float]]

# The regimens of the labels, as the facts state them.
REGIMENS: Mapping[str, Limits] = {
    "us-keratosis-5": {
        "times-per-day": {"most": 1},
        "times-per-week": {"most": 2},
        "days-apart": {"least": 2},
        "course-days": {"most": 112},
        "rests": {},
        "hours-on-skin": {"least": 8, "most": 8},
        "assess-after": {"least": 56},
    },
    "eu-keratosis-5": {
        "times-per-day": {"most": 1},
        "times-per-week": {"most": 3},
        "days-apart": {"least": 2},
        "course-days": {"most": 28},
        "second-course": {"least": 28},
        "rests": {},
    },
    "keratosis-3.75": {
        "times-per-day": {"most": 1},
        "cycle": {"on": 14, "off": 14, "rounds": 2},
        "rests": {},
        "assess-after": {"least": 56},
    },
    "carcinoma-5": {
        "times-per-day": {"most": 1},
        "times-per-week": {"most": 5},
        "course-days": {"most": 42},
        "rests": {},
        "assess-after": {"least": 84},
        "follow-up": {"least": 365},
    },
    "warts-5": {
        "times-per-day": {"most": 1},
        "times-per-week": {"most": 3},
        "days-apart": {"least": 2},
        "course-days": {"most": 112},
        "until-clear": {},
        "rests": {},
        "hours-on-skin": {"least": 6, "most": 10},
    },
    "warts-3.75": {
        "times-per-day": {"most": 1},
        "course-days": {"most": 56},
        "until-clear": {},
        "rests": {},
    },
    "pimecrolimus": {
        "times-per-day": {"most": 2},
        "flares": {},
        "reassess": {"most": 42, "off": 7},
        "rests": {},
    },
}


@functools.lru_cache(maxsize=64)
def _programme(text: str) -> Programme:
    return programme_from_text(text, "sample.toml")


def programme(limits: Limits, product: str = "imiquimod-5", form: str = "application") -> Programme:
    """A programme with one regimen, and no rule beside it but that something was prescribed."""
    text = f'{TOP}[[regimen]]\nid = "r"\nproduct = "{product}"\nform = "{form}"\n'
    for kind, numbers in limits.items():
        pairs = "".join(f"{key} = {value}\n" for key, value in numbers.items())
        binding = "shown" if kind in SHOWN else "advice" if kind in ADVICE else "must"
        text += f'[[regimen.limit]]\nkind = "{kind}"\n{pairs}binding = "{binding}"\nsource = "s"\ngrade = "official"\n'
    return _programme(text)


def event(day: int, kind: str, **fields: Any) -> Document:
    """An event on a day, counted from START."""
    return {"event": kind, "on": (START + timedelta(day)).isoformat(), **fields}


def document(*events: Document, product: str = "imiquimod-5", prescribed: int = 0, **fields: str) -> Document:
    """A course under which something was prescribed on a day."""
    first = event(prescribed, "prescribed", product=product, days_supply="28", **fields)
    return {
        "safecourse": "1",
        "programme": "us-imiquimod-5-keratosis",
        "covers": "complete",
        "events": [first, *events],
    }


def course(*events: Document, **fields: Any) -> Course:
    """The same as a course."""
    return course_from_document(document(*events, **fields))


def entries(limits: Limits, *events: Document, product: str = "imiquimod-5", **fields: Any) -> tuple[Entry, ...]:
    """The calendar of such a course under a regimen."""
    return calendar_under(course(*events, product=product, **fields), programme(limits, product))


def days_of(those: tuple[Entry, ...], what: str) -> list[int]:
    """The days of some entries, counted from START."""
    origin = (START - date(1970, 1, 1)).days
    return [one.on - origin for one in those if one.what == what]


def spans(those: tuple[Entry, ...], what: str) -> list[tuple[int, int]]:
    """First and last days of some entries, counted from START."""
    origin = (START - date(1970, 1, 1)).days
    return [(one.on - origin, one.until - origin) for one in those if one.what == what]


# ---- courses drawn at random ------------------------------------------------------------------------------


def drawn(seed: int, limits: Limits) -> Document:
    """A course under a regimen: kept, with moved and missed doses, rests, stops and assessments, or hardly begun."""
    random = Random(seed)
    length = int(limits.get("course-days", {}).get("most", 42))
    events: list[Document] = []
    start = random.choice((0, 0, 1, 5))
    if random.random() < 0.3:
        events.append(event(start, "dispensed", days_supply="28"))
    if random.random() < 0.6:
        events.append(event(start, "treatment-started"))
    if random.random() < 0.7:
        events += _diary(random, start, length)
    for _ in range(random.choice((0, 0, 1, 1, 2))):
        rest = start + random.choice((-1, 0, 3, 7, 14, 27, 28, length - 1)) + random.randrange(3)
        events.append(event(rest, "rest-started"))
        if random.random() < 0.8:
            events.append(event(rest + random.choice((0, 1, 5, 9, 14)), "rest-ended"))
    if random.random() < 0.15:
        stop = start + random.randrange(length)
        events.append(event(stop, random.choice(("treatment-stopped", "discontinued"))))
        if random.random() < 0.5:
            events.append(event(stop + random.randrange(9), "treatment-started"))
    for _ in range(random.choice((0, 0, 1, 2))):
        when = start + random.choice((length // 2, length - 1, length, length + 27, length + 28, length + 30))
        found = random.choice(("clear", "clear", "partial", "none", "worse", "almost-clear"))
        events.append(event(when, "outcome", assessment=found))
    if random.random() < 0.3:
        again = start + length + random.choice((0, 27, 28, 29, 40))
        events.append(event(again, random.choice(("treatment-started", "dose-taken"))))
    events = [one for one in events if one["on"] >= START.isoformat()]
    random.shuffle(events)
    rate = {} if random.random() < 0.8 else {"applications_per_week": random.choice(("1", "2", "3", "5", "7", "0.5"))}
    return document(*events, **rate)


def _diary(random: Random, start: int, length: int) -> list[Document]:
    """Doses as written down, more or less in the rhythm, up to some day."""
    kept = start + random.choice((0, 1, 10, 30, length - 1, length + 5))
    step = random.choice((1, 2, 3, 3, 4))
    events, day = [], start
    while not day > kept:
        fate = random.random()
        if fate < 0.75:
            events.append(event(day, "dose-taken"))
        elif fate < 0.85:
            events.append(event(day, "dose-skipped"))
        day += max(1, step + random.choice((0, 0, 0, 1, -1)))
    if random.random() < 0.1 and events:
        events.append(dict(events[-1], hours_on_skin="8"))  # a second one on the same day
    return events
