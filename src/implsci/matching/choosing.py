"""Which bases a match rests on, and which barriers reach them over crosswalks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attrs import evolve, frozen

from implsci.codes import Code
from implsci.errors import InvalidQueryError
from implsci.matching._counting import repeated
from implsci.matching.asking import Asked
from implsci.matching.tables import Column, Table, table_of, tables
from implsci.plugins import Registry
from implsci.taxonomy import LinkSet

__all__ = ["Choice", "Chosen", "chosen_bases"]


def __dir__() -> list[str]:
    return __all__


@frozen(kw_only=True)
class Chosen:
    """A basis that a match rests on.

    Attributes:
        table: the basis.
        columns: what it knows of each barrier asked.
        stead: barriers that do not count, each with the one that counts in its stead.
    """

    table: Table
    columns: tuple[Column, ...]
    stead: Mapping[Code, Code] = {}


@frozen(kw_only=True)
class Choice:
    """The bases that a match rests on, and those that it leaves out.

    Attributes:
        bases: the bases to rank.
        elsewhere: names of those that speak of the barriers and lead to no strategies.
        across: those that crosswalks lead to from barriers of which a closer basis speaks, by name,
            and for how many barriers.
    """

    bases: tuple[Chosen, ...]
    elsewhere: tuple[str, ...] = ()
    across: Mapping[str, int] = {}


def chosen_bases(basis: Iterable[str | LinkSet] | None, asked: Asked, registry: Registry) -> Choice:
    """Return the bases to rank, and those that could have been and are left out.

    Where none is named, those that speak of the barriers and lead to strategies are taken. Crosswalks
    then serve the barriers alone that none of these speaks of itself, and lead to the bases with the
    closest counterpart: one that carries over, else a loose one, else one that is merely related. A
    basis that is named is asked about each barrier, over any crosswalk where it does not speak of it
    itself.
    """
    choice = (
        _by_default(asked.barriers, registry)
        if basis is None
        else Choice(
            bases=tuple(
                _named(
                    table_of(one if isinstance(one, LinkSet) else registry.links(one), registry),
                    asked.barriers,
                    registry,
                )
                for one in basis
            )
        )
    )
    return evolve(
        choice,
        bases=tuple(
            evolve(one, stead=repeated(one.table, one.columns, asked.nodes)) for one in choice.bases
        ),
    )


def _by_default(barriers: tuple[Code, ...], registry: Registry) -> Choice:
    every = tables(registry)
    asked = set(barriers)
    to_strategies = [table for table in every if table.to_strategies]
    spoken = {code for table in to_strategies for code in asked & table.sources}
    closest = {
        barrier: _closest(barrier, to_strategies, registry)
        for barrier in barriers
        if barrier not in spoken
    }
    chosen = [
        Chosen(
            table=table,
            columns=tuple(
                closest.get(barrier, {}).get(table.links.basis) or table.column(barrier)
                for barrier in barriers
            ),
        )
        for table in to_strategies
        if not asked.isdisjoint(table.sources)
        or any(table.links.basis in found for found in closest.values())
    ]
    elsewhere = tuple(
        table.links.basis
        for table in every
        if not table.to_strategies and not asked.isdisjoint(table.sources)
    )
    across = {
        table.links.basis: count
        for table in to_strategies
        if (
            count := sum(
                barrier not in table.sources
                and table.links.basis not in closest.get(barrier, {})
                and table.across(barrier, registry) is not None
                for barrier in barriers
            )
        )
    }
    return Choice(bases=tuple(chosen), elsewhere=elsewhere, across=across)


def _closest(
    barrier: Code, to_strategies: Iterable[Table], registry: Registry
) -> Mapping[str, Column]:
    """Return, by basis, what the closest counterparts of a barrier are said to call for."""
    found = {
        table.links.basis: column
        for table in to_strategies
        if (column := table.across(barrier, registry)) is not None
    }
    nearest = min((column.distance for column in found.values()), default=0)
    return {name: column for name, column in found.items() if column.distance == nearest}


def _named(table: Table, barriers: tuple[Code, ...], registry: Registry) -> Chosen:
    across = {
        barrier: column
        for barrier in barriers
        if barrier not in table.sources and (column := table.across(barrier, registry)) is not None
    }
    if not across and table.sources.isdisjoint(barriers):
        raise InvalidQueryError(
            f"basis {table.links.basis} does not speak of {', '.join(barriers)}, nor does a crosswalk "
            f"lead there; it speaks of {len(table.sources)} terms of {', '.join(table.source_schemes)}"
        )
    columns = tuple(across.get(barrier) or table.column(barrier) for barrier in barriers)
    return Chosen(table=table, columns=columns)
