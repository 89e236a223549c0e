"""The commands definitions and glossary: what is meant by a term, and by whom."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from implsci._wording import counted
from implsci.atomic import write_file
from implsci.cli.casebooks import casebook_option, gather
from implsci.cli.output import Format, emit, examples, flat, format_option, grid, note, paragraph
from implsci.cli.sources import refuse_source
from implsci.errors import InvalidQueryError
from implsci.knowledge import FACETS, Comparison, Glossary, compare
from implsci.knowledge import glossary as gather_terms

__all__ = ["definitions", "glossary"]


@examples(
    "implsci definitions",
    'implsci definitions "knowledge mobilisation" "implementation science"',
    'implsci definitions "knowledge transfer" --format csv',
)
@click.command()
@click.argument("terms", metavar="[TERM]...", nargs=-1)
@casebook_option
@click.option(
    "--least", type=click.IntRange(min=1), default=2, show_default=True, metavar="N",
    help="Facets that both must state for a pair to be nearest or farthest.",
)  # fmt: skip
@format_option
def definitions(
    terms: tuple[str, ...], casebooks: tuple[str, ...], least: int, format: Format
) -> None:
    """Compare rival definitions, facet by facet.

    Without a TERM, lists the terms. With one or more: who means what by them, on which facets their
    definitions differ, how far apart they are, and what changed over the years. None is the right
    one. Every definition is a paraphrase, with its source.
    """
    found = compare(gather(casebooks), terms)
    emit(
        format,
        found.to_dict(),
        lambda: "\n".join(_lines(found, least) if terms else _terms(found)),
        rows=flat(found.to_rows()),
    )


def _terms(found: Comparison) -> Iterator[str]:
    counts = {one.term: one.of for one in found.contrasts}
    yield grid(
        "Term", "Definitions", rows=[[term, counts[term]] for term in found.terms],
        right=("Definitions",),
    )  # fmt: skip
    yield ""
    yield paragraph('Compare them by name: implsci definitions "TERM" "TERM"')


def _lines(found: Comparison, least: int) -> Iterator[str]:
    for text in found.sentences():
        yield paragraph(text, 0, 2)
    for row in found.to_rows():
        yield ""
        year = "" if row["year"] is None else f" {row['year']}"
        yield paragraph(f"{row['term']}: {row['author']}{year}")
        yield paragraph(row["paraphrase"], 2)
        said = [f"{facet} {row[facet]}" for facet in FACETS if row[facet] is not None]
        yield paragraph(f"- {'; '.join(said) if said else 'says nothing on any facet'}", 2, 2)
        read = f" ({row['read']})" if row["read"] else ""
        yield paragraph(f"- {row['source'] or 'source not told'}{read}", 2, 2)
        if row["note"]:
            yield paragraph(f"- {row['note']}", 2, 2)
    yield from _extremes(found, least)
    yield from _changes(found)
    yield ""
    for text in found.assumptions:
        yield paragraph(f"- {text}", 0, 2)


def _extremes(found: Comparison, least: int) -> Iterator[str]:
    for title, pairs in (
        ("Nearest", found.nearest(least)),
        ("Farthest apart", found.farthest(least)),
    ):
        if pairs:
            yield ""
            yield paragraph(f"{title}, of those that share {counted(least, 'facet')} or more:")
            yield grid(
                "Definition", "Definition ", "Distance", "Facets",
                rows=[
                    [pair.first.id, pair.second.id, f"{pair.distance:.2f}", pair.facets]
                    for pair in pairs
                ],
                right=("Distance", "Facets"),
            )  # fmt: skip
    if not found.nearest(least):
        yield ""
        yield paragraph(f"No two definitions share {counted(least, 'facet')} or more.")


def _changes(found: Comparison) -> Iterator[str]:
    for place, one in enumerate(found.drift):
        if not place:
            yield ""
            yield "From one dated definition to the next:"
        told = [
            f"{name} {', '.join(facets)}"
            for name, facets in (
                ("changed", one.changed), ("added", one.added), ("silent on", one.dropped),
            )
            if facets
        ]  # fmt: skip
        yield paragraph(
            f"- {one.term}, {one.earlier.author} {one.earlier.year} to {one.later.author} "
            f"{one.later.year}: {'; '.join(told) or 'no facet differs'}",
            0, 2,
        )  # fmt: skip


@examples(
    "implsci glossary",
    "implsci glossary --out glossary.md",
    "implsci glossary --out glossary.ttl",
    "implsci glossary --format csv",
)
@click.command()
@casebook_option
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="FILE.{md,csv,ttl,jsonld}",
    help="Write it: Markdown, CSV, or SKOS as Turtle or JSON-LD.",
)  # fmt: skip
@format_option
def glossary(casebooks: tuple[str, ...], out: Path | None, format: Format) -> None:
    """Print the terms with all that is meant by them.

    Rival definitions stand side by side, the oldest first; synonyms, broader and related terms are
    those of the taxonomies.
    """
    found = gather_terms(gather(casebooks))
    if out is not None:
        for source in casebooks:
            refuse_source(source, out)
        _write(found, out)
        note(f"wrote {counted(len(found.entries), 'term')} to {out}")
        return
    emit(
        format, found.to_dict(), lambda: "\n".join(_entries(found)), rows=flat(found.to_rows())
    )  # fmt: skip


def _write(found: Glossary, out: Path) -> None:
    form = out.suffix.lower()
    if form in (".ttl", ".jsonld"):
        from implsci.formats import write_skos

        write_skos(found.to_taxonomy(), out)
    elif form == ".md":
        write_file(out, [found.to_markdown().encode()])
    elif form == ".csv":
        write_file(out, [found.to_csv().encode()])
    else:
        raise InvalidQueryError(
            f"{out.name}: expected a name that ends in .md, .csv, .ttl or .jsonld"
        )


def _entries(found: Glossary) -> Iterator[str]:
    yield paragraph(found.sentence())
    for entry in found.entries:
        yield ""
        yield paragraph(entry.term)
        for name, words in (
            ("also", entry.synonyms),
            ("under", tuple(term.label for term in entry.broader)),
            ("related", tuple(term.label for term in entry.related)),
            ("see", entry.see),
        ):
            if words:
                yield paragraph(f"{name}: {'; '.join(words)}", 2, 2)
        for one in entry.definitions:
            year = "" if one.year is None else f" {one.year}"
            yield paragraph(f"- {one.author}{year}: {one.paraphrase}", 2, 2)
    yield ""
    for text in found.assumptions:
        yield paragraph(f"- {text}", 0, 2)
