"""The bundled casebook ``implsci-questions``: questions that the founding texts of the library ask."""

from __future__ import annotations

from pathlib import Path

from implsci.hooks import CasebookSource, hookimpl

__all__ = ["casebook", "implsci_casebooks"]


def __dir__() -> list[str]:
    return __all__


def casebook() -> CasebookSource:
    """Return where the casebook stands, and what may be done with it."""
    return CasebookSource(
        name="implsci-questions",
        title="Research questions that practice and research ask of one another",
        license="wording and codes: MIT, as the library; no text of the sources is kept",
        citation="The implsci founders (2026). implsci-questions, a registry of research questions. "
        "Cite the texts that ask them by the address in each record.",
        path=Path(__file__).with_name("questions.jsonl"),
    )


@hookimpl
def implsci_casebooks() -> tuple[CasebookSource, ...]:
    """Register the casebook."""
    return (casebook(),)
