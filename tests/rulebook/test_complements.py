"""Lists of what lies outside a label name every other word of the vocabulary, so that a new word can't slip through."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from safecourse.course.vocabulary import PRODUCTS, SITES, SKIN_CONDITIONS
from safecourse.rulebook import library
from safecourse.rulebook.model import Fact, Programme

VERSIONS = [version for one in library.programme_ids() for version in library.versions(one)]


def with_facts(*names: str) -> list[Programme]:
    """The versions that have facts of these names."""
    found = [one for one in VERSIONS if {*names} <= {fact.name for fact in one.facts}]
    assert found
    return found


def words(fact: Fact, field: str) -> set[str | bool]:
    """The words that a fact asks of one field."""
    return {word for condition in fact.conditions if condition.field == field for word in condition.among}


def named(version: Programme, *names: str) -> Iterator[Fact]:
    for name in names:
        yield next(fact for fact in version.facts if fact.name == name)


def programme_id(version: Programme) -> str:
    return f"{version.id}-{version.version}"


@pytest.mark.parametrize("version", with_facts("suitable_site", "unsuitable_site"), ids=programme_id)
def test_a_site_is_suitable_or_it_is_not(version: Programme) -> None:
    inside, outside = (words(fact, "site") for fact in named(version, "suitable_site", "unsuitable_site"))

    assert inside.isdisjoint(outside)
    assert inside | outside == set(SITES)


@pytest.mark.parametrize("version", with_facts("ever_prescribed", "other_product"), ids=programme_id)
def test_a_strength_of_imiquimod_is_one_of_the_programme_or_another_one(version: Programme) -> None:
    ours, others = (words(fact, "product") for fact in named(version, "ever_prescribed", "other_product"))

    assert ours.isdisjoint(others)
    assert ours | others == {product for product in PRODUCTS if product.startswith("imiquimod")}
    assert {product for regimen in version.regimens for product in regimen.products} == ours


@pytest.mark.parametrize("version", with_facts("keratosis", "prescribed_for_another"), ids=programme_id)
def test_an_indication_is_the_one_of_the_programme_or_another_one(version: Programme) -> None:
    disease, another = named(version, "keratosis", "prescribed_for_another")
    ours, others = words(disease, "condition"), words(another, "indication")

    assert ours.isdisjoint(others)
    assert ours | others == set(SKIN_CONDITIONS)
