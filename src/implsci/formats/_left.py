"""A list of what an import leaves out: short, since what is alike is counted."""

from __future__ import annotations

from collections import Counter

from implsci.errors import Fault
from implsci.taxonomy._typed import place, show

__all__ = ["LeftOut", "short"]

_PREFIXES = {
    "http://www.w3.org/2004/02/skos/core#": "skos",
    "http://www.w3.org/2008/05/skos-xl#": "skosxl",
    "http://www.w3.org/2000/01/rdf-schema#": "rdfs",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf",
    "http://www.w3.org/2002/07/owl#": "owl",
    "http://www.w3.org/ns/adms#": "adms",
    "http://purl.org/dc/terms/": "dcterms",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.obolibrary.org/obo/": "obo",
    "http://www.geneontology.org/formats/oboInOwl#": "oboInOwl",
    "https://w3id.org/implsci/ns#": "implsci",
}
_SHOWN = 3


def short(iri: str) -> str:
    """Return an IRI with the customary prefix where it has one, in characters that can be printed."""
    for start, prefix in _PREFIXES.items():
        if iri.startswith(start) and len(iri) > len(start):
            return place(f"{prefix}:{iri[len(start) :]}")
    return "(no IRI)" if iri.startswith("_:") else place(iri)


class LeftOut:
    """Collects what is left out: things of consequence one by one, things alike under one head."""

    def __init__(self) -> None:
        self._examples: dict[tuple[str, str], list[str]] = {}
        self._counts: Counter[tuple[str, str]] = Counter()

    def one(self, where: str, what: str) -> None:
        """Add a thing of its own."""
        self._examples.setdefault((where, what), [])

    def many(self, where: str, what: str, example: str) -> None:
        """Add one of several things alike.

        Args:
            where: what they have in common, such as their property.
            what: what becomes of each, such as "not read".
            example: which one this is.
        """
        examples = self._examples.setdefault((where, what), [])
        self._counts[where, what] += 1
        if len(examples) < _SHOWN:
            examples.append(example)

    def value(self, where: str, what: str, of: str, value: str) -> None:
        """Add a value of something under what it has in common with others."""
        self.many(where, what, f"{show(value)} of {short(of)}")

    def faults(self) -> tuple[Fault, ...]:
        """Return the list, in the order in which things were found."""
        return tuple(
            Fault(where, _counted(what, self._counts[where, what], examples))
            for (where, what), examples in self._examples.items()
        )


def _counted(what: str, count: int, examples: list[str]) -> str:
    if not examples:
        return what
    listed = "; ".join(examples)
    if count == len(examples):
        return f"{what}: {listed}"
    return f"{what}, {count} times, such as {listed}"
