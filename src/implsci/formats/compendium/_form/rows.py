"""Studies as the rows of a form."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from implsci.compendium._settling import flat
from implsci.escaping import inert
from implsci.formats.compendium._carried import leave_rest
from implsci.formats.compendium._evidence.values import country_cell
from implsci.formats.compendium._form.sheets import (
    CODINGS,
    NESTED,
    NODES,
    SHEETS,
    STUDIES,
    Column,
    Sheet,
)
from implsci.ledger import Ledger
from implsci.model import Study
from implsci.model._record import shape

__all__ = ["EXTRA", "Rows", "cell", "is_quoted", "unescaped"]

EXTRA: Final = "extra "
"""Begins the header of a column that holds a field of `Study.extra`."""

_LONGEST: Final = 32_767
_MOST_EXTRA: Final = 500
_EXACT: Final = 10**15  # beyond that a spreadsheet rounds
_NOT_HELD: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_HELD: Final = re.compile(r"_x(00[01][0-9A-F]|007F|FFF[EF]|005f)_")
_NUMBER: Final = re.compile(r"'*\s*([+-]?\d+(\.\d+)?(e[+-]?\d+)?|true|false)\s*", re.IGNORECASE)

_CARRIED: Final = {
    *(column.field.partition(".")[0] for column in STUDIES.columns),
    *(sheet.field for sheet in NODES),
    "codings",
    "extra",
}

Value = str | int | float | None


def cell(value: object) -> Value:
    """Return what a cell holds: a number as such, and a text that no spreadsheet runs."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        # openpyxl writes 16 digits; what needs more goes as text, which is read as a number too.
        exact = abs(value) < _EXACT and float(f"{value:.16g}") == value
        return value if exact else repr(value)
    return None if value is None else inert(_escaped(str(value)))


def _escaped(text: str) -> str:
    """Return a text with what XML cannot hold in the way of spreadsheets, such as ``_x0001_``.

    An underscore that would be taken for the start of such a thing is escaped in small letters:
    openpyxl strikes out the usual form.
    """
    return _NOT_HELD.sub(
        lambda found: "_x005f_" if found[0] == "_" else f"_x{ord(found[0]):04X}_", text
    )


def unescaped(text: str) -> str:
    """Return a text as it was before it was escaped for a cell."""
    return _HELD.sub(lambda found: chr(int(found[1], 16)), text)


def is_quoted(text: str) -> bool:
    """Say whether a text gets an apostrophe, or has one, since it would be read as a number."""
    return _NUMBER.fullmatch(text) is not None


