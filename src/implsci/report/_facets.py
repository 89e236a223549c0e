"""The facets that the page filters by, each with the values that occur."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from implsci.analysis.tally import BASIS_WORDS, DIRECTION_WORDS
from implsci.compendium import facet_values
from implsci.model import Study
from implsci.places import COUNTRIES
from implsci.report._text import cut

if TYPE_CHECKING:
    from implsci.report import Report

__all__ = ["FACETS", "Choices", "choices_of", "country_name", "form", "values_of"]

FACETS: Final[Mapping[str, str]] = {
    "sector": "Sector",
    "region": "Region",
    "country": "Country",
    "design": "Design",
}
Choices = Mapping[str, list[str]]
_ROOM: Final = 50


def country_name(code: str) -> str:
    """Return a country's name, or its code where it has none."""
    return COUNTRIES.get(code, code)


def values_of(report: Report, study: Study, facet: str) -> tuple[str, ...]:
    """Return a study's values on a facet; a sector brings the broader ones, as a filter asks for them."""
    values = facet_values(study, facet)
    if facet != "sector":
        return values
    return tuple(dict.fromkeys(up for one in values for up in (one, *report.broader.get(one, ()))))


def choices_of(report: Report) -> Choices:
    """Return the values of each facet, the commonest first."""
    return {facet: list(counted) for facet, counted in _counted(report).items()}


def _counted(report: Report) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for facet in FACETS:
        counts = Counter(
            value for study in report.compendium for value in values_of(report, study, facet)
        )
        found[facet] = dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))
    return found


def _worded(report: Report, facet: str, value: str) -> str:
    if facet == "country":
        return country_name(value)
    if facet == "design":
        return value.replace("_", " ").replace("rct", "RCT")
    return report.label(value)


def form(report: Report) -> str:
    """Return the filters; they stay hidden until the script that they need is there."""
    return (
        '<form id="filters" hidden aria-labelledby="choose"><div class="fields">'
        + "".join(_fields(report))
        + '</div><p><button type="reset">Clear the filters</button></p></form>'
        '<p class="nojs">Without JavaScript there are no filters; everything they choose from is on '
        "this page, and each number of a map leads to its line beneath it.</p>"
        '<div id="status" role="status" class="status"></div>'
    )


def _fields(report: Report) -> Iterator[str]:
    for facet, counted in _counted(report).items():
        options = "".join(
            f'<option value="{place}">{cut(_worded(report, facet, value), _ROOM)} ({count})</option>'
            for place, (value, count) in enumerate(counted.items())
        )
        yield _select(facet, FACETS[facet], options)
    if report.years:
        for end, title, known in zip(
            ("from", "to"), ("Year, from", "Year, to"), report.years, strict=True
        ):
            yield (
                f'<span><label for="f-{end}">{title}</label><input id="f-{end}" name="{end}" '
                f'type="number" inputmode="numeric" placeholder="{known}"></span>'
            )
    for name, title, words in (
        ("direction", "Direction of a finding", DIRECTION_WORDS),
        ("basis", "Basis of a finding", BASIS_WORDS),
    ):
        options = "".join(
            f'<option value="{place}">{word}</option>' for place, word in enumerate(words.values())
        )
        yield _select(name, title, options)


def _select(name: str, title: str, options: str) -> str:
    return (
        f'<span><label for="f-{name}">{title}</label><select id="f-{name}" name="{name}">'
        f'<option value="">any</option>{options}</select></span>'
    )
