"""Reading course files: what is read, and everything that is refused, each with its place."""

from __future__ import annotations

import io
import json
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safecourse import days
from safecourse.course import Course, Event, UnusableCourse, read_course, read_course_text
from safecourse.course.model import UNSTATED, UNTIL_ASKED, Stretch
from safecourse.course.reading import course_from_document, document_of
from safecourse.course.vocabulary import KINDS

EXAMPLE = Path(__file__).parents[2] / "examples" / "us-ipledge-first-month.yaml"
HEAD = "safecourse: 1\nprogramme: us-ipledge\ncovers: complete\n"


def course(*events: str, top: str = HEAD) -> Course:
    """The course with some events, each written as the inside of braces; the first stands on line 5."""
    listed = "\n" + "".join(f"  - {{{event}}}\n" for event in events) if events else " []\n"
    return read_course_text(top + "events:" + listed)


def problems_of(*events: str, top: str = HEAD) -> str:
    """The messages for a course that is refused."""
    with pytest.raises(UnusableCourse) as refused:
        course(*events, top=top)
    return str(refused.value)


def problems_of_text(text: str, name: str = "course") -> str:
    with pytest.raises(UnusableCourse) as refused:
        read_course_text(text, name)
    return str(refused.value)


def only_event(event: str) -> Event:
    return course(event).events[0]


# ---- what is read --------------------------------------------------------------------------------


def test_the_example_of_the_contract_reads() -> None:
    read = read_course(EXAMPLE)

    assert read.programmes == ("us-ipledge",)
    assert (days.parse_day("2001-05-04"), "can-become-pregnant", "regular") == (
        read.patient.born, read.patient.category, read.patient.cycles,
    )  # fmt: skip
    assert read.complete
    assert len(read.events) == 20


def test_values_have_the_types_of_their_fields() -> None:
    read = only_event(
        "event: pregnancy-test, on: 2026-10-01, result: negative, setting: home, resulted: 2026-10-02,"
        " sensitivity_miu_ml: 12.5, who: n1, id: t1"
    )

    assert days.parse_day("2026-10-01") == read.day
    assert (read.moment, read.id, read.index) == (-1, "t1", 0)
    assert {
        "result": "negative", "setting": "home", "resulted": days.parse_day("2026-10-02"),
        "sensitivity_miu_ml": 12.5, "who": "n1",
    } == read.fields  # fmt: skip


def test_a_truth_value_a_whole_number_and_a_list_have_their_types() -> None:
    assert only_event("event: questions-answered, on: 2026-10-01, passed: true").fields["passed"] is True
    supply = only_event("event: dispensed, on: 2026-10-01, days_supply: 30").fields["days_supply"]
    assert (30, int) == (supply, type(supply))
    methods = only_event("event: contraception, on: 2026-10-01, by: patient, methods: [patch, male-condom]").fields
    assert methods["methods"] == ("male-condom", "patch")


def test_an_instant_keeps_its_day_as_written_where_it_happened() -> None:
    read = only_event("event: relapse, at: 2026-10-01T23:30-04:00")

    assert days.parse_day("2026-10-01") == read.day
    assert days.microseconds(days.parse_instant("2026-10-02T03:30Z")) == read.moment


def test_an_outage_takes_days_and_instants() -> None:
    fields = only_event("event: service-outage, on: 2026-10-01, from: 2026-10-01T08:00Z, until: 2026-10-02").fields

    assert days.parse_day("2026-10-01") == fields["from"]
    assert days.microseconds(days.parse_instant("2026-10-01T08:00Z")) == fields["from_moment"]
    assert days.parse_day("2026-10-02") == fields["until"]
    assert "until_moment" not in fields


def test_two_outages_of_one_day_stay_two() -> None:
    morning = "event: service-outage, on: 2026-10-01, from: 2026-10-01T08:00Z, until: 2026-10-01T09:00Z"
    evening = "event: service-outage, on: 2026-10-01, from: 2026-10-01T20:00Z, until: 2026-10-01T21:00Z"

    assert len(course(morning, evening).events) == 2


