"""Who read what: the codings of studies, or the rows of a table, sorted by what was to be decided."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from implsci.codes import Code, split
from implsci.compendium import PlacedCoding, codings
from implsci.errors import Fault, InvalidTableError
from implsci.model import Study
from implsci.model._record import Record, shape

__all__ = ["Coder", "Readings", "Scope", "of_rows", "of_studies"]

_ADJUDICATED: Final = "adjudicated: "
_CODES: Final = frozenset({"codes", "sectors", "engagement", "equity"})


class Coder(NamedTuple):
    """A coder, and whether it is a machine."""

    name: str
    machine: bool


class Scope(NamedTuple):
    """What is decided at a unit: which codes of one scheme it gets, or which word a field holds."""

    name: str
    codes: bool


Readings = dict[Scope, dict[str, dict[Coder, frozenset[str]]]]
"""What each coder gave each unit, by scope; no code at all is an empty set."""


class Gathered(NamedTuple):
    """The readings, the names of those said to be human, and how many codings are no readings."""

    readings: Readings
    people: frozenset[str]
    adjudicated: int
    contradicted: int


def of_studies(studies: Iterable[Study]) -> Gathered:
    """Return the readings of all places of studies whose codings hold codes or closed words."""
    readings: Readings = defaultdict(lambda: defaultdict(dict))
    people: set[str] = set()
    adjudicated = contradicted = 0
    for study in studies:
        places: dict[str, list[PlacedCoding]] = defaultdict(list)
        for placed in codings(study):
            if placed.coding.by == "human":
                people.add(placed.coding.coder)
            if (placed.coding.note or "").startswith(_ADJUDICATED):
                adjudicated += 1
            elif placed.path:
                places[placed.path].append(placed)
        for path, here in places.items():
            unit = f"{study.id}#{path}"
            kind, field = _place(path)
            if field in _CODES:
                for scheme, given in _by_scheme(here):
                    readings[Scope(scheme, True)][unit] = given
            elif _is_closed(kind, field):
                name = ".".join(part for part in (kind, field) if part)
                given, twice = _words(here)
                contradicted += twice
                readings[Scope(name, False)][unit] = given
    return Gathered(readings, frozenset(people), adjudicated, contradicted)


def _place(path: str) -> tuple[str, str]:
    """Return the kind of node, nothing for the study, and the field of a path."""
    head, bracket, tail = path.partition("[")
    return (head, tail.partition("].")[2]) if bracket else ("", head)


def _is_closed(kind: str, field: str) -> bool:
    """Say whether the model closes the words of a field."""
    record: type[Record] = shape(Study)[kind].type if kind else Study
    head, _, inner = field.partition(".")
    found = shape(record).get(head)
    if found is not None and inner and found.kind == "record":
        found = shape(found.type).get(inner)
    return found is not None and found.kind == "choice" and not found.many


def _coder(placed: PlacedCoding) -> Coder:
    return Coder(placed.coding.coder, placed.coding.by == "machine")


def _by_scheme(
    here: Iterable[PlacedCoding],
) -> Iterator[tuple[str, dict[Coder, frozenset[str]]]]:
    """Yield, for each scheme used at a place, what each coder gave of it.

    Who found no term that fits gave none of any scheme; who gave only codes of another scheme has
    not read the place in this one.
    """
    given: dict[Coder, set[Code]] = defaultdict(set)
    for placed in here:
        coder = _coder(placed)
        given[coder].update([placed.coding.code] if placed.coding.code is not None else [])
    schemes = {split(code)[0] for codes in given.values() for code in codes}
    for scheme in sorted(schemes):
        own = {
            coder: frozenset[str](code for code in codes if split(code)[0] == scheme)
            for coder, codes in given.items()
        }
        yield scheme, {coder: codes for coder, codes in own.items() if codes or not given[coder]}


def _words(here: Iterable[PlacedCoding]) -> tuple[dict[Coder, frozenset[str]], int]:
    """Return each coder's word, and how many gave more than one, which is none."""
    given: dict[Coder, set[str]] = defaultdict(set)
    for placed in here:
        if placed.coding.value is not None:
            given[_coder(placed)].add(placed.coding.value)
    single = {coder: frozenset(words) for coder, words in given.items() if len(words) == 1}
    return single, len(given) - len(single)


def of_rows(rows: Iterable[Mapping[str, object]]) -> Gathered:
    """Return the readings of a table with the columns unit, coder, value, and perhaps construct, by.

    Raises:
        InvalidTableError: a row without unit or coder, a `by` that is neither human nor machine, or
            two different values of one coder for one unit.
    """
    readings: Readings = defaultdict(lambda: defaultdict(dict))
    people: set[str] = set()
    faults: list[Fault] = []
    for number, row in enumerate(rows, 1):
        here = f"row {number}"
        if not isinstance(row, Mapping):
            faults.append(Fault(here, f"expected a mapping by column, got {type(row).__name__}"))
            continue
        unit, name, by = (_text(row.get(column)) for column in ("unit", "coder", "by"))
        if not unit or not name:
            faults.append(Fault(here, "expected a unit and a coder"))
            continue
        if by not in ("", "human", "machine"):
            faults.append(Fault(here, f"by: expected human or machine, got {by!r}"))
            continue
        if by == "human":
            people.add(name)
        if not (word := _text(row.get("value"))):
            continue
        given = readings[Scope(_text(row.get("construct")) or "value", False)][unit]
        coder = Coder(name, by == "machine")
        if given.setdefault(coder, frozenset([word])) != {word}:
            faults.append(Fault(here, f"{name} has given {unit} another value already"))
    if faults:
        raise InvalidTableError("the table of ratings", faults)
    return Gathered(readings, frozenset(people), 0, 0)


def _text(value: object) -> str:
    missing = value is None or value != value  # noqa: PLR0124  nan is what differs from itself
    return "" if missing else str(value).strip()
