"""What national programmes ask beyond the European one, drawn into a European course.

Who signs, which day is certified, of what a test is made, who consents, when
a first capsule is taken. Methods are drawn only where a source says what they
are worth in Canada: two hormones, or two barriers, are not.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from proof.courses import Draw

COUNTRIES = ("de-isotretinoin", "fr-isotretinoin", "it-isotretinoin", "ca-isotretinoin")
GATES = ("prescribe", "prescribe", "dispense", "dispense", "take", "finish")
# Kinds of events that one record or another doesn't cover.
UNCOVERED = (
    ["pregnancy-test"], ["lab", "weight"], ["dispensed"], ["returned"], ["contraception"], ["contraception-lapse"],
    ["prescribed"], ["form-signed"], ["classified"], ["treatment-stopped", "discontinued"], ["dose-taken"],
    ["menses-started"], ["treatment-started"], ["judged"], ["pregnancy"],
)  # fmt: skip
Course = tuple[dict[str, str], list[date]]


def bent(draw: Draw, course: Course) -> Course:
    """A European course, with what this country asks of it, or nearly."""
    patient, anchors = course
    country = draw.programme[:2]
    for event in draw.events:
        if event["event"] == "prescribed":
            _signed(draw, event, country)
        elif event["event"] == "pregnancy-test" and draw.chance(0.2):
            event["specimen"] = draw.pick("blood", "urine")
        elif event["event"] == "form-signed" and draw.chance(0.2):
            event["form"] = draw.pick("patient-agreement", "patient-information")
    if country in ("fr", "it") and draw.chance(0.3):  # as if another course had come before
        draw.add("treatment-stopped", draw.start - timedelta(draw.pick(60, 1, 0)))
    for stop in [_day(event) for event in draw.events if event["event"] == "treatment-stopped"]:
        if draw.chance(0.3):
            draw.add("dose-taken", stop + timedelta(draw.pick(1, 0, -1, 3)))
            anchors = [*anchors, stop + timedelta(31), stop + timedelta(34)]
    if country == "ca":
        return _canadian(draw, patient, anchors)
    return patient, anchors


def _day(event: dict[str, Any]) -> date:
    return date.fromisoformat(event.get("on") or event["at"][:10])


def _signed(draw: Draw, event: dict[str, Any], country: str) -> None:
    pick = draw.pick
    if country in ("fr", "it"):
        event["by"] = pick("dermatologist", "gp", "specialist-nurse")
        if draw.chance(0.1):
            del event["by"]
    if country == "it":
        event["certified_on"] = (_day(event) - timedelta(pick(0, 1, 3, 6, 7, 8, -1))).isoformat()
        if draw.chance(0.1):
            del event["certified_on"]
        if draw.random.random() < 0.5:
            event["mg_per_day"] = pick("40", "20")


def _canadian(draw: Draw, patient: dict[str, str], anchors: list[date]) -> Course:
    pick, start = draw.pick, draw.start
    age = pick(30, 16, 15, 12)
    born = date(start.year - age, start.month, min(start.day, 28)) + timedelta(pick(0, 30, 31, 32, 33))
    if draw.random.random() < 0.5:
        form = pick("acknowledgement-of-risk", "patient-agreement", "patient-information")
        draw.add("form-signed", start + timedelta(pick(0, 30, -1)), form=form, by="guardian")
    tests = [event for event in draw.events if event["event"] == "pregnancy-test"]
    for event in tests:
        if draw.chance(0.25):
            event["on"] = (_day(event) - timedelta(pick(7, 6, 8, 3))).isoformat()
            event.pop("at", None)
    methods = pick(
        ["combined-pill", "male-condom"], ["iud"], ["abstinence"], ["iud", "male-condom"], ["iud", "implant"],
        ["tubal-sterilization", "vaginal-sponge"], ["progestin-only-pill", "male-condom"], ["iud", "spermicide"],
        ["combined-pill", "withdrawal"],
    )  # fmt: skip
    draw.add("contraception", start - timedelta(pick(1, 2, 5)), by="patient", methods=methods)
    for event in draw.events:
        if event["event"] == "contraception" and not draw.chance(0.2):
            event["methods"] = methods
    handed_over = [_day(event) for event in draw.events if event["event"] == "dispensed"]
    for day in handed_over:
        draw.add("menses-started", day + timedelta(pick(0, -1, 1)))
        if draw.random.random() < 0.3:
            draw.add(pick("dose-taken", "treatment-started"), day + timedelta(pick(1, 0, 2)))
    return {**patient, "born": born.isoformat()}, [*anchors, *handed_over]
