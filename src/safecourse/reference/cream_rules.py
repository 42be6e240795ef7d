"""What the labels of creams ask of a course before anything is applied: disease, conditions, prescriptions."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import timedelta

from safecourse.reference.records import ONE_DAY, Answer, Record, Seen, both, negated

# Who may let a course go on after a grave reaction.
MAY_LET_GO_ON = ("prescriber", "second-prescriber", "dermatologist", "gp", "specialist-nurse")


def diagnosed(record: Record, diseases: Collection[str]) -> Answer:
    """Whether one of these diseases was diagnosed."""
    return record.exists("diagnosed", lambda seen: seen.text("condition") in diseases)


def of_last_diagnosis(record: Record, disease: str, asked: Callable[[Seen], Answer]) -> Answer:
    """A question about the last diagnosis of a disease; of several of one day, all must satisfy."""
    last = record.last("diagnosed", lambda seen: seen.text("condition") == disease)
    if record.gap("diagnosed", last[0].day if last else None):
        return None
    if not last:
        return False
    return both(*(asked(seen) for seen in last))


def of_last_diagnosis_if_any(record: Record, disease: str, asked: Callable[[Seen], Answer]) -> Answer:
    """As above, but true where the disease was never diagnosed."""
    last = record.last("diagnosed", lambda seen: seen.text("condition") == disease)
    if record.gap("diagnosed", last[0].day if last else None):
        return None
    return both(*(asked(seen) for seen in last))


def one_of(field: str, values: Collection[str]) -> Callable[[Seen], Answer]:
    """Whether a field holds one of these words; unknown if it isn't stated."""

    def asked(seen: Seen) -> Answer:
        stated = seen.text(field)
        return None if stated is None else stated in values

    return asked


def at_most(field: str, most: float) -> Callable[[Seen], Answer]:
    """Whether a number is at most so much; unknown if it isn't stated."""

    def asked(seen: Seen) -> Answer:
        stated = seen.number(field)
        return None if stated is None else stated <= most

    return asked


def judged_by_prescriber(record: Record, matter: str, with_reason: bool = False) -> Answer:
    """Whether the prescriber judged this matter, and where asked for, said why."""

    def fits(seen: Seen) -> bool:
        if with_reason and seen.text("reason") is None:
            return False
        return seen.text("matter") == matter and seen.text("by") == "prescriber"

    return record.exists("judged", fits)


def free_of(record: Record, *group: str) -> Answer:
    """Whether the patient has none of these conditions: the last record of each holds, without a last day for good.

    What was recorded counts from then on, also where it is said to begin later: a course would run into it.
    """

    def present(seen: Seen) -> bool:
        until = seen.date("until")
        return until is None or record.today <= until

    return both(*(_last_is_not(record, "condition", _named("condition", one), present) for one in group))


def free_of_medicines(record: Record, group: Collection[str]) -> Answer:
    """Whether none of these medicines is or will be taken: the last record of each holds, if it has no end for good."""

    def current(seen: Seen) -> bool:
        stopped = seen.date("stopped")
        return stopped is None or record.today <= stopped

    return both(*(_last_is_not(record, "medication", _named("ingredient", one), current) for one in group))


def _named(field: str, word: str) -> Callable[[Seen], bool]:
    return lambda seen: seen.text(field) == word


def _last_is_not(record: Record, kind: str, fits: Callable[[Seen], bool], wrong: Callable[[Seen], bool]) -> Answer:
    last = record.last(kind, fits)
    if record.gap(kind, last[0].day if last else None):
        return None
    return not any(wrong(seen) for seen in last)


def no_pigmented_lesion(record: Record, diseases: Collection[str]) -> Answer:
    """Whether no pigmented lesion was diagnosed at or after the last diagnosis of the indication."""
    lesions = record.last("diagnosed", lambda seen: seen.text("condition") == "pigmented-lesion")
    last = record.last("diagnosed", lambda seen: seen.text("condition") in diseases)
    if lesions and not last:
        return None if record.gap("diagnosed", lesions[0].day) else False
    if any(not disease.after(lesion) for lesion in lesions for disease in last):
        return None if record.gap("diagnosed", lesions[0].day) else False
    return None if record.gap("diagnosed", last[0].day if last else None) else True


def may_go_on_after_reactions(
    record: Record, terms: Collection[str], severities: Collection[str] = ("life-threatening",)
) -> Answer:
    """Whether each grave reaction was followed, that day or later, by the judgement that the course may go on."""

    def grave(seen: Seen) -> bool:
        return seen.text("severity") in severities or seen.text("term") in terms

    return may_go_on_after(record, grave)


