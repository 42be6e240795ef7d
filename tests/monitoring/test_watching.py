"""safecourse watch: red flags first, values as stated and as compared, what is due, and what follows a course."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from contextlib import redirect_stdout
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from tests.repository.tree import ROOT

from monitoring.samples import course, event, section, with_head
from safecourse import days
from safecourse.cli import main
from safecourse.cli.terminal import Terminal
from safecourse.cli.watching import watch_in_words
from safecourse.days import NEVER, OPEN
from safecourse.rules.schedules import NoSuchSchedule
from safecourse.rules.watch_document import document_of
from safecourse.rules.watching import Watch, watch, watch_under

US = with_head(section("us-isotretinoin-label"))
EU = with_head(section("eu-isotretinoin-label"))
NOON = datetime.fromisoformat("2026-11-25T12:00-05:00")


def lab(on: str, test: str, value: str, unit: str, **fields: str) -> dict[str, Any]:
    return event("lab", on, test=test, value=value, unit=unit, **fields)


def phq(on: str, ninth: str = "1") -> dict[str, Any]:
    return event("questionnaire", on, instrument="phq-9", items=["0"] * 8 + [ninth])


def seen(*events: dict[str, Any], programme: Any = US, at: datetime = NOON) -> Watch:
    return watch_under(course(*events), [programme], at)


def flags(*events: dict[str, Any], **asked: Any) -> list[str]:
    return [one.what for one in seen(*events, **asked).red_flags]


# ---- laboratory -----------------------------------------------------------------------------------------------------


def test_a_value_stands_as_stated_and_in_the_other_units_with_its_lines_gravest_first() -> None:
    (found,) = seen(lab("2026-11-20", "triglycerides", "9.1", "mmol/L")).programmes[0].labs

    assert (found.stated, found.canonical) == ("9.1 mmol/L", "806 mg/dL")
    assert [(one.action, one.threshold, one.by) for one in found.reached] == [
        ("stop", "above 800 mg/dL", "label"),
        ("reduce", "at least 500 mg/dL", "site-policy"),
        ("inform", "at least 200 mg/dL", "guideline"),
    ]


def test_lines_that_need_an_upper_limit_are_named_as_unknown() -> None:
    (found,) = seen(lab("2026-11-20", "alt", "500", "U/L")).programmes[0].labs

    assert found.reached == ()
    assert found.unknown == ("alt-not-above-3-times", "alt-not-above-5-times")


def test_a_multiple_is_shown() -> None:
    (found,) = seen(lab("2026-11-20", "alt", "130", "U/L", upper_limit="40")).programmes[0].labs

    assert found.canonical == "3.2 times the upper limit"
    assert [one.threshold for one in found.reached] == ["above 3 times the upper limit"]


def test_a_test_that_no_line_reads_is_kept_and_said_to_be_unwatched() -> None:
    (found,) = seen(lab("2026-11-20", "hemoglobin", "13", "g/dL")).programmes[0].labs

    assert (found.test, found.watched, found.canonical) == ("haemoglobin", False, "")


# ---- red flags ------------------------------------------------------------------------------------------------------


def test_red_flags_say_what_to_do_whom_to_call_and_who_says_so() -> None:
    found = seen(lab("2026-11-20", "triglycerides", "900", "mg/dL"), phq("2026-11-21")).red_flags

    assert [one.what for one in found] == ["PHQ-9, question 9: 1", "triglycerides: 900 mg/dL"]
    assert all(one.do and one.call and one.source for one in found)
    assert found[1].by == "label"


def test_a_line_below_stop_is_no_red_flag() -> None:
    assert flags(lab("2026-11-20", "triglycerides", "700", "mg/dL")) == []


def test_a_red_flag_is_gone_once_a_prescriber_has_looked() -> None:
    reaction = event("adverse-event", "2026-11-20", term="pancreatitis", severity="severe")
    resumed = event("judged", "2026-11-22", matter="may-resume", by="prescriber")

    assert flags(reaction) == ["pancreatitis"]
    assert flags(reaction, resumed) == []
    assert flags(phq("2026-11-20")) == ["PHQ-9, question 9: 1"]
    assert flags(phq("2026-11-20"), event("assessed", "2026-11-20", what="mental-health", by="prescriber")) == []
    assert flags(phq("2026-11-20", "0")) == []


def test_a_positive_test_is_a_red_flag_until_pregnancy_is_excluded() -> None:
    positive = event("pregnancy-test", "2026-11-20", result="positive", setting="home")
    excluded = event("judged", "2026-11-22", matter="pregnancy-excluded", by="prescriber")

    assert flags(positive) == ["pregnancy"]
    assert flags(positive, excluded) == []


def test_an_unknown_reaction_that_threatens_life_is_a_red_flag_and_a_mild_one_is_kept() -> None:
    unknown = event("adverse-event", "2026-11-20", term="green hair", severity="life-threatening")
    mild = event("adverse-event", "2026-11-20", term="green ears", severity="mild")

    assert flags(unknown, mild) == ["green hair"]
    assert [one.known for one in seen(mild).reactions] == [()]


def test_what_lies_after_the_instant_is_not_looked_at_and_counted() -> None:
    found = seen(phq("2026-11-26"), event("adverse-event", "2026-11-27", term="pancreatitis", severity="severe"))

    assert (found.red_flags, found.later_events) == ((), 2)


# ---- outcome and after the course -----------------------------------------------------------------------------------


def aftercare(*events: dict[str, Any]) -> Any:
    return seen(*events).aftercare[0]


def test_waiting_times_run_from_the_recorded_end() -> None:
    start, stop = event("dispensed", "2026-06-01", days_supply="30"), event("treatment-stopped", "2026-08-31")
    enrolled_again = {"event": "enrolled", "on": "2026-05-01"}
    asked = watch_under(course(start, stop), [US], NOON)
    assert asked.aftercare[0].ended == NEVER  # what happened before the last enrolment belongs to an earlier course

    later = [start | {"on": "2026-10-02"}, stop | {"on": "2026-10-31"}, enrolled_again]
    over = {one.wait.what.split(",")[0]: days.iso(one.over) for one in aftercare(*later).waits}
    assert over == {"laser": "2027-05-01", "waxing": "2027-05-01", "giving blood": "2026-12-01"}


def test_without_an_end_nobody_says_when_waiting_is_over() -> None:
    found = aftercare(event("dispensed", "2026-10-02", days_supply="30"))

    assert {one.over for one in found.waits} == {OPEN}


def test_a_procedure_in_the_waiting_time_is_named() -> None:
    found = aftercare(
        event("dispensed", "2026-10-02", days_supply="30"),
        event("procedure", "2026-10-01", procedure="laser"),
        event("procedure", "2026-11-01", procedure="Laser"),
    )

    assert [days.iso(day) for one in found.waits for day in one.too_early] == ["2026-11-01"]


def test_outcomes_relapses_and_the_published_figures_stand_together() -> None:
    found = aftercare(
        event("diagnosed", "2026-09-30", condition="acne", severity="severe"),
        event("dispensed", "2026-10-02", days_supply="30"),
        event("outcome", "2026-11-10", assessment="clear", measure="IGA", score="0"),
        event("treatment-stopped", "2026-11-10"),
        event("relapse", "2026-11-20"),
    )

    assert (found.state, [one.measure for one in found.scores]) == ("clear", ["iga"])
    assert [days.iso(day) for day in found.relapses] == ["2026-11-20"]
    assert days.iso(found.watch_until) == "2029-11-10"
    assert (22.5, 22.5) in {one.percent for one in found.figures}


def test_a_condition_without_figures_has_none() -> None:
    assert aftercare(event("diagnosed", "2026-09-30", condition="oily-skin")).figures == ()


# ---- schedules ------------------------------------------------------------------------------------------------------


def test_a_schedule_is_chosen_where_a_programme_has_it() -> None:
    found = watch_under(course(), [US, EU], NOON, "older-label")

    assert [one.schedule for one in found.programmes] == ["older-label", "label"]


def test_a_schedule_that_no_programme_has_is_refused() -> None:
    with pytest.raises(NoSuchSchedule, match="has no schedule 'weekly'"):
        watch_under(course(), [US], NOON, "weekly")


# ---- on the command line --------------------------------------------------------------------------------------------

FILE = """
safecourse: 1
programme: us-ipledge
covers: complete
events:
  - {event: diagnosed, on: 2026-09-01, condition: acne, severity: severe-nodular}
  - {event: enrolled, on: 2026-10-01}
  - {event: dispensed, on: 2026-10-02, days_supply: 30}
  - {event: lab, on: 2026-11-20, test: triglycerides, value: 9.1, unit: mmol/L}
  - {event: questionnaire, on: 2026-11-20, instrument: phq-9, items: [1, 0, 0, 0, 0, 0, 0, 0, 1]}
  - {event: adverse-event, on: 2026-11-21, term: pancreatitis, severity: severe}
