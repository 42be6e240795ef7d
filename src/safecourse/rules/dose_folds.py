"""Amounts by body weight, folded from prescriptions, supplies and weights.

Absorica LD is taken up better than other isotretinoin: 0.8 mg of it count as 1 mg. Adding up both is a policy, not a
label's rule; the rules that use the sum say so.
"""

from __future__ import annotations

from collections.abc import Mapping

from safecourse.course.model import Event
from safecourse.days import NEVER
from safecourse.rulebook.model import Fact
from safecourse.rules.folding import Bounds, Fold, Slots, State
from safecourse.rules.ledger import Ledger

# Milligrams of a product that count as one milligram of ordinary isotretinoin; all others count as they are.
STANDARD: Mapping[str, float] = {"absorica-ld": 0.8}
_DIGITS = 6  # far below what a capsule or a scale can tell


def compile_dose(fact: Fact, slots: Slots) -> Fold:
    """The function that folds an amount by body weight: a day's, or a course's so far."""
    return _per_day(fact, slots) if fact.part == "per-day" else _total(fact, slots)


def _per_day(fact: Fact, slots: Slots) -> Fold:
    """The amount a day of the last prescription, by the last weight; never without a prescription."""
    slot = slots[fact.name]
    products = frozenset(fact.among)

    def fold(state: State) -> None:
        ledger = state.ledger
        prescribed = [one for one in ledger.events(("prescribed",)) if one.fields["product"] in products]
        first = prescribed[-1].day if prescribed else NEVER
        if not ledger.covered(("prescribed",), first, ledger.as_of):
            return state.put_unknown(slot)
        if not prescribed:
            return None
        amounts = [one.fields.get("mg_per_day") for one in prescribed if one.day == first]
        kg = _weight(ledger)
        if kg <= 0 or any(not isinstance(one, (int, float)) for one in amounts):
            return state.put_unknown(slot)
        return state.put(slot, round(max(float(one) for one in amounts) / kg, _DIGITS))  # type: ignore[arg-type]  # numbers

    return fold


def _total(fact: Fact, slots: Slots) -> Fold:
    """What was taken since the course began: as recorded dose by dose, or as supplied and used up day by day."""
    slot, bounds = slots[fact.name], Bounds(fact, slots)
    kinds = ("prescribed", "dispensed", "dose-taken", "treatment-stopped", "treatment-started")

    def fold(state: State) -> None:
        ledger = state.ledger
        if state.unknown & bounds.mask:
            return state.put_unknown(slot)
        low = bounds.solve(state)[0]
        if not ledger.covered(kinds, low, ledger.as_of):
            return state.put_unknown(slot)
        doses = [one for one in ledger.events(("dose-taken",)) if one.day >= low]
        supplies = [one for one in ledger.events(("dispensed",)) if one.day >= low]
        given = _by_dose(doses, ledger) if any("mg" in one.fields for one in doses) else _by_supply(supplies, ledger)
        kg = _weight(ledger)
        if given < 0 or (given > 0 and kg <= 0):
            return state.put_unknown(slot)
        return state.put(slot, round(given / kg, _DIGITS) if given else 0)

    return fold


_UNKNOWN = -1.0


def _by_dose(doses: list[Event], ledger: Ledger) -> float:
    total = 0.0
    for one in doses:
        if "mg" not in one.fields:
            return _UNKNOWN
        total += float(one.fields["mg"]) / STANDARD.get(_product_on(one.day, ledger), 1.0)  # type: ignore[arg-type]  # a number
    return total


def _by_supply(supplies: list[Event], ledger: Ledger) -> float:
    """Supplies are used up one after another, a day's amount a day, until today or until treatment was stopped."""
    end = _last_day_of_use(ledger)
    total, cursor = 0.0, NEVER
    for one in supplies:
        prescribed = [each for each in ledger.events(("prescribed",)) if each.day <= one.day]
        if not prescribed or "mg_per_day" not in prescribed[-1].fields:
            return _UNKNOWN
        cursor = max(cursor, one.day)
        supply = int(one.fields["days_supply"])  # type: ignore[arg-type]  # a whole number
        used = max(0, min(supply, end - cursor + 1))
        per_day = float(prescribed[-1].fields["mg_per_day"])  # type: ignore[arg-type]  # a number
        total += used * per_day / STANDARD.get(str(prescribed[-1].fields["product"]), 1.0)
        cursor += supply
    return total


def _last_day_of_use(ledger: Ledger) -> int:
    stops, starts = ledger.events(("treatment-stopped",)), ledger.events(("treatment-started",))
    if stops and not (starts and starts[-1].day > stops[-1].day):
        return min(stops[-1].day, ledger.as_of)
    return ledger.as_of


def _product_on(day: int, ledger: Ledger) -> str:
    prescribed = [one for one in ledger.events(("prescribed",)) if one.day <= day]
    return str(prescribed[-1].fields["product"]) if prescribed else ""


def _weight(ledger: Ledger) -> float:
    """The last weight in kilograms; zero where nobody can know it."""
    weights = ledger.events(("weight",))
    first = weights[-1].day if weights else NEVER
    if not weights or not ledger.covered(("weight",), first, ledger.as_of):
        return 0.0
    return float(weights[-1].fields["kg"])  # type: ignore[arg-type]  # a number
