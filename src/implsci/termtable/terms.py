"""Taxonomies, read from their term table."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources.abc import Traversable
from pathlib import Path

from implsci.collector import collector_at_rest
from implsci.errors import Fault, InvalidTableError
from implsci.taxonomy import Facet, Taxonomy, TermRating
from implsci.taxonomy._columns import make_terms
from implsci.taxonomy._typed import place
from implsci.termtable._sheet import Row, Sheet, read_sheet, with_line

__all__ = ["read_taxonomy"]


def __dir__() -> list[str]:
    return __all__


_COLUMNS = (
    "code", "label", "synonyms", "definition", "broader", "kind", "notation", "facets", "source",
    "status", "replaced_by", "hidden_labels",
)  # fmt: skip
_RATING_COLUMNS = ("term", "name", "value", "scale_min", "scale_max", "n", "source")


def read_taxonomy(
    table: Traversable | Path,
    *,
    scheme: str,
    title: str,
    kind: str,
    family: str = "",
    edition: str | None = None,
    license: str | None = None,
    citation: str | None = None,
    ratings: Traversable | Path | None = None,
) -> Taxonomy:
    """Read a taxonomy from its term table.

    Args:
        table: CSV in UTF-8 with the columns code, label, definition and any of synonyms, broader,
            kind, notation, facets (``name=value``), source, status, replaced_by, hidden_labels.
            Codes and broader codes stand without the scheme.
        scheme: id of the taxonomy.
        title: its name in full.
        kind: what its terms are; also the kind of a term whose own cell is empty.
        family: the id without the edition.
        edition: which edition.
        license: the publisher's licence.
        citation: where it is published, with DOI.
        ratings: a second table, of what experts or readers gave the terms: CSV with the columns
            term (its code without the scheme), name, value and any of scale_min, scale_max, n,
            source.

    Returns:
        The taxonomy.

    Raises:
        UnreadableFileError: a table cannot be opened.
        InvalidTableError: anything wrong with a table, all at once, each with its line.

    Examples:
        >>> from importlib.resources import files
        >>> table = files("implsci.taxonomies") / "engagement.csv"
        >>> read_taxonomy(table, scheme="engagement", title="Engagement", kind="engagement")[
        ...     "engagement:push"
        ... ].label
        'Push'
    """
    with collector_at_rest():
        sheet = read_sheet(table, _COLUMNS, required=("code", "label", "definition"))
        names = sheet.column("code")
        rated = _ratings(ratings, set(names)) if ratings is not None else {}
        terms = make_terms(
            {
                "code": [f"{scheme}:{name}" for name in names],
                "label": sheet.column("label"),
                "definition": sheet.column("definition"),
                "synonyms": _several(sheet.column("synonyms")),
                "broader": _codes(scheme, _several(sheet.column("broader"))),
                "kind": _shared(sheet.column("kind"), kind),
                "notation": [cell or None for cell in sheet.column("notation")],
                "ratings": [tuple(rated.get(name, ())) for name in names],
                "facets": _facets(sheet),
                "source": [cell or None for cell in _shared(sheet.column("source"), "")],
                "status": _shared(sheet.column("status"), "verified"),
                "replaced_by": [
                    f"{scheme}:{cell}" if cell else None for cell in sheet.column("replaced_by")
                ],
                "hidden_labels": _several(sheet.column("hidden_labels")),
            }
        )
        try:
            return Taxonomy(
                scheme=scheme,
                title=title,
                kind=kind,
                terms=terms,
                family=family,
                edition=edition,
                license=license,
                citation=citation,
            )
        except InvalidTableError as error:
            lines = {place(term.code): line for term, line in zip(terms, sheet.lines, strict=True)}
            raise InvalidTableError(
                table.name, [with_line(fault, lines) for fault in error.faults]
            ) from None


def _several(cells: list[str]) -> list[tuple[str, ...]]:
    """Return the values that stand in each cell, joined by bars."""
    found = [tuple(cell.split(" | ")) if cell else () for cell in cells]
    values = [value for own in found for value in own]
    if list(map(str.strip, values)) == values and all(values):
        return found
    return [tuple(value for value in map(str.strip, own) if value) for own in found]


def _codes(scheme: str, names: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    head = f"{scheme}:"
    return [
        (head + own[0],) if len(own) == 1 else tuple([head + name for name in own]) for own in names
    ]


def _shared(cells: Sequence[str], default: str) -> list[str]:
    """Return the cells, equal ones as one object in memory and empty ones as the default."""
    pool = {"": default}
    return [pool.setdefault(cell, cell) for cell in cells]


def _facets(sheet: Sheet) -> list[tuple[Facet, ...]]:
    cells = sheet.column("facets")
    if not any(cells):
        return [()] * len(cells)
    found: list[tuple[Facet, ...]] = []
    faults: list[Fault] = []
    for line, texts in zip(sheet.lines, _several(cells), strict=True):
        facets = []
        for text in texts:
            name, _, value = (part.strip() for part in text.partition("="))
            if name and value:
                facets.append(Facet(name=name, value=value))
            else:
                faults.append(Fault(f"line {line}", f"facets: expected name=value, got {text!r}"))
        found.append(tuple(facets))
    if faults:
        raise InvalidTableError(sheet.name, faults)
    return found


def _ratings(table: Traversable | Path, names: set[str]) -> dict[str, list[TermRating]]:
    found: dict[str, list[TermRating]] = {}

    def rating(row: Row) -> None:
        term, name, value = row.one("term"), row.one("name"), row.number("value")
        if term not in names:
            raise ValueError(f"term: {term!r} is no term of the table")
        if name is None or value is None:
            raise ValueError("expected a name and a value")
        low, high = row.number("scale_min"), row.number("scale_max")
        if (low is not None and value < low) or (high is not None and value > high):
            raise ValueError(f"value: {value:g} is outside its scale, {low} to {high}")
        found.setdefault(term, []).append(
            TermRating(
                name=name,
                value=value,
                scale_min=low,
                scale_max=high,
                n=row.whole("n"),
                source=row.one("source"),
            )
        )

    read_sheet(table, _RATING_COLUMNS, required=("term", "name", "value")).convert(rating)
    return found