def may_go_on_after(record: Record, grave: Callable[[Seen], bool]) -> Answer:
    """Whether each reaction that is grave was followed, that day or later, by the judgement to go on."""

    def lets_go_on(seen: Seen) -> bool:
        return seen.text("matter") == "may-resume" and seen.text("by") in MAY_LET_GO_ON

    reactions = record.last("adverse-event", grave)
    judged = record.last("judged", lets_go_on)
    if reactions and (not judged or judged[0].day < reactions[0].day):
        return None if record.gap("judged", reactions[0].day) else False
    # A reaction of the day of the judgement is covered by it.
    return None if record.gap("adverse-event", judged[0].day + ONE_DAY if judged else None) else True


# ---- prescriptions -----------------------------------------------------------------------------------------


def last_prescription(record: Record, products: Collection[str]) -> list[Seen]:
    """The last prescription of the product; several where the record doesn't say which of one day came last."""
    return record.last("prescribed", lambda seen: seen.text("product") in products)


def prescribed_for_nothing_else(record: Record, products: Collection[str], diseases: Collection[str]) -> Answer:
    """Whether the last prescription of the product doesn't name another disease."""
    return _last_is_not(
        record,
        "prescribed",
        lambda seen: seen.text("product") in products,
        lambda seen: seen.text("indication") is not None and seen.text("indication") not in diseases,
    )


def prescribed_at_most(record: Record, products: Collection[str], field: str, most: float) -> Answer:
    """Whether the last prescription of the product doesn't state more than so much."""

    def more(seen: Seen) -> bool:
        stated = seen.number(field)
        return stated is not None and stated > most

    return _last_is_not(record, "prescribed", lambda seen: seen.text("product") in products, more)


def product_is_the_last_prescribed(record: Record, products: Collection[str], others: Collection[str] = ()) -> Answer:
    """Whether the product was prescribed, and no other strength of it on the day of its last prescription or since."""
    last = last_prescription(record, products)
    if record.gap("prescribed", last[0].day if last else None):
        return None
    if not last:
        return False
    since = [
        seen
        for seen in record.all("prescribed")
        if seen.text("product") in others and seen.text("product") not in products
    ]
    return not any(seen.day >= last[0].day for seen in since)


def prescription_is_unused(record: Record, products: Collection[str]) -> Answer:
    """A prescription of the product on a later day than the last dispense that wasn't returned."""
    used = None
    standing: list[Seen] = []
    handling = record.all("dispensed", "returned")
    # A return presupposes a dispense: of one day without instants, the dispense came first.
    for seen in sorted(handling, key=lambda each: (each.day, _order(each, handling))):
        if seen.kind == "dispensed":
            standing.append(seen)
        elif standing:
            standing.pop()
    if standing:
        used = standing[-1].day
    last = last_prescription(record, products)
    if last and (used is None or last[0].day > used):
        return None if record.gap("dispensed", last[0].day) else True
    if record.gap("prescribed", used + timedelta(days=1) if used else None):
        return None
    if last and used is not None and record.gap("returned", used):
        return None
    return False


def _order(seen: Seen, others: list[Seen]) -> float:
    same_day = [other for other in others if other.day == seen.day]
    if all(other.moment is not None for other in same_day) and seen.moment is not None:
        return seen.moment.timestamp()
    return 1.0 if seen.kind == "returned" else 0.0


# ---- going on ----------------------------------------------------------------------------------------------


def not_resting(record: Record) -> Answer:
    """Whether no rest is on: each that began has ended, and not merely on the same day by a record without instants."""
    return _is_followed(record, ("rest-started",), ("rest-ended",))


def not_stopped(record: Record) -> Answer:
    """Whether the treatment wasn't stopped or given up on or after the day on which it last started."""
    return _is_followed(record, ("treatment-stopped", "discontinued"), ("treatment-started",))


def not_over(record: Record) -> Answer:
    """Whether no flare has ended, by the patient's word or by clear skin, without another having begun since."""
    ended = [seen for seen in record.all("flare-ended", "outcome") if _ends_flare(seen)]
    return _all_followed(record, ended, ("flare-ended", "outcome"), ("flare-started",))


def _ends_flare(seen: Seen) -> bool:
    return seen.kind == "flare-ended" or seen.text("assessment") == "clear"


def _is_followed(record: Record, kinds: tuple[str, ...], by: tuple[str, ...]) -> Answer:
    return _all_followed(record, record.all(*kinds), kinds, by)


def _all_followed(record: Record, halts: list[Seen], kinds: tuple[str, ...], by: tuple[str, ...]) -> Answer:
    """Whether each halt is known to be followed by an event that lifts it."""
    lifts = record.all(*by)
    standing = [halt for halt in halts if not any(lift.after(halt) for lift in lifts)]
    if standing:
        return None if record.gaps(by, standing[0].day) else False
    last = max((lift.day for lift in lifts), default=None)
    return negated(record.gaps(kinds, last)) or None
