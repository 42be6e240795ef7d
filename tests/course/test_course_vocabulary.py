"""The vocabulary says what the contract of course files says, word for word."""

from __future__ import annotations

import pytest

from safecourse.course.vocabulary import FIELD_UNITS, KINDS, METHODS, PRODUCTS, SITES, SKIN_CONDITIONS, field_type

# Every kind of event with its fields; ? marks those that may be left out. ``who?`` belongs to all.
CONTRACT = """
certified: role until?
decertified: role until?
enrolled: reason?
discontinued: reason?
classified: category criteria fsh? estradiol? progesterone? hcg?
diagnosed: condition severity? site? size_mm? biopsy_confirmed? icd10?
prior-treatment: treatment outcome weeks?
condition: condition since? until?
medication: ingredient started? stopped?
judged: matter by reason?
form-signed: form by edition?
counselled: by topics?
contraception: by methods since?
contraception-lapse: what
menses-started:
missed-period:
pregnancy-test: result setting resulted? specimen? sensitivity_miu_ml?
home-testing-permitted: by
visited: setting
assessed: what by
monthly-confirmation: by
questions-answered: passed
second-prescriber-agreed: by
lab: test? loinc? value unit upper_limit?
questionnaire: instrument score? items?
weight: kg
procedure: procedure
prescribed: product days_supply by? mg_per_day? applications_per_week? capsules? area_cm2? indication? certified_on?
authorised: pharmacy number?
authorisation-reversed: pharmacy number?
dispensed: pharmacy? days_supply capsules? quantity?
returned: pharmacy? days_supply capsules? quantity?
treatment-started: reason?
treatment-stopped: reason?
dose-taken: mg? hours_on_skin? reason?
dose-skipped: mg? hours_on_skin? reason?
rest-started: mg? hours_on_skin? reason?
rest-ended: mg? hours_on_skin? reason?
flare-started: mg? hours_on_skin? reason?
flare-ended: mg? hours_on_skin? reason?
adverse-event: term severity serious?
pregnancy: confirmed? until?
outcome: assessment measure? score?
relapse:
service-outage: from until
corrected: corrects reason
"""

FIELDS = {
    kind: set(fields.split()) for kind, _, fields in (line.partition(":") for line in CONTRACT.strip().splitlines())
}


def test_the_vocabulary_has_exactly_the_kinds_of_the_contract() -> None:
    assert set(KINDS) == set(FIELDS)


@pytest.mark.parametrize("kind", sorted(FIELDS))
def test_a_kind_has_exactly_the_fields_of_the_contract(kind: str) -> None:
    written = {field.name if field.required else f"{field.name}?" for field in KINDS[kind].fields.values()}

    assert FIELDS[kind] | {"who?"} == written


def test_a_lab_needs_a_test_or_a_loinc_code() -> None:
    assert KINDS["lab"].one_of == ("test", "loinc")


def test_lists_have_as_many_words_as_the_contract_names() -> None:
    assert (len(METHODS), len(SKIN_CONDITIONS), len(SITES), len(PRODUCTS)) == (20, 13, 15, 7)


def test_fields_with_a_list_have_words_and_no_word_twice() -> None:
    for kind in KINDS.values():
        for field in kind.fields.values():
            assert (field.type in ("word", "words")) <= bool(field.words)
            assert len(field.words) == len(set(field.words))


def test_numbers_have_limits() -> None:
    for kind in KINDS.values():
        for field in kind.fields.values():
            assert (field.type in ("whole", "number", "numbers")) == (field.high > field.low), (kind.name, field.name)


def test_days_are_told_apart_from_numbers_by_type_and_unit() -> None:
    for (kind, field), unit in FIELD_UNITS.items():
        assert (field_type(kind, field) in ("day", "moment")) == (unit == "day")


def test_the_fields_that_take_days_are_these() -> None:
    days = {f"{kind}.{field}" for kind, field in FIELD_UNITS if field_type(kind, field) == "day"}

    assert days == {
        "certified.until", "decertified.until", "condition.since", "condition.until", "medication.started",
        "medication.stopped", "contraception.since", "pregnancy-test.resulted", "prescribed.certified_on",
        "pregnancy.until",
    }  # fmt: skip