def test_items_of_a_questionnaire_are_a_list_or_named_numbers() -> None:
    listed = only_event("event: questionnaire, on: 2026-10-01, instrument: PHQ-2, score: 4, items: [1, 3]")
    named = only_event("event: questionnaire, on: 2026-10-01, instrument: phq-9, items: {q9: 3, q1: 1.0}")

    assert listed.fields["items"] == ("1", "3")
    assert named.fields["items"] == ("q1=1", "q9=3")


def test_on_and_yes_and_numbers_with_zeros_are_text() -> None:
    read = course("event: relapse, on: 2026-10-01, who: 012345", "event: relapse, on: 2026-10-02, who: yes")

    assert [event.fields["who"] for event in read.events] == ["012345", "yes"]


def test_what_a_course_leaves_out_of_its_patient_is_unstated() -> None:
    patient = course().patient

    assert (patient.born, patient.category, patient.cycles) == (UNSTATED, "", "")


def test_several_programmes_are_a_list() -> None:
    read = course(top=HEAD.replace("us-ipledge", "[us-ipledge, us-isotretinoin-label]"))

    assert read.programmes == ("us-ipledge", "us-isotretinoin-label")


def test_cover_is_one_stretch_or_several() -> None:
    first, last = days.parse_day("2026-01-01"), days.parse_day("2026-02-01")
    one = course(top=HEAD.replace("complete", "{from: 2026-01-01}"))
    listed = "[{from: 2026-01-01, until: 2026-02-01, kinds: [lab]}, {from: 2026-01-01}]"
    two = course(top=HEAD.replace("complete", listed))
    none = course(top=HEAD.replace("complete", "[]"))

    assert (False, (Stretch(first, UNTIL_ASKED, frozenset()),)) == (one.complete, one.stretches)
    assert (Stretch(first, last, frozenset({"lab"})), Stretch(first, UNTIL_ASKED, frozenset())) == two.stretches
    assert (none.complete, none.stretches) == (False, ())


def test_yaml_json_and_a_plain_document_give_one_course() -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    document = document_of(text)
    expected = read_course(EXAMPLE)

    assert expected == read_course_text(json.dumps(document), "example.json")
    assert expected == read_course_text(json.dumps(document, indent=2))
    assert expected == course_from_document(document)


def test_json_numbers_and_truth_values_are_read_as_their_text() -> None:
    text = (
        '{"safecourse": 1, "programme": "a", "covers": "complete", "events":'
        ' [{"event": "dispensed", "on": "2026-10-01", "days_supply": 30, "quantity": 2.50},'
        ' {"event": "questions-answered", "on": "2026-10-01", "passed": false}]}'
    )

    assert [value for event in read_course_text(text).events for value in event.fields.values()] == [30, 2.5, False]
    assert read_course_text(text) == course_from_document(json.loads(text))


def test_yaml_in_braces_is_yaml_although_it_looks_like_json() -> None:
    assert read_course_text('{"safecourse": 1, programme: a, covers: complete, events: []}').programmes == ("a",)


def test_a_document_holds_every_scalar_as_text() -> None:
    assert document_of("a: 1\nb: [true, {c: 2026-10-01}]") == {"a": "1", "b": ["true", {"c": "2026-10-01"}]}


def test_a_text_that_is_no_mapping_has_no_document() -> None:
    with pytest.raises(UnusableCourse, match="not a mapping"):
        document_of("[a]")


def test_a_course_reads_from_bytes_a_stream_and_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    text = HEAD + "events: []\n"
    expected = read_course_text(text)

    assert expected == read_course(text.encode())
    assert expected == read_course(io.StringIO(text))
    assert expected == read_course(io.BytesIO(text.encode()))
    monkeypatch.setattr("sys.stdin", io.StringIO(text))
    assert expected == read_course("-")


def test_a_byte_order_mark_is_passed_over() -> None:
    assert read_course_text(HEAD + "events: []") == read_course(b"\xef\xbb\xbf" + (HEAD + "events: []").encode())


