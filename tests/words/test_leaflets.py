"""Leaflets as pages and on paper: whole, in order, honest about themselves, and usable by everyone."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from report.reading import contrast
from safecourse.words import LANGUAGES, Language, book, book_ids
from safecourse.words.leaflet import leaflet
from safecourse.words.page import html
from safecourse.words.paper import images, pdf

VOID = {"meta", "link", "br"}


class Page(HTMLParser):
    """A page read as a browser reads it: its elements in order, its ids, its text; unbalanced tags are an error."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {key: value or "" for key, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def page_of(name: str, language: Language) -> Page:
    return Page(html(leaflet(book(name), language)))


@pytest.mark.parametrize("name", book_ids())
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_holds_every_statement_and_every_assumption_in_its_language(name: str, language: Language) -> None:
    text = page_of(name, language).text

    for statement in book(name).statements:
        assert statement.text.of(language) in text
        assert statement.assumption.of(language) in text


@pytest.mark.parametrize("name", book_ids())
def test_emergencies_come_first_then_the_boxed_warning_then_the_rest(name: str) -> None:
    one = book(name)
    text = page_of(name, "en").text
    places = [text.index(statement.text.en) for statement in one.statements]

    assert places == sorted(places)
    assert [statement.emergency for statement in one.statements[: len(one.emergencies)]] == [True] * len(
        one.emergencies
    )


@pytest.mark.parametrize("name", book_ids())
def test_a_box_is_shown_where_the_regulator_prints_one_and_nowhere_else(name: str) -> None:
    boxes = [one for one in page_of(name, "en").elements if one[1].get("class") == "boxed"]
    has_one = name in ("us-ipledge", "us-isotretinoin-label", "us-pimecrolimus")

    assert len(boxes) == has_one


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_says_what_it_is_not_and_that_nobody_reviewed_it(language: Language) -> None:
    made = leaflet(book("us-pimecrolimus"), language)
    text = Page(html(made)).text

    assert text.count(made.phrases["not-advice"]) == 2
    assert text.count(made.review) == 2
    assert "{" not in made.review + made.made_by


def test_a_signature_replaces_the_warning_that_nobody_reviewed() -> None:
    from dataclasses import replace

    from safecourse.words import InEach

    signed = replace(book("us-pimecrolimus"), reviewed_by=InEach("", "Dra. Ana Ruiz", ""))

    assert "Dra. Ana Ruiz" in leaflet(signed, "es").review
    assert leaflet(signed, "en").review == leaflet(book("us-pimecrolimus"), "en").review


@pytest.mark.parametrize("name", ["us-ipledge", "eu-imiquimod-5-warts", "us-pimecrolimus"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_stands_alone_and_is_built_for_every_reader(name: str, language: Language) -> None:
    page = page_of(name, language)
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    targets = [attributes["href"][1:] for tag, attributes in page.elements if tag == "a"]
    headings = [tag for tag, _ in page.elements if re.fullmatch("h[1-6]", tag)]

    assert page.elements[0] == ("html", {"lang": language})
    assert not {"script", "img", "link", "iframe"} & {tag for tag, _ in page.elements}
    assert all(attributes["href"].startswith("#") for tag, attributes in page.elements if tag == "a")
    assert len(ids) == len(set(ids))
    assert set(targets) <= set(ids)
    assert headings[0] == "h1"
    assert set(headings[1:]) == {"h2"}
    assert ("meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"}) in page.elements


@pytest.mark.parametrize("name", ["us-ipledge", "eu-imiquimod-5-warts", "us-pimecrolimus"])
def test_every_number_behind_a_statement_leads_to_its_source_and_the_letter_is_explained(name: str) -> None:
    one = book(name)
    made = leaflet(one, "de")
    by_number = {reference.number: reference.source.id for reference in made.references}
    lines = {line.id: line for section in (*made.emergencies, *made.boxed, *made.sections) for line in section.lines}
    letters = dict(zip(("official", "professional", "secondary", "unverified"), "ABCD", strict=True))

    for statement in one.statements:
        line = lines[statement.id]
        assert sorted(by_number[number] for number in line.numbers) == sorted(statement.sources)
        assert line.mark.endswith(letters[statement.grade])
    assert [letter for letter, _ in made.grades] == list("ABCD")


def test_what_is_not_confirmed_is_named_in_words() -> None:
    page = page_of("us-ipledge", "en")

    assert "Not confirmed: No notice of the new rules of November 2026 names the 19 days." in page.text


def test_text_stands_out_from_its_ground_in_light_and_in_dark() -> None:
    text = html(leaflet(book("us-pimecrolimus"), "en"))
    schemes = [
        dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6})", block)) for block in re.findall(r":root \{([^}]*)\}", text)
    ]

    for scheme in schemes[:2]:
        assert contrast(scheme["ink"], scheme["paper"]) >= 7
        for name in ("quiet", "accent", "alarm"):
            assert contrast(scheme[name], scheme["paper"]) >= 4.5, name


def test_a_book_can_hold_no_markup() -> None:
    from dataclasses import replace

    from safecourse.words import InEach

    one = book("us-pimecrolimus")
    sly = replace(one, title=InEach("<script>alert(1)</script>", '#import "x"', "*$"))

    assert "<script" not in html(leaflet(sly, "en"))
    assert pdf(leaflet(sly, "es")).startswith(b"%PDF")
    assert pdf(leaflet(sly, "de")).startswith(b"%PDF")


@pytest.mark.parametrize("name", book_ids())
def test_every_leaflet_can_be_set_on_paper_as_an_accessible_file(name: str) -> None:
    # The typesetter refuses a file that isn't PDF/UA: without title, language or tags.
    for language in LANGUAGES:
        made = pdf(leaflet(book(name), language))

        assert made.startswith(b"%PDF-1.7")
        assert f"/Lang ({language})".encode() in made or f"/Lang({language})".encode() in made
        assert b"/MarkInfo" in made


def test_paper_is_that_of_the_country_and_pages_are_few() -> None:
    def size(page: bytes) -> tuple[int, int]:
        return int.from_bytes(page[16:20], "big"), int.from_bytes(page[20:24], "big")

    letter = images(leaflet(book("us-pimecrolimus"), "en"), 72)
    a4 = images(leaflet(book("eu-pimecrolimus"), "en"), 72)
    longest = images(leaflet(book("us-ipledge"), "de"), 72)

    assert size(letter[0]) == (612, 792)
    assert size(a4[0]) in ((595, 842), (596, 842))
    assert len(letter) <= 6
    assert len(longest) <= 11


def test_a_language_that_no_book_has_is_refused() -> None:
    with pytest.raises(ValueError, match="en, es, de, not in fr"):
        leaflet(book("us-pimecrolimus"), "fr")  # type: ignore[arg-type] # what the test is about
