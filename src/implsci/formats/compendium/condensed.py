r"""Evidence tables in condensed form: a row a study, several values in one cell.

Condensed, wide and long tables are told apart after Haddaway 2021 (doi:10.1186/s13750-021-00219-x).
The columns are those of `implsci.formats.compendium._evidence.columns`; columns with another title are kept as
extras. In a cell of barriers, strategies and other nodes stands, with a bar between nodes,
``No time [tdf-v2:goals; individual] | Low trust``; strategies name what they address by an arrow,
``Reminders [eric:remind-clinicians] -> b1``; a finding is ``o1: improved [effect] <- s1``.

Examples:
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     table = Path(folder, "made.condensed.csv")
    ...     _ = table.write_text("Title,Country,Barriers\nHand hygiene,Kenya,No time | Low trust\n")
    ...     (study,) = read(table, Ledger())
    >>> study.id, study.countries, [barrier.label for barrier in study.barriers]
    ('hand-hygiene', ('KE',), ['No time', 'Low trust'])
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from implsci.formats._rows import write_table
from implsci.formats.compendium._evidence.columns import COLUMNS
from implsci.formats.compendium._evidence.nodes import CARRIED
from implsci.formats.compendium._evidence.scalars import scalar_cell
from implsci.formats.compendium._evidence.sniffing import looks_condensed
from implsci.formats.compendium._evidence.tables import (
    cell_of,
    extra_columns,
    leave_rest,
    own_columns,
    read_studies,
)
from implsci.hooks import Format, Studies, hookimpl
from implsci.ledger import Ledger
from implsci.model import Study

__all__ = ["implsci_formats", "read", "write"]


def __dir__() -> list[str]:
    return __all__


_PATHS: Final = {column.path for column in COLUMNS}


def read(path: Path, ledger: Ledger) -> Iterator[Study]:
    r"""Yield the studies of a condensed table, CSV or workbook.

    Raises:
        UnreadableFileError: the file cannot be opened.
        InvalidTableError: it is no table.
        MissingExtraError: it is a workbook, and openpyxl is not installed.

    Examples:
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     table = Path(folder, "made.condensed.csv")
        ...     _ = table.write_text("Title;Year;Funder;Mood\nA study;2020;a bank;good")
        ...     (study,) = read(table, Ledger())
        >>> study.year, study.citation.funders, study.extra
        (2020, ('a bank',), {'Mood': 'good'})
    """
    return read_studies(path, ledger, "condensed")


def write(studies: Studies, path: Path, ledger: Ledger) -> None:
    """Write a condensed table, as CSV or, where the name ends in ``.xlsx``, as a workbook.

    Raises:
        UnreadableFileError: the file cannot be written.
        InvalidTableError: a workbook cannot hold it.
        MissingExtraError: it is a workbook, and openpyxl is not installed.

    Examples:
        >>> from tempfile import TemporaryDirectory
        >>> from implsci.compendium import Compendium
        >>> some = Compendium(studies=(Study(id="a", title="Aims", countries=("KE", "UG")),))
        >>> with TemporaryDirectory() as folder:
        ...     table = Path(folder, "made.condensed.csv")
        ...     write(some, table, Ledger())
        ...     table.read_text().splitlines()
        ['id,title,countries', 'a,Aims,KE; UG']
    """
    columns = own_columns(studies)
    extras = extra_columns(studies)

    def rows() -> Iterator[list[str]]:
        for study in studies:
            leave_rest(study, ledger, _carried, "condensed")
            yield [
                *(cell_of(study, column) for column in columns),
                *(scalar_cell(study.extra[name]) if name in study.extra else "" for name in extras),
            ]

    write_table(
        path, [*(column.title for column in columns), *extras.values()], rows(), sheet="studies"
    )


def _carried(kind: str, field: str) -> bool:
    if kind == "study":
        return field in _PATHS or field.startswith("extra.")
    return field in CARRIED[kind]


@hookimpl
def implsci_formats() -> Iterable[Format]:
    """Bring the condensed table."""
    return [
        Format(
            name="condensed",
            title="Evidence table, condensed: a row a study, several values in a cell",
            extensions=(".condensed.csv", ".condensed.xlsx", ".csv", ".xlsx"),
            read=read,
            write=write,
            sniff=looks_condensed,
        )
    ]
