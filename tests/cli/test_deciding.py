"""decide and plan, run as a user runs them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from safecourse.cli import main
from safecourse.cli.arguments import USAGE

ROOT = Path(__file__).parents[2]
FIRST_MONTH = str(ROOT / "examples" / "us-ipledge-first-month.yaml")
BLOCKED = str(ROOT / "examples" / "us-ipledge-blocked-window.yaml")
BOTH = str(ROOT / "examples" / "us-ipledge-two-programmes.yaml")
UNMEASURED = str(ROOT / "examples" / "us-imiquimod-5-carcinoma-unmeasured.yaml")
DAY_7, DAY_8 = "2026-10-07T12:00-04:00", "2026-10-08T12:00-04:00"

Capture = pytest.CaptureFixture[str]


def run(capsys: Capture, *arguments: str) -> tuple[int, str, str]:
    code = main(arguments)
    printed = capsys.readouterr()
    return code, printed.out, printed.err


@pytest.mark.parametrize(
    ("course", "gate", "at", "code", "word"),
    [
        (FIRST_MONTH, "dispense", DAY_7, 0, "ALLOWED"),
        (FIRST_MONTH, "dispense", DAY_8, 1, "REFUSED"),
        (UNMEASURED, "enrol", "2026-11-24T12:00-05:00", 2, "UNDETERMINED"),
        (BOTH, "dispense", "2026-11-24T12:00-05:00", 0, "ALLOWED"),
    ],
)
def test_the_exit_code_and_the_first_word_are_the_outcome(
    capsys: Capture, course: str, gate: str, at: str, code: int, word: str
) -> None:
    got, out, err = run(capsys, "decide", course, "--gate", gate, "--at", at)

    assert (got, err) == (code, "")
    assert out.startswith(f"{word}: {gate}")
    assert "Not medical advice" in out


def test_a_refusal_says_what_to_do_before_why_with_deadline_source_and_grade(capsys: Capture) -> None:
    _, out, _ = run(capsys, "decide", BLOCKED, "--gate", "dispense", "--at", "2026-11-24T12:00-05:00")

    assert out.index("REFUSED") < out.index("What to do") < out.index("Why") < out.index("Met (")
    assert "Window: Thu 12 Nov to Wed 18 Nov, 23:59 New York (closed)." in out
    assert "unmet: negative-test-opens-window" in out
    assert "official source" in out
    assert "Not before Tue 24 Nov 2026." in out


def test_an_allowed_act_says_until_when_in_words(capsys: Capture) -> None:
    _, out, _ = run(capsys, "decide", FIRST_MONTH, "--gate", "dispense", "--at", DAY_7)

    assert out.splitlines()[0] == "ALLOWED: dispense, us-ipledge, until Wed 7 Oct, 23:59 New York"
    assert "What to do" not in out


def test_an_assumption_shared_by_several_rules_is_printed_once(capsys: Capture) -> None:
    _, out, _ = run(capsys, "decide", BLOCKED, "--gate", "dispense", "--at", "2026-11-24T12:00-05:00")

    assert " ".join(out.split()).count("Kept by omission") == 1
    assert "methods-agree" in out[out.index("assumes, because") :]


def test_json_is_one_object_as_in_the_contract(capsys: Capture) -> None:
    code, out, _ = run(capsys, "decide", FIRST_MONTH, "--gate", "dispense", "--at", DAY_7, "--json")
    decision = json.loads(out)

    assert code == 0
    assert list(decision) == [
        "programme", "version", "gate", "at", "outcome", "window", "findings", "advice", "assumptions",
        "later_events", "plan",
    ]  # fmt: skip
    assert decision["window"] == {
        "opens": "2026-10-01", "closes": "2026-10-07", "closes_at": "2026-10-07T23:59:59-04:00",
    }  # fmt: skip
    assert set(decision["findings"][0]) == {
        "requirement", "binding", "verdict", "observed", "opens", "closes", "says", "fix", "source", "grade",
    }  # fmt: skip
    assert decision["plan"] == {"earliest": "2026-10-07", "steps": [], "assumes": []}


def test_other_rules_than_those_that_govern_are_marked_hypothetical(capsys: Capture) -> None:
    asked = ("decide", FIRST_MONTH, "--gate", "dispense", "--at", DAY_7, "--rules", "2026-11-20")
    _, out, _ = run(capsys, *asked, "--json")
    _, text, _ = run(capsys, *asked)

    assert json.loads(out)["hypothetical"] is True
    assert json.loads(out)["version"] == "2026-11-15"
    assert "hypothetical" in text


def test_several_programmes_give_one_object_with_one_each(capsys: Capture) -> None:
    _, out, _ = run(capsys, "decide", BOTH, "--gate", "dispense", "--at", "2026-11-24T12:00-05:00", "--json")
    joint = json.loads(out)

    assert list(joint) == ["gate", "at", "outcome", "programmes"]
    assert [one["programme"] for one in joint["programmes"]] == ["us-ipledge", "uk-isotretinoin"]


def test_one_of_several_programmes_may_be_asked_alone(capsys: Capture) -> None:
    at = "2026-11-24T12:00-05:00"
    _, out, _ = run(
        capsys, "decide", BOTH, "--gate", "dispense", "--at", at, "--programme", "uk-isotretinoin", "--json"
    )

    assert json.loads(out)["programme"] == "uk-isotretinoin"


def test_a_gate_that_one_programme_does_not_decide_is_left_to_the_others(capsys: Capture) -> None:
    _, out, _ = run(capsys, "decide", BOTH, "--gate", "enrol", "--at", "2026-11-24T12:00-05:00")

    assert "This programme has no requirements at the gate enrol." in out


def test_plan_prints_the_plan_object_and_exits_0(capsys: Capture) -> None:
    code, out, _ = run(capsys, "plan", FIRST_MONTH, "--gate", "dispense", "--at", DAY_8, "--json")
    plan = json.loads(out)

    assert code == 0
    assert plan["earliest"] == "2026-10-20"
    assert set(plan["steps"][0]) == {"requirement", "do", "from", "until"}


def test_plan_in_words_groups_what_falls_on_the_same_days(capsys: Capture) -> None:
    _, out, _ = run(capsys, "plan", FIRST_MONTH, "--gate", "dispense", "--at", DAY_8)

    assert "From Fri 16 Oct until Tue 20 Oct 2026:" in out
    assert out.count("On Tue 20 Oct 2026:") == 1


def test_a_plan_for_what_is_already_allowed_says_so(capsys: Capture) -> None:
    _, out, _ = run(capsys, "plan", FIRST_MONTH, "--gate", "dispense", "--at", DAY_7)

    assert "nothing is left to do" in out


def test_events_after_the_instant_are_counted(capsys: Capture) -> None:
    _, out, _ = run(capsys, "decide", FIRST_MONTH, "--gate", "dispense", "--at", "2026-10-01T12:00-04:00")

    assert "6 events lie after the instant asked for" in out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "required: COMMAND"),
        (("decide", FIRST_MONTH), "required: --gate"),
        (("decide", FIRST_MONTH, "--gate", "smoke"), "invalid choice: 'smoke'"),
        (("decide", FIRST_MONTH, "--gat", "dispense"), "required: --gate"),
        (("decide", "nowhere.yaml", "--gate", "dispense"), "nowhere.yaml: the file can't be read"),
        (("decide", FIRST_MONTH, "--gate", "dispense", "--at", "2026-10-07"), "an instant is written"),
        (("decide", FIRST_MONTH, "--gate", "dispense", "--at", "2026-10-07T12:00"), "an instant is written"),
        (("decide", FIRST_MONTH, "--gate", "dispense", "--at", "2026-02-30T12:00Z"), "day is out of range"),
        (("decide", FIRST_MONTH, "--gate", "dispense", "--at", "0001-01-01T00:00+14:00"), "not between 1900 and 2199"),
        (("decide", FIRST_MONTH, "--gate", "dispense", "--at", "9999-12-31T23:00-12:00"), "not between 1900 and 2199"),
        (("decide", FIRST_MONTH, "--gate", "dispense", "--rules", "then"), '--rules "then"'),
        (("decide", FIRST_MONTH, "--gate", "dispense", "--rules", "2010-01-01"), "no version in force on 2010-01-01"),
        (("decide", FIRST_MONTH, "--gate", "dispense", "--programme", "mars"), "there is no programme 'mars'"),
        (("decide", FIRST_MONTH, "--gate", "enrol", "--programme", "uk-isotretinoin"), "has no requirements"),
        (("plan", FIRST_MONTH, "--gate", "dispense", "--at", "2019-01-01T12:00Z"), "no version in force"),
        (("plan", FIRST_MONTH, "--gate", "dispense", "--at", "soon"), "an instant is written"),
        (("frobnicate",), "invalid choice"),
    ],
)
def test_a_question_that_cannot_be_answered_gets_one_message_and_64(
    capsys: Capture, arguments: tuple[str, ...], says: str
) -> None:
    code, out, err = run(capsys, *arguments)

    assert code == USAGE
    assert says in " ".join(err.split())
    assert out == ""
    assert "Traceback" not in err


def test_all_problems_of_a_course_are_named_and_nothing_is_decided(capsys: Capture, tmp_path: Path) -> None:
    course = tmp_path / "wrong.yaml"
    course.write_text(
        "safecourse: 1\nprogramme: us-ipledge\npatient: {}\ncovers: complete\nevents:\n"
        "  - {event: pregnancy-test, on: 2026-02-30, result: perhaps, setting: medical}\n",
        encoding="utf-8",
    )

    code, out, err = run(capsys, "decide", str(course), "--gate", "dispense")

    assert (code, out) == (USAGE, "")
    assert "2026-02-30" in err
    assert "perhaps" in err


def test_a_failure_of_safecourse_itself_exits_70_without_quoting_the_course(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("born 2001-05-04")

    monkeypatch.setattr("safecourse.cli.asking.decide", broken)

    code, out, err = run(capsys, "decide", FIRST_MONTH, "--gate", "dispense", "--at", DAY_7)

    assert (code, out) == (70, "")
    assert "internal error (RuntimeError" in err
    assert "2001" not in err


def test_the_traceback_of_a_failure_can_be_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("here")

    monkeypatch.setattr("safecourse.cli.asking.decide", broken)
    monkeypatch.setenv("SAFECOURSE_TRACEBACK", "1")

    with pytest.raises(RuntimeError, match="here"):
        main(["decide", FIRST_MONTH, "--gate", "dispense", "--at", DAY_7])


def test_an_interruption_is_no_decision(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("safecourse.cli.asking.decide", interrupted)

    assert run(capsys, "decide", FIRST_MONTH, "--gate", "dispense", "--at", DAY_7)[0] == 130


def program(*arguments: str, course: str = "", **options: object) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "safecourse", *arguments],
        input=course.encode(),
        capture_output=True,
        check=False,
        timeout=60,
    )


def test_a_course_may_come_from_standard_input() -> None:
    course = Path(FIRST_MONTH).read_text(encoding="utf-8")

    done = program("decide", "-", "--gate", "dispense", "--at", DAY_7, course=course)

    assert done.returncode == 0
    assert done.stdout.startswith(b"ALLOWED")


def test_a_reader_that_goes_away_gets_no_traceback_and_the_answer_is_not_taken_for_a_decision() -> None:
    done = subprocess.run(
        ["bash", "-c", f'{sys.executable} -m safecourse programmes show us-ipledge | true; exit "${{PIPESTATUS[0]}}"'],
        capture_output=True,
        check=False,
        timeout=60,
    )

    assert done.returncode in (0, 70)  # 0 where everything fitted into the pipe before it closed
    assert b"Traceback" not in done.stderr


def test_version_and_help_name_the_programme_and_exit_0(capsys: Capture) -> None:
    assert run(capsys, "--version")[:2] == (0, "safecourse 0.1.0\n")
    code, out, _ = run(capsys, "decide", "--help")

    assert code == 0
    assert "--gate" in out
    assert "Not medical advice" in out


def test_help_reads_no_rule_book_and_no_numpy() -> None:
    probe = (
        "import sys; from safecourse.cli import main; main(['--help']); "
        "heavy = {'numpy', 'ruamel', 'ruamel.yaml', 'safecourse.rules', 'safecourse.course'}; "
        "sys.exit(', '.join(sorted(heavy & set(sys.modules))) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, check=False, timeout=60)

    assert (done.returncode, done.stderr) == (0, b"")


def test_a_decision_needs_no_numpy() -> None:
    probe = (
        f"import sys; from safecourse.cli import main; main(['decide', {FIRST_MONTH!r}, '--gate', 'dispense', "
        f"'--at', {DAY_7!r}]); sys.exit('numpy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, check=False, timeout=60)

    assert done.returncode == 0
