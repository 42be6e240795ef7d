"""One version everywhere, and a wheel that holds all that the program reads."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

from tests.repository.tree import ROOT, SOURCE, pyproject

import safecourse


def test_the_version_is_written_once_and_the_changelog_names_it() -> None:
    settings = pyproject()
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")

    assert settings["project"]["dynamic"] == ["version"]
    assert settings["tool"]["hatch"]["version"]["path"] == "src/safecourse/__init__.py"
    assert any(line.startswith("## ") and safecourse.__version__ in line for line in changelog.splitlines())


def test_every_exemption_from_a_lint_rule_says_why() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    lint = text.split("[tool.ruff.lint]")[1].split("[tool.ruff.lint.flake8-tidy-imports]")[0]
    exemptions = [line for line in lint.split("ignore = [", 1)[1].splitlines() if line.startswith('  "')]

    assert exemptions
    assert [line for line in exemptions if " # " not in line] == []


def test_the_wheel_holds_every_file_of_the_package_and_the_command(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        held = set(archive.namelist())
        commands = archive.read(f"safecourse-{safecourse.__version__}.dist-info/entry_points.txt").decode()
    files = {path.relative_to(SOURCE.parent).as_posix() for path in SOURCE.rglob("*") if path.is_file()}
    wanted = {path for path in files if "__pycache__" not in path}

    assert wanted - held == set()
    assert {"safecourse/py.typed", "safecourse/programmes/us-ipledge/2023-10-03.toml"} <= held
    assert {f"safecourse-{safecourse.__version__}.dist-info/licenses/{name}" for name in ("LICENSE", "NOTICE")} <= held
    assert "safecourse = safecourse.cli:main" in commands
