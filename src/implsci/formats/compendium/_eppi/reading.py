"""References of EPPI-Reviewer as studies."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from implsci.errors import FormatError, InvalidRecord
from implsci.formats.compendium._eppi.draft import Draft
from implsci.formats.compendium._eppi.effects import Effects
from implsci.formats.compendium._eppi.entries import Entries
from implsci.formats.compendium._eppi.parsing import (
    as_list,
    as_plain,
    as_said,
    as_text,
    read_document,
)
from implsci.formats.compendium._eppi.tree import CodeSets, read_code_sets
from implsci.identifiers import find_doi, make_id
from implsci.ledger import Ledger
from implsci.model import Citation, Provenance, Study
from implsci.places import countries
from implsci.plugins import registry

__all__ = ["AUTHOR", "CITED", "GENERATED", "IN_EXTRA", "KEYWORD", "LEFT_OUT", "PREFIX", "read"]

PREFIX: Final = "eppi:"
"""Stands before fields of EPPI-Reviewer that a study has no place for."""

GENERATED: Final = "Generated"
"""A field of ours in a reference: names of those that say nothing a study says."""

KEYWORD: Final = "reference.keyword."
AUTHOR: Final = "; "

CITED: Final = {
    "ParentTitle": "container",
    "Volume": "volume",
    "Issue": "issue",
    "Pages": "pages",
    "Publisher": "publisher",
    "URL": "url",
    "QuickCitation": "text",
}
"""Fields of a reference, and those of a citation that hold them."""

IN_EXTRA: Final = {
    "Abstract": "reference.abstract",
    "ShortTitle": "reference.short_title",
    "Edition": "reference.edition",
    "City": "reference.place",
}
"""Fields of a reference, and the keys that all formats of references keep them under."""

LEFT_OUT: Final = {
    "D": "deleted",
    "E": "excluded from the review",
    "S": "duplicate, or part of a deleted source",
}
"""The ``ItemStatus`` of what is no study of the review, as EPPI-Reviewer's ``Item`` sets it."""

_OWN: Final = {"Title", "Year", "Authors", "DOI", "Comments", "Keywords", "OldItemId"}
_LISTS: Final = {"Codes", "Outcomes"}


def read(path: Path, ledger: Ledger) -> Iterator[Study]:
    """Yield each reference of an export as a study."""
    document = read_document(path, ledger, "eppi")
    if not isinstance(document, dict) or not isinstance(document.get("References"), list):
        raise FormatError(str(path), "eppi", "expected an object with CodeSets and References")
    for name in document.keys() - {"CodeSets", "References"}:
        ledger.leave(name, "not read", json.dumps(document[name])[:80])
    sets = read_code_sets(as_list(document.get("CodeSets")), registry(), ledger)
    reader = _Reader(path.name, sets, ledger)
    for index, reference in enumerate(document["References"]):
        place = f"References[{index}]"
        if not isinstance(reference, dict):
            ledger.skip(place, f"expected an object, got {type(reference).__name__}")
            continue
        if status := LEFT_OUT.get(as_text(reference.get("ItemStatus"))):
            ledger.leave(
                f"references marked as {status}",
                "left out",
                as_text(reference.get("Title")) or place,
            )
            continue
        try:
            study = reader.study(reference, index)
        except InvalidRecord as error:
            ledger.skip(place, "; ".join(map(str, error.faults)))
            continue
        if study is None:
            ledger.skip(place, "no title")
        else:
            yield study
    sets.close()


