"""What ``watch`` found as a plain document: the JSON of the command line."""

from __future__ import annotations

from typing import Any

from safecourse import days
from safecourse.days import NEVER, OPEN
from safecourse.rulebook.outcomes import Figure
from safecourse.rules.aftercare import Aftercare, Waiting
from safecourse.rules.schedules import Due, Standing
from safecourse.rules.watching import Answers, LabResult, Met, Reached, RedFlag, Watch, Watched

Document = dict[str, Any]


def document_of(watch: Watch) -> Document:
    """A watch as texts, numbers, lists and mappings; days as the contract writes them."""
    return {
        "at": watch.at,
        "today": days.iso(watch.today),
        "red_flags": [_flag(one) for one in watch.red_flags],
        "programmes": [_programme(one, watch.today) for one in watch.programmes],
        "reactions": [_met(one) for one in watch.reactions],
        "reports": [
            {"what": one.what, "to": one.to, "country": one.country, "source": one.source, "grade": one.grade}
            for one in watch.reports
        ],
        "aftercare": [_aftercare(one) for one in watch.aftercare],
        "later_events": watch.later_events,
    }


def _flag(one: RedFlag) -> Document:
    return {
        "on": days.iso(one.day),
        "what": one.what,
        "says": one.says,
        "do": one.do,
        "call": one.call,
        "by": one.by,
        "source": one.source,
        "grade": one.grade,
    }


def _programme(one: Watched, today: int) -> Document:
    return {
        "programme": one.programme,
        "version": one.version,
        "schedule": one.schedule or None,
        "schedules": list(one.schedules),
        "labs": [_lab(each) for each in one.labs],
        "questionnaires": [_answers(each) for each in one.questionnaires],
        "due": [_due(each, today) for each in one.due],
        "without_day": [_standing(each) for each in one.standing],
    }


def _lab(one: LabResult) -> Document:
    return {
        "test": one.test,
        "on": days.iso(one.day),
        "stated": one.stated,
        "canonical": one.canonical or None,
        "reached": [_reached(each) for each in one.reached],
        "unknown": list(one.unknown),
        "watched": one.watched,
    }


def _reached(one: Reached) -> Document:
    return {
        "line": one.line,
        "threshold": one.threshold,
        "action": one.action,
        "fix": one.fix,
        "by": one.by,
        "source": one.source,
        "grade": one.grade,
        "assumption": one.assumption or None,
    }


def _answers(one: Answers) -> Document:
    return {
        "instrument": one.instrument,
        "on": days.iso(one.day),
        "total": one.total,
        "answers": list(one.answers),
        "reached": [_reached(each) for each in one.reached],
        "unknown": list(one.unknown),
        "waits_for_a_prescriber": one.open,
    }


def _due(one: Due, today: int) -> Document:
    return {
        "what": one.what,
        "monitor": one.monitor,
        "from": days.iso(one.day),
        "until": days.iso(one.until),
        "status": one.status(today),
        "done": days.iso(one.done),
        "detail": one.detail,
        "source": one.source,
        "grade": one.grade,
    }


def _standing(one: Standing) -> Document:
    return {
        "what": one.what,
        "monitor": one.monitor,
        "detail": f"{one.says}: {one.why}.",
        "needed": one.needed,
        "source": one.source,
        "grade": one.grade,
    }


def _met(one: Met) -> Document:
    document: Document = {
        "term": one.term,
        "severity": one.severity,
        "on": days.iso(one.day),
        "red_flag": one.red_flag,
        "reviewed": days.iso(one.reviewed),
        "known": bool(one.known),
    }
    for known in one.known:
        document |= {
            "frequency": known.frequency,
            "does": known.does,
            "advice": known.advice,
            "call": known.call or None,
            "source": known.source,
            "grade": known.grade,
        }
    return document


def _aftercare(one: Aftercare) -> Document:
    return {
        "medicine": one.medicine,
        "condition": one.condition or None,
        "started": days.iso(one.started),
        "ended": days.iso(one.ended),
        "state": one.state or None,
        "outcomes": [
            {"on": days.iso(each.day), "assessment": each.assessment, "measure": each.measure or None,
             "score": each.score or None}
            for each in one.scores
        ],
        "relapses": [days.iso(day) for day in one.relapses],
        "watch_until": days.iso(one.watch_until),
        "follow_up": [{"says": each.says, "limits": each.limits, "source": each.source} for each in one.follow_up],
        "figures": [_figure(each) for each in one.figures],
        "waits": [_waiting(each) for each in one.waits],
    }  # fmt: skip


def _figure(one: Figure) -> Document:
    return {"about": one.about, "says": one.says, "limits": one.limits, "source": one.source, "grade": one.grade}


def _waiting(one: Waiting) -> Document:
    return {
        "what": one.wait.what,
        "over": "unknown" if one.over == OPEN else days.iso(one.over),
        "says": one.wait.says,
        "too_early": [days.iso(day) for day in one.too_early if day != NEVER],
        "source": one.wait.source,
        "grade": one.wait.grade,
    }
