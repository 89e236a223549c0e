"""Relational options: actions that no basis rates, tied to strategies that one does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from implsci.codes import Code
from implsci.matching.names import is_provisional, label_of
from implsci.matching.report import BasisReport, MatchCell, Ranked, RelationalOption
from implsci.plugins import Registry
from implsci.taxonomy import Crosswalk, TermMapping

__all__ = ["relational_options"]


def __dir__() -> list[str]:
    return __all__


_RELATIONAL = "relational"


def relational_options(
    reports: Iterable[BasisReport], registry: Registry
) -> Iterator[RelationalOption]:
    """Yield relational actions tied by a crosswalk to strategies that reach a level, best first."""
    crosswalks = [
        crosswalk for crosswalk in registry.crosswalks() if crosswalk.subject_scheme == _RELATIONAL
    ]
    best: dict[Code, tuple[float, RelationalOption]] = {}
    for report in reports:
        rows = {row.strategy: row for row in report.ranking}
        for crosswalk in crosswalks:
            for mapping in crosswalk.mappings:
                row = rows.get(mapping.object)
                cell = _strongest(row) if row else None
                if row is None or cell is None:
                    continue
                weight = cell.bounds[0]
                if mapping.subject not in best or best[mapping.subject][0] < weight:
                    option = _option(mapping, crosswalk, row, cell, registry)
                    best[mapping.subject] = weight, option
    ordered = sorted(best.values(), key=lambda pair: (-pair[0], pair[1].label))
    return (option for _, option in ordered)


def _strongest(row: Ranked) -> MatchCell | None:
    reaching = (cell for cell in row.cells if cell.level is not None)
    return max(reaching, key=lambda cell: cell.bounds, default=None)


def _option(
    mapping: TermMapping, crosswalk: Crosswalk, row: Ranked, cell: MatchCell, registry: Registry
) -> RelationalOption:
    predicate = mapping.predicate.removeprefix("skos:").removesuffix("Match")
    barrier = label_of(cell.barrier, registry)
    share = (
        f"chosen by {cell.share} for {barrier}"
        if cell.percent is not None
        else f"known to reach level {cell.level} for {barrier}"
    )
    return RelationalOption(
        strategy=mapping.subject,
        label=label_of(mapping.subject, registry),
        basis=crosswalk.name,
        because=(
            f"{predicate} match of {row.label}, {share}; the tie was made by "
            f"{mapping.author or 'an unnamed author'} ({crosswalk.status}), "
            "and the action itself was not rated"
        ),
        provisional=is_provisional(mapping.subject, registry),
    )