def test_events_equal_in_every_field_are_one() -> None:
    test = "event: pregnancy-test, on: 2026-10-01, result: negative, setting: home, id: a"
    reordered = "id: a, setting: home, result: negative, on: 2026-10-01, event: pregnancy-test"

    assert len(course(test, reordered).events) == 1


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_neither_the_order_of_a_file_nor_a_repetition_changes_a_course(data: st.DataObject) -> None:
    document = document_of(EXAMPLE.read_text(encoding="utf-8"))
    events = document["events"]
    assert isinstance(events, list)
    again = data.draw(st.lists(st.sampled_from(events), max_size=5))
    document["events"] = data.draw(st.permutations(events + again))

    assert told(read_course(EXAMPLE)) == told(course_from_document(document))


def told(read: Course) -> list[tuple[object, ...]]:
    """Everything that a course says of its events, without their places in the file."""
    return [(event.kind, event.day, event.moment, dict(event.fields), event.id) for event in read.events]


def test_sixty_events_read_in_much_less_than_a_tenth_of_a_second() -> None:
    head, events = EXAMPLE.read_text(encoding="utf-8").split("events:\n")
    text = head + "events:\n" + events * 3
    read_course_text(text)
    took = []
    for _ in range(5):
        start = time.perf_counter()
        read_course_text(text)
        took.append(time.perf_counter() - start)

    assert min(took) < 0.1


SAMPLES = {
    "open-word": "Some Word", "open-words": ["Some Word", "b"], "identifier": "A1", "text": "first\nsecond",
    "day": "2026-10-05", "instant": "2026-10-05T12:00Z", "moment": "2026-10-05", "truth": "false",
    "numbers": ["1", "2.5"],
}  # fmt: skip


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_reads_with_all_its_fields_and_with_the_required_ones_only(kind: str) -> None:
    fields = KINDS[kind].fields.values()
    full: dict[str, object] = {"event": kind, "on": "2026-10-05", "id": "a"}
    for field in fields:
        one = {"word": field.words[-1:], "words": field.words, "whole": (f"{field.high:g}",), "number": ("1.5",)}
        chosen = one.get(field.type)
        full[field.name] = (list(chosen) if field.type == "words" else chosen[0]) if chosen else SAMPLES[field.type]
    full |= {"corrects": "b"} if kind == "corrected" else {}
    full |= {"test": "alt", "loinc": "1742-6", "unit": "U/L"} if kind == "lab" else {}
    needed = {field.name for field in fields if field.required} | {"event", "on"} | set(KINDS[kind].one_of)
    least = {name: value for name, value in full.items() if name in needed}
    other = {"event": "relapse", "on": "2026-10-01", "id": "b"}
    read = course_from_document(
        {"safecourse": "1", "programme": "a", "covers": "complete", "events": [other, full, least]}
    ).events[1:]

    assert sorted([set(full) - {"event", "on", "id"}, needed - {"event", "on"}], key=len) == sorted(
        (set(event.fields) - set(KINDS[kind].derived) for event in read), key=len
    )


