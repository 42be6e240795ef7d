"""Watching: what the record says of tests, questionnaires and reactions, what follows, and who says so.

Red flags come first, with whom to call. Everything here is shown; what decides a gate are the requirements that
follow from the same lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from zoneinfo import ZoneInfo

from safecourse import days
from safecourse.course.measures import UPPER_LIMIT, measures, stated
from safecourse.course.model import Course, Event
from safecourse.course.questionnaires import UNCHECKED, instruments
from safecourse.days import NEVER
from safecourse.rulebook.expanding.watching import PRESCRIBERS
from safecourse.rulebook.model import Programme
from safecourse.rulebook.monitors import ACTIONS, ASSESSED, TOTAL, Line, Monitor
from safecourse.rulebook.reactions import Reaction, Report, reaction_of, reports
from safecourse.rules.aftercare import Aftercare, aftercare_of
from safecourse.rules.deciding import check_instant, governing
from safecourse.rules.ledger import Ledger, comes_after, open_ledger
from safecourse.rules.schedules import Due, Standing, due_in, schedules_for, standing_in

RED_FLAG_ACTIONS = ("stop",)
_MAY_RESUME = "may-resume"


@dataclass(frozen=True, slots=True)
class RedFlag:
    """Something that stops treatment, or should: what it is, what to do, whom to call, and who says so."""

    day: int
    what: str
    says: str
    do: str
    call: str
    by: str
    source: str
    grade: str


@dataclass(frozen=True, slots=True)
class Reached:
    """A line of a programme's monitoring that a value reaches."""

    line: str
    action: str
    says: str
    fix: str
    by: str
    threshold: str
    source: str
    grade: str
    assumption: str


@dataclass(frozen=True, slots=True)
class LabResult:
    """The last value of a test: as stated, in the unit that rules compare in (empty if none does), and what it reaches.

    ``unknown`` names the lines that nobody can judge, for want of the laboratory's upper limit.
    """

    test: str
    day: int
    stated: str
    canonical: str
    reached: tuple[Reached, ...]
    unknown: tuple[str, ...]
    watched: bool


@dataclass(frozen=True, slots=True)
class Answers:
    """The last questionnaire of an instrument; ``open`` says that a prescriber still has to look at it."""

    instrument: str
    day: int
    total: str
    answers: tuple[str, ...]
    reached: tuple[Reached, ...]
    unknown: tuple[str, ...]
    open: bool


@dataclass(frozen=True, slots=True)
class Met:
    """A recorded reaction with what is known of it; ``known`` holds nothing if its term isn't in the table."""

    term: str
    severity: str
    day: int
    known: tuple[Reaction, ...]
    red_flag: bool
    reviewed: int  # the day on which a prescriber last found that treatment may resume, NEVER if not since


@dataclass(frozen=True, slots=True)
class Watched:
    """What one programme watches."""

    programme: str
    version: str
    medicine: str
    schedule: str
    schedules: tuple[str, ...]
    labs: tuple[LabResult, ...]
    questionnaires: tuple[Answers, ...]
    due: tuple[Due, ...]
    standing: tuple[Standing, ...]


@dataclass(frozen=True, slots=True)
class Watch:
    """What is watched in a course on a day, red flags first; ``today`` is a day number in each programme's zone."""

    at: str
    today: int
    red_flags: tuple[RedFlag, ...]
    programmes: tuple[Watched, ...]
    reactions: tuple[Met, ...]
    reports: tuple[Report, ...]
    aftercare: tuple[Aftercare, ...]
    later_events: int


def watch(course: Course, *, at: datetime, schedule: str = "", programme: str = "") -> Watch:
    """What is watched in a course at an aware instant, by one schedule (its programmes' first if left out).

    NoSuchSchedule if none of its programmes has it; NotDecidable, NoVersionInForce
    or NoSuchProgramme like a decision.
    """
    check_instant(at)
    versions = [governing(one, at) for one in ((programme,) if programme else course.programmes)]
    return watch_under(course, versions, at, schedule)


