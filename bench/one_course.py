"""One decision, with folding, on a 12-month course; explained; planned."""

from __future__ import annotations

from courses import AT, PROGRAMME, TODAY, course
from measuring import best, result, save
from safecourse import days
from safecourse.rulebook import library
from safecourse.rules.deciding import compiled, decide, outcome_at
from safecourse.rules.decision import ALLOWED, REFUSED
from safecourse.rules.explaining import act_window, assumptions_of, findings_of
from safecourse.rules.judging import fold_facts, judge
from safecourse.rules.ledger import open_ledger
from safecourse.rules.planning import plan_gate

GATE = "dispense"


def main() -> None:
    programme = library.programme(PROGRAMME, TODAY)
    ready = compiled(programme, GATE)
    good = course(12, lean=True)
    late = days.parse_day("2027-06-20")
    late_at = AT.replace(day=20)
    of = f"{len(ready.rules)} requirements, {len(good.events)} events, 1 course"

    assert outcome_at(programme, good, GATE, AT) == decide(good, GATE, at=AT).outcome == ALLOWED
    refused = decide(good, GATE, at=late_at)
    assert refused.outcome == outcome_at(programme, good, GATE, late_at) == REFUSED

    ledger = open_ledger(good, TODAY, days.microseconds(AT))

    state = fold_facts(ready, ledger)
    bits = judge(ready, state)

    def explain() -> object:
        findings = findings_of(ready, state, bits)
        return findings, assumptions_of(ready, findings), act_window(ready, state, bits, ALLOWED)

    assert explain() == ((whole := decide(good, GATE, at=AT)).findings + whole.advice, whole.assumptions, whole.windows)
    later = open_ledger(good, late, days.microseconds(late_at))

    def plan() -> object:
        return plan_gate(((ready, late, days.LATEST),), later)

    assert plan() == refused.plan

    def whole_answer() -> object:
        return decide(good, GATE, at=AT)

    steps = len(refused.plan.steps)
    save(
        [
            result("decide", 1e6 * best(lambda: outcome_at(programme, good, GATE, AT), repeat=9, number=300), "us", of),
            result("explain", 1e6 * best(explain, repeat=9, number=300), "us", f"{of}; facts to findings and window"),
            result(
                "decide_and_explain", 1e6 * best(whole_answer, repeat=9, number=100), "us", f"{of}; the whole answer"
            ),
            result("plan", 1e6 * best(plan, repeat=9, number=20), "us", f"{of}; {steps} steps after a closed window"),
        ]
    )


if __name__ == "__main__":
    main()
