"""decide, plan and report: a course in, an answer out."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from safecourse.cli.arguments import Usage, day_of, instant_of
from safecourse.cli.screen import Terminal
from safecourse.cli.terminal import decision_in_words, plan_in_words
from safecourse.course import Course, UnusableCourse, read_course
from safecourse.rulebook import NoSuchProgramme, NoVersionInForce
from safecourse.rules import Decision, JointDecision, Plan, decide, plan
from safecourse.rules.deciding import NotDecidable

Answer = TypeVar("Answer")
EXIT = {"allowed": 0, "refused": 1, "undetermined": 2}


def decide_command(chosen: argparse.Namespace) -> int:
    """Print a decision; its exit code."""
    at = instant_of(chosen.at)
    if chosen.rules:
        day_of("--rules", chosen.rules)
    decision = answer(
        lambda course: decide(course, chosen.gate, at=at, programme=chosen.programme, rules=chosen.rules), chosen
    )
    if chosen.json:
        _print_json(decision.to_dict())
    else:
        print(decision_in_words(decision, Terminal.here()))
    return EXIT[decision.outcome]


def plan_command(chosen: argparse.Namespace) -> int:
    """Print a plan; 0 whenever the question could be answered, also if no plan exists."""
    at = instant_of(chosen.at)

    def both(course: Course) -> tuple[Plan, Decision | JointDecision]:
        return (
            plan(course, chosen.gate, at=at, programme=chosen.programme),
            decide(course, chosen.gate, at=at, programme=chosen.programme),
        )

    found, decision = answer(both, chosen)
    if chosen.json:
        _print_json(found.to_dict())
    else:
        print(plan_in_words(found, decision, Terminal.here()))
    return 0


def report_command(chosen: argparse.Namespace) -> int:
    """Write the report page of a course."""
    from safecourse.report import page

    at = instant_of(chosen.at)
    text = answer(lambda course: page(course, at), chosen)
    if chosen.out == "-":
        print(text)
        return 0
    if chosen.course != "-" and _same_file(Path(chosen.course), Path(chosen.out)):
        raise Usage(f"safecourse: --out {chosen.out} is the course file itself; name another file")
    try:
        Path(chosen.out).write_text(text, encoding="utf-8")
    except OSError as error:
        why = error.strerror or "the file can't be written"
        raise Usage(f"safecourse: --out {chosen.out}: {why}; name a file that you may write") from None
    print(f"The report is in {chosen.out}; open it in a browser.")
    return 0


def _same_file(one: Path, other: Path) -> bool:
    return one.exists() and other.exists() and one.samefile(other)


def answer(ask: Callable[[Course], Answer], chosen: argparse.Namespace) -> Answer:
    """What ``ask`` makes of the course; Usage with every problem if the question can't be answered."""
    try:
        return ask(read_course(chosen.course))
    except UnusableCourse as unusable:
        raise Usage(str(unusable)) from None
    except (NoSuchProgramme, NoVersionInForce, NotDecidable) as error:
        raise Usage(f"safecourse: {error.args[0]}") from None


def _print_json(document: dict[str, Any]) -> None:
    json.dump(document, sys.stdout, indent=2, ensure_ascii=False, allow_nan=False)
    print()
