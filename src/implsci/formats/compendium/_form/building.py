"""Gathered rows as records: several coders' rows for one thing settled, ids in cells resolved."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from attrs import evolve

from implsci.compendium._combining import KINDS
from implsci.compendium._settling import build, settle
from implsci.errors import InvalidRecord
from implsci.formats.compendium._form.cells import KEPT, Row, extra_key
from implsci.formats.compendium._form.gathering import SHEET_OF, Gathered, close_to, faults_of
from implsci.formats.compendium._form.sheets import STUDIES, Column, Sheet
from implsci.ledger import Ledger
from implsci.model import Coding, Provenance, Study
from implsci.model._record import shape

__all__ = ["built_studies"]

_NOBODY: Final = "(no coder named)"
_METHOD: Final = "read from an extraction form"


def built_studies(name: str, rows: Gathered, ledger: Ledger) -> Iterator[Study]:
    """Yield the studies that gathered rows make.

    Args:
        name: the name of the file.
        rows: the rows.
        ledger: keeps the account.
    """
    building = _Building(name, rows, ledger)
    for identifier, own in rows.studies.items():
        study = building.study(identifier, own)
        if study is not None:
            yield study


class _Building:
    def __init__(self, name: str, rows: Gathered, ledger: Ledger) -> None:
        self._name = name
        self._rows = rows
        self._ledger = ledger

    def study(self, identifier: str, rows: list[Row]) -> Study | None:
        built: dict[str, dict[str, Any]] = {}
        for kind in KINDS:
            built[kind] = {}
            for name, own in self._rows.nodes.get(identifier, {}).get(kind, {}).items():
                node = self._node(identifier, SHEET_OF[kind], name, own, built)
                if node is not None:
                    built[kind][name] = node
        extra = {extra_key(title): value for row in rows for title, value in row.extra.items()}
        values: dict[str, Any] = {
            **{kind: tuple(nodes.values()) for kind, nodes in built.items()},
            "extra": extra,
            "provenance": (Provenance(source=self._name, locator=rows[0].place, method=_METHOD),),
        }
        study: Study | None = self._made(STUDIES, identifier, identifier, None, rows, values)
        if study is not None and (kept := self._rows.kept.of(identifier)):
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
                self._rows.kept.add(study, sheet, identifier, row, [column.title])
        if "role" in values and "relationship" not in values:
            del values["role"]
            self._ledger.skip(row.place, f"a role needs a relationship; {KEPT}")
            self._rows.kept.add(study, sheet, identifier, row, ["role"])
        return values

    def _ids(
        self, study: str, text: str, known: Mapping[str, Any], place: str, column: Column
    ) -> tuple[tuple[str, ...], bool]:
        """Return the ids that a cell names, and whether all that stands there was read."""

        def spelled(name: str) -> str:
            return self._rows.spelled(study, name)

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
                f"{part[:200]!r} names no row of the sheet {SHEET_OF[column.to].title!r} for the "
                f"study {study!r}{close_to(part, known)}; it was not read",
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
            self._rows.kept.add(study, sheet, identifier, coded[coder], [title])
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
            *self._rows.codings.get(study, {}).get(node, ()),
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
                self._rows.kept.add(study, sheet, identifier, row)
            return None
        try:
            made, dropped = build(sheet.make, values)
        except InvalidRecord as invalid:
            self._ledger.skip(place, faults_of(invalid))
            for row in rows:
                self._rows.kept.add(study, sheet, identifier, row)
            return None
        for fault in dropped:
            title = next((c.title for c in sheet.columns if c.field == fault.path), fault.path)
            self._ledger.skip(f"{place}, column {title!r}", f"{fault.message}; {KEPT}")
            for row in rows:
                self._rows.kept.add(study, sheet, identifier, row, [title])
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


def _gives_nothing(coding: Coding) -> bool:
    return coding.of is None and coding.code is None and coding.value is None
