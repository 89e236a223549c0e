"""Finding terms by code, number, name or plain words.

The order is stated, and stable: an exact code, number or label first (score 1), then a synonym
(0.98), then what shares most of the asked words, rare words counting more than common ones. A word
that no term has is read as the nearest word that some term has (a typo), and a word of everyday
speech also as the words of the field that stand for it. A definition counts for less than a name.

Examples:
    >>> from implsci.search import Index
    >>> from implsci.taxonomy import Term
    >>> green = Term(code="tea:green", label="Green tea", definition="Unfermented tea.")
    >>> [hit.term.code for hit in Index([green]).search("tea that is gren")]
    ['tea:green']
"""

from __future__ import annotations

from implsci.search.index import Hit, Index, search

__all__ = ["Hit", "Index", "search"]


def __dir__() -> list[str]:
    return __all__
