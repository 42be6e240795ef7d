"""The gates that the UK and the EU judge alike: dispense, take and finish of an isotretinoin course."""

from __future__ import annotations

from datetime import date

from safecourse.reference.isotretinoin_europe import Course
from safecourse.reference.records_eu import Answer, either, month_after, negated


def preventing(course: Course) -> dict[str, Answer]:
    """What prescribing and dispensing both ask: category, no pregnancy, contraception."""
    contraception = course.needs_contraception()
    return {
        "category": course.category_is_consistent(),
        "no-possible-pregnancy": course.no_possible_pregnancy(),
        "contraception": either(negated(contraception), course.contraception_is_adequate()),
    }


def testing(course: Course) -> dict[str, Answer]:
    """What prescribing asks of tests."""
    spared = negated(course.needs_contraception())
    oldest = course.today - course.terms.test_days
    return {
        "contraception-lead": either(spared, course.at_first(course.contraception_has_run())),
        "test-after-lead": either(spared, course.at_first(course.tested_after_lead())),
        "test": either(negated(course.in_pregnancy_prevention()), course.tested_on(oldest, course.today)),
    }


def acknowledged(course: Course, by: str) -> Answer:
    """Patient or prescriber signed the acknowledgement of risk in this course."""
    return course.in_this_course(
        "form-signed", lambda seen: seen.text("form") == "acknowledgement-of-risk" and seen.text("by") == by
    )


def dispensing(course: Course) -> dict[str, Answer]:
    """What handing the medicine over asks."""
    potential = course.in_pregnancy_prevention()
    return {
        **preventing(course),
        "prescription-rests-on-test": either(negated(potential), course.prescription_rests_on_test()),
        "prescription-recent": either(negated(potential), course.prescription_is_recent()),
        "prescription-unused": course.prescription_is_unused(),
        "supply-30-days": either(negated(potential), course.supply_is_short()),
        "prescriber-may-sign": course.signed_by_one_who_may(),
    }


def taking(course: Course) -> dict[str, Answer]:
    """What taking today's capsule asks."""
    return {
        "category": course.category_is_consistent(),
        "dispensed": course.has_been_dispensed(),
        "no-possible-pregnancy": course.no_possible_pregnancy(),
    }


def finishing(course: Course) -> dict[str, Answer]:
    """What closing the course asks."""
    potential = course.in_pregnancy_prevention()
    return {
        "category": course.category_is_consistent(),
        "stopped": course.stopped(),
        "test-after-end": either(negated(potential), course.tested_after_end(month_after)),
        "pregnancy-followed-up": course.pregnancy_followed_up(),
    }


def test_window(course: Course) -> tuple[date | None, date | None]:
    """The days on which the last accepted test carries a prescription."""
    tested = course.last_test()
    if tested is None or course.in_pregnancy_prevention() is False:
        return (None, None)
    return (tested, tested + course.terms.test_days)


def dispense_window(course: Course) -> tuple[date | None, date | None]:
    """The days on which the last prescription may be dispensed."""
    if course.in_pregnancy_prevention() is False:
        return (None, None)
    return course.prescription_window()