def watch_under(course: Course, versions: list[Programme], at: datetime, schedule: str = "") -> Watch:
    """The same under given versions of programmes."""
    watched = []
    flags: dict[tuple[int, str], RedFlag] = {}
    met: dict[tuple[str, str, int], Met] = {}
    careful: dict[str, Aftercare] = {}
    first: tuple[Ledger, ...] = ()
    names = schedules_for(versions, schedule)
    for version, name in zip(versions, names, strict=True):
        ledger = open_ledger(course, days.day_in_zone(at, ZoneInfo(version.timezone)), days.microseconds(at))
        first = first or (ledger,)
        one = _watched(version, ledger, name)
        watched.append(one)
        for found in _met(substance_of(version), ledger):
            met.setdefault((found.term, found.severity, found.day), found)
        mood = _flags_of_items(ledger)
        for flag in (*mood, *_flags_of_lines(version, one), *_flags_of_reactions(met.values())):
            flags.setdefault((flag.day, flag.what), flag)
        careful.setdefault(substance_of(version), aftercare_of(version, ledger))
    return Watch(
        at=at.isoformat(timespec="seconds"),
        today=first[0].as_of,
        red_flags=tuple(sorted(flags.values(), key=lambda one: -one.day)),
        programmes=tuple(watched),
        reactions=tuple(sorted(met.values(), key=lambda one: (one.day, one.term))),
        reports=_reports(versions),
        aftercare=tuple(careful.values()),
        later_events=first[0].later,
    )


def _reports(versions: list[Programme]) -> tuple[Report, ...]:
    wanted = {(substance_of(one), one.country) for one in versions}
    return tuple(one for one in reports() if (one.medicine, one.country) in wanted)


def _watched(version: Programme, ledger: Ledger, schedule: str) -> Watched:
    names = dict.fromkeys(one.name for monitor in version.monitors for one in monitor.schedules)
    return Watched(
        programme=version.id,
        version=version.version,
        medicine=version.medicine,
        schedule=schedule,
        schedules=tuple(names),
        labs=tuple(_labs(version, ledger)),
        questionnaires=tuple(_questionnaires(version, ledger)),
        due=due_in(version, ledger, schedule),
        standing=standing_in(version, ledger, schedule),
    )


# ---- laboratory ------------------------------------------------------------------------------------------------------


def _labs(version: Programme, ledger: Ledger) -> Iterator[LabResult]:
    last: dict[str, list[Event]] = {}
    for event in ledger.events(("lab",)):
        test = str(event.fields["analyte"])
        before = last.get(test, [])
        last[test] = [*before, event] if before and before[-1].day == event.day else [event]
    for test, events in last.items():
        monitors = [one for one in version.monitors if one.what == "lab" and one.measure == test]
        worst = max(events, key=lambda one: cast(float, one.fields.get("amount", one.fields["value"])))
        lines = [line for monitor in monitors for line in monitor.lines]
        reached = _gravest_first(line for line in lines if any(_reaches(line, one) == 1 for one in events))
        unknown = [line.id for line in lines if line not in reached and any(_reaches(line, one) == 2 for one in events)]
        yield LabResult(
            test=_test_words(test),
            day=worst.day,
            stated=f"{worst.fields['value']:g} {worst.fields['unit']}",
            canonical=_canonical(test, worst),
            reached=tuple(_reached(line) for line in reached),
            unknown=tuple(unknown),
            watched=bool(monitors),
        )


def _gravest_first(lines: Iterable[Line]) -> list[Line]:
    return sorted(lines, key=lambda one: (ACTIONS.index(one.action), -one.threshold))


def _reaches(line: Line, event: Event) -> int:
    """1 if an event reaches a line, 0 if not, 2 if its field for it isn't stated."""
    if line.of not in event.fields:
        return 2
    return int(line.reached(cast(float, event.fields[line.of])))


