"""Reading scenario files: the tests and the manual of a programme, written as data.

A file names some courses and asks questions about them; the format is
described in docs/scenarios.md. Reading is strict: whatever a file says that
isn't understood is a problem with its line, because a question that silently
asks something else proves nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any, cast

from safecourse import days
from safecourse.course.documents import read_text, tree_of_text
from safecourse.course.model import UNSTATED, Course, Patient
from safecourse.course.nodes import Listing, Node, Table, Text, inside, plain
from safecourse.course.problems import Found, Problem, UnusableCourse, quoted
from safecourse.course.reading import course_from_document
from safecourse.rulebook import library
from safecourse.rulebook.model import GATES, Programme
from safecourse.rules.deciding import governing
from safecourse.rules.decision import ALLOWED, REFUSED, UNDETERMINED
from safecourse.rules.scenario_calendars import NO_CALENDAR, ExpectedCalendar, read_expected
from safecourse.rules.scenario_repeats import events_of

NOT_ASKED = ""  # the scenario doesn't say what it expects here, so nothing is compared
NEVER = "never"
NO_WINDOW = "none"
EVERY_VERSION = "all"

_TOP = ("safecourse-scenarios", "programme", "courses", "scenarios")
_COURSE = ("patient", "covers", "events")
_CHANGES = ("like", "without", "add", "patient", "covers")
_CHANGING = ("without", "add", "patient", "covers", "rules")
_GATE = ("title", "course", "gate", "at", "outcome")
_OPTIONAL = (*_CHANGING, "unmet", "unknown", "advice", "earliest", "window", "later_events")
_CALENDAR = ("title", "course", "calendar")
_WINDOW = ("opens", "closes")
_WINDOW_WORDS = ("never", "unknown", "open-ended")
_ABSENT = "absent"
# Stand-ins beside a noted problem, which keeps them from ever being used.
_NOBODY = Course((), Patient(UNSTATED, "", ""), False, (), ())
_NO_INSTANT = datetime(1, 1, 1, tzinfo=UTC)


class UnusableScenarios(Exception):
    """A scenario file that can't be used; ``problems`` are listed in the order of the file."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__(problems)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


@dataclass(frozen=True, slots=True)
class Change:
    """What a scenario (or a course made from another) takes away and adds, each event as JSON text."""

    without: tuple[str, ...]
    add: tuple[str, ...]
    patient: tuple[tuple[str, str], ...]
    covers: str  # JSON text; empty where the coverage stays


@dataclass(frozen=True, slots=True)
class Scenario:
    """One question about one course, and the answer that the rules must give.

    It asks a gate, or for the calendar (``calendar.asked``); then ``gate`` and
    ``outcome`` are empty, and ``at`` is noon of the course's last day.
    ``rules`` is the version asked about (a day), empty for the one that
    governs. ``advice``, ``window``, ``earliest`` and ``later_events`` are
    compared only where the file states them.
    """

    title: str
    programme: str
    file: str
    line: int
    base: str  # the name of the course that it starts from
    change: Change
    written: str  # the whole course document as JSON text
    course: Course
    gate: str
    at: datetime
    rules: str
    outcome: str
    unmet: tuple[str, ...]
    unknown: tuple[str, ...]
    advice: tuple[str, ...]
    asks_advice: bool
    window: tuple[str, str]  # first and last day, or two empty texts
    earliest: str
    later_events: str
    calendar: ExpectedCalendar = NO_CALENDAR


def document_for(scenario: Scenario) -> dict[str, object]:
    """The scenario's course as a plain course document, a fresh one each time."""
    return cast(dict[str, object], json.loads(scenario.written))


def files_of(programme_id: str) -> tuple[Path, ...]:
    """The scenario files that stand beside a shipped programme, in the order of their names."""
    folder = library.SHIPPED / programme_id
    library.version_days(programme_id)
    return tuple(sorted([*folder.glob("scenarios.yaml"), *folder.glob("scenarios-*.yaml")]))


