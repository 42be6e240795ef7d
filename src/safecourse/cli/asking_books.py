"""``ask``: statements of a book that answer a question, or that the book doesn't."""

from __future__ import annotations

import argparse
import json

from safecourse.cli.arguments import Usage
from safecourse.cli.terminal import NOTICE, Terminal
from safecourse.words import NoSuchBook, book
from safecourse.words.asking import MOST_CHARACTERS, Answer, ask, index_of
from safecourse.words.leaflet import grade_in_words, phrase
from safecourse.words.model import Book, Language, Statement


def ask_command(chosen: argparse.Namespace) -> int:
    """Print what the book answers, red flags first, or that it doesn't and whom to ask; 0 either way.

    Usage for an unknown book, and for a question that is empty or too long.
    """
    if not chosen.question.strip():
        raise Usage("safecourse ask: the question is empty; write it in quotation marks")
    if len(chosen.question) > MOST_CHARACTERS:
        raise Usage(f"safecourse ask: the question has more than {MOST_CHARACTERS} characters; ask one thing at a time")
    try:
        asked = book(chosen.id)
    except NoSuchBook as missing:
        raise Usage(f"safecourse ask: {missing}") from None
    language: Language = chosen.lang
    answer = ask(index_of(asked, language), chosen.question)
    if chosen.json:
        print(json.dumps(_document(asked, language, chosen.question, answer), ensure_ascii=False, indent=2))
    else:
        print(_in_words(asked, language, answer))
    return 0


def _whom(asked: Book) -> tuple[Statement, ...]:
    """Whom to ask instead: what the book says of that."""
    return asked.about("who-to-ask")[:1]


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
    for number, one in enumerate(answer.statements):
        if number == 0 and answer.emergency:
            lines.append(terminal.paint(terminal.fill(one.text.of(language), ""), "red"))
        else:
            lines.append(terminal.fill(one.text.of(language), ""))
        titles = "; ".join(source.title for source in asked.sources if source.id in one.sources)
        lines += [
            terminal.paint(terminal.fill(f"{titles} ({grade_in_words(one.grade, language)}).", "    "), "dim"),
            "",
        ]
    if not answer.statements:
        lines += [terminal.fill(phrase("no-answer", language), ""), ""]
    lines += [terminal.fill(one.text.of(language), "") for one in _whom(asked)]
    signed = asked.reviewed_by.of(language)
    review = phrase("reviewed", language).format(name=signed) if signed else phrase("not-reviewed", language)
    return "\n".join([*lines, "", terminal.paint(terminal.fill(review, ""), "dim"), terminal.paint(NOTICE, "dim")])
