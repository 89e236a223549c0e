"""The commands that look things up: taxonomies, plugins, term, search."""

from __future__ import annotations

from typing import Any

import click
from attrs import asdict

from implsci._wording import counted
from implsci.cli.options import limit_option
from implsci.cli.output import Format, emit, examples, format_option, grid, note, paragraph, plain
from implsci.codes import is_code
from implsci.plugins import Registry
from implsci.plugins import registry as default_registry
from implsci.synthesis.axes import shown_of
from implsci.taxonomy import Term, TermRating

__all__ = ["named_term", "plugins", "search", "taxonomies", "term"]

_STATUS = {
    "verified": "verified: read in the source",
    "derived": "derived: worked out from what was read",
    "provisional": "PROVISIONAL: from memory or thin evidence; read the source before you rely on it",
}


@examples(
    "implsci taxonomies",
    "implsci taxonomies --format csv",
)
@click.command()
@format_option
def taxonomies(format: Format) -> None:
    """List the taxonomies that plugins bring."""
    registry = default_registry()
    found = [
        {
            "scheme": taxonomy.scheme,
            "family": taxonomy.family,
            "title": taxonomy.title,
            "kind": taxonomy.kind,
            "edition": taxonomy.edition,
            "terms": len(taxonomy),
            "provisional": sum(term.status == "provisional" for term in taxonomy),
            "license": taxonomy.license,
            "source": taxonomy.citation,
            "plugin": registry.owner(taxonomy.scheme),
        }
        for taxonomy in registry.taxonomies()
    ]

    def table() -> str:
        if not found:
            return "No taxonomy is installed, or none could be loaded: implsci plugins --load"
        return grid(
            "Scheme", "Title", "Kind", "Terms", "Provisional",
            rows=[
                [item["scheme"], item["title"], item["kind"], item["terms"],
                 item["provisional"] or ""]
                for item in found
            ],
            right=("Terms", "Provisional"),
            narrow=("Kind",),
        )  # fmt: skip

    emit(format, found, table)


@examples(
    "implsci plugins",
    "implsci plugins --load",
)
@click.command()
@click.option("--load", is_flag=True, help="Import every plugin, and say which fail and why.")
@format_option
def plugins(load: bool, format: Format) -> None:
    """List the installed plugins; none is imported unless asked."""
    found = default_registry().plugins(load=load)

    def table() -> str:
        if not found:
            return "No plugin is installed, or IMPLSCI_PLUGINS allows none."
        lines = [
            grid(
                "Plugin", "Distribution", "Version", "Status",
                rows=[[p.name, p.distribution, p.version, p.status] for p in found],
                narrow=("Version", "Status"),
            )
        ]  # fmt: skip
        lines += [paragraph(f"{p.name}: {p.error}", hang=2) for p in found if p.error]
        return "\n".join(lines)

    emit(format, [asdict(plugin) for plugin in found], table)


@examples(
    "implsci term eric:audit-and-provide-feedback",
    "implsci term eric:5",
    'implsci term "audit & provide feedback"',
)
@click.command()
@click.argument("name", metavar="CODE|LABEL")
@format_option
def term(name: str, format: Format) -> None:
    """Show one term, by code, number, label or synonym."""
    registry = default_registry()
    found = named_term(name, registry)
    taxonomy = registry.taxonomy(found.scheme)
    value: dict[str, Any] = {
        "code": found.code,
        "label": found.label,
        "definition": found.definition,
        "notation": found.notation,
        "synonyms": list(found.synonyms),
        "broader": list(found.broader),
        "kind": found.kind,
        "status": found.status,
        "source": found.source,
        "mappings": [
            {**asdict(route.steps[0]), "crosswalk": route.crosswalks[0], "status": route.status}
            for route in registry.map(found.code)
        ],
        "facets": [asdict(facet) for facet in found.facets],
        "ratings": [asdict(rating) for rating in found.ratings],
        "narrower": list(taxonomy.narrower(found.code)),
    }
    flat = {
        **value,
        "mappings": [f"{m['predicate']} {m['object']}" for m in value["mappings"]],
        "facets": [f"{facet.name}={facet.value}" for facet in found.facets],
        "ratings": [_rating(rating) for rating in found.ratings],
    }
    emit(
        format,
        value,
        lambda: _sheet(found, value, registry),
        rows=[list(flat), list(flat.values())],
    )


