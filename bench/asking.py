"""How well books are asked: bench/questions.toml, two thirds for tuning, one third kept apart.

``python bench/asking.py`` prints both; ``--show`` lists what went wrong among the questions for tuning.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

from safecourse.words import book
from safecourse.words.asking import Answer, ask, index_of

QUESTIONS: list[dict[str, Any]] = tomllib.loads((Path(__file__).parent / "questions.toml").read_text(encoding="utf-8"))[
    "question"
]

# The topics that the questions expect, in the words of whoever wrote them, and the topics of the books under which an
# honest answer may stand. Where the book has several places for one matter all count: what is boxed in the United
# States is said under a topic elsewhere, and a red flag answers a question about its sign.
TOPICS: dict[str, tuple[str, ...]] = {
    "what-it-is": ("what-it-is",),
    "how-it-works": ("how-it-works",),
    "what-for": ("what-it-is-for",),
    "not-for": ("boxed-warning", "what-it-is-not-for", "before-you-start", "call-today"),
    "how-to-use": ("how-to-use", "skin-care", "hygiene"),
    "how-often": ("how-to-use",),
    "how-long": ("boxed-warning", "how-long", "how-to-use"),
    "missed-dose": ("missed-dose",),
    "too-much": ("emergency", "call-today", "missed-dose", "how-to-use"),
    "food": ("food", "how-to-use"),
    "wash-off": ("how-to-use", "hygiene"),
    "area": ("how-to-use", "what-it-is-not-for", "what-it-is-for"),
    "what-to-avoid": ("what-to-avoid", "skin-care", "sun", "procedures", "other-medicines"),
    "sun": ("sun",),
    "alcohol": ("alcohol",),
    "other-medicines": ("other-medicines", "what-to-avoid"),
    "effects": ("effects", "what-to-expect", "skin-care", "call-today", "mood"),
    "effects-skin-reaction": ("what-to-expect", "effects", "call-today", "skin-care", "missed-dose"),
    "dry-lips": ("skin-care", "effects"),
    "stop-and-call": ("emergency", "call-today"),
    "mood": ("mood", "emergency", "call-today"),
    "pregnancy": ("boxed-warning", "pregnancy", "call-today"),
    "contraception": ("pregnancy", "programme", "call-today"),
    "condoms-and-sex": ("sex",),
    "breast-feeding": ("breast-feeding",),
    "pregnancy-tests": ("pregnancy", "programme", "tests"),
    "blood-donation": ("blood-donation",),
    "hygiene": ("hygiene", "how-to-use"),
    "storage": ("storage",),
    "sharing": ("sharing",),
    "buying-online": ("buying-online",),
    "after-the-course": ("after-the-course", "pregnancy", "blood-donation", "procedures"),
    "relapse": ("after-the-course", "what-to-expect", "how-long"),
    "second-course": ("after-the-course", "how-long"),
    "monitoring-tests": ("tests", "programme"),
    "age": ("boxed-warning", "before-you-start", "what-it-is-not-for", "what-it-is-for"),
    "vaccination": ("vaccination",),
    "driving": ("driving", "call-today"),
    "contact-lenses": ("contact-lenses",),
    "procedures": ("procedures",),
    "eyes": ("contact-lenses", "effects", "call-today", "driving", "skin-care", "how-to-use"),
    "programme-steps": ("programme", "pregnancy", "tests"),
    "who-to-ask": ("who-to-ask",),
    "works-how-well": ("what-to-expect", "what-it-is-for", "after-the-course"),
    "flare": ("what-to-expect", "how-to-use", "how-long"),
}


def right(question: dict[str, Any], answer: Answer) -> bool:
    """Whether the first statement is one that the writer of the question would accept."""
    if question["kind"] == "beyond":
        return not answer.statements
    if not answer.statements:
        return False
    first = answer.statements[0]
    if question["kind"] == "emergency":
        return first.emergency
    allowed = {topic for word in question["expects"] for topic in TOPICS[word]}
    text = first.text.of(question["lang"]).lower()
    return first.topic in allowed and any(
        all(_mentions(text, word) for word in words) for words in question["must_mention"]
    )


def _mentions(text: str, word: str) -> bool:
    end = r"(?!\w)" if word[-1].isdigit() else ""
    return re.search(rf"(?<!\w){re.escape(word.lower())}{end}", text) is not None


def kept_apart(question: dict[str, Any]) -> bool:
    """Whether a question was never used for tuning."""
    return int(question["id"].rpartition("-")[2]) % 3 == 0


def score(questions: list[dict[str, Any]], show: bool = False) -> dict[str, tuple[int, int]]:
    """By kind of question, how many of how many were answered right."""
    good: Counter[str] = Counter()
    every: Counter[str] = Counter()
    indices: dict[tuple[str, str], Any] = {}
    for one in questions:
        key = one["programme"], one["lang"]
        if key not in indices:
            indices[key] = index_of(book(one["programme"]), one["lang"])
        answer = ask(indices[key], one["asks"])
        fine = right(one, answer)
        for kind in (one["kind"], f"{one['kind']} {one['lang']}"):
            every[kind] += 1
            good[kind] += fine
        if show and not fine:
            first = answer.statements[0].id if answer.statements else "-"
            print(f"{one['id']} {one['programme']} {one['kind']} {one.get('expects', '')}: {one['asks']!r} -> {first}")
    return {kind: (good[kind], every[kind]) for kind in sorted(every)}


def table(scores: dict[str, tuple[int, int]]) -> str:
    """Scores as lines: kinds across, languages down."""
    kinds = ("answered", "beyond", "emergency")
    lines = [f"{'':<10}" + "".join(f"{kind:>12}" for kind in kinds)]
    for name, ending in (("all", ""), ("English", " en"), ("Spanish", " es"), ("German", " de")):
        cells = (scores.get(f"{kind}{ending}", (0, 0)) for kind in kinds)
        lines.append(f"{name:<10}" + "".join(f"{f'{good} of {every}':>12}" for good, every in cells))
    return "\n".join(lines)


def main() -> int:
    """Print both scores; 1 if an aim is missed on the questions kept apart."""
    show = "--show" in sys.argv
    print(
        "Questions for tuning, answered right",
        table(score([one for one in QUESTIONS if not kept_apart(one)], show)),
        sep="\n",
    )
    if show:
        return 0
    apart = score([one for one in QUESTIONS if kept_apart(one)])
    print("\nQuestions kept apart, answered right", table(apart), sep="\n")
    answered, emergency, beyond = apart["answered"], apart["emergency"], apart["beyond"]
    met = answered[0] >= 0.85 * answered[1] and emergency[0] == emergency[1] and beyond[0] == beyond[1]
    print(
        "\nThe aims are met." if met else "\nNot all aims are met: 85 % answered right, none beyond, all emergencies."
    )
    return 0 if met else 1


if __name__ == "__main__":
    raise SystemExit(main())
