"""Regimens as data: how a product is applied or taken under a programme, each number with its source and grade.

A regimen says a number once. From it ``expanding`` makes the facts and the
requirements that decide a gate, and ``rules.calendars`` makes days.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from safecourse.rulebook.tables import Table, tables

Form = Literal["application", "capsule"]
LimitBinding = Literal["must", "advice", "shown"]
LIMIT_BINDINGS: tuple[LimitBinding, ...] = ("must", "advice", "shown")

# What each kind of limit says, and the numbers that it takes. ``shown`` limits are read by people and calendars only.
#   times-per-day          at most so many doses on one day
#   times-per-week         at most so many in any seven days, and the rhythm of the calendar
#   days-apart             at least so many days from one dose to the next: 2 means never on consecutive days
#   cycle                  ``on`` days with doses, ``off`` days without, ``rounds`` times ``on``
#   course-days            days from the first dose to the last possible one; rests and missed doses don't extend it
#   second-course          one further course of the same length, ``least`` days after the end of the first
#   extra-days             instead of a second course so many days more, once, if something was found to be left
#   until-clear            the course ends when everything has cleared
#   rests                  a rest for a reaction is allowed, and nothing is applied during it
#   flares                 doses belong to a flare: none after it has ended, until another begins
#   reassess               so many days of use, then somebody looks again; ``off`` free days end a stretch of use
#   hours-on-skin          how long it stays on the skin before it is washed off
#   area-cm2               at most so much skin
#   units-per-dose         sachets, or full actuations of a pump, for one dose
#   units-per-course       likewise for a whole course
#   doses-per-day          into how many doses a day's amount may be split
#   with-food              1 with a meal, 0 with or without
#   mg-per-kg-day          a day's amount by body weight
#   adult-mg-per-kg-day    the most for adults with very severe disease
#   total-mg-per-kg        the amount of a whole course by body weight
#   course-weeks           the usual length of a course in weeks
#   assess-after           look at the result so many days after the last dose; the course isn't closed before
#   follow-up              and again so many days after it
#   weeks-before-next      between the end of one course and the next
LimitKind = Literal[
    "times-per-day", "times-per-week", "days-apart", "cycle", "course-days", "second-course", "extra-days",
    "until-clear", "rests", "flares", "reassess", "hours-on-skin", "area-cm2", "units-per-dose", "units-per-course",
    "doses-per-day", "with-food", "mg-per-kg-day", "adult-mg-per-kg-day", "total-mg-per-kg", "course-weeks",
    "assess-after", "follow-up", "weeks-before-next",
]  # fmt: skip
_NEEDS: Mapping[str, tuple[str, ...]] = {
    "times-per-day": ("most",),
    "times-per-week": ("most",),
    "days-apart": ("least",),
    "cycle": ("on", "off", "rounds"),
    "course-days": ("most",),
    "second-course": ("least",),
    "extra-days": ("most",),
    "until-clear": (),
    "rests": (),
    "flares": (),
    "reassess": ("most", "off"),
    "hours-on-skin": ("least", "most"),
    "area-cm2": ("most",),
    "units-per-dose": ("most",),
    "units-per-course": ("most",),
    "doses-per-day": ("least", "most"),
    "with-food": ("most",),
    "mg-per-kg-day": ("least", "most"),
    "adult-mg-per-kg-day": ("most",),
    "total-mg-per-kg": ("least", "most"),
    "course-weeks": ("least", "most"),
    "assess-after": ("least",),
    "follow-up": ("least",),
    "weeks-before-next": ("least",),
}
# Kinds from which no requirement follows: people and calendars read them.
ONLY_SHOWN = ("hours-on-skin", "units-per-dose", "units-per-course", "doses-per-day", "with-food", "follow-up")
_REPEATABLE = ("follow-up",)


@dataclass(frozen=True, slots=True)
class Limit:
    """One number (or pair of numbers) of a regimen, inclusive on both ends; zero where its kind takes none."""

    kind: LimitKind
    least: float
    most: float
    on: int
    off: int
    rounds: int
    binding: LimitBinding
    source: str
    grade: str
    assumption: str
    row: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Regimen:
    """How some products are applied or taken under one programme; ``limits`` stand in the order of the file."""

    id: str
    products: tuple[str, ...]
    form: Form
    limits: tuple[Limit, ...]

    def limits_of(self, kind: LimitKind) -> tuple[Limit, ...]:
        """The limits of one kind; most kinds have at most one."""
        return tuple(limit for limit in self.limits if limit.kind == kind)

    def number(self, kind: LimitKind) -> float:
        """The number of a kind that stands in the regimen: its most, or its least where it has no most; KeyError."""
        found = self.limits_of(kind)
        if not found:
            raise KeyError(f"the regimen of {', '.join(self.products)} has no limit '{kind}'")
        return found[0].most if "most" in _NEEDS[kind] else found[0].least

    def has(self, kind: LimitKind) -> bool:
        """Whether a kind of limit stands in the regimen."""
        return bool(self.limits_of(kind))


def read_regimens(top: Table, grades: tuple[str, ...], products: tuple[str, ...]) -> tuple[Regimen, ...]:
    """The ``[[regimen]]`` tables of a programme file; problems are noted at their place."""

    def read(table: Table) -> Regimen:
        chosen = table.texts("product")
        for product in chosen:
            if product not in products:
                table.problems.append(
                    f"{table.place}: '{product}' is not a product; write one of {', '.join(products)}"
                )
        form = table.word("form", ("application", "capsule"))
        limits = tables(table, "limit", lambda one: _limit(one, grades))
        _refuse_twice(table, limits)
        return Regimen(table.take("id", str), chosen, form, limits)

    return tables(top, "regimen", read)


def _limit(table: Table, grades: tuple[str, ...]) -> Limit:
    kind = table.word("kind", tuple(_NEEDS))
    table.place = f"{table.place.split(' ')[0]} {kind}"
    numbers: dict[str, float] = {"least": 0, "most": 0, "on": 0, "off": 0, "rounds": 0}
    for key in _NEEDS.get(kind, ()):
        numbers[key] = table.take(key, (int, float) if key in ("least", "most") else int)
        if numbers[key] < 0 or (numbers[key] == 0 and (kind, key) != ("with-food", "most")):
            table.problems.append(f"{table.place}: '{key}' is {numbers[key]:g}; write a number above zero")
    if {"least", "most"} <= set(_NEEDS.get(kind, ())) and numbers["least"] > numbers["most"]:
        table.problems.append(f"{table.place}: 'least' is above 'most'; exchange them")
    binding = table.word("binding", LIMIT_BINDINGS)
    if kind in ONLY_SHOWN and binding != "shown":
        table.problems.append(f'{table.place}: nothing decides by this number; write binding = "shown"')
    limit = Limit(
        kind=kind,
        least=numbers["least"],
        most=numbers["most"],
        on=int(numbers["on"]),
        off=int(numbers["off"]),
        rounds=int(numbers["rounds"]),
        binding=binding,
        source=table.take("source", str),
        grade=table.word("grade", grades),
        assumption=table.take("assumption", str, ""),
        row=table.texts("row", []),
    )
    if limit.grade == "unverified" and not limit.assumption.strip():
        table.problems.append(f"{table.place}: is unverified; say in 'assumption' what is assumed")
    return limit


def _refuse_twice(table: Table, limits: tuple[Limit, ...]) -> None:
    seen: set[str] = set()
    for limit in limits:
        if limit.kind in seen and limit.kind not in _REPEATABLE:
            table.problems.append(f"{table.place}: '{limit.kind}' stands twice; keep one")
        seen.add(limit.kind)
    if {"second-course", "extra-days"} <= seen:
        table.problems.append(f"{table.place}: a course is followed by a second one or by extra days; keep one")
