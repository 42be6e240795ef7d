"""The texts that the tests read: retold articles, honest leaflets, and single sentences."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from safecourse.leaflets import Check, Finding, check_text, read_leaflet

TEXTS = Path(__file__).parent / "texts"
RETOLD: list[dict[str, Any]] = tomllib.loads((TEXTS / "expected.toml").read_text(encoding="utf-8"))["text"]
SENTENCES: dict[str, list[dict[str, Any]]] = tomllib.loads((TEXTS / "sentences.toml").read_text(encoding="utf-8"))
HONEST = sorted(path.relative_to(TEXTS).as_posix() for path in TEXTS.glob("*/honest-*"))


def check_file(name: str) -> Check:
    """What is found in one of the texts."""
    return check_text(read_leaflet(TEXTS / name))


def said_after(before: str, sentence: str) -> list[Finding]:
    """What is found in a sentence that stands behind another; what the short text leaves out is no matter."""
    findings = check_text(f"{before}\n\n{sentence}\n").findings
    return [one for one in findings if one.line == 3 and one.kind != "omits"]


def sentences(part: str) -> list[tuple[dict[str, Any], str]]:
    """Every sentence of a part of the file, with the table that it stands in."""
    return [(table, sentence) for table in SENTENCES[part] for sentence in table["says"]]
