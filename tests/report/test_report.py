from __future__ import annotations

import itertools
import re
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser

import pytest

from report.reading import SVG, Element, classed, colours, contrast, named, said, tree_of, with_id
from report.samples import AT, HOSTILE, course, event, first_month, long_course
from safecourse.course import Course
from safecourse.report import page, words
from safecourse.rulebook import programme_ids
from safecourse.rules import Decision, NotDecidable, decide

GATES = ("enrol", "prescribe", "dispense", "take", "finish")
MIDWAY = datetime.fromisoformat("2027-01-20T12:00-05:00")


def decisions(one: Course, programme: str, at: datetime = AT) -> dict[str, Decision]:
    found = {}
    for gate in GATES:
        try:
            decision = decide(one, gate, at=at, programme=programme)
        except NotDecidable:
            continue
        assert isinstance(decision, Decision)
        found[gate] = decision
    return found


def hostile_course() -> Course:
    return course(
        [
            *first_month(),
            event("discontinued", "2026-10-03", reason=HOSTILE, id=HOSTILE),
            event("dispensed", "2026-10-03", days_supply=30, pharmacy=HOSTILE, who=HOSTILE),
            event("corrected", "2026-10-04", corrects=HOSTILE, reason=HOSTILE),
            event("questionnaire", "2026-10-04", instrument=HOSTILE),
        ]
    )


PAGES = {
    "first month": lambda: page(course(first_month()), AT),
    "empty": lambda: page(course([]), AT),
    "long": lambda: page(course(long_course()), MIDWAY),
    "several": lambda: page(course(first_month(), ["us-ipledge", "uk-isotretinoin", "us-pimecrolimus"]), AT),
    "hostile": lambda: page(hostile_course(), AT),
    "nothing covered": lambda: page(course([], covers={"from": "2026-10-01", "kinds": ["weight"]}), AT),
}


@pytest.fixture(params=PAGES, scope="module")
def any_page(request: pytest.FixtureRequest) -> str:
    return PAGES[request.param]()


# ---- form --------------------------------------------------------------------------------------


