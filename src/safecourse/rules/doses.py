"""The arithmetic of isotretinoin amounts, in exact fractions: nothing is rounded unless a name says so.

Amounts are milligrams (mg), weights kilograms (kg), strengths milligrams a
capsule. A capsule is swallowed whole, so a day's amount is a sum of strengths or
it can't be made; what can't be made is answered with the nearest sums on both
sides, and choosing between them is the prescriber's.

Decisions that no source settles:

- **Fewest capsules, then the evenest doses, then the fewest strengths.** No source
  says how to choose among sums. A day's amount that is divided into doses takes at
  least one capsule for each dose where that can be done; where it can't, the split
  shows an empty dose, and who reads it has to say so.
- **Milligrams of Absorica LD count as 1/0.8 each** when amounts of a course are added
  up or compared with a target (the label's ranges stand in that proportion). This is
  a policy that no label states; see the product table's assumption.
- **A course's mg/kg by the last weight, unless asked otherwise.** Sources give the sum
  as milligrams over weight and name no rule for a weight that changes. The last weight
  is what a target still to be reached is worked out from, and what the gates use
  (``dose_folds``). ``weight="then"`` counts each milligram against the weight recorded
  when it was given. Both are kept, because a growing patient may have reached a target
  by one and not by the other: then nobody should be told that it is settled.
- **Whole days.** A target is reached during a day; ``days_to`` counts that day.
- **Weeks are weeks with doses.** Labels count the weeks of a course and don't say whether
  an interruption counts; the calendar length is kept beside it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import product as choices
from operator import mul
from typing import Literal

from safecourse.rulebook.products import ProductTable

WeightRule = Literal["last", "then"]

# Beyond these somebody slipped: grams for milligrams, pounds for kilograms, a day's amount for one by weight.
KG_LIMIT = 700
MG_PER_DAY_LIMIT = 1_000
DAYS_PER_WEEK = 7


@dataclass(frozen=True, slots=True)
class DayAmount:
    """A sum of capsules: ``capsules`` holds (strength, count) by falling strength, ``split`` the mg of each dose."""

    mg_per_day: Fraction
    capsules: tuple[tuple[Fraction, int], ...]
    split: tuple[Fraction, ...]

    @property
    def divided(self) -> bool:
        """Whether every dose holds a capsule."""
        return all(self.split)


@dataclass(frozen=True, slots=True)
class Makeable:
    """What strengths make of an asked amount.

    ``exact`` holds the sum that equals it, or nothing; then ``below`` holds the
    nearest smaller sum (nothing if the amount is below the smallest capsule)
    and ``above`` the nearest larger one.
    """

    asked: Fraction
    exact: tuple[DayAmount, ...]
    below: tuple[DayAmount, ...]
    above: tuple[DayAmount, ...]

    @property
    def sums(self) -> tuple[DayAmount, ...]:
        """Every sum that is named: the exact one, or those beside it."""
        return (*self.exact, *self.below, *self.above)


def mg_per_day(kg: Fraction, mg_per_kg_day: Fraction) -> Fraction:
    """A day's amount."""
    _refuse_unless_above_zero(kg=kg, mg_per_kg_day=mg_per_kg_day)
    return kg * mg_per_kg_day


def mg_per_kg_day(mg: Fraction, kg: Fraction) -> Fraction:
    """A day's amount by body weight; also what a prescribed amount has become when the weight changed."""
    _refuse_unless_above_zero(mg=mg, kg=kg)
    return mg / kg


def total_mg(target_mg_per_kg: Fraction, kg: Fraction) -> Fraction:
    """The amount of a whole course."""
    _refuse_unless_above_zero(target_mg_per_kg=target_mg_per_kg, kg=kg)
    return target_mg_per_kg * kg


def days_to(total: Fraction, per_day: Fraction, given: Fraction = Fraction(0)) -> int:
    """Whole days until a total is reached, counting the day on which it is; 0 if what was given is enough."""
    _refuse_unless_above_zero(total=total, per_day=per_day)
    if given < 0:
        raise ValueError(f"{given} mg can't have been given; write an amount from zero")
    return max(0, math.ceil((total - given) / per_day))


def weeks_of(days: int) -> Fraction:
    """Days as weeks."""
    return Fraction(days, DAYS_PER_WEEK)


