"""A glossary: every term with all that is meant by it, and its place among the taxonomies."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from attrs import evolve, frozen

from implsci._wording import counted
from implsci.analysis.result import Result, Row
from implsci.casebook import Casebook
from implsci.codes import Code, slug
from implsci.escaping import inert, one_line
from implsci.knowledge._common import same_term, source_of
from implsci.knowledge._comparing import by_term
from implsci.model.documents import Definition, Document
from implsci.plugins import Registry
from implsci.plugins import registry as default_registry
from implsci.synthesis.printed import markdown
from implsci.taxonomy import Taxonomy, Term

__all__ = ["Entry", "Glossary", "glossary"]


@frozen(kw_only=True)
class Entry:
    """A term of a glossary.

    Attributes:
        term: the term, as first written.
        definitions: all that is meant by it, the oldest first; none is the right one.
        terms: terms of taxonomies that bear the name, as label or synonym.
        synonyms: other names of these terms.
        broader: what these terms stand under.
        related: terms that the definitions speak of.
        see: other entries whose definitions speak of a term that these speak of or bear the name of.

    Examples:
        >>> from implsci.casebook import load
        >>> entry = glossary(load("implsci-knowledge"))["knowledge brokering"]
        >>> [term.code for term in entry.terms], entry.broader[0].label
        (['mobilisation:brokering'], 'Agency roles in knowledge mobilisation')
    """

    term: str
    definitions: tuple[Definition, ...]
    terms: tuple[Term, ...] = ()
    synonyms: tuple[str, ...] = ()
    broader: tuple[Term, ...] = ()
    related: tuple[Term, ...] = ()
    see: tuple[str, ...] = ()


@frozen(kw_only=True)
class Glossary(Result):
    """Terms with all that is meant by them, as `glossary` returns them.

    Attributes:
        entries: the terms, in the order of the alphabet.
        assumptions: how it was made.

    Examples:
        >>> from implsci.casebook import load
        >>> len(glossary(load("implsci-knowledge")).entries)
        9
    """

    entries: tuple[Entry, ...]
    assumptions: tuple[str, ...] = (
        "none of several definitions is the right one; they stand in the order of their years",
        "a paraphrase is not the author's wording: read and cite the source",
        "synonyms, broader and related terms are those of the taxonomies that are installed",
    )

    def __getitem__(self, term: str) -> Entry:
        for entry in self.entries:
            if same_term(entry.term) == same_term(term):
                return entry
        raise KeyError(term)

    def to_rows(self) -> tuple[Row, ...]:
        """Return a line a definition.

        Examples:
            >>> from implsci.casebook import load
            >>> glossary(load("implsci-knowledge")).to_rows()[0]["term"]
            'co-production'
        """
        return tuple(
            {
                "term": entry.term,
                "synonyms": _joined(entry.synonyms),
                "broader": _joined(term.label for term in entry.broader),
                "related": _joined(term.label for term in entry.related),
                "see": _joined(entry.see),
                "author": one.author,
                "year": one.year,
                "definition": one.paraphrase,
                "context": one.context,
                "source": source_of(one.citation),
                "note": one.note,
            }
            for entry in self.entries
            for one in entry.definitions
        )

    def sentence(self) -> str:
        """Say how many terms and definitions there are.

        Examples:
            >>> from implsci.casebook import load
            >>> print(glossary(load("implsci-knowledge")).sentence())
            9 terms with 28 definitions; 8 terms have rival ones.
        """
        rival = sum(len(entry.definitions) > 1 for entry in self.entries)
        total = sum(len(entry.definitions) for entry in self.entries)
        return (
            f"{counted(len(self.entries), 'term')} with {counted(total, 'definition')}; "
            f"{counted(rival, 'term has', 'terms have')} rival ones."
        )

    def to_csv(self) -> str:
        """Return the lines as CSV, safe to open in a spreadsheet.

        Examples:
            >>> from implsci.casebook import load
            >>> glossary(load("implsci-knowledge")).to_csv().splitlines()[0]
            'term,synonyms,broader,related,see,author,year,definition,context,source,note'
        """
        text = io.StringIO(newline="")
        rows = self.to_rows()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(rows[0])
        for row in rows:
            writer.writerow(
                inert(one_line(cell)) if isinstance(cell, str) else "" if cell is None else cell
                for cell in row.values()
            )
        return text.getvalue()

    def to_markdown(self) -> str:
        """Return it as a page of Markdown; what the texts hold is escaped.

        Examples:
            >>> from implsci.casebook import load
            >>> print(glossary(load("implsci-knowledge")).to_markdown().splitlines()[2])
            ## co-production
        """
        lines = ["# Glossary", ""]
        for entry in self.entries:
            lines += [f"## {markdown(entry.term)}", "", *_page(entry), ""]
        return "\n".join(lines).rstrip() + "\n"

    def to_taxonomy(self, scheme: str = "glossary", title: str = "Glossary") -> Taxonomy:
        """Return the terms as a taxonomy, which the writers of SKOS and of term tables take.

        A term of a taxonomy has one definition: here that is every rival one with its author, in the
        order of their years.

        Args:
            scheme: its id.
            title: its name in full.

        Raises:
            InvalidTableError: `scheme` is no id.

        Examples:
            >>> from implsci.casebook import load
            >>> made = glossary(load("implsci-knowledge")).to_taxonomy("knowledge")
            >>> print(made["knowledge:dissemination-science"].definition)
            National Institutes of Health 2011: The study of how information on health and care is ...
        """
        return Taxonomy(
            scheme=scheme,
            title=title,
            kind="glossary",
            citation="each term names its sources",
            terms=tuple(
                Term(
                    code=Code(f"{scheme}:{slug(entry.term)}"),
                    label=one_line(entry.term),
                    definition=" ".join(
                        f"{one_line(_who(one))}: {one_line(one.paraphrase)}"
                        for one in entry.definitions
                    ),
                    synonyms=tuple(
                        name for name in entry.synonyms if same_term(name) != same_term(entry.term)
                    ),
                    source="; ".join(
                        dict.fromkeys(
                            one_line(source_of(one.citation) or one.author)
                            for one in entry.definitions
                        )
                    ),
                    status="derived",
                )
                for entry in self.entries
            ),
        )


def glossary(
    records: Casebook | Iterable[Document], *, registry: Registry | None = None
) -> Glossary:
    """Gather the terms that are defined, with every definition and their place in the taxonomies.

    Args:
        records: a casebook or any of its records; those of other classes are passed over.
        registry: holds the taxonomies; the default registry where None.

    Raises:
        InvalidQueryError: there is no definition.

    Examples:
        >>> from implsci.casebook import load
        >>> found = glossary(load("implsci-knowledge"))
        >>> [(one.author, one.year) for one in found["co-production"].definitions]
        [('Cvitanovic', 2018), ('NIHR INVOLVE', 2018)]
    """
    taxonomies = (registry or default_registry()).taxonomies()
    by_name = _by_name(taxonomies)
    entries = [
        _entry(
            term,
            own,
            by_name.get(same_term(term), {}),
            taxonomies,
        )
        for term, own in by_term(records).items()
    ]
    touching: defaultdict[str, list[int]] = defaultdict(list)
    for place, entry in enumerate(entries):
        for code in _touches(entry):
            touching[code].append(place)
    near = [
        {other for code in _touches(entry) for other in touching[code]} - {place}
        for place, entry in enumerate(entries)
    ]
    return Glossary(
        entries=tuple(
            evolve(entry, see=tuple(entries[other].term for other in sorted(others)))
            for entry, others in zip(entries, near, strict=True)
        )
    )


def _by_name(taxonomies: Iterable[Taxonomy]) -> Mapping[str, Mapping[str, Term]]:
    """Return the terms that bear each name, by code."""
    found: dict[str, dict[str, Term]] = {}
    for taxonomy in taxonomies:
        for term in taxonomy:
            for name in term.names:
                found.setdefault(same_term(name), {})[term.code] = term
    return found


def _entry(
    term: str,
    own: tuple[Definition, ...],
    named: Mapping[str, Term],
    taxonomies: tuple[Taxonomy, ...],
) -> Entry:
    names = dict.fromkeys(name for one in named.values() for name in one.names)
    above = [code for one in named.values() for code in one.broader]
    spoken = [code for one in own for code in one.codes]
    return Entry(
        term=term,
        definitions=own,
        terms=tuple(named.values()),
        synonyms=tuple(name for name in names if same_term(name) != same_term(term)),
        broader=_found(above, taxonomies),
        related=_found([code for code in spoken if code not in named], taxonomies),
    )


def _found(codes: Iterable[str], taxonomies: tuple[Taxonomy, ...]) -> tuple[Term, ...]:
    """Return the terms of codes, each once; a code of a taxonomy that is not there has none."""
    return tuple(
        taxonomy[code]
        for code in dict.fromkeys(codes)
        for taxonomy in taxonomies
        if code in taxonomy
    )


def _touches(entry: Entry) -> set[str]:
    return {term.code for term in (*entry.terms, *entry.related)}


def _page(entry: Entry) -> Iterator[str]:
    for name, words in (
        ("Also", entry.synonyms),
        ("Under", tuple(term.label for term in entry.broader)),
        ("Related", tuple(term.label for term in entry.related)),
        ("See", entry.see),
    ):
        if words:
            yield f"{name}: {markdown('; '.join(words))}"
            yield ""
    for one in entry.definitions:
        source = source_of(one.citation)
        where = f" ({markdown(source)})" if source else ""
        yield f"- {markdown(_who(one))}{where}: {markdown(one.paraphrase)}"
        if one.note:
            yield f"  Note: {markdown(one.note)}"


def _who(one: Definition) -> str:
    return one.author if one.year is None else f"{one.author} {one.year}"


def _joined(words: Iterable[str]) -> str | None:
    return "; ".join(words) or None
