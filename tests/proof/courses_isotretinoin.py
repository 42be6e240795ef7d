"""Courses of isotretinoin under its labels: diseases, what was tried before, allergies, second courses, mood."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from proof.courses import Draw

ALLERGIES = (
    "isotretinoin-hypersensitivity", "retinoid-hypersensitivity", "hypersensitivity", "peanut-allergy", "soya-allergy",
    "hepatic-insufficiency", "hyperlipidaemia", "hypervitaminosis-a", "breast-feeding", "depression",
)  # fmt: skip
MEDICINES = (
    "minocycline", "tetracycline", "doxycycline", "lymecycline", "oxytetracycline", "sarecycline", "vitamin-a",
    "methotrexate", "paracetamol",
)  # fmt: skip
# Kinds of events that one record or another doesn't cover.
UNCOVERED = (
    ["diagnosed"], ["prior-treatment"], ["judged"], ["condition"], ["medication"], ["prescribed"], ["dispensed"],
    ["returned"], ["rest-ended"], ["rest-started"], ["treatment-started"], ["treatment-stopped", "discontinued"],
    ["questionnaire"], ["assessed"], ["pregnancy-test"], ["pregnancy"], ["adverse-event"],
)  # fmt: skip


def capsules(draw: Draw) -> tuple[dict[str, str], list[date]]:
    """A course of capsules, and the days at which something may change."""
    start, pick = draw.start, draw.pick
    born = date(start.year - pick(25, 12, 11), start.month, min(start.day, 28)) + timedelta(pick(0, 1, 3, 4))
    draw.add("enrolled", start)
    _skin(draw)
    _tried(draw)
    _health(draw)
    _measured(draw)
    _mood(draw)
    stopped = _earlier_course(draw)
    product = pick("isotretinoin", "absorica", "absorica-ld")
    for month in range(draw.random.choice((0, 1, 2, 5))):
        day = start + timedelta(1 + 30 * month)
        other = "imiquimod-5" if draw.chance(0.1) else product
        draw.add("prescribed", day, product=other, days_supply="30", mg_per_day=pick("40", "60", "20", "120"))
        if draw.random.random() < 0.7:
            draw.add("dispensed", day + timedelta(pick(1, 0)), days_supply="30")
            if draw.chance(0.15):
                draw.add("returned", day + timedelta(pick(1, 2, 0)), days_supply="30")
    _interruptions(draw)
    anchors = [start, start + timedelta(2), start + timedelta(5), start + timedelta(86), start + timedelta(140)]
    return {"born": born.isoformat()}, [*anchors, *stopped]


def _skin(draw: Draw) -> None:
    start, pick = draw.start, draw.pick

    def severity() -> dict[str, str]:
        if draw.chance(0.05):
            return {}
        return {"severity": pick("severe-nodular", "severe", "moderate", "mild", "severe-scarring")}

    draw.add("diagnosed", start, condition=pick("acne", "acne", "acne", "rosacea", "oily-skin"), **severity())
    if draw.chance(0.15):
        draw.add("diagnosed", start + timedelta(pick(0, 1, -1)), condition="acne", **severity())
    for _ in range(pick(0, 1, 2)):
        others = ("rosacea", "sebaceous-hyperplasia", "hidradenitis-suppurativa", "seborrhoeic-dermatitis")
        other = draw.random.choice((*others, "oily-skin", "oily-skin", "contact-dermatitis"))
        draw.add("diagnosed", start + timedelta(pick(0, 1, -1, 3)), condition=other)


def _tried(draw: Draw) -> None:
    start, pick = draw.start, draw.pick
    if draw.random.random() < 0.8:
        outcome = pick("failed", "partial", "succeeded", "not-tolerated")
        draw.add("prior-treatment", start, treatment="doxycycline", outcome=outcome)
    for matter in ("no-other-treatment", "off-label"):
        if draw.random.random() < 0.4:
            reason = {"reason": "decided"} if draw.random.random() < 0.8 else {}
            draw.add("judged", start + timedelta(pick(0, 1)), matter=matter, by=pick("prescriber", "patient"), **reason)


def _health(draw: Draw) -> None:
    start, pick = draw.start, draw.pick
    for _ in range(pick(0, 1, 2)):
        details: dict[str, str] = {}
        if draw.random.random() < 0.3:
            details["since"] = (start + timedelta(pick(-5, 1, 2))).isoformat()
        if draw.random.random() < 0.4:
            details["until"] = (start + timedelta(pick(7, 2, 3, 5, 86))).isoformat()
        draw.add("condition", start + timedelta(pick(0, -2, 1)), condition=draw.random.choice(ALLERGIES), **details)
    for _ in range(pick(0, 1, 2)):
        taken: dict[str, str] = {}
        if draw.random.random() < 0.3:
            taken["started"] = (start + timedelta(pick(-5, 1, 3))).isoformat()
        if draw.random.random() < 0.5:
            taken["stopped"] = (start + timedelta(pick(4, 5, 7, 86))).isoformat()
        draw.add("medication", start + timedelta(pick(0, -1, 1)), ingredient=draw.random.choice(MEDICINES), **taken)
    if draw.random.random() < 0.5:
        draw.add("weight", start, kg=pick("60", "80"))
    if draw.chance(0.2):
        draw.add("contraception", start, by="patient", methods=pick(["progestin-only-pill"], ["combined-pill"]))


def _measured(draw: Draw) -> None:
    start, pick = draw.start, draw.pick
    if draw.random.random() < 0.5:
        value = pick("150", "200", "500", "800", "801")
        draw.add("lab", start + timedelta(pick(0, 1)), test="triglycerides", value=value, unit="mg/dL")
    if draw.random.random() < 0.3:
        draw.add("lab", start, test="alt", value=pick("30", "120", "200"), unit="U/L", upper_limit="40")


def _mood(draw: Draw) -> None:
    start, pick = draw.start, draw.pick
    for _ in range(pick(1, 0, 2)):
        by = pick("prescriber", "patient", "nurse", "dermatologist")
        draw.add("assessed", start + timedelta(pick(0, 1, 4, 5)), what=pick("mental-health", "sexual-function"), by=by)
    for _ in range(pick(0, 1, 2)):
        day = start + timedelta(pick(0, 1, 4, 5))
        answers: Any = draw.random.choice(({"q9": pick("0", "1", "3")}, {"item-9": "1"}, {"q1": "2"}, ["0"] * 8))
        if isinstance(answers, list):
            answers = [*answers, draw.random.choice(("0", "2"))]
        stated = {"score": "4"} if draw.chance(0.2) else {"items": answers}
        draw.add("questionnaire", day, instrument=pick("phq-9", "phq-9", "gad-7"), **stated)


def _earlier_course(draw: Draw) -> list[date]:
    """Now and then a course that ended about eight weeks before a day of the present one."""
    if not draw.chance(0.4):
        return []
    start, pick = draw.start, draw.pick
    end = start - timedelta(pick(57, 56, 55, 50, 20))
    if draw.random.random() < 0.7:
        product = pick("isotretinoin", "absorica-ld", "imiquimod-5")
        draw.add("prescribed", end - timedelta(pick(100, 1, 0)), product=product, days_supply="30")
    draw.add("treatment-stopped", end)
    if draw.random.random() < 0.5:
        draw.add("treatment-started", start + timedelta(pick(2, 1)))
    return [end + timedelta(55), end + timedelta(56)]


def _interruptions(draw: Draw) -> None:
    start, pick = draw.start, draw.pick
    if draw.chance(0.3):
        draw.add("dose-taken", start + timedelta(3), mg="40")
    if draw.chance(0.2):
        draw.add("rest-started", start + timedelta(4))
        draw.add("rest-ended", start + timedelta(pick(5, 4)))
    if draw.chance(0.2):
        draw.add("treatment-stopped", start + timedelta(pick(4, 30)))
    if draw.chance(0.15):
        draw.add("treatment-started", start + timedelta(pick(2, 5)))
    if draw.chance(0.25):
        term = pick("itching", "headache", "depression", "pancreatitis", "erythema-multiforme", "allergic-reaction")
        severity = pick("mild", "severe", "life-threatening")
        draw.add("adverse-event", start + timedelta(pick(1, 5)), term=term, severity=severity)
        if draw.random.random() < 0.6:
            by = pick("prescriber", "patient", "dermatologist", "gp", "nurse")
            draw.add("judged", start + timedelta(pick(5, 1, 6)), matter="may-resume", by=by)
