"""The shipped books: which there are, and one of them by its id."""

from __future__ import annotations

import functools
import tomllib
from pathlib import Path

from safecourse.words.loading import read_books
from safecourse.words.model import Book

SHIPPED = Path(__file__).resolve().parent / "books"
SHARED = "everywhere"


class NoSuchBook(LookupError):
    """No book has that id."""


def medicines(root: Path = SHIPPED) -> tuple[str, ...]:
    """The folders of the medicines, in alphabetical order."""
    return tuple(sorted(path.parent.name for path in root.glob("*/book.toml")))


@functools.cache
def _folders() -> dict[str, str]:
    # Only the small frames are read here, so that a question about one book doesn't wait for the others.
    found = {}
    for medicine in medicines():
        frame = tomllib.loads((SHIPPED / medicine / "book.toml").read_text(encoding="utf-8"))
        found.update({str(one["id"]): medicine for one in frame["book"]})
    return found


@functools.cache
def _books(medicine: str) -> dict[str, Book]:
    return {one.id: one for one in read_books(SHIPPED / medicine, SHIPPED / SHARED)}


def book_ids() -> tuple[str, ...]:
    """The ids of all shipped books, which are ids of programmes, in alphabetical order."""
    return tuple(sorted(_folders()))


def book(book_id: str) -> Book:
    """The book for patients of a programme; NoSuchBook, naming all there are, if there is none."""
    folders = _folders()
    if book_id not in folders:
        raise NoSuchBook(f'there is no book "{book_id[:60]}"; there are {", ".join(book_ids())}')
    return _books(folders[book_id])[book_id]
