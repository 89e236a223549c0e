"""A folder of JSON files, a study a file, everything kept: it reads and compares well in git."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from implsci.compendium.files import write_folder
from implsci.formats.jsonl import read
from implsci.hooks import FOLDER, Format, Studies, hookimpl
from implsci.ledger import Ledger

__all__ = ["implsci_formats", "read", "write"]


def __dir__() -> list[str]:
    return __all__


def write(studies: Studies, path: Path, ledger: Ledger) -> None:
    """Write each study into a file of its own, named by its id.

    Raises:
        UnreadableFileError: two ids would share a file, or the folder holds other records.

    Examples:
        >>> from tempfile import TemporaryDirectory
        >>> import implsci
        >>> kenya = implsci.load("implsci-examples").where(country="KE")
        >>> with TemporaryDirectory() as folder:
        ...     write(kenya, Path(folder, "kenya"), Ledger())
        ...     len(list(Path(folder, "kenya").iterdir())) == len(kenya)
        True
    """
    write_folder(path, studies)


@hookimpl
def implsci_formats() -> Iterable[Format]:
    """Bring the folder of JSON files, and the single one."""
    return [
        Format(
            name="json-folder",
            title="A folder of JSON files, a study a file",
            extensions=(FOLDER, ".json"),
            read=read,
            write=write,
            sniff=_sniff,
            lossless=True,
        )
    ]


def _sniff(head: bytes) -> bool:
    start = head.lstrip(b"\xef\xbb\xbf \r\n\t")
    return start.startswith(b"{") and b'"title"' in head and b'"CodeSets"' not in head
