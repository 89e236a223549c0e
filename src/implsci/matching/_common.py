"""What the bases that no table holds share: barriers as asked, and cells of which nothing is known."""

from __future__ import annotations

from implsci.codes import Code, is_code, split
from implsci.errors import InvalidQueryError, UnknownNameError
from implsci.matching.names import taxonomy_of
from implsci.matching.report import Edition, MatchCell
from implsci.plugins import Registry

__all__ = ["edition_of", "settled", "unknown_cell"]


def __dir__() -> list[str]:
    return __all__


def settled(barriers: tuple[Code, ...], registry: Registry) -> tuple[Code, ...]:
    """Return the codes of the barriers asked, each once; one whose taxonomy is not installed stays.

    Raises:
        InvalidQueryError: there is none.
        UnknownNameError: a taxonomy is installed and has no such term.
    """
    if not barriers:
        raise InvalidQueryError("no barrier to match; expected at least one code")
    return tuple(dict.fromkeys(_settled(name, registry) for name in barriers))


def _settled(name: str, registry: Registry) -> Code:
    try:
        return registry.term(name).code
    except UnknownNameError:
        if is_code(name) and taxonomy_of(split(Code(name))[0], registry) is None:
            return Code(name)
        raise


def unknown_cell(barrier: Code) -> MatchCell:
    """Return a cell of which nothing is known."""
    return MatchCell(
        barrier=barrier,
        endorsed=None,
        respondents=None,
        percent=None,
        level=None,
        status=None,
        derived=False,
    )


def edition_of(scheme: str, registry: Registry) -> Edition:
    """Return a taxonomy in its edition, as far as it is installed."""
    taxonomy = taxonomy_of(scheme, registry)
    return Edition(scheme=scheme, edition=taxonomy.edition if taxonomy is not None else None)
