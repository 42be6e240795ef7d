"""The calendar of a course: one programme after another, each by its version in force."""

from __future__ import annotations

from typing import cast

from safecourse import days
from safecourse.course.model import Course
from safecourse.days import NEVER, OPEN, OPEN_EDGE
from safecourse.rulebook import library
from safecourse.rulebook.model import Programme
from safecourse.rulebook.regimens import Regimen
from safecourse.rules.calendars import creams, flares, months, supplies, words
from safecourse.rules.calendars.entries import Entry, in_order, single
from safecourse.rules.calendars.governed import Governed
from safecourse.rules.calendars.records import Record, record_of
from safecourse.rules.calendars.schedules import after_the_course, scheduled
from safecourse.rules.ledger import with_steps
from safecourse.rules.schedules import schedules_for

_MOST_MONTHS = 13  # no course is expected to last longer


class NothingToPlan(ValueError):
    """A course for which no calendar can be made: what is missing, and what to do."""


def calendar_of(course: Course, *, rules: str = "", schedule: str = "") -> tuple[Entry, ...]:
    """The calendar of a course under all its programmes, sorted by day.

    Each regimen is that of the version in force on the day of the last event;
    what is planned for later days goes by the versions in force then. ``rules``
    is a day (ISO) whose version is used for everything instead; ``schedule``
    names the schedule of tests to go by, the first of each programme if left
    out. NothingToPlan if nothing was prescribed or no programme says how it is
    used; NoSuchSchedule if no programme has that schedule; NoVersionInForce or
    NoSuchProgramme from the library.
    """
    record = record_of(course)
    _refuse_nothing(record)
    governed = []
    for one in course.programmes:
        version = library.programme(one, days.parse_day(rules) if rules else record.last_day)
        governed.append(Governed(version, (version,) if rules else library.versions(one)))
    return _calendar(course, record, governed, schedule)


def calendar_under(course: Course, programme: Programme, *, schedule: str = "") -> tuple[Entry, ...]:
    """The calendar of a course under one version of a programme, whatever programmes the course names."""
    record = record_of(course)
    _refuse_nothing(record)
    return _calendar(course, record, [Governed(programme, (programme,))], schedule)


def _refuse_nothing(record: Record) -> None:
    if not record.events("prescribed"):
        raise NothingToPlan("nothing was prescribed yet: record a `prescribed` event, then ask for the calendar again")


def _calendar(course: Course, record: Record, governed: list[Governed], schedule: str) -> tuple[Entry, ...]:
    entries: list[Entry] = []
    names = schedules_for([one.version for one in governed], schedule)
    for one, name in zip(governed, names, strict=True):
        if one.version.regimens:
            entries += _by_regimen(record, one.version)
        entries += scheduled(one.version, course, name)
        entries += after_the_course(one.version, record.ledger)
    if record.product in supplies.CAPSULES:
        entries += _capsules(record, governed)
    if not entries:
        listed = ", ".join(one.id for one in governed)
        raise NothingToPlan(
            f"{listed} has no regimen for {words.products((record.product,))}, so there is nothing to plan: "
            "name a programme of that medicine in `programme`"
        )
    return in_order(entries)


# ---- one programme's regimen ------------------------------------------------------------------------------


def _by_regimen(record: Record, programme: Programme) -> list[Entry]:
    """The prescription, and the applications of a cream; capsules are planned for all programmes together."""
    prescribed, given = record.events("prescribed")[-1], words.products((record.product,))
    regimens = [one for one in programme.regimens if record.product in one.products]
    if not regimens:
        planned = words.products(tuple(dict.fromkeys(each for one in programme.regimens for each in one.products)))
        detail = f"Prescribed was {given}; this programme plans {planned} only, so nothing is planned here."
        return [single(prescribed.day, "prescription", programme.id, detail)]
    regimen = regimens[0]
    supply = words.amount(cast(int, prescribed.fields["days_supply"]), "day")
    entries = [single(prescribed.day, "prescription", programme.id, f"Prescribed: {given} for {supply}.")]
    if regimen.form == "capsule":
        return entries
    if regimen.has("flares"):
        return entries + flares.entries_of(flares.Flares(programme.id, regimen, record, _supplied(record, regimen)))
    return entries + creams.entries_of(creams.cream_of(programme.id, regimen, record, _supplied(record, regimen)))


