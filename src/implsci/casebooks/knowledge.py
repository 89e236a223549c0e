"""The bundled casebook ``implsci-knowledge``: definitions, claims, activities and intermediaries.

What is in it, and where each fact was read, stands in ``SOURCES.md`` beside this module.
"""

from __future__ import annotations

from pathlib import Path

from implsci.hooks import CasebookSource, hookimpl

__all__ = ["casebook", "implsci_casebooks"]


def __dir__() -> list[str]:
    return __all__


def casebook() -> CasebookSource:
    """Return where the casebook stands, and what may be done with it."""
    return CasebookSource(
        name="implsci-knowledge",
        title="Rival definitions, repeated claims, acts of mobilisation and the What Works Network",
        license="facts and paraphrases: MIT, as the library; no text of the sources is kept but titles",
        citation="The implsci founders (2026). implsci-knowledge, a casebook of definitions and "
        "claims. Cite the sources themselves, which each record names.",
        path=Path(__file__).with_name("knowledge.jsonl"),
    )


@hookimpl
def implsci_casebooks() -> tuple[CasebookSource, ...]:
    """Register the casebook."""
    return (casebook(),)
