"""Courses to measure with: us-ipledge from enrolment through some months, most of them in order and some not."""

from __future__ import annotations

from datetime import datetime
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from safecourse import days
from safecourse.course.model import Course, Event, Patient

PROGRAMME = "us-ipledge"
ZONE = ZoneInfo("America/New_York")
TODAY = days.parse_day("2027-06-10")  # all under the version of 2026-11-15
AT = datetime(2027, 6, 10, 12, tzinfo=ZONE)
METHODS = ("combined-pill", "male-condom")


def course(months: int, seed: int = 0, *, lean: bool = False) -> Course:
    """A course in its ``months``-th month; ``seed`` bends it, 0 leaves it in order. ``lean``: old months say less."""
    random = Random(seed)
    events: list[Event] = []

    def pick(*choices: Any) -> Any:
        return random.choice(choices) if seed else choices[0]

    def add(kind: str, day: int, **fields: Any) -> None:
        if seed == 0 or random.random() > 0.01:
            events.append(Event(kind, day, -1, fields, "", len(events)))

    window = TODAY - pick(3, 0, 1, 5, 6, 6, 7, 9)
    start = window - 30 * months - 2
    can = seed == 0 or random.random() < 0.7
    category = "can-become-pregnant" if can else "cannot-become-pregnant"
    add("certified", start - 300, role="prescriber")
    add("certified", TODAY - pick(30, 200, 364, 366), role="pharmacy")
    add("classified", start, category=category, criteria=() if can else ("cisgender-male",))
    add("enrolled", start)
    for form in ("patient-information", "birth-defects") if can else ("patient-information",):
        add("form-signed", start, form=form, by="patient")
        add("form-signed", start, form=form, by="prescriber")
    add("counselled", start, by="prescriber")
    if can:
        add("contraception", start, by="prescriber", methods=METHODS, since=start - pick(0, 5))
        add("pregnancy-test", start, result="negative", setting="medical")
    for month in range(1, months + 1):
        last = month == months
        _month(add, pick, window - 30 * (months - month), can=can, last=last, lean=lean and not last)
    if seed and random.random() < 0.02:
        add("pregnancy-test", TODAY - 1, result="positive", setting="home")
    if seed and random.random() < 0.03:
        add("contraception-lapse", TODAY - 2, what="missed-pill")
    events.sort(key=lambda one: (one.day, one.moment))
    born = days.parse_day("2002-02-14") + random.randint(-3000, 3000)
    cycles: Any = pick("regular", *["regular", "irregular"] * 20, "")
    patient = Patient(born, category, cycles)  # type: ignore[arg-type] # one of these words
    return Course((PROGRAMME,), patient, True, (), tuple(events))


def _month(add: Any, pick: Any, day: int, *, can: bool, last: bool, lean: bool) -> None:
    if can:
        add("menses-started", day - pick(2, 0, 1, 1, 2, 3, 3, 4, 4, 5))
        add("pregnancy-test", day, result="negative", setting="medical")
    add("monthly-confirmation", day, by="prescriber")
    if can and not lean:
        add("contraception", day, by="patient", methods=METHODS)
        add("questions-answered", day, passed=True)
    add("prescribed", day, product="isotretinoin", days_supply=pick(30, 30, 30, 30, 31))
    if not last:
        add("dispensed", day + 2, days_supply=30)
