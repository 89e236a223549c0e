r"""Evidence tables in wide form: a row a study, and a column of 0 and 1 for each value.

A column is titled ``barrier=cfir-2022:cost``, ``country=KE``, ``sector=sector:health``; 1, x, y, yes and
true are present, 0, n, no and false are not, and an empty cell is unknown, which is not 0. A barrier
that helps stands under ``facilitator=``, one that cuts both ways under ``mixed determinant=``, one that
does neither under ``neutral determinant=``. A 0 in somebody's table says that a value was looked for
and not found; a study has no place for that, so it is kept as an extra under the column's title, and
written back. A plain title over such cells, such as a tag of ASReview, is read as the one term that
bears it as a label; where none does, or several, it is an extra.

Examples:
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     table = Path(folder, "made.wide.csv")
    ...     _ = table.write_text("id,title,country=KE,strategy=eric:facilitation\na,A,1,0\n")
    ...     (study,) = read(table, Ledger())
    >>> study.countries, study.strategies, study.extra
    (('KE',), (), {'strategy=eric:facilitation': 0})
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from implsci.errors import FormatError
from implsci.formats._rows import MOST_COLUMNS, write_table
from implsci.formats.compendium._evidence.columns import COLUMNS, FACETS
from implsci.formats.compendium._evidence.facts import KINDS
from implsci.formats.compendium._evidence.nodes import PREFIXES
from implsci.formats.compendium._evidence.scalars import scalar_cell
from implsci.formats.compendium._evidence.sniffing import looks_wide
from implsci.formats.compendium._evidence.tables import (
    cell_of,
    extra_columns,
    leave_rest,
    own_columns,
    read_studies,
)
from implsci.formats.compendium._evidence.titles import mark_title
from implsci.formats.compendium._evidence.values import label_of
from implsci.hooks import Format, Studies, hookimpl
from implsci.ledger import Ledger
from implsci.model import Study

__all__ = ["implsci_formats", "read", "write"]


def __dir__() -> list[str]:
    return __all__


_LISTS: Final = ("nodes", "codes", "countries")
_PATHS: Final = {column.path for column in COLUMNS if column.holds != "nodes"}
_MARKED: Final = {name: kind for name, kind in KINDS.items() if kind != "finding"}


def read(path: Path, ledger: Ledger) -> Iterator[Study]:
    r"""Yield the studies of a wide table, CSV or workbook.

    Raises:
        UnreadableFileError: the file cannot be opened.
        InvalidTableError: it is no table.
        MissingExtraError: it is a workbook, and openpyxl is not installed.

    Examples:
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     table = Path(folder, "made.wide.csv")
        ...     _ = table.write_text("title,Use data experts\nA study,1\n")
        ...     (study,) = read(table, Ledger())
        >>> study.strategies[0].codes
        ('eric:use-data-experts',)
    """
    return read_studies(path, ledger, "wide")


def write(studies: Studies, path: Path, ledger: Ledger) -> None:
    """Write a wide table, as CSV or, where the name ends in ``.xlsx``, as a workbook.

    Raises:
        FormatError: there are more different values than a table has columns.
        UnreadableFileError: the file cannot be written.
        InvalidTableError: a workbook cannot hold it.
        MissingExtraError: it is a workbook, and openpyxl is not installed.

    Examples:
        >>> from tempfile import TemporaryDirectory
        >>> from implsci.compendium import Compendium
        >>> some = Compendium(studies=(Study(id="a", title="A study", countries=("KE",)),))
        >>> with TemporaryDirectory() as folder:
        ...     table = Path(folder, "made.wide.csv")
        ...     write(some, table, Ledger())
        ...     table.read_text().split()
        ['id,title,country=KE', 'a,A', 'study,1']
    """
    columns = own_columns(studies, without=_LISTS)
    marks = tuple({title: None for study in studies for title in _marks(study)})
    extras = {title: name for name, title in extra_columns(studies).items()}
    titles = [*(column.title for column in columns), *dict.fromkeys((*marks, *extras))]
    if len(titles) > MOST_COLUMNS:
        raise FormatError(
            str(path),
            "wide",
            f"{len(titles):,} columns, for as many different values; expected at most "
            f"{MOST_COLUMNS:,}: write a condensed or a long table",
        )

    places = {title: place for place, title in enumerate(titles)}

    def rows() -> Iterator[list[str]]:
        for study in studies:
            marked = _marks(study)
            _leave(study, marked, places, ledger)
            cells = [cell_of(study, column) for column in columns]
            for title in titles[len(columns) :]:
                name = extras.get(title)
                there = name is not None and name in study.extra
                if title in marked:
                    cells.append("1")
                    if there:
                        ledger.leave("extra", "the study has that value: written as 1", title)
                else:
                    cells.append(
                        scalar_cell(study.extra[name]) if there and name is not None else ""
                    )
            yield cells

    write_table(path, titles, rows(), sheet="studies")


def _marks(study: Study) -> dict[str, int]:
    """Return the titles of the columns where a study has a 1, with how often it has it."""
    found: Counter[str] = Counter()
    for facet, field in FACETS.items():
        found.update(mark_title(facet, value) for value in getattr(study, field))
    for name, kind in _MARKED.items():
        for node in getattr(study, name):
            valence = getattr(node, "valence", None)
            if node.codes:
                found.update(mark_title(kind, code, valence=valence) for code in node.codes)
            else:
                found[mark_title(kind, node.label, label=True, valence=valence)] += 1
    return found


def _leave(study: Study, marked: dict[str, int], places: dict[str, int], ledger: Ledger) -> None:
    leave_rest(study, ledger, _carried, "wide")
    for facet, field in FACETS.items():
        order = [places[mark_title(facet, value)] for value in getattr(study, field)]
        if order != sorted(order):
            ledger.leave(field, "a wide table cannot carry their order", study.id)
    for name, kind in _MARKED.items():
        for number, node in enumerate(getattr(study, name), 1):
            if node.id != f"{PREFIXES[kind]}{number}":
                ledger.leave(f"{kind}: id", "numbered anew", f"{node.id} of {study.id}")
            if node.codes and (len(node.codes) > 1 or node.label != label_of(node.codes[0])):
                ledger.leave(
                    f"{kind}: label",
                    "a wide table has codes where there are any, each in a column",
                    f"{node.label!r} of {study.id}",
                )
    for barrier in study.barriers:
        if barrier.valence == "barrier":
            ledger.leave(
                "barrier: valence",
                "a wide table does not tell it from unknown",
                f"{barrier.id} of {study.id}",
            )
    for title, count in marked.items():
        if count > 1:
            ledger.leave(title, "several in one study: written as one", study.id)


def _carried(kind: str, field: str) -> bool:
    if kind == "study":
        return field in _PATHS or field.startswith("extra.")
    return kind != "finding" and field in ("label", "codes", "valence")


@hookimpl
def implsci_formats() -> Iterable[Format]:
    """Bring the wide table."""
    return [
        Format(
            name="wide",
            title="Evidence table, wide: a row a study, a 0/1 column for each value",
            extensions=(".wide.csv", ".wide.xlsx", ".csv", ".xlsx"),
            read=read,
            write=write,
            sniff=looks_wide,
        )
    ]
