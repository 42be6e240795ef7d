"""Courses of creams: who may begin, applications near the edges of their rhythm, rests, ends, results, reactions."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from proof.courses import Draw

CREAM_GATES = ("enrol", "prescribe", "dispense", "dispense", "take", "take", "take", "take")


class Cream(NamedTuple):
    """What a generator needs to know of a cream's programme; days are those of the label, as in the facts."""

    products: tuple[str, ...]
    disease: str
    sites: tuple[str, ...]
    rhythm: tuple[int, ...]  # days of a week with an application
    days: int
    turns: tuple[int, ...]  # days of the course on which something begins or ends
    finish: bool = False


def _keratosis(product: str, rhythm: tuple[int, ...], days: int, *turns: int) -> Cream:
    products = (product, "imiquimod-2.5") if product == "imiquimod-3.75" else (product,)
    return Cream(products, "actinic-keratosis", ("face", "scalp", "hand", "lip"), rhythm, days, turns)


def _warts(product: str, rhythm: tuple[int, ...], days: int) -> Cream:
    return Cream((product,), "anogenital-warts", ("genital", "perianal", "anal", "foot"), rhythm, days, (days,))


def _carcinoma() -> Cream:
    sites = ("trunk", "neck", "hand", "face", "genital", "lip")
    rhythm = (0, 1, 2, 3, 4)
    return Cream(("imiquimod-5",), "superficial-basal-cell-carcinoma", sites, rhythm, 42, (42, 126), True)


_DAILY = tuple(range(7))
_TWO_COURSES = (28, 56, 84)
CREAMS = {
    "us-imiquimod-5-keratosis": _keratosis("imiquimod-5", (0, 3), 112, 112),
    "eu-imiquimod-5-keratosis": _keratosis("imiquimod-5", (0, 2, 4), 28, *_TWO_COURSES),
    "jp-imiquimod-5-keratosis": _keratosis("imiquimod-5", (0, 2, 4), 28, *_TWO_COURSES),
    "us-imiquimod-3.75-keratosis": _keratosis("imiquimod-3.75", _DAILY, 42, 14, 28, 42),
    "eu-imiquimod-3.75-keratosis": _keratosis("imiquimod-3.75", _DAILY, 42, 14, 28, 42, 56),
    "us-imiquimod-5-carcinoma": _carcinoma(),
    "eu-imiquimod-5-carcinoma": _carcinoma(),
    "us-imiquimod-5-warts": _warts("imiquimod-5", (0, 2, 4), 112),
    "eu-imiquimod-5-warts": _warts("imiquimod-5", (0, 2, 4), 112),
    "jp-imiquimod-5-warts": _warts("imiquimod-5", (0, 2, 4), 112),
    "us-imiquimod-3.75-warts": _warts("imiquimod-3.75", _DAILY, 56),
}
PIMECROLIMUS = ("us-pimecrolimus", "eu-pimecrolimus")
# Kinds of events that one record or another doesn't cover.
UNCOVERED = (
    ["dose-taken"], ["treatment-started"], ["outcome"], ["rest-ended"], ["rest-started"], ["diagnosed"], ["judged"],
    ["condition"], ["medication"], ["prescribed"], ["dispensed"], ["returned"], ["adverse-event"], ["visited"],
    ["flare-ended"], ["flare-started"], ["treatment-stopped", "discontinued"], ["prior-treatment"], ["weight"],
)  # fmt: skip


# ---- imiquimod ------------------------------------------------------------------------------------------------


