"""Decisions and plans as they look in a terminal: the outcome first, then what to do, then why."""

from __future__ import annotations

from safecourse import wording
from safecourse.cli.screen import NOTICE, Terminal
from safecourse.rulebook import library
from safecourse.rulebook.model import Programme, Source
from safecourse.rules import Decision, JointDecision, Plan
from safecourse.rules.decision import (
    ALLOWED,
    MET,
    NOT_APPLICABLE,
    NOT_DECIDED,
    REFUSED,
    UNDETERMINED,
    UNKNOWN,
    UNMET,
    Finding,
    PlannedStep,
)

_OUTCOME_COLOUR = {ALLOWED: "green", REFUSED: "red", UNDETERMINED: "yellow", NOT_DECIDED: "dim"}
_VERDICT_COLOUR = {UNMET: "red", UNKNOWN: "yellow"}


def decision_in_words(decision: Decision | JointDecision, terminal: Terminal) -> str:
    """A whole decision as text."""
    if isinstance(decision, Decision):
        return "\n".join([*_decision(decision, terminal), "", terminal.paint(NOTICE, "dim")])
    names = ", ".join(f"{one.programme} {wording.OUTCOME_WORDS[one.outcome].lower()}" for one in decision.programmes)
    head = terminal.paint(decision.outcome.upper(), _OUTCOME_COLOUR[decision.outcome])
    lines = [f"{head}: {decision.gate}, under {len(decision.programmes)} programmes together ({names})"]
    for one in decision.programmes:
        lines += ["", *_decision(one, terminal)]
    return "\n".join([*lines, "", terminal.paint(NOTICE, "dim")])


def plan_in_words(plan: Plan, decision: Decision | JointDecision, terminal: Terminal) -> str:
    """Only the plan, with a line that says of what."""
    asked = decision.programmes[0] if isinstance(decision, JointDecision) else decision
    names = [one.programme for one in decision.programmes] if isinstance(decision, JointDecision) else [asked.programme]
    lines = [terminal.paint(f"Plan for {decision.gate} under {', '.join(names)}", "bold")]
    if decision.outcome == ALLOWED:
        lines.append("  Allowed already: nothing is left to do.")
    else:
        lines += _what_to_do(plan, terminal)
    return "\n".join([*lines, "", terminal.paint(NOTICE, "dim")])


# ---- one decision ---------------------------------------------------------------------------------------


def _decision(decision: Decision, terminal: Terminal) -> list[str]:
    programme = _version(decision)
    lines = [_headline(decision, programme, terminal)]
    at = wording.instant_in_words(decision.at, programme.timezone)
    version = wording.day_in_words(decision.version)
    hypothetical = " (hypothetical: not the version that governs)" if decision.hypothetical else ""
    lines.append(terminal.fill(f"{programme.title}, rules of {version}{hypothetical}, asked for {at}.", "  "))
    if decision.outcome == NOT_DECIDED:
        return [*lines, f"  This programme has no requirements at the gate {decision.gate}."]
    lines += _window(decision, programme)
    if decision.outcome != ALLOWED:
        lines += ["", terminal.paint("What to do", "bold"), *_what_to_do(decision.plan, terminal)]
    lines += _why(decision, programme, terminal)
    return lines


def _version(decision: Decision) -> Programme:
    return next(one for one in library.versions(decision.programme) if one.version == decision.version)


def _headline(decision: Decision, programme: Programme, terminal: Terminal) -> str:
    word = terminal.paint(decision.outcome.upper(), _OUTCOME_COLOUR[decision.outcome])
    text = f"{word}: {decision.gate}, {decision.programme}"
    if decision.outcome == ALLOWED and decision.windows and decision.windows[0].closes_at != "open-ended":
        year = int(decision.at[:4])
        text += f", until {wording.deadline_in_words(decision.windows[0].closes_at, programme.timezone, year)}"
    return text


def _window(decision: Decision, programme: Programme) -> list[str]:
    if not decision.windows:
        return []
    window = decision.windows[0]
    if window.opens in ("never", "unknown"):
        return [f"  Window: {'none is open' if window.opens == 'never' else 'not known'}."]
    year = int(decision.at[:4])
    closes = wording.deadline_in_words(window.closes_at, programme.timezone, year)
    opens = wording.day_in_words(window.opens) if window.opens[:4] != str(year) else wording.short_day(window.opens)
    closed = window.closes != "open-ended" and window.closes < decision.at[:10]
    return [f"  Window: {opens} to {closes}{' (closed)' if closed else ''}."]


