"""A course file as one decision sees it: visible events in order, coverage, three-valued answers.

An answer is ``True``, ``False``, or ``None`` when the record can't tell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

Answer = bool | None

ONE_DAY = timedelta(days=1)

# No cover is asked further back than this.
SINCE_EVER = date(1900, 1, 1)

# What can happen before the patient is born: it isn't the patient's.
NOT_OF_PATIENT = frozenset({"certified", "decertified", "service-outage", "corrected"})


@dataclass(frozen=True)
class Opinion:
    """What the rules say of one gate: the outcome, the rules unmet and unknown, the first and last day of the act."""

    outcome: str
    unmet: frozenset[str]
    unknown: frozenset[str]
    window: tuple[date | None, date | None]


def both(*answers: Answer) -> Answer:
    """Kleene *and*."""
    if any(answer is False for answer in answers):
        return False
    if any(answer is None for answer in answers):
        return None
    return True


def either(*answers: Answer) -> Answer:
    """Kleene *or*."""
    if any(answer is True for answer in answers):
        return True
    if any(answer is None for answer in answers):
        return None
    return False


def negated(answer: Answer) -> Answer:
    """Kleene *not*."""
    return None if answer is None else not answer


def where(applies: Answer, answer: Answer) -> Answer:
    """A rule that holds only where it applies; if that is unknown, a failing rule is unknown."""
    return either(negated(applies), answer)


def agreed(answers: Iterable[Answer]) -> Answer:
    """The answer on which all agree, otherwise unknown."""
    found = set(answers)
    return found.pop() if len(found) == 1 else None


def opinion(rules: Mapping[str, Answer], window: tuple[date | None, date | None] = (None, None)) -> Opinion:
    """One unmet rule refuses; otherwise one unknown rule leaves it undetermined; no rule at all decides nothing."""
    unmet = frozenset(name for name, answer in rules.items() if answer is False)
    unknown = frozenset(name for name, answer in rules.items() if answer is None)
    outcome = "refused" if unmet else "undetermined" if unknown or not rules else "allowed"
    return Opinion(outcome, unmet, unknown, window)


def birthday(born: date, years: int) -> date:
    """The day on which an age is reached; who was born on 29 February waits for 1 March."""
    try:
        return born.replace(year=born.year + years)
    except ValueError:
        return date(born.year + years, 3, 1)


@dataclass(frozen=True, eq=False)
class Seen:
    """One event that the decision sees; its day is the date as written where it happened."""

    kind: str
    day: date
    moment: datetime | None
    fields: Mapping[str, Any]

    def text(self, name: str) -> str | None:
        """A field as text in lower case; None if it isn't stated."""
        value = self.fields.get(name)
        return None if value is None else str(value).lower()

    def words(self, name: str) -> frozenset[str]:
        """A list of words as a set; empty if it isn't stated."""
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
        """Known to lie after another event: on a later day, or on one day by two instants."""
        if self.day != other.day:
            return self.day > other.day
        return self.moment is not None and other.moment is not None and self.moment > other.moment

    def before(self, other: Seen) -> bool:
        """Known to lie before another event."""
        return other.after(self)


def final(events: Sequence[Seen]) -> list[Seen]:
    """The last of these events; several where the record doesn't say which of one day came last."""
    return [seen for seen in events if not any(other.after(seen) for other in events)]


