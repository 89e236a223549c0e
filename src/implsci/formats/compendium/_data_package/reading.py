"""Tables into studies: every row finds the record it belongs to, whatever its place in the file."""

from __future__ import annotations

import csv
import hashlib
import io
import sqlite3
import stat
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path, PurePosixPath
from typing import Any, Final, NamedTuple, NoReturn, TextIO

import msgspec

from implsci.codec import MAX_BYTES, SCHEMA_VERSION, decode
from implsci.errors import CorruptDocument, FormatError, InvalidRecord
from implsci.formats._files import read_bytes
from implsci.formats._text import MAX_BYTES as MOST_EDITED
from implsci.formats._text import decoded
from implsci.formats.compendium._data_package.cells import from_extra, shown, to_value
from implsci.formats.compendium._data_package.describing import DESCRIPTOR, guides
from implsci.formats.compendium._data_package.tables import EXTRA, STUDIES, Table, tables
from implsci.formats.compendium._data_package.writing import MOST_DESCRIBED
from implsci.ledger import Ledger
from implsci.model import Study

__all__ = ["read_package"]

_OURS: Final = (
    "$schema", "name", "title", "description", "version", "created", "licenses", "citation",
    "implsci", "resources", "profile",
)  # fmt: skip
_LONGEST_CELL: Final = MAX_BYTES
_PIECE: Final = 1 << 20


class _Row(NamedTuple):
    place: str
    cells: dict[str, str]


def read_package(path: Path, ledger: Ledger) -> Iterator[Study]:
    """Yield the studies of a package, in the order of ``studies.csv``.

    Raises:
        FormatError: no descriptor, none of ours, a table is missing, or a path leads out of it.
        UnreadableFileError: a file cannot be opened.
    """
    folder = path.parent if path.name.lower() == DESCRIPTOR and not path.is_dir() else path
    reader = _Package(folder, ledger)
    with closing(sqlite3.connect("")) as store:  # a file of its own, gone when closed
        store.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
            "CREATE TABLE row (study TEXT, file TEXT, line INT, cells BLOB);"
        )
        for table in tables():
            store.executemany(
                "INSERT INTO row VALUES (?, ?, ?, ?)",
                (
                    (shown(cells["id" if table.name == STUDIES else "study"]), table.name, line,
                     msgspec.json.encode(cells))
                    for line, cells in reader.rows(table)
                ),
            )  # fmt: skip
        store.execute("CREATE INDEX by_study ON row (study)")
        yield from _studies(store, ledger)


def _studies(store: sqlite3.Connection, ledger: Ledger) -> Iterator[Study]:
    met: set[str] = set()
    own = "SELECT study, line FROM row WHERE file = ? ORDER BY rowid"
    for identifier, line in store.execute(own, (STUDIES,)):
        place = f"{STUDIES}.csv line {line}"
        if identifier in met:
            ledger.skip(place, f"study {identifier!r} stands twice; the first was read")
            continue
        met.add(identifier)
        found = "FROM row WHERE study = ?"
        (size,) = store.execute(f"SELECT sum(length(cells)) {found}", (identifier,)).fetchone()
        if size > 4 * MAX_BYTES:  # names of columns and quotes make cells longer than a record
            ledger.skip(place, f"study {identifier!r}: {size:,} bytes of rows; expected fewer")
            continue
        rows: dict[str, list[_Row]] = {}
        for name, number, cells in store.execute(
            f"SELECT file, line, cells {found} ORDER BY rowid", (identifier,)
        ):
            row = _Row(f"{name}.csv line {number}", msgspec.json.decode(cells))
            rows.setdefault(name, []).append(row)
        study = _study(rows, place, identifier, ledger)
        if study is not None:
            yield study
    for name, line, identifier in store.execute(
        "SELECT file, line, study FROM row WHERE study NOT IN "
        "(SELECT study FROM row WHERE file = ?) ORDER BY rowid",
        (STUDIES,),
    ):
        ledger.skip(f"{name}.csv line {line}", f"{identifier!r} names no row of {STUDIES}.csv")


def _study(
    rows: Mapping[str, list[_Row]], place: str, identifier: str, ledger: Ledger
) -> Study | None:
    """Put a study together, or skip it with everything that keeps it from being read."""
    built = _Built()
    for table in tables():
        own = rows.get(table.name, ())
        for row in own if table.name != STUDIES else own[:1]:
            problem = built.add(table, row)
            if problem is not None:
                ledger.skip(row.place, f"study {identifier!r}: {problem}")
    try:
        return decode(msgspec.json.encode(built.document))
    except CorruptDocument as error:
        ledger.skip(place, f"study {identifier!r}: {error.reason}")
    except InvalidRecord as error:
        faults = "; ".join(f"{built.place(fault.path)}{fault}" for fault in error.faults)
        ledger.skip(place, f"study {identifier!r}: {faults}")
    return None


