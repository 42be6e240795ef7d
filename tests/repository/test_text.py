"""What no file of the repository says."""

from __future__ import annotations

import re

import pytest
from tests.repository.tree import texts

OWN = "tests/repository/test_text.py"
BANNED = {
    "a path of somebody's machine": r"(?<![\w.:/-])/(?:work|home|opt|Users)/|(?<![\w.:/-])/root\b|\.\./shared\b",
    "the address of a package registry": r"pypi\.org|pythonhosted|registry\.npmjs|crates\.io/api",
    "work that was put off": r"\bTODO\b|\bFIXME\b|\bXXX\b",
    "how it was written": r"(?i)\bclaude\b|\banthropic\b|\bchatgpt\b|\bcopilot\b|language model|co-authored-by",
}


@pytest.mark.parametrize("what", BANNED)
def test_no_file_holds(what: str) -> None:
    found = [
        f"{path}:{number}: {line.strip()[:100]}"
        for path, text in texts().items()
        if path != OWN
        for number, line in enumerate(text.splitlines(), start=1)
        if re.search(BANNED[what], line)
    ]

    assert found == [], f"holds {what}"


def test_text_files_end_with_one_line_end_and_hold_no_tabs_or_carriage_returns() -> None:
    may_hold_tabs = ("Makefile", "LICENSE")
    wrong = [
        path
        for path, text in texts().items()
        if text and (not text.endswith("\n") or "\r" in text or ("\t" in text and path not in may_hold_tabs))
    ]

    assert wrong == []


def test_links_between_documents_lead_somewhere() -> None:
    known = texts()
    folders = {path.rsplit("/", depth)[0] for path in known for depth in range(1, path.count("/") + 1)}
    broken = []
    for path, text in known.items():
        if not path.endswith(".md"):
            continue
        for target in re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", text):
            parts = path.split("/")[:-1]
            for part in target.strip("/").split("/"):
                if part == "..":
                    parts.pop()
                elif part != ".":
                    parts.append(part)
            if "/".join(parts) not in known.keys() | folders:
                broken.append(f"{path}: {target}")

    assert broken == []
