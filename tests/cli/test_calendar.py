"""The command calendar: text, JSON, calendar files, pages to print, and one message for what can't be planned."""

from __future__ import annotations

import io
import json
import re
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from icalendar import Calendar

from safecourse.cli import main
from safecourse.cli.calendar_files import TITLES, calendar_file
from safecourse.course import read_course
from safecourse.rules.calendars import WHATS, calendar_of

Capture = pytest.CaptureFixture[str]
AT = ["--at", "2026-10-24T12:00-04:00"]

CREAM = """\
safecourse: 1
programme: us-imiquimod-5-keratosis
patient: {born: 1960-05-04}
covers: complete
events:
  - {event: diagnosed, on: 2026-10-01, condition: actinic-keratosis, site: face}
  - {event: prescribed, on: 2026-10-02, product: imiquimod-5, days_supply: 28}
  - {event: dispensed, on: 2026-10-02, days_supply: 28}
  - {event: dose-taken, on: 2026-10-05}
  - {event: dose-taken, on: 2026-10-08}
  - {event: rest-started, on: 2026-10-10}
  - {event: rest-ended, on: 2026-10-20}
"""
OPEN_REST = CREAM.replace("  - {event: rest-ended, on: 2026-10-20}\n", "")
CAPSULES = """\
safecourse: 1
programme: us-ipledge
patient: {born: 2001-05-04, cycles: regular}
covers: complete
events:
  - {event: certified, on: 2026-01-05, role: prescriber}
  - {event: certified, on: 2026-06-01, role: pharmacy}
  - {event: classified, on: 2026-08-20, category: can-become-pregnant, criteria: []}
  - {event: enrolled, on: 2026-08-20}
  - {event: prescribed, on: 2026-10-02, product: isotretinoin, days_supply: 30, mg_per_day: 40}
  - {event: dispensed, on: 2026-10-05, days_supply: 30}
"""
BETRAYING = (
    r"cream.*imiquimod|imiquimod|isotretinoin|pimecrolimus|accutane|pregnan|contracept|ipledge|keratosis|wart|cancer"
)


def written(tmp_path: Path, text: str) -> str:
    file = tmp_path / "course.yaml"
    file.write_text(text, encoding="utf-8")
    return str(file)


def events_of(file: bytes) -> list[tuple[str, date, date]]:
    calendar = Calendar.from_ical(file)
    return [(str(one["summary"]), one["dtstart"].dt, one["dtend"].dt) for one in calendar.walk("VEVENT")]


# ---- text -------------------------------------------------------------------------------------------------


def test_the_text_groups_days_by_month_and_week_and_counts_them(tmp_path: Path, capsys: Capture) -> None:
    assert main(["calendar", written(tmp_path, CREAM), *AT]) == 0

    out = capsys.readouterr().out
    assert "29 applications, 2 of them done; end Sun 24 Jan 2027." in out
    assert "October 2026\n" in out
    assert "  Mon 5, Thu 8             cream           Done." in out
    assert "  Sat 10 Oct to Mon 19 Oct rest            A recorded rest." in out
    assert "  Mon 2, Thu 5             cream" in out
    assert "  Sun 24 Jan 2027          end" in out
    assert "not an official system of any programme" in out


def test_a_gate_that_is_not_open_is_named_on_top_and_the_plan_printed_all_the_same(
    tmp_path: Path, capsys: Capture
) -> None:
    assert main(["calendar", written(tmp_path, CREAM), *AT]) == 0

    out = capsys.readouterr().out
    assert "Not open on Sat 24 Oct 2026, 12:00 New York: the days below are as prescribed" in out
    assert "Hand the medicine over, under us-imiquimod-5-keratosis is refused" in out
    assert "prescription-not-yet-dispensed" in out


# ---- JSON -------------------------------------------------------------------------------------------------


def test_the_json_is_a_list_of_entries_in_the_contracts_words(tmp_path: Path, capsys: Capture) -> None:
    assert main(["calendar", written(tmp_path, CREAM), "--json", *AT]) == 0

    entries = json.loads(capsys.readouterr().out)
    assert all(set(one) <= {"on", "until", "what", "programme", "detail"} for one in entries)
    assert {one["what"] for one in entries} <= set(WHATS)
    assert [one["on"] for one in entries] == sorted(one["on"] for one in entries)
    assert all(one["until"] > one["on"] for one in entries if "until" in one)
    assert {"on": "2026-10-10", "until": "2026-10-19", "what": "rest"}.items() <= next(
        one for one in entries if one["what"] == "rest"
    ).items()


def test_the_json_names_the_closed_gate_at_the_next_dose_and_at_the_prescription(
    tmp_path: Path, capsys: Capture
) -> None:
    assert main(["calendar", written(tmp_path, CREAM), "--json", *AT]) == 0

    captured = capsys.readouterr()
    told = [(one["what"], one["on"]) for one in json.loads(captured.out) if "Not open at" in one["detail"]]
    assert told == [("prescription", "2026-10-02"), ("application", "2026-10-22")]
    assert "dispense under us-imiquimod-5-keratosis is refused" in captured.err


def test_an_open_rest_has_no_last_day(tmp_path: Path, capsys: Capture) -> None:
    assert main(["calendar", written(tmp_path, OPEN_REST), "--json", *AT]) == 0

    (rest,) = [one for one in json.loads(capsys.readouterr().out) if one["what"] == "rest"]
    assert rest["until"] == "open-ended"


