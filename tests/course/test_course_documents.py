"""Texts that are no course files: what neither YAML nor JSON may bring, and what is too much."""

from __future__ import annotations

import io
import json
import os
import time
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from safecourse.course import UnusableCourse, read_course, read_course_text
from safecourse.course.documents import LARGEST
from safecourse.course.reading import course_from_document

EXAMPLE = Path(__file__).parents[2] / "examples" / "us-ipledge-first-month.yaml"
HEAD = "safecourse: 1\nprogramme: a\ncovers: complete\n"
JSON_HEAD = '{"safecourse": 1, "programme": "a", "covers": "complete",\n'


def problems_of(text: str, name: str = "course") -> str:
    with pytest.raises(UnusableCourse) as refused:
        read_course_text(text, name)
    return str(refused.value)


def problems_of_source(source: str | bytes | os.PathLike[str] | io.IOBase) -> str:
    with pytest.raises(UnusableCourse) as refused:
        read_course(source)  # type: ignore[arg-type]  # IOBase stands for any stream
    return str(refused.value)


# ---- YAML ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the file is empty"),
        (" \n\n", "the file is empty"),
        ("# nothing\n", "the file is empty"),
        ("---\n...\n", "the file is empty"),
        ("null", "the file is empty"),
        ("just a sentence", "the file is not a mapping"),
        ("- a\n- b\n", "the file is not a mapping"),
        ("a: b: c\n", "line 1: this is not YAML"),
        ("a:\n\t- b\n", "line 2: this is not YAML"),
        ("a: [b\n", "this is not YAML"),
        ('a: "\\UFFFFFFFF"\n', "this is not YAML"),
        (HEAD + "events: []\n---\n" + HEAD + "events: []\n", "line 5: the file holds several documents"),
        ("%YAML 1.1\n---\n" + HEAD + "events: []\n", "line 1: a line begins with %"),
        ("%TAG ! tag:a,2000:\n---\n" + HEAD, "line 1: a line begins with %"),
        (HEAD + "events: &all []\n", 'line 4, events: the reference "&all" stands here; write the value itself'),
        (HEAD + "events: *all\n", 'line 4, events: the reference "*all" stands here'),
        (HEAD + "patient: {<<: {born: 2001-01-01}}\nevents: []\n", "line 4, patient: a merge key << stands here"),
        (HEAD + "events: !!python/object:os.system []\n", "line 4, events: the tag "),
        (HEAD + "events: !!set {}\n", "line 4, events: the tag "),
        (HEAD + "patient: {born: !!str 2001-01-01}\nevents: []\n", "line 4, patient.born: the tag "),
        ("? [a, b]\n: c\n" + HEAD + "events: []\n", "line 1: a key is not a text"),
        (HEAD + "events: []\nevents: []\n", 'line 5: the key "events" stands twice'),
        ("a: \x07\n", "line 1: the character U+0007 can't stand in a course file"),
        ("a: b\n\x00\n", "line 2: the character U+0000 can't stand"),
        ("# a\u2028b: c\n", "the character U+2028 can't stand"),
        ("a: \ud800\n", "the character U+D800 can't stand"),
    ],
)
def test_yaml_beyond_texts_lists_and_mappings_is_refused(text: str, message: str) -> None:
    assert message in problems_of(text)


def test_yaml_1_2_may_be_declared() -> None:
    assert read_course_text("%YAML 1.2\n---\n" + HEAD + "events: []\n...\n").programmes == ("a",)


def test_a_quoted_null_is_a_text() -> None:
    text = HEAD + "events: [{event: relapse, on: 2026-10-01, who: 'null'}]"

    assert read_course_text(text).events[0].fields["who"] == "null"


def test_references_that_would_grow_without_bounds_are_refused_at_once() -> None:
    bomb = 'a: &a ["x","x"]\n' + "".join(f"{b}: &{b} [*{a},*{a},*{a},*{a}]\n" for a, b in pairwise("abcdefghi"))
    start = time.perf_counter()

    assert "the reference" in problems_of(bomb)
    assert time.perf_counter() - start < 1


