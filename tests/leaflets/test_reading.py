"""Files as they come: encodings, line ends, markup, and what is no text at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from safecourse.leaflets import UnusableLeaflet, check_text, read_leaflet
from safecourse.leaflets.reading import LARGEST, text_of

UNSAFE = "Pimecrolimus is a cream.\n\nIt isn\u2019t a steroid, so it is suitable for long-term use.\n"


def claims(text: str) -> list[tuple[str, int]]:
    return [(one.claim, one.line) for one in check_text(text).findings]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_text_is_read_in_the_encodings_that_people_save_in(encoding: str) -> None:
    assert text_of(UNSAFE.encode(encoding), "x").lstrip("\ufeff") == UNSAFE


@pytest.mark.parametrize("end", ["\r\n", "\r", "\u2028"])
def test_line_ends_of_other_systems_change_nothing(end: str) -> None:
    raw = UNSAFE.replace("\n", end).encode()

    assert claims(text_of(raw, "x")) == claims(UNSAFE)


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"%PDF-1.7 ...", "PDF"),
        (b"PK\x03\x04....", "Word"),
        (b"\x89PNG....", "picture"),
        (b"a\0b\0c\0d\0", "not text"),
        (b"\xff\xfea", "UTF-16"),
        (b"", "empty"),
        (b" \r\n\t ", "empty"),
        (b"x" * (LARGEST + 1), "larger than 1 MB"),
    ],
)
def test_what_is_no_text_gets_one_message_that_says_what_to_do(raw: bytes, says: str) -> None:
    with pytest.raises(UnusableLeaflet, match=says) as refused:
        text_of(raw, "leaflet.txt")

    assert str(refused.value).startswith("leaflet.txt: ")
    assert ";" in str(refused.value)


def test_a_text_of_exactly_the_limit_is_read() -> None:
    assert len(text_of(b"x" * LARGEST, "x")) == LARGEST


def test_a_file_that_is_not_there_a_folder_and_an_impossible_name_are_refused(tmp_path: Path) -> None:
    for name in (tmp_path / "none.txt", tmp_path, "a\0b"):
        with pytest.raises(UnusableLeaflet, match="can't be read"):
            read_leaflet(name)


def test_a_claim_in_html_keeps_the_line_that_it_has_in_the_file() -> None:
    page = (
        "<html><head><title>Elidel</title>\n<style>p {long-term: use}\n</style></head>\n"
        "<body><h1>Pimecrolimus\n cream</h1>\n"
        "<p>It is <b>suitable</b> for\n<i>long-term</i> use.</p><!-- suitable for long-term\nuse --></body></html>\n"
    )

    assert [(one.claim, one.line) for one in check_text(page).findings if one.kind == "contradicts"] == [
        ("pimecrolimus-suitable-long-term", 6)
    ]


def test_scripts_comments_and_attributes_of_a_page_are_not_read() -> None:
    page = '<p>Pimecrolimus</p><script>"suitable for long-term use"</script><a title="suitable for long-term use">x</a>'

    assert [one for one in check_text(page).findings if one.kind != "omits"] == []


def test_emphasis_links_quotes_and_tables_of_markdown_do_not_hide_a_claim() -> None:
    text = (
        "# Elidel\n\n> It is **suitable** for [long-term](https://example.org/never) _use_.\n\n"
        "| how long | suitable for long-term use |\n| --- | --- |\n"
    )

    assert [one.line for one in check_text(text).findings if one.kind == "contradicts"] == [3, 5]


def test_a_sentence_that_was_broken_over_lines_is_read_whole() -> None:
    text = (
        "Pimecrolimus is a cream that helps many people who have had eczema for years, and\n"
        "it is suitable for long-term\nuse without any break.\n"
    )

    assert [(one.claim, one.line) for one in check_text(text).findings if one.kind == "contradicts"] == [
        ("pimecrolimus-suitable-long-term", 2)
    ]
