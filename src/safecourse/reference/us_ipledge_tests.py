"""The month of a patient who can become pregnant under iPLEDGE: tests, confirmation, methods, questions, window.

A test whose acceptance the record leaves open is read both ways, in *worlds*; a rule on which the worlds disagree
is unknown.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import combinations, permutations, product

from safecourse.reference.records import ONE_DAY, Answer, Seen, agreed, both, either, final, negated, where
from safecourse.reference.us_ipledge_course import Course, by_prescriber

LABORATORY_FIRST = date(2021, 12, 13)  # the one version that asks for a certified laboratory before the first dose
NO_WAIT_SINCE = date(2026, 11, 15)  # from this version on, a missed first window brings no wait
BETWEEN_TESTS = timedelta(days=19)
LEAD = timedelta(days=30)
WINDOW = timedelta(days=6)  # seven days, of which the day of the specimen is the first
CYCLE = timedelta(days=4)  # the first five days of a period
WORST_SENSITIVITY = 25
WORLDS = 8  # more tests in doubt than this leave everything about tests unknown

PRIMARY = frozenset(
    {
        "tubal-sterilization",
        "partner-vasectomy",
        "iud",
        "hormonal-iud",
        "combined-pill",
        "patch",
        "injection",
        "implant",
        "vaginal-ring",
    }
)
SECONDARY = frozenset({"male-condom", "diaphragm-with-spermicide", "cervical-cap-with-spermicide", "vaginal-sponge"})

Window = tuple[date | None, date | None]


def enough(methods: frozenset[str]) -> bool:
    """Whether these methods are two that the programme lists, one of them primary, or abstinence."""
    if "abstinence" in methods:
        return True
    return len(methods & (PRIMARY | SECONDARY)) >= 2 and bool(methods & PRIMARY)


@dataclass(frozen=True)
class World:
    """One way to read the tests: which negative tests count, and whether a first dispense is still to come."""

    accepted: tuple[Seen, ...]
    first: bool


@dataclass(frozen=True)
class Use:
    """The use of methods after a declaration: since when, by which declaration, stated by it or not, which methods."""

    since: date
    known_from: date
    stated: bool
    methods: frozenset[str] | None


def _against(order: tuple[Seen, ...]) -> bool:
    """Whether instants say that events didn't happen in this order."""
    return any(later.before(earlier) for earlier, later in combinations(order, 2))


