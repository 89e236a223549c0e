"""Which bases are named, and which chains of theory stand beside the published ones."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from implsci.codes import Code
from implsci.errors import InvalidQueryError, UnknownNameError
from implsci.matching.report import BasisReport
from implsci.matching.theory import theory_chains
from implsci.names import close_names
from implsci.plugins import Registry
from implsci.taxonomy import LinkSet

__all__ = ["chained", "is_chain", "parted"]


def __dir__() -> list[str]:
    return __all__


_CHAIN = "chain:"
_OBSERVED = "observed"


def parted(
    basis: str | LinkSet | Iterable[str | LinkSet] | None, *, observed: bool
) -> tuple[list[str | LinkSet] | None, list[str]]:
    """Return which published bases are asked (None for no word on them), and which chains.

    Raises:
        InvalidQueryError: something that is no basis, two bases of one name, or observed evidence is
            named and no studies are given.
    """
    if basis is None:
        return None, []
    published: dict[str, str | LinkSet] = {}
    chains: list[str] = []
    if not isinstance(basis, str | LinkSet | Iterable):
        raise InvalidQueryError(f"basis: expected a basis or its name, got {basis!r:.60}")
    for one in [basis] if isinstance(basis, str | LinkSet) else basis:
        if not isinstance(one, str | LinkSet):
            raise InvalidQueryError(f"basis: expected a basis or its name, got {one!r:.60}")
        name = one if isinstance(one, str) else one.basis
        if isinstance(one, str) and is_chain(name):
            chains.append(name)
        elif isinstance(one, LinkSet) or name.partition(":")[0] != _OBSERVED:
            other = published.setdefault(name, one)
            if other is not one and not (isinstance(other, str) and isinstance(one, str)):
                raise InvalidQueryError(f"two bases are called {name}; expected one of each name")
        elif not observed:
            raise InvalidQueryError(
                f"basis {name}: expected the studies it rests on, as observed=..."
            )
    return list(published.values()), chains


def is_chain(basis: str) -> bool:
    """Say whether a basis is named as a chain of theory."""
    return basis.startswith(_CHAIN)


def chained(
    barriers: tuple[Code, ...],
    names: Sequence[str] | None,
    published: Collection[str],
    registry: Registry,
) -> dict[str, BasisReport]:
    """Return chains of theory by name.

    Args:
        barriers: the barriers asked.
        names: the chains wanted; None for all that lead from the barriers to strategies, but those
            that say no more than a published basis which is ranked anyway.
        published: the published bases that are ranked.
        registry: holds the bases.

    Raises:
        UnknownNameError: no chain of that name leads from these barriers; close names are suggested.
    """
    if names is not None and not names:
        return {}
    found = {report.basis: report for report in theory_chains(barriers, registry)}
    if names is None:
        return {
            name: report
            for name, report in found.items()
            if name.rpartition(":")[2] not in published or not _is_one_step(report)
        }
    for name in names:
        if name not in found:
            close = close_names(name, found) or tuple(found)
            raise UnknownNameError("chain from these barriers", name, close)
    return {name: found[name] for name in names}


def _is_one_step(report: BasisReport) -> bool:
    return all(
        step.source == cell.barrier
        for row in report.ranking
        for cell in row.cells
        for step in cell.chain
    )
