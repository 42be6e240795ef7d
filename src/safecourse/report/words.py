"""Days, instants, amounts and outcomes in words that nobody misreads."""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from safecourse import days
from safecourse.rulebook.model import Gate, Grade

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
LONG_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
LONG_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

GATE_WORDS: dict[Gate, tuple[str, str]] = {
    "enrol": ("Enrol", "enter the programme"),
    "prescribe": ("Prescribe", "sign a prescription"),
    "dispense": ("Dispense", "hand the medicine over"),
    "take": ("Take", "today's capsule or application"),
    "finish": ("Finish", "close the course"),
}
GRADE_WORDS: dict[Grade, str] = {
    "official": "read at the regulator or in law",
    "professional": "read in a guideline, a paper, or a copy of a form or label",
    "secondary": "read where somebody else restates it",
    "unverified": "no source that was read states it; carried with an assumption",
}
CATEGORY_WORDS = {
    "can-become-pregnant": "can become pregnant",
    "cannot-become-pregnant": "cannot become pregnant",
    "contraception-not-required": "contraception not required",
}
_UNITS = {
    "days": "day", "mg": "mg", "mm": "mm", "count": "", "mg/dL": "mg/dL", "U/L": "U/L",
    "upper-limit": "times the upper limit",
}  # fmt: skip

_ISO_DAY = re.compile(r"\b[0-9]{4}-[0-9]{2}-[0-9]{2}\b")

Value = str | int | float


def day(number: int, *, weekday: bool = True) -> str:
    """A day number as ``Wed 7 Oct 2026``."""
    date = days.calendar_date(number)
    written = f"{date.day} {MONTHS[date.month - 1]} {date.year}"
    return f"{WEEKDAYS[date.weekday()]} {written}" if weekday else written


def iso_day(written: str) -> str:
    """The same of an ISO day."""
    return day(days.parse_day(written))


def plain_days(said: str) -> str:
    """A text in which ISO days are written as ``7 Oct 2026``."""
    return _ISO_DAY.sub(lambda found: _plain_day(found[0]), said)


def _plain_day(written: str) -> str:
    try:
        return day(days.parse_day(written), weekday=False)
    except ValueError:
        return written  # it only looks like a day


def place(zone: ZoneInfo) -> str:
    """The place that a zone is named after: ``New York``."""
    return zone.key.rsplit("/", 1)[-1].replace("_", " ")


def instant(moment: datetime, zone: ZoneInfo) -> str:
    """An instant as ``Wed 7 Oct 2026, 12:00 New York``; with its offset where the clock shows that time twice."""
    local = moment.astimezone(zone)
    twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    offset = f" ({offset_of(local)})" if twice else ""
    return f"{day(days.day_number(local.date()))}, {local:%H:%M} {place(zone)}{offset}"


def offset_of(local: datetime) -> str:
    """The offset of an aware instant as ``UTC-04:00``, with a true minus."""
    written = f"{local:%z}"
    return f"UTC{written[:3]}:{written[3:5]}".replace("-", "\u2212")


def number_of(count: int, one: str, many: str = "") -> str:
    """``1 rule``, ``2 rules``."""
    return f"{count} {one if count == 1 else many or one + 's'}"


def amount(value: float, unit: str) -> str:
    """An amount with its unit, if the unit has a name."""
    written = f"{value:g}"
    name = _UNITS.get(unit, "")
    if name == "day":
        return f"{written} day" if value == 1 else f"{written} days"
    return f"{written} {name}" if name else written


def value(seen: Value, unit: str) -> str:
    """What a finding observed: a day, an amount, or the word never or unknown."""
    if isinstance(seen, str):
        if seen == "never":
            return "never"
        if seen == "unknown":
            return "the record doesn't say"
        return seen.replace("-", " ") if seen == "open-ended" else iso_day(seen)
    return amount(seen, unit)


def window(opens: Value, closes: Value, unit: str, *, forbid: bool) -> str:
    """A finding's window as a phrase; empty where it has no edge to tell of."""
    if "unknown" in (opens, closes):
        return "depends on a day that the record doesn't say"
    if "never" in (opens, closes):
        return "counts from something that hasn't happened"
    said = _range(opens, closes, unit)
    if forbid:
        return f"nothing {said}" if said else "that it never happened"
    return said or ("that it happened" if unit == "day" else "any amount")


def _range(opens: Value, closes: Value, unit: str) -> str:
    low, high = (_edge(one, unit) for one in (opens, closes))
    if unit == "day":
        if low and high:
            return f"on {low}" if low == high else f"from {low} to {high}"
        return f"on or after {low}" if low else f"on or before {high}" if high else ""
    if low and high:
        return f"exactly {low}" if low == high else f"{low} to {high}"
    return f"at least {low}" if low else f"at most {high}" if high else ""


def _edge(edge: Value, unit: str) -> str:
    return "" if edge == "open-ended" else value(edge, unit)
