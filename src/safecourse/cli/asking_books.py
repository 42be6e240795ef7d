"""``ask``: statements of a book that answer a question, or that the book doesn't."""

from __future__ import annotations

import argparse
import json

from safecourse.cli.arguments import Usage
from safecourse.cli.screen import NOTICE, Terminal
from safecourse.words import NoSuchBook, book
from safecourse.words.asking import Answer, ask, index_of
from safecourse.words.leaflet import grade_in_words, heading_of, phrase
from safecourse.words.model import Book, Language, Statement


def ask_command(chosen: argparse.Namespace) -> int:
    """Print what the book answers, red flags first, or that it doesn't and whom to ask; 0 either way.

    Usage for an unknown book, and for a question that is empty or too long.
    """
    try:
        asked = book(chosen.id)
    except NoSuchBook as missing:
        raise Usage(f"safecourse ask: {missing}") from None
    language: Language = chosen.lang
    try:
        answer = ask(index_of(asked, language), chosen.question)
    except ValueError as wrong:
        raise Usage(f'safecourse ask: {wrong}; write it in words, such as "may I drink wine?"') from None
    if chosen.json:
        print(json.dumps(_document(asked, language, chosen.question, answer), ensure_ascii=False, indent=2))
    else:
        print(_in_words(asked, language, answer))
    return 0


def _whom(asked: Book) -> tuple[Statement, ...]:
    """Whom to ask instead: what the book says of that, and the emergency number."""
    number = tuple(one for one in asked.emergencies if one.id.startswith("emergency-number-"))
    return (*asked.about("who-to-ask")[:1], *number[:1])


def _document(asked: Book, language: Language, question: str, answer: Answer) -> dict[str, object]:
    titles = {source.id: source.title for source in asked.sources}
    return {
        "programme": asked.id,
        "lang": language,
        "question": question,
        "answered": bool(answer.statements),
        "emergency": answer.emergency,
        "statements": [
            {
                "id": one.id,
                "text": one.text.of(language),
                "source": "; ".join(titles[source] for source in one.sources),
                "grade": one.grade,
            }
            for one in answer.statements
        ],
        "ask": " ".join(one.text.of(language) for one in _whom(asked)),
    }


def _in_words(asked: Book, language: Language, answer: Answer) -> str:
    terminal = Terminal.here()
    lines: list[str] = []
    for one in answer.statements:
        text = one.text.of(language)
        if one.emergency:
            heading = heading_of(one.topic, language).upper()
            lines.append(terminal.paint(terminal.fill(f"{heading}: {text}", ""), "red"))
        else:
            lines.append(terminal.fill(text, ""))
        if assumes := one.assumption.of(language):
            lines.append(terminal.fill(f"{phrase('not-confirmed', language)} {assumes}", "    "))
        titles = "; ".join(source.title for source in asked.sources if source.id in one.sources)
        lines += [
            terminal.paint(terminal.fill(f"{titles} ({grade_in_words(one.grade, language)}).", "    "), "dim"),
            "",
        ]
    if not answer.statements:
        lines += [terminal.fill(phrase("no-answer", language), ""), ""]
    lines += [terminal.fill(one.text.of(language), "") for one in _whom(asked) if one not in answer.statements]
    signed = asked.reviewed_by.of(language)
    review = phrase("reviewed", language).format(name=signed) if signed else phrase("not-reviewed", language)
    return "\n".join([*lines, "", terminal.paint(terminal.fill(review, ""), "dim"), terminal.paint(NOTICE, "dim")])
