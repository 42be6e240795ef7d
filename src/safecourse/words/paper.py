"""The leaflet on paper: typst sets it, with the fonts that come with it, so that it looks the same everywhere."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import typst

from safecourse.words.leaflet import Leaflet, as_data

_TEMPLATE = Path(__file__).resolve().parent / "leaflet.typ"
_LETTER = frozenset({"US", "CA"})  # countries that print on Letter; the others on A4


def pdf(made: Leaflet) -> bytes:
    """The leaflet as an accessible PDF (PDF/UA-1): tagged, with its language and title."""
    return typst.compile(
        str(_TEMPLATE), format="pdf", pdf_standards="ua-1", ignore_system_fonts=True, sys_inputs=_inputs(made)
    )


def images(made: Leaflet, pixels_per_inch: float = 90) -> tuple[bytes, ...]:
    """Each page as a PNG, to look at."""
    # Typed by the package as one page; a leaflet has several, and then it is a list of them.
    pages: Any = typst.compile(
        str(_TEMPLATE), format="png", ppi=pixels_per_inch, ignore_system_fonts=True, sys_inputs=_inputs(made)
    )
    return tuple(pages) if isinstance(pages, list) else (pages,)


def _inputs(made: Leaflet) -> dict[str, str]:
    # As data, not as markup: what stands in a book can't become a command of the typesetter.
    paper = "us-letter" if made.country in _LETTER else "a4"
    return {"leaflet": json.dumps({**as_data(made), "paper": paper}, ensure_ascii=False)}
