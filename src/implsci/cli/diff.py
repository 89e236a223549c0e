"""The command diff: what changed between two editions of a compendium, and which cells moved."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import click

from implsci._wording import counted
from implsci.cli.merge import read_source
from implsci.cli.options import columns_option, link_option, no_pool_option, rows_option
from implsci.cli.output import Format, emit, examples, format_option, paragraph, pooling
from implsci.compendium.difference import Difference, difference
from implsci.synthesis import (
    DIRECTIONS,
    Cell,
    LinkRule,
    MovedCell,
    Synthesis,
    moved_cells,
    synthesize,
)

__all__ = ["diff"]

_COLUMNS = ("what", "study", "old_id", "path", "row", "column", "old", "new")
_DIGITS = 9


@examples(
    "implsci diff studies-2025.jsonl studies-2026.jsonl",
    "implsci diff old.jsonl new.jsonl --rows strategy:eric --columns outcome --format json",
)
@click.command()
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@rows_option("The rows of the synthesis, as implsci synthesize takes them.")
@columns_option("Its columns, likewise.")
@link_option
@no_pool_option
@format_option
def diff(
    old: str, new: str, rows: str, columns: str, link: LinkRule, no_pool: bool, format: Format
) -> int:
    """Say what changed between two editions of a compendium.

    Studies that were added, removed or changed, field by field, and the cells of the synthesis that
    moved with them. OLD and NEW are files or folders of any format, - for stdin, or compendia that a
    plugin brings. Where R or C names no taxonomy, the commonest in OLD is taken for both.
    """
    (before, skipped), (after, more) = read_source(old), read_source(new)
    found = difference(before, after)

    def lay_out(pooled: bool) -> tuple[Synthesis, Synthesis]:
        # An edition without studies has no axes of its own.
        here, there = (before, after) if len(before) else (after, before)
        first = synthesize(here, rows, columns, link, pooled=pooled)
        axes = first.row_axis, first.column_axis
        second = synthesize(there, *axes, link, pooled=pooled)
        return (first, second) if here is before else (second, first)

    tables = pooling(lay_out, not no_pool)
    ids = {one.old.id: one.new.id for one in found.changed if one.renamed}
    moved = [_moved(cell) for cell in moved_cells(*tables, ids)]
    axes = tables[0].row_axis, tables[0].column_axis
    synthesis = {
        "row_axis": axes[0],
        "column_axis": axes[1],
        "link": tables[0].link,
        "cells": moved,
    }
    emit(
        format,
        {**found.to_dict(), "synthesis": synthesis},
        lambda: "\n".join(_lines(found, moved, tables)),
        rows=_rows(found, moved),
    )
    return 1 if skipped or more else 0


def _moved(cell: MovedCell) -> dict[str, Any]:
    return {
        "row": cell.row,
        "column": cell.column,
        "studies_in": list(cell.studies_in),
        "studies_out": list(cell.studies_out),
        "old": _summary(cell.old),
        "new": _summary(cell.new),
    }


def _summary(cell: Cell) -> dict[str, Any]:
    return {
        "studies": cell.studies,
        "linked": cell.linked,
        "findings": cell.findings,
        "bundled": cell.bundled,
        **{direction: cell.direction(direction) for direction in DIRECTIONS},
        "by_basis": {basis: dict(counts) for basis, counts in cell.by_basis.items()},
        "estimates": [
            {
                "metric": one.metric,
                "k": one.k,
                "value": _rounded(one.value),
                "ci_low": _rounded(one.ci_low),
                "ci_high": _rounded(one.ci_high),
            }
            for one in cell.estimates
        ],
    }


def _rounded(value: float) -> float:
    """Return a number without the last digits, which the order of summing decides."""
    return float(f"{value:.{_DIGITS}g}")


def _lines(
    found: Difference, moved: list[dict[str, Any]], tables: tuple[Synthesis, Synthesis]
) -> Iterator[str]:
    for line in found.to_text().splitlines():
        indent = len(line) - len(line.lstrip())
        yield paragraph(line, indent, 4)
    yield ""
    axes = f"{tables[0].row_axis} by {tables[0].column_axis}"
    if not moved:
        yield f"No cell of {axes} moved."
        return
    yield f"{counted(len(moved), 'cell')} of {axes} moved:"
    labels = {value.value: value.shown for one in tables for value in (*one.rows, *one.columns)}
    for cell in moved:
        yield paragraph(f"{labels[cell['row']]} x {labels[cell['column']]}", 2, 4)
        changes = list(_changes(cell["old"], cell["new"]))
        if not changes:
            came, went = (", ".join(cell[name]) for name in ("studies_in", "studies_out"))
            changes = [f"other studies: {came} for {went}"]
        yield paragraph("; ".join(changes), 6, 4)


def _changes(old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    for name in ("studies", "linked", "findings", "bundled", *DIRECTIONS):
        if old[name] != new[name]:
            yield f"{name.replace('_', ' ')} {old[name]} -> {new[name]}"
    if old["by_basis"] != new["by_basis"] and all(old[name] == new[name] for name in DIRECTIONS):
        yield "the same directions on other bases"
    estimates = [{one["metric"]: one for one in edition["estimates"]} for edition in (old, new)]
    for metric in dict.fromkeys((*estimates[0], *estimates[1])):
        here, there = (_estimate(edition.get(metric)) for edition in estimates)
        if here != there:
            yield f"{metric} {here} -> {there}"


def _estimate(one: dict[str, Any] | None) -> str:
    if one is None:
        return "none"
    return f"{one['value']:.2f} [{one['ci_low']:.2f}, {one['ci_high']:.2f}], k = {one['k']}"


def _rows(found: Difference, moved: list[dict[str, Any]]) -> Iterator[tuple[object, ...]]:
    yield _COLUMNS
    for study in found.added:
        yield ("added", study.id, None, None, None, None, None, study.title)
    for study in found.removed:
        yield ("removed", study.id, None, None, None, None, study.title, None)
    for one in found.changed:
        if one.renamed:
            yield ("renamed", one.new.id, one.old.id, *[None] * 5)
        for change in one.changes:
            values = change.path, None, None, _cell(change.old), _cell(change.new)
            yield ("changed", one.new.id, one.old.id, *values)
    for cell in moved:
        for name in cell["old"]:
            here, there = cell["old"][name], cell["new"][name]
            if here != there:
                place = cell["row"], cell["column"]
                yield ("cell", None, None, name, *place, _cell(here), _cell(there))


def _cell(value: object) -> object:
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False)
    return value
