"""Barriers by strategies over a million stored studies: ``python -m benchmarks.synthesis [N]``.

DuckDB and Polars answer the same question by hand-written queries over the same files, each on one
thread; before anything is timed, all three are held to agree on every cell.
"""

from __future__ import annotations

import math
import os
import random
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from attrs import evolve

from benchmarks.timing import interleaved
from implsci import Compendium, load, registry
from implsci.store import METRICS, PART, StoreWriter, open_store
from implsci.synthesis import Tabulation, extend, tabulate

_COUNT = 1_000_000
_SMALL = 10_000
_ASKED = ("barrier:cfir-2009", "strategy:eric")
_READ = {
    "strategyplaces": ["study", "place"],
    "barrierplaces": ["study", "place"],
    "links": ["study", "strategy", "barrier"],
    "claims": [
        "study", "basis", "direction", "several", "metric", "y", "v", "names_barriers",
    ],
    "claimstrategies": ["claim", "place"],
    "claimbarriers": ["claim", "place"],
}  # fmt: skip


def rows(count: int = _COUNT) -> Iterator[tuple[str, str, str, str]]:
    import pyarrow as pa

    os.environ["POLARS_MAX_THREADS"] = "1"  # read when Polars is imported
    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)
    with TemporaryDirectory() as folder:
        many, few = Path(folder, "many.store"), Path(folder, "few.store")
        _write(many, count)
        _write(few, min(_SMALL, count))
        yield from _compared(many, few, count)


def _compared(many: Path, few: Path, count: int) -> Iterator[tuple[str, str, str, str]]:
    compendium, small = load(many), load(few)
    table = tabulate(compendium, *_ASKED)
    rivals: dict[str, Callable[[], Iterator[Row]]] = {
        "DuckDB": partial(_duckdb, many), "Polars": partial(_polars, many),
    }  # fmt: skip
    for name, rival in rivals.items():
        _agree(name, rival(), table)
    new = evolve(small.studies[0], id="new")
    times = interleaved(
        {
            "read": lambda: _read(compendium),
            "table": lambda: tabulate(compendium, *_ASKED),
            "together": lambda: tabulate(compendium, *_ASKED, "cooccur"),
            "few": lambda: tabulate(small, *_ASKED),
            "extend": lambda: extend(table, [new]),
            **{name: lambda rival=rival: list(rival()) for name, rival in rivals.items()},
        },
        3,
    )

    def against(name: str, other: str) -> str:
        return f"{times[name] * 1e3:,.0f} ms against {times[other] * 1e3:,.0f} ms"

    asked = f"{count:,} stored studies, barriers by strategies with mean effects"
    yield (
        f"{asked} / reading the columns", f"{times['table'] / times['read']:.2f}", "4.00",
        f"{against('table', 'read')}; {len(table):,} cells; one thread",
    )  # fmt: skip
    for name in rivals:
        yield (
            f"{asked} / {name} on the same files", f"{times['table'] / times[name]:.2f}", "1.00",
            f"{against('table', name)}; one thread; the same cells",
        )  # fmt: skip
    yield (
        f"the same by co-occurrence, {count:,} studies / reading the columns",
        f"{times['together'] / times['read']:.2f}", "", against("together", "read"),
    )  # fmt: skip
    size = len(small)
    yield (
        f"seconds a study, {count:,} studies / {size:,} studies",
        f"{times['table'] / count / (times['few'] / size):.2f}",
        "1.20",
        f"{times['table'] / count * 1e6:.2f} us against {times['few'] / size * 1e6:.2f} us",
    )
    yield (
        f"a study more in a table of {count:,} / the whole table",
        f"{times['extend'] / times['table']:.3f}", "", against("extend", "table"),
    )  # fmt: skip


def _read(compendium: Compendium) -> None:
    store = open_store(compendium.studies.store.folder)  # type: ignore[attr-defined]
    for _ in store.facts(_READ):
        pass


Row = tuple[str, str, int, int, int, int, float | None, float | None]
"""Barrier, strategy, studies, findings, bundled findings; effects in SMD, their mean, fixed mean."""

_SQL = """
with codes as (select row_number() over () - 1 as place, of, codes[1] as code from places),
inside as (
  select study, s.code as strategy, b.code as barrier
  from links join codes s on links.strategy = s.place join codes b on links.barrier = b.place
  group by all
),
named as (
  select claim, code as strategy from claimstrategies join codes using (place) group by all
),
several as (select claim, count(*) > 1 as bundle from named group by claim),
found as (
  select barrier, strategy, count(*) as findings,
    count(*) filter (several or bundle) as bundled,
    count(y) filter (not (several or bundle) and metric = {smd}) as effects,
    sum(y) filter (not (several or bundle) and metric = {smd}) as sum_y,
    sum(1 / v) filter (not (several or bundle) and metric = {smd}) as sum_w,
    sum(y / v) filter (not (several or bundle) and metric = {smd}) as sum_wy
  from claims join named using (claim) join several using (claim)
    join inside using (study, strategy)
  group by barrier, strategy
)
select cells.barrier, cells.strategy, studies, findings, bundled, effects,
  sum_y / effects, sum_wy / sum_w
from (select barrier, strategy, count(*) as studies from inside group by all) as cells
  left join found using (barrier, strategy)
"""


