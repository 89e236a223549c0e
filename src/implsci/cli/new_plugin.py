"""The command new-plugin: a taxonomy of one's own, as a package."""

from __future__ import annotations

import click

from implsci._wording import counted
from implsci.cli.output import Format, clean, emit, examples, format_option
from implsci.scaffold import new_plugin as write_plugin

__all__ = ["new_plugin"]


@examples(
    "implsci new-plugin home-visits",
    'implsci new-plugin home-visits --out plugins --kind strategy --title "Kinds of home visit"',
)
@click.command("new-plugin")
@click.argument("name")
@click.option(
    "--out", default=".", show_default=True, metavar="DIR", help="Folder that gets implsci-NAME."
)
@click.option(
    "--kind", default="strategy", show_default=True, metavar="K",
    help="What the terms are, such as strategy or barrier.",
)  # fmt: skip
@click.option("--title", metavar="TEXT", help="Its name in full.")
@click.option("--author", metavar="TEXT", help="Who it is by.")
@click.option(
    "--from", "sheet", metavar="SHEET.csv",
    help="Your own spreadsheet, saved as CSV UTF-8, with the columns label and definition and any "
    "of code, synonyms, broader, kind, notation, facets, source, status.",
)  # fmt: skip
@format_option
def new_plugin(
    name: str,
    out: str,
    kind: str,
    title: str | None,
    author: str | None,
    sheet: str | None,
    format: Format,
) -> None:
    """Write the package of a taxonomy plugin, with its test.

    NAME is the scheme of its codes, such as home-visits. The folder implsci-NAME gets a table of
    terms, the few lines that read it, a contract test, a README and what pip needs; all of it
    passes its test at once.
    """
    made = write_plugin(name, out=out, kind=kind, title=title, author=author, sheet=sheet)

    def text() -> str:
        return clean(
            "\n".join(
                (
                    f"{made.folder} holds a plugin with {counted(made.terms, 'term')}:",
                    *(f"  {file}" for file in made.files),
                    "",
                    "Next, in that folder:",
                    "  python -m pip install -e '.[test]'",
                    "  pytest",
                )
            )
        )

    emit(
        format,
        {
            "plugin": made.name,
            "folder": str(made.folder),
            "terms": made.terms,
            "files": list(made.files),
        },
        text,
    )