def in_weeks(days: int) -> str:
    """Days as people say a long time: ``34 weeks and 2 days``; fewer than seven stay days."""
    weeks, rest = divmod(days, DAYS_PER_WEEK)
    parts = [f"{count} {one if count == 1 else one + 's'}" for count, one in ((weeks, "week"), (rest, "day")) if count]
    return " and ".join(parts) or "0 days"


def second_course_from(last_day: int, weeks_before_next: Fraction) -> int:
    """The first day (day number) on which another course may begin, counted from the last day of the one before."""
    return last_day + math.ceil(weeks_before_next * DAYS_PER_WEEK)


# ---- capsules --------------------------------------------------------------------------------------------


def capsules_for(asked: Fraction, strengths: Sequence[Fraction], doses: int) -> Makeable:
    """The capsules a day for an amount, divided into ``doses``; ValueError for amounts or strengths that can't be."""
    _refuse_unless_above_zero(asked=asked)
    if asked > MG_PER_DAY_LIMIT:
        raise ValueError(f"{figures(asked)} mg a day is more than {MG_PER_DAY_LIMIT} mg; check weight and amount")
    if not strengths or min(strengths) <= 0:
        raise ValueError("no capsule has a strength above zero; name the strengths in milligrams")
    if doses not in (1, 2):
        raise ValueError(f"labels know no division into {doses} doses; write 1 or 2")
    # Every sum of capsules is a multiple of what divides all strengths, so sums are counted in that unit.
    unit = _common_part(strengths)
    sizes = tuple(sorted({int(one / unit) for one in strengths}, reverse=True))
    units = asked / unit
    if units.denominator == 1 and _fewest(sizes, int(units)):
        return Makeable(asked, (_amount(sizes, int(units), unit, doses),), (), ())
    below = next((one for one in range(math.ceil(units) - 1, 0, -1) if _fewest(sizes, one)), 0)
    # Adding the smallest capsule to a sum makes a sum, so one lies at most that far above.
    above = next(one for one in range(math.floor(units) + 1, math.floor(units) + sizes[-1] + 1) if _fewest(sizes, one))
    return Makeable(
        asked,
        (),
        (_amount(sizes, below, unit, doses),) if below else (),
        (_amount(sizes, above, unit, doses),),
    )


def _common_part(numbers: Sequence[Fraction]) -> Fraction:
    scale = math.lcm(*(one.denominator for one in numbers))
    return Fraction(math.gcd(*(int(one * scale) for one in numbers)), scale)


@lru_cache(maxsize=32)
def _fewest_of_each(sizes: tuple[int, ...], most: int) -> tuple[int, ...]:
    """For each amount up to ``most`` the fewest capsules that make it; 0 where none do (and for nothing)."""
    fewest = [0] * (most + 1)
    for amount in range(1, most + 1):
        before = [fewest[amount - size] for size in sizes if size < amount and fewest[amount - size]]
        fewest[amount] = 1 if amount in sizes else 1 + min(before) if before else 0
    return tuple(fewest)


def _fewest(sizes: tuple[int, ...], amount: int) -> int:
    """The fewest capsules that make an amount; 0 if none do."""
    return _fewest_of_each(sizes, _rounded_up(amount))[amount] if amount > 0 else 0


def _rounded_up(amount: int) -> int:
    # Few different tables serve all amounts.
    return max(64, 1 << amount.bit_length())


