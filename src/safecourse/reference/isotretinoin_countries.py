"""Isotretinoin in Germany, France, Italy and Canada: the European programme, and what each country changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from safecourse.reference import eu_isotretinoin
from safecourse.reference.isotretinoin_europe import (
    BARRIER,
    HORMONAL,
    USER_INDEPENDENT,
    Course,
    Terms,
)
from safecourse.reference.isotretinoin_europe_gates import (
    acknowledged,
    dispense_window,
    dispensing,
    finishing,
    preventing,
    taking,
    test_window,
    testing,
)
from safecourse.reference.records_eu import Answer, Opinion, Seen, either, negated, opinion

Window = tuple[date | None, date | None]
VERSIONS = {"de-isotretinoin": "2019-04-01"}
ZONES = {
    "de-isotretinoin": "Europe/Berlin",
    "fr-isotretinoin": "Europe/Paris",
    "it-isotretinoin": "Europe/Rome",
    "ca-isotretinoin": "America/Toronto",
}
AGREEMENTS = ("acknowledgement-of-risk", "patient-agreement")
WEAK = frozenset({"progestin-only-pill"})  # by the labels of North America
GUARDIAN_UNTIL = 16  # years
START_DAYS = timedelta(days=11)  # from the second test to the first capsule
FIRST_DAYS_OF_PERIOD = (timedelta(days=1), timedelta(days=2))  # since the period's first day


def judge(document: Mapping[str, Any], gate: str, at: datetime, version: str) -> Opinion:
    """What the programme that the course names says of one gate. ValueError if version or gate isn't known."""
    programme = str(document["programme"])
    date.fromisoformat(version)
    if version != VERSIONS.get(programme, version):
        raise ValueError(f"{programme} has no version {version}; it has {VERSIONS[programme]}")
    terms = _terms(programme)
    course = _KINDS[programme](document, at, terms)
    if gate == "prescribe":
        return opinion(course.prescribing(), test_window(course))
    if gate == "dispense":
        return opinion(course.dispensing(), course.dispense_window())
    if gate == "take":
        return opinion(course.taking())
    if gate == "finish":
        # France asks for blood each month; of what the last test is made no source says.
        return opinion(finishing(National(document, at, terms)))
    raise ValueError(f"{programme} has no gate {gate}")


def _terms(programme: str) -> Terms:
    terms = replace(eu_isotretinoin.TERMS, zone=ZONES[programme])
    if programme == "de-isotretinoin":
        # The law of 2019 counts six days after the day of signing, which itself is none of them.
        return replace(terms, prescription_days=timedelta(days=6))
    if programme == "ca-isotretinoin":
        # Of the days from a test to a prescription the only number is that of the first, eleven before the start.
        return replace(terms, settings=frozenset({"laboratory"}), test_days=START_DAYS)
    return terms


class National(Course):
    """A course in a country that adds nothing but days to the European programme."""

    def outside(self) -> Answer:
        """Whether the patient is outside the programme, which is for those of childbearing potential."""
        return negated(self.in_pregnancy_prevention())

    def prescribing(self) -> dict[str, Answer]:
        """What signing a prescription asks."""
        agreed = either(self.outside(), self.patient_agreed())
        return {**preventing(self), **testing(self), "patient-acknowledged": agreed}

    def dispensing(self) -> dict[str, Answer]:
        """What handing the medicine over asks."""
        return dispensing(self)

    def taking(self) -> dict[str, Answer]:
        """What taking today's capsule asks."""
        return taking(self)

    def dispense_window(self) -> Window:
        """The days on which the last prescription may be dispensed."""
        return dispense_window(self)

    def patient_agreed(self) -> Answer:
        """Whether the patient signed in this course that the risk is understood."""
        return acknowledged(self, "patient")

    def signed_agreement(self, by: str) -> Answer:
        """Whether a country's own agreement, or the European form, was signed in this course."""
        return self.in_this_course(
            "form-signed", lambda seen: seen.text("form") in AGREEMENTS and seen.text("by") == by
        )

    def first_by_dermatologist(self) -> Answer:
        """Whether the first prescription of the course is a dermatologist's; who signed must be stated."""

        def dermatologist(seen: Seen) -> Answer:
            signed = seen.text("by")
            return None if signed is None else signed == "dermatologist"

        return self.at_first(self.of_prescription(dermatologist))


class French(National):
    """Blood tests; the agreement is shown again when the medicine is handed over; a dermatologist begins."""

    def accepts(self, seen: Seen, by: date) -> Answer:
        """A negative test of blood; of which kind it was needn't be stated."""
        if seen.text("specimen") == "urine":
            return False
        return super().accepts(seen, by)

    def patient_agreed(self) -> Answer:
        """Whether the patient signed the agreement on care and contraception in this course."""
        return self.signed_agreement("patient")

    def dispensing(self) -> dict[str, Answer]:
        """What handing the medicine over asks."""
        return {
            **super().dispensing(),
            "dermatologist-first": self.first_by_dermatologist(),
            "patient-acknowledged": either(self.outside(), self.patient_agreed()),
        }


