"""Studies into tables, and a folder of tables onto the disk, whole or not at all."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO, Final

import msgspec

from implsci.atomic import sync_folder, write_file
from implsci.compendium.files import read_some
from implsci.errors import FormatError
from implsci.formats.compendium._data_package.cells import hidden, line, to_cell, to_extra
from implsci.formats.compendium._data_package.describing import (
    DESCRIPTOR,
    Written,
    codebook_rows,
    descriptor,
    guides,
    term_rows,
)
from implsci.formats.compendium._data_package.tables import EXTRA, STUDIES, Table, tables
from implsci.hooks import Studies
from implsci.model import Study
from implsci.plugins import Registry

__all__ = ["MOST_DESCRIBED", "write_package"]

MOST_DESCRIBED: Final = 16 << 20
"""The size in bytes above which a descriptor is refused: 16 MiB."""

_STAGED: Final = "staged-"
_IS_STAGED = re.compile(r"staged-[0-9a-f]{12}")
_IS_LEFT = re.compile(r"\.(?:datapackage\.json|[a-z_]+\.csv)\.[0-9a-f]{12}\.tmp")
_PIECE: Final = 1 << 20


class _File:
    """A table being written."""

    def __init__(self, stream: BinaryIO, table: Table) -> None:
        self._stream = stream
        self._columns = table.columns
        self._digest = hashlib.sha256()
        self._size = 0
        self._put(line([column.name for column in table.columns]))

    def add(self, values: Iterable[object]) -> None:
        """Write a row of values."""
        self._put(
            line(
                [
                    to_cell(value, column.type)
                    for value, column in zip(values, self._columns, strict=True)
                ]
            )
        )

    def add_cells(self, cells: list[str]) -> None:
        """Write a row of cells."""
        self._put(line(cells))

    def _put(self, data: bytes) -> None:
        self._stream.write(data)
        self._digest.update(data)
        self._size += len(data)

    def close(self) -> Written:
        """Bring it to the disk."""
        self._stream.flush()
        os.fsync(self._stream.fileno())
        return Written(self._size, self._digest.hexdigest())


def write_tables(
    studies: Studies, folder: Path, shown: Path, registry: Registry
) -> dict[str, Written]:
    """Write every table into a folder that is there; return what was written, by table.

    Raises:
        FormatError: two studies have one id, which is what joins the tables.
    """
    every = (*tables(), *guides())
    with ExitStack() as open_files:
        files = {
            table.name: _File(open_files.enter_context((folder / table.path).open("xb")), table)
            for table in every
        }
        taken: set[str] = set()
        codes: set[str] = set()
        writer = _Writer(files, codes)
        for study in studies:
            if study.id in taken:
                raise FormatError(
                    str(shown),
                    "data-package",
                    f"the id {study.id!r} stands twice; expected each study's own, since it joins "
                    "the tables (a .jsonl file takes them)",
                )
            taken.add(study.id)
            writer.write(study)
        book, terms = (files[table.name] for table in guides())
        for row in codebook_rows():
            book.add(row)
        for row in term_rows(codes, registry):
            terms.add(row)
        return {name: file.close() for name, file in files.items()}


class _Writer:
    """Spreads studies over the tables."""

    def __init__(self, files: Mapping[str, _File], codes: set[str]) -> None:
        self._files = files
        self._codes = codes
        self._inside: dict[type, list[tuple[str, Table]]] = {}
        by_name = {table.name: table for table in tables()}
        for table in tables():
            for holder, field in table.holders.items():
                record = by_name[holder].record
                if record is not None and table.record is not None:
                    self._inside.setdefault(record, []).append((field, table))
        self._coded = {
            table.name: [column.name for column in table.columns if column.coded]
            for table in tables()
        }
        self._fields = {table.name: [field.name for field in table.fields()] for table in tables()}

    def write(self, study: Study) -> None:
        self._row(next(table for table in tables() if table.name == STUDIES), study, ())
        self._below(study, STUDIES, study.id, study.id)
        for key in sorted(study.extra):
            kind, cell = to_extra(study.extra[key])
            self._files[EXTRA].add_cells([hidden(study.id), hidden(key), kind, cell])

    def _below(self, record: object, table: str, study: str, identifier: str | None) -> None:
        """Write the records inside a record."""
        for field, inner in self._inside.get(type(record), ()):
            value = getattr(record, field)
            if value is None:
                continue
            for position, item in enumerate(value if isinstance(value, tuple) else (value,), 1):
                keys: list[object] = [study]
                if inner.mixed:
                    keys.append(table)
                if inner.holder is not None:
                    keys.append(identifier)
                if inner.many and not inner.identified:
                    keys.append(position)
                self._row(inner, item, keys)
                self._below(item, inner.name, study, getattr(item, "id", None))

    def _row(self, table: Table, record: object, keys: Sequence[object]) -> None:
        for name in self._coded[table.name]:
            value = getattr(record, name)
            if value:
                self._codes.update((value,) if isinstance(value, str) else value)
        self._files[table.name].add(
            [*keys, *(getattr(record, name) for name in self._fields[table.name])]
        )


def write_package(
    studies: Studies,
    folder: Path,
    registry: Registry,
    *,
    version: str | None = None,
    created: str | None = None,
    inside: str = "",
) -> None:
    """Write a folder so that at any moment the old package or the new one stands there, whole.

    A new folder is filled under another name and then renamed. Into one that is there the new tables
    go beside the old, under ``staged-...``; the descriptor, replaced in one step, then names those.
    The old tables are replaced next, the descriptor names the usual files again, and what was staged
    goes. Whatever stops that half-way, the descriptor names whole files, all old or all new; what
    was left staged goes with the next writing.

    Raises:
        FormatError: two studies have one id, or the folder holds other things than a package of ours.
        UnreadableFileError: it cannot be written.
    """
    there = folder.exists()
    if there:
        _refuse_others(folder)
    else:
        folder.parent.mkdir(parents=True, exist_ok=True)
    usual = f"{inside}/" if inside else ""
    token = secrets.token_hex(6)
    staging = folder / f"{_STAGED}{token}" if there else folder.with_name(f".{token}.tmp")

    def described(before: str) -> list[bytes]:
        about = descriptor(studies, written, folder=before, version=version, created=created)
        return [msgspec.json.format(msgspec.json.encode(about), indent=2), b"\n"]

    try:
        staging.mkdir()
        written = write_tables(studies, staging, folder, registry)
        if not there:
            if inside:
                (staging / inside).mkdir()
                for name in written:
                    (staging / f"{name}.csv").rename(staging / inside / f"{name}.csv")
            write_file(staging / DESCRIPTOR, described(usual))
            staging.rename(folder)
            sync_folder(folder.parent)
            return
        write_file(folder / DESCRIPTOR, described(f"{staging.name}/"))
    except BaseException:
        shutil.rmtree(staging, ignore_errors=True)
        raise
    (folder / inside).mkdir(exist_ok=True)
    for table in (*tables(), *guides()):
        write_file(folder / inside / table.path, _pieces(staging / table.path))
    write_file(folder / DESCRIPTOR, described(usual))
    for staged in _staged(folder):
        shutil.rmtree(staged, ignore_errors=True)
    for path in (*folder.iterdir(), *(folder / inside).iterdir()):
        if _IS_LEFT.fullmatch(path.name):  # by a writing that was killed
            path.unlink(missing_ok=True)


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while piece := stream.read(_PIECE):
            yield piece


def _staged(folder: Path) -> list[Path]:
    return [
        path
        for path in folder.iterdir()
        if _IS_STAGED.fullmatch(path.name) and path.is_dir() and not path.is_symlink()
    ]


def _refuse_others(folder: Path) -> None:
    """Refuse to write over what is not ours."""
    if not folder.is_dir():
        raise FormatError(str(folder), "data-package", "a file; expected a folder")
    about = folder / DESCRIPTOR
    if about.exists():
        try:
            with about.open("rb") as stream:
                found = msgspec.json.decode(read_some(stream, MOST_DESCRIBED))
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
            found = None
        if not (isinstance(found, dict) and "implsci" in found):
            raise FormatError(
                str(folder), "data-package", "holds another data package; expected one of implsci"
            )
        return
    staged = _staged(folder)
    others = sorted(path.name for path in folder.iterdir() if path not in staged)
    if others:
        raise FormatError(
            str(folder),
            "data-package",
            f"holds other files, such as {others[0]}; expected a new or an empty folder",
        )
