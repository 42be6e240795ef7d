"""The locks pin everything, by hash, and name no place."""

from __future__ import annotations

import re

import pytest
from tests.repository.tree import ROOT, pyproject

LOCKS = sorted(path.name for path in ROOT.glob("requirements*.lock"))
PIN = re.compile(r"^(?P<name>[a-z0-9-]+)(\[[a-z,-]+\])?==(?P<version>[^ ;]+)(?P<marker> ;[^\\]*)? \\$")
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}( \\)?$")


def pins(lock: str) -> set[tuple[str, str]]:
    lines = (ROOT / lock).read_text(encoding="utf-8").splitlines()
    return {(found["name"], found["version"]) for line in lines if (found := PIN.match(line))}


def names_of(requirements: list[str]) -> set[str]:
    return {re.split(r"[^A-Za-z0-9._-]", one)[0].lower().replace(".", "-") for one in requirements}


def test_there_is_a_lock_to_run_and_one_to_develop() -> None:
    assert {"requirements.lock", "requirements-dev.lock"} <= set(LOCKS)


@pytest.mark.parametrize("lock", LOCKS)
def test_every_line_of_a_lock_is_a_pin_or_a_hash_and_so_holds_no_address_and_no_path(lock: str) -> None:
    lines = (ROOT / lock).read_text(encoding="utf-8").splitlines()
    strange = [line for line in lines if not PIN.match(line) and not HASH.match(line)]

    assert lines
    assert strange == [], f"{lock}: make it anew with `make lock`"


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_has_a_hash(lock: str) -> None:
    lines = (ROOT / lock).read_text(encoding="utf-8").splitlines()

    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if PIN.match(line):
            assert HASH.match(following), f"{lock}: {line} has no hash"


def test_what_the_project_asks_for_is_locked() -> None:
    run = names_of(pyproject()["project"]["dependencies"])
    develop = names_of(pyproject()["dependency-groups"]["dev"])

    assert run <= {name for name, _ in pins("requirements.lock")}
    assert run | develop <= {name for name, _ in pins("requirements-dev.lock")}


def test_both_locks_pin_the_same_versions() -> None:
    assert pins("requirements.lock") <= pins("requirements-dev.lock"), "run `make lock`"
