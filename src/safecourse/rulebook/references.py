"""Data files beside the rule books, and the sources that they name."""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).resolve().parent.parent / "programmes"


@dataclass(frozen=True, slots=True)
class Reference:
    """Where something was read: ``seen`` says what was read and when."""

    id: str
    title: str
    seen: str


@functools.cache
def read_data(name: str) -> dict[str, Any]:
    """A shipped data file, read once."""
    return tomllib.loads((_FOLDER / name).read_text(encoding="utf-8"))


def references(name: str) -> dict[str, Reference]:
    """The sources of a data file, by their ids."""
    return {one["id"]: Reference(one["id"], one["title"], one["seen"]) for one in read_data(name)["source"]}