class _Built:
    """A study's document as it grows, and which row each part of it came from."""

    def __init__(self) -> None:
        self.document: dict[str, Any] = {}
        self._at: dict[tuple[str, str | None], tuple[dict[str, Any], str]] = {}
        self._places: dict[str, str] = {}

    def add(self, table: Table, row: _Row) -> str | None:
        """Put a row where it belongs; return what is wrong where it belongs nowhere."""
        if table.name == STUDIES:
            self.document.update(_values(table, row))
            self._at[STUDIES, None] = self.document, ""
            self._places[""] = row.place
            return None
        owner = row.cells["table"] if table.mixed else next(iter(table.holders))
        inner = owner != STUDIES and table.holder is not None
        who = shown(row.cells[table.holder]) if inner and table.holder else None
        holder = self._at.get((owner, who))
        if owner not in table.holders or holder is None:
            named = owner if who is None else f"{who!r} of {owner}"
            return f"belongs to {named}, and there is no such row"
        document, path = holder
        field = table.holders[owner]
        if table.name == EXTRA:
            key = shown(row.cells["key"])
            taken = document.setdefault(field, {})
            if key in taken:
                return f"the key {key!r} stands twice; the first was read"
            try:
                taken[key] = from_extra(row.cells.get("type", ""), row.cells.get("value", ""))
            except ValueError as error:
                return f"the key {key!r}: {error}"
            self._places[f"{field}.{key}"] = row.place
            return None
        item = _values(table, row)
        here = f"{path}.{field}" if path else field
        if table.many:
            items = document.setdefault(field, [])
            here = f"{here}[{len(items)}]"
            items.append(item)
        elif field in document:
            return f"a second {field}; the first was read"
        else:
            document[field] = item
        self._places[here] = row.place
        name = shown(row.cells["id"]) if table.identified else None
        self._at.setdefault((table.name, name), (item, here))
        return None

    def place(self, path: str) -> str:
        """Return the row that a path inside the study came from."""
        while path and path not in self._places:
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        return f"{self._places[path]}: " if path else ""


def _values(table: Table, row: _Row) -> dict[str, Any]:
    own = {field.name for field in table.fields()}
    return {
        column.name: to_value(cell, column.type)
        for column in table.columns
        if column.name in own and (cell := row.cells.get(column.name, ""))
    }


