"""Outcomes as data: published figures and their limits, how long to look for a relapse, what waits after a course."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Literal

from safecourse import days
from safecourse.rulebook.references import Reference, read_data, references

About = Literal["clearance", "relapse", "second-course", "quality-of-life", "cure"]


@dataclass(frozen=True, slots=True)
class Figure:
    """What a study found. ``percent`` holds the least and the most of it, nothing where it is no share.

    ``products`` limits it to some products, all if empty; ``limits`` says what
    the figure can't say.
    """

    medicine: str
    condition: str
    about: About
    products: tuple[str, ...]
    percent: tuple[float, ...]
    says: str
    limits: str
    source: str
    grade: str


@dataclass(frozen=True, slots=True)
class FollowUp:
    """How many months after the end of treatment somebody looks for what comes back."""

    medicine: str
    condition: str
    until_months: int
    says: str
    limits: str
    source: str
    grade: str

    def until(self, end: int) -> int:
        """The last day of it, for a course that ended on a day."""
        return days.add_months(end, self.until_months, "later")


@dataclass(frozen=True, slots=True)
class Wait:
    """What isn't done during treatment and for some months after it; ``words`` are what records call it.

    The source gives ``least_months`` to ``most_months``; the longer time is counted.
    """

    medicine: str
    what: str
    words: tuple[str, ...]
    least_months: int
    most_months: int
    says: str
    source: str
    grade: str

    def over(self, end: int) -> int:
        """The first day on which it may be done again, for a course that ended on a day."""
        return days.add_months(end, self.most_months, "later")


@dataclass(frozen=True, slots=True)
class Measure:
    """Something that may be counted or scored as an outcome of some conditions."""

    name: str
    conditions: tuple[str, ...]
    words: tuple[str, ...]
    says: str


_FILE = "outcomes.toml"


@functools.cache
def figures() -> tuple[Figure, ...]:
    """All published figures."""
    return tuple(
        Figure(
            medicine=one["medicine"],
            condition=one["condition"],
            about=one["about"],
            products=tuple(one.get("products", ())),
            percent=tuple(one.get("percent", ())),
            says=one["says"],
            limits=one["limits"],
            source=one["source"],
            grade=one["grade"],
        )
        for one in read_data(_FILE)["figure"]
    )


@functools.cache
def follow_ups() -> tuple[FollowUp, ...]:
    """All windows in which a relapse is looked for."""
    return tuple(FollowUp(**one) for one in read_data(_FILE)["follow_up"])


@functools.cache
def waits() -> tuple[Wait, ...]:
    """All that must wait after a course."""
    return tuple(Wait(**(one | {"words": tuple(one["words"])})) for one in read_data(_FILE)["wait"])


@functools.cache
def measures_of_outcome() -> tuple[Measure, ...]:
    """All that may be counted or scored."""
    return tuple(
        Measure(one["name"], tuple(one["conditions"]), tuple(one["words"]), one["says"])
        for one in read_data(_FILE)["measure"]
    )


def outcome_sources() -> dict[str, Reference]:
    """The sources of figures, follow-up and waiting times, by their ids."""
    return references(_FILE)


def figures_for(medicine: str, condition: str, product: str) -> tuple[Figure, ...]:
    """The figures of a medicine for a condition; of one product if that is known (``""`` if not)."""
    return tuple(
        one
        for one in figures()
        if one.medicine == medicine
        and one.condition == condition
        and (not one.products or not product or product in one.products)
    )
