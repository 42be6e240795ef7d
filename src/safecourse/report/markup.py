"""Markup that escapes whatever isn't markup already.

Every page is well-formed XML (so a test can parse it) as well as HTML, and
text from a course can't become markup, because only ``element`` makes any.
"""

from __future__ import annotations

import html
import re

# XML has no way to write these; a course might.
_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_EMPTY = frozenset({"meta", "link", "br", "col"})  # HTML wants these without an end tag
_SHAPES = frozenset({"path", "rect", "line", "circle"})  # SVG's, mostly without children

Attribute = str | int | float


class Markup(str):
    """Text that is markup already."""

    __slots__ = ()


def text(value: str) -> Markup:
    """Text as markup: escaped, unless it is markup already."""
    if isinstance(value, Markup):
        return value
    return Markup(html.escape(_UNWRITABLE.sub("\ufffd", value), quote=True))


def join(*parts: str) -> Markup:
    """Several pieces one after the other, text among them escaped."""
    return Markup("".join(text(part) for part in parts))


def element(name: str, /, *children: str, **attributes: Attribute) -> Markup:
    """An element. ``class_`` means class, ``aria_label`` aria-label; an empty text leaves the attribute out."""
    written = ""
    for key, value in attributes.items():
        shown = f"{value:g}" if isinstance(value, float) else str(value)
        if shown:
            written += f' {key.rstrip("_").replace("_", "-")}="{text(shown)}"'
    if name in _EMPTY or (name in _SHAPES and not children):
        return Markup(f"<{name}{written} />")
    return Markup(f"<{name}{written}>{join(*children)}</{name}>")


def free(value: str) -> Markup:
    """Text that somebody typed: kept apart, so that its writing direction can't turn its surroundings about."""
    return element("bdi", value)
