"""The arithmetic of isotretinoin amounts, by properties, by brute force and by published examples."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safecourse.rulebook import library
from safecourse.rulebook.products import product_table
from safecourse.rulebook.regimens import Regimen
from safecourse.rules import dose_folds
from safecourse.rules.doses import (
    MG_PER_DAY_LIMIT,
    DayAmount,
    Gap,
    Given,
    capsules_for,
    cumulative,
    days_to,
    figures,
    in_weeks,
    mg_per_day,
    mg_per_kg_day,
    rounded,
    second_course_from,
    standard_mg,
    total_mg,
    weeks_of,
)

TABLE = product_table()
F = Fraction
US = tuple(map(F, (10, 20, 30, 40)))
ABSORICA = tuple(map(F, (10, 20, 25, 30, 35, 40)))
LOW_DOSE = tuple(map(F, (8, 16, 20, 24, 28, 32)))
EUROPE = tuple(map(F, (10, 20, 40)))
CANADA = tuple(map(F, (10, 40)))
ODD = (F("2.5"), F("7.5"), F(20))  # no such capsules: strengths that aren't whole
SETS = (US, ABSORICA, LOW_DOSE, EUROPE, CANADA, ODD, (F(25),))


def decimals(low: str, high: str, places: int) -> st.SearchStrategy[Fraction]:
    return st.decimals(Decimal(low), Decimal(high), allow_nan=False, places=places).map(Fraction)


weights = decimals("0.1", "699.9", 1) | st.sampled_from([F(1), F(45), F(60), F(80), F("62.5")])
by_weight = decimals("0.01", "10", 2) | st.sampled_from([F("0.4"), F("0.5"), F("0.8"), F(1), F(2)])
targets = decimals("0.1", "1000", 1) | st.sampled_from([F(120), F(150)])
# Amounts around the sums, where being off by one capsule or one decimal shows.
amounts = (
    st.builds(
        lambda strengths, counts, off: sum(map(lambda a, b: a * b, strengths, counts), F(0)) + off,
        st.sampled_from(SETS),
        st.lists(st.integers(0, 3), min_size=6, max_size=6),
        st.sampled_from([F(0), F("0.001"), F("-0.001"), F("2.5"), F("-2.5")]),
    )
    | decimals("0.001", "200", 3)
).filter(lambda amount: amount > 0)


# ---- an independent reading: all sums, found by trying ------------------------------------------------------


def sums_by_trying(strengths: Sequence[Fraction], most: Fraction) -> dict[Fraction, int]:
    """Each sum up to ``most`` with the fewest capsules that make it."""
    found: dict[Fraction, int] = {}
    edge, count = {F(0)}, 0
    while edge:
        count += 1
        edge = {total + one for total in edge for one in strengths if total + one <= most and total + one not in found}
        found |= dict.fromkeys(edge, count)
    return found


def evenest_by_trying(strengths: Sequence[Fraction], amount: Fraction, count: int) -> Fraction:
    """The least difference of two doses, over all ways to make an amount of so many capsules."""
    return min(
        abs(amount - 2 * sum(first))
        for capsules in itertools.combinations_with_replacement(strengths, count)
        if sum(capsules) == amount
        for size in range(1, count)
        for first in itertools.combinations(capsules, size)
    )


def is_a_sum(one: DayAmount, strengths: Sequence[Fraction]) -> bool:
    return (
        sum(mg * count for mg, count in one.capsules) == one.mg_per_day
        and all(mg in strengths and count > 0 for mg, count in one.capsules)
        and sum(one.split) == one.mg_per_day
    )


# ---- capsules ----------------------------------------------------------------------------------------------


@given(amounts, st.sampled_from(SETS), st.sampled_from([1, 2]))
def test_an_amount_is_made_exactly_or_answered_from_both_sides(
    asked: Fraction, strengths: tuple[Fraction, ...], doses: int
) -> None:
    made = capsules_for(asked, strengths, doses)
    possible = sums_by_trying(strengths, asked + max(strengths))

    assert made.asked == asked
    assert all(is_a_sum(one, strengths) and len(one.split) == doses for one in made.sums)
    if asked in possible:
        assert [one.mg_per_day for one in made.exact] == [asked]
        assert made.below == made.above == ()
    else:
        assert made.exact == ()
        smaller = sorted(one for one in possible if one < asked)
        assert [one.mg_per_day for one in made.below] == smaller[-1:]
        assert [one.mg_per_day for one in made.above] == [min(one for one in possible if one > asked)]


def test_every_amount_up_to_160_mg_in_steps_of_half_a_milligram_is_answered_as_trying_does() -> None:
    for strengths in SETS:
        possible = sums_by_trying(strengths, F(250))
        ordered = sorted(possible)
        for asked in (F(half, 2) for half in range(1, 321)):
            made = capsules_for(asked, strengths, 1)
            smaller = [one for one in ordered if one < asked]
            expected = [asked] if asked in possible else [*smaller[-1:], ordered[len(smaller)]]

            assert [one.mg_per_day for one in made.sums] == expected
            assert [sum(count for _, count in one.capsules) for one in made.sums] == [possible[one] for one in expected]


@given(amounts, st.sampled_from(SETS))
def test_in_one_dose_a_sum_has_the_fewest_capsules(asked: Fraction, strengths: tuple[Fraction, ...]) -> None:
    possible = sums_by_trying(strengths, asked + max(strengths))
    for one in capsules_for(asked, strengths, 1).sums:
        assert sum(count for _, count in one.capsules) == possible[one.mg_per_day]


@given(st.integers(1, 24), st.sampled_from([US, ABSORICA, LOW_DOSE, EUROPE]))
def test_in_two_doses_a_sum_is_as_even_as_its_number_of_capsules_allows(
    steps: int, strengths: tuple[Fraction, ...]
) -> None:
    for one in capsules_for(F(steps * 5), strengths, 2).sums:
        count = sum(number for _, number in one.capsules)
        assert one.split[0] >= one.split[1]
        if count > 1:
            assert one.divided
            assert one.split[0] - one.split[1] == evenest_by_trying(strengths, one.mg_per_day, count)


@given(amounts, st.sampled_from(SETS))
def test_a_dose_stays_empty_only_where_nothing_but_one_capsule_makes_the_amount(
    asked: Fraction, strengths: tuple[Fraction, ...]
) -> None:
    for one in capsules_for(asked, strengths, 2).sums:
        if not one.divided:
            assert one.capsules == ((one.mg_per_day, 1),)
            assert not any(sum(pair) == one.mg_per_day for pair in itertools.product(strengths, repeat=2))


@pytest.mark.parametrize(
    ("asked", "strengths", "doses", "capsules", "split"),
    [
        ("40", US, 2, {20: 2}, (20, 20)),
        ("40", EUROPE, 1, {40: 1}, (40,)),
        ("60", US, 2, {30: 2}, (30, 30)),
        ("60", EUROPE, 1, {40: 1, 20: 1}, (60,)),
        ("50", ABSORICA, 2, {25: 2}, (25, 25)),
        ("50", US, 2, {30: 1, 20: 1}, (30, 20)),
        ("64", LOW_DOSE, 2, {32: 2}, (32, 32)),
        ("10", US, 2, {10: 1}, (10, 0)),
        ("120", US, 2, {40: 3}, (80, 40)),
        ("80", CANADA, 1, {40: 2}, (80,)),
    ],
)
def test_worked_examples_of_capsules(
    asked: str, strengths: tuple[Fraction, ...], doses: int, capsules: dict[int, int], split: tuple[int, ...]
) -> None:
    (one,) = capsules_for(F(asked), strengths, doses).exact

    assert dict(one.capsules) == capsules
    assert one.split == split


@pytest.mark.parametrize(
    ("asked", "strengths", "below", "above"),
    [
        ("22.5", US, [20], 30),
        ("22.5", ABSORICA, [20], 25),
        ("12", LOW_DOSE, [8], 16),
        ("5", US, [], 10),
        ("9.999", US, [], 10),
        ("999.999", EUROPE, [990], 1000),
    ],
)
def test_worked_examples_of_what_capsules_do_not_make(
    asked: str, strengths: tuple[Fraction, ...], below: list[int], above: int
) -> None:
    made = capsules_for(F(asked), strengths, 2)

    assert [one.mg_per_day for one in made.below] == below
    assert [one.mg_per_day for one in (*made.exact, *made.above)] == [above]


@pytest.mark.parametrize(
    ("asked", "strengths", "doses", "said"),
    [
        (F(0), US, 2, "above zero"),
        (F(-1), US, 2, "above zero"),
        (F(MG_PER_DAY_LIMIT) + F("0.001"), US, 2, "more than 1000 mg"),
        (F(10), (), 2, "strength above zero"),
        (F(10), (F(0),), 2, "strength above zero"),
        (F(10), US, 0, "into 0 doses"),
        (F(10), US, 3, "into 3 doses"),
    ],
)
def test_amounts_that_cannot_be_are_refused(
    asked: Fraction, strengths: tuple[Fraction, ...], doses: int, said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        capsules_for(asked, strengths, doses)


@given(amounts, st.sampled_from(SETS))
def test_two_doses_never_take_fewer_capsules_than_one(asked: Fraction, strengths: tuple[Fraction, ...]) -> None:
    once, twice = (capsules_for(asked, strengths, doses).sums for doses in (1, 2))

    for one, two in zip(once, twice, strict=True):
        assert one.mg_per_day == two.mg_per_day
        assert sum(count for _, count in one.capsules) <= sum(count for _, count in two.capsules)


# ---- amounts, totals, days ---------------------------------------------------------------------------------


@given(weights, by_weight)
def test_an_amount_by_weight_and_back_is_the_same(kg: Fraction, rate: Fraction) -> None:
    assert mg_per_day(kg, rate) == kg * rate
    assert mg_per_kg_day(mg_per_day(kg, rate), kg) == rate


@given(weights, by_weight, targets)
def test_a_total_is_target_times_weight_and_its_last_day_reaches_it_first(
    kg: Fraction, rate: Fraction, target: Fraction
) -> None:
    total, daily = total_mg(target, kg), mg_per_day(kg, rate)
    days = days_to(total, daily)

    assert total == target * kg
    assert daily * (days - 1) < total <= daily * days
    # The weight decides the milligrams, not the days.
    assert days == days_to(target, rate)


@given(weights, by_weight, targets, st.integers(0, 400))
def test_what_was_given_shortens_the_days_that_are_left(
    kg: Fraction, rate: Fraction, target: Fraction, gone: int
) -> None:
    total, daily = total_mg(target, kg), mg_per_day(kg, rate)

    assert days_to(total, daily, daily * gone) == max(0, days_to(total, daily) - gone)


@pytest.mark.parametrize("bad", [F(0), F(-1)])
def test_numbers_that_are_not_above_zero_are_refused(bad: Fraction) -> None:
    for call in (
        lambda: mg_per_day(bad, F(1)),
        lambda: mg_per_day(F(1), bad),
        lambda: mg_per_kg_day(F(1), bad),
        lambda: total_mg(bad, F(1)),
        lambda: days_to(F(1), bad),
        lambda: days_to(bad, F(1)),
    ):
        with pytest.raises(ValueError, match="write a number above zero"):
            call()
    with pytest.raises(ValueError, match="can't have been given"):
        days_to(F(1), F(1), F(-1))


def test_a_second_course_begins_eight_weeks_after_the_last_day_of_the_first() -> None:
    assert second_course_from(20_000, F(8)) == 20_056


# ---- what was given ----------------------------------------------------------------------------------------


def course(*parts: tuple[str, int], kg: int) -> list[Given | Gap]:
    """Stretches of (mg/kg a day, weeks) at one weight."""
    return [Given("isotretinoin", F(rate) * kg, weeks * 7, F(kg)) for rate, weeks in parts]


@pytest.mark.parametrize(
    ("parts", "mg_per_kg"),
    [
        ([("0.5", 15)], "52.5"),
        ([("0.5", 20)], "70"),
        ([("1", 15)], "105"),
        ([("1", 20)], "140"),
        ([("0.5", 4), ("1", 16)], "126"),  # the schedule of trial NCT02457520
    ],
)
def test_published_examples_of_a_whole_course(parts: list[tuple[str, int]], mg_per_kg: str) -> None:
    for kg in (35, 60, 80):
        given_so_far = cumulative(course(*parts, kg=kg), TABLE)

        assert given_so_far.by_last_weight == given_so_far.by_weight_then == F(mg_per_kg)


given_parts = st.lists(
    st.builds(
        Given,
        st.sampled_from(["isotretinoin", "absorica", "absorica-ld"]),
        decimals("0.5", "120", 1),
        st.integers(0, 200),
        decimals("30", "150", 1),
    )
    | st.builds(Gap, st.integers(0, 100)),
    max_size=6,
)


@given(given_parts)
def test_gaps_change_how_long_a_course_was_and_never_how_much(parts: list[Given | Gap]) -> None:
    whole, without = cumulative(parts, TABLE), cumulative([one for one in parts if isinstance(one, Given)], TABLE)

    assert (whole.mg, whole.by_last_weight, whole.by_weight_then) == (
        without.mg,
        without.by_last_weight,
        without.by_weight_then,
    )
    assert whole.days_with_doses == without.days_in_all
    assert whole.days_in_all - without.days_in_all == sum(one.days for one in parts if isinstance(one, Gap))


@given(given_parts, st.integers(0, 6))
def test_a_course_in_two_parts_comes_to_the_sum_of_both(parts: list[Given | Gap], cut: int) -> None:
    first, second, whole = (cumulative(one, TABLE) for one in (parts[:cut], parts[cut:], parts))

    assert whole.mg == first.mg + second.mg
    assert whole.by_weight_then == first.by_weight_then + second.by_weight_then
    assert whole.days_in_all == first.days_in_all + second.days_in_all


@given(given_parts)
def test_with_one_weight_both_rules_agree(parts: list[Given | Gap]) -> None:
    same = [Given(one.product, one.mg_per_day, one.days, F(70)) if isinstance(one, Given) else one for one in parts]
    result = cumulative(same, TABLE)

    assert result.mg_per_kg("last") == result.mg_per_kg("then") == result.mg / 70


def test_with_a_growing_patient_the_two_rules_differ_and_the_last_weight_is_the_usual_one() -> None:
    grown = cumulative([Given("isotretinoin", F(40), 100, F(40)), Given("isotretinoin", F(40), 50, F(50))], TABLE)

    assert grown.mg == 6000
    assert grown.mg_per_kg() == grown.by_last_weight == 120
    assert grown.mg_per_kg("then") == 140


@given(decimals("0.1", "200", 1))
def test_milligrams_of_absorica_ld_count_as_five_fourths(mg: Fraction) -> None:
    assert standard_mg("absorica-ld", mg, TABLE) == mg * F(5, 4)
    assert standard_mg("absorica", mg, TABLE) == standard_mg("isotretinoin", mg, TABLE) == mg


def test_the_gates_convert_as_the_calculator_does() -> None:
    for product in TABLE.products:
        if product.ingredient == "isotretinoin":
            assert F(str(dose_folds.STANDARD.get(product.word, 1))) == product.standard


def test_what_is_no_isotretinoin_is_not_added_up() -> None:
    with pytest.raises(ValueError, match="is no isotretinoin"):
        cumulative([Given("imiquimod-5", F(10), 1, F(70))], TABLE)


@pytest.mark.parametrize(
    "part",
    [
        Given("isotretinoin", F(0), 1, F(70)),
        Given("isotretinoin", F(40), 1, F(0)),
        Given("isotretinoin", F(40), -1, F(70)),
    ],
)
def test_stretches_that_cannot_be_are_refused(part: Given) -> None:
    with pytest.raises(ValueError, match="write a number"):
        cumulative([part], TABLE)


def test_nothing_given_comes_to_nothing() -> None:
    nothing = cumulative([], TABLE)

    assert (nothing.mg, nothing.mg_per_kg(), nothing.mg_per_kg("then"), nothing.days_in_all) == (0, 0, 0, 0)


# ---- numbers -----------------------------------------------------------------------------------------------


@given(st.decimals(Decimal("-9999.999999"), Decimal("9999.999999"), allow_nan=False, places=6))
def test_a_number_whose_digits_end_is_shown_with_all_of_them(number: Decimal) -> None:
    exact = Fraction(number)

    assert Fraction(figures(exact)) == exact
    assert Fraction(str(rounded(exact))) == exact
    assert isinstance(rounded(exact), int) == (exact.denominator == 1)


@given(st.fractions(min_value=-1000, max_value=1000, max_denominator=999))
def test_a_number_that_was_rounded_says_so(number: Fraction) -> None:
    shown = figures(number)

    assert shown.startswith("about ") == (Fraction(shown.removeprefix("about ")) != number)
    assert abs(Fraction(str(rounded(number))) - number) <= F(1, 20_000)


def test_digits_that_end_after_too_many_for_a_float_are_rounded_and_said_to_be() -> None:
    assert figures(F(1, 2**40)).startswith("about ")
    assert rounded(F(1, 2**40)) == 0.0


@pytest.mark.parametrize(
    ("days", "words"),
    [(0, "0 days"), (1, "1 day"), (7, "1 week"), (8, "1 week and 1 day"), (240, "34 weeks and 2 days")],
)
def test_days_as_weeks_in_words(days: int, words: str) -> None:
    assert in_weeks(days) == words
    assert weeks_of(days) == F(days, 7)


# ---- the same numbers elsewhere ----------------------------------------------------------------------------

_ALIKE = {"mg-per-kg-day", "adult-mg-per-kg-day", "total-mg-per-kg", "course-weeks", "doses-per-day", "with-food"}


def differences(programme: str, regimens: Sequence[Regimen]) -> list[str]:
    """Numbers of a programme's regimens that aren't those of the label that counts under it."""
    found = []
    for regimen, label in itertools.product(regimens, TABLE.labels_under(programme)):
        if label.product.word not in regimen.products:
            continue
        for limit in regimen.limits:
            if limit.kind not in _ALIKE or not label.has(limit.kind):  # type: ignore[arg-type]  # a kind of both
                continue
            rule = label.rule(limit.kind)  # type: ignore[arg-type]  # a kind of both
            least = rule.least if limit.least else F(0)
            if (F(str(limit.least)), F(str(limit.most))) != (least, rule.most):
                found.append(f"{programme} {label.product.word} {limit.kind}: {limit.least}, {limit.most}")
    return found


def test_regimens_and_labels_say_the_same_numbers() -> None:
    wrong = [
        difference
        for name in library.programme_ids()
        for version in library.versions(name)
        for difference in differences(name, version.regimens)
    ]

    assert wrong == []


def test_a_regimen_that_says_another_number_would_be_noticed() -> None:
    from safecourse.rulebook.regimens import Limit

    def regimen(most: float) -> Regimen:
        limit = Limit("mg-per-kg-day", 0.5, most, 0, 0, 0, "advice", "R1", "professional", "", ())
        return Regimen("capsules", ("isotretinoin",), "capsule", (limit,))

    assert differences("us-ipledge", [regimen(1.0)]) == []
    assert differences("us-ipledge", [regimen(1.1)]) == ["us-ipledge isotretinoin mg-per-kg-day: 0.5, 1.1"]
