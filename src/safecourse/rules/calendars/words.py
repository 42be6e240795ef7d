"""What a calendar says of a regimen, in plain sentences; every number comes from the rule book."""

from __future__ import annotations

from safecourse.rulebook.regimens import Limit, Regimen

PRODUCT_WORDS = {
    "isotretinoin": "isotretinoin",
    "absorica": "Absorica",
    "absorica-ld": "Absorica LD",
    "imiquimod-5": "imiquimod 5 %",
    "imiquimod-3.75": "imiquimod 3.75 %",
    "imiquimod-2.5": "imiquimod 2.5 %",
    "pimecrolimus-1": "pimecrolimus 1 %",
}


def products(those: tuple[str, ...]) -> str:
    """Products as people call them."""
    return " or ".join(PRODUCT_WORDS.get(one, one) for one in those)


def how_to_apply(regimen: Regimen) -> str:
    """How one application is done."""
    times = int(regimen.number("times-per-day")) if regimen.has("times-per-day") else 1
    parts = ["Apply once." if times == 1 else f"Apply at most {times} times on this day."]
    for limit in regimen.limits_of("hours-on-skin"):
        span = f"{limit.most:g}" if limit.least == limit.most else f"{limit.least:g} to {limit.most:g}"
        parts.append(f"Wash it off after {span} hours.{unverified(limit)}")
    for limit in regimen.limits_of("units-per-dose"):
        parts.append(f"Use at most {amount(limit.most, 'sachet')}.{unverified(limit)}")
    return " ".join(parts)


def about_the_course(regimen: Regimen) -> str:
    """What holds for a whole course; empty if the rule book says nothing of it."""
    parts = [f"Not more than {limit.most:g} cm² of skin." for limit in regimen.limits_of("area-cm2")]
    parts += [
        f"Use at most {amount(limit.most, 'sachet')} in the whole course.{unverified(limit)}"
        for limit in regimen.limits_of("units-per-course")
    ]
    return " ".join(parts)


def unverified(limit: Limit) -> str:
    """What a number takes for granted that nobody could verify, behind a space; empty where it was read."""
    return f" Unverified: {limit.assumption}" if limit.grade == "unverified" else ""


def amount(number: float, unit: str) -> str:
    """``1 sachet``, ``36 sachets``."""
    return f"{number:g} {unit}{'' if number == 1 else 's'}"


def span(days: int) -> str:
    """A number of days, in years or weeks where they are whole."""
    if days % 365 == 0:
        return amount(days // 365, "year")
    return amount(days // 7, "week") if days % 7 == 0 else amount(days, "day")


def ordinal(number: int) -> str:
    """``1st``, ``2nd``, ``11th``."""
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
