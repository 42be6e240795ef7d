"""Courses under labels: creams, and isotretinoin by its label.

Drawn around the edges of the regimens: the rhythm of a week, the last day of a course, six weeks of use, amounts.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from proof import courses_creams
from proof.courses_creams import CREAMS, PIMECROLIMUS

if TYPE_CHECKING:
    from proof.courses import Draw

ZONE = {"us": "America/New_York", "eu": "Europe/Brussels", "jp": "Asia/Tokyo"}
ISOTRETINOIN = ("us-isotretinoin-label", "eu-isotretinoin-label")
LABELS = (*CREAMS, *PIMECROLIMUS, *ISOTRETINOIN)
ZONES = {name: ZoneInfo(ZONE[name[:2]]) for name in LABELS}
STARTS = dict.fromkeys(LABELS, ("2022-03-01", "2022-05-02", "2026-02-02"))
STARTS["eu-pimecrolimus"] = ("2021-12-01", "2022-02-26", "2022-03-01", "2022-05-02", "2026-02-02")


def draw_label(draw: Draw) -> tuple[dict[str, str], list[date]]:
    """A course under the label that the draw is of, and the days at which something may change."""
    if draw.programme in CREAMS:
        return courses_creams.imiquimod(draw)
    return courses_creams.pimecrolimus(draw) if draw.programme in PIMECROLIMUS else _capsules(draw)


# ---- isotretinoin by its label -----------------------------------------------------------------------------------


def _capsules(draw: Draw) -> tuple[dict[str, str], list[date]]:
    start, pick = draw.start, draw.pick
    born = date(start.year - pick(25, 12, 11), start.month, min(start.day, 28)) + timedelta(pick(0, 1, 3, 4))
    draw.add("enrolled", start)
    severity = pick("severe-nodular", "severe", "moderate", "mild", "severe-scarring")
    draw.add("diagnosed", start, condition="acne", severity=severity)
    if draw.chance(0.2):
        other = pick("rosacea", "oily-skin", "hidradenitis-suppurativa")
        draw.add("diagnosed", start + timedelta(pick(0, 1)), condition=other)
    draw.add("prior-treatment", start, treatment="doxycycline", outcome=pick("failed", "partial", "succeeded"))
    if draw.chance(0.3):
        draw.add("judged", start, matter=pick("no-other-treatment", "off-label"), by="prescriber", reason="decided")
    draw.add("assessed", start, what="mental-health", by="prescriber")
    if draw.chance(0.25):
        name = pick("breast-feeding", "peanut-allergy", "hepatic-insufficiency", "hypersensitivity", "depression")
        draw.add("condition", start, condition=name)
    if draw.chance(0.2):
        draw.add("medication", start, ingredient=pick("minocycline", "vitamin-a", "methotrexate"))
    if draw.random.random() < 0.8:
        draw.add("weight", start, kg=pick("60", "80"))
    _measured(draw, start)
    product = pick("isotretinoin", "absorica", "absorica-ld")
    for month in range(draw.random.choice((1, 2, 5))):
        day = start + timedelta(1 + 30 * month)
        draw.add("prescribed", day, product=product, days_supply="30", mg_per_day=pick("40", "60", "20", "120"))
        if draw.random.random() < 0.7:
            draw.add("dispensed", day + timedelta(pick(1, 0)), days_supply="30")
    if draw.chance(0.3):
        draw.add("dose-taken", start + timedelta(3), mg="40")
    if draw.chance(0.2):
        draw.add("rest-started", start + timedelta(4))
        draw.add("rest-ended", start + timedelta(pick(5, 4)))
    if draw.chance(0.2):
        draw.add("treatment-stopped", start + timedelta(pick(4, 30)))
    if draw.chance(0.1):
        draw.add("treatment-started", start + timedelta(pick(2, 5)))
    if draw.chance(0.2):
        draw.add("contraception", start, by="patient", methods=pick(["progestin-only-pill"], ["combined-pill"]))
    if draw.chance(0.25):
        term = pick("itching", "fever", "application-site-reaction", "urinary-retention", "headache")
        severity = pick("mild", "severe", "life-threatening")
        draw.add("adverse-event", start + timedelta(pick(1, 5, 6)), term=term, severity=severity)
        if draw.random.random() < 0.5:
            by = pick("prescriber", "patient", "dermatologist")
            draw.add("judged", start + timedelta(pick(6, 1, 5)), matter="may-resume", by=by)
    return {"born": born.isoformat()}, [start, start + timedelta(2), start + timedelta(86), start + timedelta(140)]


def _measured(draw: Draw, start: date) -> None:
    pick = draw.pick
    if draw.random.random() < 0.5:
        value = pick("150", "200", "500", "800", "801")
        draw.add("lab", start + timedelta(pick(0, 1)), test="triglycerides", value=value, unit="mg/dL")
    if draw.random.random() < 0.3:
        draw.add("lab", start, test="alt", value=pick("30", "120", "200"), unit="U/L", upper_limit="40")
    if draw.random.random() < 0.3:
        draw.add("questionnaire", start + timedelta(pick(0, 1)), instrument="phq-9", items={"q9": pick("0", "1", "3")})
    elif draw.chance(0.2):
        draw.add("questionnaire", start, instrument="phq-9", score="4")
