"""CFIR: the Consolidated Framework for Implementation Research, and its outcomes addendum."""

from __future__ import annotations

from importlib.resources import files

from implsci.hooks import hookimpl
from implsci.taxonomy import Taxonomy
from implsci.termtable import read_taxonomy

__all__ = [
    "cfir_2009",
    "cfir_2022",
    "cfir_outcomes",
    "implsci_taxonomies",
    "taxonomies",
    "taxonomy",
]


def cfir_2009() -> Taxonomy:
    """Return the taxonomy ``cfir-2009``."""
    return read_taxonomy(
        files("implsci.taxonomies") / "cfir-2009.csv",
        scheme="cfir-2009",
        family="cfir",
        title="CFIR: Consolidated Framework for Implementation Research, 2009",
        kind="barrier",
        edition="2009",
        license="CC BY 2.0 (article, from memory)",
        citation="Damschroder 2009 doi:10.1186/1748-5908-4-50",
    )


def cfir_2022() -> Taxonomy:
    """Return the taxonomy ``cfir-2022``."""
    return read_taxonomy(
        files("implsci.taxonomies") / "cfir-2022.csv",
        scheme="cfir-2022",
        family="cfir",
        title="CFIR: Consolidated Framework for Implementation Research, 2022",
        kind="barrier",
        edition="2022",
        license="CC BY 4.0 (article, from memory)",
        citation="Damschroder 2022 doi:10.1186/s13012-022-01245-0",
    )


def cfir_outcomes() -> Taxonomy:
    """Return the taxonomy ``cfir-outcomes``, which is no edition of the framework."""
    return read_taxonomy(
        files("implsci.taxonomies") / "cfir-outcomes.csv",
        scheme="cfir-outcomes",
        title="CFIR Outcomes Addendum",
        kind="outcome",
        edition="2022",
        license="CC BY 4.0 (article, from memory)",
        citation="Damschroder 2022 doi:10.1186/s13012-021-01181-5",
    )


def taxonomy() -> Taxonomy:
    """Return the taxonomy ``cfir-2009``, on which published links build."""
    return cfir_2009()


def taxonomies() -> tuple[Taxonomy, ...]:
    """Return both editions and the outcomes."""
    return (cfir_2009(), cfir_2022(), cfir_outcomes())


@hookimpl
def implsci_taxonomies() -> tuple[Taxonomy, ...]:
    """Bring the taxonomies."""
    return taxonomies()
