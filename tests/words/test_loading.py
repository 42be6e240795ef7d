"""What makes a book unusable: every problem is named with its place, and none is passed over."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from safecourse.words import UnusableBook, book, book_ids
from safecourse.words.loading import read_books
from safecourse.words.model import EMERGENCY_TOPICS, TOPICS

FRAME = """
format = 1
medicine = "balm"
reviewed_by = { en = "", es = "Dra. Pérez", de = "" }
[[book]]
id = "us-balm"
country = "US"
title = { en = "Balm", es = "Bálsamo", de = "Balsam" }
[[book]]
id = "eu-balm"
country = "EU"
title = { en = "Balm", es = "Bálsamo", de = "Balsam" }
"""
SOURCES = '[[source]]\nid = "A1"\ntitle = "A label"\nurl = "https://example.org"\nseen = "2026-11-22"\n'
STATEMENT: dict[str, str] = {
    "id": '"wash"',
    "topic": '"hygiene"',
    "programmes": '["*"]',
    "en": '"Wash your hands."',
    "es": '"Lávese las manos."',
    "de": '"Waschen Sie die Hände."',
    "source": '["A1"]',
    "grade": '"professional"',
    "asks": '{ en = ["wash"], es = ["lavar"], de = ["waschen"] }',
}


def folders(root: Path, *statements: dict[str, str], frame: str = FRAME, sources: str = SOURCES) -> tuple[Path, Path]:
    own, shared = root / "balm", root / "everywhere"
    own.mkdir()
    shared.mkdir()
    (own / "book.toml").write_text(frame, encoding="utf-8")
    (own / "sources.toml").write_text(sources, encoding="utf-8")
    (shared / "sources.toml").write_text("", encoding="utf-8")
    text = "".join(
        "[[statement]]\n" + "".join(f"{key} = {value}\n" for key, value in one.items()) for one in statements
    )
    (own / "1.toml").write_text(text, encoding="utf-8")
    return own, shared


def problems(root: Path, *statements: dict[str, str], **files: str) -> str:
    with pytest.raises(UnusableBook) as refused:
        read_books(*folders(root, *statements, **files))
    return "\n".join(refused.value.problems)


def changed(**values: Any) -> dict[str, str]:
    """The good statement with some keys changed; None takes a key out."""
    merged = {**STATEMENT, **values}
    return {key: value for key, value in merged.items() if value is not None}


def test_a_good_statement_goes_into_each_book_that_a_pattern_matches(tmp_path: Path) -> None:
    us, eu = read_books(
        *folders(tmp_path, STATEMENT, changed(id='"only-us"', programmes='["us-*"]', numbers="{ hours = 8 }"))
    )

    assert [one.id for one in us.statements] == ["wash", "only-us"]
    assert [one.id for one in eu.statements] == ["wash"]
    assert us.statements[1].numbers == (("hours", 8),)
    assert (us.reviewed_by.en, us.reviewed_by.es) == ("", "Dra. Pérez")
    assert [source.id for source in us.sources] == ["A1"]


def test_statements_are_ordered_by_topic_and_emergencies_come_first(tmp_path: Path) -> None:
    red_flag = changed(id='"flag"', topic='"emergency"', emergency="true")
    us, _ = read_books(*folders(tmp_path, STATEMENT, red_flag))

    assert [one.id for one in us.statements] == ["flag", "wash"]
    assert [one.id for one in us.emergencies] == ["flag"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"es": None}, "'es' is missing or empty; write a text"),
        ({"de": '" "'}, "'de' is missing or empty; write a text"),
        ({"source": None}, "'source' is missing or empty; name at least one"),
        ({"source": '["Z9"]'}, "source 'Z9' is unknown; add it to sources.toml"),
        ({"topic": '"weather"'}, "'topic' is 'weather'; write one of emergency, "),
        ({"grade": '"certain"'}, "'grade' is 'certain'; write one of official, "),
        ({"grade": '"unverified"'}, "an unverified statement states its 'assumption'"),
        ({"assumption": '{ en = "A.", es = "B.", de = "C." }'}, "and no other does; add or remove it"),
        (
            {"grade": '"unverified"', "assumption": '{ en = "A.", de = "C." }'},
            "assumption: 'es' is missing or empty; write a text",
        ),
        ({"topic": '"emergency"'}, "'emergency = true' belongs to the topics emergency and call-today"),
        ({"emergency": "true"}, "'emergency = true' belongs to the topics emergency and call-today"),
        ({"emergency": '"yes"'}, "'emergency' must be true or false"),
        ({"programmes": '["jp-*"]'}, "'jp-*' matches none of us-balm, eu-balm; correct it"),
        ({"programmes": None}, "'programmes' is missing or empty; name at least one"),
        ({"en": '"Wash  hands."'}, "'en' must be whole sentences with single spaces"),
        ({"en": '"Wash hands"'}, "'en' must be whole sentences with single spaces"),
        ({"en": f'"{"word " * 61}end."'}, "'en' has more than 60 words"),
        ({"numbers": "{ hours = 0 }"}, "'numbers' must hold numbers above 0"),
        ({"numbers": "{ hours = true }"}, "'numbers' must hold numbers above 0"),
        ({"asks": '{ en = ["wash"], es = [], de = ["waschen"] }'}, "asks: 'es' is missing or empty"),
        ({"asks": None}, "asks: 'en' is missing or empty"),
        ({"claims": '["S1.1", "S1.1"]'}, "'claims' names one twice; name each once"),
        ({"colour": '"red"'}, "'colour' is not a key of this table; remove it or correct its spelling"),
    ],
)
def test_a_statement_is_refused_with_its_place_and_what_to_do(
    tmp_path: Path, change: dict[str, str | None], said: str
) -> None:
    found = problems(tmp_path, changed(**change))

    assert said in found
    assert "statement wash" in found


def test_two_statements_with_one_id_are_refused(tmp_path: Path) -> None:
    assert "statement wash: two statements have this id" in problems(tmp_path, STATEMENT, STATEMENT)


def test_two_sources_with_one_id_are_refused(tmp_path: Path) -> None:
    assert "two sources are called 'A1'" in problems(tmp_path, STATEMENT, sources=SOURCES + SOURCES)


def test_every_problem_is_reported_at_once(tmp_path: Path) -> None:
    found = problems(tmp_path, changed(es=None, grade='"certain"'), changed(id='"other"', source=None))

    assert len(found.splitlines()) == 3


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        ("format = 2", "'format' must be 1"),
        ("format = 1\nmedicine = ", "is not TOML"),
        (FRAME.replace(', de = "" }', " }", 1), "'reviewed_by' must hold en, es and de"),
        (FRAME.replace("eu-balm", "us-balm"), "book us-balm: two books have this id"),
        (FRAME.replace('es = "Bálsamo", ', "", 1), "title: 'es' is missing or empty"),
    ],
)
def test_a_frame_is_refused_with_what_is_wrong(tmp_path: Path, frame: str, said: str) -> None:
    assert said in problems(tmp_path, STATEMENT, frame=frame)


def test_a_missing_file_is_said_and_no_traceback(tmp_path: Path) -> None:
    own, shared = folders(tmp_path, STATEMENT)
    (own / "book.toml").unlink()

    with pytest.raises(UnusableBook, match=r"balm/book\.toml: can't be read as text"):
        read_books(own, shared)


@pytest.mark.parametrize("name", book_ids())
def test_shipped_books_keep_the_order_of_topics_and_name_no_source_in_vain(name: str) -> None:
    one = book(name)
    order = [TOPICS.index(statement.topic) for statement in one.statements]
    named = {source for statement in one.statements for source in statement.sources}

    assert order == sorted(order)
    assert named == {source.id for source in one.sources}
    assert {statement.topic for statement in one.emergencies} == set(EMERGENCY_TOPICS)
