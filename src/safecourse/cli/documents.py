"""``make docs``: the documents that are made from the rule books, the scenarios and the table of facts.

A test compares what stands in the repository with what this module makes, so that neither can drift.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from safecourse import wording
from safecourse.cli.claims import claims_document
from safecourse.cli.programmes import ORDER
from safecourse.rulebook import library
from safecourse.rulebook.describing import RuleText, gates_of
from safecourse.rulebook.differences import differences
from safecourse.rulebook.model import GRADES, Programme
from safecourse.rules.scenarios import Scenario, files_of, read_scenarios

BEGIN, END = "<!-- programmes:begin -->", "<!-- programmes:end -->"
NOTICE = (
    "Made by `make docs`; don't edit by hand. Not medical advice, and not an official system of any programme. "
    "Clinically reviewed by nobody yet.\n"
)


def generated(root: Path) -> dict[Path, str]:
    """Every generated document by its path, the README with its table anew; ValueError if a marker is missing."""
    documents = {root / "README.md": _readme((root / "README.md").read_text(encoding="utf-8"))}
    for name in library.programme_ids():
        documents[root / "docs" / "programmes" / f"{name}.md"] = _programme(name)
        if files_of(name):
            documents[root / "docs" / "manual" / f"{name}.md"] = _manual(name)
    documents[root / "docs" / "manual" / "README.md"] = _contents()
    documents[root / "docs" / "claims.md"] = claims_document(root / "docs" / "claims.toml")
    documents[root / "docs" / "facts.md"] = _facts(sorted((root / "docs" / "facts").glob("*.toml")))
    return documents


def main(root: Path = Path()) -> int:
    """Write what differs and say what it was."""
    for path, text in generated(root).items():
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            print(f"wrote {path}")
    return 0


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = list(head)
    lines = [f"| {' | '.join(head)} |", f"| {' | '.join('---' for _ in head)} |"]
    lines += [f"| {' | '.join(cell.replace('|', '/') for cell in row)} |" for row in rows]
    return "\n".join(lines) + "\n"


# ---- the table of the README ------------------------------------------------------------------------------


def _readme(text: str) -> str:
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"README.md: the lines {BEGIN} and {END} are missing; put them where the table belongs")
    rows = []
    for name in library.programme_ids():
        for version in library.versions(name):
            counts = {grade: sum(one.grade == grade for one in version.requirements) for grade in GRADES}
            day = version.version + (" (assumed)" if version.in_force_grade == "unverified" else "")
            rows.append(
                (
                    version.medicine,
                    version.country,
                    f"[`{name}`](docs/programmes/{name}.md)",
                    day,
                    str(len(version.requirements)),
                    *(str(counts[grade]) for grade in GRADES),
                )
            )
    table = _table(("medicine", "country", "programme", "in force from", "rules", *GRADES), rows)
    return f"{before}{BEGIN}\n{table}{END}{after}"


# ---- programmes -----------------------------------------------------------------------------------------------


def _programme(name: str) -> str:
    versions = library.versions(name)
    newest = versions[-1]
    parts = [f"# {newest.title}\n", NOTICE]
    rows = [(one.version, wording.GRADE_WORDS[one.in_force_grade], " ".join(one.changes)) for one in versions]
    parts.append("## Versions\n")
    parts.append(_table(("in force from", "that day is from", "what changed"), rows))
    parts += [f"{one.version}: {one.in_force_assumption}\n" for one in versions if one.in_force_assumption]
    parts.append(f"## The rules of {newest.version}\n")
    parts.append(f"Days are cut in {newest.timezone}. `as_of` is the day of the act.\n")
    for gate in gates_of(newest):
        parts.append(f"### Gate `{gate.gate}`: to {wording.GATE_WORDS[gate.gate]}\n")
        for group in gate.groups:
            parts.append(f"**{group.who}**\n")
            parts += [_rule(rule) for rule in group.rules]
            if group.repeated:
                parts.append(f"And, as above: {', '.join(f'`{one.id}`' for one in group.repeated)}.\n")
    for older, newer in zip(versions[-2::-1], versions[:0:-1], strict=True):
        parts.append(f"## What changed from {older.version} to {newer.version}\n")
        parts.append(_changes(older, newer))
    parts.append("## Sources\n")
    parts.append(
        _table(("id", "what", "read"), ((one.id, _link(one.title, one.url), one.seen) for one in newest.sources))
    )
    return "\n".join(parts)


def _link(title: str, url: str) -> str:
    return f"[{title}]({url})" if url.startswith("http") else title


def _rule(rule: RuleText) -> str:
    one = rule.requirement
    marks = ["advice"] if one.binding == "advice" else []
    marks += ["the window of the act"] if one.is_window else []
    marks += [f"one of `{one.any_of}`"] if one.any_of else []
    mark = f" ({', '.join(marks)})" if marks else ""
    lines = [f"- **`{one.id}`**{mark}: {one.says}"]
    if rule.when:
        lines.append(f"  Applies {' and '.join(rule.when)}.")
    lines.append(f"  {rule.asks}: `{rule.numbers}`.")
    lines.append(f"  Source {one.source}, {wording.GRADE_WORDS[one.grade]}.")
    if one.assumption:
        lines.append(f"  *Assumed: {one.assumption}*")
    return "\n".join(lines) + "\n"


def _changes(older: Programme, newer: Programme) -> str:
    rows = []
    for change in sorted(differences(older, newer), key=lambda change: ORDER.index(change.kind)):
        for what, before, after in change.details:
            if change.kind != "restated" or what != "assumption":
                rows.append((f"`{change.requirement}`", change.kind, what, before or "-", after or "-"))
    return _table(("rule", "", "what", older.version, newer.version), rows) if rows else "Nothing.\n"


# ---- the manual -----------------------------------------------------------------------------------------------


def _contents() -> str:
    lines = ["# The manual: what happens when\n", NOTICE]
    lines.append(
        "Every line is a scenario that the tests run: a course, a gate, an instant, and the answer that must come.\n"
    )
    for name in library.programme_ids():
        count = len({one.title for path in files_of(name) for one in read_scenarios(path)})
        if count:
            lines.append(f"- [{library.versions(name)[-1].title}]({name}.md): {wording.number_of(count, 'scenario')}")
    return "\n".join(lines) + "\n"


def _manual(name: str) -> str:
    parts = [f"# {library.versions(name)[-1].title}: what happens when\n", NOTICE]
    for path in files_of(name):
        heading = path.read_text(encoding="utf-8").splitlines()[0]
        parts.append(f"## {heading.removeprefix('#').strip() if heading.startswith('#') else path.stem}\n")
        asked: dict[str, list[Scenario]] = {}
        for one in read_scenarios(path):
            asked.setdefault(one.title, []).append(one)
        parts.append(
            _table(("what happens", "gate", "answer"), (_situation(title, those) for title, those in asked.items()))
        )
    return "\n".join(parts)


def _situation(title: str, those: list[Scenario]) -> tuple[str, str, str]:
    gate = "calendar" if those[0].calendar.asked else those[0].gate
    answers: dict[str, list[str]] = {}
    for one in those:
        if one.calendar.asked:
            answers.setdefault(one.calendar.in_words(), []).append(one.rules)
            continue
        names = [f"`{name}`" for name in (*one.unmet, *one.unknown)]
        text = f"{one.outcome}: {', '.join(names)}" if names else one.outcome
        answers.setdefault(text, []).append(one.rules)
    if len(answers) == 1:
        return title, gate, next(iter(answers))
    texts = [f"{text} (rules of {', '.join(day for day in rules if day)})" for text, rules in answers.items()]
    return title, gate, "; ".join(texts)


# ---- the table of facts -----------------------------------------------------------------------------------------


def _facts(files: list[Path]) -> str:
    parts = ["# Every fact, and what safecourse does with it\n", NOTICE]
    parts.append(
        "Each row is one row of the collected facts: the requirements that carry it, or why it gates no act, or why it "
        "is left out.\n"
    )
    for path in files:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
        parts.append(f"## {document['title']}\n")
        for section in document["section"]:
            parts.append(f"### {section['title']}\n")
            rows = [row for row in document["row"] if row["section"] == section["id"]]
            parts.append(_table(("row", "fact", "grade", "what becomes of it"), (_fact(row) for row in rows)))
    return "\n".join(parts)


def _fact(row: dict[str, Any]) -> tuple[str, str, str, str]:
    if "rules" in row:
        fate = ", ".join(f"`{one}`" for one in row["rules"])
    elif "no_gate" in row:
        fate = f"No gate: {row['no_gate']}"
    else:
        fate = f"Left out: {row['left_out']}"
    return row["id"], row["about"], row["grade"], fate


if __name__ == "__main__":
    sys.exit(main())
