"""Where text goes: how wide it is, whether it shows colours, and the notice below each answer."""

from __future__ import annotations

import os
import shutil
import sys
import textwrap
from dataclasses import dataclass

_COLOURS = {"red": "31", "green": "32", "yellow": "33", "bold": "1", "dim": "2"}
_WIDEST, _NARROWEST = 100, 40
NOTICE = "Not medical advice, and not an official system of any programme."


@dataclass(frozen=True, slots=True)
class Terminal:
    """Where the text goes: how wide it is, and whether it shows colours."""

    width: int
    colours: bool

    @staticmethod
    def here() -> Terminal:
        """The terminal that standard output is; plain and 100 wide if it is none."""
        colours = sys.stdout.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
        width = shutil.get_terminal_size((_WIDEST, 24)).columns if sys.stdout.isatty() else _WIDEST
        return Terminal(max(_NARROWEST, min(width, _WIDEST)), colours)

    def paint(self, text: str, colour: str) -> str:
        """The text in a colour, or as it is."""
        return f"\033[{_COLOURS[colour]}m{text}\033[0m" if self.colours else text

    def fill(self, text: str, indent: str, first: str = "") -> str:
        """Text in lines no wider than the terminal, all but the first behind ``indent``."""
        return textwrap.fill(
            text, self.width, initial_indent=first or indent, subsequent_indent=indent, break_on_hyphens=False
        )
