"""The diagnosis form: a workbook that asks what `implsci diagnose` asks, and its reading.

Examples:
    >>> from tempfile import TemporaryDirectory
    >>> from implsci.diagnosing import diagnosis_of
    >>> found = diagnosis_of({
    ...     "problem": "Children are screened late",
    ...     "causes": [{"label": "no time", "codes": ["cfir-2009:available-resources"]}],
    ... })
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "form.xlsx")
    ...     write_diagnosis_form(path, found)
    ...     read_diagnosis_form(path) == found
    True
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from implsci.atomic import write_file
from implsci.diagnosing import QUESTIONS, Answers, Question, answers_of, diagnosis_of, read_answer
from implsci.errors import (
    CorruptDocument,
    Fault,
    FormatError,
    InvalidQueryError,
    InvalidRecord,
    InvalidTableError,
)
from implsci.escaping import live
from implsci.formats._diagnosis_book import (
    ANSWERS,
    FIRST_ROW,
    LISTS,
    MAIN,
    MORE,
    NAMES,
    TABLES,
    diagnosis_book,
    fields_of,
)
from implsci.formats._spreadsheet.cells import MAX_BYTES, Cell, Grid, read_grids
from implsci.formats.compendium._form.rows import unescaped
from implsci.ledger import Ledger
from implsci.model.documents import Diagnosis
from implsci.plugins import Registry
from implsci.plugins import registry as default_registry

__all__ = ["TERMS_OFFERED", "read_diagnosis_form", "write_diagnosis_form"]


def __dir__() -> list[str]:
    return __all__


TERMS_OFFERED: Final = ("cfir", "equity")
"""The taxonomies that the drop-downs offer where nothing else is said; of a family, the newest."""

_FORM: Final = "a form written by  implsci diagnose --form"
_MIDNIGHT: Final = re.compile(r" 00:00:00$")
_INDEX: Final = re.compile(r"\[\d+\]")
_NUMBERED: Final = re.compile(r"\[\d+\]$")


def write_diagnosis_form(
    path: str | os.PathLike[str],
    diagnosis: Diagnosis | None = None,
    *,
    taxonomies: Iterable[str] | None = None,
    registry: Registry | None = None,
) -> None:
    """Write a form to fill in.

    Args:
        path: the workbook, ``.xlsx``.
        diagnosis: what it is filled with; blank where None. What the form does not ask travels in
            hidden cells and comes back.
        taxonomies: schemes whose terms the drop-downs offer for causes and groups of people; those
            of `TERMS_OFFERED` that are installed where None.
        registry: knows the taxonomies; the default registry where None.

    Raises:
        FormatError: an answer is longer than a cell holds.
        MissingExtraError: openpyxl is not installed.
        UnknownNameError: there is no such taxonomy.
        UnreadableFileError: the file cannot be written.
    """
    known = registry or default_registry()
    if taxonomies is None:
        there = {name for one in known.taxonomies() for name in (one.scheme, one.family)}
        taxonomies = [name for name in TERMS_OFFERED if name in there]
    offered = [known.taxonomy(name) for name in taxonomies]
    answers: Answers = {} if diagnosis is None else answers_of(diagnosis)
    try:
        data = diagnosis_book(answers, offered, known)
    except ValueError as error:
        raise FormatError(os.fspath(path), "diagnosis form", str(error)) from error
    write_file(Path(path), [data])


def read_diagnosis_form(
    path: str | os.PathLike[str],
    *,
    ledger: Ledger | None = None,
    registry: Registry | None = None,
    max_bytes: int = MAX_BYTES,
) -> Diagnosis:
    """Read a filled form.

    No formula is run: what the spreadsheet stored beside it is read. Of merged cells the first counts.

    Args:
        path: the workbook.
        ledger: told of what stands beside the form and was not read.
        registry: knows the terms; the default registry where None.
        max_bytes: the size, unpacked, above which it is refused.

    Raises:
        InvalidTableError: no such form, or cells that hold something else than they ask for; every
            fault with its sheet and cell.
        MissingExtraError: openpyxl is not installed.
        UnreadableFileError: the file cannot be opened.
    """
    target = Path(path)
    grids = {grid.sheet: grid for grid in read_grids(target, None, max_bytes)}
    if MAIN not in grids:
        raise InvalidTableError(target.name, [Fault("", f"no sheet {MAIN!r}; expected {_FORM}")])
    reading = _Reading(ledger or Ledger(target.name), registry or default_registry())
    reading.main(grids[MAIN])
    for title, question in TABLES.items():
        if title in grids:
            reading.table(grids[title], question)
        else:
            reading.ledger.leave(f"sheet {title!r}", "not there; read as empty")
    for name in grids:
        if name not in (MAIN, LISTS, *TABLES):
            reading.ledger.leave(f"sheet {name!r}", "no sheet of the form; not read")
    return reading.diagnosis(target.name)


class _Reading:
    def __init__(self, ledger: Ledger, registry: Registry) -> None:
        self.ledger = ledger
        self._registry = registry
        self._answers: Answers = {}
        self._faults: list[Fault] = []
        self._places: dict[str, str] = {}

    def main(self, grid: Grid) -> None:
        asked = dict(fields_of())
        seen: set[str] = set()
        for row, cells in grid.rows.items():
            name = cells[NAMES].text if NAMES in cells else None
            place = grid.place(grid.at(row, ANSWERS))
            given = cells.get(ANSWERS)
            if row < FIRST_ROW:
                continue
            for column in cells:
                if column > ANSWERS + 1:
                    self._leave(grid, row, column, cells[column])
            if name == MORE and given is not None:
                self._more(self._answers, "", given, place)
            elif name in asked:
                self._places.setdefault(name, place)
                if given is None:
                    continue
                if name in seen:
                    self._faults.append(Fault(place, f"a second answer to {name!r}; expected one"))
                    continue
                seen.add(name)
                self._answer(name, asked[name], given, place)
            elif given is not None:
                self._leave(grid, row, ANSWERS, given)
        if not self._places:
            where = grid.place("column A")
            self._faults.append(
                Fault(where, f"holds no names of questions (it is hidden); expected {_FORM}")
            )

    def _answer(self, name: str, question: Question, given: Cell, place: str) -> None:
        value = self._value(question, given, place)
        if value is None:
            return
        record, _, field = name.rpartition(".")
        held = self._answers.setdefault(record, {}) if record else self._answers
        if isinstance(held, dict):
            held[field] = value

    def table(self, grid: Grid, question: Question) -> None:
        parts = {part.field: part for part in question.parts}
        names = {
            column: found.text
            for column, found in grid.rows.get(NAMES, {}).items()
            if found.text in (*parts, MORE)
        }
        if question.parts[0].field not in names.values():
            self._faults.append(
                Fault(
                    grid.place("row 1"),
                    f"holds no names of columns (it is hidden); expected {_FORM}",
                )
            )
            return
        rows: list[object] = []
        for number, cells in grid.rows.items():
            if number < FIRST_ROW:
                continue
            for column in cells.keys() - names.keys():
                self._leave(grid, number, column, cells[column])
            visible = [
                column
                for column in cells
                if column in names and names[column] != MORE and not parts[names[column]].hidden
            ]
            if visible:
                rows.append(self._row(grid, number, names, parts, f"{question.field}[{len(rows)}]"))
        if rows:
            self._answers[question.field] = rows

    def _row(
        self,
        grid: Grid,
        number: int,
        names: dict[int, str],
        parts: dict[str, Question],
        path: str,
    ) -> Answers:
        row: Answers = {}
        self._places[path] = grid.place(grid.row(number))
        for column, name in names.items():
            place = grid.place(grid.at(number, column))
            given = grid.get(number, column)
            if name != MORE:
                self._places.setdefault(f"{path}.{name}", place)
            if given is None:
                continue
            if name == MORE:
                self._more(row, f"{path}.", given, place)
                continue
            value = self._value(parts[name], given, place)
            if isinstance(value, list) and isinstance(held := row.get(name), list):
                row[name] = list(dict.fromkeys([*held, *value]))
            elif value is not None:
                row[name] = value
        return row

    def _value(self, question: Question, given: Cell, place: str) -> object:
        if given.fault is not None and given.fault.startswith(("a formula", "the error")):
            self._faults.append(Fault(place, f"expected a value, got {given.fault}"))
            return None
        text = unescaped(live(given.text))
        if given.fault == "a date or time":
            text = _MIDNIGHT.sub("", text)
        try:
            return read_answer(question, text, self._registry)
        except InvalidQueryError as error:
            self._faults.append(Fault(place, error.reason))
            return None

    def _more(self, held: Answers, path: str, given: Cell, place: str) -> None:
        """Take over what the form does not ask; what it asks counts as it is seen."""
        try:
            rest: object = json.loads(unescaped(live(given.text)))
        except (ValueError, RecursionError):
            rest = None
        if not isinstance(rest, dict):
            self._faults.append(Fault(place, "hidden, and no JSON as the form wrote it; empty it"))
            return
        for name, value in rest.items():
            self._places.setdefault(f"{path}{name}", place)
            there = held.get(name)
            if isinstance(value, dict) and isinstance(there, dict):
                held[name] = {**value, **there}
                for inner in value:
                    self._places.setdefault(f"{path}{name}.{inner}", place)
            else:
                held.setdefault(name, value)

    def _leave(self, grid: Grid, row: int, column: int, given: Cell) -> None:
        self.ledger.leave(
            f"sheet {grid.sheet!r}, beside the form",
            "not read",
            f"{grid.at(row, column)}: {given.text}",
        )

    def diagnosis(self, name: str) -> Diagnosis:
        """Return the diagnosis that was read.

        Raises:
            InvalidTableError: something is wrong; every fault with its cell.
        """
        if self._faults:
            raise InvalidTableError(name, self._faults)
        try:
            return diagnosis_of(self._answers)
        except InvalidRecord as error:
            faults = [Fault(self._place(fault.path), _said(fault)) for fault in error.faults]
        except CorruptDocument as error:
            faults = [Fault("", error.reason)]
        raise InvalidTableError(name, faults)

    def _place(self, path: str) -> str:
        """Return the cell that a fault speaks of, or the one around it."""
        while path and path not in self._places:
            shorter = _NUMBERED.sub("", path)
            path = shorter if shorter != path else path.rpartition(".")[0]
        return self._places.get(path, "")


_TITLES: Final = {
    **{question.field: question.title for question in QUESTIONS},
    **{
        f"{question.field}.{part.field}": part.title
        for question in QUESTIONS
        for part in question.parts
    },
}


def _said(fault: Fault) -> str:
    field = _INDEX.sub("", fault.path)
    title = _TITLES.get(field, field.rpartition(".")[2])
    return f"{title}: {fault.message}" if title else fault.message
