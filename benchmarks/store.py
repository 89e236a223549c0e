"""A million studies into the columnar store, and questions to it: ``python -m benchmarks.store [N]``.

The ingest runs in a process of its own, whose resident memory the system measures.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.reference import reference_lines
from benchmarks.timing import interleaved
from implsci import load
from implsci.codec import decode
from implsci.compendium import ingest
from implsci.ledger import Ledger

_COUNT = 1_000_000
_SAMPLE = 20_000
_COUNTRIES = ("KE", "UG", "US", "GB", "BR", "IN", "NL", "VN", "ZA", "CA")


def rows(count: int = _COUNT) -> Iterator[tuple[str, str, str, str]]:
    with TemporaryDirectory() as folder:
        source, store = Path(folder, "many.jsonl"), Path(folder, "many.store")
        _write(source, count)
        run = subprocess.run(
            [sys.executable, "-m", "benchmarks.store", "--ingest", str(source), str(store)],
            check=True, capture_output=True, text=True,
        )  # fmt: skip
        told = json.loads(run.stdout)
        lines = reference_lines(2_000)
        alone = interleaved({"decode": lambda: [decode(line) for line in lines]}, 5)["decode"]
        each, floor = told["seconds"] / count, alone / len(lines)
        size = source.stat().st_size / 1e6
        kept = sum(path.stat().st_size for path in store.rglob("*")) / 1e6
        yield (
            f"{count:,} studies into the store: resident memory at most",
            f"{told['megabytes']:,.0f} MB",
            "1,500 MB",
            f"{size:,.0f} MB of JSON Lines; the store takes {kept:,.0f} MB",
        )
        yield (
            f"{count:,} studies into the store / decoding and validating them",
            f"{each / floor:.2f}",
            "",
            f"{each * 1e6:.0f} us against {floor * 1e6:.0f} us a study; {told['seconds']:.0f} s in all",
        )
        yield from _questions(store, count)


def _questions(store: Path, count: int) -> Iterator[tuple[str, str, str, str]]:
    import pyarrow.parquet as pq

    compendium = load(store)
    files = sorted(store.glob("g*/barriers-*.parquet"))
    wanted = ["study", "id", "label", "codes", "valence"]
    first = compendium.studies[0]
    sample = compendium.studies[: min(_SAMPLE, count)]

    def loop() -> list[object]:
        return [s.id for s in sample if "KE" in s.countries and s.year == first.year]

    times = interleaved(
        {
            "read": lambda: [pq.read_table(file) for file in files],
            "columns": lambda: [pq.read_table(file, columns=wanted) for file in files],
            "table": lambda: compendium.table("barriers"),
            "where": lambda: compendium.where(country="KE", year=first.year or 0),
            "code": lambda: compendium.where(code="cfir-2009:inner-setting"),
        },
        3,
    )
    start = time.perf_counter()
    loop()
    objects = (time.perf_counter() - start) * count / len(sample)
    number = len(compendium.table("barriers"))
    yield (
        f"`table('barriers')` of {count:,} stored studies / reading the same files with pyarrow",
        f"{times['table'] / times['read']:.2f}",
        "",
        f"{times['table'] * 1e3:.0f} ms against {times['read'] * 1e3:.0f} ms, {number:,} rows; codes as text",
    )
    yield (
        f"`where(country, year)` of {count:,} stored studies / a loop over their records",
        f"{times['where'] / objects:.4f}",
        "",
        f"{times['where'] * 1e3:.0f} ms against {objects:.0f} s, reckoned from {len(sample):,} records",
    )
    yield (
        f"`where(code)` with all that is narrower, of {count:,} stored studies",
        f"{times['code'] * 1e3:.0f} ms",
        "",
        "no record is built",
    )


def _write(path: Path, count: int) -> None:
    """Write reference studies that differ in id, title, year, countries and codes."""
    template = reference_lines(1)[0]
    marks = (b"study-0", b"site group 0", b'"year":2019', b'"countries":["KE","UG"]')
    for mark in marks:
        if mark not in template:
            raise ValueError(f"the reference record has no {mark!r}")
    codes = [
        b"cfir-2009:available-resources", b"cfir-2009:cost", b"cfir-2009:complexity",
        b"cfir-2009:culture", b"cfir-2009:leadership-engagement",
    ]  # fmt: skip
    with path.open("wb") as stream:
        for number in range(count):
            country = _COUNTRIES[number % len(_COUNTRIES)].encode()
            line = (
                template.replace(marks[0], b"study-%d" % number)
                .replace(marks[1], b"site group %d" % number)
                .replace(marks[2], b'"year":%d' % (1990 + number % 33))
                .replace(marks[3], b'"countries":["%s"]' % country)
                .replace(codes[0], codes[number % len(codes)])
            )
            stream.write(line + b"\n")


def _ingest(source: str, store: str) -> None:
    start = time.perf_counter()
    ledger = Ledger()
    ingest(Path(source), Path(store), ledger=ledger)
    seconds = time.perf_counter() - start
    if ledger.skips:
        raise ValueError(ledger.summary(3))
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    print(json.dumps({"seconds": seconds, "megabytes": most}))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--ingest"]:
        _ingest(*sys.argv[2:4])
    else:
        for row in rows(int(sys.argv[1]) if len(sys.argv) > 1 else _COUNT):
            print(" | ".join(row), flush=True)
