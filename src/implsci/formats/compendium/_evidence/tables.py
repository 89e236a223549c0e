"""Tables with a row a study: reading one of either form, and what both forms write alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Final

from implsci.formats._rows import Table, read_table
from implsci.formats.compendium._evidence.building import built
from implsci.formats.compendium._evidence.columns import COLUMNS, FACETS, Column, find
from implsci.formats.compendium._evidence.draft import Draft
from implsci.formats.compendium._evidence.facts import KINDS, facts
from implsci.formats.compendium._evidence.grammar import join
from implsci.formats.compendium._evidence.nodes import node_cell
from implsci.formats.compendium._evidence.scalars import quoted, scalar, scalar_cell, text_cell
from implsci.formats.compendium._evidence.titles import (
    Mark,
    extra_title,
    present,
    read_extra,
    read_mark,
    read_tag,
    shown_mark,
)
from implsci.formats.compendium._evidence.values import (
    country_cell,
    is_country,
    read_cell,
    schemes_of,
)
from implsci.ledger import Ledger
from implsci.model import Study

__all__ = [
    "cell_of",
    "extra_columns",
    "leave_column",
    "leave_rest",
    "own_columns",
    "read_studies",
]

_Take = Callable[[Draft, str, str], None]


def read_studies(path: Path, ledger: Ledger, form: str) -> Iterator[Study]:
    """Yield the studies of a table with a row a study, whichever columns it has.

    Args:
        path: the file.
        ledger: keeps the account.
        form: what to call the table in the provenance, such as ``condensed``.

    Raises:
        UnreadableFileError: the file cannot be opened.
        InvalidTableError: it is no table.
        MissingExtraError: it is a workbook, and openpyxl is not installed.
    """
    table = read_table(path, ledger)
    takes = _takes(table, ledger)
    names: dict[str, str] = {}
    taken: set[str] = set()
    for place, cells in table.rows:
        draft = Draft(place, ledger)
        for title, take in takes.items():
            if (cell := cells.get(title)) is not None:
                take(draft, cell, place)
        if draft.name:
            if draft.name in names:
                ledger.skip(
                    place, f"the study {draft.name!r} stands in {names[draft.name]} already"
                )
                continue
            names[draft.name] = place
        document = draft.finish(taken)
        identifier = document["id"]
        if draft.name and identifier in taken and identifier == draft.name:
            ledger.skip(place, f"the id {identifier!r} stands in the table already")
            continue
        taken.add(identifier)
        came = {
            "source": path.name,
            "locator": place,
            "method": f"imported from a {form} evidence table",
        }
        if (study := built(document, ledger, draft.place_of, came)) is not None:
            yield study


def _takes(table: Table, ledger: Ledger) -> dict[str, _Take]:
    """Return what to do with the cells of each column."""
    takes: dict[str, _Take] = {}
    taken: set[str] = set()
    marked: set[str] = set()
    only_marks = _only_marks(table)

    def keep(title: str, name: str) -> None:
        takes[title] = _keep_as(name)
        if title in only_marks:
            leave_column(title, ledger)

    def mark(title: str, found: Mark) -> None:
        facet = find(found.kind) if found.kind in FACETS and not found.code else None
        values, unknown = _facet(facet, found.value) if facet else ([found.value], [])
        if unknown:
            keep(title, shown_mark(found))
        else:
            takes[title] = _mark(found, values, ledger)
            marked.add(title)

    # A title that is just so goes before one that goes by another name.
    for title in sorted(table.columns, key=lambda title: not _exact(title)):
        column = find(title)
        if (found := read_mark(title)) is not None:  # also where its value is nothing but signs
            mark(title, found)
        elif column is not None and (column.title not in taken or column.holds in _MANY):
            taken.add(column.title)
            takes[title] = _take_as(column.title)
            if column.holds == "texts" and not _exact(title):
                takes[title] = _take_names(column.title, title, ledger)
        elif column is not None:
            ledger.say(f"the column {title!r} is read as an extra: {column.title} is there already")
            keep(title, title)
        elif (name := read_extra(title)) is not None:
            takes[title] = _keep_as(name)
        elif schemes_of(title) is not None:
            takes[title] = _take_as(title)
        elif only_marks.get(title) and (found := read_tag(title)) is not None:
            ledger.say(f"the column {title!r} is read as {found.kind}={found.value}")
            mark(title, found)
        else:
            keep(title, title)
    _say_words(table, marked, ledger)
    return {title: takes[title] for title in table.columns}


_MANY: Final = ("nodes", "codes", "countries", "texts")


def _exact(title: str) -> bool:
    column = find(title)
    return column is not None and column.title == title.casefold()


def leave_column(title: str, ledger: Ledger) -> None:
    """Tell the ledger of a column, or a field of a long table, that a study has no place for."""
    ledger.leave("columns", "no field, or no one term, bears that name; kept as extra", title)


def _only_marks(table: Table) -> dict[str, bool]:
    """Return, for each column that is not empty, whether it holds 0, 1 and the like and nothing else."""
    found: dict[str, bool] = {}
    for _, cells in table.rows:
        for title, cell in cells.items():
            found[title] = found.get(title, True) and present(cell) is not None
    return found


def _say_words(table: Table, marked: AbstractSet[str], ledger: Ledger) -> None:
    """Say which words stood for 1 and 0."""
    words: dict[bool, set[str]] = {True: set(), False: set()}
    for _, cells in table.rows:
        for title in marked & cells.keys():
            if (said := present(cells[title])) is not None and cells[title].isalpha():
                words[said].add(cells[title].casefold())
    counted = [
        f"{', '.join(sorted(found))} as {int(said)}" for said, found in words.items() if found
    ]
    if counted:
        ledger.say(f"in 0/1 columns read {' and '.join(counted)}")


def _take_as(title: str) -> _Take:
    return lambda draft, cell, place: draft.put(title, cell, place)


def _take_names(field: str, title: str, ledger: Ledger) -> _Take:
    """Take names under a title such as Funder, where 0 and 1 say whether there is one."""

    def take(draft: Draft, cell: str, place: str) -> None:
        if present(cell) is None:
            draft.put(field, cell, place)
        else:
            leave_column(title, ledger)
            draft.keep(title, scalar(cell))

    return take


def _keep_as(name: str) -> _Take:
    return lambda draft, cell, _: draft.keep(name, scalar(cell))


def _mark(mark: Mark, values: list[str], ledger: Ledger) -> _Take:
    name = shown_mark(mark)

    def take(draft: Draft, cell: str, place: str) -> None:
        said = present(cell)
        if said is None:
            ledger.leave(name, "neither 1 nor 0; kept as extra", f"{cell} ({place})")
            draft.keep(name, scalar(cell))
        elif not said:
            draft.keep(name, 0)
        elif mark.kind in FACETS:
            draft.add_to(FACETS[mark.kind], values)
        else:
            draft.add_mark(mark, place)

    return take


def _facet(column: Column, value: str) -> tuple[list[str], list[str]]:
    """Return what a value of a facet means, and what of it is not understood."""
    if column.holds == "countries" and is_country(value):
        return [value], []
    found, unknown = read_cell(column, value)
    return [*found] if isinstance(found, list) else [], unknown


def own_columns(studies: Iterable[Study], without: Iterable[str] = ()) -> list[Column]:
    """Return the columns in which any study says something, in their order."""
    used = {"id", "title"}
    for study in studies:
        used |= {
            column.title
            for column in COLUMNS
            if column.title not in used and cell_of(study, column)
        }
    return [column for column in COLUMNS if column.title in used and column.holds not in without]


def cell_of(study: Study, column: Column) -> str:
    """Return what a study says in a column; empty where nothing."""
    value: object = study
    for name in column.path.split("."):
        value = getattr(value, name, None)
    if value is None or value == () or column.title == "facilitators":
        return ""
    match column.holds:
        case "nodes":
            return node_cell(KINDS[column.path], value)  # type: ignore[arg-type]
        case "texts":
            return join(value)  # type: ignore[arg-type]
        case "codes":
            return "; ".join(value)  # type: ignore[arg-type]
        case "countries":
            return country_cell(value)  # type: ignore[arg-type]
    cell = text_cell(str(value))
    if column.holds == "doi" and read_cell(column, cell)[0] != value:
        return quoted(str(value))
    return cell


def extra_columns(studies: Iterable[Study]) -> dict[str, str]:
    """Return the title of the column for each name in the extras of the studies."""
    cells: dict[str, set[str]] = {}
    for study in studies:
        for name, value in study.extra.items():
            cell = scalar_cell(value)
            cells.setdefault(name, set()).add(cell if present(cell) is not None else "")
    return {name: extra_title(name, found) for name, found in cells.items()}


def leave_rest(
    study: Study, ledger: Ledger, carried: Callable[[str, str], bool], form: str
) -> None:
    """Tell the ledger of each field that a table does not hold, once for each node that has it.

    Args:
        study: what is being written.
        ledger: keeps the account.
        carried: says whether a field, such as ``citation.doi``, of a kind of node is held.
        form: what to call the table.
    """
    left: dict[tuple[str, str, str], None] = {}
    for kind, identifier, field, _ in facts(study):
        if not carried(kind, field):
            # Of a record inside the study its parts are listed apart, since some are carried.
            deep = 2 if field.startswith(("citation.", "innovation.")) else 1
            left[kind, identifier, ".".join(field.split(".")[:deep])] = None
    for kind, identifier, name in left:
        where = name if kind == "study" else f"{kind}: {name}"
        example = study.id if kind == "study" else f"{identifier} of {study.id}"
        ledger.leave(where, f"a {form} table cannot carry it", example)
