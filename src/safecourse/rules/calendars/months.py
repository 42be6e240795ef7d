"""What the coming months of a supervised course ask for: tests, visits, prescriptions, windows, and tests after it.

Nothing here knows a number of a programme. The planner says on which days each missing step keeps the day of the next
supply, and the requirement marked as the window says how long the supply can be handed over.
"""

from __future__ import annotations

from dataclasses import dataclass

from safecourse import days
from safecourse.course.model import Event
from safecourse.days import OPEN
from safecourse.rulebook.model import Step
from safecourse.rules.calendars.entries import Entry, What, single
from safecourse.rules.calendars.governed import Governed
from safecourse.rules.explaining import act_window, outcome_of
from safecourse.rules.judging import decide_bits
from safecourse.rules.ledger import Ledger, with_steps
from safecourse.rules.planning import Forecast, forecast
from safecourse.wording import day_in_words

LOOK_BACK = 31  # days before a supply that its month can begin
_WHAT: dict[str, What] = {
    "pregnancy-test": "pregnancy-test",
    "visited": "visit",
    "assessed": "visit",
    "counselled": "visit",
    "monthly-confirmation": "visit",
    "prescribed": "prescription",
    "lab": "lab",
    "questionnaire": "questionnaire",
}


@dataclass(frozen=True, slots=True)
class Month:
    """What leads to one supply, the day on which it can be handed over (OPEN if there is none), and the record then."""

    entries: tuple[Entry, ...]
    supply: int
    ledger: Ledger


def month_before(governed: Governed, base: Ledger, needed: int) -> Month:
    """What leads to a supply on the day on which it is needed, or on the first lawful day after it.

    ``base`` is the record on its last day; nothing is planned before that day.
    """
    today = max(base.as_of, needed - LOOK_BACK)
    begin = with_steps(base, today, [])
    found = forecast(governed.gates("dispense", today), begin, max(needed, today))
    if isinstance(found, str):
        detail = f"No day for the next supply can be planned: {found.rstrip('.')}."
        return Month((single(max(needed, today), "prescription", governed.id, detail),), OPEN, base)
    events, steps = found.events, found.steps
    if governed.has("prescribe") and any(event.kind == "prescribed" for event in found.events):
        # What signing the prescription needs on that day, beside what handing it over needs.
        written = [event for event in found.events if event.kind != "prescribed"]
        signing = forecast(governed.gates("prescribe", today), with_steps(begin, today, written), found.act)
        if not isinstance(signing, str):
            events, steps = (*events, *signing.events), _both(found.steps, signing.steps)
    return Month(_entries(governed, found, steps), found.act, with_steps(begin, found.act, list(events)))


_Dated = tuple[tuple[Step, int, int], ...]


def _both(one: _Dated, other: _Dated) -> _Dated:
    """The steps of two plans for one day; a step of both on the days that suit both."""
    merged = {step.name: (step, first, last) for step, first, last in one}
    for step, first, last in other:
        if step.name in merged:
            _, low, high = merged[step.name]
            merged[step.name] = (step, max(first, low), max(first, low, min(last, high)))
        elif step.event != "prescribed":  # that was planned for the dispense
            merged[step.name] = (step, first, last)
    return tuple(sorted(merged.values(), key=lambda each: each[1:]))


def handed_over(month: Month, days_supply: int) -> Ledger:
    """The record after a month's supply was handed over."""
    event = Event("dispensed", month.supply, -1, {"days_supply": days_supply}, "", -1_000)
    return with_steps(month.ledger, month.supply, [event])


def after_the_end(governed: Governed, base: Ledger, end: int) -> list[Entry]:
    """What the end of a course asks for afterwards; ``end`` is the recorded or expected last day."""
    if not governed.has("finish"):
        return []
    today = max(base.as_of, end)
    found = forecast(governed.gates("finish", today), with_steps(base, today, []), today)
    if isinstance(found, str):
        return [
            single(
                today, "follow-up", governed.id, f"No day for closing the course can be planned: {found.rstrip('.')}."
            )
        ]
    return [
        Entry(first, last, "follow-up", governed.id, step.does)
        for step, first, last in found.steps
        if step.event != "treatment-stopped"
    ]


def _entries(governed: Governed, found: Forecast, steps: _Dated) -> tuple[Entry, ...]:
    """Entries for the steps that have a word in a calendar; the others are told with the window or the prescription."""
    entries = [
        Entry(first, last, _WHAT[step.event], governed.id, step.does)
        for step, first, last in steps
        if step.event in _WHAT
    ]
    others = [_told(step, first, last) for step, first, last in steps if step.event not in _WHAT]
    entries += _window(governed, found, others)
    if others and not any(one.what == "window" for one in entries):
        entries.append(Entry(found.act, found.act, "prescription", governed.id, " ".join(["Before it:", *others])))
    return tuple(_merged(entries))


def _window(governed: Governed, found: Forecast, others: list[str]) -> list[Entry]:
    """The days on which the supply can be handed over, if each step is done on its first day."""
    bits, state = decide_bits(found.gate, found.ledger)
    windows = act_window(found.gate, state, bits, outcome_of(found.gate, bits))
    if not windows or windows[0].opens in ("never", "unknown"):
        return []
    opens = days.parse_day(windows[0].opens)
    closes = OPEN if windows[0].closes == "open-ended" else days.parse_day(windows[0].closes)
    text = " ".join(
        ["The medicine can be handed over on these days, if what comes before is done on its first day.", *others]
    )
    return [Entry(max(opens, found.ledger.as_of if closes == OPEN else opens), closes, "window", governed.id, text)]


def _told(step: Step, first: int, last: int) -> str:
    span = day_in_words(days.iso(first))
    if first != last:
        span = f"{span} to {day_in_words(days.iso(last))}"
    return f"{step.does.rstrip('.')} ({span})."


def _merged(entries: list[Entry]) -> list[Entry]:
    """Entries of one kind on the same days as one."""
    merged: dict[tuple[int, int, What], Entry] = {}
    for one in entries:
        key = (one.on, one.until, one.what)
        earlier = merged.get(key)
        if earlier is not None and one.detail in earlier.detail:
            continue
        detail = one.detail if earlier is None else f"{earlier.detail} {one.detail}"
        merged[key] = Entry(one.on, one.until, one.what, one.programme, detail)
    return list(merged.values())
