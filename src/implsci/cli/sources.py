"""Where a command's studies come from: a file, a folder, stdin, or a plugin's compendium."""

from __future__ import annotations

import json
import sys
from codecs import BOM_UTF8
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from implsci.atomic import told
from implsci.cli.output import counting, note
from implsci.codec import MAX_BYTES, decode, encode
from implsci.compendium import Compendium, RawRecord, find, load, read_records, read_stream
from implsci.compendium.check import read_record
from implsci.compendium.files import read_some
from implsci.errors import ImplsciError, InvalidQueryError, LoadError, UnknownNameError
from implsci.formats import read, read_studies
from implsci.formats.choosing import find_format
from implsci.hooks import CompendiumSource
from implsci.ledger import Ledger
from implsci.model import Study
from implsci.plugins import registry
from implsci.store import is_store

__all__ = [
    "STDIN",
    "compendium",
    "facets_asked",
    "one_study",
    "records",
    "refuse_other",
    "refuse_source",
]

STDIN = "-"


def records(
    source: str, max_bytes: int = MAX_BYTES, ledger: Ledger | None = None
) -> Iterator[RawRecord]:
    """Return the records of a source as they lie there; those of another format, as they are read.

    Args:
        source: a file or folder, ``-`` for stdin, or the name of a compendium.
        max_bytes: the size, in bytes, above which a record is passed on unread.
        ledger: told of the records of another format that cannot be read.

    Raises:
        UnreadableFileError: it cannot be opened.
        UnknownNameError: neither a file nor the name of a compendium.
    """
    if source == STDIN:
        return _stdin(max_bytes)
    found = find(source)
    path = found.path if isinstance(found, CompendiumSource) else found
    if is_store(path) or _is_of_another_format(path):
        studies = read_studies(path, ledger=ledger or Ledger(source))
        return (RawRecord(source, None, encode(study)) for study in studies)
    return read_records(path, max_bytes)


def compendium(source: str) -> Compendium:
    """Load the studies of a source.

    Raises:
        LoadError: a record that cannot be read, or none at all.
        UnreadableFileError: it cannot be opened.
        UnknownNameError: neither a file nor the name of a compendium.
    """
    if source != STDIN:
        loaded = _of_any_format(source)
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


def _of_any_format(source: str) -> Compendium:
    """Load what `load` knows, and read anything else by its format, with a word on what it lost."""
    found = find(source)
    if isinstance(found, CompendiumSource) or not _is_of_another_format(found):
        return load(source)
    ledger = Ledger(source, strict=True)
    loaded = read(found, ledger=ledger)
    if ledger.left_out:
        note(f"not all of {source} could be kept; implsci convert {source} OUT says what")
    return loaded


def _is_of_another_format(path: Path) -> bool:
    try:
        return path.exists() and find_format(path, None, registry()).name not in (
            "jsonl",
            "json-folder",
            "store",
        )
    except InvalidQueryError:
        return False


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
            from implsci.names import close_names

            close = close_names(identifier, [study.id for study in found])
            raise UnknownNameError("study", identifier, close, f"in {source}") from None
    if len(found) > 1:
        raise InvalidQueryError(
            f"{source} holds {len(found)} studies: name one, as in {source}#{found.studies[0].id}"
        )
    return found.studies[0]


def _stdin(max_bytes: int) -> Iterator[RawRecord]:
    """Read stdin a record a line, or as one record where it is laid out over lines."""
    stream = sys.stdin.buffer
    head = read_some(stream, max_bytes + 1)
    over = len(head) > max_bytes
    if _laid_out(head, over):
        yield RawRecord(STDIN, None, b"" if over else head.removeprefix(BOM_UTF8), over * len(head))
    else:
        yield from read_stream(_Rewound(head, stream), STDIN, max_bytes)


def _laid_out(head: bytes, over: bool) -> bool:
    """Say whether the lines are those of one record; a broken first line is no sign of it."""
    data = head.removeprefix(BOM_UTF8).strip()
    first, _, rest = data.partition(b"\n")
    if not rest or not first.startswith(b"{") or _is_json(first):
        return False
    records = rest.startswith(b"{") or b"\n{" in rest
    return not records or (not over and _is_json(data))


def _is_json(data: bytes) -> bool:
    try:
        json.loads(data)
    except (ValueError, RecursionError):
        return False
    return True


class _Rewound:
    """A stream whose first bytes have been read already."""

    def __init__(self, head: bytes, stream: BinaryIO) -> None:
        self._head = BytesIO(head)
        self._stream = stream

    def readline(self, limit: int) -> bytes:
        line = self._head.readline(limit)
        if line.endswith(b"\n") or len(line) == limit:
            return line
        return line + self._stream.readline(limit - len(line))


def facets_asked(texts: tuple[str, ...]) -> dict[str, list[str]]:
    """Return the values wanted by facet, of texts such as ``sector=health``.

    Raises:
        InvalidQueryError: a text of another form.
    """
    wanted: dict[str, list[str]] = {}
    for text in texts:
        facet, mark, value = text.partition("=")
        if not (mark and facet.strip() and value.strip()):
            raise InvalidQueryError(f"--where {text}: expected facet=value, such as sector=health")
        wanted.setdefault(facet.strip(), []).append(value.strip())
    return wanted


def refuse_source(source: str, out: str | Path) -> None:
    """Refuse to write a result over what it was read from.

    Raises:
        InvalidQueryError: both are one file.
        UnreadableFileError: no file has such a name.
    """
    file, mark, _ = source.rpartition("#")
    for name in (source, file) if mark else (source,):
        with told(Path(out)):
            same = Path(out).exists() and name and Path(name).exists() and Path(out).samefile(name)
        if same:
            raise InvalidQueryError(f"{out} is what is read; expected another file to write")


def refuse_other(out: str | Path, identifier: str) -> None:
    """Refuse to write a study over a file that holds something else.

    Raises:
        InvalidQueryError: the file is there and is not this study alone, by its id.
    """
    if not Path(out).is_file():
        return
    try:
        there = decode(Path(out).read_bytes())
    except (ImplsciError, OSError):
        there = None
    if there is None or there.id != identifier:
        holds = "something else" if there is None else f"the study {there.id}"
        raise InvalidQueryError(
            f"{out}: holds {holds}, which would be lost; expected a new file or that of {identifier}"
        )