def imiquimod(draw: Draw) -> tuple[dict[str, str], list[date]]:
    """A course of imiquimod, and the days at which something may change."""
    cream, start, pick = CREAMS[draw.programme], draw.start, draw.pick
    patient = {"born": _years_before(draw, pick(60, 18, 17, 12, 11)).isoformat()}
    if draw.chance(0.03):
        patient = {}
    product = cream.products[0] if len(cream.products) == 1 else draw.random.choice(cream.products)
    _lesion(draw, cream)
    _supply(draw, product, cream.disease)
    begin = start + timedelta(pick(3, 2, 4))
    turn = draw.random.choice((0, 0, *cream.turns))
    _applications(draw, cream, begin, turn)
    _interruptions(draw, begin + timedelta(turn))
    for _ in range(pick(1, 0, 2)):
        _result(draw, begin, cream.turns)
    if cream.finish and draw.random.random() < 0.6:
        draw.add("outcome", begin + timedelta(pick(126, 124, 125, 127)), assessment=pick("clear", "partial"))
    reactions(draw, begin + timedelta(turn))
    anchors = [start, begin, begin + timedelta(6)]
    anchors += [begin + timedelta(day - offset) for day in cream.turns for offset in (0, 1)]
    return patient, [*anchors, begin + timedelta(turn)]


def _years_before(draw: Draw, age: int) -> date:
    start = draw.start
    return date(start.year - age, start.month, min(start.day, 28)) + timedelta(draw.pick(0, 1, 3, 4))


def _lesion(draw: Draw, cream: Cream) -> None:
    start, pick = draw.start, draw.pick
    details: dict[str, Any] = {"site": pick(*cream.sites)}
    if "carcinoma" in cream.disease:
        details |= {"biopsy_confirmed": pick("true", "false"), "size_mm": pick("12", "20", "20.5", "19")}
    elif draw.chance(0.2):
        details["biopsy_confirmed"] = pick("true", "false")
    for name in list(details):
        if draw.chance(0.1):
            del details[name]
    draw.add("diagnosed", start, condition=pick(cream.disease, "nodular-basal-cell-carcinoma"), **details)
    if draw.chance(0.1):
        draw.add("diagnosed", start + timedelta(pick(0, 1, 6)), condition=cream.disease, site=pick(*cream.sites))
    if draw.chance(0.15):
        draw.add("diagnosed", start + timedelta(pick(0, 1, -1, 6)), condition="pigmented-lesion")
    for matter in (
        "surgery-less-appropriate", "follow-up-assured", "cryotherapy-less-suitable", "no-other-treatment",
    ):  # fmt: skip
        draw.add("judged", start + timedelta(pick(0, 1)), matter=matter, by=pick("prescriber", "patient"))
    for _ in range(pick(0, 1, 2)):
        _condition(draw, pick("immunocompromised", "imiquimod-hypersensitivity", "depression"))


def _condition(draw: Draw, name: str) -> None:
    """A condition, often with its first or its last day near today."""
    start, pick = draw.start, draw.pick
    details: dict[str, str] = {}
    if draw.random.random() < 0.3:
        details["since"] = (start + timedelta(pick(-5, 1, 4))).isoformat()
    if draw.random.random() < 0.4:
        details["until"] = (start + timedelta(pick(7, 4, 8, 9, 45))).isoformat()
    draw.add("condition", start + timedelta(pick(0, -2, 1, 3)), condition=name, **details)


def _supply(draw: Draw, product: str, disease: str) -> None:
    start, pick = draw.start, draw.pick
    other = ("imiquimod-3.75", "imiquimod-5", "imiquimod-2.5", "pimecrolimus-1", "isotretinoin")
    if draw.random.random() < 0.95:
        details = _prescription(draw, disease)
        draw.add("prescribed", start + timedelta(1), product=pick(product, *other), days_supply="28", **details)
    if draw.random.random() < 0.4:
        draw.add("dispensed", start + timedelta(pick(2, 1)), days_supply="28")
        if draw.chance(0.2):
            draw.add("returned", start + timedelta(pick(2, 3, 1)), days_supply="28")
    if draw.chance(0.3):
        details = _prescription(draw, disease)
        again = pick(product, product, *other)
        draw.add("prescribed", start + timedelta(pick(3, 1, 0, 5)), product=again, days_supply="28", **details)


