"""One line of a calendar: what is due or was done, on which days, under which programme."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from safecourse import days

What = Literal[
    "application", "capsule", "rest", "pregnancy-test", "lab", "questionnaire", "visit", "window", "prescription",
    "re-evaluation", "end", "follow-up",
]  # fmt: skip
WHATS: tuple[What, ...] = (
    "application", "capsule", "rest", "pregnancy-test", "lab", "questionnaire", "visit", "window", "prescription",
    "re-evaluation", "end", "follow-up",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a calendar.

    ``on`` and ``until`` are day numbers, both inclusive: equal for a single
    day, ``until`` OPEN where no end is known. ``detail`` is a plain sentence
    or two.
    """

    on: int
    until: int
    what: What
    programme: str
    detail: str

    def to_dict(self) -> dict[str, str]:
        """The entry as the contract writes it; ``until`` only if it isn't ``on``."""
        until = {} if self.until == self.on else {"until": days.iso(self.until)}
        return {"on": days.iso(self.on), **until, "what": self.what, "programme": self.programme, "detail": self.detail}


def single(on: int, what: What, programme: str, detail: str) -> Entry:
    """An entry of one day."""
    return Entry(on, on, what, programme, detail)


# What a day begins with: what must be there before a dose, and the dose last but for the end.
_WITHIN_A_DAY: tuple[What, ...] = (
    "pregnancy-test", "lab", "questionnaire", "visit", "re-evaluation", "follow-up", "prescription", "window", "rest",
    "application", "capsule", "end",
)  # fmt: skip


def in_order(entries: list[Entry]) -> tuple[Entry, ...]:
    """Entries by day, those of one day with what comes before a dose first."""
    return tuple(sorted(entries, key=_order))


def _order(entry: Entry) -> tuple[int, int, int, str, str]:
    return entry.on, _WITHIN_A_DAY.index(entry.what), entry.until, entry.programme, entry.detail
