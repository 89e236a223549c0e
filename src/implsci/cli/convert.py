"""The command convert: a compendium from one format into another, with an account of the way."""

from __future__ import annotations

import contextlib
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from implsci._wording import counted
from implsci.cli.options import where_option
from implsci.cli.output import (
    Format,
    clean,
    emit,
    examples,
    format_option,
    json_text,
    note,
    watching,
    write,
)
from implsci.cli.sources import STDIN, facets_asked, refuse_source
from implsci.compendium import Compendium, find, ingest
from implsci.compendium.files import LINES
from implsci.errors import InvalidQueryError, UnreadableFileError
from implsci.formats import exchange
from implsci.formats.choosing import find_format
from implsci.hooks import CompendiumSource
from implsci.ledger import Ledger
from implsci.plugins import registry as default_registry

__all__ = ["account", "convert", "tell"]

_SHOWN = 10


@examples(
    "implsci convert implsci-examples studies.csv --to condensed",
    "implsci convert references.ris studies.jsonl",
    "implsci convert effects.csv --guess-mapping > effects.toml",
    "implsci convert effects.csv studies.jsonl --mapping effects.toml",
    "implsci convert many.jsonl many.store",
    "implsci convert implsci-examples kenya.jsonl --where country=KE",
)
@click.command()
@click.argument("source", metavar="IN")
@click.argument("out", metavar="OUT", required=False)
@click.option("--from", "from_", metavar="FORMAT", help="Format of IN; by its name where left out.")
@click.option("--to", metavar="FORMAT", help="Format of OUT; by its name where left out.")
@click.option(
    "--mapping", metavar="FILE", type=click.Path(path_type=Path),
    help="A TOML file that says what the columns of IN mean.",
)  # fmt: skip
@click.option("--guess-mapping", is_flag=True, help="Print a mapping for IN, to be edited.")
@where_option
@click.option("--strict", is_flag=True, help="Stop at the first record that cannot be read.")
@format_option
def convert(
    source: str,
    out: str | None,
    from_: str | None,
    to: str | None,
    mapping: Path | None,
    guess_mapping: bool,
    where: tuple[str, ...],
    strict: bool,
    format: Format,
) -> int:
    """Turn a compendium from one format into another.

    IN is a file or folder of any format, - for stdin (with --from), or the name of a compendium; OUT a
    file or folder, or - for stdout (with --to). What was skipped, left out or guessed on the way is
    said on stderr; --format json or csv prints the whole account. A conversion of a .jsonl file into a
    .store that was stopped goes on where it was when it is asked for again. Exits with 1 where a
    record was skipped. implsci formats lists the formats.
    """
    if guess_mapping:
        from implsci.formats.mapped import guess_mapping as guess

        with _incoming(source, from_) as path:
            write(guess(path))
        return 0
    if out is None:
        raise click.UsageError("Missing argument 'OUT': the file or folder to write.")
    if mapping is not None and from_ is not None:
        raise InvalidQueryError("--mapping reads a table by its own rules; leave --from out")
    if out != STDIN:
        refuse_source(source, out)
    with (
        _incoming(source, from_) as path,
        _outgoing(out, to) as target,
        watching("studies") as tick,
    ):
        ledger = Ledger(source, strict=strict, progress=tick)
        lines = path.suffix.lower() in LINES and not mapping and _name(path, from_) == "jsonl"
        if lines and not where and _name(target, to, writing=True) == "store":
            ingest(path, target, ledger=ledger)
            return _told(format, out, ledger)
        written = Ledger(out)
        studies = _read(path, from_, mapping, ledger)
        if where:
            studies = studies.where(registry=default_registry(), **facets_asked(where))
            ledger.say(f"of {ledger.taken:,} read, kept by --where: {len(studies):,}")
        exchange.write(studies, target, to, ledger=written)
    return _told(format, out, ledger, written)


def account(ledger: Ledger, written: Ledger | None = None) -> dict[str, Any]:
    """Return the account of a reading, and of the writing that followed, as plain values."""
    return {
        "studies": ledger.taken,
        "skipped": [{"place": one.path, "reason": one.message} for one in ledger.skipped],
        "skips": ledger.skips,
        "left_out": [
            {"where": one.path, "what": one.message, "when": when}
            for when, book in (("reading", ledger), ("writing", written))
            if book
            for one in book.left_out
        ],
        "said": [*ledger.said, *(written.said if written else ())],
    }


def tell(out: str, ledger: Ledger, written: Ledger | None = None) -> None:
    """Say on stderr what was done, what was skipped and what was left out."""
    lines = ledger.summary(_SHOWN).splitlines()
    if written and (written.left_out or written.said):
        lines += [f"{out} cannot carry everything:", *written.summary(_SHOWN).splitlines()[1:]]
    done = written or ledger
    lines[0] = counted(done.taken, "study", "studies")
    note(f"wrote {lines[0]} to {'stdout' if out == STDIN else out}")
    for line in lines[1:]:
        click.echo(clean(f"  {line}"), err=True)


def _told(format: Format, out: str, ledger: Ledger, written: Ledger | None = None) -> int:
    tell(out, ledger, written)
    if format == "json" and out != STDIN:
        write(json_text(account(ledger, written)))
    elif format == "csv" and out != STDIN:
        rows = [
            ("when", "place", "what"),
            *(("skipped", one.path, one.message) for one in ledger.skipped),
            *(("reading", one.path, one.message) for one in ledger.left_out),
            *(("writing", one.path, one.message) for one in (written.left_out if written else ())),
        ]
        emit("csv", None, str, rows)
    return 1 if ledger.skips else 0


def _read(path: Path, format: str | None, mapping: Path | None, ledger: Ledger) -> Compendium:
    if mapping is not None:
        from implsci.formats.mapped import read_mapped, read_mapping

        studies = []
        for study in read_mapped(path, read_mapping(mapping), ledger):
            ledger.take()
            studies.append(study)
        return Compendium(
            studies=tuple(studies),
            name=ledger.name or path.stem,
            title=ledger.title,
            license=ledger.license,
            citation=ledger.citation,
        )
    return exchange.read(path, format, ledger=ledger)


def _name(path: Path, format: str | None, *, writing: bool = False) -> str:
    return find_format(path, format, default_registry(), writing=writing).name


@contextlib.contextmanager
def _incoming(source: str, format: str | None) -> Iterator[Path]:
    """Give the file of a source; what stdin brings is kept in one for as long as it is read."""
    if source != STDIN:
        path = Path(source)
        if not path.exists():
            found = find(source)
            path = found.path if isinstance(found, CompendiumSource) else found
        yield path
        return
    if format is None:
        raise InvalidQueryError("stdin has no name to tell its format by: say it with --from")
    ending = next(
        (one for one in default_registry().format(format).extensions if one[0] == "."), ""
    )
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder, f"stdin{ending}")
        with kept.open("wb") as stream:
            while piece := sys.stdin.buffer.read(1 << 20):
                stream.write(piece)
        yield kept


@contextlib.contextmanager
def _outgoing(out: str, format: str | None) -> Iterator[Path]:
    """Give the path to write to; what is meant for stdout goes there once it is whole."""
    if out != STDIN:
        yield Path(out)
        return
    if format is None:
        raise InvalidQueryError("stdout has no name to tell the format by: say it with --to")
    ending = next(
        (one for one in default_registry().format(format).extensions if one[0] == "."), ""
    )
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder, f"stdout{ending}")
        yield target
        if not target.is_file():
            raise UnreadableFileError(out, f"{format} is a folder, which stdout cannot be")
        write(target.read_bytes())
