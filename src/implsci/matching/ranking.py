"""The ranking of one basis, with the bounds that its unknown cells leave."""

from __future__ import annotations

from collections.abc import Iterator

from implsci.codes import Code
from implsci.matching.names import is_provisional, label_of
from implsci.matching.report import BasisReport, MatchCell, Ranked
from implsci.plugins import Registry
from implsci.taxonomy import Link, LinkSet, Status

__all__ = ["ranked_by"]


def __dir__() -> list[str]:
    return __all__


_STATUS_NOTE: dict[Status, str] = {
    "derived": "derived: its links were read at second hand or worked out",
    "provisional": "PROVISIONAL: its links are from memory; read the source before you rely on them",
}
# Below this share of known cells a ranking by totals says that it rests on little.
_FEW = 0.5


def ranked_by(links: LinkSet, barriers: tuple[Code, ...], registry: Registry) -> BasisReport:
    """Return what one basis suggests for the barriers."""
    ranking = [
        _ranked(
            target,
            label_of(target, registry),
            [links.link(b, target) for b in barriers],
            barriers,
            is_provisional(target, registry),
        )
        for target in links.targets
    ]
    ranking.sort(
        key=lambda row: (
            row.total is None,
            -(row.total or 0),
            -row.linked,
            -row.total_low,
            row.label,
        )
    )
    known = sum(row.known for row in ranking)
    return BasisReport(
        basis=links.basis,
        kind=links.kind,
        source=links.citation,
        known=known,
        possible=len(links.targets) * len(barriers),
        ranking=tuple(ranking),
        notes=tuple(_notes(links, barriers, ranking, known, registry)),
    )


def _ranked(
    target: Code,
    label: str,
    found: list[Link | None],
    barriers: tuple[Code, ...],
    provisional: bool,
) -> Ranked:
    cells = tuple(
        MatchCell(
            barrier=barrier,
            endorsed=link.k if link else None,
            respondents=link.n if link else None,
            percent=link.percent if link else None,
            level=link.level if link else None,
            status=link.status if link else None,
            derived=link.derived if link else False,
        )
        for barrier, link in zip(barriers, found, strict=True)
    )
    percents = [cell.percent for cell in cells if cell.percent is not None]
    return Ranked(
        strategy=target,
        label=label,
        total=sum(percents) if percents else None,
        total_low=sum(cell.bounds[0] for cell in cells),
        total_high=sum(cell.bounds[1] for cell in cells),
        known=sum(cell.percent is not None or cell.status is not None for cell in cells),
        of=len(cells),
        cells=cells,
        provisional=provisional,
    )


def _notes(
    links: LinkSet,
    barriers: tuple[Code, ...],
    ranking: list[Ranked],
    known: int,
    registry: Registry,
) -> Iterator[str]:
    if links.kind == "endorsement":
        for index, barrier in enumerate(barriers):
            if barrier not in links.sources:
                yield f"{label_of(barrier, registry)}: respondents were not asked about it"
            else:
                at_one = sum(row.cells[index].level == 1 for row in ranking)
                maybe = sum(row.cells[index].level == "1-2" for row in ranking)
                if not at_one:
                    yield _no_level_1(links, barrier, maybe, registry)
    if links.status != "verified":
        yield _STATUS_NOTE[links.status]
    possible = len(links.targets) * len(barriers)
    if known and all(row.total is None for row in ranking):
        yield (
            f"it states links and no shares: {known} of {possible} cells are known, and the order is "
            "by how many of the barriers asked are linked"
        )
    elif not known:
        yield f"no share is known (0 of {possible} cells); unknown is not zero"
    elif known < _FEW * possible:
        yield (
            f"{known} of {possible} cells are known: the order rests on those alone, "
            "and an unknown cell is not zero"
        )


def _no_level_1(links: LinkSet, barrier: Code, maybe: int, registry: Registry) -> str:
    label = label_of(barrier, registry)
    published = links.level_count(barrier)
    if published is not None:
        counted = (
            f"the publisher counts {published.level1} at level 1 and {published.level2} at level 2"
        )
        if published.level1 == 0:
            return f"{label}: no strategy at level 1 ({counted})"
        return f"{label}: no strategy known at level 1, though {counted}"
    if maybe:
        return (
            f"{label}: no strategy known at level 1; of {maybe} it is known only that they reach "
            "level 1 or 2"
        )
    return f"{label}: no strategy known at level 1"
