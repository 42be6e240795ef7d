"""What a course file says at one instant: visible events, coverage, and three-valued answers.

``True`` and ``False`` are known answers, ``None`` is "the record can't tell".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

Answer = bool | None

ONE_DAY = timedelta(days=1)
EARLIEST = date(1900, 1, 1)  # nobody of whom a course tells was born before


@dataclass(frozen=True)
class Opinion:
    """What the rules say of one gate: the outcome, the rules unmet and unknown, and the window of the act."""

    outcome: str
    unmet: frozenset[str]
    unknown: frozenset[str]
    window: tuple[date | None, date | None]


def both(*answers: Answer) -> Answer:
    """Kleene *and*."""
    if False in answers:
        return False
    if None in answers:
        return None
    return True


def either(*answers: Answer) -> Answer:
    """Kleene *or*."""
    if True in answers:
        return True
    if None in answers:
        return None
    return False


def negated(answer: Answer) -> Answer:
    """Kleene *not*."""
    if answer is None:
        return None
    return not answer


def opinion(rules: Mapping[str, Answer], window: tuple[date | None, date | None] = (None, None)) -> Opinion:
    """One unmet rule refuses; otherwise one unknown rule leaves it undetermined; no rule at all decides nothing."""
    unmet = frozenset(name for name, answer in rules.items() if answer is False)
    unknown = frozenset(name for name, answer in rules.items() if answer is None)
    if unmet:
        outcome = "refused"
    elif unknown or not rules:
        outcome = "undetermined"
    else:
        outcome = "allowed"
    return Opinion(outcome, unmet, unknown, window)


def birthday(born: date, years: int) -> date:
    """The day on which an age is reached; who was born on 29 February waits for 1 March."""
    try:
        return born.replace(year=born.year + years)
    except ValueError:
        return date(born.year + years, 3, 1)


def month_after(day: date) -> date:
    """One calendar month later; a day that the month lacks becomes the first of the month after it."""
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
    try:
        return date(year, month, day.day)
    except ValueError:
        return date(year, month + 1, 1)


@dataclass(frozen=True)
class Seen:
    """One event that the decision sees."""

    kind: str
    day: date
    moment: datetime | None
    fields: Mapping[str, Any]

    def text(self, name: str) -> str | None:
        """A field as text; None if it isn't stated."""
        value = self.fields.get(name)
        return None if value is None else str(value).lower()

    def words(self, name: str) -> frozenset[str]:
        """A list of words as a set."""
        value = self.fields.get(name) or []
        return frozenset(str(word) for word in ([value] if isinstance(value, str) else value))

    def number(self, name: str) -> float | None:
        """A field as a number; None if it isn't stated."""
        value = self.fields.get(name)
        return None if value is None else float(str(value))

    def date(self, name: str) -> date | None:
        """A field as a day; None if it isn't stated."""
        value = self.fields.get(name)
        return None if value is None else date.fromisoformat(str(value))

    def after(self, other: Seen) -> bool:
        """Known to lie after another event: on a later day, or on the same day by two instants."""
        if self.day != other.day:
            return self.day > other.day
        return self.moment is not None and other.moment is not None and self.moment > other.moment


def _seen(event: Mapping[str, Any]) -> Seen:
    if event.get("at") is not None:
        moment = datetime.fromisoformat(str(event["at"]))
        return Seen(str(event["event"]), moment.date(), moment, event)
    return Seen(str(event["event"]), date.fromisoformat(str(event["on"])), None, event)


def _spelling(event: Mapping[str, Any]) -> frozenset[tuple[str, object]]:
    """An event as a value, to find those that are equal in every field; lists are sets."""
    pairs: list[tuple[str, object]] = []
    for name, value in event.items():
        if isinstance(value, list | tuple):
            pairs.append((name, frozenset(str(item) for item in value)))
        elif value is not None:
            pairs.append((name, str(value)))
    return frozenset(pairs)