class Italian(National):
    """Seven days and thirty days' supply for everybody, seven days from the certified day; a dermatologist begins."""

    def dispensing(self) -> dict[str, Answer]:
        """What handing the medicine over asks."""
        return {
            **super().dispensing(),
            "dermatologist-first": self.first_by_dermatologist(),
            # The earlier of the two days counts; who can't become pregnant has one only, that of writing.
            "certified": either(self.outside(), self.of_prescription(self._is_certified)),
            "prescription-recent": self.of_prescription(lambda seen: self._is_recent(seen.day)),
            "supply-30-days": self.supply_is_short(),
        }

    def _is_recent(self, day: date) -> bool:
        return day <= self.today <= day + self.terms.prescription_days

    def _is_certified(self, seen: Seen) -> bool:
        """Whether the doctor certified within the last days that there is no pregnancy; unwritten is uncertified."""
        certified = seen.date("certified_on")
        return certified is not None and self._is_recent(certified)

    def dispense_window(self) -> Window:
        """The days on which the last prescription may be dispensed."""
        last = self.prescriptions()
        if not last or self.record.gap("prescribed", last[0].day):
            return (None, None)
        begins = [seen.day for seen in last]
        if self.in_pregnancy_prevention() is not False:
            begins += [day for seen in last if (day := seen.date("certified_on")) is not None]
        return (last[0].day, min(begins) + self.terms.prescription_days)


class Canadian(National):
    """Laboratory tests, two methods, everybody's consent, and a start on the second or third day of a period."""

    def suffices(self, methods: frozenset[str]) -> bool:
        """Two effective methods together, or abstinence."""
        effective = methods & (USER_INDEPENDENT | HORMONAL | BARRIER) - WEAK
        return "abstinence" in methods or (len(effective) >= 2 and super().suffices(effective))

    def patient_agreed(self) -> Answer:
        """Whether the patient consented in this course."""
        return self.signed_agreement("patient")

    def prescribing(self) -> dict[str, Answer]:
        """What signing a prescription asks."""
        rules = super().prescribing()
        del rules["test-after-lead"]  # Canada says otherwise when its two tests are taken
        return {
            **rules,
            "patient-acknowledged": self.patient_agreed(),  # the first part is for everybody
            "guardian": either(self.record.age_reached(GUARDIAN_UNTIL), self.signed_agreement("guardian")),
            "two-tests": either(negated(self.needs_contraception()), self.at_first(self._two_tests())),
        }

    def _two_tests(self) -> Answer:
        """Whether accepted negative tests of two days are on record: at the decision to treat, and before the start."""
        first = self.begun.day if self.begun else None

        def days(fits: Callable[[Answer], bool]) -> set[date]:
            tests = self.record.all("pregnancy-test")
            return {
                seen.day
                for seen in tests
                if (first is None or seen.day >= first) and fits(self.accepts(seen, self.today))
            }

        if len(days(lambda answer: answer is True)) >= 2:
            return self.in_this_course("pregnancy-test", lambda seen: self.accepts(seen, self.today))
        if len(days(lambda answer: answer is not False)) >= 2 or self.record.gap("pregnancy-test", first):
            return None
        return False

    def taking(self) -> dict[str, Answer]:
        """What taking today's capsule asks."""
        spared = either(self.outside(), self._has_started())
        return {
            **super().taking(),
            "start-in-period": either(spared, self._period_has_just_begun()),
            "start-soon-after-test": either(spared, self.tested_on(self.today - START_DAYS, self.today)),
        }

    def _period_has_just_begun(self) -> Answer:
        """Whether today is the second or the third day of the last period."""
        last = self.record.last("menses-started")
        if self.record.gap("menses-started", last[0].day if last else None):
            return None
        return any(self.today - seen.day in FIRST_DAYS_OF_PERIOD for seen in last)

    def _has_started(self) -> Answer:
        """Whether the first capsule of the present course was taken before today; today's is the one in question."""
        kinds = ("treatment-started", "dose-taken")
        earlier = [seen for seen in self.record.all(*kinds) if seen.day < self.today]
        known = [seen for seen in earlier if self.begun is None or seen.after(self.begun)]
        if known:
            latest = max(seen.day for seen in known)
            return None if self._may_have_restarted_after(latest - timedelta(days=1)) else True
        since = self.begun.day if self.begun else None
        if self._may_have_begun_earlier() and earlier:
            return None
        yesterday = self.today - timedelta(days=1)
        return None if any(self.record.gap(kind, since, yesterday) for kind in kinds) else False


_KINDS: Mapping[str, type[National]] = {
    "de-isotretinoin": National,
    "fr-isotretinoin": French,
    "it-isotretinoin": Italian,
    "ca-isotretinoin": Canadian,
}
