"""Events of isotretinoin courses day by day, and how long methods of contraception have been used."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from safecourse.reference.records_eu import Seen


@dataclass(frozen=True)
class Streak:
    """Uninterrupted use of the methods last declared."""

    start: date
    stated: bool  # the first day was stated rather than taken from a declaration
    anchored: date  # day of the declaration that the first day comes from
    before: date | None  # day of the declaration before that one
    methods: frozenset[frozenset[str]]
    last: date


def continued(streak: Streak | None, group: list[Seen]) -> Streak:
    """The streak after the declarations of one day among which the record knows no order: the latest start holds."""
    day = group[0].day
    methods = frozenset(seen.words("methods") for seen in group)
    if len(methods) == 1:
        stated = [since for since in (seen.date("since") for seen in group) if since is not None]
        if stated:
            return Streak(max(stated), True, day, None, methods, day)
        if streak is not None and streak.methods == methods:
            return Streak(streak.start, streak.stated, streak.anchored, streak.before, methods, day)
        return Streak(day, False, day, streak.last if streak else None, methods, day)
    # Several sets of methods on one day: any of them may have come last and started anew.
    starts = [seen.date("since") or day for seen in group]
    return Streak(max(starts), False, day, streak.last if streak else None, methods, day)


def by_day(events: list[Seen]) -> list[list[Seen]]:
    """Events in groups within which the record knows no order."""
    groups: list[list[Seen]] = []
    for day in sorted({seen.day for seen in events}):
        same_day = [seen for seen in events if seen.day == day]
        if any(seen.moment is None for seen in same_day):
            groups.append(same_day)
            continue
        moments = sorted({seen.moment.timestamp() for seen in same_day if seen.moment})
        for moment in moments:
            groups.append([seen for seen in same_day if seen.moment and seen.moment.timestamp() == moment])
    return groups


def by_instants(events: list[Seen]) -> list[Seen]:
    """Events in order of days; of one day, in order of instants where all of them have one."""
    return [seen for group in by_day(events) for seen in group]