def _prescription(draw: Draw, disease: str) -> dict[str, str]:
    pick = draw.pick
    details: dict[str, str] = {}
    if draw.random.random() < 0.3:
        details["area_cm2"] = pick("20", "25", "25.5")
    if draw.chance(0.4):
        details["applications_per_week"] = pick("2", "3", "4", "5", "6", "7", "8", "14", "15")
    if draw.chance(0.3):
        details["indication"] = pick(disease, "actinic-keratosis", "anogenital-warts", "rosacea", "atopic-dermatitis")
    return details


def _applications(draw: Draw, cream: Cream, begin: date, turn: int) -> None:
    """Applications of the first days, and around the turn of the course at which the decision may lie."""
    pick = draw.pick
    if draw.chance(0.2):
        draw.add("treatment-started", begin + timedelta(pick(0, -1, 1)))
    if draw.random.random() < 0.15:
        return  # nothing applied yet
    _week(draw, cream, begin)
    if turn == 0:
        if draw.random.random() < 0.5:
            _week(draw, cream, begin + timedelta(7))
        return
    for first in (turn - 7, turn):
        if draw.random.random() < 0.5:
            _week(draw, cream, begin + timedelta(first))
    if turn == 84 and draw.random.random() < 0.8:  # the second course has begun
        draw.add("dose-taken", begin + timedelta(pick(56, 55, 57)))
    if turn == 56 and draw.chance(0.3):
        draw.add("dose-taken", begin + timedelta(pick(42, 41, 43)))


def _week(draw: Draw, cream: Cream, first: date) -> None:
    for offset in cream.rhythm:
        if draw.random.random() < 0.6:
            draw.add("dose-taken", first + timedelta(offset + draw.pick(0, 1, -1)))
        elif draw.chance(0.3):
            draw.add("dose-skipped", first + timedelta(offset))
    if draw.chance(0.1):
        draw.add("dose-taken", first + timedelta(draw.pick(5, 6)))


def _interruptions(draw: Draw, near: date) -> None:
    pick = draw.pick
    if draw.chance(0.3):
        draw.add("rest-started", near + timedelta(pick(1, 5)))
        if draw.random.random() < 0.7:
            draw.add("rest-ended", near + timedelta(pick(6, 1, 5)))
    if draw.chance(0.15):
        draw.add("treatment-stopped", near + timedelta(pick(5, 1, 6)))
        if draw.random.random() < 0.5:
            draw.add("treatment-started", near + timedelta(pick(6, 5, 1)))


def _result(draw: Draw, begin: date, turns: tuple[int, ...]) -> None:
    pick = draw.pick
    day = draw.random.choice(turns) + pick(0, -1, 1, 7, 14)
    if draw.chance(0.4):
        day = pick(6, 0, -1, 1)
    found = draw.random.choice(("partial", "partial", "none", "almost-clear", "clear", "worse"))
    draw.add("outcome", begin + timedelta(day), assessment=found)


def reactions(draw: Draw, near: date) -> None:
    """A reaction, and who lets the course go on; only mild or life-threatening ones, which nobody reads differently."""
    pick = draw.pick
    if draw.chance(0.25):
        term = pick("itching", "burning", "anaphylaxis", "headache", "nausea")
        draw.add("adverse-event", near + timedelta(pick(1, 5, 6)), term=term, severity=pick("mild", "life-threatening"))
        if draw.random.random() < 0.5:
            by = pick("prescriber", "patient", "dermatologist", "gp", "specialist-nurse", "second-prescriber", "nurse")
            draw.add("judged", near + timedelta(pick(6, 1, 5)), matter="may-resume", by=by)


# ---- pimecrolimus ----------------------------------------------------------------------------------------------


