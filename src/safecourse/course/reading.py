"""Reading a course: from a file, a text or a plain document to a frozen Course, every problem reported at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import cast

from safecourse import days
from safecourse.course.documents import Source, name_of, read_text, tree_of_text
from safecourse.course.model import UNSTATED, UNTIL_ASKED, Course, Event, Patient, Stretch, Value
from safecourse.course.nodes import Listing, Node, Table, Text, inside, plain, tree_of
from safecourse.course.problems import Found, quoted
from safecourse.course.values import FIRST_DAY, read_fields
from safecourse.course.vocabulary import COMMON, KINDS, PATIENT, STRETCH, Kind

_KEYS = ("safecourse", "programme", "patient", "covers", "events")
_PROGRAMME = re.compile(r"[a-z0-9]+([.-][a-z0-9]+)*\Z")
_LAST_BIRTH = days.parse_day("2100-12-31")
_LONGEST_PROGRAMME = 100


def read_course(source: Source) -> Course:
    """The course in a file, in an open stream, in bytes, or (``-``) on standard input.

    UnusableCourse if it can't be used, with everything that is wrong with it.
    """
    name = name_of(source)
    found = Found(name)
    return _course(tree_of_text(read_text(source, found), name, found), found)


def read_course_text(text: str, name: str = "course") -> Course:
    """The course in a YAML or JSON text; ``name`` is what messages call it."""
    found = Found(name)
    return _course(tree_of_text(text, name, found), found)


def course_from_document(document: Mapping[str, object], name: str = "course") -> Course:
    """The course in a plain mapping of texts, lists and mappings, checked like a file."""
    found = Found(name)
    return _course(tree_of(found, document), found)


def document_of(text: str, name: str = "course") -> dict[str, object]:
    """A YAML or JSON text as plain dicts, lists and texts: every scalar as written, nothing typed."""
    found = Found(name)
    document = plain(tree_of_text(text, name, found))
    if not isinstance(document, dict):
        _refuse_shape(found, 1)
    found.refuse_if_any()
    return cast(dict[str, object], document)


def _refuse_shape(found: Found, line: int) -> None:
    found.add(line, "", "the file is not a mapping", "write keys and values, beginning with safecourse: 1")


def _course(root: Node, found: Found) -> Course:
    if not isinstance(root, Table):
        _refuse_shape(found, root.line)
        raise found.unusable()
    for key, node in root.entries.items():
        if key not in _KEYS:
            found.add_word(node.line, key, f"there is no key {quoted(key)} at the top of a course", key, _KEYS)
    _check_format(root, found)
    programmes = _programmes(root, found)
    patient = _patient(root, found)
    complete, stretches = _coverage(root, found)
    events = _events(root, patient, found)
    found.refuse_if_any()
    return Course(programmes, patient, complete, stretches, events)


def _check_format(root: Table, found: Found) -> None:
    node = root.entries.get("safecourse")
    if node is None:
        found.add(root.line, "", "safecourse is missing", "add safecourse: 1, the format of course files")
    elif not (isinstance(node, Text) and (node.void or node.text == "1")):
        found.add(node.line, "safecourse", "this format of course files is not known", "write safecourse: 1")


def _programmes(root: Table, found: Found) -> tuple[str, ...]:
    node = root.entries.get("programme")
    if node is None:
        found.add(root.line, "", "programme is missing", "add programme: and the id of a programme")
        return ()
    if isinstance(node, Listing) and not node.items:
        found.add(node.line, "programme", "the list is empty", "name at least one programme")
    programmes: list[str] = []
    listed = isinstance(node, Listing)
    for place, item in enumerate(node.items if isinstance(node, Listing) else [node]):
        path = inside("programme", place) if listed else "programme"
        if not isinstance(item, Text):
            found.add(item.line, path, "the id of a programme is one word", "write an id such as us-ipledge")
        elif item.void:
            continue
        elif len(item.text) > _LONGEST_PROGRAMME or not _PROGRAMME.match(item.text):
            what = f"{quoted(item.text)} can't be the id of a programme"
            found.add(item.line, path, what, "write small letters, digits, hyphens and points, such as us-ipledge")
        elif item.text in programmes:
            found.add(item.line, path, f"{quoted(item.text)} is named twice", "keep one of them")
        else:
            programmes.append(item.text)
    return tuple(programmes)


def _patient(root: Table, found: Found) -> Patient:
    node = root.entries.get("patient")
    values: dict[str, Value] = {}
    if isinstance(node, Table):
        values = read_fields(node, PATIENT, "patient", found)
        if cast(int, values.get("born", UNSTATED)) > _LAST_BIRTH and "born" in values:
            found.add(node.entries["born"].line, "patient.born", "nobody is born after 2100 yet", "correct the year")
            del values["born"]
    elif node is not None and not (isinstance(node, Text) and node.void):
        found.add(node.line, "patient", "the patient is a mapping", "write {born: DAY, category: ..., cycles: ...}")
    return Patient(
        born=cast(int, values.get("born", UNSTATED)),
        category=values.get("category", ""),  # type: ignore[arg-type]  # one of the vocabulary's words
        cycles=values.get("cycles", ""),  # type: ignore[arg-type]
    )


def _coverage(root: Table, found: Found) -> tuple[bool, tuple[Stretch, ...]]:
    """Whether the record is complete, and otherwise for when it is."""
    node = root.entries.get("covers")
    if node is None:
        do = "add covers: complete if the file holds all that happened, else covers: {from: DAY, kinds: [...]}"
        found.add(root.line, "", "covers is missing", do)
        return False, ()
    if isinstance(node, Text):
        if node.text != "complete" and not node.void:
            what = f"{quoted(node.text)} doesn't say what the file covers"
            found.add(node.line, "covers", what, "write complete, or {from: DAY, until: DAY, kinds: [...]}")
        return True, ()
    if isinstance(node, Table):
        return False, _stretch(node, "covers", found)
    stretches: list[Stretch] = []
    for place, item in enumerate(node.items):
        stretches.extend(_stretch(item, inside("covers", place), found))
    return False, tuple(stretches)


def _stretch(node: Node, path: str, found: Found) -> tuple[Stretch, ...]:
    if not isinstance(node, Table):
        found.add(node.line, path, "a stretch of time is a mapping", "write {from: DAY, until: DAY, kinds: [...]}")
        return ()
    values = read_fields(node, STRETCH, path, found)
    first, last = cast(int, values.get("from", FIRST_DAY)), cast(int, values.get("until", UNTIL_ASKED))
    if last < first and "from" in values:
        found.add(node.entries["until"].line, inside(path, "until"), "until lies before from", "correct one of them")
    kinds = cast(tuple[str, ...], values.get("kinds", ()))
    if "kinds" in values and not kinds:
        # The model reads "no kinds" as "all kinds"; an empty list means the opposite to whoever writes it.
        do = "name the kinds that are covered, or leave the key out if all are"
        found.add(node.entries["kinds"].line, inside(path, "kinds"), "the list names no kind", do)
    return (Stretch(first, last, frozenset(kinds)),)


# ---- events --------------------------------------------------------------------------------------


def _events(root: Table, patient: Patient, found: Found) -> tuple[Event, ...]:
    node = root.entries.get("events")
    if node is None:
        found.add(root.line, "", "events is missing", "add events: and a list, [] if nothing has happened")
        return ()
    if not isinstance(node, Listing):
        if not (isinstance(node, Text) and node.void):
            found.add(node.line, "events", "events is a list", "begin each event with a hyphen")
        return ()
    events: list[Event] = []
    for index, item in enumerate(node.items):
        if isinstance(item, Table):
            events.extend(_event(item, index, patient, found))
        elif not (isinstance(item, Text) and item.void):
            path = inside("events", index)
            found.add(item.line, path, "an event is a mapping", "write {event: KIND, on: DAY, ...}")
    distinct = _distinct(events)
    lines = [item.line for item in node.items]
    _check_ids(distinct, _written_ids(node), lines, found)
    return distinct


def _event(table: Table, index: int, patient: Patient, found: Found) -> tuple[Event, ...]:
    """The event that a mapping describes; none if anything about its kind or its day is wrong."""
    path = inside("events", index)
    kind = _kind(table, path, found)
    if kind is None:
        return ()
    values = read_fields(table, kind.fields, path, found, COMMON)
    values.pop("event", "")
    if ("on" in table.entries) == ("at" in table.entries):
        what = "both on and at are given" if "on" in table.entries else "neither on nor at is given"
        found.add(table.line, path, what, "write on: for a day, or at: for an instant with its offset")
        return ()
    if kind.one_of and not any(name in table.entries for name in kind.one_of):
        wanted = " or ".join(kind.one_of)
        found.add(table.line, path, f"{wanted} is missing", f"add {wanted}")
    if kind.derived:
        _derive(kind, values, table, path, found)
    day = values.pop("on", values.pop("at", None))
    if day is None:
        return ()
    event = Event(
        kind=kind.name,
        day=cast(int, day),
        moment=cast(int, values.pop("at_moment", -1)),
        id=cast(str, values.pop("id", "")),
        fields=values,
        index=index,
    )
    _check_days(event, kind, table, path, patient, found)
    return (event,)


def _derive(kind: Kind, values: dict[str, Value], table: Table, path: str, found: Found) -> None:
    """Add the fields that no file writes and rules read; most courses have none, and need none of the tables."""
    if kind.name == "lab":
        from safecourse.course.measures import add_amounts

        add_amounts(values, table, path, found)
    elif kind.name == "questionnaire":
        from safecourse.course.questionnaires import add_answers

        add_answers(values, table, path, found)


def _kind(table: Table, path: str, found: Found) -> Kind | None:
    """The kind of an event; None, with the reason noted, where it isn't known."""
    node = table.entries.get("event")
    if node is None:
        found.add(table.line, path, "event is missing", "add event: and the kind of event")
    elif not isinstance(node, Text):
        found.add(node.line, inside(path, "event"), "the kind of an event is one word", "write event: KIND")
    elif node.text in KINDS:
        return KINDS[node.text]
    elif not node.void:
        what = f"{quoted(node.text)} is not a known kind of event"
        found.add_word(node.line, inside(path, "event"), what, node.text, KINDS)
    return None


