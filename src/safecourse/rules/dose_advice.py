"""What labels say about an amount of isotretinoin, as advice with source and grade; nothing here forbids.

The two rules for ending a course, by weeks and by amount, come from different
labels and often disagree: at 0.5 mg/kg a day twenty weeks come to 70 mg/kg, at 1
mg/kg a day to 140. So they are never said one beside the other: each of the nine
states that they can be in has one statement, with one conclusion.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from safecourse.rulebook.model import Source
from safecourse.rulebook.products import Brand, Evidence, Label, ProductTable, weakest
from safecourse.rules.doses import Cumulative, DayAmount, Makeable, figures, in_weeks, weeks_of

# Weights beyond these are possible, and far more often pounds, grams or a slip.
RARE_KG = (25, 250)

_OWN = Source("safecourse", "safecourse's own reading where no source states a rule", "docs/adr/0005", "2026-11-25")


@dataclass(frozen=True, slots=True)
class Advice:
    """One statement; ``warns`` marks what lies outside a label or asks somebody to look again."""

    says: str
    evidence: tuple[Evidence, ...]
    warns: bool

    @property
    def source(self) -> str:
        """Titles and addresses of what it rests on."""
        return "; ".join(dict.fromkeys(f"{one.source.title} ({one.source.url})" for one in self.evidence))

    @property
    def titles(self) -> str:
        """Only the titles, for people who read on."""
        return "; ".join(dict.fromkeys(one.source.title for one in self.evidence))

    @property
    def grade(self) -> str:
        """The grade of the weakest thing that it rests on."""
        return weakest(self.evidence).grade

    @property
    def assumption(self) -> str:
        """What is assumed where nobody could verify it; "" if nothing is."""
        return " ".join(dict.fromkeys(one.assumption for one in self.evidence if one.assumption))

    def to_dict(self) -> dict[str, str]:
        """The statement as JSON shows it; ``assumption`` only where there is one."""
        shown = {"says": self.says, "source": self.source, "grade": self.grade}
        return {**shown, "assumption": self.assumption} if self.assumption else shown


def _own(says: str, assumption: str) -> Advice:
    return Advice(says, (Evidence(_OWN, "unverified", assumption),), warns=True)


# ---- the amount a day ------------------------------------------------------------------------------------


def on_amount(label: Label, mg_per_kg_day: Fraction) -> Iterable[Advice]:
    """Whether a day's amount lies in the label's range, and with what treatment begins."""
    usual = label.rule("mg-per-kg-day")
    asked, span = figures(mg_per_kg_day), f"{figures(usual.least)} to {figures(usual.most)} mg/kg a day"
    if mg_per_kg_day < usual.least:
        says = f"{asked} mg/kg a day is below the label's usual {span}."
        yield Advice(says, (usual.evidence,), warns=True)
    elif mg_per_kg_day > usual.most and label.has("adult-mg-per-kg-day"):
        most = label.rule("adult-mg-per-kg-day")
        says = f"{asked} mg/kg a day is above the label's usual {span}."
        if mg_per_kg_day > most.most:
            says += f" It is also above the most that the label names, {figures(most.most)}, {most.when}."
        else:
            says += f" The label goes up to {figures(most.most)} only {most.when}."
        yield Advice(says, (usual.evidence, most.evidence), warns=True)
    elif mg_per_kg_day > usual.most:
        says = f"{asked} mg/kg a day is above the label's usual {span}; no larger amount was read there."
        yield Advice(says, (usual.evidence,), warns=True)
    if label.has("start-mg-per-kg-day"):
        start = label.rule("start-mg-per-kg-day")
        if mg_per_kg_day > start.most:
            says = f"Treatment begins with {figures(start.most)} mg/kg a day; more is for later, by how it works."
            yield Advice(says, (start.evidence,), warns=False)
    if label.has("start-mg-severe-renal-impairment"):
        kidneys = label.rule("start-mg-severe-renal-impairment")
        says = f"With severely impaired kidneys it begins with about {figures(kidneys.most)} mg a day, {kidneys.when}."
        yield Advice(says, (kidneys.evidence,), warns=False)


def on_weight(kg: Fraction) -> Iterable[Advice]:
    """A weight that hardly anybody has who may take isotretinoin."""
    if not RARE_KG[0] <= kg <= RARE_KG[1]:
        yield _own(
            f"{figures(kg)} kg is rare from the age of twelve on, and isotretinoin is for nobody younger: weigh again.",
            f"Weights beyond {RARE_KG[0]} to {RARE_KG[1]} kg are taken for a likely slip; no source draws this line.",
        )


def on_dividing(label: Label, amounts: Iterable[DayAmount]) -> Iterable[Advice]:
    """Into how many doses a day's amount is divided, and whether its capsules can be."""
    rule = label.rule("doses-per-day")
    if rule.least == rule.most:
        when = f"; {rule.when}" if rule.when else ""
        says = f"The day's amount is divided into {figures(rule.most)} doses{when}."
    else:
        says = f"The day's amount is taken at once, or divided into up to {figures(rule.most)} doses."
    yield Advice(says, (rule.evidence,), warns=False)
    for amount in amounts:
        if not amount.divided:
            says = (
                f"{figures(amount.mg_per_day)} mg a day is one capsule, which is swallowed whole: "
                f"it can't be divided into {figures(rule.least)} doses as the label asks."
            )
            yield Advice(says, (rule.evidence,), warns=True)