def _reached(line: Line) -> Reached:
    return Reached(
        line=line.id,
        action=line.action,
        says=line.says,
        fix=f"{line.fix} {line.call}".strip(),
        by=line.by,
        threshold=_threshold(line),
        source=line.source,
        grade=line.grade,
        assumption=line.assumption,
    )


def _threshold(line: Line) -> str:
    """A line as its file states it."""
    where = f"{'above' if line.above else 'at least'} {line.stated:g}"
    if line.stated_unit == UPPER_LIMIT:
        return f"{where} times the upper limit"
    if line.unit == "score":
        return f"{line.of.replace('item_', 'question ')} {where}"
    return f"{where} {line.stated_unit}"


def _test_words(test: str) -> str:
    known = measures().analytes.get(test)
    return known.says if known else test.replace("-", " ")


def _canonical(test: str, event: Event) -> str:
    """The value in the other units that are in use; empty where it was stated in the only one, or none compares it."""
    known = measures().analytes.get(test)
    if known is None or "amount" not in event.fields:
        return ""
    amount = cast(float, event.fields["amount"])
    unit = str(event.fields["unit"])
    in_units = [(known.unit, f"{amount:.4g}")]
    in_units += [(one.unit, f"{stated(known, amount, one.unit):.3g}") for one in known.amounts]
    texts = [f"{number} {name}" for name, number in in_units if name.lower() != unit.lower()]
    if "multiple" in event.fields:
        texts.append(f"{event.fields['multiple']:.2g} times the upper limit")
    return " = ".join(texts)


# ---- questionnaires --------------------------------------------------------------------------------------------------


def _questionnaires(version: Programme, ledger: Ledger) -> Iterator[Answers]:
    last = {str(one.fields.get("scale", one.fields["instrument"])): one for one in ledger.events(("questionnaire",))}
    for name, event in last.items():
        monitors = [one for one in version.monitors if one.what == "questionnaire" and one.measure == name]
        lines = [line for monitor in monitors for line in monitor.lines]
        reached = _gravest_first(line for line in lines if _reaches(line, event) == 1)
        total = event.fields.get(TOTAL, event.fields.get("score"))
        items = instruments()[name].items if name in instruments() else UNCHECKED
        yield Answers(
            instrument=name,
            day=event.day,
            total="not stated" if total is None else f"{total:g}",
            answers=tuple(
                f"question {place}: {event.fields[f'item_{place}']}"
                for place in range(1, items + 1)
                if f"item_{place}" in event.fields
            ),
            reached=tuple(_reached(line) for line in reached),
            unknown=tuple(line.id for line in lines if _reaches(line, event) == 2),
            open=any(_open_events(monitor, line, ledger) for monitor in monitors for line in monitor.lines),
        )


def _open_events(monitor: Monitor, line: Line, ledger: Ledger) -> list[Event]:
    """The events that surely reach a line and that no prescriber has looked at since."""
    looks = _looks(line.lifted_by, ledger)
    if monitor.what == "questionnaire":
        events = [
            one
            for one in ledger.events(("questionnaire",))
            if one.fields.get("scale") == monitor.measure and _reaches(line, one) == 1
        ]
    else:
        events = [
            one
            for one in ledger.events(("adverse-event",))
            if (not line.terms or one.fields["term"] in line.terms)
            and (not line.severities or one.fields["severity"] in line.severities)
        ]
    return [one for one in events if not _seen_since(one, looks)]


def _looks(matter: str, ledger: Ledger) -> list[Event]:
    kind, field = ("assessed", "what") if matter in ASSESSED else ("judged", "matter")
    return [one for one in ledger.events((kind,)) if one.fields[field] == matter and one.fields["by"] in PRESCRIBERS]


def _seen_since(event: Event, looks: list[Event]) -> bool:
    return any(look.day >= event.day and not comes_after(event, look) for look in looks)


# ---- reactions and red flags -----------------------------------------------------------------------------------------


