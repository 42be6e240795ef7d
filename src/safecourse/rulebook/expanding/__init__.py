"""What a regimen asks of a course: the facts and requirements that follow from its limits.

A number stands once, in the regimen. The gates ``dispense`` and ``take`` (and, for doses by weight, ``prescribe``)
are decided by requirements made here, which are judged, explained, planned, shown and compared like all others. Their
ids are the kinds of the limits, with the regimen's id before them where a file has more than one regimen.
"""

from __future__ import annotations

from collections.abc import Iterator

from safecourse.rulebook.expanding import amounts, courses, timing
from safecourse.rulebook.expanding.parts import NO_EDGE_ABOVE, Context, Part, among, last
from safecourse.rulebook.model import Edge, Fact, Flag, Requirement, Window
from safecourse.rulebook.regimens import Limit, Regimen


def expand(regimens: tuple[Regimen, ...]) -> tuple[tuple[Fact, ...], tuple[Flag, ...], tuple[Requirement, ...]]:
    """The facts, flags and requirements that follow from the regimens of one file, in the order of the limits."""
    parts: dict[str, Part] = {}
    for regimen in regimens:
        alone = len(regimens) == 1
        flag = f"on_{regimen.id.replace('-', '_')}"
        context = Context(regimen, "" if alone else f"{regimen.id}-", () if alone else (flag,))
        made = [] if alone else list(_on_this_regimen(flag, regimen, regimens))
        for limit in regimen.limits:
            if limit.binding != "shown":
                made += _parts_of(limit, context)
        for part in made:
            parts.setdefault(part.id if isinstance(part, Requirement) else part.name, part)
    if not any(isinstance(part, Requirement) for part in parts.values()):
        return (), (), ()
    return (
        tuple(part for part in parts.values() if isinstance(part, Fact)),
        tuple(part for part in parts.values() if isinstance(part, Flag)),
        tuple(part for part in parts.values() if isinstance(part, Requirement)),
    )


def _on_this_regimen(flag: str, regimen: Regimen, regimens: tuple[Regimen, ...]) -> Iterator[Part]:
    """A course is on the regimen of that of the file's products that was prescribed last; others have no say."""
    products = ", ".join(regimen.products)
    all_products = tuple(dict.fromkeys(product for one in regimens for product in one.products))
    ours = f"{flag}_prescribed"
    yield last(
        "regimen_prescribed",
        f"the last prescription of {', '.join(all_products)}",
        ("prescribed",),
        (among("product", *all_products),),
    )
    yield Fact(
        ours,
        "last",
        f"the last prescription of {products}",
        "day",
        ("prescribed",),
        (among("product", *regimen.products),),
    )
    window = Window(ours, Edge("regimen_prescribed", 0), NO_EDGE_ABOVE, False, "unmet")
    yield Flag(flag, window, f"{products} was prescribed last")


def _parts_of(limit: Limit, context: Context) -> Iterator[Part]:
    makers = {
        "times-per-day": timing.times_per_day,
        "times-per-week": timing.times_per_week,
        "days-apart": timing.days_apart,
        "cycle": courses.cycle,
        "course-days": courses.course_days,
        "second-course": courses.second_course,
        "extra-days": courses.extra_days,
        "until-clear": courses.until_clear,
        "assess-after": courses.assess_after,
        "rests": timing.rests,
        "flares": timing.flares,
        "reassess": timing.reassess,
        "area-cm2": amounts.area,
        "mg-per-kg-day": amounts.daily_amount,
        "adult-mg-per-kg-day": amounts.daily_amount,
        "total-mg-per-kg": amounts.total_amount,
        "course-weeks": amounts.course_weeks,
        "weeks-before-next": amounts.weeks_before_next,
    }
    yield from makers[limit.kind](limit, context)
