"""Civil days as integers.

A day is the number of days since 1970-01-01 (Arrow ``date32``). Three things
are never confused, and none of them is None: *never* (it did not happen) is
NEVER, *open-ended* (a window has no such edge) is OPEN, and *unknown* is not a
number at all; it travels beside the numbers, as a bit.
"""

from __future__ import annotations

import functools
import re
from datetime import UTC, date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

Overflow = Literal["earlier", "later"]

# Both fit in int32 with room for any offset that a rule may add (at most
# OFFSET_LIMIT days), so window arithmetic can neither wrap nor reach a real day.
NEVER = -1_000_000_000
OPEN = 1_000_000_000
OFFSET_LIMIT = 100_000
EARLIEST = -719_162  # 0001-01-01
LATEST = 2_932_896  # 9999-12-31
NEVER_EDGE = -500_000_000  # below it: never, whatever offset was added
OPEN_EDGE = 500_000_000  # above it: open-ended, whatever offset was added

_EPOCH = date(1970, 1, 1).toordinal()
_FIRST_INSTANT = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})\Z"
)


def day_number(day: date) -> int:
    """The day number of a calendar date."""
    return day.toordinal() - _EPOCH


def calendar_date(day: int) -> date:
    """The calendar date of a real day number; OverflowError or ValueError for a sentinel."""
    return date.fromordinal(day + _EPOCH)


def parse_day(text: str) -> int:
    """The day number of ``YYYY-MM-DD``; ValueError if it isn't written so or doesn't exist."""
    if not _DAY.match(text):
        raise ValueError("a day is written YYYY-MM-DD")
    return day_number(date.fromisoformat(text))


def parse_instant(text: str) -> datetime:
    """An aware datetime from ISO 8601 with offset; ValueError if the offset or the day is missing."""
    if not _INSTANT.match(text):
        raise ValueError("an instant is written YYYY-MM-DDThh:mm with an offset, such as -04:00 or Z")
    return datetime.fromisoformat(text)


@functools.lru_cache(maxsize=65_536)
def iso(day: int) -> str:
    """A day number as the contract writes it: a day, ``never`` or ``open-ended``."""
    if day < NEVER_EDGE:
        return "never"
    if day > OPEN_EDGE:
        return "open-ended"
    return calendar_date(day).isoformat()


@functools.lru_cache(maxsize=65_536)
def add_months(day: int, months: int, overflow: Overflow) -> int:
    """The same day of the month ``months`` later (or earlier, if negative).

    Where that day doesn't exist, ``overflow`` says which neighbour is meant:
    ``earlier`` the last day of that month, ``later`` the first of the next.
    There is no default, because either may be the unsafe one. NEVER and OPEN
    stay what they are.
    """
    if not EARLIEST <= day <= LATEST:
        return day
    start = calendar_date(day)
    month = start.year * 12 + start.month - 1 + months
    year, month = divmod(month, 12)
    if not 1 <= year <= 9999:
        raise OverflowError(f"{months} months from {start.isoformat()} leaves the calendar")
    try:
        return day_number(date(year, month + 1, start.day))
    except ValueError:
        following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
        return day_number(following) - (1 if overflow == "earlier" else 0)


def day_in_zone(instant: datetime, zone: ZoneInfo) -> int:
    """The civil day of an aware instant in a time zone."""
    return day_number(instant.astimezone(zone).date())


def last_second(day: int, zone: ZoneInfo) -> datetime:
    """23:59:59 of a day in a zone, as an aware instant."""
    moment = calendar_date(day)
    return datetime(moment.year, moment.month, moment.day, 23, 59, 59, tzinfo=zone)


def microseconds(instant: datetime) -> int:
    """Whole microseconds since 1970 of an aware instant; orders events within a day."""
    return (instant - _FIRST_INSTANT) // _MICROSECOND
