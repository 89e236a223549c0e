"""Where nobody looked, where a null result was found, and where a basis sees no link."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from implsci._wording import counted
from implsci.analysis.tally import in_words
from implsci.report._headlines import coded_pairs, nulls
from implsci.report._tables import table
from implsci.report._text import cut, number
from implsci.synthesis import Synthesis
from implsci.synthesis.axes import AxisValue

if TYPE_CHECKING:
    from implsci.report import Report

__all__ = ["gaps"]

_GAPS: Final = 15
_GAPS_NAMED: Final = 4


def gaps(report: Report) -> Iterator[str]:
    """Yield where nobody looked, where a null result was found, and where a basis sees no link."""
    tables = (
        (report.barriers, "barriers and strategies"),
        (report.outcomes, "strategies and outcomes"),
    )
    yield "<h3>· Nobody looked: no study holds both</h3>"
    for synthesis, words in tables:
        found = synthesis.gaps()
        if not found:
            yield f"<p>No pair of {words} is empty among those that occur.</p>"
            continue
        first, second = (
            axis.partition(":")[0] for axis in (synthesis.row_axis, synthesis.column_axis)
        )
        yield table(
            f"{number(len(found))} of {number(coded_pairs(synthesis))} pairs of {words} are in no "
            f"study; here the {first} values that most studies have, each with the commonest of those "
            "it was never studied with",
            (f"{first.capitalize()} (studies)", f"No study with this {second} (studies)", "Pairs"),
            _gap_rows(synthesis),
        )
    yield "<h3>≈ Looked at, and most effects are null results</h3>"
    for synthesis, words in tables:
        found_null = nulls(synthesis)
        if not found_null:
            yield f"<p>No pair of {words} is like that.</p>"
            continue
        yield table(
            f"{counted(len(found_null), 'pair')} of {words} where most effects found no difference",
            ("Pair", "Studies", "What came of it"),
            [_null_row(synthesis, *pair) for pair in found_null[:_GAPS]],
        )
    yield "<h3>⊘ Evidence of no link</h3>"
    if report.unlinked:
        yield table(
            "Pairs for which a published basis reports evidence of no link",
            ("Pair", "Basis"),
            [
                (f"{cut(report.label(row))} &times; {cut(report.label(column))}", cut(basis))
                for (row, column), basis in report.unlinked.items()
            ],
        )
    else:
        yield (
            "<p>No installed basis reports evidence of no link for a pair of these maps. That is "
            "silence: it does not say that every pair may work.</p>"
        )


def _gap_rows(synthesis: Synthesis) -> Iterator[tuple[str, str, str]]:
    missing: dict[str, list[AxisValue]] = {}
    rows = {row.value: row for row in synthesis.rows}
    for row, column in synthesis.gaps():
        missing.setdefault(row.value, []).append(column)
    for value, columns in list(missing.items())[:_GAPS]:
        named = ", ".join(
            f"{cut(column.shown)} ({number(column.studies)})" for column in columns[:_GAPS_NAMED]
        )
        left = len(columns) - _GAPS_NAMED
        yield (
            f"{cut(rows[value].shown)} ({number(rows[value].studies)})",
            named + (f" and {number(left)} more" if left > 0 else ""),
            number(len(columns)),
        )


def _null_row(synthesis: Synthesis, row: str, column: str) -> tuple[str, str, str]:
    cell = synthesis.cells[row, column]
    names = {value.value: value.shown for value in (*synthesis.rows, *synthesis.columns)}
    return (
        f"{cut(names[row])} &times; {cut(names[column])}",
        number(cell.studies),
        "<br>".join(in_words(cell.by_basis)),
    )
