"""What is said beside an amount: ranges, food, doses, and the one statement on when a course ends."""

from __future__ import annotations

import itertools
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safecourse.rulebook.model import GRADES
from safecourse.rulebook.products import Brand, Label, product_table
from safecourse.rules.dose_advice import CONCLUSIONS, ending, ending_of
from safecourse.rules.doses import Gap, Given, cumulative
from safecourse.rules.dosing import DoseAnswer, NotDosable, dose

TABLE = product_table()
F = Fraction
UNITED_STATES, EUROPE = TABLE.label("us-isotretinoin"), TABLE.label("eu-isotretinoin")
labels = st.sampled_from(TABLE.labels)
ORDER = ("go-on", "may-end", "end")
PROGRAMME_OF = {label.id: label.programmes[0] for label in TABLE.labels}


def asked(
    programme: str = "us-ipledge", product: str = "isotretinoin", kg: str = "80", rate: str = "0.5", target: str = ""
) -> DoseAnswer:
    return dose(programme, product, F(kg), F(rate), (F(target),) if target else ())


def warnings(answer: DoseAnswer) -> list[str]:
    return [one.says for one in answer.advice if one.warns]


def said(answer: DoseAnswer) -> str:
    return " ".join(one.says for one in answer.advice)


# ---- when a course ends ------------------------------------------------------------------------------------


@given(labels, st.integers(1, 400), st.fractions(min_value=0, max_value=300, max_denominator=20))
def test_every_state_has_one_statement_that_names_both_rules_and_one_conclusion(
    label: Label, days: int, amount: Fraction
) -> None:
    end = ending(days, amount, label, TABLE)

    assert end.conclusion == CONCLUSIONS[end.weeks, end.amount]
    assert " weeks " in end.advice.says
    assert " 120 to 150 mg/kg " in end.advice.says
    # A sentence says that it ends, or that it may, or neither: never two of these.
    ends, may = ": it ends" in end.advice.says, "it may end" in end.advice.says or "is still usual" in end.advice.says
    assert (ends, may) == (end.conclusion == "end", end.conclusion == "may-end")


@given(
    labels,
    st.tuples(st.integers(1, 400), st.integers(0, 200)),
    st.tuples(*[st.fractions(min_value=0, max_value=300, max_denominator=20)] * 2),
)
def test_more_time_and_more_medicine_never_turn_a_conclusion_back(
    label: Label, days: tuple[int, int], amount: tuple[Fraction, Fraction]
) -> None:
    before = ending(days[0], amount[0], label, TABLE)
    after = ending(sum(days), amount[0] + amount[1], label, TABLE)

    assert ORDER.index(before.conclusion) <= ORDER.index(after.conclusion)


def test_each_of_the_nine_states_is_decided() -> None:
    states = ("before", "within", "beyond")

    assert set(CONCLUSIONS) == set(itertools.product(states, repeat=2))


@pytest.mark.parametrize(
    ("days", "amount", "state"),
    [
        (104, "119.9", ("before", "before", "go-on")),
        (104, "120", ("before", "within", "may-end")),
        (104, "150.1", ("before", "beyond", "end")),
        (105, "52.5", ("within", "before", "may-end")),  # 0.5 mg/kg a day for 15 weeks
        (140, "70", ("within", "before", "may-end")),  # and for 20
        (105, "105", ("within", "before", "may-end")),  # 1 mg/kg a day for 15 weeks
        (140, "140", ("within", "within", "may-end")),  # and for 20: the only one that reaches the European amount
        (140, "150.1", ("within", "beyond", "end")),
        (141, "70", ("beyond", "before", "may-end")),
        (141, "150", ("beyond", "within", "end")),
        (141, "151", ("beyond", "beyond", "end")),
    ],
)
def test_the_two_rules_together_at_their_edges_in_the_united_states(
    days: int, amount: str, state: tuple[str, str, str]
) -> None:
    end = ending(days, F(amount), UNITED_STATES, TABLE)

    assert (end.weeks, end.amount, end.conclusion) == state


@pytest.mark.parametrize(("days", "state"), [(111, "before"), (112, "within"), (168, "within"), (169, "beyond")])
def test_the_european_label_has_weeks_of_its_own(days: int, state: str) -> None:
    assert ending(days, F(100), EUROPE, TABLE).weeks == state


def test_the_statement_says_whose_label_each_rule_is() -> None:
    assert "the United States label's usual 15 to 20 weeks" in ending(105, F(60), UNITED_STATES, TABLE).advice.says
    assert "the European label's 120 to 150 mg/kg" in ending(105, F(60), UNITED_STATES, TABLE).advice.says
    assert "the European label's usual 16 to 24 weeks" in ending(105, F(60), EUROPE, TABLE).advice.says


def test_gaps_do_not_count_as_weeks_of_a_course() -> None:
    parts = [Given("isotretinoin", F(30), 70, F(60)), Gap(90), Given("isotretinoin", F(30), 34, F(60))]

    assert ending_of(cumulative(parts, TABLE), UNITED_STATES, TABLE).weeks == "before"


