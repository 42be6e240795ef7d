"""Pimecrolimus cream by its labels of the United States and Europe."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from safecourse.reference import cream_rules
from safecourse.reference.records import (
    ONE_DAY,
    SINCE_EVER,
    Answer,
    Opinion,
    Record,
    Seen,
    both,
    either,
    final,
    negated,
    opinion,
)

ZONES = {"us": "America/New_York", "eu": "Europe/Brussels"}
PRODUCTS = ("pimecrolimus-1",)
ECZEMA = "atopic-dermatitis"
OFF_LABEL = ("seborrhoeic-dermatitis", "contact-dermatitis")
FROM_THREE_MONTHS = "2022-03-02"  # the European version from which on infants of three months may be treated
INFECTIONS = ("skin-infection", "eczema-herpeticum", "herpes-simplex")
GROWTHS = ("skin-malignancy", "skin-premalignancy")
IMMUNOSUPPRESSANTS = ("azathioprine", "ciclosporin", "cyclosporine", "mycophenolate")
# Words for which treatment waits whatever their severity. Which words these are is the house's reading of the labels'
# contraindications and reactions, so they are the same as in the rule books, not found anew.
RED_FLAG_TERMS = (
    *("anaphylaxis", "angio-oedema", "angioedema", "swelling-of-the-face", "allergic-reaction", "hives", "urticaria"),
    *("skin-infection", "infected-skin", "impetigo", "furuncle", "herpes-simplex", "cold-sore", "herpes-zoster"),
    *("shingles", "eczema-herpeticum", "chickenpox"),
    *("swollen-lymph-nodes", "lymphadenopathy", "glandular-fever", "mononucleosis"),
)
USE = ("treatment-started", "flare-started", "dose-taken")
BETTER = ("clear", "almost-clear", "partial")
LONGEST_USE = 42  # days without anybody having looked
FREE_DAYS = 7  # whole days without use that end a stretch of it


def judge(document: Mapping[str, Any], gate: str, at: datetime, version: str) -> Opinion:
    """What the label that the course names says of one gate. ValueError if the gate isn't known."""
    programme = str(document["programme"])
    country = programme[:2]
    record = Record(document, at, ZONES[country])
    if gate == "enrol":
        return opinion(_may_begin(record, country, version))
    if gate == "prescribe":
        return opinion(_may_begin(record, country, version) | _prescribed_rightly(record) | _safe(record))
    if gate == "dispense":
        return opinion(
            _may_begin(record, country, version)
            | _prescribed_rightly(record)
            | {
                "prescription-unused": cream_rules.prescription_is_unused(record, PRODUCTS),
                "times-a-week": cream_rules.prescribed_at_most(record, PRODUCTS, "applications_per_week", 14),
            }
        )
    if gate == "take":
        rules = _in_any_case(record, country) | _prescribed_rightly(record) | _safe(record) | _applied(record)
        if country == "eu":
            rules["not-worse"] = not_worse(record)
        return opinion(rules)
    raise ValueError(f"{programme} has no gate {gate}")


def _in_any_case(record: Record, country: str) -> dict[str, Answer]:
    """What the labels forbid or warn of at any time."""
    allergies = ["pimecrolimus-hypersensitivity", "hypersensitivity"]
    if country == "eu":
        allergies.append("macrolactam-hypersensitivity")
    rules = {
        "no-pigmented-lesion": cream_rules.no_pigmented_lesion(record, (ECZEMA,)),
        "no-infection": cream_rules.free_of(record, *INFECTIONS),
        "no-growth": cream_rules.free_of(record, *GROWTHS),
        "no-immunosuppressant": cream_rules.free_of_medicines(record, IMMUNOSUPPRESSANTS),
        "immune-competent": cream_rules.free_of(record, "immunocompromised"),
        "no-hypersensitivity": both(*(cream_rules.free_of(record, name) for name in allergies)),
    }
    if country == "us":
        rules["no-netherton-syndrome"] = cream_rules.free_of(record, "netherton-syndrome")
    return rules


def _may_begin(record: Record, country: str, version: str) -> dict[str, Answer]:
    severity = cream_rules.one_of("severity", ("mild", "moderate"))
    return _in_any_case(record, country) | {
        "old-enough": _old_enough(record, country, version),
        "diagnosed": either(_eczema_is_the_last(record), _off_label(record)),
        # Of what is treated beyond the label no severity is asked.
        "severity": either(
            cream_rules.of_last_diagnosis(record, ECZEMA, severity),
            both(_off_label(record), negated(_eczema_is_the_last(record))),
        ),
        "second-line": either(
            record.exists("prior-treatment", lambda seen: seen.text("outcome") in ("failed", "not-tolerated")),
            cream_rules.judged_by_prescriber(record, "no-other-treatment"),
        ),
    }


def _old_enough(record: Record, country: str, version: str) -> Answer:
    if country == "us" or version < FROM_THREE_MONTHS:
        return record.age_reached(2)
    if record.born is None:
        return None
    return record.today >= three_months_after(record.born)


