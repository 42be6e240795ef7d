"""Isotretinoin by its labels of the United States and Europe: who may begin, and who may take today's capsule."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from safecourse.reference import cream_rules
from safecourse.reference.records import (
    ONE_DAY,
    Answer,
    Opinion,
    Record,
    Seen,
    agreed,
    both,
    either,
    negated,
    opinion,
    where,
)

ZONES = {"us-isotretinoin-label": "America/New_York", "eu-isotretinoin-label": "Europe/Brussels"}
VERSIONS = {"us-isotretinoin-label": ("2022-01-01",), "eu-isotretinoin-label": ("2018-06-21",)}
PRODUCTS = ("isotretinoin", "absorica", "absorica-ld")
TREATABLE = ("moderate", "severe", "severe-nodular", "severe-scarring")
OFF_LABEL = ("rosacea", "sebaceous-hyperplasia", "hidradenitis-suppurativa", "seborrhoeic-dermatitis")
ALLERGIES = ("isotretinoin-hypersensitivity", "retinoid-hypersensitivity", "hypersensitivity")
EUROPEAN_ALLERGIES = ("peanut-allergy", "soya-allergy")
EUROPEAN_ILLNESSES = ("hepatic-insufficiency", "hyperlipidaemia", "hypervitaminosis-a")
TETRACYCLINES = ("tetracycline", "doxycycline", "minocycline", "lymecycline", "oxytetracycline", "sarecycline")
# Reactions at which the labels stop the medicine, whatever their severity. No label says that ringing in the ears does,
# as far as one was read.
STOPPING = (
    *("depression", "psychosis", "aggression", "suicidal-ideation", "suicidal-thoughts", "suicide-attempt"),
    *("self-harm", "papilloedema", "papilledema", "intracranial-hypertension"),
    *("stevens-johnson-syndrome", "toxic-epidermal-necrolysis", "erythema-multiforme"),
    *("pancreatitis", "hepatitis", "jaundice", "vasculitis", "anaphylaxis", "angioedema", "angio-oedema"),
    *("severe-diarrhoea", "bloody-diarrhoea", "haemorrhagic-diarrhoea", "rectal-bleeding"),
    *("inflammatory-bowel-disease", "visual-disturbance", "blurred-vision", "night-blindness", "corneal-opacity"),
)
STOPPING_IF_SEVERE = ("allergic-reaction", "diarrhoea", "diarrhea")
BETWEEN_COURSES = timedelta(weeks=8)
SUICIDAL_THOUGHTS = 9  # the item of the PHQ-9 that asks for them
_ITEM = re.compile(r"(?:q|item[-_ ]?)?([1-9])\Z")  # how a questionnaire's item may be called


def judge(document: Mapping[str, Any], gate: str, at: datetime, version: str) -> Opinion:
    """What the label that the course names says of one gate. ValueError if label, version or gate isn't known."""
    label = str(document["programme"])
    if version not in VERSIONS[label]:
        raise ValueError(f"{label} has no version {version}; it has {', '.join(VERSIONS[label])}")
    record = Record(document, at, ZONES[label])
    european = label.startswith("eu-")
    rules = _contraindications(record, european)
    if gate == "take":
        return opinion(rules | _safe(record) | _taken(record))
    rules |= _who(record)
    if gate == "enrol":
        return opinion(rules | {"eight-weeks-between": _eight_weeks_between(record, european)})
    if gate == "prescribe":
        return opinion(rules | _safe(record))
    if gate == "dispense":
        return opinion(rules | {"prescription-unused": cream_rules.prescription_is_unused(record, PRODUCTS)})
    raise ValueError(f"{label} has no gate {gate}")


# ---- for whom -----------------------------------------------------------------------------------------------


def _who(record: Record) -> dict[str, Answer]:
    return {
        "age-12": record.age_reached(12),
        "indication": indication(record),
        "second-line": second_line(record),
        "not-for-looks": not_for_looks(record),
    }


def indication(record: Record) -> Answer:
    """Acne of a fitting severity; or a disease that the label doesn't name, by the prescriber's reasoned decision."""
    decided = cream_rules.judged_by_prescriber(record, "off-label", with_reason=True)
    beyond = beyond_the_label(record)
    acne = _last_acne(record, TREATABLE)
    if beyond is None:
        return agreed([decided, acne])
    return decided if beyond else acne


def beyond_the_label(record: Record) -> Answer:
    """Whether such a disease was diagnosed, on the day of the last diagnosis of acne or later."""
    acne = record.last("diagnosed", _is_acne)
    if record.gap("diagnosed", acne[0].day if acne else None):
        return None
    return any(
        seen.text("condition") in OFF_LABEL and (not acne or seen.day >= acne[0].day)
        for seen in record.all("diagnosed")
    )


def _is_acne(seen: Seen) -> bool:
    return seen.text("condition") == "acne"


def _last_acne(record: Record, severities: tuple[str, ...]) -> Answer:
    """Whether the last diagnosis of acne has such a severity; of several of one day one suffices."""
    last = record.last("diagnosed", _is_acne)
    if record.gap("diagnosed", last[0].day if last else None):
        return None
    fitting = cream_rules.one_of("severity", severities)
    return either(*(fitting(seen) for seen in last))


def second_line(record: Record) -> Answer:
    """Whether something else was tried and didn't suffice, or scars leave no time for it, or nothing else remains."""

    def fell_short(seen: Seen) -> bool:
        return seen.text("outcome") in ("failed", "partial", "not-tolerated")

    return either(
        record.exists("prior-treatment", fell_short),
        _last_acne(record, ("severe-scarring",)),
        cream_rules.judged_by_prescriber(record, "no-other-treatment"),
    )