def _check_days(event: Event, kind: Kind, table: Table, path: str, patient: Patient, found: Found) -> None:
    """Days of one event that contradict each other, or the patient's birth."""
    for earlier, later in kind.in_order:
        first, last = _day_of(event, earlier), _day_of(event, later)
        if first and last and (first[0] > last[0] or (first[1] and last[1] and first[1] > last[1])):
            what = f"{later} lies before {earlier}"
            found.add(table.entries[later].line, inside(path, later), what, "correct one of them")
    if not kind.of_patient or patient.born == UNSTATED:
        return
    stated = {name: cast(int, event.fields[name]) for name in _day_fields(kind) if name in event.fields}
    stated["on" if "on" in table.entries else "at"] = event.day
    for name, day in stated.items():
        if day < patient.born:
            do = "correct this day or patient.born"
            found.add(table.entries[name].line, inside(path, name), "this lies before the patient's birth", do)


def _day_fields(kind: Kind) -> list[str]:
    return [field.name for field in kind.fields.values() if field.type == "day"]


def _day_of(event: Event, name: str) -> tuple[int, ...]:
    """The day and the microseconds (0 if unknown) of a field or of the event itself; nothing if it isn't stated."""
    if name == "on":
        return event.day, 0
    if name not in event.fields:
        return ()
    return cast(int, event.fields[name]), cast(int, event.fields.get(f"{name}_moment", 0))


