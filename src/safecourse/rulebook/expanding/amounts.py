"""Amounts: skin, milligrams by body weight, weeks."""

from __future__ import annotations

import math
from collections.abc import Iterator

from safecourse.rulebook.expanding.courses import begins
from safecourse.rulebook.expanding.parts import (
    NO_EDGE_ABOVE,
    NO_EDGE_BELOW,
    Context,
    Part,
    absent,
    last,
    product_prescribed,
    require,
)
from safecourse.rulebook.model import Bound, Condition, Edge, Fact, Window
from safecourse.rulebook.regimens import Limit


def area(limit: Limit, context: Context) -> Iterator[Part]:
    """Not more skin at once than the label says."""
    above = math.nextafter(limit.most, math.inf)
    name, prescribed = context.fact("regimen_area_exceeded"), product_prescribed(context)
    yield prescribed
    yield last(
        name,
        f"a prescription for more than {limit.most:g} cm² of skin",
        ("prescribed",),
        (*prescribed.conditions, Condition("area_cm2", (), above, math.inf, "fail")),
        since=(Bound(prescribed.name, 0),),
    )
    yield require(
        limit,
        context,
        ("dispense", "take"),
        absent(name),
        f"Not more than {limit.most:g} cm² of skin are treated at once.",
        "Prescribe for a smaller area.",
        name="area",
    )


def daily_amount(limit: Limit, context: Context) -> Iterator[Part]:
    """A day's amount by body weight."""
    name = context.fact("mg_per_kg_day")
    yield Fact(
        name,
        "dose",
        "the prescribed amount a day by body weight",
        "mg/kg",
        ("prescribed", "weight"),
        among=context.regimen.products,
        part="per-day",
    )
    opens = Edge("", limit.least) if limit.kind == "mg-per-kg-day" else NO_EDGE_BELOW
    span = f"{limit.least:g} to {limit.most:g}" if limit.kind == "mg-per-kg-day" else f"at most {limit.most:g}"
    whom = "" if limit.kind == "mg-per-kg-day" else ", and that only in adults with very severe disease"
    yield require(
        limit,
        context,
        ("prescribe", "dispense", "take"),
        Window(name, opens, Edge("", limit.most), False, "unmet"),
        f"The amount a day is {span} mg for each kilogram of body weight{whom}.",
        "Check weight and amount; write down why, if the prescriber decides on another amount.",
    )


def total_amount(limit: Limit, context: Context) -> Iterator[Part]:
    """A whole course's amount by body weight."""
    yield from begins(context)
    name = context.fact("total_mg_per_kg")
    yield Fact(
        name,
        "dose",
        "the amount given in this course by body weight",
        "mg/kg",
        ("prescribed", "dispensed", "dose-taken", "weight"),
        since=(Bound("regimen_begin", 0),),
        part="total",
    )
    yield require(
        limit,
        context,
        ("prescribe", "take"),
        Window(name, NO_EDGE_BELOW, Edge("", limit.most), False, "unmet"),
        f"A course comes to {limit.least:g} to {limit.most:g} mg for each kilogram of body weight; more brings little.",
        "The amount of a whole course has been reached: think of ending it.",
    )


def course_weeks(limit: Limit, context: Context) -> Iterator[Part]:
    """The usual length of a course in weeks."""
    yield from begins(context)
    last = int(limit.most) * 7 - 1
    yield require(
        limit,
        context,
        ("prescribe", "take"),
        Window("as_of", NO_EDGE_BELOW, Edge("regimen_begin", last), False, "free"),
        f"A course usually lasts {limit.least:g} to {limit.most:g} weeks.",
        "The usual length of a course has been reached: think of ending it, or write down why it goes on.",
    )


def weeks_before_next(limit: Limit, context: Context) -> Iterator[Part]:
    """The time between two courses."""
    weeks = int(limit.least)
    yield last("regimen_last_end", "the end of the last course", ("treatment-stopped",))
    yield require(
        limit,
        context,
        ("enrol",),
        Window("as_of", Edge("regimen_last_end", weeks * 7), NO_EDGE_ABOVE, False, "free"),
        f"Another course begins at the earliest {weeks} weeks after the end of the last one.",
        "Wait: the skin often goes on improving after a course.",
    )
