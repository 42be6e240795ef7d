"""Courses that a report must be able to draw."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from typing import Any

from safecourse.course import Course, read_course_text

AT = datetime.fromisoformat("2026-10-08T12:00-04:00")
HOSTILE = '<script>alert("x")</script><img src=https://evil.example/x onerror=1>&amp;\'\u05d0\u05d1]]>'


def course(events: list[dict[str, Any]], programme: str | list[str] = "us-ipledge", **more: Any) -> Course:
    document = {
        "safecourse": 1,
        "programme": programme,
        "patient": {"born": "2001-05-04", "category": "can-become-pregnant", "cycles": "regular"},
        "covers": "complete",
        "events": events,
    }
    return read_course_text(json.dumps(document | more), "json")


def event(kind: str, on: str, **fields: Any) -> dict[str, Any]:
    return {"event": kind, "on": on} | fields


def first_month() -> list[dict[str, Any]]:
    methods = ["combined-pill", "male-condom"]
    day, later = "2026-09-01", "2026-10-02"
    return [
        event("certified", "2026-01-02", role="prescriber", until="2027-01-01"),
        event("certified", "2026-01-02", role="pharmacy", until="2027-01-01"),
        event("diagnosed", day, condition="acne", severity="severe-nodular"),
        event("classified", day, category="can-become-pregnant", criteria=[]),
        event("enrolled", day),
        *(
            event("form-signed", day, form=form, by=by)
            for form in ("patient-information", "birth-defects")
            for by in ("patient", "prescriber")
        ),
        event("counselled", day, by="prescriber"),
        event("contraception", day, by="prescriber", methods=methods, since=day),
        event("pregnancy-test", day, result="negative", setting="medical"),
        event("menses-started", "2026-09-29"),
        event("pregnancy-test", "2026-10-01", result="negative", setting="medical"),
        event("monthly-confirmation", later, by="prescriber"),
        event("contraception", later, by="prescriber", methods=methods),
        event("contraception", later, by="patient", methods=methods),
        event("questions-answered", later, passed=True),
        event("prescribed", later, product="isotretinoin", days_supply=30, mg_per_day=40),
    ]


def long_course() -> list[dict[str, Any]]:
    """More than sixty events over seven months, with corrections, a return, an outage, and events still to come."""
    methods = ["combined-pill", "male-condom"]
    events = first_month()
    start = date(2026, 10, 5)
    for month in range(6):
        day = start + timedelta(28 * month)
        test, after = (day - timedelta(3)).isoformat(), (day - timedelta(2)).isoformat()
        if month:
            events += [
                event("menses-started", (day - timedelta(5)).isoformat()),
                event("pregnancy-test", test, result="negative", setting="medical", id=f"t{month}"),
                event("monthly-confirmation", after, by="prescriber"),
                event("contraception", after, by="prescriber", methods=methods),
                event("contraception", after, by="patient", methods=methods),
                event("questions-answered", after, passed=month != 3),
                event("prescribed", after, product="isotretinoin", days_supply=30, mg_per_day=40),
            ]
        events.append(event("dispensed", day.isoformat(), days_supply=30, pharmacy="P-7", id=f"d{month}"))
    return [
        *events,
        event("corrected", "2026-11-05", corrects="t1", reason="The specimen was another patient's", id="c1"),
        event("pregnancy-test", "2026-10-30", result="negative", setting="laboratory", sensitivity_miu_ml=25),
        event("returned", "2026-12-01", days_supply=30),
        event("questions-answered", "2026-12-29", passed=True),
        event("adverse-event", "2026-12-10", term="dry-lips", severity="mild"),
        event("contraception-lapse", "2027-01-14", what="missed-pill"),
        {
            "event": "service-outage", "on": "2026-12-13",
            "from": "2026-12-13", "until": "2026-12-17",
        },
        event("lab", "2026-11-20", test="triglycerides", value=180, unit="mg/dL"),
        event("treatment-started", "2026-10-06"),
        event("treatment-stopped", "2027-03-24", reason="clear"),
    ]  # fmt: skip
