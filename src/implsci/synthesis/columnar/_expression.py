"""The aggregation written once, as an Ibis expression, for any engine that Ibis speaks to."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Mapping
from typing import Any

from implsci.errors import InvalidQueryError, MissingExtraError
from implsci.store import facts_schema
from implsci.synthesis.columnar._axes import PlacedAxis
from implsci.synthesis.columnar._laid import Laid
from implsci.synthesis.columnar._source import Source
from implsci.synthesis.columnar._sums import Effects, Found, Sums

try:
    ibis: Any = importlib.import_module("ibis")
    import pyarrow as pa
except ImportError as error:
    raise MissingExtraError("a tabulation on an engine", "ibis") from error

Table = Any  # Ibis knows the type of a column when the expression is built, not before

__all__ = ["cells", "summed_on", "totals"]

Tables = Mapping[str, Table]
"""The tables of facts as an engine has them."""


def summed_on(source: Source, laid: Laid, on: Any) -> Sums:
    """Return the sums of a tabulation, worked out by an engine.

    Args:
        source: the tables of facts.
        laid: what is to be laid out.
        on: ``duckdb``, or a connection of Ibis.

    Raises:
        InvalidQueryError: another word, or a store that the engine cannot be pointed to.
    """
    if isinstance(on, str):
        if on != "duckdb":
            raise InvalidQueryError(
                "on: expected duckdb or a connection of Ibis, such as ibis.pyspark.connect(), "
                f"got {on!r:.60}"
            )
        on = ibis.duckdb.connect()
    tables = {kind: _table(source, kind, on) for kind in laid.tables()}
    counted = on.to_pyarrow(totals(tables, laid)).to_pylist()
    found = on.to_pyarrow(cells(tables, laid)).to_pylist()
    return _sums(counted, found, source.studies if source.rows is None else len(source.rows))


def totals(tables: Tables, laid: Laid) -> Table:
    """Return how many studies have each value of each axis; the value -1 stands for any."""
    found = []
    for number, axis in enumerate((laid.by, laid.across)):
        standing = _standing(tables, axis, laid)
        each = standing.group_by("value").agg(studies=standing.count())
        every = standing.agg(studies=standing.study.nunique()).mutate(value=ibis.literal(-1))
        found += [
            counted.select(
                axis=ibis.literal(number).cast("int32"),
                value=counted["value"].cast("int32"),
                studies=counted["studies"].cast("int64"),
            )
            for counted in (each, every)
        ]
    return ibis.union(*found)


def cells(tables: Tables, laid: Laid) -> Table:
    """Return the cells, a row for each basis, direction and metric of the findings in one.

    ``y``, ``w`` and ``wy`` are the sums of effects, of weights, and of their products. A cell
    without a finding has one row, with the basis -1; findings without an effect have the metric -1.
    """
    inside = _inside(tables, laid)
    counted = inside.group_by("by", "across").agg(studies=inside.count())
    links = _links(tables, laid) if laid.linkable else inside.limit(0)
    linked = links.group_by("by", "across").agg(linked=links.count())
    placed = inside.inner_join(_claims(tables, laid), ["study", "by"])
    placed = _holding(placed, tables, laid)
    found = placed.group_by("by", "across", "basis", "direction", "metric").agg(
        findings=placed.count(),
        bundled=placed["bundled"].sum(),
        y=placed["y"].sum(),
        w=(1 / placed["v"]).sum(),
        wy=(placed["y"] / placed["v"]).sum(),
    )
    table = _left_join(_left_join(counted, linked, "by", "across"), found, "by", "across")
    whole = {name: table[name].cast("int64") for name in ("by", "across", "studies")}
    filled = {
        name: table[name].cast("int64").fill_null(0) for name in ("linked", "findings", "bundled")
    }
    absent = {
        name: table[name].cast("int64").fill_null(-1) for name in ("basis", "direction", "metric")
    }
    sums = {name: table[name].fill_null(0.0) for name in ("y", "w", "wy")}
    return table.select(**whole, **filled, **absent, **sums)


def _inside(tables: Tables, laid: Laid) -> Table:
    """Return the studies in each cell, each once."""
    if laid.addressed:
        return _links(tables, laid)
    by = _standing(tables, laid.by, laid).rename(by="value")
    across = _standing(tables, laid.across, laid).rename(across="value")
    return by.inner_join(across, "study").select("study", "by", "across")


def _links(tables: Tables, laid: Laid) -> Table:
    """Return the studies in which a link is stated, and the cell it is of, each once."""
    links = _kept(tables["links"], laid)
    by = _values(laid.by).rename(strategy="place", by="value")
    across = _values(laid.across).rename(barrier="place", across="value")
    joined = links.inner_join(by, "strategy").inner_join(across, "barrier")
    return joined.select("study", "by", "across").distinct()


def _standing(tables: Tables, axis: PlacedAxis, laid: Laid) -> Table:
    """Return the studies that have a value on an axis, and the value, each pair once."""
    places = _kept(tables[f"{axis.of}places"], laid)
    return places.inner_join(_values(axis), "place").select("study", "value").distinct()


def _naming(tables: Tables, axis: PlacedAxis) -> Table:
    """Return the findings that name a value of an axis, and the value, each pair once."""
    if axis.of == "outcome":
        named = tables["claims"].select("claim", place="outcome")
    else:
        named = tables["claimstrategies" if axis.of == "strategy" else "claimbarriers"]
    return named.inner_join(_values(axis), "place").select("claim", "value").distinct()


def _claims(tables: Tables, laid: Laid) -> Table:
    """Return what is counted of the findings wanted, a row for each value that one names."""
    claims = tables["claims"]
    if laid.outcomes is not None:
        wanted = [place for place, is_wanted in enumerate(laid.outcomes) if is_wanted]
        claims = claims.semi_join(_numbers(outcome=wanted), "outcome")
    naming = _naming(tables, laid.by).rename(by="value")
    named = claims.rename(bundled="several").inner_join(naming, "claim")
    if not laid.bundles:
        coded = naming.filter(naming["by"] != laid.by.uncoded)
        several = coded.group_by("claim").agg(codes=coded.count())
        named = _left_join(named, several, "claim")
        named = named.mutate(bundled=named["bundled"] | (named["codes"].fill_null(0) > 1))
        named = named.mutate(metric=ibis.ifelse(named["bundled"], ibis.null(), named["metric"]))
    return named.mutate(bundled=named["bundled"].cast("int64"))


def _holding(placed: Table, tables: Tables, laid: Laid) -> Table:
    """Return the findings in the cells in which they hold on the second axis, too."""
    pair = ["claim", "across"]
    named = _naming(tables, laid.across).rename(across="value")
    holding = placed.semi_join(named, pair)
    if laid.across.of != "barrier":
        return holding
    silent = placed.filter(~placed["names_barriers"])  # one that names none holds for all
    return silent.union(holding.filter(holding["names_barriers"]))


def _kept(table: Table, laid: Laid) -> Table:
    if laid.studies is None:
        return table
    return table.semi_join(ibis.memtable(pa.table({"study": laid.studies})), "study")


def _values(axis: PlacedAxis) -> Table:
    """Return the values of each place, a row each."""
    rows = [(place, value) for place, values in enumerate(axis.at) for value in values]
    places, values = zip(*rows, strict=True) if rows else ((), ())
    return _numbers(place=places, value=values)


def _numbers(**columns: Iterable[int]) -> Table:
    return ibis.memtable(
        pa.table({name: pa.array(list(own), pa.int32()) for name, own in columns.items()})
    )


def _left_join(left: Table, right: Table, *keys: str) -> Table:
    return left.left_join(right, list(keys)).drop(*(f"{key}_right" for key in keys))


def _table(source: Source, kind: str, connection: Any) -> Table:
    """Return a table of facts as an engine has it: the files of a store, or what is in memory."""
    store = source.store
    if store is None or not store.has_facts:
        if connection.name != "duckdb":  # Ibis hands tables with gaps to others by way of pandas
            raise InvalidQueryError(
                f"on: {connection.name} reads the files of a store written by this release; "
                "Compendium.save('many.store') writes one"
            )
        (made,) = source.parts({kind: facts_schema(kind).names})
        return ibis.memtable(made[kind])
    files = store.fact_files(kind)
    if not files:
        return ibis.memtable(facts_schema(kind).empty_table())
    if connection.name == "duckdb":
        return connection.read_parquet(files)
    folder = files[0].parent
    if set(folder.glob(f"{kind}-*.parquet")) != set(files) or set(str(folder)) & set("*?[]{}"):
        raise InvalidQueryError(
            f"on: {connection.name} is pointed to the files of a store by a pattern, and "
            f"{folder / kind}-*.parquet stands for others"
        )
    return connection.read_parquet(f"{folder / kind}-*.parquet")


def _sums(
    counted: Iterable[Mapping[str, int]], found: Iterable[Mapping[str, Any]], studies: int
) -> Sums:
    has: tuple[dict[int, int], dict[int, int]] = ({}, {})
    for row in counted:
        has[row["axis"]][row["value"]] = row["studies"]
    any_by, any_across = (own.pop(-1, 0) for own in has)
    within: dict[tuple[int, int], tuple[int, int]] = {}
    findings: dict[tuple[int, int, int, int], Found] = {}
    effects: dict[tuple[int, int, int], Effects] = {}
    for row in found:
        pair = row["by"], row["across"]
        within[pair] = row["studies"], row["linked"]
        if row["basis"] < 0:
            continue
        state = (*pair, row["basis"], row["direction"])
        before = findings.get(state, Found(0, 0))
        findings[state] = Found(before.findings + row["findings"], before.bundled + row["bundled"])
        if row["metric"] >= 0:
            key = (*pair, row["metric"])
            sums = effects.get(key, Effects(0, 0.0, 0.0, 0.0))
            effects[key] = Effects(
                sums.findings + row["findings"],
                sums.y + row["y"],
                sums.w + row["w"],
                sums.wy + row["wy"],
            )
    return Sums(
        studies=studies,
        by=has[0],
        across=has[1],
        any_by=any_by,
        any_across=any_across,
        cells=within,
        found=findings,
        effects=effects,
    )
