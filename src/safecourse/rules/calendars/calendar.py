"""The calendar of a course: one programme after another, each by its version in force."""

from __future__ import annotations

from typing import cast

from safecourse import days
from safecourse.course.model import Course
from safecourse.rulebook import library
from safecourse.rulebook.model import Programme
from safecourse.rules.calendars import creams, words
from safecourse.rules.calendars.entries import Entry, in_order, single
from safecourse.rules.calendars.records import Record, record_of


class NothingToPlan(ValueError):
    """A course for which no calendar can be made: what is missing, and what to do."""


def calendar_of(course: Course, *, rules: str = "") -> tuple[Entry, ...]:
    """The calendar of a course under all its programmes, sorted by day.

    Each programme speaks by the version in force on the day of the last
    event, or on the day ``rules`` (ISO). NothingToPlan if nothing was
    prescribed; NoVersionInForce or NoSuchProgramme from the library.
    """
    record = record_of(course)
    _refuse_nothing(record)
    day = days.parse_day(rules) if rules else record.last_day
    versions = [library.programme(one, day) for one in course.programmes]
    entries = [entry for one in versions for entry in _under(record, one)]
    return in_order(entries)


def calendar_under(course: Course, programme: Programme) -> tuple[Entry, ...]:
    """The calendar of a course under one version of a programme, whatever programmes the course names."""
    record = record_of(course)
    _refuse_nothing(record)
    return in_order(_under(record, programme))


def _refuse_nothing(record: Record) -> None:
    if not record.events("prescribed"):
        raise NothingToPlan("nothing was prescribed yet: record a `prescribed` event, then ask for the calendar again")


def _under(record: Record, programme: Programme) -> list[Entry]:
    if not programme.regimens:
        return []
    prescribed, given = record.events("prescribed")[-1], words.products((record.product,))
    regimens = [one for one in programme.regimens if record.product in one.products]
    if not regimens:
        planned = words.products(tuple(dict.fromkeys(each for one in programme.regimens for each in one.products)))
        detail = f"Prescribed was {given}; this programme plans {planned} only, so nothing is planned here."
        return [single(prescribed.day, "prescription", programme.id, detail)]
    regimen = regimens[0]
    entries = [single(prescribed.day, "prescription", programme.id, f"Prescribed: {given}.")]
    if regimen.form == "application":
        rate = cast(float, prescribed.fields.get("applications_per_week", 0))
        numbers = creams.numbers_of(regimen, rate)
        entries += creams.entries_of(creams.Cream(programme.id, regimen, numbers, record, rate))
    return entries