@pytest.mark.parametrize("opening", ["[", '{"a":', "{a: ", "- ", "? "])
def test_nesting_without_end_is_refused_at_once(opening: str) -> None:
    start = time.perf_counter()

    problems_of(opening * (1_000_000 // len(opening)))
    assert time.perf_counter() - start < 3


def test_nesting_deeper_than_twelve_is_refused() -> None:
    assert "nested more than 12 deep" in problems_of("a: " + "[" * 12 + "]" * 12)
    assert "nested" not in problems_of("a: " + "[" * 11 + "]" * 11)
    assert "nested more than 12 deep" in problems_of('{"a": ' + "[" * 12 + "]" * 12 + "}")
    assert "nested" not in problems_of('{"a": ' + "[" * 11 + "]" * 11 + "}")


# ---- JSON ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rest", "message"),
    [
        ('"events": [], "events": []}', 'line 2: the key "events" stands twice'),
        ('"patient": {"born": null}, "events": []}', "line 2, patient.born: this key has no value; leave the key out"),
        ('"events":\n[{"event": "weight", "on": "2026-10-01", "kg": NaN}]}', "line 3, events[0].kg: NaN is not"),
        ('"events": [{"event": "weight", "on": "2026-10-01", "kg": -Infinity}]}', "-Infinity is not a number"),
        ('"events": [{"event": "weight", "on": "2026-10-01", "kg": 1e999}]}', "is not a finite number"),
        ('"events": [{"event": "weight", "on": "2026-10-01", "kg": true}]}', 'events[0].kg: "true" is not a number'),
        ('"events": [],', "this is not JSON: a key in double quotes is missing"),
        ('"events": []', "a comma or } is missing"),
        ('"events": [1 2]}', "a comma or ] is missing"),
        ('"events" []}', 'a colon is missing after the key "events"'),
        ('"events": []} x', "something follows the end of the course"),
        ('"events": ["\\x"]}', "has a backslash that JSON doesn't know"),
        ('"events": ["\\ud800"]}', "holds half of a character"),
        ('"events": ["a\nb"]}', "a text in quotes doesn't end on its line"),
        ('"events": 012}', "is neither quoted nor a number"),
        ('"events": }', "a value is missing"),
    ],
)
def test_json_that_says_less_or_more_than_it_should_is_refused(rest: str, message: str) -> None:
    assert message in problems_of(JSON_HEAD + rest, "course.json")


def test_json_in_a_file_without_that_name_gets_the_message_for_json() -> None:
    assert "this is not JSON: a comma or ] is missing" in problems_of(JSON_HEAD + '"events": [1 2}')


def test_a_json_list_is_no_course() -> None:
    assert "the file is not a mapping" in problems_of("[]", "course.json")


json_values = st.recursive(
    st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.text(max_size=5), json_values, max_size=4))
def test_json_gives_what_the_same_plain_document_gives(document: dict[str, object]) -> None:
    with pytest.raises(UnusableCourse) as from_document:
        course_from_document(document)
    for text in (json.dumps(document), json.dumps(document, indent=1)):
        with pytest.raises(UnusableCourse) as from_text:
            read_course_text(text, "course.json")
        assert {problem.what for problem in from_document.value.problems} <= {
            problem.what for problem in from_text.value.problems
        } or from_document.value.more


# ---- plain documents -----------------------------------------------------------------------------


def test_a_plain_document_is_checked_like_a_file() -> None:
    document = {"safecourse": "1", "programme": "a", "covers": "complete", "events": [{"event": "weight", "kg": None}]}
    with pytest.raises(UnusableCourse) as refused:
        course_from_document(document, "request")

    assert "request: events[0].kg: this key has no value" in str(refused.value)
    assert "request: events[0]: neither on nor at is given" in str(refused.value)


@pytest.mark.parametrize("value", [b"a", {1: "a"}, {None: "a"}, {"a"}, float("nan"), 10**999])
def test_a_plain_document_of_other_things_than_texts_is_refused(value: object) -> None:
    document = {
        "safecourse": "1", "programme": "a", "covers": "complete",
        "events": [{"event": "weight", "on": "2026-10-01", "kg": value}],
    }  # fmt: skip
    with pytest.raises(UnusableCourse, match=r"events\[0\]\.kg"):
        course_from_document(document)


def test_a_number_that_python_will_not_write_is_refused() -> None:
    with pytest.raises(UnusableCourse, match="this format of course files"):
        course_from_document({"safecourse": 10**5000})


def test_a_plain_document_that_holds_itself_is_refused() -> None:
    document: dict[str, object] = {}
    document["events"] = [document]

    with pytest.raises(UnusableCourse, match="nested more than 12 deep"):
        course_from_document(document)


# ---- files ---------------------------------------------------------------------------------------


def test_a_file_of_a_hundred_megabytes_is_refused_without_reading_it(tmp_path: Path) -> None:
    large = tmp_path / "large.yaml"
    with large.open("wb") as file:
        file.truncate(100_000_000)
    start = time.perf_counter()

    assert "larger than 5 MB" in problems_of_source(large)
    assert time.perf_counter() - start < 0.5


