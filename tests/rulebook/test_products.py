"""The table of products: what a name stands for, what is never exchanged, and which tables are refused."""

from __future__ import annotations

import itertools
import tomllib
import unicodedata
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safecourse.course.vocabulary import PRODUCTS
from safecourse.rulebook.names import UnknownName, look_up, plain_name
from safecourse.rulebook.product_file import UnusableProducts, products_from_text, read_products
from safecourse.rulebook.products import (
    FILE,
    RULE_NEEDS,
    Brand,
    interchangeable,
    outside_the_programme,
    product_table,
)

TABLE = product_table()
TEXT = FILE.read_text(encoding="utf-8")
# The programme ids of the contract under which isotretinoin is given.
PROGRAMMES = {
    "us-ipledge",
    "uk-isotretinoin",
    "eu-isotretinoin",
    "de-isotretinoin",
    "fr-isotretinoin",
    "it-isotretinoin",
    "ca-isotretinoin",
    "us-isotretinoin-label",
    "eu-isotretinoin-label",
}


def brand(name: str, country: str, product: str = "") -> Brand:
    (found,) = (
        one
        for one in TABLE.brands
        if one.name == name and country in one.countries and product in ("", one.product.word)
    )
    return found


# ---- the shipped table -----------------------------------------------------------------------------------


def test_the_products_are_the_words_of_course_files() -> None:
    assert {one.word for one in TABLE.products} == set(PRODUCTS)


def test_every_name_that_the_articles_use_is_known() -> None:
    wanted = (
        "Accutane", "Absorica", "Absorica LD", "Amnesteem", "Claravis", "Myorisan", "Zenatane", "Roaccutane",
        "Reticutan", "Isotroin", "Aldara", "Zyclara", "Beselna", "Elidel", "isotretinoin", "imiquimod", "pimecrolimus",
    )  # fmt: skip

    assert [name for name in wanted if not look_up(name, TABLE).brands] == []


# A second reading of the facts, so that no number of the table can change unseen.
STRENGTHS = {
    ("isotretinoin", "US"): (10, 20, 30, 40),
    ("Accutane", "US"): (10, 20, 40),
    ("Amnesteem", "US"): (10, 20, 40),
    ("Claravis", "US"): (10, 20, 30, 40),
    ("Myorisan", "US"): (10, 20, 30, 40),
    ("Zenatane", "US"): (10, 20, 30, 40),
    ("Absorica", "US"): (10, 20, 25, 30, 35, 40),
    ("Absorica LD", "US"): (8, 16, 20, 24, 28, 32),
    ("isotretinoin", "UK EU"): (10, 20, 40),
    ("Roaccutane", "UK EU"): (10, 20, 40),
    ("Reticutan", "UK"): (10, 20, 40),
    ("isotretinoin", "CA"): (10, 40),
    ("Accutane", "CA"): (10, 40),
    ("Clarus", "CA"): (10, 40),
    ("Epuris", "CA"): (10, 20, 30, 40),
    ("Isotroin", "IN"): (20,),
    ("imiquimod", "US"): (5, Fraction(15, 4)),
    ("Aldara", "US UK EU"): (5,),
    ("Zyclara", "US UK EU"): (Fraction(15, 4),),
    ("Zyclara", "US"): (Fraction(5, 2),),
    ("Beselna", "JP"): (5,),
    ("pimecrolimus", "US"): (1,),
    ("Elidel", "US UK EU"): (1,),
}
_UNITED_STATES = {
    "doses-per-day": (2, 2),
    "course-weeks": (15, 20),
    "early-end-percent": (70, 70),
    "weeks-before-next": (8, 8),
}
_EUROPE = {
    "mg-per-kg-day": (Fraction(1, 2), 1),
    "start-mg-per-kg-day": (Fraction(1, 2), Fraction(1, 2)),
    "start-mg-severe-renal-impairment": (10, 10),
    "doses-per-day": (1, 2),
    "with-food": (1, 1),
    "course-weeks": (16, 24),
    "total-mg-per-kg": (120, 150),
    "total-studies": (2, 2),
    "weeks-before-next": (8, 8),
}
LABELS: dict[str, dict[str, tuple[Fraction | int, Fraction | int]]] = {
    "us-isotretinoin": {
        **_UNITED_STATES,
        "mg-per-kg-day": (Fraction(1, 2), 1),
        "adult-mg-per-kg-day": (2, 2),
        "with-food": (1, 1),
        "fasting-percent-lower": (60, 60),
    },
    "us-absorica": {
        **_UNITED_STATES,
        "mg-per-kg-day": (Fraction(1, 2), 1),
        "adult-mg-per-kg-day": (2, 2),
        "with-food": (0, 0),
    },
    "us-absorica-ld": {
        **_UNITED_STATES,
        "mg-per-kg-day": (Fraction(2, 5), Fraction(4, 5)),
        "adult-mg-per-kg-day": (Fraction(8, 5), Fraction(8, 5)),
        "with-food": (0, 0),
    },
    "eu-isotretinoin": _EUROPE,
    "ca-isotretinoin": _EUROPE,
}