class Month:
    """The monthly cycle, and before the first dose the entry, of one course."""

    def __init__(self, course: Course) -> None:
        self.course = course
        self.record = course.record
        self.today = course.today
        self.tests = [seen for seen in self.record.all("pregnancy-test") if seen.text("result") == "negative"]
        self.confirmations = [seen for seen in self.record.all("monthly-confirmation") if by_prescriber(seen)]
        self.usable = [seen for seen in self.confirmations if course.renewed(seen) is not False]
        self.first = negated(course.has_had())

    # WHICH TESTS COUNT

    def _fit(self, test: Seen) -> Answer:
        """Negative, its result is out, and sensitive enough as far as that is stated."""
        resulted, sensitivity = test.date("resulted"), test.number("sensitivity_miu_ml")
        if resulted is not None and resulted > self.today:
            return False
        return sensitivity is None or sensitivity <= WORST_SENSITIVITY

    def screens(self, test: Seen) -> Answer:
        """Whether a test can be the first one: in a medical setting, in this course."""
        setting = test.text("setting")
        in_place: Answer = True if setting in ("laboratory", "medical") else None if setting == "unknown" else False
        return both(self._fit(test), in_place, self.course.of_course(test, strictly=True))

    def accepted(self, test: Seen, settling: bool = False) -> Answer:
        """Whether a negative test counts on the day of its specimen.

        ``settling``: to settle a lapse, where a test in a medical setting is enough in every version.
        """
        setting = test.text("setting")
        # After the end of treatment a test counts as one during it, whatever was dispensed.
        during = True if self.course.gate == "finish" else self.course.has_had(test)
        permitted = self.record.exists(
            "home-testing-permitted", lambda seen: by_prescriber(seen) and not seen.after(test), None, test.day
        )
        # During treatment the rule of 2021 stood on paper only: nobody refused a home test, permitted or not.
        tolerated = self.course.version == LABORATORY_FIRST and self.course.gate != "finish"
        in_place: Answer
        if setting == "laboratory":
            in_place = True
        elif setting == "medical":
            # Before the first dose, the version of 2021 asks for a certified laboratory.
            in_place = either(during, settling or self.course.version != LABORATORY_FIRST)
        elif setting in ("home", "supervised-remote"):
            # At home never before the first dose, and then only if the prescriber permits it.
            in_place = both(during, either(tolerated, permitted))
        else:
            # In a setting that isn't stated a test counts if it would in each.
            in_place = either(both(during, either(tolerated, permitted)), None)
        return both(self._fit(test), in_place)

    def worlds(self, settling: bool = False) -> Iterator[World]:
        """Every way to read the tests in doubt; none if they are too many to read."""
        verdicts = [(test, self.accepted(test, settling)) for test in self.tests]
        doubtful = [test for test, verdict in verdicts if verdict is None]
        if len(doubtful) > WORLDS:
            return
        firsts = (True, False) if self.first is None else (self.first,)
        for choices in product((True, False), repeat=len(doubtful)):
            chosen = {id(test) for test, choice in zip(doubtful, choices, strict=True) if choice}
            counted = tuple(test for test, verdict in verdicts if verdict is True or id(test) in chosen)
            for first in firsts:
                yield World(counted, first)

    # THE TEST THAT OPENS THE WINDOW

    def rests_on(self, world: World, confirmation: Seen) -> Seen | None:
        """The latest accepted negative test at or before a confirmation."""
        found = [
            test
            for test in world.accepted
            if not test.after(confirmation) and (test.date("resulted") or test.day) <= confirmation.day
        ]
        return final(found)[-1] if found else None

    def confirmed(self, world: World, confirmations: list[Seen]) -> list[Seen]:
        """The tests on which these confirmations rest, in order."""
        resting = [self.rests_on(world, confirmation) for confirmation in confirmations]
        tests = {id(test): test for test in resting if test is not None}
        return sorted(tests.values(), key=lambda test: (test.day, test.moment.timestamp() if test.moment else 0.0))

    def spaced(self, test: Seen) -> Answer:
        """Whether the first test of the course lies at least 19 days before this one."""
        latest = test.day - BETWEEN_TESTS
        known = either(*(self.screens(other) for other in self.tests if other.day <= latest))
        if known is False and self.record.gap("pregnancy-test", self.course.began(), latest):
            return None
        return known

    def openers(self, world: World, dispensing: bool) -> list[Seen]:
        """The tests of this month that opened a window, in order; the last is the one that counts.

        The wait after a window that passed unused is asked when the medicine is dispensed, not before.
        """
        tests = [test for test in self.confirmed(world, self.usable) if self._in_month(world, test)]
        if not world.first or not dispensing or self.course.version >= NO_WAIT_SINCE:
            return [test for test in tests if not world.first or self.spaced(test) is not False]
        opened: list[Seen] = []
        for test in tests:
            # The second test lies at least 19 days after the first.
            if self.spaced(test) is False:
                continue
            # Less than 19 days after the test that last opened a window, a test opens none.
            if opened and test.day < opened[-1].day + BETWEEN_TESTS:
                continue
            opened.append(test)
        return opened

    def _in_month(self, world: World, test: Seen) -> bool:
        """Whether a test lies in this month: since the enrolment, and not the test of an earlier dispense."""
        if any(test.before(enrolled) for enrolled in self.course.enrolments):
            return False
        change = self.course.change
        if change is not None and self.course.can is True and test.before(change):
            return False
        supplied = self.course.last_supplied()
        if supplied is None:
            return True
        if test.before(supplied):
            return False
        spent = [seen for seen in self.confirmations if seen.day <= supplied.day]
        return all(test is not other for other in self.confirmed(world, spent))

    # RULES

    def rules(self, dispensing: bool) -> tuple[dict[str, Answer], Window]:
        """The rules of the month, before each prescription or each dispense; and the window."""
        found = [self._in_world(world, dispensing) for world in self.worlds()]
        rules: dict[str, Answer] = {"monthly-confirmation": self._confirmed_this_month()}
        if not found:
            return {**rules, "monthly-test": None}, (None, None)
        names = {name for answers, _ in found for name in answers}
        supplied = self.course.last_supplied()
        for name in names:
            rules[name] = agreed(answers.get(name, True) for answers, _ in found)
            # A return unseen would make what the last dispense used free again.
            if rules[name] is False and supplied is not None and self.record.gap("returned", supplied.day):
                rules[name] = None
        windows = {window for _, window in found}
        return rules, windows.pop() if len(windows) == 1 else (None, None)

    def _confirmed_this_month(self) -> Answer:
        known = either(*(self.course.renewed(seen) for seen in self.confirmations))
        if known is False and self.record.gap("monthly-confirmation", self.course.month_from()):
            return None
        return known

    def _in_world(self, world: World, dispensing: bool) -> tuple[dict[str, Answer], Window]:
        openers = self.openers(world, dispensing)
        opener = openers[-1] if openers else None
        rules: dict[str, Answer] = {"monthly-test": self._has_test(opener)}
        if world.first:
            rules["first-test"] = self._first_test()
            rules["second-test"] = self._second_test(opener)
        if not dispensing:
            return rules, (None, None)
        if world.first:
            rules["second-test-in-cycle"] = self._in_cycle(openers)
        rules["window"] = self._window(world, opener)
        # What the prescriber entered last is what the patient answers, also where its test opened no window.
        confirmation = self.usable[-1] if self.usable else None
        rules["questions"] = self._questions(confirmation)
        rules["patient-declared"] = self._declared(confirmation)
        return rules, (None, None) if opener is None else (opener.day, opener.day + WINDOW)

    def _hidden(self, first: date | None, last: date | None = None) -> bool:
        """Whether a test, or a confirmation of one, may be missing in [first, last]."""
        return self.record.gaps(("pregnancy-test", "monthly-confirmation"), first, last)

    def _has_test(self, opener: Seen | None) -> Answer:
        if opener is None:
            # The test, unlike what renews, may lie on the day of the last dispense.
            month, supplied = self.course.month_from(), self.course.last_supplied()
            if month is not None and supplied is not None:
                month -= ONE_DAY
            return None if self._hidden(month) else False
        return None if self.record.gap("dispensed", opener.day) else True

    def _first_test(self) -> Answer:
        known = either(*(self.screens(test) for test in self.tests))
        if known is False and self.record.gap("pregnancy-test", self.course.began()):
            return None
        return known

    def _second_test(self, opener: Seen | None) -> Answer:
        if opener is None:
            return None if self._hidden(self.course.began()) else False
        return self.spaced(opener)

    def _in_cycle(self, openers: list[Seen]) -> Answer:
        if self.record.cycles == "irregular":
            return True
        regular: Answer = True if self.record.cycles == "regular" else None
        if not openers:
            return True  # that there is no second test is another rule's finding
        opener = openers[-1]
        answer = self._on_cycle_day(opener)
        if self.course.version >= NO_WAIT_SINCE:
            # A test repeated because the first window had passed unused may lie on any day of the cycle.
            missed = [test for test in openers[:-1] if test.day + WINDOW < opener.day]
            answer = either(answer, *(self._on_cycle_day(test) for test in missed))
        if answer is not None and self._hidden(opener.day + ONE_DAY):
            answer = None
        return where(regular, answer)

    def _on_cycle_day(self, test: Seen) -> Answer:
        return self.record.exists("menses-started", lambda seen: not seen.after(test), test.day - CYCLE, test.day)

    def _window(self, world: World, opener: Seen | None) -> Answer:
        month = self.course.month_from()
        if opener is not None and opener.day <= self.today <= opener.day + WINDOW:
            waits = world.first and self.course.version < NO_WAIT_SINCE
            # A window opened unseen would have made this test too early.
            return None if waits and self._hidden(month, opener.day) else True
        # Could a test of the last seven days, and its confirmation, have come unseen?
        earliest = self.today - WINDOW if month is None else max(self.today - WINDOW, month)
        hidden_test = self.record.gap("pregnancy-test", earliest)
        hidden_confirmation = self.record.gap("monthly-confirmation", earliest)
        test = hidden_test or any(test.day >= earliest for test in world.accepted)
        confirmation = hidden_confirmation or any(seen.day >= earliest for seen in self.usable)
        return None if test and confirmation and (hidden_test or hidden_confirmation) else False

    # QUESTIONS AND METHODS

    def _renewed_after(self, kind: str, found: list[Seen], confirmation: Seen | None) -> Answer:
        """Whether the last event of a kind lies in the month, and not before the confirmation."""
        month = self.course.month_from()
        if not found:
            return None if self.record.gap(kind, month) else False
        if confirmation is None:
            return None if self.record.gaps((kind, "monthly-confirmation"), month) else False
        answers: list[Answer] = []
        for seen in found:
            answers.append(False if seen.before(confirmation) else self.course.renewed(seen))
        known = both(*answers)
        if known is False:
            return None if self.record.gap(kind, found[-1].day) else False
        # A confirmation unseen since then would ask for it anew.
        return None if self.record.gap("monthly-confirmation", found[-1].day + ONE_DAY) else known

    def _questions(self, confirmation: Seen | None) -> Answer:
        last = self.record.last("questions-answered")
        passed: Answer = all(seen.text("passed") == "true" for seen in last)
        if last and self.record.gap("questions-answered", last[-1].day):
            passed = None
        return both(self._renewed_after("questions-answered", last, confirmation), passed)

    def _declared(self, confirmation: Seen | None) -> Answer:
        last = self.record.last("contraception", lambda seen: seen.text("by") == "patient")
        return self._renewed_after("contraception", last, confirmation)

    def methods(self) -> Answer:
        """Whether the methods that the prescriber last entered are enough."""
        last = self.record.last("contraception", lambda seen: seen.text("by") == "prescriber")
        if not last:
            return None if self.record.gap("contraception", None) else False
        if self.record.gaps(("contraception", "contraception-lapse"), last[-1].day):
            return None
        # A method that was stopped since leaves none until the next entry; on one day the stop came later.
        if any(not stop.before(seen) for stop in self.method_stops() for seen in last):
            return False
        return all(enough(seen.words("methods")) for seen in last)

    def method_stops(self) -> list[Seen]:
        """The times that a method was stopped."""
        return [seen for seen in self.record.all("contraception-lapse") if seen.text("what") == "method-stopped"]

    def methods_agree(self) -> Answer:
        """Whether the patient last declared the methods that the prescriber last entered."""
        theirs = self.record.last("contraception", lambda seen: seen.text("by") == "patient")
        entered = self.record.last("contraception", lambda seen: seen.text("by") == "prescriber")
        if not theirs or not entered:
            return None if self.record.gap("contraception", None) else False
        if self.record.gap("contraception", min(theirs[-1].day, entered[-1].day)):
            return None
        return len({seen.words("methods") for seen in (*theirs, *entered)}) == 1

    def lead(self) -> Answer:
        """Before the first dose: the methods were in use for 30 days, since the enrolment at least."""
        return where(self.first, self._thirty_days())

    def _thirty_days(self) -> Answer:
        declared = [seen for seen in self.record.all("contraception") if seen.text("by") == "prescriber"]
        if not self.course.enrolments:
            return None if self.record.gap("enrolled", None) else False
        if not declared:
            return None if self.record.gap("contraception", None) else False
        earliest = max(enrolled.day for enrolled in self.course.enrolments)
        change = self.course.change
        if change is not None and self.course.can is True:
            earliest = max(earliest, change.day)
        if self.today < earliest + LEAD:
            return False
        since, known_from, from_statement = self._uninterrupted(declared)
        if self.today < since + LEAD:
            # Use may have begun earlier, or a declaration that changes it may be missing.
            before = None if not from_statement else known_from
            return None if self.record.gap("contraception", before) else False
        if self.record.gaps(("contraception", "contraception-lapse"), known_from):
            return None
        if self.record.gap("enrolled", earliest + ONE_DAY):
            return None
        return None if self.course.may_have_changed(earliest) else True

    def _uninterrupted(self, declared: list[Seen]) -> tuple[date, date, bool]:
        """First day of uninterrupted use, the declaration that says so, and whether it states the day itself.

        Where the order of declarations of one day isn't known, the order by which use began latest.
        """
        stops = self.method_stops()
        readings = {Use(date.max, date.max, False, None)}
        for day in sorted({seen.day for seen in [*declared, *stops]}):
            tied = [seen for seen in declared if seen.day == day]
            orders = [order for order in permutations(tied) if not _against(order)]
            readings = {self._declared_in_order(use, order) for use in readings for order in orders}
            if any(stop.day == day for stop in stops):
                readings = {replace(use, methods=None) for use in readings}
        latest = max(readings, key=lambda use: use.since)
        return latest.since, latest.known_from, latest.stated

    def _declared_in_order(self, use: Use, order: tuple[Seen, ...]) -> Use:
        for seen in order:
            said, methods = seen.date("since"), seen.words("methods")
            if said is not None:
                # A use that is said to have begun before a method was stopped begins again with the stop.
                ended = [stop.day for stop in self.method_stops() if stop.before(seen)]
                use = Use(max([said, *ended]), seen.day, True, methods)
            # Other methods, or the first, start on their own day.
            elif methods != use.methods:
                use = Use(seen.day, seen.day, False, methods)
        return use

    # LAPSES

    def no_lapse(self) -> Answer:
        """No lapse of contraception or missed period that a later test, or a prescriber, hasn't settled."""
        answers = [self._settled(world) for world in self.worlds(settling=True)]
        return agreed(answers) if answers else None

    def _settled(self, world: World) -> Answer:
        tests = [test.day for test in self.confirmed(world, self.confirmations)]
        excluded = self.course.exclusions()
        for lapse in self.record.all("contraception-lapse", "missed-period"):
            if any(day > lapse.day for day in tests) or any(judged.after(lapse) for judged in excluded):
                continue
            return None if self._hidden(lapse.day + ONE_DAY) or self.record.gap("judged", lapse.day) else False
        last = max([*tests, *(judged.day for judged in excluded)], default=None)
        return None if self.record.gaps(("contraception-lapse", "missed-period"), last) else True
