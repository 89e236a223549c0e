"""The command cases: embedded research and case studies told by sector."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from implsci.atomic import write_file
from implsci.cli.casebooks import read_casebook
from implsci.cli.output import Format, emit, examples, format_option, grid, note, paragraph
from implsci.cli.output import write as write_out
from implsci.cli.sources import STDIN, refuse_source
from implsci.cli.sources import compendium as read_compendium
from implsci.learning import Cases
from implsci.learning import cases as ask

__all__ = ["cases"]

_HEADER = (
    "sector", "label", "case", "title", "year", "embedded", "design", "barriers", "strategies",
    "findings", "seen_in_practice", "quotes",
)  # fmt: skip


@examples(
    "implsci cases implsci-examples",
    "implsci cases implsci-examples --sector health --format csv",
    "implsci cases implsci-examples --out -",
)
@click.command()
@click.argument("compendium", metavar="FILE|NAME")
@click.option("--casebook", metavar="C", help="What practice saw and said of them.")
@click.option("--sector", metavar="S", help="This sector and narrower ones only.")
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="FILE.md", help="Write the stories; - is stdout.",
)  # fmt: skip
@format_option
def cases(
    compendium: str, casebook: str | None, sector: str | None, out: Path | None, format: Format
) -> None:
    """Tell cases by sector, embedded research first of all.

    A case is a study embedded in a program, a case study by its design, or what practice saw by
    itself. Names and words without consent are never shown.
    """
    book = None if casebook is None else read_casebook(casebook)
    found = ask(read_compendium(compendium), book, sector=sector)
    if out is not None:
        if str(out) == STDIN:
            write_out(found.to_markdown())
            return
        for source in filter(None, (compendium, casebook)):
            refuse_source(source, out)
        write_file(out, [found.to_markdown().encode()])
        note(f"wrote {out}")
        return
    emit(
        format,
        found.to_dict(),
        lambda: "\n".join(_lines(found)),
        rows=[_HEADER, *(tuple(row.values()) for row in found.to_rows())],
    )


def _lines(found: Cases) -> Iterator[str]:
    yield paragraph(found.sentence())
    for sector in found.sectors:
        yield ""
        yield grid(
            sector.label, "Embedded", "Findings", "Seen",
            rows=[
                [
                    (case.title, case.id),
                    "practice" if case.study is None else case.study.embedded or "?",
                    "" if case.study is None else len(case.study.findings),
                    len(case.seen),
                ]
                for case in sector.cases
            ],
            right=("Findings", "Seen"),
        )  # fmt: skip
    yield ""
    for text in found.assumptions:
        yield paragraph(f"- {text}", hang=2)