# ---- calendar files ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [CREAM, OPEN_REST, CAPSULES])
def test_a_calendar_file_is_read_back_as_whole_days(tmp_path: Path, text: str) -> None:
    course = read_course(written(tmp_path, text))
    entries = calendar_of(course)
    events = events_of(calendar_file(course, entries))

    assert len(events) == len(entries)
    for entry, (_, first, after) in zip(entries, events, strict=True):
        assert (first - date(1970, 1, 1)).days == entry.on
        assert after > first
        if entry.until < 1_000_000:
            assert after == date(1970, 1, 1) + timedelta(entry.until + 1)


@pytest.mark.parametrize("text", [CREAM, CAPSULES])
def test_a_calendar_file_names_neither_medicine_nor_pregnancy(tmp_path: Path, text: str) -> None:
    course = read_course(written(tmp_path, text))
    file = calendar_file(course, calendar_of(course)).decode().lower()

    assert not re.search(BETRAYING, file)
    assert "description" not in file


def test_the_titles_are_discreet_and_there_is_one_for_each_word() -> None:
    assert set(TITLES) == set(WHATS)
    assert not any(re.search(BETRAYING, title.lower()) for title in TITLES.values())


def test_the_same_course_gives_the_same_file_and_each_entry_its_own_lasting_name(tmp_path: Path) -> None:
    course = read_course(written(tmp_path, CREAM))
    later = read_course(written(tmp_path, CREAM + "  - {event: dose-taken, on: 2026-10-22}\n"))

    def names(file: bytes) -> dict[date, str]:
        return {one["dtstart"].dt: str(one["uid"]) for one in Calendar.from_ical(file).walk("VEVENT")}

    one, other = (calendar_file(each, calendar_of(each)) for each in (course, later))
    assert calendar_file(course, calendar_of(course)) == one
    assert len(set(names(one).values())) == len(names(one))
    assert names(one)[date(2026, 11, 2)] == names(other)[date(2026, 11, 2)]
    assert b"DTSTAMP:20261020T000000Z" in one


def test_the_names_of_two_courses_differ(tmp_path: Path) -> None:
    course = read_course(written(tmp_path, CREAM))
    other = read_course(written(tmp_path, CREAM.replace("1960-05-04", "1960-05-05")))

    def names(file: bytes) -> set[str]:
        return {str(one["uid"]) for one in Calendar.from_ical(file).walk("VEVENT")}

    assert not names(calendar_file(course, calendar_of(course))) & names(calendar_file(other, calendar_of(other)))


def test_a_calendar_file_is_printed_with_the_line_ends_of_its_standard(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stdout = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    monkeypatch.setattr(sys, "stdout", stdout)

    assert main(["calendar", written(tmp_path, CREAM), "--ics", *AT]) == 0
    printed = stdout.buffer.getvalue()  # type: ignore[attr-defined]  # bytes in memory
    assert printed.startswith(b"BEGIN:VCALENDAR\r\n")
    assert events_of(printed)[0] == ("Prescription", date(2026, 10, 2), date(2026, 10, 3))


# ---- pages ------------------------------------------------------------------------------------------------


def test_the_pages_are_written_a_month_each(tmp_path: Path, capsys: Capture) -> None:
    target = tmp_path / "calendar.pdf"

    assert main(["calendar", written(tmp_path, CREAM), "--pdf", str(target), *AT]) == 0
    file = target.read_bytes()
    assert file.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type\s*/Page\b", file)) == 5  # October to January, and March
    assert str(target) in capsys.readouterr().out


@pytest.mark.parametrize("target", ["no/such/folder/calendar.pdf", "course.yaml"])
def test_pages_that_can_not_be_written_there_get_a_message(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch, target: str
) -> None:
    monkeypatch.chdir(tmp_path)

    assert main(["calendar", written(tmp_path, CREAM), "--pdf", target, *AT]) == 64
    assert f"--pdf {target}" in capsys.readouterr().err
    assert (tmp_path / "course.yaml").read_text() == CREAM


# ---- what can't be planned ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            "event: prescribed, on: 2026-10-02, product: imiquimod-5,",
            "event: dispensed, on: 2026-10-01,",
            "nothing was",
        ),
        ("us-imiquimod-5-keratosis", "us-imiquimod-5-keratoses", "us-imiquimod-5-keratoses"),
        ("us-imiquimod-5-keratosis", "us-ipledge", "has no regimen for imiquimod 5 %"),
        ("covers: complete", "covers: all", "covers"),
        ("days_supply: 28", "days_supply: -28", "days_supply"),
    ],
)
def test_what_can_not_be_planned_gets_one_message_and_64(
    tmp_path: Path, capsys: Capture, old: str, new: str, says: str
) -> None:
    assert main(["calendar", written(tmp_path, CREAM.replace(old, new)), "--json", *AT]) == 64

    captured = capsys.readouterr()
    assert captured.out == ""
    assert says in captured.err
    assert "Traceback" not in captured.err


@pytest.mark.parametrize("options", [["--json", "--ics"], ["--at", "today"], ["--pdf"]])
def test_wrong_usage_gets_64(tmp_path: Path, capsys: Capture, options: list[str]) -> None:
    assert main(["calendar", written(tmp_path, CREAM), *options]) == 64
    assert capsys.readouterr().err
