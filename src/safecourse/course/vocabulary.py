"""The event vocabulary as data: every kind of event, its fields, and what each field may hold.

The words are the contract of course files. Lists grow; a word that isn't in
its list is bad input, because a rule that looks for ``negative`` must never
pass over a misspelt ``negativ`` in silence.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

# How a field is written, and what it becomes in ``Event.fields``:
#   word        one word of a list                                   -> str
#   words       a list of such words, read as a set                  -> tuple of str, sorted
#   open-word   a word of a list that anybody may extend             -> str, lower case, hyphens for spaces
#   open-words  a list of such words, read as a set                  -> tuple of str, sorted
#   identifier  one line of text, kept as written                    -> str
#   text        free text, may have several lines                    -> str
#   day         YYYY-MM-DD                                           -> int, a day number
#   instant     an instant with an offset                            -> as moment
#   moment      a day, or an instant with an offset                  -> int, the day as written where it happened;
#               an instant adds ``<field>_moment``, microseconds since 1970, beside it
#   whole       a whole number                                       -> int
#   number      a finite number                                      -> int or float
#   truth       true or false                                        -> bool
#   numbers     a list of numbers, or numbers by name                -> tuple of str: "2", or "q9=2", in order
FieldType = Literal[
    "word", "words", "open-word", "open-words", "identifier", "text", "day", "instant", "moment", "whole", "number",
    "truth", "numbers",
]  # fmt: skip

# What a field's value counts; "" for what can't be compared as an amount.
Unit = Literal[
    "", "day", "days", "weeks", "hours", "count", "mg", "mg/day", "per-week", "mm", "cm2", "kg", "mIU/mL", "score",
    "as-stated",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an event: how it is written, whether it may be left out, and its limits."""

    name: str
    type: FieldType
    required: bool = True
    words: tuple[str, ...] = ()
    low: float = 0
    above_low: bool = False  # the limit itself is too low
    high: float = 0
    unit: Unit = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of event.

    ``one_of`` names fields of which at least one is needed. ``in_order`` are
    pairs of days of which the first can't lie after the second; ``on`` stands
    for the event's own day. ``of_patient`` is false for what can happen before
    the patient is born: a prescriber's certificate, an outage. ``derived``
    are fields that no file writes: reading adds them, and rules read them.
    """

    name: str
    fields: Mapping[str, Field]
    one_of: tuple[str, ...] = ()
    in_order: tuple[tuple[str, str], ...] = ()
    of_patient: bool = True
    derived: Mapping[str, Field] = field(default_factory=dict)

    def readable(self, name: str) -> Field | None:
        """A field that rules may read, written or derived; None if there is none of that name."""
        return self.fields.get(name) or self.derived.get(name)


CATEGORIES = ("can-become-pregnant", "cannot-become-pregnant", "contraception-not-required")
CYCLES = ("regular", "irregular")
CRITERIA = (
    "cisgender-male", "transgender-woman", "hysterectomy", "bilateral-oophorectomy", "one-ovary-removed",
    "tubal-sterilization", "partner-vasectomy", "abstinent", "pre-menarche", "menopausal", "transgender-man",
    "no-periods",
)  # fmt: skip
FORMS = (
    "patient-information", "birth-defects", "acknowledgement-of-risk", "pharmacist-checklist", "patient-agreement",
)  # fmt: skip
METHODS = (
    "combined-pill", "patch", "vaginal-ring", "injection", "implant", "iud", "hormonal-iud", "tubal-sterilization",
    "partner-vasectomy", "male-condom", "diaphragm-with-spermicide", "cervical-cap-with-spermicide",
    "vaginal-sponge", "abstinence", "progestin-only-pill", "female-condom", "withdrawal", "fertility-awareness",
    "diaphragm", "spermicide",
)  # fmt: skip
SKIN_CONDITIONS = (
    "acne", "actinic-keratosis", "superficial-basal-cell-carcinoma", "nodular-basal-cell-carcinoma",
    "anogenital-warts", "atopic-dermatitis", "rosacea", "sebaceous-hyperplasia", "hidradenitis-suppurativa",
    "seborrhoeic-dermatitis", "contact-dermatitis", "pigmented-lesion", "oily-skin",
)  # fmt: skip
SKIN_SEVERITIES = ("mild", "moderate", "severe", "severe-nodular", "severe-scarring")
EVENT_SEVERITIES = ("mild", "moderate", "severe", "life-threatening")
SITES = (
    "face", "scalp", "neck", "trunk", "upper-limb", "lower-limb", "hand", "foot", "eyelid", "ear", "lip", "genital",
    "perianal", "anal", "flexures",
)  # fmt: skip
PRODUCTS = (
    "isotretinoin", "absorica", "absorica-ld", "imiquimod-5", "imiquimod-3.75", "imiquimod-2.5", "pimecrolimus-1",
)  # fmt: skip
MATTERS = (
    "pregnancy-excluded", "no-pregnancy-risk-expected", "surgery-less-appropriate", "cryotherapy-less-suitable",
    "follow-up-assured", "no-other-treatment", "off-label", "may-resume",
)  # fmt: skip
# Other conditions than these may be written; these are known by name, so that a slip
# such as "breastfeeding" is caught instead of becoming a condition that no rule looks for.
KNOWN_CONDITIONS = (
    "breast-feeding", "immunocompromised", "netherton-syndrome", "peanut-allergy", "depression", "hypersensitivity",
    "imiquimod-hypersensitivity", "pimecrolimus-hypersensitivity", "macrolactam-hypersensitivity", "skin-infection",
    "eczema-herpeticum", "herpes-simplex", "skin-malignancy", "skin-premalignancy", "infectious-mononucleosis",
    "lymphadenopathy", "autoimmune-disease", "inflammatory-skin-disease", "graft-versus-host-disease",
    "organ-transplant", "hepatic-impairment", "renal-impairment",
)  # fmt: skip
PRESCRIBER_TYPES = ("dermatologist", "gp", "specialist-nurse")
# Where the contract says just "by": whoever can act in a course. Which of them counts is the rule book's to say.
ACTORS = (
    "prescriber", "delegate", "patient", "nurse", "pharmacist", "second-prescriber", "guardian", *PRESCRIBER_TYPES,
)  # fmt: skip

MOST_ITEMS = 9  # of a questionnaire whose items rules may read
IDENTIFIER_LENGTH = 200
TEXT_LENGTH = 4_000


def _word(name: str, *words: str) -> Field:
    return Field(name, "word", words=words)


def _words(name: str, words: tuple[str, ...]) -> Field:
    return Field(name, "words", words=words)


def _open(name: str, known: tuple[str, ...] = ()) -> Field:
    return Field(name, "open-word", words=known)


def _identifier(name: str) -> Field:
    return Field(name, "identifier")


def _text(name: str) -> Field:
    return Field(name, "text")


def _day(name: str) -> Field:
    return Field(name, "day", unit="day")


def _moment(name: str) -> Field:
    return Field(name, "moment", unit="day")


def _truth(name: str) -> Field:
    return Field(name, "truth")


def _whole(name: str, low: int, high: int, unit: Unit) -> Field:
    return Field(name, "whole", low=low, high=high, unit=unit)


def _number(name: str, low: float, high: float, unit: Unit) -> Field:
    return Field(name, "number", low=low, high=high, unit=unit)


def _above(name: str, low: float, high: float, unit: Unit) -> Field:
    return Field(name, "number", low=low, above_low=True, high=high, unit=unit)


def _maybe(field: Field) -> Field:
    return replace(field, required=False)


# What every event may carry beside its own fields. One of ``on`` and ``at`` is needed.
COMMON: Mapping[str, Field] = {
    "event": _identifier("event"),
    "on": _maybe(_day("on")),
    "at": _maybe(Field("at", "instant", unit="day")),
    "id": _maybe(_identifier("id")),
}

_WHO = _maybe(_identifier("who"))
_BY = _word("by", *ACTORS)
_DAYS_SUPPLY = _whole("days_supply", 1, 366, "days")
_CAPSULES = _maybe(_whole("capsules", 1, 5_000, "count"))
_REASON = _maybe(_text("reason"))


def _kind(
    name: str,
    *fields: Field,
    one_of: tuple[str, ...] = (),
    in_order: tuple[tuple[str, str], ...] = (),
    of_patient: bool = True,
    derived: tuple[Field, ...] = (),
) -> Kind:
    return Kind(
        name,
        {field.name: field for field in (*fields, _WHO)},
        one_of,
        in_order,
        of_patient,
        {field.name: field for field in derived},
    )


def _entering() -> list[Kind]:
    role, until = _word("role", "prescriber", "pharmacy"), _maybe(_day("until"))
    return [
        _kind("certified", role, until, in_order=(("on", "until"),), of_patient=False),
        _kind("decertified", role, until, of_patient=False),
        _kind("enrolled", _REASON),
        _kind("discontinued", _REASON),
        _kind(
            "classified",
            _word("category", *CATEGORIES),
            _words("criteria", CRITERIA),
            _maybe(_word("fsh", "post-menopausal-range", "other")),
            _maybe(_word("estradiol", "depressed", "other")),
            _maybe(_word("progesterone", "absent", "present")),
            _maybe(_word("hcg", "negative", "positive")),
        ),
        _kind(
            "diagnosed",
            _word("condition", *SKIN_CONDITIONS),
            _maybe(_word("severity", *SKIN_SEVERITIES)),
            _maybe(_word("site", *SITES)),
            _maybe(_above("size_mm", 0, 1_000, "mm")),
            _maybe(_truth("biopsy_confirmed")),
            _maybe(_identifier("icd10")),
        ),
        _kind(
            "prior-treatment",
            _open("treatment"),
            _word("outcome", "failed", "partial", "succeeded", "not-tolerated"),
            _maybe(_number("weeks", 0, 5_200, "weeks")),
        ),
        _kind(
            "condition",
            _open("condition", KNOWN_CONDITIONS),
            _maybe(_day("since")),
            _maybe(_day("until")),
            in_order=(("since", "until"),),
        ),
        _kind(
            "medication",
            _open("ingredient"),
            _maybe(_day("started")),
            _maybe(_day("stopped")),
            in_order=(("started", "stopped"),),
        ),
        _kind("judged", _word("matter", *MATTERS), _BY, _REASON),
        _kind(
            "form-signed",
            _word("form", *FORMS),
            _word("by", "patient", "guardian", "prescriber", "pharmacist"),
            _maybe(_identifier("edition")),
        ),
        _kind("counselled", _BY, _maybe(Field("topics", "open-words"))),
    ]


def _preventing() -> list[Kind]:
    return [
        _kind(
            "contraception",
            _word("by", "prescriber", "patient"),
            _words("methods", METHODS),
            _maybe(_day("since")),
        ),
        _kind("contraception-lapse", _word("what", "missed-pill", "unprotected-sex", "method-stopped")),
        _kind("menses-started"),
        _kind("missed-period"),
        _kind(
            "pregnancy-test",
            _word("result", "negative", "positive", "invalid"),
            _word("setting", "laboratory", "medical", "supervised-remote", "home", "unknown"),
            _maybe(_day("resulted")),
            _maybe(_word("specimen", "urine", "blood")),
            _maybe(_above("sensitivity_miu_ml", 0, 10_000, "mIU/mL")),
            in_order=(("on", "resulted"),),
        ),
        _kind("home-testing-permitted", _BY),
        _kind("visited", _word("setting", "in-person", "remote")),
        _kind("assessed", _word("what", "mental-health", "sexual-function"), _BY),
        _kind("monthly-confirmation", _BY),
        _kind("questions-answered", _truth("passed")),
        _kind("second-prescriber-agreed", _BY),
    ]


def _measuring() -> list[Kind]:
    return [
        _kind(
            "lab",
            _maybe(_open("test")),
            _maybe(_identifier("loinc")),
            _number("value", -1e9, 1e9, "as-stated"),
            _identifier("unit"),
            _maybe(_above("upper_limit", 0, 1e9, "as-stated")),
            one_of=("test", "loinc"),
            derived=(_open("analyte"), _number("amount", 0, 1e308, "as-stated"), _above("multiple", 0, 1e308, "")),
        ),
        _kind(
            "questionnaire",
            _open("instrument"),
            _maybe(_number("score", 0, 100_000, "score")),
            _maybe(Field("items", "numbers", low=-1_000, high=1_000)),
            derived=(
                _open("scale"),
                _number("total", 0, 100_000, "score"),
                *(_number(f"item_{place}", 0, 1_000, "score") for place in range(1, MOST_ITEMS + 1)),
            ),
        ),
        _kind("weight", _above("kg", 0, 700, "kg")),
        _kind("procedure", _open("procedure")),
    ]


def _supplying() -> list[Kind]:
    quantity = _maybe(_above("quantity", 0, 100_000, "count"))
    supply = (_maybe(_identifier("pharmacy")), _DAYS_SUPPLY, _CAPSULES, quantity)
    return [
        _kind(
            "prescribed",
            _word("product", *PRODUCTS),
            _DAYS_SUPPLY,
            _maybe(_word("by", *PRESCRIBER_TYPES)),
            _maybe(_above("mg_per_day", 0, 1_000, "mg/day")),
            _maybe(_above("applications_per_week", 0, 70, "per-week")),
            _CAPSULES,
            _maybe(_above("area_cm2", 0, 25_000, "cm2")),
            _maybe(_word("indication", *SKIN_CONDITIONS)),
            _maybe(_day("certified_on")),
        ),
        _kind("authorised", _identifier("pharmacy"), _maybe(_identifier("number"))),
        _kind("authorisation-reversed", _identifier("pharmacy"), _maybe(_identifier("number"))),
        _kind("dispensed", *supply),
        _kind("returned", *supply),
    ]


def _taking() -> list[Kind]:
    taken = (_maybe(_above("mg", 0, 1_000, "mg")), _maybe(_number("hours_on_skin", 0, 168, "hours")), _REASON)
    kinds = ("dose-taken", "dose-skipped", "rest-started", "rest-ended", "flare-started", "flare-ended")
    return [
        _kind("treatment-started", _REASON),
        _kind("treatment-stopped", _REASON),
        *(_kind(name, *taken) for name in kinds),
    ]


def _watching() -> list[Kind]:
    return [
        _kind("adverse-event", _open("term"), _word("severity", *EVENT_SEVERITIES), _maybe(_truth("serious"))),
        _kind("pregnancy", _maybe(_truth("confirmed")), _maybe(_day("until"))),
        _kind(
            "outcome",
            _word("assessment", "clear", "almost-clear", "partial", "none", "worse"),
            _maybe(_open("measure")),
            _maybe(_number("score", 0, 100_000, "score")),
        ),
        _kind("relapse"),
        _kind("service-outage", _moment("from"), _moment("until"), in_order=(("from", "until"),), of_patient=False),
        _kind("corrected", _identifier("corrects"), _text("reason"), of_patient=False),
    ]


KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for group in (_entering, _preventing, _measuring, _supplying, _taking, _watching)
    for kind in group()
}

PATIENT: Mapping[str, Field] = {
    field.name: _maybe(field) for field in (_day("born"), _word("category", *CATEGORIES), _word("cycles", *CYCLES))
}

# One stretch of time for which a record holds everything, of some kinds of events or of all.
STRETCH: Mapping[str, Field] = {
    field.name: field for field in (_day("from"), _maybe(_day("until")), _maybe(_words("kinds", tuple(KINDS))))
}

FIELD_UNITS: Mapping[tuple[str, str], Unit] = {
    (kind.name, field.name): field.unit for kind in KINDS.values() for field in kind.fields.values()
}


def field_type(kind: str, field: str) -> FieldType:
    """How a field of a kind of event is typed; KeyError if the vocabulary has no such kind or field."""
    return KINDS[kind].fields[field].type
