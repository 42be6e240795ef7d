"""The pattern files: the small language, what is refused, and that the numbers are those of the rule books."""

from __future__ import annotations

from pathlib import Path

import pytest

from safecourse.leaflets.loading import UnusablePatterns, read_patterns, shipped
from safecourse.leaflets.measures import measures_of
from safecourse.leaflets.model import Claim
from safecourse.leaflets.phrases import BadPhrase, Search
from safecourse.leaflets.words import words_of
from safecourse.rulebook import library
from safecourse.rulebook.products import product_table

SOURCE = '[[source]]\nid = "S"\ntitle = "A label"\nurl = "u"\nseen = "today"\n'
MEDICINE = '[[medicine]]\nname = "m"\nnames = ["mmm"]\nsigns = ["nnn"]\n'
CLAIM = (
    '[[claim]]\nid = "c"\nmedicine = "m"\nkind = "sells"\nall = ["buy"]\nsays = "."\nsource = "S"\ngrade = "official"\n'
)
OMISSION = '[[omission]]\nid = "o"\nmedicine = "m"\ncovered = ["sun"]\nsays = "."\nsource = "S"\ngrade = "official"\n'
PROGRAMMES = {
    "us-ipledge", "uk-isotretinoin", "eu-isotretinoin", "us-isotretinoin-label", "eu-isotretinoin-label",
    "us-imiquimod-5-keratosis", "eu-imiquimod-5-keratosis", "jp-imiquimod-5-keratosis", "us-imiquimod-5-carcinoma",
    "eu-imiquimod-5-carcinoma", "us-imiquimod-5-warts", "eu-imiquimod-5-warts", "jp-imiquimod-5-warts",
    "us-pimecrolimus", "eu-pimecrolimus",
}  # fmt: skip


def problems(tmp_path: Path, text: str) -> tuple[str, ...]:
    (tmp_path / "one.toml").write_text(text, encoding="utf-8")
    try:
        read_patterns(tmp_path)
    except UnusablePatterns as refused:
        return refused.problems
    return ()


def found(phrase: str, sentence: str) -> list[tuple[int, int]]:
    return [(hit.start, hit.end) for hit in Search({"x": [phrase]}).hits(words_of(sentence, 1)).get("x", [])]


@pytest.mark.parametrize(
    ("phrase", "sentence", "where"),
    [
        ("use", "Using it, he used it.", [(0, 1), (3, 4)]),
        ("long term", "Long-term use", [(0, 2)]),
        ("=buy", "buying and buy", [(2, 3)]),
        ("immun*", "Immunocompromised", [(0, 1)]),
        ("# week", "sixteen weeks", [(0, 2)]),
        ("wash .. off", "Wash all of it off.", [(0, 5)]),
        ("wash .. off", "Wash it now and then wipe it off.", []),
        ("a/b c", "b c", [(0, 2)]),
        ("first * third", "first second third", [(0, 3)]),
        ("cannot", "It can't", [(1, 3)]),
    ],
)
def test_a_phrase_finds_what_it_says(phrase: str, sentence: str, where: list[tuple[int, int]]) -> None:
    assert found(phrase, sentence) == where


@pytest.mark.parametrize("phrase", ["", "..", ".. a", "a ..", "* a", "a-b", "ab*", "a/cannot"])
def test_what_is_no_phrase_is_refused(phrase: str) -> None:
    with pytest.raises(BadPhrase):
        Search({"x": [phrase]})


@pytest.mark.parametrize(
    ("sentence", "kind", "values"),
    [
        ("three times a week", "per-week", [3]),
        ("twice weekly", "per-week", [2]),
        ("once daily", "per-week", [7]),
        ("every other day", "per-week", [3.5]),
        ("five days a week, once a day", "per-week", [5, 7]),
        ("twice a day", "per-day", [2]),
        ("once a day", "per-day", [1]),
        ("every day", "per-day", []),
        ("for 6 to 8 weeks", "weeks", [8]),
        ("up to six months", "weeks", [26]),
        ("children from 8 years", "age-years", [8]),
        ("babies from 3 months", "age-years", [0.25]),
        ("0.5 mg per kg per day", "mg-per-kg-day", [0.5]),
        ("0,5 mg/kg daily", "mg-per-kg-day", [0.5]),
    ],
)
def test_numbers_are_read_with_their_kind(sentence: str, kind: str, values: list[float]) -> None:
    assert sorted({one.value for one in measures_of(words_of(sentence, 1)) if one.kind == kind}) == values


