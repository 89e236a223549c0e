"""The command redact: a casebook without the words, names and contacts of people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import click
from attrs import asdict, evolve

from implsci._wording import counted
from implsci.casebook import Removed
from implsci.casebook import redact as take_out
from implsci.cli.casebooks import casebook_argument, read_casebook
from implsci.cli.output import Format, emit, examples, format_option, paragraph
from implsci.cli.sources import refuse_source
from implsci.errors import InvalidQueryError

__all__ = ["counts_of", "redact"]


@examples(
    "implsci redact implsci-knowledge public.jsonl",
    'implsci redact implsci-knowledge public.jsonl --consented-quotes --name "Ana Diaz"',
)
@click.command()
@casebook_argument
@click.argument("out", metavar="OUT", type=click.Path(path_type=Path))
@click.option(
    "--consented-quotes", is_flag=True, help="Let quotes with consent to publication stay."
)
@click.option(
    "--name", "names", metavar="N", multiple=True,
    help="A further name to search free text for; may be given several times.",
)  # fmt: skip
@format_option
def redact(
    casebook: str, out: Path, consented_quotes: bool, names: tuple[str, ...], format: Format
) -> None:
    """Take quotes, names and contacts out of a casebook.

    CASEBOOK is a .jsonl or .json file, a folder of them, - for stdin, or a casebook that a plugin
    brings; OUT is a .jsonl file or a folder. Free text is searched for the names that stand in their
    fields, for words of quotes, e-mail addresses and telephone numbers; a name that stands in no field
    is not found unless --name gives it, so have somebody read OUT. Exits with 1, and writes nothing,
    where a name stands in an id; with 2 where OUT would lie over CASEBOOK.
    """
    refuse_source(casebook, out)
    if Path(casebook).is_dir() and Path(casebook).resolve() in out.resolve().parents:
        raise InvalidQueryError(
            f"{out} lies in {casebook}, which is what is read; expected a place outside of it"
        )
    book = read_casebook(casebook)
    found = take_out(book.records, quotes="consented" if consented_quotes else "none", names=names)
    evolve(book, records=found.records).save(out)
    removed = [(one.record, one.path, one.what) for one in found.removed]
    head = (
        f"wrote {counted(len(found.records), 'record')} to {out}; taken out: "
        f"{counts_of(found.removed) or 'nothing'}"
    )
    emit(
        format,
        {
            "out": str(out),
            "records": len(found.records),
            "removed": [asdict(one) for one in found.removed],
        },
        lambda: "\n".join([paragraph(head, hang=2), *map(_line, removed)]),
        rows=[("record", "path", "what"), *removed],
    )


def _line(one: tuple[str, str, str]) -> str:
    record, path, what = one
    return paragraph(f"{record}: {path}: {what}", indent=2, hang=2)


def counts_of(removed: Iterable[Removed]) -> str:
    """Return how many things of each kind were taken out."""
    counted = Counter(one.what for one in removed)
    return ", ".join(f"{what} {count}" for what, count in sorted(counted.items()))
