"""The command unmatched: what no term fits, as candidate terms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from implsci._wording import counted
from implsci.atomic import write_file
from implsci.cli.options import limit_option, source_argument
from implsci.cli.output import Format, emit, examples, flat, format_option, note, paragraph, write
from implsci.cli.sources import STDIN, compendium, refuse_source
from implsci.unmatched import KINDS, REASONS, Candidate, Unmatched
from implsci.unmatched import unmatched as find_unmatched

__all__ = ["unmatched"]

_LIMIT = 10


@examples(
    "implsci unmatched implsci-examples",
    "implsci unmatched implsci-examples --kind barrier --because uncoded",
    "implsci unmatched implsci-examples --scheme eric --out terms.csv",
)
@click.command()
@source_argument
@click.option(
    "--kind", "kinds", multiple=True, metavar="K",
    help=f"What to look at: {', '.join(KINDS)}; may be repeated. [default: barrier and strategy, or "
    "what the scheme has terms for]",
)  # fmt: skip
@click.option("--scheme", metavar="S", help="Only codes of this taxonomy count as fitting.")
@click.option(
    "--because", multiple=True, metavar="R",
    help=f"Only for this reason: {', '.join(REASONS)}; may be repeated. [default: any]",
)  # fmt: skip
@limit_option("candidates a table shows", _LIMIT)
@click.option(
    "--out", metavar="FILE", help="Write all candidates as a term table in CSV; - is stdout."
)
@format_option
def unmatched(
    source: str,
    kinds: tuple[str, ...],
    scheme: str | None,
    because: tuple[str, ...],
    limit: int,
    out: str | None,
    format: Format,
) -> None:
    """List what no term fits, as candidate terms.

    Counted are nodes without any code, without a code of the scheme asked for, and those at which
    a coder found no term. Each candidate shows the existing terms that come nearest, so that an
    author sees whether it is new. The term table that --out writes is a draft: what a term means is
    for its author to say, and implsci new-plugin --from takes it once definitions are filled in.
    """
    if out is not None and out != STDIN:
        refuse_source(source, out)
    found = find_unmatched(
        compendium(source), kinds=kinds or None, scheme=scheme, because=because or None
    )
    if out is not None:
        table = found.to_term_table().encode("utf-8", "backslashreplace")
        if out == STDIN:
            write(table)
            return
        write_file(Path(out), [table])
        note(f"wrote {out}: {counted(len(found.candidates), 'candidate')}, to be defined")
    emit(
        format,
        found.to_dict(),
        lambda: "\n".join(_lines(found, limit or None)),
        rows=flat(found.to_rows(), ("kind", "label")),
    )


def _lines(found: Unmatched, limit: int | None) -> Iterator[str]:
    yield paragraph(found.sentence())
    shown: Sequence[Candidate] = found.candidates[:limit]
    for candidate in shown:
        yield ""
        count = counted(candidate.studies, "study", "studies")
        nodes = counted(candidate.nodes, "node")
        yield paragraph(f"{candidate.label} ({candidate.kind}; {count}, {nodes})", hang=2)
        if candidate.synonyms:
            yield paragraph(f"also: {'; '.join(candidate.synonyms)}", 2, 2)
        yield paragraph(
            f"in: {', '.join(example.study for example in candidate.examples)}"
            + (" and others" if candidate.studies > len(candidate.examples) else ""),
            2, 2,
        )  # fmt: skip
        quote = next((example.quote for example in candidate.examples if example.quote), None)
        if quote:
            yield paragraph(f'quote: "{quote}"', 2, 2)
        if candidate.existing:
            near = candidate.existing
            yield paragraph(f"is a term already: {near.label} ({near.code})", 2, 2)
        elif candidate.nearest:
            told = "; ".join(
                f"{near.label} ({near.code}) {near.score:.2f}" for near in candidate.nearest
            )
            yield paragraph(f"nearest: {told}", 2, 2)
        else:
            yield paragraph("nearest: nothing found", 2)
    yield ""
    if len(found.candidates) > len(shown):
        yield paragraph(f"{len(found.candidates) - len(shown)} more; --limit 0 shows all")
    if found.candidates:
        for text in found.assumptions:
            yield paragraph(f"- {text}", hang=2)
