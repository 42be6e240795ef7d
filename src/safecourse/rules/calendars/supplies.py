"""Capsules: for which days each supply lasts, and when a course can be expected to end."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import cast

from safecourse.course.model import Event
from safecourse.days import NEVER, OPEN
from safecourse.rulebook.regimens import Regimen
from safecourse.rules.calendars import words
from safecourse.rules.calendars.entries import Entry, single
from safecourse.rules.calendars.records import Record
from safecourse.rules.dose_folds import STANDARD

CAPSULES = ("isotretinoin", "absorica", "absorica-ld")
NOT_SAID = 0.0  # no amount a day is written on the prescription


@dataclass(frozen=True, slots=True)
class Supply:
    """The days that a supply lasts, its product and its milligrams a day (NOT_SAID where nobody wrote them down)."""

    on: int
    until: int
    product: str
    mg_per_day: float


def supplies_of(record: Record) -> tuple[Supply, ...]:
    """Supplies used up one after another, each from its dispense on or after the one before.

    A course that was stopped and not taken up again ends the last one.
    """
    found: list[Supply] = []
    cursor = NEVER
    entries = record.days_of("enrolled")
    for one in record.events("dispensed"):
        if any(cursor != NEVER and found[-1].on < day <= one.day for day in entries):
            cursor = NEVER  # what is left of an earlier course isn't taken in this one
        prescribed = [each for each in record.events("prescribed") if not each.day > one.day]
        product, mg = _prescribed(prescribed[-1]) if prescribed else (record.product, NOT_SAID)
        first = max(cursor, one.day)
        cursor = first + cast(int, one.fields["days_supply"])
        found.append(Supply(first, cursor - 1, product, mg))
    over = [first for first, last in record.stops if last == OPEN]
    if over:
        found = [Supply(one.on, min(one.until, over[0]), one.product, one.mg_per_day) for one in found]
        found = [one for one in found if not one.until < one.on]
    return tuple(found)


def _prescribed(prescription: Event) -> tuple[str, float]:
    return cast(str, prescription.fields["product"]), cast(float, prescription.fields.get("mg_per_day", NOT_SAID))


def expected_supply(record: Record, on: int) -> Supply:
    """What the last prescription gives if it is handed over on a day."""
    prescription = record.events("prescribed")[-1]
    product, mg = _prescribed(prescription)
    return Supply(on, on + cast(int, prescription.fields["days_supply"]) - 1, product, mg)


def capsule_entry(supply: Supply, programme: str, regimen: tuple[Regimen, ...], *, expected: bool) -> Entry:
    """The entry of one supply."""
    name = words.products((supply.product,))
    what = f"{name[:1].upper()}{name[1:]}"
    amount = f"{supply.mg_per_day:g} mg a day" if supply.mg_per_day else "the amount a day is not recorded"
    parts = [f"{what}: {amount}."]
    for one in regimen:
        parts += _how_to_take(one)
    if expected:
        parts.append("Expected, once it is handed over.")
    return Entry(supply.on, supply.until, "capsule", programme, " ".join(parts))


def _how_to_take(regimen: Regimen) -> list[str]:
    parts = []
    for limit in regimen.limits_of("doses-per-day"):
        span = f"{limit.most:g}" if limit.least == limit.most else f"{limit.least:g} or {limit.most:g}"
        parts.append(f"In {span} {'dose' if limit.most == 1 else 'doses'} a day.")
    for limit in regimen.limits_of("with-food"):
        parts.append("With a meal." if limit.most == 1 else "With or without food.")
    return parts


# ---- the end --------------------------------------------------------------------------------------------


def end_entries(record: Record, regimen: Regimen, programme: str, supplies: tuple[Supply, ...]) -> list[Entry]:
    """The end that was recorded, or the ends to be expected: by weeks, and by the amount of a whole course."""
    over = [first for first, last in record.stops if last == OPEN]
    if over:
        return [single(over[0], "end", programme, "Treatment was stopped.")]
    begin = _begin(record, supplies)
    found = []
    for limit in regimen.limits_of("course-weeks"):
        detail = f"Expected: a course usually lasts {limit.least:g} to {limit.most:g} weeks.{words.unverified(limit)}"
        first, last = (begin + math.ceil(weeks * 7) - 1 for weeks in (limit.least, limit.most))
        found.append(Entry(first, last, "end", programme, detail))
    for limit in regimen.limits_of("total-mg-per-kg"):
        kg, rate = _kilograms(record), supplies[-1].mg_per_day if supplies else NOT_SAID
        reached = [_reached(record, supplies, kg * target) for target in (limit.least, limit.most)] if kg else []
        if rate and reached and OPEN not in reached:
            first, last = reached
            detail = (
                f"Expected at {rate:g} mg a day and {kg:g} kg: {limit.least:g} to {limit.most:g} mg for each "
                f"kilogram will have been taken.{words.unverified(limit)}"
            )
            found.append(Entry(first, last, "end", programme, detail))
    return found


def _begin(record: Record, supplies: tuple[Supply, ...]) -> int:
    entered = max(record.days_of("enrolled"), default=NEVER)
    begun = [day for day in record.days_of("treatment-started", "dose-taken", "dispensed") if not day < entered]
    return min(begun) if begun else supplies[-1].on


def _kilograms(record: Record) -> float:
    weights = record.events("weight")
    return cast(float, weights[-1].fields["kg"]) if weights else 0.0


def _reached(record: Record, supplies: tuple[Supply, ...], target: float) -> int:
    """The day on which an amount (mg of ordinary isotretinoin) is reached at the last rate; OPEN if nobody can say."""
    entered = max(record.days_of("enrolled"), default=NEVER)
    ours = [one for one in supplies if not one.on < entered]
    if any(not one.mg_per_day for one in ours) or not ours:
        return OPEN
    given, day = 0.0, ours[0].on - 1
    for one in ours:
        rate = one.mg_per_day / STANDARD.get(one.product, 1.0)
        needed = math.ceil((target - given) / rate)
        if not needed > one.until - one.on + 1:
            return one.on + max(needed, 1) - 1
        given += rate * (one.until - one.on + 1)
        day = one.until
    rate = ours[-1].mg_per_day / STANDARD.get(ours[-1].product, 1.0)
    return day + math.ceil((target - given) / rate)