class Record:
    """A course file as a decision at an instant sees it, its day cut in the programme's zone."""

    def __init__(self, document: Mapping[str, Any], at: datetime, zone: str) -> None:
        self.today = at.astimezone(ZoneInfo(zone)).date()
        patient = document.get("patient") or {}
        self.born = date.fromisoformat(str(patient["born"])) if patient.get("born") is not None else None
        self.stated_category = str(patient["category"]) if patient.get("category") is not None else None
        self.cycles = str(patient["cycles"]) if patient.get("cycles") is not None else None
        self._covers = document["covers"]
        once = {_spelling(event): event for event in document.get("events") or []}
        visible = [self._by_today(seen) for seen in map(_seen, once.values()) if self._sees(seen, at)]
        visible.sort(key=lambda seen: (seen.day, seen.moment.timestamp() if seen.moment else 0.0))
        self.events = _uncorrected(visible)

    def _sees(self, seen: Seen, at: datetime) -> bool:
        if seen.moment is not None:
            return seen.moment < at
        return seen.day <= self.today

    def _by_today(self, seen: Seen) -> Seen:
        """An event that has happened, but where it is tomorrow already, counts as of today."""
        return seen if seen.day <= self.today else replace(seen, day=self.today)

    def all(self, *kinds: str) -> list[Seen]:
        """The events of these kinds, in order of their days."""
        return [seen for seen in self.events if seen.kind in kinds]

    def last(self, kind: str, fits: Callable[[Seen], bool] = lambda seen: True) -> list[Seen]:
        """The last event of a kind that fits; several where the record doesn't say which of one day came last."""
        return final([seen for seen in self.all(kind) if fits(seen)])

    def gap(self, kind: str, first: date | None, last: date | None = None) -> bool:
        """Whether an event of this kind may have happened unseen in [first, last].

        ``first`` None means since ever (the birth, or 1900), ``last`` None until today. An empty stretch has no gap.
        """
        closes = self.today if last is None else last
        if isinstance(self._covers, str):
            return False
        start = max(first or SINCE_EVER, SINCE_EVER)
        if self.born is not None and kind not in NOT_OF_PATIENT:
            start = max(start, self.born)
        for opens, until in self._covered(kind):
            if start > closes or opens > start:
                break
            if until >= closes:
                return False
            start = max(start, until + ONE_DAY)
        return start <= closes

    def _covered(self, kind: str) -> list[tuple[date, date]]:
        """The stretches in which a kind is covered; without ``until`` the asker vouches up to the decision."""
        stretches = [self._covers] if isinstance(self._covers, Mapping) else list(self._covers)
        covered: list[tuple[date, date]] = []
        for stretch in stretches:
            kinds = stretch.get("kinds")
            if kinds is not None and kind not in ([kinds] if isinstance(kinds, str) else kinds):
                continue
            until = stretch.get("until")
            covered.append(
                (
                    date.fromisoformat(str(stretch["from"])),
                    date.max if until is None else date.fromisoformat(str(until)),
                )
            )
        return sorted(covered)

    def gaps(self, kinds: Iterable[str], first: date | None, last: date | None = None) -> bool:
        """Whether an event of any of these kinds may have happened unseen in [first, last]."""
        return any(self.gap(kind, first, last) for kind in kinds)

    def exists(
        self, kind: str, fits: Callable[[Seen], Answer], first: date | None = None, last: date | None = None
    ) -> Answer:
        """Whether an event of a kind that fits happened in [first, last]."""
        closes = self.today if last is None else last
        seen_so = either(
            *(fits(seen) for seen in self.all(kind) if (first is None or seen.day >= first) and seen.day <= closes)
        )
        if seen_so is False and self.gap(kind, first, closes):
            return None
        return seen_so

    def age_reached(self, years: int) -> Answer:
        """Whether the patient has this age today; unknown without a day of birth."""
        return None if self.born is None else self.today >= birthday(self.born, years)


def _seen(event: Mapping[str, Any]) -> Seen:
    if event.get("at") is not None:
        moment = datetime.fromisoformat(str(event["at"]))
        return Seen(str(event["event"]), moment.date(), moment, event)
    return Seen(str(event["event"]), date.fromisoformat(str(event["on"])), None, event)


def _spelling(event: Mapping[str, Any]) -> frozenset[tuple[str, object]]:
    """An event as a value, so that those equal in every field are one; lists are sets."""
    pairs: list[tuple[str, object]] = []
    for name, value in event.items():
        if isinstance(value, list | tuple):
            pairs.append((name, frozenset(str(item) for item in value)))
        elif value is not None:
            pairs.append((name, str(value)))
    return frozenset(pairs)


def _uncorrected(visible: Sequence[Seen]) -> list[Seen]:
    """Without the events that a visible correction voids; a correction that is itself corrected voids nothing."""
    events = list(visible)
    corrections = [seen for seen in events if seen.kind == "corrected"]

    def is_void(identity: str) -> bool:
        # By what they name, not by their order: several corrections may stand on one day.
        naming = [seen for seen in corrections if str(seen.fields["corrects"]) == identity]
        return any(seen.fields.get("id") is None or not is_void(str(seen.fields["id"])) for seen in naming)

    return [seen for seen in events if seen.fields.get("id") is None or not is_void(str(seen.fields["id"]))]
