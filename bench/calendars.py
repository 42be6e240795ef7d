"""The calendar of a 16-week course with a diary, and the decision whether its next application may be taken.

Not named calendar.py: that would stand in place of Python's own module for every script of this folder.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from measuring import best, result, save
from safecourse import days
from safecourse.course.reading import course_from_document
from safecourse.rulebook import library
from safecourse.rules.calendars import calendar_of
from safecourse.rules.deciding import decide, outcome_at
from safecourse.rules.decision import ALLOWED, REFUSED

PROGRAMME = "us-imiquimod-5-keratosis"
START = date(2026, 10, 5)
DOSES = [START + timedelta(7 * week + day) for week in range(8) for day in (0, 3)]
EVENING, NEXT_DAY = (datetime.fromisoformat(f"2026-11-{day}T21:00-05:00") for day in (30, 27))


def main() -> None:
    document = {
        "safecourse": "1",
        "programme": PROGRAMME,
        "patient": {"born": "1960-05-04"},
        "covers": "complete",
        "events": [
            {"event": "diagnosed", "on": "2026-10-01", "condition": "actinic-keratosis", "site": "face"},
            {
                "event": "prescribed",
                "on": "2026-10-02",
                "product": "imiquimod-5",
                "days_supply": "56",
                "area_cm2": "20",
            },
            {"event": "dispensed", "on": "2026-10-02", "days_supply": "56"},
            *({"event": "dose-taken", "on": day.isoformat()} for day in DOSES),
        ],
    }
    course = course_from_document(document)
    begun = course_from_document(document | {"events": document["events"][:4]})
    entries = calendar_of(course)
    applications = [days.calendar_date(one.on) for one in entries if one.what == "application"]

    assert applications == [START + timedelta(7 * week + day) for week in range(16) for day in (0, 3)]
    assert [days.iso(one.on) for one in entries if one.what == "end"] == ["2027-01-24"]
    assert calendar_of(begun)[3].on == entries[3].on

    programme = library.programme(PROGRAMME, course.latest_day)
    assert outcome_at(programme, course, "take", EVENING) == decide(course, "take", at=EVENING).outcome == ALLOWED
    assert outcome_at(programme, course, "take", NEXT_DAY) == REFUSED  # the day after an application

    of = f"16 weeks, {len(applications)} applications"
    take = f"{len(programme.requirements_at('take'))} requirements, {len(course.events)} events, 1 course"
    save(
        [
            result("calendar", 1e3 * best(lambda: calendar_of(course), repeat=9, number=20), "ms", f"{of}, half taken"),
            result(
                "calendar_begun", 1e3 * best(lambda: calendar_of(begun), repeat=9, number=20), "ms", f"{of}, 1 taken"
            ),
            result(
                "take",
                1e6 * best(lambda: outcome_at(programme, course, "take", EVENING), repeat=9, number=300),
                "us",
                take,
            ),
        ]
    )


if __name__ == "__main__":
    main()
