"""How treatment goes, drawn: the regimen as planned and kept, what was given in all, what the laboratory found."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from report.reading import SVG, classed, named, said, tree_of
from report.samples import course, event, first_month
from safecourse import days
from safecourse.report import page
from safecourse.rulebook import library
from safecourse.rules.calendars import Week, given_until, kept_under

NOW = datetime.fromisoformat("2026-11-20T12:00-05:00")
TODAY = days.parse_day("2026-11-20")
KERATOSIS = "us-imiquimod-5-keratosis"


def cream() -> list[dict[str, Any]]:
    """Twice a week from Monday 5 October; one dose missed, one week of rest."""
    doses = ["10-05", "10-08", "10-12", "10-26", "10-29", "11-02", "11-05"]
    return [
        event("prescribed", "2026-10-02", product="imiquimod-5", days_supply=56),
        event("dispensed", "2026-10-02", days_supply=56),
        *(event("dose-taken", f"2026-{day}") for day in doses),
        event("rest-started", "2026-10-18"),
        event("rest-ended", "2026-10-26"),
    ]


def capsules() -> list[dict[str, Any]]:
    return [
        *first_month(),
        event("weight", "2026-09-01", kg=60),
        event("dispensed", "2026-10-05", days_supply=30),
        *(event("lab", day, test="alt", value=value, unit="U/L", upper_limit=40) for day, value in LABS),
        event("questionnaire", "2026-10-20", instrument="phq-9", score=4),
        event("lab", "2026-12-01", test="alt", value=99, unit="U/L"),
    ]


LABS = (("2026-09-01", 22), ("2026-10-20", 31), ("2026-11-15", 44))
PAGES = {
    "cream": lambda: page(course(cream(), KERATOSIS), NOW),
    "capsules": lambda: page(course(capsules()), NOW),
    "open rest": lambda: page(course(cream()[:-1], KERATOSIS), NOW),
    "stopped": lambda: page(course([*cream(), event("treatment-stopped", "2026-11-06")], KERATOSIS), NOW),
    "flare": lambda: page(course([event("prescribed", "2026-11-02", product="pimecrolimus-1", days_supply=30),
                                  event("flare-started", "2026-11-03")], "us-pimecrolimus"), NOW),
}  # fmt: skip


@pytest.fixture(params=PAGES, scope="module")
def any_page(request: pytest.FixtureRequest) -> str:
    return PAGES[request.param]()


def rows_of(written: str) -> list[str]:
    (section,) = classed(tree_of(written), "treatment")
    return [said(row) for row in named(section, "tr")][1:]


def test_the_drawing_is_there_twice_with_title_description_and_numbers(any_page: str) -> None:
    tree = tree_of(any_page)
    found = classed(tree, "trend")

    assert len(found) == 2
    for one in found:
        assert [child.tag for child in one][:2] == [SVG + "title", SVG + "desc"]
        assert "has the same as numbers" in said(one[1])
    assert rows_of(any_page)


def test_nothing_is_drawn_outside_the_picture(any_page: str) -> None:
    for drawing in classed(tree_of(any_page), "trend"):
        width, height = (float(one) for one in drawing.get("viewBox", "").split()[2:])
        for one in drawing.iter():
            for across in ("x", "x1", "x2", "cx"):
                assert 0 <= float(one.get(across, "0")) <= width
            for down in ("y", "y1", "y2", "cy"):
                assert 0 <= float(one.get(down, "0")) <= height
            if one.tag == SVG + "rect":
                assert float(one.get("x", "0")) + float(one.get("width", "0")) <= width
                assert float(one.get("y", "0")) + float(one.get("height", "0")) <= height


def test_a_course_without_anything_of_it_has_no_such_section() -> None:
    assert classed(tree_of(page(course([event("enrolled", "2026-10-01")]), NOW)), "treatment") == []


def test_doses_taken_missed_and_to_come_have_a_shape_each() -> None:
    wide = classed(tree_of(PAGES["cream"]()), "trend")[0]

    assert len([one for one in classed(wide, "done") if "each" not in said(one) and "Week" not in said(one)]) == 7
    assert len(classed(wide, "miss")) == 2 * 5  # a cross for 15 October and for 9, 12, 16 and 19 November
    assert len([one for one in classed(wide, "due") if "Week" not in said(one)]) == 32 - 2 - 7 - 5
    assert len(classed(wide, "pause")) == 1
    assert len(classed(wide, "finish")) == 1


def test_weeks_say_how_many_of_the_due_doses_were_taken() -> None:
    kept = kept_under(course(cream(), KERATOSIS), library.programme(KERATOSIS, TODAY), TODAY)

    assert [(one.due, one.taken) for one in kept.weeks] == [(2, 2), (2, 1), (0, 0), (2, 2), (2, 2), (2, 0), (2, 0)]
    assert kept.weeks[0] == Week(days.parse_day("2026-10-05"), 2, 2)
    assert "Doses, by week: 7 of 12 due" in said(classed(tree_of(PAGES["cream"]()), "trend")[0])


def test_a_cream_without_a_diary_has_no_weeks() -> None:
    begun = [*cream()[:2], event("treatment-started", "2026-10-05")]

    assert kept_under(course(begun, KERATOSIS), library.programme(KERATOSIS, TODAY), TODAY).weeks == ()


def test_capsules_count_the_days_with_a_supply_or_with_a_dose_that_was_written_down() -> None:
    version = library.programme("us-ipledge", TODAY)
    supplied = kept_under(course(capsules()), version, TODAY)
    written = kept_under(course([*capsules(), event("dose-taken", "2026-10-06", mg=40)]), version, TODAY)

    assert sum(one.taken for one in supplied.weeks) == 30
    assert sum(one.due for one in supplied.weeks) == 47  # from 5 October to 20 November
    assert sum(one.taken for one in written.weeks) == 1


def test_the_amount_in_all_grows_with_the_days_of_supply() -> None:
    points, kg = given_until(course(capsules()), days.parse_day("2026-10-14"))

    assert kg == 60
    assert points[-1] == (days.parse_day("2026-10-14"), 10 * 40)
    assert any(row.endswith("Given in all, by 60 kg of body weight: 20") for row in rows_of(PAGES["capsules"]()))


def test_the_amount_in_all_is_that_of_the_doses_where_they_were_written_down() -> None:
    doses = [event("dose-taken", f"2026-10-0{day}", mg=40) for day in (6, 7)]

    assert given_until(course([*capsules(), *doses]), TODAY)[0][-1] == (days.parse_day("2026-10-07"), 80)


def test_an_amount_that_nobody_knows_is_not_drawn() -> None:
    without = [{key: value for key, value in one.items() if key != "mg_per_day"} for one in capsules()]

    assert given_until(course(without), TODAY)[0] == ()
    assert not any("Given in all" in row for row in rows_of(page(course(without), NOW)))


def test_each_measure_is_a_curve_with_its_limit_and_later_values_have_no_say() -> None:
    written = PAGES["capsules"]()
    wide = classed(tree_of(written), "trend")[0]

    assert [row for row in rows_of(written) if "ALT" in row] == [
        "Tue 1 Sep 2026ALT, U/L: 22",
        "Tue 20 Oct 2026ALT, U/L: 31",
        "Sun 15 Nov 2026ALT, U/L: 44",
    ]
    assert "upper limit 40" in said(wide)
    assert "PHQ-9, points" in said(wide)
    assert "99" not in " ".join(rows_of(written))


def test_values_in_two_units_are_two_curves() -> None:
    other = event("lab", "2026-10-25", test="alt", value=1, unit="ukat/L")
    rows = rows_of(page(course([*capsules(), other]), NOW))

    assert sum("ALT, U/L" in row for row in rows) == 3
    assert sum("ALT, ukat/L" in row for row in rows) == 1
