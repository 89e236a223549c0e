"""Other orders of a ranking than by totals: the least a total can be, ratings, quadrants, cost.

What is unrated stands last.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from attrs import evolve

from implsci.codes import Code
from implsci.errors import InvalidQueryError, UnknownNameError
from implsci.matching.constraints import Demand
from implsci.matching.names import term_of
from implsci.matching.report import BasisReport, Ranked
from implsci.names import close_names
from implsci.plugins import Registry
from implsci.taxonomy import Term, TermRating

__all__ = ["ORDERS", "ordered", "source_of"]


def __dir__() -> list[str]:
    return __all__


ORDERS: Final = ("total", "least", "importance", "feasibility", "go-zone", "cost")
_HIGHEST_FIRST: Final = ("importance", "feasibility")
_RATED: Final = (*_HIGHEST_FIRST, "cost")
# The quadrants of Waltz 2015 (doi:10.1186/s13012-015-0295-0). Which of IV and II is to be preferred is
# open; here what matters comes before what is easy.
_QUADRANTS: Final[Mapping[str, int]] = {"I": 0, "IV": 1, "II": 2, "III": 3}
_UP_TO_DOI: Final = re.compile(r".*?\bdoi:10\.\d{4,9}/[^\s;,]+")


def ordered(
    report: BasisReport,
    order: str,
    rated_by: str | None,
    demands: Mapping[Code, Sequence[Demand]],
    registry: Registry,
) -> BasisReport:
    """Return a report with its ranking in another order, and the rule of that order in words.

    Raises:
        UnknownNameError: no such order, or `rated_by` names nobody who rated this.
        InvalidQueryError: `rated_by` goes with an order that rests on no ratings.
    """
    if order not in ORDERS:
        raise UnknownNameError("order", order, close_names(order, ORDERS) or ORDERS)
    if rated_by is not None and order not in _RATED:
        raise InvalidQueryError(f"rated_by goes with an order by ratings, not with {order}")
    if order == "total":
        return _by_total(report)
    if order == "least":
        return _by_least(report)
    terms = {row.strategy: term_of(row.strategy, registry) for row in report.ranking}
    if order == "go-zone":
        quadrants = _quadrants(terms)
        values = {code: _QUADRANTS[quadrant] for code, quadrant in quadrants.items()}
        return _sorted(report, values, quadrants, _QUADRANT_RULE)
    if order == "cost" and any(one.money is not None for own in demands.values() for one in own):
        money = _money(demands)
        return _sorted(report, money, money, "by the money that the demands name, least first")
    return _by_rating(report, order, rated_by, terms, registry)


def _by_total(report: BasisReport) -> BasisReport:
    """Return the report, noting where what is known only by its level would come first."""
    first = next(iter(report.ranking), None)
    surest = max(report.ranking, key=_least, default=None)
    if first is None or surest is None or _least(surest) <= _least(first):
        return report
    return evolve(
        report,
        notes=(
            *report.notes,
            f"by the least the total can be, levels counted (order least), {_spanned(surest)} would "
            f"stand first, and not {_spanned(first)}",
        ),
    )


def _by_least(report: BasisReport) -> BasisReport:
    """Order by the least that totals can be; where the basis knows no shares, all stand level."""
    unknown = sum(row.total is None and not row.total_low for row in report.ranking)
    if unknown == len(report.ranking):
        return evolve(report, order=f"no share is known; {report.order}")
    return evolve(
        report,
        ranking=tuple(sorted(report.ranking, key=lambda row: -_least(row))),
        order="by the least the total can be, which counts a level without a count by the least it "
        "stands for; level ones stay as the basis ranks them",
        unrated=unknown,
    )


def _least(row: Ranked) -> float:
    # Sums of unrounded shares that are level may differ in the last digit.
    return round(row.total_low, 9)


def _spanned(row: Ranked) -> str:
    return f"{row.label} ({row.total_low:.0f} to {row.total_high:.0f})"


_QUADRANT_RULE: Final = (
    "by quadrant of importance and feasibility (facet go-zone of the strategy's own taxonomy): I both "
    "high, then IV important and hard, then II feasible and less important, then III neither"
)


def _quadrants(terms: Mapping[Code, Term | None]) -> dict[Code, str]:
    """Return the best quadrant of each strategy that has one."""
    return {
        code: min(told, key=_QUADRANTS.__getitem__)
        for code, term in terms.items()
        if term is not None
        and (told := [one for one in term.facet("go-zone") if one in _QUADRANTS])
    }


def _money(demands: Mapping[Code, Sequence[Demand]]) -> dict[Code, float]:
    """Return the greatest sum that is named for each strategy."""
    return {
        code: max(told)
        for code, own in demands.items()
        if (told := [one.money for one in own if one.money is not None])
    }


def _by_rating(
    report: BasisReport,
    name: str,
    rated_by: str | None,
    terms: Mapping[Code, Term | None],
    registry: Registry,
) -> BasisReport:
    """Order by the ratings of one source alone, since those of two are no common scale."""
    told = {
        code: [rating for rating in term.ratings if rating.name == name] if term else []
        for code, term in terms.items()
    }
    source = _chosen_source(name, rated_by, told.values(), registry)
    if source is None:
        return evolve(
            report,
            order=f"as the basis ranks: no rating of {name} is known for these strategies",
            unrated=len(report.ranking),
        )
    mine = {
        code: next((rating for rating in ratings if source_of(rating) == source), None)
        for code, ratings in told.items()
    }
    highest = name in _HIGHEST_FIRST
    found = {code: rating for code, rating in mine.items() if rating is not None}
    scales = {_scale(one) for one in found.values()}
    one_scale = len(scales) == 1
    values = {
        code: -value if highest else value
        for code, rating in found.items()
        if (value := rating.value if one_scale else _share(rating)) is not None
    }
    known = sorted(scale for scale in scales if scale is not None)
    scale = " and ".join(f"{low:g} to {high:g}" for low, high in known)
    rule = f"by mean rating of {name}, {'highest' if highest else 'lowest'} first, in {source}"
    if not one_scale:
        rule += ", as shares of their scales, since those differ"
    return _sorted(
        report,
        values,
        {code: found[code].value for code in values},
        rule + (f" (scale {scale})" if scale else ""),
    )


def _scale(rating: TermRating) -> tuple[float, float] | None:
    if rating.scale_min is None or rating.scale_max is None:
        return None
    return rating.scale_min, rating.scale_max


def _share(rating: TermRating) -> float | None:
    """Return where a rating stands on its scale, 0 to 1; None where the scale is not known."""
    scale = _scale(rating)
    if scale is None or scale[0] >= scale[1]:
        return None
    return (rating.value - scale[0]) / (scale[1] - scale[0])


def _chosen_source(
    name: str,
    rated_by: str | None,
    told: Iterable[Sequence[TermRating]],
    registry: Registry,
) -> str | None:
    """Return whose ratings to take: who is named, or who rated most of these strategies."""
    counts = Counter(source_of(rating) for ratings in told for rating in ratings)
    if rated_by is not None:
        wanted = rated_by.casefold()
        every = {
            source_of(rating)
            for taxonomy in registry.taxonomies()
            for term in taxonomy
            for rating in term.ratings
            if rating.name == name
        }
        if not any(wanted in source.casefold() for source in every):
            raise UnknownNameError(f"source of ratings of {name}", rated_by, sorted(every))
        counts = Counter({one: n for one, n in counts.items() if wanted in one.casefold()})
    return min(counts, key=lambda one: (-counts[one], one), default=None)


def source_of(rating: TermRating) -> str:
    """Return who gave a rating: its source up to the first DOI, so that reprints are one."""
    source = rating.source or "a source that is not named"
    found = _UP_TO_DOI.match(source)
    return found[0] if found else source


def _sorted(
    report: BasisReport,
    values: Mapping[Code, float],
    rated: Mapping[Code, float | str],
    rule: str,
) -> BasisReport:
    """Return the report with rated strategies first by value; the sort keeps all else in place."""
    ranking = sorted(
        report.ranking,
        key=lambda row: (row.strategy not in values, values.get(row.strategy, 0.0)),
    )
    unrated = sum(row.strategy not in values for row in ranking)
    rule += f"; {unrated} of {len(ranking)} are not rated there and stand last" if unrated else ""
    return evolve(
        report,
        ranking=tuple(evolve(row, rated=rated.get(row.strategy)) for row in ranking),
        order=f"{rule}; level ones, and the unrated, stay as the basis ranks them",
        unrated=unrated,
    )
