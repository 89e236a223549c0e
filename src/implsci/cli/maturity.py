"""The command maturity: how routine something has become in a program."""

from __future__ import annotations

from collections.abc import Iterator

import click

from implsci.cli.casebooks import casebook_argument, read_casebook
from implsci.cli.output import Format, emit, examples, format_option, grid, paragraph
from implsci.learning import Maturities
from implsci.learning import maturity as ask

__all__ = ["maturity"]

_HEADER = (
    "record", "program", "practice", "of", "instrument", "subscale", "respondent", "ratings",
    "first_time", "first", "latest_time", "latest", "scale_min", "scale_max", "stage", "fell",
    "ordered", "change",
)  # fmt: skip


@examples("implsci maturity implsci-questions", "implsci maturity implsci-questions --format json")
@click.command()
@casebook_argument
@format_option
def maturity(casebook: str, format: Format) -> None:
    """Follow how routine a practice has become in programs.

    Ratings by a named instrument, in time: the first, the latest, the stage where one was rated, and
    where a program fell back.
    """
    found = ask(read_casebook(casebook))
    emit(
        format,
        found.to_dict(),
        lambda: "\n".join(_lines(found)),
        rows=[_HEADER, *(tuple(row.values()) for row in found.to_rows())],
    )


def _lines(found: Maturities) -> Iterator[str]:
    yield paragraph(found.sentence())
    if found.courses:
        yield ""
        yield grid(
            "Program", "Rated", "By", "First", "Latest", "Stage", "Fell",
            rows=[
                [
                    (one.program, one.record),
                    one.subscale or one.of,
                    one.instrument,
                    _value(one.first, one.first_time) if one.ratings > 1 else "",
                    _value(one.latest, one.latest_time),
                    one.stage or "",
                    ", ".join(one.fell),
                ]
                for one in found.courses
            ],
        )  # fmt: skip
        if any(not one.ordered for one in found.courses):
            yield paragraph("Where dates do not tell which rating came first, they stay as told.")
    yield ""
    for text in found.assumptions:
        yield paragraph(f"- {text}", hang=2)


def _value(value: float | None, time: str | None) -> str:
    return f"{'not told' if value is None else f'{value:g}'} ({time or 'no date'})"