def _amount(sizes: tuple[int, ...], amount: int, unit: Fraction, doses: int) -> DayAmount:
    """The best sum for an amount that can be made."""
    for count in range(max(doses, _fewest(sizes, amount)), amount // sizes[-1] + 1):
        found = list(_sums(sizes, amount, count))
        if found:
            break
    else:
        # Fewer capsules than doses, and no larger number makes it either: one dose stays empty.
        found = list(_sums(sizes, amount, _fewest(sizes, amount)))
    ranked = []
    for counts in found:
        split = _split(sizes, counts, doses)
        # Doses that are equal come first; of sums that are as even, that of fewer strengths, then of larger capsules.
        ranked.append((split[0] - split[-1], sum(map(bool, counts)), [-one for one in counts], counts, split))
    *_, counts, split = min(ranked)
    return DayAmount(
        amount * unit,
        tuple((size * unit, count) for size, count in zip(sizes, counts, strict=True) if count),
        tuple(one * unit for one in split),
    )


def _sums(sizes: tuple[int, ...], amount: int, count: int) -> list[tuple[int, ...]]:
    """All ways to make an amount of exactly ``count`` capsules: how many of each size."""
    size, *rest = sizes
    if not rest:
        return [(count,)] if size * count == amount else []
    found = []
    for taken in range(min(count, amount // size) + 1):
        left, capsules = amount - taken * size, count - taken
        if capsules * rest[-1] <= left <= capsules * rest[0]:
            found += [(taken, *others) for others in _sums(tuple(rest), left, capsules)]
    return found


def _split(sizes: tuple[int, ...], counts: tuple[int, ...], doses: int) -> tuple[int, ...]:
    """The capsules in one dose, or in two as even as whole capsules can be: the larger first, 0 if it is empty."""
    total = sum(size * count for size, count in zip(sizes, counts, strict=True))
    if doses == 1:
        return (total,)
    first = (sum(map(mul, sizes, taken)) for taken in choices(*(range(count + 1) for count in counts)))
    # Neither dose stays empty where there are capsules for both.
    most = total - 1 if sum(counts) > 1 else total
    larger = min(amount for amount in first if total <= 2 * amount <= 2 * most)
    return (larger, total - larger)


# ---- what was given --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Given:
    """A stretch of days with one amount of one product (a word of course files) at one recorded weight."""

    product: str
    mg_per_day: Fraction
    days: int
    kg: Fraction


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch of days without any."""

    days: int


@dataclass(frozen=True, slots=True)
class Cumulative:
    """What a course came to so far, in milligrams of ordinary isotretinoin (see ``standard_mg``)."""

    mg: Fraction
    by_last_weight: Fraction
    by_weight_then: Fraction
    days_with_doses: int
    days_in_all: int

    def mg_per_kg(self, weight: WeightRule = "last") -> Fraction:
        """The sum by body weight under one of the two rules."""
        return self.by_last_weight if weight == "last" else self.by_weight_then


def standard_mg(product: str, mg: Fraction, table: ProductTable) -> Fraction:
    """Milligrams of ordinary isotretinoin that milligrams of a product count as; ValueError if it is none."""
    found = table.product(product)
    if found.ingredient != "isotretinoin":
        raise ValueError(f"{product} is no isotretinoin, and its amounts can't be added to it; name another product")
    return mg / found.standard


def cumulative(parts: Sequence[Given | Gap], table: ProductTable) -> Cumulative:
    """The sum of what was given, in order of time; ValueError for amounts, days or weights that can't be."""
    total = by_then = Fraction(0)
    with_doses = in_all = 0
    kg = Fraction(0)
    for part in parts:
        if part.days < 0:
            raise ValueError(f"{part.days} days can't have passed; write a number from zero")
        in_all += part.days
        if isinstance(part, Gap):
            continue
        _refuse_unless_above_zero(mg_per_day=part.mg_per_day, kg=part.kg)
        mg = standard_mg(part.product, part.mg_per_day * part.days, table)
        total += mg
        by_then += mg / part.kg
        with_doses += part.days
        kg = part.kg
    return Cumulative(total, total / kg if kg else Fraction(0), by_then, with_doses, in_all)


# ---- numbers ---------------------------------------------------------------------------------------------


_DIGITS = 4


def figures(number: Fraction) -> str:
    """A number as people read it: all its digits if they end, else four of them after "about"."""
    return _exact(number) or f"about {float(round(number, _DIGITS)):g}"


def rounded(number: Fraction) -> int | float:
    """A number for JSON: whole, or exact if its digits end within what a float holds, else rounded to four."""
    if number.denominator == 1:
        return int(number)
    return float(number) if _exact(number) else float(round(number, _DIGITS))


_SAFE_DIGITS = 15  # a decimal of so many digits comes back from a float as it was written


def _exact(number: Fraction) -> str:
    """All digits of a number, without zeros at the end; nothing if they don't end or are too many."""
    if number.denominator == 1:
        return str(number.numerator)
    rest, twos, fives = number.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    places = max(twos, fives)
    digits = str(abs(number.numerator) * 10**places // number.denominator).rjust(places + 1, "0")
    if rest != 1 or len(digits) > _SAFE_DIGITS:
        return ""
    return f"{'-' if number < 0 else ''}{digits[:-places]}.{digits[-places:]}"


def _refuse_unless_above_zero(**numbers: Fraction) -> None:
    for name, number in numbers.items():
        if number <= 0:
            raise ValueError(f"{name} is {figures(number)}; write a number above zero")
