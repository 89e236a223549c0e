"""The command formats: in which forms compendia can be read and written."""

from __future__ import annotations

import click

from implsci.cli.output import Format, emit, examples, format_option, grid
from implsci.hooks import FOLDER
from implsci.plugins import registry

__all__ = ["formats"]


@examples("implsci formats", "implsci formats --format json")
@click.command()
@format_option
def formats(format: Format) -> None:
    """List the formats that compendia can be read and written in.

    A format that keeps everything gives every field back; the others say what they leave behind.
    """
    found = [
        {
            "name": one.name,
            "title": one.title,
            "extensions": ["a folder" if end == FOLDER else end for end in one.extensions],
            "reads": one.read is not None,
            "writes": one.write is not None,
            "keeps_everything": one.lossless,
        }
        for one in registry().formats()
    ]
    emit(
        format,
        found,
        lambda: grid(
            "name", "title", "endings", "reads", "writes", "keeps all",
            rows=(
                (
                    one["name"], one["title"], " ".join(map(str, one["extensions"])),
                    *("yes" if one[key] else "" for key in ("reads", "writes", "keeps_everything")),
                )
                for one in found
            ),
            narrow=("name",),
        ),
    )  # fmt: skip
