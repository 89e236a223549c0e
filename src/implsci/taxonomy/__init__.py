"""Vocabularies as data: terms, taxonomies, crosswalks between them, and the links a basis knows.

All of it is frozen and pure: look-ups only, no files. What breaks a rule is listed all at once.

Examples:
    >>> from implsci.taxonomy import Taxonomy, Term
    >>> tea = Taxonomy(
    ...     scheme="tea",
    ...     title="Kinds of tea",
    ...     kind="strategy",
    ...     terms=(Term(code="tea:green", label="Green tea", definition="Tea left unfermented."),),
    ... )
    >>> tea["tea:green"].label
    'Green tea'
"""

from __future__ import annotations

from implsci.taxonomy.crosswalks import Crosswalk, Predicate, TermMapping
from implsci.taxonomy.links import Level, LevelCount, Link, LinkKind, LinkSet, LinkStatus
from implsci.taxonomy.schemes import Taxonomy
from implsci.taxonomy.terms import Facet, Status, Term, TermRating

__all__ = [
    "Crosswalk",
    "Facet",
    "Level",
    "LevelCount",
    "Link",
    "LinkKind",
    "LinkSet",
    "LinkStatus",
    "Predicate",
    "Status",
    "Taxonomy",
    "Term",
    "TermMapping",
    "TermRating",
]


def __dir__() -> list[str]:
    return __all__