class Rows:
    """Collects the rows of a form, sheet by sheet.

    Args:
        ledger: told what a form cannot carry.
        labels: label by code, for the codes that the form offers.

    Attributes:
        rows: for each sheet its rows, each with its values by header.
        columns: for each sheet its headers in order, each with its column.
    """

    def __init__(self, ledger: Ledger, labels: Mapping[str, str]) -> None:
        self._ledger = ledger
        self._labels = labels
        self.rows: dict[str, list[dict[str, Value]]] = {sheet.title: [] for sheet in SHEETS}
        self._needed: dict[tuple[str, str], int] = {}
        self._extra: dict[str, None] = {}
        self._ids: set[str] = set()

    def add(self, studies: Iterable[Study]) -> None:
        """Add studies."""
        for study in studies:
            if study.id in self._ids:
                self._ledger.leave("id", "stands twice; only the first study was written", study.id)
                continue
            self._ids.add(study.id)
            self._record(STUDIES, study, {}, study.id)
            leave_rest(study, self._ledger, _CARRIED, "an extraction form")
            self._add_extra(study)
            self._codings(study, None, study)
            for sheet in NODES:
                for node in getattr(study, sheet.field):
                    self._record(sheet, node, {"study": study.id}, f"{study.id}: {node.id}")
                    self._codings(study, node.id, node)

    def columns(self, sheet: Sheet) -> list[tuple[str, Column]]:
        """Return the headers of a sheet in order, each with its column."""
        found: list[tuple[str, Column]] = []
        for column in sheet.columns:
            times = max(column.times, self._needed.get((sheet.title, column.title), 0))
            if column.kind == "codes" and sheet is not CODINGS and (times > 1 or column.times > 1):
                found += [(f"{column.title} {index}", column) for index in range(1, times + 1)]
            elif times:
                found.append((column.title, column))
        if sheet is STUDIES:
            found += [
                (f"{EXTRA}{key}", Column(f"{EXTRA}{key}", f"extra.{key}", "text"))
                for key in self._extra
            ]
        return found

    def _record(self, sheet: Sheet, record: Any, row: dict[str, Value], place: str) -> None:
        values = flat(record, ("codings", "extra"), NESTED)
        for name in NESTED:
            empty = getattr(record, name, None) is not None and not any(
                one.startswith(f"{name}.") for one in values
            )
            if empty:
                self._ledger.leave(name, "says nothing, and comes back as none", place)
        for column in sheet.columns:
            value = None if column.coding else values.pop(column.field, None)
            if value is None or value == ():
                continue
            times = 1
            if column.kind == "codes":
                times = len(value)
                several = max(times, column.times) > 1
                for index, code in enumerate(value, 1):
                    title = f"{column.title} {index}" if several else column.title
                    row[title] = self._code(code)
                if times == 1 and not several:
                    # Another study may need a second one; its first is then numbered too.
                    row[f"{column.title} 1"] = row[column.title]
            elif column.kind == "ids":
                row[column.title] = self._text(" ".join(value), place)
            elif column.kind == "countries":
                row[column.title] = country_cell((value,) if isinstance(value, str) else value)
            elif column.kind == "texts":
                row[column.title] = self._text(
                    "; ".join(self._item(v, place) for v in value), place
                )
            else:
                row[column.title] = self._text(value, place)
            needed = self._needed.setdefault((sheet.title, column.title), 0)
            self._needed[sheet.title, column.title] = max(needed, times)
        self.rows[sheet.title].append(row)
        for name in sorted(values):
            if sheet is STUDIES and "." not in name:
                continue  # said of the study as a whole
            self._ledger.leave(
                f"{sheet.field}.{name}".strip("."), "an extraction form cannot carry it", place
            )

    def _codings(self, study: Study, node: str | None, record: Any) -> None:
        for coding in record.codings:
            row: dict[str, Value] = {"study": study.id, "node": node and cell(node)}
            for name in shape(type(coding)):
                if (value := getattr(coding, name)) is not None:
                    row[name] = self._code(value) if name == "code" else self._text(value, study.id)
            self.rows[CODINGS.title].append(row)

    def _code(self, code: str) -> Value:
        label = self._labels.get(code)
        return cell(code if label is None else f"{label} [{code}]")

    def _item(self, text: str, place: str) -> str:
        bare = " ".join(text.replace(";", ",").split())
        if bare != text or not bare:
            self._ledger.leave(
                "lists", "a semicolon, runs of blanks or a blank item do not come back", place
            )
        return bare

    def _text(self, value: object, place: str) -> Value:
        if not isinstance(value, str):
            return cell(value)
        text = value.strip()
        if not text:
            self._ledger.leave("text", "a blank text comes back as none", place)
        elif text != value:
            self._ledger.leave("text", "blanks at the ends left out", place)
        if len(_escaped(text)) >= _LONGEST:
            self._ledger.leave("text", f"cut to what a cell holds, {_LONGEST:,} characters", place)
            while len(_escaped(text)) >= _LONGEST:
                text = text[: min(len(text) * 9 // 10, _LONGEST - 2)]
        return cell(text) if text else None

    def _add_extra(self, study: Study) -> None:
        row = self.rows[STUDIES.title][-1]
        for key, value in study.extra.items():
            title = f"{EXTRA}{key}"
            plain = " ".join(_NOT_HELD.sub("", key).split())
            if plain != key or len(key) > 200 or len(self._extra) >= _MOST_EXTRA or value is None:
                self._ledger.leave(f"extra.{key}", "an extraction form cannot carry it", study.id)
                continue
            quoted = isinstance(value, str) and is_quoted(value)
            self._extra.setdefault(key)
            row[title] = self._text(f"'{value}" if quoted else value, study.id)
