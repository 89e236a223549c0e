"""How terms are shown in a match, also those whose taxonomy is not installed."""

from __future__ import annotations

from implsci.codes import Code
from implsci.errors import UnknownNameError
from implsci.plugins import Registry
from implsci.taxonomy import Taxonomy

__all__ = ["is_provisional", "label_of", "taxonomy_of"]


def __dir__() -> list[str]:
    return __all__


def taxonomy_of(scheme: str, registry: Registry) -> Taxonomy | None:
    """Return a taxonomy, None where it is not installed."""
    try:
        return registry.taxonomy(scheme)
    except UnknownNameError:
        return None


def is_provisional(code: Code, registry: Registry) -> bool:
    """Say whether a term is from memory or thin evidence, as far as its taxonomy is installed."""
    try:
        return registry.term(code).status == "provisional"
    except UnknownNameError:
        return False


def label_of(code: Code, registry: Registry) -> str:
    """Return a term's label, or its code where its taxonomy is not installed."""
    try:
        return registry.term(code).label
    except UnknownNameError:
        return code
