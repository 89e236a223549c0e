"""Facts: what a synthesis counts, resolved to numbers once, when studies are written.

The tables of nodes repeat the records: their references are names, local to a study, and a node may
have any number of codes. Counting studies by cells would look every name up again, each time. So a
store keeps, beside them, who stands where as plain numbers, sorted by study and without repeats:

- ``places``: all that decides where a node can stand: its kind, its codes, whether it is a
  facilitator, and the kind of outcome; each combination once, its number being its row;
- ``barrierplaces``, ``strategyplaces``, ``outcomeplaces``: the places that a study has, and how many
  of its nodes stand there;
- ``links``: a strategy at one place of the study addresses a barrier at another;
- ``claims``: the findings, with their effect on the scale of pooling (`implsci.store.effects`);
- ``claimstrategies``, ``claimbarriers``: the places that a finding names.

They follow from the records, so a store of an earlier release, which has none, loses nothing.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Final, get_args

from implsci.model.finding import Direction, FindingBasis
from implsci.store.columns import arrow
from implsci.store.effects import effects_of

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["BASES", "DIRECTIONS", "FACTS", "PLACED", "PLACES", "Places", "facts_of", "facts_schema"]

PLACES: Final = "places"
PLACED: Final = ("barrier", "strategy", "outcome")
"""The kinds of nodes that have places."""

_NODES: Final = {"barrier": "barriers", "strategy": "strategies", "outcome": "outcomes"}

FACTS: Final = (
    *(f"{kind}places" for kind in PLACED),
    "links",
    "claims",
    "claimstrategies",
    "claimbarriers",
)
"""The tables of facts, but for the places."""

DIRECTIONS: Final[tuple[str, ...]] = get_args(Direction)
"""The directions of findings; a number in ``claims`` is a place among them."""

BASES: Final[tuple[str, ...]] = (*get_args(FindingBasis), "not stated")
"""The bases of findings, likewise."""

_BETWEEN: Final = "\x1f"  # stands in no code


@cache
def facts_schema(kind: str) -> pa.Schema:
    """Return the columns of a table of facts."""
    pa = arrow("a table of facts")
    number, small, yes = pa.int32(), pa.int8(), pa.bool_()
    if kind == PLACES:
        text = pa.string()
        return pa.schema(
            [("of", text), ("facilitator", yes), ("kind", text), ("codes", pa.list_(text))]
        )
    if kind == "links":
        return pa.schema([("study", number), ("strategy", number), ("barrier", number)])
    if kind == "claims":
        return pa.schema(
            [
                ("claim", number),
                ("study", number),
                ("outcome", number),
                ("basis", small),
                ("direction", small),
                ("several", yes),
                ("names_barriers", yes),
                ("metric", small),
                ("y", pa.float64()),
                ("v", pa.float64()),
            ]
        )
    if kind.startswith("claim"):
        return pa.schema([("study", number), ("claim", number), ("place", number)])
    return pa.schema([("study", number), ("place", number), ("nodes", number)])


class Places:
    """Numbers places in the order in which they are met.

    Args:
        known: the rows of those met before.
    """

    def __init__(self, known: Iterable[Mapping[str, Any]] = ()) -> None:
        self._numbers: dict[str, int] = {}
        for row in known:
            flag = "f" if row["facilitator"] else ""
            key = _BETWEEN.join([row["of"], flag, row["kind"] or "", *row["codes"]])
            self._numbers[key] = len(self._numbers)
        self._new: list[str] = []

    def numbers_of(self, keys: Any) -> Any:
        """Return the numbers of some places by their keys."""
        pa = arrow("a table of facts")
        encoded = keys.dictionary_encode()
        found = []
        for key in encoded.dictionary.to_pylist():
            if key not in self._numbers:
                self._numbers[key] = len(self._numbers)
                self._new.append(key)
            found.append(self._numbers[key])
        return pa.array(found, pa.int32()).take(encoded.indices)

    def new(self) -> pa.Table:
        """Return the places met since the last call, in the order of their numbers."""
        pa = arrow("a table of facts")
        rows = []
        for key in self._new:
            of, flag, kind, *codes = key.split(_BETWEEN)
            rows.append(
                {
                    "of": of,
                    "facilitator": flag == "f",
                    "kind": kind or None,
                    "codes": [code for code in codes if code],
                }
            )
        self._new = []
        return pa.Table.from_pylist(rows, schema=facts_schema(PLACES))


def facts_of(
    tables: Mapping[str, pa.Table], places: Places, *, study: int = 0, claim: int = 0
) -> dict[str, pa.Table]:
    """Return the facts in some tables of nodes; those without a row are left out.

    Args:
        tables: as `implsci.store.split_documents` returns them.
        places: numbers the places.
        study: number of the first study.
        claim: number of the first finding.

    Returns:
        A table for each of `FACTS` that has rows.
    """
    pa = arrow("a table of facts")
    compute = importlib.import_module("pyarrow.compute")
    nodes = {kind: _Nodes(kind, tables[_NODES[kind]], places) for kind in PLACED}
    facts = {f"{kind}places": nodes[kind].standing() for kind in PLACED}
    strategies = tables["strategies"]
    addressing, addressed = _references(strategies, "addresses")
    facts["links"] = _distinct(
        {
            "study": strategies.column("study").combine_chunks().take(addressing),
            "strategy": nodes["strategy"].places.take(addressing),
            "barrier": nodes["barrier"].named(addressed),
        }
    )
    findings = tables["findings"]
    rows = findings.column("study").combine_chunks()
    outcomes = nodes["outcome"].rows_of(_keys(rows, findings.column("outcome").combine_chunks()))
    desirable = tables["outcomes"].column("desirable").combine_chunks().take(outcomes)
    against, several = _compared(findings, tables["arms"])
    facts["claims"] = pa.table(
        {
            "claim": pa.array(range(len(findings)), pa.int32()),
            "study": rows,
            "outcome": nodes["outcome"].places.take(outcomes),
            "basis": _numbered(findings.column("basis").fill_null(BASES[-1]), BASES),
            "direction": _numbered(findings.column("direction"), DIRECTIONS),
            "several": several,
            "names_barriers": compute.greater(_lengths(findings, "barriers"), 0),
            **effects_of(findings, desirable, against),
        }
    )
    for kind in ("strategy", "barrier"):
        naming, named = _references(findings, _NODES[kind])
        facts["claimstrategies" if kind == "strategy" else "claimbarriers"] = _distinct(
            {"study": rows.take(naming), "claim": naming, "place": nodes[kind].named(named)}
        )
    return {
        name: _moved(facts[name].cast(facts_schema(name)), study, claim)
        for name in FACTS
        if len(facts[name])
    }


def _compared(findings: pa.Table, arms: pa.Table) -> tuple[Any, Any]:
    """Say which findings compare their strategies with another one, and which are on several.

    The rules are those of `implsci.analysis.pooling` (`against_another`, `is_bundle`), which a test
    holds this to.
    """
    pa = arrow("a table of facts")
    compute = importlib.import_module("pyarrow.compute")
    called = compute.equal(findings.column("comparator"), "strategy").fill_null(False)
    bundled = compute.greater(_lengths(findings, "strategies"), 1)
    other = _listed(findings, "comparator_strategies")
    for row, names in _got(findings, arms, "comparator_arm").items():
        other[row] = other.get(row, frozenset()) | names
    own = _got(findings, arms, "arm")
    if not (own or other):
        return called.combine_chunks(), bundled.combine_chunks()
    credited = _listed(findings, "strategies")
    against, several = [], []
    for row in range(len(findings)):
        mine, theirs, named = (one.get(row, _NOBODY) for one in (own, other, credited))
        against.append(not (mine - named).issuperset(theirs))
        several.append(len((mine - theirs) | named) > 1)
    return (
        compute.or_(called.combine_chunks(), pa.array(against, pa.bool_())),
        compute.or_(bundled.combine_chunks(), pa.array(several, pa.bool_())),
    )


_NOBODY: Final[frozenset[str]] = frozenset()


def _listed(findings: pa.Table, name: str) -> dict[int, frozenset[str]]:
    """Return the strategies that each finding lists under a name, by its row; none where none."""
    compute = importlib.import_module("pyarrow.compute")
    rows = compute.indices_nonzero(compute.greater(_lengths(findings, name), 0))
    lists = findings.column(name).combine_chunks().take(rows)
    return dict(zip(rows.to_pylist(), map(frozenset, lists.to_pylist()), strict=True))


def _got(findings: pa.Table, arms: pa.Table, name: str) -> dict[int, frozenset[str]]:
    """Return the strategies of the arm that each finding names, by its row; none where none."""
    compute = importlib.import_module("pyarrow.compute")
    named = findings.column(name).combine_chunks()
    rows = compute.indices_nonzero(compute.is_valid(named))
    studies = findings.column("study").combine_chunks().take(rows)
    known = _keys(arms.column("study").combine_chunks(), arms.column("id").combine_chunks())
    at = compute.index_in(_keys(studies, named.take(rows)), value_set=known)
    lists = arms.column("strategies").combine_chunks().take(at)
    return {
        row: frozenset(names)
        for row, names in zip(rows.to_pylist(), lists.to_pylist(), strict=True)
        if names
    }


class _Nodes:
    """The nodes of one kind: the place of each, and how to find one by its name."""

    def __init__(self, kind: str, table: pa.Table, places: Places) -> None:
        pa = arrow("a table of facts")
        compute = importlib.import_module("pyarrow.compute")
        codes = compute.binary_join(table.column("codes").combine_chunks(), _BETWEEN).fill_null("")
        flag = pa.scalar("")
        of_outcome = pa.scalar("")
        if kind == "barrier":
            facilitates = compute.equal(table.column("valence"), "facilitator").fill_null(False)
            flag = compute.if_else(facilitates.combine_chunks(), "f", "")
        if kind == "outcome":
            of_outcome = table.column("kind").combine_chunks().fill_null("")
        key = compute.binary_join_element_wise(pa.scalar(kind), flag, of_outcome, codes, _BETWEEN)
        self.places = places.numbers_of(key)
        self._studies = table.column("study").combine_chunks()
        self._names = _keys(self._studies, table.column("id").combine_chunks())

    def rows_of(self, keys: Any) -> Any:
        """Return the rows of the nodes that have some names."""
        return importlib.import_module("pyarrow.compute").index_in(keys, value_set=self._names)

    def named(self, keys: Any) -> Any:
        """Return the places of the nodes that have some names."""
        return self.places.take(self.rows_of(keys))

    def standing(self) -> pa.Table:
        """Return the places that each study has, with the number of its nodes there."""
        pa = arrow("a table of facts")
        table = pa.table({"study": self._studies, "place": self.places})
        counted = table.group_by(["study", "place"]).aggregate([([], "count_all")])
        return counted.rename_columns(["study", "place", "nodes"]).sort_by(
            [("study", "ascending"), ("place", "ascending")]
        )


def _keys(studies: Any, ids: Any) -> Any:
    """Return names of nodes that hold over all studies."""
    pa = arrow("a table of facts")
    compute = importlib.import_module("pyarrow.compute")
    return compute.binary_join_element_wise(studies.cast(pa.string()), ids, _BETWEEN)


def _references(table: pa.Table, name: str) -> tuple[Any, Any]:
    """Return the rows that refer to a node, and the names of the nodes, once for each reference."""
    pa = arrow("a table of facts")
    compute = importlib.import_module("pyarrow.compute")
    lists = table.column(name).combine_chunks()
    rows = compute.list_parent_indices(lists).cast(pa.int32())
    studies = table.column("study").combine_chunks().take(rows)
    return rows, _keys(studies, compute.list_flatten(lists))


def _lengths(table: pa.Table, name: str) -> Any:
    compute = importlib.import_module("pyarrow.compute")
    return compute.list_value_length(table.column(name)).fill_null(0)


def _numbered(words: Any, known: tuple[str, ...]) -> Any:
    pa = arrow("a table of facts")
    compute = importlib.import_module("pyarrow.compute")
    return compute.index_in(words, value_set=pa.array(known)).cast(pa.int8())


def _distinct(columns: Mapping[str, Any]) -> pa.Table:
    """Return each row once, sorted by its columns from the left."""
    pa = arrow("a table of facts")
    names = list(columns)
    table = pa.table(dict(columns)).group_by(names).aggregate([])
    return table.select(names).sort_by([(name, "ascending") for name in names])


def _moved(table: pa.Table, study: int, claim: int) -> pa.Table:
    """Return a table with studies and findings counted on from those of earlier parts."""
    pa = arrow("a table of facts")
    compute = importlib.import_module("pyarrow.compute")
    for name, first in (("study", study), ("claim", claim)):
        place = table.schema.get_field_index(name)
        if place >= 0 and first:
            moved = compute.add(table.column(place), pa.scalar(first, pa.int32()))
            table = table.set_column(place, name, moved)
    return table
