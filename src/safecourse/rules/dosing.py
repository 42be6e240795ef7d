"""What ``safecourse dose`` answers: a day's amount of isotretinoin, its capsules, a course's total, what labels say.

The programme decides which country's label and capsules count. The answer is
the asked amount; where capsules don't make it, nearest amounts stand beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from safecourse.course.problems import quoted
from safecourse.rulebook.names import Named, UnknownName, look_up
from safecourse.rulebook.products import (
    COUNTRY_NAMES,
    Brand,
    Label,
    ProductTable,
    outside_the_programme,
    product_table,
)
from safecourse.rules import dose_advice
from safecourse.rules.dose_advice import Advice
from safecourse.rules.doses import (
    KG_LIMIT,
    MG_PER_DAY_LIMIT,
    DayAmount,
    Makeable,
    capsules_for,
    days_to,
    figures,
    mg_per_day,
    rounded,
    total_mg,
)

# Beyond these somebody typed another number than the one asked for.
MG_PER_KG_DAY_LIMIT = 10
TARGET_LIMIT = 1_000

# The countries whose packs are in use under a programme, by how its id begins.
_COUNTRIES = {"us": "US", "uk": "UK", "ca": "CA", "eu": "EU", "de": "EU", "fr": "EU", "it": "EU"}
_CREAMS = ("imiquimod", "pimecrolimus")


class NotDosable(ValueError):
    """The question can't be answered as it was put; ``problems`` holds a sentence for each thing that is wrong."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(problems))


@dataclass(frozen=True, slots=True)
class DoseAnswer:
    """A day's amount and what it is made of.

    ``target`` (mg/kg), ``total`` (mg) and ``days`` are empty without a target.
    ``even`` holds, where the doses of a day are unequal, a sum of more capsules
    that makes them equal. ``advice`` begins with what warns.
    """

    programme: str
    label: Label
    brand: Brand
    kg: Fraction
    mg_per_kg_day: Fraction
    doses_per_day: int
    made: Makeable
    even: tuple[DayAmount, ...]
    target: tuple[Fraction, ...]
    total: tuple[Fraction, ...]
    days: tuple[int, ...]
    advice: tuple[Advice, ...]

    def to_dict(self) -> dict[str, Any]:
        """The answer as ``--json`` prints it."""
        exact = self.made.exact
        document: dict[str, Any] = {
            "mg_per_day": rounded(self.made.asked),
            "mg_per_kg_day": rounded(self.mg_per_kg_day),
            "doses_per_day": self.doses_per_day,
            "capsules": _capsules(exact[0]) if exact else [],
            "makeable": bool(exact),
        }
        for total, days in zip(self.total, self.days, strict=True):
            document |= {"total_mg": rounded(total), "days": days, "mg_after_days": rounded(self.made.asked * days)}
        if exact:
            document["split"] = [rounded(one) for one in exact[0].split]
        else:
            document["nearest"] = [self._nearest(one) for one in self.made.sums]
        document |= {
            "programme": self.programme,
            "product": self.label.product.word,
            "brand": self.brand.name,
            "kg": rounded(self.kg),
            "advice": [one.to_dict() for one in self.advice],
        }
        return document

    def _nearest(self, amount: DayAmount) -> dict[str, Any]:
        error = amount.mg_per_day - self.made.asked
        # The amount by weight seldom ends within a few digits; it is rounded to four, the milligrams are exact.
        near: dict[str, Any] = {
            "mg_per_day": rounded(amount.mg_per_day),
            "mg_per_kg_day": rounded(amount.mg_per_day / self.kg),
            "capsules": _capsules(amount),
            "side": "below" if error < 0 else "above",
            "error_mg": rounded(error),
            "split": [rounded(one) for one in amount.split],
        }
        for total in self.total:
            near["days"] = days_to(total, amount.mg_per_day)
        return near


def _capsules(amount: DayAmount) -> list[dict[str, Any]]:
    return [{"mg": rounded(mg), "count": count} for mg, count in amount.capsules]


def dose(
    programme: str, product: str, kg: Fraction, mg_per_kg_day: Fraction, target_mg_per_kg: tuple[Fraction, ...] = ()
) -> DoseAnswer:
    """A day's amount under a programme; ``target_mg_per_kg`` holds one target or none.

    ``product`` is a word of course files or the name on a pack. NotDosable with
    every problem: numbers that can't be, a programme without amounts by weight,
    a product that is none or isn't sold there.
    """
    table = product_table()
    problems = [
        *_beyond("kg", kg, KG_LIMIT, "the weight in kilograms, such as 62.5", inclusive=False),
        *_beyond("mg-per-kg-day", mg_per_kg_day, MG_PER_KG_DAY_LIMIT, "mg for each kilogram and day, such as 0.5"),
    ]
    for target in target_mg_per_kg:
        problems += _beyond("target-mg-per-kg", target, TARGET_LIMIT, "mg for each kilogram in all, such as 120")
    if not problems and kg * mg_per_kg_day > MG_PER_DAY_LIMIT:
        amount = figures(kg * mg_per_kg_day)
        problems = [f"--kg and --mg-per-kg-day make {amount} mg a day, more than {MG_PER_DAY_LIMIT:,}; check both"]
    try:
        chosen = _chosen(programme, product, table)
    except NotDosable as wrong:
        raise NotDosable([*problems, *wrong.problems]) from None
    if problems:
        raise NotDosable(problems)
    return _answer(programme, chosen, (kg, mg_per_kg_day, target_mg_per_kg), table)


