"""Run every benchmark and print its ratios: ``python -m benchmarks [--write]``.

With ``--write`` the table goes to ``benchmarks/RESULTS.md`` too.
"""

from __future__ import annotations

import argparse
import os
import platform
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from benchmarks import (
    analysis,
    decoding,
    imports,
    memory,
    search_quality,
    store,
    synthesis,
    vocabulary,
)

RESULTS = Path(__file__).parent / "RESULTS.md"
PEERS = (
    "implsci", "attrs", "cattrs", "msgspec", "orjson", "pydantic", "rdflib", "pyoxigraph", "pronto",
    "wordllama", "duckdb", "polars",
)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description="Ratios of implsci beside its peers.")
    parser.add_argument("--write", action="store_true", help="also write benchmarks/RESULTS.md")
    asked = parser.parse_args()
    lines = [
        "# Benchmarks",
        "",
        "Ratios within one run on one machine; the absolute figures are there to make sense of them.",
        "Run `python -m benchmarks --write` to renew this page.",
        "",
        f"{datetime.now(UTC):%Y-%m-%d}, Python {platform.python_version()}, {os.cpu_count()} cores, "
        + ", ".join(f"{name} {version(name)}" for name in PEERS),
        "",
        "| what | figure | bound | measured as |",
        "| --- | --- | --- | --- |",
    ]
    for module in (
        decoding,
        memory,
        synthesis,
        store,
        imports,
        vocabulary,
        analysis,
        search_quality,
    ):
        for row in module.rows():
            lines.append("| " + " | ".join(row) + " |")
            print(lines[-1], flush=True)
    if asked.write:
        RESULTS.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
