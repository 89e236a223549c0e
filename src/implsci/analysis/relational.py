"""Which codes name relational actions: one rule, for every question that asks it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from implsci.codes import Code, split
from implsci.errors import UnknownNameError
from implsci.plugins import Registry

__all__ = ["RELATIONAL_SCHEME", "relational_by"]


def __dir__() -> list[str]:
    return __all__


RELATIONAL_SCHEME: Final = "relational"
"""The taxonomy of which every term is a relational action.

Examples:
    >>> RELATIONAL_SCHEME
    'relational'
"""

# A heading of a taxonomy that has technical actions too (Metz 2022, doi:10.3389/frhs.2022.894599).
_HEADING: Final = Code("trust:relational-strategies")


def relational_by(registry: Registry) -> Callable[[Code], bool]:
    """Return what says whether a code names a relational action.

    Args:
        registry: holds the taxonomy with the heading; where it is not installed, the heading alone
            is known.

    Examples:
        >>> import implsci
        >>> relational = relational_by(implsci.registry())
        >>> relational("trust:vulnerability"), relational("trust:frequent-interactions")
        (True, False)
    """
    try:
        under: frozenset[str] = frozenset(registry.expand(_HEADING))
    except UnknownNameError:
        under = frozenset((_HEADING,))
    return lambda code: code in under or split(code)[0] == RELATIONAL_SCHEME
