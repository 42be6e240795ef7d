"""Isotretinoin in the European Union, the layer below national rules, in the version of 2018-06-21."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from safecourse.reference.isotretinoin_europe import Course, Terms
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
from safecourse.reference.records_eu import Answer, Opinion, either, month_after, negated, opinion

VERSIONS = ("2018-06-21",)

TERMS = Terms(
    zone="Europe/Brussels",
    exempting=frozenset({"cisgender-male", "transgender-woman", "hysterectomy", "bilateral-oophorectomy"}),
    unsettled=frozenset({"pre-menarche"}),  # who is sexually mature isn't defined
    menopause_by_fsh=False,  # two years without a period are asked for, which no field records
    contraception_may_be_waived=False,
    settings=frozenset({"laboratory", "medical"}),
    lead=month_after,
    barred=frozenset(),
)


def judge(document: Mapping[str, Any], gate: str, at: datetime, version: str) -> Opinion:
    """What this version of the programme says of one gate."""
    if version not in VERSIONS:
        raise ValueError(f"eu-isotretinoin has no version {version}; it has {', '.join(VERSIONS)}")
    course = Course(document, at, TERMS)
    if gate == "prescribe":
        return opinion(_prescribing(course), test_window(course))
    if gate == "dispense":
        return opinion(dispensing(course), dispense_window(course))
    if gate == "take":
        return opinion(taking(course))
    if gate == "finish":
        return opinion(finishing(course))
    raise ValueError(f"eu-isotretinoin has no gate {gate}")


def _prescribing(course: Course) -> dict[str, Answer]:
    rules = {**preventing(course), **testing(course)}
    # The programme, and with it its form, is for patients of childbearing potential.
    outside = negated(course.in_pregnancy_prevention())
    # Who signs beside the patient no text that was read says.
    rules["patient-acknowledged"] = either(outside, acknowledged(course, "patient"))
    return rules
