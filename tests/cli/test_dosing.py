"""dose, run as a user runs it."""

from __future__ import annotations

import contextlib
import io
import json
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safecourse.cli import main
from safecourse.cli.arguments import USAGE

Capture = pytest.CaptureFixture[str]
CONTRACT = ["mg_per_day", "mg_per_kg_day", "doses_per_day", "capsules", "makeable"]


def run(capsys: Capture, *arguments: str) -> tuple[int, str, str]:
    code = main(["dose", *arguments])
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def question(programme: str, product: str, kg: str, rate: str, target: str = "") -> list[str]:
    asked = [programme, "--product", product, "--kg", kg, "--mg-per-kg-day", rate]
    return [*asked, "--target-mg-per-kg", target] if target else asked


def answer(capsys: Capture, *asked: str) -> dict[str, Any]:
    code, out, _ = run(capsys, *question(*asked), "--json")

    assert code == 0
    document: dict[str, Any] = json.loads(out)
    return document


def test_json_has_the_keys_of_the_contract_first_and_whole_numbers_without_a_point(capsys: Capture) -> None:
    code, out, err = run(capsys, *question("us-ipledge", "isotretinoin", "80", "0.5"), "--json")
    document = json.loads(out)

    assert (code, err) == (0, "")
    assert list(document)[:5] == CONTRACT
    assert '"mg_per_day": 40,' in out
    assert '"mg_per_kg_day": 0.5,' in out
    assert document["doses_per_day"] == 2
    assert document["capsules"] == [{"mg": 20, "count": 2}]
    assert document["makeable"] is True
    assert document["split"] == [20, 20]
    assert not {"total_mg", "days", "nearest"} & set(document)


def test_a_target_adds_the_total_and_whole_days(capsys: Capture) -> None:
    document = answer(capsys, "us-ipledge", "isotretinoin", "80", "0.5", "120")

    assert list(document)[:7] == [*CONTRACT, "total_mg", "days"]
    assert (document["total_mg"], document["days"], document["mg_after_days"]) == (9600, 240, 9600)


def test_a_target_that_is_reached_within_a_day_says_what_that_day_adds(capsys: Capture) -> None:
    document = answer(capsys, "eu-isotretinoin", "isotretinoin", "50", "0.8", "121")
    _, out, _ = run(capsys, *question("eu-isotretinoin", "isotretinoin", "50", "0.8", "121"))

    assert (document["total_mg"], document["days"], document["mg_after_days"]) == (6050, 152, 6080)
    assert "On its last day it passes the total by 30 mg." in out


def test_what_capsules_do_not_make_is_answered_from_both_sides_and_never_rounded(capsys: Capture) -> None:
    document = answer(capsys, "us-ipledge", "absorica", "45", "0.5", "120")

    assert (document["mg_per_day"], document["capsules"], document["makeable"]) == (22.5, [], False)
    below, above = document["nearest"]
    assert (below["mg_per_day"], below["side"], below["error_mg"]) == (20, "below", -2.5)
    assert (above["mg_per_day"], above["side"], above["error_mg"]) == (25, "above", 2.5)
    assert below["capsules"] == [{"mg": 10, "count": 2}]
    assert above["capsules"] == [{"mg": 25, "count": 1}]
    assert (below["mg_per_kg_day"], above["mg_per_kg_day"]) == (0.4444, 0.5556)
    assert (document["days"], below["days"], above["days"]) == (240, 270, 216)


def test_below_the_smallest_capsule_there_is_one_side_only(capsys: Capture) -> None:
    document = answer(capsys, "eu-isotretinoin", "isotretinoin", "30", "0.1")
    _, out, _ = run(capsys, *question("eu-isotretinoin", "isotretinoin", "30", "0.1"))

    assert [one["side"] for one in document["nearest"]] == ["above"]
    assert "nothing smaller: it is less than the smallest capsule." in out


