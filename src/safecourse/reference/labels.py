"""Two US labels: imiquimod 5 % for superficial basal cell carcinoma (2015-01-01), pimecrolimus 1 % (2006-01-01)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from safecourse.reference.records_eu import Answer, Opinion, Record, Seen, both, either, opinion

ZONE = "America/New_York"
CARCINOMA = "us-imiquimod-5-carcinoma"
PIMECROLIMUS = "us-pimecrolimus"
VERSIONS = {CARCINOMA: "2015-01-01", PIMECROLIMUS: "2006-01-01"}
# Of the trunk, neck and limbs; hands, feet and the anogenital skin are other sites.
CARCINOMA_SITES = ("trunk", "neck", "upper-limb", "lower-limb")
LARGEST_TUMOUR = 20.0  # mm


def judge(document: Mapping[str, Any], gate: str, at: datetime, version: str) -> Opinion:
    """What the label that the course names says of one gate."""
    programme = str(document["programme"])
    if VERSIONS.get(programme) != version:
        raise ValueError(f"no label {programme} of {version} is known here")
    record = Record(document, at, ZONE)
    if gate not in ("enrol", "dispense"):
        raise ValueError(f"{programme} has no gate {gate}")
    if programme == CARCINOMA:
        rules, product = _carcinoma(record), "imiquimod-5"
    else:
        rules, product = _dermatitis(record), "pimecrolimus-1"
    if gate == "dispense":
        rules["prescription-unused"] = prescription_is_unused(record, product)
    return opinion(rules)


def _carcinoma(record: Record) -> dict[str, Answer]:
    disease = "superficial-basal-cell-carcinoma"

    def last(fits: Callable[[Seen], Answer]) -> Answer:
        return of_last_diagnosis(record, lambda seen: seen.text("condition") == disease, fits)

    def small(seen: Seen) -> Answer:
        size = seen.number("size_mm")
        return None if size is None else size <= LARGEST_TUMOUR

    def sited(seen: Seen) -> Answer:
        site = seen.text("site")
        return None if site is None else site in CARCINOMA_SITES

    return {
        "adult": record.age_reached(18),
        "diagnosed": record.exists("diagnosed", lambda seen: seen.text("condition") == disease),
        "biopsy-confirmed": last(lambda seen: seen.text("biopsy_confirmed") == "true"),
        "size": last(small),
        "site": last(sited),
        "immune-competent": free_of(record, "immunocompromised"),
        "surgery-less-appropriate": judged_by_prescriber(record, "surgery-less-appropriate"),
        "follow-up-assured": judged_by_prescriber(record, "follow-up-assured"),
    }


def _dermatitis(record: Record) -> dict[str, Answer]:
    disease = "atopic-dermatitis"

    def mild_or_moderate(seen: Seen) -> Answer:
        severity = seen.text("severity")
        return None if severity is None else severity in ("mild", "moderate")

    return {
        "age-2": record.age_reached(2),
        "diagnosed": record.exists("diagnosed", lambda seen: seen.text("condition") == disease),
        "severity": of_last_diagnosis(record, lambda seen: seen.text("condition") == disease, mild_or_moderate),
        "second-line": either(
            record.exists("prior-treatment", lambda seen: seen.text("outcome") in ("failed", "not-tolerated")),
            judged_by_prescriber(record, "no-other-treatment"),
        ),
        "immune-competent": free_of(record, "immunocompromised"),
        "no-netherton-syndrome": free_of(record, "netherton-syndrome"),
        "no-hypersensitivity": both(
            *(free_of(record, name) for name in ("pimecrolimus-hypersensitivity", "hypersensitivity"))
        ),
    }


def judged_by_prescriber(record: Record, matter: str) -> Answer:
    """Whether the prescriber judged this matter."""
    return record.exists("judged", lambda seen: seen.text("matter") == matter and seen.text("by") == "prescriber")


def of_last_diagnosis(record: Record, fits: Callable[[Seen], bool], asked: Callable[[Seen], Answer]) -> Answer:
    """A question about the last diagnosis of a disease; of several of one day, all must satisfy."""
    last = record.last("diagnosed", fits)
    if record.gap("diagnosed", last[0].day if last else None):
        return None
    if not last:
        return False
    return both(*(asked(seen) for seen in last))


def free_of(record: Record, condition: str) -> Answer:
    """Whether the patient doesn't have a condition today: its last record holds, without a last day for good."""

    def present(seen: Seen) -> bool:
        since, until = seen.date("since"), seen.date("until")
        return (since is None or since <= record.today) and (until is None or record.today <= until)

    last = record.last("condition", lambda seen: seen.text("condition") == condition)
    if record.gap("condition", last[0].day if last else None):
        return None
    return not any(present(seen) for seen in last)


def prescription_is_unused(record: Record, product: str) -> Answer:
    """A prescription of the product on a later day than the last dispense that wasn't returned."""
    used = None
    standing: list[Seen] = []
    handling = record.all("dispensed", "returned")
    # A return presupposes a dispense: of one day without instants, the dispense came first.
    for seen in sorted(handling, key=lambda each: (each.day, _order(each, handling))):
        if seen.kind == "dispensed":
            standing.append(seen)
        elif standing:
            standing.pop()
    if standing:
        used = standing[-1].day
    last = record.last("prescribed", lambda seen: seen.text("product") == product)
    if last and (used is None or last[0].day > used):
        return None if record.gap("dispensed", last[0].day) else True
    if record.gap("prescribed", used + timedelta(days=1) if used else None):
        return None
    if last and used is not None and record.gap("returned", used):
        return None
    return False


def _order(seen: Seen, others: list[Seen]) -> float:
    same_day = [other for other in others if other.day == seen.day]
    if all(other.moment is not None for other in same_day) and seen.moment is not None:
        return seen.moment.timestamp()
    return 1.0 if seen.kind == "returned" else 0.0
