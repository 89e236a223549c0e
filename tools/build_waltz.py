"""Build the table of the basis ``waltz-2019`` from the fact tables in ``tests/data/links``.

Run from the root of the repository: ``python tools/build_waltz.py``. What it does not ship: the 17
pairs that a source recommends without saying at which level. They are unknown, like all others that
stand in no table.
"""

from __future__ import annotations

import csv
from pathlib import Path

from implsci.codes import slug

ROOT = Path(__file__).parent.parent
FACTS = ROOT / "tests" / "data" / "links"
TABLE = ROOT / "src" / "implsci" / "bases" / "waltz-2019.csv"
HEADER = ("source", "target", "k", "n", "level", "status", "derived", "note")

LEVEL_ONLY = "level1 or level2 (>=20)"


def rows() -> list[dict[str, str]]:
    """Return every pair of which a count or a level is known, sorted by its codes."""
    respondents = {row["cfir_construct"]: row for row in _read("cfir_eric_respondents.csv")}
    counts = {
        (row["cfir_construct"], row["eric_strategy"]): int(row["count"])
        for row in _read("cfir_eric_counts_inferred.csv")
    }
    table: dict[tuple[str, str], dict[str, str]] = {}
    for row in _read("cfir_eric_endorsement.csv"):
        pair = row["cfir_construct"], row["eric_strategy"]
        asked = respondents[pair[0]]
        k, n = counts[pair], int(asked["n_respondents"])
        # A number is printed only where its n is, and where the row was neither cut nor left out.
        derived = (
            asked["basis"] != "printed" or "DERIVED" in row["source"] or "cut off" in row["source"]
        )
        table[pair] = _row(
            pair, k=str(k), n=str(n), level=_level(k, n), derived=derived, note=row["source"]
        )
    for row in _read("cfir_eric_levels.csv"):
        pair = row["cfir_construct"], row["eric_strategy"]
        if row["level"] == LEVEL_ONLY and pair not in table:
            table[pair] = _row(pair, level="1-2", note=row["source"])
    return sorted(table.values(), key=lambda row: (row["source"], row["target"]))


def _level(k: int, n: int) -> str:
    """Level 1 is half of the respondents or more, level 2 a fifth or more (Waltz 2019)."""
    if 2 * k >= n:
        return "1"
    return "2" if 5 * k >= n else ""


def _row(
    pair: tuple[str, str],
    *,
    k: str = "",
    n: str = "",
    level: str = "",
    derived: bool = False,
    note: str,
) -> dict[str, str]:
    codes = f"cfir-2009:{slug(pair[0])}", f"eric:{slug(pair[1])}"
    return dict(zip(HEADER, (*codes, k, n, level, "", "yes" if derived else "", note), strict=True))


def _read(name: str) -> list[dict[str, str]]:
    with (FACTS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(path: Path = TABLE) -> None:
    """Write the table."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, HEADER, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows())


if __name__ == "__main__":
    write()
