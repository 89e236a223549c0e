"""Agreement construct by construct: each code of a taxonomy, each field with closed words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import get_args

import numpy as np

from implsci.analysis._arguments import checked
from implsci.analysis.agreement import _measures as measures
from implsci.analysis.agreement._alpha import alpha as alpha_measure
from implsci.analysis.agreement._measures import interval, value
from implsci.analysis.agreement._ratings import GAP, Grid, grid_of
from implsci.analysis.agreement._readings import (
    Coder,
    Gathered,
    Readings,
    Scope,
    of_rows,
    of_studies,
)
from implsci.analysis.agreement._table import (
    CoderPair,
    ConstructAgreement,
    ConstructTable,
    Who,
)
from implsci.errors import CannotEstimateError, InvalidQueryError
from implsci.model import Study

__all__ = ["per_construct", "per_construct_of_rows"]


@checked
def per_construct(
    studies: Iterable[Study],
    *,
    who: Who = "people",
    resamples: int = 1_000,
    seed: int = 0,
) -> ConstructTable:
    """Return how far the coders of studies agree on each code and on each field with closed words.

    A unit is a place of a study (its barrier b1, the direction of its finding f2) that at least two
    coders read. For each code of a scheme it is a yes or no of each of them. What an adjudicator
    settled is no reading. For the definitions see `percent_agreement`, `cohen_kappa` and
    `krippendorff_alpha`.

    Args:
        studies: a compendium, or any studies.
        who: whose readings the constructs compare; the pairs always list all coders.
        resamples: how often units are drawn for each interval, at least 100.
        seed: where the drawing begins.

    Raises:
        InvalidQueryError: `who` or `resamples` out of range.

    Examples:
        >>> from implsci import Barrier, Coding, Study
        >>> def study(number, *given):
        ...     codings = tuple(Coding(coder=who, code=code) for who, code in zip("AB", given))
        ...     node = Barrier(id="b1", label="no time", codings=codings)
        ...     return Study(id=f"s{number}", title="A study", barriers=(node,))
        >>> found = per_construct(
        ...     study(number, *given)
        ...     for number, given in enumerate([("tdf-v2:time", "tdf-v2:time"),
        ...                                     ("tdf-v2:skills", "tdf-v2:time"),
        ...                                     ("tdf-v2:skills", "tdf-v2:skills")])
        ... )
        >>> [(one.construct, round(one.alpha, 3)) for one in found.constructs]
        [('tdf-v2:skills', 0.444), ('tdf-v2:time', 0.444)]
    """
    return _table(of_studies(studies), who, resamples, seed)


@checked
def per_construct_of_rows(
    rows: Iterable[Mapping[str, object]],
    *,
    who: Who = "people",
    resamples: int = 1_000,
    seed: int = 0,
) -> ConstructTable:
    """Return how far coders agree on each construct of a long table, a row a rating.

    Args:
        rows: each with ``unit``, ``coder`` and ``value``, and where wanted ``construct`` (what is
            rated) and ``by`` (``human`` or ``machine``). A value that is None, nan or blank is a gap.
        who: whose ratings the constructs compare.
        resamples: how often units are drawn for each interval, at least 100.
        seed: where the drawing begins.

    Raises:
        InvalidQueryError: `who` or `resamples` out of range.
        InvalidTableError: a row without unit or coder, an unknown ``by``, or a coder who gave one
            unit two values.

    Examples:
        >>> rows = [{"unit": u, "coder": c, "value": v} for c, vs in
        ...         {"AB": "xxyy", "CD": "xxyx"}.items() for u, v in enumerate(vs)]
        >>> round(per_construct_of_rows(rows).constructs[0].alpha, 3)
        0.533
    """
    return _table(of_rows(rows), who, resamples, seed)


def _table(gathered: Gathered, who: Who, resamples: int, seed: int) -> ConstructTable:
    if who not in get_args(Who):
        raise InvalidQueryError(f"who: expected one of {', '.join(get_args(Who))}, got {who!r}")
    if type(resamples) is not int or resamples < 100:
        raise InvalidQueryError(f"resamples: expected a whole number from 100, got {resamples!r}")
    constructs: list[ConstructAgreement] = []
    coders: set[Coder] = set()
    units = single = 0
    for scope in sorted(gathered.readings):
        compared, alone = _compared(gathered.readings[scope], who)
        single += alone
        units += len(compared)
        coders.update(coder for given in compared for coder in given)
        if compared:
            constructs += _constructs(scope, compared, resamples, seed)
    return ConstructTable(
        constructs=tuple(constructs),
        pairs=tuple(_pairs(gathered.readings, gathered.people)),
        who=who,
        coders=tuple(sorted({coder.name for coder in coders})),
        units=units,
        single=single,
        adjudicated=gathered.adjudicated,
        contradicted=gathered.contradicted,
        resamples=resamples,
        seed=seed,
    )


def _compared(
    units: Mapping[str, Mapping[Coder, frozenset[str]]], who: Who
) -> tuple[list[dict[Coder, frozenset[str]]], int]:
    """Return the units that two of the wanted coders read, and how many one alone did."""
    wanted = [
        {
            coder: given
            for coder, given in units[unit].items()
            if who == "all" or coder.machine is (who == "machines")
        }
        for unit in sorted(units)
    ]
    return [one for one in wanted if len(one) > 1], sum(len(one) == 1 for one in wanted)


def _constructs(
    scope: Scope,
    units: Sequence[Mapping[Coder, frozenset[str]]],
    resamples: int,
    seed: int,
) -> Iterator[ConstructAgreement]:
    coders = sorted({coder for given in units for coder in given})
    if not scope.codes:
        words = [
            [next(iter(given[coder])) if coder in given else None for given in units]
            for coder in coders
        ]
        yield _construct(scope.name, scope.name, grid_of(words, "coders"), False, resamples, seed)
        return
    for code in sorted({code for given in units for codes in given.values() for code in codes}):
        given_it = [
            [int(code in given[coder]) if coder in given else GAP for given in units]
            for coder in coders
        ]
        grid = Grid(np.array(given_it), (False, True))
        yield _construct(scope.name, code, grid, True, resamples, seed)


def _construct(
    scope: str, construct: str, grid: Grid, is_code: bool, resamples: int, seed: int
) -> ConstructAgreement:
    counts = grid.counts
    yes, read = counts[:, -1], counts.sum(axis=1)
    # Of each yes, the share of the other coders of the unit who say yes too.
    positive = float((yes * (yes - 1) / (read - 1)).sum() / yes.sum()) if is_code else None
    percent = kappa = alpha = low = high = reason = None
    try:
        percent = value(measures.percent(grid))
        measure = alpha_measure(grid, "nominal")
        alpha = value(measure)
        low, high, undefined = interval(measure, resamples, seed, 0.95)
        if low is None:
            reason = f"interval: {undefined:,} of {resamples:,} resamples have no variation"
        if len(grid.codes) == 2:
            kappa = value(measures.cohen(grid, 1 - np.eye(len(grid.values))))
    except CannotEstimateError as error:
        reason = error.reason
    return ConstructAgreement(
        scope=scope,
        construct=construct,
        coders=len(grid.codes),
        units=len(counts),
        given=int((yes > 0).sum()) if is_code else None,
        shared=int((yes == read).sum()) if is_code else None,
        percent=percent,
        positive=positive,
        kappa=kappa,
        alpha=alpha,
        ci_low=low,
        ci_high=high,
        reason=reason,
    )


def _pairs(readings: Readings, people: frozenset[str]) -> Iterator[CoderPair]:
    def by(coder: Coder) -> str:
        return "machine" if coder.machine else "human" if coder.name in people else "unknown"

    for scope in sorted(readings):
        units = readings[scope].values()
        coders = sorted({coder for given in units for coder in given})
        for first, second in combinations(coders, 2):
            both = [
                (given[first], given[second])
                for given in units
                if first in given and second in given
            ]
            if both:
                yield CoderPair(
                    scope=scope.name,
                    first=first.name,
                    first_by=by(first),
                    second=second.name,
                    second_by=by(second),
                    units=len(both),
                    same=sum(one == other for one, other in both),
                    shared=sum(len(one & other) for one, other in both),
                    used=sum(len(one | other) for one, other in both),
                )
