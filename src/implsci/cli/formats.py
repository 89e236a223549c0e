"""The command formats: in which forms compendia can be read and written."""

from __future__ import annotations

import click

from implsci.cli.output import Format, emit, examples, format_option, grid
from implsci.hooks import FOLDER
from implsci.hooks import Format as CompendiumFormat
from implsci.plugins import registry

__all__ = ["formats"]


@examples("implsci formats", "implsci formats --format json")
@click.command()
@format_option
def formats(format: Format) -> None:
    """List the formats that compendia can be read and written in.

    A format that keeps everything gives every field back; the others say what they leave behind.
    """
    listed = registry().formats()
    found = [
        {
            "name": one.name,
            "title": one.title,
            "extensions": _endings(one),
            "reads": one.read is not None,
            "writes": one.write is not None,
            "keeps_everything": one.lossless,
        }
        for one in listed
    ]
    emit(
        format,
        found,
        lambda: grid(
            "name", "title", "endings", "reads", "writes", "keeps all",
            rows=(
                (
                    one.name, one.title, " ".join(_endings(one)),
                    *("yes" if able else "" for able in (one.read, one.write, one.lossless)),
                )
                for one in listed
            ),
            narrow=("name",),
        ),
    )  # fmt: skip


def _endings(format: CompendiumFormat) -> list[str]:
    return ["a folder" if ending == FOLDER else ending for ending in format.extensions]
