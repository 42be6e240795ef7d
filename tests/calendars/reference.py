"""A second, slow reading of how a cream's calendar comes about: dates, one question per sentence, no shared code.

It was written from the regimens as the facts state them and from the words of the design, and is compared with the
calendars day by day. ``limits`` are plain numbers, ``events`` a plain document's events.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

Limits = Mapping[str, Mapping[str, float]]
ONE_DAY = timedelta(1)
WRITTEN = ("dose-taken", "dose-skipped", "rest-started", "rest-ended", "treatment-stopped", "discontinued")
LEFT = ("almost-clear", "partial", "none", "worse")


@dataclass
class Calendar:
    """What the reference finds: days to come, days that were, and the last days."""

    planned: list[date] = field(default_factory=list)
    done: list[date] = field(default_factory=list)
    ends: list[date] = field(default_factory=list)


class Reference:
    """One course under one regimen."""

    def __init__(self, limits: Limits, events: list[dict[str, Any]]) -> None:
        self.limits = limits
        self.events = events

    # ---- what was recorded

    def dates(self, *kinds: str) -> list[date]:
        return sorted(date.fromisoformat(one["on"]) for one in self.events if one["event"] in kinds)

    def assessed(self, *found: str) -> list[date]:
        those = [one for one in self.events if one["event"] == "outcome" and one["assessment"] in found]
        return sorted(date.fromisoformat(one["on"]) for one in those)

    def resting(self, day: date) -> bool:
        begun = [one for one in self.dates("rest-started") if one <= day]
        ended = [one for one in self.dates("rest-ended") if one <= day]
        if not begun:
            return False
        if not ended:
            return True
        return begun[-1] >= ended[-1]

    def stopped(self, day: date) -> bool:
        stops = [one for one in self.dates("treatment-stopped", "discontinued") if one <= day]
        starts = [one for one in self.dates("treatment-started") if one <= day]
        if not stops:
            return False
        if not starts:
            return True
        return stops[-1] >= starts[-1]

    def cleared(self, day: date, start: date | None) -> bool:
        if "until-clear" not in self.limits:
            return False
        clear = [one for one in self.assessed("clear") if one <= day and (start is None or one >= start)]
        left = [one for one in self.assessed(*LEFT) if one <= day]
        if not clear:
            return False
        if not left:
            return True
        return clear[-1] >= left[-1]

    # ---- numbers

    def length(self) -> int:
        if "course-days" in self.limits:
            return int(self.limits["course-days"]["most"])
        cycle = self.limits["cycle"]
        return int(cycle["on"] * cycle["rounds"] + cycle["off"] * (cycle["rounds"] - 1))

    def a_week(self) -> float:
        most = self.limits.get("times-per-week", {}).get("most", 7)
        prescribed = [one for one in self.events if one["event"] == "prescribed"][-1]
        if "applications_per_week" in prescribed:
            return min(float(prescribed["applications_per_week"]), most)
        return most

    def is_weekday_of_the_rhythm(self, day: date, start: date) -> bool:
        week, place = divmod((day - start).days, 7)
        times = self.a_week()
        if times < 1:  # every other week, or less often
            return place == 0 and week % round(1 / times) == 0
        if times == 1:
            return place == 0
        if times == 2:
            return place in (0, 3)
        if times == 3:
            return place in (0, 2, 4)
        return place < times

    # ---- one run of the regimen

    def run(self, start: date, calendar: Calendar, assessed: date = date.min) -> None:
        end = start + timedelta(self.length() - 1)
        taken = self.dates("dose-taken")
        given = list(taken)
        day = start
        while day <= end:
            if day >= assessed and self.may_be_planned(day, start, given):
                calendar.planned.append(day)
                given.append(day)
            day += ONE_DAY
        calendar.ends.append(self.end(start, end))

    def may_be_planned(self, day: date, start: date, given: list[date]) -> bool:
        written = self.dates("dose-taken", "dose-skipped")
        if written:
            last = max(self.dates(*WRITTEN))
            if day < last:
                return False  # it is past, and what was missed stays missed
        if day in written:
            return False
        if not self.is_weekday_of_the_rhythm(day, start):
            return False
        if "cycle" in self.limits:
            cycle = self.limits["cycle"]
            if (day - start).days % (cycle["on"] + cycle["off"]) >= cycle["on"]:
                return False
        if self.resting(day) or self.stopped(day) or self.cleared(day, start):
            return False
        if "days-apart" in self.limits:
            apart = self.limits["days-apart"]["least"]
            if any((day - one).days < apart for one in given if one <= day):
                return False
        if "times-per-week" in self.limits:
            lately = [one for one in given if timedelta(0) <= day - one < timedelta(7)]
            if len(lately) >= self.limits["times-per-week"]["most"]:
                return False
        return True

    def end(self, start: date, end: date) -> date:
        """The stated day; sooner only if treatment was stopped for good, or everything cleared where that ends it."""
        for offset in range((end - start).days + 1):
            day = start + timedelta(offset)
            if self.stopped(day) and self.stays_stopped(day):
                return day
            if self.cleared(day, start) and self.stays_clear(day, start):
                return day
        return end

    def stays_stopped(self, day: date) -> bool:
        return all(one < day or self.stopped(one) for one in self.all_days())

    def stays_clear(self, day: date, start: date) -> bool:
        return all(one < day or self.cleared(one, start) for one in self.all_days())

    def all_days(self) -> list[date]:
        return sorted(date.fromisoformat(one["on"]) for one in self.events)

    # ---- the whole

    def calendar(self) -> Calendar:
        calendar = Calendar(done=sorted(set(self.dates("dose-taken"))))
        begun = self.dates("treatment-started", "dose-taken")
        if begun:
            start: date | None = begun[0]
        else:
            dispensed = self.dates("dispensed")
            start = self.first_free(dispensed[-1] if dispensed else self.dates("prescribed")[-1])
            # A course begins with its first application, so not on a day that was let pass.
            written = self.dates("dose-skipped")
            if written and start is not None:
                start = self.first_free(max(start, *written, *self.dates(*WRITTEN)))
            if start in written and start is not None:
                start = self.first_free(start + ONE_DAY)
        if start is None:
            return calendar
        self.run(start, calendar)
        if "second-course" in self.limits:
            second = self.second(start)
            if second is not None:
                self.run(second, calendar, assessed=self.left_after(start)[0])
        return calendar

    def first_free(self, day: date) -> date | None:
        latest = max([day, *self.all_days()]) + ONE_DAY
        while day <= latest:
            if not (self.resting(day) or self.stopped(day) or self.cleared(day, None)):
                return day
            day += ONE_DAY
        return None

    def left_after(self, start: date) -> list[date]:
        """Assessments after the first course that found something left."""
        return [one for one in self.assessed(*LEFT) if one >= start + timedelta(self.length())]

    def second(self, start: date) -> date | None:
        over = start + timedelta(self.length())
        ready = over + timedelta(int(self.limits["second-course"]["least"]))
        left = self.left_after(start)
        clear = [one for one in self.assessed("clear") if one >= over]
        if not left:
            return None
        begun = [one for one in self.dates("treatment-started", "dose-taken") if one >= ready]
        if begun:
            return begun[0]
        if clear and clear[-1] > left[-1]:
            return None
        supplied = [one for one in self.dates("prescribed", "dispensed") if one >= left[0]]
        if not supplied:
            return None
        return self.first_free(max(supplied[-1], ready))
