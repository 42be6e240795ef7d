"""From lines to sentences: which words belong together, on which line each stands, and under which heading.

A leaflet comes as one paragraph a line, as hard-wrapped lines, as a list. A claim is looked for in one sentence, so a
sentence must be whole; and "for how long" must not run into the next paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from safecourse.leaflets.markup import BREAK, HEADING, ITEM, lines_of
from safecourse.leaflets.words import Word, words_of

Kind = Literal["heading", "item", "text"]
NONE = -1  # no such sentence

_LONGEST = 200  # words; a longer "sentence" is read in pieces, so that no text makes the search slow
_HEADING_WORDS = 14
_NARROW = 60  # letters; who breaks lines to fit breaks them no earlier
_FILL = 0.75  # a line this full, or fuller with the next word, was broken to fit and not on purpose
_ABBREVIATIONS = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|vs|approx|ca|cf|dr|mr|mrs|ms|prof|st|fig|min|max|tel|ref|incl|resp|jan|feb|mar|apr|jun|jul|"
    r"aug|sept?|oct|nov|dec)|(?:\b[A-Z]\.)+[A-Z]|^\d{1,2})\.$",
    re.IGNORECASE,
)
_END = re.compile(r"[.!?\u2026]{1,5}[\"')\]]{0,3}(?=\s|$)")
_WORD = re.compile(r"\S{1,60}")
_STARTS_SENTENCE = re.compile(r"\s*[\"'(\[]{0,3}(?:[A-Z0-9\u00c0-\u00de]|[a-z]{1,20}[A-Z])")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: its text, its words, and where it stands.

    ``block`` numbers the paragraph, heading or list item; ``heading`` is the index of the heading above and ``lead`` of
    the sentence that introduces the list, ``NONE`` if there is none. ``line`` counts from 1.
    """

    text: str
    line: int
    words: tuple[Word, ...]
    kind: Kind
    block: int
    heading: int
    lead: int
    asks: bool


@dataclass(slots=True)
class _Block:
    kind: Kind
    pieces: list[tuple[str, int]]  # text and line


def sentences_of(text: str) -> tuple[Sentence, ...]:
    """The sentences of a text, in order."""
    found: list[Sentence] = []
    heading = lead = NONE
    blocks = list(_headed(list(_blocks(lines_of(text)))))
    for number, block in enumerate(blocks):
        if block.kind != "item":
            lead = NONE
        for piece, line in _cut(block):
            words = words_of(piece, line)
            if not words:
                continue
            flat = " ".join(piece.split())
            asks = flat.rstrip("\"')").endswith("?")
            found.append(Sentence(flat, line, words, block.kind, number, heading, lead, asks))
        if not found or found[-1].block != number:
            continue
        if block.kind == "heading":
            heading = lead = len(found) - 1
        elif block.kind == "text":
            # What stands right before a list introduces it, with or without a colon.
            lead = len(found) - 1
    return tuple(found)


def _blocks(lines: list[str]) -> Iterator[_Block]:
    """Paragraphs, headings and list items, each with the lines that it was written on."""
    width = _width(lines)
    block = _Block("text", [])
    for number, line in enumerate(lines, start=1):
        parts = line.split(BREAK)
        for index, part in enumerate(parts):
            starts = index > 0 or part[:1] in (HEADING, ITEM)
            if starts or not part.strip() or (block.pieces and not _wrapped(block.pieces[-1][0], part, width)):
                if block.pieces:
                    yield block
                block = _Block("text", [])
            if part[:1] == HEADING:
                block.kind = "heading"
            elif part[:1] == ITEM:
                block.kind = "item"
            text = part.lstrip(HEADING + ITEM)
            if text.strip():
                block.pieces.append((text, number))
    if block.pieces:
        yield block


def _width(lines: list[str]) -> int:
    """How wide the lines are that were broken to fit: nine tenths of all are no wider."""
    lengths = sorted(len(line.strip(BREAK)) for line in lines if line.strip())
    return max(lengths[int(0.9 * (len(lengths) - 1))], _NARROW) if lengths else _NARROW


def _wrapped(before: str, after: str, width: int) -> bool:
    """Whether a line goes on in the next one: it was full, or the next begins in the middle of a sentence."""
    head = after.split(maxsplit=1)
    if not head:
        return False
    if head[0][:1].islower():
        return True
    return len(before.rstrip()) + 1 + len(head[0]) >= _FILL * width and not (
        before.rstrip().endswith((".", "!", "?", ":")) and len(before.rstrip()) < 0.6 * width
    )


def _headed(blocks: list[_Block]) -> Iterator[_Block]:
    """The same blocks, with those that look like headings marked as such."""
    for index, block in enumerate(blocks):
        if block.kind == "heading":
            yield block
            continue
        text = " ".join(piece for piece, _ in block.pieces).strip()
        after = blocks[index + 1].kind if index + 1 < len(blocks) else "none"
        short = len(text.split()) <= _HEADING_WORDS and not text.endswith((".", "!", ";", ","))
        if block.kind == "item":
            # An item that a paragraph follows is the numbered heading of that paragraph.
            is_heading = short and after == "text" and text[:1].isupper() and len(text.split()) <= 10
        else:
            is_heading = short and after != "none" and not text[:1].islower()
        yield _Block("heading" if is_heading else block.kind, block.pieces)


def _cut(block: _Block) -> Iterator[tuple[str, int]]:
    """The sentences of one block and the line on which each begins; line ends stay in the text."""
    whole = "\n".join(piece for piece, _ in block.pieces)
    numbers = [line for _, line in block.pieces]
    start = line = 0
    for end in _ends(whole):
        for piece in _pieces(whole[start:end]):
            lead = len(piece) - len(piece.lstrip())
            first = line + piece.count("\n", 0, lead)
            line += piece.count("\n")
            if piece.strip():
                yield piece.strip(), numbers[first]
        start = end


def _pieces(sentence: str) -> list[str]:
    """A sentence, or as many pieces of it as it takes to keep each short."""
    if len(sentence) < _LONGEST:
        return [sentence]
    ends = [found.end() for found in _WORD.finditer(sentence)][_LONGEST - 1 :: _LONGEST]
    cuts = [0, *(end for end in ends if end < len(sentence)), len(sentence)]
    return [sentence[one:other] for one, other in pairwise(cuts)]


def _ends(text: str) -> Iterator[int]:
    for found in _END.finditer(text):
        if found.group().startswith(".") and _ABBREVIATIONS.search(
            text[max(0, found.start() - 12) : found.start() + 1]
        ):
            continue
        if _STARTS_SENTENCE.match(text, found.end()) or found.group()[0] in "!?":
            yield found.end()
    yield len(text)
