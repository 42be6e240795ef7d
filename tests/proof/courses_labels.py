"""Courses under labels: creams with their doses, rests and results, and isotretinoin by its label.

Drawn around the edges of the regimens: the rhythm of a week, the last day of a course, six weeks of use, amounts.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from proof.courses import Draw

CREAM_GATES = ("enrol", "prescribe", "dispense", "take", "take", "take")
ZONE = {"us": "America/New_York", "eu": "Europe/Brussels", "jp": "Asia/Tokyo"}


class Cream(NamedTuple):
    """What a generator needs to know of a cream's programme; days are those of the label, as in the facts."""

    product: str
    disease: str
    sites: tuple[str, ...]
    rhythm: tuple[int, ...]
    days: int
    finish: bool


def _keratosis(product: str, rhythm: tuple[int, ...], days: int, finish: bool = False) -> Cream:
    return Cream(product, "actinic-keratosis", ("face", "scalp", "hand", "lip"), rhythm, days, finish)


def _warts(product: str, rhythm: tuple[int, ...], days: int) -> Cream:
    return Cream(product, "anogenital-warts", ("genital", "perianal", "anal", "foot"), rhythm, days, False)


def _carcinoma() -> Cream:
    sites = ("trunk", "neck", "hand", "face", "genital", "lip")
    return Cream("imiquimod-5", "superficial-basal-cell-carcinoma", sites, (0, 1, 2, 3, 4), 42, True)


_DAILY = tuple(range(7))
CREAMS = {
    "us-imiquimod-5-keratosis": _keratosis("imiquimod-5", (0, 3), 112),
    "eu-imiquimod-5-keratosis": _keratosis("imiquimod-5", (0, 2, 4), 28),
    "jp-imiquimod-5-keratosis": _keratosis("imiquimod-5", (0, 2, 4), 28),
    "us-imiquimod-3.75-keratosis": _keratosis("imiquimod-3.75", _DAILY, 42),
    "eu-imiquimod-3.75-keratosis": _keratosis("imiquimod-3.75", _DAILY, 42),
    "us-imiquimod-5-carcinoma": _carcinoma(),
    "eu-imiquimod-5-carcinoma": _carcinoma(),
    "us-imiquimod-5-warts": _warts("imiquimod-5", (0, 2, 4), 112),
    "eu-imiquimod-5-warts": _warts("imiquimod-5", (0, 2, 4), 112),
    "jp-imiquimod-5-warts": _warts("imiquimod-5", (0, 2, 4), 112),
    "us-imiquimod-3.75-warts": _warts("imiquimod-3.75", _DAILY, 56),
}
PIMECROLIMUS = ("us-pimecrolimus", "eu-pimecrolimus")
ISOTRETINOIN = ("us-isotretinoin-label", "eu-isotretinoin-label")
LABELS = (*CREAMS, *PIMECROLIMUS, *ISOTRETINOIN)
ZONES = {name: ZoneInfo(ZONE[name[:2]]) for name in LABELS}
STARTS = dict.fromkeys(LABELS, ("2022-03-01", "2022-05-02", "2026-02-02"))


def draw_label(draw: Draw) -> tuple[dict[str, str], list[date]]:
    """A course under the label that the draw is of, and the days at which something may change."""
    if draw.programme in CREAMS:
        return _cream(draw, CREAMS[draw.programme])
    return _eczema(draw) if draw.programme in PIMECROLIMUS else _capsules(draw)


# ---- imiquimod ------------------------------------------------------------------------------------------------


def _cream(draw: Draw, cream: Cream) -> tuple[dict[str, str], list[date]]:
    start, pick = draw.start, draw.pick
    born = date(start.year - pick(60, 18, 17, 12, 11), start.month, min(start.day, 28)) + timedelta(pick(0, 1, 3, 4))
    details: dict[str, Any] = {"site": pick(*cream.sites)}
    if "carcinoma" in cream.disease:
        details |= {"biopsy_confirmed": pick("true", "false"), "size_mm": pick("12", "20", "20.5", "19")}
    for name in list(details):
        if draw.chance(0.1):
            del details[name]
    draw.add("diagnosed", start, condition=pick(cream.disease, "nodular-basal-cell-carcinoma"), **details)
    if draw.chance(0.1):
        draw.add("diagnosed", start + timedelta(pick(0, 1, -1, 6)), condition="pigmented-lesion")
    for matter in (
        "surgery-less-appropriate", "follow-up-assured", "cryotherapy-less-suitable", "no-other-treatment",
    ):  # fmt: skip
        draw.add("judged", start + timedelta(pick(0, 1)), matter=matter, by=pick("prescriber", "patient"))
    if draw.chance(0.15):
        draw.add("condition", start, condition=pick("immunocompromised", "imiquimod-hypersensitivity", "depression"))
    _cream_supply(draw, cream.product)
    begin = start + timedelta(pick(3, 2, 4))
    _cream_doses(draw, cream, begin)
    end = begin + timedelta(cream.days)
    if draw.random.random() < 0.5:
        found = pick("partial", "clear", "none", "almost-clear")
        draw.add("outcome", pick(end, begin + timedelta(6), end + timedelta(56)), assessment=found)
    if cream.finish and draw.random.random() < 0.5:
        draw.add("outcome", end + timedelta(pick(84, 82, 83, 85)), assessment="clear")
    _reactions(draw, begin)
    return {"born": born.isoformat()}, [start, begin, begin + timedelta(6), end - timedelta(1), end]