class _Package:
    """The descriptor of a package, and the files it names."""

    def __init__(self, folder: Path, ledger: Ledger) -> None:
        self._folder = folder
        self._ledger = ledger
        about = self._described()
        own = about.get("implsci")
        version = own.get("schema") if isinstance(own, dict) else None
        if isinstance(version, int) and version > SCHEMA_VERSION:
            self._fail(
                f"written for schema version {version}, and this release reads up to "
                f"{SCHEMA_VERSION}: pip install --upgrade implsci"
            )
        resources = about.get("resources")
        self._resources: dict[str, dict[str, Any]] = {}
        for resource in resources if isinstance(resources, list) else ():
            if isinstance(resource, dict) and isinstance(name := resource.get("name"), str):
                self._resources[name] = resource
        if STUDIES not in self._resources:
            self._fail(
                f"no resource {STUDIES!r}; expected a data package of implsci, with the tables "
                f"{', '.join(table.name for table in tables())}"
            )
        for table in tables():
            if table.name not in self._resources:
                self._fail(f"no resource {table.name!r}; expected one, if only with its header")
        self._tell(about, own if isinstance(own, dict) else {})

    def _described(self) -> dict[str, Any]:
        path = self._folder / DESCRIPTOR
        if not path.is_file():
            self._fail(f"no {DESCRIPTOR} in it; expected a data package")
        data = read_bytes(path, MOST_DESCRIBED)
        try:
            about = msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"))
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
            self._fail(f"{DESCRIPTOR} is no JSON: {error}")
        if not isinstance(about, dict):
            self._fail(f"{DESCRIPTOR} holds no object")
        return about

    def _tell(self, about: Mapping[str, Any], own: Mapping[str, Any]) -> None:
        """Tell the ledger what the package calls itself, and what of the descriptor is not kept."""

        def text(value: object) -> str | None:
            return value if isinstance(value, str) else None

        ledger = self._ledger
        ledger.name = text(own.get("name")) or text(about.get("name"))
        ledger.title = text(about.get("title"))
        ledger.citation = text(about.get("citation"))
        licenses = about.get("licenses")
        first, *more = licenses if isinstance(licenses, list) and licenses else [None]
        if isinstance(first, dict):
            name, title = text(first.get("name")), text(first.get("title"))
            ledger.license = title if name in (None, "other") and title else name
        for extra in more:
            ledger.leave(DESCRIPTOR, "only one licence is kept", str(extra))
        for key in about:
            if key not in _OURS:
                ledger.leave(DESCRIPTOR, "not read", key)
        known = {table.name for table in (*tables(), *guides())}
        for name in self._resources:
            if name not in known:
                ledger.leave("resources", "not read", name)
        for table in guides():
            if table.name in self._resources and not self._unchanged(table):
                ledger.leave(table.path, "changed by hand, and not read: it explains the others")

    def _unchanged(self, table: Table) -> bool:
        try:
            return self._as_written(self._file(table), self._resources[table.name])
        except FormatError:
            return True

    def _fail(self, reason: str) -> NoReturn:
        raise FormatError(str(self._folder), "data-package", reason)

    def _file(self, table: Table) -> Path:
        """Return the file of a table, which must lie inside the folder."""
        path = self._resources[table.name].get("path")
        if isinstance(path, list) and len(path) == 1:
            path = path[0]
        if not isinstance(path, str) or not path:
            self._fail(f"resource {table.name!r}: expected the path of one file")
        parts = PurePosixPath(path).parts
        if (
            path.startswith(("/", "~"))
            or ".." in parts
            or "\\" in path
            or ":" in path
            or "\0" in path
        ):
            self._fail(
                f"resource {table.name!r}: the path {path!r} leads out of the package; "
                "expected a file inside it"
            )
        file = self._folder / path
        if not file.exists():
            self._fail(f"resource {table.name!r}: there is no file {path}")
        if not file.resolve().is_relative_to(self._folder.resolve()):
            self._fail(f"resource {table.name!r}: {path} is a link that leads out of the package")
        if not stat.S_ISREG(file.stat().st_mode):
            self._fail(f"resource {table.name!r}: {path} is no regular file")
        return file

    @staticmethod
    def _as_written(file: Path, resource: Mapping[str, Any]) -> bool:
        """Say whether a file has the digest that the descriptor gives for it."""
        said = resource.get("hash")
        kind, _, digest = said.rpartition(":") if isinstance(said, str) else ("", "", "")
        if kind != "sha256":
            return False
        found = hashlib.sha256()
        with file.open("rb") as stream:
            while piece := stream.read(_PIECE):
                found.update(piece)
        return found.hexdigest() == digest.lower()

    def _text(self, table: Table) -> TextIO:
        file = self._file(table)
        if self._as_written(file, self._resources[table.name]):
            return file.open(encoding="utf-8-sig", newline="")
        self._ledger.say(f"{table.path} is not as the package was written: its hash is another")
        data = read_bytes(file, MOST_EDITED)
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:  # a spreadsheet may have saved it otherwise
            text = decoded(data, table.path, self._ledger)
        return io.StringIO(text, newline="")

    def rows(self, table: Table) -> Iterator[tuple[int, dict[str, str]]]:
        """Yield the line and the filled cells of every row of a table."""
        csv.field_size_limit(_LONGEST_CELL)
        dialect = self._resources[table.name].get("dialect")
        delimiter = dialect.get("delimiter") if isinstance(dialect, dict) else None
        plain = isinstance(delimiter, str) and len(delimiter) == 1 and delimiter not in '"\r\n\0 '
        with self._text(table) as stream:
            reader = csv.reader(stream, delimiter=delimiter if plain else ",", strict=True)  # type: ignore[arg-type]
            line = 1
            try:
                titles = self._titles(table, next(reader, []))
                line = reader.line_num + 1
                for cells in reader:
                    start, line = line, reader.line_num + 1
                    if not any(cells):
                        continue
                    filled = dict(zip(titles, cells, strict=False))
                    lacking = [key for key in table.keys if not filled.get(key)]
                    if len(cells) != len(titles):
                        self._ledger.skip(
                            f"{table.path} line {start}",
                            f"{len(cells)} cells; the header has {len(titles)}",
                        )
                    elif lacking:
                        self._ledger.skip(
                            f"{table.path} line {start}", f"{lacking[0]} is empty; expected a value"
                        )
                    else:
                        yield start, {name: cell for name, cell in filled.items() if cell}
            except csv.Error as error:
                self._fail(f"{table.path} line {line}: not CSV: {error}")
            except UnicodeDecodeError:
                self._fail(f"{table.path}: not UTF-8")

    def _titles(self, table: Table, titles: list[str]) -> list[str]:
        known = [column.name for column in table.columns]
        needed = {*table.keys, *(column.name for column in table.columns if column.required)}
        for name in known:
            if name in titles:
                continue
            if name in needed:
                self._fail(f"{table.path} line 1: no column {name!r}; expected {', '.join(known)}")
            self._ledger.leave(table.path, "a column is missing; read as unknown", name)
        for name in titles:
            if titles.count(name) > 1:
                self._fail(f"{table.path} line 1: the column {name!r} stands twice")
            if name not in known:
                self._ledger.leave(table.path, "a column of its own, not read", name)
        return titles
