"""``leaflet ID``: a book for patients as a page or on paper."""

from __future__ import annotations

import argparse
from pathlib import Path

from safecourse.cli.arguments import Usage


def leaflet_command(chosen: argparse.Namespace) -> int:
    """Write the leaflet of a programme in one language, as HTML, as PDF or as both; 0. Usage says what is missing."""
    from safecourse.words import NoSuchBook, book
    from safecourse.words.leaflet import leaflet

    if not chosen.pdf and not chosen.html:
        raise Usage(f"safecourse leaflet {chosen.id}: say where to write it: --pdf FILE, --html FILE, or both")
    try:
        made = leaflet(book(chosen.id), chosen.lang)
    except NoSuchBook as missing:
        raise Usage(f"safecourse leaflet: {missing}") from None
    # Both are made before either is written: what goes wrong leaves no half of an answer behind.
    files: list[tuple[str, bytes]] = []
    if chosen.html:
        from safecourse.words.page import html

        files.append((chosen.html, html(made).encode()))
    if chosen.pdf:
        from safecourse.words.paper import pdf

        files.append((chosen.pdf, pdf(made)))
    for path, content in files:
        _write(path, content)
    return 0


def _write(path: str, content: bytes) -> None:
    try:
        Path(path).write_bytes(content)
    except OSError as error:
        raise Usage(f'safecourse leaflet: "{path}" can\'t be written: {error.strerror}; name another file') from None
    print(f"wrote {path}")