def on_food(label: Label) -> Iterable[Advice]:
    """Whether it is taken with a meal."""
    rule = label.rule("with-food")
    says = "Each dose is taken with a meal." if rule.most else "It may be taken with or without food."
    evidence = [rule.evidence]
    if label.has("fasting-percent-lower"):
        lower = label.rule("fasting-percent-lower")
        says += f" Without food, levels in the blood nearly {figures(lower.most)} % lower are reported."
        evidence.append(lower.evidence)
    yield Advice(says, tuple(evidence), warns=False)


def on_rounding(made: Makeable) -> Iterable[Advice]:
    """That nobody says how to round to capsules; nothing where the capsules make the amount."""
    if not made.exact:
        yield _own(
            f"These capsules don't make {figures(made.asked)} mg a day; the prescriber chooses one that they make.",
            "No source says whether to round an amount up or down to capsules, so it isn't rounded.",
        )


# ---- the product -----------------------------------------------------------------------------------------


def on_brand(brand: Brand, strengths: Iterable[Fraction]) -> Iterable[Advice]:
    """What is to be known of a brand, and of what else its capsules hold."""
    if brand.says:
        yield Advice(brand.says, (brand.says_evidence,), warns=brand.sold == "ended")
    if not brand.excipients:
        yield Advice(
            f"What else {brand.name} holds was not read: with an allergy to soya, peanut or a dye look on the pack.",
            (Evidence(_OWN, "unverified", "An ingredient that was not read may be there."),),
            warns=False,
        )
    for excipient in brand.excipients:
        holding = [one for one in strengths if excipient.is_in(one)]
        if holding:
            which = "" if not excipient.strengths else f" of {', '.join(figures(one) for one in holding)} mg"
            says = f"{brand.name}{which} holds {excipient.what}: mind {excipient.concerns}."
            yield Advice(says, (excipient.evidence,), warns=False)
    if brand.sold == "listed" and brand.strengths_evidence.grade in ("secondary", "unverified"):
        says = f"Which capsules of {brand.name} there are was not read in its label: ask the pharmacy."
        yield Advice(says, (brand.strengths_evidence,), warns=False)


def on_exchange(label: Label, table: ProductTable) -> Iterable[Advice]:
    """What the product is never handed over for."""
    for pair in table.apart:
        if label.product.word in (pair.one, pair.other) and label.product.standard != 1:
            other = pair.other if pair.one == label.product.word else pair.one
            says = f"Never one for the other, {label.product.word} and {other}. {pair.why}"
            yield Advice(says, (pair.evidence,), warns=False)


def on_standard(label: Label, mg_per_kg_day: Fraction, target: tuple[Fraction, ...]) -> Iterable[Advice]:
    """What the amounts count as in ordinary isotretinoin; nothing for products that count as they are."""
    rate = label.product.standard
    if rate == 1:
        return
    says = (
        f"All milligrams are of {label.product.word}. {figures(mg_per_kg_day)} mg/kg a day of it count as "
        f"{figures(mg_per_kg_day / rate)} of ordinary isotretinoin."
    )
    for one in target:
        says += (
            f" A whole course of {figures(one)} mg/kg of it counts as {figures(one / rate)}; "
            f"for {figures(one)} of ordinary isotretinoin ask for {figures(one * rate)}."
        )
    yield Advice(says, (label.product.evidence,), warns=bool(target))


# ---- ending a course -------------------------------------------------------------------------------------

Standing = Literal["before", "within", "beyond"]
Conclusion = Literal["go-on", "may-end", "end"]