# ---- the top of a file ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("top", "message"),
    [
        ("programme: a\ncovers: complete\n", "line 1: safecourse is missing"),
        ("safecourse: 2\nprogramme: a\ncovers: complete\n", "line 1, safecourse: this format"),
        ("safecourse: 1.0\nprogramme: a\ncovers: complete\n", "line 1, safecourse: this format"),
        ("safecourse: 1\ncovers: complete\n", "line 1: programme is missing"),
        ("safecourse: 1\nprogramme:\ncovers: complete\n", "programme: this key has no value"),
        ("safecourse: 1\nprogramme: []\ncovers: complete\n", "line 2, programme: the list is empty"),
        ("safecourse: 1\nprogramme: [a, b, a]\ncovers: complete\n", 'line 2, programme[2]: "a" is named twice'),
        ("safecourse: 1\nprogramme: US Ipledge\ncovers: complete\n", "can't be the id of a programme"),
        ("safecourse: 1\nprogramme: ../x\ncovers: complete\n", "can't be the id of a programme"),
        ("safecourse: 1\nprogramme: {a: b}\ncovers: complete\n", "the id of a programme is one word"),
        ("safecourse: 1\nprogramme: a\n", "line 1: covers is missing"),
        ("safecourse: 1\nprogramme: a\ncovers: all\n", "line 3, covers: \"all\" doesn't say what"),
        ("safecourse: 1\nprogramme: a\ncovers: [complete]\n", "covers[0]: a stretch of time is a mapping"),
        ("safecourse: 1\nprogramme: a\ncovers: {until: 2026-01-01}\n", "covers: from is missing"),
        ("safecourse: 1\nprogramme: a\ncovers: {from: 2026-01-02, until: 2026-01-01}\n", "until lies before from"),
        ("safecourse: 1\nprogramme: a\ncovers: {from: 2026-01-02, kinds: [labs]}\n", "covers.kinds[0]: \"labs\""),
        ("safecourse: 1\nprogramme: a\ncovers: {from: 2026-01-02, kinds: []}\n", "the list names no kind"),
        ("safecourse: 1\nprogramme: a\ncovers: {from: 2026-01-02, to: 2026-01-03}\n", 'there is no key "to" here'),
        (HEAD + "programe: b\n", 'line 4, programe: there is no key "programe" at the top of a course; did you mean'),
        (HEAD + "covers: complete\n", 'line 4: the key "covers" stands twice'),
        (HEAD + "patient: someone\n", "line 4, patient: the patient is a mapping"),
        (HEAD + "patient: {born: 1879-12-31}\n", "patient.born: \"1879-12-31\" is before 1880-01-01"),
        (HEAD + "patient: {born: 2101-01-01}\n", "patient.born: nobody is born after 2100"),
        (HEAD + "patient: {born: 2001-02-29}\n", 'patient.born: "2001-02-29" is not in the calendar'),
        (HEAD + "patient: {category: female}\n", 'patient.category: "female" is not a word that category takes'),
        (HEAD + "patient: {cycles: regularly}\n", "did you mean regular?"),
        (HEAD + "patient: {age: 20}\n", 'patient.age: there is no key "age" here'),
    ],
)  # fmt: skip
def test_a_wrong_top_of_a_file_is_refused(top: str, message: str) -> None:
    assert message in problems_of(top=top)


def test_a_course_without_a_list_of_events_is_refused() -> None:
    assert "events is missing" in problems_of_text(HEAD)
    assert "events: events is a list" in problems_of_text(HEAD + "events: {}")
    assert "events[0]: an event is a mapping" in problems_of_text(HEAD + "events: [relapse]")


