"""Which barriers a match is asked about: codes, or those of a study."""

from __future__ import annotations

from collections.abc import Iterable

from implsci.codes import Code, split
from implsci.errors import InvalidQueryError
from implsci.matching.names import taxonomy_of
from implsci.model import Study
from implsci.plugins import Registry

__all__ = ["asked_barriers"]


def __dir__() -> list[str]:
    return __all__


def asked_barriers(
    asked: str | Iterable[str] | Study, registry: Registry
) -> tuple[tuple[Code, ...], list[str]]:
    """Return the codes of the barriers asked about, and what a reader must know of the asking."""
    notes: list[str] = []
    if isinstance(asked, Study):
        helping = [barrier for barrier in asked.barriers if barrier.valence == "facilitator"]
        hindering = [barrier for barrier in asked.barriers if barrier.valence != "facilitator"]
        names: list[str] = [code for barrier in hindering for code in barrier.codes]
        uncoded = [barrier.label for barrier in hindering if not barrier.codes]
        absent = [name for name in names if not _installed(name, registry)]
        names = [name for name in names if name not in absent]
        if absent:
            notes.append(
                f"codes of taxonomies that are not installed are left out: {', '.join(absent)}"
            )
        if helping:
            named = ", ".join(barrier.label for barrier in helping)
            notes.append(f"facilitators are left out: {named}")
        if uncoded:
            notes.append(f"barriers without a code are left out: {', '.join(uncoded)}")
        if not names:
            raise InvalidQueryError(f"study {asked.id} has no coded barrier to match")
    else:
        names = [asked] if isinstance(asked, str) else list(asked)
        if not names:
            raise InvalidQueryError("no barrier to match; expected at least one code")
    return tuple(dict.fromkeys(registry.term(name).code for name in names)), notes


def _installed(code: str, registry: Registry) -> bool:
    return taxonomy_of(split(Code(code))[0], registry) is not None
