"""What was tried for which barrier in which sector, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from implsci.analysis.tally import Tally, tally
from implsci.compendium import Compendium
from implsci.synthesis import UNCODED, Cell, Synthesis

__all__ = ["NO_SECTOR", "Tried", "tried"]

NO_SECTOR = "(sector not said)"


@frozen(kw_only=True)
class Tried:
    """A strategy that studies of one sector used where a barrier was met.

    Attributes:
        sector: code of the sector; a study of several counts in each.
        barrier: code of the barrier.
        strategy: code of the strategy.
        study_ids: the studies in which both occur.
        linked: in how many of them the source links the two.
        findings: what came of it: directions of the findings on the pair, each basis apart.
    """

    sector: str
    barrier: str
    strategy: str
    study_ids: tuple[str, ...]
    linked: int
    findings: Tally


def tried(compendium: Compendium, barriers: Synthesis) -> Iterator[Tried]:
    """Yield every pair of a coded barrier and strategy in each sector, the commonest first.

    Args:
        compendium: the studies.
        barriers: barriers by strategies over these studies.
    """
    sectors = {study.id: study.sectors or (NO_SECTOR,) for study in compendium}
    findings = {
        (study.id, finding.id): finding for study in compendium for finding in study.findings
    }
    cells: dict[str, list[tuple[Cell, tuple[str, ...]]]] = {}
    for cell in barriers:
        if UNCODED in (cell.row, cell.column):
            continue
        own: dict[str, list[str]] = {}
        for name in cell.study_ids:
            for sector in sectors[name]:
                own.setdefault(sector, []).append(name)
        for sector, ids in own.items():
            cells.setdefault(sector, []).append((cell, tuple(ids)))
    for sector in sorted(cells, key=lambda one: (one == NO_SECTOR, one)):
        ranked = sorted(
            cells[sector], key=lambda pair: (-len(pair[1]), pair[0].row, pair[0].column)
        )
        for cell, names in ranked:
            here = set(names)
            yield Tried(
                sector=sector,
                barrier=cell.row,
                strategy=cell.column,
                study_ids=names,
                linked=len(here.intersection(cell.linked_ids)),
                findings=tally(
                    findings[ref.study, ref.finding]
                    for ref in cell.finding_refs
                    if ref.study in here
                ),
            )