def _duckdb(store: Path) -> Iterator[Row]:
    import duckdb

    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute("set enable_progress_bar = false")
        for kind in ("places", "links", "claims", "claimstrategies"):
            files = sorted(str(file) for file in store.glob(f"g*/{kind}-*.parquet"))
            connection.execute(f"create view {kind} as select * from read_parquet({files})")
        yield from connection.execute(_SQL.format(smd=METRICS.index("SMD"))).fetchall()


def _polars(store: Path) -> Iterator[Row]:
    import polars as pl

    def table(kind: str) -> pl.LazyFrame:
        return pl.scan_parquet(sorted(store.glob(f"g*/{kind}-*.parquet")))

    codes = (
        table("places")
        .with_row_index("place")
        .select(pl.col("place").cast(pl.Int32), code=pl.col("codes").list.first())
    )
    inside = (
        table("links")
        .join(codes.rename({"place": "strategy", "code": "s"}), on="strategy")
        .join(codes.rename({"place": "barrier", "code": "b"}), on="barrier")
        .select("study", "s", "b")
        .unique()
    )
    named = table("claimstrategies").join(codes, on="place").select("claim", s="code").unique()
    several = named.group_by("claim").agg(bundle=pl.len() > 1)
    alone = ~pl.col("bundled") & (pl.col("metric") == METRICS.index("SMD"))
    y, v = pl.col("y").filter(alone), pl.col("v").filter(alone)
    found = (
        table("claims")
        .join(named, on="claim")
        .join(several, on="claim")
        .with_columns(bundled=pl.col("several") | pl.col("bundle"))
        .join(inside, on=["study", "s"])
        .group_by("b", "s")
        .agg(
            findings=pl.len(),
            bundled=pl.col("bundled").sum(),
            effects=y.count(),
            mean=y.mean(),
            fixed=(y / v).sum() / (1 / v).sum(),
        )
    )
    cells = inside.group_by("b", "s").agg(studies=pl.len()).join(found, on=["b", "s"], how="left")
    yield from (
        cells.select("b", "s", "studies", "findings", "bundled", "effects", "mean", "fixed")
        .collect()
        .iter_rows()
    )


def _agree(name: str, told: Iterator[Row], table: Tabulation) -> None:
    """Hold another engine to the same cells."""
    cells = {(row[0], row[1]): row[2:] for row in told}
    if cells.keys() != table.cells.keys():
        raise ValueError(f"{name} has other cells")
    for key, (studies, findings, bundled, effects, mean, fixed) in cells.items():
        cell = table.cells[key]
        counts = (cell.studies, cell.findings, cell.bundled)
        if counts != (studies, findings or 0, bundled or 0):
            raise ValueError(f"{name} counts otherwise in {key}")
        effect = cell.effect("SMD")
        if (effect.findings if effect else 0) != (effects or 0) or (
            effect
            and not (
                math.isclose(effect.mean, mean or 0.0, abs_tol=1e-9)
                and math.isclose(effect.fixed, fixed or 0.0, abs_tol=1e-9)
            )
        ):
            raise ValueError(f"{name} has other effects in {key}")


def _write(folder: Path, count: int) -> None:
    """Write studies of four barriers, five strategies, two outcomes and three findings."""
    terms = registry()
    codes = [
        [term.code for term in terms.taxonomy(scheme)]
        for scheme in ("cfir-2009", "eric", "proctor")
    ]
    drawn = random.Random(1)
    with StoreWriter(folder) as writer:
        for start in range(0, count, PART):
            numbers = range(start, min(start + PART, count))
            writer.add([_document(number, drawn, *codes) for number in numbers])
        writer.commit(name="many")


def _document(
    number: int,
    drawn: random.Random,
    barriers: list[str],
    strategies: list[str],
    outcomes: list[str],
) -> bytes:
    def nodes(codes: list[str], name: str, more: str = "") -> str:
        return ",".join(
            f'{{"codes":["{code}"],"id":"{name}{place}","label":"{name}"{more}}}'
            for place, code in enumerate(codes)
        )

    def links() -> str:
        return f',"addresses":["b{drawn.randrange(2)}","b{2 + drawn.randrange(2)}"]'

    acts = ",".join(
        f'{{"codes":["{code}"],"id":"s{place}","label":"s"{links()}}}'
        for place, code in enumerate(drawn.sample(strategies, 5))
    )
    metrics, directions = ("SMD", "RD"), ("improved", "no_difference", "worsened")
    bundle = ('"s0"', '"s1"', '"s2"', '"s3","s4"')
    findings = ",".join(
        f'{{"basis":"effect","comparator":"usual_practice","direction":"{drawn.choice(directions)}",'
        f'"estimate":{{"metric":"{drawn.choice(metrics)}","se":{0.05 + drawn.random() / 4:.4f},'
        f'"value":{drawn.gauss(0.2, 0.3):.4f}}},"id":"f{place}","outcome":"o{place % 2}",'
        f'"strategies":[{drawn.choice(bundle)}]}}'
        for place in range(3)
    )
    return (
        f'{{"barriers":[{nodes(drawn.sample(barriers, 4), "b")}],"findings":[{findings}],'
        f'"id":"t{number}","implsci":1,'
        f'"outcomes":[{nodes(drawn.choices(outcomes, k=2), "o", DESIRABLE)}],'
        f'"strategies":[{acts}],"title":"A study","type":"study"}}'
    ).encode()


DESIRABLE = ',"desirable":"higher","kind":"implementation"'


if __name__ == "__main__":
    for row in rows(int(sys.argv[1]) if len(sys.argv) > 1 else _COUNT):
        print(" | ".join(row), flush=True)
