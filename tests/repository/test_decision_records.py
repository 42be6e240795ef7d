"""Decision records are numbered by file name, in order, and each says what it costs."""

from __future__ import annotations

import re

import pytest
from tests.repository.tree import ROOT, texts

RECORDS = sorted((ROOT / "docs" / "adr").glob("*.md"))
NAME = re.compile(r"(?P<number>[0-9]{4})-[a-z0-9]+(-[a-z0-9]+)*\.md")
SECTIONS = ["Context", "Decision", "Consequences"]


def test_records_are_numbered_from_one_without_a_gap_or_a_repetition() -> None:
    numbers = [int(found["number"]) for path in RECORDS if (found := NAME.fullmatch(path.name))]

    assert len(numbers) == len(RECORDS), "a record is named NNNN-what-was-decided.md"
    assert numbers == list(range(1, len(RECORDS) + 1))


@pytest.mark.parametrize("path", RECORDS, ids=lambda path: path.stem)
def test_a_record_has_a_title_a_day_and_its_sections(path) -> None:
    text = path.read_text(encoding="utf-8")
    title, blank, day = text.splitlines()[:3]

    assert re.fullmatch(r"# [A-Z][^0-9].*[^.]", title), "the title states the decision; the number is in the file name"
    assert blank == ""
    assert re.fullmatch(r"20[0-9]{2}-[01][0-9]-[0-3][0-9]", day)
    assert re.findall(r"^## (.*)$", text, re.MULTILINE) == SECTIONS


@pytest.mark.parametrize("path", RECORDS, ids=lambda path: path.stem)
def test_a_record_says_what_the_decision_costs_and_is_short(path) -> None:
    text = path.read_text(encoding="utf-8")
    consequences = text.split("## Consequences")[1]

    assert "\nThe price: " in consequences
    assert text.count("\n") <= 60


def test_every_mention_of_a_record_finds_it() -> None:
    numbers = {path.name[:4] for path in RECORDS}
    lost = [
        f"{path}: {number}"
        for path, text in texts().items()
        for number in re.findall(r"(?:\badr/|\bADR )([0-9]{4})", text)
        if number not in numbers
    ]

    assert lost == []
