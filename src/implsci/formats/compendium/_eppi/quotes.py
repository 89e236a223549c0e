"""Passages that were marked in a document: as EPPI-Reviewer keeps them, and as quote and locator."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

__all__ = ["Passage", "as_details", "as_passage"]

_PDF = re.compile(r'Page ([0-9]{1,9}):\r?\n\[¬s\]"(.*)\[¬e\]"', re.DOTALL)
_PAGE = re.compile(r"(?:(.+), )?page ([1-9][0-9]{0,8})", re.DOTALL)
_SPAN = re.compile(r"(?:(.+), )?characters ([0-9]{1,9})-([1-9][0-9]{0,8})", re.DOTALL)
_NOWHERE: Final = {"ItemDocumentId": 0, "TextFrom": 0, "TextTo": 0}


class Passage(NamedTuple):
    """Words of a source, and where they stand.

    Attributes:
        quote: the words.
        locator: document, and page or first and last character.
    """

    quote: str | None
    locator: str | None


def as_passage(text: str, title: str, first: int, last: int, from_pdf: bool) -> Passage:
    """Return a passage; of a page of a PDF without the signs that stand for its marks."""
    where = [title] if title else []
    paged = _PDF.fullmatch(text) if from_pdf else None
    if paged is not None:
        text = paged[2]
        where.append(f"page {int(paged[1])}")
    elif from_pdf:
        where.append("PDF")
    elif last > 0:
        where.append(f"characters {first}-{last}")
    return Passage(text or None, ", ".join(where) or None)


def as_details(passage: Passage) -> dict[str, object]:
    """Return a passage as EPPI-Reviewer keeps it, in a form that `as_passage` takes back."""
    text, locator = passage.quote or "", passage.locator or ""
    paged = _PAGE.fullmatch(locator)
    if paged is not None and text:
        marked = f'Page {paged[2]}:\n[¬s]"{text}[¬e]"'
        return {**_NOWHERE, "Text": marked, "IsFromPDF": True, "DocTitle": paged[1] or ""}
    span = _SPAN.fullmatch(locator)
    if span is not None and f"{int(span[2])}-{int(span[3])}" == f"{span[2]}-{span[3]}":
        return {
            "ItemDocumentId": 0,
            "TextFrom": int(span[2]),
            "TextTo": int(span[3]),
            "Text": text,
            "IsFromPDF": False,
            "DocTitle": span[1] or "",
        }
    return {**_NOWHERE, "Text": text, "IsFromPDF": False, "DocTitle": locator}
