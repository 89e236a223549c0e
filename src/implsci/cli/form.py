"""The command form: an extraction form to fill in, and a filled one as a compendium."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from implsci._wording import counted
from implsci.cli import sources
from implsci.cli.output import clean, examples, note, watching
from implsci.compendium import Compendium
from implsci.errors import InvalidQueryError
from implsci.formats import exchange
from implsci.ledger import Ledger

__all__ = ["form"]

_SHOWN: Final = 40


@examples(
    "implsci form extraction.form.xlsx --coder AB --coder CD",
    "implsci form extraction.form.xlsx --taxonomy cfir-2022 --taxonomy eric",
    "implsci form extraction.form.xlsx --studies references.ris",
    "implsci form --read extraction.form.xlsx studies.jsonl",
)
@click.command()
@click.argument("out", metavar="OUT", type=click.Path(path_type=Path))
@click.option(
    "--read", "filled", metavar="FILLED", type=click.Path(path_type=Path),
    help="Read this filled form into OUT, a compendium of any format.",
)  # fmt: skip
@click.option(
    "--taxonomy", "taxonomies", metavar="SCHEME", multiple=True,
    help="What the drop-downs offer; a family stands for its newest edition. Without any: "
    "determinants, strategies, mechanisms, outcomes, sectors and more of the usual schemes.",
)  # fmt: skip
@click.option(
    "--studies", "source", metavar="FILE",
    help="Fill the form with these studies: a file of any format, or the name of a compendium.",
)  # fmt: skip
@click.option(
    "--coder", "coders", metavar="NAME", multiple=True, help="A name that the form offers as coder."
)
@click.option("--strict", is_flag=True, help="Stop at the first row or cell that cannot be read.")
def form(
    out: Path,
    filled: Path | None,
    taxonomies: tuple[str, ...],
    source: str | None,
    coders: tuple[str, ...],
    strict: bool,
) -> int:
    """Write an extraction form for a review team, or read one.

    OUT is a workbook (.xlsx) with drop-downs from the taxonomies and a codebook. Several coders may
    each fill rows of their own for one thing: what they agree on is settled, the rest is listed. With
    --read, OUT is a compendium of any format; what could not be read is said with sheet, row and
    column, and the rest is written. Exits with 0 where all was read or written, 1 where something was
    skipped, 2 where asked wrongly, 3 where a file cannot be read or written.
    """
    if filled is not None:
        if taxonomies or source is not None or coders:
            raise InvalidQueryError(
                "--read takes no --taxonomy, --studies and --coder; they are for a form to be written"
            )
        return _read(filled, out, strict)
    return _write(out, taxonomies, source, coders, strict)


def _write(
    out: Path,
    taxonomies: tuple[str, ...],
    source: str | None,
    coders: tuple[str, ...],
    strict: bool,
) -> int:
    from implsci.formats.compendium.form import TAXONOMIES, write_form

    if out.suffix.lower() != ".xlsx":
        raise InvalidQueryError(
            f"{out.name}: expected a name that ends in .xlsx, best in .form.xlsx"
        )
    ledger = Ledger(source or "", strict=strict)
    studies = Compendium(studies=()) if source is None else _compendium(source, ledger)
    written = Ledger(out.name)
    write_form(
        out, taxonomies=taxonomies or TAXONOMIES, studies=studies, coders=coders, ledger=written
    )
    note(f"wrote a form with {counted(len(studies), 'study', 'studies')} to {out}")
    _tell(ledger)
    _tell(written)
    return 1 if ledger.skips else 0


def _compendium(source: str, ledger: Ledger) -> Compendium:
    if source != sources.STDIN and Path(source).exists():
        return exchange.read(source, ledger=ledger)
    return sources.compendium(source)


def _read(filled: Path, out: Path, strict: bool) -> int:
    with watching("studies") as tick:
        ledger = Ledger(filled.name, strict=strict, progress=tick)
        found = exchange.read(filled, "form", ledger=ledger)
    written = Ledger(out.name)
    exchange.write(found, out, ledger=written)
    note(f"wrote {counted(len(found), 'study', 'studies')} to {out}")
    _tell(ledger)
    _tell(written)
    return 1 if ledger.skips else 0


def _tell(ledger: Ledger) -> None:
    """Say on stderr what was skipped, left out or guessed."""
    for line in ledger.summary(_SHOWN).splitlines()[1:]:
        click.echo(clean(f"  {line}"), err=True)
