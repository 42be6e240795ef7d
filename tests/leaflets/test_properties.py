"""What holds for every text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from tests.leaflets.samples import HONEST, RETOLD, TEXTS, sentences

from safecourse.leaflets import check_text
from safecourse.leaflets.model import KINDS

SAID = [sentence for part in ("unsafe", "wrong", "honest") for _, sentence in sentences(part)]
PIECES = st.one_of(
    st.sampled_from(SAID),
    st.sampled_from(
        ["Isotretinoin", "Imiquimod", "Pimecrolimus", "# Use", "- ", "1. ", "?", "<p>", "</p>", "<!--", "| a |", "**"]
    ),
    st.text(max_size=20),
)
TEXT = st.lists(st.tuples(PIECES, st.sampled_from([" ", "\n", "\n\n", ""])), max_size=12).map(
    lambda pieces: "".join(piece + end for piece, end in pieces)
)


@given(TEXT)
def test_any_text_gets_an_answer_whose_lines_are_lines_of_it(text: str) -> None:
    check = check_text(text)

    lines = text.count("\n") + 1
    for one in check.findings:
        assert 1 <= one.line <= lines
        assert one.kind in KINDS
        assert one.says
        assert one.source
        assert one.text or one.kind == "omits"
    assert check.medicine != "unknown" or check.findings == ()
    assert [one.line for one in check.findings] == sorted(one.line for one in check.findings)


@given(TEXT)
def test_the_same_text_gets_the_same_answer(text: str) -> None:
    assert check_text(text) == check_text(text)


@given(st.sampled_from([text["file"] for text in RETOLD] + HONEST), st.integers(1, 5))
def test_empty_lines_before_a_text_move_its_lines_and_change_nothing_else(name: str, count: int) -> None:
    text = (TEXTS / name).read_text(encoding="utf-8")
    plain, moved = check_text(text), check_text("\n" * count + text)

    assert [(one.claim, one.text) for one in moved.findings] == [(one.claim, one.text) for one in plain.findings]
    assert [one.line - count for one in moved.findings] == [one.line for one in plain.findings]


@given(st.sampled_from([text["file"] for text in RETOLD]))
def test_a_text_read_twice_over_makes_no_new_claims_and_loses_none(name: str) -> None:
    text = (TEXTS / name).read_text(encoding="utf-8")

    assert {one.claim for one in check_text(f"{text}\n\n{text}").findings} == {
        one.claim for one in check_text(text).findings
    }