class Endless(io.RawIOBase):
    """A stream without end, that counts what was taken from it."""

    taken = 0

    def read(self, size: int = -1) -> bytes:
        assert size > 0, "reading all of it never ends"
        self.taken += min(size, 65_536)
        return b"a" * min(size, 65_536)


def test_standard_input_without_end_is_refused_after_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Endless()
    monkeypatch.setattr("sys.stdin", stream)

    assert "standard input: the file is larger than 5 MB" in problems_of_source("-")
    assert stream.taken == LARGEST + 1


def test_the_limit_counts_bytes_and_is_itself_allowed() -> None:
    padded = HEAD + "events: []\n#"
    fits = padded + "a" * (LARGEST - len(padded))

    assert read_course_text(fits).programmes == ("a",)
    assert "larger than 5 MB" in problems_of(fits + "a")
    assert "larger than 5 MB" in problems_of(fits[:-1] + "é")
    assert "larger than 5 MB" in problems_of_source(io.StringIO(fits + "a"))


def test_more_than_twenty_thousand_events_are_refused() -> None:
    events = ["{event: relapse, on: 2026-10-01}"] * 20_001
    text = "{" + HEAD.replace("\n", ", ") + "events: [" + ",\n".join(events) + "]}"
    as_json = JSON_HEAD + '"events": [' + ",\n".join(["{}"] * 20_001) + "]}"

    assert "events: this list has more than 20,000 entries" in problems_of(text)
    assert "events: this list has more than 20,000 entries" in problems_of(as_json)
    with pytest.raises(UnusableCourse, match="more than 20,000"):
        course_from_document({"events": [{}] * 20_001})


@pytest.mark.parametrize("raw", [b"\xff\xfea\x00", b"safecourse: 1\nprogramme: \xe9\n", "a: b".encode("utf-16")])
def test_a_file_that_is_not_utf_8_is_refused(raw: bytes, tmp_path: Path) -> None:
    file = tmp_path / "latin.yaml"
    file.write_bytes(raw)

    assert "this is not UTF-8 text; save the file as UTF-8" in problems_of_source(file)
    assert "this is not UTF-8 text" in problems_of_source(io.TextIOWrapper(io.BytesIO(raw), encoding="utf-8"))


def test_a_broken_character_is_found_on_its_line() -> None:
    assert "line 2: this is not UTF-8" in problems_of_source(b"safecourse: 1\nprogramme: \xe9\n")


def test_a_file_that_can_not_be_opened_is_refused(tmp_path: Path) -> None:
    assert "missing.yaml: the file can't be read (No such file or directory)" in problems_of_source(
        tmp_path / "missing.yaml"
    )
    assert "the file can't be read" in problems_of_source(tmp_path)
    assert "the file can't be read" in problems_of_source("a\x00b")


# ---- any text ------------------------------------------------------------------------------------


def reads_or_is_refused(text: str, name: str) -> None:
    """Anything but a course or UnusableCourse fails the test."""
    try:
        read_course_text(text, name)
    except UnusableCourse as refused:
        assert refused.problems
        assert all(problem.what and problem.do and str(problem).isprintable() for problem in refused.problems)


names = st.sampled_from(["course", "course.json"])


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200), names)
@example("\xad", "course.json")  # a soft hyphen can't be seen, and was shown in the message
def test_any_text_reads_or_is_refused(text: str, name: str) -> None:
    reads_or_is_refused(text, name)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_read_or_are_refused(raw: bytes) -> None:
    try:
        read_course(raw)
    except UnusableCourse as refused:
        assert refused.problems


MARKS = [
    '"', "'", "{", "}", "[", "]", "- ", "? ", ": ", ",", "&a ", "*a", "!!", "!<", "%YAML 1.1\n", "%TAG ! x\n", "---",
    "...", "|", ">", "|2", "\t", "\n", "\r", "\\x00", "\\U0011ffff", "\\uD800", "#", "  ", "<<", "=", "@", "`", "\x85",
    "\ufeff", "1e999", "NaN", "null", "~", "!", "!a!b ", '"\\', "%", "!%ff", "-1", "2026-02-30", "event: ",
]  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.data(), names)
def test_a_course_with_marks_strewn_in_reads_or_is_refused(data: st.DataObject, name: str) -> None:
    text = EXAMPLE.read_text(encoding="utf-8")[:700] if name == "course" else JSON_HEAD + '"events": []}'
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(text)))
        gone = data.draw(st.integers(0, 5))
        text = text[:place] + data.draw(st.sampled_from(MARKS)) + text[place + gone :]

    reads_or_is_refused(text, name)
