"""The command informants: how many of those asked speak of a theme, and when new themes end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import click

from implsci.cli.casebooks import casebook_argument, read_casebook
from implsci.cli.options import limit_option
from implsci.cli.output import Format, cut_off, emit, examples, flat, format_option, grid, paragraph
from implsci.cli.sources import compendium as read_compendium
from implsci.errors import UnknownNameError
from implsci.learning import Shares, share_of_informants
from implsci.plugins import registry

__all__ = ["informants"]

_HEADER: Final = ("theme", "source", "n", "n_informants", "direction", "date", "share")


@examples(
    "implsci informants ours.jsonl",
    "implsci informants ours.jsonl --compendium implsci-examples --limit 5",
    "implsci informants ours.jsonl --format csv",
)
@click.command()
@casebook_argument
@click.option(
    "--compendium", metavar="FILE|NAME",
    help="Studies that say how many of their informants named a barrier.",
)  # fmt: skip
@limit_option("lines each table shows", 20)
@format_option
def informants(casebook: str, compendium: str | None, limit: int, format: Format) -> None:
    """Say how many of those asked speak of a theme.

    CASEBOOK holds observations: a file, a folder, - for stdin, or a name. Each share keeps its source
    and its denominator; without one there is no share. Then, observation by observation in time, how
    many themes nobody had told before. CSV holds the shares, JSON both.
    """
    studies = None if compendium is None else read_compendium(compendium)
    found = share_of_informants(read_casebook(casebook), studies)
    emit(
        format,
        found.to_dict(),
        lambda: "\n".join(_lines(found, limit or None)),
        rows=flat(found.to_rows(), _HEADER),
    )


def _lines(found: Shares, limit: int | None) -> Iterator[str]:
    yield paragraph(found.sentence())
    if found.shares:
        yield ""
        yield grid(
            "Theme", "Source", "Say so", "Asked", "Share", "Direction",
            rows=[
                [
                    _theme(one.theme),
                    one.source,
                    *("?" if number is None else number for number in (one.n, one.n_informants)),
                    "?" if one.share is None else f"{one.share:.0%}",
                    (one.direction or "?").replace("_", " "),
                ]
                for one in found.shares[:limit]
            ],
            right=("Say so", "Asked", "Share"),
        )  # fmt: skip
        yield from cut_off(len(found.shares), limit, "shares")
    if found.newness:
        yield ""
        yield grid(
            "Date", "Observation", "Themes", "New",
            rows=[
                [one.date or "?", one.observation, one.themes, one.new]
                for one in found.newness[:limit]
            ],
            right=("Themes", "New"),
            narrow=("Date",),
        )  # fmt: skip
        yield from cut_off(len(found.newness), limit, "observations")
    if found.shares:
        yield ""
        yield "?: not told"
    yield ""
    for text in found.assumptions:
        yield paragraph(f"- {text}", hang=2)


def _theme(theme: str) -> object:
    """Return the label of a code, with the code; any other theme as it is."""
    if ":" not in theme:
        return theme.replace("_", " ")
    try:
        return registry().term(theme).label, theme
    except UnknownNameError:
        return theme
