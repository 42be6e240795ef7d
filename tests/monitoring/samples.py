"""Programmes and courses for tests of monitoring: a small head, and the sections that label programmes carry."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from safecourse import days
from safecourse.course.model import Course
from safecourse.course.reading import course_from_document
from safecourse.rulebook import library
from safecourse.rulebook.loading import programme_from_text
from safecourse.rulebook.model import Programme
from safecourse.rules.deciding import compiled
from safecourse.rules.decision import Finding
from safecourse.rules.explaining import findings_of, outcome_of
from safecourse.rules.judging import fold_facts, judge
from safecourse.rules.ledger import open_ledger

HERE = Path(__file__).parent
MARK = "# ---- monitoring: "
HEAD = (HERE / "head.toml").read_text(encoding="utf-8")


def section(name: str) -> str:
    """The monitoring of a label programme: of its newest version, or of its section that waits for the rule book."""
    waiting = HERE / "sections" / f"{name}.toml"
    if waiting.exists():
        return waiting.read_text(encoding="utf-8")
    (*_, newest) = sorted((library.SHIPPED / name).glob("*.toml"))
    return MARK + newest.read_text(encoding="utf-8").partition(MARK)[2]


def sections() -> list[str]:
    """The names of all that have a section."""
    shipped = [name for name in library.programme_ids() if library.versions(name)[-1].monitors]
    return sorted({*shipped, *(path.stem for path in (HERE / "sections").glob("*.toml"))})


def with_head(text: str) -> Programme:
    """A sample programme with some monitoring; every source that it names gets an entry."""
    named = sorted(set(re.findall(r'^source = "([^"]+)"', text, re.MULTILINE)) - {"safecourse"})
    sources = "".join(f'[[source]]\nid = "{one}"\ntitle = "{one}"\nurl = "u"\nseen = "2026"\n\n' for one in named)
    return programme_from_text(HEAD + sources + text, "sample.toml")


def event(kind: str, on: str, **fields: Any) -> dict[str, Any]:
    """An event of a course; ``on`` may be an instant."""
    when = "at" if "T" in on else "on"
    return {"event": kind, when: on} | {name.rstrip("_"): value for name, value in fields.items()}


def course(*events: dict[str, Any], covers: Any = "complete", programme: str = "sample") -> Course:
    """A course that was enrolled on 1 October 2026."""
    enrolled = event("enrolled", "2026-10-01")
    document = {"safecourse": "1", "programme": programme, "covers": covers, "events": [enrolled, *events]}
    return course_from_document(document)


def findings(programme: Programme, asked: Course, on: str, gate: str = "take") -> dict[str, Finding]:
    """What each requirement of a gate says at the end of a day."""
    as_of = days.parse_day(on)
    ready = compiled(programme, gate)
    state = fold_facts(ready, open_ledger(asked, as_of, 2**62))
    return {one.requirement: one for one in findings_of(ready, state, judge(ready, state))}


def outcome(programme: Programme, asked: Course, on: str, gate: str = "take") -> str:
    """The outcome of a gate at the end of a day."""
    as_of = days.parse_day(on)
    ready = compiled(programme, gate)
    return outcome_of(ready, judge(ready, fold_facts(ready, open_ledger(asked, as_of, 2**62))))
