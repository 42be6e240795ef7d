"""leaflet ID, run as a user runs it."""

from __future__ import annotations

from pathlib import Path

import pytest

from safecourse.cli import main
from safecourse.cli.arguments import USAGE

Capture = pytest.CaptureFixture[str]


def run(capsys: Capture, *arguments: str) -> tuple[int, str, str]:
    code = main(["leaflet", *arguments])
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def test_a_leaflet_is_written_as_a_page_and_on_paper(capsys: Capture, tmp_path: Path) -> None:
    page, paper = tmp_path / "a.html", tmp_path / "a.pdf"
    code, out, err = run(capsys, "us-pimecrolimus", "--lang", "es", "--html", str(page), "--pdf", str(paper))

    assert (code, err) == (0, "")
    assert out == f"wrote {page}\nwrote {paper}\n"
    assert '<html lang="es">' in page.read_text(encoding="utf-8")
    assert paper.read_bytes().startswith(b"%PDF")


def test_without_a_language_it_is_english(capsys: Capture, tmp_path: Path) -> None:
    page = tmp_path / "a.html"

    assert run(capsys, "uk-isotretinoin", "--html", str(page))[0] == 0
    assert '<html lang="en">' in page.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["mars", "--html", "x.html"], 'there is no book "mars"; there are '),
        (["us-ipledge"], "say where to write it: --pdf FILE, --html FILE, or both"),
        (["us-ipledge", "--lang", "fr", "--html", "x.html"], "--lang"),
        (["us-ipledge", "x.html"], "write --html FILE or --pdf FILE"),
        (["us-ipledge", "--json", "--html", "x.html"], "go with check"),
    ],
)
def test_wrong_usage_gets_one_message_and_writes_nothing(
    capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, err = run(capsys, *arguments)

    assert (code, out) == (USAGE, "")
    assert said in err
    assert "Traceback" not in err
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_written_is_said(capsys: Capture, tmp_path: Path) -> None:
    code, _, err = run(capsys, "us-ipledge", "--html", str(tmp_path / "no" / "a.html"))

    assert code == USAGE
    assert "can't be written: No such file or directory; name another file" in err
