"""Term tables: the CSV that built-in vocabularies are kept in, for editing in a spreadsheet."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from attrs import fields

from implsci.codes import Code, split
from implsci.compendium.files import write_file
from implsci.errors import Fault, InvalidTableError, UnreadableFileError
from implsci.escaping import inert
from implsci.taxonomy import Taxonomy, Term
from implsci.taxonomy._typed import place, show
from implsci.termtable import read_taxonomy

__all__ = ["write_terms"]


def __dir__() -> list[str]:
    return __all__


_COLUMNS = (
    "code", "label", "synonyms", "definition", "broader", "kind", "notation", "facets", "source",
    "status", "replaced_by", "hidden_labels",
)  # fmt: skip
_WHERE_NEEDED = ("replaced_by", "hidden_labels")
_RATING_COLUMNS = ("term", "name", "value", "scale_min", "scale_max", "n", "source")


def write_terms(
    taxonomy: Taxonomy,
    path: str | os.PathLike[str],
    *,
    ratings: str | os.PathLike[str] | None = None,
) -> tuple[Path, ...]:
    """Write a taxonomy as the table that `implsci.termtable.read_taxonomy` reads.

    The table holds the terms; scheme, title, edition and the like are said when it is read. A cell
    that a spreadsheet would run as a formula gets an apostrophe before it, which reading takes off.

    Args:
        taxonomy: what to write.
        path: a ``.csv`` file.
        ratings: a second ``.csv`` file, for what experts gave the terms; written only where there
            is some. Where None it is named after the first: ``tea-ratings.csv`` beside ``tea.csv``.

    Returns:
        The files written, one or, where terms have ratings, two.

    Raises:
        InvalidTableError: a term holds what no cell can, such as a synonym with a bar between blanks
            or a label with a blank before it; each with its code and field.
        UnreadableFileError: a file cannot be written, or its name does not end in ``.csv``.

    Examples:
        >>> from tempfile import TemporaryDirectory
        >>> from implsci.taxonomies import proctor
        >>> with TemporaryDirectory() as folder:
        ...     (table,) = write_terms(proctor.taxonomy(), f"{folder}/proctor.csv")
        ...     found = read_taxonomy(table, scheme="proctor", title="Outcomes", kind="outcome")
        >>> found.terms == proctor.taxonomy().terms
        True
    """
    target = Path(path)
    second = (
        Path(ratings) if ratings is not None else target.with_name(f"{target.stem}-ratings.csv")
    )
    for file in (target, second):
        if file.suffix.lower() != ".csv":
            raise UnreadableFileError(str(file), "expected a .csv file")
    rows = [_row(term) for term in taxonomy]
    columns = [
        name for name in _COLUMNS if name not in _WHERE_NEEDED or any(row[name] for row in rows)
    ]
    table = _csv(columns, ([row[name] for name in columns] for row in rows))
    rated = [row for term in taxonomy for row in _ratings(term)]
    rating_table = _csv(_RATING_COLUMNS, rated) if rated else None
    _check(taxonomy, target.name, table, rating_table)
    write_file(target, [table])
    if rating_table is None:
        return (target,)
    write_file(second, [rating_table])
    return target, second


def _row(term: Term) -> dict[str, str]:
    return {
        "code": _name(term.code),
        "label": term.label,
        "synonyms": " | ".join(term.synonyms),
        "definition": term.definition,
        "broader": " | ".join(map(_name, term.broader)),
        "kind": term.kind,
        "notation": term.notation or "",
        "facets": " | ".join(f"{facet.name}={facet.value}" for facet in term.facets),
        "source": term.source or "",
        "status": term.status,
        "replaced_by": _name(term.replaced_by) if term.replaced_by else "",
        "hidden_labels": " | ".join(term.hidden_labels),
    }


def _ratings(term: Term) -> Iterator[list[str]]:
    for rating in term.ratings:
        numbers = (rating.value, rating.scale_min, rating.scale_max, rating.n)
        yield [
            _name(term.code),
            rating.name,
            *("" if number is None else repr(number) for number in numbers),
            rating.source or "",
        ]


def _name(code: Code) -> str:
    return split(code)[1]


def _csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([inert(cell) for cell in row] for row in rows)
    return text.getvalue().encode()


def _check(taxonomy: Taxonomy, name: str, table: bytes, ratings: bytes | None) -> None:
    """Read the tables back, and refuse what comes back otherwise.

    Raises:
        InvalidTableError: lists every field that does.
    """
    with TemporaryDirectory(prefix="implsci-") as folder:
        trial = Path(folder, name)
        trial.write_bytes(table)
        rated = Path(folder, f"ratings-{name}") if ratings is not None else None
        if rated is not None and ratings is not None:
            rated.write_bytes(ratings)
        found = read_taxonomy(
            trial,
            scheme=taxonomy.scheme,
            title=taxonomy.title,
            kind=taxonomy.kind,
            family=taxonomy.family,
            ratings=rated,
        )
    faults = [
        Fault(
            f"{place(before.code)}.{field}",
            f"no cell can hold {_shown(getattr(before, field))}; "
            "a table has no blanks around values, and a bar between blanks parts two values",
        )
        for before, after in zip(taxonomy, found, strict=True)
        for field in (known.name for known in fields(Term))
        if getattr(before, field) != getattr(after, field)
    ]
    if faults:
        raise InvalidTableError(name, faults)


def _shown(value: object) -> str:
    return show("; ".join(map(str, value)) if isinstance(value, tuple) else value)
