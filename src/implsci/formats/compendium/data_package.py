"""Frictionless data packages: a compendium as a folder of tables that any program can read.

The folder holds ``datapackage.json`` (Data Package standard, version 2, https://datapackage.org) with
the schema, size and SHA-256 of every table; a CSV file a kind of record, joined by the study's id;
``codebook.csv``, which says what each column means; and ``terms.csv``, which says what each code
stands for. Everything a study says comes back equal.

In an empty cell nothing is known. Text that is empty, or that a spreadsheet would run, has an
apostrophe before it, which the reader takes off; the descriptor says so. Lists are JSON.

Examples:
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> import implsci
    >>> kenya = implsci.load("implsci-examples").where(country="KE")
    >>> with TemporaryDirectory() as folder:
    ...     write(kenya, Path(folder, "kenya.datapackage"), Ledger())
    ...     again = tuple(read(Path(folder, "kenya.datapackage"), Ledger()))
    >>> again == kenya.studies
    True
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from implsci.formats.compendium._data_package.describing import DESCRIPTOR
from implsci.formats.compendium._data_package.reading import read_package
from implsci.formats.compendium._data_package.writing import write_package
from implsci.hooks import Format, Studies, hookimpl
from implsci.ledger import Ledger
from implsci.model import Study
from implsci.plugins import Registry
from implsci.plugins import registry as default_registry

__all__ = ["implsci_formats", "read", "write"]


def __dir__() -> list[str]:
    return __all__


def read(path: Path, ledger: Ledger) -> Iterator[Study]:
    """Yield the studies of a data package.

    A table that was changed since is read as it is now, and the ledger says so. A row that belongs
    to nothing, and a study with a value its schema does not allow, are skipped with file and line.

    Args:
        path: the folder, or the ``datapackage.json`` in it.
        ledger: keeps the account.

    Raises:
        FormatError: no data package of ours, a table or a needed column is missing, or the path of a
            table leads out of the folder.
        UnreadableFileError: a file cannot be opened.

    Examples:
        >>> from tempfile import TemporaryDirectory
        >>> from implsci.compendium import Compendium
        >>> one = Compendium(studies=(Study(id="a", title="A study"),))
        >>> with TemporaryDirectory() as folder:
        ...     write(one, Path(folder, "one"), Ledger())
        ...     [study.title for study in read(Path(folder, "one", "datapackage.json"), Ledger())]
        ['A study']
    """
    yield from read_package(path, ledger)


def write(
    studies: Studies,
    path: Path,
    ledger: Ledger,
    *,
    version: str | None = None,
    created: str | None = None,
    inside: str = "",
    registry: Registry | None = None,
) -> None:
    """Write a data package, the same bytes each time.

    Nothing is removed from the folder but tables of an earlier package. At any moment its descriptor
    names whole tables, all of the old package or all of the new one.

    Args:
        studies: what to write.
        path: the folder, or the ``datapackage.json`` in it.
        ledger: keeps the account; there is nothing to leave out.
        version: which release of the compendium this is.
        created: when it was made, RFC 3339; the package names no time where None.
        inside: name of a folder in it that the tables are to stand in.
        registry: knows the terms behind the codes; the default registry where None.

    Raises:
        FormatError: two studies have one id, or the folder holds other things.
        UnreadableFileError: it cannot be written.

    Examples:
        >>> from tempfile import TemporaryDirectory
        >>> from implsci.compendium import Compendium
        >>> one = Compendium(studies=(Study(id="a", title="A study"),))
        >>> with TemporaryDirectory() as folder:
        ...     write(one, Path(folder, "one"), Ledger())
        ...     lines = Path(folder, "one", "studies.csv").read_text("utf-8").splitlines()
        >>> lines[1].startswith("a,A study,")
        True
    """
    folder = path.parent if path.name.lower() == DESCRIPTOR else path
    write_package(
        studies,
        folder,
        registry or default_registry(),
        version=version,
        created=created,
        inside=inside,
    )


@hookimpl
def implsci_formats() -> Iterable[Format]:
    """Bring the data package."""
    return [
        Format(
            name="data-package",
            title="Frictionless data package: a folder of tables with schemas and codebook",
            extensions=(DESCRIPTOR, ".datapackage"),
            read=read,
            write=write,
            sniff=_sniff,
            lossless=True,
        )
    ]


def _sniff(head: bytes) -> bool:
    return b'"type": "study"' not in head
