"""Evidence tables in long form: a row per fact, nothing lost.

The columns are ``study, kind, id, field, value``. A plainer table that somebody made by hand,
``study, field, value``, is read too: its fields are the columns that a condensed table has, and any
other is kept as an extra.

Examples:
    >>> from tempfile import TemporaryDirectory
    >>> import implsci
    >>> kenya = implsci.load("implsci-examples").where(country="KE")
    >>> with TemporaryDirectory() as folder:
    ...     write(kenya, Path(folder, "kenya.long.csv"), Ledger())
    ...     tuple(read(Path(folder, "kenya.long.csv"), Ledger())) == kenya.studies
    True
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from implsci.errors import FormatError
from implsci.formats._rows import LONGEST_CELL, Table, read_table, write_table
from implsci.formats.compendium._evidence.building import built
from implsci.formats.compendium._evidence.columns import find, key
from implsci.formats.compendium._evidence.draft import Draft
from implsci.formats.compendium._evidence.facts import KINDS, Fact, Gathered, facts
from implsci.formats.compendium._evidence.scalars import scalar, text, text_cell
from implsci.formats.compendium._evidence.sniffing import looks_long
from implsci.formats.compendium._evidence.tables import leave_column
from implsci.formats.compendium._evidence.values import schemes_of
from implsci.hooks import Format, Studies, hookimpl
from implsci.ledger import Ledger
from implsci.model import Study

__all__ = ["implsci_formats", "read", "write"]


def __dir__() -> list[str]:
    return __all__


_COLUMNS: Final = ("study", "kind", "id", "field", "value")
_KINDS: Final = {key(kind): kind for kind in ("study", *KINDS.values())}
_NAMES: Final = ("study", "study id")
_FIELDS: Final = ("field", "variable", "attribute", "kind")


def read(path: Path, ledger: Ledger) -> Iterator[Study]:
    r"""Yield the studies of a long table, CSV or workbook; one that fails is skipped with its row.

    Raises:
        FormatError: the columns of a long table are not there.
        UnreadableFileError: the file cannot be opened.
        InvalidTableError: it is no table.
        MissingExtraError: it is a workbook, and openpyxl is not installed.

    Examples:
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     table = Path(folder, "made.long.csv")
        ...     _ = table.write_text("study,field,value\nSmith 2015,strategy_eric,Facilitation")
        ...     (study,) = read(table, Ledger())
        >>> study.id, study.strategies[0].codes
        ('smith-2015', ('eric:facilitation',))
    """
    table = read_table(path, ledger)
    columns: dict[str, str] = {}
    for title in table.columns:
        columns.setdefault(key(title), title)
    study = next((columns[name] for name in _NAMES if name in columns), None)
    field = next((columns[name] for name in _FIELDS if name in columns), None)
    if study is None or field is None or "value" not in columns:
        raise FormatError(
            str(path),
            "long",
            f"expected the columns study, field and value, got {', '.join(table.columns[:6])}",
        )
    if {"kind", "id", "field"} <= columns.keys():
        return _facts(
            table, {name: columns[name] for name in _COLUMNS[1:]} | {"study": study}, ledger
        )
    return _by_hand(table, study, field, columns["value"], path, ledger)


def write(studies: Studies, path: Path, ledger: Ledger) -> None:
    """Write a long table, as CSV or, where the name ends in ``.xlsx``, as a workbook.

    Raises:
        FormatError: an id stands twice, or a value is longer than a cell of a workbook.
        UnreadableFileError: the file cannot be written.
        InvalidTableError: a workbook cannot hold it.
        MissingExtraError: it is a workbook, and openpyxl is not installed.

    Examples:
        >>> from tempfile import TemporaryDirectory
        >>> from implsci.compendium import Compendium
        >>> some = Compendium(studies=(Study(id="a", title="Aims", countries=("KE", "UG")),))
        >>> with TemporaryDirectory() as folder:
        ...     table = Path(folder, "made.long.csv")
        ...     write(some, table, Ledger())
        ...     table.read_text().splitlines()[1:3]
        ['a,study,,title,Aims', 'a,study,,countries,KE']
    """
    book = path.suffix.lower() == ".xlsx"

    def rows() -> Iterator[tuple[str, ...]]:
        seen: set[str] = set()
        for study in studies:
            if study.id in seen:
                raise FormatError(
                    str(path),
                    "long",
                    f"the id {study.id!r} stands twice, and the rows would run together; "
                    "expected each once",
                )
            seen.add(study.id)
            for fact in facts(study):
                if book and len(fact.value) > LONGEST_CELL:
                    raise FormatError(
                        str(path),
                        "long",
                        f"study {study.id!r}: {fact.kind} {fact.id} {fact.field}: "
                        f"{len(fact.value):,} characters; a cell of a workbook takes "
                        f"{LONGEST_CELL:,}: write CSV",
                    )
                yield (
                    text_cell(study.id),
                    fact.kind,
                    text_cell(fact.id) if fact.id else "",
                    text_cell(fact.field),
                    fact.value,
                )

    write_table(path, _COLUMNS, rows(), sheet="facts")


def _facts(table: Table, columns: Mapping[str, str], ledger: Ledger) -> Iterator[Study]:
    """Yield the studies of a table whose rows say of which node they speak."""
    gathered: dict[str, Gathered] = {}
    again: set[str] = set()
    known = set(columns.values())
    for place, cells in table.rows:
        row = {name: cells.get(columns[name], "") for name in _COLUMNS}
        name = text(row["study"])
        if not name:
            ledger.skip(place, "no study; expected its id")
            continue
        kind = _KINDS.get(key(row["kind"]), "" if row["kind"] else "study")
        fact = Fact(kind, text(row["id"]), text(row["field"]), row["value"])
        study = gathered.setdefault(name, Gathered(name, place))
        if fact[:3] == ("study", "", "title") and study.has_title():
            again.add(name)
            ledger.skip(
                place, f"the study {name!r} stands in the table already, from {study.place}"
            )
        if name in again:
            continue
        if (
            not fact.field
            or not kind
            or (kind == "study") == bool(fact.id)
            or not study.put(fact, place)
        ):
            where = ".".join(
                filter(None, (row["kind"] if row["kind"] != "study" else "", fact.id, fact.field))
            )
            ledger.leave("field", "not a field of the model; kept as extra", f"{where} ({place})")
            study.keep(where or "value", scalar(fact.value))
        for title, cell in cells.items():
            if title not in known:
                ledger.leave(f"column {title!r}", "not read", f"{cell} ({place})")
    for name, study in gathered.items():
        if study.faults:
            place, reason = study.faults[0]
            ledger.skip(place, f"study {name!r}: {reason}")
            continue
        found = built(study.document, ledger, study.place_of)
        if found is not None:
            yield found


def _by_hand(
    table: Table, study: str, field: str, value: str, path: Path, ledger: Ledger
) -> Iterator[Study]:
    """Yield the studies of a table whose fields are the columns of a condensed one."""
    drafts: dict[str, Draft] = {}
    taken: set[str] = set()
    known = {study, field, value}
    seen: set[str] = set()

    def kept(title: str) -> None:
        if title not in seen:
            seen.add(title)
            leave_column(title, ledger)

    for place, cells in table.rows:
        name = cells.get(study, "")
        if not name or field not in cells:
            ledger.skip(place, f"no {field if name else study}")
            continue
        draft = drafts.get(name)
        if draft is None:
            draft = drafts[name] = Draft(place, ledger, one=True)
            draft.put("id", name, place)
        if value in cells:
            draft.put(cells[field], cells[value], place)
            if find(cells[field]) is None and schemes_of(cells[field]) is None:
                kept(cells[field])
        for title, cell in cells.items():
            if title not in known:
                draft.keep_once(title, cell)
                kept(title)
    for draft in drafts.values():
        document = draft.finish(taken)
        taken.add(document["id"])
        came = {
            "source": path.name,
            "locator": draft.place,
            "method": "imported from a long evidence table",
        }
        found = built(document, ledger, draft.place_of, came)
        if found is not None:
            yield found


@hookimpl
def implsci_formats() -> Iterable[Format]:
    """Bring the long table."""
    return [
        Format(
            name="long",
            title="Evidence table, long: a row a fact, everything kept",
            extensions=(".long.csv", ".long.xlsx", ".csv", ".xlsx"),
            read=read,
            write=write,
            sniff=looks_long,
            lossless=True,
        )
    ]
