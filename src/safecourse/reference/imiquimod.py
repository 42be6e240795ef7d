"""Imiquimod cream by its labels: keratosis, superficial basal cell carcinoma, warts; United States, Europe, Japan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from safecourse.reference import cream_days, cream_rules
from safecourse.reference.records import Answer, Opinion, Record, opinion

ZONES = {"us": "America/New_York", "eu": "Europe/Brussels", "jp": "Asia/Tokyo"}
# Reactions that stop at once whatever their severity, and the severities that do.
RED_FLAG_TERMS = ("ulcer", "ulceration", "urinary-retention", "fever", "rigors")
RED_FLAG_SEVERITIES = ("life-threatening", "severe")
STRENGTHS = ("imiquimod-5", "imiquimod-3.75", "imiquimod-2.5")
FACE_OR_SCALP = ("face", "scalp")
# Of the trunk, neck and limbs; hands, feet and the anogenital skin are other sites.
CARCINOMA_SITES = ("trunk", "neck", "upper-limb", "lower-limb")
LARGEST_TUMOUR = 20.0  # mm
LARGEST_AREA = 25.0  # cm2
WEEKS_TO_ASSESSMENT = 12


@dataclass(frozen=True)
class Label:
    """What a label says: the disease, whom it asks to be, and how often and how long the cream is applied."""

    products: tuple[str, ...]
    disease: str
    per_week: int
    days_apart: int
    days: int
    youngest: int | None = None
    sites: tuple[str, ...] = ()
    largest_mm: float | None = None
    largest_cm2: float | None = None
    immune_competent: bool = False
    judged: tuple[str, ...] = ()
    days_by: str = "end"  # end | cycles | cycles-and-one | two-courses


def _keratosis_5(per_week: int, days: int, **others: Any) -> Label:
    return Label(("imiquimod-5",), "actinic-keratosis", per_week, 2, days, sites=FACE_OR_SCALP, **others)


def _keratosis_3_75(products: tuple[str, ...], **others: Any) -> Label:
    return Label(products, "actinic-keratosis", 7, 1, 42, youngest=18, sites=FACE_OR_SCALP, **others)


def _carcinoma(**others: Any) -> Label:
    disease = "superficial-basal-cell-carcinoma"
    return Label(("imiquimod-5",), disease, 5, 1, 42, youngest=18, largest_mm=LARGEST_TUMOUR, **others)


def _warts(youngest: int | None) -> Label:
    return Label(("imiquimod-5",), "anogenital-warts", 3, 2, 112, youngest=youngest, sites=("genital", "perianal"))


LABELS = {
    "us-imiquimod-5-keratosis": _keratosis_5(2, 112, youngest=18, immune_competent=True, largest_cm2=LARGEST_AREA),
    "eu-imiquimod-5-keratosis": _keratosis_5(
        3,
        28,
        youngest=18,
        immune_competent=True,
        judged=("cryotherapy-less-suitable", "no-other-treatment"),
        days_by="two-courses",
    ),
    "jp-imiquimod-5-keratosis": _keratosis_5(3, 28, youngest=18, largest_cm2=LARGEST_AREA, days_by="two-courses"),
    "us-imiquimod-3.75-keratosis": _keratosis_3_75(
        ("imiquimod-3.75", "imiquimod-2.5"), immune_competent=True, days_by="cycles"
    ),
    "eu-imiquimod-3.75-keratosis": _keratosis_3_75(
        ("imiquimod-3.75",), immune_competent=True, judged=("no-other-treatment",), days_by="cycles-and-one"
    ),
    "us-imiquimod-5-carcinoma": _carcinoma(
        sites=CARCINOMA_SITES, immune_competent=True, judged=("surgery-less-appropriate", "follow-up-assured")
    ),
    "eu-imiquimod-5-carcinoma": _carcinoma(),
    "us-imiquimod-5-warts": _warts(12),
    "eu-imiquimod-5-warts": _warts(18),
    "jp-imiquimod-5-warts": _warts(None),
    "us-imiquimod-3.75-warts": Label(
        ("imiquimod-3.75",), "anogenital-warts", 7, 1, 56, youngest=12, sites=("genital", "perianal")
    ),
}


def judge(document: Mapping[str, Any], gate: str, at: datetime) -> Opinion:
    """What the label that the course names says of one gate. ValueError if the label or the gate isn't known."""
    programme = str(document["programme"])
    label = LABELS[programme]
    country = programme[:2]
    record = Record(document, at, ZONES[country])
    if gate == "enrol":
        return opinion(_may_begin(record, label, country))
    if gate == "prescribe":
        return opinion(_may_begin(record, label, country) | _prescribed_rightly(record, label) | _safe(record))
    if gate == "dispense":
        rules = _may_begin(record, label, country) | _prescribed_rightly(record, label) | _amounts(record, label)
        return opinion(rules | _not_over(record, label) | _handed_over(record, label))
    if gate == "take":
        rules = _in_any_case(record, label, country) | _prescribed_rightly(record, label) | _amounts(record, label)
        return opinion(rules | _not_cleared(record, label) | _safe(record) | _applied(record, label))
    if gate == "finish" and label.disease == "superficial-basal-cell-carcinoma":
        return opinion({"assessed": cream_days.assessed_after(record, WEEKS_TO_ASSESSMENT)})
    raise ValueError(f"{programme} has no gate {gate}")