def pimecrolimus(draw: Draw) -> tuple[dict[str, str], list[date]]:
    """A child's eczema in flares, and the days at which something may change."""
    start, pick = draw.start, draw.pick
    age, more = pick((8, 2), (2, 0), (2, -1), (0, 88), (0, 91), (0, 92), (0, 93))
    born = date(start.year - age, start.month, min(start.day, 28)) - timedelta(more)
    _eczema(draw)
    for _ in range(pick(0, 1, 2)):
        _condition(
            draw,
            draw.random.choice(
                ("netherton-syndrome", "skin-infection", "skin-malignancy", "skin-premalignancy", "eczema-herpeticum",
                 "herpes-simplex", "macrolactam-hypersensitivity", "pimecrolimus-hypersensitivity", "hypersensitivity",
                 "immunocompromised", "depression")
            ),
        )  # fmt: skip
    for _ in range(pick(0, 0, 1)):
        name = pick("ciclosporin", "azathioprine", "mycophenolate", "cyclosporine", "paracetamol")
        stopped = {"stopped": (start + timedelta(pick(4, 7, 8))).isoformat()} if draw.random.random() < 0.5 else {}
        draw.add("medication", start + timedelta(pick(0, -1, 3)), ingredient=name, **stopped)
    draw.add("counselled", start, by="prescriber")
    _supply(draw, "pimecrolimus-1", "atopic-dermatitis")
    begin = start + timedelta(pick(3, 2, 4))
    _flares(draw, begin)
    if draw.chance(0.2):
        draw.add("rest-started", begin + timedelta(pick(1, 5)))
        draw.add("rest-ended", begin + timedelta(pick(6, 1)))
    if draw.chance(0.1):
        draw.add("treatment-stopped", begin + timedelta(pick(5, 6)))
        draw.add("treatment-started", begin + timedelta(pick(6, 7)))
    reactions(draw, begin + timedelta(pick(1, 40)))
    return {"born": born.isoformat()}, [start, begin, begin + timedelta(41), begin + timedelta(42)]


def _eczema(draw: Draw) -> None:
    start, pick = draw.start, draw.pick
    others = ("contact-dermatitis", "seborrhoeic-dermatitis", "rosacea")
    details = {"severity": pick("mild", "moderate", "severe")} if draw.random.random() < 0.95 else {}
    draw.add("diagnosed", start, condition=pick("atopic-dermatitis", *others), **details)
    if draw.chance(0.2):
        other = pick(*others, "pigmented-lesion", "atopic-dermatitis")
        draw.add("diagnosed", start + timedelta(pick(1, 0, -1)), condition=other, severity="mild")
    outcome = pick("failed", "not-tolerated", "succeeded", "partial")
    draw.add("prior-treatment", start, treatment=pick("topical-steroid", "emollient"), outcome=outcome)
    if draw.chance(0.4):
        by, reason = pick("prescriber", "patient"), {"reason": "decided"} if draw.random.random() < 0.8 else {}
        draw.add("judged", start, matter=draw.random.choice(("no-other-treatment", "off-label")), by=by, **reason)


def _flares(draw: Draw, begin: date) -> None:
    pick = draw.pick
    if draw.random.random() < 0.9:
        draw.add(pick("flare-started", "treatment-started"), begin)
    day = begin
    for _ in range(draw.random.choice((0, 2, 5, 7, 8))):
        for _ in range(pick(1, 2)):
            draw.add("dose-taken", day)
        day += timedelta(pick(6, 5, 7, 8))
    if draw.random.random() < 0.2:
        draw.add("flare-ended", begin + timedelta(pick(40, 5, 6, 41)))
        if draw.random.random() < 0.6:
            draw.add("flare-started", begin + timedelta(pick(41, 5, 6, 40)))
    if draw.random.random() < 0.4:
        draw.add("visited", begin + timedelta(pick(41, 0, 20, 42, 43)), setting=pick("in-person", "remote"))
    for _ in range(pick(0, 1, 2)):
        found = draw.random.choice(("partial", "almost-clear", "none", "worse", "clear"))
        draw.add("outcome", begin + timedelta(pick(41, 0, 20, 40, 42, 43)), assessment=found)
