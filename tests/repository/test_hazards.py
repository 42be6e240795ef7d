"""Each hazard has a measure, and each measure is held in place by tests that exist."""

from __future__ import annotations

import ast
import functools
import tomllib
from typing import Any

import pytest
from tests.repository.tree import ROOT, SOURCE

HAZARDS: list[dict[str, Any]] = tomllib.loads((ROOT / "docs" / "hazards.toml").read_text(encoding="utf-8"))["hazard"]
KEYS = {"id", "hazard", "cause", "harm", "severity", "measure", "tests"}


@functools.cache
def bound_tests(path: str) -> frozenset[str]:
    file = ROOT / path
    if not file.is_file():
        return frozenset()
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return frozenset(
        node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    )


@functools.cache
def titles_of(programme: str) -> frozenset[str]:
    lines = [
        line.strip().removeprefix("- ")
        for path in (SOURCE / "programmes" / programme).glob("scenarios*.yaml")
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    return frozenset(line.removeprefix("title: ").strip("'\"") for line in lines if line.startswith("title: "))


def test_the_first_hazard_is_that_a_wrong_rule_allows() -> None:
    assert HAZARDS[0]["hazard"] == "A wrong rule allows what the programme forbids."
    assert HAZARDS[0]["severity"] == "critical"


def test_no_two_hazards_have_one_id() -> None:
    ids = [one["id"] for one in HAZARDS]

    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("hazard", HAZARDS, ids=lambda one: one["id"])
def test_a_hazard_says_what_whom_how_badly_and_what_stands_against_it(hazard: dict[str, Any]) -> None:
    assert set(hazard) - {"pending"} == KEYS
    assert hazard["severity"] in ("critical", "serious", "moderate")
    assert all(hazard[key].endswith(".") for key in ("hazard", "cause", "harm", "measure"))
    assert hazard["tests"] or hazard.get("pending"), "name a test, or say in 'pending' what is missing"


@pytest.mark.parametrize("hazard", HAZARDS, ids=lambda one: one["id"])
def test_the_tests_of_a_hazard_exist(hazard: dict[str, Any]) -> None:
    lost = []
    for named in hazard["tests"]:
        place, _, name = named.partition("::")
        known = bound_tests(place) if place.startswith("tests/") else titles_of(place)
        if name not in known:
            lost.append(named)

    assert lost == [], "correct docs/hazards.toml: a test was renamed or removed"