def _met(medicine: str, ledger: Ledger) -> Iterator[Met]:
    yield from _pregnancies(medicine, ledger)
    looks = _looks(_MAY_RESUME, ledger)
    for one in ledger.events(("adverse-event",)):
        term, severity = str(one.fields["term"]), str(one.fields["severity"])
        known = reaction_of(medicine, term, severity)
        since = [look.day for look in looks if _seen_since(one, [look])]
        red = severity == "life-threatening" or any(each.red_flag for each in known)
        yield Met(term, severity, one.day, known, red, since[-1] if since else NEVER)


def _pregnancies(medicine: str, ledger: Ledger) -> Iterator[Met]:
    """A pregnancy, or a positive test, under a medicine that harms the unborn, until it is excluded."""
    known = reaction_of(medicine, "pregnancy", "")
    if not known:
        return
    positive = [one for one in ledger.events(("pregnancy-test",)) if one.fields["result"] == "positive"]
    excluded = _looks("pregnancy-excluded", ledger)
    for one in sorted([*positive, *ledger.events(("pregnancy",))], key=lambda event: event.day):
        since = [look.day for look in excluded if comes_after(look, one)]
        yield Met("pregnancy", known[0].severity, one.day, known, True, since[-1] if since else NEVER)


def substance_of(programme: Programme) -> str:
    """The substance of a programme's medicine: ``imiquimod`` of imiquimod 5 %."""
    return programme.medicine.partition(" ")[0]


def _flags_of_reactions(met: Iterable[Met]) -> Iterator[RedFlag]:
    for one in met:
        if not one.red_flag or one.reviewed != NEVER:
            continue
        known = one.known[0] if one.known else _UNKNOWN_DANGER
        yield RedFlag(
            day=one.day,
            what=one.term.replace("-", " "),
            says=_waits_for(one),
            do=known.advice,
            call=known.call or _UNKNOWN_DANGER.call,
            by="label" if one.known else "safecourse",
            source=known.source,
            grade=known.grade,
        )


def _waits_for(one: Met) -> str:
    if one.term == "pregnancy":
        return "and no prescriber has recorded since that pregnancy is excluded"
    return f"{one.severity}, and no prescriber has recorded since that treatment may resume"


_UNKNOWN_DANGER = Reaction(
    medicine="",
    term="",
    words=(),
    frequency="",
    frequency_source=(),
    severity="life-threatening",
    red_flag=True,
    does="stop",
    advice="Stop until a prescriber has looked at the patient.",
    call="the emergency services",
    grave="",
    source="safecourse",
    grade="professional",
    assumption="",
)


def _flags_of_items(ledger: Ledger) -> Iterator[RedFlag]:
    """Answers that need a prescriber whatever the total, under every programme."""
    for one in dict.fromkeys(instruments().values()):
        if not one.red_flag_item:
            continue
        field = f"item_{one.red_flag_item}"
        looks = _looks(one.red_flag_assessed, ledger)
        above = [
            event
            for event in ledger.events(("questionnaire",))
            if event.fields.get("scale") == one.id and cast(float, event.fields.get(field, one.low)) > one.low
        ]
        for event in [each for each in above if not _seen_since(each, looks)][-1:]:
            what = f"{one.id.upper()}, question {one.red_flag_item}: {event.fields[field]}"
            says = "whatever the total; no prescriber has assessed it since"
            yield RedFlag(event.day, what, says, _ASSESS, _CALL, "safecourse", "safecourse", "professional")


_ASSESS = "Stop until a prescriber has spoken with the patient and recorded the assessment."
_CALL = "the prescriber today; in danger the emergency services"


def _flags_of_lines(version: Programme, watched: Watched) -> Iterator[RedFlag]:
    """Laboratory values at which somebody says to stop."""
    calls = {line.id: line.call for monitor in version.monitors for line in monitor.lines}
    for result in watched.labs:
        gravest = [one for one in result.reached if one.action in RED_FLAG_ACTIONS]
        for one in gravest[:1]:
            value = f"{result.test}: {result.stated}"
            do = one.fix.removesuffix(calls[one.line]).strip()
            yield RedFlag(result.day, value, one.threshold, do, calls[one.line], one.by, one.source, one.grade)