class _Reader:
    def __init__(self, source: str, sets: CodeSets, ledger: Ledger) -> None:
        self._source = source
        self._sets = sets
        self._ledger = ledger
        self._entries = Entries(sets, ledger)
        self._effects = Effects(sets, self._entries, ledger)
        # What others wrote may have stray blanks around it.
        self._text = as_said if sets.ours else as_text
        self._ids: set[str] = set()
        self._items: set[str] = set()

    def study(self, reference: Mapping[str, object], index: int) -> Study | None:
        """Return a reference as a study; None where it has no title."""
        title = self._text(reference.get("Title"))
        if not title:
            title = as_text(reference.get("ShortTitle")) or as_text(reference.get("ParentTitle"))
            if not title:
                return None
            self._ledger.leave("Title", "blank; another title stands in its place", title)
        extra = self._extra(reference)
        year = self._year(reference, extra)
        citation = self._citation(reference, extra)
        draft = Draft(self._ledger)
        draft.fields["id"] = self._id(reference, citation, title, year, extra)
        self._entries.read(as_list(reference.get("Codes")), draft)
        extra |= self._effects.read(as_list(reference.get("Outcomes")), draft)
        if "countries" not in draft.fields:
            found = countries(as_text(reference.get("Country")))
            draft.fields["countries"] = found.codes
            for text in found.unresolved:
                self._ledger.leave("Country", "no country; kept as text", text)
        draft.fields |= {
            "title": title,
            "year": year,
            "citation": citation,
            "note": self._text(reference.get("Comments")) or None,
            "extra": extra,
            "provenance": (
                Provenance(
                    source=self._source,
                    locator=f"References[{index}]",
                    method="imported from EPPI-Reviewer JSON",
                ),
            ),
        }
        return draft.made()

    def _extra(self, reference: Mapping[str, object]) -> dict[str, str | int | float | bool | None]:
        """Return the fields that a study has no place for; blank ones say nothing."""
        item = as_text(reference.get("ItemId"))
        if item and item in self._items:
            self._ledger.leave("ItemId", "stands twice; both references are read", item)
        self._items.add(item)
        made = as_text(reference.get(GENERATED)).split() if self._sets.ours else []
        made.append(GENERATED)
        extra: dict[str, str | int | float | bool | None] = {}
        for name, value in reference.items():
            if name in _OWN or name in _LISTS or name in CITED or name in made:
                continue
            key = IN_EXTRA.get(name, PREFIX + name)
            if isinstance(value, str):
                if value.strip():
                    extra[key] = value
            elif isinstance(value, (bool, int, float)):
                extra[key] = as_plain(value)
            elif value:
                extra[key] = json.dumps(value, ensure_ascii=False, sort_keys=True)
                self._ledger.leave(name, "kept as JSON text in extra")
        text = as_text(reference.get("Keywords"))
        words = text.splitlines() if "\n" in str(reference.get("Keywords")) else text.split(";")
        for number, word in enumerate(filter(None, map(str.strip, words)), 1):
            extra[f"{KEYWORD}{number}"] = word
        return extra

    def _year(
        self,
        reference: Mapping[str, object],
        extra: dict[str, str | int | float | bool | None],
    ) -> int | None:
        text = as_text(reference.get("Year"))
        if text.isascii() and text.isdecimal() and len(text) == 4 and 1800 <= int(text) <= 2100:
            return int(text)
        if text:
            extra[f"{PREFIX}Year"] = text
            self._ledger.leave("Year", "no year from 1800 to 2100; kept as text", text)
        return None

    def _citation(
        self,
        reference: Mapping[str, object],
        extra: dict[str, str | int | float | bool | None],
    ) -> Citation | None:
        values: dict[str, str] = {}
        for name, field in CITED.items():
            if text := self._text(reference.get(name)):
                values[field] = text
        authors = tuple(
            name for text in as_text(reference.get("Authors")).split(";") if (name := text.strip())
        )
        if text := as_text(reference.get("DOI")):
            # What this library wrote was a DOI of ours, whatever it looks like.
            doi = as_said(reference.get("DOI")) if self._sets.ours else find_doi(text)
            if doi is None or not (doi.startswith("10.") and "/" in doi):
                extra[f"{PREFIX}DOI"] = text
                self._ledger.leave("DOI", "no DOI; kept as text", text)
            else:
                values["doi"] = doi
        if not values and not authors:
            return None
        return Citation(authors=authors, funders=(), **values)

    def _id(
        self,
        reference: Mapping[str, object],
        citation: Citation | None,
        title: str,
        year: int | None,
        extra: dict[str, str | int | float | bool | None],
    ) -> str:
        own = as_text(reference.get("OldItemId"))
        if own and own not in self._ids and _is_id(own):
            self._ids.add(own)
            return own
        if own:
            extra[f"{PREFIX}OldItemId"] = own
        family = citation.authors[0].partition(",")[0] if citation and citation.authors else None
        return make_id([family, year] if family else [title, year], self._ids)


def _is_id(text: str) -> bool:
    return len(text) <= 200 and text.isprintable() and " " not in text and "#" not in text
