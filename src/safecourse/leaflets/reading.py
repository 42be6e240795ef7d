"""From the bytes of a file to a text: what can be read as a leaflet at all."""

from __future__ import annotations

import os
import sys
from pathlib import Path

LARGEST = 1_000_000  # bytes; an article of 2,000 words has some 13,000
_CONTROL_SHARE = 0.01  # more control characters than this, and it is no text
_TEXT_CONTROLS = frozenset(b"\t\n\r\f\v\x1b")
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
# What a file that isn't text begins with, and what such a file is.
_BINARY = (
    (b"%PDF", "a PDF file"),
    (b"PK\x03\x04", "a Word, OpenDocument or ZIP file"),
    (b"\xd0\xcf\x11\xe0", "an old Word file"),
    (b"{\\rtf", "an RTF file"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x1f\x8b", "a compressed file"),
)


class UnusableLeaflet(Exception):
    """A file that can't be read as a leaflet; the message says which, why, and what to do."""


def read_leaflet(source: str | os.PathLike[str]) -> str:
    """The text of a file, or of standard input for ``-``; UnusableLeaflet if there is none."""
    name = "standard input" if source == "-" else os.fspath(source)
    try:
        raw = _bytes(source)
    except OSError as error:
        why = error.strerror or str(error)
        raise UnusableLeaflet(
            f"{name}: the file can't be read ({why}); check its name and your right to read it"
        ) from None
    except ValueError as error:  # a name with a zero byte
        raise UnusableLeaflet(f"{name!r}: the file can't be read ({error}); check its name") from None
    return text_of(raw, name)


def _bytes(source: str | os.PathLike[str]) -> bytes:
    # At most one byte over the limit is read, so that a huge or endless file is refused at once.
    if source == "-":
        return sys.stdin.buffer.read(LARGEST + 1)
    with Path(source).open("rb") as file:
        return file.read(LARGEST + 1)


def text_of(raw: bytes, name: str) -> str:
    """The text in some bytes, with line ends as ``\\n``.

    UTF-8 and UTF-16 are recognised; what is neither is read as Windows-1252, in which any sequence of bytes that people
    write is a text. Raises UnusableLeaflet for what is too large, no text, or empty.
    """
    if len(raw) > LARGEST:
        raise UnusableLeaflet(f"{name}: the file is larger than {LARGEST // 1_000_000} MB; give one leaflet at a time")
    for mark, what in _BINARY:
        if raw.startswith(mark):
            raise UnusableLeaflet(f"{name}: this is {what}, not text; save its words as plain text and try again")
    encoding = next((one for mark, one in _MARKS if raw.startswith(mark)), "")
    text = _decode(raw, encoding, name)
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    if not text.strip():
        raise UnusableLeaflet(f"{name}: the file is empty; give a text to read")
    return text


def _decode(raw: bytes, encoding: str, name: str) -> str:
    try:
        if encoding:
            return raw.decode(encoding)
        controls = sum(1 for byte in raw if byte < 32 and byte not in _TEXT_CONTROLS)
        if controls > len(raw) * _CONTROL_SHARE:
            raise UnusableLeaflet(
                f"{name}: this is not text (it holds {controls} control characters); save it as plain text in UTF-8"
            )
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        if encoding:
            raise UnusableLeaflet(
                f"{name}: the file says that it is {encoding.upper()} and isn't (byte {error.start}); save it as UTF-8"
            ) from None
        return raw.decode("cp1252", errors="replace")
