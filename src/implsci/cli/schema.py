"""The command schema: what a document may hold, for other programs."""

from __future__ import annotations

import click

from implsci.cli.output import Format, emit, examples, format_option, grid, json_text, write
from implsci.schema import describe, json_schema, record_classes

__all__ = ["schema"]


@examples(
    "implsci schema",
    "implsci schema Strategy",
    "implsci schema --list",
)
@click.command()
@click.argument("name", metavar="[CLASS]", default="Study")
@click.option("--list", "listing", is_flag=True, help="List the classes instead.")
@format_option
def schema(name: str, listing: bool, format: Format) -> None:
    """Print the JSON Schema of a study or another class.

    The schema is JSON (draft 2020-12) whatever the format; --format is for the list.
    """
    if not listing:
        write(json_text(json_schema(name)))
        return
    classes = [
        {"class": name, "holds": describe(record)} for name, record in record_classes().items()
    ]
    emit(
        format,
        classes,
        lambda: grid("Class", "Holds", rows=[list(item.values()) for item in classes]),
    )