def _distinct(events: list[Event]) -> tuple[Event, ...]:
    """Events in an order that doesn't depend on their order in the file; those equal in every field are one."""
    known: dict[tuple[int, int, str], Event] = {}
    for event in events:
        known.setdefault((event.day, event.moment, _canonical(event)), event)
    return tuple(event for _, event in sorted(known.items(), key=lambda pair: pair[0]))


def _canonical(event: Event) -> str:
    return repr((event.kind, event.id, sorted(event.fields.items())))


# ---- ids and corrections -------------------------------------------------------------------------


def _written_ids(node: Listing) -> set[str]:
    """All ids in the file, also those of events that are wrong otherwise: one mistake gives one message."""
    ids: set[str] = set()
    for item in node.items:
        written = item.entries.get("id") if isinstance(item, Table) else None
        if isinstance(written, Text) and not written.void:
            ids.add(written.text)
    return ids


def _check_ids(events: tuple[Event, ...], written: set[str], lines: list[int], found: Found) -> None:
    first: dict[str, Event] = {}
    for event in sorted(events, key=lambda one: one.index):
        if event.id and event.id in first:
            what = f"the id {quoted(event.id)} stands also at events[{first[event.id].index}]"
            found.add(lines[event.index], f"events[{event.index}].id", what, "give each event an id of its own")
        elif event.id:
            first[event.id] = event
    corrections = [event for event in events if event.kind == "corrected" and "corrects" in event.fields]
    rings = _in_rings({event.id: str(event.fields["corrects"]) for event in corrections if event.id})
    some_ids = sorted(written)[:100]  # enough to find a slip of the pen among, few enough to compare with
    for event in corrections:
        wrong = str(event.fields["corrects"])
        line, path = lines[event.index], f"events[{event.index}].corrects"
        if wrong not in written and some_ids:
            found.add_word(line, path, f"no event has the id {quoted(wrong)}", wrong, some_ids)
        elif wrong not in written:
            found.add(line, path, f"no event has the id {quoted(wrong)}", "give the wrong event this id")
        elif wrong == event.id:
            found.add(line, path, "the event corrects itself", "name the id of the wrong event")
        elif event.id in rings:
            found.add(line, path, "corrections name each other in a ring", "name what was recorded first")


def _in_rings(corrections: Mapping[str, str]) -> set[str]:
    """The ids from which following the corrections leads back to the start."""
    rings: set[str] = set()
    done: set[str] = set()
    for start in corrections:
        steps: dict[str, int] = {}
        place = start
        while place in corrections and place not in done and place not in steps:
            steps[place] = len(steps)
            place = corrections[place]
        if place in steps:
            rings.update(one for one, step in steps.items() if step >= steps[place])
        done.update(steps)
    return rings
