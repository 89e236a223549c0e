"""Facilitators: what a setting could build on, and the strategies tied to the same constructs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from implsci.codes import Code
from implsci.matching.choosing import Chosen
from implsci.matching.disagreeing import stance
from implsci.matching.names import label_of
from implsci.matching.ranking import ranked_by
from implsci.matching.report import Facilitator, Tie
from implsci.matching.tables import Table, tables
from implsci.plugins import Registry

__all__ = ["INFERRED", "to_build_on"]


def __dir__() -> list[str]:
    return __all__


INFERRED = (
    "facilitators: bases were asked about barriers; that a strategy tied to the same construct can "
    "build on it as a strength is an inference, which none of them makes"
)


def to_build_on(
    facilitators: Iterable[Code], among: Iterable[Table] | None, registry: Registry
) -> Iterator[Facilitator]:
    """Yield each facilitator with the strategies that bases speak for at the same construct.

    Args:
        facilitators: their codes.
        among: the bases to ask; None for all that lead to strategies.
        registry: holds the bases.
    """
    asked = [one for one in tables(registry) if one.to_strategies] if among is None else list(among)
    for code in facilitators:
        ties = tuple(
            Tie(
                basis=report.basis,
                strategy=row.strategy,
                label=row.label,
                share=row.cells[0].share,
                level=row.cells[0].level,
                status=row.cells[0].status,
            )
            for table in asked
            if code in table.sources
            for report in [ranked_by(Chosen(table=table, columns=(table.column(code),)), registry)]
            for row in report.ranking
            if stance(row.cells[0], report.kind)
        )
        yield Facilitator(code=code, label=label_of(code, registry), ties=ties)
