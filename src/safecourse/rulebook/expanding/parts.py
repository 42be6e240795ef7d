"""The small parts of which facts and requirements of a regimen are made."""

from __future__ import annotations

import math
from dataclasses import dataclass

from safecourse.days import OPEN
from safecourse.rulebook.model import Bound, Condition, Edge, Fact, Flag, Gate, Requirement, Window
from safecourse.rulebook.regimens import Limit, Regimen

Part = Fact | Flag | Requirement
NO_EDGE_BELOW, NO_EDGE_ABOVE = Edge("", -OPEN), Edge("", OPEN)
USE = ("treatment-started", "dose-taken")


@dataclass(frozen=True, slots=True)
class Context:
    """One regimen among those of its file: what stands before the names of its parts, and when they apply."""

    regimen: Regimen
    prefix: str
    applies: tuple[str, ...]

    def fact(self, name: str) -> str:
        """A fact's name, with what stands before it."""
        return f"{self.prefix.replace('-', '_')}{name}"

    @property
    def doses(self) -> str:
        """What doses are called."""
        return "applications" if self.regimen.form == "application" else "doses"

    @property
    def dose(self) -> str:
        """What one dose is called."""
        return "application" if self.regimen.form == "application" else "dose"


def last(
    name: str,
    says: str,
    events: tuple[str, ...],
    conditions: tuple[Condition, ...] = (),
    since: tuple[Bound, ...] = (),
) -> Fact:
    """The fact of the last event of some kinds."""
    return Fact(name, "last", says, "day", events, conditions, since=since)


def absent(fact: str) -> Window:
    """A window that holds while the fact is never."""
    return Window(fact, NO_EDGE_BELOW, NO_EDGE_ABOVE, True, "unmet")


def among(field: str, *values: str) -> Condition:
    """A condition: the field holds one of these words."""
    return Condition(field, values, -math.inf, math.inf, "fail")


def product_prescribed(context: Context) -> Fact:
    """The fact of the last prescription of the regimen's products: one of another medicine takes nothing back."""
    return last(
        context.fact("regimen_product_prescribed"),
        f"the last prescription of {', '.join(context.regimen.products)}",
        ("prescribed",),
        (among("product", *context.regimen.products),),
    )


def times(most: int, context: Context) -> str:
    """A number of doses in words."""
    return f"one {context.dose}" if most == 1 else f"{most} {context.doses}"


def require(
    limit: Limit, context: Context, gates: tuple[Gate, ...], window: Window, says: str, fix: str, *, name: str = ""
) -> Requirement:
    """The requirement of a limit, with the limit's source and grade; ``name`` where its id isn't the limit's kind."""
    binding = "must" if limit.binding == "must" else "advice"
    return Requirement(
        id=f"{context.prefix}{name or limit.kind}",
        gates=gates,
        applies=context.applies,
        binding=binding,  # type: ignore[arg-type]  # one of two words
        window=window,
        any_of="",
        is_window=False,
        says=says,
        fix=fix,
        source=limit.source,
        grade=limit.grade,  # type: ignore[arg-type]  # checked when the limit was read
        assumption=limit.assumption,
        row=limit.row,
    )
