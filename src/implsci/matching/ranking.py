"""The ranking of one basis, with the bounds that its unknown cells leave."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import evolve

from implsci.codes import Code
from implsci.matching.cells import MatchCell, Ranked
from implsci.matching.choosing import Chosen
from implsci.matching.names import label_of, worst
from implsci.matching.report import BasisReport
from implsci.matching.tables import Column, Tally
from implsci.plugins import Registry
from implsci.taxonomy import LinkSet, Status

__all__ = ["BY_TOTAL", "ranked_by"]


def __dir__() -> list[str]:
    return __all__


BY_TOTAL = (
    "by known total, then by links, then by the least the total can be, then by what is said of "
    "barriers that stand near (links, then shares), then by label"
)
_STATUS_NOTE: dict[Status, str] = {
    "derived": "derived: its links were read at second hand or worked out",
    "provisional": "PROVISIONAL: its links are from memory; read the source before you rely on them",
}
# Below this share of known cells a ranking by totals says that it rests on little.
_FEW = 0.5


class _Sums:
    """What is known of one strategy over the barriers asked; all is unknown at the start."""

    def __init__(self, of: int) -> None:
        self.total: float | None = None
        self.low: float = 0
        self.certain: float = 0
        self.open = of
        self.near: float = 0
        self.known = self.linked = self.nearly = 0

    @property
    def high(self) -> float:
        """The most that the full sum can be: a cell of which nothing is known may be 100."""
        return self.certain + 100 * self.open

    def add(self, tally: Tally) -> None:
        """Count in one cell."""
        if tally.percent is not None:
            self.total = tally.percent + (self.total or 0)
        self.low += tally.low
        self.certain += tally.high
        self.open -= 1
        self.known += tally.known
        self.linked += tally.linked
        self.nearly += tally.nearly
        self.near += tally.near


def ranked_by(chosen: Chosen, registry: Registry) -> BasisReport:
    """Return what one basis suggests for the barriers."""
    table, columns, stead = chosen.table, chosen.columns, chosen.stead
    links = table.links
    counting = [column for column in columns if column.barrier not in stead]
    sums = [_Sums(len(counting)) for _ in table.targets]
    for column in counting:
        for tally in column.tallies:
            sums[tally.place].add(tally)
    rows = [
        (
            (
                own.total is None,
                _level(own.total or 0),
                -own.linked,
                _level(own.low),
                -own.nearly,
                _level(own.near),
                label,
                code,
            ),
            Ranked(
                strategy=code,
                label=label,
                total=own.total,
                total_low=own.low,
                total_high=own.high,
                known=own.known,
                of=len(counting),
                cells=cells,
                provisional=provisional,
            ),
        )
        for (code, label, provisional), own, cells in zip(
            table.targets,
            sums,
            zip(*(_cells(column, stead) for column in columns), strict=True),
            strict=True,
        )
    ]
    rows.sort(key=lambda row: row[0])
    ranking = [row for _, row in rows]
    known = sum(own.known for own in sums)
    statuses: list[Status] = [links.status]
    statuses.extend(route.status for column in counting for route in column.via)
    return BasisReport(
        basis=links.basis,
        kind=links.kind,
        source=links.citation,
        known=known,
        possible=len(table.targets) * len(counting),
        ranking=tuple(ranking),
        notes=tuple(_notes(chosen, ranking, known, registry)),
        speaks_of=table.speaks_of,
        leads_to=table.leads_to,
        status=worst(statuses),
        order=BY_TOTAL,
    )


def _level(total: float) -> float:
    # Sums of the same unrounded shares may differ in the last digit by the order of adding.
    return -round(total, 9)


def _cells(column: Column, stead: Mapping[Code, Code]) -> tuple[MatchCell, ...]:
    """Return the cells of a barrier, marked where another one counts in its stead."""
    other = stead.get(column.barrier)
    if other is None:
        return column.cells
    return tuple(evolve(cell, same_as=other) for cell in column.cells)


def _notes(chosen: Chosen, ranking: list[Ranked], known: int, registry: Registry) -> Iterator[str]:
    links = chosen.table.links
    for code, other in chosen.stead.items():
        yield (
            f"counted once: {label_of(other, registry)} ({other}) and {label_of(code, registry)} "
            f"({code}) are one barrier to {links.basis}"
        )
    for column in chosen.columns:
        if column.barrier in chosen.stead:
            continue
        if column.via:
            yield _taken_across(column, links, registry)
        elif links.kind == "endorsement":
            if column.barrier not in chosen.table.sources:
                yield f"{label_of(column.barrier, registry)}: respondents were not asked about it"
            elif not column.level1:
                yield _no_level_1(links, column, registry)
    if links.status != "verified":
        yield _STATUS_NOTE[links.status]
    possible = len(ranking) * (len(chosen.columns) - len(chosen.stead))
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


def _taken_across(column: Column, links: LinkSet, registry: Registry) -> str:
    label = label_of(column.barrier, registry)
    ways = "; ".join(
        f"{route.match} match of {label_of(route.object, registry)} ({route.object}) by "
        f"{' and '.join(route.crosswalks)}, {route.status}"
        for route in column.via
    )
    if column.carried:
        return (
            f"{label}: {links.basis} was not asked about it; what it says of its counterpart is carried "
            f"over, and is no surer for that: {ways}"
        )
    return (
        f"{label}: {links.basis} was not asked about it, and no single exact or close counterpart is "
        f"known, so that nothing is its own; what is said of what stands near is shown: {ways}"
    )


def _no_level_1(links: LinkSet, column: Column, registry: Registry) -> str:
    label = label_of(column.barrier, registry)
    published = links.level_count(column.barrier)
    if published is not None:
        counted = (
            f"the publisher counts {published.level1} at level 1 and {published.level2} at level 2"
        )
        if published.level1 == 0:
            return f"{label}: no strategy at level 1 ({counted})"
        return f"{label}: no strategy known at level 1, though {counted}"
    if column.maybe:
        return (
            f"{label}: no strategy known at level 1; of {column.maybe} it is known only that they "
            "reach level 1 or 2"
        )
    return f"{label}: no strategy known at level 1"
