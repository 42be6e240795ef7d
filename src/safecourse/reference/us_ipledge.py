"""iPLEDGE (isotretinoin, United States), in its versions of December 2021, October 2023 and November 2026."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from safecourse.reference.records import (
    ONE_DAY,
    Answer,
    Opinion,
    Seen,
    agreed,
    both,
    either,
    final,
    negated,
    opinion,
    where,
)
from safecourse.reference.us_ipledge_course import Course
from safecourse.reference.us_ipledge_tests import NO_WAIT_SINCE, Month, Window

VERSIONS = (date(2021, 12, 13), date(2023, 10, 3), date(2026, 11, 15))
PRODUCTS = frozenset({"isotretinoin", "absorica", "absorica-ld"})
LONGEST_SUPPLY = 30
VISIT_HOLDS = timedelta(days=30)
LAST_TEST_AFTER = timedelta(days=30)
YOUNGEST = 12


def judge(document: Mapping[str, Any], gate: str, at: datetime, version: str) -> Opinion:
    """What this version of the programme says of one gate; ValueError if it has no such version or gate."""
    in_force = date.fromisoformat(version)
    if in_force not in VERSIONS:
        raise ValueError(f"us-ipledge has no version {version}; it has {', '.join(map(str, VERSIONS))}")
    course = Course(document, at, in_force, gate)
    if gate == "enrol":
        return opinion(_enrolling(course))
    if gate == "prescribe":
        return opinion(_prescribing(course, Month(course)))
    if gate == "dispense":
        return opinion(*_dispensing(course, Month(course)))
    if gate == "take":
        return opinion(_taking(course, Month(course)))
    if gate == "finish":
        return opinion(_finishing(course, Month(course)))
    raise ValueError(f"us-ipledge has no gate {gate}")


def _entry(course: Course) -> dict[str, Answer]:
    """What is asked at the entry and stays asked."""
    return {
        "classified": course.is_classified(),
        "category-follows": course.category_follows(),
        "age": course.record.age_reached(YOUNGEST),
        "no-possible-pregnancy": course.no_possible_pregnancy(),
        **course.forms(),
    }


def _enrolling(course: Course) -> dict[str, Answer]:
    return {
        **_entry(course),
        "prescriber-certified": _prescriber_certified(course, Month(course)),
        "counselled": course.counselled(),
    }


def _month_and_entry(course: Course, month: Month, dispensing: bool) -> tuple[dict[str, Answer], Window]:
    """What holds before each prescription and each dispense, and the window of the tests."""
    rules = {
        **_entry(course),
        "enrolled": course.enrolled(),
        "no-re-entry": course.needs_no_re_entry(),
        "no-lapse": where(course.can, month.no_lapse()),
        "methods": where(course.can, month.methods()),
        "lead": where(course.can, month.lead()),
    }
    monthly, window = month.rules(dispensing)
    confirmed = monthly.pop("monthly-confirmation")
    # Of a patient who can't become pregnant, the version of 2026 asks for no monthly confirmation.
    asked = True if course.version < NO_WAIT_SINCE else course.can
    rules["monthly-confirmation"] = where(asked, confirmed)
    for name, answer in monthly.items():
        # Tests, questions and the window that a test opens are of those who can become pregnant.
        rules[name] = where(course.can, answer)
    return rules, window


def _prescribing(course: Course, month: Month) -> dict[str, Answer]:
    rules, _ = _month_and_entry(course, month, dispensing=False)
    rules["prescriber-certified"] = _prescriber_certified(course, month)
    return rules


def _prescriber_certified(course: Course, month: Month) -> Answer:
    """Whether the prescriber is certified who signed this month's prescription, or else confirmed the month."""
    signed = [
        seen
        for seen in course.record.all("prescribed")
        if seen.text("product") in PRODUCTS and course.renewed(seen) is not False
    ]
    return _acting_certified(course, "prescriber", (("prescribed", signed), ("monthly-confirmation", month.usable)))


def _acting_certified(course: Course, role: str, acts: Sequence[tuple[str, list[Seen]]]) -> Answer:
    """Whether the one who acts is certified, by acts of several kinds, of which the first that happened tells who."""
    for kind, done in acts:
        last = final(done)
        names = {seen.fields.get("who", seen.fields.get("pharmacy")) for seen in last}
        # Two at once, or an act that nobody saw, may be of one who isn't certified.
        if len(names) > 1 or course.record.gap(kind, last[0].day if last else course.month_from()):
            return agreed(course.certified(role, who) for who in (None, *map(str, names), "somebody unseen"))
        if last:
            (name,) = names
            return course.certified(role, None if name is None else str(name))
    return course.certified(role)


def _dispensing(course: Course, month: Month) -> tuple[dict[str, Answer], Window]:
    rules, test_window = _month_and_entry(course, month, dispensing=True)
    prescriptions = course.record.last("prescribed", lambda seen: seen.text("product") in PRODUCTS)
    rules["prescriber-certified"] = _prescriber_certified(course, month)
    rules["pharmacy-certified"] = _pharmacy_certified(course)
    rules["methods-agree"] = where(course.can, month.methods_agree())
    rules["prescription"] = _unused(course, prescriptions)
    rules["supply"] = _short_enough(course, prescriptions)
    # The window that a visit opens was for those who can't become pregnant, until the version of 2026.
    visit_counts = negated(course.can) if course.version < NO_WAIT_SINCE else False
    visited, visit_window = _visit(course)
    rules["visit-window"] = where(visit_counts, visited)
    if course.can is True:
        return rules, test_window
    if visit_counts is True:
        return rules, visit_window
    return rules, (None, None)


