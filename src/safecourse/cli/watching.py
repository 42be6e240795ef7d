"""watch: what is watched in a course and what follows, red flags first."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator

from safecourse import days, wording
from safecourse.cli.arguments import Usage, instant_of
from safecourse.cli.screen import NOTICE, Terminal
from safecourse.course import UnusableCourse, read_course
from safecourse.days import NEVER, OPEN
from safecourse.rulebook import NoSuchProgramme, NoVersionInForce
from safecourse.rulebook.outcomes import Figure, outcome_sources
from safecourse.rulebook.reactions import reaction_sources
from safecourse.rules.aftercare import Aftercare, Waiting
from safecourse.rules.deciding import NotDecidable
from safecourse.rules.schedules import Due, NoSuchSchedule
from safecourse.rules.watch_document import document_of
from safecourse.rules.watching import Answers, LabResult, Met, Reached, RedFlag, Watch, Watched, watch

_BY = {
    "label": "the label says so",
    "guideline": "a guideline or a study says so",
    "site-policy": "a site's policy; no label says so",
    "safecourse": "safecourse says so, where no label does",
}
_STATUS_COLOUR = {"overdue": "red", "due": "yellow", "not known": "yellow", "done": "green", "coming": "dim"}


def watch_command(chosen: argparse.Namespace) -> int:
    """Print what is watched; 0 whenever it could be answered."""
    at = instant_of(chosen.at)
    try:
        found = watch(read_course(chosen.course), at=at, schedule=chosen.schedule, programme=chosen.programme)
    except UnusableCourse as unusable:
        raise Usage(str(unusable)) from None
    except NoSuchSchedule as error:
        raise Usage(f"safecourse: --schedule: {error}") from None
    except (NoSuchProgramme, NoVersionInForce, NotDecidable) as error:
        raise Usage(f"safecourse: {error.args[0]}") from None
    if chosen.json:
        json.dump(document_of(found), sys.stdout, indent=2, ensure_ascii=False, allow_nan=False)
        print()
    else:
        print("\n".join(watch_in_words(found, Terminal.here())))
    return 0


def watch_in_words(found: Watch, terminal: Terminal) -> list[str]:
    """The whole watch as lines of text."""
    lines = list(_red_flags(found, terminal))
    for one in found.programmes:
        lines += ["", *_programme(one, found.today, terminal)]
    lines += _reactions(found, terminal)
    for care in found.aftercare:
        lines += _aftercare(care, terminal)
    if found.later_events:
        count = wording.number_of(found.later_events, "event lies", "events lie")
        lines += ["", f"{count} after the instant asked for and had no say."]
    return [*lines, "", terminal.paint(NOTICE, "dim")]


def _day(day: int) -> str:
    return wording.day_in_words(days.iso(day))


# ---- red flags -------------------------------------------------------------------------------------------------------


def _red_flags(found: Watch, terminal: Terminal) -> Iterator[str]:
    if not found.red_flags:
        yield f"{terminal.paint('RED FLAGS', 'bold')}: none on record."
        return
    yield terminal.paint(f"RED FLAGS: {len(found.red_flags)}", "red")
    for one in found.red_flags:
        yield from _red_flag(one, terminal)


def _red_flag(one: RedFlag, terminal: Terminal) -> Iterator[str]:
    yield terminal.fill(f"{_day(one.day)}: {one.what} ({one.says}).", "    ", "  ! ")
    yield terminal.fill(f"Do: {one.do}", "      ", "    ")
    yield terminal.fill(f"Call: {_sentence(one.call.removeprefix('Call '))}", "      ", "    ")
    yield terminal.fill(f"{_BY[one.by].capitalize()} ({one.source}, {wording.GRADE_WORDS[one.grade]}).", "    ")


def _sentence(text: str) -> str:
    text = text or "the prescriber"
    return text if text.endswith(".") else f"{text}."


# ---- one programme ---------------------------------------------------------------------------------------------------


def _programme(one: Watched, today: int, terminal: Terminal) -> Iterator[str]:
    yield terminal.paint(f"{one.programme}, rules of {wording.day_in_words(one.version)}", "bold")
    if one.schedules:
        others = [name for name in one.schedules if name != one.schedule]
        also = f"; --schedule also takes {', '.join(others)}" if others else ""
        yield terminal.fill(f"Schedule: {one.schedule}{also}.", "  ")
    else:
        yield "  This programme schedules no tests of its own."
    for result in one.labs:
        yield from _lab(result, terminal)
    for answers in one.questionnaires:
        yield from _answers(answers, terminal)
    for due in one.due:
        yield from _due(due, today, terminal)
    for standing in one.standing:
        if standing.needed:
            yield terminal.fill(f"{standing.says}: {standing.why} ({standing.source}).", "      ", "    ")
    idle = [standing.says for standing in one.standing if not standing.needed]
    if idle:
        yield terminal.fill(f"Not needed under this schedule: {'; '.join(idle)}.", "      ", "    ")


def _lab(one: LabResult, terminal: Terminal) -> Iterator[str]:
    same = f" = {one.canonical}" if one.canonical else ""
    yield terminal.fill(f"{_day(one.day)}: {one.test} {one.stated}{same}.", "      ", "  - ")
    if not one.watched:
        yield "      Kept as recorded: no line of this programme reads it."
    elif not one.reached and not one.unknown:
        yield terminal.paint("      No line reached.", "green")
    yield from _lines(one.reached, terminal)
    if one.unknown:
        yield terminal.fill(f"Nobody knows of {', '.join(one.unknown)}: state the upper limit.", "      ")


def _lines(reached: tuple[Reached, ...], terminal: Terminal) -> Iterator[str]:
    for one in reached:
        head = terminal.paint(f"{one.action.upper()}: {one.threshold}", "red" if one.action == "stop" else "yellow")
        yield f"      {head} ({_BY[one.by]}; {one.source}, {wording.GRADE_WORDS[one.grade]})"
        yield terminal.fill(one.fix, "        ")


def _answers(one: Answers, terminal: Terminal) -> Iterator[str]:
    above = [text for text in one.answers if not text.endswith(": 0")]
    listed = f"; {', '.join(above) or 'all answers 0'}" if one.answers else "; its items aren't recorded"
    yield terminal.fill(f"{_day(one.day)}: {one.instrument} total {one.total}{listed}.", "      ", "  - ")
    yield from _lines(one.reached, terminal)
    if one.open:
        yield terminal.paint("      A prescriber has not assessed it yet.", "red")
    if one.unknown:
        yield terminal.fill(f"Nobody knows of {', '.join(one.unknown)}: record the items.", "      ")


def _due(one: Due, today: int, terminal: Terminal) -> Iterator[str]:
    status = one.status(today)
    word = terminal.paint(status, _STATUS_COLOUR[status])
    if status == "done":
        when = f"on {_day(one.done)}"
    elif status == "overdue":
        when = f"since {_day(one.until)}"
    elif one.day == one.until:
        when = f"on {_day(one.day)}"
    else:
        when = f"from {_day(one.day)}" + ("" if one.until == OPEN else f" until {_day(one.until)}")
    yield terminal.fill(f"{word} {when}: {one.detail} ({one.source})", "      ", "  - ")


# ---- reactions -------------------------------------------------------------------------------------------------------


def _reactions(found: Watch, terminal: Terminal) -> Iterator[str]:
    if found.reactions:
        yield ""
        yield terminal.paint("Reactions on record", "bold")
    for one in found.reactions:
        yield from _met(one, terminal)
    if found.reports and found.reactions:
        yield terminal.paint("What is reported where", "bold")
        for report in found.reports:
            grade = wording.GRADE_WORDS[report.grade]
            yield terminal.fill(f"{report.what}: to {report.to} ({report.source}, {grade}).", "    ", "  - ")


def _met(one: Met, terminal: Terminal) -> Iterator[str]:
    yield f"  - {_day(one.day)}: {one.term.replace('-', ' ')}, {one.severity}."
    if one.reviewed != NEVER:
        yield f"      A prescriber found on {_day(one.reviewed)} that treatment may resume."
    for known in one.known:
        source = reaction_sources()[known.source]
        yield terminal.fill(f"How often: {known.frequency}.", "      ")
        yield terminal.fill(f"{known.advice} Source: {source.title} ({wording.GRADE_WORDS[known.grade]}).", "      ")
    if not one.known:
        yield "      Nothing was collected on this one; ask the prescriber what it means."


# ---- after the course ------------------------------------------------------------------------------------------------


def _aftercare(one: Aftercare, terminal: Terminal) -> Iterator[str]:
    yield ""
    yield terminal.paint(f"Outcome and after the course: {one.medicine}", "bold")
    started, ended = ("not on record" if day == NEVER else _day(day) for day in (one.started, one.ended))
    yield f"  Treatment began: {started}. It ended: {ended}."
    for score in one.scores:
        measured = f", {score.measure} {score.score}" if score.measure else ""
        yield f"  - {_day(score.day)}: {score.assessment.replace('-', ' ')}{measured}."
    for day in one.relapses:
        yield f"  - {_day(day)}: it came back."
    for follow in one.follow_up:
        until = "" if one.watch_until in (OPEN, NEVER) else f" Until {_day(one.watch_until)}."
        yield terminal.fill(f"{follow.says}{until} {follow.limits} ({follow.source})", "    ", "  - ")
    for waiting in one.waits:
        yield from _waiting(waiting, terminal)
    if one.figures:
        yield "  What others found:"
    for figure in one.figures:
        yield from _figure(figure, terminal)


def _waiting(one: Waiting, terminal: Terminal) -> Iterator[str]:
    when = "not while treatment goes on" if one.over == OPEN else f"again from {_day(one.over)} on"
    text = f"{one.wait.what.capitalize()}: {when}. {one.wait.says} ({one.wait.source})"
    yield terminal.fill(text, "    ", "  - ")
    if one.too_early:
        early = ", ".join(_day(day) for day in one.too_early)
        yield terminal.fill(terminal.paint(f"Done too early: {early}.", "red"), "    ", "    ")


def _figure(one: Figure, terminal: Terminal) -> Iterator[str]:
    source = outcome_sources()[one.source]
    text = f"{one.says} {one.limits} {source.title} ({wording.GRADE_WORDS[one.grade]})."
    yield terminal.fill(text, "      ", "    - ")
