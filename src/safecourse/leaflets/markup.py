"""HTML and Markdown taken off a text, line by line, so that every word keeps the number of its line.

Two control characters stand for what the tags said: BREAK ends a block, HEADING begins a block that is a heading.
"""

from __future__ import annotations

import html
import re

BREAK = "\x1e"
HEADING = "\x1d"
ITEM = "\x1f"

_LOOKS_LIKE_HTML = re.compile(
    r"<(?:!doctype|html|head|body|p|div|br|h[1-6]|ul|ol|li|table|span|section|article)\b", re.IGNORECASE
)
_UNSEEN = re.compile(r"<!--|<(script|style|head|template|noscript)\b", re.IGNORECASE)
_TAG = re.compile(r"<(/?)([a-z!?][a-z0-9]*)\b[^<>]*>", re.IGNORECASE)
_TITLE = re.compile(r"<title\b[^<>]*>[^<>]*</title\s*>", re.IGNORECASE)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "title"})
_INLINE = frozenset(
    {
        "a",
        "abbr",
        "b",
        "cite",
        "code",
        "em",
        "font",
        "i",
        "mark",
        "q",
        "s",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "u",
    }
)

_LINK = re.compile(r"!?\[([^\[\]\n]{0,300})\]\([^()\n]{0,1000}\)")
_EMPHASIS = re.compile(r"(?<!\w)(?:\*{1,3}|_{1,3}|~~|`+)(?=\S)|(?<=\S)(?:\*{1,3}|_{1,3}|~~|`+)(?!\w)")
_MARKDOWN_HEADING = re.compile(r"^\s{0,3}#{1,6}\s+")
_QUOTE = re.compile(r"^\s{0,3}(?:>\s?)+")
_TABLE_RULE = re.compile(r"^\s*\|?[\s:|-]*-{3,}[\s:|-]*\|?\s*$")
_UNDERLINE = re.compile(r"^\s*(?:={3,}|-{3,})\s*$")
_MARKER = re.compile(r"^\s*(?:[-*+\u2022\u2023\u25aa\u25cf\u00b7\u2013\u2014]|\(?\d{1,2}[.)]|\[[ xX]?\])\s+(?=\S)")

_LETTERS = str.maketrans({"\u2018": "'", "\u2019": "'", "\u02bc": "'", "\u201c": '"', "\u201d": '"', "\u00a0": " "})
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")


def lines_of(text: str) -> list[str]:
    """The lines of a text without markup, as many as the text has, with BREAK, HEADING and ITEM where blocks begin."""
    control = {ord(one): " " for one in (BREAK, HEADING, ITEM, "\x1c")}
    plain = _INVISIBLE.sub("", text.translate(control)).translate(_LETTERS)
    if _LOOKS_LIKE_HTML.search(plain):
        return _of_html(plain)
    return _of_markdown(plain.split("\n"))


def _of_html(text: str) -> list[str]:
    text = _TAG.sub(_tag, _seen(text))
    lines = [html.unescape(line).translate(_LETTERS) for line in text.split("\n")]
    return [_INVISIBLE.sub("", line.replace("\n", " ").replace("\r", " ")) for line in lines]


def _seen(text: str) -> str:
    """The text without what a page doesn't show; of its head the title stays. One pass, whatever the text is."""
    lower = text.lower()
    parts: list[str] = []
    at = 0
    open_ended: set[str] = set()
    while found := _UNSEEN.search(text, at):
        name = found.group().lower()
        close = "-->" if name == "<!--" else f"</{name[1:]}"
        end = -1 if close in open_ended else lower.find(close, found.end())
        if end < 0:  # never closed: only the tag itself is taken off, later
            open_ended.add(close)
            parts.append(text[at : found.end()])
            at = found.end()
            continue
        end += len(close)
        hidden = text[found.start() : end]
        title = _TITLE.search(hidden) if name == "<head" else None
        parts.append(text[at : found.start()])
        if title:
            parts += [_gap(hidden[: title.start()]), title.group(), _gap(hidden[title.end() :])]
        else:
            parts.append(_gap(hidden))
        at = end
    return "".join([*parts, text[at:]])


def _gap(text: str) -> str:
    """As many line ends as a text has: what follows keeps its line numbers."""
    return BREAK + "\n" * text.count("\n")


def _tag(found: re.Match[str]) -> str:
    closing, name = found.group(1), found.group(2).lower()
    ends = "\n" * found.group().count("\n")
    if name in _INLINE:
        return ends
    if name in _HEADINGS:
        return ends + (BREAK if closing else BREAK + HEADING)
    if name == "li":
        return ends + (BREAK if closing else BREAK + ITEM)
    return ends + BREAK


def _of_markdown(lines: list[str]) -> list[str]:
    found: list[str] = []
    for number, given in enumerate(lines):
        line = _QUOTE.sub("", given)
        if _TABLE_RULE.match(line) and ("|" in line or _UNDERLINE.match(line)):
            found.append(BREAK)
            continue
        if _UNDERLINE.match(line):
            found.append(BREAK)
            continue
        start = ""
        if _MARKDOWN_HEADING.match(line):
            start, line = BREAK + HEADING, _MARKDOWN_HEADING.sub("", line) + BREAK
        elif number + 1 < len(lines) and line.strip() and _UNDERLINE.match(lines[number + 1]):
            start, line = BREAK + HEADING, line + BREAK
        elif _MARKER.match(line):
            start, line = BREAK + ITEM, _MARKER.sub("", line)
        elif line.lstrip().startswith("|"):
            start, line = BREAK, line.strip().strip("|").replace("|", " : ") + BREAK
        found.append(start + _EMPHASIS.sub("", _LINK.sub(r"\1", line)))
    return found