@pytest.mark.parametrize(
    ("programme", "product", "kg", "rate", "capsules"),
    [
        ("us-ipledge", "isotretinoin", "70", "1", {40: 1, 30: 1}),
        ("us-isotretinoin-label", "Claravis", "60", "1", {30: 2}),
        ("us-ipledge", "absorica", "50", "1", {25: 2}),
        ("us-ipledge", "Absorica® LD", "70", "0.8", {28: 2}),
        ("us-ipledge", "absorica-ld", "40", "0.4", {8: 2}),
        ("uk-isotretinoin", "isotretinoin", "70", "1", {40: 1, 20: 1, 10: 1}),
        ("eu-isotretinoin", "Roaccutane", "80", "0.5", {40: 1}),
        ("de-isotretinoin", "isotretinoin", "60", "0.5", {20: 1, 10: 1}),
        ("fr-isotretinoin", "isotretinoin", "60", "0.5", {20: 1, 10: 1}),
        ("it-isotretinoin", "isotretinoin", "60", "0.5", {20: 1, 10: 1}),
        ("eu-isotretinoin-label", "Reticutan", "60", "0.5", {20: 1, 10: 1}),
        ("ca-isotretinoin", "isotretinoin", "60", "0.5", {10: 3}),
        ("ca-isotretinoin", "Accutane", "80", "0.5", {40: 1}),
        ("ca-isotretinoin", "Epuris", "60", "0.5", {30: 1}),
    ],
)
def test_capsules_are_those_of_the_product_in_the_country_of_the_programme(
    capsys: Capture, programme: str, product: str, kg: str, rate: str, capsules: dict[int, int]
) -> None:
    document = answer(capsys, programme, product, kg, rate)

    assert {one["mg"]: one["count"] for one in document["capsules"]} == capsules


@given(
    st.sampled_from(
        [("us-ipledge", "isotretinoin"), ("us-ipledge", "absorica-ld"), ("uk-isotretinoin", "isotretinoin")]
    ),
    st.decimals(1, 699, places=1),
    st.decimals("0.01", "1.4", places=2),
)
def test_json_holds_numbers_exactly_as_they_were_asked(where: tuple[str, str], kg: Any, rate: Any) -> None:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(io.StringIO()):
        code = main(["dose", *question(*where, str(kg), str(rate), "120"), "--json"])
    document = json.loads(printed.getvalue(), parse_float=Fraction)

    assert code == 0
    assert document["mg_per_day"] == Fraction(kg) * Fraction(rate)
    assert document["mg_per_kg_day"] == Fraction(rate)
    assert document["total_mg"] == 120 * Fraction(kg)
    sums = [document] if document["makeable"] else document["nearest"]
    for one in sums:
        assert sum(each["mg"] * each["count"] for each in one["capsules"]) == one["mg_per_day"]
        assert sum(one["split"]) == one["mg_per_day"]


def test_outside_the_range_of_the_label_it_is_computed_and_said_in_text_json_and_on_stderr(capsys: Capture) -> None:
    asked = question("us-ipledge", "isotretinoin", "80", "2.5")
    code, text, quiet = run(capsys, *asked)
    _, out, err = run(capsys, *asked, "--json")
    first = json.loads(out)["advice"][0]

    assert (code, quiet) == (0, "")
    assert text.startswith("200 mg a day: isotretinoin, 2.5 mg/kg for 80 kg\n")
    assert text.index("Look at this first") < text.index("above the label's usual 0.5 to 1") < text.index("What else")
    assert "above the label's usual 0.5 to 1" in first["says"]
    assert (set(first), first["grade"]) == ({"says", "source", "grade"}, "professional")
    assert err == f"safecourse: {first['says']}\n"


def test_text_shows_doses_course_sources_grades_and_assumptions(capsys: Capture) -> None:
    _, out, _ = run(capsys, *question("us-ipledge", "absorica-ld", "80", "0.8", "96"))

    for words in (
        "64 mg a day: absorica-ld, 0.8 mg/kg for 80 kg",
        "Capsules a day: 2 of 32 mg.",
        "In 2 doses: 32 mg and 32 mg.",
        "A course of 96 mg/kg: 7680 mg in all, 120 days (17 weeks and 1 day).",
        "professional source.",
        "unverified.",
        "What is assumed, because nobody could verify it",
        "Not medical advice",
    ):
        assert words in out


def test_where_two_doses_are_unequal_more_capsules_that_make_them_equal_are_named(capsys: Capture) -> None:
    _, out, _ = run(capsys, *question("us-ipledge", "isotretinoin", "120", "1"))

    assert "In 2 doses, as even as these capsules can be: 80 mg and 40 mg." in out
    assert "In equal doses it takes 4 of 30 mg: 60 mg and 60 mg." in out