# By weeks and by amount. More time and more medicine never turn a conclusion back.
CONCLUSIONS: Mapping[tuple[Standing, Standing], Conclusion] = {
    ("before", "before"): "go-on",
    ("before", "within"): "may-end",
    ("before", "beyond"): "end",
    ("within", "before"): "may-end",
    ("within", "within"): "may-end",
    ("within", "beyond"): "end",
    ("beyond", "before"): "may-end",
    ("beyond", "within"): "end",
    ("beyond", "beyond"): "end",
}
_IN_WORDS: Mapping[tuple[Standing, Standing], str] = {
    ("before", "before"): "Neither speaks for ending yet.",
    ("before", "within"): "The amount speaks for ending, the weeks don't: it may end, or go on to the larger amount.",
    ("before", "beyond"): "More brings no substantial benefit: it ends, although the usual weeks are not over.",
    ("within", "before"): "The weeks speak for ending, the amount doesn't: it may end, or go on to the amount.",
    ("within", "within"): "Both speak for ending; going on to the end of either span is still usual.",
    ("within", "beyond"): "More brings no substantial benefit: it ends.",
    (
        "beyond",
        "before",
    ): "The weeks are over without the amount, as with low doses: it may end, or go on with reason.",
    ("beyond", "within"): "Both speak for ending: it ends.",
    ("beyond", "beyond"): "Both are passed: it ends.",
}
_STANDS: Mapping[Standing, str] = {"before": "are not reached", "within": "are reached", "beyond": "are passed"}
_AMOUNT_OF = "eu-isotretinoin"  # the label that names an amount for a whole course


@dataclass(frozen=True, slots=True)
class Ending:
    """Whether a course may end, by both rules together: one conclusion and one statement."""

    weeks: Standing
    amount: Standing
    conclusion: Conclusion
    advice: Advice


def standing(value: Fraction, least: Fraction, most: Fraction) -> Standing:
    """Where a value stands to a span, both ends inclusive."""
    return "before" if value < least else "within" if value <= most else "beyond"


def ending(days: int, mg_per_kg: Fraction, label: Label, table: ProductTable) -> Ending:
    """What both rules say after so many days with doses and so much, in ordinary isotretinoin."""
    length = label.rule("course-weeks")
    whose = label if label.has("total-mg-per-kg") else table.label(_AMOUNT_OF)
    total = whose.rule("total-mg-per-kg")
    state = (
        standing(weeks_of(days), length.least, length.most),
        standing(mg_per_kg, total.least, total.most),
    )
    says = (
        f"After {in_weeks(days)}, with {figures(mg_per_kg)} mg/kg: the {label.owner} label's usual "
        f"{figures(length.least)} to {figures(length.most)} weeks {_STANDS[state[0]]}; the {whose.owner} label's "
        f"{figures(total.least)} to {figures(total.most)} mg/kg {_STANDS[state[1]]}. {_IN_WORDS[state]}"
    )
    warns = CONCLUSIONS[state] == "end"
    return Ending(*state, CONCLUSIONS[state], Advice(says, (length.evidence, total.evidence), warns))


def ending_of(course: Cumulative, label: Label, table: ProductTable) -> Ending:
    """What both rules say of what was given so far.

    Where the last weight and the weights of the time lead to different
    conclusions, neither is settled: the course may end.
    """
    last = ending(course.days_with_doses, course.by_last_weight, label, table)
    then = ending(course.days_with_doses, course.by_weight_then, label, table)
    if last.conclusion == then.conclusion:
        return last
    says = (
        f"By the last weight the course came to {figures(course.by_last_weight)} mg/kg, by the weights recorded at "
        f"the time to {figures(course.by_weight_then)}; no source says which counts. The prescriber decides."
    )
    assumption = "No label says by which weight an amount is counted when the weight changes."
    evidence = (*last.advice.evidence, Evidence(_OWN, "unverified", assumption))
    return Ending(last.weeks, last.amount, "may-end", Advice(says, evidence, warns=True))


def on_course(label: Label, end: Ending) -> Iterable[Advice]:
    """What is said beside a course's end: that it may come early, what the amount rests on, when the next may begin."""
    yield end.advice
    if label.has("early-end-percent") and end.conclusion == "go-on":
        early = label.rule("early-end-percent")
        says = f"It may end earlier once the nodules are fewer by more than {figures(early.most)} %."
        yield Advice(says, (early.evidence,), warns=False)
    if label.has("total-studies"):
        studies = label.rule("total-studies")
        says = f"The amount for a whole course rests on {figures(studies.most)} studies of low grade."
        yield Advice(says, (studies.evidence,), warns=False)
    rest = label.rule("weeks-before-next")
    says = f"Another course begins {figures(rest.least)} weeks after the end of this one at the earliest."
    yield Advice(says, (rest.evidence,), warns=False)
