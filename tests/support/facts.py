"""Fact tables in `tests/data`, and what a shipped taxonomy must agree with them on."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Collection, Mapping
from pathlib import Path

from implsci.codes import slug
from implsci.taxonomy import Taxonomy

Row = dict[str, str]


def read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def names(rows: list[Row], *, published: bool = False) -> dict[str, str]:
    """Return the name that each row's code has in implsci, by the naming rule of codes.

    `published`: the codes of the table are the publisher's own and stay as they are.
    """
    if published:
        return {row["code"]: row["code"] for row in rows}
    labels = {row["code"]: slug(row["label"]) for row in rows}
    often = Counter(labels.values())
    made = {}
    for row in rows:
        own = labels[row["code"]]
        parent = row["parent_code"]
        made[row["code"]] = f"{labels[parent]}-{own}" if often[own] > 1 and parent else own
    return made


def status(row: Row) -> str:
    """Return the status a row ships with: what was not read first-hand is no `verified` term."""
    told = (row.get("status") or row["note"]).strip().lower()
    if told.startswith("verified second-hand"):
        return "derived"
    return "verified" if told.startswith("verified") else "provisional"


def hold(
    taxonomy: Taxonomy,
    rows: list[Row],
    *,
    published: bool = False,
    renamed: Mapping[str, str] | None = None,
    restated: Collection[str] = (),
    added: Collection[str] = (),
) -> None:
    """Hold a taxonomy to its fact table: the same terms, labels, hierarchy and status.

    Args:
        taxonomy: what is shipped.
        rows: the fact table.
        published: whether the codes of the table are the publisher's own.
        renamed: labels that differ from the table's on purpose, by the table's code.
        restated: codes of the table whose row was since read in a publication that restates it.
        added: names of terms that the table does not have.
    """
    named = names(rows, published=published)
    expected = {}
    for row in rows:
        code = f"{taxonomy.scheme}:{named[row['code']]}"
        parent = row["parent_code"]
        expected[code] = (
            (renamed or {}).get(row["code"], row["label"]),
            (f"{taxonomy.scheme}:{named[parent]}",) if parent else (),
            "derived" if row["code"] in restated else status(row),
        )
    extra = {f"{taxonomy.scheme}:{name}" for name in added}
    shipped = {
        term.code: (term.label, term.broader, term.status)
        for term in taxonomy
        if term.code not in extra
    }
    assert shipped == expected
