"""Links in the table that `implsci.termtable.read_links` reads."""

from __future__ import annotations

import csv
import io
from os import PathLike
from pathlib import Path
from typing import Final

from implsci.compendium.files import write_file
from implsci.taxonomy import LinkSet

__all__ = ["write_links"]

_HEADER: Final = ("source", "target", "k", "n", "percent", "level", "status", "derived", "note")
_RUN: Final = ("=", "+", "-", "@")  # a spreadsheet runs a cell that begins with one of these


def write_links(links: LinkSet, path: str | PathLike[str]) -> None:
    """Write the links of a basis into the table that `implsci.termtable.read_links` reads.

    The basis's id, title, sources, targets and level counts are no part of the table. The file is
    written whole or not at all.

    Args:
        links: the basis.
        path: the CSV file.

    Raises:
        UnreadableFileError: the file cannot be written; what stood there before stands there still.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_HEADER)
    for link in links.links:
        writer.writerow(
            _safe("" if value is None else str(value))
            for value in (
                link.source,
                link.target,
                link.k,
                link.n,
                None if link.printed is None else _shortest(link.printed),
                link.level,
                link.status,
                "yes" if link.derived else None,
                link.note,
            )
        )
    write_file(Path(path), [text.getvalue().encode()])


def _safe(text: str) -> str:
    return f"'{text}" if text.startswith(_RUN) else text


def _shortest(number: float) -> str:
    return repr(float(number)).removesuffix(".0")
