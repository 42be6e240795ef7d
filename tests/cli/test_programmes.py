"""programmes list, show, check, diff and test, run as a user runs them."""

from __future__ import annotations

from pathlib import Path

import pytest

from safecourse.cli import main
from safecourse.cli.arguments import USAGE
from safecourse.rulebook import library

Capture = pytest.CaptureFixture[str]
IPLEDGE = library.SHIPPED / "us-ipledge"


def run(capsys: Capture, *arguments: str) -> tuple[int, str, str]:
    code = main(["programmes", *arguments])
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def test_the_list_has_a_line_for_each_version_with_its_rules_and_how_many_are_unverified(capsys: Capture) -> None:
    code, out, _ = run(capsys, "list")
    versions = [version for name in library.programme_ids() for version in library.versions(name)]

    assert code == 0
    for version in versions:
        unverified = sum(rule.grade == "unverified" for rule in version.requirements)
        (line,) = [
            line for line in out.splitlines() if line.split()[:1] == [version.id] and _in_words(version.version) in line
        ]
        assert line.split()[-2:] == [str(len(version.requirements)), str(unverified)]
        assert ("(assumed)" in line) == (version.in_force_grade == "unverified")


def _in_words(day: str) -> str:
    from safecourse import wording

    return wording.day_in_words(day)


@pytest.mark.parametrize("name", library.programme_ids())
def test_show_prints_every_rule_once_in_full_with_window_source_grade_and_assumption(
    capsys: Capture, name: str
) -> None:
    for version in library.versions(name):
        code, out, _ = run(capsys, "show", name, "--on", version.version)
        text = " ".join(out.split())

        assert code == 0
        for rule in version.requirements:
            assert text.count(" ".join(rule.says.split())) >= 1, rule.id
            assert f" {rule.id} " in text
            if rule.assumption:
                assert f"Assumed: {' '.join(rule.assumption.split())}" in text
        for source in version.sources:
            assert source.title in text


def test_show_marks_what_is_new_and_names_what_is_no_longer_asked(capsys: Capture) -> None:
    _, out, _ = run(capsys, "show", "us-ipledge", "--on", "2026-11-20")

    assert "repeat-test-after-missed-first-window  [one of cycle-days; new in this version]" in out
    assert "dispense-within-30-days-of-visit" in out[out.index("No longer asked since this version") :]


def test_show_says_windows_in_words_and_in_numbers(capsys: Capture) -> None:
    _, out, _ = run(capsys, "show", "us-ipledge", "--on", "2026-11-20")
    text = " ".join(out.split())

    assert "as_of - 6 ≤ confirmed_test ≤ as_of" in text
    assert "must be between 6 days before the day of the act and the day of the act, both included" in text


def test_show_without_a_day_shows_a_version_that_is_in_force(capsys: Capture) -> None:
    code, out, _ = run(capsys, "show", "us-pimecrolimus")

    assert code == 0
    assert "Gate enrol" in out
    assert "Gate finish" not in out


@pytest.mark.parametrize(
    "arguments", [("show", "mars"), ("show", "us-ipledge", "--on", "2001-01-01"), ("show", "us-ipledge", "--on", "x")]
)
def test_what_cannot_be_shown_gets_a_message_and_64(capsys: Capture, arguments: tuple[str, ...]) -> None:
    code, out, err = run(capsys, *arguments)

    assert (code, out) == (USAGE, "")
    assert err.startswith("safecourse: ")


def test_the_difference_of_two_versions_lists_added_and_dropped_rules_before_the_rest(capsys: Capture) -> None:
    code, out, _ = run(capsys, "diff", "us-ipledge", "2026-11-14", "2026-11-15")
    text = " ".join(out.replace("|", " ").split())

    assert code == 0
    assert out.index("(added)") < out.index("(dropped)") < out.index("(restated)")
    assert "as_of - 30 ≤" in text
    assert "2023-10-03" in text
    assert "2026-11-15" in text


