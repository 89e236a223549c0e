"""Bases of the Behavior Change Wheel: which functions suit COM-B, and which policies support them.

The two editions of the table of functions differ, so each is a basis of its own. A function that a
table does not name for a part of COM-B is no non-link: it is left out, as unknown.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import files

from implsci.codes import Code
from implsci.hooks import hookimpl
from implsci.taxonomies import bcw, com_b
from implsci.taxonomy import LinkSet, Term
from implsci.termtable import read_links

__all__ = ["bases", "functions_2011", "functions_2014", "implsci_links", "policies_2011"]


def functions_2011() -> LinkSet:
    """Return the basis ``michie-2011-functions``."""
    return read_links(
        files("implsci.bases") / "michie-2011-functions.csv",
        basis="michie-2011-functions",
        kind="theory",
        title="Intervention functions for parts of COM-B, edition 2011 (Michie 2011, second-hand)",
        sources=_below(com_b.taxonomy()),
        targets=_below(bcw.taxonomy(), "bcw:intervention-functions"),
        status="derived",
        license="not seen; the links only are used here",
        citation="Michie 2011 doi:10.1186/1748-5908-6-42 table 2",
    )


def functions_2014() -> LinkSet:
    """Return the basis ``michie-2014-functions``."""
    return read_links(
        files("implsci.bases") / "michie-2014-functions.csv",
        basis="michie-2014-functions",
        kind="theory",
        title="Intervention functions for parts of COM-B, edition 2014 (provisional, from memory)",
        sources=_below(com_b.taxonomy()),
        targets=_below(bcw.taxonomy(), "bcw:intervention-functions"),
        status="provisional",
        license="not seen; the links only are used here",
        citation="Michie, Atkins & West 2014, The Behaviour Change Wheel: A Guide (book)",
    )


def policies_2011() -> LinkSet:
    """Return the basis ``michie-2011-policies``."""
    return read_links(
        files("implsci.bases") / "michie-2011-policies.csv",
        basis="michie-2011-policies",
        kind="theory",
        title="Policy categories for intervention functions (Michie 2011, second-hand)",
        sources=_below(bcw.taxonomy(), "bcw:intervention-functions"),
        targets=_below(bcw.taxonomy(), "bcw:policy-categories"),
        status="derived",
        license="not seen; the links only are used here",
        citation="Michie 2011 doi:10.1186/1748-5908-6-42 table 3",
    )


def bases() -> tuple[LinkSet, ...]:
    """Return all three."""
    return (functions_2011(), functions_2014(), policies_2011())


def _below(terms: Iterable[Term], parent: str | None = None) -> list[Code]:
    """Return the terms under one heading, or under any."""
    return [
        term.code for term in terms if term.broader and (parent is None or parent in term.broader)
    ]


@hookimpl
def implsci_links() -> tuple[LinkSet, ...]:
    """Bring the bases."""
    return bases()