def _cream_supply(draw: Draw, product: str) -> None:
    start, pick = draw.start, draw.pick
    extra: dict[str, Any] = {}
    if draw.random.random() < 0.3:
        extra["area_cm2"] = pick("20", "25", "25.5")
    if draw.chance(0.3):
        extra["applications_per_week"] = pick("2", "3", "5", "7")
    if draw.chance(0.1):
        extra["indication"] = pick("actinic-keratosis", "anogenital-warts", "rosacea")
    days = {"days_supply": "28"}
    if draw.random.random() < 0.9:
        draw.add(
            "prescribed",
            start + timedelta(1),
            product=pick(product, "imiquimod-2.5", "pimecrolimus-1"),
            **days,
            **extra,
        )
    if draw.random.random() < 0.6:
        draw.add("dispensed", start + timedelta(pick(2, 1)), **days)
    if draw.chance(0.2):
        draw.add("prescribed", start + timedelta(pick(1, 5)), product=pick(product, "imiquimod-5"), **days)


def _cream_doses(draw: Draw, cream: Cream, begin: date) -> None:
    pick = draw.pick
    if draw.chance(0.2):
        draw.add("treatment-started", begin + timedelta(pick(0, -1)))
    weeks = draw.random.choice((0, 1, 1, 2, cream.days // 7))
    for week in range(weeks):
        for offset in cream.rhythm:
            if draw.random.random() < 0.85:
                draw.add("dose-taken", begin + timedelta(7 * week + offset + pick(0, 1, -1)))
            elif draw.chance(0.5):
                draw.add("dose-skipped", begin + timedelta(7 * week + offset))
    if draw.chance(0.25):
        draw.add("rest-started", begin + timedelta(pick(1, 5)))
        if draw.random.random() < 0.6:
            draw.add("rest-ended", begin + timedelta(pick(6, 1, 5)))
    if draw.chance(0.1):
        draw.add("treatment-stopped", begin + timedelta(pick(5, 6)))


def _reactions(draw: Draw, begin: date) -> None:
    if draw.chance(0.25):
        term = draw.pick("itching", "fever", "application-site-reaction", "urinary-retention", "headache")
        severity = draw.pick("mild", "severe", "life-threatening")
        draw.add("adverse-event", begin + timedelta(draw.pick(1, 5, 6)), term=term, severity=severity)
        if draw.random.random() < 0.5:
            by = draw.pick("prescriber", "patient", "dermatologist")
            draw.add("judged", begin + timedelta(draw.pick(6, 1, 5)), matter="may-resume", by=by)


# ---- pimecrolimus ----------------------------------------------------------------------------------------------


def _eczema(draw: Draw) -> tuple[dict[str, str], list[date]]:
    start, pick = draw.start, draw.pick
    age, more = pick((8, 2), (2, 0), (2, -1), (0, 88), (0, 91), (0, 92), (0, 93))
    born = date(start.year - age, start.month, min(start.day, 28)) - timedelta(more)
    disease = pick("atopic-dermatitis", "contact-dermatitis", "seborrhoeic-dermatitis", "rosacea")
    draw.add("diagnosed", start, condition=disease, severity=pick("mild", "moderate", "severe"))
    draw.add(
        "prior-treatment", start, treatment="topical-steroid", outcome=pick("failed", "not-tolerated", "succeeded")
    )
    if draw.chance(0.3):
        draw.add("judged", start, matter=pick("no-other-treatment", "off-label"), by="prescriber", reason="decided")
    if draw.chance(0.3):
        name = pick("netherton-syndrome", "skin-infection", "skin-malignancy", "macrolactam-hypersensitivity")
        draw.add("condition", start, condition=name)
    if draw.chance(0.15):
        draw.add("medication", start, ingredient=pick("ciclosporin", "azathioprine", "paracetamol"))
    draw.add("counselled", start, by="prescriber")
    _cream_supply(draw, "pimecrolimus-1")
    begin = start + timedelta(pick(3, 2, 4))
    draw.add("flare-started", begin)
    for number in range(draw.random.choice((0, 2, 7, 8))):
        draw.add("dose-taken", begin + timedelta(number * pick(6, 5, 7, 8)))
    if draw.random.random() < 0.3:
        draw.add("flare-ended", begin + timedelta(pick(5, 6)))
    if draw.random.random() < 0.3:
        draw.add("visited", begin + timedelta(pick(20, 41, 42)), setting="in-person")
    if draw.random.random() < 0.3:
        draw.add("outcome", begin + timedelta(pick(20, 41, 42)), assessment=pick("partial", "none", "worse", "clear"))
    if draw.chance(0.2):
        draw.add("rest-started", begin + timedelta(pick(1, 5)))
        draw.add("rest-ended", begin + timedelta(pick(6, 1)))
    if draw.chance(0.1):
        draw.add("treatment-stopped", begin + timedelta(pick(5, 6)))
        draw.add("treatment-started", begin + timedelta(pick(6, 7)))
    _reactions(draw, begin)
    return {"born": born.isoformat()}, [start, begin, begin + timedelta(41), begin + timedelta(42)]


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
    _reactions(draw, start)
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
