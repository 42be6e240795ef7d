"""A course under iPLEDGE as one decision sees it: category, enrolment, forms, certificates, dispenses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from safecourse.reference.records import (
    ONE_DAY,
    Answer,
    Record,
    Seen,
    birthday,
    both,
    either,
    final,
    negated,
    where,
)

ZONE = "America/New_York"
CAN = "can-become-pregnant"
CANNOT = "cannot-become-pregnant"
# That a delegate may stand in for the prescriber is known from a deck of 2005 only: a permission left out.
PRESCRIBERS = frozenset({"prescriber"})
ENDS = ("discontinued", "treatment-stopped")
RE_ENTRY_AFTER = timedelta(days=30)


def by_prescriber(seen: Seen) -> bool:
    """Whether a prescriber did it."""
    return seen.text("by") in PRESCRIBERS


@dataclass(frozen=True)
class _Standing:
    """A certificate today: in force by its days, and not followed by a decertification."""

    in_force: bool
    withdrawn: bool
    since: date


class Course:
    """What the gates of iPLEDGE ask about one patient.

    At the gate ``finish`` the course is the one that the last stop of treatment ended.
    """

    def __init__(self, document: Mapping[str, Any], at: datetime, version: date, gate: str) -> None:
        self.record = Record(document, at, ZONE)
        self.today = self.record.today
        self.version = version
        self.gate = gate
        self.stopped = self.record.last("treatment-stopped")
        self.enrolments = self.record.last("enrolled")
        self.ends = [end for end in self.record.all(*ENDS) if self._ends_a_course(end)]
        self.classified = self.record.last("classified")
        self.can = self._can_become_pregnant()
        self.change = self._change()
        self.supplied = self._supplied()

    # CATEGORY

    def _exempt(self, classified: Seen) -> Answer:
        """Whether the criteria of a classification mean that the patient can't become pregnant."""
        criteria = classified.words("criteria")
        # Cisgender male.
        if "cisgender-male" in criteria:
            return True
        # The womb has been removed.
        if "hysterectomy" in criteria:
            return True
        # Both ovaries have been removed.
        if "bilateral-oophorectomy" in criteria:
            return True
        # Post-menopausal by the programme's own definition.
        post_menopausal: Answer = False
        if "menopausal" in criteria or "no-periods" in criteria:
            post_menopausal = self._post_menopausal(classified)
        # Born male is named only beside cisgender: the programme leaves a transgender woman open.
        open_question: Answer = None if "transgender-woman" in criteria else False
        return either(post_menopausal, open_question)

    def _post_menopausal(self, classified: Seen) -> Answer:
        # Both lines of the definition ask for FSH in the post-menopausal range.
        if classified.text("fsh") != "post-menopausal-range":
            return False
        if self.record.born is None:
            return None
        # The age is that of the day of the classification: what held then doesn't lapse on a birthday.
        # Over 54, FSH is enough.
        if classified.day >= birthday(self.record.born, 55):
            return True
        # Exactly 54 is in neither line.
        if classified.day >= birthday(self.record.born, 54):
            return None
        # Under 54: no pregnancy hormone, oestradiol depressed, progesterone absent as well.
        return (
            classified.text("hcg") == "negative"
            and classified.text("estradiol") == "depressed"
            and classified.text("progesterone") == "absent"
        )

    def _can_become_pregnant(self) -> Answer:
        """The category that follows from the criteria; everybody can, unless a criterion says otherwise."""
        if not self.classified:
            return None if self.record.gap("classified", None) else True
        if self.record.gap("classified", min(seen.day for seen in self.classified)):
            return None
        exempt = both(*(self._exempt(seen) for seen in self.classified))
        return negated(exempt)

    def is_classified(self) -> Answer:
        """Whether the patient has been put in a category."""
        if self.classified:
            return True
        return None if self.record.gap("classified", None) else False

    def category_follows(self) -> Answer:
        """Whether the category stated follows from the criteria; that there is one is another rule."""
        if not self.classified:
            # No criterion means: can become pregnant. A patient said to be something else isn't supported by anything.
            if self.record.stated_category in (None, CAN):
                return True
            return None if self.record.gap("classified", None) else False
        # Two categories on one day, and no order: one of them is wrong.
        answers: list[Answer] = [len({seen.text("category") for seen in self.classified}) == 1]
        for seen in self.classified:
            stated, exempt = seen.text("category"), self._exempt(seen)
            # The category that the file states of the patient must be the one of the last classification.
            if self.record.stated_category is not None and self.record.stated_category != stated:
                answers.append(False)
            elif stated == CANNOT:
                answers.append(exempt)
            elif stated == CAN:
                answers.append(negated(exempt))
            else:
                answers.append(False)  # a category of another programme
        if self.record.gap("classified", min(seen.day for seen in self.classified)):
            return None
        return both(*answers)

    def _change(self) -> Seen | None:
        """The classification by which the patient last came to count as able to become pregnant, after not being so."""
        found: Seen | None = None
        able: bool | None = None
        # Of one day, what makes the patient able to become pregnant counts later.
        order = sorted(self.record.all("classified"), key=lambda seen: (seen.day, seen.text("category") == CAN))
        for seen in _in_known_order(order):
            # Whose criteria say something else was not treated as able to become pregnant, whatever was written down.
            now = seen.text("category") == CAN and self._exempt(seen) is not True
            if now and able is False:
                found = seen
            if not now:
                found = None
            able = now
        return found

    # THE COURSE

    def _ends_a_course(self, end: Seen) -> bool:
        later = [enrolled for enrolled in self.record.all("enrolled") if enrolled.after(end)]
        # To finish looks at the course that the last stop ended: what ends it doesn't put it into the past.
        if self.gate == "finish":
            return any(stop.after(end) and not enrolled.after(stop) for stop in self.stopped for enrolled in later)
        # Whoever leaves the programme ends the course.
        if end.kind == "discontinued":
            return True
        # A stop before the enrolment ends the course before; on its own day, without an order, it may have been.
        if any(not enrolled.before(end) for enrolled in self.record.all("enrolled")):
            return True
        return self._lapsed_by(end) is True

    def _lapsed_by(self, stop: Seen) -> Answer:
        """Whether more than 30 days passed after a stop of treatment that no treatment has followed."""
        if self.today <= stop.day + RE_ENTRY_AFTER:
            return False
        again = [*self._supplied(), *self.record.all("treatment-started")]
        if any(not seen.before(stop) for seen in again):
            return False
        return None if self.record.gaps(("dispensed", "treatment-started"), stop.day) else True

    def of_course(self, seen: Seen, strictly: bool = False) -> Answer:
        """Whether an event belongs to the present course, not to one that ended before it.

        ``strictly``: an event on the day of the end counts to the course that ended, unless instants tell.
        """
        for end in self.ends:
            if seen.before(end):
                return False
            if strictly and seen.day == end.day and not seen.after(end):
                return False
        if self._before_change(seen) is not False:
            return negated(self._before_change(seen))
        # A stop that isn't before this event may have ended its course by an enrolment unseen.
        for stop in self.stops_standing():
            hidden = self.record.gap("enrolled", stop.day) or self._lapsed_by(stop) is None
            if hidden and not seen.after(stop):
                return None
        first = seen.day if strictly else seen.day + ONE_DAY
        left, stopped = self._ends_count_until()
        hidden_end = self.record.gap("discontinued", first, left) or self.record.gap(
            "treatment-stopped", first, stopped
        )
        return None if hidden_end or self.may_have_changed(seen.day) else True

    def stops_standing(self) -> list[Seen]:
        """The stops of treatment that didn't end a course."""
        return [stop for stop in self.record.all("treatment-stopped") if stop not in self.ends]

    def _before_change(self, seen: Seen) -> Answer:
        """Whether an event lies before the change of category that began the entry anew."""
        if self.change is None or not seen.before(self.change) or self.can is False:
            return False
        return self.can

    def _ends_count_until(self) -> tuple[date, date]:
        """The last days on which leaving, and stopping, would put what came before into a course that is over."""
        if self.gate == "finish":
            return self._entered(), self._entered()
        return self.today, max(self._entered(), self.today - RE_ENTRY_AFTER - ONE_DAY)

    def _entered(self) -> date:
        return max((enrolled.day for enrolled in self.enrolments), default=self.today)

    def may_have_changed(self, day: date) -> bool:
        """Whether a change of category after this day may be missing, which would begin the entry anew."""
        if self.can is False:
            return False
        known = [seen.day for seen in self.record.all("classified") if seen.day <= day]
        return self.record.gap("classified", max(known, default=None))

    def began(self) -> date | None:
        """The first day on which an event can belong to the present course; None if there is no such day."""
        days = [end.day for end in self.ends]
        if self.change is not None and self.can is True:
            days.append(self.change.day)
        return max(days, default=None)

    def enrolled(self) -> Answer:
        """Enrolled after the last time the patient left the programme."""
        left = final(self.record.all("discontinued"))
        holding = [seen for seen in self.enrolments if all(seen.after(end) for end in left)]
        if not self.enrolments or len(holding) < len(self.enrolments):
            since = max((end.day for end in left), default=None)
            return None if self.record.gap("enrolled", since) else False
        return None if self.record.gap("discontinued", self._entered()) else True

    def needs_no_re_entry(self) -> Answer:
        """No stop of treatment in this enrolment was left to stand for more than 30 days."""
        for stop in self.record.all("treatment-stopped"):
            if any(enrolled.after(stop) for enrolled in self.record.all("enrolled")):
                continue
            lapsed = self._lapsed_by(stop)
            if lapsed is not False:
                return None if lapsed is None or self.record.gap("enrolled", stop.day) else False
        latest = self.today - RE_ENTRY_AFTER - ONE_DAY
        return None if self.record.gap("treatment-stopped", self._entered(), latest) else True

    # FORMS, COUNSELLING, AGE

    def signed(self, form: str, by: str) -> Answer:
        """Whether somebody signed a form in the present course."""

        def fits(seen: Seen) -> Answer:
            if seen.text("form") != form or seen.text("by") != by:
                return False
            # Which of one day came last isn't known: the end of the course before, it is taken.
            return self.of_course(seen, strictly=True)

        return self.record.exists("form-signed", fits, self.began())

    def forms(self) -> dict[str, Answer]:
        """The forms of the programme, each signed by patient and prescriber, and by a guardian while under 18."""
        minor = negated(self.record.age_reached(18))
        rules: dict[str, Answer] = {}
        for form, applies in (("patient-information", True), ("birth-defects", self.can)):
            rules[f"{form}-by-patient"] = where(applies, self.signed(form, "patient"))
            rules[f"{form}-by-prescriber"] = where(applies, self.signed(form, "prescriber"))
            rules[f"{form}-by-guardian"] = where(both(applies, minor), self.signed(form, "guardian"))
        return rules

    def counselled(self) -> Answer:
        """Whether the prescriber counselled the patient in the present course."""
        return self.record.exists(
            "counselled", lambda seen: self.of_course(seen) if by_prescriber(seen) else False, self.began()
        )

    # CERTIFICATES

    def certified(self, role: str, who: str | None = None) -> Answer:
        """Whether the prescriber or the pharmacy that acts is certified today.

        A certificate that names somebody is of that one only. Where the one who acts isn't named, certificates
        without a name count first; where there is none, that of the only one named.
        """
        events = [seen for seen in self.record.all("certified", "decertified") if seen.text("role") == role]
        granted = [seen for seen in events if seen.kind == "certified"]
        known = self._of_acting(granted, events, role) if who is None else self._of_named(who, granted, events, role)
        if known is False and self.record.gap("certified", None):
            return None
        if known is True:
            since = min(seen.day for seen in granted if self._standing(seen, events, role).in_force)
            return None if self.record.gap("decertified", since) else True
        return known

    def _of_named(self, who: str, granted: Sequence[Seen], events: Sequence[Seen], role: str) -> Answer:
        own = [seen for seen in granted if seen.fields.get("who") == who]
        if own:
            return self._own(own, events, role)
        return self._unnamed(granted, events, role, who)

    def _of_acting(self, granted: Sequence[Seen], events: Sequence[Seen], role: str) -> Answer:
        """The answer where nothing says who acts."""
        if not granted:
            return False
        names = {str(seen.fields["who"]) for seen in events if seen.fields.get("who") is not None}
        if any(seen.fields.get("who") is None for seen in granted):
            return self._unnamed(granted, events, role, None)
        # Several may act: those named, and one without a name who was decertified.
        if len(names) > 1 or any(seen.fields.get("who") is None for seen in events):
            return None
        return self._own(granted, events, role)

    def _unnamed(self, granted: Sequence[Seen], events: Sequence[Seen], role: str, who: str | None) -> Answer:
        """The answer by the certificates that name nobody; ``who`` acts, if that is known."""
        unnamed = [seen for seen in granted if seen.fields.get("who") is None]
        standing = [seen for seen in unnamed if not self._standing(seen, events, role).withdrawn]
        # Several may be of several, and nothing says which is that of the one who acts.
        if len(standing) > 1:
            return None
        known = self._own(standing, events, role)
        # Who was decertified by name since may be the one of the certificate.
        lost = [seen for seen in events if seen.kind == "decertified" and who in (None, seen.fields.get("who"))]
        if known is True and any(not seen.before(standing[0]) for seen in lost):
            return None if who is None else False
        return known

    def _own(self, certificates: Sequence[Seen], events: Sequence[Seen], role: str) -> Answer:
        standings = [self._standing(seen, events, role) for seen in certificates]
        return any(standing.in_force and not standing.withdrawn for standing in standings)

    def _standing(self, seen: Seen, events: Sequence[Seen], role: str) -> _Standing:
        last_day = seen.date("until")
        # A pharmacy's certificate lasts a year where it doesn't say otherwise, a prescriber's has no end.
        if last_day is None and role == "pharmacy":
            last_day = birthday(seen.day, 1) - ONE_DAY
        in_force = seen.kind == "certified" and (last_day is None or self.today <= last_day)
        withdrawn = any(
            # A decertification that names nobody is taken to be of whoever acts.
            other.kind == "decertified"
            and other.fields.get("who") in (None, seen.fields.get("who"))
            and not other.before(seen)
            for other in events
        )
        return _Standing(in_force, withdrawn, seen.day)

    # DISPENSES

    def _supplied(self) -> list[Seen]:
        """The dispenses that weren't returned; a return undoes the last one before it."""
        standing: list[Seen] = []
        for seen in _in_known_order(
            sorted(self.record.all("dispensed", "returned"), key=lambda seen: (seen.day, seen.kind))
        ):
            if seen.kind == "dispensed":
                standing.append(seen)
            elif standing:
                standing.pop()
        return standing

    def last_supplied(self) -> Seen | None:
        """The last dispense that wasn't returned, of whatever course."""
        return self.supplied[-1] if self.supplied else None

    def has_had(self, before: Seen | None = None) -> Answer:
        """Whether medicine was dispensed in the present course and not returned, until now or before an event."""
        closes = self.today if before is None else before.day - ONE_DAY
        mine = [
            (seen, self.of_course(seen, strictly=True))
            for seen in self.supplied
            if (before is None or seen.before(before)) and not any(seen.before(entry) for entry in self.enrolments)
        ]
        known = either(*(answer for _, answer in mine))
        if known is not False:
            first = min(seen.day for seen, answer in mine if answer is not False)
            hidden = self.record.gap("returned", first) or self.record.gap("enrolled", first + ONE_DAY)
            return None if hidden else known
        return None if self.record.gap("dispensed", self.began(), closes) else False

    def renewed(self, seen: Seen) -> Answer:
        """Whether an event lies in the present month: since the enrolment, on a later day than the last dispense."""
        if not self.enrolments:
            return None if self.record.gap("enrolled", None) else False
        if any(seen.before(enrolled) for enrolled in self.enrolments):
            return False
        if self._before_change(seen) is True:
            return False
        supplied = self.last_supplied()
        if supplied is not None and seen.day <= supplied.day:
            return None if self.record.gap("returned", supplied.day) else False
        if self.record.gap("dispensed", seen.day) or self.record.gap("enrolled", seen.day + ONE_DAY):
            return None
        return None if self.may_have_changed(seen.day) else True

    def month_from(self) -> date | None:
        """The first day on which what renews can lie; None if the patient isn't enrolled."""
        if not self.enrolments:
            return None
        days = [self._entered()]
        if self.change is not None and self.can is True:
            days.append(self.change.day)
        supplied = self.last_supplied()
        if supplied is not None:
            days.append(supplied.day + ONE_DAY)
        return max(days)

    # PREGNANCY

    def no_possible_pregnancy(self) -> Answer:
        """No positive test and no pregnancy reported that a prescriber hasn't excluded since."""
        signs = [seen for seen in self.record.all("pregnancy-test") if seen.text("result") == "positive"]
        signs += self.record.all("pregnancy")
        excluded = self.exclusions()
        for sign in signs:
            if not any(judged.after(sign) for judged in excluded):
                return None if self.record.gap("judged", sign.day) else False
        last = max((judged.day for judged in excluded), default=None)
        return None if self.record.gaps(("pregnancy-test", "pregnancy"), last) else True

    def exclusions(self) -> list[Seen]:
        """The times that a prescriber recorded that pregnancy is excluded."""
        return [
            seen
            for seen in self.record.all("judged")
            if seen.text("matter") == "pregnancy-excluded" and by_prescriber(seen)
        ]


def _in_known_order(events: Iterable[Seen]) -> list[Seen]:
    """Events in order of their days; those of one day as given, or by their instants where both have one."""
    ordered: list[Seen] = []
    for seen in events:
        place = len(ordered)
        while place and seen.before(ordered[place - 1]):
            place -= 1
        ordered.insert(place, seen)
    return ordered
