"""The four folds that read more than one event at once.

They are few on purpose: a new one is a decision (see docs/adr/0003), not a
convenience.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from safecourse.course.model import UNSTATED, Event
from safecourse.days import NEVER, OPEN, add_months, calendar_date
from safecourse.rulebook.model import CODES, CategoryRule, Fact
from safecourse.rules.filtering import MAYBE, matcher
from safecourse.rules.folding import Bounds, Fold, Slots, State, Tie, admitted
from safecourse.rules.ledger import Ledger, comes_after

CAN = CODES["can-become-pregnant"]
UNSETTLED = 0


def compile_special(fact: Fact, slots: Slots, filters: Mapping[str, int], categories: tuple[CategoryRule, ...]) -> Fold:
    """The function that folds a fact of one of the four special kinds."""
    if fact.fold == "run-start":
        return _run_start(fact, slots, filters[fact.name])
    if fact.fold == "agreement":
        return _agreement(fact, slots, filters[fact.name])
    if fact.fold == "certificate":
        return _certificate(fact, slots)
    return _conclusion(fact, slots, categories)


def _run_start(fact: Fact, slots: Slots, number: int) -> Fold:
    """The first day of the last unbroken run of declarations whose field stays the same."""
    slot, bounds = slots[fact.name], Bounds(fact, slots)
    broken_by = slots[fact.broken_by] if fact.broken_by else -1
    mask = bounds.mask | (1 << broken_by if broken_by >= 0 else 0)

    def fold(state: State) -> None:
        ledger = state.ledger
        if state.unknown & mask:
            return state.put_unknown(slot)
        low, high, ties = bounds.solve(state)
        sure = admitted(state.picked(number)[0], low, high, ties)
        broken = state.values[broken_by] if broken_by >= 0 else NEVER
        start, declared, run = NEVER, low, None
        for event in sure:
            if event.day <= broken:
                continue
            kept = frozenset(event.fields[fact.same])  # type: ignore[arg-type]  # a list field, see refusals
            stated = event.fields.get(fact.stated)
            if stated is not None:
                start = max(stated, broken)  # type: ignore[assignment]  # a day field, see refusals
            elif kept != run:
                start = event.day
            if kept != run:
                declared, run = event.day, kept
        if not ledger.covered(fact.events, declared, high):
            return state.put_unknown(slot)
        return state.put(slot, start)

    return fold


def _agreement(fact: Fact, slots: Slots, number: int) -> Fold:
    """The day of the last party's declaration, if all parties' last declarations say the same."""
    slot, bounds, (kind,) = slots[fact.name], Bounds(fact, slots), fact.events
    last_party, filtered = fact.parties[-1], bool(fact.conditions)

    def fold(state: State) -> None:
        ledger = state.ledger
        if state.unknown & bounds.mask:
            return state.put_unknown(slot)
        low, high, ties = bounds.solve(state)
        declared = state.picked(number)[0] if filtered else ledger.kinds.get(kind, _NOBODY)
        own = _last_day_of(declared, last_party, low, high, ties)
        if not own:
            return None if ledger.covered(fact.events, low, high) else state.put_unknown(slot)
        words: Any = own[0].fields[fact.value]
        agreed = all(_same(one.fields[fact.value], words) for one in own)
        earliest = own[0].day
        for party in fact.parties[:-1]:
            theirs = _last_day_of(declared, party, NEVER, OPEN, ())
            if not theirs:
                return None if ledger.covered(fact.events, NEVER, ledger.as_of) else state.put_unknown(slot)
            agreed = agreed and all(_same(one.fields[fact.value], words) for one in theirs)
            earliest = min(earliest, theirs[0].day)
        if not ledger.covered(fact.events, earliest, ledger.as_of):
            return state.put_unknown(slot)
        return state.put(slot, own[-1].day, own[-1].moment) if agreed else None

    return fold


def _same(one: Any, other: Any) -> bool:
    return one == other or frozenset(one) == frozenset(other)


def _last_day_of(declared: list[Event], party: str, low: int, high: int, ties: tuple[Tie, ...]) -> list[Event]:
    """A party's last declaration between two days, and all that may be as late; nothing if there is none."""
    found: list[Event] = []
    for one in reversed(declared):
        if one.day < low or (found and one.day != found[0].day):
            break
        if one.fields["by"] == party and one.day <= high and (not ties or admitted([one], low, high, ties)):
            found.append(one)
    return found if len(found) < 2 else _last_ones(found[::-1])


