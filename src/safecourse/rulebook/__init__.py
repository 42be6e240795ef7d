"""Programme, requirement, window, source as frozen values; TOML in; versions."""

from __future__ import annotations

from safecourse.rulebook.library import NoSuchProgramme, NoVersionInForce, programme, programme_ids, versions
from safecourse.rulebook.loading import UnusableProgramme, read_programme
from safecourse.rulebook.model import Programme

__all__ = [
    "NoSuchProgramme",
    "NoVersionInForce",
    "Programme",
    "UnusableProgramme",
    "programme",
    "programme_ids",
    "read_programme",
    "versions",
]
