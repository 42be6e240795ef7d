"""Reading a report back: as a tree, card by card, colour by colour."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

SVG = "{http://www.w3.org/2000/svg}"
Element = ET.Element


def tree_of(page: str) -> Element:
    return ET.fromstring(page)  # noqa: S314  # the page was made here


def said(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def named(tree: Element, name: str) -> list[Element]:
    return [one for one in tree.iter() if one.tag in (name, SVG + name)]


def classed(tree: Element, kind: str) -> list[Element]:
    return [one for one in tree.iter() if kind in one.get("class", "").split()]


def with_id(tree: Element, key: str) -> Element:
    (found,) = [one for one in tree.iter() if one.get("id") == key]
    return found


def colours(page: str) -> dict[str, dict[str, str]]:
    """The colours of the style sheet, light and dark."""
    blocks = re.findall(r":root\{([^}]*)\}", page)
    found = [dict(re.findall(r"--([a-z-]+):(#[0-9a-f]{6})", block)) for block in blocks]
    return {"light": found[0], "dark": found[1]}


def contrast(one: str, other: str) -> float:
    """The contrast of two colours as WCAG computes it: 1 to 21."""
    first, second = sorted((_luminance(one), _luminance(other)))
    return (second + 0.05) / (first + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
