"""calendar: the whole plan of a course as text, JSON, a calendar file, or pages to print."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from safecourse.cli.arguments import Usage, instant_of
from safecourse.cli.asking import answer
from safecourse.cli.screen import Terminal
from safecourse.course import Course
from safecourse.rulebook import library
from safecourse.rules.calendars import Entry, NothingToPlan, calendar_of, closed_gates, named
from safecourse.rules.calendars.gates import ClosedGate
from safecourse.rules.schedules import NoSuchSchedule


def calendar_command(chosen: argparse.Namespace) -> int:
    """Print or write the calendar of a course; 0 whenever there is one, whatever its gates say."""
    at = instant_of(chosen.at)

    def ask(course: Course) -> tuple[Course, tuple[Entry, ...], tuple[ClosedGate, ...]]:
        try:
            return course, calendar_of(course, schedule=chosen.schedule), closed_gates(course, at)
        except NothingToPlan as nothing:
            raise Usage(f"safecourse: {chosen.course}: {nothing.args[0]}") from None
        except NoSuchSchedule as none:
            raise Usage(f"safecourse: --schedule: {none}") from None

    course, entries, closed = answer(ask, chosen)
    if chosen.json:
        _name_gates(closed)
        json.dump([one.to_dict() for one in named(entries, closed, at)], sys.stdout, indent=2, ensure_ascii=False)
        print()
    elif chosen.ics:
        from safecourse.cli.calendar_files import calendar_file

        _name_gates(closed)
        sys.stdout.flush()
        sys.stdout.buffer.write(calendar_file(course, entries))
    elif chosen.pdf:
        from safecourse.cli.calendar_pages import calendar_pages

        _name_gates(closed)
        country = library.versions(course.programmes[0])[0].country
        _write(chosen.pdf, chosen.course, calendar_pages(entries, country))
    else:
        from safecourse.cli.calendar_text import calendar_in_words

        print(calendar_in_words(course, entries, closed, at, Terminal.here()))
    return 0


def _name_gates(closed: tuple[ClosedGate, ...]) -> None:
    for one in closed:
        print(f"safecourse: note: {one}; the calendar shows the regimen as prescribed", file=sys.stderr)


def _write(target: str, source: str, pages: bytes) -> None:
    if target == "-":
        sys.stdout.flush()
        sys.stdout.buffer.write(pages)
        return
    path = Path(target)
    if source != "-" and path.exists() and path.samefile(source):
        raise Usage(f"safecourse: --pdf {target} is the course file itself; name another file")
    try:
        path.write_bytes(pages)
    except OSError as error:
        why = error.strerror or "the file can't be written"
        raise Usage(f"safecourse: --pdf {target}: {why}; name a file that you may write") from None
    print(f"The calendar is in {target}.")
