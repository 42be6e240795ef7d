"""One programme of a course: the version that speaks for its regimen, and the versions that govern the days to come."""

from __future__ import annotations

from dataclasses import dataclass

from safecourse import days
from safecourse.rulebook.model import Programme
from safecourse.rules.deciding import compiled
from safecourse.rules.judging import CompiledGate


@dataclass(frozen=True, slots=True)
class Governed:
    """``version`` gives the regimen; each day to come is planned by the one of ``versions`` in force on it."""

    version: Programme
    versions: tuple[Programme, ...]

    @property
    def id(self) -> str:
        """The programme's id."""
        return self.version.id

    def has(self, gate: str) -> bool:
        """Whether anything decides a gate."""
        return any(one.requirements_at(gate) for one in self.versions)

    def gates(self, gate: str, day: int) -> tuple[tuple[CompiledGate, int, int], ...]:
        """The gate of each version with the days on which it governs, as far as they end on ``day`` or later."""
        found = []
        for place, one in enumerate(self.versions):
            first = one.in_force if len(self.versions) > 1 else day
            last = self.versions[place + 1].in_force - 1 if place + 1 < len(self.versions) else days.LATEST
            if not last < day and one.requirements_at(gate):
                found.append((compiled(one, gate), first, last))
        return tuple(found)
