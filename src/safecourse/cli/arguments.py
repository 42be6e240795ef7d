"""What may be typed: commands and their options. Each command's module is imported only when it is chosen."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from typing import NoReturn

from safecourse import __version__

USAGE = 64

_NOTICE = "Not medical advice, and not an official system of any programme."


class Usage(Exception):
    """The question can't be answered as it was put; the message says why and what to do."""


class _Parser(argparse.ArgumentParser):
    """argparse, with the exit code of the contract."""

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(USAGE, f"{self.prog}: {message}; see {self.prog} --help\n")


def parser() -> argparse.ArgumentParser:
    """The parser of the whole command line."""
    whole = _Parser(
        prog="safecourse",
        description="May this course go on today; if not, what makes it lawful, and when?",
        epilog=_NOTICE,
        allow_abbrev=False,
    )
    whole.add_argument("--version", action="version", version=f"safecourse {__version__}")
    commands = whole.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _decide(_command(commands, "decide", "decide a gate of a course, with reasons, sources and the earliest plan"))
    _plan(_command(commands, "plan", "only the plan: the earliest lawful day, and what to do until then"))
    _report(_command(commands, "report", "draw a course, its gates and its plan on one page"))
    _calendar(_command(commands, "calendar", "the whole plan of a course as dates: doses, tests, visits, the end"))
    _dose(_command(commands, "dose", "a day's amount of isotretinoin by body weight, and the capsules that make it"))
    _watch(_command(commands, "watch", "what is watched and what follows: red flags first, tests, reactions, outcomes"))
    _leaflet(_command(commands, "leaflet", "write a leaflet for patients, or check somebody else's"))
    _ask(_command(commands, "ask", "what a patient's book answers to a question, in its own statements only"))
    _programmes(_command(commands, "programmes", "list, show, check, compare and test the rule books"))
    return whole


def _command(commands: argparse._SubParsersAction[_Parser], name: str, says: str) -> _Parser:
    return commands.add_parser(
        name, help=says, description=f"{says[0].upper()}{says[1:]}.", epilog=_NOTICE, allow_abbrev=False
    )


def _course(command: argparse.ArgumentParser) -> None:
    command.add_argument("course", metavar="COURSE", help="a course file (YAML or JSON), or - for standard input")


def _at(command: argparse.ArgumentParser) -> None:
    command.add_argument("--at", metavar="INSTANT", help="such as 2026-10-07T12:00-04:00; now if left out")


def _gate(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--gate", required=True, choices=("enrol", "prescribe", "dispense", "take", "finish"), help="the act to decide"
    )