@pytest.mark.parametrize(
    ("programme", "product", "kg", "rate", "target", "said"),
    [
        ("us-ipledge", "isotretinoin", "0", "0.5", "", "--kg can't be 0;"),
        ("us-ipledge", "isotretinoin", "-70", "0.5", "", "--kg can't be -70;"),
        ("us-ipledge", "isotretinoin", "700", "0.5", "", "--kg can't be 700;"),
        ("us-ipledge", "isotretinoin", "7000000000000", "0.5", "", '--kg "7000000000000" is not a number'),
        ("us-ipledge", "isotretinoin", "nan", "0.5", "", '--kg "nan" is not a number'),
        ("us-ipledge", "isotretinoin", "inf", "0.5", "", '--kg "inf" is not a number'),
        ("us-ipledge", "isotretinoin", "1e2", "0.5", "", '--kg "1e2" is not a number'),
        ("us-ipledge", "isotretinoin", "70kg", "0.5", "", "write digits without a unit"),
        ("us-ipledge", "isotretinoin", "70,5", "0.5", "", "write the decimal point as a point: 70.5"),
        ("us-ipledge", "isotretinoin", "\u0667\u0660", "0.5", "", "is not a number"),  # seventy in Arabic digits
        ("us-ipledge", "isotretinoin", "", "0.5", "", '--kg "" is not a number'),
        ("us-ipledge", "isotretinoin", "70.1234", "0.5", "", "more than 3 digits behind the point"),
        ("us-ipledge", "isotretinoin", "70", "0", "", "--mg-per-kg-day can't be 0;"),
        ("us-ipledge", "isotretinoin", "70", "10.01", "", "--mg-per-kg-day can't be 10.01;"),
        ("us-ipledge", "isotretinoin", "70", "half", "", '--mg-per-kg-day "half" is not a number'),
        ("us-ipledge", "isotretinoin", "300", "5", "", "make 1500 mg a day, more than 1,000"),
        ("us-ipledge", "isotretinoin", "70", "0.5", "0", "--target-mg-per-kg can't be 0;"),
        ("us-ipledge", "isotretinoin", "70", "0.5", "1001", "--target-mg-per-kg can't be 1001;"),
        ("us-ipledge", "isotretinoin", "70", "0.5", "lots", '--target-mg-per-kg "lots" is not a number'),
        ("us-ipledge", "Acutane", "70", "0.5", "", "nothing is guessed; check the pack"),
        ("us-ipledge", "Absorica 8 mg", "70", "0.5", "", "states a strength that the table does not have"),
        ("us-ipledge", "imiquimod-5", "70", "0.5", "", "is a cream and has no dose by body weight"),
        ("us-ipledge", "Elidel", "70", "0.5", "", "is a cream and has no dose by body weight"),
        ("us-ipledge", "Isotroin 20 mg", "70", "0.5", "", "Isotroin is a product of India, not of the United States"),
        (
            "uk-isotretinoin",
            "absorica",
            "70",
            "0.5",
            "",
            "Absorica is a product of the United States, not",
        ),
        (
            "us-imiquimod-5-warts",
            "isotretinoin",
            "70",
            "0.5",
            "",
            "imiquimod is a cream and has no dose by",
        ),
        ("eu-pimecrolimus", "isotretinoin", "70", "0.5", "", "pimecrolimus is a cream and has no dose by"),
        ("xx-isotretinoin", "isotretinoin", "70", "0.5", "", "no programme with amounts by body weight; use one of"),
        ("", "isotretinoin", "70", "0.5", "", "no programme with amounts by body weight; use one of"),
    ],
)
def test_what_cannot_be_answered_gets_one_clear_message_and_exit_64(
    capsys: Capture, programme: str, product: str, kg: str, rate: str, target: str, said: str
) -> None:
    for form in ([], ["--json"]):
        code, out, err = run(capsys, *question(programme, product, kg, rate, target), *form)

        assert (code, out) == (USAGE, "")
        assert said in err
        assert err.count("\n") == 1
        assert err.startswith("safecourse: ")


def test_the_weight_of_nobody_below_700_kg_is_refused(capsys: Capture) -> None:
    assert answer(capsys, "us-ipledge", "isotretinoin", "699.999", "0.5")["mg_per_day"] == 349.9995
    assert answer(capsys, "us-ipledge", "isotretinoin", "0.001", "0.5")["mg_per_day"] == 0.0005


def test_several_problems_are_named_a_line_each(capsys: Capture) -> None:
    code, out, err = run(capsys, *question("xx", "zzz", "70kg", "0", "x"))

    assert (code, out) == (USAGE, "")
    assert err.count("safecourse: ") == err.count("\n") == 5


def test_product_weight_and_amount_are_asked_for(capsys: Capture) -> None:
    code, out, err = run(capsys, "us-ipledge")

    assert (code, out) == (USAGE, "")
    assert "--product, --kg, --mg-per-kg-day" in err


@given(st.text(max_size=20), st.text(max_size=20), st.text(max_size=20))
def test_any_text_is_answered_or_refused_and_never_fails(product: str, kg: str, rate: str) -> None:
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        code = main(["dose", "us-ipledge", f"--product={product}", f"--kg={kg}", f"--mg-per-kg-day={rate}"])

    assert code in (0, USAGE)
