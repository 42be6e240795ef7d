"""Words for patients: information books as data, in English, Spanish and German, and leaflets made from them."""

from __future__ import annotations

from safecourse.words.library import NoSuchBook, book, book_ids
from safecourse.words.loading import UnusableBook
from safecourse.words.model import LANGUAGES, TOPICS, Book, InEach, Language, Source, Statement

__all__ = [
    "LANGUAGES",
    "TOPICS",
    "Book",
    "InEach",
    "Language",
    "NoSuchBook",
    "Source",
    "Statement",
    "UnusableBook",
    "book",
    "book_ids",
]
