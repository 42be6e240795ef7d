"""After a course: what was achieved, how long to look for a relapse, and what must wait."""

from __future__ import annotations

from dataclasses import dataclass

from safecourse.course.model import Event
from safecourse.days import NEVER, OPEN
from safecourse.rulebook.model import Programme
from safecourse.rulebook.outcomes import (
    Figure,
    FollowUp,
    Measure,
    Wait,
    figures_for,
    follow_ups,
    measures_of_outcome,
    waits,
)
from safecourse.rules.ledger import Ledger
from safecourse.rules.schedules import Times, times_of


@dataclass(frozen=True, slots=True)
class Waiting:
    """What must wait; ``over`` is the first day on which it may be done, OPEN while treatment goes on."""

    wait: Wait
    over: int
    too_early: tuple[int, ...]  # days on which it was done all the same


@dataclass(frozen=True, slots=True)
class Score:
    """One outcome as it was recorded."""

    day: int
    assessment: str
    measure: str
    score: str


@dataclass(frozen=True, slots=True)
class Aftercare:
    """What one medicine achieved in a course, beside the published figures, and what follows the course.

    ``ended`` is the recorded last day, NEVER if none is; ``watch_until`` the
    last day of follow-up for a relapse, OPEN while treatment goes on, NEVER
    where no source says how long.
    """

    medicine: str
    condition: str
    started: int
    ended: int
    state: str
    scores: tuple[Score, ...]
    relapses: tuple[int, ...]
    watch_until: int
    follow_up: tuple[FollowUp, ...]
    figures: tuple[Figure, ...]
    measures: tuple[Measure, ...]
    waits: tuple[Waiting, ...]


def aftercare_of(programme: Programme, ledger: Ledger) -> Aftercare:
    """What a course achieved under a programme's medicine, and what waits after it."""
    times = times_of(programme, ledger)
    medicine = programme.medicine.partition(" ")[0]  # imiquimod of imiquimod 5 %
    condition = _condition(ledger)
    follow = tuple(one for one in follow_ups() if one.medicine == medicine and one.condition == condition)
    end = times.end if times.ended else OPEN
    until = max((one.until(end) if end != OPEN else OPEN for one in follow), default=NEVER)
    outcomes = [one for one in ledger.events(("outcome",)) if one.day >= times.start]
    return Aftercare(
        medicine=medicine,
        condition=condition,
        started=times.start,
        ended=times.end if times.ended else NEVER,
        state=str(outcomes[-1].fields["assessment"]) if outcomes else "",
        scores=tuple(_score(one) for one in outcomes),
        relapses=tuple(one.day for one in ledger.events(("relapse",)) if one.day >= times.start),
        watch_until=until,
        follow_up=follow,
        figures=figures_for(medicine, condition, _product(ledger)),
        measures=tuple(one for one in measures_of_outcome() if condition in one.conditions),
        waits=tuple(_waiting(one, times, ledger) for one in waits() if one.medicine == medicine),
    )


def _condition(ledger: Ledger) -> str:
    """The condition that was diagnosed last; empty if none was."""
    found = ledger.events(("diagnosed",))
    return str(found[-1].fields["condition"]) if found else ""


def _product(ledger: Ledger) -> str:
    found = ledger.events(("prescribed",))
    return str(found[-1].fields["product"]) if found else ""


def _score(event: Event) -> Score:
    score = event.fields.get("score")
    return Score(
        event.day,
        str(event.fields["assessment"]),
        str(event.fields.get("measure", "")),
        "" if score is None else f"{score:g}",
    )


def _waiting(wait: Wait, times: Times, ledger: Ledger) -> Waiting:
    over = wait.over(times.end) if times.ended else OPEN
    done = [one.day for one in ledger.events(("procedure",)) if one.fields["procedure"] in wait.words]
    early = tuple(day for day in done if times.start != NEVER and times.start <= day < over)
    return Waiting(wait, over, early)
