"""The files of the repository, as its tests see them."""

from __future__ import annotations

import functools
import subprocess
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "safecourse"


@functools.cache
def tracked() -> tuple[Path, ...]:
    """All files under version control that exist; those of the folders that are shipped, where there is no git."""
    if (ROOT / ".git").exists():
        # The checkout may belong to another user, as in a container; to list its files is safe all the same.
        git = ["git", "-c", f"safe.directory={ROOT}", "-C", str(ROOT), "ls-files", "-z"]
        names = subprocess.run(git, capture_output=True, check=True, text=True).stdout.split("\0")
        return tuple(path for name in names if name and (path := ROOT / name).is_file())
    shipped = (*ROOT.glob("*.*"), *(path for name in ("src", "tests", "docs") for path in (ROOT / name).rglob("*.*")))
    return tuple(path for path in shipped if path.is_file() and "__pycache__" not in path.parts)


def texts() -> dict[str, str]:
    """Path from the root and content of each tracked file that is text."""
    found = {}
    for path in tracked():
        content = path.read_bytes()
        if b"\0" not in content:
            found[path.relative_to(ROOT).as_posix()] = content.decode("utf-8")
    return found


def pyproject() -> dict[str, Any]:
    """The project's settings."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
