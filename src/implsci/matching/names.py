"""How terms are shown in a match, also those whose taxonomy is not installed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from implsci.codes import Code
from implsci.errors import UnknownNameError
from implsci.plugins import Registry
from implsci.taxonomy import Status, Taxonomy, Term

__all__ = ["is_provisional", "label_of", "taxonomy_of", "term_of", "worst"]


def __dir__() -> list[str]:
    return __all__


_DOUBT: Final[Mapping[Status, int]] = {"verified": 0, "derived": 1, "provisional": 2}


def worst(statuses: Iterable[Status]) -> Status:
    """Return the status of what was checked least."""
    return max(statuses, key=_DOUBT.__getitem__)


def taxonomy_of(scheme: str, registry: Registry) -> Taxonomy | None:
    """Return a taxonomy, None where it is not installed."""
    try:
        return registry.taxonomy(scheme)
    except UnknownNameError:
        return None


def term_of(code: Code, registry: Registry) -> Term | None:
    """Return a term, None where its taxonomy is not installed or does not have it."""
    try:
        return registry.term(code)
    except UnknownNameError:
        return None


def is_provisional(code: Code, registry: Registry) -> bool:
    """Say whether a term is from memory or thin evidence, as far as its taxonomy is installed."""
    term = term_of(code, registry)
    return term is not None and term.status == "provisional"


def label_of(code: Code, registry: Registry) -> str:
    """Return a term's label, or its code where its taxonomy is not installed."""
    term = term_of(code, registry)
    return code if term is None else term.label
