"""What the documents for readers must say."""

from __future__ import annotations

import re

import pytest
from tests.repository.tree import ROOT

# The words in which rules, courses and answers are spoken of, and those of the world that a reader may not know.
WORDS = [
    "programme",
    "version",
    "course",
    "event",
    "fact",
    "requirement",
    "window",
    "gate",
    "decision",
    "finding",
    "plan",
    "regimen",
    "monitoring",
    "authorisation",
    "never",
    "unknown",
    "open-ended",
    "fold",
    "coverage",
    "grade",
    "REMS",
    "ETASU",
    "PPP",
    "RMA",
    "lease",
    "LOINC",
    "UCUM",
    "FHIR",
]


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("word", [*WORDS, "specimen day", "Kleene logic", "reference evaluator"])
def test_the_glossary_explains(word: str) -> None:
    assert re.search(rf"^- .*\*\*{re.escape(word)}\*\*", read("GLOSSARY.md"), re.MULTILINE)


@pytest.mark.parametrize(
    "statement",
    [
        "Not an official system of any programme",
        "Not medical advice",
        "Clinically reviewed by nobody yet",
        "status as a medical device is undecided",
        "trademarks of their owners",
    ],
)
def test_the_intended_use_names_what_this_is_not(statement: str) -> None:
    assert statement in read("docs/intended-use.md")


def test_the_licence_is_apache_2() -> None:
    assert "Apache License\n                           Version 2.0, January 2004" in read("LICENSE")
    assert "END OF TERMS AND CONDITIONS" in read("LICENSE")


def test_every_folder_of_the_package_is_explained_to_contributors() -> None:
    folders = [path.name for path in (ROOT / "src" / "safecourse").iterdir() if path.is_dir()]
    manual = read("CONTRIBUTING.md")

    assert [name for name in folders if name != "__pycache__" and f"`{name}/`" not in manual] == []