def _beyond(name: str, number: Fraction, most: int, asked: str, *, inclusive: bool = True) -> list[str]:
    if number > 0 and (number < most or (inclusive and number == most)):
        return []
    up_to = f"up to {most:,}" if inclusive else f"below {most:,}"
    return [f"--{name} can't be {figures(number)}; write {asked}, above 0 and {up_to}"]


@dataclass(frozen=True, slots=True)
class _Chosen:
    """The label that counts, what was asked for, what is handed over for it, and the capsules to use."""

    label: Label
    brand: Brand
    handed_over: Brand
    strengths: tuple[Fraction, ...]


def _answer(
    programme: str,
    chosen: _Chosen,
    numbers: tuple[Fraction, Fraction, tuple[Fraction, ...]],
    table: ProductTable,
) -> DoseAnswer:
    label = chosen.label
    kg, by_weight, target = numbers
    doses = int(label.rule("doses-per-day").least)
    made = capsules_for(mg_per_day(kg, by_weight), chosen.strengths, doses)
    total = tuple(total_mg(one, kg) for one in target)
    days = tuple(days_to(one, made.asked) for one in total)
    used = tuple(dict.fromkeys(mg for one in made.sums for mg, _ in one.capsules))
    advice = [
        *dose_advice.on_weight(kg),
        *dose_advice.on_amount(label, by_weight),
        *dose_advice.on_rounding(made),
        *dose_advice.on_standard(label, by_weight, target),
        *dose_advice.on_dividing(label, made.sums),
        *dose_advice.on_food(label),
        *(
            said
            for one in dict.fromkeys((chosen.brand, chosen.handed_over))
            for said in dose_advice.on_brand(one, used)
        ),
        *dose_advice.on_exchange(label, table),
    ]
    for one, count in zip(target, days, strict=True):
        end = dose_advice.ending(count, one / label.product.standard, label, table)
        advice += dose_advice.on_course(label, end)
    return DoseAnswer(
        programme=programme,
        label=label,
        brand=chosen.brand,
        kg=kg,
        mg_per_kg_day=by_weight,
        doses_per_day=doses,
        made=made,
        even=_even(made, chosen.strengths, doses),
        target=target,
        total=total,
        days=days,
        advice=tuple(sorted(advice, key=lambda one: not one.warns)),
    )


def _even(made: Makeable, strengths: tuple[Fraction, ...], doses: int) -> tuple[DayAmount, ...]:
    """The sum that makes all doses of a day equal, where the fewest capsules don't and another sum does."""
    if not made.exact or len(set(made.exact[0].split)) == 1:
        return ()
    return tuple(
        DayAmount(made.asked, tuple((mg, count * doses) for mg, count in one.capsules), one.split * doses)
        for one in capsules_for(made.asked / doses, strengths, 1).exact
    )


# ---- which label, which capsules -------------------------------------------------------------------------


def _chosen(programme: str, product: str, table: ProductTable) -> _Chosen:
    labels = table.labels_under(programme)
    wrong = [] if labels else [_no_label(programme, table)]
    try:
        named = look_up(product, table)
    except UnknownName as unknown:
        raise NotDosable([*wrong, f"--product: {unknown.args[0]}"]) from None
    if named.brands[0].product.ingredient in _CREAMS:
        wrong.append(f"--product: {named.brands[0].name} is a cream and has no dose by body weight; name isotretinoin")
    if wrong:
        raise NotDosable(wrong)
    # The programme of a label holds wherever the label does; any other in one country.
    countries = labels[0].countries if programme.endswith("-label") else (_COUNTRIES[programme[:2]],)
    sold = named.sold_in(countries)
    if not sold:
        raise NotDosable([_sold_elsewhere(named, programme, countries, table)])
    brand = sold[0]
    (label,) = (one for one in labels if one.product == brand.product)
    handed_over = brand
    if brand.sold == "ended":
        # Nobody hands it over any more: whoever asks for it gets another maker's capsules.
        (handed_over,) = table.generic(brand.product, countries[0])
    return _Chosen(label, brand, handed_over, named.strength or handed_over.strengths)


def _no_label(programme: str, table: ProductTable) -> str:
    known = ", ".join(sorted({one for label in table.labels for one in label.programmes}))
    for cream in _CREAMS:
        if cream in programme:
            return f"{quoted(programme)}: {cream} is a cream and has no dose by body weight; ask under one of {known}"
    return f"{quoted(programme)} is no programme with amounts by body weight; use one of {known}"


def _sold_elsewhere(named: Named, programme: str, countries: tuple[str, ...], table: ProductTable) -> str:
    brand = named.brands[0]
    where = " and ".join(COUNTRY_NAMES[one] for entry in named.brands for one in entry.countries)
    here = " and ".join(COUNTRY_NAMES[one] for one in countries)
    sold = {
        one.name
        for one in table.brands
        if one.product.ingredient == brand.product.ingredient and set(one.countries) & set(countries)
    }
    means = " ".join(one.says for one in outside_the_programme(countries[0], brand.product.ingredient, table)[:1])
    return (
        f"--product: {brand.name} is a product of {where}, not of {here}: {programme} doesn't cover it. {means} "
        f"Name one of {', '.join(sorted(sold, key=str.casefold))}"
    )
