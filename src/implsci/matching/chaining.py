"""Which bases are named, and which chains of theory stand beside the published ones."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from implsci.codes import Code
from implsci.errors import InvalidQueryError, UnknownNameError
from implsci.matching.report import BasisReport
from implsci.matching.theory import theory_chains
from implsci.names import close_names
from implsci.plugins import Registry

__all__ = ["chained", "is_chain", "parted"]


def __dir__() -> list[str]:
    return __all__


_CHAIN = "chain:"
_OBSERVED = "observed"


def parted(
    basis: str | Iterable[str] | None, *, observed: bool
) -> tuple[list[str] | None, list[str]]:
    """Return which published bases are named (None for no word on them), and which chains.

    Raises:
        InvalidQueryError: observed evidence is named, and no studies are given.
    """
    if basis is None:
        return None, []
    names = [basis] if isinstance(basis, str) else list(basis)
    seen = [name for name in names if name.partition(":")[0] == _OBSERVED]
    if seen and not observed:
        raise InvalidQueryError(
            f"basis {seen[0]}: expected the studies it rests on, as observed=..."
        )
    rest = [name for name in names if name not in seen]
    return [name for name in rest if not is_chain(name)], [name for name in rest if is_chain(name)]


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