def _supplied(record: Record, regimen: Regimen) -> int:
    """The day on which a cream can be begun: of the last dispense, else of its last prescription."""
    prescribed = [one.day for one in record.events("prescribed") if one.fields["product"] in regimen.products]
    return [*prescribed, *record.days_of("dispensed")[-1:]][-1]


# ---- capsules ---------------------------------------------------------------------------------------------


def _capsules(record: Record, governed: list[Governed]) -> list[Entry]:
    """Supplies, the months to come, the expected end, and what follows it.

    A label's regimen says how capsules are taken and how long; the programme
    that supervises the medicine says what each month needs. Where a course
    names only one of them, that one says both as far as it can.
    """
    with_regimen = {one.id: _regimens(one, record) for one in governed}
    labels = [one for one in governed if with_regimen[one.id]]
    supervising = [one for one in governed if not with_regimen[one.id] and one.has("dispense")] or labels
    lead = (labels or supervising)[:1]
    if not lead:
        return []
    given = supplies.supplies_of(record)
    regimen = with_regimen[lead[0].id]
    entries = [supplies.capsule_entry(one, lead[0].id, regimen, expected=False) for one in given]
    ended = [first for first, last in record.stops if last == OPEN]
    base = with_steps(record.ledger, record.last_day, [])
    if ended:
        ends = [entry for one in labels for entry in _ends(record, one, with_regimen, given)]
        ends = ends or [single(ended[0], "end", lead[0].id, "Treatment was stopped.")]
        return entries + ends + [entry for one in supervising for entry in months.after_the_end(one, base, ended[0])]
    first = {one.id: months.month_before(one, base, _needed(given, record)) for one in supervising}
    ready = max((one.supply for one in first.values()), default=OPEN)
    if ready != OPEN and _open_prescription(record):
        expected = supplies.expected_supply(record, max(ready, _needed(given, record)))
        entries.append(supplies.capsule_entry(expected, lead[0].id, regimen, expected=True))
        given = (*given, expected)
    ends = [entry for one in labels for entry in _ends(record, one, with_regimen, given)] if given else []
    last = max((one.until for one in ends if one.until < OPEN_EDGE), default=NEVER)
    for one in supervising:
        entries += _months(one, first[one.id], last, record)
        if last != NEVER:
            entries += months.after_the_end(one, base, last)
    return entries + ends


def _regimens(governed: Governed, record: Record) -> tuple[Regimen, ...]:
    return tuple(one for one in governed.version.regimens if record.product in one.products and one.form == "capsule")


def _ends(
    record: Record, one: Governed, regimens: dict[str, tuple[Regimen, ...]], given: tuple[supplies.Supply, ...]
) -> list[Entry]:
    return supplies.end_entries(record, regimens[one.id][0], one.id, given)


def _needed(given: tuple[supplies.Supply, ...], record: Record) -> int:
    """The day from which another supply is needed: after the last one, or now where there is none."""
    return given[-1].until + 1 if given else record.last_day


def _open_prescription(record: Record) -> bool:
    dispensed = record.days_of("dispensed")
    return not dispensed or record.days_of("prescribed")[-1] > dispensed[-1]


def _months(one: Governed, month: months.Month, last: int, record: Record) -> list[Entry]:
    """The entries of the coming month, and of those after it up to the expected end, where one is known."""
    entries = list(month.entries)
    length = cast(int, record.events("prescribed")[-1].fields["days_supply"])
    needed = month.supply
    for _ in range(_MOST_MONTHS):
        needed += length
        if month.supply == OPEN or needed > last:
            break
        month = months.month_before(one, months.handed_over(month, length), needed)
        entries += month.entries
    return entries
