"""The command merge: several collections made one, each study once, and back again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from implsci._wording import counted
from implsci.cli.output import (
    Format,
    clean,
    emit,
    examples,
    format_option,
    note,
    paragraph,
    watching,
    write,
)
from implsci.cli.sources import STDIN
from implsci.cli.sources import compendium as load_compendium
from implsci.codec import encode
from implsci.compendium import Compendium, find, load_source
from implsci.compendium.merging import MergeReport, undo
from implsci.compendium.merging import merge as join
from implsci.errors import UnreadableFileError
from implsci.formats import exchange
from implsci.formats.choosing import find_format
from implsci.hooks import CompendiumSource
from implsci.ledger import Ledger
from implsci.plugins import registry

__all__ = ["merge", "read_source"]

_SHOWN = 10
_COLUMNS = (
    "what", "number", "study", "records", "score", "reason", "field", "kept", "other", "source",
    "kind",
)  # fmt: skip


@examples(
    "implsci merge review.ris coded.csv studies.jsonl --out all.jsonl --report merge.json",
    "implsci merge references.ris --out references.jsonl --same references.ris#a references.ris#b",
    "implsci merge review.ris coded.csv --out all.csv --to condensed",
    "implsci merge --undo merge.json --merge 1 --out all.jsonl",
)
@click.command()
@click.argument("files", metavar="FILE...", nargs=-1)
@click.option("--out", metavar="OUT", required=True, help="Where the studies go; - is stdout.")
@click.option("--to", metavar="FORMAT", help="Format of OUT; by its name where left out.")
@click.option("--report", metavar="R.json", help="Where the report goes that can undo the merge.")
@click.option(
    "--ids-only", is_flag=True,
    help="Compare DOIs, numbers in PubMed and ids, and no titles where there are none.",
)  # fmt: skip
@click.option(
    "--prefer", type=click.Choice(["complete", "first"]), default="complete", show_default=True,
    help="Whose values stand: those of the record that says most, or of the first FILE.",
)  # fmt: skip
@click.option(
    "--same", nargs=2, multiple=True, metavar="FILE#ID FILE#ID",
    help="These two are one study, whatever speaks against it; may be repeated.",
)  # fmt: skip
@click.option(
    "--apart", nargs=2, multiple=True, metavar="FILE#ID FILE#ID",
    help="These two are not, whatever speaks for it; may be repeated.",
)  # fmt: skip
@click.option("--undo", "undone", metavar="R.json", help="Take a merge back, by its report.")
@click.option("--merge", "number", type=int, metavar="N", help="With --undo: only this merge.")
@click.option("--strict", is_flag=True, help="Stop at the first record that cannot be read.")
@format_option
def merge(
    files: tuple[str, ...],
    out: str,
    to: str | None,
    report: str | None,
    ids_only: bool,
    prefer: str,
    same: tuple[tuple[str, str], ...],
    apart: tuple[tuple[str, str], ...],
    undone: str | None,
    number: int | None,
    strict: bool,
    format: Format,
) -> int:
    """Make one collection of several, each study once.

    FILE is a file or folder of any format, - for stdin, or a compendium that a plugin brings; OUT a
    file or folder of any format, as its name or --to says. Every merge is listed with its reason and
    every field of which two values are known; both are kept. What may be one study and is not sure
    is listed too, and joined
    by --same. With --undo the records come back as they were, one collection after the other.
    Exits with 1 where a record could not be read.
    """
    _check_out(out, to)
    if undone is not None:
        if files or report or same or apart:
            raise click.UsageError("--undo takes a report, and no FILE.")
        restored = undo(undone, number)
        _save(Compendium(studies=restored), out, to)
        what = "the merges are" if number is None else f"merge {number} is"
        note(f"{what} undone: {counted(len(restored), 'study', 'studies')} in {out}")
        return 0
    if not files:
        raise click.UsageError("Missing argument 'FILE...': what to merge.")
    if number is not None:
        raise click.UsageError("--merge goes with --undo.")
    skipped = 0
    collections: list[Compendium] = []
    for file in files:
        read, skips = read_source(file, strict=strict)
        collections.append(read)
        skipped += skips
    made = join(
        *(one.studies for one in collections),
        names=[Path(file).name if file != STDIN else "stdin" for file in files],
        titles=not ids_only,
        prefer="first" if prefer == "first" else "complete",
        same=same,
        apart=apart,
    )
    if report is not None:
        made.save(report)
        note(f"wrote the report to {report}")
    _save(Compendium(studies=made.studies), out, to)
    if out == STDIN:
        note(made.to_text().partition("\n")[0])
    else:
        emit(format, made.to_dict(), lambda: "\n".join(_lines(made)), rows=_rows(made))
        note(f"wrote {counted(len(made.studies), 'study', 'studies')} to {out}")
    return 1 if skipped else 0


def read_source(source: str, *, strict: bool = False) -> tuple[Compendium, int]:
    """Read a source of any format, and say on stderr what was skipped or left out.

    Args:
        source: a file, a folder, ``-`` or the name of a compendium.
        strict: raise at the first record that cannot be read.

    Returns:
        The studies, and how many records were skipped.

    Raises:
        ImplsciError: it cannot be read, or a record cannot and reading is strict.
    """
    if source == STDIN:
        return load_compendium(STDIN), 0
    path = Path(source)
    if path.suffix and not path.exists() and len(path.parts) == 1:
        raise UnreadableFileError(source, "No such file or directory")
    found = find(source)
    if isinstance(found, CompendiumSource):
        return load_source(found), 0
    with watching("studies") as tick:
        ledger = Ledger(source, strict=strict, progress=tick)
        read = exchange.read(found, ledger=ledger)
    if ledger.skips or ledger.left_out or ledger.said:
        _tell(f"{source}: {ledger.summary(_SHOWN)}")
    return read, ledger.skips


def _check_out(out: str, to: str | None) -> None:
    """Refuse an OUT whose format is not clear, before hours of work have gone into it."""
    if out != STDIN:
        find_format(Path(out), to, registry(), writing=True)
    elif to not in (None, "jsonl"):
        raise click.UsageError("stdout gets JSON Lines; name a file in OUT to have another --to.")


def _save(studies: Compendium, out: str, to: str | None) -> None:
    if out == STDIN:
        write(b"".join(encode(study) + b"\n" for study in studies))
        return
    ledger = Ledger(out)
    exchange.write(studies, out, to, ledger=ledger)
    if ledger.left_out or ledger.said:
        _tell(f"{out} cannot carry everything: {ledger.summary(_SHOWN)}")


def _tell(text: str) -> None:
    first, *lines = text.splitlines()
    note(first)
    for line in lines:
        click.echo(clean(f"  {line}"), err=True)


def _lines(report: MergeReport) -> Iterator[str]:
    for line in report.to_text().splitlines():
        indent = len(line) - len(line.lstrip())
        yield paragraph(line, indent, 4)


def _rows(report: MergeReport) -> Iterator[tuple[object, ...]]:
    yield _COLUMNS
    for one in report.merges:
        records, why = "; ".join(map(str, one.joined)), "; ".join(one.reasons)
        yield ("merge", one.number, one.kept, records, one.score, why, *[None] * 5)
        for conflict in one.conflicts:
            values = conflict.field, conflict.kept, conflict.other, conflict.source, conflict.kind
            yield ("conflict", one.number, one.kept, None, None, None, *values)
    for doubt in report.doubtful:
        records = "; ".join(map(str, doubt.members))
        yield ("doubtful", None, None, records, doubt.score, doubt.reason, *[None] * 5)
    for renamed in report.renamed:
        yield ("renamed", None, renamed.id, str(renamed.origin), *[None] * 7)
