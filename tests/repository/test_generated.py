"""What is made by `make docs` stands in the repository as it is made."""

from __future__ import annotations

import re
import subprocess
import sys

from tests.repository.tree import ROOT

from safecourse.cli.documents import generated
from safecourse.rulebook import library


def test_every_generated_document_is_the_one_that_would_be_made_now() -> None:
    differing = [
        path.relative_to(ROOT).as_posix()
        for path, text in generated(ROOT).items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]

    assert differing == [], "run `make docs`"


def test_no_document_of_a_programme_that_is_gone_is_left() -> None:
    made = {path.name for path in generated(ROOT)}
    left = [path.name for folder in ("programmes", "manual") for path in (ROOT / "docs" / folder).glob("*.md")]

    assert set(left) <= made


def test_the_readme_lists_every_version_with_its_official_and_unverified_rules() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for name in library.programme_ids():
        for version in library.versions(name):
            row = next(line for line in readme.splitlines() if f"`{name}`" in line and f"| {version.version}" in line)
            cells = [cell.strip() for cell in row.strip("|").split("|")]
            grades = [rule.grade for rule in version.requirements]
            assert cells[4:] == [
                str(len(grades)),
                *(str(grades.count(grade)) for grade in ("official", "professional", "secondary", "unverified")),
            ]


def test_the_manual_has_at_least_120_situations_each_a_sentence() -> None:
    manuals = [path for path in (ROOT / "docs" / "manual").glob("*.md") if path.name != "README.md"]
    rows = [
        row.split(" | ")[0].removeprefix("| ")
        for path in manuals
        for row in path.read_text(encoding="utf-8").splitlines()
        if re.match(r"\| .* \| (enrol|prescribe|dispense|take|finish) \| ", row)
    ]

    assert len(set(rows)) >= 120
    assert [row for row in rows if not row[0].isupper() and not row[0].isdigit()] == []
    assert [row for row in rows if not row.endswith(".")] == []


def test_the_python_of_the_readme_runs_and_prints_what_it_says() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", readme, re.DOTALL)
    assert len(blocks) == 2
    for block in blocks:
        done = subprocess.run([sys.executable, "-c", block], cwd=ROOT, capture_output=True, text=True, check=True)
        for said in re.findall(r"print\(.*  # (.*)", block):
            assert said in done.stdout


def test_the_refusal_on_the_first_screen_is_what_the_terminal_prints() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    block = re.search(r"```console\n\$ safecourse (.*?)\n(.*?)```", readme, re.DOTALL)
    assert block
    done = subprocess.run(
        [sys.executable, "-m", "safecourse", *block[1].split()], cwd=ROOT, capture_output=True, text=True, check=False
    )
    printed = " ".join(done.stdout.split())

    assert done.returncode == 1
    for part in re.split(r"\.\.\.\s", block[2]):
        for line in part.strip().splitlines():
            assert " ".join(line.split()) in printed, line