class Record:
    """A course file as a decision at an instant sees it."""

    def __init__(self, document: Mapping[str, Any], at: datetime, zone: str) -> None:
        self.today = at.astimezone(ZoneInfo(zone)).date()
        patient = document.get("patient") or {}
        self.born = date.fromisoformat(str(patient["born"])) if patient.get("born") is not None else None
        self.stated_category = str(patient["category"]) if patient.get("category") is not None else None
        self._covers = document["covers"]
        once = {_spelling(event): event for event in document.get("events") or []}
        visible = [self._dated(seen) for seen in map(_seen, once.values()) if self._sees(seen, at)]
        visible.sort(key=lambda seen: (seen.day, seen.moment.timestamp() if seen.moment else 0.0))
        self.events = _uncorrected(visible)

    def _sees(self, seen: Seen, at: datetime) -> bool:
        if seen.moment is not None:
            return seen.moment < at
        return seen.day <= self.today

    def _dated(self, seen: Seen) -> Seen:
        """An event that happened already, though its own calendar is a day ahead, counts as of today."""
        return replace(seen, day=min(seen.day, self.today))

    # COVERAGE

    def gaps(self, kind: str, first: date | None, last: date) -> list[tuple[date, date]]:
        """The stretches of [first, last] in which an event of this kind may have happened unseen."""
        start = max(first or EARLIEST, EARLIEST)
        if self.born is not None and start < self.born:
            start = self.born  # nothing happens to a patient who isn't born
        if isinstance(self._covers, str):
            return []
        stretches = [self._covers] if isinstance(self._covers, Mapping) else list(self._covers)
        covered: list[tuple[date, date]] = []
        for stretch in stretches:
            kinds = stretch.get("kinds")
            if kinds is not None and kind not in ([kinds] if isinstance(kinds, str) else kinds):
                continue
            until = stretch.get("until")
            closes = last if until is None else min(last, date.fromisoformat(str(until)))
            covered.append((date.fromisoformat(str(stretch["from"])), closes))
        found: list[tuple[date, date]] = []
        for opens, closes in sorted(covered):
            if start > last:
                break
            if opens > start:
                found.append((start, min(opens - ONE_DAY, last)))
            start = max(start, closes + ONE_DAY)
        if start <= last:
            found.append((start, last))
        return found

    def gap(self, kind: str, first: date | None, last: date | None = None) -> bool:
        """Whether an event of this kind may have happened unseen in [first, last]; last is today if left out."""
        return bool(self.gaps(kind, first, last or self.today))

    # EVENTS

    def all(self, *kinds: str) -> list[Seen]:
        """The events of these kinds, in order."""
        return [seen for seen in self.events if seen.kind in kinds]

    def last(self, kind: str, fits: Callable[[Seen], bool] = lambda seen: True) -> list[Seen]:
        """The last event of a kind; several, if the record doesn't say which of one day was the last."""
        found = [seen for seen in self.all(kind) if fits(seen)]
        if not found:
            return []
        final = max(seen.day for seen in found)
        return untold([seen for seen in found if seen.day == final])

    def exists(
        self, kind: str, fits: Callable[[Seen], Answer], first: date | None = None, last: date | None = None
    ) -> Answer:
        """Whether an event of a kind that fits happened in [first, last]."""
        closes = last or self.today
        answers = [
            fits(seen)
            for seen in self.all(kind)
            if (first is None or seen.day >= first) and (last is None or seen.day <= last)
        ]
        if True in answers:
            return True
        if None in answers or self.gap(kind, first, closes):
            return None
        return False

    def age_reached(self, years: int) -> Answer:
        """Whether the patient has this age today."""
        if self.born is None:
            return None
        return self.today >= birthday(self.born, years)


def untold(same_day: Sequence[Seen]) -> list[Seen]:
    """Those of one day of which none is known to be followed by another."""
    return [seen for seen in same_day if not any(other.after(seen) for other in same_day)]


def _uncorrected(visible: Iterable[Seen]) -> list[Seen]:
    """Without the events that a visible correction voids; a correction that is itself corrected voids nothing."""
    events = list(visible)
    corrections = [seen for seen in events if seen.kind == "corrected"]

    def is_void(identity: str) -> bool:
        # By what they name, not by their order: several corrections may stand on one day.
        naming = [seen for seen in corrections if str(seen.fields["corrects"]) == identity]
        return any(seen.fields.get("id") is None or not is_void(str(seen.fields["id"])) for seen in naming)

    return [seen for seen in events if seen.fields.get("id") is None or not is_void(str(seen.fields["id"]))]