def test_every_brand_has_the_strengths_that_were_read() -> None:
    found: dict[tuple[str, str], tuple[Fraction, ...]] = {}
    for one in TABLE.brands:
        key = (one.name, " ".join(one.countries))
        found[key] = (*found.get(key, ()), *one.strengths)

    assert found == STRENGTHS


def test_every_label_has_the_numbers_that_were_read() -> None:
    found = {label.id: {rule.kind: (rule.least, rule.most) for rule in label.rules} for label in TABLE.labels}

    assert found == LABELS


def test_only_absorica_ld_counts_otherwise_than_it_weighs() -> None:
    assert {one.word: one.standard for one in TABLE.products if one.standard != 1} == {"absorica-ld": Fraction(4, 5)}


def test_accutane_ended_in_the_united_states_in_2009_and_the_entry_says_so() -> None:
    accutane = brand("Accutane", "US")

    assert accutane.sold == "ended"
    assert "2009" in accutane.says


def test_isotroin_is_under_no_programme_that_is_known() -> None:
    assert brand("Isotroin", "IN").supervised == ()
    assert "iPLEDGE" in brand("Isotroin", "IN").says


def test_tartrazine_is_in_absorica_25_mg_and_in_no_other_strength() -> None:
    (tartrazine,) = (one for one in brand("Absorica", "US").excipients if one.what == "tartrazine")

    assert [strength for strength in brand("Absorica", "US").strengths if tartrazine.is_in(strength)] == [25]


@pytest.mark.parametrize("country", ["US", "UK", "EU", "CA"])
def test_generic_isotretinoin_holds_soya_oil_in_every_strength(country: str) -> None:
    generic = brand("isotretinoin", country)
    (soya,) = (one for one in generic.excipients if one.what == "soya oil")

    assert all(soya.is_in(strength) for strength in generic.strengths)


def test_every_brand_of_isotretinoin_in_the_united_states_is_under_ipledge() -> None:
    wrong = [
        one.name
        for one in TABLE.brands
        if one.product.ingredient == "isotretinoin" and "US" in one.countries and one.programmes != ("us-ipledge",)
    ]

    assert wrong == []


def test_labels_cover_every_programme_under_which_isotretinoin_is_given_and_no_other() -> None:
    assert {one for label in TABLE.labels for one in label.programmes} == PROGRAMMES
    assert {one for each in TABLE.brands for one in each.supervised} <= PROGRAMMES


def test_every_amount_of_absorica_ld_is_four_fifths_of_that_of_absorica() -> None:
    for kind in ("mg-per-kg-day", "adult-mg-per-kg-day"):
        low, ordinary = TABLE.label("us-absorica-ld").rule(kind), TABLE.label("us-absorica").rule(kind)

        assert (low.least, low.most) == (ordinary.least * Fraction(4, 5), ordinary.most * Fraction(4, 5))


def test_what_canada_borrows_from_the_european_label_is_unverified_and_says_so() -> None:
    borrowed, lent = TABLE.label("ca-isotretinoin").rules, TABLE.label("eu-isotretinoin").rules

    assert [(one.kind, one.least, one.most) for one in borrowed] == [(one.kind, one.least, one.most) for one in lent]
    assert {one.evidence.grade for one in borrowed} == {"unverified"}
    assert all("Canadian" in one.evidence.assumption for one in borrowed)


def test_every_source_of_the_table_is_used() -> None:
    data = tomllib.loads(TEXT)
    unused = [one["id"] for one in data["source"] if TEXT.count(f'source = "{one["id"]}"') == 0]

    assert unused == []


def test_a_label_that_lacks_a_rule_says_so() -> None:
    with pytest.raises(KeyError, match="total-mg-per-kg"):
        TABLE.label("us-isotretinoin").rule("total-mg-per-kg")


