"""The rows of a filled form, gathered by the study and the node that they speak of."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Final

from implsci.compendium._settling import build
from implsci.errors import InvalidRecord
from implsci.formats.compendium._form.cells import KEPT, Row, Table
from implsci.formats.compendium._form.keeping import Kept
from implsci.formats.compendium._form.sheets import CODINGS, NODES, STUDIES, Sheet
from implsci.identifiers import make_id
from implsci.ledger import Ledger
from implsci.model import Coding
from implsci.model._record import shape
from implsci.names import close_names

__all__ = ["SHEET_OF", "Gathered", "close_to", "faults_of"]

_MOST_SHOWN: Final = 12
SHEET_OF: Final = {sheet.field: sheet for sheet in NODES}
"""The sheet of each kind of node."""


class Gathered:
    """Which rows speak of what; those that speak of nothing known are skipped, their words kept.

    Attributes:
        studies: the rows of each study, by its id.
        nodes: for each study, by the kind of node, the rows of each node by its id.
        codings: for each study, the codings that stand by themselves, by node; None for the study.
        kept: the words of cells that were not read.
    """

    def __init__(self, tables: Mapping[str, Table], ledger: Ledger) -> None:
        self.studies: dict[str, list[Row]] = {}
        self.nodes: dict[str, dict[str, dict[str, list[Row]]]] = {}
        self.codings: dict[str, dict[str | None, list[Coding]]] = {}
        self.kept = Kept()
        self._ledger = ledger
        self._tables = tables
        self._kinds: dict[str, dict[str, str]] = {}
        # What people wrote as an id, where it had to be changed.
        self._spelled: dict[tuple[str, str], str] = {}
        self._gather_studies()
        for sheet in NODES:
            if sheet.title in self._tables:
                self._gather_nodes(sheet, self._tables[sheet.title])
        if CODINGS.title in self._tables:
            self._gather_codings(self._tables[CODINGS.title])

    def spelled(self, study: str, name: str) -> str:
        """Return the id that was made of what people wrote as one, else what they wrote."""
        return self._spelled.get((study, name), name)

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
            self._add(STUDIES, identifier, identifier, self.studies.setdefault(identifier, []), row)

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
            own = self.nodes.setdefault(study, {}).setdefault(sheet.field, {})
            raw = row.values.pop("id", None)
            if raw is None:
                identifier = self._unnamed(sheet, own, kinds, row)
            else:
                identifier = self._spell(study, raw, set(kinds))
            if kinds.setdefault(identifier, sheet.field) != sheet.field:
                other = SHEET_OF[kinds[identifier]].title
                self._ledger.skip(
                    row.place,
                    f"the id {identifier!r} is also that of a row on the sheet {other!r}; "
                    "expected ids that stand once in a study",
                )
                self.kept.add(study, sheet, identifier, row)
                continue
            self._add(sheet, study, identifier, own.setdefault(identifier, []), row)

    def _gather_codings(self, table: Table) -> None:
        for row in table.rows:
            study = self._study_of(row)
            if study is None:
                continue
            node = row.values.pop("node", None)
            node = self.spelled(study, node) if node is not None else None
            if node is not None and node not in self._kinds.get(study, {}):
                hint = close_to(node, self._kinds.get(study, {}))
                self._ledger.skip(row.place, f"the study {study!r} has no {node!r}{hint}")
                self.kept.add(study, CODINGS, node, row)
                continue
            self.kept.add(study, CODINGS, node or study, row, row.refused)
            values = {**row.values}
            if row.words:
                values.setdefault("value", row.words[0][1])
            if isinstance(code := values.get("code"), tuple):
                values["code"] = code[0]
            if "coder" not in values:
                self._ledger.skip(row.place, "no coder")
                self.kept.add(study, CODINGS, node or study, row)
                continue
            try:
                coding, dropped = build(Coding, values)
            except InvalidRecord as invalid:
                self._ledger.skip(row.place, faults_of(invalid))
                self.kept.add(study, CODINGS, node or study, row)
                continue
            for fault in dropped:
                self._ledger.skip(row.place, f"{fault}; {KEPT}")
                self.kept.add(study, CODINGS, node or study, row, [fault.path])
            self.codings.setdefault(study, {}).setdefault(node, []).append(coding)

    def _study_of(self, row: Row) -> str | None:
        raw: str = row.values.pop("study", "")
        if not raw and len(self.studies) == 1:
            return next(iter(self.studies))
        if not raw:
            self._ledger.skip(row.place, "no study; expected the id of one on the sheet 'Studies'")
            return None
        study = self.spelled("", raw)
        if study not in self.studies:
            hint = close_to(raw, self.studies)
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
                self.kept.add(study, sheet, identifier, row)
                return
        self.kept.add(study, sheet, identifier, row, row.refused)
        rows.append(row)


def close_to(name: str, known: Collection[str]) -> str:
    """Return names that are close to an unknown one, or all where there are few."""
    close = close_names(name, known) if len(name) <= 200 else ()
    if close:
        return f"; did you mean {', '.join(close)}?"
    return f" (there is {', '.join(known)})" if 0 < len(known) <= _MOST_SHOWN else ""


def faults_of(invalid: InvalidRecord) -> str:
    """Return all that is wrong with a record, in one line."""
    return "; ".join(str(fault) for fault in invalid.faults)
