"""Numbers in a sentence that a rule could limit: how often a week, how often a day, how long, from what age."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from safecourse.leaflets.phrases import Hit, Search
from safecourse.leaflets.words import Word

PER_WEEK, PER_DAY, WEEKS, AGE, AMOUNT = "per-week", "per-day", "weeks", "age-years", "mg-per-kg-day"
KINDS = (PER_WEEK, PER_DAY, WEEKS, AGE, AMOUNT)

_EACH = "a/per/each/every/the"
_DOSE = "time/day/evening/night/application/dose/x/occasion"
_ALTERNATE = 3.5  # every other day, as times a week
_WEEKS_PER = {"day": 1 / 7, "week": 1.0, "fortnight": 2.0, "month": 52 / 12, "year": 52.0}
_YEARS_PER = {"day": 1 / 365, "week": 1 / 52, "month": 1 / 12, "year": 1.0}


@dataclass(frozen=True, slots=True)
class Measure:
    """A number with its kind, and where it stands."""

    kind: str
    value: float
    hit: Hit


def _number(words: tuple[Word, ...]) -> float:
    for word in words:
        if word.surface[0].isdigit():
            return float(word.surface)
        if word.surface in ("once", "twice", "thrice"):
            return {"once": 1.0, "twice": 2.0, "thrice": 3.0}[word.surface]
    return 1.0


def _span(words: tuple[Word, ...], per: dict[str, float]) -> float:
    unit = next((per[word.stem] for word in words if word.stem in per), 0.0)
    # Of "6 to 8 weeks" and "two or three months" the longest counts.
    numbers = [float(word.surface) for word in words if word.surface[0].isdigit()]
    return round(max(numbers, default=1.0) * unit, 2)


_PER_WEEK = (
    f"# {_DOSE} {_EACH} week", f"# {_DOSE} =weekly", "=once/=twice/=thrice =weekly",
    f"=once/=twice/=thrice {_EACH} week",
    "# consecutive/successive day .. week", "# day in a row .. week", "# of =7 day", "# =x week",
    f"# {_DOSE} during the week",
)  # fmt: skip
_ALTERNATING = ("every other day/night/evening", "alternate day/night", "every second/=2nd day/night", "every =2 day")
_DAILY = (
    "=once =daily", f"=once {_EACH} day/evening/night", "every/each day/evening/night/morning", "=daily", "=everyday",
    "=nightly", f"=1 time {_EACH} day", "day by day", "day after day",
    "=once every/each day", "day to day", "=1 =x day",
    "=7 day/time a/per week",
    "=formerly =daily", f"=formerly {_EACH} day",  # what a word spinner makes of "once"
)  # fmt: skip
# Only these say how often on one day; "every day" doesn't.
_ONCE = (
    "=once =daily",
    f"=once {_EACH} day/evening/night/morning",
    f"=1 time {_EACH} day",
    "=1 time =daily",
    "=1 =x day",
    "=1 =daily",
)
_PER_DAY = (
    f"# time/dose/application/x {_EACH} day", "# time =daily", "=twice/=thrice =daily", f"=twice/=thrice {_EACH} day",
    "# =x =daily", "# =x day", "# application/dose =daily", "=once or =twice =daily/a",
)  # fmt: skip
_DURATIONS = ("# day/week/month/year", "# to/or # day/week/month/year", "a/another week/month/fortnight/year")
_AGES = (
    "# year/month/week/day old", "# year/month/week/day of age", "# year/month and/or old/over/above/older/up",
    "age/ages of # year/month/week", "age/ages of #", "aged/age # year/month", "aged #",
    "as young as # year/month", "as young as #",
    "child/children/kid/toddler/infant/baby/babies/boy/girl/teenager/adolescent of/from/over/under/above # year/month",
    "child/children/kid/toddler/infant/baby/babies/boy/girl/teenager/adolescent of/from/over/under/above #",
    "child/children/kid/toddler/infant/baby/babies/boy/girl young/old than # year/month", "from # year", "from # month",
)  # fmt: skip
_AMOUNTS = (
    "# mg/milligram per kg/kilogram/kilo .. day/daily",
    "# mg kg .. day/daily",
    "# mg/milligram for each/every kg/kilogram .. day",
)

_SEARCH = Search(
    {
        PER_WEEK: _PER_WEEK,
        "alternating": _ALTERNATING,
        "daily": _DAILY,
        "once": _ONCE,
        PER_DAY: _PER_DAY,
        WEEKS: _DURATIONS,
        AGE: _AGES,
        AMOUNT: _AMOUNTS,
    }
)


def measures_of(words: tuple[Word, ...]) -> tuple[Measure, ...]:
    """The measures of a sentence; a daily rhythm is both 7 a week and once a day, twice a day is not once."""
    hits = _SEARCH.hits(words)
    return tuple(_measures(words, hits))


def _measures(words: tuple[Word, ...], hits: dict[str, list[Hit]]) -> Iterator[Measure]:
    for hit in hits.get(PER_WEEK, ()):
        yield Measure(PER_WEEK, _number(words[hit.start : hit.end]), hit)
    for hit in hits.get("alternating", ()):
        yield Measure(PER_WEEK, _ALTERNATE, hit)
    several = hits.get(PER_DAY, [])
    for hit in several:
        yield Measure(PER_DAY, _number(words[hit.start : hit.end]), hit)
    for hit in hits.get("once", ()):
        if not any(one.start <= hit.start < one.end for one in several):
            yield Measure(PER_DAY, 1.0, hit)
    for hit in (*hits.get("daily", ()), *several):
        yield Measure(PER_WEEK, 7.0, hit)
    for hit in hits.get(WEEKS, ()):
        yield Measure(WEEKS, _span(words[hit.start : hit.end], _WEEKS_PER), hit)
    for hit in hits.get(AGE, ()):
        piece = words[hit.start : hit.end]
        if piece[-1].surface[0].isdigit() and hit.end < len(words) and words[hit.end].stem in _YEARS_PER:
            continue  # "from 3" of "from 3 months": another phrase takes the unit with it
        named = any(word.stem in _YEARS_PER for word in piece)
        yield Measure(AGE, _span(piece, _YEARS_PER) if named else _number(piece), hit)
    for hit in hits.get(AMOUNT, ()):
        yield Measure(AMOUNT, _number(words[hit.start : hit.end]), hit)