# ---- names -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "name", "strength"),
    [
        ("Isotroin 20 mg", "Isotroin", (20,)),
        ("isotroin 20", "Isotroin", (20,)),
        ("ISOTROIN", "Isotroin", ()),
        ("ABSORICA® LD", "Absorica LD", ()),
        ("AbsoricaLD 8mg", "Absorica LD", (8,)),
        ("Absorica(R) 25 mg capsules", "Absorica", (25,)),
        ("róaccutáne", "Roaccutane", ()),
        ("Roaccutane™ 20 mg", "Roaccutane", (20,)),
        ("  claravis  ", "Claravis", ()),
        ("Zyclara 2,5 %", "Zyclara", (Fraction(5, 2),)),
        ("Zyclara 3.75%", "Zyclara", (Fraction(15, 4),)),
        ("Aldara 5 per cent cream", "Aldara", (5,)),
        ("Elidel 10 mg/g cream", "Elidel", (1,)),
        ("Elidel 1%", "Elidel", (1,)),
        ("ベセルナ", "Beselna", ()),
        ("absorica-ld", "Absorica LD", ()),
    ],
)
def test_a_name_is_found_however_it_is_written(text: str, name: str, strength: tuple[Fraction, ...]) -> None:
    named = look_up(text, TABLE)

    assert {one.name for one in named.brands} == {name}
    assert named.strength == strength


def test_a_strength_tells_two_products_of_one_name_apart() -> None:
    assert {one.product.word for one in look_up("Zyclara", TABLE).brands} == {"imiquimod-3.75", "imiquimod-2.5"}
    assert {one.product.word for one in look_up("Zyclara 2.5 %", TABLE).brands} == {"imiquimod-2.5"}


def test_a_word_of_course_files_stands_for_the_generics_and_for_brands_only_where_there_are_none() -> None:
    assert all(one.generic for one in look_up("isotretinoin", TABLE).brands)
    assert [one.name for one in look_up("absorica", TABLE).brands] == ["Absorica"]
    assert [one.name for one in look_up("imiquimod-2.5", TABLE).brands] == ["Zyclara"]


def test_one_name_may_stand_for_two_countries() -> None:
    assert [one.countries for one in look_up("Accutane", TABLE).brands] == [("US",), ("CA",)]
    assert [one.countries for one in look_up("Accutane", TABLE).sold_in(("CA",))] == [("CA",)]


@pytest.mark.parametrize(
    "text",
    [
        "Acutane",
        "Accutan",
        "Claravis Plus",
        "Absoric",
        "Sotret",
        "Absorica L D",
        "tretinoin",
        "iso tretinoin",
        "20 mg",
        "accutane accutane",
    ],
)
def test_a_name_that_is_not_in_the_table_is_refused_and_none_is_guessed(text: str) -> None:
    with pytest.raises(UnknownName, match="nothing is guessed; check the pack"):
        look_up(text, TABLE)


@pytest.mark.parametrize("text", ["", "   ", "x" * 81])
def test_what_is_no_name_is_refused(text: str) -> None:
    with pytest.raises(UnknownName, match="write the name on the pack"):
        look_up(text, TABLE)


@pytest.mark.parametrize(
    "text", ["Absorica 8 mg", "Absorica LD 40 mg", "Amnesteem 30 mg", "Aldara 5 mg", "Isotroin 20 %", "Elidel 1 mg/g"]
)
def test_a_strength_that_the_product_does_not_have_is_refused_with_those_that_it_has(text: str) -> None:
    with pytest.raises(UnknownName, match=r"strength that the table does not have.*Known: "):
        look_up(text, TABLE)


def test_two_strengths_at_once_are_refused() -> None:
    with pytest.raises(UnknownName, match="more than one strength"):
        look_up("Isotroin 20 mg 40 mg", TABLE)


def test_a_message_shows_no_control_characters_of_what_was_typed() -> None:
    with pytest.raises(UnknownName) as refused:
        look_up("\x1b[31mfoo\n", TABLE)

    assert "\x1b" not in str(refused.value)
    assert "\n" not in str(refused.value)


@given(st.text(max_size=90))
def test_any_text_is_found_or_refused_with_a_message(text: str) -> None:
    try:
        named = look_up(text, TABLE)
    except UnknownName as unknown:
        assert str(unknown)
    else:
        assert named.brands


@given(st.sampled_from(TABLE.brands), st.data())
def test_a_brand_is_found_by_its_name_with_each_of_its_strengths(one: Brand, data: st.DataObject) -> None:
    strength = data.draw(st.sampled_from(one.strengths))
    named = look_up(f"{one.name} {float(strength):g} {one.product.unit}", TABLE)

    assert one in named.brands
    assert named.strength == (strength,)