def _sheet(term: Term, value: dict[str, Any], registry: Registry) -> str:
    """Return a term as a sheet to read."""
    taxonomy = registry.taxonomy(term.scheme)

    def named(code: str) -> str:
        return f"{code} ({registry.term(code).shown})"

    facets: dict[str, list[str]] = {}
    for facet in term.facets:
        facets.setdefault(facet.name, []).append(facet.value)
    entries: list[tuple[str, str]] = [
        ("kind", term.kind),
        ("number", term.notation or ""),
        ("status", _STATUS[term.status]),
        *(("replaced by", named(code)) for code in filter(None, [term.replaced_by])),
        ("also called", "; ".join(term.synonyms)),
        *((name.replace("_", " "), ", ".join(values)) for name, values in facets.items()),
        *(("rated", _rating(rating)) for rating in term.ratings),
        *(("broader", named(code)) for code in term.broader),
        *(("narrower", named(code)) for code in value["narrower"]),
        *(("maps to", _mapping(mapping, registry)) for mapping in value["mappings"]),
        ("taxonomy", taxonomy.title),
        ("source", term.source or taxonomy.citation or ""),
    ]
    lines = [plain(term.label), term.code, "", paragraph(term.definition, 2), ""]
    before = ""
    for name, text in entries:
        if text:
            head = "" if name == before else name
            lines.append(paragraph_entry(head, text))
            before = name
    return "\n".join(lines)


def _rating(rating: TermRating) -> str:
    scale = (
        ""
        if rating.scale_min is None or rating.scale_max is None
        else f" on {rating.scale_min:g} to {rating.scale_max:g}"
    )
    asked = "number of raters not printed" if rating.n is None else f"n = {rating.n}"
    return f"{rating.name} {rating.value:g}{scale} ({asked}; {rating.source or 'no source'})"


def paragraph_entry(name: str, text: str) -> str:
    """Return a name and its text beside each other, the text wrapped in its own column."""
    body = paragraph(text, 16)
    return f"  {plain(name):<13} {body[16:]}"


def _mapping(mapping: dict[str, Any], registry: Registry) -> str:
    predicate = mapping["predicate"].removeprefix("skos:").removesuffix("Match")
    label = shown_of(mapping["object"], registry)
    sure = mapping["confidence"]
    by = [
        f"{predicate} match",
        *([f"confidence {sure:g}"] if sure is not None else []),
        *([f"by {mapping['author']}"] if mapping["author"] else []),
        *([mapping["status"]] if mapping["status"] != "verified" else []),
    ]
    named = "not installed" if label == mapping["object"] else label
    return f"{mapping['object']} ({named}): {', '.join(by)}"


@examples(
    "implsci search trust",
    'implsci search "lack of time" --kind barrier',
    "implsci search champions --scheme eric --limit 3",
)
@click.command()
@click.argument("text", nargs=-1, required=True)
@click.option("--kind", metavar="K", help="Only terms of this kind, such as strategy.")
@click.option("--scheme", metavar="S", help="Only terms of this taxonomy, such as eric.")
@limit_option("terms")
@click.option(
    "--semantic", is_flag=True, help="Also by meaning; needs: pip install 'implsci[semantic]'."
)
@format_option
def search(
    text: tuple[str, ...],
    kind: str | None,
    scheme: str | None,
    limit: int,
    semantic: bool,
    format: Format,
) -> None:
    """Find terms by code, number, name or plain words."""
    asked = " ".join(text)
    registry = default_registry()
    if scheme is not None:
        _say_edition(scheme, registry.taxonomy(scheme).scheme)
    every = registry.search(asked, kind=kind, scheme=scheme, limit=None, semantic=semantic)
    hits = every[: limit or None]
    if not hits:
        missing = "" if registry.taxonomies() else " (no taxonomy is in use: implsci plugins)"
        note(f"nothing found for {asked!r}{missing}; try fewer or other words")
        if format == "table":
            return
    found = [
        {
            "code": hit.term.code,
            "label": hit.term.label,
            "kind": hit.term.kind,
            "score": hit.score,
            "status": hit.term.status,
        }
        for hit in hits
    ]
    emit(
        format,
        found,
        lambda: grid(
            "Term", "Kind", "Score",
            rows=[
                [(hit.term.shown, hit.term.code), hit.term.kind, f"{hit.score:.2f}"]
                for hit in hits
            ],
            right=("Score",),
            narrow=("Kind",),
        ),
        rows=[["code", "label", "kind", "score", "status"], *(list(item.values()) for item in found)],
    )  # fmt: skip
    if format == "table" and len(every) > len(hits):
        note(f"the best {len(hits)} of {counted(len(every), 'term')}; --limit 0 shows all")


def named_term(name: str, registry: Registry) -> Term:
    """Return the term of a name; where a bare family stands in for an edition, say which."""
    found = registry.term(name)
    if is_code(name.strip()):
        _say_edition(name.strip().partition(":")[0], found.scheme)
    return found


def _say_edition(asked: str, taken: str) -> None:
    if asked != taken:
        note(f"{asked} is a family of editions; {taken} is taken, the newest that has it")