def _last_ones(events: list[Event]) -> list[Event]:
    """The last event and all that may be as late."""
    last = events[-1]
    if len(events) == 1 or events[-2].day != last.day:
        return [last]
    return [one for one in events if one.day == last.day and not any(comes_after(other, one) for other in events)]


def _certificate(fact: Fact, slots: Slots) -> Fold:
    """The last valid day of the certificate of the one who acts; never without one that counts."""
    slot, bounds = slots[fact.name], Bounds(fact, slots)
    kinds, role, match = ("certified", "decertified"), fact.role, matcher(fact.conditions)

    def fold(state: State) -> None:
        ledger = state.ledger
        held = [one for one in ledger.kinds.get("certified", _NOBODY) if one.fields["role"] == role]
        if len(held) == 1 and ledger.complete and "decertified" not in ledger.kinds and "who" not in held[0].fields:
            state.values[slot] = _valid_until(fact, held[0])
            return None
        ended = [one for one in ledger.kinds.get("decertified", ()) if one.fields["role"] == role]
        if len(held) > 1 or ended or (held and "who" in held[0].fields):
            actor = None if state.unknown & bounds.mask else _actor(fact, match, ledger, *bounds.solve(state))
            whose = None if actor is None else _of_actor(held, ended, actor)
            if whose is None:
                return state.put_unknown(slot)
            held = whose
        if not held:
            return None if ledger.covered(kinds, NEVER, ledger.as_of) else state.put_unknown(slot)
        latest = _last_ones(held)
        if not ledger.covered(kinds, latest[0].day, ledger.as_of):
            return state.put_unknown(slot)
        return state.put(slot, min(_valid_until(fact, one) for one in latest))

    return fold


def _of_actor(held: list[Event], ended: list[Event], actor: str) -> list[Event] | None:
    """The certificates of the one who acts that weren't ended; None if nobody can tell whose they are.

    A certificate or an end without a name may be anybody's. Several unnamed
    certificates, or several names and no actor, leave the matter open. Whoever
    has certificates of that name has no other. Where nobody is named as
    acting, an unnamed certificate counts before named ones.
    """
    if actor:
        own = [one for one in held if one.fields.get("who") == actor]
        held = own or [one for one in held if "who" not in one.fields]
        ended = [one for one in ended if one.fields.get("who", actor) == actor]
    elif any("who" not in one.fields for one in held):
        # An unnamed certificate is whoever acts's; those with a name are others'. An end with a name may be of theirs.
        held = [one for one in held if "who" not in one.fields]
    names = {one.fields.get("who", "") for one in (*held, *ended)}
    kept = [one for one in held if all(comes_after(one, end) for end in ended)]
    if not actor and len(names) > 1:
        return None
    return None if sum(1 for one in kept if "who" not in one.fields) > 1 else kept


def _valid_until(fact: Fact, certificate: Event) -> int:
    if "until" in certificate.fields:
        return int(certificate.fields["until"])  # type: ignore[arg-type]  # a day field
    if fact.term_months == 0:
        return OPEN
    return add_months(certificate.day, fact.term_months, "later") - 1


def acting_one(fact: Fact, slots: Slots, state: State) -> str | None:
    """Who acts, by the acts that a certificate's fact names; empty if they name nobody, None if nobody can tell."""
    bounds = Bounds(fact, slots)
    if state.unknown & bounds.mask:
        return None
    return _actor(fact, matcher(fact.conditions), state.ledger, *bounds.solve(state))


def _actor(
    fact: Fact, match: Callable[[Mapping[str, Any]], int], ledger: Ledger, low: int, high: int, ties: tuple[Tie, ...]
) -> str | None:
    """Who acts; empty if the act names nobody, None if nobody can tell.

    Kinds of act are tried in the order of the file: who signed the
    prescription acts, and before there is one, who confirmed the month.
    """
    for kind in fact.actor:
        acts = [one for one in admitted(ledger.kinds.get(kind, _NOBODY), low, high, ties) if match(one.fields)]
        if not ledger.covered((kind,), acts[-1].day if acts else low, high):
            return None  # somebody may have acted unseen
        if acts:
            names = {str(one.fields.get("who", one.fields.get("pharmacy", ""))) for one in _last_ones(acts)}
            return names.pop() if len(names) == 1 else None
    return ""


# ---- category ----------------------------------------------------------------------------------