def _json(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", action="store_true", help="print one JSON object instead of text")


def _decide(command: argparse.ArgumentParser) -> None:
    _course(command)
    _gate(command)
    _at(command)
    command.add_argument("--programme", metavar="ID", default="", help="decide under this programme only")
    command.add_argument("--rules", metavar="DAY", default="", help="apply the version in force on this day instead")
    _json(command)
    command.set_defaults(run=_run_decide)


def _plan(command: argparse.ArgumentParser) -> None:
    _course(command)
    _gate(command)
    _at(command)
    command.add_argument("--programme", metavar="ID", default="", help="plan under this programme only")
    _json(command)
    command.set_defaults(run=_run_plan)


def _report(command: argparse.ArgumentParser) -> None:
    _course(command)
    _at(command)
    command.add_argument(
        "--out", metavar="FILE.html", required=True, help="where to write the page, - for standard output"
    )
    command.set_defaults(run=_run_report)


def _calendar(command: argparse.ArgumentParser) -> None:
    _course(command)
    form = command.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print a JSON list instead of text")
    form.add_argument("--ics", action="store_true", help="print a file for calendar programs, with discreet titles")
    form.add_argument("--pdf", metavar="FILE", default="", help="write months in large type, - for standard output")
    command.add_argument(
        "--at", metavar="INSTANT", help="which gates are named as not open: at this instant; now if left out"
    )
    command.add_argument("--schedule", metavar="NAME", default="", help="tests by this schedule, such as delphi-2022")
    command.set_defaults(run=_run_calendar)


def _dose(command: argparse.ArgumentParser) -> None:
    command.add_argument("id", metavar="ID", help="the programme, such as us-ipledge: whose label and capsules count")
    command.add_argument("--product", required=True, help='a product or brand, such as absorica-ld or "Claravis"')
    command.add_argument("--kg", required=True, help="body weight in kilograms")
    command.add_argument("--mg-per-kg-day", metavar="X", required=True, help="mg for each kilogram and day")
    command.add_argument("--target-mg-per-kg", metavar="Y", help="mg for each kilogram in a whole course")
    _json(command)
    command.set_defaults(run=_run_dose)


def _watch(command: argparse.ArgumentParser) -> None:
    _course(command)
    _at(command)
    command.add_argument("--programme", metavar="ID", default="", help="watch under this programme only")
    command.add_argument("--schedule", metavar="NAME", default="", help="go by this schedule, such as delphi-2022")
    _json(command)
    command.set_defaults(run=_run_watch)


def _leaflet(command: _Parser) -> None:
    command.add_argument("id", metavar="ID | check", help="the programme whose leaflet to write, or the word check")
    command.add_argument(
        "file",
        metavar="FILE",
        nargs="?",
        default="",
        help="with check: a text, Markdown or HTML file in English, or - for standard input",
    )
    command.add_argument("--lang", choices=("en", "es", "de"), default="en", help="the language of the leaflet")
    command.add_argument("--html", metavar="FILE", default="", help="write the leaflet as a page without script")
    command.add_argument("--pdf", metavar="FILE", default="", help="write the leaflet for paper")
    _json(command)
    command.set_defaults(run=_run_leaflet)


def _ask(command: argparse.ArgumentParser) -> None:
    command.add_argument("id", metavar="ID", help="the programme whose book to ask")
    command.add_argument("question", metavar="QUESTION", help='in quotation marks, such as "may I drink wine?"')
    command.add_argument("--lang", choices=("en", "es", "de"), default="en", help="the language of question and answer")
    _json(command)
    command.set_defaults(run=_run_ask)


def _programmes(command: _Parser) -> None:
    actions = command.add_subparsers(title="actions", metavar="ACTION", required=True)
    listing = _command(actions, "list", "list the programmes, their versions and how well their rules are sourced")
    listing.set_defaults(run=_run_list)
    show = _command(actions, "show", "show the rules of a programme in words and numbers")
    show.add_argument("id", metavar="ID")
    show.add_argument("--on", metavar="DAY", default="", help="the version in force on this day; today if left out")
    show.set_defaults(run=_run_show)
    check = _command(actions, "check", "check programme files: a file, a folder with all versions, or the shipped ones")
    check.add_argument("path", metavar="PATH", nargs="?", default="")
    check.set_defaults(run=_run_check)
    diff = _command(actions, "diff", "print what changed between two versions as a table")
    diff.add_argument("id", metavar="ID")
    diff.add_argument("older", metavar="DAY", help="a day on which the older version was in force")
    diff.add_argument("newer", metavar="DAY", help="a day on which the newer version was in force")
    diff.set_defaults(run=_run_diff)
    test = _command(actions, "test", "run the scenarios of a programme (or of a scenario file)")
    test.add_argument("id", metavar="ID", nargs="?", default="", help="a programme, or a file that ends in .yaml")
    test.set_defaults(run=_run_test)


def instant_of(text: str | None) -> datetime:
    """The instant of ``--at``, now if it was left out; Usage if it can't be understood."""
    if text is None:
        return datetime.now(UTC)
    from safecourse import days

    try:
        return days.parse_instant(text)
    except ValueError as error:
        raise Usage(f'safecourse: --at "{text[:60]}": {error}; write for example 2026-10-07T12:00-04:00') from None


def day_of(option: str, text: str) -> int:
    """The day number of an argument; Usage if it isn't a day."""
    from safecourse import days

    try:
        return days.parse_day(text)
    except ValueError as error:
        raise Usage(f'safecourse: {option} "{text[:60]}": {error}; write for example 2026-10-07') from None


# ---- late imports: --help and --version need none of these -------------------------------------------


def _run_decide(chosen: argparse.Namespace) -> int:
    from safecourse.cli.asking import decide_command

    return decide_command(chosen)


def _run_plan(chosen: argparse.Namespace) -> int:
    from safecourse.cli.asking import plan_command

    return plan_command(chosen)


def _run_report(chosen: argparse.Namespace) -> int:
    from safecourse.cli.asking import report_command

    return report_command(chosen)


def _run_calendar(chosen: argparse.Namespace) -> int:
    from safecourse.cli.calendars import calendar_command

    return calendar_command(chosen)


def _run_dose(chosen: argparse.Namespace) -> int:
    from safecourse.cli.dosing import dose_command

    return dose_command(chosen)


def _run_watch(chosen: argparse.Namespace) -> int:
    from safecourse.cli.watching import watch_command

    return watch_command(chosen)


def _run_leaflet(chosen: argparse.Namespace) -> int:
    """One word stands for two commands: a leaflet of ours, and a check of somebody else's."""
    if chosen.id == "check":
        if not chosen.file or chosen.html or chosen.pdf:
            raise Usage(
                "safecourse leaflet check: name one file to check, or - for standard input, and no other option"
            )
        from safecourse.cli.leaflet_check import leaflet_check_command

        return leaflet_check_command(chosen.file, chosen.json)
    if chosen.file or chosen.json:
        raise Usage(f"safecourse leaflet {chosen.id}: write --html FILE or --pdf FILE; FILE and --json go with check")
    from safecourse.cli.leaflets import leaflet_command

    return leaflet_command(chosen)


def _run_ask(chosen: argparse.Namespace) -> int:
    from safecourse.cli.asking_books import ask_command

    return ask_command(chosen)


def _run_list(_chosen: argparse.Namespace) -> int:
    from safecourse.cli.programmes import list_command

    return list_command()


def _run_show(chosen: argparse.Namespace) -> int:
    from safecourse.cli.programmes import show_command

    return show_command(chosen.id, chosen.on)


def _run_check(chosen: argparse.Namespace) -> int:
    from safecourse.cli.programmes import check_command

    return check_command(chosen.path)


def _run_diff(chosen: argparse.Namespace) -> int:
    from safecourse.cli.programmes import diff_command

    return diff_command(chosen.id, chosen.older, chosen.newer)


def _run_test(chosen: argparse.Namespace) -> int:
    from safecourse.cli.programmes import test_command

    return test_command(chosen.id)