def not_for_looks(record: Record) -> Answer:
    """Whether oily skin isn't what was found last: a disease was diagnosed that day or later."""
    oily = record.last("diagnosed", lambda seen: seen.text("condition") == "oily-skin")
    diseases = record.last("diagnosed", lambda seen: _is_acne(seen) or seen.text("condition") in OFF_LABEL)
    if not oily or (diseases and diseases[0].day >= oily[0].day):
        # Oily skin of the disease's own day is no later one.
        return None if record.gap("diagnosed", diseases[0].day + ONE_DAY if diseases else None) else True
    return None if record.gap("diagnosed", oily[0].day) else False


# ---- what forbids it ----------------------------------------------------------------------------------------


def _contraindications(record: Record, european: bool) -> dict[str, Answer]:
    def free_of(names: tuple[str, ...]) -> Answer:
        return both(*(cream_rules.free_of(record, name) for name in names))

    rules = {
        "not-breast-feeding": cream_rules.free_of(record, "breast-feeding"),
        "no-hypersensitivity": free_of(ALLERGIES),
        "no-possible-pregnancy": no_possible_pregnancy(record),
    }
    if european:
        rules["no-nut-allergy"] = free_of(EUROPEAN_ALLERGIES)
        rules["no-illness-that-forbids"] = free_of(EUROPEAN_ILLNESSES)
        # Each for itself: that one of them was stopped says nothing of another.
        rules["no-tetracycline"] = both(*(cream_rules.free_of_medicines(record, (name,)) for name in TETRACYCLINES))
    return rules


def no_possible_pregnancy(record: Record) -> Answer:
    """No positive test and no reported pregnancy that the prescriber hasn't excluded since."""
    signs = [seen for seen in record.all("pregnancy-test") if seen.text("result") == "positive"]
    signs += record.all("pregnancy")

    def excludes(seen: Seen) -> bool:
        return seen.text("matter") == "pregnancy-excluded" and seen.text("by") == "prescriber"

    exclusions = [seen for seen in record.all("judged") if excludes(seen)]
    standing = [sign for sign in signs if not any(exclusion.after(sign) for exclusion in exclusions)]
    if standing:
        latest = max(sign.day for sign in standing)
        # Of the sign's own day, only an unseen instant could come after a seen one.
        timed = all(sign.moment is not None for sign in standing if sign.day == latest)
        return None if record.gap("judged", latest if timed else latest + ONE_DAY) else False
    since = max((seen.day for seen in exclusions), default=None)
    return None if record.gaps(("pregnancy-test", "pregnancy"), since) else True


def _eight_weeks_between(record: Record, european: bool) -> Answer:
    """Whether no treatment with isotretinoin ended in the eight weeks before today."""
    waited = negated(
        record.exists("treatment-stopped", lambda seen: True, record.today - BETWEEN_COURSES + ONE_DAY, record.today)
    )
    if european:
        return waited
    # What was stopped isn't written down. It was isotretinoin if that was prescribed last.
    last = record.last("prescribed")
    was_isotretinoin: Answer = any(seen.text("product") in PRODUCTS for seen in last)
    if record.gap("prescribed", last[0].day if last else None):
        was_isotretinoin = None
    return where(was_isotretinoin, waited)


# ---- going on -----------------------------------------------------------------------------------------------


def _taken(record: Record) -> dict[str, Answer]:
    return {
        "prescribed": record.exists("prescribed", lambda seen: seen.text("product") in PRODUCTS),
        "not-resting": cream_rules.not_resting(record),
        "not-stopped": cream_rules.not_stopped(record),
    }


def _safe(record: Record) -> dict[str, Answer]:
    return {
        "no-suicidal-thoughts": no_suicidal_thoughts(record),
        "may-go-on": cream_rules.may_go_on_after(record, stops),
    }


def stops(reaction: Seen) -> bool:
    """Whether a reaction is one at which the medicine is stopped until somebody who may prescribe lets it go on."""
    term, severity = reaction.text("term"), reaction.text("severity")
    if severity == "life-threatening" or term in STOPPING:
        return True
    return severity == "severe" and term in STOPPING_IF_SEVERE


def no_suicidal_thoughts(record: Record) -> Answer:
    """Whether no answered PHQ-9 tells of them, or one who may prescribe assessed mental health since, or that day."""

    def assesses(seen: Seen) -> bool:
        return seen.text("what") == "mental-health" and seen.text("by") in cream_rules.MAY_LET_GO_ON

    assessed = [seen.day for seen in record.all("assessed") if assesses(seen)]
    answers: list[Answer] = []
    for seen in record.all("questionnaire"):
        if seen.text("instrument") != "phq-9" or any(day >= seen.day for day in assessed):
            continue
        thoughts = item(seen, SUICIDAL_THOUGHTS)
        if thoughts is None:
            answers.append(None)  # the total doesn't tell
        elif thoughts > 0:
            answers.append(None if record.gap("assessed", seen.day) else False)
    # What was answered unseen on the day of an assessment or before was assessed with it.
    if record.gap("questionnaire", max(assessed) + ONE_DAY if assessed else None):
        answers.append(None)
    return both(*answers)


def item(seen: Seen, number: int) -> float | None:
    """The answer to one item of a questionnaire, written as a list of all or by name; None if it isn't stated."""
    items = seen.fields.get("items") or {}
    if isinstance(items, list | tuple):
        return float(str(items[number - 1])) if len(items) >= number else None
    for name, answer in items.items():
        match = _ITEM.match(str(name).lower())
        if match and int(match.group(1)) == number:
            return float(str(answer))
    return None
