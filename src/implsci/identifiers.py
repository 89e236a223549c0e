"""Names for records: the DOI in a text, and ids made of what a source says.

Examples:
    >>> find_doi("https://dx.doi.org/10.1186/S13012-015-0209-1.")
    '10.1186/S13012-015-0209-1'
    >>> taken = set()
    >>> make_id(["Powell BJ", 2015], taken), make_id(["Powell BJ", 2015], taken)
    ('powell-bj-2015', 'powell-bj-2015-2')
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import unescape
from typing import Final
from urllib.parse import unquote

from implsci.codes import slug
from implsci.errors import InvalidCodeError

__all__ = ["find_doi", "make_id"]


def __dir__() -> list[str]:
    return __all__


# Wiley and others made DOIs of serial item identifiers, which hold angle brackets (ANSI/NISO Z39.56).
_SICI = re.compile(r"10\.\d{4,9}/[^\s\"<>]*\(SICI\)[^\s\"]+?;2-[0-9A-Z#]", re.IGNORECASE)
_DOI = re.compile(r"10\.\d{4,9}/[^\s\"<>]+")
_LONGEST: Final = 60


def find_doi(text: str) -> str | None:
    """Return the DOI in a text, without resolver, label and closing punctuation; None without one.

    Args:
        text: such as ``doi:10.1186/...``, a resolver's address, or a whole reference.

    Examples:
        >>> find_doi("doi: 10.1002/14651858.CD000259.pub3 [accessed]"), find_doi("no such thing")
        ('10.1002/14651858.CD000259.pub3', None)
        >>> find_doi("doi:10.1002/(SICI)1097-0258(19980815/30)17:15/16<1661::AID-SIM968>3.0.CO;2-2.")
        '10.1002/(SICI)1097-0258(19980815/30)17:15/16<1661::AID-SIM968>3.0.CO;2-2'
    """
    if "%2f" in text.lower() or "%28sici" in text.lower():
        text = unquote(text)
    if "&lt;" in text:
        text = unescape(text)
    if sici := _SICI.search(text):
        return sici[0]
    found = _DOI.search(text)
    if found is None:
        return None
    doi = found[0].rstrip(".,;:'\u2019\u201d")
    for opening, closing in ("()", "[]", "{}"):
        while doi.endswith(closing) and doi.count(closing) > doi.count(opening):
            doi = doi[:-1].rstrip(".,;")
    return doi if doi.partition("/")[2] else None


def make_id(parts: Iterable[object], taken: set[str]) -> str:
    """Return an id made of what a source says, unlike all those taken, and take it.

    Args:
        parts: such as the first author and the year; None and blanks are passed over.
        taken: the ids in use; the new one is added.

    Examples:
        >>> make_id([None, "  "], set())
        'study'
    """
    text = " ".join(str(part) for part in parts if part is not None and str(part).strip())
    try:
        base = slug(text)[:_LONGEST].strip("-") or "study"
    except InvalidCodeError:  # no letter that ASCII can spell
        base = "study"
    name = base
    if base in taken:
        # Numbers are given in order, so the first free one lies after the last that is taken.
        low, high = 1, 2
        while f"{base}-{high}" in taken:
            low, high = high, 2 * high
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if f"{base}-{middle}" in taken else (low, middle)
        name = f"{base}-{high}"
    taken.add(name)
    return name