def _in_any_case(record: Record, label: Label, country: str) -> dict[str, Answer]:
    rules = {"no-pigmented-lesion": cream_rules.no_pigmented_lesion(record, (label.disease,))}
    if country in ("eu", "jp"):
        rules["no-hypersensitivity"] = cream_rules.free_of(record, "imiquimod-hypersensitivity")
    if label.disease == "actinic-keratosis" and country == "jp":
        rules["biopsy-not-against-it"] = cream_rules.of_last_diagnosis_if_any(
            record, label.disease, lambda seen: seen.text("biopsy_confirmed") != "false"
        )
    return rules


def _may_begin(record: Record, label: Label, country: str) -> dict[str, Answer]:
    rules = _in_any_case(record, label, country)
    rules["diagnosed"] = cream_rules.diagnosed(record, (label.disease,))
    if label.youngest is not None:
        rules["old-enough"] = record.age_reached(label.youngest)
    if label.sites:
        asked = cream_rules.one_of("site", label.sites)
        rules["site"] = cream_rules.of_last_diagnosis(record, label.disease, asked)
    if label.largest_mm is not None:
        small = cream_rules.at_most("size_mm", label.largest_mm)
        rules["size"] = cream_rules.of_last_diagnosis(record, label.disease, small)
    if label.disease == "superficial-basal-cell-carcinoma" and country == "us":
        rules["biopsy-confirmed"] = cream_rules.of_last_diagnosis(
            record, label.disease, lambda seen: seen.text("biopsy_confirmed") == "true"
        )
    if label.immune_competent:
        rules["immune-competent"] = cream_rules.free_of(record, "immunocompromised")
    for matter in label.judged:
        rules[matter] = cream_rules.judged_by_prescriber(record, matter)
    return rules


def _prescribed_rightly(record: Record, label: Label) -> dict[str, Answer]:
    return {
        "prescribed-for-this": cream_rules.prescribed_for_nothing_else(record, label.products, (label.disease,)),
    }


def _amounts(record: Record, label: Label) -> dict[str, Answer]:
    if label.largest_cm2 is None:
        return {}
    return {"area": cream_rules.prescribed_at_most(record, label.products, "area_cm2", label.largest_cm2)}


def _handed_over(record: Record, label: Label) -> dict[str, Answer]:
    return {
        "prescription-unused": cream_rules.prescription_is_unused(record, label.products),
        "times-a-week": cream_rules.prescribed_at_most(record, label.products, "applications_per_week", label.per_week),
    } | _not_cleared(record, label)


def _safe(record: Record) -> dict[str, Answer]:
    return {"may-go-on": cream_rules.may_go_on_after_reactions(record, RED_FLAG_TERMS, RED_FLAG_SEVERITIES)}


def _not_cleared(record: Record, label: Label) -> dict[str, Answer]:
    """Clearing ends a course of warts; keratosis and carcinoma are treated to the end."""
    return {"not-clear": cream_days.not_clear(record)} if label.disease == "anogenital-warts" else {}


def _not_over(record: Record, label: Label) -> dict[str, Answer]:
    """In the pause between two courses nothing is handed over; in the rest between two cycles it is."""
    if label.days_by == "two-courses":
        return {"not-over": cream_days.in_first_or_second_course(record)}
    if label.days_by == "cycles-and-one":
        return {"not-over": cream_days.before_the_end_or_in_the_extra_cycle(record)}
    return {"not-over": cream_days.before_the_end(record, label.days)}


def _applied(record: Record, label: Label) -> dict[str, Answer]:
    if label.days_by == "two-courses":
        day = cream_days.in_first_or_second_course(record)
    elif label.days_by == "cycles":
        day = cream_days.in_two_cycles(record)
    elif label.days_by == "cycles-and-one":
        day = cream_days.in_two_cycles_or_the_extra_one(record)
    else:
        day = cream_days.before_the_end(record, label.days)
    return {
        "product-prescribed": cream_rules.product_is_the_last_prescribed(record, label.products, STRENGTHS),
        "not-resting": cream_rules.not_resting(record),
        "not-stopped": cream_rules.not_stopped(record),
        "rhythm": cream_days.dose_fits(record, label.per_week, label.days_apart),
        "day-of-course": day,
    }
