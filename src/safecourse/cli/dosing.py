"""dose: an amount by body weight in, the capsules that make it out, with what labels say of it."""

from __future__ import annotations

import argparse
import json
import re
import sys
from fractions import Fraction

from safecourse import wording
from safecourse.cli.arguments import Usage
from safecourse.cli.screen import NOTICE, Terminal
from safecourse.course.problems import quoted
from safecourse.rules.dose_advice import Advice
from safecourse.rules.doses import DAYS_PER_WEEK, DayAmount, days_to, figures, in_weeks
from safecourse.rules.dosing import DoseAnswer, NotDosable, dose

_NUMBER = re.compile(r"-?([0-9]{1,9}(\.[0-9]*)?|\.[0-9]+)\Z")
# Products of numbers within these still print with all their digits. No scale for people tells less than a gram.
_PLACES = {"--kg": 3, "--mg-per-kg-day": 6, "--target-mg-per-kg": 3}


def dose_command(chosen: argparse.Namespace) -> int:
    """Print an amount and its capsules; 0 whenever the question could be answered, also outside a label's range."""
    answer = _asked(chosen)
    if not chosen.json:
        print(in_words(answer, Terminal.here()))
        return 0
    json.dump(answer.to_dict(), sys.stdout, indent=2, ensure_ascii=False, allow_nan=False)
    print()
    # A script that reads the numbers only should not miss what is said against them.
    for advice in answer.advice:
        if advice.warns:
            print(f"safecourse: {advice.says}", file=sys.stderr)
    return 0


def _asked(chosen: argparse.Namespace) -> DoseAnswer:
    """The answer; Usage with everything that is wrong with the question."""
    problems: list[str] = []
    kg = _number("--kg", chosen.kg, problems)
    by_weight = _number("--mg-per-kg-day", chosen.mg_per_kg_day, problems)
    given = () if chosen.target_mg_per_kg is None else (chosen.target_mg_per_kg,)
    target = tuple(_number("--target-mg-per-kg", one, problems) for one in given)
    try:
        # A number that can't be read is 1 here, so that what else is wrong is said as well.
        answer = dose(chosen.id, chosen.product, kg, by_weight, target)
    except NotDosable as wrong:
        raise _usage([*problems, *wrong.problems]) from None
    if problems:
        raise _usage(problems)
    return answer


def _usage(problems: list[str]) -> Usage:
    return Usage("\n".join(f"safecourse: {one}" for one in problems))


def _number(option: str, text: str, problems: list[str]) -> Fraction:
    """The number that a text is, exactly; noted in ``problems`` if it is none."""
    places = _PLACES[option]
    if text.count(",") == 1 and _NUMBER.match(text.replace(",", ".")):
        problems.append(f"{option} {quoted(text)}: write the decimal point as a point: {text.replace(',', '.')}")
    elif not _NUMBER.match(text):
        problems.append(f"{option} {quoted(text)} is not a number; write digits without a unit, such as 62.5")
    elif len(text.partition(".")[2]) > places:
        problems.append(f"{option} {quoted(text)} has more than {places} digits behind the point; write fewer")
    else:
        return Fraction(text)
    return Fraction(1)


# ---- in words --------------------------------------------------------------------------------------------


def in_words(answer: DoseAnswer, terminal: Terminal) -> str:
    """The answer as text: the amount, its capsules, the course, then what labels say with sources."""
    exact = answer.made.exact
    whose = f"{answer.label.product.word}, {figures(answer.mg_per_kg_day)} mg/kg for {figures(answer.kg)} kg"
    cannot = "" if exact else " can't be made"
    lines = [
        terminal.paint(f"{figures(answer.made.asked)} mg a day{cannot}: {whose}", "bold"),
        f"  {answer.label.title}, asked under {answer.programme}.",
        "",
    ]
    if exact:
        lines.append(f"  Capsules a day: {_capsules(exact[0])}.")
        lines += _doses(exact[0])
        lines += [f"  In equal doses it takes {_capsules(one)}: {_split(one)}." for one in answer.even]
    else:
        lines.append("  The nearest amounts that capsules make:")
        if not answer.made.below:
            lines.append("    nothing smaller: it is less than the smallest capsule.")
        lines += [f"    {_nearest(answer, one)}" for one in answer.made.sums]
    lines += _course(answer)
    warnings = [one for one in answer.advice if one.warns]
    notes = [one for one in answer.advice if not one.warns]
    for title, colour, those in (("Look at this first", "yellow", warnings), ("What else to know", "bold", notes)):
        if those:
            lines += ["", terminal.paint(title, colour)]
            lines += [line for one in those for line in _advice(one, terminal)]
    assumed = tuple(dict.fromkeys(one.assumption for one in answer.advice if one.assumption))
    if assumed:
        lines += ["", terminal.paint("What is assumed, because nobody could verify it", "bold")]
        lines += [terminal.fill(one, "    ", "  - ") for one in assumed]
    return "\n".join([*lines, "", terminal.paint(NOTICE, "dim")])


def _capsules(amount: DayAmount) -> str:
    return " and ".join(f"{count} of {figures(mg)} mg" for mg, count in amount.capsules)


def _split(amount: DayAmount) -> str:
    return " and ".join(f"{figures(one)} mg" for one in amount.split)


def _doses(amount: DayAmount) -> list[str]:
    if len(amount.split) == 1 or not amount.divided:
        return []
    equal = "" if len(set(amount.split)) == 1 else ", as even as these capsules can be"
    return [f"  In {len(amount.split)} doses{equal}: {_split(amount)}."]


def _nearest(answer: DoseAnswer, amount: DayAmount) -> str:
    error = amount.mg_per_day - answer.made.asked
    by = f"{figures(abs(error))} mg {'less' if error < 0 else 'more'} than asked"
    by_weight = figures(amount.mg_per_day / answer.kg)
    return f"{figures(amount.mg_per_day)} mg a day ({by_weight} mg/kg), {by}: {_capsules(amount)}."


def _course(answer: DoseAnswer) -> list[str]:
    lines = []
    for target, total, days in zip(answer.target, answer.total, answer.days, strict=True):
        lines.append(f"  A course of {figures(target)} mg/kg: {figures(total)} mg in all, {_length(days)}.")
        over = answer.made.asked * days - total
        if over:
            lines.append(f"    On its last day it passes the total by {figures(over)} mg.")
        if not answer.made.exact:
            lines += [
                f"    With {figures(one.mg_per_day)} mg a day: {_length(days_to(total, one.mg_per_day))}."
                for one in answer.made.sums
            ]
    return lines


def _length(days: int) -> str:
    return f"{wording.number_of(days, 'day')} ({in_weeks(days)})" if days >= DAYS_PER_WEEK else in_weeks(days)


def _advice(one: Advice, terminal: Terminal) -> list[str]:
    return [
        terminal.fill(one.says, "    ", "  - "),
        terminal.fill(f"Source: {one.titles}, {wording.GRADE_WORDS[one.grade]}.", "    "),
    ]
