"""A filled form as studies."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from attrs import evolve

from implsci.codes import is_code
from implsci.compendium._combining import KINDS
from implsci.compendium._settling import build, settle
from implsci.errors import FormatError, InvalidRecord, InvalidTableError
from implsci.escaping import live
from implsci.formats._spreadsheet.cells import Grid, read_grids
from implsci.formats.compendium._form.cells import KEPT, Row, Table, extra_key, read_sheet
from implsci.formats.compendium._form.keeping import Kept
from implsci.formats.compendium._form.sheets import (
    CODEBOOK,
    CODINGS,
    LISTS,
    NODES,
    README,
    SHEETS,
    STUDIES,
    TERMS,
    Column,
    Sheet,
)
from implsci.formats.compendium._form.terms import Pick, Picks, picks_of
from implsci.identifiers import make_id
from implsci.ledger import Ledger
from implsci.model import Coding, Provenance, Study
from implsci.model._record import shape
from implsci.names import close_names, fold
from implsci.plugins import registry as default_registry

__all__ = ["read_form"]

_MAX_BYTES: Final = 128 << 20  # unpacked
_MOST_SHOWN: Final = 12
_NOBODY: Final = "(no coder named)"
_METHOD: Final = "read from an extraction form"
_SHEET_OF: Final = {sheet.field: sheet for sheet in NODES}


class _Things(NamedTuple):
    """The rows of one sheet that speak of one study or node, by its id."""

    sheet: Sheet
    rows: dict[str, list[Row]]


def read_form(path: Path, ledger: Ledger) -> Iterator[Study]:
    """Yield the studies of a filled form.

    Columns are known by their names. A cell that does not hold what its column asks for is listed
    with sheet, row and column; a row without what it must have is skipped likewise. Their words are
    kept in ``extra``, as ``form:Barriers.b1.magnitude``, with the coder behind. Rows of several coders
    for one thing become one thing with a coding a value: what all gave alike is settled, the rest is
    listed.

    Args:
        path: the workbook.
        ledger: keeps the account.

    Raises:
        FormatError: no workbook, or none with the sheet and the columns of a form.
        MissingExtraError: openpyxl is not installed.
        UnreadableFileError: the file cannot be opened.
    """
    try:
        grids = read_grids(path, None, _MAX_BYTES)
    except InvalidTableError as error:
        raise FormatError(
            str(path), "form", "; ".join(str(fault) for fault in error.faults)
        ) from error
    named = {fold(grid.sheet or ""): grid for grid in grids}
    if fold(STUDIES.title) not in named:
        raise FormatError(str(path), "form", f"expected a workbook with a sheet {STUDIES.title!r}")
    known = {fold(title) for title in (README, CODEBOOK, TERMS, LISTS)}
    known |= {fold(sheet.title) for sheet in SHEETS}
    for grid in grids:
        if grid.rows and fold(grid.sheet or "") not in known:
            ledger.leave(f"sheet {grid.sheet!r}", "no sheet of the form; not read")
    picks = Picks(_picks(named.get(fold(TERMS))))
    tables = {
        sheet.title: read_sheet(sheet, named[fold(sheet.title)], picks, ledger)
        for sheet in SHEETS
        if fold(sheet.title) in named
    }
    if not tables[STUDIES.title].fields & {"id", "title"}:
        raise FormatError(
            str(path), "form", f"expected the columns id and title on the sheet {STUDIES.title!r}"
        )
    yield from _Form(path.name, tables, ledger).studies()


def _picks(grid: Grid | None) -> list[Pick]:
    """Return the terms that a form lists; where it has lost them, those of the library."""
    if grid is not None and grid.rows:
        top = min(grid.rows)
        columns = {fold(cell.text): index for index, cell in grid.rows[top].items()}
        if "code" in columns and "label" in columns:

            def text(row: int, title: str) -> str:
                cell = grid.get(row, columns.get(title, 0))
                return live(cell.text) if cell else ""

            return [
                Pick(text(row, "code"), text(row, "label"), text(row, "kind"), text(row, "number"))
                for row in grid.rows
                if row != top and is_code(text(row, "code"))
            ]
    return picks_of(default_registry().taxonomies())


class _Form:
    def __init__(self, name: str, tables: Mapping[str, Table], ledger: Ledger) -> None:
        self._name = name
        self._ledger = ledger
        self._tables = tables
        self._studies: dict[str, list[Row]] = {}
        # For each study: the kind of node by id, and the rows of each node.
        self._nodes: dict[str, dict[str, dict[str, list[Row]]]] = {}
        self._kinds: dict[str, dict[str, str]] = {}
        self._codings: dict[str, dict[str | None, list[Coding]]] = {}
        # What people wrote as an id, where it had to be changed.
        self._spelled: dict[tuple[str, str], str] = {}
        self._kept = Kept()

    def studies(self) -> Iterator[Study]:
        self._gather_studies()
        for sheet in NODES:
            if sheet.title in self._tables:
                self._gather_nodes(sheet, self._tables[sheet.title])
        if CODINGS.title in self._tables:
            self._gather_codings(self._tables[CODINGS.title])
        for identifier, rows in self._studies.items():
            study = self._study(identifier, rows)
            if study is not None:
                yield study

    # Which rows speak of what

    def _gather_studies(self) -> None:
        taken: set[str] = set()
        for row in self._tables[STUDIES.title].rows:
            raw = row.values.pop("id", None)
            if raw is None:
                if "title" not in row.values:
                    self._ledger.skip(row.place, "neither an id nor a title")
                    continue
                authors = row.values.get("citation.authors") or (row.values["title"],)
                author = re.split(r"[,\s]", authors[0])[0] if len(authors[0]) < 60 else authors[0]
                identifier = make_id([author, row.values.get("year")], taken)
                self._ledger.leave("rows without an id", "given one of their own", row.place)
            else:
                identifier = self._spell("", raw, taken)
            taken.add(identifier)
            self._add(
                STUDIES, identifier, identifier, self._studies.setdefault(identifier, []), row
            )

    def _gather_nodes(self, sheet: Sheet, table: Table) -> None:
        lacking = {"study", "label" if "label" in shape(sheet.make) else "outcome"} - table.fields
        if lacking and table.rows:
            names = ", ".join(sorted(lacking))
            self._ledger.skip(f"sheet {sheet.title!r}", f"no column {names}; no row of it was read")
            return
        for row in table.rows:
            study = self._study_of(row)
            if study is None:
                continue
            kinds = self._kinds.setdefault(study, {})
            own = self._nodes.setdefault(study, {}).setdefault(sheet.field, {})
            raw = row.values.pop("id", None)
            if raw is None:
                identifier = self._unnamed(sheet, own, kinds, row)
            else:
                identifier = self._spell(study, raw, set(kinds))
            if kinds.setdefault(identifier, sheet.field) != sheet.field:
                other = _SHEET_OF[kinds[identifier]].title
                self._ledger.skip(
                    row.place,
                    f"the id {identifier!r} is also that of a row on the sheet {other!r}; "
                    "expected ids that stand once in a study",
                )
                self._kept.add(study, sheet, identifier, row)
                continue
            self._add(sheet, study, identifier, own.setdefault(identifier, []), row)

    def _gather_codings(self, table: Table) -> None:
        for row in table.rows:
            study = self._study_of(row)
            if study is None:
                continue
            node = row.values.pop("node", None)
            node = self._spelled.get((study, node), node) if node is not None else None
            if node is not None and node not in self._kinds.get(study, {}):
                hint = _hint(node, self._kinds.get(study, {}))
                self._ledger.skip(row.place, f"the study {study!r} has no {node!r}{hint}")
                self._kept.add(study, CODINGS, node, row)
                continue
            self._kept.add(study, CODINGS, node or study, row, row.refused)
            values = {**row.values}
            if row.words:
                values.setdefault("value", row.words[0][1])
            if isinstance(code := values.get("code"), tuple):
                values["code"] = code[0]
            if "coder" not in values:
                self._ledger.skip(row.place, "no coder")
                self._kept.add(study, CODINGS, node or study, row)
                continue
            try:
                coding, dropped = build(Coding, values)
            except InvalidRecord as invalid:
                self._ledger.skip(row.place, _faults(invalid))
                self._kept.add(study, CODINGS, node or study, row)
                continue
            for fault in dropped:
                self._ledger.skip(row.place, f"{fault}; {KEPT}")
                self._kept.add(study, CODINGS, node or study, row, [fault.path])
            self._codings.setdefault(study, {}).setdefault(node, []).append(coding)

    def _study_of(self, row: Row) -> str | None:
        raw: str = row.values.pop("study", "")
        if not raw and len(self._studies) == 1:
            return next(iter(self._studies))
        if not raw:
            self._ledger.skip(row.place, "no study; expected the id of one on the sheet 'Studies'")
            return None
        study = self._spelled.get(("", raw), raw)
        if study not in self._studies:
            hint = _hint(raw, self._studies)
            self._ledger.skip(row.place, f"there is no study {raw[:200]!r}{hint}")
            return None
        return study

    def _spell(self, study: str, raw: str, taken: set[str]) -> str:
        """Return the id that a text stands for: itself, unless no id can be written so."""
        if (study, raw) in self._spelled:
            return self._spelled[study, raw]
        if 0 < len(raw) <= 200 and raw.isprintable() and " " not in raw and "#" not in raw:
            return raw
        identifier = self._spelled[study, raw] = make_id([raw], set(taken))
        self._ledger.leave(
            "ids", "an id has no blanks and no '#', so it was changed", f"{raw!r} to {identifier!r}"
        )
        return identifier

    def _unnamed(
        self,
        sheet: Sheet,
        own: Mapping[str, Sequence[Row]],
        kinds: Mapping[str, str],
        row: Row,
    ) -> str:
        """Return the id of a row without one: that of another coder's same label, or a new one."""
        label, coder = row.values.get("label"), row.coding.get("coder")
        if label is not None and coder is not None:
            for identifier, rows in own.items():
                others = {one.coding.get("coder") for one in rows}
                if coder not in others and any(one.values.get("label") == label for one in rows):
                    return identifier
        self._ledger.leave("rows without an id", "given one of their own", row.place)
        number = len(own) + 1
        while f"{sheet.prefix}{number}" in kinds:
            number += 1
        return f"{sheet.prefix}{number}"

    def _add(self, sheet: Sheet, study: str, identifier: str, rows: list[Row], row: Row) -> None:
        coder = row.coding.get("coder")
        for other in rows:
            if other.coding.get("coder") == coder:
                who = f"by {coder!r}" if coder else "without a coder"
                self._ledger.skip(
                    row.place,
                    f"the id {identifier!r} stands twice {who}, first at {other.place}; "
                    "expected one row a coder",
                )
                self._kept.add(study, sheet, identifier, row)
                return
        self._kept.add(study, sheet, identifier, row, row.refused)
        rows.append(row)

    # What they say

    def _study(self, identifier: str, rows: list[Row]) -> Study | None:
        built: dict[str, dict[str, Any]] = {}
        for kind in KINDS:
            built[kind] = {}
            for name, own in self._nodes.get(identifier, {}).get(kind, {}).items():
                node = self._node(identifier, _SHEET_OF[kind], name, own, built)
                if node is not None:
                    built[kind][name] = node
        extra = {extra_key(title): value for row in rows for title, value in row.extra.items()}
        values: dict[str, Any] = {
            **{kind: tuple(nodes.values()) for kind, nodes in built.items()},
            "extra": extra,
            "provenance": (Provenance(source=self._name, locator=rows[0].place, method=_METHOD),),
        }
        study: Study | None = self._made(STUDIES, identifier, identifier, None, rows, values)
        if study is not None and (kept := self._kept.of(identifier)):
            return evolve(study, extra={**study.extra, **kept})
        return study

    def _node(
        self,
        study: str,
        sheet: Sheet,
        identifier: str,
        rows: Sequence[Row],
        built: Mapping[str, Mapping[str, Any]],
    ) -> Any:
        resolved = [
            row._replace(values=self._resolved(study, sheet, identifier, row, built))
            for row in rows
        ]
        return self._made(sheet, study, identifier, identifier, resolved, {})

    def _resolved(
        self,
        study: str,
        sheet: Sheet,
        identifier: str,
        row: Row,
        built: Mapping[str, Mapping[str, Any]],
    ) -> dict[str, Any]:
        """Return the values of a row with the ids in them found; what names nothing is left out."""
        values = dict(row.values)
        for column in sheet.columns:
            if column.kind not in ("id", "ids") or column.field not in values:
                continue
            text = values.pop(column.field)
            found, all_found = self._ids(study, text, built[column.to], row.place, column)
            if found:
                values[column.field] = found if column.kind == "ids" else found[0]
            if not all_found:
                self._kept.add(study, sheet, identifier, row, [column.title])
        if "role" in values and "relationship" not in values:
            del values["role"]
            self._ledger.skip(row.place, f"a role needs a relationship; {KEPT}")
            self._kept.add(study, sheet, identifier, row, ["role"])
        return values

    def _ids(
        self, study: str, text: str, known: Mapping[str, Any], place: str, column: Column
    ) -> tuple[tuple[str, ...], bool]:
        """Return the ids that a cell names, and whether all that stands there was read."""

        def spelled(name: str) -> str:
            return self._spelled.get((study, name), name)

        if spelled(text) in known:
            return (spelled(text),), True
        all_found = True
        found: dict[str, None] = {}
        parts = text.split()
        if not all(part in known for part in parts):
            parts = [part.strip() for part in re.split(r"[;,\n]", text) if part.strip()]
            parts = [
                piece
                for part in parts
                for piece in ([part] if spelled(part) in known else part.split())
            ]
        for part in parts:
            if spelled(part) in known:
                found.setdefault(spelled(part))
                continue
            all_found = False
            self._ledger.skip(
                f"{place}, column {column.title!r}",
                f"{part[:200]!r} names no row of the sheet {_SHEET_OF[column.to].title!r} for the "
                f"study {study!r}{_hint(part, known)}; it was not read",
            )
        if column.kind == "id" and len(found) > 1:
            all_found = False
            self._ledger.skip(
                f"{place}, column {column.title!r}",
                f"expected one id, got {text!r}; the first was read",
            )
        return tuple(found), all_found

    def _made(
        self,
        sheet: Sheet,
        study: str,
        identifier: str,
        node: str | None,
        rows: Sequence[Row],
        more: Mapping[str, Any],
    ) -> Any:
        """Return the record that the rows of one thing make, None where they make none."""
        place = rows[0].place
        base = next((row for row in rows if "coder" not in row.coding), None)
        coded = {row.coding["coder"]: row for row in rows if row is not base}
        machines = {coder for coder, row in coded.items() if row.coding.get("by") == "machine"}
        evidence = {
            coder: {key: row.coding[key] for key in row.coding if key not in ("coder", "by")}
            for coder, row in coded.items()
        }
        for coder, title in self._check_dates(evidence, coded):
            self._kept.add(study, sheet, identifier, coded[coder], [title])
        settled = settle(
            {coder: row.values for coder, row in coded.items()}, machines, evidence=evidence
        )
        given = base.values if base is not None else {}
        for name, readings in settled.open:
            if name not in given:
                said = "; ".join(f"{coder}: {value or '(nothing)'}" for coder, value in readings)
                where = f"study {study!r}" + (f", {node}" if node else "")
                self._ledger.leave(f"{where}, {name}", f"not settled, left to adjudication: {said}")
        # Words that are no code are an answer: beside them nobody "gave no code".
        in_words = {
            row.coding.get("coder") for row in rows if any(name == "codes" for name, _ in row.words)
        }
        codings = [
            *self._codings.get(study, {}).get(node, ()),
            *(
                one
                for one in settled.codings
                if not (_gives_nothing(one) and one.coder in in_words)
            ),
        ]
        codings += self._spoken(rows, evidence, {coding.coder for coding in settled.codings})
        values: dict[str, Any] = {**settled.values, **given, **more, "id": identifier}
        if "estimate.metric" not in values and any(name.startswith("estimate.") for name in values):
            values["estimate.metric"] = "unspecified"
        values["codings"] = tuple(codings)
        lacking = [
            name
            for name, field in shape(sheet.make).items()
            if field.required and values.get(name) is None
        ]
        if lacking:
            self._ledger.skip(place, f"no {' and no '.join(lacking)}, which it must have")
            for row in rows:
                self._kept.add(study, sheet, identifier, row)
            return None
        try:
            made, dropped = build(sheet.make, values)
        except InvalidRecord as invalid:
            self._ledger.skip(place, _faults(invalid))
            for row in rows:
                self._kept.add(study, sheet, identifier, row)
            return None
        for fault in dropped:
            title = next((c.title for c in sheet.columns if c.field == fault.path), fault.path)
            self._ledger.skip(f"{place}, column {title!r}", f"{fault.message}; {KEPT}")
            for row in rows:
                self._kept.add(study, sheet, identifier, row, [title])
        return made

    def _check_dates(
        self, evidence: Mapping[str, dict[str, Any]], rows: Mapping[str, Row]
    ) -> Iterator[tuple[str, str]]:
        """Leave out what no coding can hold, such as a date that is none; yield coder and column."""
        for coder, values in evidence.items():
            try:
                _, dropped = build(Coding, {"coder": coder, **values})
            except InvalidRecord:
                continue
            for fault in dropped:
                del values[fault.path]
                self._ledger.skip(rows[coder].place, f"coded on: {fault.message}; {KEPT}")
                yield coder, "coded on"

    def _spoken(
        self,
        rows: Sequence[Row],
        evidence: Mapping[str, Mapping[str, Any]],
        heard: set[str],
    ) -> Iterator[Coding]:
        """Yield what coders said that is no value: words for which there is no term, quotes."""
        for row in rows:
            coder = row.coding.get("coder", _NOBODY)
            by = "machine" if row.coding.get("by") == "machine" else "human"
            how: dict[str, Any] = {"by": by, **evidence.get(coder, {})}
            if coder == _NOBODY:
                how = {key: row.coding[key] for key in row.coding}
            for field, text in row.words:
                yield Coding(coder=coder, of=None if field == "codes" else field, value=text, **how)
            if coder in heard or row.words or (coder == _NOBODY and not how):
                continue
            for code in row.values.get("codes", ()) or (None,):
                yield Coding(coder=coder, code=code, **how)


def _hint(name: str, known: Collection[str]) -> str:
    """Return names that are close to an unknown one, or all where there are few."""
    close = close_names(name, known) if len(name) <= 200 else ()
    if close:
        return f"; did you mean {', '.join(close)}?"
    return f" (there is {', '.join(known)})" if 0 < len(known) <= _MOST_SHOWN else ""


def _gives_nothing(coding: Coding) -> bool:
    return coding.of is None and coding.code is None and coding.value is None


def _faults(invalid: InvalidRecord) -> str:
    return "; ".join(str(fault) for fault in invalid.faults)