@given(st.sampled_from(TABLE.brands), st.data())
def test_case_accents_marks_and_spaces_tell_no_names_apart(one: Brand, data: st.DataObject) -> None:
    letters = []
    for letter in one.name:
        written = data.draw(st.sampled_from([letter, letter.upper(), letter.lower()]))
        accent = data.draw(st.sampled_from(["", "\u0301", "\u0308"])) if letter.isascii() and letter.isalpha() else ""
        letters.append(data.draw(st.sampled_from([" ", "  ", "-", "_"])) if letter == " " else written + accent)
    decorated = f" {''.join(letters)}{data.draw(st.sampled_from(['', '®', '™', ' (R)', '®™']))} "

    assert plain_name(decorated) == plain_name(one.name)
    assert one in look_up(unicodedata.normalize(data.draw(st.sampled_from(["NFC", "NFD"])), decorated), TABLE).brands


# ---- one for the other -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Absorica LD", "US"), ("Absorica", "US")),
        (("Absorica LD", "US"), ("Claravis", "US")),
        (("Absorica", "US"), ("Zenatane", "US")),
        (("Epuris", "CA"), ("Clarus", "CA")),
        (("Isotroin", "IN"), ("Claravis", "US")),
        (("Isotroin", "IN"), ("Roaccutane", "UK")),
        (("Aldara", "US"), ("Zyclara", "EU")),
        (("Aldara", "US"), ("Beselna", "JP")),
        (("Zyclara", "EU"), ("Beselna", "JP")),
        (("Elidel", "US"), ("Aldara", "US")),
        (("Claravis", "US"), ("Elidel", "US")),
    ],
)
def test_these_are_never_handed_over_for_each_other(one: tuple[str, str], other: tuple[str, str]) -> None:
    exchange = interchangeable(brand(*one), _first(*other), TABLE)

    assert exchange.verdict == "never"
    assert exchange.why.endswith(".")


def _first(name: str, country: str) -> Brand:
    return next(one for one in TABLE.brands if one.name == name and country in one.countries)


def test_two_strengths_of_one_cream_are_never_handed_over_for_each_other() -> None:
    stronger, weaker = brand("Zyclara", "US", "imiquimod-3.75"), brand("Zyclara", "US", "imiquimod-2.5")

    assert interchangeable(stronger, weaker, TABLE).verdict == "never"


def test_two_makers_of_one_product_in_one_country_hold_the_same_amounts() -> None:
    assert interchangeable(brand("Claravis", "US"), brand("Zenatane", "US"), TABLE).verdict == "same-product"
    assert interchangeable(brand("Roaccutane", "UK"), brand("Reticutan", "UK"), TABLE).verdict == "same-product"


def test_what_nothing_was_read_about_is_not_known_and_no_permission() -> None:
    assert interchangeable(brand("Claravis", "US"), brand("Roaccutane", "UK"), TABLE).verdict == "not-known"


def test_the_order_of_two_brands_never_matters_and_a_brand_is_itself() -> None:
    for one, other in itertools.product(TABLE.brands, repeat=2):
        there, back = interchangeable(one, other, TABLE), interchangeable(other, one, TABLE)

        assert (there.verdict, there.evidence) == (back.verdict, back.evidence)
        assert (there.verdict == "same-product") or one != other
        if there.verdict == "same-product":
            assert one.product == other.product


# ---- bought elsewhere ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("country", "words"),
    [
        ("US", ("iPLEDGE", "certified pharmacies")),
        ("UK", ("pregnancy prevention programme", "consent form")),
        ("EU", ("pregnancy prevention programme",)),
        ("CA", ("makers run the programme",)),
        ("JP", ("no approval in Japan",)),
    ],
)
def test_buying_isotretinoin_elsewhere_is_explained_for_each_country(country: str, words: tuple[str, ...]) -> None:
    own, general = outside_the_programme(country, "isotretinoin", TABLE)

    assert all(word in own.says for word in words)
    assert own.evidence.source.url
    assert "42 sold isotretinoin without a valid prescription" in general.says


def test_where_nothing_was_read_of_a_country_the_general_statement_remains() -> None:
    assert [one.country for one in outside_the_programme("IN", "isotretinoin", TABLE)] == ["any"]
    assert outside_the_programme("US", "imiquimod", TABLE) == ()


# ---- refused tables --------------------------------------------------------------------------------------


def changed(old: str, new: str) -> str:
    assert TEXT.count(old) >= 1, old
    return TEXT.replace(old, new, 1)


