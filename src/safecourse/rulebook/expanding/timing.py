"""When the next dose may come: a day, a week, days apart, rests, flares, stretches of use."""

from __future__ import annotations

import math
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
    product_prescribed,
    require,
    times,
)
from safecourse.rulebook.model import Bound, Condition, Edge, Fact, Window
from safecourse.rulebook.regimens import Limit


def times_per_day(limit: Limit, context: Context) -> Iterator[Part]:
    """At most so many doses on one day."""
    name, most = context.fact("doses_today"), int(limit.most)
    yield Fact(name, "count", f"{context.doses} recorded today", "count", ("dose-taken",), since=(Bound("as_of", 0),))
    yield require(
        limit,
        context,
        ("take",),
        Window(name, NO_EDGE_BELOW, Edge("", most - 1), False, "unmet"),
        f"No more than {times(most, context)} on one day.",
        f"Wait until tomorrow: today's {context.dose if most == 1 else context.doses} can't be doubled.",
    )
    if not context.regimen.has("times-per-week"):
        yield from _prescribed_so_often(limit, context, 7 * most)


def times_per_week(limit: Limit, context: Context) -> Iterator[Part]:
    """At most so many doses in any seven days."""
    name, most = context.fact("doses_in_six_days_and_today"), int(limit.most)
    says = f"{context.doses} recorded in the six days before today, and today"
    yield Fact(name, "count", says, "count", ("dose-taken",), since=(Bound("as_of", -6),))
    yield require(
        limit,
        context,
        ("take",),
        Window(name, NO_EDGE_BELOW, Edge("", most - 1), False, "unmet"),
        f"No more than {times(most, context)} in any seven days.",
        f"Wait until fewer than {most} lie in the last seven days; what was missed is not made up for.",
    )
    yield from _prescribed_so_often(limit, context, most)


def _prescribed_so_often(limit: Limit, context: Context, most: int) -> Iterator[Part]:
    """A prescription that asks for more than the regimen allows is not filled; one that states no number is."""
    if context.regimen.form != "application":
        return
    name, above = context.fact("prescribed_too_often"), math.nextafter(most, math.inf)
    prescribed = product_prescribed(context)
    yield prescribed
    yield last(
        name,
        f"a prescription of more than {most} {context.doses} a week",
        ("prescribed",),
        (*prescribed.conditions, Condition("applications_per_week", (), above, math.inf, "fail")),
        since=(Bound(prescribed.name, 0),),
    )
    yield require(
        limit,
        context,
        ("dispense",),
        absent(name),
        f"The prescription asks for no more than {times(most, context)} a week.",
        "Ask the prescriber to correct it: the regimen has fewer.",
        name="prescribed-times-per-week",
    )


def days_apart(limit: Limit, context: Context) -> Iterator[Part]:
    """Never on consecutive days."""
    name, least = context.fact("last_dose"), int(limit.least)
    yield Fact(name, "last", f"the last {context.dose}", "day", ("dose-taken",))
    between = "at least one day" if least == 2 else f"at least {least - 1} days"
    yield require(
        limit,
        context,
        ("take",),
        Window("as_of", Edge(name, least), NO_EDGE_ABOVE, False, "free"),
        f"Between two {context.doses} lies {between} without one: never on consecutive days.",
        f"Wait: the next {context.dose} may come {least} days after the last one.",
    )


def flares(limit: Limit, context: Context) -> Iterator[Part]:
    """Doses belong to a flare."""
    yield last("regimen_flare", "the last beginning of a flare", ("flare-started",))
    yield last("regimen_flare_over", "the end of the last flare", ("flare-ended",), since=(Bound("regimen_flare", 0),))
    yield last(
        "regimen_flare_cleared",
        "an assessment of the last flare that found everything clear",
        ("outcome",),
        (among("assessment", "clear"),),
        since=(Bound("regimen_flare", 0),),
    )
    yield Fact(
        "regimen_over",
        "later-of",
        "the day from which the last flare was over",
        "day",
        facts=("regimen_flare_over", "regimen_flare_cleared"),
    )
    yield require(
        limit,
        context,
        ("take",),
        absent("regimen_over"),
        "The last flare isn't over: treatment stops when the signs have gone and begins again with the first ones.",
        "Stop: nothing is left to treat. Record it when a new flare begins.",
        name="in-a-flare",
    )


def reassess(limit: Limit, context: Context) -> Iterator[Part]:
    """After so many days of use somebody looks again, or a new stretch of use begins."""
    most, pause = int(limit.most), limit.off
    use = (*USE, "flare-started")
    yield Fact(
        "regimen_use_began",
        "episode-start",
        f"the first day of use not interrupted for {pause} days",
        "day",
        use,
        gap=pause + 1,
        gap_from="last",
    )
    yield last(
        "regimen_looked_again",
        "the last visit or assessment since then",
        ("visited", "outcome"),
        since=(Bound("regimen_use_began", 0),),
    )
    yield Fact(
        "regimen_reassess_from",
        "later-of",
        "the beginning of use, or the last visit since",
        "day",
        facts=("regimen_use_began", "regimen_looked_again"),
    )
    yield Fact("regimen_last_use", "last", "the last day of use", "day", use)
    reassessed = require(
        limit,
        context,
        ("take",),
        Window("as_of", NO_EDGE_BELOW, Edge("regimen_reassess_from", most - 1), False, "free"),
        f"After {most} days of use somebody looks at the skin again before it goes on.",
        "Stop, see the prescriber, and have the diagnosis and the result looked at.",
        name="reassessed",
    )
    begun_anew = require(
        limit,
        context,
        ("take",),
        Window("as_of", Edge("regimen_last_use", pause + 1), NO_EDGE_ABOVE, False, "unmet"),
        f"Or it was not used for {pause} days, so that a new stretch of use begins.",
        "Stop, see the prescriber, and have the diagnosis and the result looked at.",
        name="new-stretch-of-use",
    )
    yield from (replace(one, any_of=f"{context.prefix}reassess") for one in (reassessed, begun_anew))


def rests(limit: Limit, context: Context) -> Iterator[Part]:
    """During a rest, and after a stop, nothing is taken or applied."""
    yield last("regimen_rest_ended", "the last end of a rest", ("rest-ended",))
    yield last(
        "regimen_resting",
        "a rest that has begun and not ended",
        ("rest-started",),
        since=(Bound("regimen_rest_ended", 0),),
    )
    yield require(
        limit,
        context,
        ("take",),
        absent("regimen_resting"),
        f"No rest is in progress: during a rest for a reaction there are no {context.doses}.",
        "Go on when the skin has settled, and record that the rest has ended.",
        name="not-resting",
    )
    yield last("regimen_started", "the last start of treatment", ("treatment-started",))
    yield last(
        "regimen_stopped",
        "a stop after which treatment was not started again",
        ("treatment-stopped", "discontinued"),
        since=(Bound("regimen_started", 0),),
    )
    yield require(
        limit,
        context,
        ("take",),
        absent("regimen_stopped"),
        "Treatment was not stopped, or was started again since.",
        "Ask the prescriber before you go on.",
        name="not-stopped",
    )
