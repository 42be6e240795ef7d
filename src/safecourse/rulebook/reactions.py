"""Reactions as data: what patients may meet, how often, what the label says to do, whom to call, what is reported."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Literal

from safecourse.rulebook.references import Reference, read_data, references

Does = Literal["advice", "call", "interrupt", "stop"]
DOES: tuple[Does, ...] = ("advice", "call", "interrupt", "stop")
SEVERITIES = ("mild", "moderate", "severe", "life-threatening")
GRAVE = ("severe", "life-threatening")


@dataclass(frozen=True, slots=True)
class Reaction:
    """What may happen under a medicine.

    ``words`` are what people call it in a record. ``severity`` is the one that
    is expected. A ``red_flag`` stops treatment at once; ``grave`` is the term
    that it becomes when recorded as severe, itself if empty. ``call`` says
    whom to call, empty for nobody.
    """

    medicine: str
    term: str
    words: tuple[str, ...]
    frequency: str
    frequency_source: tuple[str, ...]
    severity: str
    red_flag: bool
    does: Does
    advice: str
    call: str
    grave: str
    source: str
    grade: str
    assumption: str

    @property
    def named(self) -> tuple[str, ...]:
        """Every word by which a record may call it."""
        return (self.term, *self.words)


@dataclass(frozen=True, slots=True)
class Report:
    """What must or may be reported in a country, and to whom."""

    medicine: str
    country: str
    what: str
    to: str
    source: str
    grade: str
    assumption: str


@functools.cache
def reactions() -> tuple[Reaction, ...]:
    """All reactions of the shipped table."""
    data = read_data("reactions.toml")
    return tuple(
        Reaction(
            medicine=one["medicine"],
            term=one["term"],
            words=tuple(one["words"]),
            frequency=one["frequency"],
            frequency_source=tuple(one["frequency_source"]),
            severity=one["severity"],
            red_flag=one["red_flag"],
            does=one["does"],
            advice=one["advice"],
            call=one["call"],
            grave=one.get("grave", ""),
            source=one["source"],
            grade=one["grade"],
            assumption=one.get("assumption", ""),
        )
        for one in data["reaction"]
    )


@functools.cache
def reports() -> tuple[Report, ...]:
    """All that is reported somewhere."""
    return tuple(Report(**({"assumption": ""} | one)) for one in read_data("reactions.toml")["report"])


def reaction_sources() -> dict[str, Reference]:
    """The sources of both, by their ids."""
    return references("reactions.toml")


def reaction_of(medicine: str, term: str, severity: str) -> tuple[Reaction, ...]:
    """The reaction that a record means by a term; nothing if the term isn't known for this medicine."""
    for one in reactions():
        if one.medicine == medicine and term in one.named:
            if one.grave and severity in GRAVE:
                return reaction_of(medicine, one.grave, "")
            return (one,)
    return ()
