"""How long a course lasts, and what ends it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from safecourse.rulebook.expanding.parts import (
    NO_EDGE_ABOVE,
    NO_EDGE_BELOW,
    USE,
    Context,
    Part,
    absent,
    among,
    last,
    require,
)
from safecourse.rulebook.model import Bound, Edge, Fact, Flag, Window
from safecourse.rulebook.regimens import Limit, Regimen


def _begin(context: Context) -> Fact:
    # Doses by weight go by courses that begin with an enrolment; a cream's course is the whole record.
    if context.regimen.form == "capsule":
        return Fact(
            "regimen_begin",
            "first",
            "the first dose or supply of this course",
            "day",
            (*USE, "dispensed"),
            since=(Bound("regimen_enrolled", 0),),
        )
    return Fact("regimen_begin", "first", "the day on which treatment began", "day", USE)


def begins(context: Context) -> Iterator[Part]:
    """The facts of when this course began."""
    if context.regimen.form == "capsule":
        yield last("regimen_enrolled", "the last enrolment", ("enrolled",))
    yield _begin(context)


def length(regimen: Regimen) -> int:
    """Days from the first dose of a course to the last possible one."""
    for limit in regimen.limits_of("course-days"):
        return int(limit.most)
    for limit in regimen.limits_of("cycle"):
        return limit.on * limit.rounds + limit.off * (limit.rounds - 1)
    raise AssertionError(f"regimen {regimen.id} has no length")


def course_days(limit: Limit, context: Context) -> Iterator[Part]:
    """A hard end, counted from the first dose."""
    yield from begins(context)
    most = length(context.regimen)
    weeks = f"{most // 7} weeks" if most % 7 == 0 else f"{most} days"
    window = Window("as_of", NO_EDGE_BELOW, Edge("regimen_begin", most - 1), False, "free")
    more = ""
    for follows in (*context.regimen.limits_of("second-course"), *context.regimen.limits_of("extra-days")):
        if follows.binding == "must":  # else nothing would ask whether it may follow, and the first end is the last
            yield _second_begin(follows, context)
            days = int(follows.most) or most
            more = f" After it one of {days} days may follow."
            window = Window("as_of", NO_EDGE_BELOW, Edge("regimen_second_begin", days - 1), False, "free")
    says = f"A course lasts at most {weeks}, from the first {context.dose} on; rests and missed doses don't extend it."
    yield require(
        limit,
        context,
        ("dispense", "take"),
        window,
        says + more,
        "The course is over: have the result assessed, and choose another treatment if it isn't enough.",
        name="course-length",
    )


def cycle(limit: Limit, context: Context) -> Iterator[Part]:
    """Days with doses, days without, and the end after the last round."""
    yield from begins(context)
    stretch = limit.on + limit.off
    for number in range(limit.rounds - 1):
        opens, closes = number * stretch + limit.on, (number + 1) * stretch - 1
        yield require(
            limit,
            context,
            ("take",),
            Window("as_of", Edge("regimen_begin", opens), Edge("regimen_begin", closes), True, "unmet"),
            f"Day {opens + 1} to day {closes + 1} of the course is a rest without {context.doses}.",
            f"Wait until day {closes + 2}; what was missed before the rest is not made up for.",
            name="rest-between-cycles" if limit.rounds == 2 else f"rest-between-cycles-{number + 1}",
        )
    if not context.regimen.has("course-days"):
        yield from course_days(limit, context)


def _second_begin(follows: Limit, context: Context) -> Fact:
    what = "second course" if follows.kind == "second-course" else "further treatment"
    return Fact(
        "regimen_second_begin",
        "first",
        f"the day on which the {what} began",
        "day",
        USE,
        since=(Bound("regimen_begin", length(context.regimen) + int(follows.least)),),
    )


def second_course(limit: Limit, context: Context) -> Iterator[Part]:
    """One further course, after a pause and an assessment that found something left."""
    yield from begins(context)
    first, pause = length(context.regimen), int(limit.least)
    yield require(
        limit,
        context,
        ("dispense", "take"),
        Window("as_of", Edge("regimen_begin", first), Edge("regimen_begin", first + pause - 1), True, "unmet"),
        f"After a course of {first} days come at least {pause} days without treatment.",
        "Wait until the pause is over, then have the result assessed.",
        name="pause-after-the-first-course",
    )
    yield from _something_left(limit, context, "A second course")


def extra_days(limit: Limit, context: Context) -> Iterator[Part]:
    """A few days more after the end of the course, if an assessment then found something left."""
    yield from begins(context)
    yield from _something_left(limit, context, f"Treatment for {limit.most:g} days more")


def _something_left(limit: Limit, context: Context, what: str) -> Iterator[Part]:
    first = length(context.regimen)
    flag = "after_first_course"
    yield Flag(
        flag, Window("as_of", Edge("regimen_begin", first), NO_EDGE_ABOVE, False, "unmet"), "the first course is over"
    )
    yield last(
        "regimen_persisting",
        "an assessment after the first course that found something left",
        ("outcome",),
        (among("assessment", "almost-clear", "partial", "none", "worse"),),
        since=(Bound("regimen_begin", first),),
    )
    persisting = require(
        limit,
        context,
        ("dispense", "take"),
        Window("regimen_persisting", NO_EDGE_BELOW, Edge("as_of", 0), False, "unmet"),
        f"{what} is for what was found to be left after the course.",
        "Assess the result of the course and record it.",
        name="something-left-after-the-first-course",
    )
    yield replace(persisting, applies=(*persisting.applies, flag))


def until_clear(limit: Limit, context: Context) -> Iterator[Part]:
    """The course ends when everything has cleared."""
    yield from begins(context)
    yield last(
        "regimen_not_clear",
        "the last assessment that found something left",
        ("outcome",),
        (among("assessment", "almost-clear", "partial", "none", "worse"),),
    )
    yield last(
        "regimen_cleared",
        "an assessment of this course that found everything clear",
        ("outcome",),
        (among("assessment", "clear"),),
        since=(Bound("regimen_begin", 0), Bound("regimen_not_clear", 0)),
    )
    yield require(
        limit,
        context,
        ("dispense", "take"),
        absent("regimen_cleared"),
        "The course ends when everything has cleared.",
        "Stop: nothing is left to treat. If something comes back, have it looked at.",
        name="stop-when-clear",
    )


def assess_after(limit: Limit, context: Context) -> Iterator[Part]:
    """A course is closed when treatment was given and its result looked at, not too early."""
    least = int(limit.least)
    yield last("regimen_last_dose", f"the last {context.dose}", ("dose-taken",))
    yield require(
        limit,
        context,
        ("finish",),
        Window("regimen_last_dose", NO_EDGE_BELOW, Edge("as_of", 0), False, "unmet"),
        "Treatment was given.",
        "There is no treatment to close; if it was given, record it.",
        name="treatment-given",
    )
    yield last(
        "regimen_assessed",
        f"an assessment at least {least} days after the last {context.dose}",
        ("outcome",),
        since=(Bound("regimen_last_dose", least),),
    )
    yield require(
        limit,
        context,
        ("finish",),
        Window("regimen_assessed", NO_EDGE_BELOW, Edge("as_of", 0), False, "unmet"),
        f"The result was assessed {least // 7} weeks or more after the last {context.dose}: earlier looks mislead.",
        "Assess the result, and record what was found.",
        name="assessed-after-the-end",
    )
