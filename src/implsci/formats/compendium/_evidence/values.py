"""What people write into the cells of a study's own columns, as the model wants it.

Each function returns the value and what could not be understood; what could not is kept elsewhere,
never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

from implsci.codes import is_code
from implsci.formats.compendium._evidence.columns import Column, key
from implsci.formats.compendium._evidence.facts import KINDS
from implsci.formats.compendium._evidence.grammar import split, unescape
from implsci.formats.compendium._evidence.scalars import is_quoted, number_text, quoted, text
from implsci.identifiers import find_doi
from implsci.model import Study
from implsci.model._record import shape
from implsci.plugins import Registry, registry
from implsci.plugins.lookup import Names, edition_order
from implsci.taxonomy import Term

__all__ = [
    "code_in",
    "coded",
    "country_cell",
    "is_country",
    "label_of",
    "read_cell",
    "schemes_of",
    "terms",
]

_ROMAN: Final = {"i": 1, "ii": 2, "iii": 3}
_HYBRID = re.compile(r"(?:hybrid\s*)?(?:type\s*)?([123]|i{1,3})", re.IGNORECASE)
_COUNTRY = re.compile(r"[A-Z]{2}")
_SCHEMES: Final = {"sectors": "sector", "engagement": "engagement", "equity": "equity"}
_DESIGNS: Final = {
    "randomized controlled trial": "rct",
    "randomised controlled trial": "rct",
    "cluster randomized trial": "cluster_rct",
    "cluster randomised trial": "cluster_rct",
    "cluster randomized controlled trial": "cluster_rct",
    "cluster randomised controlled trial": "cluster_rct",
    "stepped wedge trial": "stepped_wedge",
    "mixed method": "mixed_methods",
    "pre post": "before_after",
}


def read_cell(column: Column, cell: str) -> tuple[object, list[str]]:
    """Return the value of a cell of a study's own column, and what of it was not understood.

    Args:
        column: any but ``nodes`` and ``id``.
        cell: what stands there.
    """
    match column.holds:
        case "text":
            return text(cell), []
        case "texts":
            return [unescape(value) for value in split(cell)], []
        case "doi":
            return _doi(cell)
        case "whole":
            return _whole(column.path, cell)
        case "word":
            return _word(column.path, cell)
    if column.holds == "countries":
        return read_countries(cell)
    values: list[str] = []
    unknown: list[str] = []
    for item in map(unescape, split(cell)):
        code = item if is_code(item) else coded(column.path, item)
        if code is None:
            unknown.append(item)
        elif code not in values:
            values.append(code)
    return values, unknown


def is_country(text: str) -> bool:
    """Say whether a text is written as the code of a country, two capitals."""
    return _COUNTRY.fullmatch(text) is not None


def country_cell(codes: Sequence[str]) -> str:
    """Return the cell that gives countries back; a code that may mean something else as a name."""
    from implsci.places import COUNTRIES, countries

    cell = "; ".join(
        code if countries(code).codes == (code,) else COUNTRIES.get(code, code) for code in codes
    )
    return cell if read_countries(cell) == (list(codes), []) else quoted("; ".join(codes))


def read_countries(cell: str) -> tuple[list[str], list[str]]:
    """Return the countries that a cell names, and what of it names none."""
    from implsci.places import COUNTRIES, countries

    if is_quoted(cell):
        return text(cell).split("; "), []
    found = countries(cell)
    # A code that no list has is kept, for check to report; one that means two things is not guessed.
    kept = {item for item in found.unresolved if _COUNTRY.fullmatch(item) and item not in COUNTRIES}
    return [*found.codes, *sorted(kept)], [item for item in found.unresolved if item not in kept]


def coded(field: str, label: str) -> str | None:
    """Return the code of a sector, an engagement model or an equity stratum that bears a label."""
    return code_in([_SCHEMES[field]], label)


def terms(label: str) -> tuple[Term, ...]:
    """Return the terms of all taxonomies that bear a label."""
    return _names(registry()).find(label) if label.strip() else ()


def schemes_of(title: str) -> tuple[str, tuple[str, ...]] | None:
    """Return the kind of node and the schemes that a title names, such as ``strategy_eric``.

    Of a family with several editions, the newest comes first.
    """
    words = key(title).split()
    for kind, name in ((words[:1], words[1:]), (words[-1:], words[:-1])):
        if name and kind[0] in KINDS.values():
            asked = " ".join(name)
            schemes = [
                taxonomy.scheme
                for taxonomy in registry().taxonomies()
                if asked in (key(taxonomy.scheme), key(taxonomy.family or ""))
            ]
            if schemes:
                return kind[0], tuple(sorted(schemes, key=edition_order, reverse=True))
    return None


def code_in(schemes: Iterable[str], label: str) -> str | None:
    """Return the code of the one term that bears a label, in the first scheme that has one."""
    found = terms(label)
    for scheme in schemes:
        fits = [term.code for term in found if term.code.startswith(f"{scheme}:")]
        if len(fits) == 1:
            return fits[0]
    return None


def label_of(code: str) -> str:
    """Return the label of a code, or what stands in the code where its taxonomy is not known."""
    return _labels(registry()).get(code) or code.partition(":")[2]


@lru_cache(maxsize=2)
def _names(known: Registry) -> Names:
    return Names(known.taxonomies())


@lru_cache(maxsize=2)
def _labels(known: Registry) -> dict[str, str]:
    return {term.code: term.label for taxonomy in known.taxonomies() for term in taxonomy}


def _doi(cell: str) -> tuple[str | None, list[str]]:
    if is_quoted(cell):
        return text(cell), []
    doi = find_doi(cell)
    return doi, [] if doi else [cell]


def _whole(path: str, cell: str) -> tuple[int | None, list[str]]:
    if path == "hybrid_type":
        found = _HYBRID.fullmatch(cell)
        if found is None:
            return None, [cell]
        return _ROMAN.get(found[1].lower()) or int(found[1]), []
    number = number_text(cell)
    if number is None or not float(number).is_integer() or abs(float(number)) > 9999:
        return None, [cell]
    return int(float(number)), []


def _word(path: str, cell: str) -> tuple[str | None, list[str]]:
    asked = key(cell)
    for word in shape(Study)[path].choices:
        if key(str(word)) == asked:
            return str(word), []
    design = _DESIGNS.get(asked) if path == "design" else None
    return design, [] if design else [cell]