def _what_to_do(plan: Plan, terminal: Terminal) -> list[str]:
    if not plan.earliest:
        return [terminal.fill(f"There is no plan: {plan.because}", "  ")]
    lines = []
    when = ""
    for number, step in enumerate(plan.steps, 1):
        if when != _when(step):
            when = _when(step)
            lines.append(f"  {when}:")
        lines.append(terminal.fill(step.do, "       ", f"    {number}. "))
    word = "Not before" if plan.assumes else "Earliest lawful day:"
    lines.append(f"  {word} {terminal.paint(wording.day_in_words(plan.earliest), 'bold')}.")
    if plan.assumes:
        lines.append(terminal.fill(f"This assumes: {' '.join(plan.assumes)}", "  "))
    return lines


def _when(step: PlannedStep) -> str:
    if step.first == step.last:
        return f"On {wording.day_in_words(step.first)}"
    return f"From {wording.short_day(step.first)} until {wording.day_in_words(step.last)}"


# ---- why ------------------------------------------------------------------------------------------------


def _why(decision: Decision, programme: Programme, terminal: Terminal) -> list[str]:
    sources = {source.id: source for source in programme.sources}
    lines: list[str] = []
    blocking = [one for verdict in (UNMET, UNKNOWN) for one in decision.findings if one.verdict == verdict]
    if blocking:
        lines += ["", terminal.paint("Why", "bold")]
        for finding in blocking:
            lines += _finding(finding, sources[finding.source], terminal)
    advice = [one for one in decision.advice if one.verdict in (UNMET, UNKNOWN)]
    if advice:
        lines += ["", terminal.paint("Advice, which never changes the outcome", "bold")]
        for finding in advice:
            lines += _finding(finding, sources[finding.source], terminal)
    met = [one.requirement for one in decision.findings if one.verdict == MET]
    if met:
        lines += ["", terminal.fill(f"Met ({len(met)}): {', '.join(met)}.", "  ")]
    idle = sum(one.verdict == NOT_APPLICABLE for one in decision.findings)
    if idle:
        lines.append(
            f"  {wording.number_of(idle, 'requirement does', 'requirements do')} not apply to this course now."
        )
    if decision.assumptions:
        lines += ["", terminal.paint("What this decision assumes, because nobody could verify it", "bold")]
        lines += [terminal.fill(text, "    ", "  - ") for text in _grouped(decision.assumptions)]
    if decision.later_events:
        count = wording.number_of(decision.later_events, "event lies", "events lie")
        lines += ["", f"  {count} after the instant asked for and had no say."]
    return lines


def _grouped(assumptions: tuple[str, ...]) -> list[str]:
    """Assumptions with the names of all rules that share one before its text."""
    names: dict[str, list[str]] = {}
    for one in assumptions:
        name, _, text = one.partition(": ")
        names.setdefault(text, []).append(name)
    return [f"{', '.join(those)}: {text}" for text, those in names.items()]


def _finding(finding: Finding, source: Source, terminal: Terminal) -> list[str]:
    verdict = terminal.paint(finding.verdict, _VERDICT_COLOUR.get(finding.verdict, "dim"))
    seen = wording.value_in_words(finding.observed)
    return [
        f"  {verdict}: {finding.requirement}",
        terminal.fill(finding.says, "     "),
        terminal.fill(f"On record: {seen}. Asked: {asked_in_words(finding)}.", "     "),
        terminal.fill(f"Fix: {finding.fix}", "     "),
        terminal.fill(f"Source: {source.title} ({finding.source}, {wording.GRADE_WORDS[finding.grade]}).", "     "),
    ]


def asked_in_words(finding: Finding) -> str:
    """The window of a finding as people say it."""
    if not finding.forbid:
        return _span(finding)
    return "none" if finding.opens == finding.closes == "open-ended" else f"not {_span(finding)}"


def _span(finding: Finding) -> str:
    opens, closes = finding.opens, finding.closes
    if opens == closes:
        return wording.value_in_words(opens)
    if "unknown" in (opens, closes) or "never" in (opens, closes):
        return f"{wording.value_in_words(opens)} to {wording.value_in_words(closes)}"
    if closes == "open-ended":
        return f"{wording.value_in_words(opens)} or later" if isinstance(opens, str) else f"at least {opens:g}"
    if opens == "open-ended":
        return f"{wording.value_in_words(closes)} or earlier" if isinstance(closes, str) else f"at most {closes:g}"
    return f"{wording.value_in_words(opens)} to {wording.value_in_words(closes)}"
