"""JSON Lines: a record a line, everything kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from implsci.codec import MAX_BYTES, encode
from implsci.compendium import read_records, write_file
from implsci.compendium.check import read_record
from implsci.compendium.files import LINES
from implsci.hooks import Format, Studies, hookimpl
from implsci.ledger import Ledger
from implsci.model import Study

__all__ = ["implsci_formats", "read", "write"]


def __dir__() -> list[str]:
    return __all__


def read(path: Path, ledger: Ledger) -> Iterator[Study]:
    """Yield the studies of a file, or of a folder of files; a record that fails is skipped.

    Raises:
        UnreadableFileError: it cannot be opened.

    Examples:
        >>> from implsci import registry
        >>> ledger = Ledger()
        >>> len(list(read(registry().compendium("implsci-examples").path, ledger))), ledger.skips
        (373, 0)
    """
    for raw in read_records(path, MAX_BYTES):
        found = read_record(raw)
        if isinstance(found, Study):
            yield found
            continue
        place = raw.place if raw.line is None else f"line {raw.line}"
        who = f"study {found[0].study!r}: " if found[0].study else ""
        ledger.skip(place, who + "; ".join(_said(fault.path, fault.message) for fault in found))


def write(studies: Studies, path: Path, ledger: Ledger) -> None:
    """Write each study as a line.

    Raises:
        UnreadableFileError: the file cannot be written; what stood there stands there still.

    Examples:
        >>> from tempfile import TemporaryDirectory
        >>> import implsci
        >>> kenya = implsci.load("implsci-examples").where(country="KE")
        >>> with TemporaryDirectory() as folder:
        ...     write(kenya, Path(folder, "kenya.jsonl"), Ledger())
        ...     implsci.load(f"{folder}/kenya.jsonl").studies == kenya.studies
        True
    """
    write_file(path, (encode(study) + b"\n" for study in studies))


def _said(path: str, message: str) -> str:
    return f"{path}: {message}" if path else message


@hookimpl
def implsci_formats() -> Iterable[Format]:
    """Bring JSON Lines."""
    return [
        Format(
            name="jsonl",
            title="JSON Lines, a study a line",
            extensions=LINES,
            read=read,
            write=write,
            sniff=_sniff,
            lossless=True,
        )
    ]


def _sniff(head: bytes) -> bool:
    others = (b'"@context"', b'"enhancement_type"')
    return b'"title"' in head and not any(mark in head for mark in others)
