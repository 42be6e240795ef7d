"""What the UK and the EU ask of an isotretinoin course, fact by fact.

The two programmes differ in few places; those are the fields of ``Terms``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from safecourse.reference.isotretinoin_europe_days import Streak, by_day, by_instants, continued
from safecourse.reference.records_eu import Answer, Record, Seen, both, either, negated, untold

PRODUCTS = ("isotretinoin", "absorica", "absorica-ld")
HEALTH_PROFESSIONALS = (
    "prescriber", "second-prescriber", "dermatologist", "gp", "specialist-nurse", "nurse", "pharmacist",
)  # fmt: skip
USER_INDEPENDENT = frozenset({"tubal-sterilization", "partner-vasectomy", "iud", "hormonal-iud", "implant"})
HORMONAL = frozenset({"combined-pill", "patch", "vaginal-ring", "injection", "progestin-only-pill"})
BARRIER = frozenset(
    {"male-condom", "diaphragm-with-spermicide", "cervical-cap-with-spermicide", "vaginal-sponge", "female-condom"}
    | {"diaphragm"}
)
WORST_SENSITIVITY = 25.0  # mIU/mL
TEST_DAYS = timedelta(days=3)
PRESCRIPTION_DAYS = timedelta(days=7)
MOST_DAYS_SUPPLIED = 30
# What ends a course, so that the next dispense is a first one again.
ENDS = ("treatment-stopped", "discontinued")

MENOPAUSE = frozenset({"menopausal", "no-periods"})

CAN = "can-become-pregnant"
CANNOT = "cannot-become-pregnant"
NOT_REQUIRED = "contraception-not-required"


@dataclass(frozen=True)
class Terms:
    """Where the programmes differ."""

    zone: str
    exempting: frozenset[str]  # criteria that mean: cannot become pregnant
    unsettled: frozenset[str]  # criteria of which the programme doesn't say what they mean
    menopause_by_fsh: bool  # whether the hormone's range settles that a menopause has come
    contraception_may_be_waived: bool
    settings: frozenset[str]  # where an accepted pregnancy test is taken
    lead: Callable[[date], date]  # first day on which contraception begun that day has run long enough
    barred: frozenset[str]  # who may not sign; who isn't stated to have signed belongs to the team that may
    test_days: timedelta = TEST_DAYS  # from the day of the specimen to the last day of prescribing
    prescription_days: timedelta = PRESCRIPTION_DAYS  # from the day of signing to the last day of dispensing


def adequate(methods: frozenset[str]) -> bool:
    """Whether these methods suffice together."""
    if methods & USER_INDEPENDENT:
        return True
    if methods & HORMONAL and methods & BARRIER:
        return True
    return "abstinence" in methods


def by_prescriber(seen: Seen, matter: str) -> bool:
    """Whether the prescriber judged this matter."""
    return seen.text("matter") == matter and seen.text("by") == "prescriber"


class Course:
    """One isotretinoin course, seen at one instant under one programme's terms."""

    def __init__(self, document: Mapping[str, Any], at: datetime, terms: Terms) -> None:
        self.terms = terms
        self.record = Record(document, at, terms.zone)
        self.today = self.record.today
        self.begun = self._begun()

    # CATEGORY

    def _concluded(self, seen: Seen) -> str | None:
        """The category that the criteria support, leaving a waiver aside; None if the programme doesn't settle it."""
        criteria = seen.words("criteria")
        if criteria & self.terms.exempting:
            return CANNOT
        if criteria & MENOPAUSE:
            proved = self.terms.menopause_by_fsh and seen.text("fsh") == "post-menopausal-range"
            return CANNOT if proved else None
        if criteria & self.terms.unsettled:
            return None
        return CAN

    def _waived(self) -> Answer:
        """No pregnancy is to be expected; the prescriber judges it, the patient's consent has no event of its own."""
        if not self.terms.contraception_may_be_waived:
            return False
        return self.record.exists("judged", lambda seen: by_prescriber(seen, "no-pregnancy-risk-expected"))

    def _supported(self, seen: Seen) -> Answer:
        """Whether the criteria of a classification support its category."""
        stated = seen.text("category")
        if self.record.stated_category is not None and self.record.stated_category != stated:
            return False
        concluded = self._concluded(seen)
        if stated == NOT_REQUIRED:
            if concluded == CANNOT:
                return False
            return both(self._waived(), True if concluded == CAN else None)
        if concluded is None:
            return None
        return stated == concluded

    def category_is_consistent(self) -> Answer:
        """The criteria bear the category out; who was never put into one can become pregnant."""
        last = self.record.last("classified")
        if self.record.gap("classified", last[0].day if last else None):
            return None
        if not last:
            return self.record.stated_category in (None, CAN)
        # Two categories on one day, and no order: one of them is wrong.
        at_one = len({seen.text("category") for seen in last}) == 1
        return both(at_one, *(self._supported(seen) for seen in last))

    def in_pregnancy_prevention(self) -> Answer:
        """Whether the patient is of childbearing potential, with or without contraception."""
        last = self.record.last("classified")
        if self.record.gap("classified", last[0].day if last else None):
            return None
        if not last or self.record.stated_category in (CAN, NOT_REQUIRED):
            return True
        return either(*(self._potential(seen) for seen in last))

    def _potential(self, seen: Seen) -> Answer:
        if seen.text("category") != CANNOT:
            return True
        concluded = self._concluded(seen)
        if concluded is None:
            return None
        return concluded == CAN

    def needs_contraception(self) -> Answer:
        """Whether the patient can become pregnant and contraception isn't waived."""
        last = self.record.last("classified")
        if self.record.gap("classified", last[0].day if last else None):
            return None
        if not last or self.record.stated_category == CAN:
            return True
        answers = []
        for seen in last:
            if seen.text("category") == NOT_REQUIRED:
                answers.append(negated(self._waived()))
            else:
                answers.append(self._potential(seen))
        return either(*answers)

    # THE PRESENT COURSE

    def _begun(self) -> Seen | None:
        """What ended the course before, or restarted the entry: a stop, or a change to *can become pregnant*."""
        found = self.record.all(*ENDS)
        could_already = True
        for group in by_day(self.record.all("classified")):
            # Whose criteria say something else was not treated as able to become pregnant, whatever was written down.
            able = [seen for seen in group if seen.text("category") == CAN and self._concluded(seen) != CANNOT]
            # Of one day without order, the change to *can become pregnant* counts as the later one.
            if able and not (could_already and len(able) == len(group)):
                found.extend(able)
            could_already = len(able) == len(group)
        if not found:
            return None
        final = max(seen.day for seen in found)
        last = untold([seen for seen in found if seen.day == final])
        return min(last, key=lambda seen: seen.moment is not None)

    def _may_have_restarted_after(self, day: date) -> bool:
        """Whether an unseen stop or change of category may lie after this day."""
        following = day + timedelta(days=1)
        if any(self.record.gap(kind, following) for kind in (*ENDS, "classified")):
            return True
        # A classification since then is a change if an unseen one before it said otherwise.
        able = [seen for seen in self.record.all("classified") if seen.text("category") == CAN and seen.day > day]
        return any(self.record.gap("classified", None, seen.day) for seen in able)

    def _may_have_begun_earlier(self) -> bool:
        """Whether the change of category that began the course may itself have come earlier, unseen."""
        if self.begun is None or self.begun.kind != "classified":
            return False
        before = [seen.day for seen in self.record.all("classified") if seen.day < self.begun.day]
        return self.record.gap("classified", max(before, default=None), self.begun.day)

    def in_this_course(self, kind: str, fits: Callable[[Seen], Answer]) -> Answer:
        """Whether such an event happened in the present course, which the day of its predecessor's end belongs to."""
        answer = self.record.exists(kind, fits, first=self.begun.day if self.begun else None)
        if answer is False and self._may_have_begun_earlier() and self.record.exists(kind, fits) is not False:
            return None
        if answer is not True:
            return answer
        latest = max(seen.day for seen in self.record.all(kind) if fits(seen) is True)
        return None if self._may_have_restarted_after(latest) else True

    def dispensed(self) -> list[Seen]:
        """The dispenses that no later return has undone."""
        standing: list[Seen] = []
        # A return presupposes a dispense: of one day without instants, the dispense came first.
        handling = sorted(
            self.record.all("dispensed", "returned"), key=lambda seen: (seen.day, seen.kind == "returned")
        )
        for seen in by_instants(handling):
            if seen.kind == "dispensed":
                standing.append(seen)
            elif standing:
                standing.pop()
        return standing

    def has_been_dispensed(self) -> Answer:
        """Whether the medicine was handed over in the present course."""
        standing = [seen for seen in self.dispensed() if self.begun is None or seen.after(self.begun)]
        if not standing:
            if self.dispensed() and self._may_have_begun_earlier():
                return None
            return None if self.record.gap("dispensed", self.begun.day if self.begun else None) else False
        day = standing[-1].day
        if self.record.gap("returned", day) or self._may_have_restarted_after(day - timedelta(days=1)):
            return None
        return True

    def is_first(self) -> Answer:
        """Whether this would be the first dispense of the present course."""
        return negated(self.has_been_dispensed())

    def at_first(self, answer: Answer) -> Answer:
        """A rule that holds only before the first dispense."""
        return either(negated(self.is_first()), answer)

    # PREGNANCY

    def accepts(self, seen: Seen, by: date) -> Answer:
        """Whether a test is negative, sensitive enough, known by a day, and taken where the programme accepts it."""
        if seen.text("result") != "negative":
            return False
        sensitivity = seen.number("sensitivity_miu_ml")
        if sensitivity is not None and sensitivity > WORST_SENSITIVITY:
            return False
        resulted = seen.date("resulted")
        if resulted is not None and resulted > by:
            return False
        if seen.text("setting") == "unknown":
            return None
        return seen.text("setting") in self.terms.settings

    def signs_of_pregnancy(self) -> list[Seen]:
        """Positive tests, from wherever, and pregnancies reported."""
        positive = [seen for seen in self.record.all("pregnancy-test") if seen.text("result") == "positive"]
        return positive + self.record.all("pregnancy")

    def no_possible_pregnancy(self) -> Answer:
        """No sign of pregnancy that the prescriber hasn't excluded since."""
        signs = self.signs_of_pregnancy()
        exclusions = [seen for seen in self.record.all("judged") if by_prescriber(seen, "pregnancy-excluded")]
        since = max((seen.day for seen in exclusions), default=None)
        if any(not any(exclusion.after(sign) for exclusion in exclusions) for sign in signs):
            latest = max(signs, key=lambda seen: seen.day)
            # Of the sign's own day, only an unseen instant could come after a seen one.
            first = latest.day if latest.moment else latest.day + timedelta(days=1)
            return None if self.record.gap("judged", first) else False
        if self.record.gap("pregnancy-test", since) or self.record.gap("pregnancy", since):
            return None
        return True

    def tested_on(self, first: date, last: date) -> Answer:
        """An accepted negative test, collected in [first, last] and known on the last of these days."""
        return self.record.exists("pregnancy-test", lambda seen: self.accepts(seen, last), first, last)

    def last_test(self) -> date | None:
        """The day of the last accepted negative test; None if there is none, or if the record can't tell."""
        known = [seen for seen in self.record.all("pregnancy-test") if self.accepts(seen, self.today) is not False]
        if not known:
            return None
        final = max(seen.day for seen in known)
        if self.record.gap("pregnancy-test", final):
            return None
        if not any(self.accepts(seen, self.today) for seen in known if seen.day == final):
            return None
        return final

    # CONTRACEPTION

    def _methods(self) -> list[list[Seen]]:
        """What was declared of methods, and when a method was stopped, which leaves none until the next declaration."""
        stops = [seen for seen in self.record.all("contraception-lapse") if seen.text("what") == "method-stopped"]
        return by_day(self.record.all("contraception") + stops)

    def _methods_gap(self, first: date | None) -> bool:
        """Whether a declaration, or the end of a method, may have come unseen since a day."""
        return self.record.gap("contraception", first) or self.record.gap("contraception-lapse", first)

    def suffices(self, methods: frozenset[str]) -> bool:
        """Whether these methods suffice together."""
        return adequate(methods)

    def contraception_is_adequate(self) -> Answer:
        """The methods last declared, by whomever, suffice and are in use."""
        groups = self._methods()
        if not groups:
            return None if self.record.gap("contraception", None) else False
        final = groups[-1][0].day
        last = untold([seen for group in groups for seen in group if seen.day == final])
        if self._methods_gap(last[0].day):
            return None
        for seen in last:
            since = seen.date("since")
            if not self.suffices(seen.words("methods")) or (since is not None and since > self.today):
                return False
        return True

    def contraception_since(self) -> Streak | None:
        """Since when the present methods are used; None if none were ever declared."""
        streak: Streak | None = None
        for group in self._methods():
            streak = continued(streak, group)
        return streak

    def contraception_has_run(self) -> Answer:
        """The present methods have been used for the lead time."""
        return self._started_by(lambda start: self.terms.lead(start) <= self.today, hoped=True)

    def tested_after_lead(self) -> Answer:
        """An accepted negative test was collected once the present methods had been used for the lead time."""
        return self._started_by(
            lambda start: self.tested_on(self.terms.lead(start), self.today),
            hoped=self.tested_on(date.min, self.today),
        )

    def _started_by(self, judged: Callable[[date], Answer], hoped: Answer) -> Answer:
        """A rule on the first day of use; ``hoped`` is the answer if that day lay as early as can be."""
        streak = self.contraception_since()
        unknown = None if hoped is not False else False
        if streak is None:
            return unknown if self.record.gap("contraception", None) else False
        if self._methods_gap(streak.anchored):
            return unknown
        answer = judged(streak.start)
        if answer is not True and not streak.stated and self.record.gap("contraception", streak.before):
            return unknown  # an earlier declaration of the same methods may be missing
        return answer

    # PRESCRIPTION

    def _unused_since(self) -> date | None:
        """The first day of a prescription that may be dispensed: after the last dispense, in the present course."""
        standing = self.dispensed()
        days = [standing[-1].day + timedelta(days=1)] if standing else []
        return max([*days, *([self.begun.day] if self.begun else [])], default=None)

    def prescriptions(self) -> list[Seen]:
        """The last unused prescription; several, if nobody can tell which of one day was the last."""
        since = self._unused_since()
        return self.record.last(
            "prescribed", lambda seen: seen.text("product") in PRODUCTS and (since is None or seen.day >= since)
        )

    def prescription_is_unused(self) -> Answer:
        """A prescription of this course on a later day than the last dispense that stands."""
        last = self.prescriptions()
        if last:
            gap = self.record.gap("dispensed", last[0].day) or self._may_have_restarted_after(last[0].day)
            return None if gap else True
        if self.record.gap("prescribed", self._unused_since()):
            return None
        earlier = [seen for seen in self.record.all("prescribed") if seen.text("product") in PRODUCTS]
        standing = self.dispensed()
        if earlier and standing and self.record.gap("returned", standing[-1].day):
            return None
        return None if earlier and self._may_have_begun_earlier() else False

    def of_prescription(self, fits: Callable[[Seen], Answer]) -> Answer:
        """Whether the last prescription is such a one."""
        last = self.prescriptions()
        if self.record.gap("prescribed", last[0].day if last else None):
            return None
        if not last:
            return False
        return both(*(fits(seen) for seen in last))

    def prescription_is_recent(self) -> Answer:
        """The prescription was signed at most so many days ago."""
        last = self.prescriptions()
        oldest = self.today - self.terms.prescription_days
        if last and oldest <= last[0].day <= self.today:
            return True  # an unseen one after it would be younger still
        return None if self.record.gap("prescribed", max(oldest, self.record.born or oldest)) else False

    def prescription_rests_on_test(self) -> Answer:
        """A test collected in the few days before the prescription, or on its day before it."""
        return self.of_prescription(self._rests_on_test)

    def _rests_on_test(self, prescription: Seen) -> Answer:
        day = prescription.day
        return self.record.exists(
            "pregnancy-test",
            lambda seen: False if seen.after(prescription) else self.accepts(seen, day),
            day - self.terms.test_days,
            day,
        )

    def supply_is_short(self) -> Answer:
        """The prescription is for at most thirty days."""
        return self.of_prescription(lambda seen: (seen.number("days_supply") or 0) <= MOST_DAYS_SUPPLIED)

    def signed_by_one_who_may(self) -> Answer:
        """Nobody signed who may not."""
        if not self.terms.barred:
            return True
        return self.of_prescription(lambda seen: seen.text("by") not in self.terms.barred)

    def prescription_window(self) -> tuple[date | None, date | None]:
        """The days on which the prescription may be dispensed."""
        last = self.prescriptions()
        if not last or self.record.gap("prescribed", last[0].day):
            return (None, None)
        return (last[0].day, last[0].day + self.terms.prescription_days)

    # THE END

    def stopped(self) -> Answer:
        """Treatment was stopped, and neither supplied nor started again since."""
        stops = self.record.last("treatment-stopped")
        if not stops:
            return None if self.record.gap("treatment-stopped", None) else False
        again = self.dispensed() + self.record.all("treatment-started")
        if any(seen.day >= stops[0].day and not any(stop.after(seen) for stop in stops) for seen in again):
            return None if self.record.gap("treatment-stopped", max(seen.day for seen in again)) else False
        gap = any(self.record.gap(kind, stops[0].day) for kind in ("dispensed", "treatment-started"))
        return None if gap else True

    def tested_after_end(self, month_after: Callable[[date], date]) -> Answer:
        """An accepted negative test at least a month after the end: the stop, or a capsule taken after it."""
        stops = self.record.last("treatment-stopped")
        if not stops:
            return None if self.record.gap("treatment-stopped", None) else False
        end = max([stops[0].day, *(seen.day for seen in self.record.all("dose-taken"))])
        answer = self.tested_on(month_after(end), self.today)
        following = end + timedelta(days=1)
        if answer is True and any(self.record.gap(kind, following) for kind in ("treatment-stopped", "dose-taken")):
            return None  # the end may have been later
        return answer

    def pregnancy_followed_up(self) -> Answer:
        """Each positive test was reported as a pregnancy, on its day or later, or pregnancy was excluded since."""
        reported = [seen.day for seen in self.record.all("pregnancy")]
        exclusions = [seen for seen in self.record.all("judged") if by_prescriber(seen, "pregnancy-excluded")]
        for test in self.record.all("pregnancy-test"):
            if test.text("result") != "positive":
                continue
            if any(day >= test.day for day in reported) or any(seen.after(test) for seen in exclusions):
                continue
            gap = self.record.gap("judged", test.day) or self.record.gap("pregnancy", test.day)
            return None if gap else False
        # What came unseen before the last report or exclusion was followed by it.
        since = [day + timedelta(days=1) for day in reported] + [seen.day for seen in exclusions]
        return None if self.record.gap("pregnancy-test", max(since, default=None)) else True