def test_a_sound_file_is_read(tmp_path: Path) -> None:
    assert problems(tmp_path, SOURCE + MEDICINE + CLAIM + OMISSION) == ()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (CLAIM.replace('"S"', '"T"'), "there is no source 'T'"),
        (CLAIM.replace('["buy"]', '["@bought"]'), "there is no word list '@bought'"),
        (CLAIM.replace('["buy"]', "[]"), "'all' is empty"),
        (CLAIM.replace('["buy"]', '["a-b"]'), "'a-b' is no word"),
        (CLAIM.replace('"m"', '"n"'), "write one of m, any"),
        (CLAIM.replace('"sells"', '"hides"'), "write one of contradicts, omits, sells, garbled"),
        (CLAIM.replace('"official"', '"unverified"'), "its 'assumption'"),
        (CLAIM + 'assumption = "so"\n', "its 'assumption'"),
        (CLAIM + 'colour = "red"\n', "'colour' is not a key"),
        (CLAIM + 'topic = "face"\n', "there is no topic 'face'"),
        (CLAIM + 'limits = { kind = "per-moon", most = 2 }\n', "write one of per-week"),
        (CLAIM + CLAIM, "there are two patterns 'c'"),
        (OMISSION.replace('["sun"]', "[]"), "'covered' is empty"),
        ("[other]\nx = 1\n", "'other' is not a part of a pattern file"),
        (SOURCE, "there are two sources 'S'"),
        ('[concept]\nlost = ["word"]\n', "nothing uses the word list 'lost'"),
        (CLAIM.replace('"S"', '"T"'), "nothing uses the source 'S'"),
        ("nonsense", "correct the TOML"),
    ],
)
def test_a_file_that_is_not_sound_is_refused_with_its_place(tmp_path: Path, text: str, says: str) -> None:
    noted = problems(tmp_path, text if text == "nonsense" else SOURCE + MEDICINE + text)

    assert any(says in one for one in noted)
    assert all(one.startswith(("one.toml", "there are two", "nothing uses")) for one in noted)


@pytest.mark.parametrize("claim", shipped().claims, ids=lambda claim: claim.id)
def test_a_claim_names_programmes_that_are_there_or_will_be(claim: Claim) -> None:
    assert set(claim.programmes) <= PROGRAMMES


def test_every_brand_of_the_table_of_products_is_recognised() -> None:
    known = {medicine.name: medicine.names for medicine in shipped().medicines}
    lost = [
        name
        for brand in product_table().brands
        for name in (brand.name, *brand.also)
        if name.isascii() and not any(one in name.lower() for one in known[brand.product.ingredient])
    ]

    assert lost == []


LIMITED = [(claim, name) for claim in shipped().claims if claim.limits for name in claim.programmes]
KINDS = {
    "per-week": (("times-per-week",), 1),
    "per-day": (("times-per-day",), 1),
    "weeks": (("course-days",), 7),
    "mg-per-kg-day": (("mg-per-kg-day", "adult-mg-per-kg-day"), 1),
}


@pytest.mark.parametrize(("claim", "programme"), LIMITED, ids=lambda one: getattr(one, "id", one))
def test_the_numbers_of_a_claim_are_those_of_the_rule_books(claim: Claim, programme: str) -> None:
    assert claim.limits is not None
    kinds, unit = KINDS[claim.limits.kind]
    numbers = {
        limit.most / unit
        for regimen in library.versions(programme)[-1].regimens
        for limit in regimen.limits
        if limit.kind in kinds
    }

    assert all(claim.limits.admits(number) for number in numbers)
    if claim.limits.kind == "weeks" and numbers:
        assert claim.limits.most == max(numbers)
