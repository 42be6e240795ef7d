"""The commands of the project exist, are documented, and are what continuous integration runs."""

from __future__ import annotations

import os
import re
import subprocess

from tests.repository.tree import ROOT

MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
TARGETS = re.findall(r"^([.a-z]+):.*## ", MAKEFILE, re.MULTILINE)


def test_the_commands_are_these() -> None:
    assert TARGETS == ["help", ".venv", "test", "demo", "bench", "docs", "lock", "clean"]


def test_every_command_is_documented() -> None:
    documents = [ROOT / name for name in ("README.md", "CONTRIBUTING.md")]
    manual = "\n".join(path.read_text(encoding="utf-8") for path in documents if path.exists())

    assert [target for target in TARGETS if f"`make {target}`" not in manual] == []


def test_make_without_a_target_lists_the_commands() -> None:
    # Without the caller's MAKEFLAGS: these tests may themselves be run by make, with options of its own.
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("MAKE", "MFLAGS"))}
    shown = subprocess.run(
        ["make", "-C", str(ROOT), "--no-print-directory"], capture_output=True, check=True, text=True, env=environment
    ).stdout

    assert [line.split()[1] for line in shown.splitlines()] == TARGETS


def test_continuous_integration_runs_the_tests_and_stops_at_the_first_failure() -> None:
    script = ROOT / ".ci" / "run"
    text = script.read_text(encoding="utf-8")

    assert os.access(script, os.X_OK)
    assert text.startswith("#!/usr/bin/env bash\n")
    assert "\nset -euo pipefail\n" in text
    assert "make test" in text
    subprocess.run(["bash", "-n", str(script)], check=True)
