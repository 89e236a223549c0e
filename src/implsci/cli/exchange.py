"""The commands that carry vocabularies out and in: export, import."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from implsci._wording import counted
from implsci.cli.output import examples, note
from implsci.errors import InvalidQueryError, UnknownNameError
from implsci.plugins import Registry
from implsci.plugins import registry as default_registry
from implsci.taxonomy import Crosswalk

__all__ = ["export", "import_"]

_SKOS: Final = (".ttl", ".jsonld")
_SHOWN: Final = 20


@examples(
    "implsci export eric eric.ttl",
    "implsci export cfir-2022 cfir-2022.jsonld",
    "implsci export relational relational.csv",
    "implsci export relational-to-eric relational-to-eric.sssom.tsv",
)
@click.command()
@click.argument("name", metavar="SCHEME|CROSSWALK")
@click.argument("out", metavar="OUT", type=click.Path(path_type=Path))
@click.option("--alone", is_flag=True, help="SKOS without the mappings to other schemes.")
def export(name: str, out: Path, alone: bool) -> None:
    """Write a taxonomy or a crosswalk to a file.

    The form goes by the name of the file: .ttl or .jsonld is SKOS, .csv a term table (ratings go to a
    second one beside it), and .tsv SSSOM, for crosswalks.
    """
    from implsci.formats import write_skos, write_sssom, write_terms

    registry = default_registry()
    form = out.suffix.lower()
    if form == ".tsv":
        crosswalk = _crosswalk(name, registry)
        write_sssom(
            crosswalk, out, [t for t in registry.taxonomies() if t.scheme in _ends(crosswalk)]
        )
        note(f"wrote {counted(len(crosswalk.mappings), 'mapping')} to {out}")
        return
    taxonomy = registry.taxonomy(name)
    if form in _SKOS:
        crosswalks = [
            crosswalk for crosswalk in registry.crosswalks() if taxonomy.scheme in _ends(crosswalk)
        ]
        write_skos(taxonomy, out, () if alone else crosswalks)
    elif form == ".csv":
        rated = any(term.ratings for term in taxonomy)
        ratings = out.with_name(f"{out.stem}-ratings.csv") if rated else None
        write_terms(taxonomy, out, ratings=ratings)
        if ratings:
            note(f"wrote the ratings to {ratings}")
    else:
        raise InvalidQueryError(
            f"{out.name}: expected a name that ends in .ttl, .jsonld, .csv or, for a crosswalk, .tsv"
        )
    note(f"wrote {counted(len(taxonomy), 'term')} to {out}")


def _ends(crosswalk: Crosswalk) -> tuple[str, str]:
    return crosswalk.subject_scheme, crosswalk.object_scheme


def _crosswalk(name: str, registry: Registry) -> Crosswalk:
    found = {crosswalk.name: crosswalk for crosswalk in registry.crosswalks()}
    if name not in found:
        from implsci.names import close_names

        raise UnknownNameError("crosswalk", name, close_names(name, found) or sorted(found))
    return found[name]


@examples(
    "implsci import vocabulary.ttl vocabulary.csv --scheme my-vocabulary --kind strategy",
)
@click.command("import")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.argument("out", metavar="OUT.csv", type=click.Path(path_type=Path))
@click.option("--scheme", metavar="S", required=True, help="The id it is to have, such as bcio.")
@click.option("--title", metavar="T", help="Its name in full.")
@click.option("--kind", metavar="K", default="term", show_default=True, help="What its terms are.")
@click.option("--root", metavar="ID", help="Of an ontology: only what stands below this class.")
@click.option(
    "--prefix", metavar="P", multiple=True, help="Of an ontology: only ids with this prefix."
)
@click.option(
    "--language", metavar="L", default="en", show_default=True, help="Whose labels to take."
)
def import_(
    file: Path,
    out: Path,
    scheme: str,
    title: str | None,
    kind: str,
    root: str | None,
    prefix: tuple[str, ...],
    language: str,
) -> None:
    """Make a term table of SKOS, OWL or OBO.

    SKOS is read from Turtle, N-Triples, RDF/XML and JSON-LD, ontologies from OWL and OBO. What could
    not be kept is listed. The table is for a plugin of your own: see implsci new-plugin.
    """
    from implsci.formats import read_ontology, read_skos, write_terms

    if out.suffix.lower() != ".csv":
        raise InvalidQueryError(f"{out.name}: expected a name that ends in .csv")
    if root or prefix or file.suffix.lower() in (".owl", ".obo"):
        found = read_ontology(
            file, scheme=scheme, title=title, kind=kind, root=root, prefix=prefix, language=language
        )
    else:
        found = read_skos(file, scheme=scheme, title=title, kind=kind, language=language)
    rated = any(term.ratings for term in found.taxonomy)
    ratings = out.with_name(f"{out.stem}-ratings.csv") if rated else None
    write_terms(found.taxonomy, out, ratings=ratings)
    for fault in found.left_out[:_SHOWN]:
        note(f"left out: {fault}")
    if len(found.left_out) > _SHOWN:
        note(f"and {len(found.left_out) - _SHOWN} more left out; implsci.formats lists them all")
    undefined = sum(not term.definition for term in found.taxonomy)
    note(
        f"wrote {counted(len(found.taxonomy), 'term')} to {out}; "
        f"{counted(undefined, 'term')} without definition, {len(found.left_out)} things left out"
    )
