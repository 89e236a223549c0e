"""Where a command's studies come from: a file, a folder, stdin, or a plugin's compendium."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from implsci.cli.output import counting
from implsci.codec import MAX_BYTES
from implsci.compendium import Compendium, RawRecord, load, read_records, read_stream
from implsci.compendium.check import read_record
from implsci.errors import InvalidQueryError, LoadError, UnknownNameError
from implsci.model import Study
from implsci.plugins import registry as default_registry

__all__ = ["STDIN", "compendium", "one_study", "records"]

STDIN = "-"


def records(source: str, max_bytes: int = MAX_BYTES) -> Iterator[RawRecord]:
    """Return the records of a source as they lie there.

    Raises:
        UnreadableFileError: it cannot be opened.
        UnknownNameError: neither a file nor the name of a compendium.
    """
    if source == STDIN:
        return _stdin(max_bytes)
    return read_records(_path(source), max_bytes)


def compendium(source: str) -> Compendium:
    """Load the studies of a source.

    Raises:
        LoadError: a record that cannot be read, or none at all.
        UnreadableFileError: it cannot be opened.
        UnknownNameError: neither a file nor the name of a compendium.
    """
    if source != STDIN:
        loaded = load(source)
    else:
        read = [read_record(raw) for raw in counting(records(STDIN), "records")]
        faults = [str(problem) for item in read if not isinstance(item, Study) for problem in item]
        if faults:
            raise LoadError(STDIN, faults)
        loaded = Compendium(
            studies=tuple(item for item in read if isinstance(item, Study)), name="stdin"
        )
    if not len(loaded):
        raise LoadError(source, ["no record in it; expected at least one study"])
    return loaded


def one_study(reference: str) -> Study:
    """Return the study of ``FILE#ID``; the id may be left out where there is only one.

    Raises:
        InvalidQueryError: no id, and there are several studies.
        UnknownNameError: no study has that id.
    """
    source, mark, identifier = reference.rpartition("#")
    if not mark or Path(reference).exists():
        source, identifier = reference, ""
    found = compendium(source)
    if identifier:
        try:
            return found[identifier]
        except KeyError:
            from implsci.search import close_names

            close = close_names(identifier, [study.id for study in found])
            raise UnknownNameError("study", identifier, close, f"in {source}") from None
    if len(found) > 1:
        raise InvalidQueryError(
            f"{source} holds {len(found)} studies: name one, as in {source}#{found.studies[0].id}"
        )
    return found.studies[0]


def _path(source: str) -> Path:
    path = Path(source)
    if path.exists() or path.suffix in (".json", ".jsonl", ".ndjson") or len(path.parts) > 1:
        return path
    try:
        return default_registry().compendium(source).path
    except UnknownNameError as error:
        raise UnknownNameError(
            "file or compendium", source, error.suggestions, error.note
        ) from None


def _stdin(max_bytes: int) -> Iterator[RawRecord]:
    """Read stdin a record a line, or as one record where it is laid out over lines."""
    stream = sys.stdin.buffer
    first = stream.readline(max_bytes + 8)
    if first.strip() == b"{":
        data = first + stream.read(max_bytes + 1)
        over = len(data) > max_bytes
        yield RawRecord(STDIN, None, b"" if over else data, len(data) if over else 0)
    else:
        yield from read_stream(_Rewound(first, stream), STDIN, max_bytes)  # type: ignore[arg-type]


class _Rewound:
    """A stream whose first bytes have been read already."""

    def __init__(self, first: bytes, stream: BinaryIO) -> None:
        self._first = first
        self._stream = stream

    def readline(self, limit: int) -> bytes:
        first, self._first = self._first, b""
        return first or self._stream.readline(limit)
