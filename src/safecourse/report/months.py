"""A plan as a calendar of months and as a list."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from safecourse import days
from safecourse.report import words
from safecourse.report.gates import Rules
from safecourse.report.markup import Markup, element, join
from safecourse.rules.decision import Plan, PlannedStep

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
MOST_MONTHS = 6
SUNDAY_FIRST = frozenset({"US", "CA", "JP"})  # where calendars begin the week on Sunday


def letter(place: int) -> str:
    """The letter of a step: A to Z, then A2, B2 and so on."""
    around, rest = divmod(place, len(LETTERS))
    return LETTERS[rest] + (str(around + 1) if around else "")


def plan_part(plan: Plan, today: int, act: str, rules: Rules) -> list[Markup]:
    """The plan of one gate: the day, the months, the steps, what is taken for granted; or why there is none."""
    if not plan.earliest:
        return [element("p", element("b", "There is no plan. "), because(plan.because, rules), class_="noplan")]
    earliest = days.parse_day(plan.earliest)
    if earliest == today:
        when = join(f"{act}: possible ", element("b", f"today, {words.day(earliest)}"), ", if the steps are done.")
    else:
        when = join(f"{act}: not before ", element("b", words.day(earliest)), ".")
    parts = [element("p", when, class_="earliest")]
    if plan.steps:
        steps = element("ol", *(_step(one, place) for place, one in enumerate(plan.steps)), class_="steps")
        parts.append(element("div", _months(plan, today, earliest, rules), steps, class_="plan"))
    else:
        parts.append(_months(plan, today, earliest, rules))
        parts.append(element("p", "Nothing needs to be done but to wait for that day."))
    if plan.assumes:
        taken = element("ul", *(element("li", one) for one in plan.assumes))
        parts += [element("p", "The plan takes for granted what nobody can promise:", class_="label"), taken]
    return parts


def because(said: str, rules: Rules) -> str:
    """Why there is no plan; requirements, which the engine calls by their ids, by their sentences."""
    names, colon, rest = said.partition(": ")
    known = [rules.requirements.get(name) for name in names.split(", ")]
    says = [one.says for one in known if one is not None]
    if not colon or len(says) != len(known):
        return words.plain_days(said)
    if len(says) == 1 and rest.startswith(says[0]):
        return rest
    quoted = ", ".join(f"\u201c{one.rstrip('.')}\u201d" for one in says)
    return words.plain_days(f"{quoted}: {rest}{'' if rest.endswith('.') else '.'}")


def _step(step: PlannedStep, place: int) -> Markup:
    first, last = words.iso_day(step.first), words.iso_day(step.last)
    when = f"on {first}" if step.first == step.last else f"from {first} until {last}"
    return element(
        "li",
        element("span", letter(place), class_="letter"),
        element("span", step.do, " ", element("b", when, class_="when")),
    )


def _months(plan: Plan, today: int, earliest: int, rules: Rules) -> Markup:
    telling = {days.calendar_date(one).replace(day=1) for one in _telling(plan, today, earliest)}
    shown = sorted(telling)
    if len(shown) > MOST_MONTHS:
        shown = [*shown[: MOST_MONTHS - 1], shown[-1]]
    parts: list[Markup] = []
    for before, month in zip([None, *shown], shown, strict=False):
        if before is not None and _next(before) != month:
            parts.append(element("p", f"… until {_title(month)}", class_="leap"))
        parts.append(_month(month, plan, today, earliest, rules))
    said = "Ringed: today. Green: the earliest day."
    if plan.steps:
        said += " Full letter: first day of a step. Outlined letter: it may still be done."
    return element("div", *parts, element("p", said, class_="quiet hint"), class_="months")


def _telling(plan: Plan, today: int, earliest: int) -> Iterable[int]:
    yield today
    yield earliest
    for step in plan.steps:
        yield days.parse_day(step.first)
        yield days.parse_day(step.last)


def _next(month: date) -> date:
    return (month + timedelta(31)).replace(day=1)


def _title(month: date) -> str:
    return f"{words.LONG_MONTHS[month.month - 1]} {month.year}"


def _month(month: date, plan: Plan, today: int, earliest: int, rules: Rules) -> Markup:
    sunday = rules.programme.country in SUNDAY_FIRST
    order = [6, 0, 1, 2, 3, 4, 5] if sunday else list(range(7))
    heads = (
        element("th", element("abbr", words.WEEKDAYS[place][:2], title=words.LONG_WEEKDAYS[place]), scope="col")
        for place in order
    )
    lead = order.index(month.weekday())
    length = (_next(month) - month).days
    first = days.day_number(month)
    cells = [element("td", class_="none")] * lead
    cells += [_cell(first + place, plan, today, earliest) for place in range(length)]
    cells += [element("td", class_="none")] * (-len(cells) % 7)
    weeks = [element("tr", *cells[start : start + 7]) for start in range(0, len(cells), 7)]
    caption = element("caption", _title(month))
    return element("table", caption, element("thead", element("tr", *heads)), element("tbody", *weeks), class_="month")


def _cell(day: int, plan: Plan, today: int, earliest: int) -> Markup:
    kinds = [name for name, found in (("today", day == today), ("goal", day == earliest)) if found]
    said = [element("span", str(days.calendar_date(day).day), class_="date")]
    if day == today:
        said.append(element("span", "today", class_="unseen"))
    if day == earliest:
        said.append(element("span", "earliest day", class_="unseen"))
    letters = []
    for place, step in enumerate(plan.steps):
        first, last = days.parse_day(step.first), days.parse_day(step.last)
        if first <= day <= last:
            kind = "letter" if day == first else "letter going"
            letters.append(element("span", letter(place), class_=kind))
    if letters:
        said.append(element("span", *letters, class_="letters"))
    return element("td", *said, class_=" ".join(kinds))