# ---- events --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("event", "message"),
    [
        ("on: 2026-10-01", "line 5, events[0]: event is missing"),
        ("event: pregnancy_test, on: 2026-10-01", "events[0].event: \"pregnancy_test\" is not a known kind"),
        ("event: pregnancy_test, on: 2026-10-01", "did you mean pregnancy-test?"),
        ("event: [relapse], on: 2026-10-01", "the kind of an event is one word"),
        ("event: relapse", "events[0]: neither on nor at is given"),
        ("event: relapse, on: 2026-10-01, at: 2026-10-01T12:00Z", "events[0]: both on and at are given"),
        ("event: relapse, on: 2026-02-30", 'events[0].on: "2026-02-30" is not in the calendar'),
        ("event: relapse, on: 2026-2-3", "is not a day; write it as YYYY-MM-DD"),
        ("event: relapse, on: 01/10/2026", "is not a day"),
        ("event: relapse, on: 0026-10-01", "is before 1880-01-01; correct the year"),
        ("event: relapse, on: 2026-10-01T12:00Z", "on takes a day, not an instant; use at"),
        ("event: relapse, at: 2026-10-01", "at takes an instant, not a day; use on"),
        ("event: relapse, at: 2026-10-01T12:00", "has no offset; add the offset"),
        ("event: relapse, at: 2026-10-01T25:00Z", "is not an instant"),
        ("event: relapse, at: 2026-02-30T12:00Z", "is not an instant"),
        ("event: relapse, at: 2026-10-01T12:00+25:00", "is not an instant"),
        ("event: relapse, at: 9999-12-31T23:59-05:00", "leaves the calendar"),
        ("event: relapse, on: 2026-10-01, on: 2026-10-01", 'events[0]: the key "on" stands twice'),
        ("event: relapse, on: 2026-10-01, day: 3", 'events[0].day: there is no key "day" here'),
        ("event: relapse, on: 2026-10-01, reason: x", 'events[0].reason: there is no key "reason" here'),
        ("event: relapse, on: [2026-10-01]", "one value is expected, not a list"),
        ("event: relapse, on: 2026-10-01, id: ''", "id is empty"),
        ("event: relapse, on: 2026-10-01, who: ' a'", "has spaces at its ends"),
        ("event: relapse, on: 2026-10-01, who: " + "a" * 201, "who is longer than 200 characters"),
        ('event: relapse, on: 2026-10-01, who: "a\\x1b[2J"', "holds characters that can't be seen"),
        ('event: relapse, on: 2026-10-01, who: "a\\u202Eb"', "holds characters that can't be seen"),
        ('event: enrolled, on: 2026-10-01, reason: "a\\x00"', "holds characters that can't be seen"),
        ("event: enrolled, on: 2026-10-01, reason: ' '", "reason is empty"),
        ("event: enrolled, on: 2026-10-01, reason: " + "a" * 4001, "reason is longer than 4,000 characters"),
        ("event: relapse, at: 1066-10-01T12:00Z", "is before 1880-01-01"),
        ("event: contraception, on: 2026-10-01, by: patient, methods: [~]", "methods[0]: this key has no value"),
        ("event: null, on: 2026-10-01", "events[0].event: this key has no value"),
        ("event: pregnancy-test, on: 2026-10-01, result: negative", "events[0]: setting is missing; add setting: lab"),
        ("event: pregnancy-test, on: 2026-10-01, result: negativ, setting: home", "did you mean negative?"),
        ("event: pregnancy-test, on: 2026-10-01, result: null, setting: home", "result: this key has no value"),
        ("event: pregnancy-test, on: 2026-10-01, result: , setting: home", "result: this key has no value"),
        ("event: visited, on: 2026-10-01, setting: medical", '"medical" is not a word that setting takes'),
        ("event: questions-answered, on: 2026-10-01, passed: yes", '"yes" is not true or false'),
        ("event: contraception, on: 2026-10-01, by: patient, methods: patch", "methods is a list; write [patch]"),
        ("event: contraception, on: 2026-10-01, by: patient, methods: [pach]", "methods[0]: \"pach\" is not a word"),
        ("event: contraception, on: 2026-10-01, by: patient, methods: [[patch]]", "one value is expected, not a list"),
        ("event: contraception, on: 2026-10-01, by: nurse, methods: [patch]", '"nurse" is not a word that by takes'),
        ("event: prescribed, on: 2026-10-01, by: prescriber, product: absorica, days_supply: 30", "dermatologist"),
        ("event: condition, on: 2026-10-01, condition: Breastfeeding", "did you mean breast-feeding?"),
        ("event: lab, on: 2026-10-01, value: 3, unit: g", "test or loinc is missing"),
        ("event: questionnaire, on: 2026-10-01, instrument: a, items: []", "items is a list with at least one number"),
        ("event: questionnaire, on: 2026-10-01, instrument: a, items: [x]", 'items[0]: "x" is not a number'),
    ],
)  # fmt: skip
def test_a_wrong_event_is_refused(event: str, message: str) -> None:
    assert message in problems_of(event)


@pytest.mark.parametrize(
    "number", ["-1", "0", "367", "30.0", "030", "0x1e", "0o36", "1e1", "+30", "1_0", "thirty", "3 0", "9" * 5000, "٣"]
)
def test_days_supplied_are_a_whole_number_from_one_to_a_year(number: str) -> None:
    assert "days_supply" in problems_of(f"event: dispensed, on: 2026-10-01, days_supply: {number}")


@pytest.mark.parametrize("number", ["0", "-3", "701", "nan", ".nan", "inf", "-.inf", "1e999", ".5", "5.", "1,5", ""])
def test_a_weight_is_a_finite_number_above_zero(number: str) -> None:
    assert "events[0].kg" in problems_of(f"event: weight, on: 2026-10-01, kg: '{number}'")


@pytest.mark.parametrize("number", ["0", "-25", "inf", "a"])
def test_a_sensitivity_is_above_zero(number: str) -> None:
    test = "event: pregnancy-test, on: 2026-10-01, result: negative, setting: home"

    assert "sensitivity_miu_ml" in problems_of(f"{test}, sensitivity_miu_ml: {number}")


