"""The bundled compendium ``implsci-examples``: real implementation studies, coded, with sources.

What is in it, and where it comes from, stands in ``EXAMPLES.md`` beside this module.
"""

from __future__ import annotations

from pathlib import Path

from implsci.hooks import CompendiumSource, hookimpl

__all__ = ["compendium", "implsci_compendia"]


def __dir__() -> list[str]:
    return __all__


def compendium() -> CompendiumSource:
    """Return where the compendium stands, and what may be done with it."""
    return CompendiumSource(
        name="implsci-examples",
        title="Implementation studies coded from abstracts, reviews and tables",
        license="facts and codes: MIT, as the library; no text of the studies is kept but titles",
        citation="The implsci founders (2026). implsci-examples, a compendium of coded "
        "implementation studies. Cite the studies themselves by the DOI in each record.",
        path=Path(__file__).with_name("examples.jsonl"),
    )


@hookimpl
def implsci_compendia() -> tuple[CompendiumSource, ...]:
    """Register the compendium."""
    return (compendium(),)
