"""Where a tabulation reads from: a store's tables of facts, or those made of records in memory."""

from __future__ import annotations

import importlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, TypedDict

from attrs import frozen

from implsci.codec import encode
from implsci.compendium import Compendium, Where
from implsci.compendium.facets import stored_rows
from implsci.compendium.stored import StoredStudies
from implsci.model import Study
from implsci.plugins import Registry
from implsci.store import PLACES, Store, arrow, facts_from
from implsci.synthesis.columnar._axes import placed_kind

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Place", "Source", "source_of"]


class Place(TypedDict):
    """A row of the table of places."""

    of: str
    facilitator: bool
    kind: str | None
    codes: list[str]


@frozen(kw_only=True, eq=False)
class Source:
    """Tables of facts.

    Attributes:
        studies: how many studies they hold.
        places: the rows of the table of places.
        rows: numbers of the studies wanted, in rising order; None for all.
        store: the store that has them; None where they are in memory.
        made: the tables in memory.
    """

    studies: int
    places: Sequence[Place]
    rows: pa.Array | None
    store: Store | None = None
    made: Mapping[str, pa.Table] | None = None

    def parts(self, wanted: Mapping[str, Sequence[str]]) -> Iterator[Mapping[str, pa.Table]]:
        """Yield the columns wanted of each table wanted, part by part."""
        if self.store is not None:
            yield from self.store.facts(wanted)
        elif self.made is not None:
            yield {kind: self.made[kind].select(list(names)) for kind, names in wanted.items()}

    def nodes(self, text: str) -> Mapping[int, int]:
        """Return how many nodes stand at each place; empty where an axis names its taxonomy."""
        counts: Counter[int] = Counter()
        if ":" in text:
            return counts
        compute = importlib.import_module("pyarrow.compute")
        kind = f"{placed_kind(text)}places"
        for part in self.parts({kind: ["study", "place", "nodes"]}):
            table = part[kind]
            if self.rows is not None:
                table = table.filter(compute.is_in(table.column("study"), value_set=self.rows))
            summed = table.group_by("place").aggregate([("nodes", "sum")])
            counts.update(
                dict(
                    zip(
                        summed.column("place").to_pylist(),
                        summed.column("nodes_sum").to_pylist(),
                        strict=True,
                    )
                )
            )
        return counts


def source_of(
    compendium: Compendium | Iterable[Study], where: Where | None, registry: Registry
) -> Source:
    """Return the tables of facts of some studies.

    Args:
        compendium: the studies.
        where: wanted values by facet.
        registry: knows what is narrower than a code.
    """
    pa = arrow("a tabulation")
    studies = compendium.studies if isinstance(compendium, Compendium) else compendium
    if isinstance(studies, StoredStudies):
        store = studies.store
        rows = stored_rows(where or {}, registry, store)
        if len(studies) != len(store):  # the compendium was narrowed down before
            ids = store.columns("studies", ["id"]).column("id")
            compute = importlib.import_module("pyarrow.compute")
            there = compute.is_in(ids, value_set=studies.table("studies").column("id"))
            own = compute.indices_nonzero(there).to_pylist()
            rows = own if rows is None else sorted(set(rows) & set(own))
        return Source(
            studies=len(store),
            places=store.places.to_pylist(),
            rows=None if rows is None else pa.array(rows, pa.int32()),
            store=store,
        )
    held = Compendium(studies=tuple(studies))
    if where:
        held = held.where(registry=registry, **where)
    made = facts_from([encode(study) for study in held])
    return Source(studies=len(held), places=made[PLACES].to_pylist(), rows=None, made=made)