def test_where_a_changed_weight_decides_nothing_is_settled_and_the_statement_gives_both_sums() -> None:
    # 155 mg/kg by the weights of the time, which would end it; 110 by the last, which reaches only the weeks.
    grown = cumulative([Given("isotretinoin", F(60), 90, F(40)), Given("isotretinoin", F(60), 20, F(60))], TABLE)
    end = ending_of(grown, UNITED_STATES, TABLE)

    assert (grown.by_weight_then, grown.by_last_weight) == (155, 110)
    assert end.conclusion == "may-end"
    assert "110 mg/kg" in end.advice.says
    assert "155" in end.advice.says
    assert (end.advice.grade, end.advice.warns) == ("unverified", True)


def test_where_both_weights_lead_to_the_same_the_last_one_is_shown() -> None:
    steady = cumulative([Given("isotretinoin", F(60), 105, F(60))], TABLE)

    assert ending_of(steady, UNITED_STATES, TABLE) == ending(105, F(105), UNITED_STATES, TABLE)


# ---- what is said of an amount -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("programme", "product", "rate", "words"),
    [
        ("us-ipledge", "isotretinoin", "0.49", "below the label's usual 0.5 to 1"),
        ("us-ipledge", "isotretinoin", "0.5", ""),
        ("us-ipledge", "isotretinoin", "1", ""),
        ("us-ipledge", "isotretinoin", "1.01", "up to 2 only in adults with very severe disease"),
        ("us-ipledge", "absorica", "2", "up to 2 only in adults"),
        ("us-ipledge", "absorica", "2.01", "above the most that the label names, 2,"),
        ("us-ipledge", "absorica-ld", "0.39", "below the label's usual 0.4 to 0.8"),
        ("us-ipledge", "absorica-ld", "0.4", ""),
        ("us-ipledge", "absorica-ld", "0.8", ""),
        ("us-ipledge", "absorica-ld", "0.81", "up to 1.6 only in adults"),
        ("us-ipledge", "absorica-ld", "1.61", "above the most that the label names, 1.6,"),
        ("uk-isotretinoin", "isotretinoin", "0.49", "below the label's usual 0.5 to 1"),
        ("uk-isotretinoin", "isotretinoin", "1", ""),
        ("de-isotretinoin", "Roaccutane", "1.01", "above the label's usual 0.5 to 1 mg/kg a day; no larger"),
    ],
)
def test_outside_the_label_an_amount_is_answered_and_warned_of(
    programme: str, product: str, rate: str, words: str
) -> None:
    answer = asked(programme, product, "80", rate)
    about_range = [one for one in warnings(answer) if "mg/kg a day is" in one]

    assert answer.made.asked == F(rate) * 80
    assert bool(about_range) == bool(words)
    assert words in " ".join(about_range)


def test_europe_begins_with_half_a_milligram_and_with_ten_where_kidneys_fail() -> None:
    low, high = asked("eu-isotretinoin", rate="0.5"), asked("eu-isotretinoin", rate="0.75")

    assert "Treatment begins with 0.5" not in said(low)
    assert "Treatment begins with 0.5" in said(high)
    assert "severely impaired kidneys it begins with about 10 mg a day" in said(low)
    assert "kidneys" not in said(asked("us-ipledge"))


@pytest.mark.parametrize(
    ("programme", "product", "words"),
    [
        ("us-ipledge", "isotretinoin", "Each dose is taken with a meal."),
        ("us-ipledge", "absorica", "with or without food"),
        ("us-ipledge", "absorica-ld", "with or without food"),
        ("uk-isotretinoin", "isotretinoin", "Each dose is taken with a meal."),
        ("ca-isotretinoin", "Epuris", "Each dose is taken with a meal."),
    ],
)
def test_whether_it_is_taken_with_food_goes_by_the_product(programme: str, product: str, words: str) -> None:
    assert words in said(asked(programme, product))


def test_once_a_day_is_warned_of_in_the_united_states_only_where_it_cannot_be_avoided() -> None:
    assert "once a day is not established" in said(asked())
    assert asked().doses_per_day == 2
    assert warnings(asked(kg="80")) == []
    assert "can't be divided into 2 doses" in " ".join(warnings(asked(kg="20", rate="0.5")))
    assert asked("eu-isotretinoin").doses_per_day == 1
    assert "at once, or divided into up to 2 doses" in said(asked("eu-isotretinoin"))


def test_what_cannot_be_made_is_said_and_not_rounded() -> None:
    answer = asked(kg="45")

    assert any("don't make 22.5 mg a day" in one for one in warnings(answer))
    assert answer.made.exact == ()