"""


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "course.yaml"
    path.write_text(FILE, encoding="utf-8")
    return str(path)


def run(*arguments: str) -> tuple[int, str]:
    out = io.StringIO()
    with redirect_stdout(out):
        code = main(["watch", *arguments])
    return code, out.getvalue()


def test_the_command_prints_red_flags_first_and_exits_zero(file: str) -> None:
    code, text = run(file, "--at", "2026-11-25T12:00-05:00")

    assert code == 0
    assert text.startswith("RED FLAGS: 2\n  ! Sat 21 Nov 2026: pancreatitis")
    assert "9.1 mmol/L = 806 mg/dL" in text
    assert "22.5 of 100" in text


def test_the_json_says_the_same(file: str) -> None:
    code, text = run(file, "--at", "2026-11-25T12:00-05:00", "--json")
    document = json.loads(text)

    assert code == 0
    assert [one["on"] for one in document["red_flags"]] == ["2026-11-21", "2026-11-20"]
    assert document["programmes"][0]["labs"][0]["canonical"] == "806 mg/dL"
    assert document["aftercare"][0]["condition"] == "acne"
    assert document == document_of(watch(course_of(file), at=NOON))


def course_of(file: str) -> Any:
    from safecourse import read_course

    return read_course(file)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--schedule", "weekly"], "--schedule: us-ipledge has no schedule 'weekly'; it has none"),
        (["--at", "tomorrow"], '--at "tomorrow"'),
        (["--programme", "us-nothing"], "there is no programme 'us-nothing'"),
    ],
)
def test_a_wrong_question_gets_one_message_and_64(
    file: str, arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["watch", file, *arguments]) == 64
    told = capsys.readouterr()

    assert message in told.err
    assert told.out == ""


def test_a_course_with_a_wrong_unit_gets_its_message_from_every_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "course.yaml"
    path.write_text(FILE.replace("unit: mmol/L", "unit: U/L"), encoding="utf-8")
    for command in (["watch", str(path)], ["decide", str(path), "--gate", "dispense"]):
        assert main(command) == 64
        assert 'events[3].unit: "U/L" is not a unit of triglycerides' in capsys.readouterr().err


def test_every_line_fits_a_narrow_terminal() -> None:
    found = seen(phq("2026-11-20"), lab("2026-11-20", "alt", "300", "U/L", upper_limit="40"))
    lines = "\n".join(watch_in_words(found, Terminal(60, False))).splitlines()

    assert [line for line in lines if len(line) > 100] == []


def test_deciding_does_not_load_the_units_library_or_the_tables(file: str) -> None:
    code = (
        "import sys; from safecourse.cli import main\n"
        f"main(['decide', {file!r}, '--gate', 'dispense', '--at', '2026-11-25T12:00-05:00'])\n"
        "sys.exit('pint' in sys.modules or 'ucumvert' in sys.modules)"
    )

    assert (
        subprocess.run([sys.executable, "-c", code], cwd=ROOT / "src", check=False, capture_output=True).returncode == 0
    )