def _conclusion(fact: Fact, slots: Slots, categories: tuple[CategoryRule, ...]) -> Fold:
    """What follows from the last classification: its category, since when, or whether anything disagrees with it."""
    slot, born, stated = slots[fact.name], slots["born"], slots["patient_category"]
    part = fact.part

    def fold(state: State) -> None:
        ledger = state.ledger
        classified = ledger.kinds.get("classified", _NOBODY)
        if not ledger.complete:
            start = classified[-1].day if classified and part != "changed" else NEVER
            if not ledger.covered(("classified",), start, ledger.as_of):
                return state.put_unknown(slot)
        concluded = state.conclusions
        if not concluded and classified:
            birth = UNSTATED if state.unknown >> born & 1 else state.values[born]
            concluded = [(one, conclude(one.fields, one.day, birth, categories, ledger)) for one in classified]
            state.conclusions = concluded
        if part == "changed":
            return _put_changed(slot, state, concluded)
        last = concluded
        if len(concluded) > 1:
            latest = _last_ones(classified)
            last = [(one, code) for one, code in concluded if one in latest]
        code = CAN
        if last and all(one != CAN for _, one in last):
            code = min(one for _, one in last)
        if code == UNSETTLED:
            return state.put_unknown(slot)
        if part == "category":
            state.values[slot] = code
            return None
        # Of one day, each classification must bear out its own category, and all the same one.
        disagrees = any(_says(one) != code or own not in (code, UNSETTLED) for one, own in last)
        if not state.unknown >> stated & 1 and state.values[stated] != code:
            disagrees = True
        if not disagrees and any(own == UNSETTLED for _, own in last):
            return state.put_unknown(slot)
        state.values[slot] = int(disagrees)
        return None

    return fold


_NOBODY: list[Event] = []


def _put_changed(slot: int, state: State, concluded: list[tuple[Event, int]]) -> None:
    """The day of the last change to a category that can become pregnant; never if there was no other before it."""
    if len(concluded) < 2:
        return None
    if any(code == UNSETTLED for _, code in concluded):
        return state.put_unknown(slot)
    ordered = sorted(concluded, key=lambda pair: (pair[0].day, pair[0].moment, pair[1] == CAN))
    for place in range(len(ordered) - 1, 0, -1):
        (before, was), (now, is_) = ordered[place - 1], ordered[place]
        # Who was only said to be unable to become pregnant, without support, was treated so all the same.
        treated_so = _says(before) != CAN == _says(now)
        if is_ == CAN and (was != CAN or treated_so):
            return state.put(slot, now.day, now.moment)
    return None


def _says(classified: Event) -> int:
    return CODES[str(classified.fields["category"])]


def conclude(
    fields: Mapping[str, Any], day: int, born: int, categories: tuple[CategoryRule, ...], ledger: Ledger
) -> int:
    """The code of the category that follows from a classification's criteria; UNSETTLED if nobody can tell."""
    criteria = fields.get("criteria", ())
    answer = CAN
    for rule in categories:
        if rule.criteria and not criteria:
            continue
        if rule.criteria and not any(one in criteria for one in rule.criteria):
            continue
        verdict = _rule_holds(rule, fields, day, born, ledger)
        if verdict == 1 and rule.settled:
            return CODES[rule.category]
        if verdict:
            answer = UNSETTLED
    return answer


def _rule_holds(rule: CategoryRule, fields: Mapping[str, Any], day: int, born: int, ledger: Ledger) -> int:
    if any(fields.get(name, "") != value for name, value in rule.needs):
        return 0
    if rule.judged and fields.get("category") != rule.category:
        return 0  # a judgement supports the category that was chosen because of it, and no other
    if rule.judged and not any(
        one.fields["matter"] == rule.judged and one.fields["by"] == "prescriber"
        for one in ledger.kinds.get("judged", ())
    ):
        return 0 if ledger.covered(("judged",), NEVER, ledger.as_of) else MAYBE
    if rule.age_from > 0 or rule.age_to < 999:
        if born == UNSTATED:
            return MAYBE
        return int(rule.age_from <= completed_years(born, day) <= rule.age_to)
    return 1


def completed_years(born: int, day: int) -> int:
    """Age in completed years; somebody born on 29 February is a year older from 1 March."""
    birth, today = calendar_date(born), calendar_date(day)
    return today.year - birth.year - ((today.month, today.day) < (birth.month, birth.day))