def _pharmacy_certified(course: Course) -> Answer:
    """Whether the pharmacy that holds this month's authorisation is certified; a reversed one is held by nobody."""
    supplied = course.last_supplied()
    reversals = course.record.all("authorisation-reversed")
    held = [
        seen
        for seen in course.record.all("authorised")
        if (supplied is None or seen.day > supplied.day) and all(seen.after(reversal) for reversal in reversals)
    ]
    return _acting_certified(course, "pharmacy", (("authorised", held),))


def _unused(course: Course, prescriptions: list[Seen]) -> Answer:
    """Whether there is a prescription of this month that no dispense has used."""
    known = either(*(course.renewed(seen) for seen in prescriptions))
    if known is False and course.record.gap("prescribed", course.month_from()):
        return None
    return known


def _short_enough(course: Course, prescriptions: list[Seen]) -> Answer:
    """Whether the prescription is for at most 30 days; that there is one is another rule."""
    if not prescriptions:
        return True
    if course.record.gap("prescribed", prescriptions[-1].day):
        return None
    return all((seen.number("days_supply") or 0) <= LONGEST_SUPPLY for seen in prescriptions)


def _visit(course: Course) -> tuple[Answer, Window]:
    """Whether today lies within 30 days of the last visit, and these days."""
    visits = course.record.last("visited")
    if not visits:
        return None if course.record.gap("visited", course.today - VISIT_HOLDS) else False, (None, None)
    first = visits[-1].day
    if course.today <= first + VISIT_HOLDS:
        return True, (first, first + VISIT_HOLDS)
    hidden = course.record.gap("visited", course.today - VISIT_HOLDS)
    return None if hidden else False, (first, first + VISIT_HOLDS)


def _taking(course: Course, month: Month) -> dict[str, Answer]:
    return {
        "category-follows": course.category_follows(),
        "no-possible-pregnancy": course.no_possible_pregnancy(),
        "no-lapse": where(course.can, month.no_lapse()),
        "dispensed": both(course.has_had(), _under_way(course)),
    }


def _under_way(course: Course) -> Answer:
    """Whether medicine was dispensed since the last enrolment, stop of treatment and leaving of the programme."""
    ends = [*course.stopped, *course.record.last("discontinued")]
    entered = course.enrolments
    fresh = [
        seen
        for seen in course.supplied
        if all(seen.after(end) for end in ends) and not any(seen.before(entry) for entry in entered)
    ]
    if not fresh:
        since = max((end.day for end in ends), default=None)
        return None if course.record.gap("dispensed", since) else False
    first = fresh[-1].day
    return None if course.record.gaps(("treatment-stopped", "discontinued", "returned"), first) else True


def _finishing(course: Course, month: Month) -> dict[str, Answer]:
    record = course.record
    rules: dict[str, Answer] = {
        "category-follows": course.category_follows(),
        "stopped": _stopped(course),
        "pregnancy-followed-up": _followed_up(course),
    }
    if not course.stopped:
        return rules
    stop = course.stopped[-1]
    verdicts = [(test, month.accepted(test)) for test in month.tests if not test.before(stop)]
    sure = sum(answer is True for _, answer in verdicts)
    perhaps = sum(answer is None for _, answer in verdicts)
    late = either(*(answer for test, answer in verdicts if test.day >= stop.day + LAST_TEST_AFTER))
    # A test after the end, and another 30 days after it or later: two tests since the end.
    two: Answer = True if sure >= 2 else None if sure + perhaps >= 2 else False
    if two is False and record.gap("pregnancy-test", stop.day):
        two = None
    if late is False and record.gap("pregnancy-test", stop.day + LAST_TEST_AFTER):
        late = None
    if record.gap("treatment-stopped", stop.day + ONE_DAY):
        two, late = both(two, None), both(late, None)  # an end unseen would ask for later tests
    rules["two-tests-since-the-end"] = where(course.can, two)
    rules["test-a-month-after-the-end"] = where(course.can, late)
    return rules


def _stopped(course: Course) -> Answer:
    """Whether treatment was stopped and not taken up again."""
    if not course.stopped:
        return None if course.record.gap("treatment-stopped", None) else False
    stop = course.stopped[-1]
    again = [*course.supplied, *course.record.all("treatment-started")]
    # On one day, treatment goes on.
    if any(not seen.before(stop) for seen in again):
        return None if course.record.gaps(("treatment-stopped", "returned"), stop.day) else False
    return None if course.record.gaps(("dispensed", "treatment-started"), stop.day) else True


def _followed_up(course: Course) -> Answer:
    """Whether each positive test was reported as a pregnancy, or pregnancy was excluded on a later day."""
    excluded = [judged.day for judged in course.exclusions()]
    reported = [report.day for report in course.record.all("pregnancy")]
    for test in course.record.all("pregnancy-test"):
        if test.text("result") != "positive":
            continue
        if not any(day >= test.day for day in reported) and not any(day > test.day for day in excluded):
            return None if course.record.gaps(("judged", "pregnancy"), test.day) else False
    # What a report of the same day, or an exclusion of a later one, follows up needs no cover.
    since = max([*(day + ONE_DAY for day in reported), *excluded], default=None)
    return None if course.record.gap("pregnancy-test", since) else True