def test_what_the_second_prescriber_was_and_is_no_more_can_be_read_from_the_difference(capsys: Capture) -> None:
    _, out, _ = run(capsys, "diff", "uk-isotretinoin", "2025-12-01", "2026-02-01")

    assert "second-prescriber" in out
    assert "(dropped)" in out


def test_the_difference_of_a_version_with_itself_is_nothing(capsys: Capture) -> None:
    code, out, _ = run(capsys, "diff", "us-ipledge", "2024-01-01", "2024-05-01")

    assert code == 0
    assert "Nothing differs (both days fall under the same version)." in out


def test_the_shipped_rule_books_have_nothing_wrong(capsys: Capture) -> None:
    code, out, err = run(capsys, "check")

    assert (code, err) == (0, "")
    assert out.count("nothing wrong") == sum(len(library.version_days(name)) for name in library.programme_ids())


def test_a_users_own_file_is_checked_and_every_problem_is_named(capsys: Capture, tmp_path: Path) -> None:
    text = (IPLEDGE / "2026-11-15.toml").read_text(encoding="utf-8")
    own = tmp_path / "2026-11-15.toml"
    own.write_text(
        text.replace('source = "S14"', 'source = "nobody"', 1).replace('unit = "days"', 'unit = "mg"', 1),
        encoding="utf-8",
    )

    code, _, err = run(capsys, "check", str(own))

    assert code == USAGE
    assert "source 'nobody'" in err
    assert str(own) in err


def test_a_file_is_named_after_its_day(capsys: Capture, tmp_path: Path) -> None:
    own = tmp_path / "mine.toml"
    own.write_text((IPLEDGE / "2026-11-15.toml").read_text(encoding="utf-8"), encoding="utf-8")

    code, _, err = run(capsys, "check", str(own))

    assert code == USAGE
    assert "must be named 2026-11-15.toml" in err


@pytest.mark.parametrize("content", ["", "id = ", "format = 1\nid = 3\n", "\x00", "a = {" * 500])
def test_a_file_that_is_no_programme_gets_messages_and_no_traceback(
    capsys: Capture, tmp_path: Path, content: str
) -> None:
    own = tmp_path / "2026-01-01.toml"
    own.write_text(content, encoding="utf-8")

    code, _, err = run(capsys, "check", str(own))

    assert code == USAGE
    assert str(own) in err
    assert "Traceback" not in err


def test_a_path_that_holds_nothing_gets_a_message(capsys: Capture, tmp_path: Path) -> None:
    assert run(capsys, "check", str(tmp_path))[0] == USAGE
    assert run(capsys, "check", str(tmp_path / "nowhere.toml"))[0] == USAGE


def test_a_folder_of_versions_is_checked_together(capsys: Capture) -> None:
    code, out, _ = run(capsys, "check", str(library.SHIPPED / "uk-isotretinoin"))

    assert code == 0
    assert out.count("nothing wrong") == 4


def test_scenarios_of_a_programme_run_and_are_counted(capsys: Capture) -> None:
    code, out, _ = run(capsys, "test", "us-ipledge")

    assert code == 0
    assert out.strip().endswith("0 failed")


def test_a_scenario_that_expects_something_else_fails_with_1_and_says_what_differs(
    capsys: Capture, tmp_path: Path
) -> None:
    own = tmp_path / "mine.yaml"
    own.write_text(
        """safecourse-scenarios: 1
programme: us-pimecrolimus
courses:
  nobody:
    patient: {born: 2015-01-01}
    covers: complete
    events: []
scenarios:
  - title: Nothing is on record, and I expect it to be allowed.
    course: nobody
    gate: enrol
    at: 2026-01-02T12:00-05:00
    outcome: allowed
""",
        encoding="utf-8",
    )

    code, out, _ = run(capsys, "test", str(own))

    assert code == 1
    assert "outcome: expected allowed, got refused" in out
    assert "1 scenario, 0 passed, 1 failed" in out


@pytest.mark.parametrize("name", ["mars", "nowhere.yaml"])
def test_scenarios_that_do_not_exist_get_a_message_and_64(capsys: Capture, name: str) -> None:
    code, out, err = run(capsys, "test", name)

    assert (code, out) == (USAGE, "")
    assert name in err
