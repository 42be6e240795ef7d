"""Each number by one, each flag flipped: some scenario notices, or it is written down why nobody could."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from proof import mutants
from proof.mutants import mutants_of, survivors_of, toml_text
from safecourse.rulebook import library
from safecourse.rulebook.model import Programme
from safecourse.rules.scenarios import Scenario

EVERYWHERE = "*"
LISTED = tomllib.loads((Path(__file__).parent / "survivors.toml").read_text(encoding="utf-8"))["survivor"]
VERSIONS = [version for one in library.programme_ids() for version in library.versions(one)]
FILES = [library.SHIPPED / version.id / f"{version.version}.toml" for version in VERSIONS]
SMALLEST = min(VERSIONS, key=lambda version: len(version.requirements))


def listed(programme_id: str, change: str) -> bool:
    """Whether a mutant is on the list of those that say the same as their rule book."""
    return any(concerns(one, programme_id) and re.fullmatch(one["change"], change) for one in LISTED)


def concerns(entry: dict[str, str], programme_id: str) -> bool:
    """Whether an entry is about a programme: its id, a regular expression of ids, or all of them."""
    return entry["programme"] == EVERYWHERE or re.fullmatch(entry["programme"], programme_id) is not None


def named(version: Programme) -> str:
    return f"{version.id}-{version.version}"


@pytest.mark.slow
@pytest.mark.parametrize("version", VERSIONS, ids=named)
def test_a_scenario_notices_every_mutant_that_is_not_listed_as_saying_the_same(version: Programme) -> None:
    unnoticed = [change for change in survivors_of(version) if not listed(version.id, change)]

    assert unnoticed == []


def test_without_scenarios_mutants_survive_that_are_not_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(programme_id: str) -> tuple[Scenario, ...]:
        return ()

    monkeypatch.setattr(mutants, "scenarios_of", none)

    assert any(not listed(SMALLEST.id, change) for change in survivors_of(SMALLEST))


@pytest.mark.parametrize("entry", LISTED, ids=lambda entry: f"{entry['programme']}-{entry['change'][:60]}")
def test_a_listed_survivor_is_a_mutant_of_its_programme_and_has_a_reason(entry: dict[str, str]) -> None:
    assert set(entry) == {"programme", "change", "reason"}
    assert any(concerns(entry, programme_id) for programme_id in library.programme_ids())
    assert entry["reason"].endswith(".")
    files = [path for path in FILES if concerns(entry, path.parent.name)]
    assert any(re.fullmatch(entry["change"], change) for path in files for change, _ in mutants_of(path))


@pytest.mark.parametrize(
    "change",
    [
        "requirement negative-test-opens-window: opens.1 -6 - 1",
        "requirement negative-test-opens-window: closes.1 0 - 1",
        "requirement contraception-recorded: closes.1 0 + 1",
        "requirement second-test-19-days-after-first: opens.1 19 - 1",
        "requirement prescriber-certified: opens.1 0 - 1",
    ],
)
def test_a_number_that_matters_is_not_on_the_list(change: str) -> None:
    assert not any(listed(programme_id, change) for programme_id in library.programme_ids())


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_rule_book_written_out_and_read_again_is_the_same(path: Path) -> None:
    tree = tomllib.loads(path.read_text(encoding="utf-8"))

    assert tomllib.loads(toml_text(tree)) == tree
