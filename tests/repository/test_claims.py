"""Each claim of the articles that is no spam is answered by something that exists."""

from __future__ import annotations

import argparse
import tomllib
from typing import Any

import pytest
from tests.repository.tree import ROOT

from safecourse.cli.arguments import parser
from safecourse.cli.claims import statements_by_claim
from safecourse.course.vocabulary import KINDS
from safecourse.rulebook import library
from safecourse.rules.calendars import WHATS

DATA: dict[str, Any] = tomllib.loads((ROOT / "docs" / "claims.toml").read_text(encoding="utf-8"))
PARTS = {part["name"]: part for part in DATA["part"]}
CLAIMS = {claim["id"]: claim for claim in DATA["claim"]}
ANSWERED = {claim: one for claim, one in CLAIMS.items() if not one.get("spam")}
STATEMENTS = statements_by_claim()
WAYS = ("rules", "limits", "calendar", "records", "commands", "statements", "products", "elsewhere")


def commands() -> set[str]:
    (choices,) = (one.choices for one in parser()._actions if isinstance(one, argparse._SubParsersAction))
    return set(choices)


def test_the_table_has_all_claims_of_the_five_articles_once() -> None:
    counts = [sum(claim.startswith(f"S{article}.") for claim in CLAIMS) for article in range(5)]

    assert counts == [27, 38, 31, 22, 36]
    assert len(DATA["claim"]) == len(CLAIMS) == 154


def test_nothing_that_asks_for_an_answer_is_called_spam() -> None:
    spam = {claim for claim, one in CLAIMS.items() if one.get("spam")}

    assert all(CLAIMS[claim]["verdict"] == "not a claim" and "unsafe" not in CLAIMS[claim] for claim in spam)


def test_every_unsafe_claim_is_answered_by_a_statement_that_patients_read() -> None:
    unsafe = [claim for claim, one in CLAIMS.items() if one.get("unsafe") == "yes"]

    assert len(unsafe) == 15
    assert [claim for claim in unsafe if not STATEMENTS.get(claim)] == []


@pytest.mark.parametrize("claim", ANSWERED)
def test_a_claim_is_answered(claim: str) -> None:
    for name in ANSWERED[claim]["parts"]:
        part = PARTS[name]
        assert set(part) & set(WAYS), f"{name} answers nothing"
        if part.get("statements"):
            assert STATEMENTS.get(claim), f"no statement of the books names {claim}"


@pytest.mark.parametrize("name", PARTS)
def test_a_part_names_only_what_exists(name: str) -> None:
    part = PARTS[name]
    versions = {one: library.versions(one) for one in library.programme_ids()}
    rules = {f"{one}: {rule.id}" for one, some in versions.items() for version in some for rule in version.requirements}
    limits = {
        f"{one}: {limit.kind}"
        for one, some in versions.items()
        for version in some
        for regimen in version.regimens
        for limit in regimen.limits
    }

    assert set(part) <= {"name", *WAYS}
    assert set(part.get("rules", ())) <= rules
    assert set(part.get("limits", ())) <= limits
    assert set(part.get("calendar", ())) <= set(WHATS)
    assert set(part.get("records", ())) <= set(KINDS)
    assert set(part.get("commands", ())) <= commands()


def test_every_part_is_asked_for_by_a_claim() -> None:
    assert set(PARTS) == {name for claim in ANSWERED.values() for name in claim["parts"]}
