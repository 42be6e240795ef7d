"""Isotretinoin in the United Kingdom, in the versions of 2023-10-31, 2024-02-01, 2025-10-27 and 2026-01-22."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from safecourse.reference.isotretinoin_europe import HEALTH_PROFESSIONALS, Course, Terms, by_prescriber
from safecourse.reference.isotretinoin_europe_gates import (
    acknowledged,
    dispense_window,
    dispensing,
    finishing,
    preventing,
    taking,
    test_window,
    testing,
)
from safecourse.reference.records_eu import Answer, Opinion, Seen, either, opinion

VERSIONS = ("2023-10-31", "2024-02-01", "2025-10-27", "2026-01-22")
SEVERE = ("severe", "severe-nodular", "severe-scarring")


def terms(version: str) -> Terms:
    """What this version of the programme asks."""
    settings = {"laboratory", "medical"}
    if version >= "2025-10-27":
        settings.add("supervised-remote")
    barred = {"gp"}
    if version < "2024-02-01":
        barred.add("specialist-nurse")
    return Terms(
        zone="Europe/London",
        exempting=frozenset(
            {"cisgender-male", "transgender-woman", "hysterectomy", "bilateral-oophorectomy"} | {"tubal-sterilization"}
        ),
        unsettled=frozenset(),
        menopause_by_fsh=True,
        contraception_may_be_waived=True,
        settings=frozenset(settings),
        lead=lambda start: start + timedelta(days=28),
        barred=frozenset(barred),
    )


def judge(document: Mapping[str, Any], gate: str, at: datetime, version: str) -> Opinion:
    """What this version of the programme says of one gate."""
    if version not in VERSIONS:
        raise ValueError(f"uk-isotretinoin has no version {version}; it has {', '.join(VERSIONS)}")
    course = Course(document, at, terms(version))
    if gate == "prescribe":
        return opinion(_prescribing(course, version), test_window(course))
    if gate == "dispense":
        return opinion(dispensing(course), dispense_window(course))
    if gate == "take":
        return opinion(taking(course))
    if gate == "finish":
        return opinion(finishing(course))
    raise ValueError(f"uk-isotretinoin has no gate {gate}")


def _prescribing(course: Course, version: str) -> dict[str, Answer]:
    rules: dict[str, Answer] = {
        **preventing(course),
        **testing(course),
        "age-12": course.record.age_reached(12),
        "severe-acne": severe_acne(course),
        "treatment-failed": course.at_first(treatment_failed(course)),
    }
    rules.update(_entry(course))
    if version < "2026-01-22":
        agreed = course.in_this_course("second-prescriber-agreed", lambda seen: True)
        # The second opinion is asked for when treatment is begun, not at each later prescription.
        rules["second-prescriber"] = course.at_first(either(course.record.age_reached(18), agreed))
    return rules


def _entry(course: Course) -> dict[str, Answer]:
    """What is done once in each course, whoever the patient is."""

    def assessed(what: str) -> Answer:
        return course.in_this_course(
            "assessed", lambda seen: seen.text("what") == what and seen.text("by") in HEALTH_PROFESSIONALS
        )

    return {
        "counselled": course.in_this_course("counselled", lambda seen: seen.text("by") in HEALTH_PROFESSIONALS),
        "mental-health": assessed("mental-health"),
        "sexual-function": assessed("sexual-function"),
        "in-person": course.in_this_course("visited", lambda seen: seen.text("setting") == "in-person"),
        "patient-acknowledged": acknowledged(course, "patient"),
        "prescriber-acknowledged": acknowledged(course, "prescriber"),
    }


def severe_acne(course: Course) -> Answer:
    """Severe acne was diagnosed once; that it grows milder under treatment takes nothing back."""

    def severe(seen: Seen) -> Answer:
        if seen.text("condition") != "acne":
            return False
        severity = seen.text("severity")
        return None if severity is None else severity in SEVERE

    return course.record.exists("diagnosed", severe)


def treatment_failed(course: Course) -> Answer:
    """Another treatment failed, or the prescriber judged that there is none."""

    def failed(seen: Seen) -> bool:
        return seen.text("outcome") == "failed"

    return either(
        course.record.exists("prior-treatment", failed),
        course.record.exists("judged", lambda seen: by_prescriber(seen, "no-other-treatment")),
    )