def three_months_after(born: date) -> date:
    """Three calendar months later; a day that the month lacks becomes the first of the month after it."""
    year, month = (born.year, born.month + 3) if born.month <= 9 else (born.year + 1, born.month - 9)
    try:
        return date(year, month, born.day)
    except ValueError:
        return date(year, month + 1, 1)


def _eczema_is_the_last(record: Record) -> Answer:
    """Whether atopic dermatitis was diagnosed, and on its last day or since no disease of those beyond the label."""
    last = record.last("diagnosed", lambda seen: seen.text("condition") == ECZEMA)
    if record.gap("diagnosed", last[0].day if last else None):
        return None
    if not last:
        return False
    return not any(seen.day >= last[0].day for seen in _beyond_label(record))


def _off_label(record: Record) -> Answer:
    """Whether a disease beyond the label was diagnosed, and the prescriber says why it is treated so."""
    diagnosed = cream_rules.diagnosed(record, OFF_LABEL)
    return both(diagnosed, cream_rules.judged_by_prescriber(record, "off-label", with_reason=True))


def _beyond_label(record: Record) -> list[Seen]:
    return [seen for seen in record.all("diagnosed") if seen.text("condition") in OFF_LABEL]


def _prescribed_rightly(record: Record) -> dict[str, Answer]:
    return {"prescribed-for-this": cream_rules.prescribed_for_nothing_else(record, PRODUCTS, (ECZEMA, *OFF_LABEL))}


def _safe(record: Record) -> dict[str, Answer]:
    return {"may-go-on": cream_rules.may_go_on_after_reactions(record, RED_FLAG_TERMS)}


def _applied(record: Record) -> dict[str, Answer]:
    return {
        "product-prescribed": cream_rules.product_is_the_last_prescribed(record, PRODUCTS),
        "not-resting": cream_rules.not_resting(record),
        "not-stopped": cream_rules.not_stopped(record),
        "twice-a-day": _twice_a_day(record),
        "flare-not-over": cream_rules.not_over(record),
        "looked-at-in-time": looked_at_in_time(record),
    }


def _twice_a_day(record: Record) -> Answer:
    if sum(seen.day == record.today for seen in record.all("dose-taken")) >= 2:
        return False
    return None if record.gap("dose-taken", record.today) else True


# ---- stretches of use --------------------------------------------------------------------------------------


def stretch_begin(record: Record, with_unseen: bool) -> tuple[date, date] | None:
    """The first and the last day of the last stretch of use; ``with_unseen`` supposes use on every uncovered day."""
    known = {seen.day for seen in record.all(*USE)}

    def used(day: date) -> bool:
        return day in known or (with_unseen and record.gaps(USE, day, day))

    last = record.today
    while not used(last):
        last -= ONE_DAY
        if last < SINCE_EVER or (not with_unseen and (not known or last < min(known))):
            return None
        if with_unseen and not record.gaps(USE, None, last) and (not known or last < min(known)):
            return None
    begun = day = last
    while (begun - day).days < FREE_DAYS and (last - begun).days < 400:
        day -= ONE_DAY
        if used(day):
            begun = day
    return begun, last


def looked_at_in_time(record: Record) -> Answer:
    """Whether it isn't the 43rd day of use without anybody having looked, or seven days without use lie behind."""

    def in_time(with_unseen: bool, looked: bool) -> bool:
        stretch = stretch_begin(record, with_unseen)
        if stretch is None or (record.today - stretch[1]).days > FREE_DAYS:
            return True
        counted_from = max([stretch[0], *(seen.day for seen in record.all("visited", "outcome"))])
        return looked or (record.today - counted_from).days < LONGEST_USE

    if in_time(with_unseen=True, looked=False):
        return True
    unseen = record.gaps(("visited", "outcome"), record.today - timedelta(days=LONGEST_USE - 1))
    return None if in_time(with_unseen=False, looked=unseen) else False


def not_worse(record: Record) -> Answer:
    """Whether in this stretch of use nobody found the skin worse, nor the same from day 42 on, or else better later."""

    def good(with_unseen: bool) -> bool:
        stretch = stretch_begin(record, with_unseen)
        if stretch is None:
            return True
        outcomes = record.all("outcome")
        bad = [seen for seen in outcomes if seen.text("assessment") == "worse" and seen.day >= stretch[0]]
        late = stretch[0] + timedelta(days=LONGEST_USE - 1)
        bad += [seen for seen in outcomes if seen.text("assessment") == "none" and seen.day >= late]
        better = [seen for seen in outcomes if seen.text("assessment") in BETTER]
        return all(any(one.after(seen) for one in better) for seen in final(bad))

    stretch = stretch_begin(record, with_unseen=True)
    if not good(with_unseen=True):
        return None if good(with_unseen=False) or record.gap("outcome", None) else False
    better = [seen.day for seen in record.all("outcome") if seen.text("assessment") in BETTER]
    if stretch is not None and record.gap("outcome", max([stretch[0], *better])):
        return None
    return True
