"""The command release: freezes a version of a compendium in a folder of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from attrs import asdict

from implsci._wording import counted
from implsci.cli import sources
from implsci.cli.casebooks import read_casebook
from implsci.cli.output import Format, emit, examples, format_option, paragraph
from implsci.cli.redact import counts_of
from implsci.release import Release
from implsci.release import release as freeze

__all__ = ["release"]

_SHOWN = 10


@examples(
    "implsci release implsci-examples releases --version 1.0.0",
    'implsci release implsci-examples releases --version 2026-01-05 --author "Ng, Ada"',
)
@click.command()
@click.argument("file", metavar="FILE")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--version", required=True, metavar="V", help="Such as 1.2.0, 2.0.0-rc.1 or 2026-01-05."
)
@click.option(
    "--previous", metavar="DIR", type=click.Path(path_type=Path),
    help="The release that changes count from; the newest in DIR where left out.",
)  # fmt: skip
@click.option(
    "--date", metavar="YYYY-MM-DD",
    help="When it is released; else the day of SOURCE_DATE_EPOCH, else none is named.",
)  # fmt: skip
@click.option(
    "--name", metavar="N", help="What its files are called; the name of FILE if not given."
)
@click.option(
    "--title", metavar="T",
    help="Its name in full; this and the next three are those of the last release if not given.",
)  # fmt: skip
@click.option("--license", metavar="L", help="Its licence, best as an SPDX id such as CC-BY-4.0.")
@click.option("--citation", metavar="C", help="How to cite it.")
@click.option(
    "--author", "authors", metavar="A", multiple=True,
    help='Who made it, such as "Ng, Ada" or an organization; may be given several times.',
)  # fmt: skip
@click.option(
    "--casebook", metavar="CASEBOOK",
    help="Practice and knowledge records to release too, without words, names and contacts.",
)  # fmt: skip
@click.option(
    "--consented-quotes", is_flag=True, help="Let quotes with consent to publication stay."
)
@format_option
def release(
    file: str,
    folder: Path,
    version: str,
    previous: Path | None,
    date: str | None,
    name: str | None,
    title: str | None,
    license: str | None,
    citation: str | None,
    authors: tuple[str, ...],
    casebook: str | None,
    consented_quotes: bool,
    format: Format,
) -> None:
    """Freeze a version of a compendium.

    FILE is a file or folder of any format, - for stdin, or a compendium that a plugin brings. The
    release is the folder DIR/NAME-VERSION: the studies as JSON Lines and as a data package, a citation
    file, counts, checksums, and what changed since the last release, with the cells of the synthesis
    that moved. The same studies give the same bytes; nothing that was released is written over. Exits
    with 1 where FILE has errors or another release of that version stands there, with 2 where DIR holds
    releases of one other name alone and neither --name nor --previous is given.
    """
    done = freeze(
        sources.compendium(file) if file == sources.STDIN else file,
        folder,
        version=version,
        previous=previous,
        date=date,
        name=name,
        title=title,
        license=license,
        citation=citation,
        authors=authors,
        casebook=None if casebook is None else read_casebook(casebook),
        quotes="consented" if consented_quotes else "none",
    )
    emit(
        format,
        _plain(done),
        lambda: "\n".join(_lines(done)),
        rows=[("path", "sha256"), *sorted(done.files.items())],
    )


def _plain(done: Release) -> dict[str, Any]:
    changes = None if done.difference is None else done.difference.to_dict()
    return {
        "name": done.name,
        "version": done.version,
        "date": done.date,
        "path": str(done.path),
        "written": done.written,
        "studies": done.studies,
        "previous": done.previous,
        "carried": list(done.carried),
        "changes": changes,
        "synthesis": {
            "axes": done.axes,
            "cells": [
                {
                    "row": cell.row,
                    "column": cell.column,
                    "studies_in": list(cell.studies_in),
                    "studies_out": list(cell.studies_out),
                    "old": cell.old,
                    "new": cell.new,
                }
                for cell in done.moved
            ],
        },
        "redacted": [asdict(one) for one in done.redacted],
        "files": [{"path": path, "sha256": digest} for path, digest in sorted(done.files.items())],
    }


def _lines(done: Release) -> list[str]:
    what = counted(done.studies, "study", "studies")
    verb = "released" if done.written else "stands already, the same:"
    lines = [paragraph(f"{verb} {done.path}: {what}, {counted(len(done.files), 'file')}", hang=2)]
    if done.redacted:
        lines.append(f"taken out of the casebook: {counts_of(done.redacted)}")
    if done.difference is None:
        return [*lines, "the first release"]
    if done.carried:
        lines.append(paragraph(f"as in {done.previous}: {', '.join(done.carried)}", hang=2))
    found = done.difference
    lines.append(
        f"since {done.previous}: {len(found.added)} added, {len(found.removed)} removed, "
        f"{len(found.changed)} changed; {counted(len(done.moved), 'cell')} of the synthesis moved"
    )
    lines += [paragraph(cell, indent=2, hang=2) for cell in done.moved[:_SHOWN]]
    if len(done.moved) > _SHOWN:
        lines.append(f"  and {len(done.moved) - _SHOWN} more, in CHANGES.md")
    return lines