class Balance(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass


def test_a_page_is_well_formed_as_html_and_as_xml(any_page: str) -> None:
    assert any_page.startswith("<!DOCTYPE html>")
    reader = Balance()
    reader.feed(any_page)
    assert (reader.open, reader.wrong) == ([], [])
    assert tree_of(any_page).get("lang") == "en"


def test_every_id_is_unique_and_everything_that_is_pointed_to_is_there(any_page: str) -> None:
    tree = tree_of(any_page)
    ids = [one.get("id") for one in tree.iter() if one.get("id")]
    assert len(ids) == len(set(ids))
    for one in tree.iter():
        for pointed in one.get("aria-labelledby", "").split():
            assert pointed in ids
        if one.get("href", "").startswith("#"):
            assert one.get("href", "")[1:] in ids


def test_headings_never_skip_a_level(any_page: str) -> None:
    levels = [int(one.tag[1]) for one in tree_of(any_page).iter() if re.fullmatch(r"h[1-6]", str(one.tag))]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


def test_nothing_runs_and_nothing_is_loaded(any_page: str) -> None:
    tree = tree_of(any_page)
    loading = ("script", "img", "image", "link", "iframe", "object", "embed", "use", "base", "form", "foreignObject")
    assert not [one.tag for name in loading for one in named(tree, name)]
    for one in tree.iter():
        for key, value in one.attrib.items():
            assert key not in ("src", "srcset", "style", "data", "action", "{http://www.w3.org/1999/xlink}href")
            assert not key.startswith("on")
            assert key != "href" or (one.tag == "a" and value.startswith(("https://", "http://", "#")))
    (style,) = named(tree, "style")
    assert not re.search(r"url\(|@import|expression", said(style))
    policy = [one.get("content", "") for one in named(tree, "meta") if one.get("http-equiv")]
    assert policy[0].startswith("default-src 'none'")


def test_text_from_a_course_stays_text() -> None:
    written = PAGES["hostile"]()
    assert "<script" not in written
    assert "<img" not in written
    assert "&lt;script&gt;alert(&quot;x&quot;)" in written
    told = [said(one) for one in named(tree_of(written), "bdi")]
    assert any(HOSTILE in one for one in told)


def test_the_same_course_and_instant_give_the_same_page() -> None:
    assert page(course(first_month()), AT) == page(course(first_month()), AT.astimezone(UTC))


def test_characters_that_no_page_can_hold_are_replaced() -> None:
    from safecourse.report.markup import text

    assert text("a\x00\x1b\ud800b") == "a\ufffd\ufffd\ufffdb"


# ---- header ------------------------------------------------------------------------------------


def test_the_header_says_instant_rules_patient_and_what_the_page_is_not() -> None:
    header = said(named(tree_of(PAGES["first month"]()), "header")[0])
    assert "Thu 8 Oct 2026, 12:00 New York" in header
    assert "iPLEDGE REMS (isotretinoin, United States), version in force from Tue 3 Oct 2023" in header
    assert "can become pregnant, as classified on Tue 1 Sep 2026" in header
    assert "not medical advice, and not an official system" in header
    assert "1 of the 43 rules is unverified" in header


def test_an_unverified_rule_is_named_with_its_assumption() -> None:
    (notice,) = classed(tree_of(page(course(first_month()), MIDWAY)), "notice")
    decision = decide(course(first_month()), "dispense", at=MIDWAY)
    assert isinstance(decision, Decision)
    unverified = [one for one in decision.findings if one.grade == "unverified"]
    assert unverified
    for one in unverified:
        assert one.says in said(notice)
        assert one.assumption in said(notice)


def test_events_after_the_instant_are_counted_and_shown_as_not_looked_at() -> None:
    written = PAGES["long"]()
    decision = decide(course(long_course()), "dispense", at=MIDWAY)
    assert isinstance(decision, Decision)
    assert f"{decision.later_events} of them after this instant" in said(tree_of(written))
    rows = [one for one in classed(tree_of(written), "later") if one.tag == "tr"]
    assert len(rows) == decision.later_events
    assert all("after the instant, not looked at" in said(row) for row in rows)


def test_an_instant_without_offset_is_refused() -> None:
    with pytest.raises(NotDecidable, match="offset"):
        page(course([]), datetime(2026, 10, 8, 12))  # noqa: DTZ001  # that is the point


# ---- gates -------------------------------------------------------------------------------------


@pytest.mark.parametrize("sample", ["first month", "empty", "nothing covered"])
def test_a_card_names_every_requirement_that_blocks_it_and_only_folds_in_what_is_met(sample: str) -> None:
    events = first_month() if sample == "first month" else []
    more = {"covers": {"from": "2026-10-01", "kinds": ["weight"]}} if sample == "nothing covered" else {}
    tree = tree_of(PAGES[sample]())
    for gate, decision in decisions(course(events, **more), "us-ipledge").items():
        card = with_id(tree, f"us-ipledge-{gate}")
        listed = " ".join(said(one) for one in classed(card, "blocks"))
        for finding in decision.findings:
            if finding.verdict in ("unmet", "unknown"):
                assert finding.says in listed
                assert finding.fix in listed
            else:
                assert finding.says in said(card)


@pytest.mark.parametrize("programme", programme_ids())
def test_every_programme_has_a_card_for_each_gate(programme: str) -> None:
    one = course([], programme)
    tree = tree_of(page(one, AT))
    found = decisions(one, programme)
    for gate in GATES:
        card = with_id(tree, f"{programme}-{gate}")
        if gate in found:
            outcomes = {"allowed": "Allowed", "refused": "Refused", "undetermined": "Cannot be told"}
            assert outcomes[found[gate].outcome] in said(classed(card, "outcome")[0])
        else:
            assert "nothing to decide here" in said(card)


def test_an_allowed_gate_says_until_when_in_the_programmes_own_zone() -> None:
    tree = tree_of(page(course(first_month()), AT - timedelta(days=1)))
    assert "Allowed until Wed 7 Oct 2026, 23:59 New York" in said(with_id(tree, "us-ipledge-dispense"))


def test_a_finding_shows_what_was_seen_what_was_asked_for_and_its_source() -> None:
    card = with_id(tree_of(PAGES["first month"]()), "us-ipledge-dispense")
    block = said(classed(card, "block")[0])
    assert "Thu 1 Oct 2026" in block
    assert "from Fri 2 Oct 2026 to Thu 8 Oct 2026" in block
    (link,) = named(classed(card, "block")[0], "a")
    assert link.get("href", "").startswith("https://")
    assert said(link).startswith("Public dispensing calculator")
    assert "secondary" in block


def test_an_act_that_needs_another_act_first_is_not_promised_earlier_than_that_one() -> None:
    tree = tree_of(PAGES["first month"]())
    assert "not before Tue 20 Oct 2026" in said(with_id(tree, "us-ipledge-take"))
    assert "Take: not before Tue 20 Oct 2026. Its plan needs dispense to be allowed first" in said(tree)


def test_several_programmes_have_a_section_each_and_a_word_together() -> None:
    tree = tree_of(PAGES["several"]())
    titles = [said(one) for one in named(tree, "h2")]
    assert len([one for one in titles if "isotretinoin" in one.lower() or "Pimecrolimus" in one]) == 3
    (glance,) = classed(tree, "glance")
    rows = named(glance, "tr")
    heads = [said(one) for one in named(rows[0], "th")]
    assert heads == ["Act", "us-ipledge", "uk-isotretinoin", "us-pimecrolimus", "Together"]
    dispense = [said(one) for one in named(rows[3], "td")]
    assert [one.split(";")[0].split(" until")[0] for one in dispense] == ["Refused", "Allowed", "Refused", "Refused"]


# ---- timeline ----------------------------------------------------------------------------------


def drawings(tree: Element) -> list[Element]:
    return [one for one in classed(tree, "timeline") if "trend" not in one.get("class", "").split()]


def test_every_drawing_has_a_title_a_description_and_the_same_as_a_table(any_page: str) -> None:
    tree = tree_of(any_page)
    found = drawings(tree)
    assert found
    assert len(found) == 2 * len(classed(tree, "programme"))
    for one in found:
        assert one.get("role") == "img"
        assert [child.tag for child in one][:2] == [SVG + "title", SVG + "desc"]
        assert "The instant of this report" in said(one[1])


def test_every_event_has_a_row_and_a_mark_on_both_drawings() -> None:
    one = course(long_course())
    assert len(one.events) > 60
    tree = tree_of(page(one, MIDWAY))
    codes = [said(number) for number in classed(tree, "number")]
    assert len(codes) == len(set(codes)) == len(one.events)
    for drawing in drawings(tree):
        marked: list[str] = []
        for label in classed(drawing, "code"):
            first, _, last = said(label).partition("\u2013")
            letter, start = first[0], int(first[1:])
            marked += [f"{letter}{number}" for number in range(start, int(last or start) + 1)]
        assert sorted(marked) == sorted(codes)


def test_nothing_is_drawn_outside_the_picture_and_no_mark_covers_another(any_page: str) -> None:
    for drawing in drawings(tree_of(any_page)):
        width, height = (float(one) for one in drawing.get("viewBox", "").split()[2:])
        boxes = []
        for mark in classed(drawing, "box"):
            x, y, w, h = (float(mark.get(name, "")) for name in ("x", "y", "width", "height"))
            assert 0 <= x
            assert x + w <= width + 1
            assert 0 <= y
            assert y + h <= height
            boxes.append((x, y, w, h))
        for place, (x, y, w, h) in enumerate(boxes):
            for left, top, wide, high in boxes[place + 1 :]:
                assert x + w <= left + 0.1 or left + wide <= x + 0.1 or y + h <= top + 0.1 or top + high <= y + 0.1


def test_a_corrected_event_is_struck_and_a_returned_dispense_too() -> None:
    tree = tree_of(PAGES["long"]())
    struck = [said(one) for one in classed(tree, "struck") if one.tag == "tr"]
    assert len(struck) == 2
    assert any("Pregnancy test" in one and "corrected" in one for one in struck)
    assert any("Dispensed" in one and "returned" in one for one in struck)
    assert len(classed(drawings(tree)[0], "strike")) == 2


def test_alarming_events_differ_by_shape_and_word_not_by_colour_alone() -> None:
    tree = tree_of(PAGES["long"]())
    shapes = {
        "alarm" in mark.get("class", "").split(): mark.find(f"{SVG}rect").get("rx")  # type: ignore[union-attr]
        for mark in classed(drawings(tree)[0], "mark")
    }
    assert shapes[True] != shapes[False]
    assert "positive, invalid, failed, missed or serious" in said(classed(tree, "key")[0])


def test_a_course_without_events_is_drawn_and_said_to_be_empty() -> None:
    tree = tree_of(PAGES["empty"]())
    assert "The course has no events yet." in said(tree)
    assert "No events" in said(drawings(tree)[0])


def test_a_long_empty_stretch_is_cut_and_its_length_said() -> None:
    assert "days" in said(drawings(tree_of(PAGES["first month"]()))[0])
    assert len(classed(drawings(tree_of(PAGES["first month"]()))[0], "cut")) == 1


def test_the_window_of_a_dispense_is_a_band_with_its_days_in_words() -> None:
    tree = tree_of(PAGES["first month"]())
    assert classed(drawings(tree)[0], "band")
    assert "Dispense window: Thu 1 Oct 2026 to Wed 7 Oct 2026 (both included)" in said(classed(tree, "key")[0])


@pytest.mark.parametrize("count", [200, 1500])
def test_a_course_of_very_many_events_is_still_drawn(count: int) -> None:
    start = datetime.fromisoformat("2025-01-01")
    events = [
        event("dose-taken", (start + timedelta(days=place // 2)).date().isoformat(), mg=20 + place % 2)
        for place in range(count)
    ]
    tree = tree_of(page(course(events), MIDWAY))
    for drawing in drawings(tree):
        assert float(drawing.get("viewBox", "").split()[3]) < 1800
        assert len(classed(drawing, "box")) < 200


# ---- plan --------------------------------------------------------------------------------------


def test_the_plan_is_a_calendar_with_each_step_on_its_days_and_the_earliest_day() -> None:
    tree = tree_of(PAGES["first month"]())
    plan = decisions(course(first_month()), "us-ipledge")["dispense"].plan
    (month, *_) = classed(tree, "month")
    assert said(named(month, "caption")[0]) == "October 2026"
    days = {said(classed(one, "date")[0]): one for one in named(month, "td") if classed(one, "date")}
    assert len(days) == 31
    assert "today" in said(days["8"])
    assert "earliest day" in said(days["20"])
    for place, step in enumerate(plan.steps):
        on = [int(one) for one, cell in days.items() if "ABCDEFG"[place] in said_letters(cell)]
        assert on == list(range(int(step.first[-2:]), int(step.last[-2:]) + 1))
    listed = said(classed(tree, "steps")[0])
    assert "from Fri 16 Oct 2026 until Tue 20 Oct 2026" in listed
    assert all(step.do in listed for step in plan.steps)


def said_letters(cell: Element) -> list[str]:
    return [said(one) for one in classed(cell, "letter")]


def test_weeks_begin_as_they_do_in_the_programmes_country() -> None:
    for programme, first in (("us-ipledge", "Su"), ("uk-isotretinoin", "Mo")):
        month = classed(tree_of(page(course([], programme), AT)), "month")[0]
        assert said(named(month, "th")[0]) == first


def test_where_no_plan_exists_the_page_says_why() -> None:
    child = course([], patient={"born": "2026-01-01", "category": "can-become-pregnant"})
    late = course([*first_month()])
    for one in (child, late):
        for gate, decision in decisions(one, "us-ipledge", MIDWAY).items():
            if not decision.plan.earliest:
                tree = tree_of(page(one, MIDWAY))
                assert "no day can be given" in said(with_id(tree, f"us-ipledge-{gate}"))
                assert "There is no plan." in said(tree)
                return
    pytest.fail("neither course is without a plan")


def test_a_plan_over_many_years_shows_few_months() -> None:
    child = course([], patient={"born": "2020-01-31", "category": "can-become-pregnant"})
    tree = tree_of(page(child, AT))
    assert 0 < len(classed(tree, "month")) <= 5 * 6


# ---- colours and days --------------------------------------------------------------------------

TEXT_ON = {
    "ink": ("paper", "card", "soft", "open-tint"),
    "quiet": ("paper", "card", "soft"),
    "link": ("paper", "card"),
    "yes": ("card", "paper", "yes-tint"),
    "no": ("card", "paper", "no-tint"),
    "open": ("card", "paper", "open-tint"),
    "none": ("card", "none-tint"),
    "mark-ink": ("mark",),
    "mark": ("card", "paper"),
    "card": ("no",),
    "now": ("card", "band"),
}
SIGNS_ON = {
    "mark": ("card", "band", "soft"),
    "no": ("card", "band", "soft"),
    "edge": ("card", "paper"),
    "now": ("card", "band", "supply"),
    "window": ("card", "band"),
    "yes": ("yes-tint", "card"),
    "open": ("open-tint", "card"),
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_and_signs_have_the_contrast_that_wcag_asks_for(scheme: str) -> None:
    found = colours(PAGES["empty"]())[scheme]
    assert set(TEXT_ON) | set(SIGNS_ON) <= set(found)
    for least, pairs in ((4.5, TEXT_ON), (3.0, SIGNS_ON)):
        for front, backs in pairs.items():
            for back in backs:
                assert contrast(found[front], found[back]) >= least, f"{scheme}: {front} on {back}"


def test_every_colour_of_the_style_sheet_has_a_name() -> None:
    written = PAGES["empty"]()
    known = colours(written)["light"]
    assert set(re.findall(r"var\(--([a-z-]+)\)", written)) <= set(known)
    assert set(known) == set(colours(written)["dark"])


def test_paper_and_phones_have_rules_of_their_own() -> None:
    written = PAGES["empty"]()
    assert "@media print{" in written
    assert "@media screen and (max-width:44rem){" in written
    assert 'name="viewport" content="width=device-width, initial-scale=1"' in written


def test_days_are_written_with_the_month_as_a_word(any_page: str) -> None:
    main = named(tree_of(any_page), "main")[0]
    for address in classed(main, "address"):
        address.text = ""
    assert not re.search(r"\b[0-9]{4}-[0-9]{2}-[0-9]{2}\b|\b[0-9]{1,2}/[0-9]{1,2}/[0-9]{2,4}\b", said(main))


def test_an_instant_that_the_clock_shows_twice_is_told_apart() -> None:
    from zoneinfo import ZoneInfo

    zone = ZoneInfo("America/New_York")
    first = words.instant(datetime.fromisoformat("2026-11-01T01:30-04:00"), zone)
    second = words.instant(datetime.fromisoformat("2026-11-01T01:30-05:00"), zone)
    assert (first, second) == (
        "Sun 1 Nov 2026, 01:30 New York (UTC\u221204:00)",
        "Sun 1 Nov 2026, 01:30 New York (UTC\u221205:00)",
    )
