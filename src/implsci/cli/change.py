"""The command change: what a new edition of a compendium says that the old one did not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import click

from implsci.cli.options import (
    columns_option,
    limit_option,
    link_option,
    no_pool_option,
    rows_option,
    where_option,
)
from implsci.cli.output import (
    Format,
    cut_off,
    emit,
    examples,
    flat,
    format_option,
    grid,
    paragraph,
    pooling,
)
from implsci.cli.sources import compendium, facets_asked
from implsci.questions import Changes
from implsci.questions import change as ask
from implsci.synthesis import LinkRule

__all__ = ["change"]

_HEADER: Final = (
    "row", "row_label", "column", "column_label", "change", "studies_was", "studies", "findings_was",
    "findings", "direction_was", "direction", "turned", "studies_in", "studies_out",
)  # fmt: skip


@examples(
    "implsci change studies-2025.jsonl studies-2026.jsonl",
    "implsci change old.jsonl new.jsonl --rows strategy:eric --columns outcome --format csv",
)
@click.command()
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@rows_option("The rows of the synthesis, as implsci synthesize takes them.")
@columns_option("Its columns, likewise.")
@link_option
@where_option
@no_pool_option
@limit_option("cells a table shows")
@format_option
def change(
    old: str,
    new: str,
    rows: str,
    columns: str,
    link: LinkRule,
    where: tuple[str, ...],
    no_pool: bool,
    limit: int,
    format: Format,
) -> None:
    """Ask what a new edition says that the old did not.

    Cells of the synthesis in which effects point elsewhere than they did, those that no study was in
    before, and those with other studies or findings. OLD and NEW are files, folders or names. What
    changed field by field in each study: implsci diff OLD NEW.
    """
    before, after = compendium(old), compendium(new)
    wanted = facets_asked(where)

    def run(pooled: bool) -> Changes:
        return ask(before, after, rows, columns, link, where=wanted, pooled=pooled)

    found = pooling(run, not no_pool)
    emit(
        format,
        found.to_dict(),
        lambda: "\n".join(_lines(found, limit or None)),
        rows=flat(found.to_rows(), _HEADER),
    )


def _lines(found: Changes, limit: int | None) -> Iterator[str]:
    yield paragraph(found.sentence())
    labels = found.labels
    if found.turned:
        yield ""
        yield "Effects point elsewhere:"
        yield grid(
            "Row", "Column", "What", "Was", "Is",
            rows=[
                [
                    _value(labels[turn.row], turn.row),
                    _value(labels[turn.column], turn.column),
                    turn.what,
                    (turn.was or "no effect").replace("_", " "),
                    (turn.now or "no effect").replace("_", " "),
                ]
                for turn in found.turned[:limit]
            ],
        )  # fmt: skip
        yield from cut_off(len(found.turned), limit, "turns")
    for title, kind in (
        ("Studied for the first time", "opened"),
        ("No longer with a study", "emptied"),
        ("Other studies or findings than before", "changed"),
    ):
        own = [row for row in found.to_rows() if row["change"] == kind]
        own.sort(key=lambda row: -(int(row["studies"] or 0)))
        if own:
            yield ""
            yield f"{title}:"
            yield grid(
                "Row", "Column", "Studies", "Findings",
                rows=[
                    [
                        _value(row["row_label"], row["row"]),
                        _value(row["column_label"], row["column"]),
                        _moved(row["studies_was"], row["studies"]),
                        _moved(row["findings_was"], row["findings"]),
                    ]
                    for row in own[:limit]
                ],
                right=("Studies", "Findings"),
            )  # fmt: skip
            yield from cut_off(len(own), limit, "cells")
    yield ""
    for text in found.assumptions:
        yield paragraph(f"- {text}", hang=2)


def _value(label: object, value: object) -> object:
    return label if label == value else (label, value)


def _moved(was: object, now: object) -> str:
    return str(now) if was == now else f"{was} -> {now}"
