"""Where was it studied? How many studies and cases name each country.

Examples:
    >>> import implsci
    >>> found = countries(implsci.load("implsci-examples"))
    >>> found.counts[0].name, found.counts[0].region
    ('United States', 'North America')
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from attrs import asdict, frozen

from implsci._wording import agreeing, counted
from implsci.analysis.result import Result, Row
from implsci.compendium import Compendium, Where, facet_values
from implsci.model import Study
from implsci.places import COUNTRIES, income_group, region
from implsci.plugins import Registry
from implsci.plugins import registry as default_registry
from implsci.questions._asking import case_of, chosen

__all__ = ["Countries", "CountryCount", "countries"]


def __dir__() -> list[str]:
    return __all__


@frozen(kw_only=True)
class CountryCount:
    """How often one country is named.

    Attributes:
        country: ISO 3166-1 alpha-2, or XK, as the studies give it.
        name: its English name; None where the code is no country's.
        region: the World Bank's region; None where its table lacks the country.
        income_group: the World Bank's income group; None where its table gives none.
        studies: studies that name it.
        cases: the same with the studies of one programme as one.

    Examples:
        >>> import implsci
        >>> one = countries(implsci.load("implsci-examples"))["KE"]
        >>> one.name, one.income_group
        ('Kenya', 'Lower middle income')
    """

    country: str
    name: str | None
    region: str | None
    income_group: str | None
    studies: int
    cases: int


@frozen(kw_only=True)
class Countries(Result):
    """Studies by country, as `countries` returns them.

    Attributes:
        counts: the countries that are named, by studies, most first, then by code.
        n_studies: studies asked.
        n_cases: the same with the studies of one programme as one.
        placeless_studies: studies that name no country.
        placeless_cases: cases of which no study names one.
        assumptions: how it was counted.

    Examples:
        >>> from implsci import Study
        >>> found = countries([Study(id="a", title="A", countries=("KE", "UG"))])
        >>> [(one.country, one.studies) for one in found.counts], len(found.unstudied)
        ([('KE', 1), ('UG', 1)], 248)
    """

    counts: tuple[CountryCount, ...]
    n_studies: int
    n_cases: int
    placeless_studies: int
    placeless_cases: int
    assumptions: tuple[str, ...]

    def __getitem__(self, country: str) -> CountryCount:
        """Return the counts of one country.

        Raises:
            KeyError: no study names it.
        """
        for one in self.counts:
            if one.country == country:
                return one
        raise KeyError(country)

    @property
    def unstudied(self) -> tuple[str, ...]:
        """Codes of the countries that no study names."""
        return tuple(sorted(COUNTRIES.keys() - {one.country for one in self.counts}))

    def to_rows(self) -> tuple[Row, ...]:
        """Return a line a country that is named.

        Examples:
            >>> from implsci import Study
            >>> countries([Study(id="a", title="A", countries=("XK",))]).to_rows()[0]["name"]
            'Kosovo'
        """
        return tuple(asdict(one) for one in self.counts)

    def sentence(self) -> str:
        """Say how many studies name a country, how many are named, and which most often.

        Examples:
            >>> from implsci import Study
            >>> countries([Study(id="a", title="A")]).sentence()
            'None of 1 study names a country.'
        """
        if not self.counts:
            return f"None of {counted(self.n_studies, 'study', 'studies')} names a country."
        known = [one for one in self.counts if one.name is not None]
        most = [one for one in known if one.studies == known[0].studies]
        placed = self.n_studies - self.placeless_studies
        told = (
            f"{placed} of {counted(self.n_studies, 'study', 'studies')} "
            f"{agreeing(placed, 'names', 'name')} a country"
        )
        told += f": {len(known)} of {len(COUNTRIES)} countries"
        if len(most) > 3:
            told += (
                f", most often {len(most)} of them in "
                f"{counted(most[0].studies, 'study', 'studies')} each"
            )
        elif most:
            told += f", most often {' and '.join(f'{one.name} ({one.studies})' for one in most)}"
        strange = len(self.counts) - len(known)
        return told + (
            f"; {counted(strange, 'code is', 'codes are')} no country's." if strange else "."
        )


def countries(
    compendium: Compendium | Iterable[Study],
    *,
    where: Where | None = None,
    registry: Registry | None = None,
) -> Countries:
    """Count the studies that name each country.

    A study in several countries counts once in each, so counts add up to more than there are
    studies. A study that names none is counted beside, not guessed. Region and income group are those
    of `implsci.places.TABLE`, not those of the year of the study.

    Args:
        compendium: the studies.
        where: wanted values by facet, as in `Compendium.where`.
        registry: holds the taxonomies; the default registry where None.

    Raises:
        InvalidQueryError: no study has what was asked.
        UnknownNameError: a code that its taxonomy does not have.

    Examples:
        >>> import implsci
        >>> found = countries(implsci.load("implsci-examples"), where={"region": "South Asia"})
        >>> [one.country for one in found.counts if one.region == "South Asia"]
        ['IN', 'BD', 'NP']
    """
    asked = chosen(compendium, where, registry or default_registry())
    named: dict[str, list[Study]] = defaultdict(list)
    placed: set[str] = set()
    placeless = 0
    for study in asked:
        codes = facet_values(study, "country")
        placeless += not codes
        if codes:
            placed.add(case_of(study))
        for code in codes:
            named[code].append(study)
    n_cases = len({case_of(study) for study in asked})
    return Countries(
        counts=tuple(
            CountryCount(
                country=code,
                name=COUNTRIES.get(code),
                region=region(code),
                income_group=income_group(code),
                studies=len(studies),
                cases=len({case_of(study) for study in studies}),
            )
            for code, studies in sorted(named.items(), key=lambda pair: (-len(pair[1]), pair[0]))
        ),
        n_studies=len(asked),
        n_cases=n_cases,
        placeless_studies=placeless,
        placeless_cases=n_cases - len(placed),
        assumptions=(
            "a study counts once in each country it names; the studies of one programme are one case",
            "a country is where the study says it took place; a study that names none is placed nowhere",
            "region and income group are those of the World Bank's table in use, not of the study's year",
        ),
    )
