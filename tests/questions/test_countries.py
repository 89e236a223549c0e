"""Studies by country: every study counted in each country it names, none guessed."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.questions.made import made, studies

import implsci
from implsci import Study
from implsci.errors import InvalidQueryError
from implsci.places import COUNTRIES
from implsci.questions import countries

EXAMPLES = implsci.load("implsci-examples")


def test_counts_are_those_of_the_filter() -> None:
    found = countries(EXAMPLES)
    for one in found.counts:
        assert one.studies == len(EXAMPLES.where(country=one.country)), one.country
    assert found.n_studies == len(EXAMPLES) == 373
    named = {one.country for one in found.counts}
    assert not any(len(EXAMPLES.where(country=code)) for code in set(COUNTRIES) - named)


def test_cases_are_programmes() -> None:
    one, two = (made(name, countries=("KE",), programme="trial") for name in "ab")
    alone, nowhere = made("c", countries=("KE", "SE")), made("d", programme="other")
    found = countries([one, two, alone, nowhere])
    assert [(row.country, row.studies, row.cases) for row in found.counts] == [
        ("KE", 3, 2),
        ("SE", 1, 1),
    ]
    assert (found.n_studies, found.n_cases) == (4, 3)
    assert (found.placeless_studies, found.placeless_cases) == (1, 1)


def test_a_programme_with_a_country_somewhere_is_not_placeless() -> None:
    found = countries([made("a", programme="p"), made("b", programme="p", countries=("KE",))])
    assert (found.placeless_studies, found.placeless_cases) == (1, 0)


def test_codes_of_no_country_are_kept_apart() -> None:
    found = countries([made("a", countries=("ZZ",)), made("b", countries=("ZZ", "KE"))])
    assert [(one.country, one.name, one.region) for one in found.counts] == [
        ("ZZ", None, None),
        ("KE", "Kenya", "Sub-Saharan Africa"),
    ]
    assert found.sentence() == (
        "2 of 2 studies name a country: 1 of 250 countries, most often Kenya (1); "
        "1 code is no country's."
    )
    assert len(found.unstudied) == 249


def test_rows_are_plain_and_in_one_order() -> None:
    found = countries(EXAMPLES)
    rows = json.loads(json.dumps(found.to_dict()))["rows"]
    assert rows == sorted(rows, key=lambda row: (-row["studies"], row["country"]))
    assert list(rows[0]) == ["country", "name", "region", "income_group", "studies", "cases"]
    assert countries(list(EXAMPLES)[::-1]) == found


def test_many_first_places_are_counted_and_not_all_named() -> None:
    found = countries([made("a", countries=("KE", "SE", "UG", "BR"))])
    assert "most often 4 of them in 1 study each" in found.sentence()


def test_only_the_studies_asked_are_counted() -> None:
    some = [made("a", countries=("KE",), sectors=("sector:health",)), made("b", countries=("SE",))]
    assert [one.country for one in countries(some, where={"sector": "sector:health"}).counts] == [
        "KE"
    ]
    with pytest.raises(InvalidQueryError, match="no study has what was asked"):
        countries(some, where={"country": "BR"})
    with pytest.raises(InvalidQueryError, match="no study to ask"):
        countries([])
    with pytest.raises(KeyError):
        countries(some)["BR"]


@given(studies())
def test_laws_of_counting(some: list[Study]) -> None:
    found = countries(some)
    assert sum(one.studies for one in found.counts) == sum(len(study.countries) for study in some)
    assert found.placeless_studies == sum(not study.countries for study in some)
    assert all(1 <= one.cases <= one.studies <= found.n_studies for one in found.counts)
    assert not {one.country for one in found.counts} & set(found.unstudied)


@given(studies(), st.sampled_from(["KE", "UG", "SE", "BR"]))
def test_one_study_more_changes_its_own_country_alone(some: list[Study], code: str) -> None:
    before = {one.country: one.studies for one in countries(some).counts}
    after = {
        one.country: one.studies for one in countries([*some, made("x", countries=(code,))]).counts
    }
    assert after.pop(code) == before.pop(code, 0) + 1
    assert after == before
