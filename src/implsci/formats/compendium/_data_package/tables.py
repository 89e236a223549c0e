"""The tables of a compendium, one a record class, made from the classes themselves.

A study's id joins every table to ``studies``. A record inside another (a rating inside a barrier)
names the one that holds it; a class that several classes hold names the table too.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping
from functools import cache
from types import MappingProxyType
from typing import Final, Literal, get_args, get_type_hints

from attrs import frozen

from implsci.codes import Code
from implsci.model import Study
from implsci.model._record import FieldShape, shape
from implsci.schema import json_schema

__all__ = ["EXTRA", "STUDIES", "Column", "Table", "tables"]

STUDIES: Final = "studies"
EXTRA: Final = "extra"

Type = Literal["string", "integer", "number", "boolean", "array"]
_TYPES: Final[Mapping[type, Type]] = {
    str: "string", int: "integer", float: "number", bool: "boolean",
}  # fmt: skip
_DOI = re.compile(r"10\.\d{4,9}/[^\s)]*[^\s).,;]")

# Which table the ids in a field name rows of; the rules behind it are in the study's own check.
_REFERS: Final = {
    "addresses": "barriers",
    "acts_through": "mechanisms",
    "arm": "arms",
    "barriers": "barriers",
    "builds": "relationships",
    "comparator_arm": "arms",
    "comparator_strategies": "strategies",
    "depends_on": "core_elements",
    "mechanisms": "mechanisms",
    "outcome": "outcomes",
    "outcomes": "outcomes",
    "parties": "actors",
    "relationship": "relationships",
    "setting": "settings",
    "strategies": "strategies",
}


@frozen(kw_only=True)
class Column:
    """A column of a table.

    Attributes:
        name: its title.
        type: its type in Table Schema; an ``array`` is a list of texts, written as JSON.
        required: whether every row fills it.
        choices: the words it may hold; empty where it may hold any.
        coded: whether it holds codes.
        refers: the table its ids name rows of.
        meaning: what it says.
        source: where it is defined.
    """

    name: str
    type: Type
    required: bool = False
    choices: tuple[str | int, ...] = ()
    coded: bool = False
    refers: str | None = None
    meaning: str = ""
    source: str = ""


@frozen(kw_only=True)
class Table:
    """The table of a record class.

    Attributes:
        name: its name, and that of its file without the ending.
        record: the class; None for what stands in no class: the flat mapping ``extra``.
        holders: for each table whose rows hold such records, the field they stand in.
        many: whether a holder may have several.
        keys: the columns that tell one row from all others.
        columns: all columns, keys first.
        holder: the column that names the row that holds it; None where that is the study.
    """

    name: str
    record: type | None
    holders: Mapping[str, str]
    many: bool
    keys: tuple[str, ...]
    columns: tuple[Column, ...]
    holder: str | None = None

    @property
    def path(self) -> str:
        """The name of its file."""
        return f"{self.name}.csv"

    @property
    def mixed(self) -> bool:
        """Whether records of several tables hold such records."""
        return len(self.holders) > 1

    @property
    def identified(self) -> bool:
        """Whether its rows have ids."""
        return "id" in self.keys

    def fields(self) -> Iterator[FieldShape]:
        """Yield the fields of the class that stand in columns."""
        if self.record is not None:
            yield from _plain(self.record)


@cache
def tables() -> tuple[Table, ...]:
    """Return every table; one stands behind those that hold its records."""
    held: dict[type, list[tuple[type, FieldShape]]] = {Study: []}
    for record in _classes():
        for field in shape(record).values():
            if field.kind == "record":
                held.setdefault(field.type, []).append((record, field))
    names: dict[type, str] = {Study: STUDIES}
    for record, places in held.items():
        if places:
            field = places[0][1]
            names[record] = field.name if field.many else f"{field.name}s"
    return (*(_table(record, held[record], names) for record in held), _extra())


def _classes() -> Iterator[type]:
    """Yield the class of a study and every class inside, the outer before the inner."""
    found: dict[type, None] = {Study: None}
    waiting: list[type] = [Study]
    while waiting:
        record = waiting.pop(0)
        yield record
        for field in shape(record).values():
            if field.kind == "record" and field.type not in found:
                found[field.type] = None
                waiting.append(field.type)


def _plain(record: type) -> Iterator[FieldShape]:
    return (field for field in shape(record).values() if field.kind in ("scalar", "choice"))


def _table(record: type, places: list[tuple[type, FieldShape]], names: Mapping[type, str]) -> Table:
    holders = {names[owner]: field.name for owner, field in places}
    many = all(field.many for _, field in places) and bool(places)
    identified = "id" in shape(record)
    keys: list[Column] = []
    holder = None
    if record is not Study:
        keys.append(_study_key())
        owner = places[0][0]
        if len(places) > 1:
            holder = "record"
            keys.append(
                Column(
                    name="table",
                    type="string",
                    required=True,
                    choices=tuple(holders),
                    meaning="Name of the table whose row this belongs to.",
                )
            )
            keys.append(
                Column(
                    name=holder,
                    type="string",
                    required=True,
                    meaning="Id of the row there.",
                )
            )
        elif "id" in shape(owner) and owner is not Study:
            holder = owner.__name__.lower()
            keys.append(
                Column(
                    name=holder,
                    type="string",
                    required=True,
                    refers=names[owner],
                    meaning=f"Id of the {holder} this belongs to.",
                )
            )
        if many and not identified:
            keys.append(
                Column(
                    name="position",
                    type="integer",
                    required=True,
                    meaning="Tells rows of one holder apart: 1, 2, and so on.",
                )
            )
    primary = [key.name for key in keys] + ["id"] * identified
    return Table(
        name=names[record],
        record=record,
        holders=MappingProxyType(holders),
        many=many,
        keys=tuple(primary),
        columns=(*keys, *_columns(record)),
        holder=holder,
    )


def _columns(record: type) -> Iterator[Column]:
    properties = json_schema(record.__name__)["properties"]
    hints = get_type_hints(record)
    about = (inspect.getdoc(record) or "").partition("Attributes:")[0]
    for field in _plain(record):
        meaning = properties[field.name].get("description", "")
        dois = dict.fromkeys(_DOI.findall(meaning) or _DOI.findall(about))
        hint = hints[field.name]
        own_id = field.name == "id"
        yield Column(
            name=field.name,
            type="array" if field.many else _TYPES[field.type],
            required=field.required or (field.type is bool and not field.optional),
            choices=field.choices,
            coded=_has_code(hint),
            refers=None if own_id or field.type is not str else _REFERS.get(field.name),
            meaning=meaning,
            source="; ".join([f"implsci.model.{record.__name__}", *(f"doi:{doi}" for doi in dois)]),
        )


def _has_code(hint: object) -> bool:
    return hint is Code or any(_has_code(part) for part in get_args(hint))


def _study_key() -> Column:
    return Column(
        name="study",
        type="string",
        required=True,
        refers=STUDIES,
        meaning="Id of the study this belongs to.",
    )


def _extra() -> Table:
    return Table(
        name=EXTRA,
        record=None,
        holders=MappingProxyType({STUDIES: EXTRA}),
        many=True,
        keys=("study", "key"),
        columns=(
            _study_key(),
            Column(name="key", type="string", required=True, meaning="The field of the source."),
            Column(
                name="type",
                type="string",
                required=True,
                choices=("text", "integer", "number", "boolean", "null"),
                meaning="What kind of value it is.",
            ),
            Column(name="value", type="string", meaning="The value; empty for null."),
        ),
    )