@pytest.mark.parametrize("limit", ["1", "366"])
def test_the_limits_of_a_number_are_allowed(limit: str) -> None:
    assert int(limit) == only_event(f"event: dispensed, on: 2026-10-01, days_supply: {limit}").fields["days_supply"]


# ---- days that contradict each other -------------------------------------------------------------


@pytest.mark.parametrize(
    "event",
    [
        "event: certified, on: 2026-10-02, role: prescriber, until: 2026-10-01",
        "event: condition, on: 2026-10-05, condition: depression, since: 2026-10-02, until: 2026-10-01",
        "event: medication, on: 2026-10-05, ingredient: a, started: 2026-10-02, stopped: 2026-10-01",
        "event: pregnancy-test, on: 2026-10-02, result: negative, setting: home, resulted: 2026-10-01",
        "event: service-outage, on: 2026-10-02, from: 2026-10-02, until: 2026-10-01",
        "event: service-outage, on: 2026-10-02, from: 2026-10-02T10:00Z, until: 2026-10-02T11:00+02:00",
    ],
)
def test_days_in_the_wrong_order_are_refused(event: str) -> None:
    assert " lies before " in problems_of(event)


@pytest.mark.parametrize(
    "event",
    [
        "event: pregnancy, on: 2026-10-02, until: 2026-09-01",
        "event: condition, on: 2026-10-02, condition: depression, until: 2020-01-01",
        "event: certified, on: 2026-10-02, role: pharmacy, until: 2026-10-02",
        "event: service-outage, on: 2026-10-02, from: 2026-10-02, until: 2026-10-02",
    ],
)
def test_an_end_may_lie_before_the_day_on_which_it_is_told(event: str) -> None:
    assert len(course(event).events) == 1


def test_an_event_before_birth_is_refused() -> None:
    top = HEAD + "patient: {born: 2010-05-04}\n"

    assert "events[0].on: this lies before the patient" in problems_of("event: relapse, on: 2010-05-03", top=top)
    late = "event: condition, on: 2026-01-01, condition: depression, since: 2010-05-03"
    assert "events[0].since: this lies before" in problems_of(late, top=top)
    assert len(course("event: relapse, on: 2010-05-04", top=top).events) == 1


def test_a_certificate_may_be_older_than_the_patient() -> None:
    top = HEAD + "patient: {born: 2010-05-04}\n"

    assert len(course("event: certified, on: 2009-01-01, role: prescriber", top=top).events) == 1


def test_an_event_of_the_far_future_is_no_error() -> None:
    assert len(course("event: relapse, on: 9999-12-31", "event: relapse, at: 2999-12-31T23:59Z").events) == 2


# ---- all at once ---------------------------------------------------------------------------------


def test_all_problems_of_a_file_are_reported_at_once_and_in_its_order() -> None:
    message = problems_of("event: relapse, on: x", "event: nothing, on: 2026-10-01", "event: weight, on: 2026-10-01")

    assert [line.split(", events")[0] for line in message.splitlines()] == [
        f"course: line {line}" for line in (5, 6, 7)
    ]


def test_no_more_than_fifty_problems_are_listed_and_the_rest_is_counted() -> None:
    with pytest.raises(UnusableCourse) as refused:
        course(*["event: relapse, on: x"] * 63)

    assert (len(refused.value.problems), refused.value.more) == (50, 13)
    assert str(refused.value).splitlines()[-1] == "and 13 more"


def test_a_message_never_carries_control_characters_or_long_texts_of_the_file() -> None:
    message = problems_of('event: "\\x1b[31m\\r\\n' + "x" * 10_000 + '", on: 2026-10-01')

    assert len(message.splitlines()) == 1
    assert message.isprintable()
    assert len(message) < 2_000


def test_a_problem_names_file_line_place_fault_and_remedy() -> None:
    with pytest.raises(UnusableCourse) as refused:
        read_course_text(HEAD + "events:\n  - event: relapse\n    on: 2026-10-32\n", "a.yaml")

    (problem,) = refused.value.problems
    assert (problem.file, problem.place) == ("a.yaml", "line 6, events[0].on")
    assert str(problem) == 'a.yaml: line 6, events[0].on: "2026-10-32" is not in the calendar; correct the day'
