"""The command demo: the main job on the bundled compendium."""

from __future__ import annotations

from importlib.metadata import entry_points
from pathlib import Path

import click

from implsci.cli.check import tally
from implsci.cli.output import Format, clean, emit, examples, format_option, note, pooling, width
from implsci.compendium import load_source, write_file
from implsci.errors import UnreadableFileError
from implsci.hooks import GROUP
from implsci.plugins import registry
from implsci.plugins.loading import LIMIT_VARIABLE
from implsci.report import Report, build_report

__all__ = ["demo"]

_COMPENDIUM = "implsci-examples"


@examples(
    "implsci demo",
    "implsci demo --out my-demo",
)
@click.command()
@click.option(
    "--out",
    default="implsci-demo",
    show_default=True,
    metavar="DIR",
    help="Folder that gets report.html.",
)
@format_option
def demo(out: str, format: Format) -> None:  # fmt: skip
    """Do the main job on real studies, and write a report."""
    compendium = load_source(registry().compendium(_COMPENDIUM))
    if missing := _left_out():
        note(f"without the plugins that {LIMIT_VARIABLE} leaves out: {', '.join(missing)}")

    def run(pooled: bool) -> Report:
        return build_report(compendium, pooled=pooled)

    report = pooling(run, True)
    page = Path(out) / "report.html"
    try:
        page.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UnreadableFileError(out, error.strerror or str(error)) from error
    write_file(page, [report.to_html().encode()])

    def text() -> str:
        return "\n".join(
            (
                f"{_COMPENDIUM}, checked: {tally(report.problems)}",
                "",
                clean(report.to_text(min(width(), 100))),
            )
        )

    emit(
        format,
        {"compendium": _COMPENDIUM, "studies": len(compendium), "report": str(page)},
        text,
    )
    note(f"wrote {page}; open it in a browser")


def _left_out() -> list[str]:
    used = {plugin.name for plugin in registry().plugins()}
    return sorted({entry.name for entry in entry_points(group=GROUP)} - used)
