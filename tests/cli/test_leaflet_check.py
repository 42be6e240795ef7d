"""leaflet check, run as a user runs it."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from safecourse.cli import main

TEXTS = Path(__file__).parents[1] / "leaflets" / "texts"
ARTICLE = str(TEXTS / "development" / "article-3-a.txt")
HONEST = str(TEXTS / "development" / "honest-isotretinoin-us.txt")

Capture = pytest.CaptureFixture[str]


def run(capsys: Capture, *arguments: str) -> tuple[int, str, str]:
    code = main(arguments)
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def test_json_holds_exactly_what_the_contract_says(capsys: Capture) -> None:
    code, out, err = run(capsys, "leaflet", "check", ARTICLE, "--json")
    answer = json.loads(out)

    assert (code, err) == (0, "")
    assert set(answer) == {"medicine", "findings"}
    assert answer["medicine"] == "isotretinoin"
    assert all(list(one) == ["line", "text", "kind", "says", "source"] for one in answer["findings"])
    assert {one["kind"] for one in answer["findings"]} == {"contradicts", "omits"}


def test_text_groups_the_findings_with_line_rule_and_source(capsys: Capture) -> None:
    code, out, err = run(capsys, "leaflet", "check", ARTICLE)

    assert (code, err) == (0, "")
    assert out.startswith("A text about isotretinoin: ")
    assert out.index("Contradicts the rule books") < out.index("Leaves out")
    assert 'line 17: "Many providers will ask for regular pregnancy tests."' in out
    assert "Source: " in out
    assert "Not medical advice" in out


def test_an_honest_leaflet_is_an_answer_too_and_says_that_nothing_is_proved(capsys: Capture) -> None:
    code, out, _ = run(capsys, "leaflet", "check", HONEST)

    assert code == 0
    assert out.startswith("A text about isotretinoin: 0 findings")
    assert "what is not listed is not thereby right" in " ".join(out.split())


def test_a_text_about_none_of_the_medicines_is_said_to_be_unchecked(capsys: Capture, tmp_path: Path) -> None:
    file = tmp_path / "other.txt"
    file.write_text("Aspirin helps against headaches.\n", encoding="utf-8")

    assert run(capsys, "leaflet", "check", str(file), "--json")[:2] == (
        0,
        '{\n  "medicine": "unknown",\n  "findings": []\n}\n',
    )
    assert "nothing was checked" in run(capsys, "leaflet", "check", str(file))[1]


@pytest.mark.parametrize("content", [b"", b"%PDF-1.4", b"\0\1\2\3", b"x" * 1_000_001])
def test_what_cannot_be_read_gets_one_message_and_64(capsys: Capture, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "leaflet.txt"
    file.write_bytes(content)
    code, out, err = run(capsys, "leaflet", "check", str(file))

    assert (code, out) == (64, "")
    assert err.startswith(str(file))
    assert err.count("\n") == 1


def test_a_leaflet_is_read_from_standard_input(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"Elidel is suitable for long-term use.\n")))
    code, out, _ = run(capsys, "leaflet", "check", "-", "--json")

    assert code == 0
    assert json.loads(out)["findings"][0]["kind"] == "contradicts"