ABSORICA_LD = 'word = "absorica-ld"\ningredient = "isotretinoin"\nunit = "mg"\n'
LABEL_OF_LD = 'owner = "United States"\nproduct = "absorica-ld"\ncountries = ["'


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("format = 1", "format = 2", "'format' must be 1"),
        ("format = 1", "format = 1\ncolour = 3", "'colour' is not a key"),
        (f"{ABSORICA_LD}standard = 0.8", f"{ABSORICA_LD}standard = 0", "'standard' is 0"),
        (f"{ABSORICA_LD}standard = 0.8", f'{ABSORICA_LD}standard = "0.8"', "'standard' is str"),
        ('word = "absorica"\n', 'word = "absorbica"\n', "'word' is 'absorbica'"),
        ("strengths = [8, 16, 20, 24, 28, 32]", "strengths = [8, 20, 16]", "must be ascending"),
        ("strengths = [8, 16, 20, 24, 28, 32]", "strengths = []", "must be ascending, each once, and at least one"),
        ("strengths = [8, 16, 20, 24, 28, 32]", "strengths = [8, -16]", "numbers above zero"),
        ("strengths = [8, 16, 20, 24, 28, 32]", "strengths = [true]", "numbers above zero"),
        ("strengths = [25]", "strengths = [26]", "'tartrazine' is said of a strength that the brand doesn't have"),
        ('name = "Claravis"', 'name = "Myorisan"', "brand Myorisan: stands twice in one country"),
        ('name = "Claravis"', 'name = "MYORISAN®"', "stands twice in one country"),
        ('countries = ["JP"]', 'countries = ["XX"]', "'XX' is no country here"),
        ('countries = ["JP"]', "countries = []", "'countries' is empty"),
        ('programmes = ["none-known"]', 'programmes = ["none-known", "us-ipledge"]', "names none-known beside others"),
        ('programmes = ["none-known"]', "programmes = []", "names none-known beside others"),
        ('sold = "ended"', 'sold = "gone"', "'sold' is 'gone'"),
        ('other = "Beselna"', 'other = "Besselna"', "'Besselna' is neither a product nor a brand"),
        ('source = "R21"', 'source = "R999"', "'R999' is not a source of this file"),
        ('source = "R21"\ngrade = "professional"', 'source = "R21"\ngrade = "good"', "'grade' is 'good'"),
        ('source = "R21"\ngrade = "professional"', 'source = "R21"\ngrade = "unverified"', "'assumption' is missing"),
        ('kind = "with-food"\nmost = 1', 'kind = "with-food"\nmost = -1', "'most' is -1"),
        ('kind = "early-end-percent"\nmost = 70', 'kind = "early-end-percent"\nmost = 0', "the number is zero"),
        ("least = 15\nmost = 20", "least = 21\nmost = 20", "'least' is above 'most'"),
        ('kind = "early-end-percent"\nmost = 70', 'kind = "with-food"\nmost = 1', "with-food: stands twice"),
        ('like = "eu-isotretinoin"', 'like = "xx-isotretinoin"', "which is no label of this file"),
        ('like = "eu-isotretinoin"\n', "", "give it rules of its own, or 'like' another label"),
        ('[[outside]]\ncountry = "CA"', '[[outside]]\ncountry = "IN"', "what buying elsewhere means in CA"),
        (f"{LABEL_OF_LD}US", f"{LABEL_OF_LD}CA", "no capsule is known"),
        ('product = "absorica-ld"', 'product = "absorica-xl"', "'absorica-xl' is not a product of this file"),
        ("[[source]]", "[[source", "is not TOML"),
    ],
)  # fmt: skip
def test_a_table_that_contradicts_itself_is_refused(old: str, new: str, said: str) -> None:
    with pytest.raises(UnusableProducts) as refused:
        products_from_text(changed(old, new), "products.toml")

    assert said in str(refused.value)
    assert str(refused.value).startswith("products.toml: ")


def test_a_product_or_a_label_that_stands_twice_is_refused() -> None:
    blocks = TEXT.split("[[")
    product = next(one for one in blocks if 'word = "pimecrolimus-1"' in one)
    label = next(one for one in blocks if 'id = "ca-isotretinoin"' in one)
    with pytest.raises(UnusableProducts) as refused:
        products_from_text(f"{TEXT}\n[[{product}\n[[{label}", "products.toml")

    assert "product pimecrolimus-1: stands twice" in str(refused.value)
    assert "label ca-isotretinoin: stands twice" in str(refused.value)


def test_a_file_that_is_not_there_is_refused_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(UnusableProducts, match=r"missing\.toml: can't be read"):
        read_products(tmp_path / "missing.toml")


def test_the_shipped_table_is_read_as_it_is() -> None:
    assert products_from_text(TEXT, "products.toml") == TABLE


def test_every_kind_of_rule_stands_in_some_label() -> None:
    assert {rule.kind for label in TABLE.labels for rule in label.rules} == set(RULE_NEEDS)
