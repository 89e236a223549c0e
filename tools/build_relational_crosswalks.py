"""Build the crosswalks of ``relational`` from the fact tables in ``tests/data/strategies``.

Run from the root of the repository: ``python tools/build_relational_crosswalks.py``. Mappings to
tables that are not shipped yet (practitioner competencies, participation, mobilisation) are left for
later; none is guessed.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path

from implsci.codes import slug

ROOT = Path(__file__).parent.parent
FACTS = ROOT / "tests" / "data" / "strategies"
TABLES = ROOT / "src" / "implsci" / "taxonomies"
HEADER = ("subject", "predicate", "object", "author")
SCHEMES = ("eric", "trust")


def rows(scheme: str) -> list[dict[str, str]]:
    """Return the mappings of the list to one scheme, sorted."""
    codes = _codes(scheme)
    found = []
    for row in _read("relational_proposal.csv"):
        for entry in filter(None, re.split(r"[; ]+", row["maps_to"])):
            target, _, relation = entry.partition("=")
            if target.startswith(f"{scheme}:"):
                found.append(
                    {
                        "subject": f"relational:{row['code']}",
                        "predicate": f"skos:{relation}Match",
                        "object": f"{scheme}:{codes[target.partition(':')[2]]}",
                        "author": "implsci founders",
                    }
                )
    return sorted(found, key=lambda row: (row["subject"], row["object"]))


def _codes(scheme: str) -> dict[str, str]:
    name = "eric_2015.csv" if scheme == "eric" else "relational_trust_metz2022.csv"
    return {row["code"]: slug(row["label"].partition(" (")[0]) for row in _read(name)}


def _read(name: str) -> list[dict[str, str]]:
    with (FACTS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(folder: Path = TABLES) -> None:
    """Write both tables."""
    for scheme in SCHEMES:
        with (folder / f"relational-to-{scheme}.csv").open(
            "w", encoding="utf-8", newline=""
        ) as file:
            writer = csv.DictWriter(file, HEADER, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows(scheme))


if __name__ == "__main__":
    write()
