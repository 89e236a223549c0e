"""Statistics over coded studies: one submodule a method, each loaded when it is first used.

The submodules need the ``analysis`` extra (numpy and scipy); importing this package does not.

Examples:
    >>> from implsci.analysis import meta
    >>> round(meta.random_effects([0.1, 0.3, 0.5], [0.01, 0.01, 0.01]).estimate, 3)
    0.3
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

__all__ = [
    "agreement",
    "cna",
    "dyads",
    "effects",
    "engagement",
    "mediation",
    "meta",
    "moderation",
    "nca",
    "qca",
    "ratings",
    "relationship",
    "sequences",
    "votes",
]

if TYPE_CHECKING:
    from implsci.analysis import (
        agreement,
        cna,
        dyads,
        effects,
        engagement,
        mediation,
        meta,
        moderation,
        nca,
        qca,
        ratings,
        relationship,
        sequences,
        votes,
    )
else:

    def __getattr__(name):
        if name in __all__:
            return import_module(f"{__name__}.{name}")
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