def test_milligrams_of_absorica_ld_are_said_in_ordinary_isotretinoin_with_what_is_assumed() -> None:
    answer = asked(product="absorica-ld", rate="0.8", target="120")
    (standard,) = (one for one in answer.advice if "of ordinary isotretinoin" in one.says)

    assert "0.8 mg/kg a day of it count as 1 of ordinary isotretinoin" in standard.says
    assert "120 mg/kg of it counts as 150; for 120 of ordinary isotretinoin ask for 96" in standard.says
    assert standard.grade == "unverified"
    assert "clinician" in standard.assumption
    assert standard.warns
    # The amount for ending a course is one of ordinary isotretinoin.
    assert any("with 150 mg/kg" in one.says for one in answer.advice)


def test_absorica_ld_is_never_exchanged_for_absorica_or_others_and_others_do_not_say_so() -> None:
    assert said(asked(product="Absorica LD", rate="0.8")).count("Never one for the other") == 2
    assert "Never one for the other" not in said(asked())


def test_tartrazine_is_named_where_the_capsule_of_25_mg_is_used_and_nowhere_else() -> None:
    assert "Absorica of 25 mg holds tartrazine" in said(asked(product="absorica", kg="50", rate="1"))
    assert "tartrazine" not in said(asked(product="absorica", kg="80"))
    # Also where it is one of the nearest amounts.
    assert "tartrazine" in said(asked(product="absorica", kg="45"))


def test_soya_is_named_and_an_unread_list_of_ingredients_is_not_silent() -> None:
    assert "isotretinoin holds soya oil" in said(asked())
    assert "What else Epuris holds was not read" in said(asked("ca-isotretinoin", "Epuris"))


def test_accutane_is_answered_with_the_capsules_that_are_sold_today() -> None:
    answer = asked(product="Accutane", kg="60", rate="1")
    (capsules,) = answer.made.exact

    assert dict(capsules.capsules) == {30: 2}
    assert any("ended Accutane in the United States in 2009" in one for one in warnings(answer))
    assert "holds soya oil" in said(answer)


def test_a_strength_that_is_named_is_the_only_capsule_used() -> None:
    answer = asked(product="Claravis 20 mg", kg="70", rate="1")

    assert answer.made.exact == ()
    assert [one.mg_per_day for one in answer.made.sums] == [60, 80]


@pytest.mark.parametrize(("kg", "rare"), [("24.9", True), ("25", False), ("250", False), ("250.1", True)])
def test_a_weight_that_is_rare_is_asked_for_again(kg: str, rare: bool) -> None:
    assert any("weigh again" in one for one in warnings(asked(kg=kg))) == rare


def test_a_course_says_when_it_may_end_early_and_when_another_may_begin() -> None:
    short, whole = asked(rate="1", target="100"), asked(rate="1", target="120")

    assert "fewer by more than 70 %" in said(short)
    assert "fewer by more than" not in said(whole)
    assert "Another course begins 8 weeks after" in said(whole)
    assert "Another course" not in said(asked())
    assert "2 studies of low grade" in said(asked("eu-isotretinoin", target="120"))


@given(
    labels,
    st.sampled_from(["0.2", "0.5", "0.75", "1", "2.5"]),
    st.sampled_from(["15", "45", "80", "131.7"]),
    st.sampled_from(["", "90", "120", "200"]),
)
def test_every_advice_has_source_and_grade_and_an_assumption_if_nobody_verified_it(
    label: Label, rate: str, kg: str, target: str
) -> None:
    for one in asked(PROGRAMME_OF[label.id], label.product.word, kg, rate, target).advice:
        shown = one.to_dict()
        assert shown["says"].endswith(".")
        assert "http" in shown["source"] or "docs/" in shown["source"]
        assert shown["grade"] in GRADES
        assert ("assumption" in shown) == (shown["grade"] == "unverified")


@given(labels, st.sampled_from(["0.2", "1", "2.5"]), st.sampled_from(["", "120"]))
def test_what_warns_stands_first(label: Label, rate: str, target: str) -> None:
    order = [one.warns for one in asked(PROGRAMME_OF[label.id], label.product.word, "60", rate, target).advice]

    assert order == sorted(order, reverse=True)


# ---- questions that can't be answered ----------------------------------------------------------------------


def test_every_problem_of_a_question_is_named_at_once() -> None:
    with pytest.raises(NotDosable) as refused:
        dose("xx", "zzz", F(0), F(-1), (F(0),))

    assert [one.split()[0] for one in refused.value.problems] == [
        "--kg",
        "--mg-per-kg-day",
        "--target-mg-per-kg",
        '"xx"',
        "--product:",
    ]


@given(labels, st.sampled_from(TABLE.brands))
def test_a_brand_is_answered_where_it_is_sold_and_refused_elsewhere(label: Label, brand: Brand) -> None:
    programme = PROGRAMME_OF[label.id]
    country = label.countries[0]
    here = {one.name for one in TABLE.brands if country in one.countries and one.product.ingredient == "isotretinoin"}
    name = brand.name

    if name in here:
        assert asked(programme, name).brand.name == name
    else:
        with pytest.raises(NotDosable, match=r"is a product of|is a cream"):
            asked(programme, name)
