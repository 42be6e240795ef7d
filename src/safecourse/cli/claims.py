"""The table of claims: what five articles say of the medicines, and what of safecourse answers each claim."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from safecourse.words import book, book_ids

_HEAD = """# Claims and answers

Made by `make docs` from `docs/claims.toml`; don't edit by hand. Five articles about isotretinoin, imiquimod and
pimecrolimus stood at the beginning of safecourse. Their claims stand here in our words, with what labels and guidelines
say of them (supported, qualified, contradicted), and with what answers each: rules, limits of regimens, words of the
calendar, records, commands, and statements of the patients' books. Nothing in an article is advice.

| claim | medicine | what it says | verdict | unsafe | answered by |
| --- | --- | --- | --- | --- | --- |
"""


def statements_by_claim() -> dict[str, tuple[str, ...]]:
    """For each claim the statements of the books that name it, in alphabetical order."""
    found: dict[str, set[str]] = {}
    for name in book_ids():
        for statement in book(name).statements:
            for claim in statement.claims:
                found.setdefault(claim, set()).add(statement.id)
    return {claim: tuple(sorted(names)) for claim, names in found.items()}


def claims_document(path: Path) -> str:
    """The table as Markdown, from the claims and parts in a TOML file."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    parts = {part["name"]: part for part in data["part"]}
    answers = statements_by_claim()
    rows = [_row(claim, parts, answers.get(claim["id"], ())) for claim in data["claim"]]
    return _HEAD + "\n".join(rows) + "\n"


def _row(claim: Mapping[str, Any], parts: Mapping[str, Mapping[str, Any]], statements: tuple[str, ...]) -> str:
    cells = [claim["id"], claim["medicine"], claim["about"], claim["verdict"], claim.get("unsafe", "")]
    return f"| {' | '.join([*cells, _answered(claim, parts, statements)])} |"


def _answered(claim: Mapping[str, Any], parts: Mapping[str, Mapping[str, Any]], statements: tuple[str, ...]) -> str:
    if claim.get("spam"):
        return "nothing: an advert, page furniture or garbled text"
    said = []
    for name in claim["parts"]:
        part = parts[name]
        what = [f"rule `{one}`" for one in part.get("rules", ())]
        what += [f"limit `{one}`" for one in part.get("limits", ())]
        what += [f"calendar `{one}`" for one in part.get("calendar", ())]
        what += [f"record `{one}`" for one in part.get("records", ())]
        what += [f"`safecourse {one}`" for one in part.get("commands", ())]
        what += ["table of products"] if part.get("products") else []
        what += [part["elsewhere"]] if "elsewhere" in part else []
        said.append(f"{name}: {', '.join(what)}" if what else name)
    if statements:
        said.append(f"statement {', '.join(f'`{one}`' for one in statements)}")
    return "; ".join(said)
