"""Events of a course as a reader meets them: which lane, which number, in which words, and whether they still count."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from safecourse import days
from safecourse.course.model import Course, Event, Value
from safecourse.course.vocabulary import FIELD_UNITS, KINDS
from safecourse.report import words
from safecourse.rules.ledger import Ledger, open_ledger

COUNTS, STRUCK, LATER = "counts", "struck", "later"


@dataclass(frozen=True, slots=True)
class Lane:
    """A row of the timeline: its letter, its name, its name in two short lines, and its kinds of events."""

    letter: str
    name: str
    short: tuple[str, ...]
    kinds: tuple[str, ...]


LANES = (
    Lane("T", "Tests", ("Tests",), ("pregnancy-test", "lab", "questionnaire", "weight", "assessed")),
    Lane(
        "F",
        "Forms & declarations",
        ("Forms,", "entries"),
        (
            "classified", "enrolled", "discontinued", "form-signed", "contraception", "questions-answered",
            "contraception-lapse", "menses-started", "missed-period",
        ),
    ),
    Lane(
        "C",
        "Confirmations",
        ("Confir-", "mations"),
        (
            "certified", "decertified", "monthly-confirmation", "second-prescriber-agreed", "home-testing-permitted",
            "judged", "counselled", "visited",
        ),
    ),
    Lane("P", "Prescriptions", ("Prescrip-", "tions"), ("prescribed", "authorised", "authorisation-reversed")),
    Lane("D", "Dispenses & supply", ("Supply",), ("dispensed", "returned")),
    Lane("H", "Treatment & health", ("Health",), ()),  # and whatever no other lane names
)  # fmt: skip
_LANE_OF = {kind: lane for lane in LANES for kind in lane.kinds}

_ALARMS = {
    ("pregnancy-test", "result", "positive"), ("pregnancy-test", "result", "invalid"),
    ("questions-answered", "passed", False), ("adverse-event", "serious", True),
}  # fmt: skip
_ALARMING = frozenset({"contraception-lapse", "missed-period", "pregnancy"})


@dataclass(frozen=True, slots=True)
class Mark:
    """One event on the timeline. ``state`` is counts, struck or later; ``why`` says in words what it isn't."""

    event: Event
    lane: Lane
    number: int
    state: str
    why: str
    alarming: bool

    @property
    def code(self) -> str:
        """Its letter and number, such as T2."""
        return f"{self.lane.letter}{self.number}"


def marks_of(course: Course, at: datetime, zone: ZoneInfo) -> tuple[Mark, ...]:
    """All events of a course in order, numbered within their lanes, as a decision at ``at`` in ``zone`` sees them."""
    as_of, moment = days.day_in_zone(at, zone), days.microseconds(at)
    ledger = open_ledger(course, as_of, moment)
    by_id = {event.id: event for event in course.events if event.id}
    numbers: dict[str, int] = {}
    marks = []
    for event in sorted(course.events, key=lambda one: (one.day, one.moment, one.index)):
        lane = _lane_of(event, by_id)
        numbers[lane.letter] = numbers.get(lane.letter, 0) + 1
        state, why = _state_of(event, ledger, as_of, moment)
        alarming = event.kind in _ALARMING or any(
            kind == event.kind and event.fields.get(name) == value for kind, name, value in _ALARMS
        )
        marks.append(Mark(event, lane, numbers[lane.letter], state, why, alarming))
    return tuple(marks)


def _lane_of(event: Event, by_id: dict[str, Event]) -> Lane:
    for _ in range(len(by_id)):  # a correction stands where what it corrects stands
        if event.kind != "corrected":
            break
        event = by_id[str(event.fields["corrects"])]
    return _LANE_OF.get(event.kind, LANES[-1])


def _state_of(event: Event, ledger: Ledger, as_of: int, moment: int) -> tuple[str, str]:
    seen = event.moment < moment if event.moment != -1 else event.day <= as_of
    if not seen:
        return LATER, "after the instant, not looked at"
    if any(event is one for one in ledger.kinds.get(event.kind, ())):
        return COUNTS, ""
    corrected = event.id and any(one.fields["corrects"] == event.id for one in ledger.kinds.get("corrected", ()))
    return STRUCK, "corrected" if corrected else "returned"


def kind_words(event: Event) -> str:
    """The kind of an event as a heading."""
    written = event.kind.replace("-", " ")
    return written[0].upper() + written[1:]


def details(event: Event, codes: dict[str, str]) -> tuple[str, ...]:
    """What the fields of an event say, one phrase each; ``codes`` names events on the timeline by their id."""
    phrases = []
    for name in KINDS[event.kind].fields:
        if name in event.fields:
            phrases.append(_phrase(event.kind, name, event.fields[name], codes))
    return tuple(phrase for phrase in phrases if phrase)


_BARE = frozenset({
    "result", "form", "methods", "category", "criteria", "role", "product", "condition", "severity", "site", "outcome",
    "what", "matter", "topics", "test", "instrument", "procedure", "term", "assessment", "treatment", "ingredient",
    "measure",
})  # fmt: skip
_AFTER = {
    "days_supply": "days' supply", "mg_per_day": "mg a day", "applications_per_week": "applications a week",
    "capsules": "capsules", "size_mm": "mm", "kg": "kg", "mg": "mg", "weeks": "weeks", "area_cm2": "cm²",
    "hours_on_skin": "hours on the skin", "setting": "setting", "sensitivity_miu_ml": "mIU/mL detected",
}  # fmt: skip
_TRUTHS = {
    "passed": ("passed", "not passed"),
    "serious": ("serious", "not serious"),
    "biopsy_confirmed": ("confirmed by biopsy", "not confirmed by biopsy"),
    "confirmed": ("confirmed", "not confirmed"),
}


def _phrase(kind: str, name: str, value: Value, codes: dict[str, str]) -> str:
    if isinstance(value, bool):
        yes, no = _TRUTHS.get(name, (name, f"not {name}"))
        return yes if value else no
    if isinstance(value, tuple):
        listed = ", ".join(one.replace("-", " ") for one in value)
        if not listed:
            return f"no {name}"
        return listed if name in _BARE else f"{name}: {listed}"
    if FIELD_UNITS.get((kind, name)) == "day":
        return f"{name.replace('_', ' ')} {words.day(int(value))}"
    if isinstance(value, str):
        return _text(name, value, codes)
    return f"{value:g} {_AFTER[name]}" if name in _AFTER else f"{name.replace('_', ' ')} {value:g}"


def _text(name: str, value: str, codes: dict[str, str]) -> str:
    if name == "corrects":
        return f"corrects {codes.get(value, value)}"
    if name in ("reason", "who", "number", "pharmacy", "edition", "icd10", "loinc", "unit"):
        return f"{name}: {value}"
    plain = value.replace("-", " ")
    if name == "by":
        return f"by {plain}"
    if name == "setting":
        return f"{plain} setting" if value not in ("in-person", "remote", "laboratory", "home") else plain
    return plain if name in _BARE else f"{name.replace('_', ' ')}: {plain}"