def scenarios_of(programme_id: str) -> tuple[Scenario, ...]:
    """All scenarios of a shipped programme; none if no file stands beside it."""
    return tuple(scenario for path in files_of(programme_id) for scenario in read_scenarios(path))


def read_scenarios(path: Path) -> tuple[Scenario, ...]:
    """The scenarios in a file; UnusableScenarios with everything that is wrong with it."""
    found = _Counted(path.name)
    try:
        root = tree_of_text(read_text(path, found), path.name, found)
        return _Reader(path.name, found).read(root)
    except UnusableCourse as unusable:
        raise UnusableScenarios(unusable.problems) from None


def version_of(scenario: Scenario) -> Programme:
    """The programme version that a scenario asks about."""
    if scenario.rules:
        return library.programme(scenario.programme, days.parse_day(scenario.rules))
    if scenario.calendar.asked:
        return library.programme(scenario.programme, scenario.course.latest_day)
    return governing(scenario.programme, scenario.at)


# ---- reading ----------------------------------------------------------------------------------------


class _Counted(Found):
    """Problems found, with their number, so that a part of the file can be left aside if it has any."""

    noted = 0

    def add(self, line: int, path: str, what: str, do: str) -> None:
        self.noted += 1
        super().add(line, path, what, do)


class _Reader:
    """Reads one file, noting every problem in ``found``."""

    def __init__(self, file: str, found: _Counted) -> None:
        self.file = file
        self.found = found
        self.programme = ""
        self.courses: dict[str, dict[str, object]] = {}
        self.used: set[str] = set()

    def read(self, root: Node) -> tuple[Scenario, ...]:
        if not isinstance(root, Table):
            self.found.add(root.line, "", "the file is not a mapping", "begin it with safecourse-scenarios: 1")
            raise self.found.unusable()
        self._check_keys(root, "", _TOP, _TOP)
        version = root.entries.get("safecourse-scenarios")
        if version is not None and not (isinstance(version, Text) and version.text == "1"):
            self.found.add(version.line, "safecourse-scenarios", "this format is not known", "write 1")
        self.programme = self._text(root, "programme", "")
        known = library.programme_ids()
        if self.programme and self.programme not in known:
            what = f"there is no programme {quoted(self.programme)}"
            self.found.add_word(root.entries["programme"].line, "programme", what, self.programme, known)
            self.programme = ""
        self.found.refuse_if_any()
        self._read_courses(root)
        scenarios = self._read_all(root)
        for name in self.courses:
            if name not in self.used:
                self.found.add(0, inside("courses", name), "no scenario uses this course", "use it or remove it")
        self.found.refuse_if_any()
        return scenarios

    def _read_courses(self, root: Table) -> None:
        node = root.entries["courses"]
        if not isinstance(node, Table) or not node.entries:
            self.found.add(node.line, "courses", "courses is a mapping", "give each course a name")
            return
        for name, course in node.entries.items():
            path = inside("courses", name)
            if not isinstance(course, Table):
                self.found.add(course.line, path, "a course is a mapping", "write patient, covers and events")
            elif "like" in course.entries:
                self._check_keys(course, path, _CHANGES, ("like",))
                document = self._base(course, "like", path)
                self.courses[name] = self._changed(document, course, path)
            else:
                self._check_keys(course, path, _COURSE, ("covers", "events"))
                document = cast(dict[str, object], plain(course))
                events = course.entries.get("events")
                if isinstance(events, Listing):
                    document["events"] = self._repeated(events.items, inside(path, "events"))
                self.courses[name] = document

    def _base(self, table: Table, key: str, path: str) -> dict[str, object]:
        """A copy of the course that a table names; an empty one, with a problem noted, if there is none."""
        name = self._text(table, key, path)
        if name in self.courses:
            self.used.add(name)
            return cast(dict[str, object], json.loads(json.dumps(self.courses[name])))
        if name:
            what = f"no course {quoted(name)} stands above"
            self.found.add_word(table.entries[key].line, inside(path, key), what, name, self.courses)
        return {"covers": "complete", "events": []}

    def _changed(self, document: dict[str, object], table: Table, path: str) -> dict[str, object]:
        """A course document with events taken away and added, and parts of the patient overridden."""
        events = cast(list[dict[str, object]], document["events"])
        for place, pattern in enumerate(self._tables(table, "without", path)):
            wanted = cast(dict[str, object], plain(pattern))
            kept = [event for event in events if any(event.get(key) != value for key, value in wanted.items())]
            if len(kept) == len(events) or not wanted:
                at = inside(inside(path, "without"), place)
                self.found.add(pattern.line, at, "this takes no event away", "correct it or remove it")
            events = kept
        document["events"] = [*events, *self._repeated(self._tables(table, "add", path), inside(path, "add"))]
        if "covers" in table.entries:
            document["covers"] = plain(table.entries["covers"])
        if "patient" in table.entries:
            document["patient"] = self._patient(document, table, path)
        return document

    def _repeated(self, events: Sequence[Node], path: str) -> list[object]:
        return [one for place, event in enumerate(events) for one in events_of(event, inside(path, place), self.found)]

    def _patient(self, document: Mapping[str, object], table: Table, path: str) -> dict[str, object]:
        patient = dict(cast(dict[str, object], document.get("patient", {})))
        node = table.entries["patient"]
        if not isinstance(node, Table):
            self.found.add(node.line, inside(path, "patient"), "patient is a mapping", "write {born: DAY}")
            return patient
        for key, value in cast(dict[str, object], plain(node)).items():
            if value != _ABSENT:
                patient[key] = value
            elif key in patient:
                del patient[key]
            else:
                where = inside(inside(path, "patient"), key)
                self.found.add(node.line, where, "the course doesn't say this anyway", "remove this line")
        return patient

    # ---- scenarios ----

    def _read_all(self, root: Table) -> tuple[Scenario, ...]:
        node = root.entries["scenarios"]
        if not isinstance(node, Listing) or not node.items:
            self.found.add(node.line, "scenarios", "scenarios is a list", "begin each with a hyphen and its title")
            return ()
        scenarios: list[Scenario] = []
        titles: set[str] = set()
        for place, item in enumerate(node.items):
            path = inside("scenarios", place)
            if not isinstance(item, Table):
                self.found.add(item.line, path, "a scenario is a mapping", "write title, course, gate, at, outcome")
                continue
            scenarios += self._scenario(item, path)
            title = self._text(item, "title", path)
            if title and title in titles:
                self.found.add(item.line, path, f"the title {quoted(title)} stands twice", "say what differs")
            titles.add(title)
        return tuple(scenarios)

    def _scenario(self, table: Table, path: str) -> list[Scenario]:
        """The scenario in a table, once for each version that it asks about; none if it can't be used."""
        before = self.found.noted
        if "calendar" in table.entries:
            self._check_keys(table, path, (*_CALENDAR, *_CHANGING), _CALENDAR)
        else:
            self._check_keys(table, path, (*_GATE, *_OPTIONAL), _GATE)
        if self.found.noted != before:
            return []
        title = self._text(table, "title", path)
        if not title.endswith("."):
            self.found.add(table.line, path, f"the title {quoted(title)} is no sentence", "end it with a full stop")
        document = {"safecourse": "1", "programme": self.programme} | self._changed(
            self._base(table, "course", path), table, path
        )
        course = self._course(document, table, path)
        asked = self._asked_calendar(table, path, course) if "calendar" in table.entries else self._asked(table, path)
        if self.found.noted != before:
            return []
        one = Scenario(
            title=title,
            programme=self.programme,
            file=self.file,
            line=table.line,
            base=self._text(table, "course", path),
            change=self._change(table),
            written=json.dumps(document),
            course=course,
            rules="",
            **asked,
        )
        made = [replace(one, rules=rules) for rules in self._rules(table, path)]
        for each in made:
            self._check_ids(each, path)
        return made if self.found.noted == before else []

    def _asked(self, table: Table, path: str) -> dict[str, Any]:
        """The fields of a scenario that asks a gate."""
        return {
            "gate": self._word(table, "gate", path, GATES),
            "at": self._instant(table, path),
            "outcome": self._word(table, "outcome", path, (ALLOWED, REFUSED, UNDETERMINED)),
            "unmet": self._texts(table, "unmet", path),
            "unknown": self._texts(table, "unknown", path),
            "advice": self._texts(table, "advice", path),
            "asks_advice": "advice" in table.entries,
            "window": self._window(table, path),
            "earliest": self._earliest(table, path),
            "later_events": self._later_events(table, path),
        }

    def _asked_calendar(self, table: Table, path: str, course: Course) -> dict[str, Any]:
        """The fields of a scenario that asks for the calendar."""
        if not course.events:
            self.found.add(table.line, path, "the course has no events, so it has no calendar", "add what happened")
            return {}
        noon = datetime.combine(days.calendar_date(course.latest_day), time(12), UTC)
        return {
            "gate": NOT_ASKED,
            "at": noon,
            "outcome": NOT_ASKED,
            "unmet": (),
            "unknown": (),
            "advice": (),
            "asks_advice": False,
            "window": (NOT_ASKED, NOT_ASKED),
            "earliest": NOT_ASKED,
            "later_events": NOT_ASKED,
            "calendar": read_expected(table.entries["calendar"], inside(path, "calendar"), self.found),
        }

    def _change(self, table: Table) -> Change:
        def texts(key: str) -> tuple[str, ...]:
            node = table.entries.get(key)
            return tuple(json.dumps(plain(item)) for item in node.items) if isinstance(node, Listing) else ()

        patient = table.entries.get("patient")
        overridden = cast(dict[str, str], plain(patient)) if patient is not None else {}
        covers = json.dumps(plain(table.entries["covers"])) if "covers" in table.entries else ""
        return Change(texts("without"), texts("add"), tuple(overridden.items()), covers)

    def _course(self, document: Mapping[str, object], table: Table, path: str) -> Course:
        try:
            return course_from_document(document, "course")
        except UnusableCourse as unusable:
            for problem in unusable.problems:
                self.found.add(table.line, path, f"{problem.place}: {problem.what}", problem.do)
            return _NOBODY

    def _check_ids(self, scenario: Scenario, path: str) -> None:
        """Requirements that a scenario expects something of must be asked at its gate, in its version."""
        try:
            version = version_of(scenario)
        except library.NoVersionInForce as error:
            self.found.add(scenario.line, path, str(error), "ask on a later day, or name a version in 'rules'")
            return
        if scenario.calendar.asked:
            return
        here = version.requirements_at(scenario.gate)
        if not here:
            what = f"gate {scenario.gate} has no requirements in {version.version}, so nothing decides it"
            self.found.add(scenario.line, path, what, "ask about another gate")
            return
        for binding, names in (("must", scenario.unmet + scenario.unknown), ("advice", scenario.advice)):
            known = [one.id for one in here if one.binding == binding]
            for name in names:
                if name not in known:
                    kind = "binding requirement" if binding == "must" else "advice"
                    what = f"no {kind} {quoted(name)} at gate {scenario.gate} in {version.version}"
                    self.found.add_word(scenario.line, path, what, name, known)

    # ---- small parts ----

    def _check_keys(self, table: Table, path: str, known: tuple[str, ...], needed: tuple[str, ...]) -> None:
        for key, node in table.entries.items():
            if key not in known:
                what = f"there is no key {quoted(key)} here"
                self.found.add_word(node.line, inside(path, key), what, key, known)
        for key in needed:
            if key not in table.entries:
                self.found.add(table.line, path, f"{key} is missing", "add it")

    def _text(self, table: Table, key: str, path: str) -> str:
        node = table.entries.get(key)
        if isinstance(node, Text):
            return node.text
        if node is not None:
            self.found.add(node.line, inside(path, key), f"{key} is one text", "write it without list or mapping")
        return ""

    def _word(self, table: Table, key: str, path: str, words: tuple[str, ...]) -> str:
        text = self._text(table, key, path)
        if text not in words:
            what = f"{quoted(text)} is no {key}"
            self.found.add_word(table.entries[key].line, inside(path, key), what, text, words)
        return text

    def _texts(self, table: Table, key: str, path: str) -> tuple[str, ...]:
        node = table.entries.get(key)
        if node is None:
            return ()
        if isinstance(node, Listing) and all(isinstance(item, Text) for item in node.items):
            return tuple(cast(Text, item).text for item in node.items)
        self.found.add(node.line, inside(path, key), f"{key} is a list of requirement ids", "write [id, id]")
        return ()

    def _tables(self, table: Table, key: str, path: str) -> list[Table]:
        node = table.entries.get(key)
        if node is None:
            return []
        if isinstance(node, Listing) and all(isinstance(item, Table) for item in node.items):
            return [cast(Table, item) for item in node.items]
        self.found.add(node.line, inside(path, key), f"{key} is a list of events", "write [{event: KIND, on: DAY}]")
        return []

    def _instant(self, table: Table, path: str) -> datetime:
        try:
            return days.parse_instant(self._text(table, "at", path))
        except ValueError as error:
            self.found.add(table.entries["at"].line, inside(path, "at"), str(error), "write it so")
            return _NO_INSTANT

    def _day(self, text: str, line: int, path: str, words: tuple[str, ...]) -> str:
        if text not in words:
            try:
                days.parse_day(text)
            except ValueError as error:
                also = f" or {', '.join(words)}" if words else ""
                self.found.add(line, path, f"{quoted(text)}: {error}{also}", "correct it")
        return text

    def _rules(self, table: Table, path: str) -> tuple[str, ...]:
        if "rules" not in table.entries:
            return ("",)
        versions = tuple(days.iso(day) for day in library.version_days(self.programme))
        if table.entries["rules"] == Text(EVERY_VERSION, table.entries["rules"].line):
            return versions
        named = self._texts(table, "rules", path)
        for name in named:
            if name not in versions:
                what = f"the programme has no version {quoted(name)}"
                self.found.add_word(table.entries["rules"].line, inside(path, "rules"), what, name, versions)
        return named

    def _earliest(self, table: Table, path: str) -> str:
        if "earliest" not in table.entries:
            return NOT_ASKED
        node = table.entries["earliest"]
        return self._day(self._text(table, "earliest", path), node.line, inside(path, "earliest"), (NEVER,))

    def _later_events(self, table: Table, path: str) -> str:
        if "later_events" not in table.entries:
            return NOT_ASKED
        text = self._text(table, "later_events", path)
        if not text.isdecimal():
            where = inside(path, "later_events")
            self.found.add(table.entries["later_events"].line, where, f"{quoted(text)} is no number", "write how many")
        return text

    def _window(self, table: Table, path: str) -> tuple[str, str]:
        node = table.entries.get("window")
        if node is None:
            return NOT_ASKED, NOT_ASKED
        where = inside(path, "window")
        if isinstance(node, Text) and node.text == NO_WINDOW:
            return NO_WINDOW, NO_WINDOW
        if not isinstance(node, Table):
            self.found.add(node.line, where, "window is a mapping", "write {opens: DAY, closes: DAY}, or none")
            return NOT_ASKED, NOT_ASKED
        self._check_keys(node, where, _WINDOW, _WINDOW)
        edges = {key: self._text(node, key, where) for key in _WINDOW}
        for key, text in edges.items():
            self._day(text, node.line, inside(where, key), _WINDOW_WORDS)
        return edges["opens"], edges["closes"]
